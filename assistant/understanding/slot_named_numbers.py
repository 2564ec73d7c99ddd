"""Numbers whose neighbours say what they measure: 刷新率144以上, "fits a 15 inch laptop"; and a
person's own measures, which limit nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from assistant.understanding.attribute_words import chinese_words
from assistant.understanding.slot_base import Draft, compiled
from assistant.understanding.slot_bounds import operator
from assistant.understanding.slot_quantities import NUMBER, attribute_name, is_recorded
from assistant.understanding.types import AttributeLimit
from knowledge.vocabulary import attribute_glossary, words

_OWN_MEASURES = compiled(
    r"(?:我|本人|身高)?\s*(?:身高)?1[3-9]\d\s?(?:cm|厘米|公分)?[,，、 /]*"
    r"(?:体重)?\d{2,3}\s?(?:kg|公斤|斤)"
    r"|身高\s*1[3-9]\d\s?(?:cm|厘米|公分)?|体重\s*\d{2,3}\s?(?:kg|公斤|斤)?"
    r"|\bi(?:'m| am| weigh) (?:\d{3} ?cm|\d{2,3} ?(?:kg|kilos|lbs?|pounds))"
    r"(?: (?:tall )?and (?:weigh )?\d{2,3} ?(?:kg|kilos|lbs?|pounds))?"
)
_FITS_LAPTOP = compiled(
    r"(?:(?:fits?|holds?|takes?|carr(?:y|ies)|for|room for)(?: up to)?(?: an?| my)? ?"
    r"|(?:能|可以?|要)?(?:装|放|塞)得?下?|适合|适配)"
    r"(?P<n>\d{2}(?:\.\d)?)\s?-?\s?(?:inch(?:es)?\b|\"|''|英寸|寸)\s?的?-?"
    r"(?:laptops?\b|notebooks?\b|macbooks?\b|笔记本电脑|手提电脑|笔记本|笔电|电脑)"
)
"""What goes into a bag: "fits a 15 inch laptop", 能装15寸电脑."""
_LAPTOP_SIZES = ("laptop size", "notebook compatibility", "maximum laptop size", "fits laptop")
_NAMED_NUMBER = compiled(
    rf"(?P<name>[\u4e00-\u9fff]{{2,8}})(?P<n>{NUMBER})(?![\d.]|\s?[号码件个双条款台])"
)
_BETWEEN_ZH = compiled(r"(?:要|得|能|在|有|是|为|的|达到|最好)+$")
_MILLIAMPERE_HOURS = 500
"""From here on the number beside 电池 counts no hours."""
_PRICED_ZH = compiled(r"(?:价格?|价位|预算|块|元|钱|费)$")


_UNDER_WATER = compiled(
    rf"(?:防水|潜水)(?:深度)?(?:至少|达到|到)?\s*(?P<n>{NUMBER})\s?米"
    rf"|\b(?:water[- ]?(?:resistant|proof)|water resistance)(?: (?:to|of|down to|at least))*"
    rf" (?P<m>{NUMBER}) ?m(?:et(?:er|re)s?)?\b"
)
_DEPTHS = ("water resistance", "water resistance depth", "depth rating")


def read_depth(draft: Draft) -> None:
    """How deep under water a watch may go: 防水100米以上; one for more will do."""
    name = next((each for each in _DEPTHS if each in draft.vocabulary.attribute_names), None)
    for match in draft.find(_UNDER_WATER) if name else ():
        way, start, end = operator(draft.text, *match.span())
        value = float(match["n"] or match["m"])
        least = "min" if way == "eq" else way
        draft.add("attributes", AttributeLimit(attribute_name(draft, str(name)), least, value, "m"))
        draft.claim("attributes", start, end)


def read_own_measures(draft: Draft) -> None:
    """How tall somebody is limits no product."""
    for match in draft.find(_OWN_MEASURES):
        draft.hide(*match.span())
        draft.claimed[match.start() : match.end()] = b"\x01" * len(match[0])


def read_laptop_fit(draft: Draft) -> None:
    """A bag takes what is no larger than it says."""
    own = draft.vocabulary.attribute_names
    name = next((own[each] for each in _LAPTOP_SIZES if each in own), None)
    for match in draft.find(_FITS_LAPTOP) if name else ():
        draft.add("attributes", AttributeLimit(str(name), "min", float(match["n"]), "in"))
        draft.claim("attributes", *match.span())


def read_named_numbers(draft: Draft) -> None:
    """A number beside the name of an attribute that this shop records: 刷新率144以上."""
    for match in draft.find(_NAMED_NUMBER):
        start, end = match.span()
        way, first, last = operator(draft.text, match.start("n"), end)
        before = _BETWEEN_ZH.sub("", draft.text[start : max(start, first)])
        if _PRICED_ZH.search(before):
            continue
        said = next((before[i:] for i in range(len(before) - 1) if before[i:] in named_zh()), "")
        names = named_zh().get(said, ())
        if said == "电池" and float(match["n"]) >= _MILLIAMPERE_HOURS:
            names = ("battery capacity",)
        name = next((n for n in names if is_recorded(draft, n)), None)
        if name is None:
            continue
        start += len(before) - len(said)
        limit = AttributeLimit(attribute_name(draft, name), way, float(match["n"]))
        draft.add("attributes", limit)
        draft.claim("attributes", start, last)


@cache
def named_zh() -> Mapping[str, tuple[str, ...]]:
    """Chinese word for an attribute -> names under which catalogues record it."""
    found: dict[str, list[str]] = {}
    for english, chinese in (*attribute_glossary(), *words()["options_zh"].items()):
        found.setdefault(chinese, []).append(english)
    for english, said in chinese_words().items():
        for word in said:
            found.setdefault(word, []).append(english)
    return {word: tuple(names) for word, names in found.items()}
