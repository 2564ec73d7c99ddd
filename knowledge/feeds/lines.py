"""Files read with bounded memory: lines, JSON objects and CSV rows, each with its line number."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import BadField, shown
from knowledge.feeds.encodings import open_utf8

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
    """The first 64 KiB as UTF-8, without the byte order mark.

    Raises:
        FileRefused: not a plain file, unreadable, empty, or not UTF-8 text at all.
    """
    if not path.is_file():
        raise FileRefused("no such file", "Check the path")
    try:
        with open_utf8(path) as stream:
            start = stream.read(_SNIFF)
    except OSError as error:
        raise FileRefused(
            f"cannot be read ({error.strerror})", "Check who may read the file"
        ) from error
    start = start.removeprefix(_BOM)
    if not start.strip():
        raise FileRefused("the file is empty", "Export it again")
    return start


class Cut(bytes):
    """The first bytes of a line or row that is longer than `MOST_LINE`."""


def byte_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Line numbers from 1 with the line's bytes; of a line over `MOST_LINE` its `Cut` beginning."""
    with open_utf8(path) as stream:
        number = 0
        while piece := stream.readline(MOST_LINE + 1):
            number += 1
            if number == 1:
                piece = piece.removeprefix(_BOM)
            if len(piece) <= MOST_LINE or piece.endswith(b"\n"):
                yield number, piece
                continue
            begun = Cut(piece)
            while piece and not piece.endswith(b"\n"):
                piece = stream.readline(MOST_LINE)
            yield number, begun


def decode(raw: bytes, field_of: Callable[[bytes], str] | None = None) -> str:
    """UTF-8 text of a line; `field_of` finds the field that is broken.

    Raises:
        BadField: broken UTF-8, naming the byte and the field.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = shown(raw[max(0, error.start - 20) : error.start].decode("utf-8", "replace"))
        raise BadField(
            field_of(raw) if field_of else "",
            f"broken UTF-8 at byte {error.start + 1} of the line, after {before!r}",
            "Save the file as UTF-8",
        ) from None


def too_long(field: str = "") -> BadField:
    """The problem of a row over `MOST_LINE`, whose limit was passed within `field`."""
    return BadField(
        field,
        f"the row is longer than {MOST_LINE // 1024} KiB",
        "Shorten its texts; pictures belong into files",
    )


_JSON_KEY = re.compile(rb'"([^"\\\x00-\x1f]{1,80})"\s*:')
_NO_NUMBER = re.compile(r'"([^"\\]{1,80})"\s*:[\[\s]*-?(?:NaN|Infinity)\b')
_UNREADABLE = "\ufffd"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _last_key(raw: bytes) -> str:
    """The key whose value a cut line of JSON ends in."""
    keys = _JSON_KEY.findall(raw[:MOST_LINE])
    return shown(keys[-1].decode("utf-8", "replace"), 80) if keys else ""


def _unreadable_key(raw: bytes) -> str:
    """The key of a line of JSON whose value, or own name, is broken UTF-8."""
    try:
        value = json.loads(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return ""
    for key, held in value.items() if isinstance(value, dict) else ():
        if _UNREADABLE in key or _UNREADABLE in json.dumps(held, ensure_ascii=False):
            return shown(key, 80)
    return ""


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
        found = _NO_NUMBER.search(text)
        raise BadField(
            shown(found[1], 80) if found else "",
            f"not valid JSON ({shown(str(error), 80)})",
            "Mend the value",
        ) from None
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
        if isinstance(raw, Cut):
            yield Row(number, {}, too_long(_last_key(raw)))
            continue
        if not raw.strip():
            continue
        try:
            value = parse_json(decode(raw, _unreadable_key))
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
    with open_utf8(path) as stream:
        raw = stream.read().removeprefix(_BOM)
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


def _inside_quotes(piece: bytes, inside: bool, delimiter: bytes) -> bool | None:
    """Whether a quoted cell is open after `piece`; a quote within a bare cell opens nothing.

    None where a quote closes in the middle of a cell: more likely it opens another one, and what
    was open before was never closed.
    """
    place = 0
    opening = delimiter + b'"'
    if not inside and piece.startswith(b'"'):
        inside, place = True, 1
    while True:
        if inside:
            place = piece.find(b'"', place)
            if place < 0:
                return True
            after = piece[place + 1 : place + 2]
            if after == b'"':
                place += 2
                continue
            if after not in (b"", b"\r", b"\n", delimiter):
                return None
            inside, place = False, place + 1
        else:
            place = piece.find(opening, place)
            if place < 0:
                return False
            inside, place = True, place + 2


def _raw_rows(path: Path, delimiter: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Rows as bytes with the number of their first line; True marks one whose quote never ends.

    A quoted cell may hold line breaks: lines are joined until it closes. Where it never does, only
    the first line is given up and reading goes on with the next.
    """
    lines = byte_lines(path)
    ahead: deque[tuple[int, bytes]] = deque()

    def following() -> tuple[int, bytes]:
        return ahead.popleft() if ahead else next(lines, (0, b""))

    while True:
        number, raw = following()
        if number == 0:
            return
        if isinstance(raw, Cut) or not _inside_quotes(raw, False, delimiter):
            yield number, raw, False
            continue
        joined, size = [raw], len(raw)
        inside: bool | None = True
        tail: list[tuple[int, bytes]] = []
        while inside and size <= MOST_LINE:
            after = following()
            if after[0] == 0:
                break
            tail.append(after)
            if isinstance(after[1], Cut):
                break
            joined.append(after[1])
            size += len(after[1])
            inside = _inside_quotes(after[1], True, delimiter)
        if inside is not False:
            ahead.extendleft(reversed(tail))
            yield number, raw, True
        else:
            whole = b"".join(joined)
            yield number, Cut(whole) if size > MOST_LINE else whole, False


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
        if index == 0 or not raw.strip(b" \r\n" + delimiter.encode()):
            continue

        def broken(raw: bytes) -> str:
            return _column(raw, delimiter, names, _UNREADABLE)

        try:
            if isinstance(raw, Cut):
                raise too_long(_column(raw, delimiter, names))
            if open_quote:
                raise BadField(
                    _column(raw, delimiter, names),
                    "a quote is opened and never closed",
                    "Close it or remove it",
                )
            cells = _cells_of_row(decode(raw, broken), delimiter)
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


def _column(raw: bytes, delimiter: str, names: list[str], holding: str = "") -> str:
    """The column that a damaged row is in: the last one begun, or the first whose cell holds a
    text; "" where that cannot be told."""
    text = raw.decode("utf-8", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        # Too long for the module too: the row is cut to what it takes.
        head = text[: csv.field_size_limit() // 2]
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    cells = rows[0] if rows else []
    at = next((i for i, cell in enumerate(cells) if holding in cell), -1)
    place = at if holding else len(cells) - 1
    return names[place] if 0 <= place < len(names) else ""


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
