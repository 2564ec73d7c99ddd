"""What is said under a list is read in its light; what is not, stays as it was heard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.dialogue.looking import of_list
from assistant.dialogue.state import Form, State
from assistant.understanding.types import Slots, Understanding

LAPTOPS = State(
    search=Slots(query="laptop", categories=("Laptops",)),
    shown=(("p1", "v1"), ("p2", "v2"), ("p3", "v3")),
)


def heard(text: str, intent: str, confidence: float = 0.8, **slots: Any) -> Understanding:
    return Understanding(text, "en", intent, confidence, slots=Slots(**slots))


def intents(said: Understanding, state: State = LAPTOPS) -> list[str]:
    return [each.intent for each in of_list(said, state)]


@pytest.mark.parametrize(
    ("text", "intent", "slots", "expected"),
    [
        ("for video editing", "search_products", {"query": "video editing"}, "refine_search"),
        ("what about the trail ones", "refine_search", {"query": "trail"}, "refine_search"),
        ("带蓝牙的", "search_products", {"query": "带蓝牙"}, "refine_search"),
        ("does the second come in green?", "search_products",
         {"query": "green", "colors": ("green",), "ordinals": (2,)}, "check_availability"),
        ("ok the 3rd", "affirm", {"ordinals": (3,)}, "ask_product"),
        ("第三个吧", "give_product_feedback", {"ordinals": (3,)}, "ask_product"),
        ("why did you show the first one", "refine_search", {"ordinals": (1,)},
         "explain_recommendation"),
        ("为什么推荐这个", "search_products", {}, "explain_recommendation"),
        ("more like that", "give_product_feedback", {"deictic": True}, "find_similar"),
        ("which one is better?", "recommend_products", {}, "compare_products"),
        ("bigger screen", "search_products", {"categories": ("Monitors",)}, "refine_search"),
        ("apply SAVE10", "out_of_scope", {"coupon": "SAVE10"}, "ask_promotions"),
    ],
)  # fmt: skip
def test_read_in_the_light_of_the_list(
    text: str, intent: str, slots: dict[str, Any], expected: str
) -> None:
    assert intents(heard(text, intent, **slots)) == [expected]


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("wireless mouse", "search_products", {"query": "wireless mouse", "categories": ("Mice",)}),
        ("umbrella", "search_products", {"query": "umbrella"}),
        ("cancel the second one", "cancel_order", {"ordinals": (2,)}),
        ("i don't like the first one", "give_product_feedback",
         {"ordinals": (1,), "sentiment": "dislike"}),
        ("yes", "affirm", {}),
    ],
)  # fmt: skip
def test_what_stands_for_itself_is_left(text: str, intent: str, slots: dict[str, Any]) -> None:
    said = heard(text, intent, **slots)
    assert of_list(said, LAPTOPS) == (said,)


def test_a_dislike_is_remembered_and_the_list_made_anew() -> None:
    said = heard(
        "i don't like green", "give_product_feedback", not_colors=("green",), sentiment="dislike"
    )
    remembered, again = of_list(said, LAPTOPS)
    assert (remembered.intent, again.intent) == ("set_preference", "refine_search")
    assert again.slots.not_colors == ("green",)


def test_something_else_brings_more_of_the_running_search() -> None:
    (again,) = of_list(heard("show me something else", "find_similar", query="else"), LAPTOPS)
    assert (again.intent, again.slots.direction, again.slots.query) == ("refine_search", "more", "")


def test_nothing_is_read_into_an_answer_to_a_form() -> None:
    waiting = replace(LAPTOPS, form=Form("add_to_cart", Slots(), {}, "sizes", (("S", "S"),)))
    said = heard("ok the 3rd", "affirm", ordinals=(3,))
    assert of_list(said, waiting) == (said,)


def test_without_a_list_words_begin_a_search() -> None:
    said = heard("for video editing", "search_products", query="video editing")
    assert of_list(said, State()) == (said,)
