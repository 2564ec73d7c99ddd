"""Questions about a shopper's orders, money and what they could have instead, from the records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from assistant.dialogue.state import Focus
from assistant.skills.base import Context, Outcome, Request
from assistant.skills.cards import title_of
from assistant.skills.order_parts import (
    focus,
    item_label,
    item_title,
    method_label,
    option_words,
    order_facts,
    placed_on,
    refunds_of,
)
from assistant.skills.service.base import orders_in
from assistant.skills.service.holdings import Held, holdings, things, values_of, versions
from assistant.skills.service.methods import paid_with
from assistant.skills.service.which import order_ids, which_items
from assistant.understanding.service.choosing import meets
from assistant.understanding.service.naming import Thing, find_mentions
from assistant.understanding.service.places import stands_for
from assistant.understanding.service.questions import question_about
from assistant.understanding.service.values import find_values
from assistant.understanding.service.wanted import Version, Wish, read_wish
from db import orders
from db.models import Customer, Order, OrderEvent, PaymentMethod, Product, TurnRecord
from knowledge.vocabulary import translate_value

MAX_ORDERS = 4
_RECENT = re.compile(r"\b(?:most recent(?:ly)?|latest|last|newest|recent)\b|最近|最新", re.I)
_DEAREST = re.compile(r"\bmost expensive\b|\bpriciest\b|最贵", re.I)
_DEAREST_ORDER = re.compile(
    r"\border(?:s|ed)?(?: is| was| that is)? (?:the )?(?:most expensive|priciest|biggest|largest"
    r"|dearest)"
    r"|\b(?:most expensive|priciest|biggest|largest|dearest) (?:\w+ )?order\b"
    r"|最贵的(?:那个)?订单|哪个订单最贵",
    re.I,
)
_CHEAPEST = re.compile(r"\bcheapest\b|\bleast expensive\b|最便宜", re.I)
_STATUS = {
    "cancelled": re.compile(r"\bcancell?ed\b|已取消|取消的", re.I),
    "pending": re.compile(r"\bpending\b|未发货|待发货", re.I),
    "delivered": re.compile(r"\b(?:delivered|received)\b|已送达|收到", re.I),
}


def about_orders(ctx: Context, request: Request, customer: Customer) -> Outcome | None:
    """The answer to a question about orders or money; None where it is no such question."""
    text = str(request.args.get("said") or request.understanding.text)
    about = question_about(text)
    if about is None:
        return None
    held = holdings(ctx, customer)
    if about == "balance":
        return _balances(ctx, customer)
    if about in ("money_back", "money_due"):
        return _money(ctx, request, customer, about)
    if about == "spent":
        return _spent(ctx, text, held)
    if about == "rest":
        return _rest(ctx, text, held)
    if about in ("orders", "under_way") and held:
        return _orders(ctx, text, held)
    return None


def about_versions(ctx: Context, request: Request) -> Outcome | None:
    """How many versions of a product there are, or which; None where no product is named."""
    text = request.understanding.text
    about = question_about(text)
    if about not in ("how_many_versions", "versions"):
        return None
    rows = ctx.session.execute(
        select(Product.id, Product.title, Product.title_zh, Product.category, Product.brand).where(
            Product.active
        )
    )
    catalogue = [
        Thing(row.id, row.title, row.title_zh or "", row.category or "", row.brand or "")
        for row in rows
    ]
    if len(catalogue) > 2000:
        return None
    named = [m for m in find_mentions(text, catalogue) if len(m.keys) == 1]
    # "And which is the cheapest?": of the product just spoken of.
    spoken = named[0].keys[0] if named else ctx.state.focus.product_id
    product = ctx.session.get(Product, spoken) if spoken else None
    if product is None or len(product.variants) < 2:
        return None
    every = versions(product)
    open_ones = [each for each in every if each.available]
    values = values_of(every)
    wish = read_wish(text, values, {})
    fitting = _fitting(open_ones, wish, every, text, values)
    chosen = sorted(fitting, key=lambda each: each.price)
    if _CHEAPEST.search(text):
        chosen = chosen[:1]
    elif _DEAREST.search(text):
        chosen = chosen[-1:]
    facts = {
        "title": title_of(product, ctx.language),
        "count": len(fitting),
        "every": len(every),
        "versions": [
            {"options": _named_options(ctx, each.options), "price": each.price, "id": each.id}
            for each in chosen[:12]
        ],
        "currency": product.currency,
        "cheapest": bool(_CHEAPEST.search(text)),
    }
    key = "orders.fact.how_many" if about == "how_many_versions" else "orders.fact.versions"
    return Outcome(
        key,
        facts,
        focus=Focus(product_id=product.id),
        why=(f"product {product.id}: {len(fitting)} of {len(every)} in stock",),
    )


def _fitting(
    open_ones: list[Version], wish: Wish, every: list[Version], text: str, values: Any
) -> list[Version]:
    said = [one for one in find_values(text, values) if not one.denied]
    if not said or not open_ones:
        return open_ones
    fitting = [each for each in open_ones if meets(each, wish, every, each)]
    return fitting or open_ones


def _named_options(ctx: Context, options: dict[str, str]) -> str:
    """ "color red, size M": names and values, as where somebody asks what there is."""
    joiner = "，" if ctx.language == "zh" else ", "
    return joiner.join(
        f"{translate_value(name, ctx.language)} {translate_value(value, ctx.language)}"
        for name, value in options.items()
    )


def _balances(ctx: Context, customer: Customer) -> Outcome:
    cards = [m for m in customer.payment_methods if m.kind == "gift_card"]
    rows = [{"label": method_label(ctx, m), "balance": m.balance or Decimal(0)} for m in cards]
    return Outcome("orders.fact.balance", {"cards": rows, "currency": ctx.settings.currency})


def _money(ctx: Context, request: Request, customer: Customer, about: str) -> Outcome:
    """What came back or was charged in this conversation, and what a waiting proposal would add."""
    turns = select(TurnRecord.turn_id).where(TurnRecord.conversation_id == ctx.turn.conversation_id)
    rows = ctx.session.execute(
        select(OrderEvent.order_id, OrderEvent.detail, Order.currency)
        .join(Order, Order.id == OrderEvent.order_id)
        .where(OrderEvent.turn_id.in_(turns), Order.customer_id == customer.id)
        .order_by(OrderEvent.id)
    )
    kind = "refund" if about == "money_back" else "payment"
    sums: dict[str, Decimal] = {}
    currency = ctx.settings.currency
    both: dict[str, Decimal] = {"refund": Decimal(0), "payment": Decimal(0)}
    for order_id, detail, money in rows:
        for move in detail.get("moves", []):
            both[move["kind"]] = both.get(move["kind"], Decimal(0)) + Decimal(move["amount"])
            if move["kind"] == kind:
                sums[order_id] = sums.get(order_id, Decimal(0)) + Decimal(move["amount"])
            currency = money
    facts: dict[str, Any] = {
        "rows": [{"order_id": key, "amount": value} for key, value in sums.items()],
        "total": sum(sums.values(), Decimal(0)),
        "net": both["payment"] - both["refund"],
        "currency": currency,
        "kind": kind,
    }
    waiting = ctx.state.pending
    if waiting is not None and not sums:
        return Outcome("orders.fact.waiting", {})
    if not sums:
        every = orders.orders_of(ctx.session, customer.id)
        if kind == "refund" and any(p.kind == "refund" for o in every for p in o.payments):
            # Nothing in this conversation: what came back before is meant.
            return refunds_of(ctx, every)
        return Outcome("orders.fact.no_money", {"kind": kind})
    return Outcome("orders.fact.money", facts)


def _spent(ctx: Context, text: str, held: Sequence[Held]) -> Outcome | None:
    keys = {key for mention in find_mentions(text, things(held)) for key in mention.keys}
    found = [each for each in held if each.key in keys and each.order.status != "cancelled"]
    if not found:
        return None
    return Outcome("orders.fact.spent", _lines(ctx, found))


def _rest(ctx: Context, text: str, held: Sequence[Held]) -> Outcome | None:
    ids, _ = order_ids(text, held)
    order_id = ids[0] if ids else ctx.state.focus.order_id
    kept = [each for each in held if each.order.id == order_id and each.item.status == "ordered"]
    if not kept:
        return None
    return Outcome("orders.fact.rest", {"order_id": order_id, **_lines(ctx, kept)})


def _lines(ctx: Context, found: Sequence[Held]) -> dict[str, Any]:
    total = sum((each.item.price * each.item.quantity for each in found), Decimal(0))
    rows = [
        {
            "item": item_label(ctx, each.item),
            "price": each.item.price * each.item.quantity,
            "order_id": each.order.id,
        }
        for each in found
    ]
    return {"rows": rows, "total": total, "currency": found[0].order.currency}


def _orders(ctx: Context, text: str, held: Sequence[Held]) -> Outcome | None:
    chosen, items = _which_orders(ctx, text, held)
    if not chosen:
        return None
    if _DEAREST_ORDER.search(text) and len(chosen) > 1:
        chosen, items = [max(chosen, key=lambda order: order.total)], []
    dearest = None
    if _DEAREST.search(text):
        lines = [each for each in held if each.order in chosen]
        top = max(lines, key=lambda each: each.item.price)
        dearest = {"item": item_label(ctx, top.item), "price": top.item.price}
    facts = {
        "orders": [_detail(ctx, order, items) for order in chosen[:MAX_ORDERS]],
        "more": max(0, len(chosen) - MAX_ORDERS),
        "dearest": dearest,
    }
    one = focus(chosen[0]) if len(chosen) == 1 else None
    if one is not None and len(items) == 1:
        # "What did the bicycle cost? Exchange it": the bicycle.
        line = items[0].item
        one = replace(one, product_id=line.product_id, variant_id=line.variant_id)
    return Outcome(
        "orders.fact.detail",
        facts,
        focus=one,
        why=tuple(f"order {o.id}: {o.status}" for o in chosen),
    )


def _which_orders(ctx: Context, text: str, held: Sequence[Held]) -> tuple[list[Order], list[Held]]:
    """The orders asked about, and the items where those were named."""
    every = orders_in(held)
    ids, _ = order_ids(text, held)
    if ids:
        return [order for order in every if order.id in ids], []
    found = which_items(text, "", held, likely=held, focus=ctx.state.focus.order_id)
    items = list(found.items or found.unsure)
    if items and not found.everything:
        return orders_in(items), items
    if found.orders:
        return [order for order in every if order.id in found.orders], []
    for status, pattern in _STATUS.items():
        if pattern.search(text):
            kept = [order for order in every if order.status == status]
            if kept:
                return kept, []
    placed = [order for order in every if stands_for(text, order.ship_to)]
    if placed and len(placed) < len(every):
        return placed, []
    focused = next((order for order in every if order.id == ctx.state.focus.order_id), None)
    if _RECENT.search(text):
        return _latest(every), []
    if focused is not None:
        return [focused], []
    pending = [order for order in every if order.status == "pending"]
    return (pending if len(pending) == 1 else every), []


def _latest(every: list[Order]) -> list[Order]:
    """The newest order; where the shop's files say no day, all that have not left yet, or all."""
    dated = [order for order in every if placed_on(order) is not None]
    return dated[:1] or [order for order in every if order.status == "pending"] or every


def _detail(ctx: Context, order: Order, items: Sequence[Held]) -> dict[str, Any]:
    named = [each.item for each in items if each.order.id == order.id]
    own = list(
        ctx.session.scalars(
            select(PaymentMethod).where(PaymentMethod.customer_id == order.customer_id)
        )
    )
    return order_facts(ctx, order) | {
        "lines": [
            {
                "title": item_title(ctx, item),
                "options": option_words(ctx, item.options, full=True),
                "price": item.price,
                "quantity": item.quantity,
            }
            for item in (named or order.items)
        ],
        "partly": bool(named) and len(named) < len(order.items),
        "tracking": [number for parcel in order.fulfilments for number in parcel.tracking_ids],
        "address": ", ".join(
            str(order.ship_to[part]) for part in orders.ADDRESS_FIELDS if order.ship_to.get(part)
        ),
        "paid": [method_label(ctx, method) for method in paid_with(order, own)],
        "expected_at": order.expected_at,
        "delivered_at": order.delivered_at,
    }
