"""Things called by their names: "the vacuum", "both book shelves", "my watch", "水壶".

A thing answers to its title, to the last word of it, to a telling first word, to its category and
to a few everyday names ("bike" for a bicycle). What is said is matched as whole words, singular or
plural, joined or apart, and the longest name wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from knowledge.vocabulary import phrase_key, translate_value
from knowledge.vocabulary import words as vocabulary_words

ALL: Final = -1


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be named. Several things may carry one title."""

    key: str
    title: str
    title_zh: str = ""
    category: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at [start, end) and the keys of the things that answer to it best."""

    start: int
    end: int
    keys: tuple[str, ...]
    name: str
    plural: bool = False
    count: int | None = None
    """How many are meant, where that was said; ALL for "all the lamps"."""
    another: bool = False
    """One more of the same name: "and another kettle"."""


_TOKEN = re.compile(r"[a-z0-9]+|[一-鿿]+")
_PLURALS = {
    "shelves": "shelf",
    "knives": "knife",
    "mice": "mouse",
    "watches": "watch",
    "glasses": "glass",
    "brushes": "brush",
    "boxes": "box",
    "batteries": "battery",
    "shoes": "shoe",
    "dresses": "dress",
}
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "bicycle": ("bike",),
    "headphone": ("headset", "earphone"),
    "earbud": ("earphone", "buds"),
    "tshirt": ("tee", "teeshirt"),
    "luggageset": ("suitcase",),
    "portablecharger": ("powerbank", "power bank"),
    "vacuumcleaner": ("hoover", "vac"),
    "sneaker": ("trainer",),
    "coffeemaker": ("coffee machine",),
    "espressomachine": ("coffee machine",),
    "jigsawpuzzle": ("jigsaw",),
    "grill": ("bbq", "barbecue"),
    "smartphone": ("phone", "mobile", "cell phone"),
    "ereader": ("reader", "ebook reader", "kindle"),
    "wristwatch": ("watch",),
    "smartwatch": ("watch",),
    "runningshoe": ("runner",),
    "fleecejacket": ("fleece",),
    "cyclinghelmet": ("bike helmet", "bicycle helmet"),
    "desklamp": ("desk light",),
    "dumbbellset": ("weight", "dumbbell"),
    "ledlightbulb": ("lightbulb", "bulb"),
    "laptop": ("computer",),
    "makeupkit": ("makeup",),
    "yogamat": ("mat",),
    "electrictoothbrush": ("toothbrush",),
    "indoorsecuritycamera": ("security cam",),
}
_ALIASES_ZH: Final[dict[str, tuple[str, ...]]] = {
    "coffeemaker": ("咖啡机", "咖啡壶"),
    "espressomachine": ("咖啡机",),
    "waterbottle": ("水壶", "水瓶", "水杯"),
    "kettle": ("水壶", "茶壶"),
    "wristwatch": ("手表", "腕表"),
    "smartwatch": ("手表",),
    "boot": ("靴子", "登山靴", "徒步靴"),
    "sneaker": ("运动鞋", "球鞋"),
    "portablecharger": ("充电宝", "移动电源"),
    "securitycamera": ("摄像头", "监控"),
    "thermostat": ("恒温器", "温控器"),
    "wallclock": ("挂钟", "时钟"),
    "petbed": ("宠物床", "宠物窝", "狗窝", "猫窝"),
    "luggageset": ("行李箱", "旅行箱", "拉杆箱", "箱包"),
    "umbrella": ("遮阳伞", "庭院伞", "雨伞"),
    "makeupkit": ("化妆套装", "化妆品", "彩妆"),
    "grill": ("烤架", "烤炉", "烧烤架", "烧烤炉"),
    "earbud": ("耳塞", "耳机"),
    "headphone": ("耳机",),
}
_HOLLOW = frozenset(
    [
        "the",
        "and",
        "with",
        "for",
        "set",
        "kit",
        "new",
        "pro",
        "plus",
        "mini",
        "max",
        "of",
        "in",
        "a",
        "an",
        "de",
        "edition",
        "pack",
        "type",
        "men",
        "women",
        "mens",
        "womens",
        "kids",
        "large",
        "small",
        "medium",
    ]
)
_FUNCTION = re.compile(
    r"\s*(?:$|[.,;:!?)}\]]|(?:and|or|from|in|into|to|for|with|that|which|i|is|was|are|were|on|at|of"
    r"|but|back|please|because|as|instead|so|then|too|also|my|the|it|has|have|you|by|since|if)\b"
    r"|[一-鿿])"
)
_COUNT_EN: Final = {"both": 2, "two": 2, "2": 2, "three": 3, "3": 3, "all": ALL, "every": ALL}
_BEFORE = re.compile(
    r"\b(?P<c>both|two|2|three|3|all|every|another|other|second|one)\b(?:\s+(?:of"
    r"|the|my|those|these|other"
    r"|pending|small|large|medium|of the|received|delivered|new|old"
    r"|ordered)){0,4}(?:\s+[\w-]+){0,2}\s*$"
)
_ONE_OF = re.compile(
    r"\bone of (?:(?:the|my|those|these|both|two|2|three) ){1,3}(?:[\w-]+ ){0,2}$"
    r"|(?:其中|只)(?:的)?一[个件双台款把条只](?:[的我那])*$"
)
_ONE_OF_THEM = re.compile(
    r"[^.;!?]{0,60}?\b(?:just |only )?one of (?:them|those|these|the (?:two|three|pair))\b"
    r"|[^。；！？]{0,20}?(?:其中|只)(?:要|想|需要|退|换|取消)*一[个件双台款把条只]"
)
"""Said after a name in the plural: "two jackets and only want to return one of them"."""
_BEFORE_ZH = re.compile(
    r"(?P<c>所有|全部|两|俩|三|每|另一|另外一?)(?:个|件|双|台|款|把|条|只|的|我|那)*$"
)
_ZH_COUNTS: Final = {"所有": ALL, "全部": ALL, "每": ALL, "两": 2, "俩": 2, "三": 3}


def singular(word: str) -> str:
    """A noun in the singular, by form."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith(("shelves", "knives", "halves", "scarves")):
        return word[:-3] + "f"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


