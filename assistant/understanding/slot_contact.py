"""Who is writing and where parcels go: e-mail, name, postcode, address."""

from __future__ import annotations

import re

from assistant.understanding.slot_base import Draft, compiled
from knowledge.vocabulary import Vocabulary, phrase_key

EMAIL = compiled(
    r"(?<![\w.+-])[a-z0-9][\w.+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?![\w@])"
)
_NAME_PART = r"[A-Z][A-Za-zÀ-ÿ'\-]{0,30}\.?"
_NAME_EN = (
    compiled(
        rf"\b(?i:my (?:full )?name is|my name's|name\s*(?:is|:)|the name is|this is)\s+"
        rf"(?P<n>{_NAME_PART}(?:\s+{_NAME_PART}){{0,3}})"
    ),
    compiled(
        r"\b(?i:my (?:full )?name is|my name's)\s+(?P<n>[a-zà-ÿ'\-]{2,30}(?:\s+(?!and\b|my\b"
        r"|i\b|zip\b"
        r"|from\b|in\b|but\b)[a-zà-ÿ'\-]{2,30}){0,2})"
    ),
    compiled(
        r"\b(?i:this is|it'?s|i'?m|i am)\s+(?P<n>[a-zà-ÿ'\-]{2,30}\s+(?!my\b|and\b|from\b"
        r"|uh\b|um\b)"
        r"[a-zà-ÿ'\-]{2,30})(?=\W+(?:(?:uh+|um+|and|from|here|my)\W+)*(?i:zip|postcode"
        r"|postal code|\d{5}\b))"
    ),
    compiled(rf"\b(?:[Ii]'m|[Ii] am|I’m)\s+(?P<n>{_NAME_PART}(?:\s+{_NAME_PART}){{1,2}})"),
)
_NAME_AND_CODE = compiled(
    rf"^\s*(?P<n>{_NAME_PART}(?:\s+{_NAME_PART}){{1,2}})\s*,?\s+(?:zip(?:"
    rf" code)?:?\s+)?(?=\d{{5}}\s*$)"
)
_NAME_ALONE = compiled(
    r"^\s*(?i:(?:hi|hello|hey)\W+)?(?P<n>[A-Za-zÀ-ÿ'\-]{2,30}(?:\s+[A-Za-zÀ-ÿ'\-]{2,30}){1,2})"
    r"\s*[,;/-]?\s*(?i:here\W+)?(?i:zip(?: ?code)?:?\s*|post ?code:?\s*)?\(?(?<!-)(?=\d{5}\)?\W*$)"
)
"""A whole message: "juan smith 75218"."""
_WHO_FIRST = compiled(
    r"^\s*(?i:(?:good (?:day|morning|evening|afternoon)|hi|hello|hey)\W+)?(?i:(?:i am|i'm"
    r"|this is|it's"
    r"|my name is)\s+|(?:我叫|我是))?(?P<n>[A-Za-zÀ-ÿ'\-]{2,30}(?:\s+[A-Za-zÀ-ÿ'\-]{2,30}){1,2}?)"
    r"[\s,，;/(-]*(?i:here\W+)?(?i:(?:and |my )*(?:zip|post)(?: ?code)?(?: is)?\W*|邮编(?:是)?\W*)?"
    r"(?<!-)\d{5}\b\)?[\s.,:;，。!/-]*(?i:here\W+)?(?=\S)"
)
"""Who is speaking, before what they want: "omar taylor 95112, the helmet is too hot"."""
_NAME_ZH = compiled(
    r"(?:我叫做?|我是(?=\s*[A-Z][a-z]+\s+[A-Z][a-z])|我的名字(?:是|叫)|名字(?:是|叫|:)|姓名(?:是|为|:|：)?)\s*"
    r"(?P<n>[\u4e00-\u9fff·]{2,4}?(?=$|[\s,，。.、;；!！的在邮电手想要])"
    r"|[A-Za-z]+(?:\s[A-Za-z]+){0,2})"
    r"|(?<![\u4e00-\u9fff])我是(?P<m>[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    r"余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严][\u4e00-\u9fff]{1,2})"
    r"(?=$|[\s,，。])"
)
_NO_NAMES = frozenset(
    {"send", "ship", "deliver", "change", "exchange", "swap", "refund", "pay", "update", "move"}
    | {
        "check",
        "status",
        "about",
        "for",
        "reorder",
        "invoice",
        "find",
        "what",
        "and",
        "to",
        "please",
    }
) | frozenset(
    {"not", "looking", "interested", "sorry", "new", "happy", "fine", "the", "a", "order"}
    | {
        "number",
        "track",
        "my",
        "cancel",
        "return",
        "zip",
        "where",
        "it",
        "code",
        "item",
        "postcode",
    }
)
_COLOUR_NAMES = frozenset({"brown", "green", "white", "black", "gray", "grey", "rose", "gold"})
"""Colours that people are called by."""

