"""Articles that state the policy by name: their placeholders filled in, or refused with the line.

``{{ policy.return_window_days }}`` takes the key `window_days` of the table `[return]` of the
shop's `policy.toml`; ``{{ facts.x }}`` one of its `[facts]`; ``{{ contact.email }}`` a setting. So
what an article says is what orders obey: when the policy changes, :func:`fill_again` changes the
articles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, StrictUndefined, TemplateError, UndefinedError
from pydantic import BaseModel
from rapidfuzz import process
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.engine import writing
from db.models import Article
from db.outbox import put
from knowledge.policy import Policy, sections
from knowledge.settings import ShopSettings

STATES: Final = {
    "en": {
        "pending": "pending",
        "processed": "processed",
        "shipped": "shipped",
        "delivered": "delivered",
    },
    "zh": {
        "pending": "待处理",
        "processed": "已处理",
        "shipped": "已发货",
        "delivered": "已送达",
    },
}
"""States of an order as articles name them."""

_LOCALES: Final = {"en": "en_US", "zh": "zh_CN"}
_JOINS: Final = {"en": " or ", "zh": "”或“"}
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NAME: Final = re.compile(r"^(?P<name>[a-z_]+(?:\.\w+)+)$")
_MARK: Final = re.compile(r"\{\{|\{%")


class PlaceholderUnknown(ValueError):
    """A text names a value that the shop does not have; `line` counts from 1 in the text."""

    def __init__(self, line: int, placeholder: str, hint: str) -> None:
        super().__init__(f"line {line}: {placeholder} names nothing of the shop's policy: {hint}")
        self.line, self.placeholder, self.hint = line, placeholder, hint


class OpenValue(Exception):
    """The settings leave open what an article states, so it cannot be shown."""


def values_of(settings: ShopSettings, language: str) -> dict[str, Any]:
    """What placeholders may name: policy, facts, contact and shop."""
    contact = settings.contact.model_dump()
    if language == "zh" and contact["hours_zh"]:
        contact["hours"] = contact["hours_zh"]
    shop = {"name": settings.name, "name_zh": settings.name_zh, "currency": settings.currency}
    policy = settings.policy
    return {
        "policy": policy_values(policy),
        "facts": dict(policy.facts),
        "contact": contact,
        "shop": shop,
    }


def policy_values(policy: Policy) -> dict[str, Any]:
    """Every key of the policy by table and key: "return_window_days"; tables of tables nest."""
    flat: dict[str, Any] = {}
    for table, section in sections(policy):
        if not isinstance(section, BaseModel):
            continue
        for key in type(section).model_fields:
            value = getattr(section, key)
            if isinstance(value, dict):
                value = {name: entry.model_dump() for name, entry in value.items()}
            flat[f"{table}_{key}"] = value
    if flat["exchange_window_days"] == "as_return":
        flat["exchange_window_days"] = flat["return_window_days"]
    return flat


def fill(text: str, settings: ShopSettings, language: str) -> str:
    """The text with its placeholders filled in; one that has none is given back as it is.

    Raises:
        PlaceholderUnknown: one names nothing, with the line.
        OpenValue: what it names is not set, such as the value from which delivery is free in a shop
            where it never is.
    """
    if not _MARK.search(text):
        return text
    values = values_of(settings, language)
    check(text, values)
    try:
        return environment(language, settings.currency).from_string(text).render(values)
    except TemplateError as error:
        raise PlaceholderUnknown(getattr(error, "lineno", 0) or 1, "", str(error)) from error


def check(text: str, values: Mapping[str, Any]) -> None:
    """Raises PlaceholderUnknown for the first placeholder that cannot be filled in."""
    for found in _PLACEHOLDER.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        inner, _, filters = found[0][2:-2].strip().partition("|")
        name = _NAME.match(inner.strip())
        if found[0].startswith("{%") or name is None:
            raise PlaceholderUnknown(line, found[0], "write {{ policy.return_window_days }}")
        if filters.strip() and filters.strip() not in ("money", "states", "date"):
            raise PlaceholderUnknown(line, found[0], "after | only money, states or date")
        at: Any = values
        known: list[str] = []
        for part in name["name"].split("."):
            if not isinstance(at, Mapping) or part not in at:
                known = [str(key) for key in at] if isinstance(at, Mapping) else []
                near = process.extractOne(part, known)
                hint = f"did you mean {near[0]!r}?" if near else "it has no such part"
                raise PlaceholderUnknown(line, found[0], hint)
            at = at[part]


@lru_cache(maxsize=8)
def environment(language: str, currency: str) -> Environment:
    """Jinja with the filters of articles: money, states, date."""

    def money(amount: Decimal | None) -> str:
        return str(format_currency(_given(amount), currency, locale=_LOCALES[language]))

    def states(names: Iterable[str]) -> str:
        words = STATES[language]
        return _JOINS[language].join(words.get(name, name.replace("_", " ")) for name in names)

    def day(value: date | None) -> str:
        return str(format_date(_given(value), "long", locale=_LOCALES[language]))

    made = Environment(undefined=StrictUndefined, finalize=_given, keep_trailing_newline=False)
    made.filters |= {"money": money, "states": states, "date": day}
    return made


def _given(value: Any) -> Any:
    if value is None or value in ("", ()):
        raise OpenValue
    return value


def fingerprint(settings: ShopSettings) -> str:
    """Changes with anything that a placeholder may name."""
    both = [repr(values_of(settings, language)) for language in ("en", "zh")]
    return hashlib.sha256("\x1e".join(both).encode()).hexdigest()


def fill_again(engine: Engine, settings: ShopSettings) -> int:
    """Bring articles in line with a policy that changed since; how many now read differently.

    One that states what is no longer set is emptied, so that nothing outdated is shown; it comes
    back when the value does.
    """
    mark = fingerprint(settings)
    with Session(engine) as session:
        stale = session.scalar(
            select(Article.id).where(Article.template != "", Article.filled_with != mark).limit(1)
        )
    if stale is None:
        return 0
    changed: list[str] = []
    now = datetime.now(UTC)
    with writing(engine).begin() as connection:
        session = Session(connection, join_transaction_mode="create_savepoint")
        for article in session.scalars(select(Article).where(Article.template != "")):
            try:
                body = fill(article.template, settings, article.language)
            except (OpenValue, PlaceholderUnknown, UndefinedError):
                body = ""
            article.filled_with = mark
            if body != article.body:
                article.body, article.updated_at = body, now
                changed.append(article.id)
        put(session, "article", changed, "upsert", now)
        session.commit()
    return len(changed)
