"""Which products resemble which, for all of them at once: what `similar_to` finds for one.

Text, pictures and kind count as in a search for similar products; each is compared with every other
instead of with the nearest few, in blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.base import unit
from knowledge.index import Index, Snapshot
from knowledge.pictures import PictureModel

ROWS = 96
"""Products compared with all others at once."""
READ = 2_000
"""Vectors read from the index at once."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a product is, as far as likeness counts it."""

    category: str
    path: str
    audience: str


def nearest_of_all(
    index: Index,
    snapshot: Snapshot,
    ids: Sequence[str],
    kinds: Sequence[Kind],
    weights: Mapping[str, float],
    count: int,
) -> tuple[NDArray[np.int32], Floats]:
    """Places in `ids` of the `count` products most like each, and how like they are.

    Returns:
        Two arrays (len(ids), count): places, best first, -1 where there are no more; likeness
        against that of the best, in 0..1.
    """
    size = len(ids)
    found = np.full((size, count), -1, np.int32)
    strength = np.zeros((size, count), np.float32)
    text = _texts(index, snapshot, ids)
    asked, shown = _pictures(index, snapshot, ids)
    category, path, audience = (
        _numbers([getattr(kind, name) for kind in kinds])
        for name in ("category", "path", "audience")
    )
    filed = np.array([bool(kind.category) for kind in kinds])
    for start in range(0, size, ROWS):
        rows = slice(start, min(start + ROWS, size))
        total = np.zeros((rows.stop - start, size), np.float32)
        known = np.zeros(total.shape[0], np.float32)
        itself = (np.arange(total.shape[0]), np.arange(start, rows.stop))
        for vectors, others, name in ((text, text, "text"), (asked, shown, "image")):
            if vectors is None or others is None or not weights.get(name):
                continue
            near = vectors[rows] @ others.T
            near[itself] = -1.0
            best = near.max(axis=1)
            good = best > 0
            near[good] *= (weights[name] / best[good])[:, None]
            near[~good] = 0.0
            total += np.maximum(near, 0.0)
            known += weights[name] * good
        if weights.get("attribute"):
            same = (category[rows, None] == category[None, :]) & filed[None, :]
            total += (
                weights["attribute"]
                * same
                * (
                    np.float32(0.5)
                    + np.float32(0.25) * (path[rows, None] == path[None, :])
                    + np.float32(0.25) * (audience[rows, None] == audience[None, :])
                )
            )
        total[itself] = -1.0
        total[known == 0] = -1.0
        most = min(count, size - 1)
        if most <= 0:
            continue
        places = np.argpartition(-total, most - 1, axis=1)[:, :most]
        likeness = np.take_along_axis(total, places, axis=1)
        # Ties by id, so that the same records give the same neighbours.
        order = np.lexsort((places, -np.round(likeness, 6)), axis=1)
        places = np.take_along_axis(places, order, axis=1)
        likeness = np.take_along_axis(likeness, order, axis=1)
        top = np.maximum(likeness[:, :1], 1e-9)
        found[rows, :most] = np.where(likeness > 0, places, -1)
        strength[rows, :most] = np.where(likeness > 0, likeness / top, 0.0)
    return found, strength


def _numbers(values: Sequence[str]) -> NDArray[np.int32]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)


def _texts(index: Index, snapshot: Snapshot, ids: Sequence[str]) -> Floats | None:
    """(len(ids), d) unit vectors, 0 where a product has none; None where nobody has one."""
    made: Floats | None = None
    for start in range(0, len(ids), READ):
        part = ids[start : start + READ]
        held = index.vectors(snapshot, "products_text", part)
        for place, id_ in enumerate(part, start):
            vector = held.get(id_)
            if vector is not None:
                if made is None:
                    made = np.zeros((len(ids), len(vector)), np.float32)
                made[place] = vector
    return None if made is None else np.asarray(unit(made), np.float32)


def _pictures(
    index: Index, snapshot: Snapshot, ids: Sequence[str]
) -> tuple[Floats | None, Floats | None]:
    """What each product's pictures are searched with, and their mean that is found."""
    shown: Floats | None = None
    for start in range(0, len(ids), READ):
        part = ids[start : start + READ]
        names = [index.picture_ids([id_]) for id_ in part]
        held = index.vectors(snapshot, "products_image", [name for each in names for name in each])
        for place, each in enumerate(names, start):
            vectors = [held[name] for name in each if name in held]
            if vectors:
                if shown is None:
                    shown = np.zeros((len(ids), len(vectors[0])), np.float32)
                shown[place] = np.mean(vectors, axis=0)
    if shown is None:
        return None, None
    shown = np.asarray(unit(shown), np.float32)
    model = snapshot.pictures or PictureModel.plain(shown.shape[1])
    asked = np.zeros_like(shown)
    for start in range(0, len(ids), READ):
        part_of = shown[start : start + READ]
        asked[start : start + READ] = part_of + np.stack([model.kind(one) for one in part_of])
    asked[~shown.any(axis=1)] = 0.0
    return np.asarray(unit(asked), np.float32), shown
