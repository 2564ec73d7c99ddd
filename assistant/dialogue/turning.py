"""Turning over lists: on to more, back to the one before, and anew from the beginning."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.dialogue.answers import length
from assistant.dialogue.letting_go import lets_go
from assistant.dialogue.state import State
from assistant.understanding.types import Slots, Understanding

_ANEW: Final = re.compile(
    r"^\W*(?:(?:ok|okay|no|hm+|please|let'?s|can we|i want to)[ ,]+)*(?:"
    r"(?:start|begin|try) (?:all )?(?:over|again|afresh|anew|from scratch|from the beginning)"
    r"|(?:start )?(?:a )?new search|reset(?: (?:it|this|all|everything|the (?:search|filters?)))?"
    r"|clear (?:the |all )?(?:search|filters?))(?: please| then)?\W*$"
    r"|^\W*(?:我们)?(?:重新(?:来|开始|搜|找)(?:一?[次遍下个]?)|从头(?:再)?(?:来|开始)|重来"
    r"|清(?:空|除)(?:所有)?(?:条件|筛选))(?:吧)?\W*$",
    re.IGNORECASE,
)
_BACK: Final = re.compile(
    r"\b(?:go|going|come|get|take me|jump|switch)(?: \w+)? back to [\w' -]"
    r"|^\W*(?:and |ok |okay )*(?:go back|back)(?: please)?\W*$"
    r"|\b(?:show me |see )?(?:the )?(?:(?:previous|earlier) ones?|last ones"
    r"|(?:previous|earlier|last) (?:page|list|results?))\b"
    r"|\bback to (?:the |those |all )?(?:list|results?|others?|first ones?)\b"
    r"|^\W*(?:and |ok |okay |so )*back to (?:the |those |my )?[\w' -]{1,40}\W*$"
    r"|上一页|上一(?:个|张)?列表|(?:回到|返回|退回)(?:刚才|刚刚|之前|前面|上(?:面|次|一)|原来)"
    r"|^\W*返回\W*$",
    re.IGNORECASE,
)
_SHOW_AGAIN: Final = re.compile(
    r"^\W*(?:(?:ok|okay|and|so|please|now|can you|could you|let me)[ ,]+)*"
    r"(?:show|see|display|give|list|repeat|bring up)(?: (?:me|us))?"
    r" (?:(?:the|that|those|these|all(?: of)?(?: the| them)?|this) ?)?"
    r"(?:lists?|results?|options|ones|products|selection|choices|them|those|these)?"
    r"(?: (?:once (?:again|more)|again|one more time))\W*$"
    r"|^\W*(?:show|see)(?: me)? the (?:list|results|options|selection)\W*$"
    r"|^\W*(?:再(?:给我)?看(?:一下|一遍|看)?(?:这个|那个|刚才的?)?(?:列表|结果|那些|这些))\W*$",
    re.IGNORECASE,
)
_OF_ORDERS: Final = re.compile(
    r"\b(?:shop|store|seller|warehouse|you guys)\b|[店商卖仓]家?", re.IGNORECASE
)
"""Where goods go back to, and lists do not."""
_ON: Final = 4
"""Words of an utterance that asks for more and for nothing else."""


def turned(heard: Understanding, state: State) -> Understanding | None:
    """The ask, where it turns the list over; None for anything else."""
    going = lets_go(heard, state)
    if going is not None:
        return going
    slots = heard.slots
    if _ANEW.search(heard.text) and (state.sought or state.shown):
        return heard.meant("refine_search", Slots(direction="anew"))
    if slots.direction == "more" and state.shown and length(heard.text) <= _ON:
        return heard.meant("refine_search", replace(slots, query=""))
    if _SHOW_AGAIN.search(heard.text) and state.shown and not slots.categories:
        return heard.meant("refine_search", Slots(direction="again"))
    back = _BACK.search(heard.text)
    if back is None or state.before is None or _OF_ORDERS.search(heard.text):
        return None
    if slots.categories and not _words(slots) & _words(state.before.search):
        # "Back to the shoes" where none were looked at begins with shoes.
        return heard.meant("search_products")
    return heard.meant("refine_search", Slots(direction="back"))


def _words(slots: Slots) -> set[str]:
    """Of kinds: "shoes" were looked at as "Running Shoes"."""
    return set(" ".join(slots.categories).casefold().split()) - {"&", "and"}
