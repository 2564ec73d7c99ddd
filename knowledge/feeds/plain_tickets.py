"""Reader of past questions with the answers staff gave: CSV or JSONL rows, personal data hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import BadField, text_of
from knowledge.feeds.lines import csv_rows, json_rows
from knowledge.feeds.plain_articles import language_of
from knowledge.feeds.reading import Context
from knowledge.feeds.records import Refusal, TicketRecord

LENGTH = 4000
_HIDDEN = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"https?://\S+|www\.\S+"), "[link]"),
    (re.compile(r"\+?\(?\d[\d ()./-]{6,}\d"), "[number]"),
    (re.compile(r"#?[A-Za-z]{0,3}-?\d{4,}\b"), "[number]"),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z][\w'-]+"), "[name]"),
    (
        re.compile(r"(?m)^((?:Dear|Hi|Hello|Hey) )[A-Z][\w'-]+(?: [A-Z][\w'-]+)?(?=[,!.]|$)"),
        r"\1[name]",
    ),
)
"""What leads to a person or an order, and what stands in its place."""


def hidden(text: str) -> str:
    """The text with placeholders for addresses, numbers and names of address."""
    for pattern, placeholder in _HIDDEN:
        text = pattern.sub(placeholder, text)
    return text


def tickets(path: Path, context: Context) -> Iterator[TicketRecord | Refusal]:
    """Rows with question and answer, and optionally id, language and intent."""
    rows = json_rows(path) if path.suffix.lower() in (".jsonl", ".ndjson") else csv_rows(path)
    for row in rows:
        try:
            if row.problem:
                raise row.problem
            yield _ticket(row.values, row.line)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("id", ""), "ticket")


def _ticket(row: Mapping[str, Any], line: int) -> TicketRecord:
    question = hidden(text_of(row, "question", required=True, limit=LENGTH))
    answer = hidden(text_of(row, "answer", required=True, limit=LENGTH))
    language = text_of(row, "language", limit=8).casefold() or language_of(question)
    if language not in ("en", "zh"):
        raise BadField("language", f"{language!r} is not known", "Write en or zh")
    made = sha256(f"{question}\x00{answer}".encode()).hexdigest()[:16]
    return TicketRecord(
        id=text_of(row, "id", limit=128) or f"t-{made}",
        question=question,
        answer=answer,
        language=language,
        intent=text_of(row, "intent", limit=64),
        line=line,
    )
