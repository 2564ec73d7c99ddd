"""Questions to help pages: reading them, and a help's passages with the vectors of their views."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.data import CORPUS
from db.models import Article
from knowledge.articles.likeness import COLLECTION, ViewVectors
from knowledge.articles.table import PassageTable
from knowledge.encoders import Encoders
from knowledge.feeds import plain_articles
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ArticleRecord
from knowledge.index.passages import passages, views
from knowledge.settings import ShopSettings

DATA = Path(__file__).parent / "data"
DEVELOPMENT = ("article_questions.jsonl", "article_questions_plain.jsonl")
"""Seen while the weights, concepts and topics were made."""

BOOKSHOP = "article_questions_bookshop.jsonl"
"""Questions to another shop's help, in data/bookshop; written before it was first asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the articles that answer it: none for one that nothing answers."""

    question: str
    language: str
    articles: frozenset[str]


def questions(*names: str) -> list[Asked]:
    """The rows of these files."""
    rows = [
        json.loads(line)
        for name in names
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()
    ]
    return [Asked(r["question"], r["language"], frozenset(r["articles"])) for r in rows]


def bank() -> dict[str, dict[str, list[str]]]:
    """Language -> topic -> ways in which shoppers ask about it."""
    with (DATA / "asked.toml").open("rb") as file:
        return tomllib.load(file)


def foreign() -> list[Asked]:
    """What shoppers say that is no shop's business, from the training utterances of intents."""
    return [
        Asked(line.strip(), language, frozenset())
        for language in ("en", "zh")
        for line in (CORPUS / language / "out_of_scope.txt")
        .read_text(encoding="utf-8")
        .splitlines()
        if line.strip() and not line.startswith("#")
    ]


def bookshop() -> list[Article]:
    """The help of a bookshop, read as an import reads it."""
    context = Context("bookshop", "USD", 0, lambda _text: None, ShopSettings())
    folder = DATA / "bookshop"
    records = [
        *plain_articles.article_html(folder / "shipping.html", context),
        *plain_articles.article(folder / "returns.md", context),
        *plain_articles.articles(folder / "faq.csv", context),
    ]
    return [
        Article(id=r.id, language=r.language, title=r.title, body=r.body)
        for r in records
        if isinstance(r, ArticleRecord)
    ]


class Vectors:
    """Stands in for an index: the vectors of all views, encoded once."""

    def __init__(self, articles: Iterable[Article], encoders: Encoders) -> None:
        self._vectors: dict[str, dict[str, NDArray[np.float32]]] = {"text": {}, "multi": {}}
        names: list[str] = []
        texts: list[str] = []
        for article in articles:
            shown = views(passages(article))
            names += [f"{article.id}#{n}" for n in range(len(shown))]
            texts += [view.text for view in shown]
        if texts:
            self._vectors["text"] = dict(zip(names, encoders.text.encode(texts), strict=True))
            self._vectors["multi"] = dict(
                zip(names, encoders.multilingual.encode(texts), strict=True)
            )

    def snapshot(self) -> None:
        """Nothing is needed of one."""

    def vectors(
        self, _snapshot: Any, collection: str, ids: Sequence[str]
    ) -> dict[str, NDArray[np.float32]]:
        """As the index gives them."""
        kind = next(kind for kind, name in COLLECTION.items() if name == collection)
        return {id_: self._vectors[kind][id_] for id_ in ids}


def table_of(
    articles: Sequence[Article], topics: Sequence[str]
) -> tuple[PassageTable, ViewVectors]:
    """The table of some articles of one language."""
    pieces = [piece for article in articles for piece in passages(article)]
    shown = {article.id: views(passages(article)) for article in articles}
    table = PassageTable(pieces, shown, topics)
    return table, ViewVectors(table, shown)
