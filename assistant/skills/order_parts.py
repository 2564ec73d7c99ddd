"""What all order skills share: choosing an order, its items, a payment method, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import format_currency

from assistant.dialogue.state import Focus
from assistant.skills.base import Ask, Context, Offers, Outcome, Request
from assistant.skills.cards import title_of
from assistant.skills.handover import contact, handoff
from assistant.skills.identify import said
from db import errors, orders
from db.models import Customer, Order, OrderItem, PaymentMethod, Product
from db.orders.rules import OPERATIONS
from knowledge.vocabulary import translate_value


@cache
def _territories(language: str) -> dict[str, str]:
    names = Locale(language).territories
    english = Locale("en").territories
    return {english[code].casefold(): name for code, name in names.items() if code in english}


def country_in(name: str, language: str) -> str:
    """A country as it is called in a language; what is no country's English name stays."""
    return name if language == "en" else _territories(language).get(name.casefold(), name)


UNDER_WAY = ("pending", "processed", "shipped")
MAX_CHOICES = 8
KINDS = {
    "en": {
        "credit_card": "credit card",
        "paypal": "PayPal",
        "gift_card": "gift card",
        "alipay": "Alipay",
        "wechat_pay": "WeChat Pay",
        "bank_transfer": "bank transfer",
    },
    "zh": {
        "credit_card": "信用卡",
        "paypal": "PayPal",
        "gift_card": "礼品卡",
        "alipay": "支付宝",
        "wechat_pay": "微信支付",
        "bank_transfer": "银行转账",
    },
}
REASONS = {
    "en": {
        "no_longer_needed": "no longer needed",
        "ordered_by_mistake": "ordered by mistake",
        "damaged": "arrived damaged",
        "wrong_item": "not what was ordered",
        "wrong_size": "wrong size",
        "not_as_described": "not as described",
        "late": "took too long",
        "changed_mind": "changed my mind",
        "better_price": "found a better price",
        "other": "another reason",
    },
    "zh": {
        "no_longer_needed": "不再需要",
        "ordered_by_mistake": "拍错了",
        "damaged": "收到时已损坏",
        "wrong_item": "发错货",
        "wrong_size": "尺码不合适",
        "not_as_described": "与描述不符",
        "late": "等得太久",
        "changed_mind": "改变主意了",
        "better_price": "别处更便宜",
        "other": "其他原因",
    },
}


def kind_name(ctx: Context, kind: str) -> str:
    """A kind of payment in the shopper's language."""
    return KINDS[ctx.language].get(kind, kind.replace("_", " "))


def reason_name(ctx: Context, reason: str) -> str:
    """A reason in the shopper's language."""
    return REASONS[ctx.language].get(reason, reason.replace("_", " "))


def method_label(ctx: Context, method: PaymentMethod | None) -> str:
    """What the shopper recognises a payment method by; empty where it no longer exists."""
    if method is None:
        return ""
    return method.label or kind_name(ctx, method.kind)


def item_title(ctx: Context, item: OrderItem) -> str:
    """The item's name in the shopper's language, else as it was bought."""
    product = ctx.session.get(Product, item.product_id)
    chinese = ctx.language == "zh" and product is not None and product.title_zh
    return title_of(product, "zh") if product is not None and chinese else item.title


def option_words(ctx: Context, options: dict[str, Any], full: bool = False) -> str:
    """ "navy, M" in the shopper's language; `full` also tells what is not there, as where versions
    differ in nothing else."""
    joiner = "，" if ctx.language == "zh" else ", "
    said = []
    for name, value in options.items():
        answer = str(value).casefold()
        called = translate_value(name, ctx.language)
        if answer in ("yes", "true"):
            # A bare "yes" says nothing without what it answers.
            said.append(called)
        elif answer in ("no", "false", "none"):
            if full:
                said.append(f"无{called}" if ctx.language == "zh" else f"no {called}")
        elif answer.isdigit():
            said.append(f"{called}{value}" if ctx.language == "zh" else f"{called} {value}")
        else:
            said.append(translate_value(str(value), ctx.language))
    return joiner.join(said)


