"""Profiles derived from events fade, add up turn by turn, and leave stated wishes alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from db import outbox
from db.events import (
    HALF_LIFE,
    append_events,
    price_band,
    profile_of,
    rebuild_profile,
    update_profile,
)
from db.models import Event, Profile
from db.unit import turn_unit
from tests.db.shop import ADA, NOW

KINDS = st.sampled_from(["view", "like", "dislike", "cart_add", "purchase", "preference"])
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
        profile_of(session, ADA, NOW).stated = {"must_not": {"material": ["wool"]}}
        liked = {"kind": "like", "product_id": "lamp"}
        events = append_events(session, [liked], customer_id=ADA, conversation_id="c", now=NOW)
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
@given(turns=st.lists(st.lists(st.tuples(KINDS, PRODUCTS), max_size=3), max_size=6))
def test_turn_by_turn_equals_rebuilt(
    engine: Engine, turns: list[list[tuple[str, str | None]]]
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
                [{"kind": kind, "product_id": product} for kind, product in rows],
                customer_id=ADA,
                conversation_id="c",
                now=now,
            )
            update_profile(session, ADA, events, now)
        kept = dict(profile_of(session, ADA, now).inferred)
        rebuilt = rebuild_profile(session, ADA, now).inferred
        for facet in rebuilt:
            assert _clear(kept.get(facet, {})) == pytest.approx(_clear(rebuilt[facet]), abs=1e-5)


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
