"""What the shop's articles say beside another skill's answer, or instead of one that is none.

How things go in a shop is asked in words that look like any intent: "can I send back headphones I
have opened?" like a return, "how do I wash wool?" like nothing a shop does. So wherever a skill has
no answer, or can only ask for an e-mail or a number, the articles are looked in, too.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.skills.articles import looked_up
from assistant.skills.base import Context, Outcome
from assistant.understanding.types import Understanding

HELPLESS = frozenset(
    {
        "talk.out_of_scope",
        "dialogue.not_understood",
        "requests.not_understood",
        "product.none_in_focus",
        "product.which",
        "product.unknown",
        "compare.what",
    }
)
"""Outcomes that tell the shopper nothing: an article stands in for them."""
CHOOSING = frozenset({"dialogue.whether", "dialogue.which"})
"""Outcomes that ask which of two readings is meant."""
INSTEAD = 0.6
"""Score from which an article stands in for an outcome that tells nothing."""
BESIDE = 0.6
"""Score from which an article is told before a question that a skill asks."""
BEFORE_FACTS = 0.8
"""The same before an answer that may be about something else."""

TROUBLE = frozenset(
    {"report_payment_issue", "registration_problem", "file_complaint", "recover_password"}
)
"""Here what is said is rarely put as a question, and what can be done at once helps anyway."""
OWN = frozenset({"track_order", "list_orders", "track_refund", "view_profile"})
"""Mostly about the shopper's own things, which no article knows."""
GENERAL = frozenset({"ask_promotions", "ask_contact", "ask_capabilities"})
"""Answered from records; a question about how things go may be read as one of these."""

_POLITE = re.compile(
    r"^\W*(?:(?:can|could|would|will) (?:you|u)\b|please\b|i(?:'d| would) like|i want|i need|let me"
    r"|请|帮我|给我|我要|我想)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:how|what|when|where|why|which|who|whose|until when)\b"
    r"|^\W*(?:and |but |so |hi |hello |hey |ok )*"
    r"(?:can|could|may|do|does|did|is|are|am|was|will|would|should|must|has|have|any)\b|\?\s*$"
    r"|[吗呢么？]|怎|什么|哪|几|多少|多久|多长|能不能|可不可以|如何|是否|谁|为何|为啥|有没有|会不会|要不要",
    re.IGNORECASE,
)


def asks_how_things_are(text: str) -> bool:
    """Whether an utterance is put as a question, and not as a polite request to do something."""
    return _ASKS.search(text) is not None and _POLITE.match(text) is None


def instead(ctx: Context, outcome: Outcome, text: str) -> Outcome:
    """The outcome, or what the shop's articles say where it tells nothing and they surely do."""
    if outcome.key not in HELPLESS or ctx.turn.image is not None:
        return outcome
    found = looked_up(ctx, text, sure=INSTEAD)
    if found is None:
        return outcome
    return replace(found, cards=outcome.cards, listed=outcome.listed, focus=outcome.focus)


def aside(ctx: Context, intent: str, outcome: Outcome, heard: Understanding) -> Outcome | None:
    """What the articles say, to be told before an outcome that asks for something, or that may be
    about something else; None where they are silent or it would only be noise."""
    if outcome.citations or outcome.proposal is not None or outcome.handoff is not None:
        return None
    if ctx.turn.image is not None or ctx.state.form is not None or ctx.state.pending is not None:
        return None
    if outcome.ask is not None and outcome.ask.slot == "product" and heard.slots.deictic:
        return None  # "is it on sale?" is about a product, whichever it be
    asks = asks_how_things_are(heard.text)
    if heard.acts and not asks:
        return None
    if outcome.ask is not None or outcome.key in CHOOSING:
        sure = BEFORE_FACTS if intent in OWN else BESIDE
        return looked_up(ctx, heard.text, sure=sure) if asks or intent in TROUBLE else None
    if intent in GENERAL and asks:
        return looked_up(ctx, heard.text, sure=BEFORE_FACTS)
    return None
