"""`aisle doctor` on the recommender: what serves, and what to do where its file is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.doctor import Check, examine
from assistant.recommend.default import default_model
from assistant.recommend.recommender import MODEL_FILE
from tests.knowledge.made import shop_with
from tests.recommend.test_recommending import made


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = shop_with(tmp_path, made())
    yield engine
    engine.dispose()


def of_recommender(folder: Path) -> Check:
    return next(check for check in examine(folder) if check.name == "recommender")


@pytest.mark.usefixtures("engine")
def test_the_ranker_that_serves_is_told_and_a_damaged_one_found(tmp_path: Path) -> None:
    found = of_recommender(tmp_path)
    assert found.ok
    assert "aisle train recommender" in found.detail
    path = tmp_path / MODEL_FILE
    default_model().save(path)
    assert of_recommender(tmp_path).ok
    path.write_text(path.read_text()[:-20])
    damaged = of_recommender(tmp_path)
    assert not damaged.ok
    assert str(path) in damaged.detail
    assert "aisle train recommender" in damaged.detail
