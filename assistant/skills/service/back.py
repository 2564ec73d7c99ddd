"""Cancelling and sending back: tasks against the records."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
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
    method_label,
    order_facts,
    reason_name,
    refund_days,
    refunds_ahead,
    refunds_of,
    refused,
    refused_state,
)
from assistant.skills.service.base import (
    Desk,
    Grounded,
    Write,
    asks,
    item_choices,
    orders_in,
)
from assistant.skills.service.claims import checked, claim_args
from assistant.skills.service.conditions import conditions
from assistant.skills.service.holdings import Held
from assistant.skills.service.meant import all_words, named_before, orders_meant, which_of
from assistant.skills.service.methods import kinds_said, methods_said, paid_with
from assistant.skills.service.reorder import pieces_said
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import Which, in_states, which_items
from assistant.understanding.service.claim_words import fault_of
from assistant.understanding.slot_reasons import reason_of, reasons_in
from db import orders
from db.models import Order, PaymentMethod

_WHOLE = re.compile(
    r"\b(?:whole|entire|full|complete)\b|\b(?:the|my|this|that|both|all|these"
    r"|those) (?:[\w-]+ ){0,2}orders?\b(?! (?:number|id))|整个|整单|全部|订单|[那这]一?单",
    re.IGNORECASE,
)
_ONLY_PART = re.compile(
    r"\bonly (?:want to cancel )?(?:that|this|the|cancel)\b|\b(?:don't|do not|never"
    r"|not) (?:want (?:to|you to) )?cancel (?:the )?(?:whole|entire|full|rest"
    r"|any ?thing else|others?)"
    r"|\bkeep the (?:rest|others?|order)\b|\bif (?:that's |it's "
    r"|this is )?not possible[^.]*\b(?:leave|nothing|don't|do not|forget|no\b)",
    re.IGNORECASE,
)

_SEVERAL = re.compile(r"\b(?:both|them|those|these)\b|都|它们", re.IGNORECASE)
_ONE_OF_THEM = re.compile(r"\b(?:one|two|both|all) of (?:them|those|these)\b|其中", re.IGNORECASE)


def ground_cancel(desk: Desk, task: Task) -> Grounded:
    """Whole orders, for a reason the shop accepts; what has come can only be sent back."""
    ctx = desk.ctx
    rules = ctx.settings.policy
    which = which_of(desk, task, in_states(desk.held, rules.cancel.states))
    if isinstance(which, Grounded):
        return which
    wanted = orders_meant(desk, task, which, "cancel")
    if isinstance(wanted, Grounded):
        return wanted
    told: list[Outcome] = []
    writes: list[Write] = []
    for order in wanted:
        named = [each for each in which.items if each.order.id == order.id]
        if _holds(desk, order, which.kept) and allows(ctx, order, "cancel"):
            # "Everything but the lamp": an order that holds it cannot go in part.
            told.append(_part_refused(desk, order, named))
            continue
        part = bool(named) and which.named and len(named) < len(order.items)
        if not allows(ctx, order, "cancel"):
            if allows(ctx, order, "return") and order.status not in rules.cancel.states:
                back = ground_items_back(
                    desk, task, named or desk.lines_of(order), note="orders.cancel.return_instead"
                )
                told += back.told
                writes += back.writes
                if back.ask is not None:
                    return replace(back, told=tuple(told), writes=tuple(writes))
            else:
                told.append(refused_state(ctx, "cancel", order))
            continue
        if (
            part
            and not _WHOLE.search(_scoped(task))
            and "yes" not in (task.answers.get(f"whole:{order.id}"), task.answers.get("whole"))
        ):
            facts = _part_facts(desk, order, named)
            if task.answers.get(f"whole:{order.id}") == "no" or _ONLY_PART.search(task.words):
                told.append(_part_refused(desk, order, named))
                continue
            labels = _whole_or_not(desk)
            ask = asks(task, f"whole:{order.id}", "orders.cancel.part", facts, labels)
            return Grounded(tuple(writes), tuple(told), replace(ask, focus=focus(order)), soft=True)
        reason = _reason(desk, task)
        if isinstance(reason, tuple):
            key, named_reason = reason
            labels = tuple((each, reason_name(ctx, each)) for each in rules.cancel.reasons)
            numbers = [each.id for each in wanted if allows(ctx, each, "cancel")]
            facts = {"order_id": order.id, "orders": numbers, "reason": named_reason}
            ask = replace(asks(task, "reason", key, facts, labels), focus=focus(order))
            return Grounded(tuple(writes), tuple(told), ask)
        ahead = refunds_ahead(ctx, desk.customer, order)
        refund = sum((row["amount"] for row in ahead["refunds"]), Decimal(0))
        args = {"order_id": order.id, "reason": reason, "refund": str(refund)}
        facts = order_facts(ctx, order) | ahead | {"reason": reason_name(ctx, reason)}
        writes.append(
            Write("cancel_order", args, "orders.cancel.confirm", facts, order.id, task.number)
        )
    return Grounded(tuple(writes), tuple(told))


def ground_return(desk: Desk, task: Task) -> Grounded:
    """Items of delivered orders; what has not left yet can only be cancelled."""
    states = desk.ctx.settings.policy.returns.states
    likely = in_states(desk.held, states)
    which = which_of(desk, task, likely)
    if isinstance(which, Grounded):
        return which
    if not (which.items or which.everything):
        which = named_before(task, likely, task.text) or _both_before(task, likely) or which
    items = which.items
    if items and _ONE_OF_THEM.search(task.text):
        # "I got two of the same mug. One of them goes back, also the lamp."
        before = named_before(task, likely, task.text)
        items = (*items, *(each for each in (before.items if before else ()) if each not in items))
    if not items:
        chosen = orders_meant(desk, task, which, "return")
        if isinstance(chosen, Grounded):
            return chosen
        items = tuple(line for order in chosen for line in desk.lines_of(order))
        if not items:
            return Grounded(
                told=tuple(refused_state(desk.ctx, "return", order) for order in chosen)
            )
        several = [order for order in chosen if len(desk.lines_of(order)) > 1]
        if several and not which.everything and "item_ids" not in task.answers:
            order = several[0]
            if not allows(desk.ctx, order, "return"):
                return Grounded(told=(refused_state(desk.ctx, "return", order),))
            choices = (*item_choices(desk.ctx, desk.lines_of(order)), ("all", all_words(desk)))
            facts = {"order_id": order.id}
            ask = asks(task, "item_ids", "orders.return.ask_items", facts, choices)
            return Grounded(ask=replace(ask, focus=focus(order)))
    early = [
        each
        for each in items
        if each.order.status not in states and allows(desk.ctx, each.order, "cancel")
    ]
    if early and len(early) == len(items):
        if which.everything and not which.orders and not which.named:
            return Grounded(
                told=tuple(refused_state(desk.ctx, "return", o) for o in orders_in(early))
            )
        told = tuple(
            Outcome("orders.return.cancel_instead", {"order_id": order.id}, focus=focus(order))
            for order in orders_in(early)
        )
        grounded = ground_cancel(desk, task)
        return replace(grounded, told=(*told, *grounded.told))
    grounded = ground_items_back(desk, task, items)
    fewer = pieces_said(task.words)
    whole = tuple(
        Outcome(
            "orders.return.whole_line",
            {
                "title": item_title(desk.ctx, each.item),
                "quantity": each.item.quantity,
                "wanted": fewer,
            },
        )
        for each in (items if len(items) == 1 and grounded.writes else ())
        if 0 < fewer < each.item.quantity
    )
    return replace(grounded, told=(*whole, *grounded.told))


def _both_before(task: Task, likely: Sequence[Held]) -> Which | None:
    """Several things named before: "The lamp flickers and the mat smells. I want both gone"."""
    if not _SEVERAL.search(task.text):
        return None
    found = which_items(" . ".join(task.lead), "", likely, likely=likely)
    return found if found.items and not found.unsure and not found.everything else None


def ground_either(desk: Desk, task: Task) -> Grounded:
    """ "Cancel or return everything": each order by what its state allows."""
    rules = desk.ctx.settings.policy
    likely = in_states(desk.held, (*rules.cancel.states, *rules.returns.states))
    which = which_of(desk, task, likely)
    if isinstance(which, Grounded):
        return which
    items = which.items
    if not items:
        chosen = orders_meant(desk, task, which, "refund")
        if isinstance(chosen, Grounded):
            return chosen
        items = tuple(line for order in chosen for line in desk.lines_of(order))
        whole = tuple(order for order in chosen if allows(desk.ctx, order, "cancel"))
        paid_back = [order for order in chosen if any(p.kind == "refund" for p in order.payments)]
        if task.kind == "refund" and paid_back and len(paid_back) == len(chosen):
            return Grounded(told=(refunds_of(desk.ctx, paid_back),))
        if (
            not whole
            and len(items) > 1
            and task.kind == "refund"
            and "item_ids" not in task.answers
        ):
            return ground_return(desk, task)
    open_ones = [each for each in items if each.item.status == "ordered"]
    early = [each for each in open_ones if allows(desk.ctx, each.order, "cancel")]
    late = [each for each in open_ones if each not in early]
    told: list[Outcome] = []
    writes: list[Write] = []
    if late:
        back = ground_items_back(desk, task, late)
        told, writes = list(back.told), list(back.writes)
        if back.ask is not None:
            return back
    kept_back = [order for order in orders_in(early) if _holds(desk, order, which.kept)]
    told += [_part_refused(desk, order, early) for order in kept_back]
    early = [each for each in early if each.order not in kept_back]
    if early:
        only = replace(task, answers={**task.answers, "item_ids": [each.key for each in early]})
        grounded = ground_cancel(desk, only)
        soft = grounded.ask is not None and grounded.soft and bool(writes)
        if grounded.ask is not None and not soft:
            return replace(
                grounded, told=(*told, *grounded.told), writes=(*writes, *grounded.writes)
            )
        if soft:
            # Part of an order cannot be cancelled; what can be done goes first.
            done = {write.order_id for write in grounded.writes}
            told += [
                _part_refused(desk, order, early)
                for order in orders_in(early)
                if order.id not in done
            ]
        told += grounded.told
        writes += grounded.writes
    if not open_ones:
        told += [refused_state(desk.ctx, "return", order) for order in orders_in(items)]
    return Grounded(tuple(writes), tuple(told))


def _part_refused(desk: Desk, order: Order, lines: Sequence[Held]) -> Outcome:
    """That only some of an order's lines cannot be cancelled."""
    named = [each for each in lines if each.order.id == order.id]
    return Outcome(
        "orders.cancel.part_refused", _part_facts(desk, order, named), focus=focus(order)
    )


