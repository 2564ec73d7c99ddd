"""What a turn means under recommendations: other ones, whom they are for, what goes with one.

A recommendation is made for somebody. "Under 30", "she loves animals" and "he already has gloves",
said after it, add to what it was made for, and are no search of the whole shop and no wish of the
shopper's own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.merge import refined
from assistant.dialogue.state import State
from assistant.understanding.types import Slots, Understanding
from knowledge.index.words import has_chinese
from knowledge.matching import GROWN, GROWN_UPS

WITH: Final = re.compile(
    r"\b(?:bought|buy|take|took|like) .*\balso (?:buy|bought|get|got|take|took|like|order)"
    r"|\balso (?:buy|bought|get|got|take|took|order)\w* (?:with|beside)\b"
    r"|\b(?:bought|buy|go(?:es)?|wear|pairs?|match\w*|fits?|works?|combines?) "
    r"(?:well |best |nicely |good )?(?:together|with)\b"
    r"|\baccessor\w+ (?:for|to)\b|\bcomplete the (?:look|set)\b"
    r"|搭配|(?:可以|能|该)?[配搭](?:点|些)?(?:什么|啥)|一起(?:买|购买)|配套",
    re.IGNORECASE,
)
"""Asks for what goes with a product."""
_WORKS_WITH: Final = re.compile(
    r"^\W*(?:(?:and|so|but|ok)[ ,]+)*(?:does|will|would|is|are|do|can) "
    r"(?:it|this|that|they|these|those|the \w+(?: one)?)\b.*\b(?:work|fit|go|match|pair)\w* ",
    re.IGNORECASE,
)
"""A question about one product, and none about what others took beside it."""
THING_WITH: Final = re.compile(
    r"\b(?:an?|some|any|(?:the |a )?(?:right|matching))\s+"
    r"(?!(?:some|any)?thing\b|accessor)(?P<what>[a-z][a-z-]+(?: [a-z][a-z-]+)?)"
    r" (?:to|that|which)(?: would| will| can)? (?:go(?:es)?|match(?:es)?|fits?|suits?|works?)"
    r"(?: (?:well |nicely )?with)? (?:it|this|that|them|these|those|the \w+)\b",
    re.IGNORECASE,
)
"""A thing that is named, to go with another."""
_LESS: Final = re.compile(
    r"\b(?:less|fewer|no(?:thing)? more|not more|nothing) (?:\w+ )?(?:like|of) "
    r"(?:this|that|it|these|those|them|the \w+)\b"
    r"|少(?:来|推荐|推|给我)?(?:一?[点些])?(?:推荐)?(?:像)?(?:这|那|此)(?:种|类|样|个|款)"
    r"|(?:别|不要|不用|少)(?:再)?(?:推荐|推|给我看?|来)(?:像)?(?:这|那|此|类似|同类)",
    re.IGNORECASE,
)
PAID: Final = re.compile(
    r"\b(?:sponsored|paid (?:for|places?|placements?|to)|advert\w*|ads?|promoted)\b"
    r"|广告|赞助|付费|竞价|推广",
    re.IGNORECASE,
)
"""Asks whether somebody paid for a place."""
_OTHERS: Final = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hm+|and|please|can you|could you|maybe|got|have you got|are there|"
    r"do you have|is there|show(?: me)?|recommend(?: me)?|suggest|give me|let me see|i want|"
    r"i'd like|any|some|a few|what about|how about)[ ,]+)*"
    r"(?:(?:any|some|every)?(?:thing|one)? ?(?:else|different)|(?:the )?others?|more|another one|"
    r"(?:other|different|more|new|further) (?:ones?|ideas?|options?|suggestions?|things?|picks?|"
    r"recommendations?|choices?)|what else|none of (?:these|those|them)|next)"
    r"(?: please| then| do you have| is there| have you got| would you recommend)?\W*$"
    r"|^(?:请|再|帮我|给我|麻烦)*(?:换(?:一)?[批组些个]|看?(?:点|些)?(?:别的|其[他它]的?)"
    r"|来[点些几]?(?:款|个)?(?:别的|其[他它]的?)?|推荐(?:几个|些|点)?(?:别的|其[他它]的?)"
    r"|还有(?:什么|没有|别的|其[他它]的?|吗|呢)*)(?:看看|吧|吗|呢|的)*\W*$",
    re.IGNORECASE,
)
THEM: Final = re.compile(
    r"\b(?:she|he|they|her|him|them|his|their)(?:'?s|'?d)?\b|[她他]们?|TA", re.IGNORECASE
)
"""Speaks of somebody else."""
OWNED: Final = re.compile(
    r"\b(?:already|just) (?:has|have|had|got|owns?|bought)(?: got)?"
    r" (?:an? |some |the |his |her |their |enough |plenty of |lots of |one of )*"
    r"(?P<en>[\w][\w -]{1,30}?)(?=\s*(?:[.,!?;]|$| already))"
    r"|(?:已经|早就|都)有(?P<zh>[^，。！？,.!?]{1,12}?)了?(?=[，。！？,.!?]|$)",
    re.IGNORECASE,
)
"""What the one it is for has already."""
NOT_THAT: Final = re.compile(
    r"^\W*(?:(?:but|and|please|ok(?:ay)?|just|hm+)[ ,]+)*"
    r"(?:not|no|anything but|nothing like|except)"
    r" (?:an? |the |another |any )?(?!more\b|idea|thanks|thank you|problem|need\b|sure\b"
    r"|bad\b|really\b|that\b|this\b|it\b|those\b|these\b|for\b|too\b|so\b|very\b)"
    r"(?P<en>[a-z][\w -]{2,30}?)(?: please)?(?=\s*(?:[.,!?;]|$))",
    re.IGNORECASE,
)
"""A kind of thing that is not wanted: "not a french press, he has one"."""
_HATES: Final = re.compile(
    r"\b(?:hates?|dislikes?|loathes?|detests?|can'?t stand|(?:is|are|'s|'re) allergic to"
    r"|(?:(?:do|does|wo|would|did)(?: not|n'?t)|never) (?:ever |really )?"
    r"(?:like|likes|wants?|wears?|uses?|needs?|eats?|drinks?|go for))\b"
    r"|(?:讨厌|不(?:喜欢|爱|穿|用|吃|喝|要))",
    re.IGNORECASE,
)
"""What is said of somebody else is not what they would like."""
_FIRST_PERSON: Final = re.compile(r"\b(?:i|me|i'm)\b|我(?!妈|爸|老)", re.IGNORECASE)
_TURNED: Final = (
    ("colors", "not_colors"),
    ("brands", "not_brands"),
    ("materials", "not_materials"),
    ("categories", "not_categories"),
)
_ASKS_FOR: Final = re.compile(
    r"^(?:请|再|麻烦|帮|给|我|自己|那|您|你|能|可以|不能|想让|多)*推荐(?!的|过)", re.IGNORECASE
)
_ANEW: Final = re.compile(
    r"\b(?:gifts?|presents?|recommend|suggest|ideas?|looking for)\b|礼物|礼品|推荐|挑|选",
    re.IGNORECASE,
)
"""Asks for a list of its own."""
_FOR_KIN: Final = re.compile(
    r"^\W*(?:(?:and|ok(?:ay)?|no|sorry|actually|it'?s|it is|they'?re|this is|what about)[ ,]+)*"
    r"for (?:my|our|an?|his|her|the|him|her|them)\b"
    r"|^(?:是|不是|不|那|就|换成?|改成?)*(?:送给?|给)(?!我?自己|我看)",
    re.IGNORECASE,
)
_FOR_SELF: Final = re.compile(
    r"^\W*(?:(?:and|now|ok(?:ay)?|what about|something|anything|how about)[ ,]+)*"
    r"(?:for )?(?:me|myself)(?: now| too| then)?\W*$"
    r"|^(?:那|现在|也|再|就)*(?:给|帮)?(?:我)?自己(?:也)?(?:看看|挑|选|推荐|来)",
    re.IGNORECASE,
)
_TALK: Final = frozenset(
    {"search_products", "refine_search", "recommend_products", "out_of_scope", "set_preference"}
    | {"correct", "deny", "ask_product", "give_product_feedback", "check_availability"}
)
"""What a remark about somebody else may be read as."""
_NARROWS: Final = frozenset({"search_products", "refine_search", "recommend_products"})
_WHICH: Final = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
_UNSURE: Final = 0.6
"""Below this confidence what the words say under a list counts for more."""


def under_recommendations(heard: Understanding, state: State) -> Understanding | None:
    """The same, read in the light of a recommendation or a product on show; None where it says
    nothing about one."""
    slots = heard.slots
    plain = not (slots.ordinals or slots.deictic)
    if heard.intent == "check_availability" and plain and _ASKS_FOR.search(heard.text):
        return heard.meant("recommend_products", slots)
    if state.pending is not None or not (state.shown or state.focus.product_id):
        return None
    unsure = heard.confidence < _UNSURE
    if PAID.search(heard.text) and (unsure or heard.intent in (*_TALK, "explain_recommendation")):
        return heard.meant("explain_recommendation", replace(slots, query=""))
    if _LESS.search(heard.text) and (unsure or heard.intent in (*_TALK, "find_similar")):
        return heard.meant("give_product_feedback", replace(slots, sentiment="dislike"))
    asks_with = unsure or heard.intent in (*_TALK, "compare_products", "find_similar")
    thing = THING_WITH.search(heard.text)
    if thing and asks_with and (slots.query or slots.categories):
        # "A lock to go with it" is looked for; what others took beside it need be none.
        sought = slots.query if slots.categories else thing["what"]
        return heard.meant("search_products", replace(slots, query=sought, deictic=False))
    if WITH.search(heard.text) and asks_with and not _WORKS_WITH.search(heard.text):
        points = slots.ordinals or slots.deictic or not slots.categories
        if points and not THEM.search(heard.text):
            return heard.meant("recommend_products", replace(slots, query="", deictic=True))
    waits = state.form is not None and not state.form.light
    dearer = slots.direction in ("cheaper", "dearer") and heard.intent == "ask_promotions"
    for_self = _FOR_SELF.search(heard.text) is not None
    talks = unsure or dearer or for_self or heard.intent in _TALK
    if waits or not state.recommending or not talks:
        return None
    if dearer:
        return again(heard, state, replace(slots, spans=(), query="", topic=None))
    return _follows(heard, state)


def _follows(heard: Understanding, state: State) -> Understanding | None:
    """What adds to what the list on show was made for."""
    slots = heard.slots
    said = replace(slots, spans=(), deictic=False, sentiment=None, topic=None, reason=None)
    if state.age is not None and state.age < GROWN and {*said.audiences} <= GROWN_UPS:
        said = replace(said, audiences=())  # "him" of a child of five
    of_them = state.gift and THEM.search(heard.text) is not None
    if of_them and _HATES.search(heard.text):
        return again(heard, state, turned_round(said))
    if OWNED.search(heard.text) or _not_that(heard):
        return again(heard, state, Slots(direction="more"))
    if _FOR_SELF.search(heard.text) and not said.categories:
        return heard.meant("recommend_products", Slots())
    if _OTHERS.search(heard.text) and not slots.ordinals:
        return again(heard, state, replace(said, query="", direction="more"))
    if slots.ordinals or (slots.deictic and not of_them) or _WHICH.search(heard.text):
        return None
    anew = _ANEW.search(heard.text) is not None
    if _FOR_KIN.search(heard.text) and not slots.categories and not anew:
        # For somebody else than before: of what the last one wished only the price stays.
        was = state.search
        priced = Slots(price_min=was.price_min, price_max=was.price_max, currency=was.currency)
        kept = priced if state.gift else replace(was, audiences=(), sizes=())
        if has_chinese(heard.text):
            said = replace(said, query="")  # nothing but for whom it is
        return again(heard, replace(state, search=kept), said)
    if of_them and not anew and (slots.query or not said.is_empty()):
        return again(heard, state, said)
    if state.gift and slots.categories and heard.intent in _NARROWS and not anew:
        return again(heard, state, replace(said, query=""))
    only_limits = not slots.query and not replace(said, query="").is_empty()
    if only_limits and not slots.categories and not slots.sort and heard.intent in _NARROWS:
        return again(heard, state, said)
    return None


def turned_round(said: Slots) -> Slots:
    """What is named by somebody's dislike, ruled out; its words are not looked for."""
    changes: dict[str, Any] = {"query": "", "sentiment": None}
    for wanted, unwanted in _TURNED:
        changes[unwanted] = (*getattr(said, unwanted), *getattr(said, wanted))
        changes[wanted] = ()
    limits = (replace(each, operator="ne") for each in said.attributes if each.operator == "eq")
    return replace(said, attributes=tuple(limits), **changes)


