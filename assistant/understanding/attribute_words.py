"""Everyday words for what products are asked about: weight, battery life, what it is made of."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "material": ("material", "made of", "made from", "fabric", "材质", "面料", "什么做的", "料子"),
    "weight": ("weight", "weigh", "heavy", "light", "重", "多重", "重量"),
    "memory": ("memory", "ram", "内存", "运存", "记忆体"),
    "storage": ("storage", "disk", "drive", "capacity", "存储", "硬盘", "硬碟", "容量"),
    "storage type": ("ssd", "hdd", "hard disk", "固态", "机械硬盘"),
    "screen size": ("screen", "display", "inch", "diagonal", "屏幕", "荧幕", "寸"),
    "battery life": ("battery", "last on a charge", "续航", "电池"),
    "battery capacity": ("battery", "电池", "mah"),
    "volume": ("volume", "毫升", "容积", "ml"),
    "skin type": ("skin", "肤质", "干皮", "油皮", "混油", "敏感肌", "敏感皮"),
    "refresh rate": ("refresh rate", "刷新率"),
    "waterproof": ("waterproof", "water resistant", "rain", "防水"),
    "power": ("power", "watt", "功率", "瓦"),
    "capacity": ("capacity", "litre", "liter", "hold", "volume", "容量", "升"),
    "age from": ("age", "old", "years", "几岁", "年龄"),
    "care": ("wash", "washable", "clean", "iron", "care", "洗", "清洗", "保养"),
    "dimensions": ("dimension", "what size", "big", "tall", "wide", "尺寸", "多大", "多高", "多宽"),
    "processor": ("processor", "cpu", "chip", "处理器", "芯片"),
    "connectivity": ("bluetooth", "wireless", "usb", "port", "蓝牙", "无线", "接口"),
    "players": ("players", "how many people", "people can play", "几个人玩", "几人玩"),
    "sleeps": ("sleeps", "how many people", "people fit", "睡几个人", "住几个人"),
    "compatibility": (
        *("compatible", "work with", "works with", "printer does it", "printers does it"),
        *("适用于", "兼容"),
    ),
    "page yield": ("pages", "page yield", "打印多少页", "多少页"),
    "warranty": ("warranty", "guarantee", "保修", "质保"),
    "country of origin": ("made in", "origin", "产地", "哪里产"),
}
"""Name of an attribute as catalogues use it -> words for it, English and Chinese."""


def chinese_words() -> dict[str, tuple[str, ...]]:
    """Name of an attribute -> the Chinese words for it that are nothing but its name."""
    return {
        name: tuple(word for word in words if len(word) > 1 and re.fullmatch(r"[一-鿿]+", word))
        for name, words in _WORDS.items()
    }


def attributes_named(text: str) -> list[str]:
    """The attributes that a text, in lower case, has words for."""
    return [name for name, words in _WORDS.items() if any(says_word(text, word) for word in words)]


def says_word(text: str, word: str) -> bool:
    """Whether a word begins somewhere in the text; a Chinese one stands anywhere in it."""
    if re.search(r"[一-鿿]", word):
        return word in text
    return re.search(rf"(?<![a-z]){re.escape(word)}", text) is not None
