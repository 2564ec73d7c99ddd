"""A shop with pictures enough to learn from, searched as a shopper does: by photo, words, both."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from db.unit import read_unit
from knowledge.encoders import Encoders
from knowledge.shop import Knowledge
from knowledge.types import Limits, ProductHit, ProductQuery
from tests.knowledge.made import HashedWords, MeanColor, png, product, shop_with

TINTS = {"Mugs": (200, 60, 60), "Bowls": (60, 60, 200)}


class Joined(MeanColor):
    """An image encoder that puts "red" and "blue" where pictures of these colours lie."""

    def encode_words(self, texts: list[str]) -> np.ndarray:
        shades = {"red": "#c83c3c", "blue": "#3c3cc8"}
        rows = [self.encode([png(shades.get(text, "#808080"))])[0] for text in texts]
        return np.stack(rows)


def opened(folder: Path, encoders: Encoders) -> Knowledge:
    (folder / "images").mkdir()
    rng = np.random.default_rng(0)
    records = []
    for number in range(60):
        kind = ("Mugs", "Bowls")[number % 2]
        tint = tuple(int(v) for v in np.clip(rng.normal(TINTS[kind], 12), 0, 255))
        name = f"images/{number}.png"
        Image.new("RGB", (24, 24), tint).save(folder / name)
        records.append(
            product(
                f"p{number:02}",
                f"Piece {number}",
                [{"price": 10 + number}],
                category=kind,
                pictures=[name],
            )
        )
    engine = shop_with(folder, records)
    knowledge = Knowledge(folder, engine, encoders)
    knowledge.sync()
    return knowledge


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Knowledge]:
    knowledge = opened(tmp_path, Encoders(HashedWords(), HashedWords(512), MeanColor(16)))
    yield knowledge
    knowledge.close()
    knowledge._engine.dispose()


def hits(knowledge: Knowledge, query: ProductQuery) -> list[ProductHit]:
    with read_unit(knowledge._engine) as session:
        return knowledge.products.search(session, query)


def even(hit: ProductHit) -> bool:
    """Mugs have even numbers."""
    return int(hit.product_id[1:]) % 2 == 0


def test_a_photo_finds_its_kind_and_limits_hold(shop: Knowledge) -> None:
    blue = png("#3030b0")
    found = hits(shop, ProductQuery(image=blue, limit=8))
    assert len(found) == 8
    assert not any(map(even, found))
    assert all(hit.evidence["image"] > 0 for hit in found)
    under = Limits(price_max=Decimal(25))
    found = hits(shop, ProductQuery(image=blue, limits=under, limit=8))
    assert found
    assert all(hit.price <= 25 for hit in found)
    assert not even(found[0])
    mugs = hits(shop, ProductQuery(image=blue, limits=Limits(categories=("Mugs",)), limit=8))
    assert len(mugs) == 8
    assert all(map(even, mugs))


def test_words_name_what_pictures_show(shop: Knowledge) -> None:
    found = hits(shop, ProductQuery("mugs", limit=6))
    assert all(map(even, found))
    assert all("look" in hit.evidence for hit in found)
    assert shop.products.weights_for(ProductQuery("mugs"))["look"] > 0


def test_words_beside_a_photo_count_less_than_it(shop: Knowledge) -> None:
    asked = ProductQuery("piece", image=png("#3030b0"), limit=6)
    assert not any(map(even, hits(shop, asked)))
    weights = shop.products.weights_for(asked)
    assert weights["image"] > sum(weights.values()) - weights["image"]


def test_alike_is_what_looks_alike_and_is_of_the_kind(shop: Knowledge) -> None:
    found = hits(shop, ProductQuery(similar_to="p08", limit=6))
    assert len(found) == 6
    assert all(map(even, found))
    assert "p08" not in {hit.product_id for hit in found}
    model = shop.index.snapshot().pictures
    assert model is not None
    weights = shop.products.weights_for(ProductQuery(similar_to="p08"))
    assert weights["image"] == model.weights["similar"]["image"]


def test_a_changed_picture_is_compared_by_the_model_that_is_kept(
    shop: Knowledge, tmp_path: Path
) -> None:
    from db.models import Media, Outbox, Product
    from db.unit import turn_unit
    from tests.knowledge.made import NOW

    before = shop.index.snapshot().pictures
    Image.new("RGB", (24, 24), TINTS["Bowls"]).save(tmp_path / "images/new.png")
    with turn_unit(shop._engine) as session:
        session.add(Media(product_id="p00", path="images/new.png", position=5))
        session.get_one(Product, "p00").content_hash = "changed"
        session.add(Outbox(kind="product", record_id="p00", action="upsert", created_at=NOW))
    assert shop.sync() == []
    assert shop.index.snapshot().pictures is before
    likeness = {h.product_id: h for h in hits(shop, ProductQuery(image=png("#3c3cc8"), limit=60))}
    assert likeness["p00"].evidence["image"] > likeness["p02"].evidence["image"]


def test_an_encoder_with_words_finds_without_any_label(tmp_path: Path) -> None:
    knowledge = opened(tmp_path, Encoders(HashedWords(), HashedWords(512), Joined(16)))
    found = hits(knowledge, ProductQuery("blue", image=png("#808080"), limit=6))
    assert all("look" in hit.evidence for hit in found)
    mean = {
        odd: np.mean([h.evidence["look"] for h in hits(
            knowledge, ProductQuery("blue", image=png("#808080"), limit=60)
        ) if even(h) is not odd])
        for odd in (True, False)
    }  # fmt: skip
    assert mean[True] > mean[False]
    knowledge.close()
    knowledge._engine.dispose()
