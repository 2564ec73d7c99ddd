"""Checkout: who, where to and how it is paid, then one confirmation that names it all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from assistant.skills.base import Ask, Context, Outcome, Proposal, Request, commit, skill
from assistant.skills.cards import title_of
from assistant.skills.cart import add_to_cart, cart_facts, cart_lines, merge_carts
from assistant.skills.identify import by_email, proves, unproven
from assistant.skills.order_parts import method_label
from assistant.skills.service.desk import at_desk, serve
from assistant.skills.service.methods import methods_said
from assistant.skills.service.paying import able_and_gifts, method_choices, rest_args
from db.errors import BalanceTooLow, CartEmpty, OutOfStock, TotalChanged
from db.models import Address, CartLine, Customer, Order, PaymentMethod
from db.orders import ADDRESS_FIELDS, place_order
from db.pricing import honoured_price

KINDS = ("credit_card", "paypal", "alipay", "wechat_pay")
"""Ways to pay that a new customer may choose from; no number is ever asked for in the chat."""
_KIND_NAMES = {
    "en": {
        "credit_card": "Credit card",
        "paypal": "PayPal",
        "alipay": "Alipay",
        "wechat_pay": "WeChat Pay",
    },
    "zh": {
        "credit_card": "信用卡",
        "paypal": "PayPal",
        "alipay": "支付宝",
        "wechat_pay": "微信支付",
    },
}


@dataclass(frozen=True, slots=True)
class _Buyer:
    """Who orders: a known customer, or an e-mail that gets an account with the order."""

    customer: Customer | None
    email: str | None
    identified: str | None
    owner: str


@skill("place_order")
def place(ctx: Context, request: Request) -> Outcome:
    """Ask for what is missing, one thing at a time, then propose the order."""
    if at_desk(request):
        # "The same again" is a matter of earlier orders.
        return serve(ctx, request)
    started = _buy_this(ctx, request)
    if started is not None:
        return started
    if not cart_lines(ctx.session, ctx.cart_owner):
        return Outcome("checkout.empty", offers=(("offer.recommend", {}),))
    buyer = _buyer(ctx, request)
    if buyer is None:
        return Outcome("checkout.ask_email", ask=Ask("email"))
    if buyer.customer is not None:
        asked = unproven(ctx, request, buyer.customer, ("pay",))
        if asked is not None:
            return replace(asked, identified=buyer.identified)
    outcome = _for_buyer(ctx, request, buyer)
    proven = buyer.customer is not None and proves(ctx, request, buyer.customer)
    return replace(outcome, proven=True) if proven else outcome


def _for_buyer(ctx: Context, request: Request, buyer: _Buyer) -> Outcome:
    lines = cart_lines(ctx.session, buyer.owner)
    changed = _new_prices(ctx, lines)
    facts = cart_facts(ctx, lines)
    if changed:
        return Outcome(
            "checkout.price_changed",
            {**facts, "changed": changed},
            identified=buyer.identified,
            offers=(("offer.checkout", {}),),
        )
    known = {"email": buyer.email} if buyer.email else {}
    address = _address(buyer.customer, request)
    if address is None:
        return Outcome(
            "checkout.ask_address",
            ask=Ask("address"),
            form_args=known,
            identified=buyer.identified,
        )
    payment = _payment(ctx, buyer.customer, request, facts["total"])
    if isinstance(payment, Outcome):
        kept = {**known, "address": address, **payment.form_args}
        return replace(payment, form_args=kept, identified=buyer.identified)
    shares: list[dict[str, Any]] = []
    split: dict[str, Any] = {}
    if payment.rest is not None:
        rest_label = _label(payment.rest.kind, payment.rest.label, ctx.language)
        shares = [
            {"label": payment.label, "amount": facts["total"] - payment.rest_amount},
            {"label": rest_label, "amount": payment.rest_amount},
        ]
        split = {"rest_on": payment.rest.id, "rest": str(payment.rest_amount)}
    return Outcome(
        "checkout.confirm",
        {**facts, "address": _one_line(address), "payment": payment.label, "shares": shares},
        identified=buyer.identified,
        proposal=Proposal(
            "place_order",
            {
                **known,
                "address": address,
                "payment_method": payment.method,
                "shipping": str(facts["shipping"]),
                "total": str(facts["total"]),
                **split,
            },
        ),
    )


@commit("place_order")
def placed(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Place the confirmed order; refused whole where stock, price or balance have moved."""
    customer_id = ctx.customer_id
    identified = None
    if customer_id is None:
        customer = _account(ctx, args["email"])
        customer_id = identified = customer.id
        merge_carts(ctx.session, ctx.cart_owner, f"customer:{customer_id}")
    method = _method(ctx, customer_id, args["payment_method"])
    policy = ctx.settings.policy
    try:
        order = place_order(
            ctx.session,
            customer_id=customer_id,
            owner=f"customer:{customer_id}",
            payment_method_id=method.id,
            ship_to=args["address"],
            shipping=Decimal(args["shipping"]),
            currency=ctx.settings.currency,
            rules=policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_total=Decimal(args["total"]),
            expected_at=ctx.now + timedelta(days=policy.delivery.days_max),
            cart_hours=ctx.settings.pricing.cart_hours,
            **rest_args(args),
        )
    except CartEmpty:
        return Outcome("checkout.empty", identified=identified)
    except OutOfStock as error:
        return Outcome(
            "checkout.out_of_stock",
            {"title": error.title, "left": error.left},
            identified=identified,
            offers=(("offer.cart", {}),),
        )
    except TotalChanged as error:
        lines = cart_lines(ctx.session, f"customer:{customer_id}")
        facts = {"changed": _new_prices(ctx, lines), "total": error.actual}
        return Outcome(
            "checkout.price_changed",
            {**facts, "currency": ctx.settings.currency},
            identified=identified,
            offers=(("offer.checkout", {}),),
        )
    except BalanceTooLow as error:
        return Outcome(
            "checkout.balance",
            {
                "label": error.label,
                "balance": error.balance,
                "needed": error.needed,
                "currency": ctx.settings.currency,
            },
            identified=identified,
        )
    _keep_address(ctx, customer_id, args["address"])
    for item in order.items:
        ctx.events.append({"kind": "purchase", "product_id": item.product_id, "detail": {}})
    return Outcome(
        "checkout.placed",
        {
            "order_id": order.id,
            "total": order.total,
            "currency": order.currency,
            "payment": _label(method.kind, method.label, ctx.language),
            "shares": _paid_shares(ctx, order) if args.get("rest_on") else [],
            "expected_at": order.expected_at,
        },
        identified=identified,
        proven=True,
        offers=(("offer.orders", {}),),
        why=(f"order {order.id}: {order.status}, {order.total} {order.currency}",),
    )


