"""A shop folder with an empty database, and helpers to write feeds into it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.engine import create_engine_for
from db.models import Base
from knowledge.feeds import ImportReport, import_paths
from knowledge.settings import ShopSettings

REAL = Path(__file__).resolve().parents[2] / "../shared/data"


@dataclass
class Shop:
    """A shop folder, its engine, and a folder to write feeds into."""

    folder: Path
    feeds: Path
    engine: Engine

    def write(self, name: str, content: str | bytes) -> Path:
        """A feed file."""
        path = self.feeds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def lines(self, name: str, *rows: object) -> Path:
        """A JSONL feed."""
        return self.write(name, "".join(json.dumps(row) + "\n" for row in rows))

    def take(self, *paths: Path, **more: Any) -> ImportReport:
        """Import files into the shop."""
        return import_paths(self.engine, self.folder, list(paths), **more)

    def session(self) -> Session:
        """A session to look with."""
        return Session(self.engine)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    folder = tmp_path / "shop"
    (tmp_path / "feeds").mkdir()
    engine = create_engine_for(folder)
    Base.metadata.create_all(engine)
    yield Shop(folder, tmp_path / "feeds", engine)
    engine.dispose()


@pytest.fixture
def settings() -> ShopSettings:
    return ShopSettings()
