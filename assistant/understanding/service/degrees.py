"""Comparatives and superlatives over options: "a bigger one", "the most storage".

Values of an option are put on a scale: by their number, or by a scale of words (S to XXL, low to
high, beginner to expert).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.understanding.service.values import Values, names_of, words_of

Way = Literal["up", "down"]

_SCALES = (
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("mini", "portable", "extra small", "small", "medium", "large", "extra large"),
    ("none", "low", "medium", "high", "very high"),
    ("beginner", "easy", "intermediate", "medium", "advanced", "hard", "expert"),
    ("basic", "standard", "professional"),
)
_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)\s*k\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Degree:
    """A wish along one option's scale, relative to what is had."""

    option: str
    way: Way
    most: bool = False
    """The end of the scale, not merely further along."""
    step: bool = False
    """The nearest value that way: "one size smaller", "slightly lower"."""
    amount: float | None = None
    """Exactly this much further: "500 pieces less"."""
    inclusive: bool = False
    """What is named or further: "i7 or above" (with `start`)."""
    start: str = ""


def rank(value: str, known: Sequence[str]) -> float | None:
    """Where a value stands on its option's scale; None where it has none."""
    low = value.casefold().strip()
    thousands = _THOUSANDS.search(low)
    if thousands:
        return float(thousands[1]) * 1000
    number = _NUMBER.search(low)
    if number:
        unit = 1024.0 if re.search(r"\d\s*tb", low) else 1.0
        return float(number[0]) * unit
    held = {each.casefold().strip() for each in known}
    for scale in _SCALES:
        if low in scale and len(held & set(scale)) >= max(1, len(held) - 1):
            return float(scale.index(low))
    return None


_UP = (
    "bigger|larger|longer|taller|wider|heavier|brighter|higher|greater|more|stronger|faster|thicker"
    "|better"
    "|harder|roomier"
)
_DOWN = "smaller|shorter|less|lower|fewer|lighter|dimmer|weaker|slower|thinner|narrower|easier"
_MOST = (
    "biggest|largest|longest|tallest|widest|heaviest|brightest|highest|greatest|most|maximum|max"
    r"|maximal|maxed|maximi[sz]e[ds]?|farthest|furthest|strongest|fastest|thickest|hardest|best"
)
_LEAST = (
    "smallest|shortest|lowest|fewest|least|lightest|dimmest|minimum|min|minimal|minimi[sz]e[ds]?"
    "|weakest|slowest|thinnest|narrowest|easiest"
)
_DEGREE_EN = re.compile(
    rf"\b(?P<not>not (?:as|so) )?(?P<word>{_UP}|{_DOWN}|{_MOST}|{_LEAST})\b"
    r"(?:[\s-]+(?P<adj>bright|big|large|long|difficult|hard|easy|tall|heavy|spacious|challenging))?"
)
_AS_POSSIBLE = re.compile(r"\bas (?P<adj>\w+) as (?:possible|it gets|you have)\b")
_DEGREE_ZH = re.compile(
    r"(?P<most>最)?(?P<adj>大|小|长|短|高|低|亮|暗|多|少|难|简单|容易|重|轻|厚|薄|快|慢)"
    r"(?P<step>一[点些码号]|一个?尺?码|[点些])?(?P<of>的)?"
)
_ZH_WAYS: dict[str, Way] = {
    **dict.fromkeys("大长高亮多难重厚快", "up"),
    **dict.fromkeys(("小", "短", "低", "暗", "少", "简单", "容易", "轻", "薄", "慢"), "down"),
}
_HINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"bright|dim|亮|暗", ("brightness",)),
    (r"easi|easy|hard|difficult|challeng|难|简单|容易", ("difficulty", "level")),
    (r"tall|高", ("height",)),
    (r"long|short|长|短", ("length", "height", "life")),
    (r"heav|light|重|轻", ("weight",)),
    (r"thick|thin|厚|薄", ("thickness",)),
    (r"wid|narrow", ("width", "view")),
    (r"fast|slow|快|慢", ("speed",)),
    (
        r"big|larg|small|roomi|spacious|大|小",
        ("size", "capacity", "volume", "diameter", "length", "height", "pieces", "piece"),
    ),
)
_STEP = re.compile(
    r"\b(?:slightly|a (?:bit|little|touch|notch)|(?:one|a) (?:size|step|notch)|next|one level)\b"
    r"|一码|一号|一点|稍微|小一个尺?码|大一个尺?码"
)
_SIZE_STEP = re.compile(
    r"\b(?:one|a|1|next) size (?P<way>up|down|bigger|larger|smaller)\b|\bsize (?P<way2>up|down)\b"
)
_AMOUNT = re.compile(
    r"\b(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?:-\s*)?(?P<unit>[a-z]+)?\s*(?P<way>more|extra|bigger|longer"
    r"|larger|higher|less|fewer|smaller|shorter|lower)\b(?:\s+(?P<after>[a-z]+))?"
    r"|(?P<zway>[多少])\s*(?P<zn>\d+)\s*(?P<zunit>[一-鿿]+?)(?=$|[的，,。])"
)
_OR_MORE = re.compile(
    r"\s*(?:or|and)\s+(?:above|better|higher|more|up|larger|bigger|faster|newer)\b"
)
_OR_LESS = re.compile(r"\s*(?:or|and)\s+(?:below|lower|less|smaller|under)\b")


