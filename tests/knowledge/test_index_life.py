"""The index over its life: killed, resumed, swapped, gone back, without room, changed at once."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, update

from db import outbox
from db.models import Product
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders
from knowledge.errors import DiskFull, IndexBusy, IndexDamaged, IndexUnusable
from knowledge.index import build as build_module
from knowledge.index import generation as disk
from knowledge.index import roll_back
from knowledge.index.aside import building
from knowledge.index.encoding import Checkpoints, Encoded, Here, Piece, encode, encoded
from knowledge.index.inspect import Finding, verify_all
from knowledge.index.places import Embedded
from knowledge.shop import Knowledge
from knowledge.types import ProductQuery
from tests.knowledge.lives import big_shop, build, contents
from tests.knowledge.made import NOW, HashedWords, MeanColor, fake_encoders, png, product


def _ids(knowledge: Knowledge, engine: Engine, text: str) -> list[str]:
    with read_unit(engine) as session:
        return [hit.product_id for hit in knowledge.products.search(session, ProductQuery(text))]


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for something that another thread brings about."""
    pause, end = Event(), time.monotonic() + 60
    while time.monotonic() < end:
        if holds():
            return
        pause.wait(0.02)
    pytest.fail("it never came to hold")


def _verified(folder: Path, engine: Engine, encoders: Encoders | None = None) -> dict[str, Finding]:
    found: list[Finding] = []
    with read_unit(engine) as session:
        sound = verify_all(
            folder / "index", session, encoders or fake_encoders(), Embedded(), found.append
        )
    assert sound == all(one.ok for one in found)
    return {one.name: one for one in found}


@pytest.mark.parametrize("seed", [1])
def test_a_killed_build_goes_on_and_ends_the_same(tmp_path: Path, seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.knowledge.killed_build", str(tmp_path), str(seed)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["signals"] == [9] * 5
    assert told["taken_up"][0] >= 3, "what was encoded is not encoded again"
    assert told["same"], "every id, vector, keyword score and state"
    assert told["left"] == []


def test_pieces_stay_the_same_when_a_product_is_added_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "CHUNK", 16)
    engine = big_shop(tmp_path, 320)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "verify", full)
        with pytest.raises(DiskFull, match="goes on from what was encoded"):
            build(tmp_path, engine)
    kept = len(list((tmp_path / "index" / "encoded").iterdir()))
    with turn_unit(engine) as session:
        session.add(product("a-first", "Lamp before all others"))
    taken = build(tmp_path, engine)
    assert kept > 15
    assert taken > kept * 0.5
    engine.dispose()


def test_a_checkpoint_that_is_damaged_is_as_good_as_none(tmp_path: Path) -> None:
    encoders = fake_encoders()
    piece = Piece(("one lamp", ""), ("eins",), (png("red"), b"none"))
    kept = Checkpoints(tmp_path, {"text": "1"})
    key = kept.key(piece)
    kept.keep(key, encode(encoders, piece))
    found = kept.find(key)
    assert found is not None
    assert found.refused[0] == ""
    assert "not a picture" in found.refused[1]
    assert (found.texts == encode(encoders, piece).texts).all()
    (file,) = tmp_path.iterdir()
    data = file.read_bytes()
    for harmed in (data[:-1], data[:-1] + bytes([data[-1] ^ 1]), b"", data[:20]):
        file.write_bytes(harmed)
        assert kept.find(key) is None
    assert Checkpoints(tmp_path, {"text": "2"}).key(piece) != key
    assert kept.key(Piece(("one lamp", ""), ("eins",), (b"none", png("red")))) != key
    assert kept.key(Piece(("one lamp",), ("", "eins"), piece.pictures)) != key


def test_no_more_pieces_are_under_way_than_allowed() -> None:
    class Counting(Here):
        ahead = 3
        under_way = most = 0

        def submit(self, piece: Piece) -> Callable[[], Encoded]:
            self.under_way += 1
            self.most = max(self.most, self.under_way)

            def result() -> Encoded:
                self.under_way -= 1
                return encode(fake_encoders(), piece)

            return result

    where = Counting(fake_encoders())
    pieces = ((n, Piece((f"lamp {n}",))) for n in range(20))
    assert [label for label, _ in encoded(pieces, where)] == list(range(20))
    assert where.most == 3


