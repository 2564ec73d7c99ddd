"""The picture model of one shop: learned in closed form from its own pictures, kept with its index.

Three linear maps over the encoder's vectors: a metric that shrinks how pictures of one thing differ
(within-class covariance normalisation, see :mod:`knowledge.encoders.basis`), one ridge classifier a
concept of the shop's records, and a ridge regression onto the sentence vectors of its products, so
that words find pictures. All are applied by turning the question into one vector among the stored
ones: nothing but a nearest-neighbour search happens at query time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.basis import Floats, whitening, within
from knowledge.errors import IndexDamaged
from knowledge.pictures.labels import Concept, PictureLabels

SHRINK = 0.3
"""Least share of the mean variance that is added before the metric divides by it."""
RIDGE = 0.5
"""Penalty of the classifiers and of the regression, per unit vector."""
ENOUGH = 30
"""Pictures from which on anything is learned of a shop's own."""
FEW = 4
"""Products that a concept must have with pictures to be learned."""
MOST_CONCEPTS = 400
KINDS = ("category", "path", "audience")
"""Fields that say what kind of thing it is; alike means alike in these first."""
SAID = {"category": 1.0, "path": 2.0, "audience": 1.0}
"""Shares of what is said of the kind when words are turned into a direction."""
KIND_WEIGHT = 2.0
"""How much the kind counts in all, beside 1 for a colour or any other concept."""