def read_degrees(text: str, values: Values) -> list[tuple[Degree, int, int]]:
    """Every wish along a scale, with its span in `text`."""
    low = text.casefold()
    found: list[tuple[Degree, int, int]] = []
    taken: list[tuple[int, int]] = []
    for match in _AMOUNT.finditer(low):
        degree = _amount(match, values)
        if degree is not None:
            found.append((degree, *match.span()))
            taken.append(match.span())
    for match in _SIZE_STEP.finditer(low):
        said = match["way"] or match["way2"]
        option = _by_hint("big", values)
        if option:
            up = said in ("up", "bigger", "larger")
            found.append((Degree(option, "up" if up else "down", step=True), *match.span()))
            taken.append(match.span())
    for match in _AS_POSSIBLE.finditer(low):
        option = _option_for(low, match, match["adj"], values)
        if option:
            towards: Way = (
                "down" if re.search(r"small|low|short|few|easy|light", match["adj"]) else "up"
            )
            found.append((Degree(option, towards, most=True), *match.span()))
            taken.append(match.span())
    for match in _DEGREE_EN.finditer(low):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        degree = _degree(low, match, values)
        if degree is not None:
            found.append((degree, *match.span()))
    for match in _DEGREE_ZH.finditer(low):
        if not (match["most"] or match["step"] or match["of"]):
            continue
        option = _option_for(low, match, match["adj"], values)
        if option:
            towards = _ZH_WAYS[match["adj"]]
            step = bool(match["step"]) and "码" in match["step"]
            found.append(
                (Degree(option, towards, most=bool(match["most"]), step=step), *match.span())
            )
    return found


def or_more(text: str, end: int) -> Way | None:
    """Whether a value is only where the range begins: "i7 or above"."""
    if _OR_MORE.match(text, end):
        return "up"
    return "down" if _OR_LESS.match(text, end) else None


def _amount(match: re.Match[str], values: Values) -> Degree | None:
    chinese = bool(match["zn"])
    number = float((match["zn"] or match["n"]).replace(",", ""))
    unit = match["zunit"] if chinese else (match["unit"] or match["after"] or "")
    up = match["zway"] == "多" if chinese else match["way"] in (
        "more", "extra", "bigger", "longer", "larger", "higher"
    )  # fmt: skip
    for option, known in values.items():
        names = words_of(option)
        said = [unit.rstrip("s")] if unit else []
        said += [(match["after"] or "").rstrip("s")] if not chinese else []
        by_name = any(
            s and any(n.startswith(s) or s.startswith(n.rstrip("s")) for n in names) for s in said
        )
        by_unit = unit and any(
            re.search(rf"\d\s*-?{re.escape(unit.rstrip('s'))}", v.casefold()) for v in known
        )
        chinese_piece = chinese and unit in ("片", "块") and "pieces" in names
        if by_name or by_unit or chinese_piece:
            return Degree(option, "up" if up else "down", amount=number)
    return None


def _degree(text: str, match: re.Match[str], values: Values) -> Degree | None:
    word = match["word"]
    most = bool(re.fullmatch(rf"{_MOST}|{_LEAST}", word))
    down = bool(re.fullmatch(rf"{_DOWN}|{_LEAST}", word)) != bool(match["not"])
    after = text[match.end() : match.end() + 14]
    if re.match(r"\s*(?:expensive|affordable|costly|pric|econom|money|than one|options?\b)", after):
        return None
    option = _option_for(text, match, f"{word} {match['adj'] or ''}", values)
    if option is None or all(rank(value, values[option]) is None for value in values[option]):
        return None
    before = text[max(0, match.start() - 16) : match.start()]
    return Degree(option, "down" if down else "up", most=most, step=bool(_STEP.search(before)))


def _option_for(text: str, match: re.Match[str], adjective: str, values: Values) -> str | None:
    """The option a degree is about: named right after it, in its adjective, or named nearby."""
    hinted = _by_hint(adjective, values)
    after = text[match.end() : match.end() + 28]
    named = _named_in(re.split(r"[,.;]|\b(?:and|but|with|one)\b", after)[0], values)
    if named and (hinted is None or _same_kind(named, hinted)):
        return named
    if hinted:
        return hinted
    before = text[max(0, match.start() - 36) : match.start()]
    return _named_in(re.split(r"[,.;]|\band\b|\bbut\b", before)[-1], values)


def _same_kind(named: str, hinted: str) -> bool:
    """ "A larger frame": the size that is named goes before the size that is guessed."""
    return named == hinted or bool(set(words_of(named)) & set(words_of(hinted)))


def _named_in(text: str, values: Values) -> str | None:
    words = [word.rstrip("s") for word in words_of(text)]
    best: tuple[int, str] | None = None
    for option in values:
        hits = sum(
            any(
                w == n or (len(n) >= 4 and (w.startswith(n) or n.startswith(w)) and len(w) >= 4)
                for w in words
            )
            for n in (name.rstrip("s") for name in names_of(option))
        )
        if hits and (best is None or hits > best[0]):
            best = (hits, option)
    return best[1] if best else None


def _by_hint(adjective: str, values: Values) -> str | None:
    for pattern, names in _HINTS:
        if re.search(pattern, adjective):
            for name in names:
                for option in values:
                    if name in words_of(option):
                        return option
    return None
