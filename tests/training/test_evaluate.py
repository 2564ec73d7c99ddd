"""Evaluation counts what it says it counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.training.calibrate import calibrate, calibration_error, fit_novelty
from assistant.training.data import Example
from assistant.training.evaluate import evaluate, leaks
from assistant.understanding.classifier import IntentClassifier


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


def test_novelty_and_its_gate_refuse_what_is_far_and_few_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 4, (3, 16))
    labels = np.repeat([0, 1, 2], 200)
    known = (centres[labels] + rng.normal(size=(600, 16))).astype(np.float32)
    novelty = fit_novelty(known, labels)
    far = rng.normal(0, 12, (60, 16)).astype(np.float32)
    scores = np.concatenate([novelty.score(known), novelty.score(far)])
    assert np.median(scores[600:]) > np.quantile(scores[:600], 0.99)

    wanted = np.concatenate([labels, np.full(60, 3)])
    logits = np.eye(4, dtype=np.float32)[np.concatenate([labels, rng.integers(0, 3, 60)])] * 5
    fitted = calibrate(None, logits, scores, wanted, 3, false_refusals=0.03)
    gated = fitted.gate(fitted.fuse(None, logits), scores, 3).argmax(1)
    assert (gated[:600] == 3).mean() <= 0.03
    assert (gated[600:] == 3).mean() > 0.8
