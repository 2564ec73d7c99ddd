"""Orders looked at, and cancelled: tracking, lists, invoices, refunds on their way."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

# Their skills register as they are imported.
from assistant.skills import order_changes, order_returns  # noqa: F401
from assistant.skills.articles import looked_up
from assistant.skills.base import Context, Outcome, Request, commit, skill
from assistant.skills.identify import for_customer, said, utterance
from assistant.skills.invoices import keep
from assistant.skills.order_parts import (
    UNDER_WAY,
    choose_order,
    country_in,
    focus,
    item_title,
    method_label,
    moves_facts,
    option_words,
    order_facts,
    refunds_of,
    refused,
)
from assistant.skills.service import desk  # noqa: F401
from assistant.skills.service.facts import about_orders
from assistant.skills.service.holdings import holdings, things
from assistant.understanding.service.naming import find_mentions
from db import orders
from db.errors import OrderError
from db.models import Customer, Order, PaymentMethod

MAX_LISTED = 10


@skill("track_order")
@for_customer
def track(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Where an order is; without a number, whatever is under way, else the latest."""
    told = about_orders(ctx, request, customer)
    if told is not None:
        return told
    named = said(request, "order_id")
    holding = None if named else _holding(ctx, request, customer)
    if holding is not None:
        return _tracked(ctx, holding)
    named = named or ctx.state.focus.order_id
    if not named:
        every = orders.orders_of(ctx.session, customer.id)
        moving = [order for order in every if order.status in UNDER_WAY]
        if len(moving) > 1:
            return _listed(ctx, moving, "orders.under_way")
        if every:
            return _tracked(ctx, moving[0] if moving else every[0])
    chosen = choose_order(ctx, request, customer, "track")
    return chosen if isinstance(chosen, Outcome) else _tracked(ctx, chosen)


def _holding(ctx: Context, request: Request, customer: Customer) -> Order | None:
    """The one order that holds what the words name: "where is my lamp"."""
    held = holdings(ctx, customer)
    mentions = find_mentions(utterance(request), things(held))
    keys = {key for mention in mentions for key in mention.keys}
    found = {each.order.id: each.order for each in held if each.key in keys}
    moving = {id_: order for id_, order in found.items() if order.status in UNDER_WAY} or found
    return next(iter(moving.values())) if len(moving) == 1 else None


