"""What follows a run from outside: TensorBoard, Weights & Biases."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.training.errors import MissingExtra, OutOfSpace, TrainingError

if TYPE_CHECKING:
    from assistant.training.loop import Progress


class Tracker(Protocol):
    """Takes a run's figures as they come."""

    def progress(self, progress: Progress) -> None:
        """An epoch has ended."""
        ...

    def result(self, figures: Mapping[str, float]) -> None:
        """The run has ended; figures of the finished files by name."""
        ...

    def close(self) -> None:
        """Flush and let go."""
        ...


def scalars(progress: Progress) -> dict[str, float]:
    """The figures of one epoch by name: `encoder/loss`, `encoder/validation_accuracy`, …"""
    values = {
        "loss": progress.loss,
        "validation_loss": progress.validation_loss,
        "validation_accuracy": progress.validation_accuracy,
    }
    return {f"{progress.stage}/{n}": v for n, v in values.items() if v is not None}


class TensorBoard:
    """Writes scalars into a folder that `tensorboard --logdir` reads.

    Raises:
        MissingExtra: tensorboard is not installed.
        OutOfSpace: the folder cannot be written.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # its libraries' own, on import
                from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise MissingExtra("tensorboard") from error
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = SummaryWriter(str(folder))
        except OSError as error:
            raise OutOfSpace(folder, error) from error
        lines = "\n".join(f"    {name}: {value}" for name, value in settings.items())
        self._writer.add_text("settings", lines)

    def progress(self, progress: Progress) -> None:
        """One point of each curve."""
        for name, value in scalars(progress).items():
            self._writer.add_scalar(name, value, progress.epoch)

    def result(self, figures: Mapping[str, float]) -> None:
        """Figures of the finished files."""
        for name, value in figures.items():
            self._writer.add_scalar(f"result/{name}", value)

    def close(self) -> None:
        """Write what is still held."""
        self._writer.close()


class WeightsAndBiases:
    """Logs to a Weights & Biases project; needs the package wandb, which no extra installs.

    Raises:
        TrainingError: wandb is not installed, or refuses to start.
    """

    def __init__(self, project: str, settings: Mapping[str, Any]) -> None:
        try:
            wandb = importlib.import_module("wandb")
        except ImportError as error:
            raise TrainingError(
                "--wandb needs the package wandb, which is not installed: pip install wandb. "
                "--tensorboard DIR keeps the same curves on this machine."
            ) from error
        try:
            self._run: Any = wandb.init(project=project, config=dict(settings))
        except Exception as error:  # wandb's errors share no public base class
            raise TrainingError(f"wandb cannot start: {error}") from error

    def progress(self, progress: Progress) -> None:
        """One point of each curve."""
        self._run.log({**scalars(progress), f"{progress.stage}/epoch": progress.epoch})

    def result(self, figures: Mapping[str, float]) -> None:
        """Figures of the finished files."""
        self._run.summary.update(dict(figures))

    def close(self) -> None:
        """Send what is still held."""
        self._run.finish()
