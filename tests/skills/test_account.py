"""Account and request skills on a real database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from db.models import Conversation, Customer, Order, TurnRecord
from db.models import Request as StaffRequest
from db.unit import read_unit, turn_unit
from knowledge.settings import Contact, ShopSettings
from tests.db.shop import ADA, BEN, NOW
from tests.skills.desk import EMAIL, Desk, add, counted


def test_an_account_is_made_once(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("create_account")
    outcome = desk.answer(email="New.Person@example.org", name="Noor Haddad")
    assert outcome.key == "account.create.done"
    with read_unit(engine) as session:
        made = session.get_one(Customer, outcome.identified)
        assert (made.email, made.last_name) == ("new.person@example.org", "Haddad")
    assert Desk(engine).ask("create_account", email=EMAIL).key == "account.create.taken"


def test_a_name_and_an_email_are_edited(engine: Engine) -> None:
    desk = Desk(engine, ADA)
    desk.ask("edit_account")
    desk.pick(1)
    desk.answer("Ada Byron")
    desk.yes()
    desk.ask("edit_account", email="ben@example.org")
    assert desk.last.key == "account.edit.email_taken"
    desk.answer(email="byron@example.org")
    desk.yes()
    with read_unit(engine) as session:
        ada = session.get_one(Customer, ADA)
        assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Byron", "byron@example.org")


def test_forgetting_names_open_orders_and_erases(engine: Engine) -> None:
    add(engine, "#W1")
    with turn_unit(engine) as session:
        session.add(Conversation(id="conversation", created_at=NOW, updated_at=NOW))
        session.flush()
        session.add(
            TurnRecord(
                conversation_id="conversation",
                turn_id="t",
                text="hello",
                intent="greet",
                confidence=1.0,
                created_at=NOW,
            )
        )
    desk = Desk(engine)
    desk.ask("forget_me", email=EMAIL)
    assert "#W1" in desk.text
    assert desk.yes().identified == ""
    with read_unit(engine) as session:
        assert session.get(Customer, ADA) is None
        assert session.get_one(Order, "#W1").ship_to == {}
        assert session.get(Conversation, "conversation") is None
    assert counted(engine, TurnRecord) == 0


def test_a_guest_is_forgotten_too(engine: Engine) -> None:
    with turn_unit(engine) as session:
        session.add(Conversation(id="conversation", created_at=NOW, updated_at=NOW))
    desk = Desk(engine)
    assert desk.ask("forget_me").key == "account.forget.ask_email"
    desk.pick(1)
    assert desk.yes().key == "account.forget.done_guest"
    assert counted(engine, Conversation) == 0
    assert counted(engine, Customer) == 2


def test_the_export_is_complete_and_only_theirs(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    desk.ask("export_my_data")
    assert EMAIL in desk.text
    assert "#W1" in desk.text
    assert "Okafor" not in desk.text


@pytest.mark.parametrize(
    ("text", "joined"),
    [("sign me up", True), ("please unsubscribe me", False), ("退订邮件", False), ("订阅", True)],
)
def test_the_newsletter_is_joined_and_left(engine: Engine, text: str, joined: bool) -> None:
    with turn_unit(engine) as session:
        session.get_one(Customer, ADA).newsletter = not joined
    desk = Desk(engine)
    desk.ask("newsletter", text)
    desk.answer(email=EMAIL)
    with read_unit(engine) as session:
        assert session.get_one(Customer, ADA).newsletter is joined


def test_a_person_gets_a_summary_that_the_shopper_does_not_read(engine: Engine) -> None:
    add(engine, "#W1")
    shop = ShopSettings(contact=Contact(hours="Mon to Fri, 9 to 5", phone="555 0100"))
    desk = Desk(engine, ADA, shop)
    outcome = desk.ask("contact_human", "let me talk to someone")
    assert outcome.handoff is not None
    assert "Order #W1: pending" in outcome.handoff.summary
    assert EMAIL in outcome.handoff.summary
    assert "Mon to Fri" in desk.text
    assert "#W1" not in desk.text


def test_a_complaint_is_written_down_word_for_word(engine: Engine) -> None:
    desk = Desk(engine, ADA)
    desk.ask("file_complaint", "I want to complain")
    assert desk.last.key == "requests.complaint.ask"
    desk.answer("the mug leaks")
    assert desk.last.handoff is not None
    with read_unit(engine) as session:
        row = session.scalars(select(StaffRequest)).one()
        assert (row.kind, row.detail, row.customer_id) == (
            "complaint",
            {"text": "the mug leaks"},
            ADA,
        )


def test_payment_trouble_names_only_ones_own_order(engine: Engine) -> None:
    add(engine, "#W1", customer_id=BEN, method="card-b")
    desk = Desk(engine)
    desk.ask("report_payment_issue", "I was charged twice", order_id="#W1")
    desk.answer(email="someone@example.org")
    assert desk.last.key == "requests.payment.done"
    with read_unit(engine) as session:
        row = session.scalars(select(StaffRequest)).one()
        assert row.order_id is None
        assert row.detail["text"] == "I was charged twice"


def test_a_review_asks_for_one_thing_at_a_time(engine: Engine) -> None:
    desk = Desk(engine, ADA)
    assert desk.ask("leave_review").key == "requests.review.nothing"
    add(engine, "#W1", status="delivered")
    assert desk.ask("leave_review").key == "requests.review.ask_product"
    assert desk.pick(2).key == "requests.review.ask_rating"
    assert desk.pick(5).key == "requests.review.ask_words"
    assert desk.answer("Soft and light").key == "requests.review.done"
    with read_unit(engine) as session:
        row = session.scalars(select(StaffRequest)).one()
        assert (row.product_id, row.detail["rating"]) == ("shirt", 5)
    assert desk.events[0]["kind"] == "like"


def test_a_password_reply_tells_nobody_who_has_an_account(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("recover_password", email=EMAIL)
    known = desk.text
    desk.ask("recover_password", email="nobody@example.org")
    assert desk.text == known.replace(EMAIL, "nobody@example.org")


def test_trouble_registering_is_passed_on(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("registration_problem")
    assert desk.answer(email="new@example.org").key == "account.registration.done"
    assert desk.ask("registration_problem", email=EMAIL).key == "account.registration.exists"
    assert counted(engine, StaffRequest) == 1


def test_deleting_an_account_needs_to_know_whose(engine: Engine) -> None:
    desk = Desk(engine)
    assert desk.ask("delete_account").key == "account.ask_email"
    assert desk.answer(email=EMAIL).proposal is not None
    assert desk.yes().key == "account.forget.done"
