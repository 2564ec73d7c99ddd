"""Whether a product has to do with words, or only came up because nothing comes closer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KIND: Final = 0.5
"""Share of its kind in what the words may mean, from which a product is one of them."""
MEANING: Final = 0.35
"""Cosine to the words from which a product is close to them in meaning."""


def fits_words(evidence: Mapping[str, float]) -> bool:
    """Whether the evidence of a hit (`knowledge.types.ProductHit`) says that its record holds the
    words, or that it is of their kind or meaning; a place in a ranking alone says neither."""
    held = any(evidence.get(kind, 0.0) > 0 for kind in ("keyword", "pairs", "named"))
    meaning = max(evidence.get("text", 0.0), evidence.get("multilingual", 0.0))
    return held or evidence.get("kind", 0.0) >= KIND or meaning >= MEANING
