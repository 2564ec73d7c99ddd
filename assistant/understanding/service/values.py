"""How the value of an option is said: "16 gigs", "size S", "not waterproof", "不锈钢".

Each value of a product's options becomes a few patterns, from its full spelling down to the one
word that no other value of the same option has. A value that is denied ("without backlight",
"instead of red", "不要黑色") is found too, and marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from knowledge.vocabulary import translate_value

Values = Mapping[str, tuple[str, ...]]
"""Option name -> its distinct values."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value found in a text at [start, end)."""

    option: str
    value: str
    start: int
    end: int
    denied: bool = False


NUMBER_WORDS = {
    "1": "one|single",
    "2": "two|double",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "10": "ten",
    "12": "twelve",
}
_UNITS = {
    ("inch", "inches", "in"): r"inch(?:es)?|in(?=\b)|\"|”|''|英寸|寸",
    ("ft", "feet", "foot"): r"ft\.?|foot|feet|'|’|英尺",
    ("ml",): r"ml|millilit(?:er|re)s?|毫升",
    ("l", "liter", "liters", "litre", "litres"): r"l|lit(?:er|re)s?|升",
    ("gb",): r"gb|gigs?|gigabytes?|g(?=\b)",
    ("tb",): r"tb|terabytes?|t(?=\b)",
    ("hour", "hours", "h"): r"hours?|hrs?|h(?=\b)|小时",
    ("cup", "cups"): r"cups?|杯",
    ("mah",): r"mah|毫安时?",
    ("mp",): r"mp|mega ?pixels?|百万像素",
    ("x",): r"x|×|times|倍",
    ("bar", "bars"): r"bars?|巴",
    ("lb", "lbs"): r"lbs?|pounds?|磅",
    ("w", "watt", "watts"): r"w|watts?|瓦",
    ("degree", "degrees"): r"degrees?|°|度",
    ("piece", "pieces", "pc", "pcs"): r"pieces?|pcs?|件套|片|块|件",
    ("mm",): r"mm|毫米",
    ("cm",): r"cm|厘米|公分",
    ("kg",): r"kg|kilos?|公斤|千克",
    ("%",): r"%|percent",
    ("k",): r"k",
    ("p",): r"p",
}
_UNIT = {name: pattern for names, pattern in _UNITS.items() for name in names}
_SIZES: dict[str, tuple[str, ...]] = {
    "xs": ("extra[ -]?small", "特小码"),
    "s": ("small", "小码", "小号"),
    "m": ("medium", "中码", "中号"),
    "l": ("large", "大码", "大号"),
    "xl": ("(?:extra|x)[ -]?large", "加大码?", "特大号"),
    "xxl": ("(?:double extra|extra extra|xx|2x)[ -]?large", "2xl"),
    "small": ("s", "小号?"),
    "medium": ("m", "中号?"),
    "large": ("l", "大号?"),
}
_YES = frozenset({"yes", "true"})
_NO = frozenset({"no", "false"})
_NONE = frozenset({"none", "no", "false", "without"})
_HOLLOW = frozenset(
    [
        "and",
        "or",
        "the",
        "a",
        "an",
        "of",
        "with",
        "card",
        "type",
        "equivalent",
        "fit",
        "brand",
        "feature",
        "features",
        "operation",
        "mode",
        "set",
        "style",
        "white-label",
        "color",
        "colour",
        "size",
        "material",
        "standard",
        "equipped",
        "compatible",
    ]
)
_LITTLE = frozenset(
    {"in", "on", "to", "of", "or", "no", "up", "as", "at", "by", "it", "is", "my", "me"}
)
"""Never enough to tell a value: the "in" of "in-ear"."""
_DENIED_EN = re.compile(
    r"(?:\bnot|n't|\bno|\bwithout|\bnon|\bexcept|\bbut|\binstead of|\brather than|\bother than"
    r"|\bnever|\bneither|\bnor|\banything but|\bless|\bisn't|\baren't)"
    r"(?:\s+(?:a|an|the|any|be|in|too|really|my|having|have|has|with|want|current|actual|being))*"
    r"[\s\-'\"{:(]*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom(?: (?:a|an|the|my|being))*[ '\"]*$", re.IGNORECASE)
