"""Asks whether something is due again: "time for new filters?", "am I running low on coffee?"."""

from __future__ import annotations

import re
from typing import Final

from assistant.understanding.types import Understanding

_BUY: Final = r"(?:re-?)?(?:buy|order|get|stock(?: up)?|fill|place|purchase)(?: on)?"
_NOT_SHOPPING: Final = r"(?!(?:return|refund|exchange|cancel|complain|order status)\b)"
_END: Final = r"(?=\s*(?:[?.!,]|$| again| yet| already| soon| now))"
_END_ZH: Final = r"(?=[，。？！?!]|$)"
_DUE: Final = re.compile(
    rf"\btime (?:again )?(?:for|to {_BUY}) (?:an? |my |some |more )?(?:new |another |fresh |more )?"
    rf"{_NOT_SHOPPING}(?P<a>[\w' -]{{2,40}}?){_END}"
    r"|\b(?:am i|are we|i'?m|we'?re|must be|probably|getting) (?:running |getting )?(?:low|out) "
    rf"(?:on|of) (?:my |the )?(?P<b>[\w' -]{{2,40}}?){_END}"
    r"|\b(?:do|should|must|what (?:do|should|must)) i (?:need to |have to )?"
    r"(?:re-?order|restock|re-?stock|replenish|refill|"
    r"(?:buy|order|get|replace)(?= .*\bagain\b| again))"
    rf"(?: on)? ?(?P<c>[\w' -]{{0,40}}?){_END}"
    r"|\b(?:anything|something|what(?:'s| is)?) (?:that (?:is|'s) )?due"
    r"(?: again| for (?:a )?re\w+)?(?=\s*(?:[?.!]|$| again| soon| now))"
    r"|(?:是不是|有没有|我)?(?:也)?(?:快)?该(?:再)?(?:换|买|补|囤|订)"
    r"(?!货吗|货了|尺|码|个?颜|大|小)(?:新的?|点|些|一?个)?"
    rf"(?P<d>[^，。？！?!了吗么吧]{{0,12}}?)(?:了(?:吗|么|没|吧|呢)?|吗|吧){_END_ZH}"
    r"|(?P<e>[^，。？！?!]{1,12}?)(?:是不是)?(?:快|要)(?:用|吃|喝)?(?:完|光|没)了?"
    rf"(?:吧|吗|么|没|呢)?{_END_ZH}"
    r"|(?:有什么|我)?(?:要|需要|该)(?:不要)?补(?:货|点货)了?(?:吗|么|的|没)?",
    re.IGNORECASE,
)
_SHOPS: Final = re.compile(
    r"\b(?:you|they|your|back in stock|available|deliver\w*|return|refund|cancel|track)\b"
    r"|你们|店里|到货|退|取消|快递|发货",
    re.IGNORECASE,
)
_ANYTHING: Final = re.compile(
    r"^(?:anything|something|things?|stuff|it|them|this|that|again|more|supplies|what|nothing|"
    r"一下|什么|东西|点什么|货|有什么|它|的|了)*$",
    re.IGNORECASE,
)
_OWN: Final = re.compile(
    r"^(?:(?:my|the|some|new|more|any|another)\b ?|我的|我|家里的?|我家的?)+", re.I
)


def asked_due(text: str) -> str | None:
    """What is asked to be due again, in the shopper's words; "" for anything, None where that is
    not asked."""
    found = _DUE.search(text)
    if found is None or _SHOPS.search(text):
        return None
    said = next((group for group in found.groups() if group), "").strip()
    named = _OWN.sub("", said).strip()
    return "" if _ANYTHING.match(named) else named


def as_due(heard: Understanding) -> Understanding:
    """The same, read as an ask for what to buy again where its words say so."""
    if heard.intent == "recommend_products" or asked_due(heard.text) is None:
        return heard
    return heard.meant("recommend_products")
