"""Attribute values against limits: numbers in any unit of their kind, text by whole words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from knowledge.types import AttributeFilter

_UNITS: dict[str, tuple[str, float]] = {
    "mg": ("mass", 1e-3),
    "g": ("mass", 1.0),
    "kg": ("mass", 1e3),
    "t": ("mass", 1e6),
    "oz": ("mass", 28.349523125),
    "lb": ("mass", 453.59237),
    "mm": ("length", 1.0),
    "cm": ("length", 10.0),
    "m": ("length", 1e3),
    "km": ("length", 1e6),
    "in": ("length", 25.4),
    "ft": ("length", 304.8),
    "kb": ("data", 1e-6),
    "mb": ("data", 1e-3),
    "gb": ("data", 1.0),
    "tb": ("data", 1e3),
    "ml": ("volume", 1.0),
    "cl": ("volume", 10.0),
    "l": ("volume", 1e3),
    "fl oz": ("volume", 29.5735295625),
    "gal": ("volume", 3785.411784),
    "hz": ("frequency", 1.0),
    "khz": ("frequency", 1e3),
    "mhz": ("frequency", 1e6),
    "ghz": ("frequency", 1e9),
    "w": ("power", 1.0),
    "kw": ("power", 1e3),
    "mah": ("charge", 1.0),
    "ah": ("charge", 1e3),
    "wh": ("energy", 1.0),
    "kwh": ("energy", 1e3),
    "ms": ("time", 1e-3),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "day": ("time", 86400.0),
    "v": ("voltage", 1.0),
    "mp": ("pixels", 1.0),
}
"""Unit -> its kind, and how many of the kind's base unit it is."""

_OTHER_SPELLINGS = {
    **dict.fromkeys(("gram", "grams", "克"), "g"),
    **dict.fromkeys(("kilo", "kilos", "kilogram", "kilograms", "kgs", "公斤", "千克"), "kg"),
    **dict.fromkeys(("lbs", "pound", "pounds", "磅"), "lb"),
    **dict.fromkeys(("ounce", "ounces"), "oz"),
    **dict.fromkeys(("inch", "inches", '"', "”", "″", "英寸", "寸"), "in"),
    **dict.fromkeys(("foot", "feet", "'"), "ft"),
    **dict.fromkeys(("centimetre", "centimeter", "centimetres", "centimeters", "厘米"), "cm"),
    **dict.fromkeys(("millimetre", "millimeter", "millimetres", "millimeters", "毫米"), "mm"),
    **dict.fromkeys(("metre", "meter", "metres", "meters", "米"), "m"),
    **dict.fromkeys(("gigabyte", "gigabytes", "gib", "gigs", "gig", "g内存"), "gb"),
    **dict.fromkeys(("terabyte", "terabytes", "tib"), "tb"),
    **dict.fromkeys(("megabyte", "megabytes", "mib"), "mb"),
    **dict.fromkeys(("litre", "liter", "litres", "liters", "升"), "l"),
    **dict.fromkeys(("millilitre", "milliliter", "millilitres", "milliliters", "毫升"), "ml"),
    **dict.fromkeys(("watt", "watts", "瓦"), "w"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "小时"), "h"),
    **dict.fromkeys(("minute", "minutes", "mins", "分钟"), "min"),
    **dict.fromkeys(("second", "seconds", "sec", "秒"), "s"),
    **dict.fromkeys(("days", "天"), "day"),
    **dict.fromkeys(("megapixel", "megapixels"), "mp"),
    **dict.fromkeys(("volt", "volts"), "v"),
}
_NUMBER = re.compile(
    r"(?<![\w.])(-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?))[\s-]*([^\W\d_]+|[\"”″'])?"
)
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_FIRST_WORD = re.compile(r"\s*([^\W\d_]+|[✓✔✗✘])(?=$|[\s,;:.(/，；：。（])")
_YES = frozenset({"yes", "true", "y", "✓", "✔", "是", "有", "支持"})
_NO = frozenset({"no", "false", "n", "✗", "✘", "否", "无", "不支持", "没有"})


def canonical_unit(unit: str) -> str:
    """One spelling for a unit; one that is not known stays as it is, in lower case."""
    low = unit.strip().casefold().rstrip(".")
    return _OTHER_SPELLINGS.get(low, low)


