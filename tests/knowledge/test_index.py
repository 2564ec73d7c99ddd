"""The index: true to SQL, built aside, owned by one, doing without when it is damaged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from db.models import Article, Outbox, Product
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders, MiniLM
from knowledge.errors import IndexDamaged
from knowledge.index import build
from knowledge.shop import Knowledge, Shop
from knowledge.types import ProductQuery
from tests.knowledge.made import (
    NOW,
    HashedWords,
    MeanColor,
    fake_encoders,
    png,
    product,
    shop_with,
)


def _ids(knowledge: Knowledge, engine: Engine, text: str) -> list[str]:
    with read_unit(engine) as session:
        return [hit.product_id for hit in knowledge.products.search(session, ProductQuery(text))]


def _generations(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "index").glob("g*"))


def test_changes_come_in_through_the_outbox(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    with turn_unit(engine) as session:
        session.add(product("kettle", "Copper kettle", category="Kettles"))
        session.execute(update(Product).where(Product.id == "hike").values(active=False))
        session.execute(
            update(Product)
            .where(Product.id == "tee")
            .values(title="Striped jersey", content_hash="changed")
        )
        for record in ("kettle", "hike", "tee"):
            session.add(Outbox(kind="product", record_id=record, action="upsert", created_at=NOW))
        session.execute(
            update(Article).where(Article.id == "care.en").values(body="Polish brass weekly.")
        )
    before = _generations(folder)
    knowledge.sync()
    assert _generations(folder) == before, "a small change is made in place"
    assert _ids(knowledge, engine, "copper kettle")[0] == "kettle"
    assert _ids(knowledge, engine, "striped jersey")[0] == "tee"
    assert "hike" not in _ids(knowledge, engine, "hiking boots")
    with read_unit(engine) as session:
        assert session.scalar(select(func.count(Outbox.id))) == 0
        assert knowledge.articles.search(session, "polish brass", "en")[0].article_id == "care.en"
    assert knowledge.health() == (True, "7 products, 2 pictures, 3 passages")


def test_only_what_changed_is_encoded_again(folder: Path, engine: Engine) -> None:
    text = HashedWords()
    knowledge = Knowledge(folder, engine, Encoders(text, HashedWords(512), MeanColor()))
    knowledge.sync()
    text.encoded.clear()
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "tee").values(title="Jersey", content_hash="x")
        )
    knowledge.sync()
    assert len(text.encoded) == 1
    assert text.encoded[0].startswith("Jersey")
    knowledge.close()


def test_a_built_index_is_used_again(folder: Path, engine: Engine, knowledge: Knowledge) -> None:
    knowledge.close()
    text = HashedWords()
    again = Knowledge(folder, engine, Encoders(text, HashedWords(512), MeanColor()))
    again.sync()
    assert text.encoded == []
    assert _ids(again, engine, "hiking boots")[0] == "hike"
    assert again.notice == ""
    again.close()


def test_a_second_owner_searches_by_keyword(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    second = Knowledge(folder, engine, fake_encoders())
    assert "searches by keyword" in second.notice
    with read_unit(engine) as session:
        best = second.products.search(session, ProductQuery("hiking boots"))[0]
    assert best.product_id == "hike"
    assert "text" not in best.evidence
    assert second.sync() == []
    second.close()
    assert _ids(knowledge, engine, "hiking boots")[0] == "hike"


@pytest.mark.parametrize("harm", ["pointer", "manifest", "chroma", "vectors", "dirty", "keyword"])
def test_a_damaged_index_is_noticed_and_built_anew(
    folder: Path, engine: Engine, knowledge: Knowledge, harm: str
) -> None:
    knowledge.close()
    (name,) = _generations(folder)
    generation = folder / "index" / name
    if harm == "pointer":
        (folder / "index" / "CURRENT").write_text("../elsewhere")
    elif harm == "manifest":
        (generation / "manifest.json").write_text('{"encoders": ')
    elif harm == "chroma":
        (generation / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    elif harm == "vectors":
        manifest = json.loads((generation / "manifest.json").read_text())
        manifest["products"]["ghost"] = "x"
        (generation / "manifest.json").write_text(json.dumps(manifest))
    elif harm == "dirty":
        (generation / "dirty").touch()
    else:
        shutil.rmtree(generation / "keyword-1" / "products" / "en")
        (generation / "keyword-1" / "products" / "ids.json").unlink()
    opened = Knowledge(folder, engine, fake_encoders())
    assert "built" in opened.notice
    assert _ids(opened, engine, "hiking boots") == ["hike"], "keyword search carries on"
    opened.sync()
    assert opened.notice == ""
    with read_unit(engine) as session:
        best = opened.products.search(session, ProductQuery("hiking boots"))[0]
    assert "text" in best.evidence
    assert len(_generations(folder)) == 1
    opened.close()


def test_a_build_that_fails_leaves_the_old_index(
    folder: Path, engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "index" / "CURRENT").read_text()
    with turn_unit(engine) as session:
        session.add_all(product(f"new{n}", f"Lamp {n}") for n in range(60))

    def lose(*_: object) -> None:
        raise IndexDamaged("lost")

    with monkeypatch.context() as patch:
        patch.setattr(build, "write_manifest", lose)
        with pytest.raises(IndexDamaged, match="lost"):
            knowledge.sync()
    assert (folder / "index" / "CURRENT").read_text() == before
    assert _generations(folder) == [before]
    assert _ids(knowledge, engine, "hiking boots")[0] == "hike"
    knowledge.sync()
    assert (folder / "index" / "CURRENT").read_text() != before
    assert _ids(knowledge, engine, "lamp 7")[0] == "new7"


def test_other_weights_mean_another_index(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    knowledge.close()
    encoders = Encoders(HashedWords(version="hashed-2"), HashedWords(512), MeanColor())
    opened = Knowledge(folder, engine, encoders)
    assert "other models" in opened.notice
    opened.sync()
    assert _generations(folder) == ["g000001", "g000002"], "the one before is kept"
    assert opened.notice == ""
    opened.close()


def test_without_weights_keyword_search_answers(folder: Path, engine: Engine) -> None:
    encoders = Encoders(MiniLM(folder / "nowhere"), HashedWords(512), MeanColor())
    opened = Knowledge(folder, engine, encoders)
    opened.start()
    assert _ids(opened, engine, "hiking boots")[0] == "hike"
    opened.close()
    assert "model file not found" in opened.notice


def test_progress_runs_to_its_end(folder: Path, engine: Engine) -> None:
    told: list[tuple[str, int, int]] = []
    opened = Knowledge(folder, engine, fake_encoders())
    opened.sync(lambda *step: told.append(step))
    opened.close()
    assert told[0] == ("Indexing products", 0, 7)
    assert ("Indexing products", 7, 7) in told
    assert told[-1] == ("Indexing words", 1, 1)


@pytest.mark.usefixtures("engine")
def test_a_shop_is_opened_indexed_and_closed(folder: Path) -> None:
    with Shop.open(folder, encoders=fake_encoders()) as shop:
        shop.knowledge.sync()
        assert shop.settings.name == "Aisle"
        assert shop.knowledge.vocabulary.brands["Ridge"] == 2
        assert _ids(shop.knowledge, shop.engine, "hiking boots")[0] == "hike"
    with Shop.open(folder, encoders=fake_encoders()) as shop:
        assert shop.knowledge.notice == "", "the lock was let go"


def test_no_text_goes_into_chroma(folder: Path, knowledge: Knowledge) -> None:
    knowledge.close()
    stores = [path.parent for path in (folder / "index").rglob("chroma.sqlite3")]
    assert stores
    for store in stores:
        # Beside it lie vectors; what they do not fill is memory as it was, and tells nothing.
        for path in store.rglob("*"):
            if path.is_file() and path.suffix != ".bin":
                data = path.read_bytes()
                place = data.lower().find(b"hiking")
                assert place < 0, (path.name, data[max(0, place - 100) : place + 100])
        with closing(sqlite3.connect(store / "chroma.sqlite3")) as base:
            ids = {row[0] for row in base.execute("SELECT embedding_id FROM embeddings")}
            told = base.execute("SELECT count(*) FROM embedding_metadata").fetchone()[0]
        assert "hike" in " ".join(ids), "ids are there"
        assert told == 0, "neither a document nor what describes one"


def test_an_empty_shop_can_be_searched(tmp_path: Path) -> None:
    engine = shop_with(tmp_path, [])
    opened = Knowledge(tmp_path, engine, fake_encoders())
    opened.sync()
    assert _ids(opened, engine, "anything") == []
    with read_unit(engine) as session:
        query = ProductQuery(image=png("red"))
        assert opened.products.search(session, query) == []
        assert opened.articles.search(session, "delivery", "en") == []
    opened.close()
    engine.dispose()
