"""The epochs of one training stage: early stopping, progress with time left, checkpoints."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from assistant.training.errors import MissingExtra, OutOfSpace, TrainingError

try:
    import torch
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import save_file
    from torch import nn
except ImportError as error:
    raise MissingExtra("torch") from error


T = TypeVar("T")

QUIET = 2.0
"""Seconds between two reports from inside an epoch."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: printed by the command line, logged by trackers."""

    stage: str
    epoch: int
    epochs: int
    loss: float | None
    """Mean over the epoch's training rows; None inside the first epoch."""
    validation_loss: float | None
    validation_accuracy: float | None
    seconds_left: float
    """Estimate to the end of this stage if it uses all its epochs."""
    resumed: bool = False
    """True once, for the epoch that a checkpoint carried over."""
    share: float = 1.0
    """How much of the epoch is done; below one, `epoch` is under way and the figures are those
    of the epoch before."""


Report = Callable[[Progress], None]


class Stateful(Protocol):
    """Something beside weights and optimiser that a resumed run needs back."""

    def state(self) -> tuple[dict[str, Any], Any]:
        """Tensors by name, and a value that JSON can hold."""
        ...

    def restore(self, tensors: dict[str, Any], plain: Any) -> None:
        """Take back what `state` gave."""
        ...


class Checkpoints:
    """A folder with one checkpoint a stage, good only for the run that wrote it.

    `identity` says what the run is made of: settings, labels, rows, base. A checkpoint of
    another run is left out of account and written over.
    """

    def __init__(self, folder: Path, identity: Any) -> None:
        self._folder = folder
        told = json.dumps(identity, sort_keys=True, default=str, ensure_ascii=False)
        self._fingerprint = hashlib.sha256(told.encode()).hexdigest()

    def save(self, stage: str, tensors: dict[str, Any], plain: dict[str, Any]) -> None:
        """Write a stage's checkpoint in one step: a kill leaves the one before or this one.

        Raises:
            OutOfSpace: it cannot be written.
        """
        path = self._path(stage)
        part = path.with_suffix(".part")
        metadata = {"fingerprint": self._fingerprint, "plain": json.dumps(plain)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            save_file({n: t.contiguous() for n, t in tensors.items()}, part, metadata)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            os.replace(part, path)
        except (OSError, SafetensorError) as error:
            part.unlink(missing_ok=True)
            raise OutOfSpace(path, error) from error

    def load(self, stage: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """A stage's tensors and plain values, or None where this run left none."""
        try:
            with safe_open(self._path(stage), framework="pt") as file:
                metadata = file.metadata() or {}
                if metadata.get("fingerprint") != self._fingerprint:
                    return None
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                return tensors, json.loads(metadata["plain"])
        except (OSError, SafetensorError, ValueError, KeyError):
            return None

    def clear(self) -> None:
        """Forget every stage: the run is over."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, stage: str) -> Path:
        return self._folder / f"{stage}.safetensors"


class Loop:
    """Iterates over the epochs that are still to do; `finish` ends each of them.

    Keeps the best weights by validation accuracy, then loss; `best` puts them back. Accuracy
    comes first because the temperature, fitted later, mends confidence but not order.
    """

    def __init__(
        self,
        stage: str,
        module: nn.Module,
        optimiser: Any,
        schedule: Any,
        epochs: int,
        report: Report,
        *,
        patience: int | None = None,
        rng: random.Random | np.random.Generator | None = None,
        checkpoints: Checkpoints | None = None,
        extra: Stateful | None = None,
        judged_from: int = 1,
    ) -> None:
        """`patience` None never stops early, and then `best` leaves the last weights. Epochs
        before `judged_from` are neither best nor held against the run."""
        self._stage, self._module = stage, module
        self._optimiser, self._schedule = optimiser, schedule
        self._epochs, self._report, self._patience = epochs, report, patience
        self._rng, self._checkpoints, self._extra = rng, checkpoints, extra
        self._done, self._since, self._from = 0, 0, judged_from
        self._score: tuple[float, float] = (-1.0, 0.0)
        self._kept: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._before, self._started = 0.0, time.monotonic()

    def __iter__(self) -> Iterator[int]:
        """The numbers, from 1, of the epochs to do. Picks up a checkpoint where there is one."""
        self._resume()
        self._started = time.monotonic()
        while self._done < self._epochs and not self._over:
            yield self._done + 1

    @property
    def _over(self) -> bool:
        return self._patience is not None and self._since >= self._patience

    def track(self, batches: Iterable[T], count: int) -> Iterator[T]:
        """The same batches; tells now and then how far they are, for epochs that take long."""
        told = time.monotonic()
        for number, batch in enumerate(batches):
            if time.monotonic() - told >= QUIET and number:
                told = time.monotonic()
                done = self._done + number / count
                spent = self._before + told - self._started
                known: dict[str, Any] = dict.fromkeys(
                    ("loss", "validation_loss", "validation_accuracy")
                )
                known |= self._last | {"seconds_left": spent / done * (self._epochs - done)}
                self._report(
                    Progress(
                        self._stage, self._done + 1, self._epochs, **known, share=number / count
                    )
                )
            yield batch

    def finish(self, loss: float, validation_loss: float, validation_accuracy: float) -> None:
        """End an epoch: remember the best weights, write a checkpoint, tell where the run is.

        Raises:
            TrainingError: the loss is no longer a number.
            OutOfSpace: the checkpoint cannot be written.
        """
        if not math.isfinite(loss) or not math.isfinite(validation_loss):
            raise TrainingError(
                f"The loss of stage {self._stage} is no longer a number in epoch "
                f"{self._done + 1}; lower the learning rate."
            )
        self._done += 1
        if self._done < self._from:
            pass
        elif (validation_accuracy, -validation_loss) > self._score:
            self._score, self._since = (validation_accuracy, -validation_loss), 0
            if self._patience is not None:
                self._kept = {name: value.detach().clone() for name, value in self._trained()}
        else:
            self._since += 1
        spent = self._before + time.monotonic() - self._started
        self._last = {
            "loss": loss,
            "validation_loss": validation_loss,
            "validation_accuracy": validation_accuracy,
            "seconds_left": spent / self._done * (self._epochs - self._done),
        }
        self._save(spent)
        self._report(Progress(self._stage, self._done, self._epochs, **self._last))

    def best(self) -> None:
        """Put the best epoch's weights back."""
        with torch.no_grad():
            for name, value in self._trained():
                if name in self._kept:
                    value.copy_(self._kept[name])

    def _trained(self) -> Iterator[tuple[str, Any]]:
        return ((n, p) for n, p in self._module.named_parameters() if p.requires_grad)

    def _save(self, spent: float) -> None:
        if self._checkpoints is None:
            return
        tensors = {f"now.{name}": value.detach() for name, value in self._trained()}
        tensors |= {f"best.{name}": value for name, value in self._kept.items()}
        tensors["rng.torch"] = torch.get_rng_state()
        state = self._optimiser.state_dict()
        for number, values in state["state"].items():
            for name, value in values.items():
                tensors[f"optimiser.{number}.{name}"] = torch.as_tensor(value)
        extra = self._extra.state() if self._extra is not None else ({}, None)
        tensors |= {f"extra.{name}": value for name, value in extra[0].items()}
        plain = {
            "done": self._done,
            "since": self._since,
            "score": self._score,
            "spent": spent,
            "last": self._last,
            "groups": state["param_groups"],
            "schedule": [
                self._schedule.last_epoch,
                self._schedule._step_count,
                self._schedule.get_last_lr(),
            ],
            "rng": _rng_state(self._rng),
            "extra": extra[1],
        }
        # Cloned: an optimiser's tensors may share storage, which the format refuses.
        self._checkpoints.save(self._stage, {n: t.clone() for n, t in tensors.items()}, plain)

    def _resume(self) -> None:
        found = self._checkpoints.load(self._stage) if self._checkpoints is not None else None
        if found is None:
            return
        tensors, plain = found
        with torch.no_grad():
            for name, value in self._trained():
                value.copy_(tensors[f"now.{name}"])
        self._kept = _under(tensors, "best.")
        state: dict[int, dict[str, Any]] = {}
        for name, value in _under(tensors, "optimiser.").items():
            number, _, key = name.partition(".")
            state.setdefault(int(number), {})[key] = value
        groups = [
            {k: tuple(v) if k == "betas" else v for k, v in group.items()}
            for group in plain["groups"]
        ]
        self._optimiser.load_state_dict({"state": state, "param_groups": groups})
        # Rates are a function of the step alone; the rest of a schedule was built anew.
        self._schedule.last_epoch, self._schedule._step_count, rates = plain["schedule"]
        self._schedule._last_lr = rates
        _set_rng(self._rng, plain["rng"])
        torch.set_rng_state(tensors["rng.torch"])
        if self._extra is not None:
            self._extra.restore(_under(tensors, "extra."), plain["extra"])
        self._done, self._since = plain["done"], plain["since"]
        self._score = (plain["score"][0], plain["score"][1])
        self._before, self._last = plain["spent"], plain["last"]
        self._report(Progress(self._stage, self._done, self._epochs, **self._last, resumed=True))


def one_cycle(optimiser: Any, peaks: Sequence[float], steps: int, warm_up: float) -> Any:
    """Rates that rise over the share `warm_up` of the steps and fall along a cosine."""
    return torch.optim.lr_scheduler.OneCycleLR(
        optimiser, list(peaks), total_steps=steps, pct_start=warm_up
    )


def linear(optimiser: Any, steps: int, warm_up: float) -> Any:
    """Rates that rise over the share `warm_up` of the steps and fall to zero in a line."""
    rise = max(1, round(steps * warm_up)) if warm_up > 0 else 0

    def share(step: int) -> float:
        if step < rise:
            return (step + 1) / (rise + 1)
        return max(0.0, (steps - step) / max(1, steps - rise))

    return torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def _under(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _rng_state(rng: random.Random | np.random.Generator | None) -> Any:
    if isinstance(rng, random.Random):
        return rng.getstate()
    return rng.bit_generator.state if rng is not None else None


def _set_rng(rng: random.Random | np.random.Generator | None, state: Any) -> None:
    if isinstance(rng, random.Random):
        rng.setstate((state[0], tuple(state[1]), state[2]))
    elif rng is not None:
        rng.bit_generator.state = state
