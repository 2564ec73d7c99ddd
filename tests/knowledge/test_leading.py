"""The sentence that holds what is asked for is said first."""

from __future__ import annotations

import pytest

from knowledge.articles.leading import leading

RETURNS = (
    "Reduced things have the same time as all others.",
    "You have 30 days, counted from the day the parcel was delivered.",
    "Only an order that has arrived can go back.",
)
SENDING = (
    "Small parcels are handed over every evening.",
    "A lamp costs 4.50 to send.",
    "They arrive within two to three working days.",
)
CHINESE = (
    "打折商品的期限和其他商品一样。",
    "从签收那天算起，您有 30 天时间。",
    "小包裹运费4.5元。",
)


@pytest.mark.parametrize(
    ("question", "sentences", "place"),
    [
        ("how long do I have to send something back?", RETURNS, 1),
        ("how many days until it is here", SENDING, 2),
        ("how much is it to send a lamp", SENDING, 1),
        ("多久之内可以寄回来", CHINESE, 1),
        ("寄小包裹多少钱", CHINESE, 2),
    ],
)
def test_the_value_asked_for_comes_first(
    question: str, sentences: tuple[str, ...], place: int
) -> None:
    assert leading(question, "Help", sentences, ()) == place


def test_without_a_value_asked_for_the_words_decide() -> None:
    assert leading("are reduced things different", "Help", RETURNS, ()) == 0
