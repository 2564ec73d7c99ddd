"""Evidence from pictures: a photo among the shop's, neighbours of a product, words for a look."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.base import unit
from knowledge.index import Index, Snapshot
from knowledge.index.words import has_chinese
from knowledge.pictures import Concept, PictureModel
from knowledge.vocabulary import MAX_PHRASE_TOKENS, Surface, Vocabulary, stem

COLLECTION = "products_image"
SHARPNESS = 15.0
"""How much the likest of a product's pictures counts before the others."""
CLOSE = 60
"""Products whose every picture is compared, not only those found."""
_TOKEN = re.compile(r"[a-z0-9]+")

Vector = NDArray[np.float32]


def of_photo(
    index: Index,
    snapshot: Snapshot,
    vector: Vector,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Product id -> likeness to a photo's vector from the encoder, in looks and in kind."""
    model = _model(snapshot, vector)
    return _alike(index, snapshot, model, model.asked(vector[None])[0], limit, survivors)


def of_product(
    index: Index,
    snapshot: Snapshot,
    product_id: str,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Product id -> likeness to a product's pictures; empty where it has none."""
    held = index.vectors(snapshot, COLLECTION, index.picture_ids([product_id]))
    if not held:
        return {}
    mean = unit(np.stack(list(held.values())).mean(axis=0, keepdims=True))[0]
    return _alike(index, snapshot, _model(snapshot, mean), mean, limit, survivors)


def _alike(
    index: Index,
    snapshot: Snapshot,
    model: PictureModel,
    vector: Vector,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Product id -> likeness to a vector in the space of stored pictures, and to its kind."""
    return _products(index, snapshot, vector + model.kind(vector), limit, survivors)


def of_words(
    index: Index,
    snapshot: Snapshot,
    concepts: Sequence[Concept],
    words: Vector | None,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Product id -> how much its pictures show what the words say; empty where none can tell.

    `words` is their vector in the encoder's space, where it has one for words.
    """
    model = snapshot.pictures
    if model is None:
        return {}
    direction = model.said(concepts)
    if words is not None and words.any():
        shared = model.shared(words)
        # Neither drowns the other: what the shop taught and what the encoder knows count alike.
        direction = _unit(direction) + _unit(shared)
    return _best(index, snapshot, direction, limit, survivors) if direction.any() else {}


def said_concepts(text: str, vocabulary: Vocabulary) -> list[Concept]:
    """What a text names of the shop's kinds, colours, audiences and materials, longest names first.

    A category stands for a leaf and for every path that ends in it; which of them the shop's
    pictures taught is for the model to know.
    """
    found: dict[Concept, None] = {}
    for surface in _surfaces(text, vocabulary):
        if surface.kind == "value":
            found[Concept(surface.attribute, surface.name)] = None
        elif surface.kind in ("category", "color", "audience", "material"):
            found[Concept(surface.kind, surface.name)] = None
    audiences = [concept.value for concept in found if concept.field == "audience"]
    categories = [concept.value for concept in found if concept.field == "category"]
    for path in vocabulary.categories:
        # "Women / Tops / Tees" where both women and tees were named.
        parts = path.split(" / ")
        if len(parts) > 1 and parts[-1] in categories:
            first = parts[0].casefold()
            if not audiences or any(first == audience.casefold() for audience in audiences):
                found[Concept("path", path)] = None
    return list(found)


def _surfaces(text: str, vocabulary: Vocabulary) -> list[Surface]:
    found: list[Surface] = []
    at = 0
    if has_chinese(text):
        low = text.lower()
        while at < len(low):
            for size in range(min(vocabulary.longest_chinese, len(low) - at), 0, -1):
                meant = vocabulary.chinese.get(low[at : at + size])
                if meant:
                    found += meant
                    at += size - 1
                    break
            at += 1
        return found
    tokens = [stem(token) for token in _TOKEN.findall(text.lower().replace("'s", ""))]
    while at < len(tokens):
        for size in range(min(MAX_PHRASE_TOKENS, len(tokens) - at), 0, -1):
            meant = vocabulary.english.get(" ".join(tokens[at : at + size]))
            if meant:
                found += meant
                at += size - 1
                break
        at += 1
    return found


def _model(snapshot: Snapshot, vector: Vector) -> PictureModel:
    return snapshot.pictures or PictureModel.plain(len(vector))


def _unit(vector: Vector) -> Vector:
    return np.asarray(unit(vector[None])[0], np.float32)


def _products(
    index: Index,
    snapshot: Snapshot,
    direction: Vector,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Likeness over all pictures of the closest products, the likest counting most."""
    best = _best(index, snapshot, direction, limit, survivors)
    close = sorted(best, key=lambda id_: (-best[id_], id_))[:CLOSE]
    names = [name for id_ in close for name in index.picture_ids([id_])]
    if len(names) <= len(close):
        return best
    every: dict[str, list[float]] = {}
    for name, likeness in index.nearest(snapshot, COLLECTION, direction, len(names), names).items():
        every.setdefault(name.rsplit("#", 1)[0], []).append(likeness)
    return best | {
        id_: math.log(math.fsum(math.exp(SHARPNESS * one) for one in found) / len(found))
        / SHARPNESS
        for id_, found in every.items()
    }


def _best(
    index: Index,
    snapshot: Snapshot,
    direction: Vector,
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """Likeness of each product's likest picture, of the nearest pictures."""
    among = None
    if survivors is not None:
        among = index.picture_ids(survivors)
        if not among:
            return {}
    best: dict[str, float] = {}
    near = index.nearest(snapshot, COLLECTION, direction.astype(np.float32), limit, among)
    for name, likeness in near.items():
        owner = name.rsplit("#", 1)[0]
        best[owner] = max(likeness, best.get(owner, -1.0))
    return best
