"""The demo shop's help: one Markdown file an article and language, its numbers filled in.

Placeholders such as ``{{ policy.return_window_days }}`` take the shop's own policy, so that what an
article says is what orders obey; see `knowledge.article_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Final

import yaml

from knowledge.article_text import OpenValue, PlaceholderUnknown, fill, fingerprint
from knowledge.feeds.records import ArticleRecord
from knowledge.settings import ShopSettings

LANGUAGES: Final = ("en", "zh")
TOPICS: Final = frozenset(
    [
        "shipping",
        "returns",
        "cancellation",
        "warranty",
        "payment",
        "account",
        "sizes",
        "care",
        "contact",
        "promotions",
        "recycling",
        "safety",
    ]
)
_KEYS: Final = {"id", "topic", "title", "updated"}
# Stands between articles while they are rendered as one; no article contains it.
_BREAK: Final = "\x1e"


class ArticleError(ValueError):
    """A help article of the demo shop cannot be used; the message names the file and what is
    wrong with it."""


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """An article as it is written, before its numbers are filled in."""

    id: str
    """With its language: "returns-how.en"."""
    language: str
    topic: str
    title: str
    body: str
    updated: date


def load_articles(settings: ShopSettings) -> list[ArticleRecord]:
    """All help articles in both languages, in order of id, filled in from the shop's settings.

    An article that states what the settings leave open, such as the amount from which delivery is
    free in a shop that has none, is left out.

    Raises:
        ArticleError: a file is malformed, or names a value that the settings do not have.
    """
    mark = fingerprint(settings)
    found: list[ArticleRecord] = []
    for language in LANGUAGES:
        sources = [source for source in read_sources() if source.language == language]
        bodies = _rendered(sources, language, settings)
        found += [
            ArticleRecord(
                id=source.id,
                title=source.title,
                body=body,
                language=language,
                topic=source.topic,
                template=source.body if "{{" in source.body else "",
                filled_with=mark if "{{" in source.body else "",
            )
            for source in sources
            if (body := bodies.get(source.id)) is not None
        ]
    return sorted(found, key=lambda article: article.id)


@lru_cache(maxsize=1)
def read_sources() -> tuple[ArticleSource, ...]:
    """The articles as they are written, in order of id.

    Raises:
        ArticleError: a file is malformed.
    """
    folder = resources.files(__name__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    return tuple(_source(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _source(name: str, text: str) -> ArticleSource:
    opening, front, body = ("", "", "")
    parts = text.split("---\n", 2)
    if len(parts) == 3:
        opening, front, body = parts
    if opening or not front:
        raise ArticleError(f"{name}: it must open with front matter between two lines of ---")
    try:
        head = yaml.load(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ArticleError(f"{name}: {error}") from error
    if not isinstance(head, dict) or set(head) != _KEYS:
        raise ArticleError(f"{name}: front matter needs exactly {', '.join(sorted(_KEYS))}")
    if f"{head['id']}.md" != name:
        raise ArticleError(f"{name}: its id is {head['id']!r}; id and file name must agree")
    language = name.removesuffix(".md").rpartition(".")[2]
    if language not in LANGUAGES:
        raise ArticleError(f"{name}: the name must end in {' or '.join(LANGUAGES)} before .md")
    if head["topic"] not in TOPICS:
        raise ArticleError(f"{name}: unknown topic {head['topic']!r}")
    if not isinstance(head["updated"], date):
        raise ArticleError(f"{name}: updated must be a date such as 2026-05-04")
    if _BREAK in body:
        raise ArticleError(f"{name}: it contains a control character")
    return ArticleSource(
        id=head["id"],
        language=language,
        topic=head["topic"],
        title=str(head["title"]),
        body=body.strip(),
        updated=head["updated"],
    )


def _rendered(
    sources: list[ArticleSource], language: str, settings: ShopSettings
) -> dict[str, str]:
    """Id -> body with its numbers; articles that state an open value are left out.

    All go through one template, since compiling is what takes the time; one by one only where
    something is wrong with one of them.
    """
    try:
        whole = fill(_BREAK.join(s.body for s in sources), settings, language)
        return {source.id: body for source, body in zip(sources, whole.split(_BREAK), strict=True)}
    except (PlaceholderUnknown, OpenValue):
        found: dict[str, str] = {}
        for source in sources:
            try:
                found[source.id] = fill(source.body, settings, language)
            except OpenValue:
                continue
            except PlaceholderUnknown as error:
                raise ArticleError(f"{source.id}.md, {error}") from error
        return found
