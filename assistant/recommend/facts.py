"""What reasons state: titles, dates and values, in the shopper's language where the shop has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
        taste, history = self.taste, self.history
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
        bought = history.times[(history.items == item) & (history.kinds == PURCHASE)]
        if len(bought):
            last = datetime.fromtimestamp(float(bought.max()) * DAY, tz=UTC).date()
            found["again"] = {"times": len(bought), "date": last.isoformat()}
        looked = history.times[(history.items == item) & (history.kinds != PURCHASE)]
        if len(looked):
            last = datetime.fromtimestamp(float(looked.max()) * DAY, tz=UTC).date()
            found["seen"] = {"date": last.isoformat()}
        for kind, pairs in (
            ("together", self.evidence.companions),
            ("similar", self.beside.similar),
        ):
            if item in pairs:
                source = pairs[item][0]
                found[kind] = {
                    "title": self.title(source),
                    "source": self.state.catalogue.ids[source],
                }
        for kind, values in (("color", entry.colors), ("size", entry.sizes)):
            liked = strengths(taste, kind)
            best_value = max(values, key=lambda v: liked.get(v, 0.0), default="")
            if liked.get(best_value, 0.0) > 0:
                found[kind] = {"value": best_value}
        wish = self._wish(item)
        if wish is not None:
            found["stated"] = {"wish": wish[0], "value": wish[1]}
        return found

    def _wish(self, item: int) -> tuple[str, str] | None:
        for kind, values in self.taste.stated.get("prefer", {}).items():
            for value in values:
                if self.state.catalogue.wished(kind, str(value))[item]:
                    return kind, str(value)
        return None
