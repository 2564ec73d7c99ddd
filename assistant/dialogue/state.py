"""What a conversation remembers between turns. Plain data: it is stored as JSON with the turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.conversation import Language
from assistant.understanding.types import Slots, Understanding

VERSION = 1
"""Raised when the stored shape changes; an older state starts the conversation's memory anew."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What "it" means: a product (with a variant where one is settled) or an order."""

    product_id: str | None = None
    variant_id: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was on show, and what it was looked for by."""

    search: Slots
    shown: tuple[tuple[str, str], ...]


_ABOUT_PRODUCTS = frozenset(
    {"ask_product", "check_availability", "find_similar", "compare_products", "recommend_products"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """A task under way that waits for one answer."""

    intent: str
    slots: Slots
    args: dict[str, Any]
    asking: str
    """The slot or argument asked for last."""
    choices: tuple[tuple[str, str], ...] = ()
    attempts: int = 1
    key: str = ""
    """Template of the question, so that it can be put again after a digression."""
    facts: dict[str, Any] = field(default_factory=dict)
    lists_since: int = 0
    """Product lists shown while it waited."""

    @property
    def light(self) -> bool:
        """Whether it only asks which product a question is about: whatever else is said leaves
        it behind."""
        return self.asking == "product" and self.intent in _ABOUT_PRODUCTS


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposed write that waits for yes or no."""

    kind: str
    args: dict[str, Any]
    intent: str
    key: str = ""
    """Template that named what will happen, so that it can be put again."""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Which of one or two readings of an utterance is meant: asked in the last turn."""

    heard: Understanding
    options: tuple[tuple[str, str], ...]
    """(intent, how it was worded), in the order asked."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the last utterance was taken for, should the shopper correct it or say it anew."""

    said: Understanding
    """With no slots but their spans."""
    done: str
    """The intent acted upon."""
    missed: bool
    """True where nothing was done for it."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the next turn may lean on; JSON by way of :func:`dump` and :func:`load`."""

    language: Language = "en"
    customer_id: str | None = None
    """Established in this conversation; the channel's customer stands in Turn."""
    proven: bool = False
    """Whether more than one thing was said that only this customer should know."""
    search: Slots = field(default_factory=Slots)
    """What the running search asks for; refinements merge into it."""
    search_image: str = ""
    """The photo the running search goes by: a small JPEG in base64, or empty."""
    shown: tuple[tuple[str, str], ...] = ()
    """(product id, variant id) of the last list, in the order shown: "the second one"."""
    listed: Slots = field(default_factory=Slots)
    """What that list was looked for by; a search since then may have found nothing."""
    before: Listed | None = None
    """The list before that one, to go back to."""
    unmet: str = ""
    """The kind of limit (a field of Slots) that nothing met: it was offered to drop it."""
    seen: tuple[str, ...] = ()
    """Product ids shown since the search began, so that "more" brings new ones."""
    focus: Focus = field(default_factory=Focus)
    form: Form | None = None
    pending: Pending | None = None
    question: Question | None = None
    heard: Heard | None = None
    later: tuple[Understanding, ...] = ()
    """Asks of an earlier turn that wait until it is known who is speaking."""
    last_intent: str = ""
    failures: int = 0
    """Turns in a row that were not understood."""
    handed_off: bool = False
    gift: bool = False
    """What is sought is for somebody else, until something is sought anew."""
    age: int | None = None
    """Of that one, in years, where it was said."""
    recommending: bool = False
    """What was shown last are recommendations."""
    paid: tuple[str, ...] = ()
    """Product ids of the last list that stood in a paid place."""

    @property
    def sought(self) -> bool:
        """Whether the running search names a kind or has words."""
        return bool(self.search.categories or self.search.query)


_ADAPTER = TypeAdapter(State)


def dump(state: State) -> dict[str, Any]:
    """The state as JSON-able data, with its version."""
    data: dict[str, Any] = _ADAPTER.dump_python(state, mode="json")
    return {"version": VERSION, **data}


def load(data: dict[str, Any]) -> State:
    """The state as stored; one of another version, or damaged, is an empty memory."""
    if data.get("version") != VERSION:
        return State()
    try:
        return _ADAPTER.validate_python({k: v for k, v in data.items() if k != "version"})
    except ValidationError:
        return State()
