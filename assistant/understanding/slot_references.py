"""What a turn points at: "the second one", "it", an order's number."""

from __future__ import annotations

import re

from assistant.understanding.slot_base import Draft, compiled, number

_WORDS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "last": -1,
    "final": -1,
}
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))"
)
_SMALL = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_THING = (
    r"(?:one|ones|product|item|option|pair|result|choice|model|picture|thing|of (?:them|those"
    r"|these)"
    r"|on the list|in the list|you (?:showed|listed|mentioned))"
)
_NOT_THING = (
    r"(?!\s*(?:order|name|time|hand|week|month|year|night|day|delivery|address|line|class|half"
    r"|floor"
    r"|step|chance|payment|purchase|invoice|edition|thought|opinion|resort|minute|email|of all"
    r"|generation|gen\b))"
)
_FIRST_FEW = compiled(rf"\b(?:first|top)\s+(?P<n>{_SMALL})\b(?!\s*(?:days|weeks|months|orders))")
_LAST_FEW = compiled(r"\blast\s+(?P<n>two|2|three|3)\b(?!\s*(?:days|weeks|months|years|orders))")
_FROM_END = compiled(
    r"\b(?:the )?(?:(?P<s>second|2nd)|(?P<t>third|3rd))[- ](?:to|from)[- ](?:the )?last(?: one)?\b"
    r"|\b(?:the )?(?P<l>last but one|next to last(?: one)?)\b"
    r"|\b(?:the )?(?P<p>penultimate(?: one)?)\b"
)
_NUMBERED = compiled(
    rf"(?:#|\b(?:number|no\.|nr\.?|option|item|choice|result)\s*#?)\s?(?P<n>{_SMALL})\b(?![\d./-])"
)
_SAID = compiled(
    rf"\b(?:the|that|this|your|my|and|or|with|to|vs\.?|versus|,)?\s*(?P<o>{_ORDINAL}|last"
    rf"|final)\b{_NOT_THING}"
    rf"(?:\s+(?P<t>{_THING}))?"
)
_LISTED = compiled(
    rf"\s*(?:,|and|&|or|vs\.?|versus|with|to)?\s*(?:the\s+)?(?P<o>{_ORDINAL}|last)\b"
)
_BARE = compiled(
    r"[\s#]*(?P<all>\d{1,2}(?:\s*(?:,|&|and|和|、)\s*\d{1,2}){0,3})(?:\s*(?:please|pls|thanks"
    r"|吧|号))?[\s.!。！]*"
)
_ZH_N = r"[一二两三四五六七八九十]|\d{1,2}"
_ZH_CLASS = r"[个款件双条只台部本套种项号样把支张家]"
_ZH_SAID = compiled(rf"(?:第\s?(?P<n>{_ZH_N})(?P<c>{_ZH_CLASS})?(?!次|天|周|年|单|笔|时间|页|代))")
_ZH_FIRST = compiled(rf"前(?P<n>[两二三四五]|\d)(?:{_ZH_CLASS})")
_ZH_LAST = compiled(rf"最后(?:那|的)?(?:一|那)?{_ZH_CLASS}|最后(?:那|一)个?(?=$|[,，。的])")
_ZH_FROM_END = compiled(rf"倒数第(?P<n>{_ZH_N})(?:{_ZH_CLASS})?")
_ZH_LIST = compiled(
    rf"第\s?(?P<n>{_ZH_N})(?:{_ZH_CLASS})?\s*(?:和|跟|与|、|以及"
    rf"|还有)\s*(?:第)?\s?(?P<m>{_ZH_N})(?:{_ZH_CLASS})"
)
_DEICTIC = compiled(
    r"\b(?:it|it's|its|this|this one|that one|these|those|them|this product|that product|this item"
    r"|that)\b(?!\s+(?:week|month|year|weekend|friday|monday|tuesday|wednesday|thursday|saturday"
    r"|sunday|morning|evening|afternoon|summer|winter|spring|autumn|time|is all|'s all|would"
    r" be|will be all"
    r"|order|address|email|way|shop|store|website|app|chat|conversation|account|are|have|come"
    r"|fit|do not"
    r"|match|cost|sounds|was quick|helps))"
    r"|\bthis\b(?=\s+(?:come|fit|match|cost|have)\b)"
    r"|它们?|这个(?!月|星期|周|地址|邮箱)|那个(?!月|星期|地址)|这[款件双条台本只部套把](?!上)"
    r"|那[款件双条台本只部套把]|这东西|那一?[款件双个台]"
)
_IMPERSONAL = compiled(
    r"\b(?!(?:is|does|do|did|was|like|about|want|take|add|buy|and|of|for|has|than|with|return"
    r"|say)\b)"
    r"[a-z]+ that (?!(?:is|was|has|this)\b)[a-z]+s\b|\b(?:is it possible|it(?:'s"
    r"| is) (?:too )?(?:ok|okay|fine|possible|raining|cold|hot|late"
    r"|for my|for her"
    r"|for him|a gift|been|urgent)|how long (?:does|will|would) it take|it takes|that(?:'s| is"
    r"| was| will be|"
    r"'ll be| would be)? (?:all|it|fine|ok|okay|right|correct|great|good|wrong|not what|nice"
    r"|awesome|perfect)"
    r"|(?:go(?:es)?|match(?:es)?|pairs?) (?:well )?with (?:it|them|that|those|this|these)"
    r"|got it|make it (?=(?:a )?(?:quick|fast))|i want that (?!one)\w+ is|that i|that is|that"
    r" are|that has|that have"
    r"|that fits?|that goes?|that works?|that costs?|that can|so that|know that|think that)\b"
)
# Chinese characters may stand right beside a number.
_ORDER_ID = (
    compiled(r"#\s?w\d{5,10}(?![a-z\d_])|(?<![a-z\d_-])w\d{6,9}(?![a-z\d_])"),
    compiled(
        r"(?:\border(?:s|ed)?|订单号?码?|单号|订单编号)\s*(?:number|no\.?|id|nr\.?"
        r"|ref(?:erence)?|code)?"
        r"(?:\s+is)?\s*(?:是|为|:"
        r"|：)?\s*(?P<id>#?\s?(?=[a-z\d-]*\d{4})[a-z]{0,4}-?\d{3,12}(?:-\d{1,8})?)(?![a-z\d_])"
    ),
    compiled(
        r"\border\s*(?:number|no\.?|id)?\s*(?:is|:)?\s*(?P<id>(?=[a-z\d-]*\d{3})[a-z\d]{1,10}"
        r"(?:-[a-z\d]{1,10}){1,3})(?![\w-])"
    ),
    compiled(r"(?<![a-z\d_-])(?P<id>#?[a-z]{2,4}-\d{5,10})(?![a-z\d_-])"),
    compiled(r"(?<![a-z\d_&])(?P<id>#\d{4,12})(?![a-z\d_])"),
)


