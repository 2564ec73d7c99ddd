"""What understanding a turn yields: intent with confidence, typed slots with their spans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.conversation import Language

Operator = Literal["eq", "ne", "min", "max"]


Direction = Literal["cheaper", "dearer", "more", "less", "back", "again", "anew", "drop", "middle"]


@dataclass(frozen=True, slots=True)
class AttributeLimit:
    """A stated limit on one attribute: "16 GB of memory" is ("memory", "min"|"eq", 16, "GB").

    `value` is a number for quantities (in `unit`), else the attribute's text. `name` is the
    catalogue's canonical attribute name where known ("memory", "storage", "screen size",
    "storage type", "weight", "waterproof", ...).
    """

    name: str
    operator: Operator
    value: float | str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the utterance a slot was read: characters [start, end)."""

    slot: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Slots:
    """Everything one ask names. Empty fields were not said.

    Lists with `not_` in front hold what the shopper ruled out ("not leather", "不要皮的").
    Catalogue-bound values (categories, brands, colors, materials, audiences) are spelt as the
    shop's own records spell them.
    """

    query: str = ""
    """The words that say what is sought, without limits, politeness and commands."""
    wish: str = ""
    """Of the query words, those that a running search narrows by beside kind and limits."""
    not_words: tuple[str, ...] = ()
    """Words of what it is to be without, where they are no value of the catalogue: 不要智能的."""
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    """Ids of products that were named in full."""
    brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    not_materials: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    currency: str | None = None
    attributes: tuple[AttributeLimit, ...] = ()
    in_stock: bool | None = None
    sort: Literal["price_asc", "price_desc", "rating", "newest", "popular"] | None = None
    """"the cheapest" -> price_asc, "best rated" -> rating, "newest" -> newest."""
    direction: Direction | None = None
    """Relative refinement: "cheaper", "something more upmarket"; "more" asks for more results,
    "back" for the list before, "again" for the one on show, "middle" for the middle of the prices,
    "anew" for none of what was said."""
    quantity: int | None = None
    ordinals: tuple[int, ...] = ()
    """Positions in what was last shown, from 1; -1 is the last one ("the last one", "最后一个")."""
    deictic: bool = False
    """True for "it", "this one", "that", "它", "这个": the product in focus."""
    order_id: str | None = None
    email: str | None = None
    name: str | None = None
    postcode: str | None = None
    address: str | None = None
    dates: tuple[date, ...] = ()
    reason: str | None = None
    """Why an order is cancelled or an item goes back: no_longer_needed, ordered_by_mistake,
    damaged, wrong_item, wrong_size, not_as_described, late, changed_mind, better_price, other."""
    payment_method: str | None = None
    """Kind of payment named: credit_card, paypal, gift_card, bank_transfer, alipay, wechat_pay."""
    coupon: str | None = None
    topic: str | None = None
    """What a product or policy question is about, in the shopper's words."""
    sentiment: Literal["like", "dislike"] | None = None
    rating: int | None = None
    spans: tuple[Span, ...] = ()

    def is_empty(self) -> bool:
        """True where nothing but the query words was read."""
        return replace(self, query="", spans=()) == Slots()


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to be done with orders, in the words that ask for it."""

    kind: str
    """cancel, return, either (cancel or return), swap, address, payment, refund, undo, add."""
    text: str
    verb: str = ""
    """The word that asked for it: "exchange" and "change" are one kind, not one word."""
    more: tuple[str, ...] = ()
    """What was said along with it: conditions, fall-backs, preferences."""
    lead: tuple[str, ...] = ()
    """What was said before it, such as which order it is about."""
    when: Literal["", "if_not", "if_done"] = ""
    """Asked for only where the act before it cannot be done, or only where it is."""


SETTLED = 0.95
"""Confidence in a reading that the conversation settles."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """One ask of a turn. `confidence` is calibrated: of turns at 0.8, 80 % are right."""

    text: str
    language: Language
    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    """Next likely intents with their confidence, best first."""
    slots: Slots = field(default_factory=Slots)
    acts: tuple[Act, ...] = ()
    """What is to be done with orders, one by one, where that was asked for in so many words."""
    shared: tuple[str, ...] = ()
    """Said along with the acts and for all of them: who is speaking, how to refund, why."""
    follows: bool = False
    """Adds to what the list on show was made for; its slots hold both."""
    said: str = ""
    """The words as they were written, where `text` gives traditional characters as simplified."""

    @property
    def written(self) -> str:
        """The words as they were written, of the length of `text`."""
        return self.said or self.text

    def meant(self, intent: str, slots: Slots | None = None) -> Understanding:
        """The same ask in a reading that what came before it settles."""
        return replace(
            self,
            intent=intent,
            confidence=max(self.confidence, SETTLED),
            alternatives=(),
            slots=self.slots if slots is None else slots,
        )