def test_without_room_the_old_index_serves_on(
    folder: Path, engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents_without_owner(folder, knowledge)
    with turn_unit(engine) as session:
        session.add_all(product(f"new{n}", f"Lamp {n}") for n in range(60))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "keep", full)
        with pytest.raises(DiskFull, match="free some space"):
            knowledge.sync()
    assert _ids(knowledge, engine, "hiking boots")[0] == "hike"
    assert contents_without_owner(folder, knowledge) == before
    assert [p.name for p in (folder / "index").glob("g*")] == ["g000001"]
    knowledge.sync()
    assert _ids(knowledge, engine, "lamp 7")[0] == "new7"


def contents_without_owner(folder: Path, knowledge: Knowledge) -> str:
    """The pointer and the states, which can be read beside the owner."""
    root = folder / "index"
    generation = disk.current_generation(root)
    assert generation is not None
    assert knowledge.index.health()[0]
    return f"{generation.name} {sorted(disk.read_manifest(generation).products.items())}"


def test_a_change_that_fails_half_way_costs_no_more_than_a_build(
    folder: Path, engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "tee").values(title="Jersey", content_hash="x")
        )
        outbox.put(session, "product", ["tee"], "upsert", NOW)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "write_manifest", full)
        with pytest.raises(OSError, match="No space"):
            knowledge.sync()
    assert _ids(knowledge, engine, "hiking boots")[0] == "hike", "by keyword"
    knowledge.sync()
    assert _ids(knowledge, engine, "jersey")[0] == "tee"
    knowledge.close()
    assert all(one.ok for one in _verified(folder, engine).values())


def test_changed_in_place_is_verified_like_built_anew(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "run").values(title="Spikes", content_hash="x")
        )
        session.execute(update(Product).where(Product.id == "hike").values(active=False))
        session.add(product("kettle", "Copper kettle", title_zh="铜水壶"))
    knowledge.sync()
    assert _ids(knowledge, engine, "copper kettle")[0] == "kettle"
    assert _ids(knowledge, engine, "铜水壶")[0] == "kettle"
    knowledge.close()
    assert all(one.ok for one in _verified(folder, engine).values())
    again = Knowledge(folder, engine, fake_encoders())
    again.index.open()
    products = again.index.snapshot().products
    assert set(products.changes) == {"run", "hike", "kettle"}, "put over, not made anew"
    assert _ids(again, engine, "spikes")[0] == "run"
    assert "hike" not in _ids(again, engine, "hiking boots")
    again.close()


def test_verification_is_exhaustive(folder: Path, engine: Engine, knowledge: Knowledge) -> None:
    beside = _verified(folder, engine)
    assert all(one.ok for one in beside.values())
    assert "in a copy" in beside["products_text"].detail, "another holds it"
    knowledge.close()
    assert all(one.ok for one in _verified(folder, engine).values())
    other = Encoders(HashedWords(version="hashed-2"), HashedWords(512), MeanColor())
    assert "hashed-2" in _verified(folder, engine, other)["models"].detail
    with turn_unit(engine) as session:
        session.execute(update(Product).where(Product.id == "tee").values(content_hash="other"))
    wrong = _verified(folder, engine)["records"]
    assert not wrong.ok
    assert "'tee'" in wrong.detail
    generation = disk.current_generation(folder / "index")
    assert generation is not None
    store = Embedded().open(generation)
    vector = store.vectors("products_text", ["hike"])["hike"]
    vector[:2] = vector[1::-1] + 0.001
    store.write("products_text", ["hike"], vector[None])
    store.close()
    found = _verified(folder, engine)
    assert [name for name, one in found.items() if not one.ok] == ["records", "products_text"]