def _holds(desk: Desk, order: Order, keys: Collection[str]) -> bool:
    """Whether an order holds one of these lines."""
    return any(each.key in keys for each in desk.lines_of(order))


def ground_items_back(desk: Desk, task: Task, items: Sequence[Held], note: str = "") -> Grounded:
    """A return for each order that the items are in."""
    ctx = desk.ctx
    writes: list[Write] = []
    told: list[Outcome] = []
    for order in orders_in(items):
        chosen = [each for each in items if each.order.id == order.id]
        rule = forbids(ctx, order, "return")
        if rule is not None:
            told.append(refused(ctx, "return", rule))
            continue
        reason = _why_back(task)
        if reason in orders.CLAIMS:
            stopped = checked(desk, task, order, reason, chosen)
            if isinstance(stopped, Outcome):
                return Grounded(tuple(writes), tuple(told), stopped)
            if stopped is not None:
                # Too late to be reported as broken: it goes back like anything else, if it may.
                told.append(refused(ctx, "claim", stopped))
                reason = "other"
        states = conditions(desk, task, chosen, "return", reason)
        if isinstance(states, Outcome):
            return Grounded(tuple(writes), tuple(told), states)
        back: list[Held] = []
        for each in chosen:
            if each.item.status != "ordered":
                told.append(
                    Outcome("orders.return.no_items", {"order_id": order.id}, focus=focus(order))
                )
                continue
            against = orders.item_forbids(
                ctx.session,
                order,
                each.item,
                "return",
                ctx.settings.policy,
                ctx.now,
                reason=reason,
                condition=states.get(each.item.id, ""),
            )
            if against is not None:
                told.append(refused(ctx, "return", against))
            else:
                back.append(each)
        if not back:
            continue
        found = orders.return_sum(
            ctx.session,
            order,
            [each.item for each in back],
            ctx.settings.policy,
            reason=reason,
            conditions=states,
        )
        facts: dict[str, Any] = {
            "order_id": order.id,
            "currency": order.currency,
            "items": [item_label(ctx, each.item) for each in back],
            "amount": found.amount,
            "fee": found.fee or None,
        }
        if note:
            told.append(Outcome(note, {"order_id": order.id}, focus=focus(order)))
        method = refund_method(desk, task, order, facts)
        if isinstance(method, Outcome):
            return Grounded(tuple(writes), tuple(told), method)
        if method is None:
            told.append(Outcome("orders.return.no_method", {"order_id": order.id}))
            continue
        args: dict[str, Any] = {
            "order_id": order.id,
            "item_ids": [each.item.id for each in back],
            "payment_method": method.id,
            "reason": reason,
            "amount": str(found.amount),
            "conditions": {str(item): told_of for item, told_of in states.items()},
            **claim_args(task, reason),
        }
        facts |= {"photos": len(args.get("photos") or ()), "fault": args.get("fault", "")}
        facts |= {"label": method_label(ctx, method), **refund_days(ctx, method)}
        writes.append(
            Write("return_items", args, "orders.return.confirm", facts, order.id, task.number)
        )
    return Grounded(tuple(writes), tuple(told))


