"""What pays an amount: one method, or a gift card what it holds and another method the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assistant.skills.base import Context, Outcome
from assistant.skills.order_parts import focus, method_label, money_words
from assistant.skills.service.base import Desk, asks
from assistant.skills.service.methods import covers, kinds_said, methods_said
from assistant.skills.service.tasks import Task
from db.models import Order, PaymentMethod

_SHARED = re.compile(
    r"\b(?:rest|remain\w*|difference|balance on|top(?:ped)? up|split|part(?:ly|ial\w*)?|both"
    r"|what(?:'s| is| ever is)? left|left ?over|everything else)\b"
    r"|剩下|余下|剩余|其余|不足|不够的|差额|部分|分开付|拆分",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paid:
    """What pays an amount. `rest` pays what `method`, a gift card, does not hold."""

    method: PaymentMethod
    amount: Decimal
    rest: PaymentMethod | None = None
    said: bool = True
    """Whether the shopper named it."""

    @property
    def rest_amount(self) -> Decimal:
        """What the second method pays."""
        return self.amount - (self.method.balance or Decimal(0)) if self.rest else Decimal(0)

    def args(self) -> dict[str, Any]:
        """As commit functions take it."""
        if self.rest is None:
            return {"payment_method": self.method.id}
        return {
            "payment_method": self.method.id,
            "rest_on": self.rest.id,
            "rest": str(self.rest_amount),
        }

    def facts(self, ctx: Context) -> dict[str, Any]:
        """`label` of the first, and `shares` where two pay."""
        shares: list[dict[str, Any]] = []
        if self.rest is not None:
            first = self.amount - self.rest_amount
            shares = [
                {"label": method_label(ctx, self.method), "amount": first},
                {"label": method_label(ctx, self.rest), "amount": self.rest_amount},
            ]
        return {"label": method_label(ctx, self.method), "shares": shares}


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions of an operation: templates, the facts they state, the order they are about."""

    task: Task
    facts: Mapping[str, Any]
    which: str
    """Which method."""
    too_low: str
    """The one named holds too little."""
    order: Order | None = None
    original: tuple[PaymentMethod, ...] = ()
    """What it is paid with where nothing is said, the first that covers it."""


def rest_args(args: Mapping[str, Any]) -> dict[str, Any]:
    """A second payment method as the operations of `db.orders` take it."""
    if not args.get("rest_on"):
        return {}
    return {"rest_on": args["rest_on"], "expected_rest": Decimal(args["rest"])}


def payment_of(
    desk: Desk,
    asking: Asking,
    methods: Sequence[PaymentMethod],
    amount: Decimal,
    rests: Sequence[PaymentMethod] = (),
) -> Paid | Outcome:
    """What pays the amount: as chosen, as said, as the order was paid, the only one; else a
    question. `rests` are more methods that may pay what a gift card leaves, and nothing else."""
    able, gifts = able_and_gifts(desk.ctx, methods, amount, rests)
    after_gift = [*able, *(method for method in rests if method not in methods)]
    answered = asking.task.answers.get("payment_method")
    for method in able:
        if method.id == answered:
            return Paid(method, amount)
    for gift in gifts:
        if gift.id == answered:
            return _shared(desk, asking, gift, after_gift, amount, ())
    choices = method_choices(desk.ctx, able, gifts)
    words, found = _said(asking, (*methods, *(m for m in rests if m not in methods)))
    good = [method for method in found if method in able]
    gift_said = next((method for method in found if method in gifts), None)
    if gift_said is not None and (not good or _SHARED.search(words)):
        return _shared(desk, asking, gift_said, after_gift, amount, found)
    if good:
        return Paid(good[0], amount)
    if not choices:
        # Nothing to choose from: said with what is held, so that something else can be chosen.
        held = [held_label(desk.ctx, method) for method in methods]
        extra = {"amount": amount, "held": held}
        return _ask(asking, "payment_method", "orders.payment.none_covers", extra, ())
    short = next((method for method in found if method in methods), None)
    if short is not None:
        extra = {"label": method_label(desk.ctx, short), "balance": short.balance or Decimal(0)}
        return _ask(asking, "payment_method", asking.too_low, extra, choices)
    usual = [method for method in asking.original if method in able]
    if usual:
        return Paid(usual[0], amount, said=False)
    if len(able) == 1 and not gifts and asking.order is not None:
        return Paid(able[0], amount, said=False)
    return _ask(asking, "payment_method", asking.which, {}, choices)


