"""Telling how far a long job is: the callback type, and a bar with an estimate for terminals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never, Protocol, TextIO


class Progress(Protocol):
    """Called as work goes on: the stage's name, pieces done, pieces in all."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """`done` starts at 0 and ends at `total`."""


def silent(_stage: str, _done: int, _total: int, /) -> None:
    """Says nothing."""


@contextmanager
def bar(stream: TextIO | None = None) -> Iterator[Progress]:
    """A bar a stage with the time left, on standard error unless told otherwise."""
    from tqdm import tqdm

    shown: dict[str, tqdm[Never]] = {}

    def progress(stage: str, done: int, total: int, /) -> None:
        if stage not in shown:
            shown[stage] = tqdm(total=total, desc=stage, file=stream or sys.stderr, unit=" items")
        shown[stage].update(done - shown[stage].n)
        if done >= total:
            shown[stage].close()

    try:
        yield progress
    finally:
        for each in shown.values():
            each.close()
