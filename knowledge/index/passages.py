"""What is indexed of an article: its passages, and the views by which each of them is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Article

Kind = Literal["full", "head", "sentence"]

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_SENTENCE = re.compile(
    r"""(?<=[.!?])["”’)]*\s+(?=[A-Z0-9"“‘(¿¡])|(?<=[。！？；])|\n+""",
)
_MARKS = re.compile(r"^[\s>*+|-]+|(?<=\|)[\s:|-]+(?=\|)|[\s|]+$")
PASSAGE_CHARACTERS = 900
SENTENCES = 12
"""Sentences of one passage that get a view of their own."""
SHORTEST = 4
"""Characters (as many as two words in Chinese) under which a sentence says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article under one heading."""

    article_id: str
    ordinal: int
    title: str
    heading: str
    """The headings it stands under, outermost first, joined by " > "; "" where there are none."""
    text: str
    language: str

    @property
    def id(self) -> str:
        """Unique among passages; what stands after the last "#" is the ordinal."""
        return f"{self.article_id}#{self.ordinal}"

    @property
    def head(self) -> str:
        """Title and headings as one."""
        return f"{self.title}. {self.heading}" if self.heading else self.title


@dataclass(frozen=True, slots=True)
class View:
    """One text that stands for a passage in a vector collection."""

    ordinal: int
    """Of the passage within its article."""
    kind: Kind
    text: str


def passages(article: Article) -> list[Passage]:
    """The article split at its headings, long sections again at paragraphs and then sentences.

    Headings inside fenced code are text. A section without text is left out.
    """
    sections: list[tuple[str, list[str]]] = [("", [])]
    path: list[tuple[int, str]] = []
    fenced = False
    for line in article.body.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line)
        if match:
            level = len(match[1])
            path = [(depth, name) for depth, name in path if depth < level]
            path.append((level, match[2]))
            names = [name for _, name in path if name != article.title]
            sections.append((" > ".join(names), []))
        else:
            sections[-1][1].append(line)
    out: list[Passage] = []
    for heading, lines in sections:
        out += [
            Passage(article.id, len(out) + n, article.title, heading, piece, article.language)
            for n, piece in enumerate(_pieces("\n".join(lines)))
        ]
    return out


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for paragraph in _paragraphs(text):
        if held and len(held) + len(paragraph) > PASSAGE_CHARACTERS:
            yield held
            held = ""
        held = f"{held}\n\n{paragraph}" if held else paragraph
    if held:
        yield held


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs; one far over the length of a passage falls into runs of sentences."""
    for paragraph in re.split(r"\n\s*\n", text):
        paragraph = paragraph.strip()
        if len(paragraph) <= 2 * PASSAGE_CHARACTERS:
            if paragraph:
                yield paragraph
            continue
        held = ""
        for sentence in re.split(r"(?<=[.!?])\s+|(?<=[。！？；])|\n", paragraph):
            while len(sentence) > 2 * PASSAGE_CHARACTERS:
                sentence, rest = sentence[:PASSAGE_CHARACTERS], sentence[PASSAGE_CHARACTERS:]
                yield sentence
                sentence = rest
            if held and len(held) + len(sentence) > PASSAGE_CHARACTERS:
                yield held
                held = ""
            held = f"{held} {sentence}" if held else sentence
        if held.strip():
            yield held.strip()


def sentences(text: str) -> list[str]:
    """The sentences of a passage as they are read: without list marks or the rules of tables."""
    found = (_MARKS.sub("", piece).strip() for piece in _SENTENCE.split(text))
    return [piece for piece in found if len(piece) >= SHORTEST]


def views(pieces: Iterable[Passage]) -> list[View]:
    """The texts that are encoded of an article's passages, in the order of their vector ids."""
    out: list[View] = []
    for piece in pieces:
        out.append(View(piece.ordinal, "full", f"{piece.head}. {piece.text}"))
        out.append(View(piece.ordinal, "head", piece.head))
        out += [
            View(piece.ordinal, "sentence", f"{piece.title}: {sentence}")
            for sentence in sentences(piece.text)[:SENTENCES]
        ]
    return out


def article_passages(session: Session, ids: Iterable[str] | None = None) -> list[Passage]:
    """Passages of all articles, or of these, in article id order."""
    statement = select(Article).order_by(Article.id)
    if ids is not None:
        statement = statement.where(Article.id.in_(list(ids)))
    return [piece for article in session.scalars(statement) for piece in passages(article)]
