"""Which attribute a question is about, and what the product's record says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from rapidfuzz import fuzz

from assistant.understanding.attribute_words import attributes_named, says_word
from assistant.understanding.types import Slots
from db.models import Product, Variant
from knowledge.index.words import english_words, has_chinese
from knowledge.units import canonical_unit, convert
from knowledge.vocabulary import translate_value

_CLOSE = 86


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute as the record states it."""

    name: str
    value: Any
    unit: str = ""


_IDENTIFIERS = frozenset({"ean", "gtin", "upc", "isbn", "mpn", "sku", "model"})
"""Attributes that name a product rather than describe it."""


def described(facts: list[Fact]) -> list[Fact]:
    """Only what describes the product: no article numbers."""
    return [fact for fact in facts if fact.name.casefold() not in _IDENTIFIERS]


def record_facts(product: Product, variant: Variant) -> list[Fact]:
    """Everything stated about one product and the chosen variant."""
    facts = [Fact(name, value) for name, value in variant.options.items()]
    known = {fact.name.casefold() for fact in facts}
    if product.material and "material" not in known:
        facts.append(Fact("material", product.material))
        known.add("material")
    facts.extend(
        Fact(name, value, str(product.attribute_units.get(name, "")))
        for name, value in product.attributes.items()
        if name.casefold() not in known and value not in (None, "", [])
    )
    return facts


def asked_facts(product: Product, variant: Variant, question: str, slots: Slots) -> list[Fact]:
    """The stated attributes a question is about, best first; empty where none matches."""
    facts = record_facts(product, variant)
    text = question.casefold()
    wanted = [limit.name.casefold() for limit in slots.attributes]
    wanted += attributes_named(text)
    if slots.materials or slots.not_materials:
        wanted.append("material")
    if slots.colors:
        wanted.append("color")
    axes = [name for name, word in _AXES if re.search(word, text)]
    if stated := [fact for fact in facts if _plain(fact.name) in axes]:
        return stated[:3]  # "how wide" asks for no height
    measures = _MEASURES if "dimensions" in wanted else ()
    chosen: list[Fact] = []
    for name in dict.fromkeys((*wanted, *measures)):
        exact = [fact for fact in facts if _plain(fact.name) == _plain(name)]
        # No battery's capacity, where only how big it is was asked.
        only_exact = name in measures and name not in wanted
        close = [] if only_exact else [fact for fact in facts if _same(fact.name, name)]
        chosen.extend(fact for fact in exact or close if fact not in chosen)
    if not chosen:
        chosen.extend(fact for fact in facts if _has_value(fact, text))
    if not chosen:
        chosen.extend(fact for fact in facts if says_word(text, fact.name.casefold()))
    if not chosen:
        chosen.extend(fact for fact in facts if _in_chinese(fact.name, text))
    if not chosen:
        # "What resolution" is answered by "display resolution".
        words = _content_words(text)
        chosen.extend(fact for fact in facts if words & _content_words(fact.name))
    told: list[Fact] = []
    for fact in chosen:
        if all(_text(fact) != _text(other) for other in told):
            told.append(fact)  # some feeds state the same under two names
    return told[:3]


def _in_chinese(name: str, text: str) -> bool:
    """Whether a text holds the Chinese name of an attribute."""
    if name.casefold() in ("size", "color"):
        return False  # asked of versions, not of the record
    shown = translate_value(name.replace("_", " "), "zh")
    return len(shown) > 1 and has_chinese(shown) and shown in text


_MEASURES = ("screen size", "height", "width", "length", "depth", "diameter", "capacity")
_AXES: Final = (
    ("width", r"\bwid(?:e|th)\b|多宽|宽度"),
    ("height", r"\b(?:tall|high|height)\b|多高|高度"),
    ("depth", r"\b(?:deep|depth)\b|多深|深度"),
    ("length", r"\b(?:how long is|length)\b|多长|长度"),
    ("thickness", r"\b(?:thick|thickness)\b|多厚|厚度"),
    ("diameter", r"\b(?:diameter|across)\b|直径"),
)
"""One measure that a question names, and no other."""


def in_unit_asked(fact: Fact, question: str) -> Fact:
    """The fact, with its number in the unit that the question names beside the record's own:
    "how wide is it in inches"."""
    match = _IN_UNIT.search(question)
    if match is None or isinstance(fact.value, bool) or not isinstance(fact.value, (int, float)):
        return fact
    unit = canonical_unit(match["unit"])
    value = convert(float(fact.value), fact.unit, unit) if fact.unit else None
    if value is None or unit == canonical_unit(fact.unit):
        return fact
    return replace(fact, unit=f"{fact.unit} ({value:.3g} {unit})")


_IN_UNIT: Final = re.compile(
    r"\b(?:in|how many|how much in|what is (?:it|that) in) "
    r"(?P<unit>cms?|centimet(?:er|re)s?|mms?|millimet(?:er|re)s?|inch(?:es)?|feet|foot|ft|met(?:er|re)s?"
    r"|kgs?|kilos?|kilograms?|grams?|g|lbs?|pounds?|ounces?|oz|lit(?:er|re)s?|ml|gb|tb|gigs?)\b",
    re.IGNORECASE,
)


def _has_value(fact: Fact, text: str) -> bool:
    """Whether a question names one of the values of a fact: "is it lockable?" of a bag whose
    features are Waterproof and Lockable."""
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    asked = set(english_words(text))
    said = [set(english_words(value)) for value in values if isinstance(value, str)]
    return any(words and words <= asked for words in said if len(words) <= _VALUE_WORDS)


_VALUE_WORDS: Final = 3


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ")


def _text(fact: Fact) -> str:
    """The value as it is shown: a list reads like its members in one text."""
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    return f"{', '.join(map(str, values))} {fact.unit}"


def sentences_about(product: Product, question: str, language: str) -> str:
    """The one sentence of the product's own description that shares most words with the question;
    empty where none shares a word that means something."""
    body = product.description_zh if language == "zh" and product.description_zh else ""
    body = body or product.description
    words = _content_words(question)
    best, best_score = "", 0
    for sentence in re.split(r"(?<=[.!?。！？•])\s*", body):
        score = len(words & _content_words(sentence))
        if score > best_score:
            best, best_score = sentence.strip(" •"), score
    return best


_STOP_PAIRS = frozenset(("这个", "那个", "什么", "可以", "有没", "没有", "是不", "能不", "第二"))
_STOP = frozenset(
    re.findall(
        r"[a-z]+",
        "the its does can this that one with for and have has how what which are was you your will "
        "would they them there any second first third",
    )
)


def _content_words(text: str) -> set[str]:
    latin = {word[:5] for word in re.findall(r"[a-z]{3,}", text.casefold()) if word not in _STOP}
    han = re.findall(r"[一-鿿]+", text)
    pairs = {run[i : i + 2] for run in han for i in range(len(run) - 1)}
    return latin | (pairs - _STOP_PAIRS)


def _same(name: str, wanted: str) -> bool:
    name, wanted = name.casefold().replace("_", " "), wanted.replace("_", " ")
    if name == wanted:
        return True
    return fuzz.token_set_ratio(name, wanted) >= _CLOSE and len(wanted) > 3
