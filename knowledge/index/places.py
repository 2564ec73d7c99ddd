"""Where the vectors of generations lie: in the generation's folder, or on a Chroma server."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from knowledge.errors import IndexDamaged, IndexUnusable, ServerMissing
from knowledge.index.vectors import COLLECTIONS, HNSW, VectorStore, connections, let_go

CHROMA = "chroma"
"""Folder of the embedded Chroma within a generation."""
SERVED = "server.json"
"""Stands in a generation whose vectors lie on a server: under which names."""
SERVER_VARIABLE = "AISLE_CHROMA_URL"
TOKEN_VARIABLE = "AISLE_CHROMA_TOKEN"
_REACH_SECONDS = 3.0
_ANSWER_SECONDS = 30.0


class Place(Protocol):
    """Creates, opens and removes the vectors of a generation."""

    @property
    def shared(self) -> bool:
        """Whether several processes may have one generation open."""

    def create(self, generation: Path) -> VectorStore:
        """Empty collections for a new generation."""

    def open(self, generation: Path) -> VectorStore:
        """The collections of a generation.

        Raises:
            IndexDamaged: they are not there or cannot be opened.
            ServerMissing: the server does not answer.
        """

    def remove(self, generation: Path) -> None:
        """Delete the generation with its vectors; what cannot be deleted now stays for later."""


class Embedded:
    """Chroma's files in the generation's folder, for one process."""

    @property
    def shared(self) -> bool:
        """Never: embedded Chroma is not safe for several processes."""
        return False

    def create(self, generation: Path) -> VectorStore:
        """See :class:`Place`."""
        return VectorStore.embedded(generation / CHROMA)

    def open(self, generation: Path) -> VectorStore:
        """See :class:`Place`."""
        if (generation / SERVED).exists():
            raise IndexDamaged(
                f"{generation}: its vectors lie on a Chroma server that is no longer set; it will "
                "be built anew here."
            )
        return VectorStore.embedded(generation / CHROMA)

    def remove(self, generation: Path) -> None:
        """See :class:`Place`."""
        shutil.rmtree(generation, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server (`chroma run`), for any number of processes."""

    url: str
    """http://host:port, or https:// behind a proxy that checks who asks."""
    token: str = ""
    """Sent as a bearer token where it is set."""

    @property
    def shared(self) -> bool:
        """Always: a server keeps its clients apart."""
        return True

    def create(self, generation: Path) -> VectorStore:
        """See :class:`Place`."""
        client = self._client()
        key = secrets.token_hex(6)
        # Written first: whatever ends this process, the names can be cleared away later.
        (generation / SERVED).write_text(json.dumps({"url": self.url, "key": key}), "utf-8")
        try:
            held = {
                name: client.create_collection(
                    f"aisle-{key}-{name}", embedding_function=None, configuration=HNSW
                )
                for name in COLLECTIONS
            }
        except Exception as error:
            let_go(client)
            raise ServerMissing(self._absent(error)) from error
        return VectorStore(client, held)

    def open(self, generation: Path) -> VectorStore:
        """See :class:`Place`."""
        served = _served(generation)
        if served is None or served["url"] != self.url:
            raise IndexDamaged(
                f"{generation}: its vectors do not lie on {self.url}; it will be built anew there."
            )
        client = self._client()
        from chromadb.errors import NotFoundError

        try:
            held = {
                name: client.get_collection(f"aisle-{served['key']}-{name}") for name in COLLECTIONS
            }
        except NotFoundError as error:
            let_go(client)
            raise IndexDamaged(
                f"{self.url}: the server no longer has this index; it will be built anew."
            ) from error
        except Exception as error:
            let_go(client)
            raise ServerMissing(self._absent(error)) from error
        return VectorStore(client, held)

    def remove(self, generation: Path) -> None:
        """See :class:`Place`."""
        served = _served(generation)
        if served is not None and served["url"] == self.url:
            try:
                client = self._client()
            except ServerMissing:
                return
            from chromadb.errors import NotFoundError

            try:
                for name in COLLECTIONS:
                    try:
                        client.delete_collection(f"aisle-{served['key']}-{name}")
                    except NotFoundError:
                        continue
            except Exception:
                return  # the folder names them still; the next removal tries again
            finally:
                let_go(client)
        shutil.rmtree(generation, ignore_errors=True)

    def _client(self) -> Any:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            # Chroma's client waits long for a host that does not answer.
            socket.create_connection((host, port), timeout=_REACH_SECONDS).close()
            import chromadb
            from chromadb.config import Settings

            client = chromadb.HttpClient(
                host=host,
                port=port,
                ssl=parts.scheme == "https",
                headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
                settings=Settings(anonymized_telemetry=False),
            )
        except Exception as error:
            raise ServerMissing(self._absent(error)) from error
        for session in connections(client):
            # Without one, a server that hangs would hold up every search.
            session.timeout = _ANSWER_SECONDS
        return client

    def _absent(self, error: BaseException) -> str:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return (
            f"No Chroma server answers at {self.url} ({reason}). Start it with `chroma run --path "
            f"DIR --port {urlsplit(self.url).port or 80}`, or take the server out of shop.toml "
            f"([index] server) and {SERVER_VARIABLE}."
        )


def place_of(server: str) -> Place:
    """Where a shop's vectors lie: AISLE_CHROMA_URL before `server`, the shop's setting; "" for the
    folder.

    Raises:
        IndexUnusable: the address is none.
    """
    url = (os.environ.get(SERVER_VARIABLE) or server).strip().rstrip("/")
    if not url:
        return Embedded()
    parts = urlsplit(url)
    try:
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.path or parts.query:
        raise IndexUnusable(
            f"{url!r} is no address of a Chroma server; write http://HOST:PORT or https://HOST."
        )
    return Server(url, os.environ.get(TOKEN_VARIABLE, ""))


def _served(generation: Path) -> dict[str, str] | None:
    try:
        found = json.loads((generation / SERVED).read_text(encoding="utf-8"))
        return {"url": str(found["url"]), "key": str(found["key"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
