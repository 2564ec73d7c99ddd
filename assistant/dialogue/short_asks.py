"""Short asks under a list that look like other things: which sells best, what they cost, take it.

"The most popular?" is no wish for new recommendations while a list is on show, "how much" asks for
the prices on it, "buy the first" puts it into the cart and checks out, and "I don't like this one,
another" judges it and asks on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.dialogue.certainty import MONEY
from assistant.dialogue.merge import search_part
from assistant.dialogue.overall import asks_over_all
from assistant.dialogue.recommended import THEM, again
from assistant.dialogue.state import State
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.types import Slots, Understanding

_POPULAR: Final = re.compile(
    r"\b(?:most popular|best[- ]?sell\w*|sells? (?:the )?best|most (?:bought|sold))\b"
    r"|最(?:受欢迎|火|热门|热销|畅销|多人买)|卖得?最(?:好|多|火)|销量最(?:高|好|大)|人气最高"
    r"|买的人最多",
    re.IGNORECASE,
)
_BEST: Final = re.compile(
    r"(?:最好|最值得买?|最推荐)的?(?:是)?(?:哪|那[个款])|哪.{0,3}(?:最好|最值得)(?!看)"
)
_THE_ONE: Final = re.compile(
    r"\bwhich\b|\bwhat(?:'?s| is) the\b|哪|那[个款件双台条]", re.IGNORECASE
)
_PRICE: Final = re.compile(
    r"^\W*(?:[^，。？?]{1,8}的)?(?:都|各|分别|这些|那|它们)*(?:多少钱|几块钱?|几多钱|什么价(?:格|位|钱)?|啥价(?:格|位)?"
    r"|怎么卖|咋卖|价格(?:多少|呢|是多少)?)[呢啊呀吗]?\W*$"
    r"|^\W*(?:and )?(?:how much|what do they cost|the prices?|prices?)"
    r"(?: (?:are|is|do) (?:they|these|those|it|each)(?: cost)?)?\W*$",
    re.IGNORECASE,
)
_BUY: Final = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|please|just|then|i'?ll|i will|let me|i want to)[ ,]+)*"
    r"(?:buy|order|purchase|check ?out)\b(?! (?:history|number|status))"
    r"|下单|买下|拍下|购买|我要?买|就买|买单",
    re.IGNORECASE,
)
_TAKES: Final = re.compile(
    r"^\W*[\u4e00-\u9fff]{0,4}?(?:就|那就)?要第[一二两三四五六七八九十\d]{1,2}[个款件双条台只把][吧了]?\W*$"
)
"""One of the list is taken: 鼠标要第二个."""
_ANOTHER: Final = re.compile(
    r"换(?:一)?[个批组款些]|换别的|(?:看|来)(?:点|些)?(?:别的|其[他它])|别的(?:有|吧|呢)|还有别的"
    r"|\b(?:show|give|see|try|got|any)\b.{0,14}\b(?:others?|another|else|different)\b",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(
    r"最[便贵实划低高]\S{0,2}|\b(?:cheapest|dearest|most expensive)\b", re.I
)
_APART: Final = re.compile(
    r"(?:差|相差|差了?|贵|便宜)(?:了|价)?多少|差价|\b(?:price )?(?:difference|gap|apart)\b",
    re.IGNORECASE,
)
"""Asks how far apart the two ends of a list are."""
_JUDGES: Final = ("give_product_feedback", "deny", "set_preference")
_AGED: Final = re.compile(r"\d{1,2} ?(?:周?岁|years? old)|\b(?:she|he)(?:'s| is) \d{1,2}\b", re.I)
_TELLS_OF: Final = frozenset(
    {"search_products", "refine_search", "recommend_products", "set_preference", "correct"}
    | {"give_product_feedback", "out_of_scope", "ask_product"}
)
_SAYS_LIKES: Final = re.compile(
    r"(?:很|特别|非常|最|平时|也|就)*(?:喜欢|爱|迷|热爱)|[他她]们?|TA"
    r"|\b(?:she|he|they)\b|\b(?:loves?|likes?|is into|enjoys?)\b",
    re.IGNORECASE,
)
_UNSURE: Final = 0.7


def short_ask(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """What a short ask means while a list is on show; None for anything else."""
    waiting = state.pending is not None or (state.form is not None and not state.form.light)
    if waiting or heard.acts or heard.slots.products:
        return None
    for reading in (_of_foremost, _foremost, _counted, _prices, _bought, _another, _told_of_them):
        found = reading(heard, state)
        if found is not None:
            return found
    return None


def _foremost(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """The best liked or best rated of what is on show, or of what is looked for in new limits."""
    slots = heard.slots
    popular = _POPULAR.search(heard.text) is not None
    if slots.categories or slots.ordinals or not (popular or _BEST.search(heard.text)):
        return None
    sort = replace(slots, sort="popular" if popular else "rating", query="", topic=None)
    if search_part(replace(sort, sort=None)) != Slots():
        return (heard.meant("refine_search", sort),) if state.sought else None
    if len(state.shown) > 1 and _THE_ONE.search(heard.text):
        return (heard.meant("compare_products", replace(sort, deictic=False)),)
    return (heard.meant("refine_search", sort),) if state.sought and popular else None


def _of_foremost(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """What the dearest is made of: a question about the one that comes first in that order."""
    slots = heard.slots
    if len(state.shown) < 2 or slots.categories or slots.sort not in ("price_asc", "price_desc"):
        return None
    if _APART.search(heard.text):
        return (heard.meant("compare_products", replace(slots, query="", deictic=False)),)
    left = _DEGREE.sub(" ", heard.text).casefold()
    asks = heard.intent in ("compare_products", "ask_product", "refine_search", "find_similar")
    if not asks or not attributes_named(left):
        return None
    return (heard.meant("ask_product", replace(slots, query="", deictic=False)),)


def _counted(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "How many under 30" counts what is looked for."""
    slots = heard.slots
    named = slots.categories or slots.ordinals or slots.deictic or heard.intent in MONEY
    if not state.sought or named or asks_over_all(heard.text) != "count":
        return None
    limited = search_part(replace(slots, query="")) != Slots()
    return (heard.meant("refine_search", replace(slots, query="")),) if limited else None


