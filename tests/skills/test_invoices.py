"""Invoices as documents: exact, the same each time, in both languages, gone with their buyer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant import documents
from assistant.conversation import Language
from tests.db.shop import ADA
from tests.skills.desk import Desk, add


def invoice(language: Language = "en", **changes: Any) -> documents.Invoice:
    facts: dict[str, Any] = {
        "shop": "Aisle",
        "order_id": "#W 1/../2",
        "placed_at": datetime(2026, 11, 2, tzinfo=UTC),
        "name": "Jo Kränzle",
        "address": ("5 Long Lane", "10115"),
        "lines": (
            {
                "title": "Stone Mug", "options": "navy", "quantity": 2,
                "price": Decimal("9.50"), "sum": Decimal("19.00"),
            },
        ),
        "shipping": Decimal("5.95"),
        "discount": Decimal("1.00"),
        "adjustment": None,
        "total": Decimal("23.95"),
        "currency": "USD",
        "payments": (
            {"kind": "refund", "label": "", "amount": Decimal("3.00"), "pending": True},
        ),
        "language": language,
    }  # fmt: skip
    return documents.Invoice(**(facts | changes))


def test_the_text_states_every_amount() -> None:
    text = documents.as_text(invoice())
    for amount in ("$9.50", "$19.00", "$5.95", "-$1.00", "$23.95", "Refunded, pending: $3.00"):
        assert amount in text
    assert "Jo Kränzle, 5 Long Lane, 10115" in text
    chinese = documents.as_text(invoice("zh"))
    assert chinese.startswith("发票")
    assert "已退, 处理中: US$3.00" in chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pdf_is_the_same_each_time_and_runs_over_pages(language: Language) -> None:
    one = documents.as_pdf(invoice(language))
    assert one.startswith(b"%PDF-")
    assert one == documents.as_pdf(invoice(language))
    line = invoice().lines[0] | {"title": "很长的商品名称 with a long name " * 9}
    long = documents.as_pdf(invoice(language, lines=(line,) * 60))
    assert long.count(b"/Type /Page\n") + long.count(b"/Type /Page ") >= 4
    assert b"STSong-Light" in long


def test_a_path_stays_in_its_folder(tmp_path: Path) -> None:
    saved = documents.save(tmp_path, invoice())
    assert saved is not None
    assert {path.parent for path in saved} == {tmp_path / documents.FOLDER}
    assert saved[-1].name == "W12-en.pdf"
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert documents.save(blocked, invoice()) is None


def test_the_reply_names_the_document_and_erasing_removes_it(
    engine: Engine, tmp_path: Path
) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA, folder=tmp_path)
    desk.ask("get_invoice", order_id="#W1")
    path = tmp_path / documents.FOLDER / "W1-en.pdf"
    assert str(path) in desk.text
    assert "$64.00" in path.with_suffix(".txt").read_text(encoding="utf-8")
    desk.ask("delete_account")
    desk.yes()
    assert list((tmp_path / documents.FOLDER).iterdir()) == []


def test_without_a_folder_the_text_is_all(engine: Engine) -> None:
    add(engine, "#W1")
    desk = Desk(engine, ADA)
    assert desk.ask("get_invoice", order_id="#W1").facts["file"] == ""
    assert "$64.00" in desk.text