def _why_back(task: Task) -> str:
    """Why items go back: what is wrong with them, else the reason given."""
    fault = task.answers.get("fault") or fault_of(task.all_words)
    return str(fault if fault in orders.CLAIMS else reason_of(task.all_words) or "other")


def refund_method(
    desk: Desk, task: Task, order: Order, facts: dict[str, Any]
) -> PaymentMethod | Outcome | None:
    """Where the money goes: as said within the rules, else the way it came; else a question."""
    ctx = desk.ctx
    methods = list(desk.customer.payment_methods)
    able = [m for m in methods if orders.may_refund_to(order, m, ctx.settings.policy)]
    if not able:
        return None
    chosen = next((m for m in able if m.id == task.answers.get("payment_method")), None)
    if chosen is not None:
        return chosen
    wanted, forbidden = wished_methods(task, methods, order, able)
    if wanted:
        return wanted[0]
    if forbidden:
        labels = [
            method_label(ctx, method) for method in forbidden if isinstance(method, PaymentMethod)
        ]
        kinds = [kind for kind in forbidden if isinstance(kind, str)]
        facts = facts | {
            "label": labels[0] if labels else "",
            "kind": kinds[0] if kinds else "",
            "to": list(ctx.settings.policy.refund.to),
        }
        choices = tuple((m.id, method_label(ctx, m)) for m in able)
        return replace(
            asks(task, "payment_method", "orders.return.method_refused", facts, choices),
            focus=focus(order),
        )
    original = [m for m in paid_with(order, methods) if m in able]
    if original:
        return original[0]
    if len(able) == 1:
        return able[0]
    choices = tuple((m.id, method_label(ctx, m)) for m in able)
    return replace(
        asks(task, "payment_method", "orders.return.ask_payment", facts, choices),
        focus=focus(order),
    )