_TO = re.compile(r"[^.,;]{1,40}?\b(?:to|into)\b", re.IGNORECASE)
"""From red to blue: what stands before the "to" is given up; "from Brand A" alone is wanted."""
_NOT_DENIED = re.compile(
    r"\b(?:if not|not only|why not|can ?not|if (?:there(?:'s| is) )?no)[\s\w]*$", re.I
)
_BUT = re.compile(r"\bbut(?:\s+\w+)*[\s\-'\"{:(]*$", re.IGNORECASE)
_ANYTHING_BUT = re.compile(r"\b(?:anything|all|everything|any \w+) but\s*$", re.IGNORECASE)
_DENIED_ZH = re.compile(
    r"(?:不要|不是|不带|没有|无|非|别要|不想要|除了|而不是|不)\s*(?:有|用|带|的)?$"
)


def spaced(text: str) -> str:
    """Latin words and numbers apart from the Chinese around them: "换成 XL 的", "用 visa 付"."""
    return re.sub(r"(?<=[一-鿿])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[一-鿿])", " ", text)


def find_values(text: str, values: Values) -> list[Said]:
    """Every value said in `text`, in order, longest reading first where two overlap.

    A word that two options share ("medium") goes to the option whose name stands nearest.
    """
    low = text.casefold().replace("’", "'")
    found: list[tuple[int, Said]] = []
    for option, known in values.items():
        for value in known:
            for rank, pattern in enumerate(_patterns(option, value, tuple(known))):
                for match in pattern.finditer(low if pattern.flags & re.IGNORECASE else text):
                    start, end = match.span()
                    if start == end:
                        continue
                    denied = _denied(low, start) and not value.casefold().startswith("not ")
                    found.append((rank, Said(option, value, start, end, denied)))
    found.extend((0, said) for said in _switches(low, values))
    return _without_overlaps(low, found)


def _without_overlaps(text: str, found: list[tuple[int, Said]]) -> list[Said]:
    """The longest readings; equal spans go to the option named nearest, then to the first."""
    kept: list[Said] = []
    away = {said: _away(text, said) for _, said in found}

    def outdone(said: Said) -> bool:
        """Whether another value of the option stands nearer to its name: in "medium with high
        ventilation" the ventilation is high, and the medium something else's."""
        others = (each for each in away if each.option == said.option and each.start != said.start)
        return any(away[each] < away[said] for each in others)

    ranked = sorted(
        found,
        key=lambda each: (
            -(each[1].end - each[1].start),
            outdone(each[1]),
            each[0],
            away[each[1]],
        ),
    )
    for _, said in ranked:
        if all(said.end <= other.start or other.end <= said.start for other in kept):
            kept.append(said)
    joined: list[Said] = []
    for said in sorted(kept, key=lambda said: said.start):
        last = joined[-1] if joined else None
        alike = last is not None and (last.option, last.value) == (said.option, said.value)
        if last is not None and alike and said.start - last.end <= 2:
            joined[-1] = replace(last, end=said.end)  # "Apple HomeKit" read word by word
        else:
            joined.append(said)
    return joined


def _away(text: str, said: Said) -> int:
    """Characters to the option's name; a name that is far away counts as none. A plain "color",
    "size" or "material" is the likelier one where no name is near."""
    plain = 40 if said.option in ("color", "size", "material") else 41
    best = plain
    for word in names_of(said.option):
        for match in re.finditer(rf"\b{re.escape(word)}", text):
            gap = (
                match.start() - said.end if match.start() >= said.end else said.start - match.end()
            )
            if 0 <= gap <= 16:
                best = min(best, gap)
    return best


def _denied(text: str, start: int) -> bool:
    before = text[max(0, start - 40) : start]
    if _DENIED_ZH.search(before[-6:]):
        return True
    if _BUT.search(before):
        return bool(_ANYTHING_BUT.search(before))
    if _FROM.search(before) and _TO.match(text, start):
        return True
    return bool(_DENIED_EN.search(before)) and not _NOT_DENIED.search(before)


