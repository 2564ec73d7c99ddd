"""Two asks in one turn fall apart where both sides are surely read; one ask stays whole."""

from __future__ import annotations

from typing import Final

import pytest

from assistant.conversation import Language
from assistant.understanding.classifier import Prediction
from assistant.understanding.intents import INTENTS
from assistant.understanding.slot_segments import Cut, proposed_cuts
from assistant.understanding.understand import falls_apart
from benchmarks.understanding.turns import LANGUAGES, agrees, turns

SURE: Final = 0.9


def test_cuts_keep_the_question_mark_and_know_an_addition() -> None:
    (cut, *_) = proposed_cuts("is it in stock? Also, how heavy is it?", "en")
    assert (cut.left, cut.right) == ("is it in stock?", "how heavy is it?")
    assert cut.adds
    assert cut.asked


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "cancel it"), ("zh", "取消"), ("en", ""), ("en", "a b, " * 100), ("zh", "好," * 200)],
)
def test_nothing_is_proposed_without_a_break_or_in_a_long_story(
    language: Language, text: str
) -> None:
    assert proposed_cuts(text, language) == []


@pytest.mark.parametrize(
    ("left", "right", "adds", "asked", "apart"),
    [
        (("track_order", SURE), ("view_cart", SURE), True, True, True),
        (("cancel_order", SURE), ("search_products", SURE), False, True, True),
        (("cancel_order", 0.5), ("search_products", SURE), True, True, False),
        (("cancel_order", SURE), ("cancel_order", SURE), True, True, False),
        (("file_complaint", SURE), ("request_refund", SURE), False, False, False),
        (("file_complaint", SURE), ("request_refund", SURE), True, False, True),
        (("search_products", SURE), ("refine_search", SURE), False, True, False),
        (("out_of_scope", SURE), ("request_refund", SURE), True, True, False),
        (("deny", SURE), ("track_order", SURE), True, True, False),
        (("thank", SURE), ("goodbye", SURE), False, False, True),
    ],
)
def test_both_sides_must_be_sure_and_neither_the_others_reason(
    left: tuple[str, float], right: tuple[str, float], adds: bool, asked: bool, apart: bool
) -> None:
    cut = Cut("a", "b", adds, asked)
    assert falls_apart(cut, Prediction(*left, ()), Prediction(*right, ())) is apart


def test_a_courtesy_before_an_ask_may_be_left_out() -> None:
    assert agrees(("greet", "track_order"), ("track_order",))
    assert not agrees(("track_order", "view_cart"), ("view_cart",))
    assert not agrees(("cancel_order",), ("cancel_order", "track_order"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_measured_turns_name_known_intents(language: Language) -> None:

    rows = turns(language)
    assert len(rows) >= 40
    assert {intent for intents, _ in rows for intent in intents} <= set(INTENTS)
