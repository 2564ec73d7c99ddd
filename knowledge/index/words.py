"""Words of a text for keyword search: English stems, Chinese character pairs."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*", re.UNICODE)
_NUMBER_UNIT = re.compile(r"(\d+(?:\.\d+)?)([a-z]{1,4})$")
_JOINED = re.compile(r"\b([a-z]{1,3})-([a-z]{2,})\b")

STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a an and any are as at be by can could do does for from get give got had has have i in is
        it its just like looking me my need of on or please some that the there these this to want
        we which with would you your show find buy something anything one ones
        """,
    )
)
"""Function words and words of asking: they say nothing of the product."""
STOP_ZH = frozenset("的了吗呢我要想有没是在和给你们请个款能可以")


def has_chinese(text: str) -> bool:
    """True where a Chinese character stands in it."""
    return _HAN_RUN.search(text) is not None


_of_thread = threading.local()
"""A stemmer keeps state of its own: one for each thread."""


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    if not hasattr(_of_thread, "stemmer"):
        import Stemmer

        _of_thread.stemmer = Stemmer.Stemmer("english")
    return str(_of_thread.stemmer.stemWord(word))


def english_words(text: str, *, stop: bool = True) -> list[str]:
    """Stems in order. "16GB" also gives "16" and "gb"; "t-shirt" also gives "tshirt"."""
    low = text.lower().replace("’", "'")
    out = []
    for match in _WORD.finditer(low):
        word = match.group().removesuffix("'s")
        if stop and word in STOP:
            continue
        if _HAN_RUN.search(word):
            word = _HAN_RUN.sub("", word)
            if not word:
                continue
        out.append(_stem(word))
        unit = _NUMBER_UNIT.match(word)
        if unit:
            out += unit.groups()
    out += [_stem(a + b) for a, b in _JOINED.findall(low)]
    return out


def chinese_pairs(text: str) -> list[str]:
    """Every pair of neighbouring Chinese characters, a lone one by itself; Latin words as stems."""
    out: list[str] = []
    for match in _HAN_RUN.finditer(text):
        run = match.group()
        if len(run) == 1:
            if run not in STOP_ZH:
                out.append(run)
            continue
        out += [
            run[i : i + 2]
            for i in range(len(run) - 1)
            if not (run[i] in STOP_ZH and run[i + 1] in STOP_ZH)
        ]
    if out or has_chinese(text):
        out += english_words(text)
    return out


def words_of(text: str) -> list[str]:
    """Stems of an English text, character pairs of a Chinese one."""
    return chinese_pairs(text) if has_chinese(text) else english_words(text)
