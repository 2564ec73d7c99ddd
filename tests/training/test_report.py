"""The data report finds what a person should look at before training."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from assistant.commands import register
from assistant.training.data import CORPUS, Example
from assistant.training.report import close_in_meaning, examine, leaks, near_pairs
from assistant.understanding.intents import INTENTS

HELD_OUT = Path(__file__).resolve().parents[2] / "benchmarks" / "understanding" / "data"


def _row(text: str, label: str, line: int = 1) -> Example:
    return Example(text, label, "en", "f", line)


def _csv(path: Path, rows: str) -> Path:
    path.write_text("text,label\n" + rows, encoding="utf-8")
    return path


def test_near_duplicates_under_different_labels_are_found(tmp_path: Path) -> None:
    data = _csv(
        tmp_path / "a.csv",
        "please cancel my whole order today,cancel_order\n"
        "please cancel my whole order today!!,ask_cancellation_policy\n"
        "please cancel my whole order 2day,cancel_order\n"
        "where is my parcel,track_order\n"
        "帮我把订单取消掉,cancel_order\n"
        "帮我把订单取消掉吧,change_order\n",
    )
    report = examine([data], INTENTS)
    pairs = {(p.one.line, p.other.line) for p in report.near}
    assert pairs == {(2, 3), (3, 4), (6, 7)}
    assert report.near[0].likeness == 1.0
    assert report.counts["cancel_order"] == {"en": 2, "zh": 1}
    assert report.problems == ()


def test_minhash_misses_none_that_comparing_all_would_find() -> None:
    rng = np.random.default_rng(3)
    words = [
        "where",
        "is",
        "my",
        "order",
        "the",
        "parcel",
        "cancel",
        "it",
        "now",
        "please",
        "blue",
        "red",
        "shoes",
        "size",
        "ten",
        "refund",
    ]
    rows = [_row(" ".join(rng.choice(words, 6)), f"l{number % 3}", number) for number in range(300)]
    found = near_pairs(rows, 0.7, keep=lambda a, b: a.label != b.label)
    everything = near_pairs(rows, 0.0, keep=lambda a, b: a.label != b.label)
    assert {(p.one.line, p.other.line) for p in found} == {
        (p.one.line, p.other.line) for p in everything if p.likeness >= 0.7
    }
    exact = 0
    for i, a in enumerate(rows):
        for b in rows[i + 1 :]:
            one, other = _trigrams(a.text), _trigrams(b.text)
            exact += a.label != b.label and len(one & other) / len(one | other) >= 0.7
    assert len(found) == exact > 5


def _trigrams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def test_texts_without_letters_are_compared_by_their_signs() -> None:
    rows = [_row("100%", "affirm"), _row("886", "goodbye"), _row("👍", "affirm"), _row("…", "deny")]
    assert near_pairs(rows, 0.7, keep=lambda a, b: a.label != b.label) == []


def test_likeness_of_meaning_goes_by_vectors() -> None:
    places = {"one": [1.0, 0.0], "uno": [0.99, 0.141], "two": [0.0, 1.0]}
    rows = [_row("one", "a", 1), _row("uno", "b", 2), _row("two", "b", 3)]
    pairs = close_in_meaning(rows, lambda texts: np.array([places[t] for t in texts]))
    assert [(p.one.text, p.other.text) for p in pairs] == [("one", "uno")]


def test_conflicts_and_leaks_are_told_and_end_with_status_one(tmp_path: Path) -> None:
    data = _csv(tmp_path / "a.csv", "hello,greet\nHello,goodbye\nwhere is my parcel,track_order\n")
    unseen = tmp_path / "test.jsonl"
    unseen.write_text(
        json.dumps({"text": "Where is  my parcel"}) + "\n" + json.dumps({"text": "other"}) + "\n",
        encoding="utf-8",
    )
    app = typer.Typer()
    register(app)
    call = ["train", "report", str(data), "--held-out", str(unseen)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 1
    assert "a.csv:3: 'Hello' is labelled goodbye here and greet at a.csv:2" in done.output
    assert "Held-out rows that stand in the data: 1" in done.output
    assert "test.jsonl:1: Where is  my parcel" in done.output
    record = json.loads(CliRunner().invoke(app, [*call, "--json"]).output)
    assert record["leaked"][0]["one"]["line"] == 1
    clean = CliRunner().invoke(
        app, ["train", "report", str(_csv(tmp_path / "b.csv", "hi,greet\n"))]
    )
    assert clean.exit_code == 0


def test_nearly_leaked_rows_are_told_apart_from_leaked_ones() -> None:
    train = [_row("please send me the invoice of my order", "get_invoice")]
    unseen = [
        _row("Please send me the invoice of my order", "get_invoice", 1),
        _row("please send me the invoice of my order !", "get_invoice", 2),
        _row("something else", "greet", 3),
    ]
    exact, nearly = leaks(train, unseen)
    assert [p.one.line for p in exact] == [1]
    assert [p.one.line for p in nearly] == [2]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_held_out_utterance_stands_in_the_corpus(language: str) -> None:
    report = examine([CORPUS], INTENTS, [HELD_OUT / language])
    assert report.rows["held out"] > 300
    assert [f"{p.one.place}: {p.one.text}" for p in report.leaked] == []
    assert report.problems == ()
