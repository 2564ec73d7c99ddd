"""Whether an act is asked of something of one's own, and whether words are an ask of their own."""

from __future__ import annotations

import re

from assistant.understanding.service.act_words import DEFINITE, SUPPOSED
from assistant.understanding.types import Act


def definite(words: str) -> bool:
    """Whether something of one's own is spoken of: "my kettle", "order W1", "这个订单"."""
    if re.search(r"[\u4e00-\u9fff]", words):
        return bool(
            re.search(
                r"我的|这|那|把|订单.*\d|\d{4,}|帮我|(?<![不没])(?:想要?|要)退(?![款税])|我(?:想|要)|请|麻烦|全部|所有",
                words,
            )
        )
    return bool(DEFINITE.search(words)) and not SUPPOSED.search(words)


_OF_OWN = re.compile(
    r"\b(?:exchang|swap|modify|return|send back|cancel|chang|switch)\w*"
    r" (?:only |just |out )?(?:my|the) (?!(?:old|previous|current|broken|worn|ancient|mind"
    r"|search|budget|list|filters?|preferences?"
    r"|settings?"
    r"|sizes?|colou?rs?|language|cart|basket|plans?|question|answer|price|wish|view|results?|sort"
    r"|range|brand|quantity|number|amount|page|topic|subject|currency)\b)[a-z]"
    r"|(?:把|将)(?!(?:预算|价格|颜色|尺码|列表|排序|语言|购物车|数量|它|他"
    r"|这个?列表))[^，。]{1,20}?"
    r"(?:换|改|退|取消)(?:成|为|了|掉|货)?"
    r"|(?:收到|买|订|拍)(?:了)?的[^，。]{1,12}(?:想|要|我)?(?:换|退|取消)"
    r"|我(?:想要?|要|得|需要)退(?:货|掉|回)?(?![款钱税出休])[^，。]{2,}",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:(?:and|or|also|plus) )*(?:the|my|that|this|both|all|an?|one|those|these)"
    r"(?: (?!(?:is|are|was|were|do|does|did|has|have|can|will|should|would|to)\b)[\w'-]+){1,4}\W*$",
    re.IGNORECASE,
)


def of_own(act: Act) -> bool:
    """Whether an act is plainly asked of a thing of one's own: "modify my speaker to ..."; such
    words are no search, whatever they also name."""
    wants = act.kind != "swap" or re.search(
        r"\b(?:to|for|into|with)\b|[换改](?:成|为|个|一)", act.text
    )
    return bool(wants and _OF_OWN.search(act.text))


def bids(act: Act) -> bool:
    """Whether an act begins with its verb, as in notes: "return perfume + kettle"."""
    start = act.text.casefold().find(act.verb)
    before = act.text[: max(start, 0)]
    named = len(act.text.split()) > 1
    courtesy = re.fullmatch(r"(?:please|hi|hello|hey|\S+@\S+|\W)*", before, re.IGNORECASE)
    return bool(act.verb and named and courtesy)


_USES = re.compile(
    r"^\W*(?:(?:and|also|please) )*use (?:it|that|this|the same(?: one| address| card)?)\b",
    re.IGNORECASE,
)


_STATE = re.compile(
    r"\W*(?:nothing|none of (?:it|them|that)|it|they|all(?: of (?:it|them))?|everything|both|i) "
    r"(?:(?:was|were|is|are|has been|have been|hasn'?t been|haven'?t been|never|not|isn'?t|wasn'?t"
    r"|haven'?t|still|even) ?)+"
    r"(?:opened|open|used|worn|unopened|unused|unworn|sealed|touched|new)\b"
    r"|\W*(?:都|全|还|一[个件]都?)?没(?:有)?(?:拆|开|用|穿)",
    re.IGNORECASE,
)


def belongs_before(text: str) -> bool:
    """Whether words are no ask of their own: they only name a thing, use what was just named, or
    tell its state: "return the hose and the backpack", "... and use it for both orders", "...,
    nothing was opened"."""
    return any(pattern.match(text) is not None for pattern in (_BARE, _USES, _STATE))
