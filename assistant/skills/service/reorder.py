"""The same again: what of an earlier order can still be had, at today's prices, as a new order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assistant.skills.base import Context, Outcome, commit
from assistant.skills.order_parts import (
    choice_day,
    focus,
    item_title,
    method_label,
    option_words,
    order_facts,
    refused,
)
from assistant.skills.service.addresses import one_line, said_address
from assistant.skills.service.base import (
    Desk,
    Grounded,
    Write,
    asks,
    by_order,
    order_list,
    orders_in,
)
from assistant.skills.service.holdings import Held
from assistant.skills.service.meant import which_of
from assistant.skills.service.methods import paid_with
from assistant.skills.service.paying import Asking, payment_of, rest_args
from assistant.skills.service.tasks import Task
from assistant.understanding.service.places import stands_for
from db import orders
from db.errors import OrderError
from db.models import Order, PaymentMethod, Variant
from db.orders import ADDRESS_FIELDS

_LATEST = re.compile(
    r"\b(?:last|latest|most recent|previous|newest)\b(?: \w+)?|\b(?:the )?same again\b"
    r"|\bsame as (?:last|before)\b|上(?:次|一?单|回)|最近(?:一次|那单|的)?|刚才那单|再来一[单份]",
    re.IGNORECASE,
)


def ground_reorder(desk: Desk, task: Task) -> Grounded:
    """Which lines of which order, then one proposal with prices, address, payment and total."""
    if not desk.held:
        return Grounded(told=(Outcome("orders.none", offers=(("offer.recommend", {}),)),))
    items = _lines(desk, task)
    if isinstance(items, Grounded):
        return items
    return by_order(items, lambda order, mine: _again(desk, task, order, mine))


def _lines(desk: Desk, task: Task) -> list[Held] | Grounded:
    """The lines meant: named ones, else all of the order meant."""
    which = which_of(desk, task, desk.held)
    if isinstance(which, Grounded):
        if which.ask is None or which.ask.ask is None or which.ask.ask.slot != "item_ids":
            return which
        alike = _one_of_alike(desk, which.ask)
        return which if alike is None else alike
    if which.items and which.named:
        return _latest_of_each(which.items)
    order = next(
        (
            found
            for each in (*which.orders, str(task.answers.get("order_id") or ""))
            if (found := desk.order(each)) is not None
        ),
        None,
    )
    every = orders_in(desk.held)
    if order is None and _names_thing(task) and not _LATEST.search(task.words) and len(every) > 1:
        # Something is named that the records do not call so: no order is guessed.
        return _asked_which(desk, task, every)
    if order is None and _LATEST.search(task.words):
        order = every[0]
    if order is None:
        order = desk.order(desk.recent or desk.focus or "")
    if order is None and len(every) == 1:
        order = every[0]
    if order is None:
        return _asked_which(desk, task, every)
    return [each for each in desk.held if each.order.id == order.id]


def _asked_which(desk: Desk, task: Task, every: Sequence[Order]) -> Grounded:
    facts: dict[str, Any] = {"action": "reorder", "count": len(every)}
    choices = order_list(desk.ctx, every)
    return Grounded(ask=asks(task, "order_id", "orders.ask_order_id", facts, choices))


_NO_NAMES = re.compile(
    r"请问?|帮我|给我|麻烦|我想|我要|想要|可以|能不能|再次?|重新|还是?|又|买|下单?|订购?|复购|回购|来|要|照旧"
    r"|(?:一|两|二|三|\d+)?[个件双条台把瓶盒包只本份单次遍回样套]|同样|一样|相同|同款|的|了|吧|吗|呢|啊|谢谢"
    r"|那|这|它|他|这些|那些|东西|商品|订单|全部|都|上次|刚才|之前|我|点",
)


def _names_thing(task: Task) -> bool:
    """Whether the words of a reorder in Chinese name anything beside that it is to come again."""
    text = re.sub(r"[^一-鿿]", "", task.text)
    return len(_NO_NAMES.sub("", text)) >= 2


def _one_of_alike(desk: Desk, ask: Outcome) -> list[Held] | None:
    """Bought more than once in the same version: any of them tells what is to be bought."""
    keys = [value for value, _ in (ask.ask.choices if ask.ask else ())]
    found = [each for each in desk.held if each.key in keys]
    return found[:1] if len({each.item.variant_id for each in found}) == 1 else None


def _latest_of_each(items: Sequence[Held]) -> list[Held]:
    """Each version once: what was bought in two orders is wanted once."""
    return list({each.item.variant_id: each for each in reversed(items)}.values())[::-1]


def _again(desk: Desk, task: Task, order: Order, items: Sequence[Held]) -> Grounded:
    ctx = desk.ctx
    told: list[Outcome] = []
    lines: list[dict[str, Any]] = []
    pieces: dict[str, int] = {}
    wanted = int(task.answers.get("quantity") or 0) or pieces_said(task.words)
    for each in items:
        variant = ctx.session.get(Variant, each.item.variant_id)
        left = variant.stock if variant is not None and variant.active else 0
        count = wanted if wanted and len(items) == 1 else each.item.quantity
        title = item_title(ctx, each.item)
        options = option_words(ctx, each.item.options, full=True)
        if variant is None or left <= 0:
            gone = {"title": title, "options": options}
            told.append(Outcome("orders.reorder.gone", gone))
            continue
        if left < count:
            told.append(
                Outcome(
                    "orders.reorder.fewer",
                    {"title": title, "options": options, "wanted": count, "left": left},
                )
            )
            count = left
        pieces[str(each.item.id)] = count
        lines.append(
            {
                "title": title,
                "options": options,
                "quantity": count,
                "price": variant.price,
                "was": each.item.price if each.item.price != variant.price else None,
                "sum": variant.price * count,
            }
        )
    if not lines:
        return Grounded(told=(*told, Outcome("orders.reorder.none", {"order_id": order.id},
                                             focus=focus(order))))  # fmt: skip
    subtotal = sum((line["sum"] for line in lines), Decimal(0))
    rule = ctx.settings.policy.delivery
    free = rule.free_from is not None and subtotal >= rule.free_from
    shipping = Decimal(0) if free else rule.fee
    total = subtotal + shipping
    facts: dict[str, Any] = {
        "order_id": order.id,
        "day": choice_day(order),
        "lines": lines,
        "shipping": shipping,
        "total": total,
        "currency": ctx.settings.currency,
    }
    address = _address(desk, task, order)
    if address is None:
        ask = asks(task, "address", "orders.reorder.ask_address", facts)
        return Grounded(told=tuple(told), ask=replace(ask, focus=focus(order)))
    methods = list(desk.customer.payment_methods)
    if not methods:
        return Grounded(told=(*told, Outcome("orders.reorder.no_method", facts)))
    asking = Asking(
        task,
        facts,
        "orders.reorder.ask_payment",
        "orders.reorder.too_low",
        order,
        tuple(paid_with(order, methods)),
    )
    paid = payment_of(desk, asking, methods, total)
    if isinstance(paid, Outcome):
        return Grounded(told=tuple(told), ask=paid)
    facts |= {"address": one_line(address), **paid.facts(ctx)}
    args = {
        "order_id": order.id,
        "pieces": pieces,
        "address": dict(address),
        "shipping": str(shipping),
        "total": str(total),
        **paid.args(),
    }
    write = Write("order_again", args, "orders.reorder.confirm", facts, order.id, task.number)
    return Grounded((write,), tuple(told))


_PIECES = re.compile(
    r"\b(?P<a>\d{1,2}|one|two|three|four|five|six) (?:of (?:them|it|those|these)|more|pieces?"
    r"|pairs?)\b"
    r"|\b[x×] ?(?P<b>\d{1,2})\b|(?P<c>\d{1,2}|[一两二三四五六])(?:个|件|双|条|台|把|瓶|盒|包|只"
    r"|本)",
    re.IGNORECASE,
)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one 一", "two 两 二", "three 三", "four 四", "five 五", "six 六"), 1
    )
    for word in words.split()
}


def pieces_said(words: str) -> int:
    """How many were asked for; 0 where nothing was said of it."""
    match = _PIECES.search(words)
    if match is None:
        return 0
    said = (match["a"] or match["b"] or match["c"]).casefold()
    return _NUMBERS.get(said) or int(said) if said.isdecimal() or said in _NUMBERS else 0


def _address(desk: Desk, task: Task, order: Order) -> Mapping[str, Any] | None:
    """Where it goes: as said, to a place on record that was named, to the account's address, else
    to where it went."""
    answered = task.answers.get("address")
    if isinstance(answered, Mapping):
        return answered
    words = [str(answered or ""), *reversed(task.said), *task.more, task.text]
    for part in words:
        parsed = said_address(part)
        if parsed is not None:
            return parsed
    if isinstance(answered, str) and answered.strip() and any(c.isdigit() for c in answered):
        return {"line1": " ".join(answered.split())}
    rows = [{n: str(getattr(row, n) or "") for n in ADDRESS_FIELDS} for row in _rows(desk)]
    places = [*rows, *(dict(each.ship_to) for each in orders_in(desk.held))]
    remarks = " . ".join((*task.said, *task.more))
    named = [place for place in places if remarks and stands_for(remarks, place)]
    if named:
        return named[0]
    if rows:
        return rows[0]
    return dict(order.ship_to) if order.ship_to.get("line1") else None


def _rows(desk: Desk) -> list[Any]:
    """The account's addresses, the default one first."""
    return sorted(desk.customer.addresses, key=lambda row: not row.is_default)


