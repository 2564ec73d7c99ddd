"""Measured attributes ("16 GB of memory", "15.6寸"), stars, and how many pieces."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from assistant.understanding.slot_base import Draft, compiled, number
from assistant.understanding.slot_bounds import about, before_limit, beside_limit, operator
from assistant.understanding.types import AttributeLimit
from knowledge.vocabulary import phrase_key

NUMBER = r"\d{1,6}(?:\.\d{1,3})?"
_MEMORY_WORDS = r"(?<![a-z])(?:system memory|ram|memory|ddr[345]?)|(?:运行)?内存|运存|记忆体"
_STORAGE_WORDS = (
    r"(?<![a-z])(?:ssd|hdd|emmc|nvme|flash|storage|hard drive|hard disk|disk|drive"
    r"|internal storage)|固态硬盘|固态|机械硬盘|硬盘|硬碟|存储|闪存|空间"
)


class _Unit(NamedTuple):
    pattern: str
    unit: str
    names: tuple[str, ...]
    """Canonical attribute names the unit measures, likeliest first."""
    factor: float = 1.0


_UNITS = (
    _Unit(r"tb\b|terabytes?\b|t\b(?=的?硬盘|\s*ssd)|t(?=固态|硬盘|ssd)", "TB", ("storage",)),
    _Unit(
        r"gb?\b(?!hz)|gigs?\b|gigabytes?\b|g(?=内存|运存|固态|硬盘|存储|闪存|的?ssd|\+)",
        "GB",
        ("memory", "storage"),
    ),
    _Unit(r"mah\b|毫安时?", "mAh", ("battery capacity", "capacity")),
    _Unit(r"megapixels?\b|mp\b", "MP", ("camera resolution", "resolution", "megapixels")),
    _Unit(r"万像素", "MP", ("camera resolution", "resolution", "megapixels"), 0.01),
    _Unit(r"ghz\b", "GHz", ("processor frequency", "processor speed")),
    _Unit(r"hz\b|赫兹", "Hz", ("refresh rate", "frequency")),
    _Unit(r"watts?\b|w\b|瓦", "W", ("power", "wattage", "brightness")),
    _Unit(
        r"inch(?:es)?\b|in\b(?=\s*(?:screen|display|laptop|monitor|tv))|\"|''|英寸|寸",
        "in",
        ("screen size", "display diagonal", "display size", "diameter", "size", "length"),
    ),
    _Unit(r"kilograms?\b|kilos?\b|kgs?\b|公斤|千克", "kg", ("weight",)),
    _Unit(r"grams?\b|克", "g", ("weight",)),
    _Unit(r"斤", "kg", ("weight",), 0.5),
    _Unit(r"pounds?\b|lbs?\b|磅", "lb", ("weight",)),
    _Unit(r"ounces?\b|oz\b|盎司", "oz", ("capacity", "volume", "weight")),
    _Unit(r"millilit(?:er|re)s?\b|ml\b|毫升", "ml", ("capacity", "volume")),
    _Unit(r"lit(?:er|re)s?\b|ltr\b|l\b|升", "l", ("capacity", "volume")),
    _Unit(r"cups?\b|杯量?(?=的|份)", "cups", ("capacity", "volume")),
    _Unit(r"centimet(?:er|re)s?\b|cms?\b|厘米|公分", "cm", ("length", "diameter", "size")),
    _Unit(r"millimet(?:er|re)s?\b|mms?\b|毫米", "mm", ("thickness", "length")),
    _Unit(r"met(?:er|re)s?\b|m\b|米(?!色|白)", "m", ("cable length", "length")),
    _Unit(r"feet\b|foot\b|ft\b|英尺", "ft", ("length", "cable length")),
    _Unit(r"cores?\b|核", "", ("processor cores", "cores")),
    _Unit(r"ports?\b|口", "", ("ports", "number of ports")),
)
_GRAMS = next(unit for unit in _UNITS if unit.unit == "g")
# "Lighter than 900 g": the letter means grams where weight is spoken of.
_WEIGHED = compiled(r"\b(?:lighter|heavier|weigh\w*|heavy|grams?)\b|[轻重克]")
_UNIT_OF = compiled(
    "|".join(f"(?P<u{i}>{unit.pattern})" for i, unit in enumerate(_UNITS)), re.IGNORECASE
)
_AXES = (
    ("weight", compiled(r"\b(?:weigh(?:s|ing|t)?|light(?:er)?|heavy|heavier)\b|重量?|轻")),
    ("height", compiled(r"\b(?:tall(?:er)?|high|height)\b|高")),
    ("width", compiled(r"\b(?:wide|width)\b|宽")),
    ("depth", compiled(r"\b(?:deep|depth)\b|深")),
    ("diameter", compiled(r"\b(?:diameter|across)\b|直径")),
    ("thickness", compiled(r"\b(?:thick|thickness)\b|厚")),
    ("length", compiled(r"\b(?:long|length|longer)\b|长")),
    ("storage", compiled(_STORAGE_WORDS)),
    ("memory", compiled(_MEMORY_WORDS)),
    ("screen size", compiled(r"\b(?:screen|display)\b|屏")),
    ("battery life", compiled(r"\bbattery\b|续航|电池")),
)
_AXIS_BEFORE = {
    "height": compiled(r"高度?\s*$|\b(?:height|tall)\s*(?:of|is|:)?\s*$"),
    "width": compiled(r"宽度?\s*$|\bwidth\s*(?:of|is|:)?\s*$"),
    "depth": compiled(r"深度?\s*$|\bdepth\s*(?:of|is|:)?\s*$"),
    "diameter": compiled(r"直径\s*$|\bdiameter\s*(?:of|is|:)?\s*$"),
    "thickness": compiled(r"厚度?\s*$|\bthickness\s*(?:of|is|:)?\s*$"),
    "length": compiled(r"长度?\s*$|\blength\s*(?:of|is|:)?\s*$"),
}
_ALIASES = {
    "memory": ("memory", "ram", "internal memory", "system memory"),
    "storage": (
        "storage",
        "total storage capacity",
        "storage capacity",
        "ssd capacity",
        "capacity",
    ),
    "storage type": ("storage type", "storage media", "storage medium", "drive type"),
    "screen size": ("screen size", "display diagonal", "display size", "screen diagonal"),
    "battery life": ("battery life", "playback time", "runtime"),
    "processor frequency": ("processor frequency", "processor base frequency", "clock speed"),
}
_QUANTITY = compiled(rf"(?<![\w./#$€£¥-])(?P<n>{NUMBER})(?P<gap>\s?-?\s?)(?={_UNIT_OF.pattern})")
_RANGE = compiled(rf"(?P<a>{NUMBER})\s*(?:-|to|and|到|至)\s*$")
_HOURS = compiled(
    rf"(?P<n>{NUMBER})\s?-?\s?(?:hours?\b|hrs?\b|h\b|小时)\s?\+?(?:\s+of)?\s*(?:的)?"
    r"(?:battery(?: life)?|playback|playtime|续航|电池)"
    rf"|(?:battery(?: life)?(?: of)?|续航)\s*(?:至少|at least"
    rf"|of)?\s*(?P<m>{NUMBER})\s?(?:hours?\b|小时)"
)
_TYPED_STORAGE = compiled(r"\b(ssd|hdd|emmc|nvme)\b|(固态硬盘|固态)|(机械硬盘)", re.IGNORECASE)
_SCREENS = compiled(
    r"\b(?:laptop|notebook|netbook|chromebook|monitor|screen|display|tv|television|tablet|phone|pc"
    r"|computer|ipad|e-?reader)s?\b|电脑|笔记本|显示器|屏|电视|平板|手机"
)
_WORDS_BESIDE = compiled(
    r"\b(?!(?:least|under|over|about|around|with|more|less|than|inch|inches|make|please|show|want"
    r"|need|between|only|bigger|larger|smaller|above|below|from|then|maybe|what|have|does)\b)"
    r"[a-z]{4,}|(?!至少|以上|以下|左右|不超过|大于|小于|英寸)[\u3400-\u9fff]{3,}"
)
_ROUND = compiled(r"\b(?:pan|skillet|pot|wok|saucepan|clock|plate|bowl|ball)s?\b|锅|盘|碗|钟|球")
_AXIS_OF = {"tall": "height", "wid": "width", "deep": "depth", "thick": "thickness"}
_COMPARED_AXIS = compiled(r"(tall|wid|deep|thick)er than")
_NEARLY = 0.1
"""Share by which "around 15 inches" may be missed."""
_SAME_MEASURE = 2.5
"""Ends of one range are no further apart than this."""
_NEAR_AFTER = 16
_NEAR_BEFORE = 14


def attribute_name(draft: Draft, *names: str) -> str:
    """The first of `names` (or its aliases) that the catalogue has, spelt as it spells it;
    failing that the first of `names`."""
    own = draft.vocabulary.attribute_names
    for name in names:
        for alias in _ALIASES.get(name, (name,)):
            if alias in own:
                return own[alias]
    return names[0]


def read_attributes(draft: Draft) -> None:
    """Fill attributes from numbers with a unit."""
    text = draft.text
    if not any(char.isdigit() for char in text):
        _read_storage_type(draft)
        return
    for match in draft.find(_HOURS):
        limit = AttributeLimit(
            attribute_name(draft, "battery life"),
            "min" if "+" in match[0] else operator(text, match.start(), match.end())[0],
            float(match["n"] or match["m"]),
            "h",
        )
        draft.add("attributes", limit)
        draft.claim("attributes", *match.span())
    for match in draft.find(_QUANTITY):
        unit_match = _UNIT_OF.match(text, match.end())
        if not unit_match or not draft.free(match.start(), unit_match.end()):
            continue
        unit = _UNITS[int((unit_match.lastgroup or "u0")[1:])]
        if unit_match[0] == "g" and _in_grams(text, match):
            unit = _GRAMS
        if unit.unit == "lb" and draft.currency == "GBP" and unit_match[0].startswith("pound"):
            continue
        start, end = match.start(), unit_match.end()
        size = _own_size(draft, text[start:end])
        if size:
            draft.add("sizes", size)
            draft.claim("sizes", start, end)
            continue
        if unit.unit == "in" and not _measures_screen(draft, start, end):
            if not _ROUND.search(draft.text):
                continue
            unit = unit._replace(names=("diameter",))
        way, first, last = operator(text, start, end)
        axis = _COMPARED_AXIS.search(text[first:start])
        if axis and unit.unit in ("cm", "mm", "m", "ft", "in"):
            name = attribute_name(draft, _AXIS_OF[axis[1]])
        else:
            name, start, end = _name(draft, unit, start, end)
        value = round(float(match["n"]) * unit.factor, 4)
        if way == "eq":
            way, start, end = operator(text, start, end)
        else:  # "内存至少32G": the operator stands between name and number
            start, end = min(start, first), max(end, last)
        ranged = _RANGE.search(text[max(0, start - 24) : start])
        near = about(text, start, end) if way == "eq" else None
        if ranged and way == "eq":
            low = round(float(ranged["a"]) * unit.factor, 4)
            start -= len(ranged[0])
            _add_range(draft, name, min(low, value), max(low, value), unit.unit)
        elif near:
            start, end = near
            _add_range(draft, name, value * (1 - _NEARLY), value * (1 + _NEARLY), unit.unit)
        else:
            draft.add("attributes", AttributeLimit(name, way, value, unit.unit))
        draft.claim("attributes", start, end)
        if way in ("min", "max") and not ranged:
            _read_other_end(draft, AttributeLimit(name, way, value, unit.unit), unit, (start, end))
    _read_storage_type(draft)


def is_recorded(draft: Draft, name: str) -> bool:
    """Whether the catalogue records an attribute of that name, or one like it."""
    own = draft.vocabulary.attribute_names
    return any(alias in own for alias in _ALIASES.get(name, (name,)))


def _in_grams(text: str, match: re.Match[str]) -> bool:
    """Whether "90 g" is a weight: weight is spoken of, or nothing digital is and memory is not sold
    in such an amount."""
    if _WEIGHED.search(text[max(0, match.start() - 24) : match.end() + 40]):
        return True
    amount = float(match["n"])
    sold = amount.is_integer() and int(amount) & (int(amount) - 1) == 0
    return not sold and not _DIGITAL.search(text)


_DIGITAL = compiled(
    rf"{_MEMORY_WORDS}|{_STORAGE_WORDS}|\b(?:phone|tablet|laptop|notebook|stick|card)s?\b"
    r"|[\u3400-\u9fff]"
)


def _add_range(draft: Draft, name: str, low: float, high: float, unit: str) -> None:
    draft.add("attributes", AttributeLimit(name, "min", round(low, 4), unit))
    draft.add("attributes", AttributeLimit(name, "max", round(high, 4), unit))


def _read_other_end(
    draft: Draft, limit: AttributeLimit, unit: _Unit, span: tuple[int, int]
) -> None:
    """The other end of a range whose unit is said once: "at least 14 inch but no more than 15.6".

    Only a number near the first one is the same measure: "at least 16 GB and under 900" is not.
    """
    found = beside_limit(draft.text, *span, limit.operator)
    if found is None or not draft.free(found.start, found.end):
        return
    assert isinstance(limit.value, float)
    low, high = sorted((limit.value, found.value * unit.factor))
    if (limit.value == low) != (limit.operator == "min") or high > _SAME_MEASURE * low:
        return
    value = round(found.value * unit.factor, 4)
    draft.add("attributes", AttributeLimit(limit.name, found.operator, value, limit.unit))
    draft.claim("attributes", found.start, found.end)


def _measures_screen(draft: Draft, start: int, end: int) -> bool:
    """ "15 inch" alone, or of something with a screen; not the inches of a suitcase."""
    if _SCREENS.search(draft.text):
        return True
    others = _WORDS_BESIDE.findall(draft.text[:start] + " " + draft.text[end:])
    return not others


def _name(draft: Draft, unit: _Unit, start: int, end: int) -> tuple[str, int, int]:
    """The attribute a quantity measures, from the words beside it; their span joins it."""
    after = draft.text[end : end + _NEAR_AFTER]
    before = draft.text[max(0, start - _NEAR_BEFORE) : start]
    digital = unit.unit in ("GB", "TB")
    axes = [(n, p) for n, p in _AXES if (n in ("memory", "storage")) == digital]
    if digital:
        link = re.match(r"\s*(?:of\s+|的)?\s*", after)
        offset = link.end() if link else 0
        for name, pattern in axes if "的" in after[:offset] else ():
            # In "内存最多8GB的硬盘" the quantity is of what stands before it.
            hits = list(pattern.finditer(before))
            if hits and not before[hits[-1].end() :].strip():
                return attribute_name(draft, name), start - (len(before) - hits[-1].start()), end
        for name, pattern in axes:
            match = pattern.match(after, offset)
            if match:
                return attribute_name(draft, name), start, end + match.end()
        for name, pattern in axes:
            hits = [
                m for m in pattern.finditer(before) if not re.search(r"[,，、;]", before[m.end() :])
            ]
            if hits and not re.search(r"\d", before[hits[-1].end() :]):
                return attribute_name(draft, name), start - (len(before) - hits[-1].start()), end
        if unit.unit == "TB":
            return attribute_name(draft, "storage"), start, end
        amount = float(re.match(NUMBER, draft.text[start:end])[0])  # type: ignore[index]
        sold_by_storage = re.search(
            r"phone|tablet|stick|card|flash|ipad|手机|平板|卡|u盘", draft.text
        )
        small = amount <= 64 and not sold_by_storage
        return attribute_name(draft, "memory" if small else "storage"), start, end
    if unit.unit in ("cm", "mm", "m", "ft", "in"):
        for name, pattern in axes:
            match = pattern.search(re.split(r"[,，;]", after)[0])
            stated = _AXIS_BEFORE.get(name)
            if stated and stated.search(before_limit(draft.text[max(0, start - 24) : start])):
                return attribute_name(draft, name), start, end
            if match and not after[: match.start()].strip(" -的"):
                named = "cable length" if name == "length" and _cable(draft) else name
                return attribute_name(draft, named, name), start, end + match.end()
        names = unit.names
        if _ROUND.search(draft.text):
            names = ("diameter", *names)
        if unit.unit != "in" and not _cable(draft):
            names = tuple(n for n in names if n != "cable length") or names
        return attribute_name(draft, *names), start, end
    return attribute_name(draft, *unit.names), start, end


def _cable(draft: Draft) -> bool:
    return bool(re.search(r"\b(?:cable|cord|lead)s?\b|线", draft.text))


def _own_size(draft: Draft, text: str) -> str | None:
    """The shop's size of that name: "55 cm" where balls come in 55, 65 and 75 cm."""
    key = phrase_key(text)
    surfaces = draft.vocabulary.english.get(key, ())
    return next((s.name for s in surfaces if s.kind == "size"), None)


