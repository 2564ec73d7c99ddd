"""Questions about all of a kind that the shop has: how many, from what price to what price, and
of which makes."""

from __future__ import annotations

import re
from typing import Literal

_PIECE = "(?:种|款|个|件|双|台|部|把|条|样|只|盏|张|本|套|口|支|副)"
_COUNT = re.compile(
    r"\b(?:how many|what number of|the number of|how big is your (?:choice|selection|range))\b"
    rf"|多少{_PIECE}(?!钱)|有几{_PIECE}(?!月|钱)|几{_PIECE}\W*$|有多少",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?:price range|range of prices?|prices? (?:range|span|go|start)|how expensive"
    r"|starting price|from what price|what price are"
    r"|what do (?:your|the) [\w -]+ (?:cost|go for|sell for)"
    r"|how much (?:do|are) (?:your|the) [\w -]+(?:cost)?|what are the prices)\b"
    r"|价格?(?:范围|区间|幅度|带)|价位|什么价|从多少.{0,4}到多少|大概(?:要)?多少钱|一般(?:要|卖)?多少钱|都(?:要|卖)?多少钱",
    re.IGNORECASE,
)
_BRANDS = re.compile(
    r"\b(?:what|which) (?:(?:other|kinds? of) )?(?:brands?|makes|manufacturers?|labels)\b"
    r"(?! (?:is|was|one))"
    r"|\bwho makes (?:your|the|these)\b"
    r"|(?:什么|哪些|哪几个|哪几种|有啥)(?:牌子|品牌)(?!最|好)|(?:牌子|品牌)(?:都)?有(?:哪些|什么|啥)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:days?|hours?|weeks?|months?|years?|times|ordered|bought|my (?:order|cart|basket)|did i"
    r"|have i|in (?:the|my) (?:cart|basket)|points|left|people|can i (?:buy|order|return)|should i"
    r"|do i (?:need|have|want)|shipping|delivery)\b"
    r"|购物车|订单|我(?:买|订|下)|几(?:天|个月|次)|多少(?:天|次|人)|还剩|积分|运费|快递|要买|需要|推荐|给我|帮我",
    re.IGNORECASE,
)
"""Words of questions after something else that is counted or priced."""


def asks_over_all(text: str) -> Literal["count", "range", "brands"] | None:
    """Whether the number, the price range or the makes of all that is named are asked for."""
    if _OTHER.search(text):
        return None
    if _BRANDS.search(text):
        return "brands"
    if _COUNT.search(text):
        return "count"
    return "range" if _RANGE.search(text) else None


_REST = re.compile(
    r"\b(?:from|to|how|expensive|cost|prices?|in total|altogether|available|on offer|currently)\b"
    r"|\b(?:products?|items?|things|goods|articles|makes?|manufacturers?|labels)\b"
    r"|商品|产品|东西|牌子|品牌|什么|哪些|你们卖的?"
    r"|是?多少|的?价格?|范围|区间|一共|总共|现在|你们|店里|都?有|是",
    re.IGNORECASE,
)


def kind_named(query: str) -> str:
    """What is counted or priced, of the words that such a question leaves to search by."""
    bare = _REST.sub(" ", _RANGE.sub(" ", _COUNT.sub(" ", query)))
    return " ".join(bare.split()).strip("的 ?？")
