"""Cart, profile and last conversation, read from a database with known rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session

from assistant.terminal.side import profile_content
from assistant.views import cart_view, last_conversation, panels, profile_view
from db.engine import create_engine_for, upgrade
from db.models import CartLine, Conversation, Customer, Product, Profile, Variant
from knowledge.policy import Delivery, Policy
from knowledge.settings import ShopSettings
from knowledge.shop import Shop

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """One product in a customer's and a guest's cart, one profile, three conversations."""
    engine = create_engine_for(tmp_path)
    upgrade(engine)
    settings = ShopSettings(
        policy=Policy(delivery=Delivery(fee=Decimal("5.00"), free_from=Decimal("100.00")))
    )
    with Session(engine) as session, session.begin():
        session.add(
            Product(
                id="p",
                title="Court Shoe",
                title_zh="球场鞋",
                price=Decimal("30.00"),
                currency="USD",
                updated_at=NOW,
                variants=[
                    Variant(
                        id="v",
                        price=Decimal("30.00"),
                        stock=5,
                        color="navy",
                        options={"color": "navy", "size": "42"},
                    )
                ],
            )
        )
        session.add(Customer(id="mia", first_name="Mia", last_name="Field", created_at=NOW))
        session.add(Customer(id="new", created_at=NOW))
        session.flush()
        session.add(
            Profile(
                customer_id="mia",
                stated={"prefer": {"color": ["navy"]}, "must_not": {"material": ["wool"]}},
                inferred={"brand": {"A": 1.0, "B": 3.0, "C": -1.0, "D": 2.0, "E": 0.5}, "x": 1},
                updated_at=NOW,
            )
        )
        for owner, quantity in (("customer:mia", 2), ("conversation:guest", 4)):
            session.add(
                CartLine(
                    owner=owner,
                    variant_id="v",
                    quantity=quantity,
                    price=Decimal("30.00"),
                    added_at=NOW,
                )
            )
        for place, (name, customer, channel) in enumerate(
            [
                ("old", "mia", "terminal"),
                ("newer", "mia", "plain"),
                ("script", "mia", "script"),
                ("guest", None, "terminal"),
                ("known", "mia", "desk"),
            ]
        ):
            session.add(
                Conversation(
                    id=name,
                    customer_id=customer,
                    channel=channel,
                    created_at=NOW,
                    updated_at=NOW + timedelta(minutes=place),
                )
            )
    yield Shop(tmp_path, settings, engine, cast(Any, None))
    engine.dispose()


def test_a_cart_comes_to_what_the_shops_rules_say(shop: Shop) -> None:
    cart = cart_view(shop, "mia", "any", "en")
    assert [(line.title, line.options, line.quantity) for line in cart.lines] == [
        ("Court Shoe", ("navy", "42"), 2)
    ]
    assert (cart.count, cart.subtotal, cart.shipping, cart.total) == (
        2,
        Decimal("60.00"),
        Decimal("5.00"),
        Decimal("65.00"),
    )
    guest = cart_view(shop, None, "guest", "zh")
    assert guest.lines[0].title == "球场鞋"
    assert guest.shipping == 0
    assert guest.total == Decimal("120.00")
    assert cart_view(shop, None, "nobody", "en").lines == ()


def test_whoever_was_identified_in_the_conversation_is_meant(shop: Shop) -> None:
    assert cart_view(shop, None, "known", "en").count == 2
    assert profile_view(shop, None, "known", "en").name == "Mia Field"


def test_a_profile_keeps_what_was_said_apart_from_what_was_concluded(shop: Shop) -> None:
    profile = profile_view(shop, "mia", "any", "en")
    assert [(wish.prefer, wish.kind, wish.values) for wish in profile.stated] == [
        (True, "color", ("navy",)),
        (False, "material", ("wool",)),
    ]
    assert profile.inferred == (("brand", ("B", "D", "A")),)
    text = profile_content(profile, "en").plain
    assert text.splitlines() == [
        "Mia Field",
        "You told me",
        "· color: navy",
        "· never (material): wool",
        "From what you do",
        "· brand: B, D, A",
    ]
    assert "不要（材质）：" in profile_content(profile_view(shop, "mia", "any", "zh"), "zh").plain


def test_guests_and_new_customers_have_empty_profiles(shop: Shop) -> None:
    assert profile_view(shop, None, "nobody", "en").customer_id is None
    assert profile_view(shop, "new", "any", "en").stated == ()
    both = panels(shop, "stranger", "any", "en")
    assert both.profile.customer_id == "stranger"
    assert both.cart.lines == ()


def test_the_last_conversation_is_the_newest_one_held_here(shop: Shop) -> None:
    assert last_conversation(shop, "mia") == "newer"
    assert last_conversation(shop, None) == "guest"
    assert last_conversation(shop, "new") is None
