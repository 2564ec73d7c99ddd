"""Tasks: what a shopper wants done with orders, kept as JSON while anything is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from assistant.understanding.types import Act

When = Literal["", "if_not", "if_done"]
"""Only where the task before it could not be done, or only where it was."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done, in the shopper's words, with every answer given so far."""

    number: int
    kind: str
    text: str
    verb: str = ""
    more: tuple[str, ...] = ()
    """Conditions, fall-backs and preferences said along with it."""
    lead: tuple[str, ...] = ()
    """What was said before it: which order it is about."""
    said: tuple[str, ...] = ()
    """Remarks made since, the latest last; they go before what was said first."""
    told_which: tuple[str, ...] = ()
    """Remarks made when asked which thing or order: they say nothing of what it becomes."""
    shared: tuple[str, ...] = ()
    """Said for all tasks of a turn: how to refund, why."""
    when: When = ""
    answers: dict[str, Any] = field(default_factory=dict)
    """Chosen from lists: "order_id", "item_ids", "version:ITEM", "payment_method", ..."""

    @property
    def words(self) -> str:
        """The task's own words, with what leads up to it and what was added."""
        return " . ".join((*self.lead, self.text, *self.more, *self.told_which, *self.said))

    @property
    def all_words(self) -> str:
        """Everything that may bear on the task, its own words last."""
        return " . ".join((*self.shared, self.words))

    def answered(self, name: str, value: Any) -> Task:
        """The task with an answer."""
        return replace(self, answers={**self.answers, name: value})


def dump(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """JSON-able data."""
    return [asdict(task) for task in tasks]


def load(data: Any) -> tuple[Task, ...]:
    """Tasks as :func:`dump` wrote them; anything else is no task."""
    if not isinstance(data, list):
        return ()
    lists = ("more", "lead", "said", "told_which", "shared")
    found = []
    for row in data:
        fields: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in row.items()}
        found.append(Task(**fields))
    return tuple(found)


def from_acts(acts: Sequence[Act], shared: Sequence[str], first: int) -> tuple[Task, ...]:
    """Tasks of a turn's acts, numbered from `first`."""
    return tuple(
        Task(
            number=first + place,
            kind=act.kind,
            text=act.text,
            verb=act.verb,
            more=act.more,
            lead=act.lead,
            shared=tuple(shared),
            when=act.when,
        )
        for place, act in enumerate(acts)
    )
