"""Whether a turn asks for a write or only speaks of it: negation, supposition, report.

"Don't cancel it, just tell me where it is" names cancelling and asks for none; so does "what would
happen if I returned it?". A reading that moves money or an order, or deletes, needs one mention of
its act that is asked for; where every mention is denied, supposed or reported, the reading is
vetoed. How a mention is judged is a matter of the language: polarity_en, polarity_zh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from assistant.conversation import Language
from assistant.understanding import polarity_en, polarity_zh
from assistant.understanding.slot_base import normalise

MONEY: Final = frozenset(
    {"cancel_order", "return_item", "exchange_item", "request_refund", "change_order"}
    | {"change_shipping_address", "change_payment", "place_order"}
)
"""Intents whose skill proposes a write to an order or to money."""

GUARDED: Final = MONEY | {"forget_me", "delete_account"}
"""Intents that a denied, supposed or reported act must not set off."""

Stance = Literal["asked", "spoken of", "unnamed"]

_MAX_CHARACTERS: Final = 600

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "cancel_order": ("cancel",),
    "return_item": ("return",),
    "request_refund": ("refund",),
    "exchange_item": ("exchange",),
    "change_order": ("change",),
    "change_shipping_address": ("address",),
    "change_payment": ("payment",),
    "place_order": ("order",),
    "forget_me": ("erase",),
    "delete_account": ("account",),
}
_NEAR: Final[Mapping[str, tuple[str, ...]]] = {
    "cancel_order": ("refund", "return", "placing", "buying"),
    "return_item": ("refund", "cancel"),
    "request_refund": ("return", "cancel", "placing"),
    "exchange_item": ("return", "refund"),
    "forget_me": ("account",),
    "delete_account": ("erase",),
}
"""Acts that are readily taken for an intent's own, asked where the turn does not name its own."""

_ANY: Final = ("cancel", "return", "refund", "exchange", "change")


def only_spoken_of(text: str, language: Language, intent: str) -> bool:
    """True where `intent` is one of GUARDED and `text` names its act without asking for it.

    Reads the first 600 characters. False for every other intent, and where the act is not named:
    then the words give no reason for a veto.
    """
    return stance(text, language, intent) == "spoken of"


def stance(text: str, language: Language, intent: str) -> Stance:
    """How `text` stands to the act of `intent`; "unnamed" for intents outside GUARDED."""
    if intent not in GUARDED:
        return "unnamed"
    plain = normalise(text[:_MAX_CHARACTERS])
    chinese = language == "zh" or bool(re.search(r"[\u3400-\u9fff]", plain))
    grammar = polarity_zh if chinese else polarity_en
    for names in (_OWN[intent], _NEAR.get(intent, ())):
        found = [asked for name in names for asked in grammar.asked(plain, grammar.ACTS[name])]
        if any(found):
            return "asked" if names == _OWN[intent] else "unnamed"
        if found and intent == "exchange_item" and names != _OWN[intent]:
            return "unnamed" if grammar.another(plain) else "spoken of"
        if found:
            # "Don't send it to work but to my home" denies one value and asks for another.
            instead = intent.startswith("change") and grammar.rather(plain)
            return "asked" if instead else "spoken of"
    if grammar.clauses(plain) == 1:
        # A turn that is nothing but a denial asks for no other act either.
        found = [asked for name in _ANY for asked in grammar.asked(plain, grammar.ACTS[name])]
        if found and not any(found):
            return "spoken of"
    return "spoken of" if grammar.unchanged(plain) else "unnamed"
