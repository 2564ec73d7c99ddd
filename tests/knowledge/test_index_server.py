"""Vectors on a Chroma server: the contract that the folder keeps, guests, a server gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, update

from db import outbox
from db.models import Product
from db.unit import read_unit, turn_unit
from knowledge.errors import IndexDamaged, IndexUnusable, ServerMissing
from knowledge.index import generation as disk
from knowledge.index import roll_back
from knowledge.index.places import Embedded, Place, Server, place_of
from knowledge.index.vectors import COLLECTIONS, let_go
from knowledge.shop import Knowledge
from knowledge.types import ProductQuery
from tests.knowledge.lives import big_shop, build, contents
from tests.knowledge.made import NOW, fake_encoders, product
from tests.knowledge.test_index_life import _ids, eventually


class Served:
    """A `chroma run` on a port of its own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it; why it could not be, or ""."""
        program = shutil.which(
            "chroma", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        )
        if program is None:
            return "there is no program `chroma`"
        self._process = subprocess.Popen(
            [
                program,
                "run",
                "--path",
                str(self._folder),
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        pause = Event()
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return ""
            except OSError:
                if self._process.poll() is not None:
                    return f"`chroma run` ended with status {self._process.returncode}"
                pause.wait(0.05)
        return "`chroma run` did not answer within 30 s"

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for the tests of this module."""
    found = Served(tmp_path_factory.mktemp("chroma"))
    trouble = found.start()
    if trouble:
        pytest.skip(f"no Chroma server here: {trouble}")
    yield found
    found.stop()


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest) -> Place:
    """Both places."""
    if request.param == "folder":
        return Embedded()
    server: Served = request.getfixturevalue("served")
    return Server(server.url)


def _names(url: str) -> set[str]:
    import chromadb

    parts = url.rpartition(":")
    client: Any = chromadb.HttpClient(host="127.0.0.1", port=int(parts[2]))
    names = {one.name for one in client.list_collections()}
    let_go(client)
    return names


def test_vectors_come_back_as_they_were_written(tmp_path: Path, place: Place) -> None:
    store = place.create(tmp_path)
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"id {n} ü#{n % 3}" for n in range(60)]
    print_ = store.write("products_text", ids, rows)
    assert store.ids("products_text") == set(ids)
    assert store.count("products_text") == 60
    assert store.fingerprint("products_text", reversed(ids)) == print_
    held = store.vectors("products_text", [ids[3], "nobody"])
    assert np.allclose(held[ids[3]], rows[3], atol=1e-6)
    assert set(held) == {ids[3]}
    near = store.nearest("products_text", rows[5], 3)
    order = sorted(ids, key=lambda id_: -float(rows[ids.index(id_)] @ rows[5]))
    assert list(near) == order[:3]
    assert list(store.nearest("products_text", rows[5], 3, among=order[10:14])) == order[10:13]
    first_two = store.fingerprint("products_text", ids[:2])
    other = store.write("products_text", ids[:1], rows[1:2])
    assert store.count("products_text") == 60
    taken = store.fingerprint("products_text", ids[:1])
    assert other == taken
    store.delete("products_text", [*ids[:2], "nobody"])
    assert store.ids("products_text") == set(ids[2:])
    assert store.nearest("products_text", np.zeros(8, np.float32), 3) == {}
    store.close()
    again = place.open(tmp_path)
    assert again.count("products_text") == 58
    rest = again.fingerprint("products_text", ids[2:])
    assert (rest + first_two) % 2**64 == print_
    again.close()
    place.remove(tmp_path)
    assert not tmp_path.exists()


def test_an_index_is_the_same_on_a_server_and_in_the_folder(tmp_path: Path, served: Served) -> None:
    at = Server(served.url)
    found = []
    for name, where in (("folder", Embedded()), ("server", at)):
        engine = big_shop(tmp_path / name, 40)
        build(tmp_path / name, engine, place=where)
        engine.dispose()
        found.append(contents(tmp_path / name, where))
    assert found[0] == found[1]


