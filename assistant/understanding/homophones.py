"""Chinese words typed by their sound, as input methods offer them: 手鸡 for 手机.

`pinyin_zh.csv` gives the commonest sound without tone of each everyday character, a line a sound
(made with pypinyin 0.55, MIT). Sounds that many speakers do not tell apart count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from knowledge.translating import lexicon
from knowledge.vocabulary import Vocabulary

_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2,5}")
_ALIKE: Final = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"([aei]n)g$"), r"\1"),
)
"""zh and z, ang and an: typed alike by many."""


@cache
def _sounds() -> dict[str, str]:
    found: dict[str, str] = {}
    text = files("assistant.understanding").joinpath("pinyin_zh.csv").read_text("utf-8")
    for line in text.splitlines()[1:]:
        sound, characters = line.split(",")
        for pattern, alike in _ALIKE:
            sound = pattern.sub(alike, sound)
        found.update(dict.fromkeys(characters, sound))
    return found


def sound_of(word: str) -> tuple[str, ...]:
    """The sounds of a word, one a character; a character that is not in the table is its own."""
    sounds = _sounds()
    return tuple(sounds.get(char, char) for char in word)


@cache
def _everywhere() -> dict[tuple[str, ...], tuple[str, ...]]:
    return _by_sound(lexicon())


def _by_sound(words: Iterable[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        if _WORD.fullmatch(word):
            found.setdefault(sound_of(word), []).append(word)
    return {sound: tuple(alike) for sound, alike in found.items()}


def meant_by_sound(word: str, vocabulary: Vocabulary) -> str | None:
    """The thing that a word sounds like, where nothing is called as it is written; None where it
    means something itself, sounds like nothing, or like several."""
    if not _WORD.fullmatch(word) or word in vocabulary.chinese or word in lexicon():
        return None
    own = [
        name
        for name, surfaces in vocabulary.chinese.items()
        if len(name) == len(word) and any(surface.kind == "category" for surface in surfaces)
    ]
    sound = sound_of(word)
    for alike in (_by_sound(own).get(sound, ()), _everywhere().get(sound, ())):
        near = [each for each in alike if any(a == b for a, b in zip(each, word, strict=True))]
        if near:
            return near[0] if len(near) == 1 else None
    return None
