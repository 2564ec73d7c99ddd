"""Made catalogues with known answers, and encoders that need no weights."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import Engine

from db.engine import create_engine_for, upgrade
from db.models import Article, Media, Product, Variant
from db.unit import turn_unit
from knowledge.encoders import Encoders, Vectors
from knowledge.encoders.base import unit
from knowledge.encoders.pictures import decode

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(slots=True)
class HashedWords:
    """A text encoder for tests: each word (or Chinese character) is a fixed random direction."""

    dimension: int = 384
    version: str = "hashed-1"
    encoded: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", text.lower()):
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                out[row] += np.random.default_rng(seed).normal(size=self.dimension)
        return unit(out)


@dataclass(slots=True)
class MeanColor:
    """An image encoder for tests: pictures are alike where their mean colours are."""

    dimension: int = 1280
    version: str = "mean-1"

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        out = np.zeros((len(pictures), self.dimension), dtype=np.float32)
        for row, data in enumerate(pictures):
            pixels = np.asarray(decode(data).resize((4, 4)), dtype=np.float32)
            out[row, :3] = pixels.reshape(-1, 3).mean(axis=0) + 1.0
        return unit(out)


def fake_encoders() -> Encoders:
    """Three encoders that load nothing."""
    return Encoders(HashedWords(), HashedWords(512), MeanColor())


def png(color: str, size: tuple[int, int] = (32, 24)) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def product(
    id_: str,
    title: str,
    variants: Sequence[dict[str, Any]] = ({},),
    *,
    price: str = "10",
    pictures: Sequence[str] = (),
    **fields: Any,
) -> Product:
    """A product with variants given by what is special about them."""
    rows = [
        Variant(
            id=f"{id_}-{number}",
            position=number,
            color=given.get("color", ""),
            size=given.get("size", ""),
            options=given.get("options", {}),
            price=Decimal(str(given.get("price", price))),
            stock=given.get("stock", 5),
            active=given.get("active", True),
        )
        for number, given in enumerate(variants)
    ]
    fields.setdefault("category_path", fields.get("category", ""))
    fields.setdefault("content_hash", hashlib.sha256(repr((title, fields)).encode()).hexdigest())
    return Product(
        id=id_,
        title=title,
        price=min(row.price for row in rows),
        currency="USD",
        updated_at=NOW,
        variants=rows,
        media=[Media(path=path, position=n) for n, path in enumerate(pictures)],
        **fields,
    )


def article(id_: str, language: str, title: str, body: str) -> Article:
    """A help page."""
    return Article(id=id_, language=language, title=title, body=body, updated_at=NOW)


def shop_with(folder: Path, records: Sequence[Any]) -> Engine:
    """A database in the folder that holds the records."""
    engine = create_engine_for(folder)
    upgrade(engine)
    with turn_unit(engine) as session:
        session.add_all(records)
    return engine


def catalogue() -> list[Product]:
    """A small shop: shoes, shirts, laptops, and what is sold beside them."""
    return [
        product(
            "run",
            "Trail running shoes",
            [
                {"color": "navy", "size": "42", "price": 90, "stock": 3},
                {"color": "navy", "size": "43", "price": 95, "stock": 0},
                {"color": "red", "size": "43", "price": 120, "stock": 4},
            ],
            title_zh="越野跑鞋",
            brand="Ridge",
            category="Running Shoes",
            category_path="Shoes / Running Shoes",
            category_zh="跑步鞋",
            audience="women",
            material="Mesh",
            rating=4.5,
            rating_count=12,
            popularity=3.0,
            pictures=["images/navy.png", "images/red.png"],
        ),
        product(
            "hike",
            "Leather hiking boots",
            [{"color": "brown", "size": "43", "price": 150}],
            title_zh="登山靴",
            brand="Ridge",
            category="Hiking Boots",
            category_path="Shoes / Hiking Boots",
            category_zh="登山鞋",
            audience="unisex",
            material="Full-grain leather",
            attributes={"waterproof": True, "weight": 1.2},
            attribute_units={"weight": "kg"},
            rating=4.9,
            rating_count=3,
            pictures=["images/brown.png"],
        ),
        product(
            "tee",
            "Cotton T-shirt",
            [{"color": "sky", "size": "M", "price": 15}, {"color": "white", "size": "L"}],
            title_zh="纯棉T恤",
            brand="Loom",
            category="T-Shirts",
            category_zh="T恤",
            audience="men",
            material="Organic cotton, linen",
        ),
        product(
            "lap16",
            "Featherlight notebook 14",
            [{"price": 799}],
            brand="Volt",
            category="Laptops",
            category_zh="笔记本电脑",
            attributes={"memory": 16, "storage": 1, "storage type": ["SSD"], "screen size": 35.6},
            attribute_units={"memory": "GB", "storage": "TB", "screen size": "cm"},
            released_at=datetime(2025, 5, 1, tzinfo=UTC),
        ),
        product(
            "lap8",
            "Student laptop 15",
            [{"price": 399}],
            brand="Acer",
            category="Laptops",
            category_zh="笔记本电脑",
            attributes={"memory": 8, "storage": 512, "storage type": ["HDD"]},
            attribute_units={"memory": "GB", "storage": "GB"},
            released_at=datetime(2024, 5, 1, tzinfo=UTC),
        ),
        product(
            "sleeve",
            "Laptop sleeve for laptop and notebook",
            [{"price": 12}],
            brand="Volt",
            category="Laptop Sleeves",
        ),
        product(
            "phone",
            "Pocket phone",
            [
                {"price": 300, "options": {"storage": "128 GB"}, "stock": 0},
                {"price": 400, "options": {"storage": "256 GB"}},
            ],
            brand="Volt",
            category="Phones",
        ),
        product("gone", "Retired running shoes", category="Running Shoes", active=False),
    ]
