"""The pictures of a generation: read, encoded, learned from, written as the shop's model has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from knowledge.encoders import Vectors
from knowledge.encoders.pictures import MAX_BYTES
from knowledge.index.documents import ProductDocument
from knowledge.index.generation import PICTURES, Manifest
from knowledge.index.vectors import VectorStore
from knowledge.pictures import PictureModel, read_labels
from knowledge.pictures.weights import learn_with_weights

MAX_PICTURES = 24
"""Pictures indexed of one product."""
COLLECTION = "products_image"


def read_pictures(
    shop: Path, document: ProductDocument, refused: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Path and content of the pictures of a product; `refused` gets a line for each unreadable."""
    root = shop.resolve()
    for path in document.pictures[:MAX_PICTURES]:
        try:
            # A path from a catalogue must not lead out of the shop folder.
            target = (root / path).resolve()
            if not target.is_relative_to(root):
                raise OSError("outside the shop folder")
            with target.open("rb") as file:
                # One byte more than a decoder takes: it then says that there are too many.
                yield path, file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            refused.append(f"{path}: {error}")


class PictureIndexer:
    """Takes encoded pictures; without a model, holds their vectors until one is learned."""

    def __init__(
        self, dimension: int, refused: list[str], model: PictureModel | None = None
    ) -> None:
        """`refused` gets one line for each picture that is left out."""
        self._dimension = dimension
        self._refused = refused
        self._model = model
        self._names: list[str] = []
        self._pictures: list[tuple[str, str]] = []
        self._rows: list[NDArray[np.float16]] = []
        self._texts: dict[str, Vectors] = {}

    def take(
        self,
        owners: Sequence[tuple[str, str]],
        vectors: Vectors,
        reasons: Sequence[str],
        texts: dict[str, Vectors],
        manifest: Manifest,
        store: VectorStore,
    ) -> None:
        """Take pictures: (product, path), their vectors, why they were refused ("" if not), and
        the sentence vectors of the products."""
        for (owner, path), row, reason in zip(owners, vectors, reasons, strict=True):
            if reason:
                self._refused.append(f"{owner}: {reason}")
                continue
            number = manifest.pictures.get(owner, 0)
            manifest.pictures[owner] = number + 1
            self._names.append(f"{owner}#{number}")
            self._pictures.append((owner, path))
            # Half precision: a build holds the vectors of every picture until it has learned.
            self._rows.append(row.astype(np.float16))
            self._texts[owner] = texts[owner]
        if self._model is not None:
            self._write(self._model, manifest, store)

    def finish(
        self, session: Session, generation: Path, manifest: Manifest, store: VectorStore
    ) -> PictureModel:
        """Learn from all that was taken, write it, and keep the model with the generation."""
        if self._model is None:
            self._model = self._learned(session)
            self._write(self._model, manifest, store)
        self._model.save(generation / PICTURES)
        return self._model

    def _learned(self, session: Session) -> PictureModel:
        if not self._rows:
            return PictureModel.plain(self._dimension)
        labels = read_labels(session, self._pictures)
        return learn_with_weights(
            session,
            np.stack(self._rows).astype(np.float32),
            [labels[picture] for picture in self._pictures],
            self._texts,
        )

    def _write(self, model: PictureModel, manifest: Manifest, store: VectorStore) -> None:
        for start in range(0, len(self._rows), 2000):
            rows = np.stack(self._rows[start : start + 2000]).astype(np.float32)
            names = self._names[start : start + 2000]
            manifest.printed(COLLECTION, store.write(COLLECTION, names, model.stored(rows)))
        self._names, self._pictures, self._rows, self._texts = [], [], [], {}
