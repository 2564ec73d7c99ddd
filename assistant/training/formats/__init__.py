"""Training data as it comes: CSV, JSON lines, Rasa NLU YAML, Bitext, CLINC150, BANKING77, text."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation import Language
from assistant.training.errors import DataError
from assistant.training.formats.base import (
    PART_NAMES,
    PARTS,
    Example,
    Part,
    RawRow,
    Reader,
)
from assistant.training.formats.clinc import ClincReader
from assistant.training.formats.rasa import RasaReader, strip_markup
from assistant.training.formats.tables import CsvReader, JsonLinesReader, LinesReader
from assistant.understanding.classifier import normalise
from assistant.understanding.language import detect_language

__all__ = [
    "MAX_CHARACTERS",
    "READERS",
    "SUFFIXES",
    "Example",
    "Part",
    "Parts",
    "conflict",
    "read_leniently",
    "read_parts",
    "strip_markup",
]

MAX_CHARACTERS = 1000
"""A longer row is no utterance; it is refused rather than cut in silence."""

# The surest first: what a file holds decides before what it is called.
READERS: tuple[Reader, ...] = (
    ClincReader(),
    JsonLinesReader(),
    RasaReader(),
    CsvReader(),
    LinesReader(),
)

SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".yml", ".yaml")
"""Files of a folder that are looked into; anything else (a licence, a readme) is passed over."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Labelled utterances by part, in the order of the files. Parts that are not told are train."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    formats: tuple[str, ...]
    """The formats met, in order."""
    notes: tuple[str, ...]
    """What was left out, with file and line: other sections, repeats, rows that change label
    from one part to another."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label of any part, sorted."""
        return tuple(sorted({e.label for e in self.rows}))

    @property
    def rows(self) -> tuple[Example, ...]:
        """All parts in one."""
        return (*self.train, *self.validation, *self.test)


def read_parts(
    sources: Path | Sequence[Path],
    labels: Sequence[str] | None = None,
    language: Language | None = None,
) -> Parts:
    """Read files, and folders of them, in a settled order; check every row before giving any.

    The format is recognised by what a file holds:

    - a table whose header names `text` (or `utterance`, `instruction`, …) and `label` (or
      `intent`, `category`): CSV, Bitext, BANKING77;
    - JSON lines with the same names;
    - CLINC150's JSON, whose `oos` rows become out_of_scope;
    - Rasa NLU YAML, entity markup taken off;
    - `<language>/<intent>.txt`, one utterance a line.

    A row's part is what the data says (a key, a `split` column), else, in a folder with a
    training file in it, what its file is called (`train.csv`, `dev.csv`, `test.csv`), else train.
    Its language is `language`, else what a `language` column or key says, else its folder's (`en`,
    `zh`), else what the text looks like.
    Exact repeats under one label are kept once, except in the test part, which stays as it comes.

    Raises:
        DataError: any row is bad: a label not among `labels` (where these are given), an empty
            or over-long text, another encoding than UTF-8, one text under two labels in one
            part; or there are no rows. Every problem is listed with file and line.
    """
    parts, problems = read_leniently(sources, labels, language)
    if problems:
        raise DataError(problems)
    return parts


def read_leniently(
    sources: Path | Sequence[Path],
    labels: Sequence[str] | None = None,
    language: Language | None = None,
) -> tuple[Parts, list[str]]:
    """As read_parts, but with the bad rows left out and told instead of raised."""
    folders = [sources] if isinstance(sources, Path) else list(sources)
    problems: list[str] = []
    notes: list[str] = []
    formats: dict[str, None] = {}
    rows: list[tuple[Part, Example]] = []
    for file, shown, part in _files(folders, problems):
        text = _decode(file, shown, problems)
        if text is None:
            continue
        reader = _reader(file, text)
        if reader is None:
            # A folder may hold other JSON (a list of categories); a file that is named may not.
            (problems if file in folders else notes).append(
                f"{shown}:1: no training data in any known format"
            )
            continue
        formats[reader.name] = None
        rows += _rows(file, shown, text, reader, part, labels, language, problems, notes)
    checked = _check(rows, problems, notes)
    if not rows and not problems:
        problems.append(f"{', '.join(map(str, folders))}: no utterances found")
    parts = Parts(
        tuple(checked["train"]),
        tuple(checked["validation"]),
        tuple(checked["test"]),
        tuple(formats),
        tuple(notes),
    )
    return parts, problems


