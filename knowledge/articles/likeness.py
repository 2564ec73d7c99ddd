"""Vectors of the passages' views: held in memory, or of a large help read as they are needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.model import AnswerModel
from knowledge.articles.table import PassageTable
from knowledge.index import Index, Snapshot

Vector = NDArray[np.float32]
IN_MEMORY = 12_000
"""Views up to which all vectors are held: 45 MB."""
NEAREST = 300
"""Views of a larger help that are looked at for each question and encoder."""
KINDS = ("full", "head", "sentence")
SENTENCE = KINDS.index("sentence")
COLLECTION = {"text": "passages_text", "multi": "passages_multi"}


class ViewVectors:
    """The vectors of one table's views, found by (passage, kind)."""

    def __init__(self, table: PassageTable, current: Iterable[str], model: AnswerModel) -> None:
        """`current` are the articles that have a vector for each view. Those of an article that was
        changed a moment ago may be of its old words; what is quoted never is."""
        self._model = model
        self._rows: dict[str, tuple[int, int]] = {}
        """Vector id -> (row of the passage, number of its kind)."""
        self._size = len(table.pieces)
        row_of = {piece.id: row for row, piece in enumerate(table.pieces)}
        held = set(current)
        for article_id, shown in table.views.items():
            if article_id in held:
                for number, view in enumerate(shown):
                    row = row_of[f"{article_id}#{view.ordinal}"]
                    self._rows[f"{article_id}#{number}"] = (row, KINDS.index(view.kind))
        self._ids: dict[int, list[str]] = {}
        for id_, (row, _) in self._rows.items():
            self._ids.setdefault(row, []).append(id_)
        self._held: dict[str, tuple[list[str], NDArray[np.float32]]] = {}
        self._stand: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def likeness(
        self,
        index: Index,
        snapshot: Snapshot,
        question: Mapping[str, Vector],
        topics: NDArray[np.float64],
    ) -> dict[str, NDArray[np.float64]] | None:
        """Best cosine of each passage by encoder and kind of view: "text_full", "multi_head", ...

        "multi_topics" is how far a view of it has the question's `topics`, as the model reads both,
        "multi_subject" the cosine of what speaks for each topic in either; likewise for "text".

        None where the vectors cannot be read.
        """
        out: dict[str, NDArray[np.float64]] = {}
        for encoder, vector in question.items():
            ids, matrix = self._near(index, snapshot, encoder, vector)
            if not ids and encoder == "multi":
                return None
            best = np.zeros((len(KINDS), self._size))
            if ids:
                places = np.array([self._rows[id_] for id_ in ids]).T
                np.maximum.at(best, (places[1], places[0]), matrix @ vector)
            out |= {f"{encoder}_{kind}": best[n] for n, kind in enumerate(KINDS)}
            shared, close = np.zeros(self._size), np.zeros(self._size)
            if ids:
                shares, units = self._standing(encoder, matrix)
                asked = self._model.standing(encoder, vector[None])[1][0]
                np.maximum.at(shared, places[0], shares @ topics)
                np.maximum.at(close, places[0], units @ asked)
            out |= {f"{encoder}_topics": shared, f"{encoder}_subject": close}
        return out

    def _standing(
        self, encoder: str, matrix: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """`AnswerModel.standing` of these views; kept where all of them are held."""
        if encoder not in self._held:
            return self._model.standing(encoder, matrix)
        if encoder not in self._stand:
            self._stand[encoder] = self._model.standing(encoder, matrix)
        return self._stand[encoder]

    def of_sentences(self, index: Index, row: int, question: Mapping[str, Vector]) -> list[float]:
        """Mean cosine, over the encoders, of each sentence view of a passage, in order."""
        ids = [id_ for id_ in self._ids.get(row, ()) if self._rows[id_][1] == SENTENCE]
        told: list[list[float]] = []
        for encoder, vector in question.items():
            vectors = self._read(index, index.snapshot(), encoder, ids)
            if len(vectors) == len(ids):
                told.append([float(vectors[id_] @ vector) for id_ in ids])
        return np.mean(told, axis=0).tolist() if told and ids else []

    def _near(
        self, index: Index, snapshot: Snapshot, encoder: str, vector: Vector
    ) -> tuple[list[str], NDArray[np.float32]]:
        """Ids and vectors of the views to look at: all, or those of the nearest passages."""
        if len(self._rows) <= IN_MEMORY:
            return self._all(index, snapshot, encoder)
        near = index.nearest(snapshot, COLLECTION[encoder], vector, NEAREST)
        rows = {self._rows[id_][0] for id_ in near if id_ in self._rows}
        found = self._read(
            index, snapshot, encoder, [id_ for row in rows for id_ in self._ids[row]]
        )
        ids = list(found)
        return ids, np.stack([found[id_] for id_ in ids]) if ids else np.zeros((0, 1), "f4")

    def _all(
        self, index: Index, snapshot: Snapshot, encoder: str
    ) -> tuple[list[str], NDArray[np.float32]]:
        if encoder not in self._held:
            found = index.vectors(snapshot, COLLECTION[encoder], list(self._rows))
            ids = list(found)
            matrix = np.stack([found[id_] for id_ in ids]) if ids else np.zeros((0, 1), "f4")
            self._held[encoder] = (ids, matrix)
        return self._held[encoder]

    def _read(
        self, index: Index, snapshot: Snapshot, encoder: str, ids: Sequence[str]
    ) -> dict[str, Vector]:
        if encoder in self._held:
            known, matrix = self._held[encoder]
            place = {id_: n for n, id_ in enumerate(known)}
            return {id_: matrix[place[id_]] for id_ in ids if id_ in place}
        return index.vectors(snapshot, COLLECTION[encoder], ids)
