"""Each kind of expectation holds where it should, and breaks where it should, on made replies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assistant.conversation import Card, Citation, Handoff, Reply, Suggestion
from assistant.dialogue.state import Form, Pending, State
from assistant.scripted.check import Happened, broken
from assistant.scripted.format import Expect
from assistant.understanding.types import AttributeLimit, Slots, Understanding
from db.engine import create_engine_for, upgrade
from db.models import CartLine, OrderEvent, Product, Profile
from db.unit import read_unit, turn_unit
from tests.db.shop import ADA, NOW, add_order, fill, put_in_cart


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Ada with two mugs and a shirt in her cart, an order placed in turn "t1", and wishes."""
    engine = create_engine_for(tmp_path_factory.mktemp("shop"))
    upgrade(engine)
    with turn_unit(engine) as writing:
        fill(writing)
        mug = writing.get_one(Product, "mug")
        mug.material, mug.category_path = "Stoneware", "Home / Kitchen / mugs"
        mug.attributes = {"capacity": 0.35, "dishwasher safe": True}
        put_in_cart(writing, "mug-0", 2)
        put_in_cart(writing, "shirt-1")
        order = add_order(writing, "O-1")
        order.ship_to = {"line1": "5 Quay Lane", "city": "Cork"}
        order.history.append(
            OrderEvent(kind="placed", detail={}, turn_id="t1", created_at=order.placed_at)
        )
        stated = {"must_not": {"material": ["Wool"]}, "prefer": {"color": ["navy"]}}
        writing.add(Profile(customer_id=ADA, stated=stated, updated_at=NOW))
    with read_unit(engine) as reading:
        yield reading
    engine.dispose()


def card(product_id: str = "mug", variant: int = 0, **other: Any) -> Card:
    color = ("white", "navy", "red")[variant]
    values: dict[str, Any] = {
        "title": "Stone Mug",
        "price": Decimal("9.50"),
        "currency": "USD",
        "brand": f"{product_id}-brand",
        "options": {"color": color, "size": "M"},
        "reasons": ("well rated",),
    }
    return Card(product_id, f"{product_id}-{variant}", **(values | other))


@dataclass
class Played:
    """What happened, with what a case changes."""

    session: Session
    customer: str | None = ADA
    state: State = field(default_factory=State)

    def fields(self, expect: dict[str, Any], turn_id: str = "t1", **reply: Any) -> list[str]:
        """The fields of the expectations that do not hold."""
        said: dict[str, Any] = {"text": "Two mugs.", "intent": "search_products", "language": "en"}
        heard = Understanding(
            "mugs",
            "en",
            "search_products",
            0.9,
            slots=Slots(
                categories=("mugs",),
                price_max=Decimal("20.00"),
                attributes=(AttributeLimit("capacity", "min", 0.3, "l"),),
            ),
        )
        happened = Happened(
            Reply(**(said | reply)), [heard], self.state, self.session, "c", self.customer, turn_id
        )
        return [one.field for one in broken(Expect.model_validate(expect), happened)]


@pytest.fixture
def played(session: Session) -> Played:
    return Played(session)


def test_nothing_expected_nothing_broken(played: Played) -> None:
    assert played.fields({}) == []


