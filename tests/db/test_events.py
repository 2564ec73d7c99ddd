"""Profiles derived from events fade, add up turn by turn, and leave stated wishes alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from db import outbox
from db.events import append_events, events_version, record_orders
from db.models import Event, Order, OrderItem, Product, Profile
from db.profiles import (
    HALF_LIFE,
    after_statement,
    price_band,
    profile_of,
    rebuild_profile,
    stated_in_conversation,
    update_profile,
)
from db.unit import turn_unit
from tests.db.shop import ADA, NOW

KINDS = st.sampled_from(["view", "click", "like", "dislike", "cart_add", "purchase", "return"])
VALUES = st.lists(st.sampled_from(["wool", "Acme", "red", "M", "L"]), min_size=1, max_size=2)
STATEMENTS = st.dictionaries(
    st.sampled_from(["prefer", "must_not", "forget"]),
    st.dictionaries(st.sampled_from(["material", "brand", "color", "size"]), VALUES, max_size=2),
    max_size=2,
)
PRODUCTS = st.sampled_from(["mug", "shirt", "lamp", "gone", None])


def test_a_like_counts_for_all_that_is_known_of_the_product(engine: Engine) -> None:
    with turn_unit(engine) as session:
        liked = {"kind": "like", "product_id": "shirt", "detail": {"variant_id": "shirt-1"}}
        events = append_events(session, [liked], customer_id=ADA, conversation_id="c", now=NOW)
        profile = update_profile(session, ADA, events, NOW)
        assert profile.inferred == {
            "brand": {"shirt-brand": 3.0},
            "category": {"shirts": 3.0},
            "color": {"navy": 3.0},
            "price_band": {"20-50": 3.0},
            "product": {"shirt": 3.0},
        }


def test_a_search_shares_its_weight_between_its_values(engine: Engine) -> None:
    with turn_unit(engine) as session:
        row = {"kind": "search", "detail": {"color": ["red", "blue"], "brand": "Acme"}}
        events = append_events(session, [row], customer_id=ADA, conversation_id="c", now=NOW)
        inferred = update_profile(session, ADA, events, NOW).inferred
        assert inferred["color"] == {"red": 0.25, "blue": 0.25}
        assert inferred["brand"] == {"Acme": 0.5}


def test_weights_halve_and_stated_wishes_stay(engine: Engine) -> None:
    with turn_unit(engine) as session:
        said = {"kind": "preference", "detail": {"must_not": {"material": ["wool"]}}}
        liked = {"kind": "like", "product_id": "lamp"}
        events = append_events(
            session, [said, liked], customer_id=ADA, conversation_id="c", now=NOW
        )
        update_profile(session, ADA, events, NOW)
        later = update_profile(session, ADA, [], NOW + HALF_LIFE)
        assert later.inferred["brand"]["lamp-brand"] == pytest.approx(1.5)
        assert later.stated == {"must_not": {"material": ["wool"]}}
        assert later.version == 2


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    turns=st.lists(
        st.lists(st.tuples(KINDS, PRODUCTS, st.booleans()) | STATEMENTS, max_size=3), max_size=6
    )
)
def test_turn_by_turn_equals_rebuilt(
    engine: Engine, turns: list[list[tuple[str, str | None, bool] | dict[str, Any]]]
) -> None:
    with turn_unit(engine) as session:
        session.execute(delete(Event))
        session.execute(delete(Profile))
        session.expire_all()
        now = NOW
        for rows in turns:
            now += timedelta(days=9)
            events = append_events(
                session,
                [
                    {"kind": "preference", "detail": row}
                    if isinstance(row, dict)
                    else {"kind": row[0], "product_id": row[1], "gift": row[2]}
                    for row in rows
                ],
                customer_id=ADA,
                conversation_id="c",
                now=now,
            )
            update_profile(session, ADA, events, now)
        before = profile_of(session, ADA, now)
        kept, stated = dict(before.inferred), dict(before.stated)
        after = rebuild_profile(session, ADA, now)
        rebuilt = after.inferred
        assert after.stated == stated
        for facet in {*rebuilt, *kept}:
            assert _clear(kept.get(facet, {})) == pytest.approx(
                _clear(rebuilt.get(facet, {})), abs=1e-5
            )


def test_the_last_word_on_a_value_counts() -> None:
    stated = after_statement({}, {"must_not": {"material": ["wool"], "brand": ["Acme"]}})
    stated = after_statement(stated, {"prefer": {"material": ["Wool"], "size": ["M"]}})
    assert stated == {
        "prefer": {"material": ["Wool"], "size": ["M"]},
        "must_not": {"brand": ["Acme"]},
    }
    stated = after_statement(stated, {"prefer": {"size": ["L"]}, "forget": {"brand": ["acme"]}})
    assert stated == {"prefer": {"material": ["Wool"], "size": ["L"]}}


def test_a_gift_says_nothing_about_its_buyer(engine: Engine) -> None:
    with turn_unit(engine) as session:
        gift = {"kind": "view", "product_id": "lamp", "gift": True}
        events = append_events(session, [gift], customer_id=ADA, conversation_id="c", now=NOW)
        assert update_profile(session, ADA, events, NOW).inferred == {}


def test_nothing_is_inferred_from_what_is_nobodys_business(engine: Engine) -> None:
    with turn_unit(engine) as session:
        lamp = session.get_one(Product, "lamp")
        lamp.title = "Pregnancy test, two pieces"
        events = append_events(
            session,
            [
                {"kind": "purchase", "product_id": "lamp"},
                {"kind": "search", "detail": {"category": ["糖尿病用品"]}},
            ],
            customer_id=ADA,
            conversation_id="c",
            now=NOW,
        )
        assert update_profile(session, ADA, events, NOW).inferred == {}


def test_a_guests_word_holds_in_the_conversation(engine: Engine) -> None:
    said = {"kind": "preference", "detail": {"must_not": {"material": ["wool"]}}}
    with turn_unit(engine) as session:
        append_events(session, [said], customer_id=None, conversation_id="c", now=NOW)
        assert stated_in_conversation(session, "c") == {"must_not": {"material": ["wool"]}}
        assert stated_in_conversation(session, "another") == {}


def test_orders_become_purchases_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = _order(session)
        assert record_orders(session, [order.id]) == {order.customer_id}
        assert record_orders(session, [order.id]) == set()
        bought = session.scalars(select(Event).where(Event.kind == "purchase")).all()
        assert sorted(str(event.product_id) for event in bought) == sorted(
            item.product_id for item in order.items
        )


def _order(session: Session) -> Order:
    """A delivered order of a lamp and a mug, as an import leaves it."""
    order = Order(
        id="o-1",
        customer_id=ADA,
        status="delivered",
        currency="USD",
        total=Decimal("69.50"),
        placed_at=NOW - timedelta(days=40),
        delivered_at=None,
        expected_at=None,
        cancel_reason=None,
        items=[
            OrderItem(
                product_id=product, variant_id=f"{product}-0", title=product, price=Decimal(price)
            )
            for product, price in (("lamp", "60.00"), ("mug", "9.50"))
        ],
    )
    session.add(order)
    session.flush()
    return order


def test_erasing_renews_the_version_and_adding_does_not(engine: Engine) -> None:
    with turn_unit(engine) as session:
        before = events_version(session)
        append_events(session, [{"kind": "view"}], customer_id=ADA, conversation_id="c", now=NOW)
        assert events_version(session) == before
        session.execute(delete(Event))
        assert events_version(session) != before


def _clear(values: dict[str, Any]) -> dict[str, Any]:
    return {value: weight for value, weight in values.items() if abs(weight) > 1e-4}


@pytest.mark.parametrize(
    ("price", "band"),
    [("0.01", "0-10"), ("10.00", "0-10"), ("10.01", "10-20"), ("5000.01", "5000+")],
)
def test_price_bands_meet_without_a_gap(price: str, band: str) -> None:
    assert price_band(Decimal(price)) == band


def test_the_outbox_keeps_the_last_word_on_a_record(engine: Engine) -> None:
    with turn_unit(engine) as session:
        outbox.put(session, "product", ["a", "b", "a"], "upsert", NOW)
        taken = [note.id for note in outbox.take(session)]
        assert len(taken) == 2
        outbox.put(session, "product", ["b"], "delete", NOW)
        outbox.put(session, "article", ["b"], "upsert", NOW)
        outbox.ack(session, taken)
        left = [(note.kind, note.record_id, note.action) for note in outbox.take(session)]
        assert left == [("product", "b", "delete"), ("article", "b", "upsert")]
        assert session.scalars(select(Event)).all() == []


def test_the_outbox_takes_a_whole_catalogue(engine: Engine) -> None:
    with turn_unit(engine) as session:
        outbox.put(session, "product", (str(number) for number in range(1200)), "upsert", NOW)
        first = outbox.take(session, 1000)
        assert len(first) == 1000
        outbox.ack(session, (note.id for note in first))
        assert len(outbox.take(session)) == 200