def _paid_shares(ctx: Context, order: Order) -> list[dict[str, Any]]:
    """What each of two methods paid."""
    return [
        {
            "label": method_label(ctx, ctx.session.get(PaymentMethod, each.payment_method_id)),
            "amount": each.amount,
        }
        for each in order.payments
    ]


def _buy_this(ctx: Context, request: Request) -> Outcome | None:
    """ "I'll take the second one" puts it into the cart first; None where the cart is the order."""
    points = bool(request.slots.ordinals) or "product" in request.args
    in_cart = bool(cart_lines(ctx.session, ctx.cart_owner))
    if not points and (in_cart or not ctx.state.focus.product_id):
        return None
    added = add_to_cart(ctx, request)
    return None if added.key == "cart.added" else added


def _buyer(ctx: Context, request: Request) -> _Buyer | None:
    if ctx.customer_id is not None:
        customer = ctx.session.get(Customer, ctx.customer_id)
        return _Buyer(customer, None, None, ctx.cart_owner)
    email = (request.slots.email or str(request.args.get("email") or "")).strip().casefold()
    if not email or "@" not in email:
        return None
    customer = by_email(ctx.session, email)
    if customer is None:
        return _Buyer(None, email, None, ctx.cart_owner)
    owner = f"customer:{customer.id}"
    merge_carts(ctx.session, ctx.cart_owner, owner)
    return _Buyer(customer, None, customer.id, owner)


def _account(ctx: Context, email: str) -> Customer:
    """The account that comes with a first order."""
    customer = by_email(ctx.session, email)
    if customer is None:
        customer = Customer(
            id=f"c-{uuid.uuid4().hex[:12]}",
            email=email,
            language=ctx.language,
            created_at=ctx.now,
        )
        ctx.session.add(customer)
        ctx.session.flush()
    return customer


def _new_prices(ctx: Context, lines: list[CartLine]) -> list[dict[str, Any]]:
    """Lines whose price moved since they were added, brought up to date and named."""
    changed = []
    hours = ctx.settings.pricing.cart_hours
    for line in lines:
        price = honoured_price(ctx.session, line.variant, line.price, line.added_at, ctx.now, hours)
        if line.price != price:
            changed.append(
                {
                    "title": title_of(line.variant.product, ctx.language),
                    "was": line.price,
                    "now": price,
                }
            )
            line.price = price
    ctx.session.flush()
    return changed


