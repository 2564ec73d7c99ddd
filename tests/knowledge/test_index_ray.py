"""Encoding on a Ray cluster of this machine: the same to the byte, clear words without one."""

from __future__ import annotations

import builtins
import pickle
import socket
from pathlib import Path
from typing import Any

import pytest

from knowledge.encoders import Encoders, MiniLM
from knowledge.errors import ClusterMissing, ModelMissing
from knowledge.index import build as build_module
from knowledge.index.encoding import Piece
from knowledge.index.on_ray import cluster
from tests.knowledge.lives import big_shop, build, contents
from tests.knowledge.made import HashedWords, MeanColor, fake_encoders

# Ray's own sockets and processes are let go of at its own pace.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_same_index_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    monkeypatch.setattr(build_module, "CHUNK", 16)
    for name in ("here", "ray"):
        big_shop(tmp_path / name).dispose()
    from db.engine import create_engine_for

    encoders = fake_encoders()
    with cluster(encoders, "", 2) as where:
        assert where.ahead == 4
        engine = create_engine_for(tmp_path / "ray")
        build(tmp_path / "ray", engine, encoders=encoders, where=where)
        engine.dispose()
        assert isinstance(encoders.text, HashedWords)
        assert encoders.text.encoded == [], "nothing is encoded in this process"
        nowhere = Encoders(MiniLM(tmp_path / "nowhere"), HashedWords(512), MeanColor())
        with cluster_again(where, nowhere) as other, pytest.raises(ModelMissing):
            other.submit(Piece(("a lamp",)))()
        gone = where.submit(Piece(("a lamp",)))
        import ray

        ray.shutdown()
        with pytest.raises(ClusterMissing, match="went away"):
            gone()
        with pytest.raises(ClusterMissing, match="repeat it"):
            where.submit(Piece(("a lamp",)))()
    engine = create_engine_for(tmp_path / "here")
    build(tmp_path / "here", engine)
    engine.dispose()
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")


class cluster_again:
    """Another set of encoders on the cluster that is connected."""

    def __init__(self, where: Any, encoders: Encoders) -> None:
        from knowledge.index.on_ray import OnRay

        self._made = OnRay(where._ray, encoders, 1, "this machine")

    def __enter__(self) -> Any:
        return self._made

    def __exit__(self, *_: object) -> None: ...


def test_a_cluster_that_does_not_answer_is_named() -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for given in (address, f"ray://{address}"):
        with (
            pytest.raises(ClusterMissing, match="ray start --head") as raised,
            cluster(fake_encoders(), given, 2),
        ):
            pass
        assert given in str(raised.value)


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name == "ray":
            raise ImportError(name)
        return plain(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ClusterMissing, match=r"aisle\[ray\]"), cluster(fake_encoders(), "", 2):
        pass


def test_encoders_go_to_other_processes() -> None:
    sent: Encoders = pickle.loads(pickle.dumps(Encoders()))
    assert sent.text.version == Encoders().text.version
    assert sent.image.version == Encoders().image.version
    assert sent.multilingual.dimension == 512
