"""Which categories a query names, so that "laptop" means notebooks and not their sleeves."""

from __future__ import annotations

import re
from collections.abc import Collection

from knowledge.index.words import chinese_pairs, english_words, has_chinese
from knowledge.vocabulary import MAX_PHRASE_TOKENS, Vocabulary, stem

_TOKEN = re.compile(r"[a-z0-9]+")
_TURN = frozenset(
    re.findall(
        r"\w+",
        "with without for under over below above in from by between at of to on like than less "
        "more not no but and or that which",
    )
)
"""Words after which a noun phrase is over: what is sought is named before them."""


def named_categories(text: str, vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    """Categories that the text is about, and the keyword terms that say so.

    In English the last word of a noun phrase says what a thing is: a "laptop case" is a case. So
    only a name that ends its phrase counts. In Chinese the longest name that is found counts, the
    last one where there are several.
    """
    if has_chinese(text):
        return _chinese(text, vocabulary)
    tokens = _TOKEN.findall(text.lower().replace("'s", ""))
    end = next((i for i, token in enumerate(tokens) if i and token in _TURN), len(tokens))
    tokens = tokens[:end]
    for start in range(max(0, len(tokens) - MAX_PHRASE_TOKENS), len(tokens)):
        key = " ".join(stem(token) for token in tokens[start:])
        names = frozenset(
            surface.name
            for surface in vocabulary.english.get(key, ())
            if surface.kind == "category"
        )
        if names:
            return names, frozenset(english_words(" ".join(tokens[start:])))
    return frozenset(), frozenset()


def _chinese(text: str, vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    text = text.lower()
    for end in range(len(text), 0, -1):
        for start in range(max(0, end - vocabulary.longest_chinese), end):
            names = frozenset(
                surface.name
                for surface in vocabulary.chinese.get(text[start:end], ())
                if surface.kind == "category"
            )
            if names:
                return names, frozenset(chinese_pairs(text[start:end]))
    return frozenset(), frozenset()


def named_score(category: str, path: str, names: Collection[str]) -> float:
    """1 where a category, or one it lies in, is named; shared where several are named, since a word
    that names many categories says little of each."""
    named = names and (category in names or any(part in names for part in path.split(" / ")))
    return 1.0 / len(names) if named else 0.0
