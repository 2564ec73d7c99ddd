"""A shop's vocabulary: what its catalogue's words are, and how people may say them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from db.models import Base, Product, Variant
from knowledge.vocabulary import (
    Vocabulary,
    build_vocabulary,
    phrase_key,
    stem,
    translate_value,
)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def add(session: Session, number: int, color: str = "", size: str = "", **fields: Any) -> None:
    values: dict[str, Any] = {"title": "A thing", "category": "", "brand": "", **fields}
    session.add(
        Product(
            id=f"P{number}",
            price=Decimal(10),
            currency="USD",
            updated_at=datetime(2026, 1, 1, tzinfo=UTC),
            variants=[Variant(id=f"V{number}", price=Decimal(10), color=color, size=size)],
            **values,
        )
    )


def meant(vocabulary: Vocabulary, phrase: str, kind: str) -> list[str]:
    surfaces = vocabulary.chinese.get(phrase) or vocabulary.english.get(phrase_key(phrase)) or ()
    return [surface.name for surface in surfaces if surface.kind == kind]


def test_counts_and_parts(session: Session) -> None:
    add(session, 1, "navy/white", "M", brand="Acme", category="Tanks", material="cotton, wool")
    add(session, 2, "navy", "L", brand="Acme", category="Tanks", category_path="Tops / Tanks")
    add(session, 3, brand="Gone", category="Old", active=False)
    vocabulary = build_vocabulary(session)
    assert vocabulary.brands == {"Acme": 2}
    assert vocabulary.colors == {"navy": 2, "white": 1}
    assert vocabulary.materials == {"cotton": 1, "wool": 1}
    assert vocabulary.categories == {"Tanks": 2, "Tops": 1}
    assert vocabulary.sizes == {"M": 1, "L": 1}


def test_the_same_word_means_what_the_shop_has(session: Session) -> None:
    add(session, 1, category="Notebook")
    assert meant(build_vocabulary(session), "laptops", "category") == ["Notebook"]
    assert meant(build_vocabulary(session), "笔记本电脑", "category") == ["Notebook"]
    # Where both are sold, each word means its own.
    add(session, 2, category="Laptop")
    both = build_vocabulary(session)
    assert meant(both, "laptops", "category") == ["Laptop"]
    assert meant(both, "notebook", "category") == ["Notebook"]
    assert meant(both, "笔记本电脑", "category") == ["Laptop"]


def test_heads_and_halves_of_category_names(session: Session) -> None:
    for number, category in enumerate(("Running Shoes", "Dress Shoes", "Bras & Tanks", "Tanks")):
        add(session, number, category=category)
    vocabulary = build_vocabulary(session)
    assert set(meant(vocabulary, "shoe", "category")) == {"Running Shoes", "Dress Shoes"}
    assert set(meant(vocabulary, "tank top", "category")) == {"Bras & Tanks", "Tanks"}


def test_a_parent_does_not_swallow_its_child(session: Session) -> None:
    path = "Printers & Supplies / Printer"
    add(session, 1, category="Printer", category_path=path)
    assert meant(build_vocabulary(session), "printers", "category") == ["Printer"]


def test_the_records_own_chinese_comes_first(session: Session) -> None:
    add(session, 1, category="Sneakers", category_zh="跑鞋")
    add(session, 2, category="Running Shoes", category_zh="慢跑鞋")
    vocabulary = build_vocabulary(session)
    assert meant(vocabulary, "跑鞋", "category") == ["Sneakers"]
    assert translate_value("Sneakers", "zh", vocabulary) == "跑鞋"


def test_number_is_folded_and_nothing_else() -> None:
    assert stem("batteries") == stem("battery")
    assert stem("headphones") == stem("headphone")
    assert stem("mice") == stem("mouse")
    assert stem("shelves") == stem("shelf")
    assert stem("shorts") != stem("short")
    assert stem("lighting") != stem("light")
    assert stem("running") != stem("run")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("navy", "藏青"),
        ("Gray", "灰色"),
        ("navy/white", "藏青/白色"),
        ("leather", "真皮"),
        ("Running Shoes", "跑步鞋"),
        ("screen_size", "屏幕尺寸"),
        ("women", "女士"),
        ("Zorbic", "Zorbic"),
        ("红色", "红色"),
    ],
)
def test_values_are_shown_in_chinese(value: str, shown: str) -> None:
    assert translate_value(value, "zh") == shown
    assert translate_value(value, "en") == value


def test_the_version_follows_the_content(session: Session) -> None:
    add(session, 1, brand="Acme")
    first = build_vocabulary(session).content_version
    assert build_vocabulary(session).content_version == first
    add(session, 2, brand="Zenith")
    assert build_vocabulary(session).content_version != first


def test_catalogue_text_is_only_data(session: Session) -> None:
    hostile = "(a+)+$ [/bold] \\b.*"
    add(session, 1, color=hostile, size="([", brand=hostile, category=hostile * 3, material="[x")
    add(session, 2, attributes={hostile: hostile, "": ["", 3, None], "n": {"a": 1}})
    vocabulary = build_vocabulary(session)
    assert hostile in vocabulary.brands


def test_a_free_text_attribute_is_no_choice(session: Session) -> None:
    for number in range(260):
        add(session, number, attributes={"note": f"text {number}", "fit": "Slim"})
    vocabulary = build_vocabulary(session)
    assert "note" not in vocabulary.values
    assert vocabulary.values["fit"] == {"Slim": 260}
    assert vocabulary.attributes["note"] == 260


def test_an_empty_shop_has_an_empty_vocabulary(session: Session) -> None:
    vocabulary = build_vocabulary(session)
    assert vocabulary.english == {}
    assert vocabulary.brands == {}


def test_five_thousand_products_are_read_quickly(session: Session) -> None:
    for number in range(5_000):
        add(
            session,
            number,
            "black",
            title=f"Item {number} of series {number % 97}",
            brand=f"Brand{number % 150}",
            category=f"Kind {number % 120}",
            attributes={f"name {k}": f"value {number % 40}" for k in range(12)},
        )
    session.flush()
    start = time.process_time()
    build_vocabulary(session)
    assert time.process_time() - start < 1.5
