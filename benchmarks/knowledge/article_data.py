"""Questions to help pages: reading them, and a help's passages with the vectors of their views."""

from __future__ import annotations

import hashlib
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
from knowledge.articles.model import AnswerModel
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

HELPS = {
    "bookshop": "article_questions_bookshop.jsonl",
    "bikeshop": "article_questions_bikeshop_fit.jsonl",
    "plantshop": "article_questions_plantshop.jsonl",
}
"""Other shops' helps, folders of data, and questions to them that weights are learned from, written
before they were first asked; article_questions_bikeshop.jsonl is for measuring only."""

UNASKED = (
    *("search_products", "recommend_products", "find_similar", "compare_products", "ask_product"),
    *("refine_search", "add_to_cart", "update_cart", "view_cart", "give_product_feedback"),
    *("greet", "thank", "goodbye", "affirm", "deny", "explain_recommendation", "view_profile"),
)
"""Intents of which no help page speaks."""


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
    out: dict[str, dict[str, list[str]]] = {}
    for name in ("asked.toml", "asked_plain.toml"):
        with (DATA / name).open("rb") as file:
            for language, topics in tomllib.load(file).items():
                for topic, asked in topics.items():
                    out.setdefault(language, {}).setdefault(topic, []).extend(asked)
    return out


def foreign() -> list[Asked]:
    """What shoppers say that is no shop's business, from the training utterances of intents."""
    return [one for language in ("en", "zh") for one in utterances("out_of_scope", language)]


def unasked() -> list[Asked]:
    """What shoppers say that no help page answers: half of the utterances, as their hash falls.

    The other half is for `benchmarks.knowledge.routing`.
    """
    return [
        one
        for language in ("en", "zh")
        for intent in UNASKED
        for one in utterances(intent, language)
        if not held_back(one.question)
    ]


def held_back(text: str) -> bool:
    """Whether an utterance is kept for measuring."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 1


def utterances(intent: str, language: str) -> list[Asked]:
    """Training utterances of an intent, as questions that nothing answers."""
    lines = (CORPUS / language / f"{intent}.txt").read_text(encoding="utf-8").splitlines()
    return [
        Asked(line.strip(), language, frozenset())
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


def help_of(shop: str) -> list[Article]:
    """The help in data/`shop`, read as an import reads it."""
    context = Context(shop, "USD", 0, lambda _text: None, ShopSettings())
    readers = {
        ".html": plain_articles.article_html,
        ".md": plain_articles.article,
        ".csv": plain_articles.articles,
    }
    files = sorted((DATA / shop).iterdir())
    records = [record for file in files for record in readers[file.suffix](file, context)]
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


class Help:
    """A help of one language, as it is compared by one model or another."""

    def __init__(self, articles: Sequence[Article], topics: Sequence[str]) -> None:
        self._shown = {article.id: views(passages(article)) for article in articles}
        pieces = [piece for article in articles for piece in passages(article)]
        self.table = PassageTable(pieces, self._shown, topics)
        self._kept: dict[int, ViewVectors] = {}

    def by(self, model: AnswerModel) -> ViewVectors:
        """Its vectors, with what this model makes of them."""
        if id(model) not in self._kept:
            self._kept[id(model)] = ViewVectors(self.table, self._shown, model)
        return self._kept[id(model)]
