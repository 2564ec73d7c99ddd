"""Past questions are imported without what leads to a person; unanswered ones are collected so."""

from __future__ import annotations

from datetime import date

from assistant.review import unanswered
from assistant.understanding.types import Understanding
from db.models import OpenQuestion, Ticket
from knowledge.feeds.plain_tickets import hidden
from tests.feeds.conftest import Shop


def test_tickets_are_taken_and_personal_data_is_hidden(shop: Shop) -> None:
    rows = shop.lines(
        "history.jsonl",
        {
            "question": "Hello Jo,\nwhere is W1234567? Mail me at jo@example.org or 0171 555 1234.",
            "answer": "Dear Jo Kranz, it is with the carrier.",
            "id": "q1",
        },
        {"question": "包裹丢了吗？", "answer": "还在路上。"},
        {"question": "And this?"},
    )
    report = shop.take(rows)
    assert report.added["ticket"] == 2
    assert [(r.line, r.field) for r in report.refusals] == [(3, "answer")]
    with shop.session() as session:
        ticket = session.get_one(Ticket, "q1")
        both = f"{ticket.question} {ticket.answer}"
        assert not any(part in both for part in ("Jo", "Kranz", "1234567", "example.org", "0171"))
        assert {row.language for row in session.query(Ticket)} == {"en", "zh"}
    assert shop.take(rows).updated["ticket"] == 2


def test_what_is_no_person_stays() -> None:
    text = "The 2-person tent costs 199.00 and weighs 2500 g."
    assert hidden("My 30 days are over") == "My 30 days are over"
    assert hidden(text).startswith("The 2-person tent costs 199.00")


def test_open_questions_count_and_hold_nobody(shop: Shop) -> None:
    asked = "do you gift wrap for jo@example.org?"
    with shop.session() as session:
        for text in (asked, asked.upper(), "Do you gift wrap for sue@example.org"):
            heard = Understanding(text, "en", "ask_delivery", 0.9)
            unanswered.collect(session, heard, date(2026, 11, 24))
            session.flush()
        (row,) = unanswered.waiting(session)
        assert row.count == 3
        assert "example" not in row.text.casefold()
        assert unanswered.answered(session, row.id)
        assert not unanswered.answered(session, 999)
        session.flush()
        assert unanswered.waiting(session) == []
        assert session.query(OpenQuestion).count() == 1
