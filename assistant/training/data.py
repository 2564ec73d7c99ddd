"""Labelled utterances for training: read, checked as a whole before any training, and split."""

from __future__ import annotations

import csv
import difflib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation import Language
from assistant.training.errors import DataError
from assistant.understanding.classifier import normalise
from assistant.understanding.intents import INTENTS
from assistant.understanding.language import detect_language

CORPUS = Path(__file__).resolve().parent / "corpus"
"""The utterances that the shipped model is trained on: <language>/<intent>.txt."""

MAX_CHARACTERS = 1000
"""A longer row is no utterance; it is refused rather than cut in silence."""

SUFFIXES = (".txt", ".csv", ".jsonl")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled utterance and where it stands."""

    text: str
    label: str
    language: Language
    file: str
    line: int

    @property
    def place(self) -> str:
        """`file:line`, for messages."""
        return f"{self.file}:{self.line}"


def load_examples(
    sources: Sequence[Path], labels: Sequence[str] = INTENTS, *, every_label: bool = False
) -> list[Example]:
    """Read folders and files of utterances, in a settled order.

    A folder is read for `<language>/<intent>.txt` (one utterance a line, `#` starts a comment),
    `.csv` with a header that names `text` and `label`, and `.jsonl` of objects with those two
    keys. Exact repeats under the same label are kept once.

    Raises:
        DataError: anything is wrong with any row: unknown label, empty text, another encoding
            than UTF-8, one text under two labels; or no rows; with `every_label`, a label
            without any. All problems are listed, not only the first.
    """
    problems: list[str] = []
    rows: list[Example] = []
    for file, shown in _files(sources, problems):
        rows.extend(_read(file, shown, labels, problems))
    kept: dict[tuple[str, str], Example] = {}
    first: dict[str, Example] = {}
    for row in rows:
        key = normalise(row.text).casefold()
        known = first.setdefault(key, row)
        if known.label != row.label:
            problems.append(
                f"{row.place}: {row.text[:60]!r} is labelled {row.label} here and "
                f"{known.label} at {known.place}; keep one"
            )
            continue
        kept.setdefault((key, row.label), row)
    if not kept and not problems:
        problems.append(f"{', '.join(map(str, sources))}: no utterances found")
    if every_label and (missing := sorted(set(labels) - {row.label for row in kept.values()})):
        problems.append(f"{sources[0]}: no utterances for {', '.join(missing)}")
    if problems:
        raise DataError(problems)
    return list(kept.values())


def split(
    examples: Sequence[Example], share: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """Training and validation parts; each label of each language gives `share` of its rows.

    A label with fewer than four rows in a language gives none, so that it can be learned at all.
    """
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.language, example.label].append(example)
    train: list[Example] = []
    held: list[Example] = []
    for key in sorted(groups):
        rows = list(groups[key])
        random.Random(f"{seed}/{key[0]}/{key[1]}").shuffle(rows)
        count = max(1, round(len(rows) * share)) if len(rows) >= 4 else 0
        held += rows[:count]
        train += rows[count:]
    return train, held


def _files(sources: Iterable[Path], problems: list[str]) -> Iterator[tuple[Path, str]]:
    for source in sources:
        if source.is_file():
            if source.suffix.lower() in SUFFIXES:
                yield source, source.name
            else:
                problems.append(f"{source}: not a {', '.join(SUFFIXES)} file")
        elif source.is_dir():
            for file in sorted(source.rglob("*")):
                if file.suffix.lower() in SUFFIXES and file.is_file():
                    yield file, file.relative_to(source).as_posix()
        else:
            problems.append(f"{source}: no such file or folder")


def _read(file: Path, shown: str, labels: Sequence[str], problems: list[str]) -> Iterator[Example]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(f"{shown}:{line}: not UTF-8; save the file as UTF-8")
        return
    except OSError as error:
        problems.append(f"{shown}: cannot be read: {error.strerror}")
        return
    suffix = file.suffix.lower()
    if suffix == ".txt":
        rows = _text_rows(text, file.stem)
    elif suffix == ".csv":
        rows = _csv_rows(text, shown, problems)
    else:
        rows = _json_rows(text, shown, problems)
    folder = file.parent.name
    bad_label = False
    for line, utterance, label in rows:
        utterance = utterance.strip()
        if label not in labels:
            # In a .txt file the label is the file's name: say so once, not once a line.
            if suffix != ".txt" or not bad_label:
                close = difflib.get_close_matches(label, labels, 1)
                hint = f"; did you mean {close[0]}?" if close else ""
                problems.append(f"{shown}:{line}: unknown label {label!r}{hint}")
            bad_label = True
        elif not normalise(utterance):
            problems.append(f"{shown}:{line}: empty text")
        elif len(utterance) > MAX_CHARACTERS:
            problems.append(f"{shown}:{line}: longer than {MAX_CHARACTERS} characters")
        elif "\ufffd" in utterance or "\0" in utterance:
            problems.append(f"{shown}:{line}: holds characters that a wrong encoding leaves")
        else:
            language: Language = (
                "zh"
                if folder == "zh"
                else "en"
                if folder == "en"
                else detect_language(utterance, "en")
            )
            yield Example(utterance, label, language, shown, line)


def _text_rows(text: str, label: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line, label


def _csv_rows(text: str, shown: str, problems: list[str]) -> Iterator[tuple[int, str, str]]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if missing := {"text", "label"} - set(names):
            problems.append(f"{shown}:1: no column {' or '.join(sorted(missing))} in the header")
            return
        for row in reader:
            yield reader.line_num, row[names["text"]] or "", (row[names["label"]] or "").strip()
    except csv.Error as error:
        problems.append(f"{shown}:{reader.line_num}: not CSV: {error}")


def _json_rows(text: str, shown: str, problems: list[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"{shown}:{number}: not JSON: {error.msg}")
            continue
        if not isinstance(row, dict) or not all(
            isinstance(row.get(name), str) for name in ("text", "label")
        ):
            problems.append(f'{shown}:{number}: not an object with "text" and "label" strings')
            continue
        yield number, row["text"], row["label"].strip()
