"""Training data is read, checked as a whole and split before anything is trained."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assistant.training.augment import augment
from assistant.training.data import CORPUS, Example, load_examples, split
from assistant.training.errors import DataError
from assistant.understanding.intents import INTENTS


def _write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_folder_csv_and_jsonl_are_read_alike(tmp_path: Path) -> None:
    _write(tmp_path / "en" / "greet.txt", "# openings\nhello there\n\nhi\n")
    _write(tmp_path / "zh" / "greet.txt", "你好\n")
    _write(tmp_path / "more.csv", 'text,label\n"bye, then",goodbye\n')
    _write(tmp_path / "more.jsonl", '{"text": "取消订单", "label": "cancel_order"}\n')
    found = {(e.text, e.label, e.language) for e in load_examples([tmp_path])}
    assert found == {
        ("hello there", "greet", "en"),
        ("hi", "greet", "en"),
        ("你好", "greet", "zh"),
        ("bye, then", "goodbye", "en"),
        ("取消订单", "cancel_order", "zh"),
    }


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.csv", b"\xef\xbb\xbftext,label\nhi,greet\n")
    assert [e.text for e in load_examples([file])] == ["hi"]


def test_every_problem_is_named_with_file_and_line(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv", "text,label\nhi,gret\n ,greet\nok,affirm\n")
    _write(tmp_path / "b.jsonl", '{"text": "ok", "label": "deny"}\nnot json\n{"text": 3}\n')
    _write(tmp_path / "c.csv", "phrase,label\nhi,greet\n")
    _write(tmp_path / "d.csv", b"text,label\nhello,greet\nna\xefve,greet\n")
    _write(tmp_path / "e.jsonl", '{"text": "caf\\ufffd", "label": "greet"}\n')
    with pytest.raises(DataError) as caught:
        load_examples([tmp_path])
    shown = str(caught.value)
    assert "a.csv:2: unknown label 'gret'; did you mean greet?" in shown
    assert "a.csv:3: empty text" in shown
    assert "b.jsonl:1: 'ok' is labelled deny here and affirm at a.csv:4" in shown
    assert "b.jsonl:2: not JSON" in shown
    assert "b.jsonl:3: not an object" in shown
    assert "c.csv:1: no column text" in shown
    assert "d.csv:3: not UTF-8" in shown
    assert "e.jsonl:1: holds characters that a wrong encoding leaves" in shown
    assert len(caught.value.problems) == 8


def test_missing_sources_and_missing_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_examples([tmp_path / "none"])
    with pytest.raises(DataError, match="no utterances found"):
        load_examples([tmp_path])
    _write(tmp_path / "en" / "greet.txt", "hi\n")
    with pytest.raises(DataError, match=r"no utterances for .*cancel_order"):
        load_examples([tmp_path], every_label=True)


def test_repeats_are_kept_once(tmp_path: Path) -> None:
    file = _write(tmp_path / "greet.txt", "Hello  there\nhello there\n")
    assert [e.text for e in load_examples([file])] == ["Hello  there"]


def test_split_is_stratified_and_settled_by_the_seed() -> None:
    rows = [
        Example(f"{label} {i}", label, "en", "f", i)
        for label, count in (("greet", 20), ("deny", 40), ("thank", 3))
        for i in range(count)
    ]
    train, held = split(rows, 0.25, seed=3)
    assert Counter(e.label for e in held) == {"greet": 5, "deny": 10}
    assert {e.text for e in train} | {e.text for e in held} == {e.text for e in rows}
    assert not {e.text for e in train} & {e.text for e in held}
    assert split(rows, 0.25, seed=3) == (train, held)
    assert split(rows, 0.25, seed=4)[1] != held


def test_augmentation_is_settled_and_keeps_known_labels() -> None:
    rows = [
        Example("where is my parcel", "track_order", "en", "f", 1),
        Example("no thanks", "deny", "en", "f", 2),
        Example("red shoes", "search_products", "en", "f", 3),
    ]
    made = augment(rows, seed=1)
    assert made == augment(rows, seed=1)
    assert {e.label for e in made} == {"track_order", "deny", "search_products"}
    negated = [e for e in made if e.text.startswith("don't cancel it")]
    assert {e.label for e in negated} == {"deny", "track_order"}


def test_the_shipped_corpus_is_sound_and_large_enough() -> None:
    rows = load_examples([CORPUS], every_label=True)
    counts: Counter[tuple[str, str]] = Counter((e.language, e.label) for e in rows)
    small = [
        key
        for label in INTENTS
        for key, least in ((("en", label), 60), (("zh", label), 25))
        if counts[key] < least
    ]
    assert not small
