"""Lasting wishes as they are said: stated, taken back, and put right.

"I never wear wool" states one; "forget that I like blue" and "wool is fine again" take one back;
"not size M, L" puts one right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from assistant.understanding.types import Slots, Understanding

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "color": ("colors", "not_colors"),
    "brand": ("brands", "not_brands"),
    "category": ("categories", "not_categories"),
    "material": ("materials", "not_materials"),
    "size": ("sizes", ""),
}
"""Field of the profile -> slots that name what is liked and what is ruled out."""

_FORGET: Final = re.compile(
    r"\b(?:forget|stop remembering|(?:do not|don'?t|no longer) "
    r"(?:need (?:you )?to |want you to |have to )?remember|delete|remove|drop|take back|ignore)\b"
    r"|\b(?:is|are|was|were) (?:fine|ok|okay|all right|alright|not a problem) "
    r"(?:again|now|after all)\b"
    r"|\b(?:don'?t|do not) mind\b|\bno longer (?:mind|avoid|hate|rule out)\b"
    r"|\b(?:that'?s|this is|it'?s) (?:wrong|not (?:true|right))\b|\bi'?m not (?:really )?into\b"
    r"|忘(?:了|掉|记)|别再?记|不(?:要|用)再?记|删(?:掉|除|了)|去掉|取消|(?:又|也|现在)可以(?:了|穿|用)|不介意|没关系了",
    re.IGNORECASE,
)
_AGAIN: Final = re.compile(
    r"\b(?:is|are) (?:fine|ok|okay|all right|alright|not a problem) (?:again|after all)\b"
    r"|\bno longer (?:mind|avoid|rule out)\b|\b(?:don'?t|do not) mind .+ (?:any ?more|again)\b"
    r"|(?:又|现在|也)可以(?:了|穿了|用了)(?:[。！!]|$)|没关系了",
    re.IGNORECASE,
)
"""Takes a wish back by its form alone."""
_GONE_OFF: Final = re.compile(
    r"\b(?:don'?t|do not|never|no longer|stopped) (?:really )?"
    r"(?:like|want|love|wear|use|buy|need)\w*\b"
    r"|\b(?:don'?t|do not|never|stop|no longer|quit) (?:ever )?(?:recommend|suggest|show|offer)\w*"
    r"|\bno more\b"
    r"|\b(?:hate|dislike|can'?t stand|avoid)\b|\bi'?m (?:done with|over|off)\b"
    r"|\bnot (?:really )?(?:interested in|a (?:big )?fan of|keen on|into)\b|\bno interest in\b"
    r"|不(?:再|想再|太)?(?:喜欢|想要|爱|穿|用|买|要)|讨厌|对.{1,12}(?:没兴趣|不感兴趣|无感)|别(?:再)?(?:推荐|给我看)",
    re.IGNORECASE,
)
_SHOW_NO_MORE: Final = re.compile(
    r"\b(?:don'?t|do not|never|stop|quit) (?:ever |keep )?"
    r"(?:recommend|show|suggest|offer|send)(?:ing)?(?: me)?(?: any(?: more)?)?\b"
    r"|(?:别|不要|不用|少)再?(?:给我|跟我|向我)?再?(?:推荐|推|介绍|展示|显示)",
    re.IGNORECASE,
)
"""What one does not want to be shown from now on."""
_SIZE: Final = r"(?:size |an? |码 ?)?(?P<{0}>x{{0,3}}[sml]|\d{{1,3}}(?:\.5)?)(?: ?码)?"
_INSTEAD: Final = re.compile(
    rf"\b(?:not|no longer|wrong,?|isn'?t|am not) (?:a )?{_SIZE.format('was')}"
    r"(?:[,;.]| but| it'?s| i'?m| rather| now| anymore)* (?:but |it'?s |i'?m |my size is )?"
    rf"{_SIZE.format('now')}\b"
    rf"|(?:我的?|的)(?:尺码|码数|尺寸)(?:要|给我)?"
    rf"(?:改|换|变|更新)(?:成|为|到) ?{_SIZE.format('now_set')}"
    rf"|\b(?:change|update|set|make) my size (?:to |as )?{_SIZE.format('now_to')}\b"
    rf"|不(?:是|穿)? ?{_SIZE.format('was_zh')}[，,、 ]*(?:而?是|改?穿)? ?{_SIZE.format('now_zh')}",
    re.IGNORECASE,
)
_SIZE_TALK: Final = re.compile(
    r"\b(?:my|i wear|i take|i'?m) (?:a |an )?size\b|我(?:的)?(?:尺码|码数|穿)", re.I
)
_SETS_SIZE: Final = re.compile(
    r"我的?(?:尺码|码数|尺寸)(?:要|给我)?(?:改|换|变|更新)(?:成|为|到)"
    r"|\b(?:change|update|set|make) my size\b",
    re.I,
)
_OF_SIZE: Final = frozenset(
    {"change_order", "exchange_item", "edit_account", "correct", "deny", "refine_search"}
    | {"set_preference", "check_availability", "update_cart", "out_of_scope"}
)
_FIELD: Final = re.compile(
    r"\b(?:my|the) (?:\w+ )?(?:(?P<size>sizes?)|(?P<color>(?:favou?rite )?colou?rs?)"
    r"|(?P<brand>brands?)|(?P<material>materials?|fabrics?))(?=\s*(?:[.,!?]|$|please\b))"
    r"|我(?:的|喜欢的)?(?:(?P<size_>尺码|尺寸|码数)|(?P<color_>颜色)|(?P<brand_>品牌|牌子)"
    r"|(?P<material_>材质|面料))(?=[。，！!]|$|吧)",
    re.IGNORECASE,
)
"""A whole field of the profile: "forget my size"."""
ALL: Final = "*"
"""In place of a value: every one of its field."""
_WHOLE: Final = re.compile(
    r"\b(?:everything|all (?:of )?(?:my|that)|me|account)\b|全部|所有|我的(?:一切|账)", re.I
)


_SHOWING: Final = frozenset(
    {"search_products", "refine_search", "recommend_products", "update_cart", "correct", "deny"}
    | {"give_product_feedback", "set_preference", "newsletter"}
)


def statement(text: str, slots: Slots) -> dict[str, dict[str, list[str]]]:
    """What an utterance asks to remember, as `db.profiles.after_statement` takes it; {} where it
    names nothing."""
    instead = _INSTEAD.search(text)
    if instead is not None:
        was = instead["was"] or instead["was_zh"]
        now = instead["now"] or instead["now_zh"] or instead["now_set"] or instead["now_to"]
        if was is None:
            return {"prefer": {"size": [_spelt(now, slots)]}}
        sizes = {"prefer": {"size": [_spelt(now, slots)]}, "forget": {"size": [_spelt(was, slots)]}}
        return {} if was.casefold() == now.casefold() else sizes
    whole = _FIELD.search(text)
    if whole is not None and _FORGET.search(text):
        field = next(name for name, value in whole.groupdict().items() if value)
        return {"forget": {field.rstrip("_"): [ALL]}}
    liked = {field: list(getattr(slots, names[0])) for field, names in FIELDS.items()}
    barred = {field: list(getattr(slots, names[1])) for field, names in FIELDS.items() if names[1]}
    liked, barred = _filled(liked), _filled(barred)
    if _FORGET.search(text):
        both = {
            field: list(dict.fromkeys((*liked.get(field, []), *barred.get(field, []))))
            for field in {**liked, **barred}
        }
        return {"forget": both} if both else {}
    gone = slots.sentiment == "dislike" or gone_off(text) or _SHOW_NO_MORE.search(text)
    if not barred and gone:
        # A denial that the slots did not take up still turns what is named into what is not wanted.
        return {"must_not": liked} if liked else {}
    said = {"prefer": liked, "must_not": barred}
    return {side: wishes for side, wishes in said.items() if wishes}


def as_wish(heard: Understanding, last_intent: str) -> Understanding:
    """The same, read as a lasting wish where it is one that the classifier took for another ask.

    "Forget that I like blue" is not "forget me", and "not size M, L" said of the profile is no
    complaint.
    """
    said = statement(heard.text, heard.slots)
    taken_back = "forget" in said and _FORGET.search(heard.text) is not None
    if taken_back and _AGAIN.search(heard.text):
        return heard.meant("set_preference")
    names_whole = _WHOLE.search(_without_values(heard)) is not None
    if heard.intent in ("forget_me", "delete_account") and taken_back and not names_whole:
        return replace(heard, intent="set_preference")
    of_profile = last_intent in ("set_preference", "view_profile")
    sets_size = _SETS_SIZE.search(heard.text) is not None
    if sets_size and said and heard.slots.order_id is None and heard.intent in _OF_SIZE:
        return replace(heard.meant("set_preference"), acts=())
    about_size = of_profile or _SIZE_TALK.search(heard.text) is not None
    of_size = heard.intent in ("correct", "deny", "refine_search", "exchange_item")
    if about_size and of_size and said and _INSTEAD.search(heard.text):
        return replace(heard, intent="set_preference")
    if of_profile and taken_back and heard.intent == "update_cart":
        return heard.meant("set_preference")
    shown = _SHOW_NO_MORE.search(heard.text) and "must_not" in said
    if shown and heard.intent in _SHOWING and not heard.slots.ordinals:
        return heard.meant("set_preference")
    named_only = said.get("must_not", {}).keys() <= {"brand", "material"}
    ruled_out = "must_not" in said and named_only and heard.slots.sentiment == "dislike"
    if ruled_out and heard.intent == "out_of_scope":
        return heard.meant("set_preference")
    if of_profile and said and heard.intent in ("correct", "deny", "give_product_feedback"):
        return replace(heard, intent="set_preference")
    return heard


def gone_off(text: str) -> bool:
    """True where something is said not to be liked, worn or wanted."""
    return _GONE_OFF.search(text) is not None


_TURNED_AWAY: Final = re.compile(
    r"\b(?:hate|dislike|can'?t stand)\b|\bi'?m (?:done with|over|off)\b"
    r"|\b(?:not (?:really )?(?:interested in|a (?:big )?fan of|keen on)|no interest in)\b"
    r"|讨厌|对.{1,12}(?:没兴趣|不感兴趣|无感)",
    re.IGNORECASE,
)


def turned_away(text: str) -> bool:
    """True where something is disliked for good, and not only left out of one list."""
    return _TURNED_AWAY.search(text) is not None


def _without_values(heard: Understanding) -> str:
    """The text without "that I ..." and what follows: "forget that I like all things blue"."""
    return re.split(r"\bthat i\b|我(?:喜欢|讨厌|不)", heard.text, maxsplit=1, flags=re.IGNORECASE)[
        0
    ]


def _spelt(size: str, slots: Slots) -> str:
    return next((each for each in slots.sizes if each.casefold() == size.casefold()), size.upper())


def _filled(wishes: dict[str, Any]) -> dict[str, list[str]]:
    return {field: list(values) for field, values in wishes.items() if values}
