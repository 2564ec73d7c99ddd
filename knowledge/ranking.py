"""Evidence per product, and its fusion into one score by weights that can be read and changed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Evidence = dict[str, dict[str, float]]
"""Kind -> product id -> raw score; a product that is missing has none of that evidence."""


SHARES = frozenset({"kind", "named", "only", "whom", "brand", "phrase"})
"""Kinds of evidence that are shares of 1 by nature and are not scaled over the candidates."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The tables of `fusion.toml`."""

    english: Mapping[str, float]
    translated: Mapping[str, float]
    partly: Mapping[str, float]
    chinese: Mapping[str, float]
    other: Mapping[str, float]
    picture: Mapping[str, float]
    similar: Mapping[str, float]
    candidates: Mapping[str, float]


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """What ships beside this module."""
    return Weights(**tomllib.loads(files("knowledge").joinpath("fusion.toml").read_text("utf-8")))


def scaled(scores: Mapping[str, float], among: Iterable[str]) -> dict[str, float]:
    """Scores mapped to 0..1 over the candidates: the best gets 1, the worst found gets 0.

    Candidates without a score get 0. Where all are equal they all get 1.
    """
    ids = list(among)
    found = [scores[id_] for id_ in ids if id_ in scores]
    if not found:
        return dict.fromkeys(ids, 0.0)
    # What has no score is worse than anything that has one.
    low = min(found) if len(found) == len(ids) else min(0.0, min(found))
    spread = max(found) - low
    if spread <= 0:
        return {id_: 1.0 if id_ in scores else 0.0 for id_ in ids}
    return {id_: (scores[id_] - low) / spread if id_ in scores else 0.0 for id_ in ids}


def fuse(
    evidence: Evidence, weights: Mapping[str, float], candidates: Iterable[str]
) -> dict[str, float]:
    """Weighted sum of scaled evidence, per candidate, between 0 and 1.

    Kinds of which no candidate has any drop out, and the others share their weight.
    """
    ids = list(candidates)
    used = {
        kind: weight
        for kind, weight in weights.items()
        if weight > 0 and any(id_ in evidence.get(kind, {}) for id_ in ids)
    }
    total = sum(used.values())
    out = dict.fromkeys(ids, 0.0)
    for kind, weight in used.items():
        found = evidence[kind]
        if kind not in SHARES:
            found = scaled(found, ids)
        share = weight / total
        for id_, value in found.items():
            if id_ in out:
                out[id_] += value * share
    return out


def best_of(
    ids: Sequence[str],
    position: Mapping[str, int],
    scores: NDArray[np.float32],
    limit: int,
    survivors: Sequence[str] | None,
) -> dict[str, float]:
    """The `limit` ids with the highest scores above 0, among the survivors where given."""
    if survivors is None:
        rows = np.flatnonzero(scores > 0)
    else:
        rows = np.array([position[id_] for id_ in survivors if id_ in position], dtype=np.int64)
        rows = rows[scores[rows] > 0]
    if len(rows) > limit:
        rows = rows[np.argsort(-scores[rows], kind="stable")[:limit]]
    return {ids[row]: float(scores[row]) for row in rows.tolist()}