def money_words(ctx: Context, amount: Decimal, currency: str) -> str:
    """An amount inside a choice, in the shopper's notation."""
    return format_currency(
        amount, currency, locale="zh_Hans_CN" if ctx.language == "zh" else "en_US"
    )


def item_label(ctx: Context, item: OrderItem) -> str:
    """An item as a choice: name, options, pieces."""
    options = option_words(ctx, item.options, full=True)
    pieces = f" × {item.quantity}" if item.quantity > 1 else ""
    if ctx.language == "zh":
        return f"{item_title(ctx, item)}{f'（{options}）' if options else ''}{pieces}"
    return f"{item_title(ctx, item)}{f' ({options})' if options else ''}{pieces}"


def order_choices(ctx: Context, found: Sequence[Order]) -> tuple[tuple[str, str], ...]:
    """Orders as choices: number, day, what is in them."""
    joiner = "、" if ctx.language == "zh" else ", "
    choices = []
    for order in found[:MAX_CHOICES]:
        titles = joiner.join(item_title(ctx, item) for item in order.items[:3])
        more = " …" if len(order.items) > 3 else ""
        day = placed_on(order)
        when = f"{day.date()} · " if day else ""
        choices.append((order.id, f"{order.id} · {when}{titles}{more}"))
    return tuple(choices)


def choice_day(order: Order) -> str:
    """The day an order was placed, where it is known."""
    day = placed_on(order)
    return str(day.date()) if day else ""


def placed_on(order: Order) -> datetime | None:
    """When an order was placed; None where the shop's files did not say."""
    unknown = any(
        event.kind == "placed" and event.detail.get("date_known") is False
        for event in order.history
    )
    return None if unknown else order.placed_at


def order_facts(ctx: Context, order: Order) -> dict[str, Any]:
    """What may be said of an order."""
    return {
        "order_id": order.id,
        "status": order.status,
        "total": order.total,
        "currency": order.currency,
        "placed_at": placed_on(order),
        "items": [item_label(ctx, item) for item in order.items],
    }


def focus(order: Order) -> Focus:
    """The order becomes "it"."""
    return Focus(order_id=order.id)


def choose_order(
    ctx: Context,
    request: Request,
    customer: Customer,
    action: str,
    fits: Callable[[Order], bool] = lambda _: True,
) -> Order | Outcome:
    """The order a request is about: named, in focus, or the only one that fits; else a question.

    A named order is returned whether it fits or not, so that the caller can say what forbids it.
    """
    every = orders.orders_of(ctx.session, customer.id)
    fitting = [order for order in every if fits(order)]
    named = said(request, "order_id")
    if named:
        order = orders.find_order(ctx.session, customer.id, str(named))
        if order is not None:
            return order
        ask = Ask("order_id", order_choices(ctx, fitting))
        return Outcome("orders.not_found", {"order_id": str(named)}, ask=ask)
    in_focus = ctx.state.focus.order_id
    focused = orders.find_order(ctx.session, customer.id, in_focus) if in_focus else None
    if focused is not None and (fits(focused) or not fitting):
        return focused
    if not every:
        return Outcome("orders.none", offers=(("offer.recommend", {}),))
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return refused_state(ctx, action, every[0])
    facts = {"action": action, "count": len(fitting)}
    return Outcome("orders.ask_order_id", facts, ask=Ask("order_id", order_choices(ctx, fitting)))


def allows(ctx: Context, order: Order, operation: orders.Operation) -> bool:
    """Whether the shop's rules allow the operation now."""
    return forbids(ctx, order, operation) is None


def forbids(ctx: Context, order: Order, operation: orders.Operation) -> errors.OrderError | None:
    """The rule that forbids the operation now, if one does."""
    return orders.forbids(ctx.session, order, operation, ctx.settings.policy, ctx.now)