def wished_methods(
    task: Task, methods: Sequence[PaymentMethod], order: Order, able: Sequence[PaymentMethod]
) -> tuple[list[PaymentMethod], list[PaymentMethod | str]]:
    """(methods said that will do, said ones that will not), by the latest remark that names any."""
    for words in (
        *reversed(task.said),
        " . ".join((task.text, *task.more)),
        " . ".join((*task.shared, *task.lead)),
    ):
        found = methods_said(words, methods, order)
        kinds = [k for k in kinds_said(words) if k not in {m.kind for m in found}]
        if found or kinds:
            good = [method for method in found if method in able]
            bad: list[PaymentMethod | str] = [method for method in found if method not in able]
            return good, bad or list(kinds)
    return [], []


def _reason(desk: Desk, task: Task) -> str | tuple[str, str]:
    """A reason the shop accepts, or (question, the reason named that it does not accept)."""
    accepted = desk.ctx.settings.policy.cancel.reasons
    told = [*reasons_in(task.words), *reasons_in(" . ".join(task.shared))]
    # "It came late and I don't need it": the one the shop accepts.
    fitting = next((each for each in told if each in accepted), None)
    since = [each for words in reversed(task.said) for each in reasons_in(words)]
    late = next((each for each in since if each in accepted), "")
    said = late or str(task.answers.get("reason") or "") or fitting or next(iter(told), "")
    if said in ("changed_mind",) and said not in accepted and "no_longer_needed" in accepted:
        said = "no_longer_needed"
    if not accepted:
        return said or "other"
    if said in accepted:
        return said
    if said:
        return "orders.cancel.reason_refused", reason_name(desk.ctx, said)
    return "orders.cancel.ask_reason", ""


def _scoped(task: Task) -> str:
    """The words that tell whether a whole order is meant, without where an item stands in one."""
    text = f"{task.text} . {' . '.join(task.said)}"
    text = re.sub(r"订单\s*#?[A-Za-z0-9-]*\s*(?:里|中|内|上)", " ", text)
    return re.sub(
        r"\b(?:from|in|of|off|out of|inside|within|on) (?:my |the |that |this |these "
        r"|those |a |an )?(?:[\w-]+ )*?orders?\b",
        " ",
        text,
        flags=re.I,
    )


def _part_facts(desk: Desk, order: Order, named: Sequence[Held]) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "part": [item_label(desk.ctx, each.item) for each in named],
        "items": [item_label(desk.ctx, item) for item in order.items],
        "total": order.total,
        "currency": order.currency,
        "can_change": allows(desk.ctx, order, "change_items"),
    }


def _whole_or_not(desk: Desk) -> tuple[tuple[str, str], ...]:
    if desk.ctx.language == "zh":
        return (("yes", "取消整个订单"), ("no", "订单保持不变"))
    return (("yes", "Cancel the whole order"), ("no", "Keep the order as it is"))
