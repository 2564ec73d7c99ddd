"""Lists on a made shop whose right answers are known: what goes together, what is ruled out, what
changes with the next event, and that what a reason names is what moved the score."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from assistant.recommend.counterfactual import score_without
from assistant.recommend.making import Maker
from assistant.recommend.popularity import HALF_LIVES
from assistant.recommend.recommender import Recommender
from assistant.recommend.shopper import Shopper
from assistant.recommend.types import Asker, Ranked
from db.erase import erase_customer
from db.events import append_events
from db.models import Customer, Event, Product, Variant
from db.profiles import profile_of, rebuild_profile, update_profile
from db.unit import read_unit, turn_unit
from knowledge.shop import Knowledge
from knowledge.types import Limits
from tests.knowledge.made import fake_encoders, shop_with

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
KINDS = {"mugs": "kitchen / mugs", "filters": "kitchen / filters", "socks": "clothes / socks"}
BRANDS = ("Acme", "Beta")
IDS = tuple(f"{kind}-{number}" for kind in KINDS for number in range(6))


def made() -> list[Product]:
    """Eighteen products of three kinds and two brands; every third pair of socks is of wool."""
    found = []
    for kind, path in KINDS.items():
        for number in range(6):
            wool = kind == "socks" and number % 3 == 0
            product = Product(
                id=f"{kind}-{number}",
                title=f"{'Wool' if wool else 'Plain'} {kind} {number}",
                brand=BRANDS[number % 2],
                category=kind,
                category_path=path,
                material="merino wool" if wool else "",
                price=Decimal(10),
                currency="USD",
                attributes={"age_from": 12} if number == 5 else {},
                rating=None,
                released_at=None,
                updated_at=NOW,
                popularity=float(number),
            )
            product.variants.append(
                Variant(
                    id=f"{product.id}-v",
                    options={},
                    price=Decimal(10),
                    list_price=None,
                    stock=0 if number == 4 else 3,
                )
            )
            found.append(product)
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = shop_with(tmp_path, made())
    with turn_unit(engine) as session:
        for number in range(8):
            session.add(Customer(id=f"c{number}", created_at=NOW))
        session.flush()
        # Whoever buys mug 0 buys filter 0, and again a month later.
        for number in range(1, 7):
            for days in (70, 40):
                did(session, f"c{number}", [("purchase", "mugs-0")], days)
                did(session, f"c{number}", [("purchase", "filters-0")], days)
            did(session, f"c{number}", [("view", "socks-1"), ("view", "socks-2")], 20)
    yield engine
    engine.dispose()


@pytest.fixture
def knowledge(tmp_path: Path, engine: Engine) -> Iterator[Knowledge]:
    opened = Knowledge(tmp_path, engine, fake_encoders())
    opened.sync()
    yield opened
    opened.close()


def did(
    session: Session,
    customer: str | None,
    rows: list[tuple[str, str]],
    days: float,
) -> None:
    """Events of a customer so many days ago, and the profile that follows."""
    at = NOW - timedelta(days=days)
    events = append_events(
        session,
        [{"kind": kind, "product_id": product} for kind, product in rows],
        customer_id=customer,
        conversation_id=f"{customer}-{days}",
        now=at,
    )
    if customer is not None:
        update_profile(session, customer, events, at)


def listed(
    engine: Engine, knowledge: Knowledge, customer: str | None = "c0", *, limit: int = 6
) -> tuple[list[Ranked], Maker, Shopper]:
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        shopper = maker.shopper(Asker(customer, "talk", "en", NOW))
        return maker.ranked(shopper, Limits(in_stock=True), limit=limit), maker, shopper


def ids(found: list[Ranked]) -> list[str]:
    return [one.product_id for one in found]


def test_what_goes_together_is_recommended_and_said(engine: Engine, knowledge: Knowledge) -> None:
    with turn_unit(engine) as session:
        did(session, "c0", [("purchase", "mugs-0")], 1)
    found, _, _ = listed(engine, knowledge)
    # The mug itself is bought again and again in this shop.
    assert set(ids(found[:2])) == {"mugs-0", "filters-0"}
    first = next(one for one in found if one.product_id == "filters-0")
    assert any(part.kind in ("together", "next", "like_minded") for part in first.shown)
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        shopper = maker.shopper(Asker("c0", "talk", "en", NOW))
        beside = maker.together(shopper, "mugs-0", Limits(), limit=3)
    assert beside[0].product_id == "filters-0"
    assert beside[0].reasons == (("reason.together", {"title": "Plain mugs 0"}),)


def test_nothing_out_of_stock_is_listed(engine: Engine, knowledge: Knowledge) -> None:
    found, _, _ = listed(engine, knowledge, limit=18)
    assert found
    assert not [one for one in ids(found) if one.endswith("-4")]


def test_a_dislike_counts_in_the_very_next_list(engine: Engine, knowledge: Knowledge) -> None:
    before, _, _ = listed(engine, knowledge)
    gone = before[0].product_id
    with turn_unit(engine) as session:
        did(session, "c0", [("dislike", gone)], 0)
    after, _, _ = listed(engine, knowledge, limit=18)
    assert gone not in ids(after)
    kin = [
        one
        for one in after
        if one.product_id.split("-")[0] == gone.split("-")[0]
        and int(one.product_id[-1]) % 2 == int(gone[-1]) % 2
    ]
    assert all(any(part.kind == "less" and part.worth < 0 for part in one.parts) for one in kin)


def test_wool_never_comes_back(engine: Engine, knowledge: Knowledge) -> None:
    with turn_unit(engine) as session:
        did(session, "c0", [("like", "socks-0"), ("view", "socks-3")], 1)
        row = {"kind": "preference", "detail": {"must_not": {"material": ["wool"]}}}
        events = append_events(session, [row], customer_id="c0", conversation_id="x", now=NOW)
        update_profile(session, "c0", events, NOW)
    found, _, _ = listed(engine, knowledge, limit=18)
    assert found
    assert not {"socks-0", "socks-3"} & set(ids(found))


def test_a_stated_like_beats_what_was_inferred(engine: Engine, knowledge: Knowledge) -> None:
    with turn_unit(engine) as session:
        did(session, "c0", [("view", "mugs-1"), ("view", "mugs-3")], 1)
        row = {"kind": "preference", "detail": {"prefer": {"category": ["socks"]}}}
        events = append_events(session, [row], customer_id="c0", conversation_id="x", now=NOW)
        update_profile(session, "c0", events, NOW)
    found, _, _ = listed(engine, knowledge)
    assert found[0].product_id.startswith("socks")
    assert found[0].shown[0].kind == "stated"


def test_what_is_due_again_is_told_with_its_rhythm(engine: Engine, knowledge: Knowledge) -> None:
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        due = maker.due(maker.shopper(Asker("c1", "talk", "en", NOW)), Limits(), limit=5)
        none = maker.due(maker.shopper(Asker("c0", "talk", "en", NOW)), Limits(), limit=5)
        filters = maker.due(
            maker.shopper(Asker("c1", "talk", "en", NOW)), Limits(), limit=5, named="new filters"
        )
        bare = maker.due(
            maker.shopper(Asker("c1", "talk", "en", NOW)), Limits(), limit=5, named="filters"
        )
    assert filters == []
    assert ids(bare) == ["filters-0"]
    assert set(ids(due)) == {"filters-0", "mugs-0"}
    assert due[0].reasons[0][1] == {"days": 30, "date": "2026-09-23"}
    assert none == []


def test_a_gift_and_its_age_know_nothing_of_the_buyer(engine: Engine, knowledge: Knowledge) -> None:
    with turn_unit(engine) as session:
        did(session, "c0", [("purchase", "mugs-0")], 1)
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        shopper = maker.shopper(Asker("c0", "talk", "en", NOW, gift=True))
        found = maker.ranked(shopper, Limits(), limit=18, age=8)
    kinds = {part.kind for one in found for part in one.parts}
    assert not kinds & {"again", "together", "like_minded", "category", "brand", "similar", "next"}
    assert not [one for one in ids(found) if one.endswith("-5")]


def test_an_owned_thing_that_nobody_buys_twice_is_left_out(
    engine: Engine, knowledge: Knowledge
) -> None:
    with turn_unit(engine) as session:
        session.execute(delete(Event))
        for number in range(5):
            did(session, f"c{number}", [("purchase", "mugs-0")], 30)
    found, _, _ = listed(engine, knowledge, limit=18)
    assert "mugs-0" not in ids(found)


def test_what_is_nobodys_business_is_recommended_to_nobody(
    engine: Engine, knowledge: Knowledge
) -> None:
    with turn_unit(engine) as session:
        session.get_one(Product, "filters-0").title = "Pregnancy test"
        did(session, "c0", [("purchase", "mugs-0")], 1)
    found, _, _ = listed(engine, knowledge, limit=18)
    assert "filters-0" not in ids(found)


def test_an_erased_shopper_leaves_nothing(engine: Engine, knowledge: Knowledge) -> None:
    listed(engine, knowledge)
    with read_unit(engine) as session:
        recommender = Recommender.of(session, knowledge.folder)
        assert len(recommender.refresh(session).log)
    with turn_unit(engine) as session:
        for number in range(1, 7):
            erase_customer(session, f"c{number}", NOW)
    _, maker, _ = listed(engine, knowledge)
    assert len(maker.state.log) == 0
    assert not np.any(maker.state.signals.of.buyers)
    assert not np.any(maker.state.signals.popularity.sums)


def test_a_rebuilt_profile_makes_the_same_list(engine: Engine, knowledge: Knowledge) -> None:
    with turn_unit(engine) as session:
        did(session, "c0", [("view", "mugs-1"), ("like", "socks-2")], 3)
        did(session, "c0", [("cart_add", "filters-1"), ("dislike", "socks-5")], 1)
    kept, _, _ = listed(engine, knowledge)
    with turn_unit(engine) as session:
        rebuild_profile(session, "c0", NOW - timedelta(days=1))
    rebuilt, _, _ = listed(engine, knowledge)
    assert ids(kept) == ids(rebuilt)
    assert [one.score for one in kept] == pytest.approx([one.score for one in rebuilt], abs=1e-4)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["view", "like", "dislike", "cart_add", "purchase", "return"]),
        st.sampled_from(IDS),
    ),
    max_size=8,
)
NEVERS = st.fixed_dictionaries(
    {},
    optional={
        "material": st.just(["wool"]),
        "brand": st.lists(st.sampled_from(BRANDS), max_size=1),
        "category": st.lists(st.sampled_from(sorted(KINDS)), max_size=2),
    },
)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS, never=NEVERS)
def test_must_nots_are_never_broken_and_reasons_are_true(
    engine: Engine, knowledge: Knowledge, acts: list[tuple[str, str]], never: dict[str, list[str]]
) -> None:
    with turn_unit(engine) as session:
        session.execute(delete(Event).where(Event.customer_id == "c0"))
        did(session, "c0", acts, 1)
        profile_of(session, "c0", NOW)
        row = {"kind": "preference", "detail": {"must_not": never}}
        append_events(session, [row], customer_id="c0", conversation_id="x", now=NOW)
        rebuild_profile(session, "c0", NOW)
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        shopper = maker.shopper(Asker("c0", "talk", "en", NOW))
        found = maker.ranked(shopper, Limits(), limit=18)
        for one in found:
            kind, number = one.product_id.split("-")
            assert kind not in never.get("category", [])
            assert BRANDS[int(number) % 2] not in never.get("brand", [])
            wool = kind == "socks" and int(number) % 3 == 0
            assert not (wool and never.get("material"))
            assert one.score == pytest.approx(sum(part.worth for part in one.parts), abs=1e-3)
            for part in one.shown:
                assert score_without(maker, shopper, one.product_id, part) < one.score


def test_counts_are_the_same_read_at_once_and_bit_by_bit(
    engine: Engine, knowledge: Knowledge
) -> None:
    for days in (3, 2, 1):
        with turn_unit(engine) as session:
            did(session, "c0", [("purchase", "mugs-2"), ("view", "filters-3")], days)
        kept, _, _ = listed(engine, knowledge)
    with read_unit(engine) as session:
        fresh = Recommender(knowledge.folder)
        state = fresh.refresh(session)
        served = Recommender.of(session, knowledge.folder)
        again = served.refresh(session)
    assert kept
    for half_life in HALF_LIVES:
        for each in IDS:
            mine = np.array([state.numbers.of[each]])
            theirs = np.array([again.numbers.of[each]])
            assert state.signals.popularity.share(half_life, mine) == pytest.approx(
                again.signals.popularity.share(half_life, theirs)
            )
