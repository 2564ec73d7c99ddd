"""The life of a training run: killed, out of disk, tracked, kept out; needs torch."""

from __future__ import annotations

import contextlib
import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import (
    HashedVectors,
    small_arguments,
    train,
    weights,
)

pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
pytest.importorskip("transformers", reason="the extra `train` is not installed: no transformers")

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, on export


@pytest.mark.parametrize(
    ("method", "stage"),
    [("lora", "encoder"), ("lora", "multilingual"), ("adalora", "encoder"), ("full", "encoder")],
)
def test_a_killed_run_goes_on_to_the_same_weights(
    killed: dict[str, Any], method: str, stage: str
) -> None:
    case = killed[f"{method}/{stage}"]
    assert case["signal"] == 9
    assert not case["served_while_dead"]
    # What came before the kill was not done again.
    assert case["taken_up"] == (["encoder"] if stage == "encoder" else ["encoder", "multilingual"])
    assert case["resumed"] == case["whole"]
    assert case["left_behind"] == []


@pytest.fixture(scope="session")
def killed(
    base: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Runs that were killed inside an epoch and started again, in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.killed", str(base), str(models_folder),
         str(tmp_path_factory.mktemp("killed"))],
        capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_checkpoint_of_other_settings_or_data_is_left_alone(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    class Enough(Exception):
        pass

    heard: list[Any] = []

    def stop(progress: Any) -> None:
        heard.append(progress)
        if progress.stage == "multilingual":
            raise Enough

    out = tmp_path / "intents"
    with pytest.raises(Enough):
        train(small_arguments(base), models_folder, out, corpus, report=stop)
    for changes, extra in (({"seed": 8}, ""), ({}, "one more\n")):
        with (corpus / "en" / "greet.txt").open("a", encoding="utf-8") as file:
            file.write(extra)
        heard.clear()
        with pytest.raises(Enough):
            train(
                small_arguments(base, **changes), models_folder, out, corpus, report=stop
            )  # fmt: skip
        assert not any(p.resumed for p in heard)
    heard.clear()
    train(small_arguments(base), models_folder, out, corpus, report=heard.append, fresh=True)
    assert not any(p.resumed for p in heard)


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a disk without room: the kernel says so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("when", ["from the start", "before the weights"])
def test_a_full_disk_leaves_the_old_model_serving(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path, when: str
) -> None:
    from assistant.training.errors import OutOfSpace
    from assistant.understanding.classifier import IntentClassifier

    out = tmp_path / "intents"
    train(small_arguments(base), models_folder, out, corpus)
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    changed = small_arguments(base, seed=9)
    with contextlib.ExitStack() as stack:

        def fill(progress: Any) -> None:
            if progress.stage == "multilingual" and progress.epoch == progress.epochs:
                stack.enter_context(full_disk(4096))

        if when == "from the start":
            stack.enter_context(full_disk(4096))
        with pytest.raises(OutOfSpace, match="The model that was there is untouched"):
            train(
                changed, models_folder, out, corpus,
                **({} if when == "from the start" else {"report": fill}),
            )  # fmt: skip
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before
    IntentClassifier.load(models_folder, multilingual=HashedVectors(), intents=out)
    assert not list(tmp_path.glob(".intents-work-*"))
    # With room again the same command ends well, from where it stopped.
    heard: list[Any] = []
    train(changed, models_folder, out, corpus, report=heard.append)
    assert any(p.resumed for p in heard) == (when == "before the weights")
    assert weights(out) != hashlib.sha256(before["adapter.safetensors"]).hexdigest()


def test_tensorboard_gets_every_epoch_and_the_result(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from assistant.training.trackers import TensorBoard

    board = TensorBoard(tmp_path / "runs", {"seed": 7})
    heard: list[Any] = []
    report = train(
        small_arguments(base), models_folder, tmp_path / "out", corpus, report=heard.append,
        trackers=[board],
    )  # fmt: skip
    board.close()
    events = EventAccumulator(str(tmp_path / "runs"))
    events.Reload()
    losses = events.Scalars("encoder/loss")
    assert [e.step for e in losses] == [1, 2]
    assert [e.value for e in losses] == pytest.approx(
        [p.loss for p in heard if p.stage == "encoder"]
    )
    (accuracy,) = events.Scalars("result/validation/accuracy/en")
    assert accuracy.value == pytest.approx(report.accuracy["en"])


def test_weights_and_biases_is_used_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from assistant.training.errors import TrainingError
    from assistant.training.loop import Progress
    from assistant.training.trackers import WeightsAndBiases

    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(TrainingError, match="pip install wandb"):
        WeightsAndBiases("shop", {})

    class Run:
        def __init__(self) -> None:
            self.rows: list[Any] = []
            self.summary: dict[str, float] = {}
            self.finished = False

        def log(self, row: Any) -> None:
            self.rows.append(row)

        def finish(self) -> None:
            self.finished = True

    run = Run()
    started: list[Any] = []

    class Package:
        @staticmethod
        def init(**settings: Any) -> Run:
            started.append(settings)
            return run

    monkeypatch.setitem(sys.modules, "wandb", Package)
    tracker = WeightsAndBiases("shop", {"seed": 7})
    tracker.progress(Progress("encoder", 1, 2, 0.5, 0.4, 0.9, 1.0))
    tracker.result({"validation/accuracy/en": 0.9})
    tracker.close()
    assert started == [{"project": "shop", "config": {"seed": 7}}]
    assert run.rows == [
        {"encoder/loss": 0.5, "encoder/validation_loss": 0.4, "encoder/validation_accuracy": 0.9,
         "encoder/epoch": 1}
    ]  # fmt: skip
    assert run.summary == {"validation/accuracy/en": 0.9}
    assert run.finished


def test_a_model_that_does_worse_is_kept_out_unless_forced(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.errors import SwapRefused
    from assistant.training.store import stored

    out = tmp_path / "intents"
    asked: list[Path] = []

    def judge(old: Path, new: Path) -> list[str]:
        asked.append(old)
        assert (new / "adapter.safetensors").is_file()
        return ["orders.yaml: cancelling:\n  > stop it"]

    train(small_arguments(base), models_folder, out, corpus, judge=judge)
    assert asked == []  # nothing stood there that could be better
    first = weights(out)
    other = small_arguments(base, seed=8)
    with pytest.raises(SwapRefused, match=r"orders\.yaml: cancelling") as caught:
        train(other, models_folder, out, corpus, judge=judge)
    assert "aisle models use" in str(caught.value)
    assert asked == [out]
    assert weights(out) == first
    assert [m.name for m in stored(out)] == ["serving", "refused"]
    report = train(other, models_folder, out, corpus, judge=judge, force=True)
    assert report.worse == ("orders.yaml: cancelling:\n  > stop it",)
    assert weights(out) != first
    assert weights(out / "previous") == first
    card = (out / "card.md").read_text(encoding="utf-8")
    assert "## Put in place by force" in card
    assert "- orders.yaml: cancelling\n" in card
    assert stored(out)[0].damage == ()


def test_one_training_at_a_time(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.errors import TrainingError
    from assistant.training.store import working

    out = tmp_path / "intents"
    with (
        working(out),
        pytest.raises(TrainingError, match="Another process is training"),
    ):
        train(small_arguments(base), models_folder, out, corpus)


def test_a_model_of_another_version_is_replaced_without_a_comparison(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "intents"
    out.mkdir()
    (out / "labels.json").write_text('{"format": 1, "labels": []}', encoding="utf-8")

    def judge(old: Path, new: Path) -> list[str]:
        raise AssertionError(f"{old} cannot be read, {new} has nothing to be compared with")

    train(small_arguments(base, epochs=1), models_folder, out, corpus, judge=judge)
    assert (out / "adapter.safetensors").is_file()
    assert (out / "previous" / "labels.json").is_file()