def refused_state(ctx: Context, action: str, order: Order) -> Outcome:
    """The rule that forbids an operation on an order, and what can be done instead."""
    if action in OPERATIONS:
        against = forbids(ctx, order, action)
        if against is not None:
            return refused(ctx, action, against)
    return _refused_state(ctx, action, order, ())


def _refused_state(ctx: Context, action: str, order: Order, allowed: Sequence[str]) -> Outcome:
    facts = _refusal(ctx, action, order) | {"status": order.status, "allowed": list(allowed)}
    return Outcome(
        "orders.refused_state", facts, focus=focus(order), offers=(("offer.person", {}),)
    )


def _refusal(ctx: Context, action: str, order: Order) -> dict[str, Any]:
    """What every refusal states: the order, what was asked, and what can be done instead."""
    instead: tuple[orders.Operation, ...] = ("cancel", "return", "exchange")
    can = [other for other in instead if other != action and allows(ctx, order, other)]
    return {"order_id": order.id, "action": action, "can": can, "currency": order.currency}


def refused(ctx: Context, action: str, error: errors.OrderError) -> Outcome:
    """Words for a write that was refused, with the rule; nothing was changed."""
    order_id = getattr(error, "order_id", "")
    order = orders.find_order(ctx.session, ctx.customer_id, order_id) if order_id else None
    order = order or (
        ctx.session.get(Order, order_id) if order_id and not ctx.customer_id else None
    )
    outcome = _ruled(ctx, action, error, order) if order is not None else None
    if outcome is not None:
        rule = f"{type(error).__name__}: {error}"
        return replace(outcome, focus=focus(order) if order else None, why=(rule,))
    facts: dict[str, Any] = {"currency": ctx.settings.currency}
    if isinstance(error, errors.OrderNotFound):
        return Outcome("orders.not_found_again", {"order_id": error.order_id})
    if isinstance(error, errors.BalanceTooLow):
        facts |= {"label": error.label, "balance": error.balance, "needed": error.needed}
        return Outcome("orders.balance", facts)
    if isinstance(error, errors.OutOfStock):
        return Outcome("orders.out_of_stock", {"title": error.title, "left": error.left})
    if isinstance(error, errors.TotalChanged):
        facts |= {"confirmed": error.confirmed, "actual": error.actual}
        return Outcome("orders.amount_changed", facts)
    if isinstance(error, errors.PaymentMethodForbidden):
        to = {"to": list(ctx.settings.policy.refund.to)}
        return Outcome(f"orders.method_forbidden.{error.rule}", to)
    return Outcome("orders.refused", offers=(("offer.person", {}),))


def _ruled(ctx: Context, action: str, error: errors.OrderError, order: Order) -> Outcome | None:
    """Words for a refusal by a rule of the policy."""
    facts = _refusal(ctx, action, order)
    person: Offers = (("offer.person", {}),)
    if isinstance(error, errors.StateForbids):
        return _refused_state(ctx, action, order, error.allowed)
    if isinstance(error, errors.WindowPassed):
        facts |= {"until": error.until, "days": error.days, "title": error.title}
        return Outcome("orders.refused_window", facts, offers=person)
    if isinstance(error, errors.ClaimTooLate):
        facts |= {"until": error.until, "days": error.days}
        return Outcome("orders.refused_claim", facts, offers=person)
    if isinstance(error, errors.PhotoNeeded):
        return Outcome("orders.refused_photo", facts, offers=person)
    if isinstance(error, errors.NeverBack):
        chinese = ctx.language == "zh" and error.because_zh
        because = error.because_zh if chinese else error.because
        # An exchange sends it back, too.
        can = [each for each in facts["can"] if each == "cancel"]
        told = {"title": error.title, "because": because, "can": can}
        return Outcome("orders.refused_never", facts | told)
    if isinstance(error, errors.OnceOnly):
        return Outcome("orders.refused_once", facts | {"done_at": error.done_at}, offers=person)
    if isinstance(error, errors.LockedOut):
        return Outcome("orders.refused_locked", facts | {"by": error.by}, offers=person)
    if isinstance(error, errors.NeedsPerson):
        facts |= {"amount": error.amount, "limit": error.limit, **contact(ctx)}
        called = handoff(ctx, "policy", ctx.turn.text)
        return Outcome("orders.needs_person", facts, handoff=called)
    if isinstance(error, errors.ReasonForbidden):
        accepted = [reason_name(ctx, each) for each in error.allowed]
        return Outcome("orders.refused_reason", facts | {"accepted": accepted})
    return None