_UK = r"[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}"
_CA = r"[a-z]\d[a-z]\s?\d[a-z]\d"
_POSTCODES = (
    compiled(
        r"\b(?:zip(?:\s?code)?|postcode|postal code|post code)(?:\s+(?:is|number|to|:|=))*\s*:?\s*"
        rf"(?P<p>\d{{5}}(?:-\d{{4}})?|{_UK}|{_CA}|\d{{3,6}})\b"
    ),
    compiled(r"邮政?编码?\s*(?:改成|改为|是|为|:|：)?\s*(?P<p>\d{4,6})(?!\d)"),
    compiled(rf"(?<![\w-])(?P<p>{_UK})(?![\w-])"),
    compiled(rf"(?<![\w-])(?P<p>{_CA})(?![\w-])"),
    compiled(r"^\s*(?P<p>\d{5,6})\s*[.。]?\s*$"),
)
_LOOSE_POSTCODE = compiled(r"(?<![\w#$€£¥.-])(?P<p>\d{5})(?![\w-])")
_STREET = (
    r"\b(?:st|street|rd|road|ave|avenue|lane|ln|drive|dr|blvd|boulevard|way|court|ct|place|pl"
    r"|square"
    r"|terrace|close|apt|apartment|suite|unit|flat|floor|po box|highway|hwy|parkway|circle|row)\b"
)
_ADDRESS_EN = compiled(
    r"\b(?:(?:ship|send|deliver|mail|post|forward|redirect|move)\s+(?:it|this|that|them|my order"
    r"|the order|the parcel|the package|everything|order #?\w+)?\s*(?:instead\s+)?to"
    r"|(?:new|my|the|our|shipping|delivery|correct|right)\s+address\s*(?:is|to be|should be|to"
    r"|:|will be)"
    r"(?:\s+now)?|address\s*(?:to|:|is)|i (?:moved|live|am moving) (?:to|at"
    r"|in))\s*:?\s*(?P<a>[^\n;?!]{6,160})"
)
_ADDRESS_ZH = compiled(
    r"(?:寄到|寄去|寄往|送到|送去|发到|发往|邮寄到|配送到|(?:收货|送货|配送|新)?地址(?:改成"
    r"|改到|改为|换成|换到|更新为|变更为|是|为|:))"
    r"\s*[:：]?\s*(?P<a>[^\n;；?？!！。]{5,100})"
)
_MOVED_ZH = compiled(
    r"(?:改|换|变更|更新|修改|搬)(?:成|为|到|去)\s*[:：]?\s*(?P<a>[^\n;；?？!！。]{5,100})"
)
_STREET_ZH = compiled(r"[\u3400-\u9fff](?:路|街|道|巷|弄|村|里|大厦|小区|花园)[^,，]{0,6}\d+")
_PLACE_ZH = compiled(r"省|市|区|县|镇|村|路|街|巷|弄|号|栋|幢|楼|室|小区|大厦|花园")
_ADDRESS_END = compiled(
    r"\s*(?:,?\s*(?:please|thanks|thank you|instead|pls|if possible|谢谢|吧|可以吗"
    r"|好吗)\s*)+[.。]?$|[.\s]+$"
)
_BARE_ADDRESS_ZH = compiled(
    r"(?:^|[\s,，:：]|改[到成为])(?P<a>[\u3400-\u9fff]{2,8}?(?:省|市|区|县|州)[\u3400-\u9fff]{1,20}?"
    r"(?:路|街|道|巷|弄|村|里|大厦|小区|花园)[^\n;；?？!！。]{0,20}?\d[^\n;；?？!！。]{0,60})"
)
"""A place and a street with a number, however it is led up to."""
_BARE_ADDRESS = compiled(
    rf"^\s*(?P<a>\d{{1,6}}[a-z]?\s+[^\n;?!]{{2,60}}?{_STREET}[^\n;?!]{{0,100}})$"
)


