"""Things reported broken, wrong or missing: which, what is wrong, and what is wanted for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.skills.base import Outcome
from assistant.skills.order_parts import allows, focus, forbids, item_label, refused
from assistant.skills.service.back import ground_items_back
from assistant.skills.service.base import Desk, Grounded, Write, asks, by_order, item_choices
from assistant.skills.service.claims import FAULTS, checked, claim_args
from assistant.skills.service.holdings import Held
from assistant.skills.service.meant import all_words, orders_meant, which_of
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import in_states
from assistant.understanding.service.claim_words import fault_of, resolution_of
from db import orders
from db.errors import OrderError, OutOfStock
from db.models import Order, Variant

_FAULT_NAMES = {
    "en": {
        "damaged": "It is broken or doesn't work",
        "wrong_item": "It isn't what I ordered",
        "not_as_described": "It isn't as described",
        "missing": "It wasn't in the parcel",
    },
    "zh": {
        "damaged": "坏了或不能用",
        "wrong_item": "不是我订的东西",
        "not_as_described": "与描述不符",
        "missing": "包裹里没有",
    },
}
_WAYS = {
    "en": {
        "replacement": "The same again",
        "refund": "The money back",
        "person": "A colleague looks into it",
    },
    "zh": {"replacement": "补发同款", "refund": "退货退款", "person": "请同事处理"},
}


def ground_claim(desk: Desk, task: Task) -> Grounded:
    """Which item, what is wrong with it, a photo, and what is wanted; then that as a write."""
    ctx = desk.ctx
    came = in_states(desk.held, ctx.settings.policy.returns.states)
    which = which_of(desk, task, came)
    if isinstance(which, Grounded):
        return which
    items = list(which.items)
    if not items:
        chosen = orders_meant(desk, task, which, "return")
        if isinstance(chosen, Grounded):
            return chosen
        order = chosen[0]
        items = desk.lines_of(order)
        if order.status in ctx.settings.policy.returns.states and len(items) > 1:
            choices = (*item_choices(ctx, items), ("all", all_words(desk)))
            ask = asks(task, "item_ids", "orders.claim.ask_item", {"order_id": order.id}, choices)
            return Grounded(ask=replace(ask, focus=focus(order)))
    if not items:
        return Grounded(told=(Outcome("orders.none", offers=(("offer.recommend", {}),)),))
    return by_order(items, lambda order, mine: _ground_order(desk, task, order, mine))


def _ground_order(desk: Desk, task: Task, order: Order, items: list[Held]) -> Grounded:
    ctx = desk.ctx
    open_items = [each for each in items if each.item.status == "ordered"]
    if order.delivered_at is None and order.status in ("pending", "processed", "shipped"):
        facts = {"order_id": order.id, "status": order.status, "can": allows(ctx, order, "cancel")}
        return Grounded(told=(Outcome("orders.claim.not_arrived", facts, focus=focus(order)),))
    if not open_items or order.status == "cancelled":
        return Grounded(told=(Outcome("orders.claim.on_its_way", {"order_id": order.id},
                                      focus=focus(order)),))  # fmt: skip
    fault = str(task.answers.get("fault") or fault_of(task.all_words) or "")
    if fault not in FAULTS:
        labels = tuple(_FAULT_NAMES[ctx.language].items())
        facts = {"items": [item_label(ctx, each.item) for each in open_items]}
        ask = asks(task, "fault", "orders.claim.ask_fault", facts, labels)
        return Grounded(ask=replace(ask, focus=focus(order)))
    stopped = checked(desk, task, order, fault, open_items)
    if isinstance(stopped, Outcome):
        return Grounded(ask=stopped)
    if stopped is not None:
        return Grounded(told=(refused(ctx, "claim", stopped),))
    return _resolved(desk, task, order, open_items, fault)


def _resolved(desk: Desk, task: Task, order: Order, items: list[Held], fault: str) -> Grounded:
    """What is wanted for it, among what the rules allow."""
    ctx = desk.ctx
    against = {way: _against(desk, order, items, fault, way) for way in ("replacement", "refund")}
    able = [way for way, error in against.items() if error is None]
    wanted = str(task.answers.get("resolution") or resolution_of(task.all_words) or "")
    if fault == "missing":
        able, wanted = [], "person"
    told: tuple[Outcome, ...] = ()
    if wanted in against and wanted not in able:
        error = against[wanted]
        assert error is not None
        told = (refused(ctx, "exchange" if wanted == "replacement" else "return", error),)
        if isinstance(error, OutOfStock):
            told = (Outcome("orders.claim.sold_out", {"title": error.title}),)
    if wanted == "person" or not able:
        args = {
            "order_id": order.id,
            "item_ids": [each.item.id for each in items],
            **claim_args(task, fault),
        }
        facts = _facts(desk, task, order, items, fault)
        write = Write(
            "claim_ticket", args, "orders.claim.confirm_person", facts, order.id, task.number
        )
        return Grounded((write,), told)
    if wanted not in able:
        ways = _WAYS[ctx.language]
        choices = tuple((way, ways[way]) for way in (*able, "person"))
        facts = {"items": [item_label(ctx, each.item) for each in items]}
        ask = asks(task, "resolution", "orders.claim.ask_resolution", facts, choices)
        return Grounded((), told, replace(ask, focus=focus(order)))
    if wanted == "refund":
        grounded = ground_items_back(
            desk, replace(task, answers={**task.answers, "fault": fault}), items
        )
        return replace(grounded, told=(*told, *grounded.told))
    args = {
        "order_id": order.id,
        "item_ids": [each.item.id for each in items],
        "reason": fault,
        **claim_args(task, fault),
    }
    facts = _facts(desk, task, order, items, fault)
    write = Write("replace_items", args, "orders.claim.confirm_new", facts, order.id, task.number)
    return Grounded((write,), told)


def _facts(desk: Desk, task: Task, order: Order, items: list[Held], fault: str) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "currency": order.currency,
        "items": [item_label(desk.ctx, each.item) for each in items],
        "fault": fault,
        "photos": len(task.answers.get("photos") or ()),
    }


def _against(
    desk: Desk, order: Order, items: list[Held], fault: str, way: str
) -> OrderError | None:
    """The rule against a replacement or a refund of these items."""
    ctx = desk.ctx
    operation: orders.Operation = "exchange" if way == "replacement" else "return"
    if way == "replacement" and fault not in orders.CLAIMS:
        return orders.reason_forbids(fault, orders.CLAIMS)
    rule = forbids(ctx, order, operation)
    if rule is not None:
        return rule
    for each in items:
        found = orders.item_forbids(
            ctx.session,
            order,
            each.item,
            operation,
            ctx.settings.policy,
            ctx.now,
            reason=fault,
            condition="damaged" if fault == "damaged" else "",
        )
        if found is not None:
            return found
        variant = ctx.session.get(Variant, each.item.variant_id)
        left = variant.stock if variant is not None and variant.active else 0
        if way == "replacement" and left < each.item.quantity:
            return OutOfStock(each.item.title, each.item.variant_id, each.item.quantity, left)
    return (
        orders.reason_forbids(fault, ctx.settings.policy.returns.reasons)
        if (operation == "return")
        else None
    )