def conflict(row: Example, known: Example) -> str:
    """The message for one text under two labels."""
    return (
        f"{row.place}: {row.text[:60]!r} is labelled {row.label} here and "
        f"{known.label} at {known.place}; keep one"
    )


def _files(sources: Sequence[Path], problems: list[str]) -> Iterator[tuple[Path, str, Part | None]]:
    for source in sources:
        if source.is_file():
            yield source, source.name, None
        elif source.is_dir():
            files = [
                file
                for file in sorted(source.rglob("*"))
                if file.suffix.lower() in SUFFIXES
                and file.is_file()
                and not any(p.startswith(".") for p in file.relative_to(source).parts)
            ]
            split = {file.parent for file in files if PART_NAMES.get(file.stem.lower()) == "train"}
            for file in files:
                part = PART_NAMES.get(file.stem.lower()) if file.parent in split else None
                yield file, file.relative_to(source).as_posix(), part
        else:
            problems.append(f"{source}: no such file or folder")


def _decode(file: Path, shown: str, problems: list[str]) -> str | None:
    try:
        data = file.read_bytes()
    except OSError as error:
        problems.append(f"{shown}: cannot be read: {error.strerror}")
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        pass
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append(f"{shown}:1: not UTF-8 but UTF-16; save the file as UTF-8")
        return None
    # Each line that is wrong, not only the first: all can then be mended in one go.
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            problems.append(f"{shown}:{number}: not UTF-8; save the file as UTF-8")
    return None


def _reader(file: Path, text: str) -> Reader | None:
    suffix = file.suffix.lower()
    return next((reader for reader in READERS if reader.recognises(suffix, text)), None)


def _rows(
    file: Path,
    shown: str,
    text: str,
    reader: Reader,
    part: Part | None,
    labels: Sequence[str] | None,
    language: Language | None,
    problems: list[str],
    notes: list[str],
) -> Iterator[tuple[Part, Example]]:
    known = None if labels is None else frozenset(labels)
    by_folder: Language | None = (
        "zh" if file.parent.name == "zh" else "en" if file.parent.name == "en" else None
    )
    complained = False

    def tell(where: list[str]) -> Callable[[int, str], None]:
        return lambda line, what: where.append(f"{shown}:{line}: {what}")

    for raw in reader.read(text, file.stem, tell(problems), tell(notes)):
        problem = _problem(raw, known, labels)
        if problem is not None:
            # In a .txt file the label is the file's name: it is wrong once, not once a line.
            one_label = reader.name == "text" and problem.startswith("unknown label")
            if not (one_label and complained):
                problems.append(f"{shown}:{raw.line}: {problem}")
            complained = complained or one_label
            continue
        utterance = raw.text.strip()
        spoken = language or raw.language or by_folder or detect_language(utterance, "en")
        yield (
            raw.part or part or "train",
            Example(utterance, raw.label, spoken, shown, raw.line),
        )


def _problem(raw: RawRow, known: frozenset[str] | None, labels: Sequence[str] | None) -> str | None:
    if not raw.label:
        return "empty label"
    if known is not None and raw.label not in known:
        close = difflib.get_close_matches(raw.label, labels or (), 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"unknown label {raw.label!r}{hint}"
    if not normalise(raw.text):
        return "empty text"
    if len(raw.text.strip()) > MAX_CHARACTERS:
        return f"longer than {MAX_CHARACTERS} characters"
    if "\ufffd" in raw.text or "\0" in raw.text:
        return "holds characters that a wrong encoding leaves"
    return None


def _check(
    rows: Sequence[tuple[Part, Example]], problems: list[str], notes: list[str]
) -> dict[Part, list[Example]]:
    """Rows by part without repeats; conflicts within a part are problems, between parts notes."""
    kept: dict[Part, list[Example]] = {part: [] for part in PARTS}
    first: dict[tuple[Part, str], Example] = {}
    anywhere: dict[str, tuple[Part, Example]] = {}
    repeats: Counter[str] = Counter()
    for part, row in rows:
        key = normalise(row.text).casefold()
        known = first.get((part, key))
        other_part, other = anywhere.setdefault(key, (part, row))
        if known is None:
            first[part, key] = row
            if other.label != row.label:
                notes.append(
                    f"{row.place}: {row.text[:60]!r} is {row.label} in the {part} part and "
                    f"{other.label} in the {other_part} part, at {other.place}"
                )
        elif known.label != row.label:
            problems.append(conflict(row, known))
            continue
        elif part != "test":
            repeats[row.file] += 1
            continue
        kept[part].append(row)
    notes += [f"{file}: {count} exact repeats left out" for file, count in repeats.items()]
    return kept
