"""Hasty spellings put right, sums that cap a change, and questions that are asks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.understanding.service.questions import supposed
from assistant.understanding.service.spending import most_more, without_it
from assistant.understanding.spelling import mended


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("pls cancle my oder, whats left?", "please cancel my order, what's left?"),
        ("can u chnage the adress w/o a fee", "can you change the address without a fee"),
        ("i wnat to retrun it", "i want to return it"),
        # Names, e-mails, other words of one letter's difference and other alphabets stay.
        ("Ming Chang, 12 U St; oder@shop.example", "Ming Chang, 12 U St; oder@shop.example"),
        ("the charge is older than the chance", "the charge is older than the chance"),
        ("取消订单", "取消订单"),
    ],
)
def test_hasty_words_of_service_are_put_right_and_nothing_else(text: str, right: str) -> None:
    assert mended(text) == right
    assert mended(right) == right


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("only if the price difference is less than $50", 50),
        ("if the total goes up by more than 1,000 dollars don't do it", 1000),
        ("no more than $20 extra", 20),
        ("as long as it doesn't cost more", 0),
        ("if it costs more than the current one, forget it", 0),
        ("差价不超过30元", 30),
        ("最多补15美元", 15),
        ("the cheapest one under $300", None),
        ("only if it costs less than $3000", None),
        ("charge my card if it costs more", None),
    ],
)
def test_how_much_more_a_change_may_cost(text: str, most: int | None) -> None:
    assert most_more(text) == (None if most is None else Decimal(most))
    assert most_more(without_it(text)) is None


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("How much would I get back if I returned the lamp?", "Return the lamp."),
        ("what's the price difference to exchange my lamp for a red one?",
         "Exchange my lamp for a red one."),
        ("instead of my red lamp I'd like the blue one", "Exchange my red lamp for the blue one"),
        ("instead of the red lamp I'd like the blue one", None),
        ("is there another colour I could change it to?", "change it to another colour?"),
        ("how much would it cost to return something?", None),
        ("what would I get if I returned?", None),
        ("show me lamps", None),
    ],
)  # fmt: skip
def test_questions_that_ask_for_a_sum_or_another_version(text: str, ask: str | None) -> None:
    assert supposed(text) == ask
