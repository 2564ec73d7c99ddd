"""Sending items of a delivered order back: for money, or for another variant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.skills.base import Ask, Context, Outcome, Proposal, Request, commit, skill
from assistant.skills.identify import for_customer, said
from assistant.skills.order_changes import named_items, swap
from assistant.skills.order_parts import (
    allows,
    choose_method,
    choose_order,
    focus,
    item_label,
    method_label,
    moves_facts,
    order_facts,
    refund_days,
    refused,
    refused_state,
)
from db import orders
from db.errors import OrderError
from db.models import Customer, Order, OrderItem, PaymentMethod

ALL = "all"
_ALL_WORDS = {"en": "All of them", "zh": "全部"}


@skill("return_item")
@for_customer
def send_back(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Which order, which items, where the money goes; then a confirmation."""
    chosen = choose_order(
        ctx, request, customer, "return", lambda order: allows(ctx, order, "return")
    )
    return chosen if isinstance(chosen, Outcome) else return_items(ctx, request, customer, chosen)


@skill("exchange_item")
@for_customer
def exchange(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Which order, which item, which variant instead; then a confirmation."""
    chosen = choose_order(
        ctx, request, customer, "exchange", lambda order: allows(ctx, order, "exchange")
    )
    if isinstance(chosen, Outcome):
        return chosen
    return swap(ctx, request, customer, chosen, "exchange")


def return_items(ctx: Context, request: Request, customer: Customer, order: Order) -> Outcome:
    """Ask for what is missing of a return, then propose it."""
    if not allows(ctx, order, "return"):
        return refused_state(ctx, "return", order)
    facts: dict[str, Any] = {"order_id": order.id, "currency": order.currency}
    items = _items(ctx, request, order)
    if isinstance(items, Ask):
        kept = {"order_id": order.id}
        return Outcome(
            "orders.return.ask_items", facts, ask=items, form_args=kept, focus=focus(order)
        )
    if not items:
        return Outcome("orders.return.no_items", facts, focus=focus(order))
    amount = orders.returnable_amount(order, items)
    facts |= {
        "items": [item_label(ctx, item) for item in items],
        "amount": amount,
        **refund_days(ctx),
    }
    chosen = ALL if len(items) > 1 else str(items[0].id)
    method = _refund_to(ctx, request, customer, order)
    if method is None:
        return Outcome(
            "orders.return.no_method", facts, focus=focus(order), offers=(("offer.person", {}),)
        )
    if isinstance(method, Ask):
        kept = {"order_id": order.id, "item_id": chosen}
        return Outcome(
            "orders.return.ask_payment", facts, ask=method, form_args=kept, focus=focus(order)
        )
    return Outcome(
        "orders.return.confirm",
        facts | {"label": method_label(ctx, method)},
        proposal=Proposal(
            "return_items",
            {
                "order_id": order.id,
                "item_id": chosen,
                "item_ids": [item.id for item in items],
                "payment_method": method.id,
                "reason": str(said(request, "reason") or "other"),
                "amount": str(amount),
            },
        ),
        focus=focus(order),
    )


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
        )
    except OrderError as error:
        return refused(ctx, "return", error)
    back = [item for item in change.order.items if item.id in args["item_ids"]]
    for item in back:
        row = {"kind": "return", "product_id": item.product_id}
        ctx.events.append(row | {"detail": {"variant_id": item.variant_id}})
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    facts["items"] = [item_label(ctx, item) for item in back]
    return Outcome("orders.return.done", facts, focus=focus(change.order))


@commit("exchange_items")
def exchanged(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Announce the confirmed exchange."""
    try:
        change = orders.request_exchange(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            swaps={int(args["item_id"]): args["variant_id"]},
            payment_method_id=args["payment_method"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_difference=Decimal(args["difference"]),
        )
    except OrderError as error:
        return refused(ctx, "exchange", error)
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    return Outcome("orders.swap.exchanged", facts, focus=focus(change.order))


def _items(ctx: Context, request: Request, order: Order) -> list[OrderItem] | Ask:
    items = [item for item in order.items if item.status == "ordered"]
    wanted = str(request.args.get("item_id") or "")
    if wanted == ALL or len(items) <= 1:
        return items
    for item in items:
        if str(item.id) == wanted:
            return [item]
    named = named_items(ctx, request, items)
    if len(named) == 1:
        return named
    choices = tuple((str(item.id), item_label(ctx, item)) for item in items)
    return Ask("item_id", (*choices, (ALL, _ALL_WORDS[ctx.language])))


def _refund_to(
    ctx: Context, request: Request, customer: Customer, order: Order
) -> PaymentMethod | Ask | None:
    """Where the refund goes: as said within the rules, else the way the money came."""
    paid_with = [row.payment_method_id for row in order.payments if row.kind == "payment"]
    able = [
        method
        for method in customer.payment_methods
        if method.id in paid_with or method.kind == "gift_card"
    ]
    if not able:
        return None
    if said(request, "payment_method"):
        return choose_method(ctx, request, able)
    for method in able:
        if paid_with and method.id == paid_with[-1]:
            return method
    return able[0] if len(able) == 1 else choose_method(ctx, request, able)
