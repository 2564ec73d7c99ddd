"""Nothing of an erased customer is left in the files; an export holds everything before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from db.engine import create_engine_for
from db.erase import erase_customer, export_customer
from db.errors import CustomerNotFound
from db.events import append_events
from db.models import (
    Conversation,
    Customer,
    Event,
    Fulfilment,
    HandoffRecord,
    Order,
    OrderEvent,
    Request,
    TurnRecord,
)
from db.orders import cancel_order, change_address
from db.profiles import profile_of, update_profile
from db.unit import read_unit, turn_unit
from tests.db.shop import ADA, ANY, BEN, NOW, add_order, put_in_cart

TRACES = (
    b"quillfeather",
    b"Adabelle",
    b"Thistledown",
    b"marmalade-coloured umbrella",
    b"whispered as a guest",
    b"Foxglove Mews",
    b"zanzibar",
    b"TRACK-PARCEL-8812",
)


def live(engine: Engine) -> None:
    """A life's worth of rows of Ada among those of others."""
    with turn_unit(engine) as session:
        for number in range(60):
            hers = number % 3 == 0
            session.add(
                Conversation(
                    id=f"c{number}",
                    customer_id=ADA if hers else BEN,
                    state={"form": {"email": "ada.quillfeather@example.org"}} if hers else {},
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            said = "a marmalade-coloured umbrella" if hers else "a plain umbrella"
            for turn in range(5):
                session.add(
                    TurnRecord(
                        conversation_id=f"c{number}",
                        turn_id=f"t{turn}",
                        text=f"{said} {'please ' * turn}",
                        intent="search_products",
                        confidence=0.9,
                        reply={"text": f"Here: {said}"},
                        created_at=NOW,
                    )
                )
        session.add(
            Conversation(id="guest", customer_id=ADA, state={}, created_at=NOW, updated_at=NOW)
        )
        session.add(Conversation(id="shared", customer_id=BEN, created_at=NOW, updated_at=NOW))
        session.flush()
        for conversation in ("guest", "shared"):
            session.add(
                TurnRecord(
                    conversation_id=conversation,
                    turn_id="t",
                    text="whispered as a guest",
                    intent="search_products",
                    confidence=0.5,
                    created_at=NOW,
                )
            )
        session.add(
            HandoffRecord(
                conversation_id="guest", reason="asked", summary="Adabelle is upset", created_at=NOW
            )
        )
        session.add(
            Request(
                kind="account",
                customer_id=None,
                conversation_id="c1",
                order_id=None,
                product_id=None,
                detail={"email": "ada.quillfeather@example.org"},
                created_at=NOW,
            )
        )
        searched = {"kind": "search", "detail": {"query": "marmalade-coloured umbrella"}}
        append_events(session, [searched], customer_id=None, conversation_id="guest", now=NOW)
        mine = append_events(
            session,
            [{"kind": "like", "product_id": "mug", "detail": {}}],
            customer_id=ADA,
            conversation_id="shared",
            now=NOW,
        )
        update_profile(session, ADA, mine, NOW)
        profile_of(session, ADA, NOW).stated = {"note": "zanzibar"}
        put_in_cart(session, "mug-1")
        add_order(session, "#W1")
        add_order(session, "#W2", status="delivered")
        add_order(session, "#W3", customer_id=BEN, method="card-b").ship_to = {"line1": "Elm"}
        session.add(Fulfilment(order_id="#W2", tracking_ids=["TRACK-PARCEL-8812"], shipped_at=NOW))
        change_address(
            session,
            ADA,
            "#W1",
            ship_to={"line1": "9 Foxglove Mews"},
            rules=ANY,
            turn_id="t1",
            now=NOW,
        )
        cancel_order(
            session,
            ADA,
            "#W1",
            reason="other",
            rules=ANY,
            turn_id="t2",
            now=NOW,
        )


def files_hold(folder: Path, trace: bytes) -> bool:
    return any(trace.lower() in path.read_bytes().lower() for path in folder.glob("shop.db*"))


def test_no_byte_of_an_erased_customer_is_left(sqlite: Engine, tmp_path: Path) -> None:
    live(sqlite)
    for trace in TRACES:
        assert files_hold(tmp_path, trace), trace
    with turn_unit(sqlite) as session:
        erase_customer(session, ADA, NOW, current_conversation="c0")
    for trace in TRACES:
        assert not files_hold(tmp_path, trace), trace
    assert files_hold(tmp_path, b"a plain umbrella")


def test_no_byte_is_left_while_another_connection_is_open(sqlite: Engine, tmp_path: Path) -> None:
    live(sqlite)
    other = create_engine_for(tmp_path)
    with read_unit(other) as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 2
    with turn_unit(sqlite) as session:
        erase_customer(session, ADA, NOW)
    assert not any(files_hold(tmp_path, trace) for trace in TRACES)
    other.dispose()


def test_the_books_keep_orders_without_a_name(engine: Engine) -> None:
    live(engine)
    with turn_unit(engine) as session:
        erased = erase_customer(session, ADA, NOW, current_conversation="c0")
    with read_unit(engine) as session:
        assert session.get(Customer, ADA) is None
        orders = session.scalars(select(Order).where(Order.customer_id == erased)).all()
        assert {order.id for order in orders} == {"#W1", "#W2"}
        assert all(order.ship_to == {} and order.total == 64 for order in orders)
        history = session.scalars(select(OrderEvent).where(OrderEvent.kind == "cancelled")).one()
        assert history.detail["reason"] == "other"
        assert "method_id" not in history.detail["moves"][0]
        kept = session.get_one(Customer, erased)
        assert (kept.email, kept.first_name, kept.erased_at) == (None, "", NOW)
        # The refund on its way still finds its account; nothing else names one.
        named = {p.payment_method_id for order in orders for p in order.payments}
        assert named == {"erased:credit_card", "card-a"}


def test_others_keep_what_is_theirs(engine: Engine) -> None:
    live(engine)
    with turn_unit(engine) as session:
        erase_customer(session, ADA, NOW, current_conversation="c0")
    with read_unit(engine) as session:
        assert session.get_one(Order, "#W3").ship_to == {"line1": "Elm"}
        left = session.scalars(select(Conversation.id)).all()
        assert {"c0", "c1", "c2", "shared"} <= set(left)
        assert not {"c3", "guest"} & set(left)
        current = session.get_one(Conversation, "c0")
        assert (current.customer_id, current.state) == (None, {})
        turns = select(TurnRecord.conversation_id).distinct()
        assert not {"c0", "shared", "guest"} & set(session.scalars(turns))
        assert "c2" in set(session.scalars(turns))
        assert session.scalars(select(Event)).all() == []
        assert session.scalars(select(Request)).all() == []


def test_an_export_holds_everything_as_json(engine: Engine) -> None:
    live(engine)
    with read_unit(engine) as session:
        text = json.dumps(export_customer(session, ADA))
    for trace in TRACES:
        assert trace.decode().lower() in text.lower()
    assert "Okafor" not in text
    data = json.loads(text)
    assert {order["id"] for order in data["orders"]} == {"#W1", "#W2"}
    assert data["orders"][0]["total"] == "64.00"
    assert data["cart"][0]["variant_id"] == "mug-1"


def test_nobody_cannot_be_erased(engine: Engine) -> None:
    with turn_unit(engine) as session, pytest.raises(CustomerNotFound, match="nobody"):
        erase_customer(session, "nobody", NOW)
