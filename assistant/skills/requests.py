"""What staff must act on: complaints, payment trouble, reviews."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import title_of
from assistant.skills.handover import contact, handoff
from assistant.skills.identify import current, for_customer, said, utterance
from assistant.skills.service.desk import at_desk, serve
from assistant.skills.service.holdings import holdings, things
from assistant.understanding.service.naming import find_mentions
from db import orders
from db.models import Customer, Product
from db.models import Request as StaffRequest

TELLING_WORDS = 6
"""A complaint of fewer words (or twice as many Chinese characters) does not say what is wrong."""


@skill("file_complaint")
def complaint(ctx: Context, request: Request) -> Outcome:
    """Written down word for word and passed to a person."""
    if at_desk(request):
        return serve(ctx, request)
    text = str(request.args.get("complaint") or "")
    if not text and _tells(request.understanding.text):
        text = request.understanding.text
    if not text:
        return Outcome("requests.complaint.ask", ask=Ask("complaint"))
    number = note(ctx, request, "complaint", {"text": text})
    called = handoff(ctx, "complaint", text) if _calls(ctx, "on_complaint") else None
    return Outcome("requests.complaint.done", {"number": number, **contact(ctx)}, handoff=called)


@skill("report_payment_issue")
def payment_issue(ctx: Context, request: Request) -> Outcome:
    """Written down with the order it is about; money is looked into by people."""
    customer = current(ctx)
    text = str(request.args.get("said") or request.understanding.text)
    email = (customer.email if customer else None) or said(request, "email")
    if not email:
        kept = {"said": text}
        return Outcome("requests.payment.ask_email", ask=Ask("email"), form_args=kept)
    number = note(ctx, request, "payment_issue", {"text": text, "email": str(email).lower()})
    called = handoff(ctx, "payment_issue", text) if _calls(ctx, "on_payment_issue") else None
    facts = {"number": number, "email": str(email), **contact(ctx)}
    return Outcome("requests.payment.done", facts, handoff=called)


@skill("leave_review")
@for_customer
def review(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Stars and words for something the customer bought."""
    bought = {
        item.product_id: _title(ctx, item.product_id, item.title)
        for order in orders.orders_of(ctx.session, customer.id)
        if order.status not in ("pending", "processed", "cancelled")
        for item in order.items
    }
    if not bought:
        return Outcome("requests.review.nothing")
    product_id = str(request.args.get("product_id") or "")
    focused = ctx.state.focus.product_id
    if product_id not in bought and focused in bought and focused is not None:
        product_id = focused
    if product_id not in bought:
        text = utterance(request).casefold()
        named = [each for each, title in bought.items() if _mentions(text, title)]
        named = named or _bought(ctx, customer, text, bought)
        product_id = named[0] if len(named) == 1 else ""
    if not product_id and len(bought) == 1:
        product_id = next(iter(bought))
    rating = _rating(request)
    kept: dict[str, Any] = {"rating": rating} if rating else {}
    if not product_id:
        choices = tuple(bought.items())[:8]
        return Outcome(
            "requests.review.ask_product", ask=Ask("product_id", choices), form_args=kept
        )
    kept["product_id"] = product_id
    facts = {"title": bought[product_id]}
    if rating is None:
        stars = tuple((str(n), "★" * n) for n in range(1, 6))
        return Outcome(
            "requests.review.ask_rating", facts, ask=Ask("rating", stars), form_args=kept
        )
    words = request.args.get("review")
    if not words:
        return Outcome("requests.review.ask_words", facts, ask=Ask("review"), form_args=kept)
    note(ctx, request, "review", {"rating": rating, "text": str(words)}, product_id, customer.id)
    if rating != 3:
        kind = "like" if rating > 3 else "dislike"
        ctx.events.append({"kind": kind, "product_id": product_id, "detail": {"rating": rating}})
    return Outcome("requests.review.done", facts | {"rating": rating})


def note(
    ctx: Context,
    request: Request,
    kind: str,
    detail: dict[str, Any],
    product_id: str | None = None,
    customer_id: str | None = None,
) -> int:
    """Write a request for staff; its number. An order that is not the customer's is left out."""
    customer_id = customer_id or ctx.customer_id
    named = said(request, "order_id") or ctx.state.focus.order_id
    order = orders.find_order(ctx.session, customer_id, str(named)) if named else None
    row = StaffRequest(
        kind=kind,
        customer_id=customer_id,
        conversation_id=ctx.turn.conversation_id,
        order_id=order.id if order else None,
        product_id=product_id,
        detail=detail,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def _calls(ctx: Context, rule: str) -> bool:
    """Whether the policy has a person take over for this."""
    return bool(getattr(ctx.settings.policy.handover, rule))


def _tells(text: str) -> bool:
    han = sum("一" <= char <= "鿿" for char in text)
    return len(text.split()) + han // 2 >= TELLING_WORDS


def _rating(request: Request) -> int | None:
    value = str(said(request, "rating") or "")
    return int(value) if value.isdecimal() and 1 <= int(value) <= 5 else None


def _title(ctx: Context, product_id: str, bought_as: str) -> str:
    product = ctx.session.get(Product, product_id)
    chinese = ctx.language == "zh" and product is not None and product.title_zh
    return title_of(product, "zh") if product is not None and chinese else bought_as


def _bought(ctx: Context, customer: Customer, text: str, bought: Collection[str]) -> list[str]:
    """Products that the words name as the shopper's things are named: "the headphones", "耳机"."""
    held = {each.key: each.item.product_id for each in holdings(ctx, customer)}
    mentions = find_mentions(text, things(holdings(ctx, customer)))
    found = dict.fromkeys(held[key] for mention in mentions for key in mention.keys)
    return [each for each in found if each in bought]


def _mentions(text: str, title: str) -> bool:
    """Whether the utterance has the last word of an English title, or a Chinese one whole."""
    last = title.casefold().split()[-1]
    return title.casefold() in text or (last.isascii() and last in text.split())
