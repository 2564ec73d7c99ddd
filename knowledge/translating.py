"""Chinese words of shopping put into English, so that a Chinese query finds English records."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.index.words import HAN
from knowledge.vocabulary import Vocabulary, phrase_key, words

_TOKEN = re.compile(rf"[{HAN}]|[^{HAN}\s]+")
_HAS_HAN = re.compile(rf"[{HAN}]")
_NOT_HAN = re.compile(rf"[^{HAN}]")
_SILENT = frozenset(
    "的了吗呢吧一们类和与及或个只件双条款台部本套种点把张副对些想要买找有请给我用带能可以是在"
)
"""Characters that may be left over without anything being lost."""
_UNKNOWN = 10
"""What a character that no word covers costs; a word costs 1, a silent character 2."""
_BEFORE = {"brand": 0, "category": 1, "color": 2, "material": 3, "audience": 4}


@dataclass(frozen=True, slots=True)
class Translation:
    """A Chinese text in English, as far as its words are known."""

    text: str
    """English words in the order of the Chinese ones; Latin words stay as they are."""
    pairs: tuple[tuple[str, str], ...]
    """(Chinese, English) of each word that was put into English."""
    share: float
    """Share of the Chinese characters that is covered, silent ones left out of account."""


@cache
def lexicon() -> dict[str, str]:
    """Chinese word -> English, in lower case. It holds in any shop."""
    found: dict[str, str] = {}
    text = files("knowledge").joinpath("lexicon_zh.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for word in row["chinese"].split():
            found.setdefault(word, row["english"])
    for word, english in words()["brands_zh"].items():
        found.setdefault(word, english)
    return found


@cache
def things_named() -> frozenset[str]:
    """Keys (`knowledge.vocabulary.phrase_key`) of English names of kinds of things, in any shop."""
    named = {phrase for group in words()["synonyms"] for phrase in group}
    return frozenset(phrase_key(name) for name in named | set(lexicon().values()))


def translate(text: str, vocabulary: Vocabulary) -> Translation:
    """The text in English: the longest known words, as few of them as will do.

    A word of the lexicon is taken before one that the shop's records explain.
    """
    out: list[str] = []
    pairs: list[tuple[str, str]] = []
    known = asked = 0
    for said, english in _cut(_TOKEN.findall(text.lower()), vocabulary):
        size = len(_NOT_HAN.sub("", said))
        if english:
            out.append(english)
            known += size
            if english != said:
                pairs.append((said, english))
        if english or said not in _SILENT:
            asked += size
    return Translation(" ".join(out), tuple(pairs), known / asked if asked else 1.0)


def _cut(tokens: list[str], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Tokens put together to words, each with its English ("" where it has none); of least cost."""
    longest = max(8, vocabulary.longest_chinese)
    best: list[tuple[int, list[tuple[str, str]]]] = [(0, [])]
    for end in range(1, len(tokens) + 1):
        last = tokens[end - 1]
        han = not _NOT_HAN.match(last)
        cost = (2 if last in _SILENT else _UNKNOWN) if han else 1
        found = (best[end - 1][0] + cost, [*best[end - 1][1], (last, "" if han else last)])
        for start in range(max(0, end - longest), end):
            word = "".join(tokens[start:end])
            english = _english(word, vocabulary)
            if english and best[start][0] + 1 < found[0]:
                found = (best[start][0] + 1, [*best[start][1], (word, english)])
        best.append(found)
    return best[-1][1]


def _english(word: str, vocabulary: Vocabulary) -> str:
    if not _HAS_HAN.search(word):
        return ""
    known = lexicon().get(word)
    if known:
        return known
    surfaces = [s for s in vocabulary.chinese.get(word, ()) if s.kind in _BEFORE]
    if not surfaces:
        return ""
    name: str = min(surfaces, key=lambda s: _BEFORE[s.kind]).name
    return "" if _HAS_HAN.search(name) else name.lower()