def truth(value: object) -> bool | None:
    """What a value says as an answer to yes or no; None where it is no such answer.

    1 and 0 are answers, too: SQLite hands a JSON true out as the number 1.
    """
    if isinstance(value, (bool, int, float)):
        return bool(value) if value in (0, 1) else None
    low = str(value).strip().casefold().rstrip(".")
    return True if low in _YES else False if low in _NO else None


def convert(value: float, unit: str, to: str) -> float | None:
    """`value` in another unit; None where the two measure different things.

    Where either unit is missing the number is taken as it stands.
    """
    unit, to = canonical_unit(unit), canonical_unit(to)
    if unit == to or not unit or not to:
        return value
    known, wanted = _UNITS.get(unit), _UNITS.get(to)
    if known is None or wanted is None or known[0] != wanted[0]:
        return None
    return value * known[1] / wanted[1]


def meets(value: Any, unit: str, limit: AttributeFilter) -> bool:
    """True where a record's value is inside the limit.

    A record that does not state the attribute (None or empty) meets only "ne". A list meets it
    where one of its items does, and "ne" where none is equal.
    """
    if value is None or value == "" or value == []:
        return limit.operator == "ne"
    items = value if isinstance(value, (list, tuple)) else [value]
    if limit.operator == "ne":
        return not any(_equal(item, unit, limit) for item in items)
    if limit.operator == "eq":
        return any(_equal(item, unit, limit) for item in items)
    return any(_within(item, unit, limit) for item in items)


def _equal(item: Any, unit: str, limit: AttributeFilter) -> bool:
    wanted = limit.value
    if isinstance(wanted, bool):
        wanted = "yes" if wanted else "no"
    if isinstance(wanted, str):
        return _same_text(item, wanted)
    return any(
        _close(number, float(wanted), same) or _whole_inches(number, wanted, limit.unit)
        for number, same in _numbers(item, unit, limit)
    )


def _whole_inches(number: float, wanted: float, unit: str) -> bool:
    """Screens are called by their whole inches: 15.6 is a 15 inch one, and 23.8 a 24 inch one."""
    if canonical_unit(unit) != "in" or not float(wanted).is_integer() or wanted < 5:
        return False
    return math.floor(number) == wanted or 0 < wanted - number <= 0.3


def _within(item: Any, unit: str, limit: AttributeFilter) -> bool:
    try:
        bound = float(limit.value)
    except ValueError:
        return False
    for number, same in _numbers(item, unit, limit):
        if _close(number, bound, same):
            return True
        if (number > bound) if limit.operator == "min" else (number < bound):
            return True
    return False


def _close(number: float, wanted: float, same_unit: bool) -> bool:
    # Rounding in data sheets: 15.6 inch is printed as 39.6 cm. Unconverted numbers are exact.
    return math.isclose(number, wanted, rel_tol=1e-9 if same_unit else 5e-3, abs_tol=1e-9)


def _numbers(item: Any, unit: str, limit: AttributeFilter) -> Iterator[tuple[float, bool]]:
    """Numbers of a value in the limit's unit, and whether they stood in it already."""
    if isinstance(item, bool):
        return
    if isinstance(item, (int, float)):
        found = [(float(item), unit)]
    else:
        found = [(_number(number), own or unit) for number, own in _NUMBER.findall(str(item))]
    for number, own in found:
        if own and canonical_unit(own) not in _UNITS and limit.unit:
            own = unit
        converted = convert(number, own, limit.unit)
        if converted is not None:
            yield converted, converted == number


def _number(text: str) -> float:
    """A number as data sheets write it: 1,5 and 1.5 are the same, 5,000 and 5000 are."""
    if _THOUSANDS.search(text) and not text.lstrip("-").startswith("0"):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _same_text(item: Any, wanted: str) -> bool:
    low = wanted.strip().casefold()
    asked = truth(wanted)
    if asked is not None:
        said = truth(item)
        if said is None and (first := _FIRST_WORD.match(str(item))):
            # "Yes, IPX7" is an answer with a reason.
            said = truth(first[1])
        if said is not None:
            return asked is said
        if low not in ("yes", "no"):
            # The short and the Chinese words are parts of too many others.
            return False
    if isinstance(item, bool):
        return False
    if isinstance(item, (int, float)):
        match = _NUMBER.fullmatch(low)
        return match is not None and math.isclose(_number(match.group(1)), float(item))
    text = str(item).casefold()
    if low == text:
        return True
    # Chinese has no word borders to look for.
    if not low.isascii():
        return low in text
    return re.search(rf"(?<!\w){re.escape(low)}(?!\w)", text) is not None
