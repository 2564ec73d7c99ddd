"""Questions about all of a kind are told from those about one thing, an order, or a wait."""

from __future__ import annotations

import pytest

from assistant.dialogue.overall import asks_over_all, kind_named


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how many headphones under 50?", "count"),
        ("what's the price range of your monitors", "range"),
        ("how expensive are your tents", "range"),
        ("你们有多少款耳机", "count"),
        ("50元以下的耳机有几款", "count"),
        ("显示器的价格范围是多少", "range"),
        ("how many days does delivery take", None),
        ("how many jackets did I order", None),
        ("给我推荐几件东西吧", None),
        ("购物车里有多少件", None),
        ("the cheapest kettle", None),
    ],
)
def test_what_is_asked_of_all(text: str, asked: str | None) -> None:
    assert asks_over_all(text) == asked


@pytest.mark.parametrize(
    ("query", "kind"),
    [("headphones", "headphones"), ("多少款耳机", "耳机"), ("显示器范围是多少", "显示器")],
)
def test_the_kind_is_left_of_the_words(query: str, kind: str) -> None:
    assert kind_named(query) == kind
