"""A shop's database on disk, with a few products and two customers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.engine import create_engine_for, upgrade
from db.unit import turn_unit
from tests.db.shop import fill


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = create_engine_for(tmp_path)
    upgrade(opened)
    with turn_unit(opened) as session:
        fill(session)
    yield opened
    opened.dispose()
