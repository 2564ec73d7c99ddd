"""What answers a question about an order, and what asks for something else."""

from __future__ import annotations

import pytest

from assistant.dialogue.confirm import digresses
from assistant.dialogue.state import Form
from assistant.understanding.types import Slots, Understanding

EITHER = Form("return_item", Slots(), {}, "one:AS-1", (("return_items", "Return"),))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Do the one that gives me the most money back.", False),
        ("which one is cheaper?", True),
    ],
)
def test_words_for_one_of_two_choose_and_a_question_asks(text: str, asks: bool) -> None:
    heard = Understanding(text, "en", "ask_return_policy", 0.9)
    assert digresses(EITHER, heard) is asks
