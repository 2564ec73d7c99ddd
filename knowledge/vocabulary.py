"""The words of one shop's catalogue, and every way a shopper may say them in two languages."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import Stemmer
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product, Variant
from knowledge.units import truth

Kind = Literal["brand", "color", "category", "material", "audience", "size", "value"]

MAX_PHRASE_TOKENS = 6
"""Longer names are reached by search, not as slots."""
_MAX_VALUES = 200
"""Distinct texts of one attribute beyond which it is free text and not a choice."""
_HEAD_SHARE = 0.001
_TOKEN = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"\s*(?:&|,|/|\band\b)\s*", re.IGNORECASE)
_CORPORATE = frozenset({"inc", "ltd", "llc", "corp", "co", "gmbh", "technology", "com", "company"})
_VAGUE_HEADS = frozenset(
    {"kit", "set", "machine", "system", "accessory", "board", "card", "box", "other", "part"}
    | {
        "spare",
        "equipment",
        "pack",
        "unit",
        "device",
        "item",
        "product",
        "tool",
        "service",
        "maker",
    }
    | {"collection", "sale", "new", "fabric", "frame", "number", "adapter", "storage", "page"}
)
_UNSTEMMED = frozenset(
    {"shorts", "tights", "glasses", "briefs", "boxers", "slides", "flats", "lens", "pants", "jeans"}
)
_IRREGULAR = {
    "knives": "knife",
    "shelves": "shelf",
    "scarves": "scarf",
    "mice": "mouse",
    "woman": "women",
    "man": "men",
    "lenses": "lens",
    "bras": "bra",
}


class Surface(NamedTuple):
    """What a phrase stands for: `name` as the shop's records spell it; `attribute` for values."""

    kind: Kind
    name: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A shop's own words, frozen. Counts are products (variants for colours and sizes).

    `english` maps stemmed tokens joined by a space, and `chinese` plain text, to what they mean.
    """

    brands: Mapping[str, int] = field(default_factory=dict)
    colors: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    materials: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Attribute name -> its texts with counts; only attributes that are a choice."""
    translations: Mapping[str, str] = field(default_factory=dict)
    """Case-folded category -> Chinese, from the records."""
    english: Mapping[str, tuple[Surface, ...]] = field(default_factory=dict)
    chinese: Mapping[str, tuple[Surface, ...]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    """Every stemmed word of titles, categories and brands: real words are never "corrected"."""
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """First letter -> stemmed tokens that English phrases are made of, for mending slips."""
    attribute_names: Mapping[str, str] = field(default_factory=dict)
    """Attribute name in lower case with spaces -> as the records spell it."""
    longest_chinese: int = 1
    content_version: str = ""


_stemmer_of_thread = threading.local()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Singular and plural of a lower-case English word meet here; adjectives stay apart.

    Only number is folded: "lighting" must not meet "light", "fitness" not "fit", "shorts" not
    "short".
    """
    if word in _IRREGULAR:
        return stem(_IRREGULAR[word])
    if word in _UNSTEMMED or len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ings"):
        return word[:-1]
    if word.endswith(("ing", "ed", "ly", "ment", "ness", "ful", "er", "ic")):
        return word
    stemmer = getattr(_stemmer_of_thread, "stemmer", None)
    if stemmer is None:
        stemmer = _stemmer_of_thread.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))


def phrase_key(text: str) -> str:
    """The key a phrase is looked up by: lower-case stemmed tokens joined by a space."""
    return " ".join(stem(token) for token in _TOKEN.findall(text.lower().replace("'s", "")))


@cache
def words() -> dict[str, Any]:
    """The table of words that hold in any shop: synonyms, colours, materials, translations."""
    text = resources.files("knowledge").joinpath("vocabulary_words.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    table["common_words"] = frozenset(" ".join(table["common_words"]).split())
    return table


@cache
def attribute_glossary() -> tuple[tuple[str, str], ...]:
    """(English, Chinese) of the names and values of attributes as they are shown."""
    shown = resources.files("knowledge").joinpath("glossary_zh.csv").read_text("utf-8")
    return tuple((row["english"], row["chinese"]) for row in csv.DictReader(shown.splitlines()))


@cache
def _translations() -> dict[str, str]:
    table = words()
    found: dict[str, str] = {}
    # The first Chinese word that resolves to an English one is the one people say most.
    for chinese, english in table["categories_zh"].items():
        if "+" not in english and ">" not in english:
            found.setdefault(english, chinese)
    for group in table["synonyms"]:
        known = next((found[word] for word in group if word in found), None)
        if known:
            for word in group:
                found.setdefault(word, known)
    found = {phrase_key(english): chinese for english, chinese in found.items()}
    for source in (table["values_zh"], table["options_zh"]):
        found.update({phrase_key(english): chinese for english, chinese in source.items()})
    for kind in ("materials", "colors"):
        for group in table[kind]:
            if group["zh"]:
                found.update({phrase_key(english): group["zh"][0] for english in group["en"]})
    # Names and values of attributes are shown by these; what is read never goes by them.
    for english, chinese in attribute_glossary():
        found.setdefault(phrase_key(english), chinese)
    return found


_MEASURE = re.compile(r"(?P<n>\d[\d.,]*(?:-\d[\d.,]*)?)[ -]?(?P<unit>[a-z]+)")
_UNITS_ZH = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "小时"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "分钟"),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), "升"),
    **dict.fromkeys(("in", "inch", "inches"), "英寸"),
    **dict.fromkeys(("ft", "foot", "feet"), "英尺"),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), "米"),
    **dict.fromkeys(("day", "days"), "天"),
    **dict.fromkeys(("week", "weeks"), "周"),
    **dict.fromkeys(("month", "months"), "个月"),
    **dict.fromkeys(("year", "years"), "年"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "磅"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "盎司"),
    **dict.fromkeys(("cup", "cups"), "杯"),
    **dict.fromkeys(("person", "persons", "people"), "人"),
}
"""Units that are words in English; symbols such as kg, cm and GB are read in both languages."""


def unit_in(unit: str, language: str) -> str:
    """A unit as it is written in `language`: "h" is 小时; one that is a symbol stays."""
    return _UNITS_ZH.get(unit, unit) if language == "zh" else unit


def translate_value(value: str, language: str, vocabulary: Vocabulary | None = None) -> str:
    """A colour, material, audience, option name or category as it is shown in `language`.

    Chinese comes from the shop's own records first, then from the table; a value that neither
    knows is returned as it is. "navy/white" is translated part by part.
    """
    if language != "zh" or _HAN.search(value):
        return value
    if vocabulary and value.casefold() in vocabulary.translations:
        return vocabulary.translations[value.casefold()]
    known = _translations().get(phrase_key(value.replace("_", " ")))
    if known:
        return known
    measure = _MEASURE.fullmatch(value)
    if measure and measure["unit"] in _UNITS_ZH:
        return f"{measure['n']} {_UNITS_ZH[measure['unit']]}"
    if "/" in value:
        return "/".join(translate_value(part.strip(), language) for part in value.split("/"))
    return value


class _Builder:
    """Collects surfaces; a phrase may stand for several things of several kinds."""

    def __init__(self) -> None:
        self.english: dict[str, list[Surface]] = {}
        self.chinese: dict[str, list[Surface]] = {}

    def say(self, phrase: str, surface: Surface) -> None:
        """Let `phrase` (either language) stand for `surface`."""
        if _HAN.search(phrase):
            held = self.chinese.setdefault(phrase.strip().lower(), [])
        else:
            key = phrase_key(phrase)
            if not key or key.count(" ") >= MAX_PHRASE_TOKENS:
                return
            held = self.english.setdefault(key, [])
        if surface not in held:
            held.append(surface)

    def means(self, phrase: str, kind: Kind) -> list[Surface]:
        """What an English phrase stands for by now, of one kind."""
        return [s for s in self.english.get(phrase_key(phrase), ()) if s.kind == kind]


def _split_values(value: str) -> list[str]:
    parts = (part.strip(" []'\"") for part in re.split(r"[,/;]", value))
    return [part for part in parts if part]


def _categories(builder: _Builder, categories: Counter[str], leaves: set[str], total: int) -> None:
    for name in categories:
        builder.say(name, Surface("category", name))
    for name in categories:
        parts = [part for part in _PARTS.split(name) if part]
        if len(parts) > 1:
            for part in parts:
                # "printers" is the shop's Printers, not its parent Printers & Supplies.
                if name in leaves or not builder.means(part, "category"):
                    builder.say(part, Surface("category", name))
    exact = set(builder.english)
    for group in words()["synonyms"]:
        members = [s for phrase in group for s in builder.means(phrase, "category")]
        for phrase in group:
            if phrase_key(phrase) not in exact:
                for surface in members:
                    builder.say(phrase, surface)
    # "shoes" means every kind of shoes, unless the shop has a category of just that name.
    taken = set(builder.english)
    heads: dict[str, list[str]] = {}
    for name in categories:
        for part in _PARTS.split(name):
            tokens = phrase_key(part).split()
            if len(tokens) > 1 and tokens[-1] not in _VAGUE_HEADS and len(tokens[-1]) > 2:
                heads.setdefault(tokens[-1], []).append(name)
    for head, names in heads.items():
        if head not in taken and sum(categories[n] for n in names) >= max(1, total * _HEAD_SHARE):
            for name in names:
                builder.english.setdefault(head, []).append(Surface("category", name))
    for group in words()["synonyms"]:
        if not any(builder.means(phrase, "category") for phrase in group[1:]):
            for surface in builder.means(group[0], "category"):
                for phrase in group[1:]:
                    builder.say(phrase, surface)
    for phrase, kinds in words()["looser"].items():
        # "Shirt" means T-shirts in a shop that has no shirts.
        if not builder.means(phrase, "category"):
            for surface in [s for kind in kinds for s in builder.means(kind, "category")]:
                builder.say(phrase, surface)
    for chinese, english in words()["categories_zh"].items():
        for choice in english.split(" > "):
            surfaces = [
                s for phrase in choice.split(" + ") for s in builder.means(phrase, "category")
            ]
            if surfaces:
                for surface in surfaces:
                    builder.say(chinese, surface)
                break


def _words_of(builder: _Builder, kind: Kind, table: str, held: Counter[str]) -> None:
    """Colours or materials: the shop's own, then what people call them, then those it lacks."""
    if not held:
        return
    for name in held:
        builder.say(name, Surface(kind, name))
    own = {phrase_key(name): name for name in held}
    for group in words()[table]:
        name = next((own[k] for k in map(phrase_key, group["en"]) if k in own), group["en"][0])
        for phrase in (*group["en"], *group["zh"]):
            if not builder.means(phrase, kind):
                builder.say(phrase, Surface(kind, name))


def _audiences(builder: _Builder, held: Counter[str]) -> None:
    own = {name.lower(): name for name in held}
    for name, (english, chinese) in words()["audiences"].items():
        canonical = own.get(name)
        if canonical is None and name in ("girls", "boys"):
            canonical = own.get("kids")
        if canonical is not None:
            for phrase in (*english.split("|"), *chinese.split("|")):
                builder.say(phrase, Surface("audience", canonical))


def _brands(builder: _Builder, held: Counter[str]) -> None:
    for name in held:
        surface = Surface("brand", name)
        builder.say(name, surface)
        tokens = _TOKEN.findall(name.lower())
        if len(tokens) > 1:
            if tokens[-1] in _CORPORATE and len(tokens[0]) > 2:
                builder.say(" ".join(tokens[:-1]), surface)
            if sum(map(len, tokens)) >= 5 and max(map(len, tokens)) <= 8:
                builder.say("".join(tokens), surface)
    for chinese, english in words()["brands_zh"].items():
        for surface in builder.means(english, "brand"):
            builder.say(chinese, surface)


def _version(parts: Iterable[Mapping[str, Any]]) -> str:
    text = json.dumps([sorted(part.items(), key=lambda item: item[0]) for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build_vocabulary(session: Session) -> Vocabulary:
    """Read the words of all active products. One pass over the catalogue; keep the result."""
    brands: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    materials: Counter[str] = Counter()
    audiences: Counter[str] = Counter()
    attributes: dict[str, int] = {}
    values: dict[str, dict[str, int]] = {}
    translations: dict[str, str] = {}
    paths: Counter[tuple[str, str]] = Counter()
    mixtures: Counter[str] = Counter()
    titles: list[str] = []
    leaves: set[str] = set()
    total = 0
    rows = session.execute(
        select(
            Product.brand,
            Product.category,
            Product.category_path,
            Product.category_zh,
            Product.audience,
            Product.material,
            Product.attributes,
            Product.title,
        ).where(Product.active)
    )
    for brand, category, path, category_zh, audience, material, facts, title in rows:
        total += 1
        if brand:
            brands[brand] += 1
        paths[category, path] += 1
        leaves.add(category)
        if category and category_zh:
            translations[category.casefold()] = category_zh
        if audience:
            audiences[audience] += 1
        if material:
            mixtures[material] += 1
        titles.append(title)
        for name, value in facts.items():
            attributes[name] = attributes.get(name, 0) + 1
            if type(value) is float or type(value) is int:
                continue
            held = values.get(name)
            if held is None:
                held = values[name] = {}
            if len(held) > _MAX_VALUES:
                continue
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, bool):
                    text = "yes" if text else "no"
                if isinstance(text, str) and 0 < len(text) <= 40:
                    held[text] = held.get(text, 0) + 1
    for (category, path), count in paths.items():
        for part in dict.fromkeys((category, *path.split(" / "))):
            if part and part.strip().lower() not in words()["audiences"]:
                categories[part.strip()] += count
    for material, count in mixtures.items():
        for part in _split_values(material):
            materials[part] += count
    seen = set(_TOKEN.findall(" ".join(titles).lower()))

    colors: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    options = session.execute(
        select(Variant.color, Variant.size).join(Product).where(Product.active, Variant.active)
    )
    for color, size in options:
        for part in _split_values(color):
            colors[part] += 1
        if size:
            sizes[size] += 1

    builder = _Builder()
    _brands(builder, brands)
    _categories(builder, categories, leaves, total)
    _words_of(builder, "color", "colors", colors)
    _words_of(builder, "material", "materials", materials)
    _audiences(builder, audiences)
    for size in sizes:
        # A bare number is a size only where the shopper says so.
        if not size.replace(".", "").isdigit() and len(size) > 2:
            builder.say(size, Surface("size", size))
    for category, chinese in translations.items():
        name = next((n for n in categories if n.casefold() == category), None)
        if name and _HAN.search(chinese):
            # The shop's own word is meant before any other reading of it.
            builder.chinese[chinese.lower()] = [
                Surface("category", name),
                *(
                    s
                    for s in builder.chinese.get(chinese.lower(), ())
                    if s.kind == "category"
                    and s.name.casefold() in translations
                    and translations[s.name.casefold()] == chinese
                    and s.name != name
                ),
            ]
    choices = {name: held for name, held in values.items() if 0 < len(held) <= _MAX_VALUES}
    for name, held in choices.items():
        for text in held:
            # "Yes", "Y" or "是" in a record is an answer, not a name that a shopper says.
            if truth(text) is None and text.lower() != "none" and not text[0].isdigit():
                builder.say(text, Surface("value", text, name))
                if chinese := words()["values_zh"].get(text.lower()):
                    builder.say(chinese, Surface("value", text, name))

    english = {key: tuple(surfaces) for key, surfaces in builder.english.items()}
    chinese_surfaces = {key: tuple(surfaces) for key, surfaces in builder.chinese.items()}
    tokens: dict[str, set[str]] = {}
    for key, surfaces in english.items():
        if any(surface.kind != "value" for surface in surfaces):
            for token in key.split():
                if len(token) >= 4 and token.isalpha():
                    tokens.setdefault(token[0], set()).add(token)
    known = {stem(word) for word in seen if len(word) <= 24}
    known.update(token for key in english for token in key.split())
    counted = (brands, colors, categories, materials, sizes, audiences, attributes)
    return Vocabulary(
        brands=dict(brands),
        colors=dict(colors),
        categories=dict(categories),
        materials=dict(materials),
        sizes=dict(sizes),
        audiences=dict(audiences),
        attributes=attributes,
        values=choices,
        translations=translations,
        english=english,
        chinese=chinese_surfaces,
        words=frozenset(known),
        tokens={letter: tuple(sorted(held)) for letter, held in tokens.items()},
        attribute_names={name.replace("_", " ").lower(): name for name in attributes},
        longest_chinese=max((len(key) for key in chinese_surfaces), default=1),
        content_version=_version([*counted, translations, *choices.values()]),
    )
