"""Whatever the limits and the catalogue: no hit breaks a limit, and browsing misses none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db.models import Product, Variant
from db.unit import read_unit, turn_unit
from knowledge.shop import Knowledge
from knowledge.types import AttributeFilter, Limits, ProductQuery, Sort
from tests.knowledge.made import fake_encoders, product, shop_with

COLORS = ("navy", "blue", "red", "black", "")
SIZES = ("S", "M", "L")
BRANDS = ("Ridge", "Loom", "Volt")
CATEGORIES = ("Shirts", "Shoes", "Boots")
MATERIALS = ("cotton", "wool", "leather", "")
BLUES = {"blue": {"blue", "navy"}}

_variant = st.fixed_dictionaries(
    {
        "color": st.sampled_from(COLORS),
        "size": st.sampled_from(SIZES),
        "price": st.integers(1, 100),
        "stock": st.sampled_from((0, 0, 3)),
        "active": st.sampled_from((True, True, True, False)),
    }
)
_product = st.fixed_dictionaries(
    {
        "variants": st.lists(_variant, min_size=1, max_size=4),
        "brand": st.sampled_from(BRANDS),
        "category": st.sampled_from(CATEGORIES),
        "material": st.sampled_from(MATERIALS),
        "memory": st.sampled_from((None, 4, 8, 16)),
        "active": st.sampled_from((True, True, True, False)),
    }
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


_money = st.one_of(st.none(), st.integers(1, 100).map(Decimal))
_limits = st.builds(
    Limits,
    colors=_some(COLORS[:4]),
    sizes=_some(SIZES),
    brands=_some(BRANDS),
    categories=_some(CATEGORIES),
    materials=_some(MATERIALS[:3]),
    not_colors=_some(COLORS[:4]),
    not_brands=_some(BRANDS),
    not_categories=_some(CATEGORIES),
    not_materials=_some(MATERIALS[:3]),
    price_min=_money,
    price_max=_money,
    in_stock=st.booleans(),
    attributes=st.lists(
        st.builds(
            AttributeFilter,
            st.just("memory"),
            st.sampled_from(("eq", "ne", "min", "max")),
            st.sampled_from((4.0, 8.0, 16.0)),
            st.just("GB"),
        ),
        max_size=1,
    ).map(tuple),
)


def _passes(record: dict[str, Any], variant: dict[str, Any], limits: Limits) -> bool:
    """The meaning of limits, written out a second time without SQL."""

    def colored(asked: tuple[str, ...]) -> bool:
        return any(variant["color"] in BLUES.get(color, {color}) for color in asked)

    memory = record["memory"]
    for limit in limits.attributes:
        value = float(limit.value)
        if memory is None:
            if limit.operator != "ne":
                return False
        elif not {
            "eq": memory == value,
            "ne": memory != value,
            "min": memory >= value,
            "max": memory <= value,
        }[limit.operator]:
            return False
    return (
        record["active"]
        and variant["active"]
        and (not limits.colors or colored(limits.colors))
        and not colored(limits.not_colors)
        and (not limits.sizes or variant["size"] in limits.sizes)
        and (not limits.brands or record["brand"] in limits.brands)
        and record["brand"] not in limits.not_brands
        and (not limits.categories or record["category"] in limits.categories)
        and record["category"] not in limits.not_categories
        and (not limits.materials or record["material"] in limits.materials)
        and record["material"] not in limits.not_materials
        and (limits.price_min is None or variant["price"] >= limits.price_min)
        and (limits.price_max is None or variant["price"] <= limits.price_max)
        and (not limits.in_stock or variant["stock"] > 0)
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Knowledge, Engine, Path]]:
    folder = tmp_path_factory.mktemp("limits")
    engine = shop_with(folder, [])
    knowledge = Knowledge(folder, engine, fake_encoders())
    knowledge.sync()
    yield knowledge, engine, folder
    knowledge.close()
    engine.dispose()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    records=st.lists(_product, min_size=1, max_size=8),
    limits=st.lists(_limits, min_size=3, max_size=3),
    text=st.sampled_from(("", "shoes", "wool boots", "red shirt volt", "衬衫")),
    sort=st.sampled_from(("relevance", "price_asc", "price_desc", "rating", "newest")),
)
def test_no_hit_breaks_a_limit(
    shop: tuple[Knowledge, Engine, Path],
    records: list[dict[str, Any]],
    limits: list[Limits],
    text: str,
    sort: Sort,
) -> None:
    knowledge, engine, _ = shop
    with turn_unit(engine) as session:
        session.query(Variant).delete()
        session.query(Product).delete()
        session.add_all(
            product(
                f"p{n}",
                f"{r['brand']} {r['material']} {r['category']}",
                r["variants"],
                brand=r["brand"],
                category=r["category"],
                material=r["material"],
                active=r["active"],
                attributes={} if r["memory"] is None else {"memory": r["memory"]},
                attribute_units={"memory": "GB"},
            )
            for n, r in enumerate(records)
        )
    knowledge.sync()
    for limit in limits:
        with read_unit(engine) as session:
            hits = knowledge.products.search(
                session, ProductQuery(text, limits=limit, sort=sort, limit=50)
            )
        expected = {
            f"p{n}": [
                f"p{n}-{v}" for v, option in enumerate(r["variants"]) if _passes(r, option, limit)
            ]
            for n, r in enumerate(records)
        }
        for hit in hits:
            assert hit.variant_id in expected[hit.product_id]
            variant = records[int(hit.product_id[1:])]["variants"][
                int(hit.variant_id.split("-")[1])
            ]
            assert hit.price == variant["price"]
        assert len({hit.product_id for hit in hits}) == len(hits)
        if not text:
            assert {hit.product_id for hit in hits} == {id_ for id_, ok in expected.items() if ok}
        if sort == "price_asc":
            assert [hit.price for hit in hits] == sorted(hit.price for hit in hits)