@commit("order_again")
def ordered_again(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Place the confirmed order; refused whole where stock, price or balance have moved."""
    policy = ctx.settings.policy
    try:
        order = orders.order_again(
            ctx.session,
            ctx.customer_id or "",
            args["order_id"],
            pieces={int(item): int(count) for item, count in args["pieces"].items()},
            payment_method_id=args["payment_method"],
            ship_to=args["address"],
            shipping=Decimal(args["shipping"]),
            currency=ctx.settings.currency,
            rules=policy,
            turn_id=ctx.turn.turn_id,
            now=ctx.now,
            expected_total=Decimal(args["total"]),
            expected_at=ctx.now + timedelta(days=policy.delivery.days_max),
            **rest_args(args),
        )
    except OrderError as error:
        return refused(ctx, "reorder", error)
    for item in order.items:
        ctx.events.append({"kind": "purchase", "product_id": item.product_id, "detail": {}})
    charges = [
        {
            "amount": payment.amount,
            "label": method_label(ctx, ctx.session.get(PaymentMethod, payment.payment_method_id)),
        }
        for payment in order.payments
    ]
    facts = order_facts(ctx, order) | {
        "charges": charges,
        "expected_at": order.expected_at,
        "again": args["order_id"],
    }
    why = (f"order {order.id}: {order.status}, {order.total} {order.currency}",)
    return Outcome(
        "orders.reorder.done", facts, focus=focus(order), why=why, offers=(("offer.orders", {}),)
    )
