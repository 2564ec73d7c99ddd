"""Two asks in one turn are taken apart; everything doubtful stays whole."""

from __future__ import annotations

import pytest

from assistant.conversation import Language
from assistant.understanding.slots import split_asks


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "add the second to my cart and tell me about delivery",
            ["add the second to my cart", "tell me about delivery"],
        ),
        (
            "Do you have this in red? And how long is delivery?",
            ["Do you have this in red?", "how long is delivery?"],
        ),
        (
            "cancel my order and then show me running shoes",
            ["cancel my order", "show me running shoes"],
        ),
        (
            "put it in the basket, also what is your return policy",
            ["put it in the basket", "what is your return policy"],
        ),
        ("把第二个加入购物车,顺便问一下运费多少", ["把第二个加入购物车", "顺便问一下运费多少"]),
        ("帮我取消订单。然后推荐几款跑步鞋", ["帮我取消订单", "然后推荐几款跑步鞋"]),
    ],
)
def test_two_asks(text: str, parts: list[str]) -> None:
    language: Language = "zh" if "\u4e00" <= text[0] <= "\u9fff" else "en"
    assert split_asks(text, language) == parts


@pytest.mark.parametrize(
    "text",
    [
        "red and blue shoes",
        "shirt and trousers",
        "show me shirts and trousers",
        "compare the first and the second",
        "it broke and I want to return it",
        "cancel my order and refund me",
        "hi, I'm looking for shoes",
        "I want shoes. Under 50 please.",
        "laptops under 800 with 16 GB of memory, not Acer",
        "my name is Ann and my zip is 19122",
        "show me something that is light and can take rain",
        "红色和蓝色的鞋",
        "我想买跑步鞋,500元以下",
        "你好,我想买双鞋",
        "买错了,我要退货",
        "衬衫和裤子",
    ],
)
def test_one_ask(text: str) -> None:
    language: Language = "zh" if "\u4e00" <= text[0] <= "\u9fff" else "en"
    assert split_asks(text, language) == [text]


def test_nothing_said() -> None:
    assert split_asks("  \n ", "en") == []
