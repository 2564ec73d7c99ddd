"""Bitext's customer-service utterances: the shipped model, which never saw them, by a label map.

    python -m benchmarks.understanding.bitext --data FOLDER [--part test|validation] [--pairs N]

Protocol: one part, less the rows whose text (letter case and punctuation aside) stands in Bitext's
own train part, less those that stand in the shipped corpus. Each Bitext label has one shop intent
that answers it (LABELS); any other reading is wrong, refusals too. One pass through the runtime
classifier as English, on one thread, without dialogue state. The model has trained on no row of any
part. Pairs are printed as intents only; whoever mends the corpus by them takes `--part validation`,
so that the test part stays unseen.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.training.calibrate import calibration_error
from assistant.training.data import CORPUS, Example, load_examples
from assistant.training.formats import read_parts
from assistant.understanding.classifier import IntentClassifier, normalise
from assistant.understanding.evidence import Floats
from assistant.understanding.intents import OUT_OF_SCOPE

MODELS = Path(os.environ.get("AISLE_MODELS", Path(__file__).resolve().parents[2] / "models"))

LABELS: Final = {
    "cancel_order": "cancel_order",
    "change_order": "change_order",
    "change_shipping_address": "change_shipping_address",
    "check_cancellation_fee": "ask_cancellation_policy",
    "check_invoice": "get_invoice",
    "check_invoices": "get_invoice",
    "check_payment_methods": "ask_payment_methods",
    "check_refund_policy": "ask_return_policy",
    "complaint": "file_complaint",
    "contact_customer_service": "ask_contact",
    "contact_human_agent": "contact_human",
    "create_account": "create_account",
    "delete_account": "delete_account",
    "delivery_options": "ask_delivery",
    "delivery_period": "ask_delivery",
    "edit_account": "edit_account",
    "get_invoice": "get_invoice",
    "get_refund": "request_refund",
    "newsletter_subscription": "newsletter",
    "payment_issue": "report_payment_issue",
    "place_order": "place_order",
    "recover_password": "recover_password",
    "registration_problems": "registration_problem",
    "review": "leave_review",
    "set_up_shipping_address": "change_shipping_address",
    "switch_account": "switch_account",
    "track_order": "track_order",
    "track_refund": "track_refund",
}
"""Bitext label -> the shop intent that answers it."""


class Reads(Protocol):
    """What is tested: the runtime classifier, or one that stands in for it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Intents in the order of the probabilities' columns."""
        ...

    def probabilities(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """Calibrated probabilities, float32 [N, C]."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What one pass over the rows gives; shares are 0 to 1."""

    rows: int
    accuracy: float
    refused: float
    """Share read as out of scope: wrong, since every row has an answer in the shop."""
    calibration_error: float
    by_label: tuple[tuple[str, int, float], ...]
    """(Bitext label, rows, accuracy), worst first."""
    pairs: tuple[tuple[str, str, int], ...]
    """(Bitext label, intent it was read as, rows), most frequent first."""


def fold(text: str) -> str:
    """Text by which two rows are the same: letter case and punctuation aside."""
    return " ".join(re.findall(r"\w+", normalise(text).casefold()))


def unseen(test: Sequence[Example], *seen: Sequence[Example]) -> list[Example]:
    """Rows of `test` that, folded, stand in none of `seen`."""
    known = {fold(row.text) for rows in seen for row in rows}
    return [row for row in test if fold(row.text) not in known]


def measure(classifier: Reads, rows: Sequence[Example]) -> Figures:
    """Read every row and compare it with the map.

    Raises:
        ValueError: there are no rows, or a row's label is not in LABELS.
    """
    if not rows:
        raise ValueError("There are no Bitext rows to measure: give the folder with test.csv.")
    if unknown := sorted({row.label for row in rows} - set(LABELS)):
        raise ValueError(
            f"{rows[0].place}: no shop intent is mapped to {', '.join(unknown)}; "
            "add them to LABELS of benchmarks/understanding/bitext.py."
        )
    parts = [rows[start : start + 64] for start in range(0, len(rows), 64)]
    sure = np.concatenate(
        [classifier.probabilities([e.text for e in part], ["en"] * len(part)) for part in parts]
    )
    number = {name: place for place, name in enumerate(classifier.labels)}
    wanted = np.array([number[LABELS[row.label]] for row in rows])
    guess = sure.argmax(1)
    right = guess == wanted
    total = Counter(row.label for row in rows)
    good = Counter(row.label for row, ok in zip(rows, right, strict=True) if ok)
    pairs = Counter(
        (row.label, classifier.labels[said])
        for row, said, ok in zip(rows, guess.tolist(), right, strict=True)
        if not ok
    )
    by_label = [(name, count, good[name] / count) for name, count in total.items()]
    return Figures(
        rows=len(rows),
        accuracy=float(right.mean()),
        refused=float((guess == number[OUT_OF_SCOPE]).mean()),
        calibration_error=calibration_error(sure, wanted),
        by_label=tuple(sorted(by_label, key=lambda each: (each[2], each[0]))),
        pairs=tuple((meant, said, count) for (meant, said), count in pairs.most_common()),
    )


def main() -> None:
    """Print the protocol's figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the three parts")
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    parser.add_argument("--pairs", type=int, default=15, help="confusion pairs to print")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    given = parser.parse_args()
    parts = read_parts(given.data)
    asked = parts.test if given.part == "test" else parts.validation
    own = unseen(asked, parts.train)
    rows = unseen(own, load_examples([CORPUS]))
    figures = measure(IntentClassifier.load(MODELS, intents=given.intents), rows)
    shown: dict[str, Any] = {
        "part": given.part,
        "all rows": len(asked),
        "leaked from Bitext's train part": len(asked) - len(own),
        "in the shipped corpus": len(own) - len(rows),
        "rows": figures.rows,
        "accuracy": round(figures.accuracy, 4),
        "refused": round(figures.refused, 4),
        "calibration error": round(figures.calibration_error, 4),
    }
    if given.json:
        print(json.dumps({**shown, "by label": figures.by_label, "pairs": figures.pairs}))
        return
    for name, value in shown.items():
        print(f"{name}: {value}")
    for name, count, share in figures.by_label:
        if share < 1.0:
            print(f"  {name}: {share:.3f} of {count}")
    for meant, said, count in figures.pairs[: given.pairs]:
        print(f"  {count} x {meant} ({LABELS[meant]}) read as {said}")


if __name__ == "__main__":
    main()
