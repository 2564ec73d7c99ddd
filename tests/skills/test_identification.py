"""Who must be known, and how surely, is what the policy says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.skills.base import Outcome
from db.models import Customer
from db.unit import read_unit
from knowledge.policy import Policy
from knowledge.settings import ShopSettings
from tests.db.shop import ADA
from tests.skills.desk import EMAIL, Desk, add


def shop(**identification: Any) -> ShopSettings:
    return ShopSettings(policy=Policy.model_validate({"identification": identification}))


CAREFUL = shop(
    sensitive=["erase", "see_personal", "pay", "edit_account"], proofs=["postcode", "name"]
)


def proven(desk: Desk, outcome: Outcome) -> bool:
    return outcome.proven or desk.state.proven


def test_an_email_is_not_enough_to_erase(engine: Engine) -> None:
    desk = Desk(engine, settings=CAREFUL)
    outcome = desk.ask("delete_account", email=EMAIL)
    assert outcome.key == "account.ask_proof"
    assert outcome.proposal is None
    assert outcome.identified == ADA
    assert desk.answer(text="EC1A 1BB", postcode="EC1A 1BB").key == "account.proof_wrong"
    confirmed = desk.answer(text="sl7 1aa")
    assert confirmed.key == "account.forget.confirm"
    assert proven(desk, confirmed)
    with read_unit(engine) as session:
        assert session.get_one(Customer, ADA).erased_at is None


def test_the_channel_is_proof_itself(engine: Engine) -> None:
    assert Desk(engine, ADA, CAREFUL).ask("delete_account").key == "account.forget.confirm"


def test_name_and_postcode_are_proof_enough(engine: Engine) -> None:
    desk = Desk(engine, settings=CAREFUL)
    outcome = desk.ask(
        "delete_account", "I am Adabelle Quillfeather, SL7 1AA", name="Adabelle Quillfeather",
        postcode="SL7 1AA",
    )  # fmt: skip
    assert outcome.key == "account.forget.confirm"


def test_what_is_not_sensitive_needs_no_proof(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, settings=CAREFUL)
    assert desk.ask("track_order", email=EMAIL).key == "orders.track.pending"
    assert desk.ask("get_invoice", order_id="#W1").key == "account.ask_proof"


@pytest.mark.parametrize(
    "text", [f"我的邮箱是{EMAIL}", f"{EMAIL}帮我看看订单", f"where is it? I'm {EMAIL.upper()}."]
)
def test_an_email_in_a_sentence_is_found_without_a_slot(engine: Engine, text: str) -> None:
    add(engine, "#W1")
    assert Desk(engine).ask("track_order", text).key == "orders.track.pending"


@pytest.mark.parametrize("intent", ["cancel_order", "return_item", "track_refund"])
def test_orders_may_be_sensitive_too(engine: Engine, intent: str) -> None:
    add(engine, "#W1", "#W2")
    careful = shop(
        sensitive=["see_orders", "change_order"], proofs=["order_id"], ways=["email", "channel"]
    )
    desk = Desk(engine, settings=careful)
    assert desk.ask(intent, email=EMAIL).key == "account.ask_proof"
    assert desk.answer("#W9", "#W9", order_id="#W9").key == "account.proof_wrong"
    assert desk.answer("#W1", "#W1", order_id="#W1").key != "account.proof_wrong"


def test_ways_that_are_not_taken_are_not_asked_for(engine: Engine) -> None:
    desk = Desk(engine, settings=shop(ways=["name_and_postcode"]))
    outcome = desk.ask("list_orders", email=EMAIL)
    assert outcome.key == "account.ask_email"
    assert outcome.identified is None
    assert "e-mail" not in desk.text
    found = desk.answer(
        text="Adabelle Quillfeather, SL7 1AA", name="Adabelle Quillfeather", postcode="SL7 1AA"
    )
    assert found.identified == ADA

    only = Desk(engine, settings=shop(ways=["channel"]))
    assert only.ask("list_orders", email=EMAIL).key == "account.only_channel"


def test_an_account_without_any_proof_goes_to_a_person(engine: Engine) -> None:
    careful = shop(sensitive=["see_orders", "change_order"], proofs=["order_id"], ways=["email"])
    assert Desk(engine, settings=careful).ask("list_orders", email=EMAIL).key == "account.no_proof"
