"""What every reader of training data shares: examples, parts, raw rows and the reader protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from assistant.conversation import Language

Part = Literal["train", "validation", "test"]

PARTS: Final[tuple[Part, ...]] = ("train", "validation", "test")

PART_NAMES: Final[dict[str, Part]] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "eval": "validation",
    "test": "test",
    "testing": "test",
}
"""Names of parts as data sets write them, in file names, keys and columns."""

TEXT_NAMES: Final = ("text", "utterance", "instruction", "sentence", "query")
LABEL_NAMES: Final = ("label", "intent", "category")
"""Column and key names of the two things that are needed, the first found wins: a Bitext file
has both `intent` and `category`, and the first is the finer one."""


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


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as a reader finds it, before anything is checked."""

    line: int
    text: str
    label: str
    part: Part | None = None
    """The part that the data itself names; None where it names none."""
    language: Language | None = None
    """The language that the data itself names, where it is one of the shop's."""


LANGUAGES: Final[dict[str, Language]] = {"en": "en", "zh": "zh"}
"""Values of a `language` column or key; others leave it to what the text looks like."""

Tell = Callable[[int, str], None]
"""Called with a line number and what is wrong, or worth knowing, there."""


class Reader(Protocol):
    """Reads one file format."""

    @property
    def name(self) -> str:
        """What the format is called, for notes and messages."""
        ...

    def recognises(self, suffix: str, text: str) -> bool:
        """Whether a file of this content (and lower-case suffix) is of the format."""
        ...

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:
        """The rows in order. What cannot be read goes to `problem`, what is left out to `note`."""
        ...
