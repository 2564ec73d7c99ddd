"""Changing an order that has not left yet: address, payment, and options of its items."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assistant.skills.base import Ask, Context, Outcome, Proposal, Request, commit, skill
from assistant.skills.identify import for_customer, said, utterance
from assistant.skills.order_parts import (
    allows,
    choose_method,
    choose_order,
    focus,
    item_label,
    method_label,
    moves_facts,
    option_words,
    order_facts,
    refund_days,
    refunds_ahead,
    refused,
    refused_state,
)
from db import orders
from db.errors import OrderError
from db.models import Address, Customer, Order, OrderItem, PaymentMethod, Product, Variant
from knowledge.vocabulary import translate_value

MAX_VARIANTS = 12


@skill("change_shipping_address")
@for_customer
def address(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """A new address for an order that may still change, else for the account."""
    every = orders.orders_of(ctx.session, customer.id)
    named = said(request, "order_id") or ctx.state.focus.order_id
    if not named and not any(allows(ctx, order, "change_address") for order in every):
        return account_address(request)
    chosen = choose_order(
        ctx, request, customer, "change_address", lambda order: allows(ctx, order, "change_address")
    )
    if isinstance(chosen, Outcome):
        return chosen
    if not allows(ctx, chosen, "change_address"):
        return refused_state(ctx, "change_address", chosen)
    wanted = said_address(request)
    if wanted is None:
        return Outcome(
            "orders.address.ask",
            {"order_id": chosen.id},
            ask=Ask("address"),
            form_args={"order_id": chosen.id},
            focus=focus(chosen),
        )
    return Outcome(
        "orders.address.confirm",
        {"order_id": chosen.id, "address": one_line(wanted)},
        proposal=Proposal("change_address", {"order_id": chosen.id, "address": wanted}),
        focus=focus(chosen),
    )


@commit("change_address")
def address_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Write the confirmed address to the order."""
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
    wanted = said_address(request)
    if wanted is None:
        return Outcome("account.address.ask", ask=Ask("address"))
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


def said_address(request: Request) -> dict[str, str] | None:
    """The address said, as the fields that are stored; None where there is none."""
    value = said(request, "address")
    if isinstance(value, dict):
        return {str(key): str(part) for key, part in value.items()}
    text = " ".join(str(value or "").split()).strip(" ,;")
    if not text:
        return None
    postcode = request.understanding.slots.postcode or request.slots.postcode or ""
    return {"line1": text, "postcode": postcode if postcode in text else ""}


def one_line(address: dict[str, Any]) -> str:
    """An address in one line, nothing twice."""
    parts: list[str] = []
    for field in orders.ADDRESS_FIELDS:
        part = address.get(field) or ""
        if part and not any(part in other for other in parts):
            parts.append(part)
    return ", ".join(parts)


@skill("change_payment")
@for_customer
def payment(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Another of the customer's payment methods for an order that may still change."""
    chosen = choose_order(
        ctx, request, customer, "change_payment", lambda order: allows(ctx, order, "change_payment")
    )
    if isinstance(chosen, Outcome):
        return chosen
    if not allows(ctx, chosen, "change_payment"):
        return refused_state(ctx, "change_payment", chosen)
    due = orders.net_paid(chosen) or chosen.total
    used = {method_id for method_id, _ in orders.refund_split(chosen, due)}
    others = [method for method in customer.payment_methods if method.id not in used]
    covering = [m for m in others if m.kind != "gift_card" or (m.balance or Decimal(0)) >= due]
    facts = {"order_id": chosen.id, "total": due, "currency": chosen.currency}
    short = [method for method in others if method not in covering]
    if not covering:
        return Outcome("orders.payment.no_other", facts, focus=focus(chosen))
    picked = choose_method(ctx, request, covering)
    if isinstance(picked, Ask):
        asked = str(said(request, "payment_method") or "")
        too_low = next((m for m in short if asked in (m.id, m.kind)), None)
        key = "orders.payment.too_low" if too_low else "orders.payment.ask"
        if too_low:
            facts |= {"label": method_label(ctx, too_low), "balance": too_low.balance or Decimal(0)}
        return Outcome(
            key, facts, ask=picked, form_args={"order_id": chosen.id}, focus=focus(chosen)
        )
    return Outcome(
        "orders.payment.confirm",
        facts | {"label": method_label(ctx, picked)} | refunds_ahead(ctx, customer, chosen),
        proposal=Proposal("change_payment", {"order_id": chosen.id, "payment_method": picked.id}),
        focus=focus(chosen),
    )


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
        )
    except OrderError as error:
        return refused(ctx, "change_payment", error)
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves)
    return Outcome("orders.payment.done", facts, focus=focus(change.order))


