"""The Chroma collections of one generation, in a folder or on a server: vectors in, ids out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.base import Vectors
from knowledge.errors import IndexDamaged

COLLECTIONS = (
    "products_text",
    "products_multi",
    "products_image",
    "passages_text",
    "passages_multi",
)
WRITE_BATCH = 2000
READ_BATCH = 5000
HNSW = {
    "hnsw": {"space": "cosine", "ef_construction": 100, "ef_search": 200, "num_threads": 2},
}


class VectorStore:
    """The collections of a generation. Vectors are always passed in; nothing else is stored."""

    def __init__(self, client: Any, collections: dict[str, Any]) -> None:
        """`collections` are Chroma's, by the names in COLLECTIONS."""
        self._client = client
        self._collections = collections

    @classmethod
    def embedded(cls, folder: Path) -> VectorStore:
        """Open Chroma in a folder, or create it where the folder is new.

        Raises:
            IndexDamaged: Chroma cannot open what is there.
        """
        try:
            import chromadb
            from chromadb.config import Settings

            folder.mkdir(parents=True, exist_ok=True)
            client = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False)
            )
            return cls(
                client,
                {
                    name: client.get_or_create_collection(
                        name, embedding_function=None, configuration=HNSW
                    )
                    for name in COLLECTIONS
                },
            )
        except BaseException as error:
            # Chroma's core panics past Exception on a damaged file.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise IndexDamaged(
                f"{folder}: the vector index cannot be opened ({error}); it will be built anew."
            ) from error

    def write(self, collection: str, ids: Sequence[str], vectors: Vectors) -> int:
        """Add these vectors, or put them in place of those with the same ids, and read them back.

        Returns:
            Their fingerprint.

        Raises:
            IndexDamaged: what is read back is not what was written.
        """
        total = 0
        for start in range(0, len(ids), WRITE_BATCH):
            names, rows = (
                list(ids[start : start + WRITE_BATCH]),
                vectors[start : start + WRITE_BATCH],
            )
            self._collections[collection].upsert(ids=names, embeddings=rows)
            held = self.vectors(collection, names)
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
            # Chroma keeps cosine vectors at length 1.
            wanted = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
            if len(held) != len(set(names)) or not np.allclose(
                np.stack([held[name] for name in names]), wanted, atol=1e-4
            ):
                raise IndexDamaged(f"{collection}: Chroma did not keep what was written to it.")
            total += _fingerprint(held)
        return total % 2**64

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Take these ids out; ids that are not there are passed over."""
        for start in range(0, len(ids), WRITE_BATCH):
            self._collections[collection].delete(ids=list(ids[start : start + WRITE_BATCH]))

    def ids(self, collection: str) -> set[str]:
        """Every id of a collection."""
        found: set[str] = set()
        offset = 0
        while True:
            some = self._collections[collection].get(include=[], limit=READ_BATCH, offset=offset)
            found.update(some["ids"])
            if len(some["ids"]) < READ_BATCH:
                return found
            offset += READ_BATCH

    def count(self, collection: str) -> int:
        """How many vectors a collection holds."""
        number: int = self._collections[collection].count()
        return number

    def vectors(self, collection: str, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of those ids that are there."""
        if not ids:
            return {}
        found = self._collections[collection].get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], "f4"), strict=True))

    def fingerprint(self, collection: str, ids: Iterable[str]) -> int:
        """A 64-bit sum over ids and their stored vectors, bit by bit.

        Sums of parts add up (modulo 2^64), in whatever order, so that it can be carried on from
        change to change.
        """
        order = list(ids)
        return (
            sum(
                _fingerprint(self.vectors(collection, order[start : start + WRITE_BATCH]))
                for start in range(0, len(order), WRITE_BATCH)
            )
            % 2**64
        )

    def nearest(
        self,
        collection: str,
        vector: NDArray[np.float32],
        limit: int,
        among: Sequence[str] | None = None,
    ) -> dict[str, float]:
        """Cosine similarity of the nearest ids, best first; `among` are the only ones looked at."""
        wanted = limit if among is None else min(limit, len(among))
        if wanted == 0 or not vector.any():
            return {}
        found = self._collections[collection].query(
            query_embeddings=[vector],
            n_results=wanted,
            ids=None if among is None else list(among),
            include=["distances"],
        )
        return {
            id_: 1.0 - float(distance)
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def close(self) -> None:
        """Let go of the files or the connection."""
        let_go(self._client)


def let_go(client: Any) -> None:
    """Close a Chroma client, with the connections that its own `close` leaves open."""
    held = connections(client)
    client.close()
    for session in held:
        session.close()


def connections(client: Any) -> list[Any]:
    """The httpx clients of a Chroma client of a server; none of an embedded one."""
    servers = (
        getattr(each, "_server", None) for each in (client, getattr(client, "_admin_client", None))
    )
    sessions = (getattr(server, "_session", None) for server in servers)
    return [session for session in sessions if session is not None]


def _fingerprint(held: Mapping[str, NDArray[np.float32]]) -> int:
    total = 0
    for id_, vector in held.items():
        data = id_.encode() + b"\0" + np.ascontiguousarray(vector, "<f4").tobytes()
        total += int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
    return total
