"""What is asked after a refusal or beside a proposal: why not, what else, when the money comes."""

from __future__ import annotations

import re
from typing import Final

from assistant.skills.base import Context, Outcome
from assistant.skills.identify import current
from assistant.skills.order_parts import allows, focus, forbids, kind_name, refused
from assistant.skills.service.proposing import after
from assistant.skills.service.revising import KINDS
from assistant.understanding.types import Understanding
from db import orders
from db.orders.rules import OPERATIONS, Operation

_WHY_NOT: Final = re.compile(
    r"^\W*(?:(?:but|and|what|hm+|oh|ugh|seriously|really)\W+)*why(?: not| is that"
    r"| can'?t (?:i|you|it"
    r"|that)| won'?t (?:it|you|that)| isn'?t that)?\b[^.!?]{0,24}[?!.]*\s*$"
    r"|^(?:那|可是?|但是?)?(?:为什么|为何|凭什么|怎么)(?:不行|不能|不可以|不让)?[^，。？?]{0,8}[？?]*\s*$",
    re.IGNORECASE,
)
_WHAT_THEN: Final = re.compile(
    r"\bwhat (?:else )?can (?:i|you|we|be) (?:do|done)\b(?! for me)[^?.]{0,30}[?.!]*\s*$"
    r"|\bwhat (?:are|would be) my (?:other )?options\b|^\W*(?:so )?(?:what )?(?:now|then) what\W*$"
    r"|^\W*(?:so|and|ok)?,? ?what now\W*$"
    r"|(?:怎么办|能怎么(?:样|处理|弄)|还能(?:做什么|怎样|怎么)|有什么(?:别的)?办法)[^，。]{0,6}$",
    re.IGNORECASE,
)
_MONEY_WHEN: Final = re.compile(
    r"\b(?:how long|when|how (?:soon|fast|quickly)|how many days)\b[^.?!]*"
    r"\b(?:money|refund(?:ed|s)?|gift ?card|card|paypal)\b"
    r"|(?:多久|什么时候|几天|多长时间|何时)[^，。？?]{0,8}(?:到账|退[款回到]|收到(?:钱|退款)|到卡)"
    r"|(?:钱|退款)[^，。？?]{0,8}(?:多久|什么时候|几天|何时)",
    re.IGNORECASE,
)
_SENT_BACK: Final = frozenset({"return_item", "exchange_item", "request_refund"})
_ASKED_OF: Final[dict[str, Operation]] = {
    "cancel_order": "cancel",
    "return_item": "return",
    "exchange_item": "exchange",
    "change_order": "change_items",
    "change_shipping_address": "change_address",
    "change_payment": "change_payment",
    "request_refund": "return",
}
"""Intent -> the operation that was refused, or may have been."""
_RULES: Final = ("ask_cancellation_policy", "ask_return_policy")
"""What a "why not?" is read as, for the articles to answer where the order's state does not."""
_AFTER: Final = frozenset({*KINDS, *_RULES, "explain_recommendation", "track_order"})
"""What was spoken of before "what can I do then?"; a "why not?" is heard as the second."""


def afterwards(ctx: Context, heard: Understanding) -> Outcome | None:
    """The answer from the rules and the order that is spoken of; None where nothing of this kind
    is asked, or nobody is known who could have asked it."""
    customer = current(ctx)
    waiting = ctx.state.pending
    planned = waiting is not None and "plan" in waiting.args
    if customer is None or heard.acts or not (planned or ctx.state.last_intent in _AFTER):
        return None
    text = heard.text.strip()
    if _MONEY_WHEN.search(text):
        return _when_back(ctx)
    order = orders.find_order(ctx.session, customer.id, ctx.state.focus.order_id or "")
    if order is None or ctx.state.form is not None:
        return None
    why = _WHY_NOT.match(text) or (heard.intent in _RULES and _WHY_NOT.match(ctx.turn.text.strip()))
    if why and not planned and ctx.state.last_intent in KINDS:
        action = _ASKED_OF[ctx.state.last_intent or ""]
        if action == "exchange" and order.status not in ctx.settings.policy.exchange.states:
            action = "change_items"
        against = forbids(ctx, order, action)
        return (
            None
            if against is None
            else after([Outcome("orders.why_rule")], refused(ctx, action, against))
        )
    if _WHAT_THEN.search(text):
        can = [each for each in OPERATIONS if each in _ASKED_OF.values()]
        can = [each for each in can if allows(ctx, order, each)]
        facts = {"order_id": order.id, "status": order.status, "can": can}
        return Outcome("orders.possible", facts, focus=focus(order), offers=(("offer.person", {}),))
    return None


def _when_back(ctx: Context) -> Outcome:
    """When money is back, by the policy: at once, or so many business days, counted from when."""
    waiting = ctx.state.pending
    words = f"{waiting.kind} {waiting.args}" if waiting is not None else ""
    returns = "return_items" in words or "exchange_items" in words
    if waiting is None:
        returns = ctx.state.last_intent in _SENT_BACK
    rule = ctx.settings.policy.refund
    facts = {
        "instant": [kind_name(ctx, kind) for kind in rule.instant],
        "days_min": rule.days_min,
        "days_max": rule.days_max,
        "returns": returns,
    }
    return Outcome("orders.when_back", facts)
