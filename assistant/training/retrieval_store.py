"""Going back from a retrieval adapter to what served before it."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.training.cards import check_manifest
from assistant.training.errors import TrainingError
from assistant.training.store import PREVIOUS, install, link_files, place, working
from knowledge.encoders.retrieval import ADAPTER


def undo(out: Path) -> str:
    """Put what served before into place again; a second call undoes the first.

    Args:
        out: the shop's folder `retrieval`.

    Returns:
        What serves now, in words.

    Raises:
        TrainingError: there is nothing to go back to, or it is damaged.
    """
    off = place(out, "off")
    with working(out) as work:
        if not (out / ADAPTER).is_file():
            if not (off / ADAPTER).is_file():
                raise TrainingError(f"{out}: no adapter was trained; there is nothing to undo.")
            _sound(off)
            os.replace(off, out)
            return "the shop's own adapter"
        if (out / PREVIOUS / ADAPTER).is_file():
            _sound(out / PREVIOUS)
            new = work / "new"
            link_files(out / PREVIOUS, new)
            install(new, out)
            return "the adapter before"
        os.replace(out, off)
        return "the shipped encoder"


def _sound(folder: Path) -> None:
    if wrong := check_manifest(folder):
        raise TrainingError(f"{folder} is damaged ({'; '.join(wrong)}); nothing was changed.")
