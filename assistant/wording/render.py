"""Templates turn an Outcome's facts into text; nothing is stated that the facts do not carry."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency
from jinja2 import Environment, StrictUndefined, Template

from assistant.conversation import Language
from knowledge.vocabulary import translate_value, unit_in

LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_Hans_CN"}
_FOLDER = Path(__file__).parent


class WordingError(LookupError):
    """A template is missing or needs a fact that the outcome does not carry."""


def money(amount: Decimal, currency: str, language: Language) -> str:
    """An exact amount in the reader's notation."""
    return format_currency(amount, currency, locale=LOCALES[language])


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[str, ...]]:
    flat: dict[str, tuple[str, ...]] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{name}."))
        else:
            flat[name] = (value,) if isinstance(value, str) else tuple(value)
    return flat


class Wording:
    """The templates of one language."""

    def __init__(self, language: Language, folder: Path = _FOLDER) -> None:
        self.language = language
        environment = Environment(undefined=StrictUndefined, autoescape=False)
        locale = LOCALES[language]
        environment.filters["money"] = lambda value, currency: money(
            Decimal(value), currency, language
        )
        environment.filters["date"] = lambda value: format_date(_day(value), "medium", locale)
        environment.filters["join_and"] = lambda values: format_list(
            [str(value) for value in values], locale=locale
        )
        environment.filters["join_or"] = lambda values: format_list(
            [str(value) for value in values], style="or", locale=locale
        )
        environment.filters["word"] = lambda value: translate_value(str(value), language)
        environment.filters["unit"] = lambda value: unit_in(str(value), language)
        environment.filters["of"] = lambda value, name: _of(str(value), str(name), language)
        environment.filters["colour"] = environment.filters["word"]
        environment.filters["option"] = environment.filters["word"]
        environment.filters["words"] = lambda values: [
            translate_value(str(value), language) for value in values
        ]
        environment.filters["named"] = lambda name, table: self.text(f"{table}.{name}", {})
        environment.filters["said"] = lambda key, facts: self.text(key, facts)
        environment.filters["intent"] = lambda name: self.text(f"intent.{name}", {})
        environment.filters["limits"] = lambda facts: self._each("limit", facts)
        environment.filters["wishes"] = lambda facts: self._each("wish", facts)
        environment.filters["because"] = lambda facts: self._each("", facts)
        # Compiled when first worded: all of them at once would hold up the first answer.
        self._compiled: Callable[[str], Template] = cache(environment.from_string)
        self._templates: dict[str, tuple[str, ...]] = {}
        for path in sorted((folder / language).glob("*.toml")):
            for key, texts in _flatten(tomllib.loads(path.read_text(encoding="utf-8"))).items():
                if key in self._templates:
                    raise WordingError(f"{path}: {key} is worded twice; keep one")
                self._templates[key] = tuple(text.strip() for text in texts)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that can be worded."""
        return frozenset(self._templates)

    def text(self, key: str, facts: Mapping[str, Any], seed: str = "") -> str:
        """The text of a template; `seed` picks among alternatives, the same each time.

        Raises:
            WordingError: no such template.
            jinja2.UndefinedError: the template states what the facts do not carry.
        """
        options = self._templates.get(key)
        if not options:
            raise WordingError(f"nothing worded for {key!r} in {self.language!r}")
        digest = hashlib.sha256(f"{seed}{key}".encode()).digest()
        template = self._compiled(options[digest[0] % len(options)])
        return template.render(**facts).strip()

    def _each(self, prefix: str, facts: list[dict[str, Any]]) -> list[str]:
        """One phrase a fact; its "kind" names the template."""
        keys = (f"{prefix}.{fact['kind']}" if prefix else str(fact["kind"]) for fact in facts)
        return [self.text(key, fact) for key, fact in zip(keys, facts, strict=True)]


@cache
def wording(language: Language) -> Wording:
    """The shipped templates of a language, read once."""
    return Wording(language)


def _of(value: str, name: str, language: Language) -> str:
    """The value of an attribute as it is shown; years of age are another word than years in
    Chinese."""
    shown = translate_value(value, language)
    aged = language == "zh" and name.casefold().startswith("age")
    return f"{shown[:-1]}岁" if aged and shown.endswith(" 年") else shown


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return datetime.fromisoformat(value).date()
    return value.date() if isinstance(value, datetime) else value
