"""What the words of a product query are read as, before anything is searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.index.keyword import KeywordIndex
from knowledge.index.words import english_words, has_chinese
from knowledge.naming import named_categories
from knowledge.spelling import Speller
from knowledge.translating import translate
from knowledge.vocabulary import Vocabulary

QueryKind = Literal["english", "translated", "partly", "chinese", "other"]
"""Which table of `fusion.toml` a query's evidence is weighted by."""

TRANSLATED_FROM = 0.5
"""Share of a Chinese query's characters that must be put into English to search with that, too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query's text as it is searched with."""

    said: str
    kind: QueryKind
    english: str
    """English with slips put right; of a Chinese query what could be translated, or empty."""
    terms: tuple[str, ...]
    """English stems that some product has."""
    joined: tuple[str, ...]
    """Stems of neighbours that the shop writes as one word."""
    unknown: bool
    """True where an English word is in no product."""
    changes: tuple[tuple[str, str], ...]
    """(said, read as): slips put right, words translated."""
    names: frozenset[str]
    """Categories that the text is about."""
    used: frozenset[str]
    """Terms and character pairs that name them."""

    @property
    def searched(self) -> tuple[str, ...]:
        """English stems to search with."""
        return (*self.terms, *self.joined)

    @property
    def chinese(self) -> str:
        """The text where it has Chinese, else empty."""
        return self.said if has_chinese(self.said) else ""


def query_kind(text: str, language: str, vocabulary: Vocabulary) -> QueryKind:
    """Which kind of query this is, from its text and the language of the conversation."""
    if has_chinese(text):
        translated = translate(text, vocabulary)
        if not translated.text or translated.share < TRANSLATED_FROM:
            return "chinese"
        return "translated" if translated.share == 1.0 else "partly"
    # What a shopper types in Latin letters into a Chinese conversation is a brand or English.
    return "english" if language in ("en", "zh") else "other"


def read(
    text: str, language: str, vocabulary: Vocabulary, speller: Speller, keyword: KeywordIndex
) -> Reading:
    """Translate, mend, and see which categories are named."""
    kind = query_kind(text, language, vocabulary)
    changes: tuple[tuple[str, str], ...] = ()
    english = text
    if has_chinese(text):
        translated = translate(text, vocabulary)
        english = translated.text if kind != "chinese" else ""
        changes = translated.pairs if kind != "chinese" else ()
    elif kind == "english":
        english, changes = speller.mend(text)
    names, used = named_categories(text if has_chinese(text) else english, vocabulary)
    if english and has_chinese(text):
        more, words = named_categories(english, vocabulary)
        names, used = names or more, used | words
    said = dict.fromkeys(english_words(english))
    terms = tuple(term for term in said if keyword.frequency(term))
    joined = english_words(" ".join(speller.joined(english.lower().split())))
    return Reading(
        text,
        kind,
        english,
        terms,
        tuple(term for term in dict.fromkeys(joined) if term not in said),
        len(terms) < len(said),
        changes,
        names,
        used,
    )
