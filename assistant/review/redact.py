"""An utterance without personal data: placeholders for ids, addresses, numbers and names.

Everything errs on the side of hiding: a placeholder too many costs a little meaning, a name that
stays costs a person their privacy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from assistant.review.names import Name, hide_introduced, hide_names
from assistant.understanding.types import Span

MAX_CHARACTERS: Final = 300
"""Only so much of an utterance is kept: what is asked stands at its start, and pages of text are
where personal stories are."""

KINDS: Final = (
    "email",
    "link",
    "card",
    "order",
    "phone",
    "postcode",
    "address",
    "name",
    "date",
    "number",
)
_EMAIL, _LINK, _CARD, _ORDER, _PHONE, _POSTCODE, _ADDRESS, _NAME, _DATE, _NUMBER = (
    chr(0xE000 + place) for place in range(len(KINDS))
)
# While at work, one private character stands for each placeholder, so that no later rule can read
# a placeholder's own letters.
_SHOWN: Final = {ord(chr(0xE000 + place)): f"[{kind}]" for place, kind in enumerate(KINDS)}
_SPAN_KINDS: Final = {
    "email": _EMAIL,
    "order_id": _ORDER,
    "postcode": _POSTCODE,
    "address": _ADDRESS,
    "name": _NAME,
}

_NO = r"(?<![A-Za-z0-9])"
_ON = r"(?![A-Za-z0-9])"
_HAN = r"(?:(?![到是为寄送址在改换往给我把的])[\u3400-\u9fff])"
_PLACE = r"(?:(?![到是为寄送址在改换往给我把的省市区县镇乡])[\u3400-\u9fff])"
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|square"
    r"|terrace|close|crescent|row|highway|hwy|parkway|mews|gardens)"
)
_BETWEEN = r"(?!(?:the|an?|in|on|of|my|its?|this|that|is|are|one|any|by|to|at)\b)[^\W\d_][\w.'-]*"
_FLAT = r"(?:flat|apt\.?|apartment|unit|suite|floor|room)\s?#?\w{1,5}"
_MONEY_UNIT = (
    r"\s?(?:元|块|刀|万|円|dollars?|bucks|usd|eur|euros?|gbp|rmb|yuan|yen|won|mah|mb|gb|tb|rpm|lumens?"
    r"|btu|ml|mm|kg|km)"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_RULES: Final = (
    (_EMAIL, _compiled(r"[a-z0-9À-ɏ._%+'-]+\s?@\s?[a-z0-9À-ɏ-]+(?:\.[a-z0-9À-ɏ-]+)*")),
    (_EMAIL, _compiled(r"[^\s@]*\w@\w[^\s@]*")),
    (
        _EMAIL,
        _compiled(
            rf"{_NO}[a-z0-9._+-]+\s*[(\[{{ ]\s*at\s*[)\]}} ]\s*[a-z0-9-]+\s*"
            r"(?:[(\[{ ]\s*dot\s*[)\]} ]\s*|\.)\s*(?:com|org|net|info|io|eu|uk|de|fr|cn|co|example)"
            rf"{_ON}"
        ),
    ),
    (_LINK, _compiled(r"https?://\S+|www\.\S+")),
    (
        _DATE,
        re.compile(
            rf"{_NO}(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}})"
            rf"{_ON}|\d{{4}}年\d{{1,2}}月\d{{1,2}}[日号]?"
        ),
    ),
    (_ORDER, _compiled(rf"#\s?[a-z]{{0,4}}[-_]?\d[\d-]{{2,}}{_ON}")),
    (_ORDER, _compiled(rf"{_NO}[a-z]{{1,5}}[-_]\d{{4,}}(?:-\d+)*{_ON}")),
    (_ORDER, _compiled(rf"{_NO}[a-z]{{1,3}}\d{{6,}}{_ON}")),
    (
        _ORDER,
        _compiled(
            r"(?P<before>\border(?:\s+(?:number|no\.?|nr\.?|id))?(?:\s+is)?[\s:#]*|订单(?:编?号)?"
            rf"(?:是|为)?[\s:：#]*)[a-z]{{0,4}}[-_]?\d[\d-]{{2,}}{_ON}"
        ),
    ),
    (_PHONE, re.compile(rf"\+\d[\d ()./-]{{5,}}\d{_ON}")),
    (_CARD, re.compile(rf"{_NO}\d(?:[ -]?\d){{11,18}}{_ON}")),
    (_PHONE, re.compile(rf"{_NO}(?:\+|00)?\(?\d[\d ()./-]{{5,}}\d{_ON}")),
    (_PHONE, re.compile(r"[零〇一二三四五六七八九幺]{6,}")),
    (_NUMBER, _compiled(rf"{_NO}(?=[a-z0-9]*\d{{4}})(?=[a-z0-9]*[a-z])[a-z0-9]{{10,}}{_ON}")),
    (
        _ADDRESS,
        _compiled(
            rf"(?:{_FLAT},?\s+)?\b\d{{1,6}}[a-z]?,?\s+(?:{_BETWEEN}\s+){{1,4}}{_STREET}\b\.?"
            rf"(?:,?\s+{_FLAT})?"
        ),
    ),
    (_ADDRESS, _compiled(r"\b\w+(?:stra(?:ß|ss)e|str\.|gasse|platz|weg)\s+\d{1,4}[a-z]?\b")),
    (
        _ADDRESS,
        _compiled(
            r"\b\d{1,4}(?:\s?bis)?,?\s+(?:rue|avenue|boulevard|chemin|impasse|via|calle)"
            r"(?:\s+[^\W\d_]+){1,4}"
        ),
    ),
    (_ADDRESS, _compiled(r"\bp\.?\s?o\.?\s?box\s+\w+")),
    (
        _ADDRESS,
        _compiled(
            rf"(?:{_PLACE}{{1,7}}(?:省|市|区|县|镇|乡)){{0,4}}{_HAN}{{1,8}}?"
            r"(?:路|街|大道|巷|弄|胡同|小区|花园|大厦|广场|村|苑)[\s,，]*"
            r"(?:[a-z0-9一二三四五六七八九十百]+(?:号|栋|幢|楼|层|室|单元|弄|座|门)[\s,，]*)+\d*"
        ),
    ),
    (_ADDRESS, _compiled(rf"(?:{_PLACE}{{1,7}}(?:省|市|区|县)){{2,}}")),
    (
        _POSTCODE,
        _compiled(
            r"(?P<before>\b(?:zip(?:\s?code)?|post\s?code|postal code)(?:\s+(?:is|number))?"
            rf"[\s:]*|邮政?编码?(?:是|为)?[\s:：]*)"
            rf"[a-z]?\d[a-z0-9]{{1,3}}(?:[ -]?[a-z0-9]{{2,4}})?{_ON}"
        ),
    ),
    (_POSTCODE, _compiled(rf"{_NO}[a-z]{{1,2}}\d[a-z\d]?\s?\d[a-z]{{2}}{_ON}")),
    (_POSTCODE, _compiled(rf"{_NO}[a-z]\d[a-z]\s?\d[a-z]\d{_ON}")),
    (_NUMBER, re.compile(rf"{_NO}\d{{7,}}")),
    (
        _POSTCODE,
        _compiled(rf"(?<![a-z0-9$€£¥])\d{{5,6}}(?:-\d{{4}})?(?!\d)(?!{_MONEY_UNIT}){_ON}"),
    ),
)
_RANGE: Final = re.compile(r"\d{1,4}\s?[-/]\s?\d{1,4}")
_TWICE: Final = re.compile(r"([\ue000-\ue009])(?:[\s,，、]*\1)+")


def redact(
    text: str,
    names: Iterable[Name] = (),
    spans: Iterable[Span] = (),
    is_word: Callable[[str], bool] = lambda _word: False,
) -> str:
    """The text with placeholders such as [order] or [name], at most 300 characters.

    `names` are the names known to the shop that may stand in the text; `spans` what slot reading
    claimed; `is_word` tells a word of the shop's catalogue ("Rose" may be a colour), which alone
    is not taken for a name. Applying it again changes nothing that matters.
    """
    kept = unicodedata.normalize("NFKC", text).translate(_STRIPPED)
    kept = kept.replace("’", "'")[: MAX_CHARACTERS * 3]
    kept = "".join(" " if char.isspace() else char for char in kept)
    for kind, pattern in _RULES[:4]:
        kept = _hide(kept, kind, pattern)
    for span in spans:
        kept = _hide_span(kept, span)
    for kind, pattern in _RULES[4:]:
        kept = _hide(kept, kind, pattern)
    kept = hide_introduced(kept, _NAME)
    kept = hide_names(kept, names, is_word, _NAME)
    kept = re.sub(r"\s+", " ", _TWICE.sub(r"\1", kept)).strip()
    return kept[:MAX_CHARACTERS].translate(_SHOWN)


_STRIPPED: Final = {
    **{0xE000 + place: None for place in range(len(KINDS))},
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad\u2060")),
}


def _hide(text: str, kind: str, pattern: re.Pattern[str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        said = match[0]
        if kind == _PHONE and said[0] not in "零〇一二三四五六七八九幺":
            digits = sum(char.isdigit() for char in said)
            if digits < 7 or _RANGE.fullmatch(said):
                return said
        before = match.groupdict().get("before") or ""
        return f"{before}{kind}"

    return pattern.sub(replaced, text)


def _hide_span(text: str, span: Span) -> str:
    kind = _SPAN_KINDS.get(span.slot)
    said = unicodedata.normalize("NFKC", span.text).translate(_STRIPPED).strip()
    if kind is None or len(said) < 2:
        return text
    edges = (_NO if said[0].isascii() else "", _ON if said[-1].isascii() else "")
    return re.sub(edges[0] + re.escape(said) + edges[1], kind, text, flags=re.IGNORECASE)


_EXAMPLES: Final = {
    "en": {
        "email": "sam.lee@example.com",
        "link": "https://shop.example/page",
        "card": "4000 0000 0000 0000",
        "order": "#10482",
        "phone": "555 0142",
        "postcode": "90210",
        "address": "14 Elm Street",
        "name": "Sam Lee",
        "date": "3 May",
        "number": "20817",
    },
    "zh": {
        "email": "xiaolin@example.com",
        "link": "https://shop.example/page",
        "card": "4000 0000 0000 0000",
        "order": "#10482",
        "phone": "555 0142",
        "postcode": "200000",
        "address": "幸福路14号",
        "name": "林晓",
        "date": "5月3日",
        "number": "20817",
    },
}


def fill(text: str, language: str) -> str:
    """A redacted text with made-up values in its placeholders, as a model should learn it."""
    for kind, example in _EXAMPLES["zh" if language == "zh" else "en"].items():
        text = text.replace(f"[{kind}]", example)
    return text
