"""Which way a limit goes, on the benchmark's little shop."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.understanding.slot_base import Draft
from assistant.understanding.slot_counts import counts_things
from assistant.understanding.slots import SlotReader
from benchmarks.understanding.slots import shop_vocabulary
from knowledge.vocabulary import Vocabulary


def limits(text: str, vocabulary: Vocabulary | None = None) -> set[tuple[str, str, object]]:
    reader = SlotReader(vocabulary or shop_vocabulary(), "USD", lambda: date(2026, 11, 23))
    slots = reader.read(text, "en")
    return {(limit.name, limit.operator, limit.value) for limit in slots.attributes}


@pytest.mark.parametrize(
    ("text", "way", "value"),
    [
        ("it can't be heavier than 1.5 kg", "max", 1.5),
        ("laptop no more than 2 kg", "max", 2.0),
        ("it must not weigh more than 2 kg", "max", 2.0),
        ("not over 2 kg", "max", 2.0),
        ("nothing above 2 kg", "max", 2.0),
        ("must not exceed 2 kg", "max", 2.0),
        ("it shouldn't be under 2 kg", "min", 2.0),
        ("not lighter than 2 kg", "min", 2.0),
        ("no less than 2 kg", "min", 2.0),
        ("heavier than 2 kg", "min", 2.0),
        ("lighter than 2 kg", "max", 2.0),
    ],
)
def test_what_is_denied_turns_a_limit_round(text: str, way: str, value: float) -> None:
    assert {(operator, number) for _, operator, number in limits(text)} == {(way, value)}


@pytest.mark.parametrize(
    "text",
    [
        "at least 14 inch but no more than 15.6",
        "more than 14 but less than 15.6 inches",
        "14 to 15.6 inch laptop",
    ],
)
def test_a_unit_said_once_is_of_both_ends(text: str) -> None:
    assert {(operator, value) for _, operator, value in limits(text)} == {
        ("min", 14.0),
        ("max", 15.6),
    }


def test_a_price_beside_a_measure_stays_a_price() -> None:
    reader = SlotReader(shop_vocabulary(), "USD", lambda: date(2026, 11, 23))
    slots = reader.read("at least 16 GB and under 900", "en")
    assert slots.price_max == Decimal(900)
    assert [limit.operator for limit in slots.attributes] == ["min"]


def test_a_price_that_must_not_be_passed() -> None:
    reader = SlotReader(shop_vocabulary(), "USD", lambda: date(2026, 11, 23))
    slots = reader.read("it shouldn't cost more than 100", "en")
    assert (slots.price_min, slots.price_max) == (None, Decimal(100))


def test_around_a_measure_leaves_room() -> None:
    assert {(operator, value) for _, operator, value in limits("around 15 inches")} == {
        ("min", 13.5),
        ("max", 16.5),
    }


def test_what_the_shop_counts_is_a_limit_and_no_price() -> None:
    counting = Vocabulary(attribute_names={"buttons quantity": "buttons quantity"})
    assert limits("mouse with at least 5 buttons", counting) == {("buttons quantity", "min", 5.0)}
    reader = SlotReader(counting, "USD", lambda: date(2026, 11, 23))
    assert reader.read("at least 5 buttons", "en").price_min is None
    assert reader.read("at least 5 wheels", "en").price_min is None
    assert reader.read("at least 5 please", "en").price_min == Decimal(5)


def test_goods_are_not_parts() -> None:
    text = "under 50 laptops"
    draft = Draft(text, text, "en", shop_vocabulary(), "USD", date(2026, 11, 23))
    assert not counts_things(draft, len("under 50"))


def test_what_about_an_amount_is_that_amount() -> None:
    assert {(way, value) for _, way, value in limits("what about 8 gigs then")} == {("eq", 8.0)}
