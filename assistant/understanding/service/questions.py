"""Questions about a shopper's own orders and money, and about the versions a product comes in."""

from __future__ import annotations

import re
from typing import Final, Literal

About = Literal[
    "how_many_versions", "versions", "balance", "money_back", "money_due", "spent", "rest", "orders"
]

_ASKING = (
    r"(?:what|which|how|when|where|is|are|was|were|do|does|did|can|could|will|would"
    r"|tell|check|confirm"
    r"|know|see|give|show|find out|list)"
)
_PATTERNS: Final[tuple[tuple[About, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for name, pattern in (
        (
            "how_many_versions",
            r"\bhow many\b[^.?]*\b(?:options?|variants?|versions?|kinds|types|colou?rs"
            r"|models|available"
            r"|in stock|do you (?:have|sell|carry))\b|\bnumber of [^.?]*\b(?:options"
            r"|variants|versions)\b"
            r"|(?:多少|几)(?:种|款|个)[^，。]*(?:可选|有货|选择|款式)?",
        ),
        (
            "balance",
            r"\b(?:balance|how much (?:money )?(?:is|do i have"
            r"|have i)(?: \w+){0,3} (?:left )?(?:on|in))\b"
            r"[^.?]*\bgift ?card\b|\bgift ?card(?:'s)? balance\b"
            r"|\bgift ?card\b[^.?]*\b(?:left|balance)\b"
            r"|礼品卡[^，。]*(?:余额|多少钱|还剩)",
        ),
        (
            "money_back",
            r"\b(?:how much|what|total|amount)\b[^.?]*\b(?:get(?:ting)? back|refund(?:ed|s)?"
            r"|back in total"
            r"|receive back|saved?|save)\b|\brefund (?:total|amount)\b|(?:退|退款)[^，。]*(?:多少"
            r"|总共|一共)|总共退",
        ),
        (
            "money_due",
            r"\bhow much\b[^.?]*\b(?:(?:have|need) to pay|owe|will (?:i|it) (?:pay|cost)"
            r"|pay (?:today|in total|now)"
            r"|be charged)\b|要(?:补|付)多少|一共要付",
        ),
        (
            "rest",
            r"\b(?:remaining|rest of the|other|left(?:over)?) (?:items?|things"
            r"|products)\b[^.?]*|剩下的[^，。]*多少",
        ),
        (
            "spent",
            r"\b(?:total|how much)\b[^.?]*\b(?:all|every)\b[^.?]*\b(?:bought|ordered"
            r"|purchased|in (?:my )?previous orders|spent)\b"
            r"|\bhow much (?:have|did) i spen[dt]\b|一共花了多少",
        ),
        (
            "versions",
            r"\b(?:what|which|list|tell me|know|show)\b[^.?]*\b(?:options|variants"
            r"|versions)\b[^.?]*"
            r"|\bcheapest\b[^.?]*\b(?:available|in stock|right now|you have|you sell)\b"
            r"|\b(?:most expensive)\b[^.?]*\b(?:available|you have|you sell)\b|哪些款式|有什么款"
            r"|最便宜的[^，。]*(?:有货|是哪)",
        ),
        (
            "orders",
            rf"\b{_ASKING}\b[^.?]*\b(?:tracking(?: number| id| info)?|(?:address"
            rf"|where) (?:was|is|did)[^.?]*\b(?:order|sent|ship)\w*"
            r"|in transit|most expensive (?:item|thing|product|one)|total (?:price|cost"
            r"|amount)|how much did (?:i pay|(?:the|my) [^.?]*cost)"
            r"|(?:did|have) i (?:order|buy|bought|ordered|purchase|pay|paid)|i (?:ordered"
            r"|bought|received|paid|purchased)\b"
            r"|(?:in|from|of) (?:my|that|the) (?:\w+ )?orders?|order #?\w*\d{4,})\b"
            r"|\border\b[^.?]*\b(?:arriv(?:e|ing)|status|cost|price|total)\b|运单号|快递单号"
            r"|我的订单[^，。]*(?:多少|哪|什么)|我(?:买|订)的[^，。]*(?:多少|哪|什么)",
        ),
    )
)
_INTENTS: Final[dict[About, str]] = {
    "how_many_versions": "check_availability",
    "versions": "check_availability",
    "balance": "list_orders",
    "money_back": "track_refund",
    "money_due": "list_orders",
    "spent": "list_orders",
    "rest": "list_orders",
    "orders": "track_order",
}
_POLICY = re.compile(
    r"\b(?:policy|how (?:long|do|does|can)|window|usually|in general|rules?"
    r"|take to)\b|政策|规则|多久|怎么",
    re.I,
)
_LOOSE = frozenset({"money_back", "rest", "versions", "orders"})


def question_about(text: str) -> About | None:
    """What a question is about; None for any other text."""
    for name, pattern in _PATTERNS:
        if pattern.search(text):
            if name in _LOOSE and _POLICY.search(text):
                continue
            return name
    return None


def intent_of(about: About) -> str:
    """The intent whose skill answers it."""
    return _INTENTS[about]
