"""Which way a limit goes: "at least", "no more than", "can't be heavier than", "or less", 以上."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from assistant.understanding.slot_base import compiled
from assistant.understanding.types import Operator

_LOOKED_BACK: Final = 48
"""Characters before a number that may hold the words of its limit."""
_BEFORE: Final[dict[Operator, re.Pattern[str]]] = {
    "min": compiled(
        r"(?:at least|min(?:imum)?(?: of)?|more than|over|above|from|exceed(?:s|ing)?"
        r"|(?:bigg|larg|long|heavi|great|tall|high|wid|deep|thick|fast|bright|strong)er than"
        r"|upwards of|>=?|≥"
        r"|至少|不低于|不少于|不小于|(?<!不)大于|(?<!不)超过|最少|起码)\s*$"
    ),
    "max": compiled(
        r"(?:under|below|less than|fewer than"
        r"|(?:light|small|short|narrow|thinn|slimm|low|slow)er than|up to|at most|within"
        r"|max(?:imum)?(?: of)?"
        r"|<=?|≤|不超过|低于|小于|少于|最多|轻于|不到|不大于)\s*$"
    ),
    "ne": compiled(r"(?:\bnot(?: with)?|\bno|\bwithout|不要)\s*$"),
}
_AFTER: Final[dict[Operator, re.Pattern[str]]] = {
    "min": compiled(
        r"\s*(?:\+(?!\s*\d)|or (?:more|above|over|bigger|larger|higher|better|up|longer)|and"
        r" (?:up|above)"
        r"|at least\b|minimum\b|以上|起步|及以上)"
    ),
    "max": compiled(
        r"\s*(?:or (?:less|fewer|under|below|smaller|lighter|lower|shorter)|max(?:imum)?\b|tops\b"
        r"|以下|以内|之内)"
    ),
}
_DENIED: Final = compiled(
    r"(?:\bno|\bnot|n't|\bnever|\bcannot|\bnothing)"
    r"(?:\s+(?:to|be|is|go|get|come|weigh|cost|measure|take|have|need|want|pay|spend|it|any|much|a"
    r"|anything|something)){0,4}\s+$"
)
"""What stands before a limit and turns it round: "it can't be heavier than"."""
_ABOUT: Final = compiled(
    r"(?:\b(?:around|(?<!what )(?<!how )about|roughly|approximately|approx\.?|circa)|~"
    r"|大约|大概|约|差不多)\s*$"
)
_OR_SO: Final = compiled(r"\s*(?:-?ish\b|or so\b|or thereabouts\b|左右|上下)")
_JOINED: Final = compiled(r"\s*,?\s*(?:(?:and|but|or|yet)\s+)?(?P<words>[a-z' ]{3,30}?)\s*(?=\d)")
_BARE: Final = compiled(
    r"(?P<n>\d{1,6}(?:\.\d{1,3})?)(?![\d.]*\d|\s?(?:[a-z$€£%\"]|[\u3400-\u9fff]))"
)
_BARE_BEFORE: Final = compiled(
    r"(?<![\w.$€£])(?P<n>\d{1,6}(?:\.\d{1,3})?)[\s,]*(?:and|but|or|yet)?\s*$"
)
_OTHER_WAY: Final[dict[Operator, Operator]] = {"min": "max", "max": "min"}


class Bare(NamedTuple):
    """A limit on a number that names no unit, at [start, end) of the text."""

    operator: Operator
    value: float
    start: int
    end: int


def denied_start(text: str, start: int) -> int | None:
    """Where the words begin that turn a limit at `start` round; None where there are none."""
    match = _DENIED.search(text[max(0, start - _LOOKED_BACK) : start])
    return None if match is None else start - len(match[0])


def operator(text: str, start: int, end: int) -> tuple[Operator, int, int]:
    """The limit that the words beside a quantity at [start, end) state, and the span of both."""
    before = text[max(0, start - _LOOKED_BACK) : start]
    for name, pattern in _BEFORE.items():
        match = pattern.search(before)
        if match is None:
            continue
        first = start - len(match[0])
        turned = denied_start(text, first) if name in _OTHER_WAY else None
        if turned is not None:
            return _OTHER_WAY[name], turned, end
        return name, first, end
    for name, pattern in _AFTER.items():
        match = pattern.match(text, end)
        if match:
            return name, start, match.end()
    return "eq", start, end


def before_limit(text: str) -> str:
    """What stands before a quantity, less the words of its limit: "宽不超过" -> "宽"."""
    for pattern in _BEFORE.values():
        match = pattern.search(text)
        if match:
            return text[: match.start()]
    return text


def about(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of a quantity with its "around" or "or so"; None where it has none."""
    before = _ABOUT.search(text[max(0, start - _LOOKED_BACK) : start])
    if before:
        return start - len(before[0]), end
    after = _OR_SO.match(text, end)
    return (start, after.end()) if after else None


def beside_limit(text: str, start: int, end: int, way: Operator) -> Bare | None:
    """The limit of the other way on a bare number just after, or just before, one at [start, end):
    "at least 14 inch but no more than 15.6", "more than 14 but less than 16 inches"."""
    joined = _JOINED.match(text, end)
    bare = _BARE.match(text, joined.end()) if joined else None
    if bare:
        other, first, last = operator(text, *bare.span("n"))
        if first >= end and _OTHER_WAY.get(way) == other:
            return Bare(other, float(bare["n"]), first, last)
    bare = _BARE_BEFORE.search(text[max(0, start - _LOOKED_BACK) : start])
    if bare:
        shift = max(0, start - _LOOKED_BACK)
        other, first, _ = operator(text, bare.start("n") + shift, bare.end("n") + shift)
        if _OTHER_WAY.get(way) == other:
            return Bare(other, float(bare["n"]), first, start)
    return None
