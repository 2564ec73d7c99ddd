"""Delivered items sent back, once confirmed: for money, another variant or the same anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.skills.base import Context, Outcome, commit
from assistant.skills.order_parts import focus, item_label, moves_facts, order_facts, refused
from assistant.skills.service.claimed import claimed
from assistant.skills.service.conditions import conditions_in
from assistant.skills.service.paying import rest_args
from db import orders
from db.errors import OrderError


@commit("return_items")
def returned(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Announce the confirmed return."""
    try:
        change = orders.request_return(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            item_ids=args["item_ids"],
            payment_method_id=args["payment_method"],
            reason=args["reason"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_amount=Decimal(args["amount"]),
            conditions=conditions_in(args),
            photo=bool(args.get("photos")),
        )
    except OrderError as error:
        return refused(ctx, "return", error)
    back = [item for item in change.order.items if item.id in args["item_ids"]]
    for item in back:
        row = {"kind": "return", "product_id": item.product_id}
        ctx.events.append(row | {"detail": {"variant_id": item.variant_id}})
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    facts["items"] = [item_label(ctx, item) for item in back]
    done = Outcome("orders.return.done", facts, focus=focus(change.order))
    return claimed(ctx, done, change, args, "refund")


@commit("exchange_items")
def exchanged(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Announce the confirmed exchange."""
    try:
        change = orders.request_exchange(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            swaps={int(item): str(variant) for item, variant in args["swaps"].items()},
            payment_method_id=args["payment_method"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_difference=Decimal(args["difference"]),
            conditions=conditions_in(args),
            **rest_args(args),
        )
    except OrderError as error:
        return refused(ctx, "exchange", error)
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    return Outcome("orders.swap.exchanged", facts, focus=focus(change.order))


@commit("replace_items")
def replaced(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Send the same again, as confirmed."""
    try:
        change = orders.request_replacement(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            item_ids=args["item_ids"],
            reason=args["reason"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            photo=bool(args.get("photos")),
        )
    except OrderError as error:
        return refused(ctx, "exchange", error)
    again = [item for item in change.order.items if item.id in args["item_ids"]]
    facts = order_facts(ctx, change.order)
    facts["items"] = [item_label(ctx, item) for item in again]
    done = Outcome("orders.claim.replaced", facts, focus=focus(change.order))
    return claimed(ctx, done, change, args, "replacement")
