"""What settles an utterance's intent beside the two models: its nearest neighbours, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NEAR: Final = 3
"""The how-manieth neighbour says whether an utterance is among its like; one alone may be odd."""

NOWHERE: Final = -1.0
"""The cosine given for a label without rows."""


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def quantise(vectors: Floats) -> NDArray[np.int8]:
    """[N, D] -> int8 [N, D], each row scaled by itself: only directions are compared."""
    most = np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.round(vectors * (127.0 / np.maximum(most, 1e-9))), np.int8)


def principal(vectors: Floats, width: int) -> Floats:
    """The directions [D, width] that keep most of what rows [N, D] of length one consist of.

    A look at the neighbours takes as long as their rows take to be read from memory.
    """
    rows = vectors / _lengths(vectors)
    _, directions = np.linalg.eigh(np.asarray(rows.T @ rows, np.float64))
    return np.asarray(directions[:, ::-1][:, :width], np.float32)


class Neighbours:
    """The training utterances as vectors: how near each label's nearest one is.

    k nearest neighbours as evidence of what is known (Sun et al. 2022, arXiv:2204.06507), in
    scope and out of it.
    """

    def __init__(
        self,
        vectors: NDArray[np.int8],
        labels: Sequence[int],
        classes: int,
        out_of_scope: int,
        basis: Floats | None = None,
    ) -> None:
        """`vectors` [N, D] as `quantise` gives them, `labels` [N] of 0 to `classes` - 1.

        With `basis` [W, D], what is looked up has W numbers and is projected on it first.

        Raises:
            ValueError: the two differ in length, or there are no rows.
        """
        numbers = np.asarray(labels, np.int64)
        if len(numbers) != len(vectors) or not len(numbers):
            raise ValueError(f"{len(vectors)} neighbours with {len(numbers)} labels")
        order = np.argsort(numbers, kind="stable")
        rows = np.asarray(vectors, np.float32)[order]
        self._rows = np.ascontiguousarray((rows / _lengths(rows)).T)
        self._known, self._starts = np.unique(numbers[order], return_index=True)
        self._outside = numbers[order] == out_of_scope
        self._classes = classes
        self._basis = basis

    def look(self, features: Floats) -> tuple[Floats, Floats]:
        """[N, W] -> cosine of each label's nearest row [N, C], and strangeness [N].

        Strangeness is the cosine of the third nearest row out of scope less that of the third
        nearest in scope; higher is stranger. Without rows out of scope only the latter counts.
        """
        if self._basis is not None:
            features = np.asarray(features @ self._basis, np.float32)
        cosines = np.asarray(features / _lengths(features) @ self._rows, np.float32)
        nearest = np.full((len(features), self._classes), NOWHERE, np.float32)
        nearest[:, self._known] = np.maximum.reduceat(cosines, self._starts, axis=1)
        strange = _nth(cosines[:, self._outside]) - _nth(cosines[:, ~self._outside])
        return nearest, np.asarray(strange, np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How raw scores of one language become confidence; fitted on validation data."""

    encoder_share: float
    """Weight of MiniLM's log-probabilities in the fusion; the multilingual model has the rest."""
    neighbour_weight: float
    """What a label's nearest cosine adds to its log-probability."""
    temperature: float
    refuse_odds: float
    """Weight of the fused log-odds of out_of_scope in the decision to refuse."""
    refuse_strange: float
    """Weight of strangeness in it."""
    refuse_bias: float
    """Constant of it: the threshold, at a probability of a half."""
    sure_slope: float = 1.0
    """Weight of the log-odds of the likeliest label in the log-odds of its being right."""
    sure_bias: float = 0.0
    """Constant of it."""

    def fuse(self, encoder: Floats | None, multilingual: Floats, nearest: Floats) -> Floats:
        """Logits of the two models and nearest cosines -> probabilities [N, C], before the gate."""
        mixed = np.log(softmax(multilingual) + 1e-9)
        if encoder is not None:
            own = np.log(softmax(encoder) + 1e-9)
            mixed = self.encoder_share * own + (1.0 - self.encoder_share) * mixed
        mixed = mixed + self.neighbour_weight * nearest
        return softmax(np.asarray(mixed / self.temperature, np.float32))

    def gate(self, probabilities: Floats, strange: Floats, out_of_scope: int) -> Floats:
        """Set the probability of out_of_scope to that of refusing; the others share the rest."""
        evidence = refusal_evidence(probabilities, strange, out_of_scope)
        lean = evidence @ np.array([self.refuse_odds, self.refuse_strange]) + self.refuse_bias
        refuse = 1.0 / (1.0 + np.exp(-np.clip(lean, -30.0, 30.0)))
        inside = np.maximum(1.0 - probabilities[:, out_of_scope], 1e-6)
        gated = probabilities * ((1.0 - refuse) / inside)[:, None]
        gated[:, out_of_scope] = refuse
        return np.asarray(gated / gated.sum(1, keepdims=True), np.float32)

    def sure(self, probabilities: Floats) -> Floats:
        """Make the probability of each row's likeliest label that of its being right.

        Platt scaling (Platt 1999); the other labels share the rest, and none comes first that did
        not before.
        """
        best = probabilities.argmax(1)
        top = probabilities.max(1)
        said = sureness(top) * self.sure_slope + self.sure_bias
        second = np.partition(probabilities, -2, axis=1)[:, -2] if probabilities.shape[1] > 1 else 0
        least = second / np.maximum(second + 1.0 - top, 1e-6)
        right = np.clip(np.maximum(1.0 / (1.0 + np.exp(-said)), least + 1e-5), 0.0, 1.0)
        shared = probabilities * ((1.0 - right) / np.maximum(1.0 - top, 1e-6))[:, None]
        shared[np.arange(len(best)), best] = right
        return np.asarray(shared / shared.sum(1, keepdims=True), np.float32)


def sureness(top: Floats) -> NDArray[np.float64]:
    """[N] probabilities -> their log-odds, bounded."""
    held = np.clip(np.asarray(top, np.float64), 1e-4, 1.0 - 1e-4)
    return np.asarray(np.log(held / (1.0 - held)))


def refusal_evidence(
    probabilities: Floats, strange: Floats, out_of_scope: int
) -> NDArray[np.float64]:
    """[N, 2]: log-odds of out_of_scope in fused probabilities, and strangeness."""
    refuse = np.asarray(probabilities[:, out_of_scope], np.float64)
    odds = np.log(refuse + 1e-6) - np.log(1.0 - refuse + 1e-6)
    return np.stack([odds, np.asarray(strange, np.float64)], axis=1)


def _lengths(rows: Floats) -> Floats:
    return np.asarray(np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9, np.float32)


def _nth(cosines: Floats) -> Floats:
    """The third largest of each row, the smallest where there are fewer, 0 where there is none."""
    count = cosines.shape[1]
    if not count:
        return np.zeros(len(cosines), np.float32)
    place = min(NEAR, count)
    return np.asarray(np.partition(cosines, -place, axis=1)[:, -place], np.float32)
