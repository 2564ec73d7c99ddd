"""Files read with bounded memory: lines, JSON objects and CSV rows, each with its line number."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import BadField, shown

MOST_LINE = 1 << 20
"""Bytes of one line or one CSV row; what is longer is refused without being held."""
MOST_DOCUMENT = 64 << 20
"""Bytes of a file that has to be read whole (JSON documents, Markdown pages)."""
MOST_DEPTH = 32
_BOM = b"\xef\xbb\xbf"
_SNIFF = 1 << 16


class FileRefused(ValueError):
    """A whole file cannot be read: `field`, `reason` and `hint` go into the report."""

    def __init__(self, reason: str, hint: str, field: str = "") -> None:
        super().__init__(f"{reason}. {hint}")
        self.reason = reason
        self.hint = hint
        self.field = field


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON object or CSV row: its values, or the problem that kept it from being read."""

    line: int
    values: dict[str, Any]
    problem: BadField | None = None


def head(path: Path) -> bytes:
    """The first 64 KiB without the byte order mark.

    Raises:
        FileRefused: not a plain file, unreadable, empty, or not UTF-8 text at all.
    """
    if not path.is_file():
        raise FileRefused("no such file", "Check the path")
    try:
        with path.open("rb") as stream:
            start = stream.read(_SNIFF)
    except OSError as error:
        raise FileRefused(
            f"cannot be read ({error.strerror})", "Check who may read the file"
        ) from error
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused("saved as UTF-16", "Save the file as UTF-8")
    start = start.removeprefix(_BOM)
    if not start.strip():
        raise FileRefused("the file is empty", "Export it again")
    return start


def byte_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers from 1 with the line's bytes, or None for a line over `MOST_LINE`."""
    with path.open("rb") as stream:
        number = 0
        while piece := stream.readline(MOST_LINE + 1):
            number += 1
            if number == 1:
                piece = piece.removeprefix(_BOM)
            if len(piece) <= MOST_LINE or piece.endswith(b"\n"):
                yield number, piece
                continue
            while piece and not piece.endswith(b"\n"):
                piece = stream.readline(MOST_LINE)
            yield number, None


def decode(raw: bytes) -> str:
    """UTF-8 text of a line.

    Raises:
        BadField: broken UTF-8, naming the byte.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = shown(raw[max(0, error.start - 20) : error.start].decode("utf-8", "replace"))
        raise BadField(
            "",
            f"broken UTF-8 at byte {error.start + 1} of the line, after {before!r}",
            "Save the file as UTF-8",
        ) from None


TOO_LONG = BadField(
    "",
    f"the row is longer than {MOST_LINE // 1024} KiB",
    "Shorten its texts; pictures belong into files",
)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def parse_json(text: str) -> Any:
    """JSON with exact decimals.

    Raises:
        BadField: not JSON, not a number where JSON wants one (NaN), or nested deeper than 32.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise BadField("", "nested too deep", f"Use at most {MOST_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise BadField(
            "", f"not valid JSON ({error.msg} at {place}column {error.colno})", "Export it again"
        ) from None
    except ValueError as error:
        raise BadField("", f"not valid JSON ({shown(str(error), 80)})", "Mend the value") from None
    if _deeper(value, MOST_DEPTH):
        raise BadField("", "nested too deep", f"Use at most {MOST_DEPTH} levels")
    return value


def _deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most + 1):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, dict | list))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, dict | list))
        if not below:
            return False
        level = below
    return True


def json_rows(path: Path) -> Iterator[Row]:
    """The objects of a JSONL file, one a line; empty lines are passed over."""
    for number, raw in byte_lines(path):
        if raw is None:
            yield Row(number, {}, TOO_LONG)
            continue
        if not raw.strip():
            continue
        try:
            value = parse_json(decode(raw))
            if not isinstance(value, dict):
                raise BadField("", "the line is not a JSON object", "Write one {...} a line")
        except BadField as problem:
            yield Row(number, {}, problem)
            continue
        yield Row(number, value)