def disliked_by_another(heard: Understanding, state: State) -> Understanding | None:
    """ "She hates pink", said of what is looked at for her: none of it, and no wish of one's."""
    slots = heard.slots
    said_of = THEM.search(heard.text) and _HATES.search(heard.text)
    named = slots.colors or slots.brands or slots.materials or slots.not_colors or slots.not_brands
    if not said_of or not (named or slots.not_materials) or _FIRST_PERSON.search(heard.text):
        return None
    if not state.sought or heard.intent not in (*_TALK, "give_product_feedback"):
        return None
    return heard.meant("refine_search", turned_round(replace(slots, spans=(), deictic=False)))


def _not_that(heard: Understanding) -> bool:
    """Whether a thing is ruled out by its name alone, which no limit of the list holds."""
    slots = heard.slots
    limits = (slots.not_brands, slots.not_colors, slots.not_materials, slots.not_categories)
    named = NOT_THAT.search(heard.text) is not None and bool(slots.query)
    return named and not any(limits) and not slots.attributes


def again(heard: Understanding, state: State, said: Slots) -> Understanding:
    """The ask as one for the same list within what is now said, too."""
    query = said.query or state.search.query
    slots = replace(refined(state.search, said), query=query, direction=said.direction)
    return replace(heard.meant("recommend_products", slots), follows=True)
