"""What can go wrong in training, each error fit to be shown to the person who started it.

TrainingError
├── MissingExtra        the extra `train` is not installed
├── DataError           rows that cannot be trained on, each with file and line
├── BaseModelError      a base model that cannot be found or does not fit
├── ExportError         an exported graph that does not do what its weights do
├── OutOfSpace          a file that cannot be written: full disk, quota, no right to
└── SwapRefused         a new model that does worse where the old one did well
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class TrainingError(Exception):
    """Base of every error of training, export and evaluation."""


class MissingExtra(TrainingError):
    """A library that only training needs is not installed."""

    def __init__(self, library: str) -> None:
        super().__init__(
            f"Training needs the library {library!r}, which is not installed. "
            "Install the extra: pip install 'aisle[train]'"
        )


class DataError(TrainingError):
    """Training data that was refused; `problems` holds one `file:line: reason` each."""

    shown = 20

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = list(self.problems[: self.shown])
        if len(self.problems) > self.shown:
            lines.append(f"... and {len(self.problems) - self.shown} more")
        noun = "problem" if len(self.problems) == 1 else "problems"
        super().__init__(
            f"The training data has {len(self.problems)} {noun}; nothing was trained.\n"
            + "\n".join(lines)
        )


class BaseModelError(TrainingError):
    """The base model is absent or has another shape than the code expects."""


class ExportError(TrainingError):
    """An exported graph strays from the weights that it was made from."""


class OutOfSpace(TrainingError):
    """A file of the run could not be written; the model that stood there still serves."""

    def __init__(self, path: Path, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        super().__init__(
            f"{path} cannot be written: {reason}. The model that was there is untouched. Make "
            "room, or see to the rights, and start the same command again."
        )


class SwapRefused(TrainingError):
    """The new model was not put in place; `worse` says what it broke, one line each."""

    def __init__(self, worse: Sequence[str], advice: str) -> None:
        self.worse = tuple(worse)
        super().__init__("\n".join(["The new model was not put in place.", *self.worse, advice]))
