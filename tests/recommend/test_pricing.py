"""Rounds of pricing on a shop's records: rails, approval, freezing, and what carts are promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.recommend.pricing.decide import decide
from assistant.recommend.pricing.demand import DemandModel
from assistant.recommend.pricing.guards import Offer, Rails, at, room
from assistant.recommend.pricing.run import OutsideRails, approve, grid, priced, run
from db import pricing as ledger
from db.errors import ChangeUnknown, PriceMoved
from db.events import append_events
from db.models import CartLine, PriceChange, Product, Variant
from db.orders import OrderRules, place_order
from db.unit import turn_unit
from knowledge.feeds.bounds import read_bounds
from knowledge.settings import Pricing
from tests.db.shop import ADA, NOW

ON = Pricing(enabled=True)
AUTOMATIC = Pricing(enabled=True, mode="automatic", boldness=0.01)
DAY = timedelta(days=1)
RAILS = Rails.of(ON)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with turn_unit(engine) as opened:
        ledger.set_bounds(opened, {"lamp-0": {"cost": Decimal("30.00")}})
        yield opened


def visits(session: Session, day: datetime, visitors: int, buyers: int) -> None:
    """People who looked at the lamp, some of whom bought it."""
    for number in range(visitors):
        rows = [{"kind": "view", "product_id": "lamp"}, {"kind": "view", "product_id": "lamp"}]
        if number < buyers:
            rows.append({"kind": "purchase", "product_id": "lamp"})
        append_events(
            session, rows, customer_id=None, conversation_id=f"{day:%d}-{number}", now=day
        )


def lamp(session: Session) -> Variant:
    return session.get_one(Variant, "lamp-0")


def test_only_products_with_known_costs_are_priced(session: Session) -> None:
    assert priced(session) == ["lamp"]


def test_a_change_waits_for_a_person(session: Session) -> None:
    run(session, ["lamp"], ON, NOW)
    visits(session, NOW, 60, 40)
    (looked,) = run(session, ["lamp"], ON, NOW + DAY)
    assert (looked.visitors, looked.sales) == (60, 40)
    assert looked.status == "proposed"
    assert lamp(session).price == Decimal("60.00")
    assert looked.change_id is not None
    change = approve(session, looked.change_id, ON, NOW + DAY)
    assert lamp(session).price == Decimal(change.after["lamp-0"]) != Decimal("60.00")
    assert session.get_one(Product, "lamp").price == lamp(session).price
    assert (change.status, change.decided_by) == ("applied", "person")
    with pytest.raises(ChangeUnknown, match="applied already"):
        approve(session, looked.change_id, ON, NOW + DAY)


@pytest.mark.parametrize(("share", "dearer"), [(0.95, True), (0.01, False)])
def test_what_sells_at_any_price_becomes_dearer_and_what_does_not_cheaper(
    session: Session, share: float, dearer: bool
) -> None:
    for day in range(12):
        now = NOW + day * DAY
        visits(session, now, 40, round(40 * share))
        run(session, ["lamp"], AUTOMATIC, now)
    assert (lamp(session).price > Decimal("60.00")) is dearer


def test_no_price_moves_further_than_a_day_allows_nor_twice_a_day(session: Session) -> None:
    applied = 0
    for day in range(12):
        now = NOW + day * DAY
        before = lamp(session).price
        (first,) = run(session, ["lamp"], AUTOMATIC, now)
        moved = lamp(session).price
        assert abs(moved - before) <= before * Decimal("0.10")
        visits(session, now, 60, 58)
        if first.status == "applied":
            applied += 1
            (second,) = run(session, ["lamp"], AUTOMATIC, now + timedelta(hours=3))
            assert second.decision.reason == "too_soon"
            assert lamp(session).price == moved
    assert applied


def test_frozen_prices_stay(session: Session) -> None:
    run(session, ["lamp"], AUTOMATIC, NOW)
    assert ledger.freeze(session, ["lamp", "no-such"], NOW, on=True) == 1
    visits(session, NOW, 60, 58)
    (looked,) = run(session, ["lamp"], AUTOMATIC, NOW + DAY)
    assert (looked.decision.reason, looked.status) == ("frozen", "")


def test_a_price_the_shop_set_meanwhile_lapses_the_change(session: Session) -> None:
    change = ledger.propose(
        session, "lamp", {"lamp-0": Decimal(60)}, {"lamp-0": Decimal(63)}, {}, NOW
    )
    lamp(session).price = Decimal("55.00")
    session.flush()
    with pytest.raises(PriceMoved, match="decides anew"):
        ledger.apply(session, change, "person", NOW)
    assert lamp(session).price == Decimal("55.00")
    assert change.status == "lapsed"


def test_a_rail_that_moved_meanwhile_refuses_the_change(session: Session) -> None:
    run(session, ["lamp"], ON, NOW)
    change = ledger.propose(
        session, "lamp", {"lamp-0": lamp(session).price}, {"lamp-0": Decimal("57.00")}, {}, NOW
    )
    ledger.set_bounds(session, {"lamp-0": {"cost": Decimal("56.00")}})
    with pytest.raises(OutsideRails, match=f"change {change.id}"):
        approve(session, change.id, ON, NOW)
    assert lamp(session).price == Decimal("60.00")


def test_a_newer_proposal_takes_the_place_of_the_older(session: Session) -> None:
    older = ledger.propose(session, "lamp", {}, {"lamp-0": Decimal(61)}, {}, NOW)
    newer = ledger.propose(session, "lamp", {}, {"lamp-0": Decimal(62)}, {}, NOW)
    assert (older.status, newer.status) == ("lapsed", "proposed")


def test_a_cart_is_honoured_against_a_rise_and_gets_a_fall(session: Session) -> None:
    def bought(after: str, hours: int, line: Decimal = Decimal("60.00")) -> Decimal:
        variant = lamp(session)
        variant.price = Decimal("60.00")
        session.add(
            CartLine(
                owner="customer:ada", variant_id="lamp-0", quantity=1, price=line, added_at=NOW
            )
        )
        change = ledger.propose(
            session, "lamp", {"lamp-0": variant.price}, {"lamp-0": Decimal(after)}, {}, NOW
        )
        session.flush()
        ledger.apply(session, change, "automatic", NOW + timedelta(hours=1))
        order = place_order(
            session,
            customer_id=ADA,
            owner="customer:ada",
            payment_method_id="card-a",
            ship_to={"line1": "1 Row"},
            shipping=Decimal(0),
            currency="USD",
            rules=OrderRules(),
            turn_id=f"t-{after}-{hours}-{line}",
            now=NOW + timedelta(hours=hours),
            cart_hours=48,
        )
        session.query(PriceChange).delete()
        return order.items[0].price

    assert bought("66.00", 2) == Decimal("60.00")
    assert bought("66.00", 49) == Decimal("66.00")
    assert bought("54.00", 2) == Decimal("54.00")
    assert bought("66.00", 2, line=Decimal("50.00")) == Decimal("66.00")


def test_the_same_round_decides_the_same() -> None:
    model, offers = DemandModel(grid(ON)), [Offer("v", Decimal(60), Decimal(60), Decimal(30))]
    twice = [decide(model, offers, RAILS, NOW, np.random.default_rng(5)) for _ in range(2)]
    assert twice[0] == twice[1]


@settings(max_examples=300)
@given(
    price=st.decimals("1", "900", places=2),
    cost=st.decimals("0.5", "900", places=2),
    list_price=st.none() | st.decimals("1", "900", places=2),
    competitor=st.none() | st.decimals("1", "900", places=2),
    yesterday=st.none() | st.decimals("1", "900", places=2),
    ratio=st.sampled_from(grid(ON)),
)
def test_what_has_room_breaks_no_rail(
    price: Decimal,
    cost: Decimal,
    list_price: Decimal | None,
    competitor: Decimal | None,
    yesterday: Decimal | None,
    ratio: float,
) -> None:
    offer = Offer(
        "v",
        price,
        price,
        cost,
        list_price=list_price,
        competitor=competitor,
        price_a_day_ago=yesterday,
    )
    new = at(price, ratio)
    if room(offer, RAILS, NOW).holds(new):
        before = price if yesterday is None else yesterday
        assert new >= cost * Decimal("1.1")
        assert abs(new - before) <= before * Decimal("0.1")
        assert list_price is None or new <= list_price
        assert competitor is None or new <= competitor * Decimal("1.05")


def test_bounds_name_the_rows_they_refuse(tmp_path: Path, session: Session) -> None:
    file = tmp_path / "costs.csv"
    file.write_text("variant_id,cost,floor\nlamp-0,25.50,\nno-such,1,\nmug-0,abc,\nlamp-0,9,\n")
    read = read_bounds(file, set(session.scalars(select(Variant.id))))
    assert read.rows == {"lamp-0": {"cost": Decimal("25.50"), "floor": None}}
    assert [line.removeprefix(str(file))[:2] for line in read.refused] == [":3", ":4", ":5"]
    assert "abc" in read.refused[1]
