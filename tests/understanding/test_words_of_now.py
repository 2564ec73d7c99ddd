"""What is understood follows the catalogue while the process runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text

from assistant.understanding.classifier import IntentClassifier, Prediction
from assistant.understanding.understand import Understander
from db.unit import turn_unit
from knowledge.shop import Knowledge
from tests.knowledge.made import catalogue, fake_encoders, shop_with


class AlwaysSearch:
    """Every message is a search."""

    def predict(self, texts: list[str], languages: list[str]) -> list[Prediction]:
        return [Prediction("search_products", 1.0, ()) for _ in zip(texts, languages, strict=True)]


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[Knowledge]:
    engine = shop_with(tmp_path, catalogue())
    opened = Knowledge(tmp_path, engine, fake_encoders())
    yield opened
    opened.close()
    engine.dispose()


@pytest.mark.parametrize("told", [False, True], ids=["by another process", "by sync"])
def test_a_new_brand_is_understood_at_once(knowledge: Knowledge, told: bool) -> None:
    understander = Understander(
        cast(IntentClassifier, AlwaysSearch()),
        knowledge.refresh,
        "USD",
        lambda: date(2026, 1, 5),
    )
    assert understander.understand("quill boots", "en")[0].slots.brands == ()
    with turn_unit(knowledge.index._engine) as session:
        session.execute(text("UPDATE products SET brand = 'Quill' WHERE id = 'hike'"))
    if told:
        knowledge.sync()
    assert understander.understand("quill boots", "en")[0].slots.brands == ("Quill",)
