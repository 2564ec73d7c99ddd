"""For whom something is sought: the shopper or somebody else, and how old that one is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.dialogue.recommended import THEM
from db.models import Event

_KIN: Final = (
    r"wife|husband|partner|girlfriend|boyfriend|mother|mum|mom|mommy|mummy|father|dad|daddy|parents|"
    r"daughters?|sons?|kids?|child|children|baby|toddler|sister|brother|grand\w+|gran|granny|nephew|"
    r"niece|aunt|uncle|cousin|friends?|boss|colleagues?|teacher|neighbou?rs?|fianc\w+|in-laws?"
)
_KIN_ZH: Final = (
    "老婆|妻子|太太|老公|丈夫|先生|女朋友|男朋友|对象|妈妈|母亲|爸爸|父亲|爸妈|父母|女儿|闺女|儿子|孩子|宝宝|小孩|"
    "姐姐|妹妹|哥哥|弟弟|奶奶|爷爷|外婆|外公|姥姥|姥爷|孙女|孙子|侄女|侄子|外甥|阿姨|叔叔|朋友|同事|老板|老师|邻居"
)
_GIFT: Final = re.compile(
    rf"\b(?:gifts?|presents?|birthday|christmas|anniversary)\b(?! card)"
    rf"|\bfor (?:my|our|a|an|his|her|the) (?:[\w-]+ ){{0,3}}?(?:{_KIN})\b"
    rf"|\b(?:my|our) (?:[\w-]+ )?(?:{_KIN})\b"
    r"|\bfor (?:him|her|them|somebody|someone)\b"
    r"|礼物|礼品|送(?:给|人|礼)|生日"
    rf"|(?:给|为|帮|送)我?(?:的|家)?(?:\d+ ?岁?的)?(?:{_KIN_ZH}|他|她|别人)"
    rf"|我(?:的|家)?(?:\d+ ?岁?的)?(?:{_KIN_ZH})",
    re.IGNORECASE,
)
_SELF: Final = re.compile(
    r"\bfor (?:me|myself)\b|我自己|自己(?:穿|用|买)"
    rf"|给我(?!推荐|介绍|看|找|挑|选|来|说|讲|换|拿|家|的|妈|爸|老|女|儿|孩|\d|{_KIN_ZH})",
    re.IGNORECASE,
)
_AGE: Final = re.compile(
    r"\b(?P<a>\d{1,2})[- ]?(?:years?|yrs?|yo|y/o)(?:[- ]old)?\b"
    r"|\b(?:aged?|who is|who's|turning|turns) (?P<b>\d{1,2})\b"
    rf"|\b(?:{_KIN}),? (?:is |\()?(?P<c>\d{{1,2}})(?![\d.%$€£]| ?(?:pairs?|pieces?|usd|euros?))\b"
    r"|\b(?:he|she)(?:'s| is| just turned) (?P<e>\d{1,2})(?=\s*(?:[.,!?]|$|and\b|but\b))"
    r"|(?P<d>\d{1,2}) ?(?:周?岁|歲)",
    re.IGNORECASE,
)


_REST: Final = re.compile(
    rf"\b(?:{_KIN}|something|anything|years?|old|for|my|our|an?|the|from|of|who|he|she|they|really"
    r"|is|are|into|likes?|loves?|enjoys?|crazy about|fan|big|keen|on)\b"
    rf"|(?:帮忙|帮我|给我)?[挑选买送找](?:[一个点些件份样]+)?|生日|礼物|礼品"
    rf"|{_KIN_ZH}|[他她它]们?|(?:很|特别|非常|最|平时|也)?(?:喜欢|热爱|爱好|爱|迷)|的|岁"
    r"|(?<![\w.])\d{1,2}(?![\w.])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Whom:
    """What an utterance says of who something is for."""

    other: bool = False
    """Somebody else than the shopper."""
    own: bool = False
    """The shopper says it is for themselves."""
    age: int | None = None
    """In years, where it was said."""


def whom(text: str) -> Whom:
    """Read an utterance in either language."""
    own = _SELF.search(text) is not None
    other = not own and _GIFT.search(text) is not None
    found = _AGE.search(text) if other or THEM.search(text) else None
    age = next((int(group) for group in found.groups() if group), None) if found else None
    return Whom(other, own, age)


def without_whom(query: str) -> str:
    """The words that say what is sought, without those that say for whom."""
    left = _GIFT.sub(" ", _AGE.sub(" ", f" {query} "))
    return " ".join(_REST.sub(" ", left).split())


def still_for_another(before: bool, text: str, intent: str, *, follows: bool = False) -> bool:
    """Whether what is done now is for somebody else, given whether it was in the turn before.

    It holds for what follows ("the second one", "in red", "she loves animals") until something is
    sought anew; `follows` tells that it adds to the list on show.
    """
    said = whom(text)
    if said.other:
        return True
    if before and follows and not said.own:
        return True
    if said.own or intent in ("recommend_products", "search_products", "set_preference", "greet"):
        return False
    return before


def marked(
    session: Session, rows: list[dict[str, Any]], conversation_id: str, gift: bool
) -> list[dict[str, Any]]:
    """The events of a turn, each with whether it is for somebody else.

    What is bought was put into the cart before: it is a gift where that was one.
    """
    bought = [row["product_id"] for row in rows if row["kind"] == "purchase"]
    gifts: dict[str, bool] = {}
    if bought:
        for product_id, was in session.execute(
            select(Event.product_id, Event.gift)
            .where(Event.conversation_id == conversation_id, Event.kind == "cart_add")
            .where(Event.product_id.in_(bought))
            .order_by(Event.id)
        ):
            gifts[str(product_id)] = was
    return [
        {
            **row,
            "gift": row.get("gift", False)
            or (
                gifts.get(str(row["product_id"]), gift)
                if row["kind"] == "purchase"
                else gift and row["kind"] != "preference"
            ),
        }
        for row in rows
    ]