_COMPARED = compiled(
    r"\b(?:compare|versus)\s+(?P<a>\d{1,2})\s*(?:and|with|to|vs\.?|&|,)\s*(?P<b>\d{1,2})"
    r"(?=\s*(?:$|[.?!,]|please\b|for\b|side\b))"
    r"|(?:对比|比较)(?:一?下)?\s*(?P<c>\d{1,2})号?\s*(?:和|跟|与|、)\s*(?P<d>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<e>\d{1,2})号?\s*(?:和|跟|与|、)\s*(?P<f>\d{1,2})号?(?=.{0,2}(?:比|区别|哪个|差))"
)


def read_order_id(draft: Draft) -> None:
    """Fill order_id, upper case, with its "#" where one was said."""
    for pattern in _ORDER_ID:
        for match in draft.find(pattern):
            group = "id" if "id" in match.re.groupindex else 0
            said = match[group].upper().replace(" ", "")
            if sum(char.isdigit() for char in said) < 4:
                continue
            if said.isdigit() and len(said) < 5:
                continue
            draft.values["order_id"] = said
            draft.claim("order_id", match.start(group), match.end(group))
            return


def _position(said: str) -> int:
    if said in _WORDS:
        return _WORDS[said]
    return int(re.sub(r"\D", "", said) or 0)


