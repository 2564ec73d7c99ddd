"""What a turn means while products are on show: which card, what about it, or one more wish.

The classifier reads an utterance by itself. Under a list, "for video editing" is a wish about the
kind that is looked at and no new search, "the third, then" picks a card, and "not a fan of green"
is said of what one wants to see.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.answers import length
from assistant.dialogue.certainty import MONEY
from assistant.dialogue.merge import overlay, refine
from assistant.dialogue.state import State
from assistant.dialogue.turning import turned
from assistant.dialogue.wishes import FIELDS, gone_off, statement
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.types import Slots, Understanding

_SEEKS: Final = frozenset({"search_products", "refine_search", "recommend_products"})
_SMALL_TALK: Final = frozenset({"affirm", "deny", "greet", "thank", "correct", "out_of_scope"})
_DISLIKES: Final = frozenset({"give_product_feedback", "deny", "correct"})
_STATED: Final = frozenset({"brands", "colors", "sizes", "materials", "audiences", "attributes"})
_UNSURE: Final = 0.7
"""Below this confidence small talk may be a wish about the list."""
_LIKELY: Final = 0.1
"""A reading with this confidence may be what a word or two mean under a list."""
_PICKED: Final = 5
"""Words of an utterance that does no more than pick a card."""
_MEANT: Final = 0.95
"""Confidence in a reading that the list settles."""

_WHY: Final = re.compile(
    r"^\W*(?:so |and |but |hm+,? )?(?:why|how come)\b"
    r".*\b(?:recommend|suggest|show|pick|chose|choose|list|these|this|those|th(?:e|at) \w+ one)\w*"
    r"|(?:为什么|为啥|怎么会|凭什么).*(?:推荐|推|显示|选|给我|这|第)",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"\bwhat (?:(?:else )?do you|kinds? of (?:things|products|stuff|goods) do you|all do you) "
    r"(?:guys )?(?:sell|have|carry|stock|offer)(?: then| here| in (?:your|the) (?:shop|store))?\W*$"
    r"|(?:店里|你们|您们|这里)(?:家|店)?(?:都|主要)?(?:卖|有)(?:些|点)?"
    r"(?:什么|啥|哪些)(?:东西|商品|产品)?[的呢啊呀]?\W*$",
    re.IGNORECASE,
)
_COMPARES: Final = re.compile(
    r"^\W*(?:(?:please|can you|could you) )*compare\b|^\W*(?:请|帮我|麻烦)*(?:对比|比较)",
    re.IGNORECASE,
)
_OF_PART: Final = re.compile(
    r"\b(?:bigger|larger|smaller) (?:screen|display)s?\b|屏幕?(?:要|得)?更?[大小]一?[点些]",
    re.IGNORECASE,
)
"""A measure of what is looked at, whose name is a kind of thing as well."""
_LIKE_IT: Final = re.compile(
    r"\b(?:more|others?|something|anything|similar) (?:ones? )?(?:like|to) "
    r"(?:that|this|it|them|those|these|the \w+)"
    r"|(?:像|跟|和)(?:它|这个|那个|第.{1,2}个?).{0,4}(?:的|一样|差不多|类似)",
    re.IGNORECASE,
)
_ELSE: Final = re.compile(
    r"\b(?:something|anything|somewhat|show (?:me )?(?:some ?)?)(?:thing)? ?(?:else|different)\b"
    r"|\b(?:other|different) (?:ones?|options?|choices?)\b|\bwhat else\b"
    r"|\bnone of (?:these|those)\b"
    r"|换(?:一)?[批组些]|别的(?!店|家)|其[他它]的?(?:款|吗|呢|$)|还有(?:什么|没有|别的|其[他它])",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"^\W*(?:(?:and|but|ok(?:ay)?|hm+|maybe|just|only|also|preferably|ideally|it(?:'s| is)|"
    r"they(?:'re| are)|one|ones|something|some|any|mainly|mostly|(?:i )?(?:need|want|would like|"
    r"'d like) (?:it|them|one|ones|something|some))[ ,]+)*"
    r"(?:for|with|without|that|which|in|made of|suitable|good for|to (?:use|wear|take|carry)|"
    r"must|should|ha(?:s|ve) to|needs? to|it (?:must|should|has to|needs)|"
    r"they (?:must|should|have to|need))\b"
    r"|\bones?\W*$"
    r"|^\W*(?:那|就|最好|主要|还)?(?:是)?(?:要)?(?:适合|能(?!不能)|带|用来|用于)"
    r"|的(?:有吗|有没有|呢|吗)?\W*$|^\W*[\u4e00-\u9fff]{1,6}用\W*$",
    re.IGNORECASE,
)
_BETTER: Final = re.compile(
    r"\b(?:what|which)(?:'s| is| one is|one'?s)? (?:the )?better\b"
    r"|哪(?:个|款|一个|一款)(?:更|比较)?好",
    re.IGNORECASE,
)
_OF_VERSION: Final = re.compile(
    r"^\W*(?:and |so )?(?:in )?(?:what|which|any(?: other)?|other) (?:colou?rs?|sizes?)\b"
    r"|^\W*(?:都)?(?:有)?(?:什么|哪些|哪几种|几种|别的|其他)(?:颜色|尺码|尺寸|码)",
    re.IGNORECASE,
)
"""Asked of the product that is looked at: which versions there are."""
_OF_SIZE: Final = re.compile(
    r"\b(?:smaller|bigger|larger|different|other|another) sizes?\b|\bsize (?:up|down)\b"
    r"|\b(?:one|a) size (?:smaller|bigger|larger|up|down)\b"
    r"|[大小](?:一|半)?[号码](?!的)|(?:大|小)一点的[号码]|(?:别|其他)的?[尺号]?码",
    re.IGNORECASE,
)
"""Another size of what is looked at, and no measure of it."""
_YOUR_PICK: Final = re.compile(
    r"\b(?:which (?:one |of (?:these|those|them) )?would you (?:\w+ )?recommend"
    r"|(?:which|what) (?:one |of (?:these|those|them) )?would you (?:\w+ )?"
    r"(?:pick|choose|buy|get|take|go (?:for|with)))\b"
    r"|你(?:会|推荐|觉得)?(?:买|选|挑|推荐)?哪(?:一)?[个款件]",
    re.IGNORECASE,
)
_REVIEWS: Final = re.compile(
    r"^\W*(?:any|the|see|show(?: me)?(?: the)?|what about(?: the)?|how are the)? ?reviews?\W*$"
    r"|\b(?:people|others|customers|buyers|shoppers|users|they) (?:rate|review)\w* "
    r"(?:it|this|that)\b|\bhow(?:'s| is) (?:it|this|that) (?:rated|reviewed)\b"
    r"|^\W*(?:看看)?评[价论](?:呢|怎么样|如何|吗)?\W*$",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"\bcompar|\bversus\b|\bvs\b|\bdiffer|\bor\b|\bthan\b|\bbetter\b|\bwith\b|\bbetween\b"
    r"|[比较对差跟和与同]|区别|还是|哪",
    re.IGNORECASE,
)
"""Words that set one thing beside another."""
_TOO: Final = re.compile(r"^\W*(?:and |ok |so )*(?:what|how) about\b|呢\W*$", re.IGNORECASE)
_ASKS: Final = re.compile(r"\b(?:how|what|which|is|are|does|do)\b|[吗呢多几哪么?？]", re.IGNORECASE)
_OF_ONE: Final = re.compile(
    r"\b(?:does|do|is|are|has|have|can|will|did)\b|[吗么?？]|有没有|是不是", re.I
)


def of_list(heard: Understanding, state: State) -> tuple[Understanding, ...]:
    """The same, read in the light of what is on show; as it was where that changes nothing. A
    dislike of a colour, brand, material or kind is remembered, and the list then made anew."""
    unsure = heard.confidence < _UNSURE or heard.intent == "out_of_scope"
    if asks_range(heard.text) and heard.intent in (*_SEEKS, *_SMALL_TALK, "ask_product"):
        return (_meant(heard, "ask_capabilities"),)
    if heard.slots.coupon and unsure:
        return (_meant(heard, "ask_promotions"),)
    if heard.slots.categories and heard.intent in _SEEKS and _COMPARES.search(heard.text):
        return (_meant(heard, "compare_products"),)
    looking = state.shown or _searching(state)
    if state.form is not None or state.pending is not None or not looking:
        return (heard,)
    if heard.slots.quantity is not None and state.last_intent in ("add_to_cart", "update_cart"):
        return (heard,)
    turning = turned(heard, state)
    if turning is not None:
        return (turning,)
    slots = heard.slots
    if state.shown and _REVIEWS.search(heard.text) and not slots.rating:
        return (_meant(heard, "ask_product"),)
    if len(state.shown) > 1 and _YOUR_PICK.search(heard.text) and not slots.categories:
        rated = replace(slots, query="", deictic=False, sort="rating")
        return (_meant(replace(heard, slots=rated), "compare_products"),)
    if _OF_SIZE.search(heard.text) and state.shown and heard.intent not in MONEY:
        return (_meant(replace(heard, slots=replace(slots, query="")), "check_availability"),)
    if state.last_intent == "recommend_products" and _changes_list(heard):
        # A list that was made for somebody is made for them again, within what is now said.
        said = replace(slots, query="")
        again = replace(
            overlay(said, refine(state.search, said)),
            query=state.search.query,
            direction=slots.direction,
        )
        return (_meant(replace(heard, slots=again), "recommend_products"),)
    answers = state.last_intent == "recommend_products" and heard.confidence < _UNSURE
    if answers and heard.intent in (*_SEEKS, *_SMALL_TALK) and _says_whom(slots):
        # "Who is it for?" was asked with the first list.
        return (_meant(heard, "recommend_products"),)
    if heard.intent in (*_SEEKS, "ask_product", "out_of_scope") and _WHY.search(heard.text):
        return (_meant(heard, "explain_recommendation"),)
    if _searching(state) and heard.intent in _DISLIKES and not (slots.ordinals or slots.deictic):
        barred = statement(heard.text, slots).get("must_not")
        if barred and (slots.sentiment == "dislike" or gone_off(heard.text)):
            without: dict[str, Any] = {
                f"not_{FIELDS[field][0]}": tuple(barred[field]) for field in barred
            }
            return (
                _meant(heard, "set_preference"),
                _meant(replace(heard, slots=Slots(**without)), "refine_search"),
            )
    if _searching(state) and heard.intent in _SEEKS and _OF_PART.search(heard.text):
        measured = replace(slots, categories=(), query="", spans=())
        return (_meant(replace(heard, slots=measured), "refine_search"),)
    asked = state.shown and heard.confidence < _UNSURE and heard.intent not in (*MONEY, *_SEEKS)
    if asked and _ASKS.search(heard.text) and attributes_named(heard.text.casefold()):
        return (_meant(heard, "ask_product"),)
    if state.search.categories and not slots.categories and _limits_only(heard):
        return (_meant(replace(heard, slots=replace(slots, query="")), "refine_search"),)
    if slots.categories or slots.brands:
        return (heard,)
    alone = heard.intent == "compare_products" and len(slots.ordinals) == 1
    if alone and not _BESIDE.search(heard.text):
        return (_meant(heard, "ask_product"),)
    if slots.ordinals:
        return (_of_card(heard),)
    if len(state.shown) > 1 and heard.intent in _SEEKS and _BETTER.search(heard.text):
        return (_meant(heard, "compare_products"),)
    if state.focus.product_id and _OF_VERSION.search(heard.text) and heard.intent not in MONEY:
        return (_meant(heard, "check_availability"),)
    points = slots.deictic or slots.ordinals or state.focus.product_id
    if points and heard.intent in (*_SEEKS, *_DISLIKES) and _LIKE_IT.search(heard.text):
        return (_meant(heard, "find_similar"),)
    if slots.deictic and heard.intent in ("search_products", "refine_search"):
        return (_of_card(heard) if _OF_ONE.search(heard.text) else heard,)
    return (_of_search(heard, state) if _searching(state) else heard,)


def _changes_list(heard: Understanding) -> bool:
    """Whether no more is said than what the list is to be like: "cheaper", "under 20"."""
    slots = heard.slots
    seeks = heard.intent in ("refine_search", "search_products")
    if not seeks or slots.categories or slots.direction in ("more", "less"):
        return False
    priced = slots.price_max is not None or slots.price_min is not None
    return bool(slots.direction or (priced and not slots.query) or _limits_only(heard))


def _limits_only(heard: Understanding) -> bool:
    """Whether a search says nothing but whose make it is to be, for whom, in what: "HP ones",
    "women", "what about Sony", 惠普的."""
    asks = heard.intent == "ask_product" and _TOO.search(heard.text) is not None
    if heard.intent not in _SEEKS and not asks:
        return False
    left, stated = heard.slots.query, False
    for span in heard.slots.spans:
        if span.slot in _STATED:
            stated = True
            left = re.sub(re.escape(span.text), " ", left, flags=re.IGNORECASE)
    return stated and not left.strip(" 的吗呢?？")


def _says_whom(slots: Slots) -> bool:
    return bool(slots.audiences) and not (slots.categories or slots.ordinals or slots.deictic)


def asks_range(text: str) -> bool:
    """Whether it is asked what the shop sells at all."""
    return _RANGE.search(text) is not None


def _of_card(heard: Understanding) -> Understanding:
    """A place in the list named by itself, or asked about in words that look like a search."""
    slots = heard.slots
    unsure = heard.confidence < _UNSURE and heard.intent in ("ask_product", "check_availability")
    if unsure or heard.intent in ("search_products", "refine_search"):
        of_version = bool(slots.colors or slots.sizes)
        return _meant(heard, "check_availability" if of_version else "ask_product")
    bare = not (slots.query or slots.reason or slots.sentiment) and length(heard.text) <= _PICKED
    guessed = heard.confidence < _UNSURE and heard.intent not in MONEY
    if bare and (guessed or heard.intent in (*_SMALL_TALK, "give_product_feedback")):
        return _meant(heard, "ask_product")
    return heard


def _of_search(heard: Understanding, state: State) -> Understanding:
    slots = heard.slots
    seeks = heard.intent in (*_SEEKS, "find_similar")
    told = heard.intent == "ask_product" and not _OF_ONE.search(heard.text)
    unsure = told or (heard.confidence < _UNSURE and heard.intent not in MONEY)
    if seeks and _ELSE.search(heard.text) and not slots.ordinals and not slots.deictic:
        more = replace(slots, query="", direction=slots.direction or "more")
        return _meant(replace(heard, slots=more), "refine_search")
    if heard.intent == "check_availability" and not (slots.deictic or state.focus.product_id):
        limited = replace(slots, query="", wish="", spans=(), topic=None, in_stock=None) != Slots()
        return _meant(heard, "refine_search") if limited else heard
    if heard.intent == "leave_review" and slots.sort and length(heard.text) <= _PICKED:
        return _meant(heard, "refine_search")
    likely = {heard.intent, *(name for name, share in heard.alternatives if share >= _LIKELY)}
    if unsure and slots.query and length(heard.text) <= 2 and likely & {"refine_search"}:
        return _meant(heard, "refine_search")
    if heard.intent == "recommend_products" and state.last_intent == "recommend_products":
        return heard
    if (seeks or unsure) and slots.query and _GOES_ON.search(heard.text):
        if heard.intent == "recommend_products" and not unsure:
            return heard
        return _meant(heard, "refine_search")
    return heard


def _searching(state: State) -> bool:
    return bool(state.search.categories or state.search.query)


def _meant(heard: Understanding, intent: str) -> Understanding:
    return replace(heard, intent=intent, confidence=max(heard.confidence, _MEANT), alternatives=())