def _prices(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    looked_at = state.shown or state.focus.product_id
    asked = looked_at and heard.intent not in MONEY and _PRICE.search(heard.text)
    return (heard.meant("ask_product", replace(heard.slots, query="")),) if asked else None


def _bought(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Buy the first": into the cart with it, and on to the checkout."""
    slots = heard.slots
    buys = heard.intent in ("place_order", "add_to_cart", "affirm", "update_cart")
    unsure = heard.confidence < _UNSURE and heard.intent not in (*MONEY, "compare_products")
    if not state.shown or not (slots.ordinals or slots.deictic):
        return None
    takes = _TAKES.search(heard.text) is not None and heard.intent not in MONEY
    if not (takes or _BUY.search(heard.text)):
        return None
    if takes:
        return (heard.meant("add_to_cart", replace(slots, query="", topic=None, categories=())),)
    if heard.intent == "add_to_cart" or not (buys or unsure):
        return None
    return (heard.meant("place_order", replace(slots, query="", topic=None)),)


def _another(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """A dislike of what is on show, and the wish for something else in its place."""
    slots = heard.slots
    judged = heard.intent in _JUDGES and slots.sentiment == "dislike"
    if not judged or not _ANOTHER.search(heard.text) or slots.categories:
        return None
    if not (state.shown or state.focus.product_id):
        return None
    feedback = heard.meant("give_product_feedback", replace(slots, query="", reason=None))
    on = replace(heard, slots=Slots(direction="more"))
    if state.recommending:
        return feedback, again(on, state, Slots(direction="more"))
    return (feedback, on.meant("refine_search")) if state.sought else (feedback,)


def _told_of_them(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """What is told of the one it is for: how old they are, what they like."""
    slots = heard.slots
    if not THEM.search(heard.text) or slots.ordinals or slots.categories or not state.sought:
        return None
    told = heard.intent in _TELLS_OF or (
        heard.confidence < _UNSURE and heard.intent not in MONEY - {"track_order"}
    )
    if not told:
        return None
    if state.recommending and state.gift and _AGED.search(heard.text):
        return (again(heard, state, Slots()),)
    likes = slots.sentiment == "like" and not state.recommending
    words = " ".join(_SAYS_LIKES.sub(" ", slots.query).split()).strip("的了 ")
    if not likes or not words:
        return None
    return (heard.meant("refine_search", replace(slots, query=words, sentiment=None)),)
