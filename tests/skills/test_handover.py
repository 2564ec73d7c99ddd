"""Handing over: what the person gets, what the shopper is told and when; it happens once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from db.models import Conversation, TurnRecord
from db.unit import turn_unit
from knowledge.opening import Opening
from knowledge.policy import Policy
from knowledge.settings import Contact, ShopSettings
from tests.db.shop import ADA, NOW
from tests.skills.desk import EMAIL, Desk, add

OPENING = Opening(
    timezone="America/New_York",
    monday=("9:00-12:00", "13:00-18:00"),
    friday=("9:00-18:00",),
    saturday=("10:00-16:00",),
    closed=("2026-11-30",),  # type: ignore[arg-type]
)


@pytest.mark.parametrize(
    ("utc", "is_open", "opens"),
    [
        ("2026-11-27 15:00", True, "2026-11-27 10:00"),
        ("2026-11-27 13:59", False, "2026-11-27 09:00"),
        ("2026-11-27 23:00", False, "2026-11-28 10:00"),
        ("2026-11-28 21:00", False, "2026-12-04 09:00"),
        ("2026-11-23 17:30", False, "2026-11-23 13:00"),
        ("2026-07-03 13:30", True, "2026-07-03 09:30"),
    ],
)
def test_hours_are_the_shops_own_time(utc: str, is_open: bool, opens: str) -> None:
    """Over a lunch break, a weekend, a holiday, and with summer time."""
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert OPENING.is_open(now) is is_open
    at = OPENING.opens_at(now)
    assert at is not None
    assert f"{at:%Y-%m-%d %H:%M}" == opens


@pytest.mark.parametrize(
    "wrong",
    [
        {"monday": ["18:00-9:00"]},
        {"monday": ["9-18"]},
        {"monday": ["9:00-13:00", "12:00-18:00"]},
        {"timezone": "New York", "monday": ["9:00-18:00"]},
        {},
        {"montag": ["9:00-18:00"]},
    ],
)
def test_hours_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Opening.model_validate(wrong)


def test_words_come_from_the_hours_and_are_told_once() -> None:
    opening = Opening(monday=("9:00-18:00",), tuesday=("9:00-18:00",), sunday=("10:00-12:00",))
    contact = Contact(opening=opening)
    assert contact.hours.startswith("Monday to Tuesday 9:00-18:00, Sunday 10:00-12:00")
    assert contact.hours_zh.startswith("周一至周二 9:00-18:00，周日 10:00-12:00")
    with pytest.raises(ValueError, match="told twice"):
        Contact(opening=opening, hours="always")


SHOP = ShopSettings(
    contact=Contact(email="staff@example.org", opening=OPENING),
    policy=Policy.model_validate({"handover": {"within_hours": 4}}),
)


def at(desk: Desk, utc: str) -> Desk:
    desk.now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    return desk


def test_off_hours_the_shopper_is_told_when(engine: Engine) -> None:
    desk = at(Desk(engine, ADA, SHOP), "2026-11-27 22:00")
    outcome = desk.ask("contact_human")
    assert outcome.facts["open"] is True
    assert "answer by Nov 28, 2026, 13:00" in desk.text
    desk = at(Desk(engine, ADA, SHOP), "2026-11-27 23:30")
    desk.ask("contact_human")
    assert "back on Nov 28, 2026 at 10:00" in desk.text
    desk = at(Desk(engine, ADA, SHOP, language="zh"), "2026-11-27 23:30")
    desk.ask("contact_human")
    assert "2026年11月28日 10:00 恢复服务" in desk.text


def test_the_person_gets_who_what_and_the_transcript(engine: Engine) -> None:
    add(engine, "#W1", "#W2", "#W3", "#W4", "#W5", "#W6")
    with turn_unit(engine) as session:
        session.add(
            Conversation(id="conversation", customer_id=ADA, created_at=NOW, updated_at=NOW)
        )
        session.flush()
        session.add(
            TurnRecord(
                conversation_id="conversation", turn_id="t0", text="cancel w6", confidence=1.0,
                intent="cancel_order", reply={"text": "Why?"}, created_at=NOW,
            )
        )  # fmt: skip
    desk = Desk(engine, ADA, SHOP)
    outcome = desk.ask("contact_human", "get me a person")
    assert outcome.handoff is not None
    told = outcome.handoff.summary
    assert EMAIL in told
    assert "Tried: cancel_order" in told
    assert told.index("Order #W6") < told.index("Order #W1"), "what was spoken of comes first"
    assert outcome.handoff.transcript == ("> cancel w6", "Why?", "> get me a person")
    assert EMAIL not in desk.text


def test_nobody_is_called_twice(engine: Engine) -> None:
    desk = Desk(engine, ADA, SHOP)
    assert desk.ask("contact_human").handoff is not None
    desk.state = replace(desk.state, handed_off=True)
    again = desk.ask("contact_human")
    assert (again.key, again.handoff) == ("requests.person_again", None)
    complaint = desk.ask("file_complaint", "the mug arrived in three pieces and it is chipped")
    assert (complaint.key, complaint.handoff) == ("requests.complaint.done", None)


def test_the_policy_may_leave_it_to_a_person(engine: Engine) -> None:
    add(engine, "#W1")
    policy = Policy.model_validate(
        {"person": {"operations": ["cancel"]}, "handover": {"on_complaint": False}}
    )
    desk = Desk(engine, ADA, ShopSettings(policy=policy))
    outcome = desk.ask("cancel_order", order_id="#W1")
    assert outcome.key == "orders.needs_person"
    assert outcome.proposal is None
    assert outcome.handoff is not None
    assert outcome.handoff.reason == "policy"
    noted = desk.ask("file_complaint", "the mug arrived in three pieces and it is chipped")
    assert noted.handoff is None
