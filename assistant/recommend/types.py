"""What the recommender takes and gives: who asks, and products with the parts of their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

REASONS: Final = 2
"""Reasons shown with a product."""
LEAST: Final = 0.01
"""A summand that adds less is no reason."""


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a list is made."""

    customer_id: str | None
    conversation_id: str
    language: str
    now: datetime
    pending: tuple[tuple[str, str], ...] = ()
    """(kind, product id) of what happened in this very turn and is not stored yet."""
    said: tuple[Mapping[str, Any], ...] = ()
    """What was stated in this very turn, as `db.profiles.after_statement` takes it."""
    gift: bool = False
    """For somebody else: nothing that is known of the shopper counts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a score: a kind of reason, what it adds, and the facts it states."""

    kind: str
    worth: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    """The product of the shopper's that it comes from, where it comes from one."""
    told: bool = True
    """False where the record lacks the words to state it, so that it is not shown."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A recommendation. `score` is the sum of its parts, which stand largest first."""

    product_id: str
    variant_id: str
    title: str
    score: float
    parts: tuple[Part, ...]

    @property
    def shown(self) -> tuple[Part, ...]:
        """The summands that stand out most among those that speak for it."""
        return tuple(part for part in self.parts if part.told and part.worth > LEAST)[:REASONS]

    @property
    def reasons(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Template key and facts of what is shown."""
        return tuple((f"reason.{part.kind}", dict(part.facts)) for part in self.shown)


@dataclass(frozen=True, slots=True)
class Taste:
    """What is known of a shopper beside the log: the profile, and the last word on each product."""

    stated: dict[str, Any] = field(default_factory=dict)
    inferred: dict[str, dict[str, float]] = field(default_factory=dict)
    liked: tuple[str, ...] = ()
    """Products of which the last word is a like, a cart or a purchase, newest first."""
    disliked: tuple[str, ...] = ()
    """Products of which the last word is a dislike or a return, newest first."""

    @property
    def known(self) -> bool:
        """Whether anything is known that a list can be made personal by."""
        return bool(self.liked or self.stated.get("prefer") or any(self.inferred.values()))