def _address(customer: Customer | None, request: Request) -> dict[str, str] | None:
    said: Any = request.args.get("address") or request.slots.address
    if isinstance(said, dict):
        return {str(key): str(value) for key, value in said.items()}
    if said:
        return {"line1": str(said).strip(), "postcode": request.slots.postcode or ""}
    if customer is None or not customer.addresses:
        return None
    row = next((a for a in customer.addresses if a.is_default), customer.addresses[0])
    return {field: getattr(row, field) for field in ADDRESS_FIELDS if getattr(row, field)}


def _one_line(address: dict[str, str]) -> str:
    return ", ".join(address[field] for field in ADDRESS_FIELDS if address.get(field))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """How an order is paid: a method of the customer's or a kind, and one for the rest."""

    method: str
    label: str
    rest: PaymentMethod | None = None
    rest_amount: Decimal = Decimal(0)


def _payment(
    ctx: Context, customer: Customer | None, request: Request, total: Decimal
) -> _Chosen | Outcome:
    """What pays, or the question."""
    methods = list(customer.payment_methods) if customer else []
    names = _KIND_NAMES[ctx.language]
    labels = {m.id: _label(m.kind, m.label, ctx.language) for m in methods}
    said = str(request.args.get("payment_method") or request.slots.payment_method or "")
    able, gifts = able_and_gifts(ctx, methods, total)
    named = methods_said(request.understanding.text, methods)
    if len(named) > 1:
        # "My gift card, the rest with PayPal": the first named pays first.
        said = named[0].id
    of_kind = [m for m in methods if said in (m.id, m.kind)]
    if len(of_kind) == 1:
        if of_kind[0] in gifts:
            return _shared(ctx, request, of_kind[0], able, total)
        return _Chosen(of_kind[0].id, labels[of_kind[0].id])
    if not of_kind and said in names:
        return _Chosen(said, names[said])
    if len(able) == 1 and not said and not gifts:
        return _Chosen(able[0].id, labels[able[0].id])
    choices = method_choices(ctx, able, gifts) if methods else ()
    choices = choices or tuple((kind, names[kind]) for kind in KINDS)
    return Outcome("checkout.ask_payment_method", ask=Ask("payment_method", choices))


def _shared(
    ctx: Context, request: Request, gift: PaymentMethod, able: list[PaymentMethod], total: Decimal
) -> _Chosen | Outcome:
    """A gift card that holds a part, and what pays the rest."""
    held = gift.balance or Decimal(0)
    label = _label(gift.kind, gift.label, ctx.language)
    others = [method for method in able if method.kind != "gift_card"]
    named = methods_said(request.understanding.text, others)
    wanted = str(request.args.get("rest_on") or "")
    rest = next((m for m in others if m.id == wanted), None) or next(iter(named), None)
    if rest is None and len(others) == 1:
        rest = others[0]
    if rest is not None:
        return _Chosen(gift.id, label, rest, total - held)
    facts = {"label": label, "balance": held, "rest": total - held}
    return Outcome(
        "orders.payment.ask_rest",
        facts | {"currency": ctx.settings.currency},
        ask=Ask("rest_on", method_choices(ctx, others)),
        form_args={"payment_method": gift.id},
    )


def _label(kind: str, label: str, language: str) -> str:
    return label or _KIND_NAMES.get(language, {}).get(kind, kind.replace("_", " "))


def _method(ctx: Context, customer_id: str, chosen: str) -> PaymentMethod:
    """The customer's own method, or a new one of the chosen kind."""
    method = ctx.session.get(PaymentMethod, chosen)
    if method is not None and method.customer_id == customer_id:
        return method
    kind = chosen if chosen in KINDS else KINDS[0]
    method = PaymentMethod(id=f"pm-{uuid.uuid4().hex[:12]}", customer_id=customer_id, kind=kind)
    ctx.session.add(method)
    ctx.session.flush()
    return method


def _keep_address(ctx: Context, customer_id: str, address: dict[str, str]) -> None:
    """The first address ordered to becomes the customer's own."""
    has = ctx.session.scalar(select(Address.id).where(Address.customer_id == customer_id).limit(1))
    if has is None:
        fields = {name: address.get(name, "") for name in ADDRESS_FIELDS}
        ctx.session.add(Address(customer_id=customer_id, is_default=True, **fields))
