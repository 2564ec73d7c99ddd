"""Two asks in one turn, taken apart; anything doubtful stays one ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import Language
from assistant.understanding.slot_base import MAX_CHARACTERS, compiled, normalise

_MOST = 3
_VERB = (
    r"(?:add|put|remove|delete|show|find|search|tell|give|send|track|cancel|return|exchange"
    r"|compare|checkout|check|place|change"
    r"|update|recommend|suggest|buy|order|pay|book|explain|help|connect|transfer|subscribe"
    r"|unsubscribe|sign me|forget|list|clear"
    r"|empty|look up|get me|let me (?:know|see|talk|speak)|remember|set|apply|use|refund)"
)
_QUESTION = (
    r"(?:what(?:'s)?|when(?:'s)?|where(?:'s)?|how|which|who|why"
    r"|(?:is|are|do|does|did|can|could|will|would|have|has|should|may) (?:you|i|it|they|we|he"
    r"|she|the"
    r"|this|that|these|those|there|my|your|any|shipping|delivery|returns?))"
)
_WISH = (
    r"(?:i(?:'d| would)? (?:also )?(?:like|love|want|need|wish)|i(?:'m| am) (?:also )?looking for"
    r"|i have (?:to|a question)|we need)"
)
_LEAD = (
    r"(?:please |also |then |and |now |kindly |maybe |oh |actually |finally |just |can you "
    r"|could you |would you )*"
)
_ASK = compiled(rf"^\s*{_LEAD}(?:{_VERB}|{_QUESTION}|{_WISH})\b")
_WISHES = compiled(rf"^\s*{_LEAD}{_WISH}\b")
_CONJUNCTIONS = compiled(
    r"\s*(?:[,;.?!]+\s*)?\b(?:and (?:then|also|please)|and|then|also|plus|but also|as well as)\b\s+"
)
_SENTENCES = compiled(r"(?:[.;]\s+|[?!]+\s*|\n+)(?=\S)|,\s+(?=(?:and|then|also|plus|but)\b)")
_LEADING = compiled(r"^(?:(?:and|also|then|plus|but)[,\s]+)+", re.IGNORECASE)
_RELATIVE = compiled(r"\b(?:that|which|who|if|because|since|so that|in case|whether)\s*$")
# "refund" and "use" after an "and" finish the first ask more often than they begin another.
_TAIL = compiled(
    r"^\s*(?:refund|use|pay|get a refund|send (?:it|me) (?:back|a refund)|is it|are they"
    r" (?:any )?good)\b"
)

_ZH_ASK = compiled(
    r"^(?:请问?|麻烦|顺便|另外|然后|再|也|还|并且?|同时|接着|那|你|您|能不能|可以|可不可以|能)*"
    r"(?:帮我|给我|替我|把|告诉我|加|放|删|取消|查|找|看看|看一下|推荐|比较|对比|退|换|改|下单"
    r"|结账|付款|介绍|说说|问一下|我想|我要|我需要|想知道|想问"
    r"|多久|多少|什么|怎么|哪|几天|几点|有没有|有吗|能不能|是否|可不可以|支持|运费|配送|发货"
    r"|订阅|转人工|联系)"
)
_ZH_STRONG = compiled(
    r"[,，。;；!！?？\s]*(?:顺便|另外|然后再?|同时|并且|接着|还有就是|再帮我|也帮我|再告诉我"
    r"|并告诉我)"
)
_ZH_BREAK = compiled(r"[。;；!！?？\n]+|[,，]\s*")
_ZH_QUESTION = compiled(r"多久|多少|什么|怎么|哪|几天|几点|有没有|吗|能不能|是否|可不可以|呢")


_LONGEST = 240
_MARKS = 6
_MARK_EN = compiled(
    r"[.;!?]+\s+|\n+|\s*[,;.?!]*\s+\b(?:and|then|also|plus|but)\b\s+(?:(?:also|then|please)\s+)*"
    rf"|,\s+(?={_LEAD}(?:{_VERB}|{_QUESTION}|{_WISH})\b)"
)
_MARK_ZH = compiled(
    r"[。;；!！?？\n]+|[,，]?\s*(?:顺便|另外|然后再?|还有就是|还有|同时|接着|对了)[,，]?|[,，]\s*"
)
_ADDS = compiled(
    r"\b(?:also|plus|then|as well|too|besides|by the way|btw|another thing|one more thing)\b"
    r"|顺便|另外|然后|还有|同时|接着|对了"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a turn may fall into two asks."""

    left: str
    right: str
    adds: bool
    """A word says that something is added ("also", 另外)."""
    asked: bool
    """What stands before the cut has the form of a question, a command or a wish."""


