"""How a short answer is read: yes, no, which of several, whose words it takes up."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from assistant.understanding.types import Understanding

Choices = tuple[tuple[str, str], ...]
"""(value, how it was worded), in the order asked."""

YES = re.compile(
    r"\s*(yes|yep|yeah|ok|okay|sure|confirm|confirmed|go ahead|do it|place (it|the order)|"
    r"确认|确定|好|可以|行|是的|对|嗯|下单)",
    re.IGNORECASE,
)
NO = re.compile(
    r"\s*(no\b|nope|nah|don'?t|do not|never ?mind|forget it|stop|wait|hold on|"
    r"不|别|算了|先不|等等|等一下|取消吧)",
    re.IGNORECASE,
)
AGAINST = re.compile(
    r"\b(not|don'?t|doesn'?t|neither|never|rather than|instead of)\b|^\s*no\b"
    r"|不是|不要|不想|别|而不是",
    re.IGNORECASE,
)
NEITHER = re.compile(
    r"\b(neither|none of|nothing like|something else|not (?:that|those|either))\b"
    r"|都不|别的|其他的|不是这",
    re.IGNORECASE,
)
SAID_ANEW = 4
"""Words beyond which an answer stands for itself and not for what was said before."""


_YES_AND = re.compile(
    r"^\s*(?:(?:ok(?:ay)?|yes|yeah|yep|sure|alright)\b[ ,.!]*"
    r"|(?:好的?|行|可以|嗯+|对)(?:吧)?(?:[ ,.!，。！]+|(?=那|就)))+"
    r"(?=\S+\s+\S|[\u4e00-\u9fff]{3})",
    re.IGNORECASE,
)
_HELLO_AND = re.compile(
    r"^\s*(?:hi|hello|hey|good (?:morning|evening|afternoon))\b(?: there)?[ ,.!]*"
    r"(?=(?:i|we|do|can i|is|are there|what|which|how (?:much|many|long)|show|any|where|my"
    r"|please)\b(?: \S+){2})"
    r"|^\s*(?:你好|您好|哈喽|嗨|在吗)[啊呀]?[ ,，.。!！]*(?=[\u4e00-\u9fff]{4})",
    re.IGNORECASE,
)
_NO_NEED_BUT = re.compile(
    r"^\s*(?:不用了?|算了|没事)(?:了|吧)?[ ,，.。!！]+"
    r"(?=(?:那|还是|你|请|再)*(?:帮我|给我|我想|我要|查|看|问))"
)
_I_MEAN = re.compile(
    r"^\W*(?:(?:no|nope|sorry|wait|actually)[ ,.!]+)*i (?:mean|meant|said|was looking for) "
    r"(?=\w+)(?!no\b|it\b|that\b|the other\b)"
    r"|^\W*(?:不是?|不对)?[，, ]*我(?:说的?|要的?|指的?)是(?=[\u4e00-\u9fff]{2})",
    re.IGNORECASE,
)


def without_correction(text: str) -> str:
    """What is meant after all: "no i mean a cookbook" asks for a cookbook."""
    return text[match.end() :] if (match := _I_MEAN.match(text)) else text


def without_courtesy(text: str) -> str:
    """What is said after a yes that answers nothing, or after a greeting: "ok yes cancel it" asks
    to cancel, "hi i want a phone" for phones."""
    for pattern in (_HELLO_AND, _YES_AND, _NO_NEED_BUT):
        match = pattern.match(text)
        text = text[match.end() :] if match else text
    return text


def length(text: str) -> int:
    """Words, a pair of Chinese characters counting as one."""
    return len(re.findall(r"[a-zA-Z0-9']+", text)) + (_cjk(text) + 1) // 2


def _cjk(text: str) -> int:
    return sum("一" <= char <= "鿿" for char in text)


def choice_of(choices: Choices, asking: str, heard: Understanding) -> str | None:
    """The value chosen by place, by number, by its words, or as the slot `asking` holds it."""
    if not choices:
        return None
    values = [value for value, _ in choices]
    text = heard.text.strip().casefold().rstrip(".!。！")
    for value, label in choices:
        # Before places: "8" under a list of sizes is the size.
        if text in (value.casefold(), label.casefold()):
            return value
    for ordinal in heard.slots.ordinals:
        position = ordinal - 1 if ordinal > 0 else len(values) + ordinal
        if 0 <= position < len(values):
            return values[position]
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= len(values):
        return values[int(text) - 1]
    typed = getattr(heard.slots, asking, None)
    if typed in values:
        return str(typed)
    scored = sorted(
        (
            (fuzz.token_set_ratio(text, label.casefold()), value)
            for value, label in choices
            if len(label) > 3  # "L" or "42" is too short to be looked for inside a sentence
        ),
        reverse=True,
    )
    close = [value for score, value in scored if score >= 85]
    return close[0] if len(close) == 1 else None


def echoed(options: Choices, heard: Understanding) -> str | None:
    """The reading whose own words a short answer takes up: "the rules", "规则"."""
    if len(options) < 2 or length(heard.text) > SAID_ANEW:
        return None
    said = _pieces(heard.text)
    (one, first), (two, second) = ((name, _pieces(label)) for name, label in options)
    for_one, for_two = said & (first - second), said & (second - first)
    if bool(for_one) == bool(for_two):
        return None
    return one if for_one else two


def _pieces(text: str) -> set[str]:
    """Beginnings of words, and pairs of Chinese characters."""
    low = text.casefold()
    words = {word[:5] for word in re.findall(r"[a-z]{4,}", low)}
    runs = re.findall(r"[一-鿿]+", low)
    return words | {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
