"""Both languages say everything, and nothing that the facts do not carry."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

import assistant.skills as skills
from assistant.conversation import Card, Language, to_json
from assistant.skills.base import Ask, Outcome, Proposal
from assistant.understanding.intents import CONVERSATION, INTENTS, OUT_OF_SCOPE
from assistant.wording.render import WordingError, wording
from assistant.wording.reply import Reminder, compose

LANGUAGES: tuple[Language, ...] = ("en", "zh")
KEY = re.compile(r'"((?:[a-z_]+\.)+[a-z_]+)"')


def used_keys() -> set[str]:
    """Every dotted key that a skill or the engine names in full."""
    folder = Path(skills.__file__).parent
    files = [*folder.glob("*.py"), folder.parent / "engine.py", folder.parent / "wording/reply.py"]
    groups = {key.split(".")[0] for key in wording("en").keys}
    found = {key for file in files for key in KEY.findall(file.read_text(encoding="utf-8"))}
    return {key for key in found if key.split(".")[0] in groups}


def test_both_languages_word_the_same_keys() -> None:
    assert wording("en").keys == wording("zh").keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_skill_uses_is_worded(language: Language) -> None:
    used = used_keys()
    assert len(used) > 100
    assert used - wording(language).keys == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_can_be_offered_as_a_choice(language: Language) -> None:
    for intent in INTENTS:
        if intent not in (*CONVERSATION, OUT_OF_SCOPE):
            assert wording(language).text(f"intent.{intent}", {})


def test_a_fact_that_is_missing_is_an_error_and_never_a_gap() -> None:
    with pytest.raises(UndefinedError):
        wording("en").text("product.price", {"title": "Kettle"})


def test_a_key_that_is_not_worded_is_named() -> None:
    with pytest.raises(WordingError, match=r"no\.such\.key"):
        wording("en").text("no.such.key", {})


@pytest.mark.parametrize(("language", "shown"), [("en", "$1,299.50"), ("zh", "US$1,299.50")])
def test_money_reads_as_the_language_writes_it(language: Language, shown: str) -> None:
    facts = {
        "title": "X",
        "options": {},
        "only": False,
        "price": Decimal("1299.50"),
        "currency": "USD",
    }
    assert shown in wording(language).text("product.price", facts)


@given(st.text(max_size=40))
def test_a_title_is_data_and_never_a_template(title: str) -> None:
    facts = {"title": title, "options": {}, "only": False, "price": Decimal(1), "currency": "USD"}
    assert title.strip() in wording("en").text("product.price", facts)


def test_a_template_in_a_title_is_not_run() -> None:
    facts = {
        "title": "{{ 7 * 7 }}",
        "options": {},
        "only": False,
        "price": Decimal(1),
        "currency": "USD",
    }
    assert "{{ 7 * 7 }}" in wording("en").text("product.price", facts)


def card(product_id: str) -> Card:
    return Card(product_id, f"{product_id}-v", "Kettle", Decimal("10.00"), "USD")


def test_cards_are_numbered_across_two_asks() -> None:
    reply = compose(
        [
            ("search_products", Outcome("talk.thank", cards=(card("a"), card("b")))),
            ("ask_product", Outcome("talk.deny", cards=(card("c"),))),
        ],
        "en",
        seed="",
    )
    assert [one.ordinal for one in reply.cards] == [1, 2, 3]
    assert reply.intent == "ask_product"


def test_choices_are_numbered_below_the_question_and_offered() -> None:
    ask = Ask("line", (("v1", "Kettle"), ("v2", "Lamp")))
    reply = compose([("update_cart", Outcome("cart.which_line", ask=ask))], "en", seed="")
    assert reply.text.splitlines()[1:] == ["1. Kettle", "2. Lamp"]
    assert [one.label for one in reply.suggestions] == ["Kettle", "Lamp"]


def test_a_proposal_offers_yes_and_no() -> None:
    outcome = Outcome("talk.affirm", proposal=Proposal("x", {}))
    reply = compose([("cancel_order", outcome)], "zh", seed="")
    assert [one.label for one in reply.suggestions] == ["是的", "不用了"]


def test_a_waiting_question_closes_the_reply() -> None:
    reply = compose(
        [("ask_delivery", Outcome("talk.thank"))],
        "en",
        seed="",
        reminder=Reminder("cart.which_line", {}, (("v1", "Kettle"),)),
    )
    assert reply.text.endswith("1. Kettle")


def test_the_same_turn_reads_the_same() -> None:
    facts = {"name": "", "shop": "Aisle"}
    said = {wording("en").text("talk.greet", facts, seed="t1") for _ in range(5)}
    assert len(said) == 1


def test_json_has_the_stable_keys_and_plain_values() -> None:
    reply = compose([("greet", Outcome("talk.thank", cards=(card("a"),)))], "en", seed="")
    data = to_json(reply)
    assert list(data) == [
        "text",
        "intent",
        "cards",
        "suggestions",
        "citations",
        "handoff",
        "language",
    ]
    assert data["cards"][0]["price"] == "10.00"
