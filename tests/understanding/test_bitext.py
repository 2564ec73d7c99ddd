"""The Bitext benchmark: its label map, the rows it leaves out, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the benchmark reads data with assistant.training")

from assistant.training.data import Example
from assistant.training.formats import read_parts
from assistant.understanding.evidence import Floats
from assistant.understanding.intents import INTENTS, OUT_OF_SCOPE
from benchmarks.understanding.bitext import LABELS, measure, unseen

BITEXT = Path(__file__).resolve().parents[2] / "../shared/data/intents/bitext"


class Says:
    """Reads each text as the intent that stands in it."""

    labels = tuple(INTENTS)

    def probabilities(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """All of the probability on the named intent."""
        assert set(languages) == {"en"}
        result = np.zeros((len(texts), len(self.labels)), np.float32)
        for row, text in zip(result, texts, strict=True):
            row[self.labels.index(text)] = 1.0
        return result


def _row(text: str, label: str) -> Example:
    return Example(text=text, label=label, language="en", file="rows.csv", line=2)


def test_each_mapped_intent_is_one_the_shop_has() -> None:
    assert set(LABELS.values()) <= set(INTENTS) - {OUT_OF_SCOPE}


def test_rows_seen_before_are_left_out_whatever_their_case_and_punctuation() -> None:
    test = [_row("Where is order 12?", "track_order"), _row("where is order 13", "track_order")]
    left = unseen(test, [_row("where is ORDER 12", "track_order")])
    assert left == test[1:]


def test_an_answer_counts_by_the_map_and_a_refusal_is_wrong() -> None:
    rows = [
        _row("ask_delivery", "delivery_period"),
        _row("ask_delivery", "delivery_options"),
        _row("track_order", "delivery_period"),
        _row(OUT_OF_SCOPE, "complaint"),
    ]
    figures = measure(Says(), rows)
    assert figures.rows == 4
    assert figures.accuracy == 0.5
    assert figures.refused == 0.25
    assert figures.calibration_error == pytest.approx(0.5)
    assert set(figures.pairs) == {
        ("delivery_period", "track_order", 1),
        ("complaint", OUT_OF_SCOPE, 1),
    }
    assert figures.by_label[0] == ("complaint", 1, 0.0)


def test_a_label_without_an_intent_is_told_by_name() -> None:
    with pytest.raises(ValueError, match="brew_coffee"):
        measure(Says(), [_row("greet", "brew_coffee")])
    with pytest.raises(ValueError, match="no Bitext rows"):
        measure(Says(), [])


@pytest.mark.skipif(not BITEXT.is_dir(), reason="the real Bitext files are not here")
def test_real_files_are_mapped_whole_and_thirty_six_test_rows_leak() -> None:
    parts = read_parts(BITEXT)
    assert set(parts.labels) <= set(LABELS)
    assert len(parts.test) - len(unseen(parts.test, parts.train)) == 36
