"""Slips of the finger in a query, put right with the catalogue's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise

from knowledge.index.words import STOP
from knowledge.translating import lexicon
from knowledge.vocabulary import Vocabulary, stem, words

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = re.compile(r"[a-z]+")
SHORTEST = 4
"""Letters a word needs before it may be read as a slip for another one."""
LONG = 7
"""From so many letters on two slips are put right, else one."""


@cache
def dictionary() -> frozenset[str]:
    """English words of shopping that hold in any shop: never taken for slips."""
    said = [word for group in words()["synonyms"] for word in group]
    for kind in ("materials", "colors"):
        said += [word for group in words()[kind] for word in group["en"]]
    found = set(_ENGLISH.findall(" ".join([*said, *lexicon().values()]).lower()))
    return frozenset(found | words()["common_words"] | STOP)


class Speller:
    """Mends the words of queries to one shop."""

    def __init__(self, vocabulary: Vocabulary, frequency: Callable[[str], int]) -> None:
        """`frequency` is the number of products that have a word, in any of its forms."""
        self._vocabulary = vocabulary
        self._frequency = frequency
        own = (word for word in vocabulary.words if _ENGLISH.fullmatch(word))
        self._words = sorted({*own, *dictionary()} - STOP)

    def mend(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text with its slips put right, and what was changed: (said, read as)."""
        changes: list[tuple[str, str]] = []

        def right(match: re.Match[str]) -> str:
            said = match.group()
            meant = self._meant(said.lower())
            if meant is None:
                return said
            changes.append((said, meant))
            return meant

        return _WORD.sub(right, text), tuple(changes)

    def joined(self, said: Sequence[str]) -> Iterable[str]:
        """Neighbours that the shop writes as one word: "smart watch" is also "smartwatch"."""
        for one, other in pairwise(said):
            if len(one + other) >= 6 and _ENGLISH.fullmatch(one + other):
                whole = one + other
                if self._frequency(whole):
                    yield whole

    def _known(self, word: str) -> bool:
        """True of a word that no product has and that is none the worse for it."""
        return bool(
            word in dictionary()
            or stem(word) in dictionary()
            or stem(word) in self._vocabulary.english
        )

    def _meant(self, word: str) -> str | None:
        """What an unknown word is a slip for; None where it is known or nothing is near."""
        if len(word) < SHORTEST or not word.isascii() or self._frequency(word):
            return None
        split = self._split(word)
        if self._known(word):
            return split
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        cutoff = 2 if len(word) >= LONG else 1
        near = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=cutoff, limit=24
        )
        ranked = sorted(
            (distance, found[0] != word[0], -self._frequency(found), found)
            for found, distance, _ in near
            if len(found) >= SHORTEST and (len(word) > SHORTEST or found[0] == word[0])
        )
        if split is not None and (not ranked or ranked[0][0] > 1):
            return split
        return ranked[0][3] if ranked else split

    def _split(self, word: str) -> str | None:
        """ "powerbank" as "power bank": two words that the shop knows, the rarer one commonest."""
        best, most = None, 0
        for at in range(3, len(word) - 2):
            one, other = word[:at], word[at:]
            both = min(self._frequency(one), self._frequency(other))
            if f"{stem(one)} {stem(other)}" in self._vocabulary.english:
                both += 1_000_000
            if both > most:
                best, most = f"{one} {other}", both
        return best
