"""The demo shop's people: who is there, that money adds up, and that histories make sense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.engine import create_engine_for, upgrade
from db.errors import WindowPassed
from db.models import (
    Base,
    Customer,
    Event,
    Order,
    OrderItem,
    PaymentMethod,
    Product,
    Profile,
    Promotion,
    Ticket,
    Variant,
)
from db.orders import (
    cancel_order,
    forbids,
    items_value,
    net_paid,
    request_exchange,
    request_return,
)
from db.unit import turn_unit
from knowledge.demo.articles import load_articles
from knowledge.demo.catalogue import load_products
from knowledge.demo.people import build_people
from knowledge.feeds.writer import Writer
from knowledge.settings import ShopSettings, load_settings

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SETTINGS = load_settings(Path(str(resources.files("knowledge.demo") / "shop.toml")))
STATES = {
    "pending",
    "processed",
    "shipped",
    "delivered",
    "cancelled",
    "return_requested",
    "returned",
    "exchange_requested",
    "exchanged",
}
KNOWN_KINDS = {"view", "like", "dislike", "cart_add", "purchase", "return", "preference"}


def build(folder: Path, now: datetime, settings: ShopSettings = SETTINGS) -> Engine:
    engine = create_engine_for(folder)
    upgrade(engine)
    with engine.begin() as connection:
        Writer(connection, now=now).products(load_products())
    with turn_unit(engine) as session:
        build_people(session, now, settings)
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    built = build(tmp_path_factory.mktemp("people"), NOW)
    yield built
    built.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened
        opened.rollback()


def orders(session: Session) -> list[Order]:
    return list(session.scalars(select(Order).order_by(Order.id)))


def rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_every_state_occurs_and_there_are_enough_of_all(session: Session) -> None:
    found = orders(session)
    assert len(found) >= 45
    assert {order.status for order in found} == STATES
    assert len(session.scalars(select(Customer)).all()) >= 12
    assert Counter(session.scalars(select(Ticket.language)))["zh"] >= 20
    assert len(session.scalars(select(Ticket.id)).all()) >= 60
    assert len(session.scalars(select(Promotion.id)).all()) >= 5
    recent = [o for o in found if o.status == "delivered" and _days_since(o) <= 30]
    beyond = [o for o in found if o.status == "delivered" and _days_since(o) > 30]
    assert len(recent) >= 5
    assert len(beyond) >= 5


def _days_since(order: Order) -> int:
    assert order.delivered_at is not None
    return (NOW.date() - order.delivered_at.date()).days


@pytest.mark.parametrize(
    ("customer", "email", "postcode", "first"),
    [
        ("mia", "mia.keller@example.com", "10115", 10001),
        ("chen.wei", "chen.wei@example.com", "200040", 20001),
    ],
)
def test_the_shoppers_that_conversations_rely_on(
    session: Session, customer: str, email: str, postcode: str, first: int
) -> None:
    person = session.get_one(Customer, customer)
    assert person.email == email
    assert person.addresses[0].postcode == postcode
    assert person.language == ("zh" if customer == "chen.wei" else "en")
    states = ["pending", "shipped", "delivered", "delivered"]
    found = [order for order in orders(session) if order.customer_id == customer]
    assert [(order.id, order.status) for order in found] == [
        (f"AS-{first + number}", state) for number, state in enumerate(states)
    ]
    assert _days_since(found[2]) == 6
    assert _days_since(found[3]) == 90
    assert len(found[2].items) == 3
    assert any(item.options.get("size") for item in found[2].items)
    assert len(person.payment_methods) == 3
    assert any(method.kind == "gift_card" and method.balance for method in person.payment_methods)


def test_noah_has_two_pending_orders_and_the_stranger_none(session: Session) -> None:
    pending = session.scalars(
        select(Order.id).where(Order.customer_id == "noah", Order.status == "pending")
    )
    assert sorted(pending) == ["AS-30001", "AS-30002"]
    assert session.get_one(Customer, "noah").email == "noah.brooks@example.com"
    assert session.get(Customer, "guest.new") is None


def test_money_adds_up(session: Session) -> None:
    for order in orders(session):
        value = items_value(order.items)
        assert order.total == value + order.shipping - order.discount, order.id
        free = value >= (SETTINGS.policy.delivery.free_from or 0)
        assert order.shipping == (0 if free else SETTINGS.policy.delivery.fee), order.id
        if order.status == "cancelled":
            assert net_paid(order) == 0, order.id
            continue
        back = [item for item in order.items if item.status in ("return_requested", "returned")]
        share = (order.discount * items_value(back) / value).quantize(Decimal("0.01"))
        assert net_paid(order) == order.total - (items_value(back) - share), order.id
        assert bool(back) == (order.status in ("return_requested", "returned")), order.id


def test_items_are_products_on_sale_at_catalogue_prices(session: Session) -> None:
    for item in session.scalars(select(OrderItem)):
        variant = session.get_one(Variant, item.variant_id)
        assert variant.product_id == item.product_id
        assert (item.price, item.title) == (variant.price, variant.product.title)
        assert item.options == variant.options
        assert 1 <= item.quantity <= 3


def test_histories_run_forward_and_end_in_the_state(session: Session) -> None:
    last = {
        "pending": "paid",
        "processed": "paid",
        "shipped": "shipped",
        "delivered": "delivered",
        "return_requested": "return_requested",
        "returned": "refunded",
        "exchange_requested": "exchange_requested",
        "exchanged": "shipped",
    }
    for order in orders(session):
        entries = [entry for entry in order.history if entry.detail.get("reason") != "coupon"]
        times = [entry.created_at for entry in entries]
        assert times == sorted(times), order.id
        assert times[-1] <= NOW, order.id
        assert entries[0].kind == "placed"
        assert entries[0].created_at == order.placed_at
        kinds = [entry.kind for entry in entries]
        if order.status == "cancelled":
            assert "cancelled" in kinds
            assert order.cancel_reason in SETTINGS.policy.cancel.reasons
        else:
            assert kinds[-1] == last[order.status], order.id
        assert order.placed_at >= session.get_one(Customer, order.customer_id).created_at
        for payment in order.payments:
            assert order.placed_at <= payment.created_at <= NOW


def test_what_is_shipped_has_parcels_and_nothing_else_does(session: Session) -> None:
    numbers: list[str] = []
    for order in orders(session):
        sent = order.status not in ("pending", "processed", "cancelled")
        assert bool(order.fulfilments) == sent, order.id
        if sent:
            first = [v for parcel in order.fulfilments for v in parcel.variant_ids]
            assert {item.variant_id for item in order.items} <= set(first)
        for parcel in order.fulfilments:
            assert parcel.carrier
            numbers += parcel.tracking_ids
    assert len(numbers) == len(set(numbers))


def test_moves_in_the_history_are_the_payments(session: Session) -> None:
    for order in orders(session):
        told = Counter(
            (move["kind"], Decimal(move["amount"]))
            for entry in order.history
            # A return is told twice: when it is announced, and when the money is back.
            if not (entry.kind == "refunded" and order.status == "returned")
            for move in entry.detail["moves"]
        )
        paid = Counter((payment.kind, payment.amount) for payment in order.payments)
        assert told == paid, order.id


def test_payments_use_methods_of_the_customer(session: Session) -> None:
    owners = {method.id: method.customer_id for method in session.scalars(select(PaymentMethod))}
    for order in orders(session):
        for payment in order.payments:
            assert owners[payment.payment_method_id] == order.customer_id


def test_everyone_lives_where_the_shop_says_it_delivers(session: Session) -> None:
    shipping = next(a for a in load_articles(SETTINGS) if a.id == "shipping-countries.en")
    for person in session.scalars(select(Customer)):
        for address in person.addresses:
            assert address.country in shipping.body


def test_profiles_follow_from_events(session: Session) -> None:
    for customer in session.scalars(select(Customer)):
        profile = session.get_one(Profile, customer.id)
        events = session.scalars(select(Event).where(Event.customer_id == customer.id)).all()
        assert {event.kind for event in events} <= KNOWN_KINDS
        bought = [event.product_id for event in events if event.kind == "purchase"]
        ordered = [
            item.product_id
            for order in orders(session)
            if order.customer_id == customer.id
            for item in order.items
        ]
        assert sorted(filter(None, bought)) == sorted(ordered)
        assert all(event.created_at <= NOW for event in events)
        assert profile.inferred["category"]
    mia = session.get_one(Profile, "mia")
    assert mia.stated["prefer"]["color"] == ["navy", "green"]
    noah = session.get_one(Profile, "noah").inferred["category"]
    assert max(noah, key=lambda name: noah[name]) in ("Tents", "Hiking Boots")


def test_what_conversations_do_with_these_orders_works(session: Session) -> None:
    policy = SETTINGS.policy
    rules: dict[str, Any] = {"turn_id": "t1", "now": NOW}
    cancelled = cancel_order(
        session,
        "mia",
        "AS-10001",
        reason="no_longer_needed",
        rules=policy,
        **rules,
    )
    assert cancelled.refunded == cancelled.order.total
    for customer, order_id in (("mia", "AS-10003"), ("chen.wei", "AS-20003")):
        order = session.get_one(Order, order_id)
        item = next(item for item in order.items if item.options.get("size"))
        siblings = session.get_one(Product, item.product_id).variants
        other = next(
            each
            for each in siblings
            if each.size != item.options["size"]
            and each.stock >= item.quantity
            and each.price == item.price
        )
        request_exchange(
            session,
            customer,
            order_id,
            swaps={item.id: other.id},
            payment_method_id=order.payments[0].payment_method_id,
            rules=policy,
            **rules,
        )
        assert order.status == "exchange_requested"
    recent = session.get_one(Order, "AS-41344")
    returned = request_return(
        session,
        "ingrid",
        recent.id,
        item_ids=[recent.items[0].id],
        payment_method_id=recent.payments[0].payment_method_id,
        reason="changed_mind",
        rules=policy,
        **rules,
    )
    assert returned.refunded == items_value([recent.items[0]])
    old = session.get_one(Order, "AS-10004")
    assert isinstance(forbids(session, old, "return", policy, NOW), WindowPassed)


def test_coupons_were_honoured_by_their_conditions(session: Session) -> None:
    reduced = [order for order in orders(session) if order.discount]
    assert reduced
    for order in reduced:
        refunds = [p for p in order.payments if p.kind == "refund"]
        assert sum(refund.amount for refund in refunds) == order.discount


def test_offers_run_now_later_and_no_more(session: Session) -> None:
    offers = session.scalars(select(Promotion)).all()
    running = [
        offer
        for offer in offers
        if (offer.starts_at is None or offer.starts_at <= NOW)
        and (offer.ends_at is None or offer.ends_at >= NOW)
    ]
    assert len(running) >= 5
    assert any(offer.starts_at and offer.starts_at > NOW for offer in offers)
    assert any(offer.ends_at and offer.ends_at < NOW for offer in offers)
    categories = set(session.scalars(select(Product.category)))
    for offer in offers:
        assert set(offer.categories) <= categories
        assert offer.title_zh
        assert "{" not in offer.title + offer.description + offer.title_zh + offer.description_zh


def test_tickets_hold_no_personal_data(session: Session) -> None:
    names = {
        name.casefold()
        for person in session.scalars(select(Customer))
        for name in (person.first_name, person.last_name)
        if len(name) > 1
    }
    for ticket in session.scalars(select(Ticket)):
        text = f"{ticket.question} {ticket.answer}".casefold()
        assert "@" not in text
        assert "as-" not in text
        assert not names & set(text.split())
        assert ticket.created_at <= NOW


def test_the_same_moment_gives_the_same_rows(engine: Engine, tmp_path: Path) -> None:
    again = build(tmp_path / "again", NOW)
    # The versions of the catalogue and of the events are random marks; what they mark is compared.
    first, second = rows(engine), rows(again)
    for mark in ("catalogue_state", "event_state"):
        assert first.pop(mark) != second.pop(mark)
    assert first == second
    again.dispose()


@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_any_time_of_the_day_will_do(tmp_path: Path, hour: int) -> None:
    now = datetime(2027, 3, 1, hour, 1, tzinfo=UTC)
    built = build(tmp_path, now)
    with Session(built) as session:
        for order in orders(session):
            assert order.placed_at < now
            if order.delivered_at:
                assert order.placed_at + timedelta(days=1) < order.delivered_at < now
            assert all(entry.created_at <= now for entry in order.history)
        mia = session.get_one(Order, "AS-10003")
        assert mia.delivered_at is not None
        assert (now.date() - mia.delivered_at.date()).days == 6
    built.dispose()


def test_other_rules_of_the_shop_change_the_sums(tmp_path: Path) -> None:
    delivery = SETTINGS.policy.delivery.model_copy(
        update={"free_from": None, "fee": Decimal("9.90")}
    )
    policy = SETTINGS.policy.model_copy(update={"delivery": delivery})
    built = build(tmp_path, NOW, SETTINGS.model_copy(update={"policy": policy}))
    with Session(built) as session:
        assert {order.shipping for order in orders(session)} == {Decimal("9.90")}
        assert session.get(Promotion, "free-delivery") is None
    built.dispose()
