"""What works in colour: of printers and screens, "colour" says what they do and not how they look.

Where the kind that is sought has a yes-or-no attribute for it ("colour: yes"), "colour printers"
and 彩色打印机 are limited by that; elsewhere 彩色 stays a colour that a thing has.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.skills.base import Context
from assistant.understanding.types import AttributeLimit, Slots
from knowledge.units import truth

_IN_COLOUR: Final = re.compile(
    r"\bfull[- ]colou?r\b|\bcolou?r (?=\w)|\bin colou?r\b|\bcolou?r(?: ones?)?\W*$|彩色|彩印",
    re.IGNORECASE,
)
_ONE: Final = r"\bmono(?:chrome)?\b|\bblack[- ]?(?:and|&|n)[- ]?white\b|黑白|单色"
_IN_ONE: Final = re.compile(rf"{_ONE}|\bb ?& ?w\b", re.IGNORECASE)
_NAMES: Final = (
    *("colour", "color", "colour printing", "color printing", "colour print", "color print"),
    *("colour display", "color display", "colour screen", "color screen"),
)
_LOOKS: Final = frozenset({"multicolor", "multicolour", "black", "white"})
_WORDS: Final = re.compile(rf"\b(?:full[- ])?colou?r\b|彩色|彩印|{_ONE}", re.IGNORECASE)


def works_in_colour(ctx: Context, slots: Slots, text: str) -> Slots:
    """The slots with "colour" as the limit that records of this kind state it by, if they do."""
    one = _IN_ONE.search(text) is not None
    if not slots.categories or not (one or _IN_COLOUR.search(text)):
        return slots
    name = _stated(ctx, slots)
    if name is None or any(limit.name == name for limit in slots.attributes):
        return slots
    values = ctx.knowledge.vocabulary.values.get(name, {})
    meant = next((value for value in values if truth(value) is not one), "no" if one else "yes")
    looks = tuple(colour for colour in slots.colors if colour.casefold() not in _LOOKS)
    return replace(
        slots,
        colors=looks,
        attributes=(*slots.attributes, AttributeLimit(name, "eq", meant)),
        query=" ".join(_WORDS.sub(" ", slots.query).split()),
    )


def _stated(ctx: Context, slots: Slots) -> str | None:
    """The yes-or-no attribute by which products of these kinds state that they work in colour."""
    own = ctx.knowledge.vocabulary
    for alias in _NAMES:
        name = own.attribute_names.get(alias)
        if name is None:
            continue
        values = own.values.get(name, {})
        if values and any(truth(value) is None for value in values):
            continue
        if ctx.knowledge.products.states(ctx.session, slots.categories, name):
            return name
    return None
