"""How many of a part a thing has: "at least 5 buttons", "with 4 HDMI ports", and what that limits.

Only what the shop itself counts in its records becomes a limit; and a number of things is no price,
whether the shop counts them or not.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.understanding.slot_base import Draft, compiled, number
from assistant.understanding.slot_bounds import operator
from assistant.understanding.types import AttributeLimit
from knowledge.vocabulary import Vocabulary, phrase_key, stem

_SMALL: Final = r"(?:\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_COUNTED: Final = compiled(
    rf"(?<![\w./#$€£¥-])(?P<n>{_SMALL})[ -](?P<what>[a-z][a-z-]+(?: [a-z][a-z-]+){{0,2}})"
)
_HAS: Final = compiled(r"\b(?:with|has|have|having|and|or)\s+(?:exactly\s+)?$")
_NAMED: Final = ("{}", "number of {}", "{} quantity", "{} count", "quantity of {}")
_THINGS: Final = compiled(
    r"\s+(?!(?:dollars|bucks|euros|pounds|yuan|cents|its|this|is|was|has|as|us|less|plus|unless"
    r"|across|perhaps|always)\b)"
    r"(?:(?!(?:with|for|in|and|or|but|from|that|please|including|on|at|by|to|of|not|no|the|an?|my"
    r"|if|then|max|only|which|is|are|without|any|some|new|good|nice)\b)[a-z-]+\s+)?"
    r"(?P<noun>[a-z-]{2,}(?<!s)s)\b"
)
_GOODS: Final = frozenset({"category", "audience", "brand", "material"})


def read_counts(draft: Draft) -> None:
    """Fill attributes from a number of something that the shop counts."""
    for match in draft.find(_COUNTED):
        found = _attribute(draft.vocabulary, match["what"])
        value = number(match["n"])
        if found is None or value is None:
            continue
        name, words = found
        end = match.start("what") + len(" ".join(match["what"].split(" ")[:words]))
        way, start, last = operator(draft.text, match.start(), end)
        if way == "eq" and not _HAS.search(draft.text[:start]):
            continue  # "2 buttons" may be what is bought
        draft.add("attributes", AttributeLimit(name, way, float(value)))
        draft.claim("attributes", start, last)


def counts_things(draft: Draft, end: int) -> bool:
    """Whether what follows a bare number up to `end` is a number of things: "at least 5 buttons"
    is no price, "under 50 headphones" is one of goods."""
    match = _THINGS.match(draft.text, end)
    if match is None:
        return False
    surfaces = draft.vocabulary.english.get(stem(match["noun"]), ())
    return not any(surface.kind in _GOODS for surface in surfaces)


def _attribute(vocabulary: Vocabulary, phrase: str) -> tuple[str, int] | None:
    """The attribute that counts what a phrase begins with, and how many words name it."""
    tokens = phrase.split(" ")
    for words in range(len(tokens), 0, -1):
        said = " ".join(tokens[:words])
        for pattern in _NAMED:
            for each in (said, re.sub(r"s$", "", said)):
                name = vocabulary.attribute_names.get(pattern.format(each))
                if name is not None and _number(vocabulary, name):
                    return name, words
        if phrase_key(said) in vocabulary.english:
            return None
    return None


def _number(vocabulary: Vocabulary, name: str) -> bool:
    """Whether an attribute's values are numbers: only texts are kept as a choice."""
    return not vocabulary.values.get(name)
