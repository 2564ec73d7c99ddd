"""Asking which of two readings is meant: when, how often, and what settles it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Language
from assistant.dialogue.advance import Result, advance
from assistant.dialogue.certainty import LIMITS, MONEY, judge, offered
from assistant.dialogue.policy import ASKING, Action, decide
from assistant.dialogue.state import Question, State, dump, load
from assistant.understanding.intents import CONVERSATION, INTENTS, OUT_OF_SCOPE
from assistant.understanding.types import Slots, Understanding

WORDS = {
    "en": (("cancel_order", "cancel an order"), ("ask_cancellation_policy", "know the rules")),
    "zh": (("cancel_order", "取消订单"), ("ask_cancellation_policy", "了解取消规则")),
}


def heard(
    text: str,
    *ranked: tuple[str, float],
    language: Language = "en",
    **slots: Any,
) -> Understanding:
    (intent, confidence), *others = ranked
    return Understanding(text, language, intent, confidence, tuple(others), Slots(**slots))


def asked(language: Language = "en") -> State:
    first = heard(
        "cancelling AS-1",
        ("cancel_order", 0.5),
        ("ask_cancellation_policy", 0.45),
        language=language,
        order_id="AS-1",
    )
    return State(language=language, question=Question(first, WORDS[language]), failures=1)


def test_two_close_readings_are_asked_about() -> None:
    unsure = heard("cancelling", ("cancel_order", 0.5), ("ask_cancellation_policy", 0.45))
    action = decide(State(), unsure)
    assert (action.key, action.options) == (
        "dialogue.which",
        ("cancel_order", "ask_cancellation_policy"),
    )


def test_money_is_not_guessed_below_its_floor() -> None:
    for money in sorted(MONEY):
        below = heard("x y z", (money, LIMITS["en"].money - 0.01), ("greet", 0.05))
        action = decide(State(), below)
        assert (action.key, action.options) == ("dialogue.whether", (money,))


def test_a_clear_reading_is_acted_upon() -> None:
    clear = heard("cancel AS-1", ("cancel_order", 0.95), ("ask_cancellation_policy", 0.03))
    assert decide(State(), clear).intent == "cancel_order"


def test_readings_that_come_to_the_same_are_not_asked_about() -> None:
    orders = heard("my orders", ("list_orders", 0.45), ("track_order", 0.42))
    assert decide(State(), orders).kind == "run"


def test_small_talk_and_refusal_are_never_offered() -> None:
    odd = heard(
        "hm", ("deny", 0.4), ("cancel_order", 0.35), (OUT_OF_SCOPE, 0.2), ("list_orders", 0.1)
    )
    assert offered(odd) == ("cancel_order", "list_orders")


ALL = st.lists(st.sampled_from(INTENTS), min_size=5, max_size=5, unique=True)
SHARES = st.lists(st.floats(0.001, 1), min_size=5, max_size=5)


@given(ALL, SHARES, st.sampled_from(["en", "zh"]))
def test_money_is_never_acted_upon_unsure_whatever_is_heard(
    names: list[str], shares: list[float], language: Language
) -> None:
    ranked = sorted((share / sum(shares) for share in shares), reverse=True)
    unsure = heard("something", *zip(names, ranked, strict=True), language=language)
    action = decide(State(language=language), unsure)
    if action.kind == "run" and action.intent in MONEY:
        assert unsure.confidence >= LIMITS[language].money
    if action.options:
        assert not set(action.options) & {*CONVERSATION, OUT_OF_SCOPE}
        assert len(action.options) == len(set(action.options)) <= 2
        again = decide(State(language=language, question=Question(unsure, WORDS[language])), unsure)
        assert again.key not in ASKING, "asked twice in a row"
    assert judge(unsure) in ("act", "ask", "neither")


@pytest.mark.parametrize(
    ("language", "text", "ranked", "slots", "meant"),
    [
        ("en", "the first", (("add_to_cart", 0.6),), {"ordinals": (1,)}, 0),
        ("en", "the second one", (("add_to_cart", 0.6),), {"ordinals": (2,)}, 1),
        ("en", "2", (("affirm", 0.4),), {}, 1),
        ("en", "not the first one", (("correct", 0.9),), {"ordinals": (1,)}, 1),
        ("en", "cancel an order", (("cancel_order", 0.97),), {}, 0),
        ("en", "cancel it", (("cancel_order", 0.95),), {"deictic": True}, 0),
        ("en", "just the rules", ((OUT_OF_SCOPE, 0.94),), {}, 1),
        (
            "en",
            "hm i guess the former thing",
            (("deny", 0.3), ("cancel_order", 0.29), ("ask_cancellation_policy", 0.05)),
            {},
            0,
        ),
        ("zh", "第二个", (("add_to_cart", 0.9),), {"ordinals": (2,)}, 1),
        ("zh", "取消订单", (("cancel_order", 0.99),), {}, 0),
        ("zh", "规则", ((OUT_OF_SCOPE, 0.9),), {}, 1),
        ("zh", "不是第一个", (("deny", 0.6),), {"ordinals": (1,)}, 1),
    ],
)
def test_an_answer_settles_it_for_what_was_said_first(
    language: Language,
    text: str,
    ranked: tuple[tuple[str, float], ...],
    slots: dict[str, Any],
    meant: int,
) -> None:
    action = decide(asked(language), heard(text, *ranked, language=language, **slots))
    assert (action.kind, action.intent) == ("run", WORDS[language][meant][0])
    assert action.slots.order_id == "AS-1"
    assert action.heard is not None
    assert action.heard.text == "cancelling AS-1"


@pytest.mark.parametrize(
    ("text", "ranked"),
    [
        ("no", (("deny", 0.99),)),
        ("neither", (("deny", 0.8),)),
        ("something else", ((OUT_OF_SCOPE, 0.6),)),
        ("都不是", (("deny", 0.9),)),
    ],
)
def test_neither_drops_the_question(text: str, ranked: tuple[tuple[str, float], ...]) -> None:
    state = asked()
    action = decide(state, heard(text, *ranked))
    assert action.key == "dialogue.neither"
    assert advance(state, action, Result()).question is None


def test_dont_cancel_is_not_taken_for_cancelling() -> None:
    action = decide(asked(), heard("don't cancel anything", ("cancel_order", 0.7), ("deny", 0.2)))
    assert action.intent != "cancel_order" or action.kind != "run"


def test_a_bare_yes_to_two_readings_chooses_none_and_the_question_waits() -> None:
    state = asked()
    action = decide(state, heard("yes", ("affirm", 1.0)))
    assert (action.kind, action.key) == ("say", "dialogue.own_words")
    after = advance(state, action, Result())
    assert decide(after, heard("the first", ("add_to_cart", 0.6), ordinals=(1,))).intent == (
        "cancel_order"
    )
    # A second yes is no reason to say the same again.
    assert decide(after, heard("yes", ("affirm", 1.0))).key != "dialogue.own_words"


def test_a_yes_to_one_reading_is_a_yes() -> None:
    first = heard("cancelling", ("cancel_order", 0.7), ("deny", 0.2))
    state = State(question=Question(first, WORDS["en"][:1]))
    assert decide(state, heard("yes", ("affirm", 1.0))).intent == "cancel_order"
    assert decide(state, heard("no", ("deny", 1.0))).key == "dialogue.neither"


def test_another_ask_is_answered_and_the_question_is_gone() -> None:
    state = asked()
    action = decide(state, heard("show me kettles", ("search_products", 0.98)))
    assert (action.intent, action.heard) == ("search_products", None)
    assert advance(state, action, Result()).question is None


def test_the_same_ask_in_a_whole_sentence_stands_for_itself() -> None:
    anew = heard("please cancel my order AS-2 right now", ("cancel_order", 0.99), order_id="AS-2")
    action = decide(asked(), anew)
    assert action.slots.order_id == "AS-2"
    assert action.heard is not None
    assert action.heard.text == anew.text


def test_it_is_not_asked_twice_in_a_row_nor_twice_in_a_turn() -> None:
    unsure = heard("eh return stuff", ("return_item", 0.5), ("ask_return_policy", 0.45))
    assert decide(asked(), unsure).key == "dialogue.not_understood"
    assert decide(State(), unsure, may_ask=False).key == "dialogue.not_understood"


def test_a_form_makes_way_for_a_question_of_its_own_kind() -> None:
    answer = Action("say", "x", key="dialogue.which", options=("a", "b"))
    state = advance(State(), answer, Result(question=asked().question))
    assert state.question == asked().question
    assert state.failures == 1


def test_the_question_is_stored_with_the_state() -> None:
    assert load(dump(asked("zh"))) == asked("zh")


def test_nothing_below_the_floor_is_asked_about() -> None:
    lost = heard("q", ("cancel_order", 0.1), ("return_item", 0.1), ("deny", 0.1))
    assert decide(State(), replace(lost)).key == "dialogue.not_understood"


@pytest.mark.parametrize(
    ("ranked", "options"),
    [
        ((("correct", 0.82), ("get_invoice", 0.17)), ("get_invoice",)),
        (
            (("correct", 0.86), ("request_refund", 0.07), ("track_refund", 0.05)),
            ("request_refund", "track_refund"),
        ),
        ((("correct", 0.86), ("track_order", 0.1), ("get_invoice", 0.06)), ("get_invoice",)),
        ((("correct", 0.97), ("deny", 0.02), ("get_invoice", 0.01)), ()),
    ],
)
def test_a_correction_that_hints_at_another_task_is_asked_about(
    ranked: tuple[tuple[str, float], ...], options: tuple[str, ...]
) -> None:
    state = State(last_intent="track_order")
    action = decide(state, heard("no i meant that", *ranked))
    assert action.options == options
    if not options:
        assert (action.kind, action.intent) == ("run", "correct")


def test_nothing_is_narrowed_where_nothing_is_sought() -> None:
    odd = heard("none of these", ("refine_search", 0.3), ("give_product_feedback", 0.29))
    assert decide(State(), odd).options == ("search_products", "give_product_feedback")
    seeking = State(search=Slots(query="kettles"))
    assert "search_products" not in decide(seeking, odd).options
