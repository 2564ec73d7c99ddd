"""docs/review.md says what there is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from assistant.cli_review import review_command
from assistant.dialogue.certainty import LIMITS
from assistant.review.desk import HELP, WHY
from assistant.review.observe import UNSURE_BELOW
from assistant.review.queue import MAX_ROWS, REASONS
from assistant.review.redact import KINDS

DOC = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained(reason: str) -> None:
    assert f"| `{reason}` |" in DOC
    assert reason in WHY


def test_every_key_is_explained() -> None:
    keys = re.findall(r"^  ([a-z]) ", HELP, re.MULTILINE)
    assert len(keys) >= 5
    assert [key for key in keys if f"`{key}`" not in DOC] == []


def test_every_option_is_shown() -> None:
    options = set(inspect.signature(review_command).parameters) - {"as_json"}
    assert [name for name in options if f"--{name}" not in DOC] == []


def test_the_numbers_are_those_in_use() -> None:
    assert f"{MAX_ROWS:,} rows" in DOC
    assert f"confidence below {UNSURE_BELOW}" in DOC
    assert {limits.money for limits in LIMITS.values()} == {0.9}
    assert "below a confidence of\n0.9" in DOC


def test_the_commonest_placeholders_are_named() -> None:
    named = re.findall(r"`\[([a-z]+)\]`", DOC)
    assert len(named) >= 3
    assert set(named) <= set(KINDS)
