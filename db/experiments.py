"""Lists shown in experiments, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Conversation, Event, Exposure

Reward = Literal["look", "cart", "purchase"]

REWARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "look": ("view", "click", "like", "cart_add", "purchase"),
    "cart": ("cart_add", "purchase"),
    "purchase": ("purchase",),
}
"""What a shopper must do with a product that was shown, for the list to have earned its reward."""
WITHIN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shown:
    """A list with what became of it."""

    exposure: Exposure
    person: str
    """Whose it was: a customer, or a guest's conversation."""
    chosen: frozenset[str]
    """Products of the list that earned the reward, within a day."""


def shown(session: Session, experiment: str, reward: Reward) -> list[Shown]:
    """Every list of an experiment, oldest first."""
    rows = session.execute(
        select(Exposure, Conversation.customer_id)
        .join(Conversation, Conversation.id == Exposure.conversation_id)
        .where(Exposure.experiment == experiment)
        .order_by(Exposure.id)
    ).all()
    talks = {exposure.conversation_id for exposure, _ in rows}
    did: dict[str, list[Event]] = {}
    for event in session.scalars(
        select(Event).where(
            Event.kind.in_(REWARDS[reward]),
            Event.conversation_id.in_(
                select(Exposure.conversation_id).where(Exposure.experiment == experiment)
            ),
        )
    ):
        if event.conversation_id in talks and event.product_id:
            did.setdefault(event.conversation_id, []).append(event)
    found = []
    for exposure, customer_id in rows:
        until = exposure.shown_at + WITHIN
        chosen = {
            str(event.product_id)
            for event in did.get(exposure.conversation_id, ())
            if exposure.shown_at < event.created_at <= until
        }
        person = f"customer:{customer_id}" if customer_id else exposure.conversation_id
        found.append(Shown(exposure, person, frozenset(chosen & set(exposure.items))))
    return found