def test_a_shop_lives_on_a_server(folder: Path, engine: Engine, served: Served) -> None:
    at = Server(served.url)
    before = _names(served.url)
    owner = Knowledge(folder, engine, fake_encoders(), at)
    owner.start()
    eventually(lambda: owner.notice == "" and owner.index.generation == "g000001")
    assert len(_names(served.url) - before) == len(COLLECTIONS)
    guest = Knowledge(folder, engine, fake_encoders(), at)
    guest.start()
    assert not guest.index.owned
    assert guest.notice == "", "a server is for several processes"
    assert "text" in _first(guest, engine, "hiking boots").evidence
    with turn_unit(engine) as session:
        session.add(product("kettle", "Copper kettle"))
        outbox.put(session, "product", ["kettle"], "upsert", NOW)
    for each in (owner, guest):
        eventually(lambda each=each: _ids(each, engine, "copper kettle")[:1] == ["kettle"])  # type: ignore[misc]
    build(folder, engine, place=at)
    for each in (owner, guest):
        eventually(lambda each=each: each.index.generation == "g000002")  # type: ignore[misc]
    roll_back(folder / "index", fake_encoders())
    eventually(lambda: guest.index.generation == owner.index.generation == "g000001")
    build(folder, engine, place=at)
    assert len(_names(served.url) - before) == 2 * len(COLLECTIONS), "two generations, no more"
    guest.close()
    owner.close()


def _first(knowledge: Knowledge, engine: Engine, text: str) -> Any:
    with read_unit(engine) as session:
        return knowledge.products.search(session, ProductQuery(text))[0]


def test_a_server_that_goes_and_comes_back(
    folder: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = Served(tmp_path_factory.mktemp("own"))
    trouble = own.start()
    if trouble:
        pytest.skip(f"no Chroma server here: {trouble}")
    at = Server(own.url)
    knowledge = Knowledge(folder, engine, fake_encoders(), at)
    knowledge.start()
    eventually(lambda: knowledge.index.generation == "g000001")
    own.stop()
    hit = _first(knowledge, engine, "hiking boots")
    assert hit.product_id == "hike"
    assert "text" not in hit.evidence, "by keyword"
    eventually(lambda: "chroma run" in knowledge.notice)
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "tee").values(title="Jersey", content_hash="x")
        )
        outbox.put(session, "product", ["tee"], "upsert", NOW)
    assert own.start() == ""
    eventually(lambda: knowledge.notice == "")
    assert knowledge.index.generation == "g000001", "what the server holds is used again"
    assert "text" in _first(knowledge, engine, "jersey").evidence
    knowledge.close()
    own.stop()


def test_without_a_server_keyword_search_answers(folder: Path, engine: Engine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        at = Server(f"http://127.0.0.1:{free.getsockname()[1]}")
    knowledge = Knowledge(folder, engine, fake_encoders(), at)
    with pytest.raises(ServerMissing, match="chroma run"):
        knowledge.sync()
    assert _first(knowledge, engine, "hiking boots").product_id == "hike"
    knowledge.close()
    assert list((folder / "index").glob("g*")) == []


def test_an_index_is_built_anew_where_the_place_changes(
    folder: Path, engine: Engine, knowledge: Knowledge, served: Served
) -> None:
    knowledge.close()
    generation = disk.current_generation(folder / "index")
    assert generation is not None
    with pytest.raises(IndexDamaged, match="do not lie on"):
        Server(served.url).open(generation)
    moved = Knowledge(folder, engine, fake_encoders(), Server(served.url))
    moved.sync()
    assert moved.index.generation == "g000002"
    assert "text" in _first(moved, engine, "hiking boots").evidence
    moved.close()


@pytest.mark.parametrize(
    "wrong", ["localhost:8000", "ftp://host", "http://", "http://a:x", "http://a/b"]
)
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(IndexUnusable, match="http://HOST:PORT"):
        place_of(wrong)


def test_the_variable_goes_before_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(place_of(""), Embedded)
    assert place_of("http://shop:8000/") == Server("http://shop:8000")
    monkeypatch.setenv("AISLE_CHROMA_URL", "https://chroma.example")
    monkeypatch.setenv("AISLE_CHROMA_TOKEN", "secret")
    assert place_of("http://shop:8000") == Server("https://chroma.example", "secret")