def read_email(draft: Draft) -> None:
    """Fill email, lower case."""
    if "@" not in draft.text:
        return
    match = next(draft.find(EMAIL), None)
    if match:
        said = match[0].rstrip(".-")
        draft.values["email"] = said
        draft.claim("email", match.start(), match.start() + len(said))


def read_address(draft: Draft) -> None:
    """Fill address, with the postcode that stands in it."""
    for pattern, likely in (
        (_ADDRESS_EN, compiled(rf"\d|{_STREET}")),
        (_ADDRESS_ZH, _PLACE_ZH),
        (_MOVED_ZH, _STREET_ZH),
        (_BARE_ADDRESS_ZH, _STREET_ZH),
        (_BARE_ADDRESS, compiled(r"\d")),
    ):
        if pattern is _BARE_ADDRESS and draft.intent == "search_products":
            continue  # "2 tb hard drive" is no street
        for match in draft.find(pattern):
            start, end = match.span("a")
            end -= len(tail[0]) if (tail := _ADDRESS_END.search(match["a"])) else 0
            said = draft.text[start:end]
            if not likely.search(said) or re.search(r"#w?\d|@", said):
                continue
            codes = list(re.finditer(rf"(?<!\d)\d{{5,6}}(?!\d)|{_UK}", said))
            if codes and codes[-1].start() > 0:
                draft.values["postcode"] = codes[-1][0].upper()
            draft.values["address"] = draft.raw[start:end].strip()
            draft.hide(match.start(), start)
            draft.claim("address", start, end)
            return


def read_person(draft: Draft) -> None:
    """Fill name and postcode."""
    for pattern in (*_NAME_EN, _NAME_AND_CODE, _NAME_ALONE):
        match = pattern.search(draft.raw.replace("’", "'"))
        if match and draft.free(*match.span("n")):
            said = match["n"].strip(" .")
            if said.split()[0].lower() in _NO_NAMES or not _is_name(draft, said):
                continue
            if pattern is _NAME_ALONE and _names_goods(draft, said):
                continue
            draft.values["name"] = said
            draft.hide(match.start(), match.end())
            draft.claim("name", match.start("n"), match.start("n") + len(said))
            break
    else:
        match = _NAME_ZH.search(draft.raw)
        if match:
            group = "n" if match["n"] else "m"
            if draft.free(*match.span(group)):
                draft.values["name"] = match[group]
                draft.hide(match.start(), match.end())
                draft.claim("name", *match.span(group))
    if "postcode" in draft.values:
        return
    patterns = (*_POSTCODES, _LOOSE_POSTCODE) if "name" in draft.values else _POSTCODES
    for pattern in patterns:
        for match in draft.find(pattern):
            draft.values["postcode"] = match["p"].upper().strip()
            draft.claim("postcode", match.start(), match.end())
            return


def _is_name(draft: Draft, said: str) -> bool:
    """ "I'm Looking For Shoes" in title case is no name; neither is "this is Great"."""
    first = said.lower().split()[0]
    return not (first.endswith("ing") or first in draft.vocabulary.english)


def _names_goods(draft: Draft, said: str) -> bool:
    """ "desk lamp 75218" is a search; "juan brown 75218" somebody."""
    words = [word.casefold() for word in said.split()]
    return any(
        word in _NO_NAMES
        or (word not in _COLOUR_NAMES and phrase_key(word) in draft.vocabulary.english)
        for word in words
    )


def without_who(text: str, vocabulary: Vocabulary) -> str | None:
    """What is said after a name and a postcode that a message begins with; None where it does not
    begin so, or says nothing more."""
    match = _WHO_FIRST.match(text)
    if match is None or "@" in text:
        return None
    said = match["n"].split()
    if any(
        word.casefold() in _NO_NAMES
        or (word.casefold() not in _COLOUR_NAMES and phrase_key(word) in vocabulary.english)
        for word in said
    ):
        return None
    rest = text[match.end() :].strip()
    return rest if len(rest.split()) > 1 or len(rest) > _A_WORD else None


_A_WORD = 6
"""Characters of Chinese that say more than a word."""
