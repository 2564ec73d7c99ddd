"""What of a list is left: as many as are asked for, without what is ruled out in words."""

from __future__ import annotations

import re
from typing import Any

from assistant.skills.base import Context
from assistant.skills.cards import load_products
from assistant.skills.mentions import mentioning
from assistant.understanding.slot_base import number
from assistant.understanding.types import Slots
from knowledge.index.words import has_chinese
from knowledge.types import ProductHit

PAGE = 6
"""Products shown at a time."""

_SO_MANY = re.compile(
    r"最\S{1,5}?的?前?(?P<zh>[两二三四五六2-6])[款个件双台条部只]"
    r"|前(?P<top>[两二三四五六2-6])[款个件双台条部只名]"
    r"|\b(?:top|first|cheapest|best(?:[- ]rated)?|newest|most \w+) "
    r"(?P<en>two|three|four|five|six|[2-6])\b"
    r"|\b(?P<of>two|three|four|five|six|[2-6]) (?:cheapest|best(?:[- ]rated)?|newest|most \w+)\b",
    re.IGNORECASE,
)


_LIMITING = frozenset({"colors", "sizes", "materials", "audiences"})


def without_limits(heard: Slots, query: str) -> str:
    """Chinese words that are sought without those that only limit: of 瑜伽垫绿色 the mat."""
    bare = query
    for span in heard.spans if has_chinese(query) else ():
        if span.slot in _LIMITING and has_chinese(span.text):
            bare = bare.replace(span.text, " ")
    return "".join(bare.split()) if bare.strip() and bare != query else query


def how_many(text: str) -> int:
    """As many as are asked for: "the cheapest three"; else a page."""
    found = _SO_MANY.search(text)
    said = next((group for group in found.groups() if group), "") if found else ""
    return min(int(number(said) or PAGE), PAGE)


def lacking(
    ctx: Context, hits: list[ProductHit], words: tuple[str, ...]
) -> tuple[list[ProductHit], tuple[str, ...]]:
    """The hits whose record mentions none of the words, and the words that cannot be looked up."""
    unheard = []
    for word in words if hits else ():
        products = load_products(ctx.session, [hit.product_id for hit in hits])
        held = mentioning(products.values(), word, ctx.knowledge.vocabulary)
        if held is None:
            unheard.append(word)
        else:
            hits = [hit for hit in hits if hit.product_id not in held]
    return hits, tuple(unheard)


def without_facts(slots: Slots, unheard: tuple[str, ...]) -> list[dict[str, Any]]:
    words = [word for word in slots.not_words if word not in unheard]
    return [{"kind": "not_words", "values": words}] if words else []
