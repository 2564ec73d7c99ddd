"""Whether what was found is called what was asked for, or is only near it in meaning."""

from __future__ import annotations

import re

from assistant.conversation import Card
from assistant.understanding.types import Slots
from knowledge.index.words import english_words, has_chinese
from knowledge.translating import translate
from knowledge.vocabulary import Vocabulary

_FOR_WHAT = re.compile(r"\b(?:for|with|of|in|to|from|without)\b", re.IGNORECASE)


def named(slots: Slots, cards: tuple[Card, ...], vocabulary: Vocabulary) -> bool:
    """True where a card's title, category or brand holds the thing that was asked for, it was
    understood as a kind of thing, or it cannot be told, the records being in another language."""
    if not slots.query.strip() or slots.categories:
        return True
    titles = " ".join(card.title for card in cards)
    names = " ".join(f"{card.title} {card.category} {card.brand}" for card in cards)
    if not has_chinese(slots.query):
        return _thing(slots.query) <= set(english_words(names))
    # In Chinese too the thing comes last: 手机壳 is a case; and after the last 的.
    head = slots.query.rpartition("的")[2].strip()[-2:]
    if not head or head in names or (head.endswith("子") and head[:-1] in names):
        return True
    put = translate(slots.query, vocabulary)
    known = put.share == 1.0 and bool(put.text)
    if known and _thing(put.text) <= set(english_words(titles)):
        return True
    return not has_chinese(titles) and not known


def _thing(query: str) -> set[str]:
    """What is sought: the last word before what it is for, since "iphone cases" are cases."""
    return set(english_words(_FOR_WHAT.split(query)[0])[-1:])
