"""Calibration of the intent classifier on validation data: fusion, temperature, refusing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.evidence import (
    Calibration,
    Floats,
    refusal_evidence,
    softmax,
    sureness,
)

Ints = NDArray[np.int64]

_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_WEIGHTS = (0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 20.0, 28.0)
_TEMPERATURES = tuple(round(0.2 * 1.08**i, 4) for i in range(36))
_THRESHOLDS = tuple(round(-4.0 + 0.05 * i, 2) for i in range(281))
ENOUGH = 200
"""Rows from which two numbers say better how sure to be than none."""
_NEVER = Calibration(
    encoder_share=0.0, neighbour_weight=0.0, temperature=1.0,
    refuse_odds=1.0, refuse_strange=0.0, refuse_bias=0.0,
)  # fmt: skip
"""Leaves out_of_scope the probability that it has: odds of weight one, and nothing besides."""


def calibrate(
    encoder: Floats | None,
    multilingual: Floats,
    nearest: Floats,
    strange: Floats,
    labels: Ints,
    out_of_scope: int,
    false_refusals: float,
) -> Calibration:
    """Fit one language's calibration on validation logits [N, C], cosines [N, C], strangeness [N].

    Fusion weights and temperature minimise the log loss. Refusing is a logistic regression on the
    fused log-odds of out_of_scope and on strangeness; its threshold is then the lowest at which at
    most `false_refusals` of the utterances in scope are refused. Without rows out of scope, or
    with nothing else, nothing is refused that is not so labelled. Confidence is set last: refusing
    takes probability from labels that are right.
    """
    found = _fitted(encoder, multilingual, nearest, strange, labels, out_of_scope, false_refusals)
    fused = found.fuse(encoder, multilingual, nearest)
    gated = found.gate(fused, strange, out_of_scope)
    right = gated.argmax(1) == labels
    if len(labels) < ENOUGH or right.all() or not right.any():
        return found
    (slope,), bias = logistic(sureness(gated.max(1))[:, None], right, decay=0.0)
    return replace(found, sure_slope=round(slope, 4), sure_bias=round(bias, 4))


def _fitted(
    encoder: Floats | None,
    multilingual: Floats,
    nearest: Floats,
    strange: Floats,
    labels: Ints,
    out_of_scope: int,
    false_refusals: float,
) -> Calibration:
    best, lowest = _NEVER, np.inf
    for share, weight in itertools.product(_SHARES if encoder is not None else (0.0,), _WEIGHTS):
        even = replace(_NEVER, encoder_share=share, neighbour_weight=weight)
        mixed = np.log(even.fuse(encoder, multilingual, nearest) + 1e-12)
        for heat in _TEMPERATURES:
            sure = softmax(np.asarray(mixed / heat, np.float32))
            loss = float(-np.log(sure[np.arange(len(labels)), labels] + 1e-9).mean())
            if loss < lowest:
                best, lowest = replace(even, temperature=heat), loss
    fused = best.fuse(encoder, multilingual, nearest)
    outside = labels == out_of_scope
    if outside.all() or not outside.any():
        return best
    evidence = refusal_evidence(fused, strange, out_of_scope)
    weights, bias = logistic(evidence, outside)
    ready = replace(
        best,
        refuse_odds=round(weights[0], 4),
        refuse_strange=round(weights[1], 4),
        refuse_bias=bias,
    )
    for raised in _THRESHOLDS:
        trial = replace(ready, refuse_bias=round(bias - raised, 4))
        refused = trial.gate(fused, strange, out_of_scope).argmax(1) == out_of_scope
        if refused[~outside].mean() <= false_refusals:
            return trial
    return best


def logistic(
    evidence: NDArray[np.float64], wanted: NDArray[np.bool_], decay: float = 0.01
) -> tuple[list[float], float]:
    """Logistic regression of `wanted` [N] on `evidence` [N, F]: F weights and a bias.

    Newton's method on standardised columns, with a little decay so that columns which part the
    rows without error have weights too.
    """
    middle, spread = evidence.mean(0), evidence.std(0) + 1e-9
    columns = np.column_stack([(evidence - middle) / spread, np.ones(len(evidence))])
    held = np.eye(columns.shape[1]) * decay * len(columns)
    held[-1, -1] = 1e-6
    found = np.zeros(columns.shape[1])
    for _ in range(60):
        sure = 1.0 / (1.0 + np.exp(-np.clip(columns @ found, -30.0, 30.0)))
        slope = columns.T @ (sure - wanted) + held @ found
        curve = columns.T @ (columns * (sure * (1.0 - sure))[:, None]) + held
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = found[:-1] / spread
    return weights.tolist(), float(found[-1] - weights @ middle)


def calibration_error(probabilities: Floats, labels: Ints, bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599) over equal-width bins."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(total)
