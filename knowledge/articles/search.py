"""Article search: the passage of the shop's own help that answers a question, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Article
from knowledge.articles.concepts import lexicon
from knowledge.articles.evidence import evidence, facts_of_best, question, ranked
from knowledge.articles.leading import leading
from knowledge.articles.likeness import ViewVectors
from knowledge.articles.model import AnswerModel, Mode, load_model
from knowledge.articles.table import PassageTable
from knowledge.encoders import Encoders
from knowledge.errors import ModelError
from knowledge.index import Index, Snapshot
from knowledge.index.passages import Passage, passages, sentences, views
from knowledge.index.words import has_chinese
from knowledge.types import PassageHit

THRESHOLD = 0.5
"""Probability from which the best passage is given as an answer."""

OTHER_LANGUAGE = 0.75
"""The same for a passage in another language, where the asked language has passages of its own."""
FAR_MORE = 2
"""Another language is looked in where it has so many times the passages of the asked one."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one language's passages say to a question."""

    table: PassageTable
    vectors: ViewVectors | None
    scores: NDArray[np.float64]
    probability: float


class ArticleSearch:
    """Finds passages. The score of the first hit is the probability that it answers."""

    threshold: float = THRESHOLD
    """Under this score nothing answers the question."""

    def __init__(self, index: Index, encoders: Encoders, model: AnswerModel | None = None) -> None:
        """`model` stands in for the shipped weights, which are read at the first question."""
        self._index = index
        self._encoders = encoders
        self._model = model
        self._lock = Lock()
        self._key: tuple[Any, ...] = ()
        self._tables: dict[str, tuple[PassageTable, ViewVectors | None]] = {}

    def search(
        self,
        session: Session,
        text: str,
        language: str,
        limit: int = 3,
        subject: str = "",
        heard: Mapping[str, float] | None = None,
    ) -> list[PassageHit]:
        """At most `limit` passages, best first, whatever their score; compare with `threshold`.

        Passages in the question's own language come first, else those in `language`; another
        language is looked in where the shop has far more in it. `subject` ("delivery", "payment",
        "returns", "cancellation", "warranty", "contact") is what the question is known to be about;
        `heard` is how it was read otherwise, by the names of `Mode.heard`, and weighs in the score.
        """
        text = text.strip()
        if not text or limit <= 0:
            return []
        snapshot = self._index.snapshot()
        try:
            self._loaded()
        except ModelError:
            # `aisle doctor` says which file is missing.
            return []
        for _ in range(2):
            found, meaning = self._look(session, snapshot, text, language, subject, heard)
            if found is None:
                return []
            hits = self._hits(session, found, text, limit, meaning)
            if hits is not None:
                return hits
            # An article was changed between the two reads: look again at what stands there now.
            self._key = ()
        return []

    def prepare(self, session: Session) -> None:
        """Make the tables that the first question would otherwise wait for.

        Raises:
            ModelError: the weights cannot be read.
        """
        self._current(session, self._index.snapshot(), self._loaded())

    # --- comparing --------------------------------------------------------------------------------

    def _look(
        self,
        session: Session,
        snapshot: Snapshot,
        text: str,
        language: str,
        subject: str,
        heard: Mapping[str, float] | None,
    ) -> tuple[_Found | None, dict[str, NDArray[np.float32]]]:
        model = self._loaded()
        tables = self._current(session, snapshot, model)
        vectors = self._encoded(snapshot, text)
        asked_in = "zh" if has_chinese(text) else "en"
        language = asked_in if asked_in in tables else language
        likely = lexicon().groups.get(subject, ())
        best: _Found | None = None
        own = len(tables[language][0].pieces) if language in tables else 0
        for name in sorted(tables, key=lambda each: each != language):
            table, kept = tables[name]
            if name != language and len(table.pieces) <= FAR_MORE * own:
                # The help is kept in both languages: what is missing in one is in neither.
                continue
            asked = question(text, table, model, vectors, likely)
            likeness = None
            if kept is not None and "multi" in vectors and ("text" in vectors or asked_in == "zh"):
                likeness = kept.likeness(self._index, snapshot, vectors, asked.topics)
            mode = _mode(model, asked_in, name, likeness is not None, "multi" in vectors)
            found = evidence(asked, table, likeness or {})
            scores = ranked(found, mode)
            if likeness is not None and not likeness["multi_full"][int(np.argmax(scores))]:
                # An article too new to have vectors is judged by its words.
                mode = model.modes["words"]
                scores = ranked(found, mode)
            probability = mode.probability(facts_of_best(asked, table, found, scores), heard)
            one = _Found(table, kept, scores, probability)
            if best is None or (best.probability < THRESHOLD and probability >= OTHER_LANGUAGE):
                best = one
        return best, vectors

    def _loaded(self) -> AnswerModel:
        if self._model is None:
            self._model = load_model()
        return self._model

    def _encoded(self, snapshot: Snapshot, text: str) -> dict[str, NDArray[np.float32]]:
        """The question's vectors by encoder; none of an encoder that cannot be loaded.

        The multilingual one also tells the topic, so it is wanted where the index is not usable.
        """
        out: dict[str, NDArray[np.float32]] = {}
        try:
            out["multi"] = self._encoders.multilingual.encode([text])[0]
            if snapshot.vectors is not None and not has_chinese(text):
                out["text"] = self._encoders.text.encode([text])[0]
        except ModelError:
            pass
        return out

    def _current(
        self, session: Session, snapshot: Snapshot, model: AnswerModel
    ) -> dict[str, tuple[PassageTable, ViewVectors | None]]:
        """Tables by language, made anew where articles or their vectors have changed."""
        count, latest = session.execute(
            select(func.count(Article.id), func.max(Article.updated_at))
        ).one()
        key = (count, latest, snapshot.passages, snapshot.vectors)
        with self._lock:
            if self._key != key:
                by_language: dict[str, list[Passage]] = {}
                for article in session.scalars(select(Article).order_by(Article.id)):
                    by_language.setdefault(article.language, []).extend(passages(article))
                self._tables = {
                    name: self._table(pieces, snapshot, model)
                    for name, pieces in by_language.items()
                    if pieces
                }
                self._key = key
            return self._tables

    def _table(
        self,
        pieces: list[Passage],
        snapshot: Snapshot,
        model: AnswerModel,
    ) -> tuple[PassageTable, ViewVectors | None]:
        grouped: dict[str, list[Passage]] = {}
        for piece in pieces:
            grouped.setdefault(piece.article_id, []).append(piece)
        shown = {id_: views(some) for id_, some in grouped.items()}
        table = PassageTable(pieces, shown, model.topics)
        if snapshot.vectors is None:
            return table, None
        current = {id_ for id_ in grouped if self._index.article_views(id_) == len(shown[id_])}
        return table, ViewVectors(table, current, model)

    # --- what is given ----------------------------------------------------------------------------

    def _hits(
        self,
        session: Session,
        found: _Found,
        text: str,
        limit: int,
        vectors: dict[str, NDArray[np.float32]],
    ) -> list[PassageHit] | None:
        """The best passages as they stand in SQL; None where one of them has changed."""
        order = np.argsort(-found.scores, kind="stable")[:limit].tolist()
        top = float(found.scores[order[0]])
        hits: list[PassageHit] = []
        for row in order:
            piece = found.table.pieces[row]
            article = session.get(Article, piece.article_id)
            if article is None or piece not in passages(article):
                return None
            share = float(np.exp(min(0.0, float(found.scores[row]) - top)))
            hits.append(
                PassageHit(
                    piece.article_id,
                    piece.title,
                    piece.heading,
                    piece.text,
                    piece.language,
                    round(found.probability * share, 4),
                    self._answer(found, row, text, vectors),
                )
            )
        return hits

    def _answer(
        self, found: _Found, row: int, text: str, vectors: dict[str, NDArray[np.float32]]
    ) -> str:
        """The sentence of a passage that answers first: see `leading`."""
        piece = found.table.pieces[row]
        told = sentences(piece.text)
        if not told:
            return piece.text
        near: Sequence[float] = ()
        if found.vectors is not None and vectors:
            near = found.vectors.of_sentences(self._index, row, vectors)
        return told[leading(text, piece.head, told, near)]


def _mode(model: AnswerModel, asked_in: str, language: str, meaning: bool, topics: bool) -> Mode:
    if not meaning:
        return model.modes["words" if topics else "bare"]
    return model.modes[asked_in if asked_in == language else "other"]
