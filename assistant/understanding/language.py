"""Which of the shop's languages a message is in, by its script and its commonest words."""

from __future__ import annotations

import re
from typing import Final

from assistant.conversation import Language

_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Kana and Hangul: languages that Aisle does not speak, though they may hold Han characters.
_KANA_HANGUL: Final = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
# Greek, Cyrillic, Hebrew, Arabic, Indic, Thai, kana, Hangul.
_OTHER: Final = re.compile(r"[\u0370-\u052f\u0590-\u08ff\u0900-\u0eff\u3040-\u30ff\uac00-\ud7af]")
# Addresses, links and ids say nothing about a language: "W2611340", "me@shop.example".
_NEUTRAL: Final = re.compile(r"https?://\S+|\S+@\S+|#?\w*\d\w*")
_LATIN: Final = re.compile(r"[A-Za-z]")
_WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")

_ENGLISH: Final = frozenset(
    """
    a about add agent all am an and any anything are at be best better big bigger black blue bought
    buy by bye can cancel cart change cheap cheaper cheapest check checkout compare could did do
    does don't each exchange find for forget from get give go good goodbye green has have hello
    help hey hi how human i i'd i'll i'm i've in instead invoice is isn't it it's its just know
    large larger less like list looking love make many me more most much my need never new next
    no not nothing of off on one open or order orders other out over pay person please price
    purchase put recommend red refund remove return second see sell send ship shipping show similar
    size small smaller some someone something sorry stock stop suggest talk tell than thank thanks
    that that's the them these they thing this those to track under update want was we what what's
    when where where's which white who why will with without work wrong yes you your
    """.split()  # noqa: SIM905 - a block of words reads better than a list of them
)


def detect_language(text: str, default: Language) -> Language:
    """The language of one message; `default` where the message shows none.

    Chinese characters make it Chinese ("Nike 运动鞋"), unless they are a name inside an English
    sentence ("show me the 小米 phone"). Digits, ids, sizes, e-mail addresses and bare brand names
    leave the conversation's language as it was. A message in a script that Aisle does not write
    (Russian, Japanese, Korean, Arabic, Thai) is understood and answered in English.
    """
    han = len(_HAN.findall(text))
    if len(_OTHER.findall(text)) > han + len(_LATIN.findall(text)):
        return "en"
    words = _WORD.findall(_NEUTRAL.sub(" ", text))
    plain = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in plain)
    if han:
        if _KANA_HANGUL.search(text):
            return "en"
        return "en" if english >= 2 and han <= len(words) else "zh"
    if default == "en" or english:
        return "en" if words else default
    # Three words in small letters are a phrase; fewer may be a brand or a size.
    small = sum(word.islower() and len(word) > 2 for word in words)
    return "en" if small >= 3 else default
