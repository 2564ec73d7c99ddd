"""A TOML file with the lines of its keys, so that what is wrong with one can be pointed at."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

_TABLE = re.compile(r"\s*\[\[?\s*(?P<path>[^\]]+?)\s*\]?\]\s*(?:#.*)?$")
_WORD = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_KEY = re.compile(rf"\s*(?P<key>{_WORD}(?:\s*\.\s*{_WORD})*)\s*=")


class SettingsError(ValueError):
    """A file of settings cannot be used; each line names the file, line, key and what to do."""


@dataclass(frozen=True)
class TomlFile:
    """What a file holds, and on which line each of its keys stands."""

    path: Path
    data: dict[str, Any]
    lines: dict[tuple[str, ...], int]

    @classmethod
    def read(cls, path: Path, refused: type[SettingsError] = SettingsError) -> TomlFile:
        """Read a file; amounts stay exact decimals.

        Raises:
            refused: it cannot be read, or is not TOML.
        """
        try:
            text = path.read_text(encoding="utf-8")
            data = tomllib.loads(text, parse_float=Decimal)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise refused(f"{path}: {error}. Mend the file or delete it for defaults.") from error
        return cls(path, data, _lines(text))

    def line(self, key: tuple[str | int, ...]) -> int:
        """The line of a key, or of the nearest table or key around it; 1 where there is none."""
        names = tuple(part for part in key if isinstance(part, str))
        while names:
            if names in self.lines:
                return self.lines[names]
            names = names[:-1]
        return 1

    def at(self, key: tuple[str | int, ...], text: str) -> str:
        """A problem as it is told: file, line, key, text."""
        name = ".".join(str(part) for part in key)
        return f"{self.path}, line {self.line(key)}: {name}: {text}"

    def explain(self, error: ValidationError, model: type[BaseModel]) -> str:
        """Every problem that a model found with the file, a line each."""
        told = []
        for problem in error.errors():
            key = problem["loc"]
            hint = problem["msg"]
            if problem["type"] == "extra_forbidden":
                near = process.extractOne(str(key[-1]), known_keys(model, key[:-1]))
                hint = f"no such setting{f'; did you mean {near[0]!r}?' if near else ''}"
            told.append(self.at(key, hint))
        return "\n".join(dict.fromkeys(told))


def known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that a table may hold, as the file spells them."""
    inner: type[BaseModel] | None = model
    for part in path:
        fields = inner.model_fields if inner else {}
        field = next((f for name, f in fields.items() if part in (name, f.alias)), None)
        if field is not None:
            inner = _model_of(field.annotation)
        # Else the name of an entry of a table of tables, whose model it already is.
    return [field.alias or name for name, field in inner.model_fields.items()] if inner else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_of(each))), None)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if line.count(quote) % 2 else quote
            continue
        if depth <= 0:
            if heading := _TABLE.match(line):
                table = _parts(heading["path"])
                found.setdefault(table, number)
                continue
            if key := _KEY.match(line):
                parts = (*table, *_parts(key["key"]))
                for length in range(len(table) + 1, len(parts) + 1):
                    found.setdefault(parts[:length], number)
        bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*$", "", line)
        depth = max(0, depth + sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}"))
        quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return found


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in path.split("."))
