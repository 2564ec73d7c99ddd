"""Answers from the shop's own articles: the passage that answers a question, or none."""

from knowledge.articles.search import ArticleSearch

__all__ = ["ArticleSearch"]
