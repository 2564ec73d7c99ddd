"""Acts that are asked for without their verb, and those that one sentence asks of several orders.

"The boots should be size 9" and "could you make it a wooden one" ask for another version only where
an order of one's own is spoken of; elsewhere they are wishes about goods.
"""

from __future__ import annotations

import re

from assistant.understanding.service.act_words import CONDITION, LEANS, NEGATED, Kind

OF_ORDERS = re.compile(
    r"\b(?:in|of|for|with) (?:my|the|that|this) (?:[\w-]+ ){0,3}order\b|\bin (?:that"
    r"|the same) (?:one|order)\b"
    r"|#?\b[wW]\d{5,}\b|\b[A-Z]{2}-\d{4,}\b"
    r"|\b(?:you|they) sent me\b|\bi (?:got|received|was sent) (?:from|by) you\b"
    r"|\b[mM]y [\w-]{3,20}(?: [\w-]{3,20})?\W{1,3}(?:could|can) (?:it|they|you make)\b",
)
"""A turn that speaks of an order of one's own."""
STANDS_FOR = re.compile(r"\b(?:it|them|both|that one|those)\b", re.IGNORECASE)
_PUT_OTHERWISE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "payment",
        re.compile(
            r"\bpay (?:for )?(?:my|the|that) [\w -]{2,30}? order (?:with|by|using|via)\b"
            r"|\b(?:should|must|needs? to) (?:be|go) (?:on|paid (?:with|by|from)|charged to"
            r"|put on)\b"
            r"|\bput (?:[\w#-]+ ){1,4}on (?:my |the )(?=(?:[\w]+ ){0,2}(?:card|paypal|gift"
            r"|visa|master|amex))",
            re.I,
        ),
    ),
    (
        "return",
        re.compile(
            r"\bwant (?:it|them|both|that|those|all of (?:it|them|this)|the lot) gone\b"
            r"|\btake (?:it|them|both|those|all of (?:it|them)) off my hands\b"
            r"|\b(?:that|it|those|they)(?:'?s|'re| is| are)? (?:going|to go) back\b",
            re.I,
        ),
    ),
    (
        "cancel",
        re.compile(r"\bcan (?:also |just |simply )?be cancell?ed\b(?!\?)", re.I),
    ),
    (
        "address",
        re.compile(
            r"(?:\b[wW]\d{5,}|\b[A-Z]{2}-\d{4,}) ?(?:->|=>|→|\bto\b|should go to) ?(?=(?:my|the)"
            r" (?:[\w-]+ ){0,2}(?:address|home|house|place|office)\b|\d+ [A-Za-z])"
        ),
    ),
    (
        "swap",
        re.compile(
            r"\b(?:the|my|that|both) [\w' -]{2,30}? should be\b(?! (?:sent|shipped|delivered"
            r"|here|there"
            r"|going|refunded|returned|cancell?ed|paid|charged|on|at|in (?:my|the|stock)))"
            r"|\b(?:could|can|would) (?:you |it |that |they )?(?:please )?(?:make"
            r"|be)\b(?! (?:sure|it to"
            r"|(?:[\w-]+ ){1,4}?(?:arrive|come|go|work|happen|faster|quicker|sooner)|sent"
            r"|shipped|delivered|refunded|returned|cancell?ed))"
            r"|\bmake (?:the|my|that) [\w' -]{2,30}? (?:a|an|the|in)\b"
            r"|(?:^|[:,;] )(?:the |my )?[\w' -]{2,30}? should be (?=(?:[\w-]+ ){0,2}?(?:in"
            r"|with|size|a"
            r"|an|silver|black|white|red|blue|green|grey|gray|gold)\b)"
            r"|\bi(?:'d)? (?:want|need|like|would like"
            r"|prefer)(?: to have)? [^.;!?]{2,60}? instead\b"
            r"|\bi (?:want|need|would like) (?:it|them|one|that) (?:in|to be|with)\b"
            r"|\bbut i (?:need|want|meant|wanted)\b"
            r"|\bi (?:just |really )?need (?:a |an |the |some )?(?:better|more|less|bigger"
            r"|smaller|longer"
            r"|shorter|larger|lower|higher|different|another|size)\b"
            r"|^(?:for|in|re)?:? ?#?(?:[wW]\d{5,}|[A-Z]{2}-\d{4,})\s*[:;,-] (?=(?:the "
            r"|my )?[\w ]{2,30}? (?:in"
            r"|->|with)\b)"
            r"|\b(?:i'd|i would) (?:rather|sooner) have\b|\b(?:i'd|i would) prefer (?:a|an"
            r"|the|it in)\b"
            r"|\b(?:i'd|i would) like (?:the|my|that) [\w' -]{2,30}? to be\b(?! (?:sent"
            r"|shipped|delivered"
            r"|refunded|returned|cancell?ed))",
            re.I,
        ),
    ),
)
"""Ways to ask for another version or another payment that say so only where an order is spoken of:
"the boots should be size 9", "could you make it a wooden one"."""


_NEXT_PART = re.compile(
    r"(?:,\s*|\s)(?:and|also|plus)\s+(?=(?:the|my|in|for|that)\b)|;\s*", re.IGNORECASE
)


def put_otherwise(sentence: str) -> list[tuple[Kind, str, str]]:
    """The acts that a sentence about an order asks for without their verbs; none for any other."""
    if CONDITION.match(sentence) or LEANS.match(sentence.strip()):
        return []
    found: list[tuple[Kind, str, str]] = []
    begin = 0
    for stop in (*(match.start() for match in _NEXT_PART.finditer(sentence)), len(sentence)):
        part = sentence[begin:stop]
        told = _told_by(part)
        if told is None or (found and found[-1][0] == told[0] == "swap"):
            continue  # it belongs to what is before it, or to what comes
        found.append((*told, part))
        begin = stop
    if found and begin < len(sentence):
        kind, verb, part = found[-1]
        found[-1] = (kind, verb, f"{part}{sentence[begin:]}")
    return [(kind, verb, part.strip(" ,;")) for kind, verb, part in found]


def _told_by(part: str) -> tuple[Kind, str] | None:
    for kind, pattern in _PUT_OTHERWISE:
        match = pattern.search(part)
        if match and not NEGATED.search(part[: match.start()][-60:]):
            return kind, match[0].casefold()
    return None


_NEXT_ORDER = re.compile(
    r"(?:,|\band\b|;)\s*(?:(?:and|also|my|the|order|number|#)\s*)*(?=(?:[wW]|[A-Z]{2}-)?\d{4,}\b"
    r"(?: (?:should|must|needs? to)(?: (?:be|go))?)? (?:on|to|with|by|onto)\b)"
)


def each_order(kind: Kind, verb: str, words: str) -> list[tuple[Kind, str, str]]:
    """ "W1 should be on PayPal and W2 on my card" is two acts."""
    if kind not in ("payment", "address"):
        return [(kind, verb, words)]
    parts = [part.strip(" ,;") for part in _NEXT_ORDER.split(words)]
    return [(kind, verb, part) for part in parts if part]