@pytest.mark.parametrize(
    ("expect", "fields"),
    [
        ({"intent": "search_products"}, []),
        ({"intent": ["search_products"]}, []),
        ({"intent": "greet"}, ["intent"]),
        ({"intent": ["search_products", "greet"]}, ["intent"]),
        ({"slots": {"categories": ["mugs"], "price_max": 20}}, []),
        ({"slots": {"price_max": 19}}, ["slots.price_max"]),
        ({"slots": {"no_such_slot": 1}}, ["slots.no_such_slot"]),
        ({"language": "en"}, []),
        ({"language": "zh"}, ["language"]),
        ({"text": {"contains": ["MUGS"], "not_contains": ["lamp"], "matches": r"^Two \w+"}}, []),
        ({"text": {"contains": ["lamp"]}}, ["text.contains"]),
        ({"text": {"not_contains": ["two"]}}, ["text.not_contains"]),
        ({"text": {"matches": "^mugs"}}, ["text.matches"]),
        ({"sql": {"query": "SELECT count(*) FROM orders", "value": 1}}, []),
        ({"sql": {"query": "SELECT id, status FROM orders", "rows": [["O-1", "pending"]]}}, []),
        (
            {"sql": {"query": "SELECT count(*) FROM orders", "value": 2}},
            ["sql SELECT count(*) FROM orders"],
        ),
        (
            {"sql": {"query": "SELECT id FROM orders", "rows": []}},
            ["sql SELECT id FROM orders"],
        ),
        ({"sql": {"query": "DELETE FROM orders"}}, ["sql"]),
        ({"sql": {"query": "SELECT nothing FROM nowhere"}}, ["sql SELECT nothing FROM nowhere"]),
    ],
)
def test_what_was_said_understood_and_stored(
    played: Played, expect: dict[str, Any], fields: list[str]
) -> None:
    assert played.fields(expect) == fields


@pytest.mark.parametrize(
    ("products", "fields"),
    [
        ({"count": 2}, []),
        ({"count": 1}, ["products.count"]),
        ({"count": {"min": 3}}, ["products.count"]),
        ({"count": {"min": 1, "max": 2}}, []),
        ({"none": True}, ["products"]),
        ({"includes": ["mug"], "excludes": ["lamp"]}, []),
        ({"includes": ["lamp"]}, ["products.includes"]),
        ({"excludes": ["shirt"]}, ["products.excludes"]),
        ({"sorted": "price_asc"}, []),
        ({"sorted": "price_desc"}, ["products.sorted"]),
        ({"reasons": True}, ["products.reasons"]),
    ],
)
def test_the_list_of_products(played: Played, products: dict[str, Any], fields: list[str]) -> None:
    cards = (card(), card("shirt", price=Decimal(40), reasons=()))
    assert played.fields({"products": products}, cards=cards) == fields


def test_none_holds_without_cards(played: Played) -> None:
    assert played.fields({"products": {"none": True}}) == []
    assert played.fields({"products": {"count": {"min": 1}}}) == ["products.count"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("price_max", 9.5, 9.49),
        ("price_min", 9.5, 10),
        ("category", "MUGS", "lamps"),
        ("category", ["kitchen", "lamps"], ["lamps"]),
        ("brand", "Mug-Brand", "other"),
        ("not_brand", "other", "mug-brand"),
        ("color", ["navy", "white"], "navy"),
        ("not_color", "red", "white"),
        ("size", "m", "L"),
        ("material", "stoneware", "wool"),
        ("not_material", "wool", "stoneware"),
        ("in_stock", True, False),
        ("attribute", {"capacity": 0.35}, {"capacity": 0.5}),
        ("attribute", {"dishwasher safe": True}, {"dishwasher safe": False}),
    ],
)
def test_what_holds_for_every_product(played: Played, name: str, good: Any, bad: Any) -> None:
    assert played.fields({"products": {"every": {name: good}}}, cards=(card(),)) == []
    fields = played.fields({"products": {"every": {name: bad}}}, cards=(card(), card(variant=1)))
    assert fields
    assert all(one.startswith(f"products.every.{name}") for one in fields)


def test_a_card_of_no_product_is_named(played: Played) -> None:
    every = {"products": {"every": {"price_max": 99}}}
    assert played.fields(every, cards=(card("ghost"),)) == ["products.every"]


@pytest.mark.parametrize(
    ("cart", "fields"),
    [
        ({"empty": False, "count": 3, "lines": 2, "total": "63.99"}, []),
        ({"empty": True}, ["cart.empty"]),
        ({"count": 2}, ["cart.count"]),
        ({"lines": 3}, ["cart.lines"]),
        ({"total": 64}, ["cart.total"]),
        ({"contains": [{"title": "mug", "quantity": 2, "options": {"color": "white"}}]}, []),
        ({"contains": [{"title": "mug"}]}, ["cart.contains"]),
        ({"contains": [{"title": "shirt", "options": {"color": "red"}}]}, ["cart.contains"]),
    ],
)
def test_the_cart(played: Played, cart: dict[str, Any], fields: list[str]) -> None:
    assert played.fields({"cart": cart}) == fields


