"""What every skill shares: the context it works in, the Outcome it gives, and the registry.

A skill is a function from a context and a request to an Outcome. It reads knowledge, reads and
writes SQL through the turn's own session, and states nothing in words: wording turns the Outcome's
facts into text. Skills register for the intents they serve::

    @skill("track_order")
    def track_order(ctx: Context, request: Request) -> Outcome: ...

    @commit("cancel_order")
    def cancel_order(ctx: Context, args: dict[str, Any]) -> Outcome: ...

A write to an order or to money is never done by a skill: it returns a :class:`Proposal` that names
exactly what will happen. When the shopper says yes, the dialogue calls the commit function
registered for the proposal's kind, which checks everything again and writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from assistant.conversation import Card, Citation, Handoff, Language, Suggestion, Turn
from assistant.dialogue.confirm import written
from assistant.dialogue.state import Focus, State
from assistant.understanding.types import Slots, Understanding
from knowledge.settings import ShopSettings

if TYPE_CHECKING:
    from knowledge.shop import Knowledge


@dataclass(frozen=True, slots=True)
class Request:
    """What the dialogue asks a skill to do: the intent and every slot known by now."""

    intent: str
    slots: Slots
    understanding: Understanding
    args: dict[str, Any] = field(default_factory=dict)
    """What earlier turns of the same form gave beyond slots, such as {"item_ids": [...]}"""


@dataclass(slots=True)
class Context:
    """What a skill may touch in one turn. `session` commits with the turn or not at all."""

    session: Session
    knowledge: Knowledge
    settings: ShopSettings
    state: State
    turn: Turn
    language: Language
    now: datetime
    customer_id: str | None
    """Who is speaking: from the channel, or identified in this conversation."""
    folder: Path | None = None
    """The shop's folder, for documents; None where there is none to write to."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """Rows for the events table: {"kind", "product_id", "detail"}; the engine writes them."""

    @property
    def cart_owner(self) -> str:
        """Whose cart this is, as `CartLine.owner` spells it."""
        if self.customer_id:
            return f"customer:{self.customer_id}"
        return f"conversation:{self.turn.conversation_id}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A write that waits for a yes. `args` is all that the commit function will need (JSON)."""

    kind: str
    args: dict[str, Any]

    def args_key(self) -> str:
        """What will be written, whatever led to it: two proposals of the same have the same key."""
        return written(self.args)


@dataclass(frozen=True, slots=True)
class Ask:
    """One missing thing. `slot` names the field of Slots (or a key of Request.args) it fills;
    `choices` are the records it may be, as (value, label) pairs, numbered from 1 when worded."""

    slot: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a skill found or did. `key` names the wording template; `facts` is all it may state."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    handoff: Handoff | None = None
    ask: Ask | None = None
    """Set where the skill cannot go on: the same request returns with the answer merged in."""
    form_args: dict[str, Any] = field(default_factory=dict)
    """What else the request must carry when it comes back with the answer."""
    proposal: Proposal | None = None
    identified: str | None = None
    """Customer id, where this turn established who is speaking."""
    proven: bool = False
    """Whether this turn gave the further proof that the policy asks for."""
    focus: Focus | None = None
    """What "it" means from now on; None leaves it as it is (a list of cards clears it)."""
    listed: bool = True
    """False where the cards are no new list: "the second one" still counts in the old one."""
    search: Slots | None = None
    """What the running search asks for from now on; None leaves it."""
    search_image: str | None = None
    unmet: str = ""
    """The kind of limit that nothing met, where it is offered to drop it."""
    reasons: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = field(default_factory=dict)
    """Product id -> (template key, facts) of each true reason why it is shown."""
    offers: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Suggestions still to be worded: (template key, facts)."""
    why: tuple[str, ...] = ()
    again: tuple[str, dict[str, Any]] | None = None
    """(template, facts) with which a question or proposal is put again after a digression, where
    what was said before it is not to be repeated."""


Skill = Callable[[Context, Request], Outcome]
Commit = Callable[[Context, dict[str, Any]], Outcome]

Offers = tuple[tuple[str, dict[str, Any]], ...]
"""Suggestions still to be worded: (template key, facts)."""

SKILLS: dict[str, Skill] = {}
COMMITS: dict[str, Commit] = {}


def skill(*intents: str) -> Callable[[Skill], Skill]:
    """Register a skill for the intents it serves; a second one for an intent is a mistake."""

    def register(function: Skill) -> Skill:
        for intent in intents:
            if intent in SKILLS:
                raise ValueError(f"two skills for {intent}")
            SKILLS[intent] = function
        return function

    return register


def commit(kind: str) -> Callable[[Commit], Commit]:
    """Register the function that carries out a confirmed proposal of this kind."""

    def register(function: Commit) -> Commit:
        if kind in COMMITS:
            raise ValueError(f"two commits for {kind}")
        COMMITS[kind] = function
        return function

    return register
