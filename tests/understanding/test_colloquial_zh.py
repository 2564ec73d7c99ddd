"""Chinese as it is typed: traditional characters, words by their sound, measures by their names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.homophones import meant_by_sound, sound_of
from assistant.understanding.slots import AsWritten, SlotReader, writes_traditional
from assistant.understanding.traditional import is_traditional, simplified
from assistant.understanding.types import AttributeLimit
from benchmarks.understanding.slots import shop_vocabulary
from knowledge.vocabulary import Surface, Vocabulary, translate_value

TODAY = date(2026, 11, 23)
SHOP = Vocabulary(
    categories={"Phones": 3, "Monitors": 4, "Backpacks": 2},
    attribute_names={
        "refresh rate": "refresh_rate",
        "battery capacity": "battery_capacity",
        "battery life": "battery_life",
        "laptop size": "laptop_size",
        "capacity": "capacity",
    },
    chinese={
        "手机": (Surface("category", "Phones"),),
        "显示器": (Surface("category", "Monitors"),),
        "双肩包": (Surface("category", "Backpacks"),),
    },
    longest_chinese=3,
)


def reader(vocabulary: Vocabulary = SHOP) -> SlotReader:
    return SlotReader(vocabulary, "USD", lambda: TODAY)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("刷新率144以上的", AttributeLimit("refresh_rate", "min", 144.0)),
        ("刷新率至少144", AttributeLimit("refresh_rate", "min", 144.0)),
        ("电池5000以上", AttributeLimit("battery_capacity", "min", 5000.0)),
        ("能装15寸电脑的双肩包", AttributeLimit("laptop_size", "min", 15.0, "in")),
        ("容量60升以上", AttributeLimit("capacity", "min", 60.0, "l")),
    ],
)
def test_a_number_beside_the_name_of_an_attribute(text: str, limit: AttributeLimit) -> None:
    slots = reader().read(text, "zh", "refine_search")
    assert slots.attributes == (limit,)
    assert slots.price_min is None
    assert "Laptops" not in slots.categories


@pytest.mark.parametrize("text", ["价格300以内", "预算300", "300以内"])
def test_money_stays_money(text: str) -> None:
    slots = reader().read(text, "zh", "refine_search")
    assert slots.attributes == ()
    assert slots.price_max == 300


@pytest.mark.parametrize("text", ["尺码怎么选 我180 75公斤", "身高175 体重70公斤 选什么码"])
def test_ones_own_measures_limit_nothing(text: str) -> None:
    assert reader().read(text, "zh", "ask_product").attributes == ()


def test_an_amount_typed_by_its_sound_is_a_bound() -> None:
    slots = reader().read("500块一下的", "zh", "refine_search")
    assert slots.price_min is None
    assert slots.price_max == 500


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("手鸡", "手机"),
        ("双间包", "双肩包"),
        ("手机", None),
        ("耳鸡", "耳机"),
        ("天气", None),
        ("包邮吗", None),
        ("", None),
    ],
)
def test_a_thing_by_its_sound(word: str, meant: str | None) -> None:
    assert meant_by_sound(word, SHOP) == meant


def test_what_sounds_alike_reads_alike() -> None:
    assert sound_of("张") == sound_of("脏")
    slots = reader().read("手鸡有吗", "zh", "search_products")
    assert slots.categories == ("Phones",)
    assert reader().read("手鸡有吗", "zh", "cancel_order").categories == ()


def test_traditional_words_are_matched_and_names_stay_as_written() -> None:
    written = "預算兩百以內的顯示器，寄到台北市信義區松高路11號 110"
    plain = simplified(written)
    slots = AsWritten(reader(), plain, written).read(plain, "zh", "search_products")
    assert slots.categories == ("Monitors",)
    assert slots.price_max == 200
    assert not is_traditional(slots.query)
    address = AsWritten(reader(), plain, written).read(plain, "zh", "change_shipping_address")
    assert address.address is not None
    assert "信義區松高路11號" in address.address


def test_a_shop_that_writes_traditional_is_read_as_it_writes() -> None:
    assert not writes_traditional(SHOP)
    assert writes_traditional(Vocabulary(translations={"monitors": "顯示器"}))


@given(st.text(max_size=40))
def test_simplifying_keeps_places(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("38 h", "38 小时"),
        ("10 hours", "10 小时"),
        ("16 l", "16 升"),
        ("15.6 in", "15.6 英寸"),
        ("5 m", "5 米"),
        ("254 g", "254 g"),
        ("8 GB", "8 GB"),
        ("1L", "1L"),
    ],
)
def test_units_that_are_words_are_put_into_chinese(value: str, shown: str) -> None:
    assert translate_value(value, "zh") == shown
    assert translate_value(value, "en") == value


def test_the_little_shop_of_the_benchmark_is_not_misread() -> None:
    vocabulary = shop_vocabulary()
    for word in ("无线", "便宜", "红色", "女士", "订单", "发票"):
        assert meant_by_sound(word, vocabulary) is None
