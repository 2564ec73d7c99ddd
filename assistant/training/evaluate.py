"""Evaluation of an intent classifier on utterances that it was not trained on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.training.calibrate import calibration_error
from assistant.training.data import Example
from assistant.understanding.classifier import IntentClassifier, normalise
from assistant.understanding.intents import OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Mistake:
    """One utterance that was read otherwise than it is labelled."""

    text: str
    label: str
    predicted: str
    confidence: float
    place: str


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """Figures of one language; shares are 0 to 1, NaN where there was nothing to measure."""

    rows: int
    accuracy: float
    """Share of all rows with the right intent, out_of_scope among them."""
    in_scope_accuracy: float
    macro_f1: float
    """Mean F1 over the labels that occur."""
    top3: float
    """Share with the right intent among the first three."""
    refusal_recall: float
    """Share of out-of-scope rows refused."""
    false_refusals: float
    """Share of in-scope rows refused."""
    calibration_error: float
    milliseconds: float
    """Median time of one utterance alone."""
    confusions: tuple[tuple[str, str, int], ...]
    """(label, predicted, count), most frequent first."""
    mistakes: tuple[Mistake, ...]


def evaluate(
    classifier: IntentClassifier, examples: Sequence[Example], timed: int = 50
) -> dict[str, LanguageReport]:
    """Figures by language. `timed` utterances of each are run one by one to measure time."""
    return {
        language: _one(classifier, [e for e in examples if e.language == language], timed)
        for language in sorted({e.language for e in examples})
    }


def leaks(train: Sequence[Example], test: Sequence[Example]) -> list[Example]:
    """Test rows whose text stands in the training rows too, letter case and spaces aside."""
    seen = {normalise(e.text).casefold() for e in train}
    return [e for e in test if normalise(e.text).casefold() in seen]


def _one(classifier: IntentClassifier, rows: Sequence[Example], timed: int) -> LanguageReport:
    labels = classifier.labels
    sure = np.concatenate(
        [
            classifier.probabilities([e.text for e in part], [e.language for e in part])
            for part in (rows[i : i + 64] for i in range(0, len(rows), 64))
        ]
    )
    # A label that the classifier does not know is never right.
    wanted = np.array([labels.index(e.label) if e.label in labels else -1 for e in rows])
    guess = sure.argmax(1)
    right = guess == wanted
    refuse = labels.index(OUT_OF_SCOPE)
    inside = wanted != refuse
    f1 = []
    for number in np.unique(wanted):
        hit = int(((guess == number) & right).sum())
        said, true = int((guess == number).sum()), int((wanted == number).sum())
        f1.append(2 * hit / (said + true))
    pairs = Counter(
        (e.label, labels[g]) for e, g, ok in zip(rows, guess, right, strict=True) if not ok
    )
    mistakes = tuple(
        Mistake(e.text, e.label, labels[g], round(float(p[g]), 3), e.place)
        for e, g, p, ok in zip(rows, guess, sure, right, strict=True)
        if not ok
    )
    spent = []
    for row in rows[:: max(1, len(rows) // max(timed, 1))][:timed]:
        start = time.perf_counter()
        classifier.predict([row.text], [row.language])
        spent.append(time.perf_counter() - start)
    return LanguageReport(
        rows=len(rows),
        accuracy=float(right.mean()),
        in_scope_accuracy=_mean(right[inside]),
        macro_f1=float(np.mean(f1)),
        top3=float((np.argsort(-sure, axis=1)[:, :3] == wanted[:, None]).any(1).mean()),
        refusal_recall=_mean(guess[~inside] == refuse),
        false_refusals=_mean(guess[inside] == refuse),
        calibration_error=calibration_error(sure, wanted),
        milliseconds=float(np.median(spent) * 1e3) if spent else float("nan"),
        confusions=tuple((a, b, n) for (a, b), n in pairs.most_common()),
        mistakes=mistakes,
    )


def _mean(values: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(values.mean()) if values.size else float("nan")
