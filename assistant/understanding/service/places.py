"""Addresses and places as they are said: "224 Elm Street, Suite 491, New York, NY 10108", "my NYC
place", "the order sent to Texas"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

_STATES: Final[dict[str, str]] = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}
_BY_ZIP: Final[tuple[tuple[int, int, str], ...]] = (
    (5, 5, "NY"),
    (10, 27, "MA"),
    (28, 29, "RI"),
    (30, 38, "NH"),
    (39, 49, "ME"),
    (50, 59, "VT"),
    (60, 69, "CT"),
    (70, 89, "NJ"),
    (100, 149, "NY"),
    (150, 196, "PA"),
    (197, 199, "DE"),
    (200, 205, "DC"),
    (206, 219, "MD"),
    (220, 246, "VA"),
    (247, 268, "WV"),
    (270, 289, "NC"),
    (290, 299, "SC"),
    (300, 319, "GA"),
    (320, 349, "FL"),
    (350, 369, "AL"),
    (370, 385, "TN"),
    (386, 397, "MS"),
    (398, 399, "GA"),
    (400, 427, "KY"),
    (430, 459, "OH"),
    (460, 479, "IN"),
    (480, 499, "MI"),
    (500, 528, "IA"),
    (530, 549, "WI"),
    (550, 567, "MN"),
    (570, 577, "SD"),
    (580, 588, "ND"),
    (590, 599, "MT"),
    (600, 629, "IL"),
    (630, 658, "MO"),
    (660, 679, "KS"),
    (680, 693, "NE"),
    (700, 714, "LA"),
    (716, 729, "AR"),
    (730, 749, "OK"),
    (750, 799, "TX"),
    (800, 816, "CO"),
    (820, 831, "WY"),
    (832, 838, "ID"),
    (840, 847, "UT"),
    (850, 865, "AZ"),
    (870, 884, "NM"),
    (889, 898, "NV"),
    (900, 961, "CA"),
    (967, 968, "HI"),
    (970, 979, "OR"),
    (980, 994, "WA"),
    (995, 999, "AK"),
)
"""First three digits of a ZIP code (USPS prefix ranges) -> state."""
_NICKNAMES: Final[dict[str, tuple[str, ...]]] = {
    "new york": ("nyc", "ny", "big apple", "manhattan", "纽约"),
    "los angeles": ("la", "l.a.", "洛杉矶"),
    "san francisco": ("sf", "san fran", "frisco", "旧金山", "三藩市"),
    "washington": ("dc", "d.c.", "washington dc", "washington d.c.", "华盛顿"),
    "philadelphia": ("philly", "费城"),
    "las vegas": ("vegas", "拉斯维加斯"),
    "chicago": ("芝加哥",),
    "houston": ("休斯顿", "休斯敦"),
    "phoenix": ("凤凰城", "菲尼克斯"),
    "san antonio": ("圣安东尼奥",),
    "san diego": ("圣迭戈", "圣地亚哥"),
    "dallas": ("达拉斯",),
    "san jose": ("圣何塞",),
    "austin": ("奥斯汀",),
    "jacksonville": ("杰克逊维尔",),
    "fort worth": ("沃思堡",),
    "columbus": ("哥伦布",),
    "charlotte": ("夏洛特",),
    "indianapolis": ("印第安纳波利斯",),
    "seattle": ("西雅图",),
    "denver": ("丹佛",),
    "boston": ("波士顿",),
    "atlanta": ("亚特兰大",),
    "miami": ("迈阿密",),
    "portland": ("波特兰",),
    "london": ("伦敦",),
    "paris": ("巴黎",),
    "上海": ("shanghai",),
    "北京": ("beijing",),
    "shanghai": ("上海",),
    "beijing": ("北京",),
    "shenzhen": ("深圳",),
    "guangzhou": ("广州",),
    "hangzhou": ("杭州",),
    "berlin": ("柏林",),
    "hong kong": ("香港",),
}
_UNIT = re.compile(
    r"^(?:suite|ste\.?|apt\.?|apartment|unit|flat|floor|fl\.?|room|rm\.?|building"
    r"|bldg\.?|#)\s*[\w-]+$",
    re.I,
)
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_COUNTRIES: Final = {
    "usa": "USA",
    "us": "USA",
    "united states": "USA",
    "u.s.a.": "USA",
    "u.s.": "USA",
}
_TAIL = re.compile(
    r"(?:[,.;]|\b(?:please|thanks|thank you|instead|too|as well|now|for (?:both|all)"
    r"|if possible|ok(?:ay)?)\b|\s)+$",
    re.I,
)
_STREET = re.compile(
    r"\b\d{1,6}[a-z]?\s+(?:[A-Za-z0-9.'-]+\s){0,4}?(?:st|street|rd|road|ave|avenue"
    r"|lane|ln|drive|dr|blvd|boulevard|way|court"
    r"|ct|place|pl|square|terrace|highway|hwy|parkway|circle|row|trail)\b\.?[^;!?\n]*",
    re.IGNORECASE,
)


def parse_address(text: str) -> dict[str, str] | None:
    """The address in a text as fields; None where there is no street with a number.

    Where a five-digit code stands in it, the state comes from the code if it was not said.
    """
    match = _STREET.search(text)
    if match is None:
        return None
    said = re.split(r"\.\s|\s(?:and|because|so that|since)\s(?!\d)", match[0])[0]
    said = _TAIL.sub("", re.sub(r"[()]", " ", said))
    said = re.sub(r"\b(?:zip(?: ?code)?|postcode|postal code)\b:?", " ", said, flags=re.I)
    code = next(iter(reversed(_ZIP.findall(said[match[0].find(" ") :]))), "")
    if code:
        place = said.rfind(code)
        tail = said[place + len(code) :]
        said = said[:place]
        country = _COUNTRIES.get(tail.strip(" ,.-").casefold(), "")
    else:
        country = ""
    parts = [part.strip(" .") for part in said.split(",") if part.strip(" .")]
    if len(parts) == 1:
        parts = _unpunctuated(parts[0])
    fields = dict.fromkeys(("line1", "line2", "city", "state", "postcode", "country"), "")
    fields["line1"] = parts.pop(0)
    fields["postcode"] = code
    rest: list[str] = []
    for part in parts:
        state = _state(part)
        if _UNIT.match(part) and not fields["line2"]:
            fields["line2"] = part
        elif part.casefold() in _COUNTRIES:
            country = _COUNTRIES[part.casefold()]
        elif state and rest:
            fields["state"] = state
        else:
            rest.append(part)
    if rest:
        city, state = _city_and_state(" ".join(rest[-1:]))
        fields["city"] = city
        fields["state"] = fields["state"] or state
        if len(rest) > 1 and not fields["line2"]:
            fields["line2"] = ", ".join(rest[:-1])
    if code and not fields["state"]:
        fields["state"] = _state_of(code)
    fields["country"] = country or ("USA" if fields["state"] in _STATES else "")
    return fields


def _unpunctuated(text: str) -> list[str]:
    """Street, unit and town of an address without commas."""
    street = re.match(
        r"(.*?\b(?:st|street|rd|road|ave|avenue|lane|ln|drive|dr|blvd|boulevard|way"
        r"|court|ct|place|pl|square|terrace|highway"
        r"|hwy|parkway|circle|row|trail)\b\.?)\s*((?:suite|ste|apt|apartment|unit"
        r"|#)\s*[\w-]+)?\s*(.*)$",
        text,
        re.IGNORECASE,
    )
    return [part.strip() for part in street.groups() if part and part.strip()] if street else [text]


def _state(text: str) -> str:
    low = text.strip(" .").casefold()
    if text.strip(" .").upper() in _STATES:
        return text.strip(" .").upper()
    return next((code for code, name in _STATES.items() if name.casefold() == low), "")


def _city_and_state(text: str) -> tuple[str, str]:
    words = text.split()
    for size in (3, 2, 1):
        if len(words) > size:
            state = _state(" ".join(words[-size:]))
            if state:
                return " ".join(words[:-size]), state
    return text, ""


def _state_of(code: str) -> str:
    prefix = int(code[:3])
    return next((state for low, high, state in _BY_ZIP if low <= prefix <= high), "")


@lru_cache(maxsize=512)
def _names(city: str, state: str) -> tuple[str, ...]:
    names = [city.casefold(), *_NICKNAMES.get(city.casefold(), ())]
    if state:
        names += [_STATES.get(state.upper(), state).casefold()]
    return tuple(name for name in names if name)


def place_words(text: str) -> bool:
    """Whether a text names a place at all."""
    low = text.casefold()
    known = {name.casefold() for name in _STATES.values()}
    known |= {n for names in _NICKNAMES.values() for n in names} | set(_NICKNAMES)
    return any(re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", low) for name in known) or bool(
        re.search(r"\b(?:sent|shipped|going|delivered|to|in|at|my|the) [A-Z][a-z]+", text)
    )


def stands_for(text: str, address: Mapping[str, Any]) -> bool:
    """Whether a text names this address: its street, town, nickname of it, or state."""
    low = text.casefold()
    street = str(address.get("line1") or "").casefold()
    if street and street in low:
        return True
    # Of a Chinese one its name is enough: 浦东新区云帆路 of 浦东新区云帆路 215 号.
    named = re.match(r"[一-鿿]{4,}", street)
    if named and named[0] in low:
        return True
    for name in _names(str(address.get("city") or ""), str(address.get("state") or "")):
        if re.search(r"[一-鿿]", name):
            if name in low:
                return True
        elif len(name) <= 2:
            # "LA" and "NY", not the "la" in a sentence
            if re.search(rf"(?<![A-Za-z]){name.upper()}(?![A-Za-z])", text):
                return True
        elif re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", low):
            return True
    return False
