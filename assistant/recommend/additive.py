"""The learned ranker: a sum of one rising curve a signal, so that its parts are the reasons.

The score of a product is the utility of a conditional logit (McFadden 1974) that is additive in its
signals: each adds sum(weight * log(1 + x / scale)) over a few scales, or weight * x where the
signal has a sign. Weights are never negative, so taking evidence away never raises a score. The
part of a signal is exactly what it adds, relative to the signal being absent (0).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
Floats = NDArray[np.float32]


class ModelUnreadable(ValueError):
    """A ranker's file cannot be used; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What a signal adds. No scales: `weights[0]` times the signal itself."""

    scales: tuple[float, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AdditiveModel:
    """A curve for each signal that counts."""

    curves: dict[str, Curve]
    card: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Curve] = field(default_factory=dict)
    """Curves for lists of what the shopper has not had before; none: the others serve."""

    def parts(self, signals: Floats, names: Sequence[str], *, new: bool = False) -> Floats:
        """What each signal adds: (n, len(names)) in and out; 0 for signals without a curve.

        `new`: for a list of what the shopper has not had before.

        Raises:
            ModelUnreadable: the model wants a signal that is not among `names`.
        """
        curves = self.discovery if new and self.discovery else self.curves
        missing = [name for name in curves if name not in names]
        if missing:
            raise ModelUnreadable(f"the ranker wants signals that nobody computes: {missing}")
        found = np.zeros(signals.shape, np.float32)
        for column, name in enumerate(names):
            curve = curves.get(name)
            if curve is None:
                continue
            values = signals[:, column]
            if not curve.scales:
                found[:, column] = curve.weights[0] * values
                continue
            for scale, weight in zip(curve.scales, curve.weights, strict=True):
                found[:, column] += weight * np.log1p(values * (1.0 / scale))
        return found

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        body = {
            "format": FORMAT,
            "card": self.card,
            "curves": _written(self.curves),
            "discovery": _written(self.discovery),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        aside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a ranker.

        Raises:
            ModelUnreadable: the file is missing, damaged or of another format.
        """
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            if body["format"] != FORMAT:
                raise ModelUnreadable(
                    f"{path}: format {body['format']}, this version reads {FORMAT}; "
                    "run `aisle train recommender` again."
                )
            curves, discovery = _read(body["curves"]), _read(body.get("discovery", {}))
        except ModelUnreadable:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelUnreadable(
                f"{path}: cannot be read as a ranker ({error}); delete it or run "
                "`aisle train recommender` again."
            ) from error
        return cls(curves, body.get("card", {}), discovery)


def _written(curves: dict[str, Curve]) -> dict[str, Any]:
    return {
        name: {"scales": list(curve.scales), "weights": list(curve.weights)}
        for name, curve in curves.items()
    }


def _read(body: dict[str, Any]) -> dict[str, Curve]:
    curves = {
        str(name): Curve(
            tuple(float(value) for value in curve["scales"]),
            tuple(float(value) for value in curve["weights"]),
        )
        for name, curve in body.items()
    }
    for name, curve in curves.items():
        fits = len(curve.weights) == max(len(curve.scales), 1)
        if not fits or min(curve.weights) < 0 or min(curve.scales, default=1.0) <= 0:
            raise ValueError(f"the curve of {name} is not one")
    return curves
