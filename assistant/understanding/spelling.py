"""Words of service as they are typed in haste, put right: "pls cancle my oder", "whats left".

Only words that say what is asked for are put right, never names, goods or numbers, so that nothing
a shopper chose is read as something else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

_SHORT: Final[dict[str, str]] = {
    "whats": "what's", "wheres": "where's", "hows": "how's", "whens": "when's", "thats": "that's",
    "theres": "there's", "im": "I'm", "ive": "I've", "dont": "don't", "doesnt": "doesn't",
    "didnt": "didn't", "cant": "can't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't",
    "shouldnt": "shouldn't", "youre": "you're", "pls": "please", "plz": "please", "plss": "please",
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "gimme": "give me",
    "lemme": "let me", "cuz": "because", "coz": "because", "thx": "thanks", "ur": "your",
    "oder": "order", "ordr": "order", "odrer": "order", "orer": "order", "wnat": "want",
    "teh": "the", "waht": "what", "cnacel": "cancel", "adres": "address", "w/": "with",
    "w/o": "without", "sth": "something", "smth": "something",
}  # fmt: skip
_TARGETS: Final = (
    "cancel", "cancelled", "cancelling", "return", "returned", "returning", "exchange",
    "exchanged", "refund", "refunded", "address", "payment", "replace", "replacement", "received",
    "delivered", "delivery", "pending", "default", "different", "please", "change", "changed",
    "order", "ordered", "orders", "cheapest", "cheaper", "expensive", "available", "instead",
    "original", "account", "modify", "purchase", "mistake", "possible", "because", "anymore",
    "another", "everything", "except", "balance", "upgrade", "already",
)  # fmt: skip
_WORDS: Final = frozenset(
    {"replaced", "replaces", "older", "chance", "changes", "charge", "chang", "charged"}
    | {"purchased", "purchases", "cancer", "chancel", "cancels", "accounts", "pleased", "pleas"}
    | {"deliver", "delivers", "receives", "receiver", "receive", "addressed", "payments", "returns"}
    | {"balanced", "balances", "mistakes", "mistaken", "exchanges", "refunds", "originals"}
    | {"replacements", "upgraded", "upgrades", "excerpt", "orderly", "readdress", "defaults"}
    | {"modifies", "expensively", "cancelable", "exchanger", "returner", "canceled", "canceling"}
)
"""Words of their own that are one letter from one of the targets."""
_WORD = re.compile(r"(?<![\w@.'’/#-])[A-Za-z]+(?:/o?(?=\s))?(?![\w@'’-]|\.\w)")
_YOU = re.compile(
    r"\b(can|could|would|will|do|did|have|if|are|so|thank|that|what|which|how many|as|hope|wish)"
    r" u\b|\bu (?=(?:guys|have|can|please|got|sell|help|do|could|tell|will|are|need|still|also"
    r"|just|send|refund|cancel|change|exchange|return)\b)"
)


_DIGITS: Final = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_SPOKEN = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine)"
    r"(?:[ ,-]+(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine)){3,}\b",
    re.IGNORECASE,
)


_NUMBERS: Final = {
    **{word: int(digit) for word, digit in _DIGITS.items() if len(word) > 2}, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_UNITS: Final = {
    "terabyte": "TB", "terabytes": "TB", "tera": "TB", "gig": "GB", "gigs": "GB",
    "gigabyte": "GB", "gigabytes": "GB", "megapixel": "MP", "megapixels": "MP",
}  # fmt: skip
_MEASURE = re.compile(
    rf"\b(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -])?"
    rf"(?P<n>{'|'.join(_NUMBERS)}|\d+(?:\.\d+)?)[ -]?"
    rf"(?P<unit>{'|'.join(_UNITS)}|inch(?:es)?|pieces?|hours?|foot|feet|cups?|lit(?:er|re)s?|mm|ml"
    rf"|bar|pounds?|lbs?)\b",
    re.IGNORECASE,
)


def digits_of(text: str) -> str:
    """`text` with spoken numbers as digits, where they are told one by one or before a unit: "zip
    nine four one three two", "seventeen inch", "eight gigs"."""
    text = _SPOKEN.sub(
        lambda run: "".join(_DIGITS[word] for word in re.findall(r"[a-z]+", run[0].casefold())),
        text,
    )
    return _MEASURE.sub(_measured, text)


def _measured(said: re.Match[str]) -> str:
    number, unit = said["n"].casefold(), said["unit"]
    short = _UNITS.get(unit.casefold())
    if number.isdecimal() or "." in number:
        return f"{said['n']}{short}" if short and not said["tens"] else said[0]
    if number == "one" and unit.casefold() == "piece":
        return said[0]
    value = _NUMBERS[number] + (_NUMBERS[said["tens"].casefold()] if said["tens"] else 0)
    return f"{value}{short}" if short else f"{value} {unit}"


def mended(text: str) -> str:
    """`text` with hasty spellings of the words of service put right; the same where there are
    none."""
    if not text.isascii() and not re.search(r"[A-Za-z]{3}", text):
        return text
    text = digits_of(text)
    text = _YOU.sub(lambda m: f"{m[1]} you" if m[1] else "you ", text)
    return _WORD.sub(_mend, text)


def _mend(match: re.Match[str]) -> str:
    word = match[0]
    if not (word.islower() or (match.start() == 0 and word[1:].islower())):
        return word
    right = _right(word.casefold())
    return right[0].upper() + right[1:] if word[0].isupper() else right


@lru_cache(maxsize=4096)
def _right(word: str) -> str:
    short = _SHORT.get(word)
    if short is not None or len(word) < 5 or word in _WORDS or word in _TARGETS:
        return short or word
    near = [
        target
        for target in _TARGETS
        if target[0] == word[0]
        and abs(len(target) - len(word)) <= 1
        and OSA.distance(word, target, score_cutoff=1) == 1
    ]
    return near[0] if len(near) == 1 else word
