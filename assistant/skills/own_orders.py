"""Questions about the rules, answered for the shopper's own orders: is my time to return over, can
it still be cancelled. The answer cites the rule; without an order of theirs, articles answer."""

from __future__ import annotations

import re
from typing import Any

from assistant.conversation import Citation
from assistant.skills.base import Ask, Context, Outcome, Request
from assistant.skills.identify import current, for_customer, said, unproven, utterance
from assistant.skills.order_parts import (
    focus,
    forbids,
    item_title,
    order_facts,
    refused,
)
from assistant.skills.service.holdings import holdings, things
from assistant.understanding.service.naming import find_mentions
from assistant.understanding.service.questions import time_left
from db import orders
from db.errors import WindowPassed
from db.models import Customer, Order

MAX_ORDERS = 3
_WINDOW = re.compile(
    r"\b(?:still|window|deadline|too late|in time|expired?|how long|how many days|until when"
    r"|days left|time left|can i)\b"
    r"|还能|还可以|来得及|过期|期限|几天|多久|截止|最晚|还剩|能不能|可以.{0,6}吗",
    re.IGNORECASE,
)
_MINE = re.compile(r"\bmy\b|我的", re.IGNORECASE)
_SINGLE = re.compile(
    r"\b(?:my|it|this|that|i still)\b|我的|我还|它|这个|那个|这单|那单", re.IGNORECASE
)


def about_own(ctx: Context, request: Request) -> Outcome | None:
    """The answer for the shopper's own order; None where the question is a general one."""
    action = _ACTIONS.get(request.intent)
    text = utterance(request)
    asked_before = bool(request.args.get("said"))
    named = request.slots.order_id if asked_before else request.understanding.slots.order_id
    own = _SINGLE.search(text) is not None
    first = str(request.args.get("said") or request.understanding.text)
    # Asked of one's own, before it is known whose: who is speaking is asked then.
    mine = time_left(first) is not None and (_MINE.search(first) or _bought(ctx, first))
    meant = named or mine or (ctx.customer_id and own and _WINDOW.search(text))
    if action is None or not meant:
        return None
    if current(ctx) is None:
        return _for_guest(ctx, request)
    return _answer(ctx, request, action)


_ACTIONS: dict[str, orders.Operation] = {
    "ask_return_policy": "return",
    "ask_cancellation_policy": "cancel",
}


def _bought(ctx: Context, text: str) -> bool:
    """Whether words name something that the shopper has bought."""
    customer = current(ctx)
    return customer is not None and bool(find_mentions(text, things(holdings(ctx, customer))))


@for_customer
def _for_guest(ctx: Context, request: Request, customer: Customer) -> Outcome:
    # Identified in this very turn: the session's order lookups go by this customer.
    ctx.customer_id = customer.id
    answer = _answer(ctx, request, _ACTIONS[request.intent])
    return answer or Outcome("orders.none")


def _answer(ctx: Context, request: Request, action: orders.Operation) -> Outcome | None:
    customer = current(ctx)
    assert customer is not None
    asked = unproven(ctx, request, customer, ("see_orders",))
    if asked is not None:
        return asked
    number = said(request, "order_id")
    if not number and ctx.state.focus.order_id:
        # The order spoken of, unless a thing is named that another one holds.
        every = orders.orders_of(ctx.session, customer.id)
        named = _named(ctx, request, customer, every)
        lines = {item.id for o in every if o.id == ctx.state.focus.order_id for item in o.items}
        number = ctx.state.focus.order_id if not named or named & lines else None
    if number:
        order = orders.find_order(ctx.session, customer.id, str(number))
        if order is None:
            return Outcome("orders.not_found", {"order_id": str(number)}, ask=Ask("order_id"))
        if action == "cancel":
            return _cancellable(ctx, order)
        return _returnable(ctx, [order], _named(ctx, request, customer, [order]))
    every = orders.orders_of(ctx.session, customer.id)
    if action == "cancel":
        likely = [each for each in every if each.status not in ("cancelled", "delivered")]
        named = _named(ctx, request, customer, likely)
        if named:
            likely = [each for each in likely if named & {item.id for item in each.items}]
        return _cancellable(ctx, likely[0]) if len(likely) == 1 else None
    back = [each for each in every if each.status in ctx.settings.policy.returns.states]
    named = _named(ctx, request, customer, back)
    if named:
        back = [each for each in back if named & {item.id for item in each.items}]
    return _returnable(ctx, back[:MAX_ORDERS], named) if back else None


def _named(
    ctx: Context, request: Request, customer: Customer, found: list[Order]
) -> frozenset[int]:
    """Ids of the lines that the question names; empty where it is about all."""
    held = [each for each in holdings(ctx, customer) if each.order in found]
    words = str(request.args.get("said") or request.understanding.text)
    mentions = find_mentions(words, things(held))
    return frozenset(int(key) for mention in mentions for key in mention.keys)


def _cancellable(ctx: Context, order: Order) -> Outcome:
    against = forbids(ctx, order, "cancel")
    if against is not None:
        return refused(ctx, "cancel", against)
    rule = ctx.settings.policy.cancel
    facts = order_facts(ctx, order) | {"allowed": list(rule.states), "fee": rule.fee}
    return Outcome(
        "orders.own.cancellable",
        facts,
        citations=(_rule("cancel.states", ", ".join(rule.states)),),
        focus=focus(order),
        offers=(("offer.cancel_order", {"order_id": order.id}),),
    )


def _returnable(ctx: Context, found: list[Order], only: frozenset[int]) -> Outcome:
    """Until when each line (or `only` these) may go back, and by which rule."""
    rows: list[dict[str, Any]] = []
    rules: dict[str, str] = {}
    policy = ctx.settings.policy
    for order in found:
        against = forbids(ctx, order, "return")
        if against is not None and not isinstance(against, WindowPassed) and len(found) == 1:
            return refused(ctx, "return", against)
        for item in order.items:
            if item.status != "ordered" or (only and item.id not in only):
                continue
            window = orders.window_of(ctx.session, order, item, "return", policy)
            until = window.until(order.delivered_at)
            key = f"return.window.{window.name}" if window.name else "return.window_days"
            rules[key] = "unlimited" if window.days is None else str(window.days)
            rows.append(
                {
                    "order_id": order.id,
                    "title": item_title(ctx, item),
                    "open": not window.never and (until is None or ctx.now <= until),
                    "never": window.never,
                    "until": until,
                    "days": window.days,
                    "left": (until - ctx.now).days if until else None,
                    "delivered_at": order.delivered_at,
                }
            )
    if not rows:
        return Outcome("orders.return.no_items", {"order_id": found[0].id})
    why = tuple(f"{row['order_id']} {row['title']}: until {row['until']}" for row in rows)
    return Outcome(
        "orders.own.window",
        {"rows": rows},
        citations=tuple(_rule(key, value) for key, value in rules.items()),
        focus=focus(found[0]) if len(found) == 1 else None,
        offers=(("offer.person", {}),) if not any(r["open"] for r in rows) else (),
        why=why,
    )


def _rule(key: str, value: str) -> Citation:
    return Citation(f"policy.toml#{key}", key, f"{key} = {value}")
