"""The shipped intent classifier and language detection, through their public interfaces."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.conversation import Language
from assistant.understanding.classifier import (
    ClassifierError,
    IntentClassifier,
    ngrams,
    normalise,
)
from assistant.understanding.evidence import Calibration, Neighbours, principal, quantise
from assistant.understanding.intents import INTENTS
from assistant.understanding.language import detect_language
from assistant.understanding.understand import settled

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def classifier() -> IntentClassifier:
    return IntentClassifier.load(MODELS)


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("where is my order", "en", "en"),
        ("我的订单在哪里", "en", "zh"),
        ("Nike 运动鞋", "en", "zh"),
        ("我想买 iPhone 15 Pro Max 手机壳", "en", "zh"),
        ("show me the 小米 phone", "zh", "en"),
        ("12345", "zh", "zh"),
        ("12345", "en", "en"),
        ("#W2611340", "zh", "zh"),
        ("yusuf@example.com", "zh", "zh"),
        ("Nike", "zh", "zh"),
        ("XL", "zh", "zh"),
        ("laptops under 800", "zh", "en"),
        ("", "zh", "zh"),
        ("👍", "zh", "zh"),
    ],
)
def test_language_of_a_message(text: str, default: str, expected: str) -> None:
    assert detect_language(text, default) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("where is my order W2611340", "en", "track_order"),
        ("I'd like to cancel my order", "en", "cancel_order"),
        ("noise cancelling headphones under 200", "en", "search_products"),
        ("put it in my cart", "en", "add_to_cart"),
        ("what's your return policy?", "en", "ask_return_policy"),
        ("forget everything you know about me", "en", "forget_me"),
        ("what is the capital of France", "en", "out_of_scope"),
        ("thank you so much", "en", "thank"),
        ("我要取消订单", "zh", "cancel_order"),
        ("我的快递到哪了", "zh", "track_order"),
        ("有没有500以内的跑鞋", "zh", "search_products"),
        ("谢谢你", "zh", "thank"),
        ("转人工", "zh", "contact_human"),
    ],
)
def test_plain_asks_are_read(
    classifier: IntentClassifier, text: str, language: str, intent: str
) -> None:
    (prediction,) = classifier.predict([text], [language])
    assert prediction.intent == intent


@pytest.mark.parametrize(
    ("text", "language", "never"),
    [
        ("don't cancel it, just tell me where it is", "en", "cancel_order"),
        ("please do not cancel my order", "en", "cancel_order"),
        ("I don't want to return it, I want to know about the warranty", "en", "return_item"),
        ("don't delete my account, just change my email", "en", "delete_account"),
        ("noise cancelling headphones", "en", "cancel_order"),
        ("别取消，告诉我到哪了就行", "zh", "cancel_order"),
        ("不要退货，我想问保修多久", "zh", "return_item"),
        ("不要取消我的订单", "zh", "cancel_order"),
    ],
)
def test_a_negated_command_is_not_that_command(
    classifier: IntentClassifier, text: str, language: Language, never: str
) -> None:
    # As a turn is understood: the model's reading, then the veto on denied acts.
    (prediction,) = classifier.predict([text], [language])
    assert settled(prediction, text, language).intent != never


def test_labels_are_those_of_the_design(classifier: IntentClassifier) -> None:
    assert classifier.labels == INTENTS


def test_confidence_is_a_distribution_and_batches_change_little(
    classifier: IntentClassifier,
) -> None:
    texts = ["compare the first two", "便宜一点的", "newsletter please", "1", "", "ß€ привет"]
    languages = ["en", "zh", "en", "en", "en", "en"]
    together = classifier.probabilities(texts, languages)
    np.testing.assert_allclose(together.sum(1), 1.0, atol=1e-4)
    assert np.isfinite(together).all()
    for row, text, language in zip(together, texts, languages, strict=True):
        alone = classifier.probabilities([text], [language])[0]
        # int8 activations are scaled by batch, so a row moves a little with its neighbours.
        assert np.abs(alone - row).max() < 0.15
    prediction = classifier.predict(texts[:1], languages[:1])[0]
    shares = [prediction.confidence, *(share for _, share in prediction.alternatives)]
    assert shares == sorted(shares, reverse=True)
    assert classifier.predict([], []) == []


@pytest.mark.parametrize(("said", "language"), [("where is my parcel ", "en"), ("退款", "zh")])
def test_of_a_pasted_page_only_the_beginning_is_read(
    classifier: IntentClassifier, said: str, language: str
) -> None:
    beginning = said * (1000 // len(said) + 1)
    page = beginning + "refund weather 天气 " * 20_000
    assert np.array_equal(
        classifier.probabilities([page], [language]),
        classifier.probabilities([beginning], [language]),
    )


def test_no_torch_is_needed_to_classify() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.understanding.classifier import IntentClassifier\n"
        f"IntentClassifier.load(Path({str(MODELS)!r})).predict(['hi'], ['en'])\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers"}


def test_damaged_or_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match=r"labels\.json"):
        IntentClassifier.load(MODELS, intents=tmp_path)
    for name in ("labels.json", "adapter.safetensors"):
        (tmp_path / name).write_bytes((MODELS / "intents" / name).read_bytes())
    settings = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    (tmp_path / "labels.json").write_text(json.dumps({**settings, "format": 0}), encoding="utf-8")
    with pytest.raises(ClassifierError, match="another version"):
        IntentClassifier.load(MODELS, intents=tmp_path)
    (tmp_path / "labels.json").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "adapter.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(ClassifierError, match="damaged"):
        IntentClassifier.load(MODELS, intents=tmp_path)
    with pytest.raises(ClassifierError, match="missing"):
        IntentClassifier.load(tmp_path, intents=MODELS / "intents")


def test_the_gate_moves_probability_to_refusal() -> None:
    calibration = Calibration(
        encoder_share=0.5, neighbour_weight=0.0, temperature=1.0,
        refuse_odds=0.0, refuse_strange=1.0, refuse_bias=-10.0,
    )  # fmt: skip
    even = np.array([[0.6, 0.2, 0.2]] * 3, np.float32)
    gated = calibration.gate(even, np.array([-50.0, 10.0, 90.0], np.float32), out_of_scope=2)
    np.testing.assert_allclose(gated[:, 2], [0.0, 0.5, 1.0], atol=1e-4)
    # What is not refused keeps its proportions.
    np.testing.assert_allclose(gated[:2, 0], 3 * gated[:2, 1], rtol=1e-4)
    np.testing.assert_allclose(gated.sum(1), 1.0, atol=1e-5)


def test_neighbours_say_which_label_is_near_and_what_is_strange() -> None:
    rows = np.eye(6, dtype=np.float32)[[0, 0, 0, 1, 2, 2, 2]] * 9.0
    neighbours = Neighbours(quantise(rows), [0, 0, 0, 1, 3, 3, 3], classes=4, out_of_scope=3)
    asked = np.eye(6, dtype=np.float32)[[0, 1, 2, 5]]
    nearest, strange = neighbours.look(asked)
    assert nearest[:, [0, 1, 3]].argmax(1).tolist()[:3] == [0, 1, 2]
    assert (nearest[:, 2] == -1.0).all()  # a label without rows
    assert strange[0] == pytest.approx(-1.0, abs=1e-2)
    assert strange[2] == pytest.approx(1.0, abs=1e-2)
    assert strange[3] == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ValueError, match="labels"):
        Neighbours(quantise(rows), [0], classes=1, out_of_scope=0)


def test_neighbours_are_as_near_by_their_principal_directions() -> None:
    rng = np.random.default_rng(3)
    rows = np.asarray(rng.normal(size=(80, 4)) @ rng.normal(size=(4, 40)), np.float32)
    basis = principal(rows, 4)
    assert basis.shape == (40, 4)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-5)
    labels = [number % 5 for number in range(80)]
    wide = Neighbours(quantise(rows), labels, 5, 4)
    narrow = Neighbours(quantise(np.asarray(rows @ basis, np.float32)), labels, 5, 4, basis)
    for one, other in zip(wide.look(rows), narrow.look(rows), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02)


def test_confidence_is_set_for_the_first_and_shared_by_the_rest() -> None:
    plain = Calibration(
        encoder_share=0.5, neighbour_weight=0.0, temperature=1.0,
        refuse_odds=0.0, refuse_strange=0.0, refuse_bias=0.0,
    )  # fmt: skip
    said = np.array([[0.7, 0.2, 0.1], [0.35, 0.33, 0.32], [1.0, 0.0, 0.0]], np.float32)
    np.testing.assert_allclose(plain.sure(said), said, atol=2e-4)
    surer = replace(plain, sure_bias=1.0).sure(said)
    odds = surer[0, 0] / (1 - surer[0, 0]) / (0.7 / 0.3)
    assert odds == pytest.approx(np.e, rel=1e-3)
    assert surer[0, 1] == pytest.approx(2 * surer[0, 2], rel=1e-3)
    for bias in (-9.0, -1.0, 1.0, 9.0):
        moved = replace(plain, sure_bias=bias).sure(said)
        assert (moved.argmax(1) == said.argmax(1)).all(), "the first stays the first"
        np.testing.assert_allclose(moved.sum(1), 1.0, atol=1e-5)
        assert ((moved >= 0) & (moved <= 1)).all()


def test_a_text_is_read_alike_whatever_it_is_asked_beside(classifier: IntentClassifier) -> None:
    texts = ["where is my parcel", "a long one about a waterproof jacket for the hills, in green"]
    both = classifier.predict(texts, ["en", "en"])
    fresh = IntentClassifier.load(MODELS)
    assert [fresh.predict([text], ["en"])[0] for text in texts] == both
    assert classifier.predict(texts[::-1] * 2, ["en"] * 4) == [*both[::-1], *both[::-1]]


def test_traditional_characters_are_read_as_simplified(classifier: IntentClassifier) -> None:
    texts = ["包裹還沒到，到哪裡了", "包裹还没到，到哪里了"]
    traditional, simple = classifier.predict(texts, ["zh", "zh"])
    assert traditional.intent == simple.intent == "track_order"
    assert traditional.confidence == simple.confidence


def test_ngrams_do_not_depend_on_which_order_is_meant() -> None:
    assert ngrams("cancel W2611340", 4096).tolist() == ngrams("cancel  w9988776", 4096).tolist()
    assert ngrams("", 4096).size == 1
    assert normalise("ＡＢＣ　１２３ ") == "ABC 123"
