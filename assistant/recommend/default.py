"""The ranker of a shop that has trained none: weights written by hand."""

from __future__ import annotations

from typing import Final

from assistant.recommend.additive import AdditiveModel, Curve

CURVES: Final[dict[str, tuple[float, float]]] = {
    "own_month": (1.0, 0.4),
    "own_count": (2.0, 0.4),
    "own_rebuy": (0.3, 0.5),
    "seen": (0.3, 0.3),
    "like_minded": (0.05, 0.4),
    "same_buyers": (0.05, 0.3),
    "together": (0.05, 0.5),
    "category_likes": (0.05, 0.3),
    "line_likes": (0.2, 0.2),
    "brand_likes": (0.05, 0.1),
    "category_near": (0.02, 0.1),
    "popular_month": (2.0, 0.2),
    "popular_season": (2.0, 0.2),
}
"""Signal -> (scale, weight)."""


def default_model() -> AdditiveModel:
    """See `CURVES`."""
    curves = {name: Curve((scale,), (weight,)) for name, (scale, weight) in CURVES.items()}
    return AdditiveModel(curves, {"name": "default", "trained": False})
