"""Run by a test: trainings that kill themselves inside an epoch, then start again."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from assistant.training.intents import train_intents
from tests.training.tiny import HashedVectors, small_arguments, write_corpus

# Two batches an epoch in the encoder stage at least: the kill falls between them.
SETTINGS = {"batch": 8, "epochs": 3, "patience": 3, "multilingual_epochs": 4}

STAGES = {"lora": ("encoder", "multilingual"), "adalora": ("encoder",), "full": ("encoder",)}
"""The second stage is the same whatever the method of the first."""


def main() -> None:
    """`python -m tests.training.killed BASE MODELS WORK`: one JSON line of what came of it."""
    base, models, work = map(Path, sys.argv[1:4])
    corpus = write_corpus(work / "corpus")
    results: dict[str, Any] = {}
    for method in STAGES:
        arguments = small_arguments(base, method=method, **SETTINGS)
        whole = work / method / "whole"
        steps = _count_steps(partial(_train, arguments, models, whole, corpus))
        for stage in STAGES[method]:
            out = work / method / stage
            at = steps["encoder"] // 2 + 1 if stage == "encoder" else steps["encoder"] + 3
            status = _in_child(partial(_killed, arguments, models, out, corpus, at))
            dead = (out / "labels.json").exists()
            again = _train(arguments, models, out, corpus)
            results[f"{method}/{stage}"] = {
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "served_while_dead": dead,
                "taken_up": [p.stage for p in again if p.resumed],
                "resumed": _weights(out),
                "whole": _weights(whole),
                "left_behind": sorted(
                    p.name for p in out.parent.glob(f".{out.name}-*") if p.is_dir()
                ),
            }
    print(json.dumps(results))


def _train(arguments: Any, models: Path, out: Path, corpus: Path) -> list[Any]:
    heard: list[Any] = []
    train_intents(arguments, models, out, [corpus], heard.append, HashedVectors())
    return heard


def _count_steps(run: Callable[[], Any]) -> dict[str, int]:
    """Optimiser steps of a run by stage."""
    counts = {"encoder": 0, "multilingual": 0}
    plain = torch.optim.AdamW.step

    def step(self: Any, *given: Any, **named: Any) -> Any:
        # The multilingual network's n-grams have a rate of their own and no decay.
        stage = "multilingual" if self.param_groups[-1]["weight_decay"] == 0.0 else "encoder"
        counts[stage] += 1
        return plain(self, *given, **named)

    torch.optim.AdamW.step = step
    try:
        run()
    finally:
        torch.optim.AdamW.step = plain
    return counts


def _killed(arguments: Any, models: Path, out: Path, corpus: Path, at: int) -> None:
    plain = torch.optim.AdamW.step
    done = 0

    def step(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(self, *given, **named)

    torch.optim.AdamW.step = step
    _train(arguments, models, out, corpus)


def _in_child(run: Callable[[], None]) -> int:
    """Wait status of a forked child that does it."""
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def _weights(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.is_file()
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
