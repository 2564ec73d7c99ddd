"""Anger is told from plain speech in both languages, at the rate that the documentation states."""

from __future__ import annotations

import pytest

from assistant.understanding.anger import angry
from benchmarks.service.anger import measure


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_anger_is_found_and_calm_is_let_be(language: str) -> None:
    found, all_angry, alarms, calm = measure("test", language)
    assert found >= 0.9 * all_angry
    assert alarms <= 0.05 * calm


@pytest.mark.parametrize("text", ["", "?!", "OK", "I WANT A RED DRESS", "取消订单", "no"])
def test_short_and_plain_is_calm(text: str) -> None:
    assert not angry(text)
