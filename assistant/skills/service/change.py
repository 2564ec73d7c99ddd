"""Other versions, other addresses, other payment: tasks against the records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.skills.base import Outcome
from assistant.skills.order_parts import (
    allows,
    focus,
    forbids,
    item_label,
    item_title,
    option_words,
    refund_days,
    refunds_ahead,
    refused,
    refused_state,
)
from assistant.skills.service.base import (
    MAX_CHOICES,
    Desk,
    Grounded,
    Write,
    asks,
    item_choices,
    order_list,
    orders_in,
    version_choices,
)
from assistant.skills.service.conditions import conditions
from assistant.skills.service.holdings import Held, now_of, versions
from assistant.skills.service.meant import to_change
from assistant.skills.service.methods import paid_with
from assistant.skills.service.paying import Asking, Paid, able_and_gifts, method_choices, payment_of
from assistant.skills.service.swaps import Line, fallen_back, settle, targets
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import by_state, in_states, order_ids
from assistant.understanding.service.choosing import choose
from assistant.understanding.service.spending import most_more
from assistant.understanding.service.wanted import Wish
from db import orders
from db.models import Order

_SPLIT = re.compile(r"\bsplit\b|分开(?:付|支付)|拆分", re.I)
_QUANTITY = re.compile(
    r"\b(?:quantity|how many|\d+ (?:more|pieces|of them)|add (?:one|another|two"
    r"|\d))\b|数量|加一[件个]",
    re.I,
)


def ground_swap(desk: Desk, task: Task) -> Grounded:
    """Items become other versions: by change before they leave, by exchange after they came."""
    rules = desk.ctx.settings.policy
    likely = in_states(desk.held, (*rules.change_items.states, *rules.exchange.states))
    likely = [each for each in likely if each.item.status == "ordered"]
    which = to_change(desk, task, likely)
    if isinstance(which, Grounded):
        return which
    items = list(which.items)
    if not items:
        chosen = _one_order(desk, task, likely, named=which.orders)
        if isinstance(chosen, Grounded):
            return chosen
        items = desk.lines_of(chosen)
        if not allows(desk.ctx, chosen, _action(desk, chosen)):
            return Grounded(told=(refused_state(desk.ctx, _action(desk, chosen), chosen),))
        if task.answers.get("quantity") or _QUANTITY.search(task.text):
            facts = _facts(desk, chosen)
            return Grounded(told=(Outcome("orders.swap.only_options", facts, focus=focus(chosen)),))
        if len(items) > 1:
            facts = _facts(desk, chosen)
            ask = asks(
                task, "item_ids", "orders.swap.ask_item", facts, item_choices(desk.ctx, items)
            )
            return Grounded(ask=replace(ask, focus=focus(chosen)))
        if not items:
            return Grounded(told=(Outcome("orders.swap.no_items", {"order_id": chosen.id}),))
    writes: list[Write] = []
    told: list[Outcome] = []
    derived: list[Task] = []
    for order in orders_in(items):
        chosen_items = [each for each in items if each.order.id == order.id]
        rule = forbids(desk.ctx, order, _action(desk, order))
        if rule is not None:
            told.append(refused(desk.ctx, _action(desk, order), rule))
            continue
        grounded = _swap_order(desk, task, order, chosen_items)
        told += grounded.told
        derived += grounded.tasks
        if grounded.ask is not None:
            return Grounded(tuple(writes), tuple(told), grounded.ask, grounded.soft, tuple(derived))
        writes += grounded.writes
    return Grounded(tuple(writes), tuple(told), tasks=tuple(derived))


def _swap_order(desk: Desk, task: Task, order: Order, items: Sequence[Held]) -> Grounded:
    ctx = desk.ctx
    told: list[Outcome] = []
    derived: list[Task] = []
    settled: list[Line] = []
    states: dict[int, str] = {}
    if _action(desk, order) == "exchange":
        found = conditions(desk, task, items, "exchange")
        if isinstance(found, Outcome):
            return Grounded(ask=found)
        states = found
    aims = {target.held.key: target for target in targets(task, items, desk.held)}
    for target in aims.values():
        line = settle(task, target, desk.held)
        held = line.held
        facts = _facts(desk, order) | {"item": item_label(ctx, held.item), "paid": held.item.price}
        if line.pick.kind == "one" and not line.at_best:
            against = _item_forbidden(desk, order, held, states.get(held.item.id, ""))
            if against is not None:
                told.append(refused(ctx, "exchange", against))
            else:
                settled.append(line)
        elif line.at_best:
            told.append(
                Outcome("orders.swap.at_best", facts | {"price": line.at_best}, focus=focus(order))
            )
        elif line.instead:
            derived.append(_instead(task, line))
            told.append(Outcome("orders.swap.none_left", facts, focus=focus(order)))
        elif line.dropped:
            told.append(Outcome("orders.swap.left", facts, focus=focus(order)))
        elif line.again:
            if not line.pick.versions:
                told_again = Outcome("orders.swap.same_again", facts, focus=focus(order))
                return Grounded(
                    told=(*told, told_again), ask=_ask_version(desk, task, order, line), soft=True
                )
        else:
            ask = _ask_version(desk, task, order, line)
            if ask is None:
                told.append(Outcome("orders.swap.no_variant", facts, focus=focus(order)))
            else:
                return Grounded(told=tuple(told), ask=ask, soft=line.pick.kind == "none")
    if not settled:
        return Grounded(told=tuple(told), tasks=tuple(derived))
    grounded = _swap_write(desk, task, order, settled, states)
    if not grounded.writes and grounded.ask is None:
        # Too dear: "otherwise the white plastic one".
        others = [fallen_back(line, aims[line.held.key]) or line for line in settled]
        second = _swap_write(desk, task, order, others, states) if others != settled else grounded
        if second.writes or second.ask is not None:
            told += [replace(o, facts=o.facts | {"instead": True}) for o in grounded.told]
            grounded = second
    return replace(grounded, told=(*told, *grounded.told), tasks=tuple(derived))


def _instead(task: Task, line: Line) -> Task:
    kind = "cancel" if re.search(r"\bcancel|取消", line.instead, re.I) else "return"
    answers = {"item_ids": [line.held.key]}
    return replace(
        task, number=task.number * 100 + 1, kind=kind, text=line.instead, answers=answers, more=()
    )


def _item_forbidden(desk: Desk, order: Order, held: Held, condition: str) -> Any:
    if _action(desk, order) != "exchange":
        return None
    return orders.item_forbids(
        desk.ctx.session,
        order,
        held.item,
        "exchange",
        desk.ctx.settings.policy,
        desk.ctx.now,
        condition=condition,
    )


def _ask_version(desk: Desk, task: Task, order: Order, line: Line) -> Outcome | None:
    ctx = desk.ctx
    held = line.held
    found = line.pick.versions
    facts = _facts(desk, order) | {
        "item": item_label(ctx, held.item),
        "paid": held.item.price,
        "title": item_title(ctx, held.item),
        "count": len(found),
    }
    if not found and line.again:
        found = choose(Wish(), versions(held.product, held.item.quantity), now_of(held)).versions
    if not found:
        return None
    if line.again:
        key = "orders.swap.ask_variant"
    elif line.pick.kind == "none":
        key = "orders.swap.no_such_variant"
    else:
        key = "orders.swap.ask_variant" if line.wish.empty else "orders.swap.several_variants"
    choices = version_choices(ctx, found, order.currency)
    ids = [each.id for each in found[:MAX_CHOICES]]
    ask = asks(
        task, f"version:{held.key}", key, facts, choices, offered={f"offered:{held.key}": ids}
    )
    return replace(ask, focus=focus(order))


def _swap_write(
    desk: Desk, task: Task, order: Order, lines: Sequence[Line], states: dict[int, str]
) -> Grounded:
    ctx = desk.ctx
    difference = sum(
        (
            (line.pick.versions[0].price - line.held.item.price) * line.held.item.quantity
            for line in lines
        ),
        Decimal(0),
    )
    most = most_more(task.all_words)
    if most is not None and difference > most:
        facts = _facts(desk, order) | {
            "items": [item_label(ctx, line.held.item) for line in lines],
            "difference": difference,
            "most": most,
            "instead": False,
        }
        return Grounded(told=(Outcome("orders.swap.too_dear", facts, focus=focus(order)),))
    facts = _facts(desk, order) | {
        "lines": [
            {
                "item": item_label(ctx, line.held.item),
                "price": line.held.item.price,
                "title": item_title(ctx, line.held.item),
                "options": option_words(ctx, line.pick.versions[0].options, full=True),
                "new_price": line.pick.versions[0].price,
                "quantity": line.held.item.quantity,
            }
            for line in lines
        ],
        "difference": abs(difference),
        "costs": "more" if difference > 0 else "less" if difference < 0 else "same",
        "once": ctx.settings.policy.of(_action(desk, order)).once,
        "locks": [
            each
            for each in ctx.settings.policy.of(_action(desk, order)).locks
            if each != _action(desk, order)
        ],
    }
    swaps = {str(line.held.item.id): line.pick.versions[0].id for line in lines}
    paid = settled_with(desk, task, order, difference, facts)
    if isinstance(paid, Outcome):
        return Grounded(ask=paid)
    facts |= {"chosen": paid.said, **paid.facts(ctx), **refund_days(ctx, paid.method)}
    kind = "change_items" if _action(desk, order) == "change_items" else "exchange_items"
    args = {
        "order_id": order.id,
        "swaps": swaps,
        "difference": str(difference),
        **paid.args(),
        "conditions": {str(item): told for item, told in states.items()},
    }
    return Grounded((Write(kind, args, "orders.swap.confirm", facts, order.id, task.number),))


def settled_with(
    desk: Desk, task: Task, order: Order, difference: Decimal, facts: dict[str, Any]
) -> Paid | Outcome:
    """What pays a difference or gets it back: as said, else what the order was paid with."""
    methods = list(desk.customer.payment_methods)
    asking = Asking(
        task,
        facts,
        "orders.swap.ask_payment",
        "orders.swap.too_low",
        order,
        tuple(paid_with(order, methods)),
    )
    return payment_of(desk, asking, methods, difference)


def ground_payment(desk: Desk, task: Task) -> Grounded:
    """Another of the customer's payment methods for an order that may still change."""
    ctx = desk.ctx
    likely = in_states(desk.held, ctx.settings.policy.change_payment.states)
    which = to_change(desk, task, likely)
    if isinstance(which, Grounded):
        return which
    order: Order | Grounded
    if which.items:
        order = which.items[0].order
    else:
        order = _one_order(desk, task, likely, "change_payment", which.orders)
    if isinstance(order, Grounded):
        return order
    if not allows(ctx, order, "change_payment"):
        return Grounded(told=(refused_state(ctx, "change_payment", order),))
    if _SPLIT.search(task.words) and ctx.settings.policy.payment.max_methods == 1:
        refused_share = {"to": list(ctx.settings.policy.refund.to)}
        return Grounded(told=(Outcome("orders.method_forbidden.max_methods", refused_share),))
    due = orders.net_paid(order) or order.total
    methods = list(desk.customer.payment_methods)
    used = {method_id for method_id, _ in orders.refund_split(order, due)}
    others = [method for method in methods if method.id not in used]
    able, gifts = able_and_gifts(ctx, others, due, methods)
    facts: dict[str, Any] = {"order_id": order.id, "total": due, "currency": order.currency}
    if not able and not gifts:
        return Grounded(told=(Outcome("orders.payment.no_other", facts, focus=focus(order)),))
    asking = Asking(
        _target_words(task), facts, "orders.payment.ask", "orders.payment.too_low", order
    )
    paid = payment_of(desk, asking, others, due, rests=methods)
    if isinstance(paid, Outcome):
        return Grounded(ask=paid)
    if not paid.said:
        # The only other one: it is asked for all the same, for nobody named it.
        choices = method_choices(ctx, able)
        ask = asks(task, "payment_method", "orders.payment.ask", facts, choices)
        return Grounded(ask=replace(ask, focus=focus(order)))
    facts |= paid.facts(ctx) | refunds_ahead(ctx, desk.customer, order)
    args = {"order_id": order.id, **paid.args()}
    return Grounded(
        (Write("change_payment", args, "orders.payment.confirm", facts, order.id, task.number),)
    )


