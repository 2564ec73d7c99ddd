"""What reasons state: titles, dates and values, in the shopper's language where the shop has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from assistant.recommend.log import DAY, PURCHASE
from assistant.recommend.ranking import Beside, strengths
from assistant.recommend.recommender import State
from assistant.recommend.signals import Evidence, History
from assistant.recommend.types import Taste


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reasons of a product state, in the shopper's language where the shop has it."""

    state: State
    history: History
    taste: Taste
    language: str
    evidence: Evidence
    beside: Beside
    _strengths: dict[str, dict[str, float]] = field(default_factory=dict)

    def title(self, item: int) -> str:
        """The product's name in the shopper's language, else as the shop wrote it."""
        entry = self.state.catalogue.entries[item]
        if entry is None:
            return self.state.catalogue.ids[item]
        zh = self.language == "zh"
        return entry.title_zh if zh and entry.title_zh else entry.title

    def of(self, item: int) -> dict[str, dict[str, Any]]:
        """Facts of each kind of reason that this product could have."""
        entry = self.state.catalogue.entries[item]
        if entry is None:
            return {}
        history = self.history
        found: dict[str, dict[str, Any]] = {
            "kin": {},
            "price": {"value": entry.price_band},
            "rating": {"rating": entry.rating, "count": entry.rating_count},
            "popular": {},
            "like_minded": {},
            "next": {},
            "words": {},
            "less": {},
        }
        if entry.brand:
            found["brand"] = {"value": entry.brand}
        if entry.category:
            found["category"] = {"value": entry.category}
        own = np.flatnonzero(history.items == item)
        for kind, times in (
            ("again", history.times[own[history.kinds[own] == PURCHASE]]),
            ("seen", history.times[own[history.kinds[own] != PURCHASE]]),
        ):
            if len(times):
                last = datetime.fromtimestamp(float(times.max()) * DAY, tz=UTC).date()
                found[kind] = {"date": last.isoformat()}
                if kind == "again":
                    found[kind]["times"] = len(times)
        similar = self.beside.similar.get(item)
        for kind, source in (
            ("together", self.evidence.companions.best(item)),
            ("similar", similar[0] if similar else None),
        ):
            if source is not None:
                found[kind] = {
                    "title": self.title(source),
                    "source": self.state.catalogue.ids[source],
                }
        for kind, values in (("color", entry.colors), ("size", entry.sizes)):
            liked = self._liked(kind) if values else {}
            best_value = max(values, key=lambda v: liked.get(v, 0.0), default="")
            if liked.get(best_value, 0.0) > 0:
                found[kind] = {"value": best_value}
        wish = self._wish(item)
        if wish is not None:
            found["stated"] = {"wish": wish[0], "value": wish[1]}
        return found

    def _liked(self, kind: str) -> dict[str, float]:
        if kind not in self._strengths:
            self._strengths[kind] = strengths(self.taste, kind)
        return self._strengths[kind]

    def _wish(self, item: int) -> tuple[str, str] | None:
        for kind, values in self.taste.stated.get("prefer", {}).items():
            for value in values:
                if (self.state.catalogue.wished(kind, str(value)) == item).any():
                    return kind, str(value)
        return None
