"""Rows of CSV files (Bitext, BANKING77 and others), JSON lines, and one-utterance-a-line files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.training.formats.base import (
    LABEL_NAMES,
    LANGUAGES,
    PART_NAMES,
    TEXT_NAMES,
    Part,
    RawRow,
    Tell,
)

DELIMITERS = (",", ";", "\t")


class LinesReader:
    """`<intent>.txt`: one utterance a line, the file's name is the label, `#` starts a comment."""

    name = "text"

    def recognises(self, suffix: str, text: str) -> bool:  # noqa: ARG002 - any text will do
        """By the suffix alone: any text is a list of lines."""
        return suffix == ".txt"

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:  # noqa: ARG002 - as the protocol has it
        """Each line that is neither blank nor a comment."""
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield RawRow(number, line, stem)


class CsvReader:
    """A table with a header that names a text and a label column; comma, semicolon or tab."""

    name = "CSV"

    def recognises(self, suffix: str, text: str) -> bool:
        """By a header with both columns; a file called .csv or .tsv is taken to be meant as one."""
        return suffix in (".csv", ".tsv") or _delimiter(text) is not None

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:  # noqa: ARG002 - as the protocol has it
        """Each row under the header; `split` and `language` columns say more."""
        reader = csv.reader(
            io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text) or ","
        )
        line = 1
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            missing = [
                what
                for what, names in (("text", TEXT_NAMES), ("label", LABEL_NAMES))
                if _first(header, names) is None
            ]
            if missing:
                problem(
                    1,
                    f"no column {' or '.join(missing)} in the header (also understood: "
                    f"{', '.join(TEXT_NAMES[1:])}; {', '.join(LABEL_NAMES[1:])})",
                )
                return
            told = header.index("split") if "split" in header else None
            tongue = header.index("language") if "language" in header else None
            at, of = _column(header, TEXT_NAMES), _column(header, LABEL_NAMES)
            while True:
                # A quoted text may hold line breaks: the row is where it starts.
                line = reader.line_num + 1
                row = next(reader, None)
                if row is None:
                    return
                if not row:
                    continue
                if len(row) != len(header):
                    problem(
                        line,
                        f"{len(row)} fields where the header has {len(header)}; "
                        "quote a text that holds the delimiter",
                    )
                    continue
                part = _part(row[told]) if told is not None else None
                if told is not None and part is None:
                    problem(line, f"split is {row[told]!r}, neither train, validation nor test")
                    continue
                spoken = LANGUAGES.get(row[tongue].strip()) if tongue is not None else None
                yield RawRow(line, row[at], row[of].strip(), part, spoken)
        except csv.Error as error:
            problem(line, f"not CSV: {error}")


class JsonLinesReader:
    """One JSON object a line, with a text and a label."""

    name = "JSONL"

    def recognises(self, suffix: str, text: str) -> bool:
        """By a first line that is a whole JSON object."""
        if suffix in (".jsonl", ".ndjson"):
            return True
        first = next((line for line in text.split("\n", 50) if line.strip()), "")
        if not first.lstrip().startswith("{"):
            return False
        try:
            row = json.loads(first)
        except ValueError:
            return False
        return _first(row, TEXT_NAMES) is not None and _first(row, LABEL_NAMES) is not None

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:  # noqa: ARG002 - as the protocol has it
        """Each object; `split` and `language` keys say more."""
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                row: Any = json.loads(line)
            except json.JSONDecodeError as error:
                problem(number, f"not JSON: {error.msg}")
                continue
            except RecursionError:
                problem(number, "not JSON that can be read: nested too deep")
                continue
            named = _strings(row)
            if named is None:
                problem(number, 'not an object with "text" and "label" strings')
                continue
            part = _part(row["split"]) if "split" in row else None
            if "split" in row and part is None:
                problem(number, f"split is {row['split']!r}, neither train, validation nor test")
                continue
            spoken = LANGUAGES.get(str(row.get("language")))
            yield RawRow(number, named[0], named[1].strip(), part, spoken)


def _strings(row: Any) -> tuple[str, str] | None:
    if not isinstance(row, dict):
        return None
    text, label = _first(row, TEXT_NAMES), _first(row, LABEL_NAMES)
    if text is None or label is None:
        return None
    both = row[text], row[label]
    return both if isinstance(both[0], str) and isinstance(both[1], str) else None


def _delimiter(text: str) -> str | None:
    """The delimiter under which the first line names both columns."""
    first = text.split("\n", 1)[0]
    for delimiter in DELIMITERS:
        header = [name.strip().strip('"').lower() for name in first.split(delimiter)]
        if _first(header, TEXT_NAMES) is not None and _first(header, LABEL_NAMES) is not None:
            return delimiter
    return None


def _first(names: Any, wanted: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in names), None)


def _column(header: Sequence[str], wanted: Sequence[str]) -> int:
    name = _first(header, wanted)
    assert name is not None  # checked by the caller, who names what is missing
    return header.index(name)


def _part(value: Any) -> Part | None:
    return PART_NAMES.get(value.strip().lower()) if isinstance(value, str) else None
