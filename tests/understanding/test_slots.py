"""Slots of single utterances, on the benchmark's little shop."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.conversation import Language
from assistant.understanding.slots import SlotReader
from assistant.understanding.types import AttributeLimit, Slots
from benchmarks.understanding.slots import shop_vocabulary
from knowledge.vocabulary import Vocabulary

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader(shop_vocabulary(), "USD", lambda: TODAY)


def read(reader: SlotReader, text: str, intent: str | None = None) -> Slots:
    language: Language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"
    return reader.read(text, language, intent)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("under 800", None, "800"),
        ("below $40", None, "40"),
        ("between 20 and 50", "20", "50"),
        ("20-50 dollars", "20", "50"),
        ("from 50 to 20", "20", "50"),
        ("around 100", "85", "115"),
        ("at least 30", "30", None),
        ("max 1.2k", None, "1200"),
        ("less than 1,250.50", None, "1250.50"),
        ("a hundred and fifty dollars or less", None, "150"),
        ("不超过500", None, "500"),
        ("500元以下", None, "500"),
        ("100到200块", "100", "200"),
        ("两百以内", None, "200"),
        ("不到一千", None, "1000"),
        ("300左右", "255", "345"),
        ("一万二以上", "12000", None),
        ("1.5万以内", None, "15000"),
    ],
)
def test_prices(reader: SlotReader, text: str, low: str | None, high: str | None) -> None:
    slots = read(reader, text)
    assert slots.price_min == (None if low is None else Decimal(low))
    assert slots.price_max == (None if high is None else Decimal(high))


@pytest.mark.parametrize(
    "text",
    [
        "16 GB of memory",
        "size 42",
        "iPhone 15",
        "2 kg",
        "order 48213771",
        "AS-48213",
        "under 2 kg",
        "at least 3 stars",
        "within 5 days",
        "two of them",
        "43码",
        "16G内存",
        "第二个",
        "三天以内",
        "5公斤以下",
    ],
)
def test_numbers_that_are_no_price(reader: SlotReader, text: str) -> None:
    slots = read(reader, text)
    assert slots.price_min is None
    assert slots.price_max is None


def test_a_price_keeps_the_currency_said(reader: SlotReader) -> None:
    assert read(reader, "under 50 euros").currency == "EUR"
    assert read(reader, "under £50").currency == "GBP"
    assert read(reader, "under 50").currency is None


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("with 16 GB of memory", [("memory", "eq", 16.0, "GB")]),
        ("16 GB RAM or more", [("memory", "min", 16.0, "GB")]),
        (
            "at least 512GB SSD",
            [("storage", "min", 512.0, "GB"), ("storage type", "eq", "SSD", "")],
        ),
        ("15 inch laptop", [("screen size", "eq", 15.0, "in")]),
        ("15.6寸", [("screen size", "eq", 15.6, "in")]),
        ("laptop under 1.5 kg", [("weight", "max", 1.5, "kg")]),
        ("a 2 l kettle", [("capacity", "eq", 2.0, "l")]),
        ("waterproof boots", [("waterproof", "eq", "yes", "")]),
        ("防水的背包", [("waterproof", "eq", "yes", "")]),
        ("not waterproof", [("waterproof", "ne", "yes", "")]),
        ("16G+512G笔记本", [("memory", "eq", 16.0, "GB"), ("storage", "eq", 512.0, "GB")]),
    ],
)
def test_attribute_limits(reader: SlotReader, text: str, limits: list[Any]) -> None:
    assert read(reader, text).attributes == tuple(AttributeLimit(*limit) for limit in limits)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("laptops", "categories", ("Laptops",)),
        ("a notebook", "categories", ("Laptops",)),
        ("trousers", "categories", ("Pants",)),
        ("tank top", "categories", ("Tanks",)),
        ("a hoodie", "categories", ("Hoodies & Sweatshirts",)),
        ("运动鞋", "categories", ("Sneakers", "Running Shoes")),
        ("笔记本电脑", "categories", ("Laptops",)),
        ("grey", "colors", ("gray",)),
        ("海军蓝", "colors", ("navy",)),
        ("深蓝的T恤", "colors", ("navy",)),
        ("women's", "audiences", ("women",)),
        ("for my wife", "audiences", ("women",)),
        ("给女儿", "audiences", ("kids",)),
        ("不要皮的", "not_materials", ("leather",)),
        ("not leather", "not_materials", ("leather",)),
        ("non-leather bag", "not_materials", ("leather",)),
        ("not Acer", "not_brands", ("Acer",)),
        ("anything but black", "not_colors", ("black",)),
        ("no red", "not_colors", ("red",)),
        ("不要黑色", "not_colors", ("black",)),
        ("除了耐克", "not_brands", ("Nike",)),
        ("not red or blue", "not_colors", ("red", "blue")),
        ("size 42", "sizes", ("42",)),
        ("EU 44", "sizes", ("44",)),
        ("32x34", "sizes", ("32x34",)),
        ("43码", "sizes", ("43",)),
        ("L号", "sizes", ("L",)),
        ("加大", "sizes", ("XL",)),
        ("in medium", "sizes", ("M",)),
        ("the second one", "ordinals", (2,)),
        ("first two", "ordinals", (1, 2)),
        ("the last one", "ordinals", (-1,)),
        ("number three", "ordinals", (3,)),
        ("前两个", "ordinals", (1, 2)),
        ("最后一个", "ordinals", (-1,)),
        ("2", "ordinals", (2,)),
        ("tomorrow", "dates", (date(2026, 11, 24),)),
        ("next Friday", "dates", (date(2026, 12, 4),)),
        ("明天", "dates", (date(2026, 11, 24),)),
        ("two of them", "quantity", 2),
        ("3x", "quantity", 3),
        ("两件", "quantity", 2),
        ("where is #W2611340", "order_id", "#W2611340"),
        ("订单号是48213771", "order_id", "48213771"),
        ("zip 19122", "postcode", "19122"),
        ("邮编100080", "postcode", "100080"),
        ("I'm Yusuf Rossi", "name", "Yusuf Rossi"),
        ("我叫王芳", "name", "王芳"),
        ("write to Ann@Example.COM.", "email", "ann@example.com"),
        ("the cheapest", "sort", "price_asc"),
        ("最便宜的", "sort", "price_asc"),
        ("show me more", "direction", "more"),
        ("便宜点", "direction", "cheaper"),
        ("五星", "rating", 5),
        ("4 stars", "rating", 4),
        ("promo code SPRING20", "coupon", "SPRING20"),
    ],
)
def test_one_slot(reader: SlotReader, text: str, field: str, value: Any) -> None:
    assert getattr(read(reader, text), field) == value


def test_what_is_ruled_out_is_not_asked_for(reader: SlotReader) -> None:
    slots = read(reader, "no red, blue please")
    assert slots.colors == ("blue",)
    assert slots.not_colors == ("red",)
    slots = read(reader, "no, red")
    assert slots.colors == ("red",)
    assert slots.not_colors == ()


def test_have_or_have_not_is_a_question_in_chinese(reader: SlotReader) -> None:
    assert read(reader, "有没有红色的").colors == ("red",)
    assert read(reader, "要不要黑色").not_colors == ()


@pytest.mark.parametrize(
    ("text", "wanted", "ruled_out"),
    [
        ("不要黑色的，白色的", ("white",), ("black",)),
        ("不要黑的，红的", ("red",), ("black",)),
        ("不要黑色、白色的", (), ("black", "white")),
        ("不要黑色的，白色的也不要", (), ("black", "white")),
        ("不要黑色和白色的，红色的", ("red",), ("black", "white")),
    ],
)
def test_what_is_named_after_what_is_ruled_out_is_wanted(
    reader: SlotReader, text: str, wanted: tuple[str, ...], ruled_out: tuple[str, ...]
) -> None:
    slots = read(reader, text)
    assert set(slots.colors) == set(wanted)
    assert set(slots.not_colors) == set(ruled_out)


def test_slips_are_mended_but_real_words_are_left_alone(reader: SlotReader) -> None:
    assert read(reader, "lenvo laptops").brands == ("Lenovo",)
    assert read(reader, "backpak").categories == ("Backpacks",)
    for words in ("canoe paddles", "my brother", "a sharp knife", "champagne flutes"):
        assert read(reader, words).brands == ()


def test_an_accessory_is_not_the_thing_itself(reader: SlotReader) -> None:
    assert "Laptops" not in read(reader, "a laptop bag").categories
    assert "Smartphones" not in read(reader, "手机壳").categories


def test_inches_are_of_screens_where_there_is_one(reader: SlotReader) -> None:
    assert read(reader, "15 inch").attributes[0].name == "screen size"
    assert read(reader, "27 inch monitor").attributes[0].name == "screen size"
    assert "screen size" not in [a.name for a in read(reader, "28 inch suitcase").attributes]
    assert read(reader, "26 cm frying pan").attributes[0].name == "diameter"


def test_what_a_thing_is_for_is_not_sought(reader: SlotReader) -> None:
    assert read(reader, "a desk lamp for my printer").categories == ("Desk Lamps",)


@pytest.mark.parametrize("text", ["沙发包安装吗", "咖啡一包够了", "包邮吗", "礼品包装太差"])
def test_to_pack_and_to_include_are_no_bags(reader: SlotReader, text: str) -> None:
    assert read(reader, text).categories == ()


def test_what_is_taken_back_is_not_read(reader: SlotReader) -> None:
    assert read(reader, "是9码不是8码").sizes == ("9",)
    slots = read(reader, "是五十以内,不是五十以上")
    assert slots.price_min is None
    assert slots.price_max == 50


@pytest.mark.parametrize(
    "text", ["I have no bag yet", "about 40 km away", "the order from the 2nd", "HL-2030"]
)
def test_what_only_looks_like_a_slot(reader: SlotReader, text: str) -> None:
    slots = read(reader, text)
    assert slots.not_categories == ()
    assert slots.price_max is None
    assert slots.order_id is None


def test_the_query_holds_what_is_sought_and_no_limits(reader: SlotReader) -> None:
    slots = read(reader, "Can you show me gaming laptops under 800, not Acer please?")
    assert slots.query == "gaming laptops"
    assert read(reader, "我想买跑步鞋,500元以下").query == "跑步鞋"
    assert read(reader, "cheaper").query == ""
    assert read(reader, "track my order", "track_order").query == ""


def test_the_topic_of_a_question(reader: SlotReader) -> None:
    assert read(reader, "tell me about delivery", "ask_delivery").topic == "delivery"
    assert read(reader, "does it have a zip pocket?", "ask_product").topic == "zip pocket"
    assert read(reader, "关于退货的规定", "ask_return_policy").topic == "退货"


def test_an_address_with_its_postcode(reader: SlotReader) -> None:
    slots = read(reader, "please ship it to 445 Elm Ave, Austin, TX 78701 instead")
    assert slots.address == "445 Elm Ave, Austin, TX 78701"
    assert slots.postcode == "78701"
    assert read(reader, "do you ship to Canada").address is None


@pytest.mark.parametrize("text", ["想要一块手表", "两块香皂", "来一块毛巾"])
def test_a_measure_word_is_no_price(reader: SlotReader, text: str) -> None:
    slots = read(reader, text)
    assert (slots.price_min, slots.price_max) == (None, None)


def test_never_wearing_something_rules_it_out(reader: SlotReader) -> None:
    assert read(reader, "我从来不穿羊毛的衣服", "set_preference").not_materials == ("wool",)


def test_an_empty_shop_still_reads_what_needs_no_catalogue() -> None:
    slots = SlotReader(Vocabulary(), "EUR", lambda: TODAY).read("two red shoes under €50", "en")
    assert slots.price_max == 50
    assert slots.colors == ()


def test_pounds_are_money_only_where_money_is_pounds() -> None:
    british = SlotReader(shop_vocabulary(), "GBP", lambda: TODAY)
    assert british.read("under 50 pounds", "en").price_max == 50
    assert SlotReader(shop_vocabulary(), "USD", lambda: TODAY).read(
        "under 50 pounds", "en"
    ).attributes == (AttributeLimit("weight", "max", 50.0, "lb"),)


@pytest.mark.parametrize(
    ("text", "categories", "denied"),
    [
        ("双肩包不要皮的", ("Backpacks",), ("not_materials", ("leather",))),
        ("笔记本电脑不要戴尔和联想", ("Laptops",), ("not_brands", ("Dell", "Lenovo"))),
        ("sweaters that aren't wool", ("Sweaters",), ("not_materials", ("wool",))),
        ("我对羊毛过敏", (), ("not_materials", ("wool",))),
        ("皮的不要", (), ("not_materials", ("leather",))),
    ],
)
def test_a_denial_binds_to_what_it_rules_out(
    reader: SlotReader, text: str, categories: tuple[str, ...], denied: tuple[str, tuple[str, ...]]
) -> None:
    slots = read(reader, text)
    assert slots.categories == categories
    assert slots.not_categories == ()
    assert getattr(slots, denied[0]) == denied[1]


def test_an_operator_may_stand_between_the_attribute_and_its_number(reader: SlotReader) -> None:
    limit = AttributeLimit("memory", "min", 32.0, "GB")
    assert read(reader, "内存至少32G的笔记本电脑").attributes == (limit,)
    tall = read(reader, "a bookcase taller than 150 cm").attributes
    assert tall == (AttributeLimit("height", "min", 150.0, "cm"),)


@pytest.mark.parametrize("text", ["compare 2 and 3", "2和3对比"])
def test_numbers_that_are_compared_are_positions(reader: SlotReader, text: str) -> None:
    assert read(reader, text).ordinals == (2, 3)


def test_a_range_is_no_pair_of_positions(reader: SlotReader) -> None:
    assert read(reader, "a speaker between 30 and 80").ordinals == ()


def test_a_relative_clause_points_at_nothing(reader: SlotReader) -> None:
    assert not read(reader, "a printer that prints wirelessly").deictic
    assert read(reader, "does this come in XL").deictic


@pytest.mark.parametrize(
    ("text", "name", "operator", "value", "unit"),
    [
        ("32 gigs of ram please", "memory", "eq", 32.0, "GB"),
        ("no wider than 80cm", "width", "max", 80.0, "cm"),
        ("宽不超过80厘米的书架", "width", "max", 80.0, "cm"),
        ("a backpack lighter than 900 g", "weight", "max", 900.0, "g"),
        ("earbuds, 8h+ battery", "battery life", "min", 8.0, "h"),
    ],
)
def test_a_limit_reads_its_attribute_from_either_side(
    reader: SlotReader, text: str, name: str, operator: Any, value: float, unit: str
) -> None:
    assert AttributeLimit(name, operator, value, unit) in read(reader, text).attributes


def test_traditional_characters_read_as_simplified_and_spans_hold(reader: SlotReader) -> None:
    text = "有沒有紅色的連衣裙"
    slots = read(reader, text)
    assert (slots.colors, slots.categories) == (("red",), ("Dresses",))
    assert all(text[span.start : span.end] == span.text for span in slots.spans)


def test_brands_and_patterns_by_their_chinese_names(reader: SlotReader) -> None:
    assert read(reader, "雷朋太阳镜").brands == ("Ray-Ban",)
    assert AttributeLimit("pattern", "eq", "Striped") in read(reader, "条纹毛衣女款").attributes


def test_half_a_dozen_is_six_and_not_any_more_asks_for_nothing_more(reader: SlotReader) -> None:
    assert read(reader, "I'll have half a dozen of those").quantity == 6
    assert read(reader, "don't need it any more").direction is None


@pytest.mark.parametrize(
    "text",
    [
        *("watch out", "can you watch my order", "I want to watch a film", "what if I'm not home"),
        *("send it home", "deliver to my home", "will it fit", "what if it doesn't fit"),
        *("phone number?", "why is this on top", "show my bag", "another bag of coffee"),
        *("are you part of a chain", "material?", "what's the dress code", "switch account"),
    ],
)
def test_a_verb_or_a_place_to_be_at_is_no_kind_of_goods(reader: SlotReader, text: str) -> None:
    slots = read(reader, text)
    assert (slots.categories, slots.not_categories) == ((), ())


def test_the_same_words_name_goods_where_a_noun_stands(reader: SlotReader) -> None:
    for text in ("a watch", "watch for my wife", "watch over 300 pounds", "does the watch fit"):
        assert read(reader, text).categories == ("Watches",)
    assert read(reader, "something for the home").categories == ("Home",)


def test_whom_one_speaks_to_is_no_audience(reader: SlotReader) -> None:
    for text in ("you guys sent me blue", "guys where is my order", "oh boy", "man this is slow"):
        assert read(reader, text).audiences == ()
    assert read(reader, "the delivery man was rude").audiences == ()
    assert read(reader, "guys shoes").audiences == ("men",)
    assert read(reader, "guys").audiences == ("men",)


@pytest.mark.parametrize(
    "text",
    [
        "black friday deals",
        "clear my basket",
        "translate this letter",
        "红包能用吗",
        "绿色通道",
        "黑色星期五",
        "green delivery",
    ],
)
def test_a_colour_of_a_figure_of_speech_is_none(reader: SlotReader, text: str) -> None:
    assert read(reader, text).colors == ()


def test_a_size_asked_for_or_an_account_is_no_size(reader: SlotReader) -> None:
    for text in ("我穿多大码", "多大码合适", "小号登不上"):
        assert read(reader, text).sizes == ()
    assert read(reader, "换个大号").sizes == ("L",)


@pytest.mark.parametrize(
    ("text", "material"),
    [
        ("皮的我从来不买", "leather"),
        ("羊毛的我穿了痒", "wool"),
        ("leather I never buy", "leather"),
        ("leather is a no", "leather"),
        ("wool makes me itch", "wool"),
    ],
)
def test_what_is_named_first_and_never_taken_is_ruled_out(
    reader: SlotReader, text: str, material: str
) -> None:
    slots = read(reader, text)
    assert (slots.materials, slots.not_materials) == ((), (material,))