@dataclass(frozen=True, slots=True)
class PictureModel:
    """What was learned; without any picture it leaves vectors as they are."""

    dimension: int
    centre: Floats
    """[d]: mean of the shop's vectors, drawn to 0 where they are few."""
    metric: Floats
    """[d, d]."""
    concepts: tuple[Concept, ...] = ()
    heads: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """[d, concepts]: a column's product with a stored vector says how much the concept is seen."""
    words: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """[text dimension, d]: a sentence vector to a direction among stored vectors."""
    words_centre: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """[text dimension]: mean of the sentence vectors learned from."""
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Fusion weights learned from this shop: the tables `similar` and `picture`, where learned."""
    notes: tuple[str, ...] = ()
    """What was learned from how much, a line each, for `aisle doctor`."""

    def stored(self, vectors: Vectors) -> Vectors:
        """Vectors of the shop's pictures as the index keeps them, [n, d]."""
        return unit(np.asarray((vectors - self.centre) @ self.metric, np.float32))

    def asked(self, vectors: Vectors) -> Vectors:
        """Vectors of pictures from elsewhere, comparable with stored ones.

        What they share with the shop's mean is taken out, and no more: a shopper's photo need not
        resemble the shop's pictures as they resemble each other.
        """
        length = float(np.linalg.norm(self.centre))
        if length > 1e-6:
            along = self.centre / length
            share = np.clip(vectors @ along, 0.0, length)
            vectors = np.asarray(vectors - share[:, None] * along, np.float32)
        return unit(vectors @ self.metric)

    def kind(self, vector: Floats) -> Floats:
        """The direction [d] in which lie pictures of what this stored or asked one seems to be.

        Its likeness to every kind of thing the shop has, told back as a direction; zero where no
        kinds were learned.
        """
        columns = [n for n, concept in enumerate(self.concepts) if concept.field in KINDS]
        if not columns:
            return np.zeros(self.dimension, np.float32)
        heads = self.heads[:, columns]
        return np.asarray(heads @ (vector @ heads), np.float32)

    def seen(self, vector: Floats) -> dict[Concept, float]:
        """How much of each concept is seen in a stored or asked vector, about 0 to 1."""
        if not self.concepts:
            return {}
        return dict(zip(self.concepts, (vector @ self.heads).tolist(), strict=True))

    def said(self, concepts: Iterable[Concept], sentence: Floats | None = None) -> Floats:
        """The direction [d] of pictures that show the concepts and suit a sentence vector."""
        place = {concept: n for n, concept in enumerate(self.concepts)}
        out = np.zeros(self.dimension, np.float32)
        known = [concept for concept in concepts if concept in place]
        total = sum(SAID.get(concept.field, 0.0) for concept in known)
        for concept in known:
            share = SAID.get(concept.field)
            weight = 1.0 if share is None else KIND_WEIGHT * share / total
            out += weight * self.heads[:, place[concept]]
        if sentence is not None and self.words.size and sentence.any():
            out += (sentence - self.words_centre) @ self.words
        return out

    def shared(self, vector: Floats) -> Floats:
        """The direction [d] among stored vectors of a vector in the encoder's own space, for an
        encoder that puts words there."""
        return np.asarray(np.linalg.solve(self.metric, vector), np.float32)

    # --- on disk ----------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write as one safetensors file."""
        told = {
            "concepts": [list(concept) for concept in self.concepts],
            "weights": {name: dict(table) for name, table in self.weights.items()},
            "notes": list(self.notes),
        }
        tensors = {
            "centre": self.centre,
            "metric": self.metric,
            "heads": self.heads,
            "words": self.words,
            "words_centre": self.words_centre,
        }
        save_file(
            {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()},
            path,
            metadata={"told": json.dumps(told, ensure_ascii=False)},
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: missing or not one of these.
        """
        try:
            with safe_open(path, "np") as file:
                told = json.loads(file.metadata()["told"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return cls(
                dimension=len(tensors["centre"]),
                concepts=tuple(Concept(*pair) for pair in told["concepts"]),
                weights=told["weights"],
                notes=tuple(told["notes"]),
                **tensors,
            )
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(f"{path}: {error}; the index will be built anew.") from error

    @classmethod
    def plain(cls, dimension: int) -> Self:
        """A model that has learned nothing."""
        return cls(dimension, np.zeros(dimension, np.float32), np.eye(dimension, dtype=np.float32))


def learn(
    vectors: Vectors,
    labels: Sequence[PictureLabels],
    texts: Mapping[str, NDArray[np.float32]],
) -> PictureModel:
    """Learn a shop's model from its pictures.

    Args:
        vectors: [n, d] of the encoder, one row a picture.
        labels: what each shows.
        texts: product id -> sentence vector of its text.
    """
    if len(vectors) < ENOUGH:
        return PictureModel.plain(vectors.shape[1])
    dimension = vectors.shape[1]
    count = len(vectors)
    centre = vectors.mean(axis=0) * (count / (count + ENOUGH))
    notes = []
    things = np.unique([f"{one.product_id}\0{one.color}" for one in labels], return_inverse=True)[1]
    degrees = count - int(things.max()) - 1
    metric: Floats = np.eye(dimension, dtype=np.float32)
    if degrees >= ENOUGH:
        # A few pairs say little of most directions: the fewer, the nearer to no metric at all.
        shrink = SHRINK * (1 + dimension / degrees)
        metric = whitening(within(vectors - centre, things), shrink)
        notes.append(f"a metric from {count} pictures of {count - degrees} things")
    model = PictureModel(dimension, centre.astype(np.float32), metric)
    rows = model.stored(vectors)
    counts: Counter[Concept] = Counter()
    owners: dict[Concept, set[str]] = {}
    for one in labels:
        # In an order of their own: which concepts of like count make it must not differ by process.
        for concept in sorted(one.concepts):
            counts[concept] += 1
            owners.setdefault(concept, set()).add(one.product_id)
    usual = [
        concept
        for concept, _ in counts.most_common()
        if len(owners[concept]) >= FEW and counts[concept] < count
    ]
    concepts = tuple(usual[:MOST_CONCEPTS])
    middle = rows.mean(axis=0)
    centred = rows - middle
    gram = centred.T @ centred + RIDGE * np.eye(dimension, dtype=np.float32)
    heads = np.zeros((dimension, 0), np.float32)
    if concepts:
        place = {concept: n for n, concept in enumerate(concepts)}
        truth = np.zeros((count, len(concepts)), np.float32)
        for row, one in enumerate(labels):
            for concept in one.concepts:
                if concept in place:
                    truth[row, place[concept]] = 1.0
        heads = np.linalg.solve(gram, centred.T @ (truth - truth.mean(axis=0))).astype(np.float32)
        notes.append(f"{len(concepts)} things to see, from {count} pictures")
    known = [row for row, one in enumerate(labels) if one.product_id in texts]
    words = np.zeros((0, 0), np.float32)
    words_centre = np.zeros(0, np.float32)
    if len(known) >= ENOUGH:
        sentences = np.stack([texts[labels[row].product_id] for row in known])
        words_centre = sentences.mean(axis=0)
        words = np.linalg.solve(gram, centred[known].T @ (sentences - words_centre)).T
        notes.append(f"words for pictures from {len(known)} of the shop's own pairs")
    return PictureModel(
        dimension,
        model.centre,
        metric,
        concepts,
        heads,
        np.ascontiguousarray(words, np.float32),
        words_centre.astype(np.float32),
        notes=tuple(notes),
    )
