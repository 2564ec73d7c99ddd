"""`aisle train refresh`: new rows count, the weights and what they never saw stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from assistant.training import refresh
from assistant.training.errors import DataError, SwapRefused, TrainingError
from assistant.training.refresh import refresh_intents
from assistant.training.settle import SEEN, read_seen, row_key
from tests.training.tiny import HashedVectors, small_arguments, train, weights

pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, on export


@pytest.fixture
def model(base: Path, models_folder: Path, corpus: Path, tmp_path: Path) -> Path:
    """A trained model with four rows held back."""
    out = tmp_path / "intents"
    train(small_arguments(base), models_folder, out, corpus)
    return out


def again(models: Path, out: Path, *data: Path, **more: Any) -> Any:
    return refresh_intents(models, out, data, HashedVectors(), **more)


def test_a_new_row_counts_and_the_weights_stay(
    model: Path, models_folder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "LEAST", 3)
    before, (trained, held) = load_file(model / "adapter.safetensors"), read_seen(model)
    more = tmp_path / "more.csv"
    more.write_text("text,label\nbring me back to the start,greet\n", encoding="utf-8")
    report = again(models_folder, model, corpus, more)
    after = load_file(model / "adapter.safetensors")
    assert len(after["neighbours.labels"]) == trained + 1 == report.rows["train"]
    assert report.rows["validation"] == len(held)
    for name, value in before.items():
        if not name.startswith("neighbours."):
            assert np.array_equal(value, after[name]), name
    assert read_seen(model) == (trained, held), "what was never learned goes on being unseen"
    assert (model / "previous" / "adapter.safetensors").is_file()
    card = (model / "card.md").read_text(encoding="utf-8")
    assert f"learned from {trained} rows" in card

    first = weights(model)
    again(models_folder, model, corpus, more)
    assert weights(model) == first, "it gives the same every time"


def test_held_rows_are_no_neighbours_however_they_are_written(
    model: Path, models_folder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "LEAST", 1)
    _, held = read_seen(model)
    text = next(
        line
        for file in corpus.rglob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if row_key(line) in held and line.isascii()
    )
    label = next(f.stem for f in corpus.rglob("*.txt") if text in f.read_text("utf-8").splitlines())
    shouted = tmp_path / "shouted.csv"
    shouted.write_text(f"text,label\n{text.upper()},{label}\nquite new,greet\n", encoding="utf-8")
    again(models_folder, model, shouted, corpus)
    trained, _ = read_seen(model)
    assert len(load_file(model / "adapter.safetensors")["neighbours.labels"]) == trained + 1


def test_what_cannot_be_refreshed_is_refused_and_the_model_serves_on(
    model: Path, models_folder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = weights(model)
    with pytest.raises(TrainingError, match="50 are needed"):
        again(models_folder, model, corpus)
    monkeypatch.setattr(refresh, "LEAST", 3)
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("text,label\nwhere is it,track_order\n", encoding="utf-8")
    with pytest.raises(DataError, match="track_order"):
        again(models_folder, model, corpus, unknown)
    with pytest.raises(SwapRefused, match="serves on"):
        again(models_folder, model, corpus, judge=lambda *_: ["orders: it broke"])
    (model / SEEN).unlink()
    with pytest.raises(TrainingError, match="Train it anew"):
        again(models_folder, model, corpus)
    assert weights(model) == before
