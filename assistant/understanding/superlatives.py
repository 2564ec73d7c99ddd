"""Words that single one out among several: "the lightest", "the cheaper one", "more memory"."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Side = Literal["most", "least"]
Sorted = Literal["price_asc", "price_desc", "rating", "newest"]


class Extreme(NamedTuple):
    """One end of a measure (`side`), or of an order of the shop (`sort`)."""

    side: Side | None
    sort: Sorted | None


_SORTED: Final[tuple[tuple[Sorted, str], ...]] = (
    ("price_asc", r"cheap(?:er|est)|(?:less|least) expensive|more affordable|lowest[- ]priced?"),
    ("price_desc", r"(?:more|most) expensive|pric(?:ier|iest)|dear(?:er|est)"),
    ("rating", r"(?:better|best|higher|highest|top)[- ](?:rated|reviewed|rating)"),
    ("newest", r"new(?:er|est)|latest|more recent|most recent"),
)
_MOST: Final = (
    r"(?:long|bigg|larg|high|great|strong|heavi|fast|bright|tall|wid|thick|warm|deep|roomi|powerful"
    r"|loud|old)(?:er|est)|most|more(?! expensive| affordable| recent)"
)
_LEAST: Final = (
    r"(?:short|small|low|light|thinn|narrow|slimm|quiet|slow)(?:er|est)|least|fewest|fewer"
    r"|less(?! expensive)"
)
_MOST_ZH: Final = "最(?:多|长|大|高|强|重|快|亮|宽|厚|深|久|耐用)"
_LEAST_ZH: Final = "最(?:少|短|小|低|轻|薄|窄|矮)"
_SIDES: Final[tuple[tuple[Side, re.Pattern[str]], ...]] = (
    ("most", re.compile(rf"\b(?:{_MOST})\b|{_MOST_ZH}", re.IGNORECASE)),
    ("least", re.compile(rf"\b(?:{_LEAST})\b|{_LEAST_ZH}", re.IGNORECASE)),
)
_ORDERS: Final = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _SORTED
)
_ANY: Final = "|".join((*(pattern for _, pattern in _SORTED), _MOST, _LEAST))
_ONE: Final = re.compile(
    rf"\bthe (?:{_ANY})(?:[- ](?!of\b)[a-z]+)?"
    r" (?:one|1|of (?:the )?(?:two|three|them|these|those))\b"
    rf"|\bthe (?:{_ANY})\W*$|\bthe one (?:that'?s|that is|which is|with the) (?:{_ANY})\b",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    r"^\W*(?:(?:and|ok|okay|so|now|but|then|what about|how about)[ ,]+)*"
    r"(?:(?:what'?s|what is|which(?: one)?(?:'s| is| are)?) )?"
    r"(?:the )?(?:[a-z]+est|most [a-z]+|least [a-z]+)(?: one)?(?: of (?:these|those|them|the lot))?"
    r"(?: please| then)?\W*$",
    re.IGNORECASE,
)
_NO_SUPERLATIVE: Final = re.compile(
    r"^\W*(?:interest|request|best|suggest|test|rest|west|guest|contest|honest|modest|forest)\W*$",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(rf"\b(?:{_ANY})\b", re.IGNORECASE)


def extreme_of(text: str) -> Extreme | None:
    """Which end is asked for; None where none is."""
    for sort, pattern in _ORDERS:
        if pattern.search(text):
            return Extreme(None, sort)
    for side, pattern in _SIDES:
        if pattern.search(text):
            return Extreme(side, None)
    return None


def one_of(text: str) -> Extreme | None:
    """The end at which the one stands that is meant: "I'll take the lighter one"."""
    return extreme_of(text) if _ONE.search(text) else None


def stands_out(text: str) -> bool:
    """Whether nothing is said but a superlative: "and the lightest?"."""
    return _ALONE.search(text) is not None and _NO_SUPERLATIVE.search(text) is None


def without_extremes(text: str) -> str:
    """The text without those words: "the biggest battery" asks about the battery, not how big."""
    return _WORDS.sub(" ", text)
