"""Products named in full within an utterance."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from db.models import Product
from db.unit import read_unit, turn_unit
from knowledge.product_names import ProductNames
from knowledge.vocabulary import build_vocabulary
from tests.knowledge.made import product


@pytest.fixture
def names(engine: Engine) -> ProductNames:
    rows = [
        ("hush", "Auralto Hush One", "Auralto 静音一号头戴耳机", "Auralto"),
        ("linen", "Halden Light Linen Bedside", "", "Halden Light"),
        ("rain", "Rain jacket", "", ""),
        ("twin-a", "Plain Canvas Tote", "", ""),
        ("twin-b", "Plain Canvas Tote", "", ""),
    ]
    with turn_unit(engine) as session:
        for id_, title, title_zh, brand in rows:
            session.add(
                product(
                    id_,
                    title,
                    title_zh=title_zh,
                    brand=brand,
                    category="Rain Jackets" if id_ == "rain" else "Things",
                )
            )
    with read_unit(engine) as session:
        vocabulary = build_vocabulary(session)
    return ProductNames(engine, lambda: vocabulary)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how much is the auralto hush one?", ["hush"]),
        ("is the Hush One in stock", ["hush"]),
        ("Halden Light linen bedside, or the hush one", ["linen", "hush"]),
        ("介绍一下Auralto 静音一号头戴耳机", ["hush"]),
        ("静音一号头戴耳机多少钱", ["hush"]),
        ("hush", []),
        ("", []),
        ("ﬁne İstanbul hush one", []),
    ],
)
def test_a_title_said_in_full_is_a_name(
    names: ProductNames, engine: Engine, text: str, found: list[str]
) -> None:
    with read_unit(engine) as session:
        mentions = names.find(session, text)
    assert [mention.product_id for mention in mentions] == found


def test_what_two_products_are_called_names_neither(names: ProductNames, engine: Engine) -> None:
    with read_unit(engine) as session:
        assert names.find(session, "is the plain canvas tote in stock") == []


def test_a_kind_by_another_name_is_no_name(names: ProductNames, engine: Engine) -> None:
    with read_unit(engine) as session:
        assert names.find(session, "do you have a rain jacket") == []


def test_a_mention_tells_where_it_stands(names: ProductNames, engine: Engine) -> None:
    text = "so, how much is the Hush One?"
    with read_unit(engine) as session:
        (mention,) = names.find(session, text)
    assert text[mention.start : mention.end] == "Hush One"


def test_a_new_product_is_known_by_its_name(names: ProductNames, engine: Engine) -> None:
    with read_unit(engine) as session:
        assert names.find(session, "the gooseneck nine please") == []
    with turn_unit(engine) as session:
        session.add(product("goose", "Gooseneck Nine", category="Things"))
    with read_unit(engine) as session:
        assert [each.product_id for each in names.find(session, "the gooseneck nine")] == ["goose"]


def test_a_new_chinese_title_is_the_name_from_then_on(names: ProductNames, engine: Engine) -> None:
    with read_unit(engine) as session:
        assert names.find(session, "静音一号头戴耳机多少钱")
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "hush").values(title_zh="Auralto 宁静二号耳机")
        )
    with read_unit(engine) as session:
        assert not names.find(session, "静音一号头戴耳机多少钱")
        assert [found.product_id for found in names.find(session, "宁静二号耳机多少钱")] == ["hush"]


@pytest.fixture
def coded(engine: Engine) -> ProductNames:
    parts = " ".join(f"with{n} part{n}" for n in range(20))
    rows = [
        ("toner", "OKI 43324423 toner cartridge Original Cyan", "OKI"),
        ("game", "Blotto", "Owlmarket"),
        ("band", "Auralto Sleepband", "Auralto"),
        ("long", f"Boreal Desk Station {parts}", "Boreal"),
        ("twin-a", "Vex GT9000 mouse", "Vex"),
        ("twin-b", "Vex GT9000 mouse, left", "Vex"),
    ]
    with turn_unit(engine) as session:
        for id_, title, brand in rows:
            session.add(product(id_, title, brand=brand, category="Things"))
    with read_unit(engine) as session:
        vocabulary = build_vocabulary(session)
    return ProductNames(engine, lambda: vocabulary)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how much is the OKI 43324423", ["OKI 43324423"]),
        ("43324423?", ["43324423"]),
        ("ink for the OKI 43324423", []),
        ("what's the price for OKI 43324423", ["OKI 43324423"]),
        ("tell me about the Blotto", ["Blotto"]),
        ("add the sleepband", ["sleepband"]),
        ("any sleepband will do", []),
        ("is the Vex GT9000 any good", []),
        (
            "is the Boreal Desk Station with0 part0 with1 still there",
            ["Boreal Desk Station with0 part0 with1"],
        ),
    ],
)
def test_a_part_number_one_word_or_the_beginning_of_a_long_title_is_a_name(
    coded: ProductNames, engine: Engine, text: str, found: list[str]
) -> None:
    with read_unit(engine) as session:
        mentions = coded.find(session, text)
    assert [text[mention.start : mention.end] for mention in mentions] == found