def document(path: Path) -> str:
    """The text of a file that is read whole.

    Raises:
        FileRefused: over `MOST_DOCUMENT`, or broken UTF-8.
    """
    if path.stat().st_size > MOST_DOCUMENT:
        raise FileRefused(
            f"over {MOST_DOCUMENT >> 20} MiB", "Split it, or use JSONL with one record a line"
        )
    raw = path.read_bytes().removeprefix(_BOM)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"broken UTF-8 at byte {error.start + 1} (line {line})", "Save the file as UTF-8"
        ) from None


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise BadField(
            "", f"not a CSV row ({error})", 'Double the quotes inside a text: ""'
        ) from None


def _inside_quotes(piece: bytes, inside: bool, delimiter: bytes) -> bool:
    """Whether a quoted cell is open after `piece`; a quote within a bare cell opens nothing."""
    place = 0
    opening = delimiter + b'"'
    if not inside and piece.startswith(b'"'):
        inside, place = True, 1
    while True:
        if inside:
            place = piece.find(b'"', place)
            if place < 0:
                return True
            if piece[place + 1 : place + 2] == b'"':
                place += 2
                continue
            inside, place = False, place + 1
        else:
            place = piece.find(opening, place)
            if place < 0:
                return False
            inside, place = True, place + 2


def _raw_rows(path: Path, delimiter: bytes) -> Iterator[tuple[int, bytes | None, bool]]:
    """Rows as bytes with the number of their first line; True marks one whose quote never ends.

    A quoted cell may hold line breaks: lines are joined until it closes. Where it never does, only
    the first line is given up and reading goes on with the next.
    """
    lines = byte_lines(path)
    ahead: deque[tuple[int, bytes | None]] = deque()

    def following() -> tuple[int, bytes | None]:
        return ahead.popleft() if ahead else next(lines, (0, b""))

    while True:
        number, raw = following()
        if number == 0:
            return
        if raw is None or not _inside_quotes(raw, False, delimiter):
            yield number, raw, False
            continue
        joined, size, inside = [raw], len(raw), True
        tail: list[tuple[int, bytes | None]] = []
        while inside and size <= MOST_LINE:
            after = following()
            if after[0] == 0:
                break
            tail.append(after)
            if after[1] is None:
                break
            joined.append(after[1])
            size += len(after[1])
            inside = _inside_quotes(after[1], True, delimiter)
        if inside:
            ahead.extendleft(reversed(tail))
            yield number, raw, True
        else:
            yield number, None if size > MOST_LINE else b"".join(joined), False


def csv_header(path: Path) -> tuple[list[str], str]:
    """The column names (lower case) of a CSV file and its delimiter: comma, semicolon, tab or |."""
    first = head(path).split(b"\n", 1)[0].rstrip(b"\r")
    try:
        text = decode(first)
    except BadField as problem:
        raise FileRefused(problem.reason, problem.hint) from None
    delimiter = max(",;\t|", key=text.count)
    try:
        names = [shown(name, 80).casefold() for name in _cells(text, delimiter)]
    except BadField as problem:
        raise FileRefused(problem.reason, problem.hint) from None
    return names, delimiter


def csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file by column name; rows of the wrong width carry their problem."""
    names, delimiter = csv_header(path)
    for index, (number, raw, open_quote) in enumerate(_raw_rows(path, delimiter.encode())):
        if index == 0 or (raw is not None and not raw.strip(b" \r\n" + delimiter.encode())):
            continue
        try:
            if raw is None:
                raise TOO_LONG
            if open_quote:
                raise BadField("", "a quote is opened and never closed", "Close it or remove it")
            cells = _cells_of_row(decode(raw), delimiter)
            if len(cells) != len(names):
                raise BadField(
                    "",
                    f"{len(cells)} cells under {len(names)} columns",
                    "Put texts that hold the delimiter or quotes between quotes",
                )
        except BadField as problem:
            yield Row(number, {}, problem)
            continue
        yield Row(number, dict(zip(names, cells, strict=True)))


def _cells_of_row(text: str, delimiter: str) -> list[str]:
    # csv.reader wants the row line by line to keep the line breaks inside quotes.
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadField(
            "", f"not a CSV row ({error})", 'Double the quotes inside a text: ""'
        ) from None
    if len(rows) != 1:
        raise BadField("", "a stray quote breaks the row", 'Double the quotes inside a text: ""')
    return rows[0]
