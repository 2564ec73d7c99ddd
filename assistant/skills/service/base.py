"""What grounding a task gives: writes, a question, or what forbids it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.skills.base import Ask, Context, Outcome
from assistant.skills.order_parts import choice_day, item_label, money_words, option_words
from assistant.skills.service.holdings import Held
from assistant.skills.service.tasks import Task
from assistant.understanding.service.wanted import Version
from db.models import Customer, Order

MAX_CHOICES = 12

Lines = tuple[tuple[str, dict[str, Any]], ...]
"""(template, facts) of paragraphs to be said."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write that only waits for a yes."""

    kind: str
    """As its commit function is registered."""
    args: dict[str, Any]
    key: str
    """Template that names what will happen and asks for a yes."""
    facts: dict[str, Any]
    order_id: str = ""
    task: int = 0


@dataclass(frozen=True, slots=True)
class Grounded:
    """A task held against the records."""

    writes: tuple[Write, ...] = ()
    told: tuple[Outcome, ...] = ()
    """What cannot be done, with the rule, and what was left alone."""
    ask: Outcome | None = None
    """The one thing that is missing."""
    soft: bool = False
    """True where the question only offers something else: a fall-back goes before it."""
    tasks: tuple[Task, ...] = ()
    """What a fall-back turned this task into."""

    @property
    def failed(self) -> bool:
        """Whether nothing of it can be done as asked."""
        return not self.writes and (self.ask is None or self.soft) and not self.tasks


@dataclass(frozen=True, slots=True)
class Desk:
    """What grounding reads: who is served, and all they hold."""

    ctx: Context
    customer: Customer
    held: tuple[Held, ...]
    focus: str | None
    """The order under discussion."""
    recent: str | None = None
    """The order of the task before, in a turn that has several."""

    def order(self, order_id: str) -> Order | None:
        """One of the customer's orders."""
        return next((each.order for each in self.held if each.order.id == order_id), None)

    def lines_of(self, order: Order) -> list[Held]:
        """The lines of an order that are not on their way back."""
        return [h for h in self.held if h.order.id == order.id and h.item.status == "ordered"]


def asks(
    task: Task,
    slot: str,
    key: str,
    facts: dict[str, Any],
    choices: Sequence[tuple[str, str]] = (),
    **args: Any,
) -> Outcome:
    """A question that belongs to a task."""
    return Outcome(key, facts, ask=Ask(slot, tuple(choices)), form_args={"at": task.number, **args})


def item_choices(ctx: Context, found: Sequence[Held]) -> tuple[tuple[str, str], ...]:
    """Items as choices: name, options, order, price."""
    several = len({each.order.id for each in found}) > 1
    return tuple(
        (
            each.key,
            " · ".join(
                part
                for part in (
                    item_label(ctx, each.item),
                    money_words(ctx, each.item.price, each.order.currency),
                    each.order.id if several else "",
                )
                if part
            ),
        )
        for each in found[:MAX_CHOICES]
    )


def version_choices(
    ctx: Context, found: Sequence[Version], currency: str
) -> tuple[tuple[str, str], ...]:
    """Versions as choices: options and price."""
    return tuple(
        (
            each.id,
            f"{option_words(ctx, each.options, full=True) or each.id} ·"
            f" {money_words(ctx, each.price, currency)}",
        )
        for each in found[:MAX_CHOICES]
    )


def order_list(ctx: Context, found: Sequence[Order]) -> tuple[tuple[str, str], ...]:
    """Orders as choices: number, day, what is in them."""
    joiner = "、" if ctx.language == "zh" else ", "
    rows = []
    for order in found[:MAX_CHOICES]:
        names = joiner.join(item_label(ctx, item) for item in order.items[:4])
        more = " …" if len(order.items) > 4 else ""
        rows.append(
            (order.id, " · ".join(p for p in (order.id, choice_day(order), names + more) if p))
        )
    return tuple(rows)


def orders_in(found: Sequence[Held]) -> list[Order]:
    """The orders of some lines, each once, in the order met."""
    return list({each.order.id: each.order for each in found}.values())


def by_order(items: Sequence[Held], ground: Callable[[Order, list[Held]], Grounded]) -> Grounded:
    """What each order of the lines comes to, put together, up to the first question."""
    told: list[Outcome] = []
    writes: list[Write] = []
    for order in orders_in(items):
        grounded = ground(order, [each for each in items if each.order.id == order.id])
        told += grounded.told
        writes += grounded.writes
        if grounded.ask is not None:
            return Grounded(tuple(writes), tuple(told), grounded.ask)
    return Grounded(tuple(writes), tuple(told))


def renumbered(task: Task, **changes: Any) -> Task:
    """The same task with something else in it."""
    return replace(task, **changes)
