"""Order skills on a real database, worded in both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.understanding.intents import ORDERS
from assistant.wording.render import wording
from db.models import (
    Customer,
    Order,
    OrderEvent,
    PaymentMethod,
    Variant,
)
from db.unit import read_unit, turn_unit
from knowledge.settings import Policy, ShopSettings
from tests.db.shop import ADA, BEN, NOW, add_order
from tests.skills.desk import EMAIL, Desk, add, counted, order

MINE = (
    "orders",
    "order_parts",
    "order_changes",
    "order_returns",
    "account",
    "requests",
    "identify",
)
SKILLS_FOLDER = Path(__file__).resolve().parents[2] / "assistant" / "skills"


# --- words ----------------------------------------------------------------------------------------


def test_both_languages_have_the_same_keys_and_every_key_used() -> None:
    english, chinese = wording("en").keys, wording("zh").keys
    prefixes = ("orders.", "account.", "requests.", "order_status.", "order_action.")
    assert {k for k in english if k.startswith(prefixes)} == {
        k for k in chinese if k.startswith(prefixes)
    }
    used = set()
    for name in MINE:
        source = (SKILLS_FOLDER / f"{name}.py").read_text(encoding="utf-8")
        used |= set(re.findall(r'"((?:orders|account|requests|offer)\.[a-z_.]+)"', source))
    assert len(used) > 60
    assert used <= english


# --- who ------------------------------------------------------------------------------------------


def test_an_email_identifies_and_tracks_in_one_turn(engine: Engine) -> None:
    add(engine, "#W2611340")
    desk = Desk(engine)
    assert desk.ask("track_order").key == "account.ask_email"
    outcome = desk.answer(email=EMAIL.upper())
    assert outcome.key == "orders.track.pending"
    assert outcome.identified == ADA
    assert "#W2611340" in desk.text


def test_an_unknown_email_is_said_to_be_unknown(engine: Engine) -> None:
    desk = Desk(engine)
    outcome = desk.ask("list_orders", email="nobody@example.org")
    assert outcome.key == "account.unknown_email"
    assert outcome.identified is None
    assert desk.answer(email=EMAIL).identified == ADA


def test_name_and_postcode_identify_only_one(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("list_orders", email="typo@example.org")
    outcome = desk.answer("", name="adabelle quillfeather", postcode="sl71aa")
    assert outcome.identified == ADA
    other = Desk(engine)
    assert other.ask("list_orders", name="Adabelle Quillfeather", postcode="XX1").key == (
        "account.unknown_name"
    )


@pytest.mark.parametrize(
    "text",
    ["Adabelle Quillfeather, SL7 1AA", "I'm Adabelle Quillfeather, sl71aa.",
     "我是Adabelle Quillfeather，邮编SL7 1AA"],
)  # fmt: skip
def test_name_and_postcode_are_read_from_plain_words(engine: Engine, text: str) -> None:
    desk = Desk(engine)
    desk.ask("list_orders")
    assert desk.answer(text=text).identified == ADA


@pytest.mark.parametrize("text", ["Adabelle Quillfeather", "SL7 1AA", "Ben Okafor SL7 1AA", ""])
def test_half_of_it_identifies_nobody(engine: Engine, text: str) -> None:
    desk = Desk(engine)
    desk.ask("list_orders")
    assert desk.answer(text=text).identified is None


def test_what_was_said_first_is_not_asked_again(engine: Engine) -> None:
    add(engine, "#W1", "#W2", status="delivered")
    desk = Desk(engine)
    desk.ask("return_item", "I want to return the mug")
    desk.answer(email=EMAIL)
    assert desk.last.key == "orders.ask_which_item"
    assert desk.pick(1).key == "orders.return.confirm"
    assert "Stone Mug" in desk.text


@pytest.mark.parametrize("intent", list(ORDERS))
def test_no_order_skill_speaks_before_it_knows_to_whom(engine: Engine, intent: str) -> None:
    add(engine, "#W1")
    desk = Desk(engine)
    outcome = desk.ask(intent, order_id="#W1")
    assert outcome.ask is not None
    assert outcome.ask.slot == "email"
    assert "#W1" not in desk.text


@pytest.mark.parametrize("intent", ["track_order", "cancel_order", "get_invoice", "return_item"])
def test_someone_elses_order_reads_like_none(engine: Engine, intent: str) -> None:
    add(engine, "#W1", customer_id=BEN, method="card-b")
    desk = Desk(engine, ADA)
    desk.ask(intent, order_id="#W1")
    theirs = desk.text
    desk.ask(intent, order_id="#W9")
    assert desk.text == theirs.replace("#W1", "#W9")
    assert counted(engine, OrderEvent) == 0


def test_another_email_makes_nobody_someone_else(engine: Engine) -> None:
    add(engine, "#W1", customer_id=BEN, method="card-b")
    desk = Desk(engine, ADA)
    assert desk.ask("list_orders", email="ben@example.org").key == "orders.none"
    guest = Desk(engine)
    guest.ask("list_orders", email=EMAIL)
    assert guest.ask("list_orders", email="ben@example.org").key == "orders.none"
    assert guest.ask("switch_account").identified == ""
    assert guest.ask("list_orders", email="ben@example.org").key == "orders.list"
    assert desk.ask("switch_account").key == "account.switch.fixed"


# --- cancelling -----------------------------------------------------------------------------------


def test_the_only_pending_order_is_cancelled_after_a_yes(engine: Engine) -> None:
    add(engine, "#W1", status="delivered")
    add(engine, "#W2")
    desk = Desk(engine, ADA)
    outcome = desk.ask("cancel_order")
    assert outcome.key == "orders.cancel.ask_reason"
    desk.pick(1)
    assert desk.last.key == "orders.cancel.confirm"
    for part in ("#W2", "$64.00", "Visa ending 4242", "5 to 7", "no longer needed"):
        assert part in desk.text
    assert order(engine, "#W2").status == "pending"
    desk.yes("turn-9")
    assert desk.last.key == "orders.cancel.done"
    assert order(engine, "#W2").status == "cancelled"
    assert order(engine, "#W2").cancel_reason == "no_longer_needed"


def test_a_known_reason_is_not_asked_again(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    assert desk.ask("cancel_order", reason="ordered_by_mistake").proposal is not None


def test_a_reason_the_shop_does_not_accept_is_named(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("cancel_order", reason="better_price")
    assert desk.last.key == "orders.cancel.reason_refused"
    assert "found a better price" in desk.text
    assert desk.pick(2).proposal is not None


def test_several_orders_are_offered_and_a_wrong_number_can_be_mended(engine: Engine) -> None:
    add(engine, "#W1", "#W2")
    desk = Desk(engine, ADA)
    outcome = desk.ask("cancel_order", reason="no_longer_needed", order_id="#W77")
    assert outcome.key == "orders.not_found"
    outcome = desk.pick(2)
    assert outcome.proposal is not None
    assert outcome.proposal.args["order_id"] in ("#W1", "#W2")
    assert Desk(engine, ADA).ask("cancel_order").key == "orders.ask_order_id"


def test_what_is_on_its_way_is_not_cancelled(engine: Engine) -> None:
    add(engine, "#W1", status="shipped")
    desk = Desk(engine, ADA)
    assert desk.ask("cancel_order", order_id="w1").key == "orders.refused_state"
    assert "on its way" in desk.text
    assert "being prepared" in desk.text
    assert desk.ask("cancel_order").key == "orders.refused_state"


def test_after_a_cancelled_order_another_may_be_meant(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("cancel_order", reason="no_longer_needed")
    desk.yes()
    desk.ask("cancel_order", reason="no_longer_needed")
    assert desk.text == "Order #W1 is cancelled already."
    add(engine, "#W2")
    desk.ask("cancel_order", reason="no_longer_needed")
    assert desk.last.proposal is not None
    assert desk.last.proposal.args["order_id"] == "#W2"


def test_what_changed_since_the_proposal_is_checked_again(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("cancel_order", reason="no_longer_needed")
    with turn_unit(engine) as session:
        session.get_one(Order, "#W1").status = "shipped"
    assert desk.yes().key == "orders.refused_state"
    assert order(engine, "#W1").status == "shipped"


# --- changing -------------------------------------------------------------------------------------


def test_an_address_is_asked_for_shown_and_written(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    assert desk.ask("change_shipping_address").key == "orders.address.ask"
    desk.answer("12 Elm Road, Leeds LS1 4AB", text="12 Elm Road, Leeds LS1 4AB")
    assert "12 Elm Road, Leeds LS1 4AB" in desk.text
    desk.yes()
    assert order(engine, "#W1").ship_to["line1"] == "12 Elm Road, Leeds LS1 4AB"


def test_without_an_open_order_the_accounts_address_changes(engine: Engine) -> None:
    add(engine, "#W1", status="delivered")
    desk = Desk(engine, ADA)
    desk.ask("change_shipping_address", address="3 Oak Lane, York")
    assert desk.last.key == "account.address.confirm"
    desk.yes()
    with read_unit(engine) as session:
        rows = session.get_one(Customer, ADA).addresses
        assert [row.line1 for row in rows if row.is_default] == ["3 Oak Lane, York"]


def test_payment_changes_to_a_method_that_covers_it(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("change_payment")
    assert [label for _, label in desk.last.ask.choices] == ["Gift card", "PayPal"]  # type: ignore[union-attr]
    desk.pick(1)
    desk.yes()
    with read_unit(engine) as session:
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("36.00")


def test_a_gift_card_that_is_too_low_is_named(engine: Engine) -> None:
    add(engine, "#W1", lines=(("lamp-0", 2),))
    desk = Desk(engine, ADA)
    assert desk.ask("change_payment", payment_method="gift_card").key == "orders.payment.too_low"
    assert "$100.00" in desk.text


def test_a_colour_is_swapped_and_the_difference_named(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("change_order", "make the shirt navy", colors=("navy",))
    assert desk.last.key == "orders.swap.confirm"
    assert "$4.99 more" in desk.text
    desk.yes()
    assert desk.last.key == "orders.swap.changed"
    assert order(engine, "#W1").items[1].variant_id == "shirt-1"
    assert order(engine, "#W1").total == Decimal("68.99")


def test_an_item_and_a_variant_are_chosen_from_lists(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    assert desk.ask("change_order").key == "orders.swap.ask_item"
    assert desk.pick(1).key == "orders.swap.ask_variant"
    desk.pick(2)
    assert desk.last.key == "orders.swap.confirm"
    assert "$2.50 less" in desk.text


def test_quantities_are_honestly_refused(engine: Engine) -> None:
    add(engine, "#W1")
    assert Desk(engine, ADA).ask("change_order", quantity=2).key == "orders.swap.only_options"


# --- sending back ---------------------------------------------------------------------------------


def test_an_item_goes_back_to_the_card_that_paid(engine: Engine) -> None:
    add(engine, "#W1", status="delivered")
    desk = Desk(engine, ADA)
    desk.ask("return_item", "I want to return the shirt")
    assert desk.last.key == "orders.return.confirm"
    for part in ("$40.00", "Visa ending 4242", "5 to 7", "Linen Shirt"):
        assert part in desk.text
    desk.yes()
    assert order(engine, "#W1").items[1].status == "return_requested"
    assert [event["kind"] for event in desk.events] == ["return"]
    assert desk.ask("track_refund").key == "orders.refunds"
    assert "once the items are back" in desk.text


def test_everything_goes_back_to_a_gift_card(engine: Engine) -> None:
    add(engine, "#W1", status="delivered")
    desk = Desk(engine, ADA)
    desk.ask("return_item", payment_method="gift_card")
    assert desk.last.key == "orders.return.ask_items"
    desk.pick(3)
    assert "Gift card" in desk.text
    assert "$59.00" in desk.text
    desk.yes()
    assert {item.status for item in order(engine, "#W1").items} == {"return_requested"}


def test_after_the_window_the_rule_is_named(engine: Engine) -> None:
    add(engine, "#W1", status="delivered", delivered_days_ago=31)
    desk = Desk(engine, ADA)
    assert desk.ask("return_item").key == "orders.refused_window"
    assert "30 days" in desk.text
    anytime = ShopSettings(policy=Policy.model_validate({"return": {"window_days": "unlimited"}}))
    assert Desk(engine, ADA, anytime).ask("return_item").ask is not None


def test_an_exchange_keeps_the_other_options(engine: Engine) -> None:
    with turn_unit(engine) as session:
        for variant in session.get_one(Variant, "shirt-0").product.variants:
            sizes = {"shirt-0": ("white", "M"), "shirt-1": ("white", "L"), "shirt-2": ("red", "L")}
            color, size = sizes[variant.id]
            variant.options = {"color": color, "size": size}
        add_order(session, "#W1", status="delivered", lines=(("shirt-0", 1),))
    desk = Desk(engine, ADA)
    desk.ask("exchange_item", "I need it in L", sizes=("L",))
    assert desk.last.key == "orders.swap.confirm"
    assert "white, L" in desk.text
    desk.yes()
    assert desk.last.key == "orders.swap.exchanged"
    assert order(engine, "#W1").status == "exchange_requested"


def test_money_back_takes_the_way_the_order_allows(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    assert desk.ask("request_refund", reason="no_longer_needed").key == "orders.cancel.confirm"
    desk.yes()
    assert desk.ask("request_refund", order_id="#W1").key == "orders.refunds"
    add(engine, "#W2", status="delivered", lines=(("lamp-0", 1),))
    fresh = Desk(engine, ADA)
    assert fresh.ask("request_refund", order_id="#W2").key == "orders.return.confirm"
    add(engine, "#W3", status="shipped")
    assert fresh.ask("request_refund", order_id="#W3").key == "orders.refused_state"


# --- looking --------------------------------------------------------------------------------------


def test_two_orders_under_way_are_both_told(engine: Engine) -> None:
    add(engine, "#W1", "#W2")
    add(engine, "#W3", status="delivered")
    desk = Desk(engine, ADA)
    assert desk.ask("track_order").key == "orders.under_way"
    assert "#W1" in desk.text
    assert "#W2" in desk.text
    assert "#W3" not in desk.text
    desk.ask("list_orders")
    assert len(desk.text.splitlines()) == 4


@pytest.mark.parametrize("status", ["pending", "processed", "shipped", "delivered", "cancelled",
                                    "return_requested", "returned", "exchanged"])  # fmt: skip
def test_every_state_has_words(engine: Engine, status: str) -> None:
    add(engine, "#W1", status=status)
    desk = Desk(engine, ADA, language="zh")
    desk.ask("track_order")
    assert "#W1" in desk.text
    assert status not in desk.text
    desk.ask("cancel_order", order_id="#W1")
    assert "#W1" in desk.text


def test_an_overdue_order_is_called_late(engine: Engine) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W1", status="shipped").expected_at = NOW - timedelta(days=1)
    desk = Desk(engine, ADA)
    desk.ask("track_order")
    assert "late" in desk.text


def test_an_invoice_adds_up(engine: Engine) -> None:
    add(engine, "#W1", status="delivered")
    desk = Desk(engine, ADA)
    desk.ask("get_invoice")
    assert desk.text.splitlines()[0] == "Invoice from Aisle"
    for part in ("2 × Stone Mug (white) at $9.50: $19.00", "Shipping: $5.00", "Total: $64.00"):
        assert part in desk.text
