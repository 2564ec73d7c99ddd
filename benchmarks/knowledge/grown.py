"""Makes a smaller or larger shop out of an imported one, to measure how search grows.

Fewer products: a random part of them stays. More: copies of random products with other numbers in
their titles, other prices and stock, and with their original's vectors plus noise (a tenth of their
length), so that 200,000 products need not be encoded. SQL, keyword index and vector index are built
as every shop's are. Then:

    python -m benchmarks.knowledge.grown --shop /tmp/icecat --out /tmp/grown --products 200000
    python -m benchmarks.knowledge.latency --shop /tmp/grown
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.engine import create_engine_for
from db.models import Product, Variant
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders
from knowledge.index import bar, build_aside
from knowledge.index.documents import product_documents
from knowledge.index.encoding import Encoded, Here, Piece
from knowledge.index.places import place_of
from knowledge.shop import Shop

NOISE = 0.1
"""Length of the noise on a copy's vector, that of the vector being 1."""
MARK = "~"
"""Parts the id of an original from the number of a copy."""
AT_ONCE = 2_000
_DIGIT = re.compile(r"\d")


class Noisy:
    """Stands in for encoding: an original's own vectors, with noise for its copies."""

    ahead = 1

    def __init__(
        self,
        owners: Mapping[str, str],
        vectors: Mapping[str, Mapping[str, np.ndarray[Any, Any]]],
        encoders: Encoders,
        seed: int,
    ) -> None:
        """`owners`: text -> id; `vectors`: collection -> id of an original -> its vector."""
        self._owners, self._vectors = owners, vectors
        self._real = Here(encoders)
        self._rng = np.random.default_rng(seed)

    def submit(self, piece: Piece) -> Callable[[], Encoded]:
        """See `knowledge.index.encoding.BulkEncoding`."""

        def known() -> Encoded:
            rest = self._real.submit(replace(piece, texts=(), multilingual=()))()
            return replace(
                rest,
                texts=self._rows("products_text", piece.texts),
                multilingual=self._rows("products_multi", piece.multilingual),
            )

        every = all(text in self._owners for text in (*piece.texts, *piece.multilingual))
        return known if every else self._real.submit(piece)

    def _rows(self, collection: str, texts: Sequence[str]) -> Any:
        rows = []
        for text in texts:
            original, _, copied = self._owners[text].partition(MARK)
            vector = self._vectors[collection][original]
            if copied:
                noise = self._rng.standard_normal(len(vector))
                vector = vector + NOISE * np.linalg.norm(vector) * noise / np.linalg.norm(noise)
                vector /= np.linalg.norm(vector)
            rows.append(vector)
        width = len(next(iter(self._vectors[collection].values())))
        return np.array(rows, np.float32).reshape(len(rows), width)


def copies(
    session: Session, ids: Sequence[str], count: int, rng: random.Random
) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Rows of products and variants for `count` copies, some at a time."""
    products = {row.id: row for row in session.scalars(select(Product))}
    variants: dict[str, list[Variant]] = {}
    for row in session.scalars(select(Variant)):
        variants.setdefault(row.product_id, []).append(row)
    names = [column.key for column in Product.__table__.columns]
    options = [column.key for column in Variant.__table__.columns]
    made: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for number in range(count):
        original = products[rng.choice(ids)]
        id_ = f"{original.id}{MARK}{number}"
        factor = Decimal(rng.randrange(70, 141)) / 100
        fields = {name: getattr(original, name) for name in names}
        fields |= {
            "id": id_,
            "title": _DIGIT.sub(lambda _: str(rng.randrange(10)), original.title),
            "price": max(Decimal("0.01"), (original.price * factor).quantize(Decimal("0.01"))),
            "content_hash": f"{original.content_hash[:40]}{MARK}{number}",
        }
        made[0].append(fields)
        for place, variant in enumerate(variants.get(original.id, ())):
            own = {name: getattr(variant, name) for name in options}
            stock = rng.choice((0, variant.stock, rng.randrange(50)))
            price = max(Decimal("0.01"), (variant.price * factor).quantize(Decimal("0.01")))
            own |= {"id": f"{id_}-{place}", "product_id": id_, "list_price": None}
            made[1].append({**own, "price": price, "stock": stock})
        if len(made[0]) == AT_ONCE:
            yield made
            made = ([], [])
    yield made


def main() -> None:
    """Make the shop and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--products", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng, start = random.Random(chosen.seed), time.perf_counter()
    shutil.copytree(chosen.shop, chosen.out)
    with Shop.open(chosen.out) as shop:
        knowledge = shop.knowledge
        knowledge.sync()
        with read_unit(shop.engine) as session:
            ids = sorted(session.scalars(select(Product.id).where(Product.active)))
        snapshot = knowledge.index.snapshot()
        vectors: dict[str, dict[str, Any]] = {}
        for collection in ("products_text", "products_multi"):
            held = vectors.setdefault(collection, {})
            for at in range(0, len(ids), AT_ONCE):
                part = ids[at : at + AT_ONCE]
                held.update(knowledge.index.vectors(snapshot, collection, part))
        kept = sorted(rng.sample(ids, min(len(ids), chosen.products)))
        gone = sorted(set(ids) - set(kept))
        for at in range(0, len(gone), 500):
            with turn_unit(shop.engine) as session:
                some = gone[at : at + 500]
                session.execute(delete(Variant).where(Variant.product_id.in_(some)))
                session.execute(delete(Product).where(Product.id.in_(some)))
        with read_unit(shop.engine) as session:
            for rows, options in copies(session, kept, max(0, chosen.products - len(ids)), rng):
                with turn_unit(shop.engine) as writing:
                    if rows:
                        writing.execute(insert(Product), rows)
                        writing.execute(insert(Variant), options)
        encoders = knowledge.encoders
    engine = create_engine_for(chosen.out)
    owners: dict[str, str] = {}
    with read_unit(engine) as session, bar() as progress:
        every = sorted(session.scalars(select(Product.id).where(Product.active)))
        for document in product_documents(session, every):
            owners |= {document.text: document.id, document.multilingual: document.id}
        where = Noisy(owners, vectors, encoders, chosen.seed)
        done = build_aside(chosen.out, session, encoders, place_of(""), progress, where)
        done.vectors.close()
    engine.dispose()
    took = round(time.perf_counter() - start, 1)
    print(json.dumps({"products": len(every), "from": len(ids), "seconds": took}))


if __name__ == "__main__":
    main()