def able_and_gifts(
    ctx: Context,
    methods: Sequence[PaymentMethod],
    amount: Decimal,
    rests: Sequence[PaymentMethod] = (),
) -> tuple[list[PaymentMethod], list[PaymentMethod]]:
    """(methods that cover an amount alone, gift cards that may pay a part of it)."""
    rules = ctx.settings.policy.payment
    taken = [method for method in methods if not rules.kinds or method.kind in rules.kinds]
    able = [method for method in taken if covers(method, amount)]
    shares = rules.max_methods > 1 and amount > 0
    gifts = [
        method
        for method in taken
        if shares and method.kind == "gift_card" and 0 < (method.balance or 0) < amount
    ]
    others = any(method.kind != "gift_card" for method in (*able, *rests))
    return able, gifts if others else []


def method_choices(
    ctx: Context, able: Sequence[PaymentMethod], gifts: Sequence[PaymentMethod] = ()
) -> tuple[tuple[str, str], ...]:
    """Payment methods as choices; a gift card that does not cover it all with what it holds."""
    return (
        *((method.id, method_label(ctx, method)) for method in able),
        *((method.id, held_label(ctx, method)) for method in gifts),
    )


def held_label(ctx: Context, method: PaymentMethod) -> str:
    """A method's label, and the balance of one that has any."""
    label = method_label(ctx, method)
    if method.balance is None:
        return label
    return f"{label} · {money_words(ctx, method.balance, ctx.settings.currency)}"


def _said(asking: Asking, methods: Sequence[PaymentMethod]) -> tuple[str, list[PaymentMethod]]:
    """The latest words that name a way to pay, and the methods in them."""
    task = asking.task
    for words in (
        *reversed(task.said),
        " . ".join((task.text, *task.more)),
        " . ".join((*task.shared, *task.lead)),
    ):
        found = methods_said(words, methods, asking.order)
        if found or kinds_said(words):
            return words, found
    return "", []


def _shared(
    desk: Desk,
    asking: Asking,
    gift: PaymentMethod,
    able: Sequence[PaymentMethod],
    amount: Decimal,
    said: Sequence[PaymentMethod],
) -> Paid | Outcome:
    """The gift card with the method that pays the rest: chosen, said, usual, the only one."""
    others = [method for method in able if method.kind != "gift_card"]
    answered = asking.task.answers.get("rest_on")
    chosen = [method for method in others if method.id == answered]
    named = [method for method in said if method in others]
    usual = [method for method in asking.original if method in others]
    only = others if len(others) == 1 else []
    for rest in (*chosen, *named, *usual, *only):
        return Paid(gift, amount, rest)
    held = gift.balance or Decimal(0)
    extra = {"label": method_label(desk.ctx, gift), "balance": held, "rest": amount - held}
    choices = method_choices(desk.ctx, others)
    answers = {"offered": {"payment_method": gift.id}}
    return _ask(asking, "rest_on", "orders.payment.ask_rest", extra, choices, **answers)


def _ask(
    asking: Asking,
    slot: str,
    key: str,
    extra: Mapping[str, Any],
    choices: tuple[tuple[str, str], ...],
    **args: Any,
) -> Outcome:
    ask = asks(asking.task, slot, key, {**asking.facts, **extra}, choices, **args)
    return replace(ask, focus=focus(asking.order)) if asking.order is not None else ask
