"""Evaluation counts what it says it counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.training.calibrate import calibrate, calibration_error, logistic
from assistant.training.data import Example
from assistant.training.evaluate import evaluate, leaks
from assistant.understanding.classifier import IntentClassifier, Prediction


class Fixed(IntentClassifier):
    """A classifier whose answer is written in the utterance itself: "intent share"."""

    def __init__(self) -> None:
        self.labels = ("greet", "deny", "out_of_scope")

    def probabilities(self, texts: Any, languages: Any) -> Any:  # noqa: ARG002 - as in the base
        rows = np.zeros((len(texts), 3), np.float32)
        for row, text in zip(rows, texts, strict=True):
            label, share = text.split()
            row[:] = (1.0 - float(share)) / 2
            row[self.labels.index(label)] = float(share)
        return rows

    def predict(self, texts: list[str], languages: list[str]) -> list[Prediction]:
        return [
            Prediction(self.labels[int(row.argmax())], float(row.max()), ())
            for row in self.probabilities(texts, languages)
        ]


def _row(text: str, label: str) -> Example:
    return Example(text, label, "en", "f", 1)


def test_figures_of_a_known_case() -> None:
    rows = [
        _row("greet 0.9", "greet"),
        _row("greet 0.8", "deny"),
        _row("out_of_scope 0.9", "deny"),
        _row("out_of_scope 0.9", "out_of_scope"),
        _row("deny 0.6", "out_of_scope"),
    ]
    report = evaluate(Fixed(), rows)["en"]
    assert report.rows == 5
    assert report.accuracy == pytest.approx(2 / 5)
    assert report.in_scope_accuracy == pytest.approx(1 / 3)
    assert report.refusal_recall == pytest.approx(1 / 2)
    assert report.false_refusals == pytest.approx(1 / 3)
    assert report.macro_f1 == pytest.approx((2 / 3 + 0 + 1 / 2) / 3)
    assert report.top3 == 1.0
    assert ("deny", "greet", 1) in report.confusions
    assert [m.predicted for m in report.mistakes] == ["greet", "out_of_scope", "deny"]


def test_calibration_error_of_a_known_case() -> None:
    sure = np.array([[0.75, 0.25]] * 4, np.float32)
    assert calibration_error(sure, np.array([0, 0, 0, 1])) == pytest.approx(0.0, abs=1e-6)
    assert calibration_error(sure, np.array([1, 1, 1, 1])) == pytest.approx(0.75)


def test_leaks_are_found_whatever_case_and_spaces() -> None:
    test = [_row("Where  is it", "track_order"), _row("other", "greet")]
    assert leaks([_row("where is IT", "track_order")], test) == test[:1]


def test_refusing_is_fitted_to_catch_much_and_refuse_few_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    inside, outside = 600, 80
    wanted = np.concatenate([rng.integers(0, 3, inside), np.full(outside, 3)])
    # Logits lean the right way in scope; out of scope they do not know.
    logits = rng.normal(size=(inside + outside, 4)).astype(np.float32)
    logits[np.arange(inside), wanted[:inside]] += 4.0
    strange = np.concatenate([rng.normal(-1, 0.4, inside), rng.normal(1, 0.4, outside)])
    strange = strange.astype(np.float32)
    nearest = np.zeros_like(logits)
    fitted = calibrate(None, logits, nearest, strange, wanted, 3, false_refusals=0.02)
    gated = fitted.gate(fitted.fuse(None, logits, nearest), strange, 3)
    refused = gated.argmax(1) == 3
    assert refused[:inside].mean() <= 0.02
    assert refused[inside:].mean() > 0.8
    assert calibration_error(gated, wanted) < 0.1

    # Where validation has nothing out of scope, nothing but that label's own odds refuses.
    plain = calibrate(None, logits[:inside], nearest[:inside], strange[:inside], wanted[:inside],
                      3, false_refusals=0.02)  # fmt: skip
    fused = plain.fuse(None, logits, nearest)
    np.testing.assert_allclose(plain.gate(fused, strange, 3), fused, atol=1e-3)


def test_a_regression_finds_the_side_of_a_line() -> None:
    rng = np.random.default_rng(1)
    evidence = rng.normal(size=(400, 2)) * [5.0, 0.1] + [2.0, -3.0]
    wanted = evidence[:, 0] + 40 * (evidence[:, 1] + 3.0) > 4.0
    weights, bias = logistic(evidence, wanted)
    assert ((evidence @ weights + bias > 0) == wanted).mean() > 0.97
