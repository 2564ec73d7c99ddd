"""When the value of a record is what was asked for: colours, sizes, audiences, materials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

COLOR_FAMILIES: dict[str, frozenset[str]] = {
    "blue": frozenset({"navy", "sky", "azure", "indigo", "cobalt", "royal", "denim", "sapphire"}),
    "red": frozenset({"burgundy", "maroon", "crimson", "scarlet", "wine", "cherry"}),
    "green": frozenset({"olive", "mint", "lime", "emerald", "sage", "forest"}),
    "gray": frozenset({"grey", "charcoal", "slate", "graphite", "anthracite"}),
    "grey": frozenset({"gray", "charcoal", "slate", "graphite", "anthracite"}),
    "white": frozenset({"ivory", "snow", "pearl"}),
    "brown": frozenset({"tan", "chestnut", "chocolate", "coffee", "walnut", "camel"}),
    "purple": frozenset({"violet", "lavender", "lilac", "plum", "aubergine"}),
    "pink": frozenset({"rose", "fuchsia", "blush", "magenta"}),
    "yellow": frozenset({"mustard", "lemon", "amber"}),
    "beige": frozenset({"sand", "cream", "ecru", "oatmeal"}),
    "orange": frozenset({"apricot", "rust", "tangerine"}),
}
"""A colour asked for takes these in as well: "blue" takes navy, while "navy" takes only navy."""

AUDIENCES: dict[str, frozenset[str]] = {
    "women": frozenset({"women", "unisex"}),
    "men": frozenset({"men", "unisex"}),
    "girls": frozenset({"girls", "kids"}),
    "boys": frozenset({"boys", "kids"}),
    "kids": frozenset({"kids", "girls", "boys"}),
}
"""Whom a product may be made for so that it suits the one asked for."""
GROWN: Final = 16
"""From this age on what is made for children no longer fits."""
CHILDREN: Final = frozenset({"girls", "boys", "kids"})
GROWN_UPS: Final = frozenset({"women", "men"})

SIZES = {
    "extra small": "xs",
    "small": "s",
    "medium": "m",
    "large": "l",
    "extra large": "xl",
    "x-large": "xl",
    "2xl": "xxl",
    "one size": "one size",
}
"""Sizes spelt out, and the letters they are the same as."""


def in_category(held: tuple[str, str, str], names: Sequence[str]) -> bool:
    """The leaf category, in English or Chinese, or any element of the path is one of the names."""
    category, path, chinese = held
    elements = {category.casefold(), chinese.casefold(), *path.casefold().split(" / ")} - {""}
    return any(name.strip().casefold() in elements for name in names)


def same(held: str, wanted: str) -> bool:
    """The same text but for case."""
    return held.strip().casefold() == wanted.strip().casefold()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def has_words(held: str, wanted: str) -> bool:
    """Every word of what is asked stands in the record: "cotton" in "Organic Cotton, Linen"."""
    words = _words(wanted)
    return bool(words) and (set(words) <= set(_words(held)) or same(held, wanted))


def says(texts: Iterable[str], wanted: str) -> bool:
    """One of a record's texts names what is asked: as words, or in Chinese, which has no spaces,
    anywhere. It is how a must-not is held against what a record says of its material."""
    chinese = any("\u3400" <= character <= "\u9fff" for character in wanted)
    return any((chinese and wanted in text) or has_words(text, wanted) for text in texts)


def suits(held: str, wanted: str) -> bool:
    """What is made for `held` suits those asked for: unisex suits women."""
    low = wanted.strip().casefold()
    return held.casefold() in AUDIENCES.get(low, frozenset({low}))


def same_color(held: str, wanted: str) -> bool:
    """The colour asked for, alone or among others, or one of its family."""
    words, asked = set(_words(held)), wanted.strip().casefold()
    if has_words(held, asked):
        return True
    return bool(words & COLOR_FAMILIES.get(asked, frozenset()))


def same_size(held: str, wanted: str) -> bool:
    """The same size, spelt out or not."""

    def plain(size: str) -> str:
        low = " ".join(size.casefold().split())
        low = SIZES.get(low, low)
        return low.removesuffix(".0")

    return plain(held) == plain(wanted)
