"""A claim that was confirmed, kept for staff with its photos, and told to a person by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from assistant.dialogue.state import State
from assistant.skills.base import Context, Outcome, commit
from assistant.skills.handover import contact, handoff
from assistant.skills.order_parts import focus, item_label, refused
from db import orders
from db.errors import OrderError, OrderNotFound
from db.models import Request as StaffRequest

CLAIM = "damage"
PHOTO = "photo"
"""Kinds of requests for staff: a claim, and a picture that belongs to one."""
UNUSED = "unused"
"""Status of a picture whose claim has not been confirmed."""
KEPT_UNUSED = timedelta(days=7)
"""How long a picture stays where the conversation just stopped in the middle of a claim."""


def claimed(
    ctx: Context, done: Outcome, change: orders.Change, args: Mapping[str, Any], resolution: str
) -> Outcome:
    """The outcome, with the claim written down where it was one."""
    if change.repeated or not args.get("fault"):
        return done
    number = keep(ctx, args, resolution)
    facts = {"first": (done.key, done.facts), "number": number, **contact(ctx)}
    facts["photos"] = len(args.get("photos") or ())
    called = None
    if ctx.settings.policy.handover.on_damage:
        called = handoff(ctx, "damage", str(args.get("said") or ""))
    facts["person"] = called is not None
    return replace(done, key="orders.claim.noted", facts=facts, handoff=called)


@commit("claim_ticket")
def handed_over(ctx: Context, args: dict[str, Any]) -> Outcome:
    """A confirmed claim that a person settles; checked once more."""
    order = orders.find_order(ctx.session, ctx.customer_id, args["order_id"])
    against: OrderError | None = OrderNotFound(args["order_id"])
    if order is not None:
        against = orders.claim_forbids(
            order, args["fault"], ctx.settings.policy, ctx.now, photo=bool(args.get("photos"))
        )
    if against is not None or order is None:
        return refused(ctx, "claim", against or OrderNotFound(args["order_id"]))
    number = keep(ctx, args, "person")
    items = [item_label(ctx, item) for item in order.items if item.id in args["item_ids"]]
    facts = {"order_id": order.id, "items": items, "number": number, **contact(ctx)}
    facts["photos"] = len(args.get("photos") or ())
    called = handoff(ctx, "damage", str(args.get("said") or ""))
    return Outcome("orders.claim.passed", facts, handoff=called, focus=focus(order))


def keep(ctx: Context, args: Mapping[str, Any], resolution: str) -> int:
    """Write the claim down; its number. Its photos become part of it."""
    photos = [int(each) for each in args.get("photos") or ()]
    detail = {
        "fault": args["fault"],
        "items": list(args["item_ids"]),
        "resolution": resolution,
        "text": str(args.get("said") or ""),
        "photos": photos,
    }
    row = StaffRequest(
        kind=CLAIM,
        customer_id=ctx.customer_id,
        conversation_id=ctx.turn.conversation_id,
        order_id=args["order_id"],
        detail=detail,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    for photo_id in photos:
        photo = ctx.session.get(StaffRequest, photo_id)
        if photo is not None and photo.kind == PHOTO:
            photo.customer_id, photo.order_id = ctx.customer_id, args["order_id"]
            photo.status = "attached"
    ctx.session.flush()
    return row.id


def settle_photos(ctx: Context, before: State, after: State, called: bool) -> None:
    """Remove the pictures of a claim that was dropped in this turn, and those of claims that were
    left in the middle long ago; where a person was called they are theirs to see."""
    held = _photos(before)
    if ctx.turn.image is None and not held:
        return
    mine = StaffRequest.conversation_id == ctx.turn.conversation_id
    unused = (StaffRequest.kind == PHOTO) & (StaffRequest.status == UNUSED)
    ids = set(ctx.session.scalars(select(StaffRequest.id).where(unused & mine)))
    dropped = ids - _photos(after)
    if called and dropped:
        handed = update(StaffRequest).where(StaffRequest.id.in_(dropped))
        ctx.session.execute(handed.values(status="attached"))
    elif dropped:
        ctx.session.execute(delete(StaffRequest).where(StaffRequest.id.in_(dropped)))
    old = StaffRequest.created_at < ctx.now - KEPT_UNUSED
    ctx.session.execute(delete(StaffRequest).where(unused & old & ~mine))


def _photos(state: State) -> set[int]:
    """The pictures that what waits for an answer or a yes holds."""
    waiting = (state.form, state.pending)
    plans = [each.args.get("plan") or () for each in waiting if each is not None]
    return {
        int(photo)
        for plan in plans
        for task in plan
        for photo in task["answers"].get("photos") or ()
    }