def read_ordinals(draft: Draft) -> None:
    """Fill ordinals: positions from 1, -1 for the last."""
    whole = _BARE.fullmatch(draft.text)
    if whole and draft.free(*whole.span("all")):
        numbers = [int(n) for n in re.findall(r"\d+", whole["all"])]
        if all(1 <= n <= 20 for n in numbers):
            draft.values["ordinals"] = numbers
            draft.claim("ordinals", *whole.span("all"))
            return
    bare = re.fullmatch(rf"\s*(?P<n>{_ZH_N})\s*", draft.text)
    if bare:
        _take(draft, bare.span(), [int(number(bare["n"]) or 0)])
        return
    for match in draft.find(_COMPARED):
        _take(draft, match.span(), [int(n) for n in match.groups() if n])
    for pattern, sign in ((_FIRST_FEW, 1), (_ZH_FIRST, 1), (_LAST_FEW, -1)):
        for match in draft.find(pattern):
            count = int(number(match["n"]) or 0)
            if 2 <= count <= 10:
                few = range(1, count + 1) if sign > 0 else range(-count, 0)
                _take(draft, match.span(), list(few))
    for match in draft.find(_ZH_FROM_END):
        _take(draft, match.span(), [-int(number(match["n"]) or 0)])
    for match in draft.find(_ZH_LIST):
        _take(draft, match.span(), [int(number(match[g]) or 0) for g in ("n", "m")])
    for match in draft.find(_ZH_SAID):
        _take(draft, match.span(), [int(number(match["n"]) or 0)])
    for match in draft.find(_ZH_LAST):
        _take(draft, match.span(), [-1])
    for match in draft.find(_FROM_END):
        place = next(n for n, name in enumerate(("s", "t", "l", "p")) if match[name])
        _take(draft, match.span(), [(-2, -3, -2, -2)[place]])
    for match in draft.find(_NUMBERED):
        _take(draft, match.span(), [int(number(match["n"]) or 0)])
    for match in draft.find(_SAID):
        said = match["o"]
        pointed = match[0].lstrip().startswith(("the", "that", "this", "your"))
        alone = not draft.text[: match.start()].strip() and not draft.text[match.end() :].strip(
            " .!?"
        )
        listed = draft.values.get("ordinals") and match[0].lstrip().startswith(
            ("and", "or", "with", "to", "vs", "versus", ",")
        )
        more = _LISTED.match(draft.text, match.end())
        if said in ("last", "final") and not (match["t"] or (pointed and alone) or alone):
            continue
        if said[0].isdigit() and re.search(r"\bon the $", draft.text[: match.start("o")][-8:]):
            continue
        if match["t"] or pointed or alone or listed or more:
            if said == "second" and re.match(r"s\b", draft.text[match.end("o") :]):
                continue
            start = match.start("o")
            lead = re.search(r"\b(?:the|that|this|your)\s+$", draft.text[:start][-8:])
            _take(draft, (start - (len(lead[0]) if lead else 0), match.end()), [_position(said)])


def _take(draft: Draft, span: tuple[int, int], positions: list[int]) -> None:
    if not draft.free(*span):
        return
    for position in positions:
        if position and -20 <= position <= 99:
            draft.add("ordinals", position)
    draft.claim("ordinals", *span)


def read_deictic(draft: Draft) -> None:
    """Fill deictic: the product in focus is meant."""
    hollow = [match.span() for match in _IMPERSONAL.finditer(draft.text)]
    for match in draft.find(_DEICTIC):
        if any(start < match.end() and match.start() < end for start, end in hollow):
            continue
        draft.values["deictic"] = True
        draft.claim("deictic", *match.span())
        return