@lru_cache(maxsize=4096)
def _names(thing: Thing) -> tuple[tuple[str, int], ...]:
    """(squashed name, weight) a thing answers to."""
    made: dict[str, int] = {}

    def say(name: str, weight: int) -> None:
        if name and made.get(name, 0) < weight:
            made[name] = weight

    title = re.sub(r"\([^)]*\)", " ", thing.title)
    # A brand in the title is a word of its own; the kind of thing is what is left.
    brand = set(_TOKEN.findall(thing.brand.casefold()))
    tokens = [singular(word) for word in _TOKEN.findall(title.casefold())]
    plain = [word for word in tokens if word not in brand] or tokens
    letters = [word for word in plain if not word.isdigit()]
    for words in (tokens, plain, letters):
        say("".join(words), 10)
    for size in range(2, len(letters)):
        for start in range(len(letters) - size + 1):
            run = letters[start : start + size]
            say("".join(run), 6 if start + size == len(letters) else 3)
    if letters:
        head = letters[-1]
        if head in _HOLLOW and len(letters) > 1:
            head = letters[-2]
        if len(head) >= 3:
            say(head, 5)
        for cut in range(3, len(head) - 3):
            if len(head) - cut >= 4:
                say(f"~{head[cut:]}", 2)  # "phone" for smartphone; never before a whole word
        for word in letters[:-1]:
            if len(word) >= 3 and word not in _HOLLOW:
                say(f"+{word}", 2)  # "the vacuum": only where nothing is named after it
    kinds = [word for word in _TOKEN.findall(thing.category.casefold()) if word not in _HOLLOW]
    for category in kinds[-1:]:
        say(singular(category), 4)
    say("".join(singular(word) for word in _TOKEN.findall(thing.category.casefold())), 4)
    for name in tuple(made):
        for alias in _ALIASES.get(name, ()):
            say("".join(_TOKEN.findall(alias)), 4)
    for group in vocabulary_words()["synonyms"]:
        squashed = {"".join(singular(w) for w in _TOKEN.findall(each.casefold())) for each in group}
        if any(made.get(each, 0) >= 4 for each in squashed):
            for each in squashed:
                say(each, 3)
    return tuple(made.items())


