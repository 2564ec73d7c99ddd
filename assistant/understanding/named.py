"""An utterance that names products in full, read as if it pointed at them.

The classifier and the slot rules read words; of a title's words neither should make anything. So
the names are put out of sight ("how much is this product"), what is left is read, and the products
are kept beside it. What is asked of orders is read with its names: the service desk knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from assistant.conversation import Language
from assistant.understanding.intents import SHOPPING
from assistant.understanding.language import detect_language
from assistant.understanding.types import Slots, Understanding
from knowledge.product_names import Mention

_PLACEHOLDER: Final[dict[str, tuple[str, str]]] = {
    "en": ("this product", "that one"),
    "zh": ("这个商品", "那个商品"),
}
_ARTICLE: Final = re.compile(r"\b(?:the|a|an|your|this|that)\s+$", re.IGNORECASE)
_ALIKE: Final = re.compile(
    r"\b(?:like|similar|alike|alternatives?|instead|others?|same)\b|像|类似|相似|差不多|同款|替代|别的",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(
    r"\b(?:and|or|so|ok(?:ay)?|then|the|an?|what about|how about)\b|^\s*那", re.IGNORECASE
)
"""Words before a name that say nothing of it."""
_LOOKS: Final = frozenset(
    {"search_products", "refine_search", "recommend_products", "find_similar"}
)
_BUYS: Final = re.compile(
    r"\b(?:orders?|ordering|check ?out|buy|purchase|pay)\b|下单|买|结[账帐]|付款", re.IGNORECASE
)
_UNSURE: Final = 0.5
_MEANT: Final = 0.9


class Reads(Protocol):
    """What reads an utterance: :class:`assistant.understanding.understand.Understander`."""

    def understand(
        self, text: str, language: Language, awaiting: str | None = None
    ) -> list[Understanding]: ...


def understand_named(
    reader: Reads, text: str, mentions: Sequence[Mention], language: Language
) -> list[Understanding] | None:
    """The reading of a text with its product names out of sight; None where it is to be read as it
    stands, since it asks for something other than goods."""
    spoken = detect_language(text, language)
    bare, left = _masked(text, mentions, spoken)
    ids = tuple(dict.fromkeys(mention.product_id for mention in mentions))
    if not re.sub(r"[\W_]", "", _JOINS.sub(" ", left)):
        return [Understanding(bare, spoken, "ask_product", _MEANT, slots=Slots(products=ids))]
    heard = reader.understand(bare, spoken)
    if len(heard) != 1:
        return None
    (only,) = heard
    unsure = only.confidence < _UNSURE
    foreign = only.intent == "out_of_scope" or (unsure and only.intent not in SHOPPING)
    asks = only.intent in _LOOKS or (only.intent == "leave_review" and not only.slots.rating)
    if foreign or asks or only.intent in SHOPPING:
        alike = only.intent == "find_similar" and _ALIKE.search(left)
        told = "ask_product" if foreign or (asks and not alike) else only.intent
        if told == "place_order" and not _BUYS.search(left):
            told = "add_to_cart"  # "and the Blotto as well"
        return [
            replace(
                only,
                language=spoken,
                intent=told,
                confidence=max(only.confidence, _MEANT),
                alternatives=(),
                slots=replace(only.slots, products=ids, query="", deictic=False),
            )
        ]
    return None


def _masked(text: str, mentions: Sequence[Mention], language: str) -> tuple[str, str]:
    """The text with a word that points in place of each name, and what is left without any."""
    out, left, at = "", "", 0
    for place, mention in enumerate(mentions):
        before = text[at : mention.start]
        left += before
        out += _ARTICLE.sub("", before)
        out += _PLACEHOLDER[language][min(place, 1)]
        at = mention.end
    return out + text[at:], left + text[at:]
