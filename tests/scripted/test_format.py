"""The YAML of scripted conversations: what it takes, and errors that say where and what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.scripted.format import ScriptError, read_script


def write(folder: Path, text: str) -> Path:
    path = folder / "talk.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(ScriptError) as caught:
        read_script(path)
    return str(caught.value).replace(str(path), "talk.yaml")


@pytest.mark.parametrize("word", ["no", "yes", "true", "1.10", "42", "null", "2026-01-02", "不"])
def test_what_is_said_is_taken_letter_for_letter(tmp_path: Path, word: str) -> None:
    path = write(tmp_path, f"- name: a\n  steps:\n    - say: {word}\n")
    assert read_script(path)[0].steps[0].say == word


def test_truth_values_stay_truth_values(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "- name: a\n  steps:\n  - say: hi\n    expect: {order: {placed: false}, handoff: true}\n",
    )
    expect = read_script(path)[0].steps[0].expect
    assert expect.handoff is True
    assert not isinstance(expect.order, list)
    assert expect.order is not None
    assert expect.order.placed is False


def test_a_time_without_a_zone_is_utc(tmp_path: Path) -> None:
    path = write(tmp_path, "- name: a\n  now: 2026-03-01 09:30:00\n  steps: [{say: hi}]\n")
    assert read_script(path)[0].now == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_an_unknown_key_names_file_line_and_the_nearest(tmp_path: Path) -> None:
    text = "- name: a\n  steps:\n    - say: hi\n      expect:\n        intnt: greet\n"
    message = refusal(tmp_path, text)
    assert message.startswith("talk.yaml:5: ")
    assert "did you mean 'intent'?" in message


@pytest.mark.parametrize(
    ("expect", "key"),
    [
        ("products: {every: {price_maximum: 3}}", "price_max"),
        ("profile: {mustnot: {material: [wool]}}", "must_not"),
        ("handoff: {reasons_: x}", "reason"),
        ("sql: {querry: SELECT 1}", "query"),
        ("text: {contain: [x]}", "contains"),
    ],
)
def test_unknown_keys_of_every_part_name_the_nearest(tmp_path: Path, expect: str, key: str) -> None:
    text = f"- name: a\n  steps:\n    - say: hi\n      expect:\n        {expect}\n"
    message = refusal(tmp_path, text)
    assert "talk.yaml:5: " in message
    assert f"did you mean '{key}" in message


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("- name: a\n  steps: []\n", 2, "steps"),
        ("- steps: [{say: hi}]\n", 1, "name"),
        ("- name: a\n  language: fr\n  steps: [{say: hi}]\n", 2, "language"),
        ("- name: a\n  steps:\n    - expect: {cart: {count: many}}\n", 3, "count"),
        ("- name: a\n  steps:\n    - say: hi\n    - say: [a, b]\n", 4, "say"),
        ("name: a\n", 1, "list"),
        ("", 1, "list"),
    ],
)
def test_wrong_types_name_line_and_field(tmp_path: Path, text: str, line: int, part: str) -> None:
    message = refusal(tmp_path, text)
    assert f"talk.yaml:{line}: " in message
    assert part in message


def test_what_is_no_yaml_names_the_file_and_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, "- name: a\n  steps: [\n")
    assert message.startswith("talk.yaml: ")
    assert "line 3" in message


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "talk.yaml"
    with pytest.raises(ScriptError, match=r"talk\.yaml: .*No such file"):
        read_script(path)
    path.write_bytes(b"- name: \xff\xfe\n")
    with pytest.raises(ScriptError, match=r"talk\.yaml: "):
        read_script(path)
