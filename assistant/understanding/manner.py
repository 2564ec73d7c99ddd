"""How an utterance is put, as a question, a story or a request, and what it was read as in shares.

Shoppers ask how things go in a shop in words that look like any intent. What tells such a question
from an ask for goods or for an act is its manner and how the classifier's confidence is spread, and
`weighed` gives both as the numbers that article search weighs (`knowledge.articles.model`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.understanding.intents import CONVERSATION, ORDERS, OUT_OF_SCOPE, PROFILE, SHOPPING
from assistant.understanding.types import Understanding
from knowledge.index.words import has_chinese

_POLITE = re.compile(
    r"^\W*(?:(?:can|could|would|will) (?:you|u)\b|please\b|i(?:'d| would) like|i want|i need|let me"
    r"|请(?!问)|帮我|给我|我要|我想)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:how|what|when|where|why|which|who|whose|until when)\b"
    r"|^\W*(?:and |but |so |hi |hello |hey |ok )*"
    r"(?:can|could|may|do|does|did|is|are|am|was|will|would|should|must|has|have|any)\b|\?\s*$"
    r"|[吗呢么？]|怎|什么|哪|几|多少|多久|多长|能不能|可不可以|如何|是否|谁|为何|为啥|有没有|会不会|要不要",
    re.IGNORECASE,
)
_ASKS_WITHIN = re.compile(
    r"\b(?:can|could|may|do|does|did|is|are|was|will|would|should|must) "
    r"(?:i|we|you|u|it|they|he|she|there|the|this|that|my|your)\b"
    r"|咋|啥|[不没]\W*$|行吗|(.)不\1|有没",
    re.IGNORECASE,
)
"""A question that stands behind a story, or is put in fewer words."""
_SEEKS = re.compile(
    r"\b(?:show|find|looking for|look for|search|recommend|suggest|which (?:one|of)|best|cheapest"
    r"|compare|similar|like (?:this|that)|do you (?:have|sell|stock|carry)|have you got|got any"
    r"|any \w+ (?:with|under|for|in)|need an?\b|buy|in stock|cart|basket|add|add it|put)\b"
    r"|推荐|有没有|有什么|有哪些|想买|要买|买个|买一|找|哪款|哪个好|类似|比较|对比|购物车|加入|来一|看看|便宜点的"
    r"|适合|有货|这个|这款|那款|那个",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|these|those|this|that|reviews|rated|ratings?)\b"
    r"|[它这那]|两款|哪个|评价|评分",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not asking|don't want|won't|no,? i)\b|没[要说想叫]|不查|不是要", re.IGNORECASE
)
_TELLS = re.compile(
    r"^\W*(?:(?:but|and|hi|hello|so|well)\W+)*(?:my|our|the|it|it's|this|there|they|you|your|our"
    r"|some(?:one|body)|nobody|no one|i'm|i am|i was|i've|i have|i had|i got|i can't|i cannot"
    r"|i paid|i bought|i ordered|i already|we)\b"
    r"|^\W*(?:just |only )?(?:ordered|bought|moved|opened|dropped|forgot|changed|got|paid|received"
    r"|sent|tried|lost|missed|found|broke|came|wore|washed)\b"
    r"|\b(?:has|have|had|did|do|does|is|was)n'?t\b|\bnever\b",
    re.IGNORECASE,
)
_TELLS_ZH = re.compile(r"了(?!吗|没|吧)|已经?|一直|根本没|还没|没[收拿等看]到")

_RULES = frozenset(
    {"ask_delivery", "ask_payment_methods", "ask_return_policy", "ask_cancellation_policy"}
    | {"ask_warranty", "ask_contact"}
)
_TROUBLE = frozenset(
    {"report_payment_issue", "registration_problem", "file_complaint", "recover_password"}
    | {"create_account", "delete_account", "edit_account", "newsletter", "leave_review"}
)
_KINDS: Mapping[str, frozenset[str]] = {
    "rules": _RULES,
    "trouble": _TROUBLE,
    "goods": frozenset(SHOPPING) | {"set_preference"},
    "acts": frozenset(ORDERS),
    "talk": (frozenset(CONVERSATION) | frozenset(PROFILE) | {"switch_account", "contact_human"})
    - {"set_preference"},
    "foreign_intent": frozenset({OUT_OF_SCOPE}),
}
"""Kinds of intents whose shares are evidence: "goods" are after products, "acts" after orders."""


def seeks_goods(text: str) -> bool:
    """Whether it has words of somebody who is after goods."""
    return _SEEKS.search(text) is not None


def points_at(text: str) -> bool:
    """Whether it has words for what is shown."""
    return _POINTS.search(text) is not None


def tells_what_happened(text: str) -> bool:
    """Whether an utterance tells how things stand, and is no request."""
    if _POLITE.match(text) is not None or _DENIES.search(text) is not None:
        return False
    return (_TELLS_ZH if has_chinese(text) else _TELLS).search(text) is not None


def asks_how_things_are(text: str) -> bool:
    """Whether an utterance is put as a question, and not as a polite request to do something."""
    if _POLITE.match(text) is not None:
        return False
    return _ASKS.search(text) is not None or _ASKS_WITHIN.search(text) is not None


def weighed(heard: Understanding) -> dict[str, float]:
    """Manner and reading in numbers from 0 to 1: the share of each kind of intent, and whether it
    asks, tells, seeks goods, points, is a request, names a kind of product."""
    shares = {heard.intent: heard.confidence}
    for intent, share in heard.alternatives:
        shares[intent] = max(share, shares.get(intent, 0.0))
    text = heard.text
    manner = {
        "asks": asks_how_things_are(text),
        "tells": tells_what_happened(text),
        "seeks": seeks_goods(text),
        "points": points_at(text),
        "polite": _POLITE.match(text) is not None,
        "names_kind": bool(heard.slots.categories),
    }
    return {
        **{kind: sum(shares.get(name, 0.0) for name in some) for kind, some in _KINDS.items()},
        **{name: float(held) for name, held in manner.items()},
    }
