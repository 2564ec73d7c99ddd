"""Words of a catalogue where they stand for something else: "watch my order", "you guys", 红包."""

from __future__ import annotations

from typing import Final

from assistant.understanding.slot_base import compiled
from knowledge.vocabulary import Kind

_CONTEXT: Final = 32
"""Characters looked at on either side."""

_VERBS: Final = (
    r"(?:watch|book|ring|match|play|run|fit|park|train|drink|fan|swim|sleep|cook|clean|dress|iron"
    r"|filter|brush|polish|mount|store|snack|treat|fish|race|paint|print|scan|camp|climb|cycle|bike"
    r"|sail|surf|ski|swing|plant|shop|phone|box|bag|wrap|pack|shower|heat|charge|drill|vacuum|toast"
    r"|grill|blend|light|cover|display|record|monitor|lock|exercise|stand|store|switch|hook|snap"
    r"|mouse|host|boot|board|file|stamp|tape|glue|staple|bank|dock|tie|cap|coat)"
)
_SUBJECT: Final = compiled(r"(?:^|[^\w'])(?:i|you|we|they|he|she|u|who|people|let'?s)\s+$")
"""A bare noun never follows these."""
_TO_DO: Final = compiled(
    rf"(?:\b(?:to|it|please|pls|can|could|will|would|won'?t|don'?t|doesn'?t|does it|cannot|can'?t"
    rf"|never|always|and)\s+)$|^{_VERBS}$"
)
_ORDERED: Final = compiled(
    r"\s+(?:it|accounts?|users?|profiles?|to my|them|out(?! of)|my|me|us|this|that|these|those|the"
    r"|a|an)\b"
)
_VERB: Final = compiled(_VERBS)
_ADJECTIVE: Final = compiled(r"light|fit|match|flat|slip|present")
_IS: Final = compiled(
    r"\b(?:is|it|it's|its|too|so|very|really|quite|how|as|be|feels?|looks?|super|pretty|more|was|are"
    r"|nice and|not|isn'?t|that|this)\s+$"
)
_PLACE: Final = compiled(r"home|office|school|work|garden|house")
_THERE: Final = compiled(
    r"\b(?:at|to|from|my|our|his|her|their|not|isn'?t|be|is|am|are|i'?m|was|come|comes|came|get|gets"
    r"|got|go|going|it|them|leave|left|arrive|return|back|deliver|delivered|ship|way|in|near|by"
    r"|stay|staying|nobody|no one|the wrong)\s+(?:the\s+|my\s+|our\s+)?$"
)
_SECTION: Final = compiled(
    r"\s+(?:department|section|categor\w+|goods|ware|stuff|things?|items?|products?|decor\w*)\b"
)
_ON_TOP: Final = compiled(r"\b(?:on|(?:at|to|from|near) the|the very) $")
_COMPOUND: Final = compiled(
    r"\bphone (?:numbers?|no|bill|support|calls?|lines?|contract)\b|\bdress codes?\b"
    r"|\bhome (?:address(?:es)?|delivery|page|screen)\b|\b(?:post|head|box|tax) office\b"
    r"|\b(?:bags?|box|boxes|cases?|packs?|cups?|tubes?) of (?!leather|canvas)"
    r"|\b(?:show|view|see|check|empty|in|into|to|from) (?:me )?my bag\b"
    r"|\b(?:to|in|from|off to) bed\b"
)
"""Words that name goods only by themselves."""
_ABSTRACT_COLOUR: Final = compiled(
    r"clear\s+(?:my|the|all|it|out|up|that|this|every\w*|cart|basket|history|data|filters?)\b"
)
_VOCATIVE: Final = compiled(r"guys?|man|boys?|girls?|dudes?|kid|baby|lads?|ladies|lady")
_CALLING: Final = compiled(r"(?:\b(?:you|hey|hi|hello|oh|ok|okay|thanks|cheers|sorry|yo)\s+|^)$")
_SPEAKS: Final = compiled(
    r"[\s,.!?]*(?:$|\b(?:i|i'm|im|i've|this|that|it|its|it's|my|your|you|u|is|are|can|could|did|do"
    r"|does|please|pls|the|still|where|what|when|why|how|who|come on|seriously|sent|messed|need to"
    r"|keep|have|got)\b)"
)
_A_COURIER: Final = compiled(
    r"\b(?:delivery|post(?:al)?|mail|van|bad|rude|repair|courier|that) man$|\byou (?:guys|lads)$"
)
_FIGURE_EN: Final = compiled(
    r"[\s-]+(?:friday|monday|market|member\w*|status|delivery|shipping|energy|alert|tape|flags?"
    r"|envelopes?|light for)\b"
)
_FIGURE_ZH: Final = compiled(
    r"(?:包(?!包|[的色款])|色?通道|色?星期五|色?情人节|色环保|利|名单|卡会员|榜|娘)"
)
_A_LOGIN: Final = compiled(r"(?:的)?(?:邮箱|账号|账户|登|微信|登录|被封|密码)")


def stands_for_goods(kind: Kind, text: str, start: int, end: int) -> bool:
    """Whether a word of the catalogue at `text[start:end]`, normalised, means what it names there.

    Verbs, adjectives, places to be at, people spoken to and figures of speech do not.
    """
    word = text[start:end]
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    if kind == "category":
        if any(found.start() <= start < found.end() for found in _COMPOUND.finditer(text)):
            return False
        return not (_acts(word, before, after) or _is_there(word, before, after))
    if kind == "audience":
        return not _A_COURIER.search(before + word) and not (
            _VOCATIVE.fullmatch(word)
            and (before + after).strip()  # alone it answers whom something is for
            and _CALLING.search(before)
            and _SPEAKS.match(after)
        )
    if kind == "color":
        if _ABSTRACT_COLOUR.match(text, start):
            return False
        return not (_FIGURE_EN.match(text, end) or _FIGURE_ZH.match(text, end))
    return True


def is_a_size(text: str, start: int, end: int) -> bool:
    """Whether a Chinese size word means one: neither in 多大码 nor the small account, 小号."""
    asked = text[max(0, start - 1) : start] == "多"
    return not asked and _A_LOGIN.match(text, end) is None


def _acts(word: str, before: str, after: str) -> bool:
    """Whether a word is a verb or an adjective there."""
    if _ADJECTIVE.fullmatch(word) and (_IS.search(before) or after.startswith(" enough")):
        return True
    if not _VERB.fullmatch(word):
        return False
    if _SUBJECT.search(before) or _TO_DO.search(before):
        return True
    return not before.strip(" ,.;:") and _ORDERED.match(after) is not None


def _is_there(word: str, before: str, after: str) -> bool:
    """Whether a place is where somebody or something is, and no department."""
    if word == "top":
        return bool(_ON_TOP.search(before))
    if not _PLACE.fullmatch(word) or _SECTION.match(after):
        return False
    return bool(_THERE.search(before))
