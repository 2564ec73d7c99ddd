"""The Chroma collections of one generation: vectors in, nearest ids out."""

from __future__ import annotations

from collections.abc import Sequence
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


class VectorStore:
    """Chroma on disk in one folder. Vectors are always passed in; nothing else is stored."""

    def __init__(self, folder: Path) -> None:
        """Open, or create where the folder is new.

        Raises:
            IndexDamaged: Chroma cannot open what is there.
        """
        try:
            import chromadb
            from chromadb.config import Settings

            folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collections: dict[str, Any] = {
                name: self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration={
                        "hnsw": {
                            "space": "cosine",
                            "ef_construction": 100,
                            "ef_search": 200,
                            "num_threads": 2,
                        }
                    },
                )
                for name in COLLECTIONS
            }
        except Exception as error:
            raise IndexDamaged(
                f"{folder}: the vector index cannot be opened ({error}); it will be built anew."
            ) from error

    def write(self, collection: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Add these vectors, or put them in place of those with the same ids."""
        for start in range(0, len(ids), WRITE_BATCH):
            stop = start + WRITE_BATCH
            self._collections[collection].upsert(
                ids=list(ids[start:stop]), embeddings=vectors[start:stop]
            )

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Take these ids out; ids that are not there are passed over."""
        for start in range(0, len(ids), WRITE_BATCH):
            self._collections[collection].delete(ids=list(ids[start : start + WRITE_BATCH]))

    def ids(self, collection: str) -> set[str]:
        """Every id of a collection."""
        return set(self._collections[collection].get(include=[])["ids"])

    def count(self, collection: str) -> int:
        """How many vectors a collection holds."""
        number: int = self._collections[collection].count()
        return number

    def vectors(self, collection: str, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of those ids that are there."""
        found = self._collections[collection].get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], "f4"), strict=True))

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
        """Let go of the files."""
        self._client.close()
