"""How much more a change may cost: "only if the difference is under $50", "if it's more than 20
extra, leave it", "差价不超过30元"."""

from __future__ import annotations

import re
from decimal import Decimal

_SUM = (
    r"(?:us)?\s*(?:\$|usd|¥|￥|€|£)?\s*(?P<{0}>\d[\d,]*(?:\.\d{{1,2}})?)"
    r"\s*(?:dollars?|bucks|usd|euros?|pounds?|yuan)?"
)
_MORE = r"(?:more|extra|additional(?:ly)?|on top|in addition|difference)"
_LESS = (
    r"(?:less than|under|below|at most|no more than|not more than|up to|within|lower than"
    r"|not (?:over|above)|max(?:imum)?(?: of)?)"
)
_OVER = r"(?:more than|over|above|greater than|higher than|exceed(?:s|ing)?|beyond)"
_RISE = (
    r"(?:(?:price )?(?:difference|gap|increase)|(?:extra|additional) (?:cost|charge|price"
    r"|payment)s?"
    r"|(?:total|price|cost|bill|order|it|that) (?:goes up|rises|increases|would go up|will go"
    r" up)(?: by)?)"
)
_MOST = re.compile(
    rf"\b{_RISE}(?: \w+){{0,3}}? {_LESS} {_SUM.format('a')}"
    rf"|\b{_LESS} {_SUM.format('b')} {_MORE}\b"
    rf"|\b(?:don't|do not|won't|not|never) (?:want to |wanna )?(?:pay|spend|add)(?: \w+){{0,2}}?"
    rf" (?:more than|over|above)"
    rf" {_SUM.format('c')} {_MORE}\b"
    rf"|\b(?:if|unless|when|in case)\b[^.;]*?\b{_RISE}(?: \w+){{0,3}}? {_OVER} {_SUM.format('d')}"
    rf"|\b(?:if|unless|when|in case)\b[^.;]*?\b{_OVER} {_SUM.format('e')} {_MORE}\b"
    rf"|(?:差价|加价|多付|多花|补)(?:的钱)?(?:不(?:能|要)?超过|低于|少于|小于|在|最多"
    rf"|不高于){_SUM.format('f')}"
    rf"|最多(?:再)?(?:补|加|多付|多花){_SUM.format('g')}"
    rf"|(?:差价|加价|多付|多花|补)(?:的钱)?(?:要是|如果)?(?:超过|高于|大于){_SUM.format('h')}",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\b(?:as long as|only if|provided|if)\b[^.;]*?\b(?:doesn't|does not|won't|will not|didn't)"
    r" (?:cost|be)"
    r" (?:me )?(?:any(?:thing)? )?(?:more|extra)\b"
    r"|\b(?:no|without(?: any)?|without paying(?: any)?) (?:extra|additional) (?:cost|charge"
    r"|payment|money)s?\b"
    r"|\bwithout paying (?:any )?(?:more|extra)\b"
    r"|\b(?:don't|do not) want to pay (?:anything |any )?(?:more|extra)\b"
    r"|\b(?:if|should|in case)\b[^.;]*?\b(?:costs?|is|are|be|it's) (?:any )?more(?: expensive)?\b"
    r"(?! than \W{0,2}\d)[^.;]*?[,;]? ?(?:then )?(?:please )?(?:just )?(?:forget|leave|don't|do not"
    r"|keep|skip|never ?mind)\b"
    r"|(?:如果|要是)(?:更?贵|要加钱|价格更高)[^，。]*[，,]?就?(?:算了|不换|别换|不要)"
    r"|不(?:用|要|想|需要)?(?:再)?(?:加钱|补差价|多花钱|补钱)",
    re.IGNORECASE,
)


def most_more(text: str) -> Decimal | None:
    """The most that something may cost beyond what was paid; None where nothing is said of it."""
    match = _MOST.search(text)
    if match is not None:
        said = next(group for group in match.groups() if group)
        return Decimal(said.replace(",", ""))
    return Decimal(0) if _NOTHING.search(text) else None


def without_it(text: str) -> str:
    """The text without words of that kind, so that no sum in them is taken for a price."""
    return _NOTHING.sub(" ; ", _MOST.sub(" ; ", text))