def choose_method(
    ctx: Context, request: Request, methods: Sequence[PaymentMethod]
) -> PaymentMethod | Ask:
    """The payment method said (by id or kind), or the question."""
    wanted = str(said(request, "payment_method") or "")
    for method in methods:
        if method.id == wanted:
            return method
    of_kind = [method for method in methods if method.kind == wanted]
    if len(of_kind) == 1:
        return of_kind[0]
    offered = of_kind or methods
    return Ask("payment_method", tuple((each.id, method_label(ctx, each)) for each in offered))


def moves_facts(ctx: Context, moves: Sequence[orders.Move]) -> dict[str, Any]:
    """Amounts that moved, by kind, as facts."""
    facts: dict[str, Any] = {"refunds": [], "charges": []}
    for move in moves:
        method = ctx.session.get(PaymentMethod, move.method_id)
        facts["refunds" if move.kind == "refund" else "charges"].append(
            {
                "amount": move.amount,
                "label": method_label(ctx, method),
                "instant": move.status == "done",
                **refund_days(ctx, method),
            }
        )
    return facts | refund_days(ctx)


def refunds_ahead(ctx: Context, customer: Customer, order: Order) -> dict[str, Any]:
    """What cancelling the order would give back, and where to."""
    own = {method.id: method for method in customer.payment_methods}
    refunds = []
    fee = orders.cancel_fee(order, ctx.settings.policy)
    for method_id, amount in orders.refund_split(order, orders.net_paid(order) - fee):
        method = own.get(method_id)
        instant = method is not None and method.kind in ctx.settings.policy.refund.instant
        label = method_label(ctx, method)
        row = {"amount": amount, "label": label, "instant": instant, **refund_days(ctx, method)}
        refunds.append(row)
    return {"refunds": refunds, "fee": fee or None, **refund_days(ctx)}


def refund_days(ctx: Context, method: PaymentMethod | None = None) -> dict[str, Any]:
    """How many business days a refund takes by the shop's rules, to a method or in general."""
    rule = ctx.settings.policy.refund
    least, most = rule.days(method.kind) if method else (rule.days_min, rule.days_max)
    return {"days_min": least, "days_max": most}


def arrives_by(since: date, business_days: int) -> date:
    """The day so many business days later."""
    day = since
    while business_days:
        day += timedelta(days=1)
        business_days -= day.weekday() < 5
    return day


def refunds_of(ctx: Context, found: Sequence[Order]) -> Outcome:
    """The refunds of some orders, on their way or paid back."""
    rows: list[dict[str, Any]] = []
    for order in found:
        for payment in order.payments:
            if payment.kind == "refund":
                method = ctx.session.get(PaymentMethod, payment.payment_method_id)
                rows.append(
                    {
                        "order_id": order.id,
                        "amount": payment.amount,
                        "currency": order.currency,
                        "label": method_label(ctx, method),
                        "pending": payment.status == "pending",
                        "since": payment.created_at,
                        "by": arrives_by(
                            payment.created_at.date(), refund_days(ctx, method)["days_max"]
                        ),
                        "returning": order.status == "return_requested",
                    }
                )
    if not rows:
        facts = {"order_id": found[0].id if len(found) == 1 else ""}
        return Outcome("orders.no_refunds", facts)
    policy = ctx.settings.policy
    days = {"days_min": policy.refund.days_min, "days_max": policy.refund.days_max}
    total = sum((row["amount"] for row in rows), Decimal(0))
    why = (f"{len(rows)} refunds, {total} in all",)
    told = {"refunds": rows, "total": total, "currency": found[0].currency, **days}
    return Outcome("orders.refunds", told, why=why)