def _switches(text: str, values: Values) -> Iterable[Said]:
    """Options that are there or not: "waterproof", "no backlight", "防水"."""
    for option, known in values.items():
        held = {value.casefold(): value for value in known}
        yes = next((held[each] for each in held if each in _YES), None)
        none = next((held[each] for each in held if each in _NONE), None)
        if none is None and yes is None:
            continue
        for match in _named(option).finditer(text):
            denied = _denied(text, match.start())
            if denied and none is not None:
                yield Said(option, none, match.start(), match.end())
            elif not denied and yes is not None and not _answered_no(text, match.end()):
                yield Said(option, yes, match.start(), match.end())
            elif not denied and yes is not None and none is not None:
                yield Said(option, none, match.start(), match.end())


def _answered_no(text: str, end: int) -> bool:
    """ "waterproof: no", "water resistance none"."""
    return bool(re.match(r"['\"]?\s*(?::|=|is)?\s*['\"]?(?:no|none|not)\b", text[end : end + 12]))


@lru_cache(maxsize=4096)
def _named(option: str) -> re.Pattern[str]:
    """The option's own name, "water resistance" as "water resistant" too."""
    words = words_of(option)
    stems = [re.escape(re.sub(r"(?:ance|ant|ence|ent|ing|s)$", "", word)) for word in words]
    english = r"[\s-]*".join(rf"{stem}\w*" for stem in stems)
    if len(stems) == 2:
        english += rf"|{stems[1]}\w* (?:to|of) {stems[0]}\w*"
    alike = next((each for each in _ONE_SWITCH if " ".join(words) in each), ())
    english += "".join(rf"|{each}" for each in alike if each != " ".join(words))
    chinese = translate_value(option, "zh")
    both = f"|{re.escape(chinese)}" if chinese != option else ""
    return re.compile(rf"\b(?:{english}){both}", re.IGNORECASE)


_ONE_SWITCH = (
    (
        "waterproof",
        "water proof",
        "waterproofing",
        "water resistance",
        "water[- ]resistant",
        "防水",
    ),
    ("backlight", "backlit", "backlighting", "back light"),
    ("noise cancellation", "noise[- ]cancell?ing", "降噪"),
    ("foldable", "folding", "fold up", "folds?"),
    ("rechargeable", "recharges?"),
)
"""Options that are there or not, and the words each of them goes by."""
_ALSO_CALLED = {"memory": ("ram",), "ram": ("memory",), "color": ("colour",)}


def names_of(option: str) -> list[str]:
    """The words an option is called by, its other names too: memory is RAM."""
    words = words_of(option)
    return [*words, *(other for word in words for other in _ALSO_CALLED.get(word, ()))]


def words_of(text: str) -> list[str]:
    """Lower-case words, "bagged/bagless" as two."""
    return re.findall(r"[a-z]+|\d+(?:\.\d+)?|[一-鿿]+", text.casefold())


