"""Calibration of the intent classifier on validation data: fusion, temperature, novelty gate."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.classifier import Calibration, Floats, Novelty

Ints = NDArray[np.int64]

_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_TEMPERATURES = tuple(round(0.2 * 1.08**i, 4) for i in range(36))


def fit_novelty(features: Floats, labels: Ints, shrink: float = 0.1) -> Novelty:
    """Class means and covariances of training features [N, D], shrunk towards a round one."""
    values = np.asarray(features, np.float64)
    known = np.unique(labels)
    means = np.stack([values[labels == label].mean(0) for label in known])
    centred = values - means[np.searchsorted(known, labels)]
    whiten = _whiten(centred, shrink)
    middle = values.mean(0)
    return Novelty(
        means=(means @ whiten).astype(np.float32),
        whiten=whiten.astype(np.float32),
        background_mean=middle.astype(np.float32),
        background_whiten=_whiten(values - middle, shrink).astype(np.float32),
    )


def calibrate(
    encoder: Floats | None,
    multilingual: Floats,
    novelty: Floats,
    labels: Ints,
    out_of_scope: int,
    false_refusals: float,
) -> Calibration:
    """Fit one language's calibration on validation logits [N, C] and novelty scores [N].

    Fusion weight and temperature minimise the log loss; the novelty gate then takes the lowest
    threshold that pays, with at most `false_refusals` of the utterances in scope refused.
    """
    best = min(
        (
            (_log_loss(Calibration(share, heat, np.inf, 1.0), encoder, multilingual, labels), i, j)
            for i, share in enumerate(_SHARES if encoder is not None else (0.0,))
            for j, heat in enumerate(_TEMPERATURES)
        ),
    )
    share = (_SHARES if encoder is not None else (0.0,))[best[1]]
    heat = _TEMPERATURES[best[2]]
    plain = Calibration(share, heat, np.inf, 1.0).fuse(encoder, multilingual)
    inside = labels != out_of_scope
    spread = max(float(novelty[inside].std()) * 0.25, 1e-6)
    # A gate no lower than what a hundredth of known utterances reach; higher ones are tried too.
    quantiles: Iterable[float] = np.quantile(novelty[inside], (0.97, 0.98, 0.985, 0.99, 0.995, 1.0))
    chosen, most = float(novelty.max()) + 10 * spread, -np.inf
    for threshold in (*quantiles, chosen):
        trial = Calibration(share, heat, float(threshold), spread)
        gated = trial.gate(plain.copy(), novelty, out_of_scope).argmax(1)
        refused = float((gated[inside] == out_of_scope).mean())
        caught = float((gated[~inside] == out_of_scope).mean()) if (~inside).any() else 0.0
        if refused <= false_refusals and caught - 2.0 * refused > most:
            chosen, most = float(threshold), caught - 2.0 * refused
    return Calibration(share, heat, round(chosen, 4), round(spread, 4))


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


def _log_loss(
    calibration: Calibration, encoder: Floats | None, multilingual: Floats, labels: Ints
) -> float:
    fused = calibration.fuse(encoder, multilingual)
    return float(-np.log(fused[np.arange(len(labels)), labels] + 1e-9).mean())


def _whiten(centred: NDArray[np.float64], shrink: float) -> NDArray[np.float64]:
    covariance = centred.T @ centred / max(len(centred) - 1, 1)
    width = len(covariance)
    level = float(np.trace(covariance)) / width + 1e-9
    covariance = (1.0 - shrink) * covariance + shrink * level * np.eye(width)
    values, vectors = np.linalg.eigh(covariance)
    whitened: NDArray[np.float64] = (vectors / np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
    return whitened
