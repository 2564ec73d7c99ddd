"""What all slot readers share: the utterance being read, claimed spans, numbers in two"
" languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from assistant.conversation import Language
from assistant.understanding.traditional import simplified
from assistant.understanding.types import Span
from knowledge.vocabulary import Vocabulary

MAX_CHARACTERS = 2_000
"""Only so much of an utterance is read; slots stand at the start of anything longer."""

_UNITS = {"k": 1_000, "千": 1_000, "万": 10_000, "w": 10_000}
_ENGLISH_NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "dozen": 12}
_WORD = "|".join([*sorted(_ENGLISH_NUMBERS, key=len, reverse=True), *_SCALES])
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "仨": 3,
}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}

DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,2})?(?![\d])(?:\s?k\b|\s?[千万w](?![a-z]))?"
NUMBER_EN = rf"(?:{DIGITS}|(?:an?\s)?\b(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD})){{0,5}}\b)"
NUMBER_ZH = rf"(?:{DIGITS}|[零〇一二两三四五六七八九十百千万]{{1,9}})"

_SPACED = {ord(char): " " for char in "\u200b\u200c\u200d\ufeff\u00ad\u2060"}


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern in which a Chinese character is no word character, so that "至少16GB" has a word
    boundary where people see one."""
    return re.compile(pattern, flags | re.ASCII)


def normalise(text: str) -> str:
    """Lower-case, half-width, simplified text of exactly the length of `text`, so that spans hold
    in both."""
    plain = []
    for char in simplified(text.translate(_SPACED)):
        code = ord(char)
        if 0xFF01 <= code <= 0xFF5E:
            char = chr(code - 0xFEE0)
        elif char in "’‘`´":
            char = "'"
        elif char in "“”″":
            char = '"'
        elif char in "–—−~～":
            char = "-"
        elif code >= 0x80 and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zs"):
            char = " "
        elif code < 0x20 or code == 0x7F:
            char = "\n" if char == "\n" else " "
        lower = char.lower()
        plain.append(lower if len(lower) == 1 else char)
    return "".join(plain)


@dataclass(slots=True)
class Draft:
    """One utterance while it is read. Readers claim characters so that no other reads them."""

    raw: str
    text: str
    language: Language
    vocabulary: Vocabulary
    currency: str
    today: date
    intent: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    claimed: bytearray = field(default_factory=bytearray)
    silent: bytearray = field(default_factory=bytearray)
    """Claimed characters that are no words of the query: limits, counts, references."""

    def __post_init__(self) -> None:
        self.claimed = bytearray(len(self.text))
        self.silent = bytearray(len(self.text))

    def free(self, start: int, end: int) -> bool:
        """True where nobody has claimed any of the characters."""
        return start < end and not any(self.claimed[start:end])

    def claim(self, slot: str, start: int, end: int, keep: bool = False) -> None:
        """Record a span; `keep` leaves its words in the query."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return
        self.claimed[start:end] = b"\x01" * (end - start)
        if not keep:
            self.hide(start, end)
        self.spans.append(Span(slot, start, end, self.raw[start:end]))

    def hide(self, start: int, end: int) -> None:
        """Keep characters out of the query without a slot of their own."""
        self.silent[start:end] = b"\x01" * (end - start)

    def note(self, slot: str, start: int, end: int) -> None:
        """Record a span whose words stay free: "wrong colour" is a reason and may name a colour."""
        self.hide(start, end)
        self.spans.append(Span(slot, start, end, self.raw[start:end]))

    def add(self, slot: str, value: Any) -> None:
        """Append to a slot that holds several values, each once."""
        held = self.values.setdefault(slot, [])
        if value not in held:
            held.append(value)

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of `pattern` in characters that are still free."""
        for match in pattern.finditer(self.text):
            if self.free(*match.span()):
                yield match


@lru_cache(maxsize=4_096)
def number(text: str) -> Decimal | None:
    """The value of "1,200", "1.2k", "two hundred", "两百五", "1.5万", "千"; None if there is"
    " none."""
    text = text.strip().lower().replace(",", "").replace(" ", "" if text[:1].isdigit() else " ")
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,4})?)([k千万w]?)", text)
    if match:
        return Decimal(match[1]) * _UNITS.get(match[2], 1)
    if text and all(char in _HAN_DIGITS or char in _HAN_SCALES for char in text):
        return _chinese(text)
    return _english(text)


def _chinese(text: str) -> Decimal:
    if all(char in _HAN_DIGITS for char in text):
        return Decimal("".join(str(_HAN_DIGITS[char]) for char in text))
    total = section = digit = 0
    scale = 1
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
            scale = 1 if char in "零〇" else scale
        elif char == "万":
            total = (total + section + digit or 1) * 10_000
            section, digit, scale = 0, 0, 10_000
        else:
            scale = _HAN_SCALES[char]
            section += (digit or 1) * scale
            digit = 0
    # "两百五" leaves out the last unit: the five counts tens.
    section += digit * (scale // 10 if scale >= 100 else 1)
    return Decimal(total + section)


def _english(text: str) -> Decimal | None:
    total = current = 0
    seen = False
    for word in re.split(r"[\s-]+", text):
        if word in _ENGLISH_NUMBERS:
            current += _ENGLISH_NUMBERS[word]
        elif word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if word in ("thousand", "grand"):
                total, current = total + current, 0
        elif word in ("a", "an", "and"):
            continue
        else:
            return None
        seen = True
    return Decimal(total + current) if seen else None