@lru_cache(maxsize=4096)
def _names_zh(thing: Thing) -> tuple[tuple[str, int], ...]:
    """(Chinese name, weight)."""
    made: dict[str, int] = {}
    names = [thing.title_zh]
    for english in (thing.title, thing.category, *thing.title.split()[-1:]):
        chinese = translate_value(english, "zh")
        if chinese != english:
            names.append(chinese)
    for table in ("categories_zh",):
        wanted = {phrase_key(thing.category), phrase_key(thing.title)}
        wanted |= {phrase_key(word) for word in thing.title.split()[-1:]}
        for chinese, english in vocabulary_words()[table].items():
            if phrase_key(english) in wanted:
                names.append(chinese)
    for squashed, weight in _names(thing):
        if weight >= 4:
            names += _ALIASES_ZH.get(squashed, ())
    for name in names:
        # "T恤" is one word, letters and all.
        mixed = re.findall(r"[a-z]{1,3}[一-鿿]{1,4}", (name or "").casefold())
        for run in (*mixed, *re.findall(r"[一-鿿]+", name or "")):
            if len(run) >= 2:
                made[run] = max(made.get(run, 0), 10)
                for cut in range(1, len(run) - 1):
                    made.setdefault(run[cut:], 4)
    return tuple(made.items())


def find_mentions(text: str, things: Sequence[Thing]) -> list[Mention]:
    """Every name of a thing in `text`, in order, the longest first where two overlap."""
    low = text.casefold()
    english = _table(things)
    tokens = [(match.start(), match.end(), match[0]) for match in re.finditer(r"[a-z0-9]+", low)]
    found: list[tuple[int, int, int, tuple[str, ...], str, bool]] = []
    for size in (5, 4, 3, 2, 1):
        for start in range(len(tokens) - size + 1):
            run = tokens[start : start + size]
            if any(low[a[1] : b[0]].strip(" -'’") for a, b in pairwise(run)):
                continue
            words = [word for _, _, word in run]
            name = "".join([*words[:-1], singular(words[-1])])
            plural = singular(words[-1]) != words[-1]
            hit = english.get(name) or english.get("".join(singular(word) for word in words))
            if hit is None and size == 1:
                follows = _FUNCTION.match(low, run[-1][1])
                hit = english.get(f"+{name}") if follows else None
                hit = hit or english.get(f"~{name}")
            if hit is not None:
                weight, keys = hit
                found.append((weight, run[0][0], run[-1][1], keys, name, plural))
    if re.search(r"[一-鿿]", low):
        found += _chinese(low, things)
    return _kept(low, found)


def _table(things: Sequence[Thing]) -> dict[str, tuple[int, tuple[str, ...]]]:
    held: dict[str, tuple[int, list[str]]] = {}
    for thing in things:
        for name, weight in _names(thing):
            best = held.get(name)
            if best is None or weight > best[0]:
                held[name] = (weight, [thing.key])
            elif weight == best[0]:
                best[1].append(thing.key)
    return {name: (weight, tuple(keys)) for name, (weight, keys) in held.items()}


def _chinese(
    text: str, things: Sequence[Thing]
) -> list[tuple[int, int, int, tuple[str, ...], str, bool]]:
    held: dict[str, tuple[int, list[str]]] = {}
    for thing in things:
        for name, weight in _names_zh(thing):
            best = held.get(name)
            if best is None or weight > best[0]:
                held[name] = (weight, [thing.key])
            elif weight == best[0]:
                best[1].append(thing.key)
    return [
        (weight, match.start(), match.end(), tuple(keys), name, False)
        for name, (weight, keys) in held.items()
        for match in re.finditer(re.escape(name), text)
    ]


def _kept(
    text: str, found: list[tuple[int, int, int, tuple[str, ...], str, bool]]
) -> list[Mention]:
    kept: list[Mention] = []
    for weight, start, end, keys, name, plural in sorted(
        found, key=lambda each: (-(each[2] - each[1]), -each[0])
    ):
        del weight
        if any(start < other.end and other.start < end for other in kept):
            continue
        before = _BEFORE.search(text[max(0, start - 40) : start])
        said = before["c"] if before else None
        chinese = _BEFORE_ZH.search(text[max(0, start - 10) : start])
        one = _ONE_OF.search(text[max(0, start - 40) : start]) or _ONE_OF_THEM.match(text, end)
        count = (
            (1 if one else None)
            or _COUNT_EN.get(said or "")
            or (_ZH_COUNTS.get(chinese["c"]) if chinese else None)
        )
        another = said in ("another", "other", "second") or bool(
            chinese and chinese["c"].startswith("另")
        )
        kept.append(Mention(start, end, keys, name, plural, count, another))
    return sorted(kept, key=lambda mention: mention.start)
