"""Tasks with names put where words stand for them, over lines of one order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.skills.service.holdings import Held
from assistant.skills.service.spoken import named
from assistant.skills.service.tasks import Task
from db.models import Order, OrderItem


def _held(*lines: tuple[str, str, dict[str, str]]) -> tuple[Held, ...]:
    """Lines of (order, title, options)."""
    return tuple(
        Held(
            Order(id=order),
            OrderItem(
                id=number, product_id=title, variant_id=str(number), title=title,
                options=options, quantity=1, price=Decimal(10), status="ordered",
            ),
            None,
        )
        for number, (order, title, options) in enumerate(lines, start=1)
    )  # fmt: skip


HELD = _held(
    ("W1", "Coffee Maker", {"type": "french press", "color": "black"}),
    ("W1", "Yoga Mat", {"color": "blue"}),
    ("W1", "Yoga Mat", {"color": "blue"}),
    ("W2", "Desk Lamp", {"color": "black"}),
)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("the french press: an espresso one", "the french press Coffee Maker: an espresso one"),
        # What two names share names neither.
        ("change the black to white", "change the black to white"),
        ("change the blue mat to pink", "change the blue mat to pink"),
    ],
)
def test_a_look_that_one_name_has_is_that_name(text: str, reads: str) -> None:
    (task,) = named((Task(1, "swap", text),), HELD)
    assert task.text == reads


def test_one_of_them_and_the_other_are_both_named() -> None:
    one = Task(1, "swap", "one of them for a pink one", lead=("I have two yoga mats.",))
    other = Task(2, "swap", "the other for a green one")
    (task,) = named((one, other), HELD)
    assert task.text == "the yoga mats for a pink one, the other yoga mats for a green one"


def test_another_thing_stays_a_task_of_its_own() -> None:
    one = Task(1, "swap", "change the yoga mat to a pink one")
    other = Task(2, "swap", "the other lamp for a white one")
    assert len(named((one, other), HELD)) == 2


def test_things_that_tell_which_order_are_taken_from_what_is_changed() -> None:
    text = "in my order with the coffee maker and the yoga mat, change the mat to pink"
    (task,) = named((Task(1, "swap", text),), HELD)
    assert task.text == "change the mat to pink"
    assert task.lead == ("order W1",)
