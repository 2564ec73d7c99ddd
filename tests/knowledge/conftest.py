"""A small shop, indexed with encoders that load nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from knowledge.shop import Knowledge
from tests.knowledge.made import article, catalogue, fake_encoders, png, shop_with


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop folder with the pictures that the catalogue names."""
    (tmp_path / "images").mkdir()
    for name, color in (("navy", "#000080"), ("red", "#cc0000"), ("brown", "#8b4513")):
        (tmp_path / "images" / f"{name}.png").write_bytes(png(color))
    return tmp_path


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    """The shop's database."""
    engine = shop_with(
        folder,
        [
            *catalogue(),
            article(
                "ship.en", "en", "Delivery", "# Delivery\n\n## Cost\n\nParcels cost 4 dollars."
            ),
            article("ship.zh", "zh", "配送", "# 配送\n\n## 运费\n\n每个包裹运费四美元。"),
            article("care.en", "en", "Care", "Wash wool cold.\n\n## Leather\n\nWax leather boots."),
        ],
    )
    yield engine
    engine.dispose()


@pytest.fixture
def knowledge(folder: Path, engine: Engine) -> Iterator[Knowledge]:
    """Search over the shop, its index built."""
    opened = Knowledge(folder, engine, fake_encoders())
    opened.sync()
    yield opened
    opened.close()
