"""Labelled utterances in files: written for training, read for comparing models."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.conversation import Language
from assistant.review.queue import ReviewError
from assistant.review.redact import fill
from assistant.understanding.intents import INTENTS
from assistant.understanding.language import detect_language
from db.models import ReviewItem


@dataclass(frozen=True, slots=True)
class Labelled:
    """An utterance and what it means. `place` names its file and line, or the queue."""

    text: str
    label: str
    language: Language
    place: str = ""


def spoken(language: str) -> Language:
    """A stored language as one that the classifier knows."""
    return "zh" if language == "zh" else "en"


def of_item(item: ReviewItem) -> Labelled:
    """A labelled row as training reads it: placeholders hold made-up values."""
    language = spoken(item.language)
    return Labelled(fill(item.text, language), item.label, language, "the queue")


def export(items: Iterable[ReviewItem], path: Path) -> int:
    """Write labelled rows as JSON lines of text, label and language; returns how many.

    The file appears whole or not at all. What personal data was hidden from stands there with
    made-up values, so that a model learns sentences and not placeholders.

    Raises:
        ReviewError: the file cannot be written.
    """
    rows = [of_item(item) for item in items]
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            for row in rows:
                record = {"text": row.text, "label": row.label, "language": row.language}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise ReviewError(f"{path} cannot be written: {error.strerror}.") from error
    return len(rows)


def read(path: Path) -> list[Labelled]:
    """Labelled utterances of a JSONL or CSV file with text and label (and language, where it has
    one), or of a folder of <language>/<intent>.txt.

    Raises:
        ReviewError: unreadable, or rows without text or with a label that is no intent; the first
            ten are named by line.
    """
    problems: list[str] = []
    rows: list[Labelled] = []
    try:
        for place, record in _records(path):
            text, label = record.get("text"), record.get("label") or record.get("intent")
            if not isinstance(text, str) or not text.strip():
                problems.append(f"{place}: no text")
            elif label not in INTENTS:
                problems.append(f"{place}: {label!r} is no intent")
            else:
                told = record.get("language")
                language = spoken(told) if isinstance(told, str) else detect_language(text, "en")
                rows.append(Labelled(text.strip(), str(label), language, place))
    except OSError as error:
        raise ReviewError(f"{error.filename or path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    if problems:
        more = f"\n... and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise ReviewError("\n".join(problems[:10]) + more)
    if not rows:
        raise ReviewError(f"{path} holds no labelled utterances.")
    return rows


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.txt")):
            lines = file.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.lstrip().startswith("#"):
                    # A folder named for a language says it; any other name says nothing.
                    told = (
                        {"language": file.parent.name} if file.parent.name in ("en", "zh") else {}
                    )
                    yield f"{file}:{number}", {"text": line, "label": file.stem, **told}
    elif path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as table:
            reader = csv.DictReader(table)
            for row in reader:
                yield (
                    f"{path}:{reader.line_num}",
                    {(k or "").strip().lower(): v for k, v in row.items()},
                )
    else:
        with path.open(encoding="utf-8-sig") as text:
            for number, line in enumerate(text, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except ValueError:
                    record = None
                yield f"{path}:{number}", record if isinstance(record, dict) else {}
