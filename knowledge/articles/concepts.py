"""What a text of a shop's help is about, whatever words it uses: the concepts of concepts.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from knowledge.index.words import english_words, has_chinese

MISSPELT_FROM = 5
"""Letters a word needs before it may be read as a slip for another one."""
LIKENESS = 86.0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables of concepts.toml, ready to be matched."""

    english: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    """First stem of a phrase -> (all its stems, concept)."""
    chinese: Sequence[tuple[str, str]]
    """(phrase, concept)."""
    parts: Mapping[str, tuple[str, ...]]
    """Topic -> the concepts that make it; topics that are one concept are left out."""
    groups: Mapping[str, tuple[str, ...]]
    """Subject -> its topics."""
    stems: frozenset[str]
    """Every English stem of every phrase."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """What ships beside this module."""
    data = tomllib.loads(files("knowledge.articles").joinpath("concepts.toml").read_text("utf-8"))
    english: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, phrases in data["en"].items():
        for phrase in phrases:
            row = tuple(stems(phrase))
            english.setdefault(row[0], []).append((row, concept))
    return Lexicon(
        english,
        tuple((phrase, concept) for concept, some in data["zh"].items() for phrase in some),
        {topic: tuple(names) for topic, names in data["parts"].items()},
        {subject: tuple(topics) for subject, topics in data["groups"].items()},
        frozenset(stem for rows in english.values() for row, _ in rows for stem in row),
    )


def stems(text: str) -> list[str]:
    """English stems in order, function words among them; a hyphen parts words."""
    return english_words(text.replace("-", " "), stop=False)


def concepts(text: str, known: Iterable[str] | None = None) -> frozenset[str]:
    """The concepts that a text names, in English and in Chinese alike.

    Args:
        text: a question, or a piece of an article.
        known: words that are no slips. Where given, other words are read as the concepts' words
            that they are likest.
    """
    table = lexicon()
    found: set[str] = set()
    words = stems(text)
    if known is not None:
        words = [_mended(word, known) for word in words]
    for place, word in enumerate(words):
        for phrase, concept in table.english.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                found.add(concept)
    if has_chinese(text):
        low = text.lower()
        found.update(concept for phrase, concept in table.chinese if phrase in low)
    return frozenset(found)


def _mended(word: str, known: Iterable[str]) -> str:
    if len(word) < MISSPELT_FROM or not word.isalpha() or word in lexicon().stems or word in known:
        return word
    return _likest(word) or word


@lru_cache(maxsize=5000)
def _likest(word: str) -> str | None:
    from rapidfuzz import fuzz, process

    long = [stem for stem in lexicon().stems if len(stem) >= MISSPELT_FROM - 1]
    found = process.extractOne(word, sorted(long), scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return None if found is None else str(found[0])
