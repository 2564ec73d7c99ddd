"""One spelling for what shops write in many: colours, audiences, attribute names, unit values."""

from __future__ import annotations

import re

BASE_COLORS = (
    "black", "white", "gray", "silver", "gold", "red", "blue", "green", "yellow", "orange",
    "purple", "pink", "brown", "beige", "navy", "turquoise", "lavender", "cyan", "magenta",
    "khaki", "burgundy", "teal", "ivory", "bronze", "copper", "rose", "cream", "olive", "coral",
    "charcoal", "tan", "maroon", "indigo", "mint", "violet", "transparent", "multicolor",
)  # fmt: skip
_COLOR_WORDS = {
    **{color: color for color in BASE_COLORS},
    "grey": "gray", "anthracite": "gray", "graphite": "gray", "titanium": "gray",
    "metallic": "silver", "stainless": "silver", "aluminum": "silver", "aluminium": "silver",
    "aqua": "turquoise", "lilac": "lavender", "wine": "burgundy", "golden": "gold",
    "multicolour": "multicolor", "multi": "multicolor", "multicolored": "multicolor",
    "multicoloured": "multicolor", "clear": "transparent", "translucent": "transparent",
    "黑": "black", "黑色": "black", "白": "white", "白色": "white", "灰色": "gray",
    "银色": "silver", "金色": "gold", "红": "red", "红色": "red", "蓝": "blue", "蓝色": "blue",
    "绿": "green", "绿色": "green", "黄色": "yellow", "橙色": "orange", "紫色": "purple",
    "粉色": "pink", "粉红色": "pink", "棕色": "brown", "咖啡色": "brown", "米色": "beige",
    "藏青": "navy", "藏青色": "navy", "深蓝色": "navy", "卡其色": "khaki", "透明": "transparent",
}  # fmt: skip
_AUDIENCES = {
    "women": "women", "woman": "women", "womens": "women", "women's": "women", "female": "women",
    "ladies": "women", "女": "women", "女士": "women", "女款": "women",
    "men": "men", "man": "men", "mens": "men", "men's": "men", "male": "men",
    "男": "men", "男士": "men", "男款": "men",
    "girls": "girls", "girl": "girls", "女童": "girls", "boys": "boys", "boy": "boys",
    "男童": "boys", "kids": "kids", "kid": "kids", "children": "kids", "child": "kids",
    "儿童": "kids", "unisex": "unisex", "adults": "unisex", "中性": "unisex", "通用": "unisex",
}  # fmt: skip


def colors_of(text: str) -> list[str]:
    """Canonical colours named in `text`, the first being the main one.

    "Black, Silver" gives both; "space grey" gives "gray"; "navy blue" gives "navy"; a text that
    names no known colour is itself the colour, in lower case.
    """
    found: list[str] = []
    for part in re.split(r"[,/;&|+]|\band\b", text.casefold()):
        part = part.strip()
        if not part:
            continue
        words = re.findall(r"[\w']+", part)
        known = [_COLOR_WORDS[word] for word in words if word in _COLOR_WORDS]
        # Of "navy blue" and "rose gold" the rarer word says more.
        color = next((c for c in known if c in ("navy", "rose", "charcoal", "olive")), "")
        color = color or (known[-1] if known else part)
        if len(color) <= 64 and color not in found:
            found.append(color)
    return found


def main_color(text: str) -> str:
    """The first of `colors_of`, or ""."""
    colors = colors_of(text)
    return colors[0] if colors else ""


def audience_of(text: str) -> str | None:
    """women, men, girls, boys, kids or unisex; "" of nothing; None of an unknown word."""
    text = text.strip().casefold()
    return _AUDIENCES.get(text) if text else ""


def joint_audience(words: list[str]) -> str:
    """One audience for several: women and men together are unisex, girls and boys are kids."""
    known = {audience for word in words if (audience := audience_of(word))}
    if len(known) <= 1:
        return next(iter(known), "")
    if known <= {"girls", "boys", "kids"}:
        return "kids"
    return "unisex"


def weight(grams: float) -> tuple[float, str]:
    """A weight for people: grams under a kilogram, kilograms from there."""
    return (round(grams / 1000, 3), "kg") if grams >= 1000 else (round(grams, 1), "g")


def capacity_gb(text: str) -> float | None:
    """Gigabytes of "256GB SSD", "1 TB" or "512 MB"; None where there is no capacity."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*([TGM])B\b", text, re.IGNORECASE)
    if not found:
        return None
    factor = {"t": 1000.0, "g": 1.0, "m": 1 / 1024}[found[2].lower()]
    return round(float(found[1]) * factor, 4)


def storage_types(text: str) -> list[str]:
    """SSD, HDD, eMMC, Flash as far as `text` names them."""
    return [
        name
        for name, pattern in (
            ("SSD", r"\bSSD\b"),
            ("HDD", r"\bHDD\b|hard disk"),
            ("eMMC", r"\beMMC\b"),
            ("Flash", r"\bflash\b"),
        )
        if re.search(pattern, text, re.IGNORECASE)
    ]
