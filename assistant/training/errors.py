"""What can go wrong in training, each error fit to be shown to the person who started it.

TrainingError
├── MissingExtra        the extra `train` is not installed
├── DataError           rows that cannot be trained on, each with file and line
├── BaseModelError      a base model that cannot be found or does not fit
└── ExportError         an exported graph that does not do what its weights do
"""

from __future__ import annotations

from collections.abc import Sequence


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