@skill("change_order")
@for_customer
def change(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Address and payment go their own ways; else an item becomes another of its variants."""
    if request.understanding.slots.address:
        return address(ctx, request)
    if request.understanding.slots.payment_method and not request.args.get("item_id"):
        return payment(ctx, request)
    chosen = choose_order(
        ctx, request, customer, "change_items", lambda order: allows(ctx, order, "change_items")
    )
    if isinstance(chosen, Outcome):
        return chosen
    return swap(ctx, request, customer, chosen, "change_items")


def swap(
    ctx: Context, request: Request, customer: Customer, order: Order, action: orders.Operation
) -> Outcome:
    """An item becomes another variant: by change before it leaves, by exchange after it came."""
    if not allows(ctx, order, action):
        return refused_state(ctx, action, order)
    facts: dict[str, Any] = {
        "order_id": order.id,
        "action": "change" if action == "change_items" else "exchange",
        "currency": order.currency,
    }
    if action == "change_items" and request.slots.quantity and not request.args.get("item_id"):
        return Outcome("orders.swap.only_options", facts, focus=focus(order))
    item = choose_item(ctx, request, order)
    if item is None:
        return Outcome("orders.swap.no_items", facts, focus=focus(order))
    if isinstance(item, Ask):
        kept = {"order_id": order.id}
        return Outcome("orders.swap.ask_item", facts, ask=item, form_args=kept, focus=focus(order))
    kept = {"order_id": order.id, "item_id": str(item.id)}
    facts["item"] = item_label(ctx, item)
    variants = open_variants(ctx, item)
    if not variants:
        return Outcome("orders.swap.no_variant", facts, focus=focus(order))
    variant = choose_variant(ctx, request, item, variants)
    if variant is None:
        choices = variant_choices(ctx, item, variants)
        asked = bool(request.slots.colors or request.slots.sizes or request.slots.materials)
        key = "orders.swap.no_such_variant" if asked else "orders.swap.ask_variant"
        return Outcome(
            key, facts, ask=Ask("variant_id", choices), form_args=kept, focus=focus(order)
        )
    kept["variant_id"] = variant.id
    difference = (variant.price - item.price) * item.quantity
    method = settling_method(ctx, request, customer, order, difference)
    if isinstance(method, Ask):
        facts["difference"] = abs(difference)
        return Outcome(
            "orders.swap.ask_payment", facts, ask=method, form_args=kept, focus=focus(order)
        )
    facts |= {
        "options": option_words(ctx, variant.options),
        "difference": abs(difference),
        "costs": "more" if difference > 0 else "less" if difference < 0 else "same",
        "label": method_label(ctx, method),
        **refund_days(ctx),
    }
    args = kept | {"payment_method": method.id, "difference": str(difference)}
    kind = "change_items" if action == "change_items" else "exchange_items"
    return Outcome("orders.swap.confirm", facts, proposal=Proposal(kind, args), focus=focus(order))


@commit("change_items")
def items_changed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Swap the item in the order as confirmed."""
    try:
        done = orders.change_items(
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
        return refused(ctx, "change_items", error)
    facts = order_facts(ctx, done.order) | moves_facts(ctx, done.moves)
    return Outcome("orders.swap.changed", facts, focus=focus(done.order))


def choose_item(ctx: Context, request: Request, order: Order) -> OrderItem | Ask | None:
    """The item meant: chosen, the only one, or the only one whose name is in the utterance."""
    items = [item for item in order.items if item.status == "ordered"]
    wanted = str(request.args.get("item_id") or "")
    for item in items:
        if str(item.id) == wanted:
            return item
    if len(items) <= 1:
        return items[0] if items else None
    named = named_items(ctx, request, items)
    if len(named) == 1:
        return named[0]
    return Ask("item_id", tuple((str(item.id), item_label(ctx, item)) for item in items))


def named_items(ctx: Context, request: Request, items: Sequence[OrderItem]) -> list[OrderItem]:
    """Items whose kind the utterance names: by category, or by words of their title."""
    text = utterance(request).casefold()
    words = set(text.replace(",", " ").replace(".", " ").replace("?", " ").split())
    found = []
    for item in items:
        product = ctx.session.get(Product, item.product_id)
        category = product.category if product else ""
        title_words = [word for word in item.title.casefold().split() if len(word) > 2]
        chinese = (product.title_zh, product.category_zh) if product else ()
        if (
            (category and category in request.slots.categories)
            or any(word in words or f"{word}s" in words for word in title_words[-1:])
            or any(name and name in text for name in chinese)
        ):
            found.append(item)
    return found


def open_variants(ctx: Context, item: OrderItem) -> list[Variant]:
    """Other variants of the item's product with enough pieces in stock."""
    product = ctx.session.get(Product, item.product_id)
    if product is None:
        return []
    return [
        variant
        for variant in product.variants
        if variant.active and variant.id != item.variant_id and variant.stock >= item.quantity
    ]


def choose_variant(
    ctx: Context, request: Request, item: OrderItem, variants: Sequence[Variant]
) -> Variant | None:
    """The variant meant: chosen, or the one that has what was said and else changes least."""
    wanted = str(request.args.get("variant_id") or "")
    for variant in variants:
        if variant.id == wanted:
            return variant
    slots, text = request.slots, utterance(request).casefold()
    said_values = {
        value.casefold() for value in (*slots.colors, *slots.sizes, *slots.materials) if value
    }
    words = {word.strip(".,!?\"'") for word in text.split()}
    scored = []
    for variant in variants:
        values = {str(value).casefold() for value in variant.options.values()}
        new = values - {str(value).casefold() for value in item.options.values()}
        met = {
            value
            for value in new
            if value in said_values
            or value in words
            or (len(value) > 2 and value in text)
            or translate_value(value, "zh") in text
        }
        if said_values - {str(v).casefold() for v in item.options.values()} <= values and met:
            kept = sum(item.options.get(name) == value for name, value in variant.options.items())
            scored.append(((len(met), kept), variant))
    if not scored:
        return None
    best = max(score for score, _ in scored)
    top = [variant for score, variant in scored if score == best]
    return top[0] if len(top) == 1 else None


def variant_choices(
    ctx: Context, item: OrderItem, variants: Sequence[Variant]
) -> tuple[tuple[str, str], ...]:
    """Variants as choices, those nearest to what was bought first."""

    def distance(variant: Variant) -> tuple[int, int]:
        same = sum(item.options.get(name) == value for name, value in variant.options.items())
        return -same, variant.position

    nearest = sorted(variants, key=distance)[:MAX_VARIANTS]
    return tuple((each.id, option_words(ctx, each.options) or each.id) for each in nearest)


def settling_method(
    ctx: Context, request: Request, customer: Customer, order: Order, difference: Decimal
) -> PaymentMethod | Ask:
    """What pays a difference or gets it back: as said, else what the order was paid with."""
    able = [
        method
        for method in customer.payment_methods
        if method.kind != "gift_card" or (method.balance or Decimal(0)) >= difference
    ]
    if said(request, "payment_method"):
        return choose_method(ctx, request, able)
    paid_with = [row.payment_method_id for row in order.payments if row.kind == "payment"]
    for method in able:
        if paid_with and method.id == paid_with[-1]:
            return method
    return choose_method(ctx, request, able)
