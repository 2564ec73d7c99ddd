"""Scores of how strange an utterance is to a trained intent model, and how well each one refuses.

Energy: Liu et al. 2020 (arXiv:2010.03759); relative Mahalanobis: Ren et al. 2021 (2106.09022);
k nearest neighbours: Sun et al. 2022 (2204.06507).
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FALSE_REFUSALS = 0.03
PARTS = ("val", "test")


@dataclass(frozen=True, slots=True)
class Mahalanobis:
    """Squared distance to the nearest class mean under the shared covariance, less that to the
    mean of all classes under theirs."""

    means: Floats
    """Class means in whitened space, [C, D]."""
    whiten: Floats
    """[D, D]; a vector times it has unit covariance within classes."""
    background_mean: Floats
    background_whiten: Floats

    @classmethod
    def fit(cls, features: Floats, labels: Ints, shrink: float = 0.1) -> Mahalanobis:
        """From training features [N, D], covariances shrunk towards a round one."""
        values = np.asarray(features, np.float64)
        known = np.unique(labels)
        means = np.stack([values[labels == label].mean(0) for label in known])
        whiten = _whiten(values - means[np.searchsorted(known, labels)], shrink)
        middle = values.mean(0)
        return cls(
            means=np.asarray(means @ whiten, np.float32),
            whiten=np.asarray(whiten, np.float32),
            background_mean=np.asarray(middle, np.float32),
            background_whiten=np.asarray(_whiten(values - middle, shrink), np.float32),
        )

    def score(self, features: Floats) -> Floats:
        """[N, D] -> [N]; higher is stranger."""
        inside = features @ self.whiten
        square = (inside**2).sum(1, keepdims=True) + (self.means**2).sum(1)
        nearest = (square - 2.0 * inside @ self.means.T).min(1)
        outside = ((features - self.background_mean) @ self.background_whiten) ** 2
        return np.asarray(nearest - outside.sum(1), np.float32)


def strangeness(
    features: dict[str, dict[str, Floats]], logits: dict[str, dict[str, Floats]], labels: Ints
) -> dict[str, dict[str, Floats]]:
    """Scores by method of the parts val and test; higher is stranger.

    `features` and `logits` are by model, then by part; `labels` are those of the part train.
    """
    found: dict[str, dict[str, Floats]] = {}
    for name, by_part in logits.items():
        found[f"probability, {name}"] = {p: -_top(by_part[p]) for p in PARTS}
        found[f"energy, {name}"] = {p: -np.log(np.exp(by_part[p]).sum(1)) for p in PARTS}
    for name, by_part in features.items():
        distance = Mahalanobis.fit(by_part["train"], labels)
        found[f"mahalanobis, {name}"] = {p: distance.score(by_part[p]) for p in PARTS}
        found[f"neighbours, {name}"] = {p: _far(by_part["train"], by_part[p], 3) for p in PARTS}
    return found


def refusing(
    strange: dict[str, dict[str, Floats]], outside: dict[str, NDArray[np.bool_]]
) -> dict[str, float | str]:
    """Figures of the sum of up to four methods that ranks validation best; prints each method's.

    The threshold leaves FALSE_REFUSALS of the validation rows in scope refused.
    """
    level = {
        name: {p: (s[p] - s["val"].mean()) / s["val"].std() for p in PARTS}
        for name, s in strange.items()
    }
    sums = {
        " + ".join(names): {p: sum(level[n][p] for n in names) for p in PARTS}
        for size in (1, 2, 3, 4)
        for names in itertools.combinations(level, size)
    }
    best = max(sums, key=lambda name: auroc(outside["val"], sums[name]["val"]))
    for name in (*level, best):
        print(f"  {name}: {json.dumps(_refusal(sums[name], outside))}")
    return {"refusal": best, **_refusal(sums[best], outside)}


def auroc(outside: NDArray[np.bool_], scores: Floats) -> float:
    """Area under the ROC curve by ranks; ties count half."""
    values = np.asarray(scores, np.float64)
    order = np.sort(values[~outside])
    below = np.searchsorted(order, values[outside], "left")
    equal = np.searchsorted(order, values[outside], "right") - below
    return float((below + equal / 2).mean() / len(order))


def _refusal(scores: dict[str, Floats], outside: dict[str, NDArray[np.bool_]]) -> dict[str, float]:
    threshold = np.quantile(scores["val"][~outside["val"]], 1 - FALSE_REFUSALS)
    refused = scores["test"] > threshold
    return {
        "auroc": round(auroc(outside["test"], scores["test"]), 4),
        "recall": round(float(refused[outside["test"]].mean()), 4),
        "false_refusals": round(float(refused[~outside["test"]].mean()), 4),
    }


def _far(known: Floats, asked: Floats, k: int) -> Floats:
    """One less the cosine to the k-th nearest known row."""
    known = known / np.linalg.norm(known, axis=1, keepdims=True)
    asked = asked / np.linalg.norm(asked, axis=1, keepdims=True)
    return np.asarray(1 - np.partition(asked @ known.T, -k, axis=1)[:, -k], np.float32)


def _top(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(shifted.max(1) / shifted.sum(1), np.float32)


def _whiten(centred: NDArray[np.float64], shrink: float) -> NDArray[np.float64]:
    covariance = centred.T @ centred / max(len(centred) - 1, 1)
    width = len(covariance)
    level = float(np.trace(covariance)) / width + 1e-9
    covariance = (1.0 - shrink) * covariance + shrink * level * np.eye(width)
    values, vectors = np.linalg.eigh(covariance)
    whitened: NDArray[np.float64] = (vectors / np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
    return whitened
