"""What holds for every utterance: no crash, true spans, ordered bounds, bounded time."""

from __future__ import annotations

import time
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import Language
from assistant.understanding.slots import SlotReader, split_asks
from benchmarks.understanding.slots import shop_vocabulary


@cache
def reader() -> SlotReader:
    return SlotReader(shop_vocabulary(), "USD", lambda: date(2026, 11, 23))


PIECES = [
    "under 50",
    "between",
    "and",
    "20",
    "to",
    "$",
    "€",
    "not",
    "no red",
    "black",
    "leather",
    "16 GB",
    "SSD",
    "size 42",
    "XL",
    "the second one",
    "#W2611340",
    "a@b.co",
    "ship it to",
    "12 Elm Street",
    "next Friday",
    "cheaper",
    "#2",
    "it",
    "3x",
    "laptops",
    "iPhone 15",
    "500元以下",
    "不要",
    "黑色",
    "皮的",
    "第二个",
    "两百",
    "到",
    "以内",
    "运动鞋",
    "43码",
    "给女儿",
    "订单",
    "明天",
    "最便宜",
    "\n",
    ",",
    ".",
    "’",
    "𝟓",
    "İ",
    "\u202e",
    "\x00",
]
UTTERANCES = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
)
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(["en", "zh"])


@settings(max_examples=400, deadline=None)
@given(UTTERANCES, LANGUAGES)
def test_spans_are_true_and_bounds_are_ordered(text: str, language: Language) -> None:
    slots = reader().read(text, language)
    for span in slots.spans:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
    if slots.price_min is not None and slots.price_max is not None:
        assert slots.price_min <= slots.price_max
    assert not set(slots.colors) & set(slots.not_colors)
    assert not set(slots.brands) & set(slots.not_brands)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abdegilmpqsuvwxyz $€£-.,不要元块红色鞋的到以下内", max_size=80), LANGUAGES)
def test_no_number_no_price(text: str, language: Language) -> None:
    # The alphabet spells no number word: none of c, f, h, k, n, o, r, t is in it, and no 百千万.
    slots = reader().read(text, language)
    assert slots.price_min is None
    assert slots.price_max is None


@settings(max_examples=300, deadline=None)
@given(UTTERANCES, LANGUAGES)
def test_asks_are_parts_of_the_text_in_order(text: str, language: Language) -> None:
    parts = split_asks(text, language)
    assert bool(parts) == bool(text.strip())
    assert len(parts) <= 3
    position = 0
    for part in parts:
        assert part.strip()
        at = text.find(part, position)
        assert at >= position, f"{part!r} does not follow in {text!r}"
        position = at + len(part)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "not " * 25_000,
        "1" * 100_000,
        "1,000," * 16_000,
        "under 1 - " * 10_000,
        "a@" * 50_000,
        "ship it to " * 9_000,
        "to " * 33_000,
        " " * 100_000,
        "\x00\u202e" * 50_000,
        "第" * 100_000,
        "一二三" * 33_000,
        "不要" * 50_000,
        "and then show me " * 6_000,
        "my name is " + "Aa " * 33_000,
        "order " * 16_000 + "#",
        "3 m " * 25_000,
        "code " + "A1-" * 33_000,
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_text_costs_little(text: str, language: Language) -> None:
    start = time.process_time()
    reader().read(text, language)
    split_asks(text, language)
    assert time.process_time() - start < 0.5
