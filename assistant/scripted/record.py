"""Writes a live conversation down as a script: what was said, and what held after each turn."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import TypeAdapter
from sqlalchemy import select

from assistant.conversation import Reply
from db.models import Conversation, OrderEvent, TurnRecord
from db.unit import read_unit
from knowledge.shop import Shop

_REPLIES = TypeAdapter(Reply)


class NothingToRecord(LookupError):
    """The shop holds no such conversation."""


def record_conversation(shop: Shop, conversation_id: str | None = None) -> str:
    """The YAML of a conversation, by default the newest. Expectations are facts (intent, products,
    handoff, order changes) and never wording; the reader tightens them.

    Raises:
        NothingToRecord: there is no conversation, or none of that id.
    """
    with read_unit(shop.engine) as session:
        query = select(Conversation).order_by(Conversation.updated_at.desc())
        if conversation_id is not None:
            query = query.where(Conversation.id == conversation_id)
        conversation = session.scalars(query).first()
        if conversation is None:
            named = f" {conversation_id}" if conversation_id else " yet; talk to it first"
            raise NothingToRecord(f"{shop.folder} holds no conversation{named}")
        turns = session.scalars(
            select(TurnRecord)
            .where(TurnRecord.conversation_id == conversation.id)
            .order_by(TurnRecord.id)
        ).all()
        steps = []
        for turn in turns:
            reply = _REPLIES.validate_python(turn.reply)
            changes = session.scalars(
                select(OrderEvent).where(OrderEvent.turn_id == turn.turn_id)
            ).all()
            steps.append({"say": turn.text, "expect": _expect(reply, list(changes))})
        script = {
            "name": f"recorded {conversation.created_at:%Y-%m-%d %H:%M}",
            "language": _REPLIES.validate_python(turns[0].reply).language if turns else "en",
            "customer": conversation.customer_id,
            "steps": steps,
        }
    return yaml.safe_dump([script], allow_unicode=True, sort_keys=False, width=100)


def _expect(reply: Reply, changes: list[OrderEvent]) -> dict[str, Any]:
    expect: dict[str, Any] = {"intent": reply.intent, "language": reply.language}
    if reply.cards:
        expect["products"] = {"count": {"min": 1}}
        brands = {card.brand for card in reply.cards}
        if len(reply.cards) > 1 and len(brands) == 1 and brands != {""}:
            expect["products"]["every"] = {"brand": brands.pop()}
    if reply.handoff is not None:
        expect["handoff"] = {"reason": reply.handoff.reason}
    if reply.citations:
        expect["citations"] = {"min": 1}
    if changes:
        expect["order"] = [{"events": [change.kind], **_which(change)} for change in changes]
    return expect


def _which(change: OrderEvent) -> dict[str, Any]:
    """A placed order gets a new number each time it is played; any other keeps its own."""
    return {"placed": True} if change.kind == "placed" else {"id": change.order_id}
