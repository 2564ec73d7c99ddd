"""The vocabulary on disk: the same as built, and never older than the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db.catalogue import catalogue_version
from db.models import Product, Variant
from db.unit import read_unit, turn_unit
from knowledge import shop as shop_module
from knowledge.shop import VOCABULARY_FILE, Knowledge
from knowledge.vocabulary import Vocabulary, build_vocabulary
from knowledge.vocabulary_store import load_vocabulary, save_vocabulary
from tests.knowledge.made import fake_encoders


@pytest.fixture
def opened(folder: Path, engine: Engine) -> Iterator[Knowledge]:
    knowledge = Knowledge(folder, engine, fake_encoders())
    yield knowledge
    knowledge.close()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Vocabulary]:
    """Every vocabulary that was built from records since."""
    found: list[Vocabulary] = []

    def build(session: object) -> Vocabulary:
        found.append(build_vocabulary(session))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(shop_module, "build_vocabulary", build)
    return found


def test_what_is_read_is_what_was_built(
    folder: Path, engine: Engine, opened: Knowledge, built: list[Vocabulary]
) -> None:
    first = opened.vocabulary
    again = Knowledge(folder, engine, fake_encoders())
    second = again.vocabulary
    again.close()
    assert built == [first]
    assert second is not first
    assert second == first
    assert list(second.english) == list(first.english)
    assert type(second.words) is frozenset


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-40] + b"X" + data[-39:],
        lambda data: data.replace(b'"Ridge"', b'"Fridge"'),
        lambda _: b"",
        lambda _: b"\x00" * 100,
        lambda _: b"[]\n[]",
        lambda data: data.split(b"\n", 1)[0] + b"\n{}",
    ],
    ids=["cut", "a byte", "a word", "empty", "zeros", "other JSON", "no body"],
)
def test_a_damaged_file_is_made_anew(
    folder: Path, engine: Engine, opened: Knowledge, built: list[Vocabulary], damage: object
) -> None:
    first = opened.vocabulary
    file = folder / VOCABULARY_FILE
    whole = file.read_bytes()
    assert callable(damage)
    file.write_bytes(damage(whole))
    again = Knowledge(folder, engine, fake_encoders())
    assert again.vocabulary == first
    again.close()
    assert len(built) == 2
    assert file.read_bytes() == whole


def test_a_catalogue_changed_by_anyone_is_read_anew(
    folder: Path, engine: Engine, opened: Knowledge, built: list[Vocabulary]
) -> None:
    assert "Quill" not in opened.vocabulary.brands
    with turn_unit(engine) as session:
        session.execute(text("UPDATE products SET brand = 'Quill' WHERE id = 'tee'"))
    # Not in the middle of a turn, but before the next one.
    assert "Quill" not in opened.vocabulary.brands
    assert opened.refresh().brands["Quill"] == 1
    assert opened.vocabulary.brands["Quill"] == 1
    again = Knowledge(folder, engine, fake_encoders())
    assert again.vocabulary.brands["Quill"] == 1
    again.close()
    assert len(built) == 2


def test_prices_and_stock_cost_no_rebuild(
    engine: Engine, opened: Knowledge, built: list[Vocabulary]
) -> None:
    first = opened.refresh()
    with turn_unit(engine) as session:
        session.query(Variant).update({"stock": 1, "price": 3})
        session.query(Product).update({"popularity": 2.0})
    assert opened.refresh() is first
    opened.sync()
    assert opened.vocabulary is first
    assert len(built) == 1


def test_a_folder_that_cannot_be_written_keeps_none(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with read_unit(engine) as session:
        vocabulary, version = build_vocabulary(session), catalogue_version(session)
    save_vocabulary(tmp_path / "file" / "vocabulary.json", version, vocabulary)
    assert load_vocabulary(tmp_path / "file" / "vocabulary.json", version) is None
    assert [path.name for path in tmp_path.glob("*vocabulary*")] == []
