"""Changing an order that has not left yet, once confirmed: address, payment, options of items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.skills.base import Ask, Context, Outcome, Proposal, Request, commit
from assistant.skills.identify import said
from assistant.skills.order_parts import focus, moves_facts, order_facts, refused
from assistant.skills.service.addresses import one_line, said_address, same_address
from assistant.skills.service.paying import rest_args
from db import orders
from db.errors import OrderError
from db.models import Address, Customer


@commit("change_address")
def address_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Write the confirmed address to the order, unless it goes there already."""
    order = orders.find_order(ctx.session, ctx.customer_id, args["order_id"])
    if order is not None and same_address(order.ship_to, args["address"]):
        facts = {"order_id": order.id, "address": one_line(order.ship_to)}
        return Outcome("orders.address.same", facts, focus=focus(order))
    try:
        change = orders.change_address(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            ship_to=args["address"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
        )
    except OrderError as error:
        return refused(ctx, "change_address", error)
    facts = {"order_id": change.order.id, "address": one_line(change.order.ship_to)}
    return Outcome("orders.address.done", facts, focus=focus(change.order))


def account_address(request: Request) -> Outcome:
    """A new default address, once it is said."""
    value = str(said(request, "address") or "")
    wanted = said_address(value) or ({"line1": " ".join(value.split())} if value.strip() else None)
    if wanted is None:
        return Outcome("account.address.ask", {"order_id": "", "default": True}, ask=Ask("address"))
    return Outcome(
        "account.address.confirm",
        {"address": one_line(wanted)},
        proposal=Proposal("change_default_address", {"address": wanted}),
    )


@commit("change_default_address")
def default_address_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Keep the confirmed address as the account's default."""
    customer = ctx.session.get(Customer, ctx.customer_id) if ctx.customer_id else None
    if customer is None:
        return Outcome("account.nobody")
    for old in customer.addresses:
        old.is_default = False
    fields = orders.clean_address(args["address"])
    customer.addresses.append(Address(is_default=True, **fields))
    ctx.session.flush()
    return Outcome("account.address.done", {"address": one_line(fields)})


@commit("change_payment")
def payment_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Refund and charge as confirmed."""
    try:
        change = orders.change_payment(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            payment_method_id=args["payment_method"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            **rest_args(args),
        )
    except OrderError as error:
        return refused(ctx, "change_payment", error)
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    return Outcome("orders.payment.done", facts, focus=focus(change.order))


@commit("change_items")
def items_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Swap the item in the order as confirmed."""
    try:
        done = orders.change_items(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            swaps={int(item): str(variant) for item, variant in args["swaps"].items()},
            payment_method_id=args["payment_method"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_difference=Decimal(args["difference"]),
            **rest_args(args),
        )
    except OrderError as error:
        return refused(ctx, "change_items", error)
    facts = order_facts(ctx, done.order) | moves_facts(ctx, done.moves)
    return Outcome("orders.swap.changed", facts, focus=focus(done.order))
