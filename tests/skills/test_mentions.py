"""What of a query is a wish, and which records mention it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from assistant.skills.mentions import mentioning, wish_words
from assistant.understanding.types import Slots, Span
from db.models import Product, Variant
from knowledge.vocabulary import Vocabulary


def product(id: str, title: str, **fields: Any) -> Product:
    made = Product(
        id=id, title=title, price=Decimal("10"), currency="EUR", updated_at=datetime.now(UTC)
    )
    blank = ("title_zh", "description", "description_zh", "category", "category_path")
    for name in (*blank, "category_zh", "brand", "material", "audience"):
        setattr(made, name, fields.get(name, ""))
    made.attributes = fields.get("attributes", {})
    made.variants = [Variant(id=f"{id}-1", product_id=id, options=fields.get("options", {}))]
    return made


@pytest.mark.parametrize(
    ("query", "spans", "slots", "expected"),
    [
        ("gaming laptop", (Span("categories", 7, 13, "laptop"),), Slots(), "gaming"),
        ("laptop", (Span("categories", 0, 6, "laptop"),), Slots(), ""),
        ("good cheap laptop", (), Slots(categories=("Laptops",)), ""),
        ("'s running", (), Slots(), "running"),
        ("4 people", (), Slots(), "4 people"),
        ("laptop trip round whole world", (), Slots(categories=("Laptops",)), ""),
        ("剪视频", (), Slots(), "剪视频"),
        ("便宜好看", (), Slots(), ""),
    ],
)
def test_wish_words(query: str, spans: tuple[Span, ...], slots: Slots, expected: str) -> None:
    assert wish_words(replace(slots, spans=spans), query) == expected


def test_a_record_mentions_in_any_of_its_fields() -> None:
    found = [
        product("title", "Trail shoe"),
        product("text", "Shoe", description="Made for trails."),
        product("value", "Shoe", attributes={"surface": "trail"}),
        product("name", "Shoe", attributes={"trail": True}),
        product("not", "Shoe", attributes={"trail": False}),
        product("none", "Road shoe"),
    ]
    assert mentioning(found, "trail", Vocabulary()) == {"title", "text", "value", "name"}


def test_all_words_must_be_mentioned() -> None:
    found = [product("video", "Video doorbell"), product("both", "For video editing")]
    assert mentioning(found, "video editing", Vocabulary()) == {"both"}


def test_people_are_counted_by_numbers_and_ranges() -> None:
    found = [
        product("two", "Tent", attributes={"sleeps": 2}),
        product("six", "Tent", attributes={"sleeps": 6}),
        product("game", "Game", attributes={"players": "2-5"}),
        product("duel", "Game", attributes={"players": "1-2"}),
        product("said", "4-person tent"),
    ]
    assert mentioning(found, "4 people", Vocabulary()) == {"six", "game", "said"}
    assert mentioning(found, "四个人", Vocabulary()) == {"six", "game", "said"}


def test_what_cannot_be_put_into_the_language_of_the_records_is_not_claimed() -> None:
    assert mentioning([product("en", "Laptop")], "曲率引擎", Vocabulary()) is None


def test_chinese_records_are_read_in_chinese() -> None:
    found = [
        product("zh", "Laptop", title_zh="剪视频用的笔记本"),
        product("other", "L", title_zh="笔记本"),
    ]
    assert mentioning(found, "剪视频", Vocabulary()) == {"zh"}