def test_a_guests_cart_is_the_conversations(played: Played) -> None:
    played.customer = None
    assert played.session.query(CartLine).count() == 2
    assert played.fields({"cart": {"empty": True}}) == []


@pytest.mark.parametrize(
    ("order", "fields"),
    [
        ({"id": "O-1", "status": "pending", "item_status": "ordered", "events": ["placed"]}, []),
        ({"address": "quay lane"}, []),
        ({"placed": True}, []),
        ({"placed": False}, ["order.placed"]),
        ({"id": "O-9"}, ["order"]),
        ({"status": "cancelled"}, ["order O-1.status"]),
        ({"total": 1}, ["order O-1.total"]),
        ({"item_status": "returned"}, ["order O-1.item_status"]),
        ({"events": ["cancelled"]}, ["order O-1.events"]),
        ({"address": "elm"}, ["order O-1.address"]),
        ([{"status": "pending"}, {"id": "O-9"}], ["order"]),
    ],
)
def test_orders(played: Played, order: Any, fields: list[str]) -> None:
    assert played.fields({"order": order}) == fields


def test_an_order_of_another_turn_was_not_placed_by_this_one(played: Played) -> None:
    assert played.fields({"order": {"placed": False}}, turn_id="t2") == []
    assert played.fields({"order": {"placed": True}}, turn_id="t2") == ["order.placed"]


def test_wishes_of_the_profile(played: Played) -> None:
    assert played.fields({"profile": {"must_not": {"material": ["wool"]}}}) == []
    assert played.fields({"profile": {"prefer": {"color": ["red"]}}}) == ["profile.prefer.color"]
    assert played.fields({"profile": {"missing": True}}) == ["profile"]
    played.customer = "ben"
    assert played.fields({"profile": {"missing": True}}) == []
    wool = {"profile": {"must_not": {"material": ["wool"]}}}
    assert played.fields(wool) == ["profile.must_not.material"]


def test_handoff(played: Played) -> None:
    to_person = Handoff("complaint", "Lamp arrived broken")
    wanted = {"reason": "complaint", "summary": ["arrived BROKEN"]}
    assert played.fields({"handoff": wanted}, handoff=to_person) == []
    assert played.fields({"handoff": True}, handoff=to_person) == []
    assert played.fields({"handoff": False}) == []
    assert played.fields({"handoff": False}, handoff=to_person) == ["handoff"]
    assert played.fields({"handoff": True}) == ["handoff"]
    assert played.fields({"handoff": wanted}) == ["handoff"]
    other = Handoff("payment_issue", "Charged twice")
    assert played.fields({"handoff": wanted}, handoff=other) == [
        "handoff.reason",
        "handoff.summary",
    ]


def test_what_the_dialogue_waits_for(played: Played) -> None:
    played.state = State(
        form=Form("place_order", Slots(), {}, "email"), pending=Pending("place_order", {}, "")
    )
    assert played.fields({"asks": "email", "pending": "place_order"}) == []
    assert played.fields({"asks": "address", "pending": "cancel_order"}) == ["asks", "pending"]
    assert played.fields({"asks": False, "pending": False}) == ["asks", "pending"]
    played.state = State()
    assert played.fields({"asks": False, "pending": False}) == []
    assert played.fields({"asks": "email", "pending": "place_order"}) == ["asks", "pending"]


def test_amounts_of_citations_and_suggestions(played: Played) -> None:
    reply: dict[str, Any] = {
        "citations": (Citation("a", "Returns"),),
        "suggestions": (Suggestion("Cart", "cart"),),
    }
    assert played.fields({"citations": 1, "suggestions": {"min": 1}}, **reply) == []
    assert played.fields({"citations": 2}, **reply) == ["citations"]
    assert played.fields({"citations": {"max": 0}}, **reply) == ["citations"]
    assert played.fields({"suggestions": {"min": 2}}, **reply) == ["suggestions"]
