"""Chinese queries in English, and slips of the finger, against a small vocabulary."""

from __future__ import annotations

import pytest

from knowledge.spelling import Speller
from knowledge.translating import lexicon, translate
from knowledge.vocabulary import Surface, Vocabulary

OWN = Vocabulary(
    chinese={"夜行鞋": (Surface("category", "Night Shoes"),)},
    words=frozenset({"laptop", "headphone", "kettle", "power", "bank"}),
    longest_chinese=3,
)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("无线鼠标", "wireless mouse"),
        ("我想要买一台黑色的笔记本电脑", "black laptop"),
        ("USB 风扇", "usb fan"),
        ("DVD播放机", "dvd player"),
        ("夜行鞋", "night shoes"),
        ("iphone 7手机壳", "iphone 7 phone case"),
    ],
)
def test_chinese_is_put_into_english(chinese: str, english: str) -> None:
    found = translate(chinese, OWN)
    assert found.text == english
    assert found.share == 1.0


def test_what_no_word_covers_lowers_the_share() -> None:
    found = translate("饕餮鼠标", OWN)
    assert found.text == "mouse"
    assert found.share == 0.5


def test_no_word_of_the_lexicon_stands_twice() -> None:
    assert len(lexicon()) > 1500
    assert all(word == word.lower() and " " not in word for word in lexicon())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("labtop", "laptop"),
        ("hedphones", "headphones"),
        ("wireless moniter", "wireless monitor"),
        ("powerbank", "power bank"),
        ("laptop", "laptop"),
        ("rtx 2060", "rtx 2060"),
    ],
)
def test_slips_are_put_right(said: str, meant: str) -> None:
    held = {"laptop": 9, "power": 5, "bank": 4, "headphones": 7, "wireless": 8, "rtx": 1}
    speller = Speller(OWN, lambda word: held.get(word, 0))
    text, changes = speller.mend(said)
    assert text == meant
    assert bool(changes) == (said != meant)


def test_neighbours_that_are_one_word_in_the_shop() -> None:
    speller = Speller(OWN, lambda word: {"smartwatch": 3}.get(word, 0))
    assert list(speller.joined(["smart", "watch", "band"])) == ["smartwatch"]
