"""A live conversation written down reads back as a script with facts, not wording."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from assistant.conversation import Card, Citation, Handoff, Reply
from assistant.scripted.format import OrderState, read_script
from assistant.scripted.record import NothingToRecord, record_conversation
from db.models import Conversation, OrderEvent, TurnRecord
from db.unit import turn_unit
from knowledge.shop import Shop
from tests.db.shop import ADA, NOW, add_order, fill
from tests.knowledge.made import fake_encoders


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two conversations: an older one of a guest, and Ada's, in which an order was placed."""
    with Shop.open(tmp_path, encoders=fake_encoders()) as opened:
        with turn_unit(opened.engine) as session:
            fill(session)
            for number, (name, customer) in enumerate((("old", None), ("new", ADA))):
                at = NOW + timedelta(hours=number)
                session.add(
                    Conversation(id=name, customer_id=customer, created_at=at, updated_at=at)
                )
            session.flush()
            order = add_order(session, "O-1")
            order.history += [
                OrderEvent(kind="placed", turn_id="t2", created_at=NOW),
                OrderEvent(kind="address_changed", turn_id="t3", created_at=NOW),
            ]
            mug = Card("mug", "mug-0", "Stone Mug", Decimal("9.50"), "USD", brand="mug-brand")
            said = [
                ("old", "t0", "hi", Reply("Hello.", "greet", "en")),
                (
                    "new",
                    "t1",
                    "no",
                    Reply("Mugs.", "search_products", "zh", cards=(mug, mug)),
                ),
                ("new", "t2", "yes", Reply("Placed.", "affirm", "zh")),
                (
                    "new",
                    "t3",
                    "我要投诉",
                    Reply(
                        "Sorry.",
                        "file_complaint",
                        "zh",
                        citations=(Citation("a", "A"),),
                        handoff=Handoff("complaint", "secret summary"),
                    ),
                ),
            ]
            for conversation, turn, text, reply in said:
                session.add(
                    TurnRecord(
                        conversation_id=conversation,
                        turn_id=turn,
                        text=text,
                        intent=reply.intent,
                        confidence=1.0,
                        reply=TypeAdapter(Reply).dump_python(reply, mode="json"),
                        created_at=NOW,
                    )
                )
        yield opened


def test_the_newest_reads_back_as_a_script(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(record_conversation(shop), encoding="utf-8")
    (script,) = read_script(path)
    assert (script.customer, script.language) == (ADA, "zh")
    assert [step.say for step in script.steps] == ["no", "yes", "我要投诉"]
    search, placed, complaint = (step.expect for step in script.steps)
    assert search.intent == "search_products"
    assert search.products is not None
    assert search.products.every is not None
    assert search.products.every.brand == "mug-brand"
    assert placed.order == [OrderState(events=["placed"], placed=True)]
    assert complaint.order == [OrderState(events=["address_changed"], id="O-1")]
    assert complaint.citations is not None
    assert "secret" not in path.read_text(encoding="utf-8")
    assert all(step.expect.text is None for step in script.steps)


def test_one_of_an_id(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(record_conversation(shop, "old"), encoding="utf-8")
    (script,) = read_script(path)
    assert script.customer is None
    assert [step.say for step in script.steps] == ["hi"]


def test_none_of_that_id(shop: Shop) -> None:
    with pytest.raises(NothingToRecord, match="ghost"):
        record_conversation(shop, "ghost")