def proposed_cuts(text: str, language: Language) -> list[Cut]:
    """Places where `text` might hold two asks, for a classifier to judge both sides; none where
    it is long or has many breaks, as stories have."""
    whole = text.strip()
    if not 0 < len(whole) <= _LONGEST:
        return []
    chinese = language == "zh"
    plain = normalise(whole)
    marks = list((_MARK_ZH if chinese else _MARK_EN).finditer(plain))
    if not 0 < len(marks) <= _MARKS:
        return []
    cuts = []
    for mark in marks:
        question = "?" in mark[0] or "？" in mark[0]
        left = whole[: mark.start()].strip(" ,;，；。、") + ("?" if question else "")
        right = _LEADING.sub("", whole[mark.end() :].strip(" ,;，；。、"))
        if chinese:
            long_enough = len(left) >= 3 and len(right) >= 3
            asked = question or _asks_zh(plain[: mark.start()])
        else:
            long_enough = len(left.split()) >= 2 and len(right.split()) >= 2
            asked = question or bool(_ASK.match(plain))
        if long_enough:
            near = (
                plain[mark.start() : mark.end() + 12] if chinese else mark[0] + plain[mark.end() :]
            )
            cuts.append(Cut(left, right, bool(_ADDS.search(near)), asked))
    return cuts


def split_asks(text: str, language: Language) -> list[str]:
    """The asks of a turn in order, at most three, each a part of `text`; the whole text where it
    is one ask or where that is in doubt. Lists of wishes ("red and blue shoes") are one ask."""
    whole = text.strip()
    if not whole:
        return []
    if len(text) > MAX_CHARACTERS:
        return [whole]
    parts = _chinese(text) if language == "zh" else _english(text)
    parts = [part.strip(" ,;，；。、\n\t") for part in parts]
    parts = [part for part in parts if part]
    parts = [_LEADING.sub("", part) if number else part for number, part in enumerate(parts)]
    return parts if 1 < len(parts) <= _MOST else [whole]


def _english(text: str) -> list[str]:
    plain = normalise(text)
    cuts: list[tuple[int, int]] = []
    start = 0
    marks = sorted(
        [(m.start(), m.end(), m[0]) for m in _CONJUNCTIONS.finditer(plain)]
        + [(m.start(), m.end(), m[0]) for m in _SENTENCES.finditer(plain)]
    )
    for begin, end, mark in marks:
        if begin < start:
            continue
        left, right = plain[start:begin], plain[end:]
        if not _ASK.match(left) or not _ASK.match(right) or len(right.split()) < 2:
            continue
        sentence = any(char in mark for char in ".?!;\n")
        if _RELATIVE.search(left) or (not sentence and _TAIL.match(right)):
            continue
        if not sentence and len(left.split()) < 2 and not left.strip().startswith("checkout"):
            continue
        if _WISHES.match(right) and _WISHES.match(left) and not sentence and "also" not in mark:
            continue
        # The question mark belongs to the ask before it.
        cuts.append((begin + len(mark) - len(mark.lstrip("?!.")), end))
        start = end
    return _cut(text, cuts)


def _chinese(text: str) -> list[str]:
    plain = normalise(text)
    cuts: list[tuple[int, int]] = []
    start = 0
    marks = sorted(
        {m.start(): m for p in (_ZH_BREAK, _ZH_STRONG) for m in p.finditer(plain)}.items()
    )
    for begin, match in marks:
        if begin < start or begin == 0:
            continue
        end = match.end()
        strong = match.re is _ZH_STRONG
        left = plain[start:begin]
        right = plain[match.start() if strong else end :].lstrip(" ,，。;；!！?？")
        if not _asks_zh(left) or len(left.strip()) < 3 or len(right.strip()) < 4:
            continue
        hard = strong or bool(re.search(r"[。;；!！?？\n]", match[0]))
        lead = _ZH_ASK.match(right)
        if not (lead or (hard and _ZH_QUESTION.search(right))):
            continue
        if not hard and not _new_act(right):
            continue
        cuts.append((begin, begin if strong else end))
        start = begin if strong else end
    return _cut(text, cuts)


def _asks_zh(part: str) -> bool:
    return bool(_ZH_ASK.match(part.strip()) or _ZH_QUESTION.search(part))


def _new_act(part: str) -> bool:
    """After a mere comma only a new command or question counts, not a wish about the same."""
    return bool(
        re.match(
            r"(?:再|也|还|请|并)*(?:帮我|告诉我|把|取消(?!的)|查|转人工|推荐|运费|配送|多久"
            r"|怎么|下单|结账)",
            part,
        )
    )


def _cut(text: str, cuts: list[tuple[int, int]]) -> list[str]:
    parts = []
    start = 0
    for begin, end in cuts:
        parts.append(text[start:begin])
        start = end
    parts.append(text[start:])
    return parts
