"""docs/search.md names every kind of evidence, every table of weights and every option."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

from assistant.cli_search import search_command
from knowledge.ranking import Weights, shipped_weights

PAGE = (Path(__file__).resolve().parents[2] / "docs/search.md").read_text(encoding="utf-8")
TABLES = ("english", "translated", "partly", "chinese", "other", "picture", "similar")


def test_every_kind_of_evidence_is_explained() -> None:
    kinds = {kind for name in TABLES for kind in getattr(shipped_weights(), name)}
    kinds.discard("words")
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert sorted(kinds - explained) == []


def test_every_table_of_weights_is_named() -> None:
    named = {field.name for field in fields(Weights)} - {"picture", "similar", "candidates"}
    assert [name for name in sorted(named) if f"`{name}`" not in PAGE] == []


def test_every_option_is_shown() -> None:
    options = set(inspect.signature(search_command).parameters) - {"query", "as_json"}
    assert [name for name in sorted(options) if f"--{name}" not in PAGE] == []
    assert "--json" in PAGE
