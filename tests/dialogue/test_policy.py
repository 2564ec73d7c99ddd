"""What the dialogue does next, turn by turn, without a shop."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.advance import Result, advance
from assistant.dialogue.confirm import _BEGINS_YES
from assistant.dialogue.merge import refine
from assistant.dialogue.policy import Action, decide
from assistant.dialogue.state import Focus, Form, Pending, State, dump, load
from assistant.understanding.intents import INTENTS
from assistant.understanding.types import AttributeLimit, Slots, Understanding


def heard(intent: str, text: str = "", confidence: float = 0.95, **slots: Any) -> Understanding:
    return Understanding(text, "en", intent, confidence, slots=Slots(**slots))


CANCEL = State(
    pending=Pending("cancel_order", {"order_id": "AS-1"}, "cancel_order", "orders.cancel.confirm")
)
ASKED = State(
    form=Form(
        "cancel_order",
        Slots(order_id="AS-1"),
        {},
        "reason",
        (("no_longer_needed", "no longer needed"), ("ordered_by_mistake", "ordered by mistake")),
    )
)


def test_yes_commits_what_was_proposed() -> None:
    action = decide(CANCEL, heard("affirm", "yes"))
    assert (action.kind, action.pending) == ("commit", CANCEL.pending)


def test_no_drops_the_proposal_and_says_so() -> None:
    action = decide(CANCEL, heard("deny", "no"))
    assert (action.kind, action.key) == ("say", "dialogue.declined")
    assert advance(CANCEL, action, Result()).pending is None


def test_yes_with_another_order_is_not_a_yes_to_this_one() -> None:
    action = decide(CANCEL, heard("affirm", "yes, AS-2", order_id="AS-2"))
    assert (action.kind, action.intent, action.slots.order_id) == ("run", "cancel_order", "AS-2")


def test_an_unsure_yes_is_asked_again_and_nothing_is_written() -> None:
    action = decide(CANCEL, heard("affirm", "hmm", confidence=0.3))
    assert (action.kind, action.key, action.keep) == ("say", "dialogue.yes_or_no", True)
    assert advance(CANCEL, action, Result()).pending == CANCEL.pending


def test_a_question_in_between_is_answered_and_the_proposal_waits() -> None:
    action = decide(CANCEL, heard("ask_delivery", "how long does delivery take?"))
    assert (action.kind, action.intent, action.keep) == ("run", "ask_delivery", True)
    assert advance(CANCEL, action, Result()).pending == CANCEL.pending


@pytest.mark.parametrize("intent", ["cancel_order", "return_item", "place_order", "change_payment"])
def test_another_write_replaces_the_proposal(intent: str) -> None:
    action = decide(CANCEL, heard(intent, "do this instead"))
    assert (action.kind, action.keep) == ("run", False)
    assert advance(CANCEL, action, Result()).pending is None


def test_yes_to_nothing_commits_nothing() -> None:
    assert decide(State(), heard("affirm", "yes")).kind == "run"


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("2", {}),
        ("the second one", {"ordinals": (2,)}),
        ("the last", {"ordinals": (-1,)}),
        ("Ordered by mistake.", {}),
        ("by mistake", {"reason": "ordered_by_mistake"}),
    ],
)
def test_a_choice_is_made_by_number_position_words_or_meaning(
    text: str, slots: dict[str, Any]
) -> None:
    action = decide(ASKED, heard("out_of_scope", text, **slots))
    assert action.args["reason"] == "ordered_by_mistake"
    assert (action.intent, action.slots.order_id) == ("cancel_order", "AS-1")


def test_an_answer_that_is_none_of_the_choices_is_asked_again() -> None:
    action = decide(ASKED, heard("out_of_scope", "bananas", confidence=0.4))
    assert "reason" not in action.args
    assert action.attempts == 2


def test_never_mind_drops_a_form() -> None:
    form = replace(ASKED.form or Form("", Slots(), {}, ""), asking="order_id", choices=())
    action = decide(replace(ASKED, form=form), heard("deny", "never mind"))
    assert action.key == "dialogue.dropped"


def test_a_digression_from_a_form_keeps_it() -> None:
    question = heard("ask_return_policy", "wait, how long can I send things back?")
    action = decide(ASKED, question)
    assert (action.intent, action.keep) == ("ask_return_policy", True)
    assert advance(ASKED, action, Result()).form == ASKED.form


def test_free_text_is_taken_whole() -> None:
    form = Form("change_shipping_address", Slots(order_id="AS-1"), {}, "address")
    action = decide(State(form=form), heard("search_products", "12 Elm Street, Springfield"))
    assert action.args["address"] == "12 Elm Street, Springfield"


def test_a_refinement_keeps_what_stands() -> None:
    state = State(search=Slots(query="shoes", categories=("Shoes",), colors=("blue",)))
    action = decide(state, heard("refine_search", "under 80", price_max=Decimal(80)))
    assert action.slots.categories == ("Shoes",)
    assert action.slots.colors == ("blue",)
    assert action.slots.price_max == Decimal(80)


def test_a_new_kind_of_thing_begins_a_new_search() -> None:
    state = State(search=Slots(query="shoes", categories=("Shoes",), price_max=Decimal(50)))
    action = decide(state, heard("refine_search", "and tents?", categories=("Tents",)))
    assert (action.intent, action.slots.price_max) == ("search_products", None)


def test_limits_alone_refine_a_running_search() -> None:
    state = State(search=Slots(query="shoes", categories=("Shoes",)))
    action = decide(state, heard("search_products", "blue", colors=("blue",)))
    assert (action.intent, action.slots.categories) == ("refine_search", ("Shoes",))


@pytest.mark.parametrize("intent", ["deny", "correct"])
@pytest.mark.parametrize("last", ["refine_search", "ask_product", "recommend_products"])
def test_ruling_out_while_looking_narrows_the_list(intent: str, last: str) -> None:
    state = State(search=Slots(query="kettle", colors=("red",)), last_intent=last)
    action = decide(state, heard(intent, "not Aron", 0.43, not_brands=("Aron",)))
    assert (action.kind, action.intent) == ("run", "refine_search")
    assert (action.slots.not_brands, action.slots.colors) == (("Aron",), ("red",))


def test_a_no_after_something_else_than_looking_stays_a_no() -> None:
    state = State(search=Slots(query="kettle"), last_intent="place_order")
    assert decide(state, heard("deny", "not Aron", not_brands=("Aron",))).intent == "deny"


def test_between_two_intents_one_question_is_asked() -> None:
    unsure = replace(heard("cancel_order", confidence=0.4), alternatives=(("change_order", 0.35),))
    action = decide(State(), unsure)
    assert (action.key, action.options) == ("dialogue.which", ("cancel_order", "change_order"))


def test_failures_count_until_something_is_understood() -> None:
    state = State()
    for expected in (1, 2):
        action = decide(state, heard("out_of_scope", "xx", confidence=0.1))
        state = advance(state, action, Result())
        assert state.failures == expected
    state = advance(state, decide(state, heard("greet", "hi")), Result())
    assert state.failures == 0


def test_showing_one_product_puts_it_in_focus_and_a_list_clears_it() -> None:
    action = Action("run", "search_products")
    one = advance(State(), action, Result(shown=(("p1", "v1"),)))
    assert one.focus == Focus("p1", "v1")
    many = advance(one, action, Result(shown=(("p1", "v1"), ("p2", "v2"))))
    assert many.focus == Focus()


def test_becoming_a_guest_forgets_the_conversation() -> None:
    state = State(language="zh", customer_id="mia", shown=(("p", "v"),), search=Slots(query="x"))
    action = Action("run", "switch_account")
    assert advance(state, action, Result(identified="")) == State(
        language="zh", last_intent="switch_account"
    )


def test_ruling_out_what_was_wanted_drops_the_wish() -> None:
    merged = refine(Slots(colors=("red", "blue")), Slots(not_colors=("red",)))
    assert (merged.colors, merged.not_colors) == (("blue",), ("red",))


def test_a_lower_bound_above_the_old_upper_one_drops_it() -> None:
    merged = refine(Slots(price_max=Decimal(50)), Slots(price_min=Decimal(80)))
    assert (merged.price_min, merged.price_max) == (Decimal(80), None)


def test_a_new_amount_of_memory_replaces_the_old() -> None:
    old = Slots(attributes=(AttributeLimit("memory", "eq", 8, "GB"),))
    new = AttributeLimit("memory", "min", 16, "GB")
    assert refine(old, Slots(attributes=(new,))).attributes == (new,)


prices = st.one_of(st.none(), st.decimals(0, 10_000, places=2))
words = st.lists(st.sampled_from(["red", "blue", "green"]), max_size=2, unique=True).map(tuple)
searches = st.builds(
    Slots, query=st.text(max_size=5), colors=words, not_colors=words, price_max=prices
)


@given(searches, searches)
def test_refining_never_wants_and_rules_out_the_same(search: Slots, said: Slots) -> None:
    merged = refine(search, replace(said, not_colors=()))
    assert not set(said.colors) & set(merged.not_colors)


@given(
    st.builds(
        State,
        search=searches,
        shown=st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
        failures=st.integers(0, 9),
    )
)
def test_a_state_survives_storage(state: State) -> None:
    assert load(dump(state)) == state


def test_a_damaged_or_older_state_is_an_empty_memory() -> None:
    assert load({}) == State()
    assert load({"version": 1, "search": "?"}) == State()


@given(
    st.sampled_from(INTENTS),
    st.floats(0, 1),
    st.sampled_from([State(), CANCEL, ASKED]),
    st.text(max_size=30),
    st.booleans(),
)
def test_only_a_plain_yes_ever_commits(
    intent: str, confidence: float, state: State, text: str, image: bool
) -> None:
    action = decide(state, heard(intent, text, confidence), image=image)
    if action.kind == "commit":
        # "Yeah" is a yes however the classifier read it.
        assert _BEGINS_YES.match(text.strip()) or (intent == "affirm" and confidence >= 0.5)
        assert state is CANCEL


ORDER = State(pending=Pending("place_order", {}, "place_order", "checkout.confirm"))


@pytest.mark.parametrize("text", ["ok, place the order", "确认，下单吧", "go ahead and place it"])
def test_an_order_asked_for_again_in_words_of_consent_is_a_yes(text: str) -> None:
    assert decide(ORDER, heard("place_order", text)).kind == "commit"


@pytest.mark.parametrize(
    "text", ["checkout", "结账", "can you place the order?", "不下单了", "no wait"]
)
def test_repeating_asking_or_refusing_is_not_a_yes(text: str) -> None:
    assert decide(ORDER, heard("place_order", text)).kind != "commit"


@pytest.mark.parametrize("text", ["nope", "算了，不要了", "never mind", "no thanks"])
def test_a_short_no_is_a_no_whatever_the_model_makes_of_it(text: str) -> None:
    assert decide(ORDER, heard("update_cart", text)).key == "dialogue.declined"


def test_make_it_two_sets_the_number() -> None:
    assert decide(State(), heard("add_to_cart", "make it 2", quantity=2)).intent == "update_cart"
