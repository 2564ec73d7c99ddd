"""Which facts of a record a question is about."""

from __future__ import annotations

import pytest

from assistant.skills.attributes import asked_facts
from assistant.understanding.types import Slots
from db.models import Product, Variant


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what resolution does it have?", ["display resolution"]),
        ("does it have a numeric keypad?", ["keypad"]),
        ("how heavy is it?", ["weight"]),
        ("does it have a lid?", []),
    ],
)
def test_a_question_meets_the_name_of_an_attribute(question: str, names: list[str]) -> None:
    product = Product(
        id="p",
        material="",
        attributes={"display resolution": "1920 x 1080", "keypad": True, "weight": 2.0},
        attribute_units={"weight": "kg"},
    )
    found = asked_facts(product, Variant(id="v", options={}), question, Slots())
    assert [fact.name for fact in found] == names
