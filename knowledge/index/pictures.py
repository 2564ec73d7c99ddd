"""The pictures of a generation: read, encoded, learned from, written as the shop's model has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from knowledge.encoders import ImageEncoder, Vectors
from knowledge.errors import PictureRefused
from knowledge.index.documents import ProductDocument
from knowledge.index.generation import PICTURES, Manifest
from knowledge.index.vectors import VectorStore
from knowledge.pictures import PictureModel, read_labels
from knowledge.pictures.weights import learn_with_weights

MAX_PICTURES = 24
"""Pictures indexed of one product."""
COLLECTION = "products_image"


class PictureIndexer:
    """Takes products chunk by chunk; without a model, holds their vectors until one is learned."""

    def __init__(
        self,
        shop: Path,
        encoder: ImageEncoder,
        refused: list[str],
        model: PictureModel | None = None,
    ) -> None:
        """`refused` gets one line for each picture that is left out."""
        self._shop = shop.resolve()
        self._encoder = encoder
        self._refused = refused
        self._model = model
        self._names: list[str] = []
        self._pictures: list[tuple[str, str]] = []
        self._rows: list[Vectors] = []
        self._texts: dict[str, Vectors] = {}

    def take(
        self,
        chunk: Sequence[ProductDocument],
        texts: Vectors,
        manifest: Manifest,
        store: VectorStore,
    ) -> None:
        """Encode the pictures of these products; `texts` are their sentence vectors, in order."""
        for document, text in zip(chunk, texts, strict=True):
            for path in document.pictures[:MAX_PICTURES]:
                row = self._encoded(document.id, path)
                if row is None:
                    continue
                number = manifest.pictures.get(document.id, 0)
                manifest.pictures[document.id] = number + 1
                self._names.append(f"{document.id}#{number}")
                self._pictures.append((document.id, path))
                # Half precision: a build holds the vectors of every picture until it has learned.
                self._rows.append(row.astype(np.float16))
                self._texts[document.id] = text
        if self._model is not None:
            self._write(self._model, store)

    def finish(self, session: Session, generation: Path, store: VectorStore) -> PictureModel:
        """Learn from all that was taken, write it, and keep the model with the generation."""
        if self._model is None:
            self._model = self._learned(session)
            self._write(self._model, store)
        self._model.save(generation / PICTURES)
        return self._model

    def _learned(self, session: Session) -> PictureModel:
        if not self._rows:
            return PictureModel.plain(self._encoder.dimension)
        labels = read_labels(session, self._pictures)
        return learn_with_weights(
            session,
            np.concatenate(self._rows).astype(np.float32),
            [labels[picture] for picture in self._pictures],
            self._texts,
        )

    def _write(self, model: PictureModel, store: VectorStore) -> None:
        for start in range(0, len(self._rows), 2000):
            rows = np.concatenate(self._rows[start : start + 2000]).astype(np.float32)
            store.write(COLLECTION, self._names[start : start + 2000], model.stored(rows))
        self._names, self._pictures, self._rows, self._texts = [], [], [], {}

    def _encoded(self, owner: str, path: str) -> Vectors | None:
        try:
            # A path from a catalogue must not lead out of the shop folder.
            target = (self._shop / path).resolve()
            if not target.is_relative_to(self._shop):
                raise OSError("outside the shop folder")
            return self._encoder.encode([target.read_bytes()])
        except (OSError, ValueError) as error:
            self._refused.append(f"{path}: {error}")
        except PictureRefused as error:
            self._refused.append(f"{owner}: {error}")
        return None
