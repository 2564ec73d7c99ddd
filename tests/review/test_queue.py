"""The queue: one row an utterance, bounded, decided by staff for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.review.files import export, of_item, read
from assistant.review.forget import forget_name
from assistant.review.names import Name, known_names
from assistant.review.queue import (
    Note,
    ReviewError,
    drop,
    labelled,
    put_off,
    record,
    set_label,
    upcoming,
    waiting,
)
from assistant.review.redact import redact
from assistant.review.report import report
from db.models import Customer, ReviewItem
from db.unit import read_unit, turn_unit
from tests.db.conftest import engine
from tests.db.shop import ADA, NOW

__all__ = ["engine"]

TODAY = date(2026, 11, 2)


def note(text: str, **changed: object) -> Note:
    plain = Note(text, "en", "cancel_order", 0.4, (("cancel_order", 0.4), ("deny", 0.2)), "unsure")
    return replace(plain, **changed)  # type: ignore[arg-type]  # fields by name


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with turn_unit(engine) as opened:
        yield opened


def rows(session: Session) -> list[tuple[str, int, str, str]]:
    return [
        (item.text, item.count, item.reason, item.meant)
        for item in session.scalars(select(ReviewItem).order_by(ReviewItem.id))
    ]


def test_the_same_words_are_one_row_with_a_count(session: Session) -> None:
    for text in ("Cancel, maybe?", "cancel maybe", "  CANCEL  maybe!!"):
        record(session, note(text), TODAY)
    record(session, note("something else"), TODAY)
    assert [row[:2] for row in rows(session)] == [("Cancel, maybe?", 3), ("something else", 1)]


def test_the_most_telling_reason_stays_and_what_was_meant_is_kept(session: Session) -> None:
    record(session, note("hm cancel", reason="asked"), TODAY)
    record(session, note("hm cancel", reason="chosen", meant="deny", again=True), TODAY)
    record(session, note("hm cancel", reason="refused"), TODAY)
    assert rows(session) == [("hm cancel", 2, "chosen", "deny")]


@pytest.mark.parametrize("text", ["", "[order]", "[order] [email]!", "12 3", "?", "7"])
def test_what_says_nothing_is_not_kept(session: Session, text: str) -> None:
    record(session, note(text), TODAY)
    assert rows(session) == []


def test_beyond_its_bound_the_least_said_goes_and_labels_stay(session: Session) -> None:
    record(session, note("kept since labelled"), TODAY)
    first = upcoming(session)
    assert first is not None
    set_label(session, first.id, "deny")
    for text in ("aa said twice", "aa said twice", "bb old", "cc newer", "dd newest"):
        record(session, note(text), TODAY, limit=3)
    assert [row[0] for row in rows(session)] == [
        "kept since labelled",
        "aa said twice",
        "cc newer",
        "dd newest",
    ]


def test_what_staff_deleted_leaves_no_text_and_does_not_return(session: Session) -> None:
    record(session, note("some rude words"), TODAY)
    item = upcoming(session)
    assert item is not None
    drop(session, item.id)
    record(session, note("some rude words"), TODAY)
    assert upcoming(session) is None
    assert rows(session)[0][:2] == ("", 2)


def test_what_is_labelled_is_not_asked_again(session: Session) -> None:
    record(session, note("hm cancel"), TODAY)
    item = upcoming(session)
    assert item is not None
    set_label(session, item.id, "cancel_order")
    record(session, note("hm cancel", meant="deny"), TODAY)
    assert (upcoming(session), waiting(session)) == (None, 0)
    assert [row.label for row in labelled(session)] == ["cancel_order"]


def test_the_often_said_comes_first_and_the_put_off_last(session: Session) -> None:
    for text in ("aa once", "bb thrice", "bb thrice", "bb thrice", "cc twice", "cc twice"):
        record(session, note(text), TODAY)
    item = upcoming(session)
    assert item is not None
    assert item.text == "bb thrice"
    put_off(session, item.id)
    second = upcoming(session)
    assert second is not None
    assert second.text == "cc twice"


def test_a_label_that_is_no_intent_is_refused(session: Session) -> None:
    record(session, note("hm cancel"), TODAY)
    item = upcoming(session)
    assert item is not None
    with pytest.raises(ReviewError, match="no intent"):
        set_label(session, item.id, "cancel_ordr")


def test_two_turns_at_once_that_add_the_same_text_both_count(engine: Engine) -> None:
    for _ in range(2):
        with turn_unit(engine) as session:
            record(session, note("hm cancel"), TODAY)
    with read_unit(engine) as session:
        assert rows(session) == [("hm cancel", 2, "unsure", "")]


def add(session: Session, first: str, last: str) -> None:
    count = session.scalar(select(func.count()).select_from(Customer))
    session.add(Customer(id=f"c{count}", first_name=first, last_name=last, created_at=NOW))
    session.flush()


@pytest.mark.parametrize(
    ("first", "last", "said", "kept"),
    [
        ("Zorblat", "Quux", "zorblat wants it back", "[name] wants it back"),
        ("Mary Jane", "de la Cruzeiro", "mary cruzeiro wants it", "[name] wants it"),
        ("Émile", "Zolà", "emile's order", "[name]'s order"),
        ("Will", "Young", "will young wants it", "[name] wants it"),
        ("Will", "Young", "will you cancel", "will you cancel"),
        ("明轩", "王", "明轩的包裹", "[name]的包裹"),
        ("明", "王", "王明的包裹", "[name]的包裹"),
        ("O'Brannagh", "Anne-Lise", "anne lise o'brannagh", "[name] o'[name]"),
    ],
)
def test_names_are_those_of_the_shop(
    session: Session, first: str, last: str, said: str, kept: str
) -> None:
    assert redact(said, known_names(session, said)) == said
    add(session, first, last)
    assert redact(said, known_names(session, said)) == kept


def test_the_speakers_own_name_is_always_looked_for(session: Session) -> None:
    ada = session.get_one(Customer, ADA)
    assert Name(ada.first_name, ada.last_name) in known_names(session, "hi", ADA)


def test_who_is_forgotten_leaves_the_queue(session: Session) -> None:
    record(session, note("quibblewick wants a refund"), TODAY)
    record(session, note("[name] wants a refund"), TODAY)
    record(session, note("write to May@Quibble.example about it"), TODAY)
    record(session, note("may i cancel it"), TODAY)
    add(session, "May", "Quibblewick")
    customer = session.scalars(select(Customer).where(Customer.last_name == "Quibblewick")).one()
    customer.email = "may@quibble.example"
    forget_name(session, customer)
    left = rows(session)
    assert [row[0] for row in left] == ["[name] wants a refund", "may i cancel it"]
    assert left[0][1] == 2


def test_export_holds_sentences_that_training_takes(session: Session, tmp_path: Path) -> None:
    record(session, note("where is [order], [name] asks"), TODAY)
    item = upcoming(session)
    assert item is not None
    set_label(session, item.id, "track_order")
    out = tmp_path / "mine.jsonl"
    assert export(labelled(session), out) == 1
    (row,) = read(out)
    assert (row.label, row.language) == ("track_order", "en")
    assert "[" not in row.text
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl"] == ["mine.jsonl"]


def test_export_to_nowhere_says_so(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="cannot be written"):
        export(labelled(session), tmp_path / "missing" / "mine.jsonl")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"text": "a b", "label": "cancel"}', r"1: 'cancel' is no intent"),
        ('\n{"text": " ", "label": "deny"}', r"2: no text"),
        ("not json", r"1: no text"),
        ("", "no labelled utterances"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_line(
    tmp_path: Path, content: str, problem: str
) -> None:
    path = tmp_path / "held.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReviewError, match=problem):
        read(path)


def test_a_table_and_a_folder_are_read_too(tmp_path: Path) -> None:
    table = tmp_path / "held.csv"
    table.write_text("text,label\n取消订单,cancel_order\n", encoding="utf-8")
    folder = tmp_path / "data" / "en"
    folder.mkdir(parents=True)
    (folder / "deny.txt").write_text("# comment\nno way\n", encoding="utf-8")
    assert [(row.label, row.language) for row in read(table)] == [("cancel_order", "zh")]
    assert [row.text for row in read(tmp_path / "data")] == ["no way"]


def test_the_report_finds_conflicts_and_near_duplicates(session: Session) -> None:
    for text, label in (
        ("can i cancel it now", "cancel_order"),
        ("can i cancel it now please", "ask_cancellation_policy"),
        ("hello over there", "greet"),
    ):
        record(session, note(text), TODAY)
        item = upcoming(session)
        assert item is not None
        set_label(session, item.id, label)
    record(session, note("waits still"), TODAY)
    corpus = [of_item(item) for item in labelled(session)][2:]
    found = report(session, [replace(corpus[0], label="thank"), corpus[0]])
    assert found.statuses == {"labelled": 3, "open": 1}
    assert found.reasons == {"unsure": 1}
    assert [pair.conflict for pair in found.against] == [True]
    assert found.among == ()
