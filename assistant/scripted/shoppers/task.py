"""What a simulated shopper knows and wants, as data (YAML or made at run time).

A task has a shopper (who they are, and what they do not tell unasked), goals in order, and the
writes that would be right: a proposal is confirmed only where it is one of those.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.conversation import Language

Asked = Literal[
    "identity",
    "order",
    "item",
    "version",
    "reason",
    "payment",
    "address",
    "whole",
    "confirm",
    "other",
]
"""What a reply may ask for; see :mod:`assistant.scripted.shoppers.reading`."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goal(_Data):
    """One thing the shopper wants."""

    do: Literal["cancel", "return", "either", "swap", "address", "payment", "ask", "say"]
    what: tuple[str, ...] = ()
    """The things, as the shopper calls them: wordings of one meaning."""
    to: tuple[str, ...] = ()
    """What it shall become."""
    say: tuple[str, ...] = ()
    """The whole utterance, for questions and the like."""
    extra: tuple[str, ...] = ()
    """Said along with it: a fall-back, a condition."""
    order: str = ""
    """The order's number; told only where it is known."""
    pay: tuple[str, ...] = ()
    why: str = ""
    told: bool = False
    """Whether the reason is told unasked."""
    answers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What is said when asked for something, in order; the last one is said again."""
    at_confirm: tuple[str, ...] = ()
    """Said instead of a yes at the first proposal: a change of mind."""
    at_confirm_mismatch: tuple[str, ...] = ()
    """Said where a proposal is not what was meant."""
    if_refused: tuple[Goal, ...] | None = None
    """Raised instead where it cannot be done."""
    along: bool = False
    """Raised in one go with the goal before it, whatever the shopper's way."""
    when: Literal["", "done"] = ""
    """Only once everything before it is settled."""
    expect: tuple[str, ...] = ()
    """What a right answer to a question holds."""

    @field_validator(
        "what", "to", "say", "extra", "pay", "at_confirm", "at_confirm_mismatch", mode="before"
    )
    @classmethod
    def _one(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("answers", mode="before")
    @classmethod
    def _ones(cls, value: Any) -> Any:
        return {k: (v,) if isinstance(v, str) else v for k, v in (value or {}).items()}


class Right(_Data):
    """A write that would be right, by what a proposal of it says."""

    kind: Literal[
        "cancel", "return", "exchange", "change", "address", "default_address", "payment",
        "replace", "again", "ticket", "account",
    ]  # fmt: skip
    order: str = ""
    holds: tuple[str, ...] = ()
    """All of these stand in it: names, options, a street."""
    lacks: tuple[str, ...] = ()
    """None of these stand in it: other items of the order."""


class Task(_Data):
    """A shopper and what they want."""

    id: str
    language: Language = "en"
    name: str = ""
    postcode: str = ""
    email: str = ""
    customer: str = ""
    """Who the channel says is speaking; empty where the shopper has to identify."""
    goals: tuple[Goal, ...]
    right: tuple[Right, ...] = ()
    """Empty: nothing may be written, so every proposal is declined."""
    forbidden: bool = False
    """Whether the shopper tries to get what the shop's rules forbid."""


def expected(goals: Iterable[Goal]) -> tuple[str, ...]:
    """Everything that right answers must hold."""
    return tuple(each for goal in goals for each in goal.expect)