@lru_cache(maxsize=16384)
def _patterns(option: str, value: str, known: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Patterns for a value, the surest first."""
    low = value.casefold().strip()
    if low in _YES | _NO or low == "none":
        return ()  # read by the option's name
    made: list[str] = []
    case: list[re.Pattern[str]] = []
    if re.fullmatch(r"\d+(?:\.\d+)?", low):
        made += _bare_number(option, low)
    elif low in _SIZES and "size" in words_of(option):
        made.append(rf"(?<![\w'’]){low}(?:[ -]?sized?\b| ?码| ?号)")
        made.append(rf"\bsize\s*(?:of|to|is|:|=)?\s*['\"]?{low}\b")
        word, *chinese = _SIZES[low]
        made += chinese
        if len(low) < 4:
            made.append(rf"\b{word}(?:[ -]?sized?)?\b")
            case.append(re.compile(rf"(?<![\w’])(?<!\w'){value.upper()}(?![\w’&])(?!'\w)"))
        else:
            made += [_full(low), rf"\b{word}[ -]size\b"]
    else:
        made.append(_full(low))
        made += _parts(low, known)
    chinese_value = translate_value(value, "zh")
    if chinese_value != value:
        bare = chinese_value.removesuffix("色")
        made.append(re.escape(chinese_value))
        stem = re.sub(r"^(?:适用于?|支持|兼容|可用于?)", "", chinese_value)
        if stem != chinese_value and len(stem) > 1:
            made.append(
                rf"(?<!不)(?:能用|可用|可以用|配|用|适合|适用于?|支持|兼容)?{re.escape(stem)}"
            )
        if len(bare) >= 1 and bare != chinese_value:
            made.append(rf"{re.escape(bare)}(?=色|的|款|那)")
    return (*(re.compile(pattern, re.IGNORECASE) for pattern in made if pattern), *case)


def _bare_number(option: str, number: str) -> list[str]:
    names = "|".join(re.escape(word.rstrip("s")) for word in words_of(option))
    said = rf"(?:{number}|{NUMBER_WORDS[number]})" if number in NUMBER_WORDS else number
    return [
        rf"\b(?:{names})s?(?:\s+\w+)?['\"]?\s*(?:of|to|is|:|=|#)?\s*['\"]?{number}(?![\d.%])",
        rf"(?<![\d.#$]){said}[\s-]*(?:{names})s?\b",
        rf"(?:^|\b(?:a|an|to|for|in|into|the|want|us|uk|eu)\s+){number}(?![\d.,]\d"
        rf"|[\w%])(?!\s*(?:more|less|fewer|of them|items?|days?))",
        rf"{number}\s*(?:码|号|片|块)",
    ]


def _full(value: str) -> str:
    """The whole value, however its words are joined and its unit is spelt."""
    pieces = re.findall(r"\d+(?:\.\d+)?|[a-z]+|%|\+|[一-鿿]+|-(?=\d)", value)
    made = []
    for place, piece in enumerate(pieces):
        if piece[0].isdigit():
            alone = place == 0 and len(pieces) > 1 and piece in NUMBER_WORDS
            made.append(rf"(?:{piece}|{NUMBER_WORDS[piece]})" if alone else re.escape(piece))
        elif place and pieces[place - 1][0].isdigit() and piece in _UNIT:
            made.append(rf"(?:{_UNIT[piece]})")
        elif piece == "-":
            made.append(r"(?:-|–|to)")
        else:
            made.append(_word(piece))
    edge = r"(?<![\w.])" if re.match(r"[\da-z]", pieces[0] if pieces else "") else ""
    return edge + r"[\s-]*".join(made) + r"(?![a-z\d])" if made else ""


def _word(word: str) -> str:
    if word in ("grey", "gray"):
        return "gr[ae]y"
    bare = word[:-1] if len(word) > 4 and word[-1] == "s" and word[-2] != "s" else word
    return rf"{re.escape(bare)}(?:e?s|ed|y|en)?"


def _parts(value: str, known: tuple[str, ...]) -> list[str]:
    """Shorter readings that only this value of the option can have."""
    others = [other.casefold() for other in known if other.casefold() != value]
    made = []
    measure = re.match(r"(\d+(?:\.\d+)?)[\s-]*([a-z%]+)", value)
    if measure and measure[0] != value and not any(o.startswith(measure[0]) for o in others):
        made.append(_full(measure[0]))
    taken = {word for other in others for word in words_of(other)}
    for word in words_of(value):
        if len(word) >= 3 and word.isalpha() and word not in taken and word not in _HOLLOW:
            made.append(rf"(?<![a-z]){_word(word)}(?![a-z])")
            # "soft" for softshell
            made += [
                rf"(?<![a-z]){re.escape(word[:cut])}(?![a-z])"
                for cut in (range(4, len(word) - 2) if len(words_of(value)) == 1 else ())
                if not any(other[:cut] == word[:cut] for other in taken)
            ]
        elif (
            len(word) == 2
            and word.isalpha()
            and word not in taken | _HOLLOW | _LITTLE
            and len(words_of(value)) > 1
        ):
            made.append(rf"(?<![a-z]){word}(?![a-z])")
    return made


def nearest_value(text: str, option: str, known: Iterable[str]) -> str | None:
    """The one value that a misspelt or loosely chosen word comes near to: "fancy" for "fantasy"."""
    scored = sorted(
        (
            (max((fuzz.ratio(word, part) for part in words_of(value)), default=0.0), value)
            for word in words_of(text)
            if len(word) >= 4 and word not in words_of(option)
            for value in known
        ),
        reverse=True,
    )
    if scored and scored[0][0] >= 75 and all(s < 75 for s, v in scored if v != scored[0][1]):
        return scored[0][1]
    return None
