"""Writes of one act on one order become one, for an order is changed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.skills.order_parts import item_label
from assistant.skills.service.base import Desk, Write
from assistant.skills.service.conditions import conditions_in
from assistant.skills.service.methods import covers
from assistant.skills.service.paying import Paid
from db import orders

_LINES = ("return_items", "exchange_items", "change_items", "replace_items")


def joined(desk: Desk, writes: list[Write], new: Sequence[Write]) -> list[Write]:
    """An order is changed once: lines of the same act on the same order are one write."""
    rows = list(writes)
    for write in new:
        place = next(
            (
                index
                for index, other in enumerate(rows)
                if other.kind == write.kind and other.order_id == write.order_id and write.order_id
            ),
            None,
        )
        if place is None or write.kind not in _LINES:
            if place is not None:
                rows[place] = write
            else:
                rows.append(write)
            continue
        rows[place] = _merged(desk, rows[place], write)
    return rows


def _merged(desk: Desk, one: Write, other: Write) -> Write:
    facts = dict(one.facts)
    args = dict(one.args)
    if one.kind == "return_items":
        ids = [*one.args["item_ids"], *other.args["item_ids"]]
        lines = [each for each in desk.held if each.item.id in ids]
        # An order goes back once, for one reason.
        reason = args["reason"] if args["reason"] == other.args["reason"] else "other"
        args["reason"] = reason
        found = orders.return_sum(
            desk.ctx.session,
            lines[0].order,
            [each.item for each in lines],
            desk.ctx.settings.policy,
            reason=reason,
            conditions=conditions_in(args) | conditions_in(other.args),
        )
        args["item_ids"] = [each.item.id for each in lines]
        args["amount"] = str(found.amount)
        args["conditions"] = {**one.args.get("conditions", {}), **other.args.get("conditions", {})}
        args["photos"] = sorted({*one.args.get("photos", []), *other.args.get("photos", [])})
        facts["items"] = [item_label(desk.ctx, each.item) for each in lines]
        facts["amount"], facts["fee"] = found.amount, found.fee or None
    elif one.kind == "replace_items":
        ids = [*one.args["item_ids"], *other.args["item_ids"]]
        lines = [each for each in desk.held if each.item.id in ids]
        args["item_ids"] = [each.item.id for each in lines]
        args["photos"] = sorted({*one.args.get("photos", []), *other.args.get("photos", [])})
        facts["items"] = [item_label(desk.ctx, each.item) for each in lines]
        return replace(one, args=args, facts=facts)
    else:
        args["swaps"] = {**one.args["swaps"], **other.args["swaps"]}
        if len(args["swaps"]) == len(one.args["swaps"]):
            return other if set(other.args["swaps"]) == set(one.args["swaps"]) else one
        difference = Decimal(one.args["difference"]) + Decimal(other.args["difference"])
        args["difference"] = str(difference)
        args["conditions"] = {**one.args.get("conditions", {}), **other.args.get("conditions", {})}
        facts["lines"] = [*one.facts["lines"], *other.facts["lines"]]
        facts["difference"] = abs(difference)
        facts["costs"] = "more" if difference > 0 else "less" if difference < 0 else "same"
    said = other.facts.get("chosen", True) or not one.facts.get("chosen", True)
    by = other if said else one
    args["payment_method"], facts["label"] = by.args["payment_method"], by.facts["label"]
    if one.kind != "return_items":
        # What two of them share depends on the whole difference.
        methods = {method.id: method for method in desk.customer.payment_methods}
        first = methods[args["payment_method"]]
        rest = methods.get(str(by.args.get("rest_on")))
        if rest is not None and covers(first, difference):
            rest = None
        args.pop("rest_on", None)
        paid = Paid(first, difference, rest)
        args |= paid.args()
        facts |= paid.facts(desk.ctx)
    return replace(one, args=args, facts=facts)
