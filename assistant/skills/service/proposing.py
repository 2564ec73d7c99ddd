"""Writes become one proposal that names every line, and after the yes an honest account of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.dialogue.state import Focus
from assistant.skills.base import COMMITS, Context, Outcome, Proposal, commit
from assistant.skills.service.base import Write
from assistant.skills.service.tasks import Task, dump

SEVERAL = "several_writes"


def proposed(writes: Sequence[Write], told: Sequence[Outcome], tasks: Sequence[Task]) -> Outcome:
    """One question for all writes, after what has to be said first."""
    plan = {"plan": dump(tasks)}
    if len(writes) == 1:
        write = writes[0]
        only = Outcome(
            write.key, write.facts, proposal=Proposal(write.kind, {**write.args, **plan})
        )
        return after(told, replace(only, focus=_focus(writes)))
    lines = [(f"orders.line.{write.kind}", write.facts) for write in writes]
    facts: dict[str, Any] = {"lines": lines, **_totals(writes)}
    args = {"writes": [{"kind": w.kind, "args": w.args} for w in writes], **plan}
    whole = Outcome("orders.several.confirm", facts, proposal=Proposal(SEVERAL, args))
    return after(told, replace(whole, focus=_focus(writes)))


def after(told: Sequence[Outcome], last: Outcome) -> Outcome:
    """An outcome that says something else first; the question is put again without that."""
    before = list({(o.key, str(o.facts)): o for o in told}.values())
    if not before:
        return last
    parts = [(each.key, each.facts) for each in before]
    return replace(
        last,
        key="orders.after",
        facts={"parts": parts, "last": (last.key, last.facts)},
        again=(last.key, last.facts),
        handoff=next((o.handoff for o in before if o.handoff), last.handoff),
        why=tuple(line for o in (*before, last) for line in o.why),
        focus=last.focus or next((o.focus for o in reversed(before) if o.focus), None),
    )


def only_told(told: Sequence[Outcome]) -> Outcome:
    """What cannot be done, where nothing else is left to say."""
    found = list({(o.key, str(o.facts)): o for o in told}.values())
    if len(found) == 1:
        return found[0]
    return Outcome(
        "orders.all_of",
        {"parts": [(each.key, each.facts) for each in found]},
        offers=next((o.offers for o in found if o.offers), ()),
        focus=next((o.focus for o in reversed(found) if o.focus), None),
        why=tuple(line for o in found for line in o.why),
    )


@commit(SEVERAL)
def all_done(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Each write by its own commit function; one that is refused leaves the others as they are."""
    outcomes = [COMMITS[str(each["kind"])](ctx, each["args"]) for each in args["writes"]]
    parts = [(outcome.key, outcome.facts) for outcome in outcomes]
    return Outcome(
        "orders.all_of",
        {"parts": parts},
        focus=next((o.focus for o in reversed(outcomes) if o.focus), None),
        why=tuple(line for outcome in outcomes for line in outcome.why),
    )


def _focus(writes: Sequence[Write]) -> Focus | None:
    ids = [write.order_id for write in writes if write.order_id]
    return Focus(order_id=ids[-1]) if ids else None


def _totals(writes: Sequence[Write]) -> dict[str, Any]:
    """What comes back and what is charged over all of them; a bound currency, else nothing."""
    back, due = Decimal(0), Decimal(0)
    currencies = {write.facts["currency"] for write in writes if write.facts.get("currency")}
    for write in writes:
        if write.kind == "cancel_order":
            back += sum((row["amount"] for row in write.facts["refunds"]), Decimal(0))
        elif write.kind == "return_items":
            back += write.facts["amount"]
        elif write.kind == "order_again":
            due += write.facts["total"]
        elif write.kind in ("change_items", "exchange_items"):
            if write.facts["costs"] == "less":
                back += write.facts["difference"]
            elif write.facts["costs"] == "more":
                due += write.facts["difference"]
    known = len(currencies) == 1
    return {
        "back": back if known and back else None,
        "due": due if known and due else None,
        "currency": currencies.pop() if known else "",
        "count": len(writes),
    }