def _read_storage_type(draft: Draft) -> None:
    own_names = draft.vocabulary.attribute_names
    if own_names.keys().isdisjoint(_ALIASES["storage type"]) and not draft.values.get("attributes"):
        return
    for match in _TYPED_STORAGE.finditer(draft.text):
        said = (
            "SSD" if match[2] else "HDD" if match[3] else match[1].upper().replace("EMMC", "eMMC")
        )
        name = attribute_name(draft, "storage type")
        own = draft.vocabulary.values.get(name, {})
        value = next((text for text in own if text.lower() == said.lower()), said)
        before = draft.text[max(0, match.start() - 16) : match.start()]
        denied = re.search(r"(?:\bnot?(?: an?)?|\bwithout(?: an?)?|不要|不带)\s*$", before)
        draft.add("attributes", AttributeLimit(name, "ne" if denied else "eq", value))
        if draft.free(*match.span()):
            start = match.start() - (len(denied[0]) if denied else 0)
            draft.claim("attributes", start, match.end(), keep=not denied)
        else:
            draft.claim("attributes", *match.span())
        return


_STARS = compiled(
    r"(?<![\d.])(?P<n>[1-5](?:\.\d)?|one|two|three|four|five|[一二三四五两])\s?-?\s?"
    r"(?:stars?\b|颗星|(?:(?<!三)|(?<=[打给评]三))星(?!期)(?:级|好评)?|(?<=三)星(?:级|好评)"
    r"|/\s?5\b|out of (?:5"
    r"|five)\b)|[打给]\s?(?P<m>[1-5一二三四五])\s?分"
)
_COUNT_EN = (
    r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half a dozen"
    r"|a dozen|a couple)"
)
_QUANTITIES = (
    compiled(
        rf"(?<!not )(?<![\w.-])(?P<n>{_COUNT_EN}|one(?! of the\b))\s+"
        rf"(?:of (?:them|those|these|it|this"
        rf"|that|the)\b|more\b(?= of|"
        r" please|\s*$)|pieces?\b|pcs\b|units?\b|pairs? of\b|pairs?\b|packs? of\b|packs?\b"
        r"|copies\b)"
    ),
    compiled(
        rf"(?<![\w.-])(?P<n>{_COUNT_EN})(?=\s+of (?:the|your|number)\b|,?\s+(?:please"
        rf"|pls)\s*[.!]?\s*$)"
    ),
    compiled(r"(?<![\w.-])(?P<n>\d{1,3})\s?[x×](?![\w])|(?<!\w)[x×]\s?(?P<m>\d{1,3})\b"),
    compiled(
        rf"\b(?:quantity|qty|amount)(?:\s+(?:to|of|is|should be))?\s*:?\s*(?P<n>{_COUNT_EN}|one)\b"
    ),
    compiled(
        rf"\b(?:make (?:it|that|them)|change (?:it|that|them)?\s*to|set (?:it|that)?\s*to"
        rf"|increase (?:it )?to|reduce (?:it )?to|down to|up to)\s+(?P<n>{_COUNT_EN}"
        rf"|one)(?![\w.%-])"
    ),
    compiled(
        rf"\b(?:add|buy|(?:to|please|and) order|take|want|need|like|get|have|put|remove|grab"
        rf"|give me|send me)(?: me)?"
        rf"(?: another)?\s+(?P<n>{_COUNT_EN})(?![\w.%-])(?!\s*(?:kids?|children|sons|daughters"
        rf"|dogs?|cats?"
        rf"|days?|hours?|weeks?|stars?"
        rf"|dollars?|bucks"
        r"|%|percent|way|and\b\s*\d|in one|people|person|nd|rd|th|or ))"
    ),
    compiled(r"\b(?P<one>another one|one more|just one|only one|a single one)\b"),
    compiled(
        r"(?<![第那这前后哪面\d.一二两三四五六七八九十])(?P<n>\d{1,3}|[两二三四五六七八九十]{1,3}"
        r"|一(?=[件双个台条只本]吧|[件双个台条只本]$))\s?"
        r"(?:件|双|个(?!月|人|性|小时|星期|工作日|字)|条|只|台|部(?!分)|本(?!来)|套|瓶|盒"
        r"|包(?!包)|支|副|把|张|份|箱|对|袋|顶)"
    ),
    compiled(r"(?:数量|件数)(?:改成|改为|是|为|:)?\s*(?P<n>\d{1,3}|[一两二三四五六七八九十]{1,3})"),
    compiled(
        r"(?:加|买|要|来|拿|改成|改为|换成|放|减到|加到)(?:入购物车)?(?P<n>[一1])(?:件|双|个"
        r"|条|只|台|部|本|套|瓶|盒)"
        r"(?=$|[,。!]|吧|就|到购|进购)"
    ),
)
_WORDS = {"half a dozen": 6, "a dozen": 12, "a couple": 2}


def read_rating(draft: Draft) -> None:
    """Fill rating: "4 stars", 五星, "5/5"."""
    match = next(draft.find(_STARS), None)
    if match:
        value = number(match["n"] or match["m"])
        if value is not None:
            draft.values["rating"] = int(value)
            draft.claim("rating", *match.span())


def read_quantity(draft: Draft) -> None:
    """Fill quantity: "two of them", "3x", 两件."""
    for pattern in _QUANTITIES:
        for match in draft.find(pattern):
            groups = match.groupdict()
            said = groups.get("n") or groups.get("m")
            value = Decimal(1) if groups.get("one") else None
            if said:
                value = Decimal(_WORDS[said]) if said in _WORDS else number(said)
            if value is None or not 1 <= value <= 999:
                continue
            draft.values["quantity"] = int(value)
            name = "n" if groups.get("n") else "m" if groups.get("m") else "one"
            keep_verb = match.start(name)
            draft.hide(*match.span())
            draft.claim("quantity", keep_verb, match.end(name))
            return
