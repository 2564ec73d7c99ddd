"""The words all layers share: Turn in, Reply out; cards, citations and suggestions in it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Language = Literal["en", "zh"]
Channel = Literal["terminal", "plain", "script", "desk"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a shopper.

    `turn_id` makes a turn idempotent: the same id in the same conversation gets the stored reply
    and changes nothing again. `customer_id` is who the channel says is speaking (none: a guest).
    """

    text: str
    conversation_id: str
    customer_id: str | None = None
    image: bytes | None = None
    channel: Channel = "terminal"
    turn_id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class Card:
    """One product as the shopper sees it; every value stands in the shop's records."""

    product_id: str
    variant_id: str
    title: str
    price: Decimal
    currency: str
    brand: str = ""
    category: str = ""
    list_price: Decimal | None = None
    """Price before a reduction, in the same currency."""
    in_stock: bool = True
    options: dict[str, str] = field(default_factory=dict)
    """The shown variant's options, such as {"color": "navy", "size": "M"}."""
    reasons: tuple[str, ...] = ()
    image_path: str | None = None
    image_alt: str = ""
    ordinal: int = 0
    """What "the second one" counts, from 1; 0 where the card is not part of a list."""
    sponsored: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A next utterance offered to the shopper: `label` is shown, `text` is what gets said."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The record an answer rests on, with the passage quoted."""

    source_id: str
    title: str
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A person takes over: `summary` is for the agent only and is never worded to the shopper."""

    reason: str
    summary: str
    transcript: tuple[str, ...] = ()
    """What was said before, a line a message, the shopper's after "> "."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shopper reads. Serialise with :func:`to_json`."""

    text: str
    intent: str
    language: Language
    cards: tuple[Card, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    citations: tuple[Citation, ...] = ()
    handoff: Handoff | None = None
    why: tuple[str, ...] = ()
    """Plain lines that explain the reply: what was understood, which records were read."""
    closing: str = ""
    """The end of `text` that is read after the cards: a question that still waits."""

    @property
    def opening(self) -> str:
        """The text without its closing."""
        return self.text.removesuffix(self.closing).rstrip()


def to_json(reply: Reply) -> dict[str, Any]:
    """The stable shape of `--plain --json`: keys text, intent, cards, suggestions, citations,
    handoff, language. Decimals become strings, dates ISO 8601."""
    keys = ("text", "intent", "cards", "suggestions", "citations", "handoff", "language")
    whole = asdict(reply)
    return {key: _plain(whole[key]) for key in keys}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
