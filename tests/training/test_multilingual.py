"""The multilingual half of training: the same numbers as the runtime, and a run that resumes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.understanding.classifier import MultilingualHead
from knowledge.encoders import Multilingual
from knowledge.errors import ModelDamaged
from tests.training.tiny import CHINESE, ROWS, HashedVectors

TEXTS = ["hello there, where is my order?", "取消我的订单", "a", "Wo ist mein Paket, bitte?"]


@pytest.fixture(scope="module")
def multilingual() -> Multilingual:
    return Multilingual()


def test_another_shape_or_matrix_is_refused(multilingual: Multilingual) -> None:
    square = np.zeros((3, 3), np.float32)
    with pytest.raises(ModelDamaged, match="no matrix 'w9'"):
        multilingual.adapted({"w9": square}).encode(["hello"])
    with pytest.raises(ModelDamaged, match=r"\(3, 3\).*Train it anew"):
        multilingual.adapted({"d0": square}).encode(["hello"])
    with pytest.raises(ValueError, match="shipped encoder"):
        MultilingualHead(
            HashedVectors(), {"lora.d0.a": square, "lora.d0.b": square, "ngrams": square}
        )


def test_training_and_runtime_compute_the_same_vectors(multilingual: Multilingual) -> None:
    torch = pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
    from assistant.training.multilingual import LoraUse

    plain = multilingual.encode(TEXTS)
    model = multilingual.model()
    rows = [
        np.asarray(model._tokenizer.encode(t, out_type=int, add_bos=True, add_eos=True))
        for t in TEXTS
    ]
    net = LoraUse(model._model, rank=3)
    with torch.no_grad():
        np.testing.assert_allclose(net(rows).numpy(), plain, atol=1e-5)
        for matrix in net.b.values():
            torch.nn.init.normal_(matrix, std=0.02)
        changed = net(rows).numpy()
    assert np.abs(changed - plain).max() > 1e-3
    changes = {name: a @ b for name, (a, b) in net.changes().items()}
    np.testing.assert_allclose(multilingual.adapted(changes).encode(TEXTS), changed, atol=1e-5)
    # The encoder that was adapted is as it was.
    np.testing.assert_array_equal(multilingual.encode(TEXTS), plain)


def test_the_encoder_learns_and_a_stopped_run_ends_with_the_same_weights(
    multilingual: Multilingual, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
    from assistant.training.arguments import IntentTrainingArguments
    from assistant.training.heads import Rows, settle
    from assistant.training.loop import Checkpoints
    from assistant.training.multilingual import train_multilingual

    texts = [
        (text, number)
        for rows in (ROWS, CHINESE)
        for number, label in enumerate(rows)
        for text in rows[label]
    ]
    rows = Rows([t for t, _ in texts], np.array([n for _, n in texts]))
    arguments = IntentTrainingArguments(
        multilingual_epochs=4, multilingual_rank=2, batch=4, hidden=8, buckets=256, threads=1
    )

    class Stopped(Exception):
        pass

    def run(report: Any, folder: str) -> dict[str, Any]:
        settle(1, 1)
        checkpoints = Checkpoints(tmp_path / folder, "a run")
        return train_multilingual(multilingual, rows, rows, 3, arguments, report, checkpoints)

    def stop(progress: Any) -> None:
        if progress.epoch == 2 and progress.share == 1.0:
            raise Stopped

    heard: list[Any] = []
    whole = run(heard.append, "whole")
    assert heard[-1].validation_accuracy > 0.8
    assert any(np.abs(v).max() > 0 for n, v in whole.items() if n.endswith(".b"))
    with pytest.raises(Stopped):
        run(stop, "stopped")
    again = run(lambda _: None, "stopped")
    assert set(again) == set(whole)
    for name, value in whole.items():
        np.testing.assert_array_equal(again[name], value)