@skill("list_orders")
@for_customer
def list_all(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """The customer's orders, the newest first."""
    told = about_orders(ctx, request, customer)
    if told is not None:
        return told
    if request.slots.order_id:
        # "Look up order X" is about that one.
        chosen = choose_order(ctx, request, customer, "track")
        return chosen if isinstance(chosen, Outcome) else _tracked(ctx, chosen)
    every = orders.orders_of(ctx.session, customer.id)
    if not every:
        return Outcome("orders.none", offers=(("offer.recommend", {}),))
    return _listed(ctx, every, "orders.list")


@commit("cancel_order")
def cancelled(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Cancel, unless something has changed since it was proposed."""
    try:
        change = orders.cancel_order(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            reason=args["reason"],
            rules=ctx.settings.policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_refund=Decimal(args["refund"]),
        )
    except OrderError as error:
        return refused(ctx, "cancel", error)
    facts = order_facts(ctx, change.order) | moves_facts(ctx, change.moves) | {"fee": change.fee}
    why = (f"order {change.order.id}: cancelled, {change.refunded} refunded",)
    return Outcome("orders.cancel.done", facts, focus=focus(change.order), why=why)


@skill("track_refund")
@for_customer
def track_refund(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Refunds of one order, or all there are."""
    told = about_orders(ctx, request, customer)
    if told is not None:
        return told
    if said(request, "order_id"):
        chosen = choose_order(ctx, request, customer, "track")
        return chosen if isinstance(chosen, Outcome) else refunds_of(ctx, [chosen])
    return refunds_of(ctx, orders.orders_of(ctx.session, customer.id))


_MADE_OUT: Final = re.compile(
    r"发票(?:要|该)?(?:怎么|如何|咋)(?:开|拿|要|弄|申请)|(?:怎么|如何|咋)(?:开|要|申请)发票"
    r"|抬头|税号|纳税人|(?:开|换|改)成?(?:公司|单位|企业)|专用?发票|增值税"
    r"|\b(?:made out to|company name|tax (?:id|number)|vat (?:id|number)|billing name)\b"
    r"|(?:发票|它)?(?:能|可以|请)?(?:发|寄|传)(?:到|给|去)?(?:我的?)?(?:邮箱|邮件|email)"
    r"|\b(?:e-?mail|send) (?:it|the invoice|me the invoice)(?: to me| to my)?\b",
    re.IGNORECASE,
)
"""Asks how an invoice is made out or sent, and not for the document itself."""


def _topic(ctx: Context, words: str) -> str:
    sent = re.search(r"邮箱|邮件|mail|send", words, re.IGNORECASE)
    if ctx.language == "zh":
        company = re.search(r"抬头|税|公司|单位|企业|专用?发票", words)
        asked = "发票要公司抬头和税号怎么办" if company else "在哪里拿发票"
        return "正式发票什么时候发到邮箱" if sent else asked
    return "when is the invoice e-mailed" if sent else "invoice with company name and tax number"


@skill("get_invoice")
def invoice(ctx: Context, request: Request) -> Outcome:
    """The invoice of an order, or the shop's rules on how one is made out and sent."""
    words = request.understanding.text
    if _MADE_OUT.search(words):
        told = looked_up(ctx, request.understanding, text=_topic(ctx, words))
        return told or Outcome("article.none", offers=(("offer.person", {}),))
    return _invoice(ctx, request)


@for_customer
def _invoice(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """An order's invoice, kept as text and PDF; its lines add up to its total."""
    chosen = choose_order(ctx, request, customer, "invoice")
    if isinstance(chosen, Outcome):
        return chosen
    lines = [
        {
            "title": item_title(ctx, item),
            "options": option_words(ctx, item.options),
            "quantity": item.quantity,
            "price": item.price,
            "sum": item.price * item.quantity,
        }
        for item in chosen.items
    ]
    value = orders.items_value(chosen.items)
    # What exchanges added or took off, which the lines as bought do not show.
    adjustment = chosen.total - (value + chosen.shipping - chosen.discount)
    payments = [
        {
            "kind": payment.kind,
            "amount": payment.amount,
            "label": method_label(ctx, ctx.session.get(PaymentMethod, payment.payment_method_id)),
            "pending": payment.status == "pending",
        }
        for payment in chosen.payments
    ]
    shop = ctx.settings.name_zh if ctx.language == "zh" else ""
    facts = order_facts(ctx, chosen) | {
        "shop": shop or ctx.settings.name,
        "name": customer.full_name,
        "ship_to": [
            country_in(chosen.ship_to[part], ctx.language)
            if part == "country"
            else chosen.ship_to[part]
            for part in orders.ADDRESS_FIELDS
            if chosen.ship_to.get(part)
        ],
        "lines": lines,
        "shipping": chosen.shipping,
        "discount": chosen.discount if chosen.discount else None,
        "adjustment": adjustment if adjustment else None,
        "payments": payments,
    }
    facts["file"] = keep(ctx, facts)
    return Outcome("orders.invoice", facts, focus=focus(chosen))


def _tracked(ctx: Context, order: Order) -> Outcome:
    tracking = [number for parcel in order.fulfilments for number in parcel.tracking_ids]
    carriers = {parcel.carrier for parcel in order.fulfilments if parcel.carrier}
    facts = order_facts(ctx, order) | {
        "tracking": tracking,
        "carrier": next(iter(carriers)) if len(carriers) == 1 else "",
        "expected_at": order.expected_at,
        "delivered_at": order.delivered_at,
        "late": bool(order.expected_at and order.expected_at < ctx.now),
    }
    known = ("pending", "processed", "shipped", "delivered", "cancelled")
    key = order.status if order.status in known else "other"
    why = (f"order {order.id}: {order.status}",)
    return Outcome(f"orders.track.{key}", facts, focus=focus(order), why=why)


def _listed(ctx: Context, found: list[Order], key: str) -> Outcome:
    facts = {
        "count": len(found),
        "shown": min(len(found), MAX_LISTED),
        "orders": [order_facts(ctx, order) for order in found[:MAX_LISTED]],
    }
    return Outcome(key, facts)
