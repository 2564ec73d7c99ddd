"""docs/policy.md names every key of the policy, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from knowledge.policy import Policy, sections

PAGE = (Path(__file__).resolve().parents[2] / "docs/policy.md").read_text(encoding="utf-8")


def keys() -> Iterator[tuple[str, str]]:
    for table, section in sections(Policy()):
        if not isinstance(section, BaseModel):
            yield table, table
            continue
        for key, field in type(section).model_fields.items():
            yield table, key
            for inner in get_args(field.annotation):
                if isinstance(inner, type) and issubclass(inner, BaseModel):
                    yield from ((table, name) for name in inner.model_fields)


@pytest.mark.parametrize(("table", "key"), sorted(set(keys())))
def test_every_key_is_documented(table: str, key: str) -> None:
    assert re.search(rf"\[{table}\]|`{table}[.`]", PAGE) or f"[{table}." in PAGE, table
    assert re.search(rf"`(?:\w+\.)*{key}`|`\[[\w.]*\.{key}|`{key} =", PAGE), key
