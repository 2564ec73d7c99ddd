"""Whole indexes compared: every id, vector, keyword score and state."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from db.unit import read_unit
from knowledge.encoders import Encoders
from knowledge.index import build_aside
from knowledge.index import generation as disk
from knowledge.index.encoding import BulkEncoding
from knowledge.index.places import Embedded, Place
from knowledge.index.progress import silent
from knowledge.index.vectors import COLLECTIONS
from tests.knowledge.made import fake_encoders, png, product, shop_with

QUERIES = ("copper lamp 7", "lamp", "chair with arms", "椅子")


def big_shop(folder: Path, count: int = 120) -> Engine:
    """A shop whose products fall into several pieces of a build with small chunks."""
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "a.png").write_bytes(png("#aa3311"))
    (folder / "images" / "broken.png").write_bytes(b"no picture")
    return shop_with(
        folder,
        [
            product(
                f"p{n:04d}",
                f"{'Copper lamp' if n % 2 else 'Chair with arms'} {n}",
                title_zh="" if n % 2 else f"扶手椅子{n}",
                pictures=["images/a.png"] if n % 7 == 0 else ["images/broken.png"][: n % 50 == 1],
            )
            for n in range(count)
        ],
    )


def build(
    folder: Path,
    engine: Engine,
    *,
    encoders: Encoders | None = None,
    place: Place | None = None,
    where: BulkEncoding | None = None,
) -> int:
    """Build aside; how many pieces an earlier build had encoded."""
    with read_unit(engine) as session:
        done = build_aside(
            folder, session, encoders or fake_encoders(), place or Embedded(), silent, where
        )
    done.vectors.close()
    return done.built.taken_up


def contents(folder: Path, place: Place | None = None) -> dict[str, Any]:
    """What the index in use holds, byte for byte, with nothing in it of time and place."""
    root = folder / "index"
    generation = disk.current_generation(root)
    assert generation is not None
    manifest = disk.read_manifest(generation)
    store = (place or Embedded()).open(generation)
    found: dict[str, Any] = {
        name: getattr(manifest, name)
        for name in ("encoders", "products", "articles", "pictures", "views", "english", "prints")
    }
    for name in COLLECTIONS:
        ids = sorted(manifest.expected_ids(name))
        held = store.vectors(name, ids)
        data = b"".join(np.ascontiguousarray(held[id_]).tobytes() for id_ in ids)
        found[name] = (ids, hashlib.sha256(data).hexdigest())
    store.close()
    products, passages = disk.load_keyword(generation, manifest)
    for query in QUERIES:
        found[query] = (products.scores(query).tolist(), passages.scores(query).tolist())
    found["pictures file"] = hashlib.sha256((generation / disk.PICTURES).read_bytes()).hexdigest()
    return found
