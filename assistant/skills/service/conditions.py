"""In what state items go back: asked where the shop's rules depend on it, and not said already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.skills.base import Outcome
from assistant.skills.order_parts import focus, item_title
from assistant.skills.service.base import Desk, asks
from assistant.skills.service.holdings import Held, things
from assistant.skills.service.tasks import Task
from assistant.understanding.service.claim_words import condition_of
from assistant.understanding.service.naming import find_mentions
from db import orders
from db.orders import Operation

NAMES = {
    "en": {
        "unopened": "unopened",
        "opened": "opened, not used",
        "used": "used",
        "damaged": "damaged",
        "faulty": "faulty",
    },
    "zh": {
        "unopened": "未拆封",
        "opened": "已拆封，未使用",
        "used": "用过",
        "damaged": "有破损",
        "faulty": "有故障",
    },
}


def conditions_in(args: Mapping[str, Any]) -> dict[int, str]:
    """Conditions as a proposal keeps them, as the operations of `db.orders` take them."""
    return {int(item): str(told) for item, told in (args.get("conditions") or {}).items()}


def conditions(
    desk: Desk, task: Task, items: Sequence[Held], operation: Operation, reason: str = ""
) -> dict[int, str] | Outcome:
    """The condition of each line whose time or fee depends on it, or the question."""
    ctx = desk.ctx
    found: dict[int, str] = {}
    for each in items:
        telling = orders.telling_conditions(
            ctx.session, each.order, each.item, operation, ctx.settings.policy, ctx.now, reason
        )
        if not telling:
            continue
        told = task.answers.get(f"condition:{each.key}") or _said(task, each, items)
        if told is None and reason in ("damaged", "faulty"):
            told = reason
        if told is not None:
            found[each.item.id] = str(told)
            continue
        names = NAMES[ctx.language]
        offered = [name for name in names if name in ("unopened", "opened", "used", *telling)]
        facts = {"title": item_title(ctx, each.item), "order_id": each.order.id}
        choices = tuple((name, names[name]) for name in offered)
        ask = asks(task, f"condition:{each.key}", "orders.condition.ask", facts, choices)
        return replace(ask, focus=focus(each.order))
    return found


def _said(task: Task, held: Held, items: Sequence[Held]) -> str | None:
    """What was said of this thing's condition, the latest first; words that name another thing
    speak of that one."""
    others = [each for each in items if each.key != held.key]
    for words in (*reversed(task.said), *reversed(task.more), task.text, *reversed(task.lead),
                  *task.shared):  # fmt: skip
        told = condition_of(words)
        if told is None:
            continue
        named = {key for m in find_mentions(words, things(items)) for key in m.keys}
        if not others or not named or held.key in named:
            return told
    return None
