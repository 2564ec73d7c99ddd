"""Pairs to fine-tune retrieval on: a shop's tickets, help pages, clicks, and files of its own."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.training.errors import DataError, TrainingError
from db.models import Event, Ticket
from knowledge.index.documents import product_documents
from knowledge.index.passages import article_passages
from knowledge.index.words import has_chinese

QUESTION = ("question", "query")
ANSWER = ("answer", "product_id")
LONGEST = 2000
"""Characters of a question or an answer; what is longer is refused."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what answers it."""

    question: str
    answer: str
    source: str
    """tickets, articles, clicks, or the name of a file."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Pairs that are learned from, and pairs held back; no question or answer is in both."""

    train: tuple[Pair, ...]
    held: tuple[Pair, ...]


def collect(session: Session, files: Sequence[Path] = ()) -> list[Pair]:
    """Every pair of a shop and of these files, each once, in an order that does not vary.

    The encoder that is tuned reads English: pairs in Chinese are left out.

    Raises:
        DataError: rows of a file that cannot be used, each with file and line.
    """
    found = [*_tickets(session), *_articles(session), *_clicks(session)]
    problems: list[str] = []
    for file in files:
        found += _file(session, file, problems)
    if problems:
        raise DataError(problems)
    unique = {
        (" ".join(pair.question.split()).casefold(), pair.answer): pair
        for pair in found
        if pair.question.strip()
        and pair.answer.strip()
        and not has_chinese(pair.question + pair.answer)
    }
    return [unique[key] for key in sorted(unique)]


def split(pairs: Sequence[Pair], share: float, seed: int) -> Parts:
    """Hold a share back, at random by seed; pairs with a question or an answer in common stay
    together, or what is held back would have been learned."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for pair in pairs:
        leader[find(f"q{pair.question.casefold()}")] = find(f"a{pair.answer}")
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(find(f"a{pair.answer}"), []).append(pair)
    order = sorted(groups)
    random.Random(seed).shuffle(order)
    held: list[Pair] = []
    train: list[Pair] = []
    for name in order:
        group = groups[name]
        room = len(held) + len(group) <= max(1, round(share * len(pairs)))
        (held if room else train).extend(group)
    return Parts(tuple(train), tuple(held))


def _tickets(session: Session) -> Iterator[Pair]:
    rows = session.execute(select(Ticket.question, Ticket.answer).order_by(Ticket.id))
    for question, answer in rows:
        yield Pair(question, answer, "tickets")


def _articles(session: Session) -> Iterator[Pair]:
    """A heading asks what its passage answers."""
    for passage in article_passages(session):
        if passage.language == "en":
            yield Pair(passage.heading or passage.title, passage.text, "articles")


def _clicks(session: Session) -> Iterator[Pair]:
    """What was searched for, and the product that was turned to; where events say both."""
    asked = []
    for product_id, detail in session.execute(
        select(Event.product_id, Event.detail)
        .where(Event.product_id.is_not(None), Event.kind.in_(("click", "cart_add", "purchase")))
        .order_by(Event.id)
    ):
        query = (detail or {}).get("query")
        if isinstance(query, str) and query.strip():
            asked.append((query[:LONGEST], str(product_id)))
    texts = _texts(session, {product_id for _, product_id in asked})
    for query, product_id in asked:
        if product_id in texts:
            yield Pair(query, texts[product_id], "clicks")


def _texts(session: Session, ids: Iterable[str]) -> dict[str, str]:
    return {one.id: one.text for one in product_documents(session, sorted(ids))}


def _file(session: Session, path: Path, problems: list[str]) -> list[Pair]:
    rows: list[tuple[int, str, str, str]] = []
    try:
        for line, row in _rows(path, problems):
            got = {str(k).strip().casefold(): v for k, v in row.items() if k is not None}
            question = next((got[name] for name in QUESTION if got.get(name)), None)
            kind = next((name for name in ANSWER if got.get(name)), "")
            if not isinstance(question, str) or not question.strip():
                problems.append(f"{path}:{line}: no question; fill column question (or query)")
            elif not kind:
                problems.append(f"{path}:{line}: no answer; fill column answer (or product_id)")
            elif len(question) > LONGEST or len(str(got[kind])) > LONGEST * 4:
                problems.append(f"{path}:{line}: too long; a question has {LONGEST} characters")
            else:
                rows.append((line, question.strip(), kind, str(got[kind]).strip()))
    except (OSError, UnicodeError, csv.Error) as error:
        problems.append(f"{path}:1: cannot be read ({error}); save it as UTF-8")
        return []
    texts = _texts(session, {value for _, _, kind, value in rows if kind == "product_id"})
    out = []
    for line, question, kind, value in rows:
        if kind == "product_id" and value not in texts:
            problems.append(f"{path}:{line}: product_id: no product {value!r} is on sale")
            continue
        out.append(Pair(question, texts[value] if kind == "product_id" else value, path.name))
    return out


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".tsv", ".jsonl"):
        raise TrainingError(f"{path}: pairs come as .csv, .tsv or .jsonl.")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        if suffix == ".jsonl":
            for number, text in enumerate(stream, 1):
                if not text.strip():
                    continue
                try:
                    row = json.loads(text)
                except ValueError as error:
                    problems.append(f"{path}:{number}: no JSON ({error})")
                    continue
                if isinstance(row, dict):
                    yield number, row
                else:
                    problems.append(f"{path}:{number}: not an object with question and answer")
            return
        reader = csv.DictReader(stream, delimiter="\t" if suffix == ".tsv" else ",")
        names = {str(name).strip().casefold() for name in reader.fieldnames or ()}
        if not names & set(QUESTION) or not names & set(ANSWER):
            problems.append(
                f"{path}:1: columns {', '.join(sorted(names)) or 'none'}; a file of pairs has "
                "question and answer, or query and product_id"
            )
            return
        for row in reader:
            yield reader.line_num, row
