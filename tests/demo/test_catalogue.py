"""The demo shop's catalogue: enough of it, honest, and in both languages."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.demo.catalogue import load_demo, load_products, slug
from knowledge.feeds.canonical import BASE_COLORS
from knowledge.feeds.records import ProductRecord

PRODUCTS = load_products()


def test_there_is_enough_to_shop_for() -> None:
    sizes = Counter(product.category for product in PRODUCTS)
    assert len(PRODUCTS) >= 420
    assert len(sizes) >= 14
    assert min(sizes.values()) >= 8
    assert len({product.brand for product in PRODUCTS}) >= 25


def test_ids_of_products_and_variants_are_unique() -> None:
    assert len({product.id for product in PRODUCTS}) == len(PRODUCTS)
    variants = [variant.id for product in PRODUCTS for variant in product.variants]
    assert len(set(variants)) == len(variants)
    assert max(map(len, variants)) <= 128


def test_words_are_written_and_never_repeated() -> None:
    for name in ("title", "title_zh", "description", "description_zh"):
        seen = Counter(getattr(product, name) for product in PRODUCTS)
        assert not [words for words, times in seen.items() if times > 1 or not words]


@pytest.mark.parametrize("name", ["title_zh", "description_zh", "category_zh"])
def test_chinese_is_chinese(name: str) -> None:
    for product in PRODUCTS:
        assert re.search(r"[\u4e00-\u9fff]", getattr(product, name)), product.id


def test_english_has_no_chinese_in_it() -> None:
    for product in PRODUCTS:
        assert not re.search(r"[\u4e00-\u9fff]", product.title + product.description), product.id


def test_descriptions_open_in_many_ways() -> None:
    openings = Counter(tuple(product.description.split()[:2]) for product in PRODUCTS)
    assert openings.most_common(1)[0][1] <= 8


def test_prices_have_cents_and_reductions_reduce() -> None:
    reduced = 0
    for product in PRODUCTS:
        for variant in product.variants:
            assert variant.price > 0
            assert variant.price.as_tuple().exponent == -2
            if variant.list_price is not None:
                assert variant.list_price > variant.price, variant.id
                reduced += 1
    assert reduced > 100


def test_more_storage_costs_more() -> None:
    for product in PRODUCTS:
        prices = [v.price for v in product.variants if "storage" in v.options]
        if prices:
            assert len(set(prices)) > 1, product.id


def test_stock_is_mixed_and_nearly_every_product_can_be_had() -> None:
    stocks = [variant.stock for product in PRODUCTS for variant in product.variants]
    assert 0.05 < stocks.count(0) / len(stocks) < 0.25
    gone = [p.id for p in PRODUCTS if not any(v.stock for v in p.variants)]
    assert 0 < len(gone) < len(PRODUCTS) * 0.06


def test_colours_are_canonical() -> None:
    colors = {variant.color for product in PRODUCTS for variant in product.variants}
    assert colors <= set(BASE_COLORS)


def test_stars_are_plausible() -> None:
    for product in PRODUCTS:
        assert product.rating is not None
        assert 3 <= product.rating <= 5
        assert product.rating_count > 0
        assert 0 <= product.popularity <= 1
        assert product.released_at is not None
        assert product.released_at < datetime(2026, 11, 1, tzinfo=UTC)


def test_numbers_have_the_unit_they_need() -> None:
    for product in PRODUCTS:
        for name in ("weight", "memory", "storage", "screen_size", "capacity", "power"):
            if isinstance(product.attributes.get(name), int | float):
                assert product.attribute_units[name], (product.id, name)


def test_what_the_description_says_of_water_is_what_the_attribute_says() -> None:
    for product in PRODUCTS:
        if re.search(r"\b(is|fully) waterproof\b|our waterproof", product.description.casefold()):
            assert product.attributes.get("waterproof") is True, product.id


def of_category(name: str) -> list[ProductRecord]:
    return [product for product in PRODUCTS if product.category == name]


def test_a_laptop_states_what_a_shopper_asks_for() -> None:
    for product in of_category("Laptops"):
        assert {"memory", "storage", "storage_type", "screen_size", "weight"} <= set(
            product.attributes
        )
        assert product.attribute_units["memory"] == "GB"
        assert product.attribute_units["weight"] == "kg"


def test_shoes_come_in_sizes_and_say_for_whom() -> None:
    for product in of_category("Running Shoes"):
        assert product.audience
        assert all(variant.size for variant in product.variants)


def test_a_slug_is_plain() -> None:
    assert slug("Crêpe pan, 25 cm's") == "crepe-pan-25-cms"


def test_the_same_catalogue_is_read_every_time() -> None:
    before = load_demo()
    load_demo.cache_clear()
    assert load_demo() == before


def test_one_picture_a_colour_belongs_to_a_variant_of_it() -> None:
    for product in PRODUCTS:
        colours = {variant.options["color"] for variant in product.variants}
        assert len(product.media) == len(colours)
        ids = {variant.id for variant in product.variants}
        assert {medium.variant_id for medium in product.media} <= ids


@pytest.mark.parametrize("times", [2])
def test_building_again_changes_nothing(tmp_path: Path, times: int) -> None:
    from db.engine import create_engine_for, upgrade
    from knowledge.demo import build_demo

    engine = create_engine_for(tmp_path)
    upgrade(engine)
    tables = ("products", "variants", "media", "articles", "promotions", "customers", "orders")
    counts = []
    for _ in range(times):
        build_demo(engine, tmp_path, datetime(2026, 11, 23, 9, tzinfo=UTC))
        with engine.connect() as connection:
            counts.append(
                [connection.scalar(text(f"select count(*) from {table}")) for table in tables]
            )
    with engine.connect() as connection:
        paths = connection.scalars(text("select path from media")).all()
    engine.dispose()
    assert counts[0] == counts[1]
    assert counts[0][0] == len(PRODUCTS)
    assert (tmp_path / "shop.toml").exists()
    assert all((tmp_path / path).exists() for path in paths)


def test_the_cheapest_and_dearest_are_far_apart() -> None:
    prices = [variant.price for product in PRODUCTS for variant in product.variants]
    assert min(prices) < Decimal(10)
    assert max(prices) > Decimal(2000)