def test_a_generation_swapped_in_by_another_is_taken_up(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    knowledge.close()
    serving = Knowledge(folder, engine, fake_encoders())
    serving.start()
    assert serving.notice == ""
    build(folder, engine)
    root = folder / "index"
    current = disk.current_generation(root)
    assert current is not None
    assert current.name == "g000002"
    eventually(lambda: serving.index.generation == "g000002")
    assert _ids(serving, engine, "hiking boots")[0] == "hike"
    before = roll_back(root, fake_encoders())
    assert before.name == "g000001"
    eventually(lambda: serving.index.generation == "g000001")
    assert serving.notice == ""
    assert roll_back(root, fake_encoders()).name == "g000002", "and back again"
    eventually(lambda: serving.index.generation == "g000002")
    serving.close()


def test_going_back_takes_up_what_changed_since(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    with pytest.raises(IndexUnusable, match="no earlier index"):
        roll_back(folder / "index", fake_encoders())
    knowledge.close()
    with turn_unit(engine) as session:
        session.add(product("kettle", "Copper kettle"))
    build(folder, engine)
    roll_back(folder / "index", fake_encoders())
    again = Knowledge(folder, engine, fake_encoders())
    again.sync()
    assert again.index.generation == "g000001"
    assert _ids(again, engine, "copper kettle")[0] == "kettle"
    again.close()
    other = Encoders(HashedWords(version="hashed-2"), HashedWords(512), MeanColor())
    with pytest.raises(IndexUnusable, match="other models"):
        roll_back(folder / "index", other)


def test_one_builds_at_a_time(folder: Path, engine: Engine, knowledge: Knowledge) -> None:
    with building(folder / "index"):
        with pytest.raises(IndexBusy, match="another process"):
            build(folder, engine)
        with turn_unit(engine) as session:
            session.add_all(product(f"new{n}", f"Lamp {n}") for n in range(60))
        knowledge.sync()
        assert "building" in knowledge.notice
        assert _ids(knowledge, engine, "hiking boots")[0] == "hike"
    knowledge.sync()
    assert knowledge.notice == ""


def test_a_running_shop_takes_a_change_up_by_itself(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    knowledge.close()
    serving = Knowledge(folder, engine, fake_encoders())
    serving.start()
    assert serving.notice == ""
    assert "kettle" not in _ids(serving, engine, "copper kettle")
    with turn_unit(engine) as session:
        session.add(product("kettle", "Copper kettle"))
        outbox.put(session, "product", ["kettle"], "upsert", NOW)
    eventually(lambda: _ids(serving, engine, "copper kettle")[:1] == ["kettle"])
    with read_unit(engine) as session:
        best = serving.products.search(session, ProductQuery("copper kettle"))[0]
    assert "text" in best.evidence
    with turn_unit(engine) as session:
        session.execute(update(Product).where(Product.id == "kettle").values(title="Brass pan"))
        outbox.put(session, "product", ["kettle"], "upsert", NOW)
    eventually(lambda: _ids(serving, engine, "brass pan")[:1] == ["kettle"])
    serving.close()


def test_a_guest_becomes_the_owner_when_that_goes(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    guest = Knowledge(folder, engine, fake_encoders())
    guest.start()
    assert "Another Aisle" in guest.notice
    knowledge.close()
    eventually(lambda: guest.index.owned and guest.notice == "")
    with read_unit(engine) as session:
        best = guest.products.search(session, ProductQuery("hiking boots"))[0]
    assert "text" in best.evidence
    guest.close()


def test_a_store_that_fails_while_serving_is_built_anew(
    folder: Path, engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.index.vectors import VectorStore

    knowledge.close()
    serving = Knowledge(folder, engine, fake_encoders())
    serving.start()
    assert serving.notice == ""

    def torn(*_: object, **__: object) -> dict[str, float]:
        raise IndexDamaged("torn")

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "nearest", torn)
        assert _ids(serving, engine, "hiking boots")[0] == "hike", "keyword search carries on"
    eventually(lambda: serving.notice == "" and serving.index.generation != "g000001")
    serving.close()
    assert all(one.ok for one in _verified(folder, engine).values())


def test_built_twice_is_the_same(tmp_path: Path) -> None:
    engine = big_shop(tmp_path, 60)
    build(tmp_path, engine)
    first = contents(tmp_path)
    build(tmp_path, engine)
    assert contents(tmp_path) == first
    engine.dispose()
