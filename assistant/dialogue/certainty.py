"""When an intent is acted upon, when one short question is asked, and when neither will do.

The limits are on calibrated confidence, so that they mean the same for every model. They were
fitted on validation utterances by `python benchmarks/understanding/clarify.py`, which prints what
each costs; run it again where a model of another kind is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from assistant.conversation import Language
from assistant.understanding.intents import CONVERSATION, OUT_OF_SCOPE
from assistant.understanding.types import Understanding

MONEY: Final = frozenset(
    {
        "cancel_order",
        "change_order",
        "change_payment",
        "change_shipping_address",
        "return_item",
        "exchange_item",
        "request_refund",
        "place_order",
        "forget_me",
        "delete_account",
    }
)
"""Intents that lead to a write to an order, to money or to an account."""

ALIKE: Final = (
    frozenset({"search_products", "refine_search"}),
    frozenset({"list_orders", "track_order"}),
    frozenset({"recommend_products", "search_products"}),
    frozenset({"find_similar", "search_products"}),
    frozenset({"change_order", "exchange_item"}),
    frozenset({"return_item", "request_refund"}),
)
"""Readings whose answers are so alike that asking which is meant would waste a turn."""

SECOND: Final = 0.1
"""A second reading with less than this share of the two is not offered, and one is asked about."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on calibrated confidence, from 0 to 1."""

    sure: float
    """From here on an intent is acted upon."""
    money: float
    """From here on one of MONEY is acted upon; it is never guessed below."""
    margin: float
    """The best reading leads the next by at least this."""
    money_margin: float
    """The same, where either of the two is one of MONEY."""
    floor: float
    """The two best readings together: below it asking would not help."""


LIMITS: Final[dict[Language, Limits]] = {
    "en": Limits(sure=0.5, money=0.9, margin=0.3, money_margin=0.3, floor=0.5),
    "zh": Limits(sure=0.55, money=0.9, margin=0.0, money_margin=0.4, floor=0.6),
}


def readings(heard: Understanding) -> tuple[tuple[str, float], ...]:
    """What the shopper may want done, with confidence, best first: no small talk, no refusal."""
    return tuple(
        (name, confidence)
        for name, confidence in ((heard.intent, heard.confidence), *heard.alternatives)
        if name not in CONVERSATION and name != OUT_OF_SCOPE
    )


def judge(heard: Understanding, limits: Limits | None = None) -> Literal["act", "ask", "neither"]:
    """Whether the best reading is acted upon, asked about, or was not understood."""
    limits = limits or LIMITS[heard.language]
    found = readings(heard)
    if not found or found[0][0] != heard.intent:
        return "act" if heard.confidence >= limits.sure else _askable(found, limits)
    best, rival = heard.intent, _rival(found)
    money = best in MONEY
    lead = sum(confidence for name, confidence in found if _alike(best, name))
    margin = limits.margin
    if rival is not None:
        margin = limits.money_margin if money or rival[0] in MONEY else limits.margin
    if lead >= (limits.money if money else limits.sure) and (
        rival is None or lead - rival[1] >= margin
    ):
        return "act"
    return _askable(found, limits)


def offered(heard: Understanding) -> tuple[str, ...]:
    """The one or two intents that a question offers."""
    found = readings(heard)
    if not found:
        return ()
    rival = _rival(found)
    # Where most of it is small talk, what is left is shared out between the two.
    likely = rival is not None and rival[1] >= SECOND * (found[0][1] + rival[1])
    return (found[0][0], rival[0]) if rival is not None and likely else (found[0][0],)


def _rival(found: tuple[tuple[str, float], ...]) -> tuple[str, float] | None:
    """The best reading that is not like the first."""
    return next((each for each in found[1:] if not _alike(found[0][0], each[0])), None)


def _alike(one: str, two: str) -> bool:
    return one == two or any({one, two} <= group for group in ALIKE)


def _askable(found: tuple[tuple[str, float], ...], limits: Limits) -> Literal["ask", "neither"]:
    together = sum(confidence for _, confidence in found[:2])
    return "ask" if found and together >= limits.floor else "neither"
