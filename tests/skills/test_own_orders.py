"""Questions about rules, answered for the shopper's own orders with the rule cited."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from assistant.conversation import Language
from assistant.skills.order_parts import arrives_by
from knowledge.policy import Policy
from knowledge.settings import ShopSettings
from tests.db.shop import ADA, BEN
from tests.skills.desk import EMAIL, Desk, add


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "is my return window still open?"), ("zh", "我的订单还能退吗？")],
)
def test_the_window_of_the_shoppers_own_order(
    engine: Engine, language: Language, text: str
) -> None:
    add(engine, "#W1", status="delivered", delivered_days_ago=3)
    desk = Desk(engine, ADA, language=language)
    outcome = desk.ask("ask_return_policy", text)
    assert outcome.key == "orders.own.window"
    assert [row["open"] for row in outcome.facts["rows"]] == [True, True]
    assert outcome.facts["rows"][0]["left"] == 27
    assert outcome.citations[0].source_id == "policy.toml#return.window_days"
    assert "30" in desk.text


def test_a_window_that_is_over_and_one_by_exception(engine: Engine) -> None:
    add(engine, "#W1", status="delivered", delivered_days_ago=20)
    window = {"mugs": {"categories": ["mugs"], "days": 14}}
    settings = ShopSettings(policy=Policy.model_validate({"return": {"window": window}}))
    outcome = Desk(engine, ADA, settings).ask("ask_return_policy", "can I still return it, W1?")
    assert [(row["open"], row["days"]) for row in outcome.facts["rows"]] == [
        (False, 14),
        (True, 30),
    ]
    assert [c.title for c in outcome.citations] == ["return.window.mugs", "return.window_days"]


def test_whether_an_order_can_still_be_cancelled(engine: Engine) -> None:
    add(engine, "#W1")
    add(engine, "#W2", status="processed")
    desk = Desk(engine, ADA)
    yes = desk.ask("ask_cancellation_policy", "can I still cancel #W1?", order_id="#W1")
    assert (yes.key, yes.proposal) == ("orders.own.cancellable", None)
    no = desk.ask("ask_cancellation_policy", "can I still cancel #W2?", order_id="#W2")
    assert no.key == "orders.refused_state"


def test_a_strangers_order_is_not_there(engine: Engine) -> None:
    add(engine, "#W1", customer_id=BEN, method="card-b")
    desk = Desk(engine, ADA)
    outcome = desk.ask("ask_cancellation_policy", "can I still cancel #W1?", order_id="#W1")
    assert outcome.key == "orders.not_found"


def test_a_guest_who_names_an_order_is_asked_who_they_are(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine)
    asked = desk.ask("ask_cancellation_policy", "can I still cancel #W1?", order_id="#W1")
    assert asked.key == "account.ask_email"
    assert desk.answer(EMAIL, EMAIL, email=EMAIL, order_id="#W1").key == "orders.own.cancellable"


def test_a_refund_is_told_with_the_day_it_arrives() -> None:
    assert arrives_by(date(2026, 11, 20), 7) == date(2026, 12, 1)
    assert arrives_by(date(2026, 11, 20), 0) == date(2026, 11, 20)
