"""A person takes over: once, with a summary and the transcript for them, and a clear line to the
shopper that says when to expect an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from assistant.conversation import Handoff
from assistant.skills.base import Context, Outcome, Request, skill
from assistant.skills.identify import current
from db import orders
from db.models import Order, OrderEvent, TurnRecord

TRIED = 6
"""Earlier turns that the summary tells of."""
TRANSCRIPT = 40
"""Earlier turns that are handed over word for word."""
MAX_ORDERS = 5


@skill("contact_human")
def person(ctx: Context, request: Request) -> Outcome:
    """A person takes over because the shopper asks for one, or asked in vain."""
    reason = str(request.args.get("reason") or "asked_for_person")
    return to_person(ctx, reason, request.understanding.text)


def to_person(ctx: Context, reason: str, text: str, key: str = "requests.person") -> Outcome:
    """Hand over; who was handed over already is told so, and nobody is called twice."""
    facts = contact(ctx)
    if ctx.state.handed_off:
        return Outcome("requests.person_again", facts)
    return Outcome(key, facts, handoff=handoff(ctx, reason, text))


def handoff(ctx: Context, reason: str, text: str) -> Handoff | None:
    """What the person gets; None where one was called in this conversation already."""
    if ctx.state.handed_off:
        return None
    return Handoff(reason, summary(ctx, reason, text), transcript(ctx, text))


def contact(ctx: Context) -> dict[str, Any]:
    """How and when a person answers: `open` now, else the day and hour they are back; by when an
    answer comes, where the shop's hours are known."""
    settings = ctx.settings.contact
    hours = settings.hours_zh if ctx.language == "zh" and settings.hours_zh else settings.hours
    facts: dict[str, Any] = {
        "staff_email": settings.email,
        "phone": settings.phone,
        "hours": hours,
        "open": None,
        "back_day": None,
        "back_time": "",
        "by_day": None,
        "by_time": "",
    }
    opening = settings.opening
    if opening is None:
        return facts
    facts["open"] = opening.is_open(ctx.now)
    back = opening.opens_at(ctx.now)
    within = timedelta(hours=ctx.settings.policy.handover.within_hours)
    by = opening.answer_by(ctx.now, within)
    if back is not None and not facts["open"]:
        facts |= {"back_day": back.date(), "back_time": f"{back:%H:%M}"}
    if by is not None:
        facts |= {"by_day": by.date(), "by_time": f"{by:%H:%M}"}
    return facts


def summary(ctx: Context, reason: str, text: str) -> str:
    """What a person needs to take over: who, about what, what was tried, what is still open."""
    state = ctx.state
    customer = current(ctx)
    lines = [f"Reason: {reason}", f"Language: {ctx.language}"]
    if customer is not None:
        name = customer.full_name
        lines.append(f"Customer: {name or customer.id} <{customer.email or 'no e-mail'}>")
    else:
        lines.append("Customer: guest")
    lines += [_order_line(order) for order in _orders(ctx)]
    if state.focus.order_id:
        lines.append(f"About order: {state.focus.order_id}")
    if state.focus.product_id:
        lines.append(f"About product: {state.focus.product_id}")
    turns = _turns(ctx)
    asked = [turn.intent for turn in turns[-TRIED:]]
    if asked:
        lines.append(f"Tried: {', '.join(dict.fromkeys(asked))}")
    lines += _done(ctx)
    if state.pending is not None:
        lines.append(f"Waits for a yes: {state.pending.kind}")
    if state.form is not None:
        lines.append(f"Was asked for: {state.form.asking} ({state.form.intent})")
    lines.append(f"Said: {text}")
    return "\n".join(lines)


def _orders(ctx: Context) -> list[Order]:
    """The orders the conversation is about first, then the latest."""
    if ctx.customer_id is None:
        return []
    every = orders.orders_of(ctx.session, ctx.customer_id)
    spoken = orders.normal_id(" ".join([ctx.turn.text, *(turn.text for turn in _turns(ctx))]))
    focus = ctx.state.focus.order_id
    every.sort(key=lambda each: each.id != focus and orders.normal_id(each.id) not in spoken)
    return every[:MAX_ORDERS]


def _order_line(order: Order) -> str:
    return f"Order {order.id}: {order.status}, {order.total} {order.currency}"


def _done(ctx: Context) -> list[str]:
    """What this conversation changed."""
    turns = [turn.turn_id for turn in _turns(ctx)]
    if not turns or ctx.customer_id is None:
        return []
    rows = ctx.session.execute(
        select(OrderEvent.order_id, OrderEvent.kind)
        .join(Order, Order.id == OrderEvent.order_id)
        .where(OrderEvent.turn_id.in_(turns), Order.customer_id == ctx.customer_id)
        .order_by(OrderEvent.id)
    )
    return [f"Done: {kind} ({order_id})" for order_id, kind in rows]


def transcript(ctx: Context, text: str) -> tuple[str, ...]:
    """What was said so far, a line a message, the shopper's after "> "."""
    lines: list[str] = []
    for turn in _turns(ctx):
        lines += [f"> {turn.text}", str(turn.reply.get("text", ""))]
    return (*lines, f"> {ctx.turn.text or text}")


def _turns(ctx: Context) -> list[TurnRecord]:
    rows = ctx.session.scalars(
        select(TurnRecord)
        .where(TurnRecord.conversation_id == ctx.turn.conversation_id)
        .order_by(TurnRecord.id.desc())
        .limit(TRANSCRIPT)
    )
    return list(reversed(rows.all()))