def _target_words(task: Task) -> Task:
    """ "From my Visa to PayPal": only what comes after the "to" is wanted."""
    match = re.search(r"\bfrom\b.*?\bto\b|\binstead of\b.*$", task.text, re.I)
    if match is None:
        return task
    kept = (
        task.text[match.end() :]
        if match[0].lower().startswith("from")
        else task.text[: match.start()]
    )
    return replace(task, text=kept)


def _one_order(
    desk: Desk,
    task: Task,
    likely: Sequence[Held],
    operation: str = "",
    named: Sequence[str] = (),
) -> Order | Grounded:
    """The order a change is about: named, in focus, or the only one that may change."""
    text = f"{task.words} {' . '.join(task.shared)}"
    ids, unknown = order_ids(text, desk.held)
    answered = desk.order(str(task.answers.get("order_id") or ""))
    if answered is not None:
        return answered
    one = ids or (named if len(named) == 1 else ())
    meant = desk.order(one[0]) if one else None
    if meant is not None:
        return meant
    fitting = orders_in(by_state(task.text, list(likely)))
    if unknown:
        missing = {"order_id": unknown[0]}
        return Grounded(
            ask=asks(
                task,
                "order_id",
                "orders.not_found",
                missing,
                order_list(desk.ctx, fitting),
                not_found=True,
            )
        )
    focused = desk.order(desk.recent or desk.focus or "")
    if focused is not None and (focused in fitting or not fitting):
        return focused
    if len(fitting) == 1:
        return fitting[0]
    every = orders_in(desk.held)
    if not every:
        return Grounded(told=(Outcome("orders.none", offers=(("offer.recommend", {}),)),))
    if not fitting:
        return Grounded(told=(refused_state(desk.ctx, operation or "change_items", every[0]),))
    facts: dict[str, Any] = {"action": "change", "count": len(fitting)}
    return Grounded(
        ask=asks(task, "order_id", "orders.ask_order_id", facts, order_list(desk.ctx, fitting))
    )


def _action(desk: Desk, order: Order) -> orders.Operation:
    """How an item of this order becomes another: before or after it came."""
    return (
        "exchange" if order.status in desk.ctx.settings.policy.exchange.states else "change_items"
    )


def _facts(desk: Desk, order: Order) -> dict[str, Any]:
    action = "change" if _action(desk, order) == "change_items" else "exchange"
    return {"order_id": order.id, "action": action, "currency": order.currency}
