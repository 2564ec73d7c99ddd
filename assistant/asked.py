"""A line of `aisle search` as a product query: words to rank by, limits that hold, an order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assistant.conversation import Language
from assistant.skills.limits import LEFT_OUT, RELAXABLE, limit_facts, limits_from, without
from assistant.understanding.slots import SlotReader
from assistant.understanding.types import Slots
from assistant.wording.render import wording
from knowledge.index.words import has_chinese
from knowledge.shop import Shop
from knowledge.types import Limits, ProductQuery

_FITS = re.compile(
    r"\b(?:for|fits?|to fit|works? with|compatible with)\s+(?:(?:my|a|an|the|our)\s+)?$"
    r"|(?:适合|适用于?|用于|兼容|配|给)$",
    re.IGNORECASE,
)
"""What stands before a brand that a thing is for and not of: "case for Samsung"."""
_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?\s*(?:[a-z]{1,2}\b|[\"″])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is understood."""

    query: ProductQuery
    language: Language
    limits: tuple[dict[str, Any], ...]
    """The limits as facts (`assistant.skills.limits.limit_facts`)."""

    @property
    def limits_in_words(self) -> tuple[str, ...]:
        """Each limit as a phrase in the line's language."""
        words = wording(self.language)
        return tuple(words.text(f"limit.{fact['kind']}", fact) for fact in self.limits)


class LineReader:
    """Reads lines in the words of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._currency = shop.settings.currency
        today: Callable[[], date] = date.today
        self._reader = SlotReader(shop.knowledge.vocabulary, self._currency, today)

    def read(self, text: str, *, image: bytes | None = None, limit: int = 10) -> Asked:
        """The line as a query. Without a limit or an order its words are searched as they stand."""
        language: Language = "zh" if has_chinese(text) else "en"
        slots = self._reader.read(text, language, "search_products") if text else Slots()
        limits = _stated(slots, text)
        query = ProductQuery(text=text, language=language, image=image, limits=limits, limit=limit)
        if limits != Limits() or slots.sort:
            words = slots.query or _thing(slots)
            query = replace(query, text=words, sort=slots.sort or "relevance")
        return Asked(query, language, tuple(limit_facts(limits, self._currency)))


def _thing(slots: Slots) -> str:
    """What is named together with a quantity and nowhere else: the drive of "2 TB hard drive"."""
    said = [span.text for span in slots.spans if span.slot == "attributes"]
    return " ".join(_QUANTITY.sub(" ", " ".join(said)).split())


def _stated(slots: Slots, text: str) -> Limits:
    """What must hold. A kind of thing ranks and does not limit, and neither does a feature that is
    only named ("waterproof jacket"), since records that leave it out may have it all the same."""
    limits = limits_from(slots)
    brands = limits.brands
    for span in slots.spans:
        if span.slot == "brands" and _FITS.search(text[: span.start]):
            brands = ()
    return replace(
        limits,
        categories=(),
        brands=brands,
        attributes=tuple(
            limit
            for limit in limits.attributes
            if not (limit.operator == "eq" and limit.value == "yes")
        ),
    )


def what_would_help(shop: Shop, session: Session, asked: Asked) -> str:
    """For a line without a hit: which limit, dropped, brings something back, in words."""
    words = wording(asked.language)
    facts: dict[str, Any] = {"limits": list(asked.limits), **dict.fromkeys(LEFT_OUT, "")}
    for kind in RELAXABLE:
        limits = asked.query.limits
        if getattr(limits, kind) == getattr(Limits(), kind):
            continue
        relaxed = replace(asked.query, limits=without(limits, kind), limit=1)
        if not shop.knowledge.products.search(session, relaxed):
            continue
        only: Limits = replace(Limits(), **{kind: getattr(limits, kind)})
        dropped = limit_facts(only, shop.settings.currency)
        facts |= {"dropped": dropped, "count": None, "low": None, "currency": ""}
        return words.text("search.none_but", facts)
    return words.text("search.none", facts)
