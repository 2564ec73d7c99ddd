"""Past tickets: the nearest question that staff answered before, where articles have no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Ticket
from knowledge.encoders import Encoders
from knowledge.errors import ModelError
from knowledge.index.changed import Document
from knowledge.index.keyword import KeywordIndex
from knowledge.index.words import chinese_pairs, english_words, has_chinese

POOL = 16
"""Tickets that share words with the question and are compared by meaning."""
ALL = 200
"""Of so many tickets and fewer, all are compared by meaning."""
MEANING = 0.7
"""Share of meaning in the score; the rest is how much of the question's words a ticket has."""


@dataclass(frozen=True, slots=True)
class TicketHit:
    """A past question with its answer; `score` runs from 0 to 1."""

    ticket_id: str
    question: str
    answer: str
    score: float


class TicketSearch:
    """Finds past questions in the language asked. Safe to share between threads."""

    threshold: Mapping[str, float] = {"en": 0.52, "zh": 0.45}
    """Under this score nothing answers the question; set on the validation questions of
    `python -m benchmarks.service.tickets`."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders
        self._lock = Lock()
        self._made: dict[str, tuple[tuple[int, str], KeywordIndex, dict[str, np.ndarray]]] = {}

    def search(self, session: Session, text: str, language: str, limit: int = 3) -> list[TicketHit]:
        """At most `limit` past questions, best first, whatever their score."""
        text = text.strip()
        if not text or limit <= 0:
            return []
        with self._lock:
            keyword, vectors = self._index(session, language)
            coverage = keyword.coverage(text)
            rows = np.argsort(-coverage, kind="stable")
            few = len(keyword.ids) <= ALL
            near = [int(row) for row in rows if few or coverage[row] > 0][: ALL if few else POOL]
            shares = {keyword.ids[row]: min(1.0, float(coverage[row])) for row in near}
            meanings = self._meanings(session, text, language, list(shares), vectors)
        scores = {
            id_: MEANING * meanings.get(id_, 0.0) + (1 - MEANING) * share
            for id_, share in shares.items()
        }
        best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:limit]
        found = {row.id: row for row in session.scalars(select(Ticket).where(Ticket.id.in_(best)))}
        return [
            TicketHit(id_, found[id_].question, found[id_].answer, round(scores[id_], 4))
            for id_ in best
            if id_ in found
        ]

    def _index(self, session: Session, language: str) -> tuple[KeywordIndex, dict[str, np.ndarray]]:
        """The words and the vectors known of a language's tickets, made anew where they changed."""
        count, last = session.execute(
            select(func.count(), func.max(Ticket.id)).where(Ticket.language == language)
        ).one()
        mark = (count, last or "")
        held = self._made.get(language)
        if held is None or held[0] != mark:
            rows = session.execute(
                select(Ticket.id, Ticket.question).where(Ticket.language == language)
            )
            documents = [
                Document(id_, english_words(question), chinese_pairs(question))
                for id_, question in rows
            ]
            held = (mark, KeywordIndex.build(documents), {})
            self._made[language] = held
        return held[1], held[2]

    def _meanings(
        self,
        session: Session,
        text: str,
        language: str,
        ids: list[str],
        vectors: dict[str, np.ndarray],
    ) -> dict[str, float]:
        english = language == "en" and not has_chinese(text)
        encoder = self._encoders.text if english else self._encoders.multilingual
        missing = [id_ for id_ in ids if id_ not in vectors]
        try:
            if missing:
                rows = session.execute(
                    select(Ticket.id, Ticket.question).where(Ticket.id.in_(missing))
                ).all()
                made = encoder.encode([question for _, question in rows])
                vectors.update((row[0], vector) for row, vector in zip(rows, made, strict=True))
            asked = encoder.encode([text])[0]
        except ModelError:
            return {}
        return {id_: max(0.0, float(vectors[id_] @ asked)) for id_ in ids if id_ in vectors}
