"""What a chat shows beside the conversation, read from SQL: cart, profile, the last talk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.conversation import Language, Turn
from assistant.dialogue.state import State
from assistant.skills.base import Context
from assistant.skills.cart import cart_facts, cart_lines
from db.models import Conversation, Customer, Profile
from db.unit import read_unit
from knowledge.shop import Shop
from knowledge.vocabulary import translate_value

MOST_INFERRED = 3
"""Inferred values shown of one kind, strongest first."""


@dataclass(frozen=True, slots=True)
class CartLineView:
    """One line of the cart. `price` is of one piece, `total` of all; `options` are worded."""

    title: str
    options: tuple[str, ...]
    quantity: int
    price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class CartView:
    """The cart as a reply would state it, shipping by the shop's own rules included."""

    currency: str
    lines: tuple[CartLineView, ...] = ()
    count: int = 0
    subtotal: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    total: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something the shopper asked to be remembered; `prefer` is False for what they never want.
    The kind is brand, category, color, material or size; values are worded."""

    prefer: bool
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What is remembered of the shopper; `customer_id` is None for a guest."""

    customer_id: str | None = None
    name: str = ""
    stated: tuple[Wish, ...] = ()
    """Wishes the shopper stated, likes first."""
    inferred: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    """(kind, values) concluded from what they did; the kind is brand, category, color, ..."""


@dataclass(frozen=True, slots=True)
class Panels:
    """Everything beside the conversation."""

    cart: CartView
    profile: ProfileView


def panels(shop: Shop, customer_id: str | None, conversation_id: str, language: Language) -> Panels:
    """Cart and profile as of one moment."""
    with read_unit(shop.engine) as session:
        return Panels(
            _cart(session, shop, customer_id, conversation_id, language),
            _profile(session, customer_id, conversation_id, language),
        )


def cart_view(
    shop: Shop, customer_id: str | None, conversation_id: str, language: Language
) -> CartView:
    """The cart of the customer, of whoever was identified in the conversation, or of the guest."""
    with read_unit(shop.engine) as session:
        return _cart(session, shop, customer_id, conversation_id, language)


def profile_view(
    shop: Shop, customer_id: str | None, conversation_id: str, language: Language
) -> ProfileView:
    """What the shop remembers of who is speaking; an unknown customer has an empty profile."""
    with read_unit(shop.engine) as session:
        return _profile(session, customer_id, conversation_id, language)


def last_conversation(shop: Shop, customer_id: str | None) -> str | None:
    """Id of the newest terminal conversation this customer (or a guest) held here, or None."""
    whose = (
        Conversation.customer_id.is_(None)
        if customer_id is None
        else Conversation.customer_id == customer_id
    )
    with read_unit(shop.engine) as session:
        found: str | None = session.scalar(
            select(Conversation.id)
            .where(whose, Conversation.channel.in_(("terminal", "plain")))
            .order_by(Conversation.updated_at.desc(), Conversation.id)
            .limit(1)
        )
        return found


def _speaker(session: Session, customer_id: str | None, conversation_id: str) -> str | None:
    row = session.get(Conversation, conversation_id)
    return (row.customer_id if row is not None else None) or customer_id


def _cart(
    session: Session,
    shop: Shop,
    customer_id: str | None,
    conversation_id: str,
    language: Language,
) -> CartView:
    ctx = Context(
        session=session,
        knowledge=shop.knowledge,
        settings=shop.settings,
        state=State(language=language),
        turn=Turn("", conversation_id, customer_id),
        language=language,
        now=datetime.now(UTC),
        customer_id=_speaker(session, customer_id, conversation_id),
    )
    facts = cart_facts(ctx, cart_lines(session, ctx.cart_owner))
    return CartView(
        currency=facts["currency"],
        lines=tuple(
            CartLineView(
                title=line["title"],
                options=tuple(
                    translate_value(value, language) for value in line["options"].values() if value
                ),
                quantity=line["quantity"],
                price=line["price"],
                total=line["sum"],
            )
            for line in facts["lines"]
        ),
        count=facts["count"],
        subtotal=facts["subtotal"],
        shipping=facts["shipping"],
        total=facts["total"],
    )


def _profile(
    session: Session, customer_id: str | None, conversation_id: str, language: Language
) -> ProfileView:
    speaker = _speaker(session, customer_id, conversation_id)
    if speaker is None:
        return ProfileView()
    customer = session.get(Customer, speaker)
    profile = session.get(Profile, speaker)
    return ProfileView(
        customer_id=speaker,
        name=customer.full_name if customer else "",
        stated=_stated(profile.stated if profile else {}, language),
        inferred=_inferred(profile.inferred if profile else {}, language),
    )


def _stated(stated: dict[str, Any], language: Language) -> tuple[Wish, ...]:
    return tuple(
        Wish(side == "prefer", kind, tuple(translate_value(str(v), language) for v in values))
        for side in ("prefer", "must_not")
        for kind, values in stated.get(side, {}).items()
        if values
    )


def _inferred(
    inferred: dict[str, Any], language: Language
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for kind, scores in inferred.items():
        if not isinstance(scores, dict) or kind in ("product", "language"):
            continue
        best = sorted((-score, value) for value, score in scores.items() if score > 0)
        if best:
            values = tuple(translate_value(value, language) for _, value in best[:MOST_INFERRED])
            found.append((kind, values))
    return tuple(found)
