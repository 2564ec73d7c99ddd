"""What is said of orders: acts, things by name, versions by their options; on made-up goods."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.understanding.service.acts import read_acts
from assistant.understanding.service.choosing import choose
from assistant.understanding.service.claim_words import claims
from assistant.understanding.service.naming import ALL, Thing, find_mentions
from assistant.understanding.service.places import parse_address, stands_for
from assistant.understanding.service.questions import question_about
from assistant.understanding.service.values import find_values
from assistant.understanding.service.wanted import Version, overlaid, read_wish

LAMPS = {
    "color": ("amber", "teal", "grey"),
    "brightness": ("low", "medium", "high"),
    "power": ("battery", "USB", "mains adapter"),
    "dimmable": ("yes", "no"),
    "length": ("30 cm", "60 cm", "90 cm"),
}
VERSIONS = [
    Version(
        "a", {"color": "amber", "brightness": "low", "power": "USB", "length": "30 cm"}, Decimal(20)
    ),
    Version(
        "b", {"color": "teal", "brightness": "low", "power": "USB", "length": "30 cm"}, Decimal(25)
    ),
    Version(
        "c",
        {"color": "teal", "brightness": "high", "power": "battery", "length": "60 cm"},
        Decimal(40),
    ),
    Version(
        "d", {"color": "grey", "brightness": "high", "power": "USB", "length": "90 cm"}, Decimal(35)
    ),
    Version(
        "e",
        {"color": "amber", "brightness": "medium", "power": "battery", "length": "30 cm"},
        Decimal(15),
        False,
    ),
]
NOW = VERSIONS[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the teal one with usb", {("color", "teal", False), ("power", "USB", False)}),
        ("gray, not amber", {("color", "grey", False), ("color", "amber", True)}),
        ("one that is not dimmable", {("dimmable", "no", False)}),
        (
            "a dimmable one for the mains",
            {("dimmable", "yes", False), ("power", "mains adapter", False)},
        ),
        (
            "{'color': 'teal', 'brightness': 'high'}",
            {("color", "teal", False), ("brightness", "high", False)},
        ),
        ("60cm instead of amber", {("length", "60 cm", False), ("color", "amber", True)}),
        ("不要灰色，要琥珀", {("color", "grey", True)}),
    ],
)
def test_values_are_found_however_they_are_put(
    text: str, found: set[tuple[str, str, bool]]
) -> None:
    assert {(one.option, one.value, one.denied) for one in find_values(text, LAMPS)} == found


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("the same one but in teal", "one", "b"),
        ("a brighter one", "many", "d"),
        ("a brighter one, I prefer battery over USB", "one", "c"),
        ("the longest", "one", "d"),
        ("the cheapest one", "one", "b"),
        ("the most expensive", "one", "c"),
        ("something under $30", "one", "b"),
        ("anything cheaper", "none", "b"),
        ("30 cm longer", "one", "c"),
        ("teal, high, mains", "none", "c"),
        ("the grey one, if you have it", "one", "d"),
    ],
)
def test_the_version_meant_is_chosen(text: str, kind: str, first: str) -> None:
    values = {name: known for name, known in LAMPS.items() if name != "dimmable"}
    pick = choose(read_wish(text, values, NOW.options), VERSIONS, NOW)
    assert (pick.kind, pick.versions[0].id if pick.versions else "") == (kind, first)


def test_a_later_remark_goes_before_an_earlier_one() -> None:
    first = read_wish("the same one but in teal", LAMPS, NOW.options)
    later = overlaid(
        first, read_wish("no, grey and 90 cm, bright doesn't matter", LAMPS, NOW.options)
    )
    assert later.must == {"color": ("grey",), "length": ("90 cm",)}


THINGS = [
    Thing("1", "Brightwell Desk Lamp", category="Lamps", brand="Brightwell"),
    Thing("2", "Book Shelf, oak", category="Shelves"),
    Thing("3", "Trail Backpack 30", category="Backpacks"),
    Thing("4", "Trail Backpack 45", category="Backpacks"),
    Thing("5", "机械键盘", title_zh="机械键盘", category="Keyboards"),
]


def test_things_answer_to_their_names() -> None:
    def keys(text: str) -> list[tuple[tuple[str, ...], int | None]]:
        return [(mention.keys, mention.count) for mention in find_mentions(text, THINGS)]

    assert keys("the desk lamp and my bookshelf") == [(("1",), None), (("2",), None)]
    assert keys("both backpacks") == [(("3", "4"), 2)]
    assert keys("all the shelves") == [(("2",), ALL)]
    assert keys("我的键盘") == [(("5",), None)]
    assert keys("nothing of the kind") == []


def test_a_turn_falls_apart_into_acts() -> None:
    heard = read_acts(
        "I got order W12345. I want to return the lamp and change the shelf to a black one;"
        " if there is none, cancel it. My name is Ada Quill, zip 12345. What do I get back?",
        "en",
    )
    assert [(act.kind, act.when) for act in heard.acts] == [
        ("return", ""), ("swap", ""), ("cancel", "if_not"),
    ]  # fmt: skip
    assert heard.acts[0].lead == ("I got order W12345.",)
    assert heard.others == ("What do I get back?",)
    assert heard.shared


@pytest.mark.parametrize(
    "text",
    [
        "please don't cancel my order",
        "how do I return something?",
        "what happens if I cancel my order?",
        "my return has arrived",
        "别取消我的订单",
        "怎么退货",
    ],
)
def test_what_is_only_spoken_of_is_no_act(text: str) -> None:
    language = "zh" if text[0] > "z" else "en"
    assert read_acts(text, language).acts == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("the lamp came broken", True),
        ("少发了一个灯泡", True),
        ("一共多少了", False),
        ("便宜的那个少了啥", False),
        ("那坏了呢", False),
        ("I picked the wrong colour on my order", False),
        ("我爸的拐杖断了得再给他买一根", False),
        ("my kettle broke so I'm buying another kettle", False),
        ("what if it comes broken?", False),
    ],
)
def test_a_fault_is_reported_as_a_fact(text: str, reported: bool) -> None:
    assert claims(text) is reported


def test_addresses_are_taken_apart() -> None:
    found = parse_address("send it to 12 Elm Street, Suite 4, Springfield, IL 62701, please")
    assert found == {
        "line1": "12 Elm Street", "line2": "Suite 4", "city": "Springfield", "state": "IL",
        "postcode": "62701", "country": "USA",
    }  # fmt: skip
    assert parse_address("12 Elm Street, Springfield 62701")["state"] == "IL"  # type: ignore[index]
    assert parse_address("my home") is None
    assert stands_for("my NYC place", {"city": "New York", "state": "NY"})
    assert not stands_for("my new place", {"city": "New York", "state": "NY"})


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how many lamps are available?", "how_many_versions"),
        ("how much do I get back in total?", "money_back"),
        ("what is my gift card balance?", "balance"),
        ("what is the tracking number of order W12345?", "orders"),
        ("how long does a refund take to arrive?", None),
        ("show me red lamps", None),
        ("can you fix a bike I bought elsewhere?", None),
        ("what do you have saved for me?", None),
        ("为啥是这几个", None),
        ("再来几个", None),
        ("我一共几个订单", None),
        ("这盏灯有几种颜色", "how_many_versions"),
    ],
)
def test_questions_about_ones_own(text: str, about: str | None) -> None:
    assert question_about(text) == about


def test_a_word_of_two_options_goes_to_the_one_that_is_not_named_better() -> None:
    values = {"size": ("S", "M", "L"), "ventilation": ("low", "medium", "high")}
    found = find_values("a red one in medium with high ventilation", values)
    assert {said.option: said.value for said in found} == {"size": "M", "ventilation": "high"}
