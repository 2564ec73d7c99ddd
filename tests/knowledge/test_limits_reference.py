"""Limits in SQL against their meaning written out in plain Python, while the catalogue changes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from db.models import Product, Variant
from db.unit import read_unit, turn_unit
from knowledge.limits import LimitFilter
from knowledge.types import AttributeFilter, Limits
from tests.knowledge.made import product, shop_with

# Leaf, path, Chinese leaf: one leaf stands in two places, and one is called as another's parent.
CATEGORIES = (
    ("Boots", "Shoes / Boots", "靴子"),
    ("Boots", "Ski / Boots", "靴子"),
    ("Boots", "Ski / Boots", ""),
    ("Shoes", "Shoes", "鞋"),
    ("Mugs", "Kitchen / Mugs", "杯子"),
    ("", "", ""),
)
ASKED_CATEGORIES = ("Boots", "boots", "Shoes", "Ski", "KITCHEN", "杯子", "靴子", "Hats")
COLORS = ("navy", "Blue", "red", "Red/White", "")
SIZES = ("S", "XL", "42", "42.0", "")
BRANDS = ("Ridge", "LOOM", "")
AUDIENCES = ("women", "unisex", "kids", "")
MATERIALS = ("Organic cotton, linen", "wool", "")
MEMORY: tuple[Any, ...] = (None, 8, 16.0, "16GB", ["8", "16"], ["4GB", "32GB"], "n/a")
PROOF: tuple[Any, ...] = (None, True, False, "Yes", "N", "是", ["no"], "Yes, IPX7")
HOLDS_NUMBERS: dict[str, tuple[float, ...]] = {
    "None": (),
    "3.0": (3,),
    "4.5": (4.5,),
    "8": (8,),
    "16.0": (16,),
    "16GB": (16,),
    "['8', '16']": (8, 16),
    "['4GB', '32GB']": (4, 32),
    "n/a": (),
    "64GB": (64,),
}
SAYS_YES = {"True": True, "False": False, "Yes": True, "N": False, "是": True, "['no']": False}
SAYS_YES |= {"Yes, IPX7": True}


# What an asked value takes in.
TAKES: dict[str, dict[str, set[str]]] = {
    "colors": {
        "blue": {"navy", "Blue"},
        "navy": {"navy"},
        "RED": {"red", "Red/White"},
        "white": {"Red/White"},
        "teal": set(),
    },
    "sizes": {"extra large": {"XL"}, "s": {"S"}, "42": {"42", "42.0"}, "M": set()},
    "brands": {"ridge": {"Ridge"}, "Loom": {"LOOM"}, "Volt": set()},
    "audiences": {"women": {"women", "unisex"}, "boys": {"kids"}, "Kids": {"kids"}},
    "materials": {
        "cotton": {"Organic cotton, linen"},
        "Linen": {"Organic cotton, linen"},
        "wool": {"wool"},
        "silk": set(),
    },
}

_variant = st.fixed_dictionaries(
    {
        "color": st.sampled_from(COLORS),
        "size": st.sampled_from(SIZES),
        "price": st.integers(1, 30),
        "stock": st.sampled_from((0, 0, 3)),
        "active": st.sampled_from((True, True, True, False)),
        "options": st.sampled_from(
            (
                {},
                {},
                {},
                {"RAM": "64GB"},
                {"memory": "8"},
                {"material": "wool"},
                {"Waterproof": "N"},
            )
        ),
    }
)
_product = st.fixed_dictionaries(
    {
        "variants": st.lists(_variant, min_size=1, max_size=3),
        "category": st.sampled_from(CATEGORIES),
        "brand": st.sampled_from(BRANDS),
        "audience": st.sampled_from(AUDIENCES),
        "material": st.sampled_from(MATERIALS),
        "memory": st.sampled_from(MEMORY),
        "waterproof": st.sampled_from(PROOF),
        "rating": st.sampled_from((None, 3.0, 4.5)),
        "active": st.sampled_from((True, True, True, True, False)),
    }
)


def _some(values: Any) -> st.SearchStrategy[tuple[str, ...]]:
    # Mostly no limit, so that what is left is not mostly empty.
    picked = st.lists(st.sampled_from(tuple(values)), min_size=1, max_size=2, unique=True)
    return st.one_of(st.just(()), st.just(()), picked.map(tuple))


_money = st.one_of(st.none(), st.none(), st.integers(1, 30).map(Decimal))
_attribute = st.one_of(
    st.builds(
        AttributeFilter,
        st.sampled_from(("memory", "Memory")),
        st.sampled_from(("eq", "ne", "min", "max")),
        st.sampled_from((8.0, 16.0, 33.0)),
        st.just("GB"),
    ),
    st.builds(
        AttributeFilter,
        st.just("waterproof"),
        st.sampled_from(("eq", "ne")),
        st.sampled_from(("yes", "是", "no")),
    ),
    st.builds(
        AttributeFilter,
        st.just("rating"),
        st.sampled_from(("eq", "ne", "min", "max")),
        st.sampled_from((3.0, 4.0)),
    ),
)
_limits = st.builds(
    Limits,
    categories=_some(ASKED_CATEGORIES),
    not_categories=_some(ASKED_CATEGORIES),
    colors=_some(TAKES["colors"]),
    not_colors=_some(TAKES["colors"]),
    sizes=_some(TAKES["sizes"]),
    brands=_some(TAKES["brands"]),
    not_brands=_some(TAKES["brands"]),
    audiences=_some(TAKES["audiences"]),
    materials=_some(TAKES["materials"]),
    not_materials=_some(TAKES["materials"]),
    price_min=_money,
    price_max=_money,
    in_stock=st.booleans(),
    attributes=st.lists(_attribute, max_size=2).map(tuple),
)


def _named(record: dict[str, Any], asked: tuple[str, ...]) -> bool:
    leaf, path, chinese = record["category"]
    names = {leaf.lower(), chinese, *path.lower().split(" / ")} - {""}
    return any(name.lower() in names for name in asked)


def _holds(value: str, asked: tuple[str, ...], takes: dict[str, set[str]]) -> bool:
    return any(value in takes[name] for name in asked)


def _attribute_met(record: dict[str, Any], variant: dict[str, Any], limit: AttributeFilter) -> bool:
    options = {name.lower(): value for name, value in variant["options"].items()}
    if limit.name.lower() in ("memory", "rating"):
        value = (
            record["rating"]
            if limit.name == "rating"
            else options.get("memory") or options.get("ram") or record["memory"]
        )
        numbers = HOLDS_NUMBERS[str(value)]
        wanted = float(limit.value)
        return {
            "eq": wanted in numbers,
            "ne": wanted not in numbers,
            "min": any(number >= wanted for number in numbers),
            "max": any(number <= wanted for number in numbers),
        }[limit.operator]
    said = SAYS_YES.get(str(options.get("waterproof") or record["waterproof"]))
    if record["waterproof"] is False and "waterproof" not in options:
        said = False
    equal = said is not None and said is (limit.value != "no")
    return equal if limit.operator == "eq" else not equal


def _passes(record: dict[str, Any], variant: dict[str, Any], limits: Limits) -> bool:
    material = variant["options"].get("material") or record["material"]
    return (
        record["active"]
        and variant["active"]
        and (not limits.categories or _named(record, limits.categories))
        and not _named(record, limits.not_categories)
        and (not limits.colors or _holds(variant["color"], limits.colors, TAKES["colors"]))
        and not _holds(variant["color"], limits.not_colors, TAKES["colors"])
        and (not limits.sizes or _holds(variant["size"], limits.sizes, TAKES["sizes"]))
        and (not limits.brands or _holds(record["brand"], limits.brands, TAKES["brands"]))
        and not _holds(record["brand"], limits.not_brands, TAKES["brands"])
        and (
            not limits.audiences or _holds(record["audience"], limits.audiences, TAKES["audiences"])
        )
        and (not limits.materials or _holds(material, limits.materials, TAKES["materials"]))
        and not _holds(material, limits.not_materials, TAKES["materials"])
        and (limits.price_min is None or variant["price"] >= limits.price_min)
        and (limits.price_max is None or variant["price"] <= limits.price_max)
        and (not limits.in_stock or variant["stock"] > 0)
        and all(_attribute_met(record, variant, limit) for limit in limits.attributes)
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = shop_with(tmp_path_factory.mktemp("reference"), [])
    yield engine
    engine.dispose()


def _write(engine: Engine, records: list[dict[str, Any]]) -> None:
    with turn_unit(engine) as session:
        session.query(Variant).delete()
        session.query(Product).delete()
        session.add_all(
            product(
                f"p{n}",
                f"Thing {n}",
                r["variants"],
                brand=r["brand"],
                category=r["category"][0],
                category_path=r["category"][1],
                category_zh=r["category"][2],
                audience=r["audience"],
                material=r["material"],
                rating=r["rating"],
                active=r["active"],
                attributes={k: r[k] for k in ("memory", "waterproof") if r[k] is not None},
                attribute_units={"memory": "GB"},
            )
            for n, r in enumerate(records)
        )


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    records=st.lists(_product, min_size=1, max_size=8),
    limits=st.lists(_limits, min_size=6, max_size=6),
    excluded=st.sets(st.sampled_from(("p0", "p3")), max_size=1),
)
def test_limits_mean_what_they_say(
    engine: Engine, records: list[dict[str, Any]], limits: list[Limits], excluded: set[str]
) -> None:
    _write(engine, records)
    for limit in limits:
        passing = {
            f"p{n}": {
                f"p{n}-{v}": (option["stock"] <= 0, option["price"], v)
                for v, option in enumerate(r["variants"])
                if _passes(r, option, limit)
            }
            for n, r in enumerate(records)
            if f"p{n}" not in excluded
        }
        shown = {id_: min(v, key=v.__getitem__) for id_, v in passing.items() if v}
        prices = sorted(Decimal(passing[id_][variant][1]) for id_, variant in shown.items())
        with read_unit(engine) as session:
            within = LimitFilter(session, limit, excluded)
            assert within.ids() == sorted(shown)
            assert within.ids(cap=len(shown)) in (sorted(shown), None)
            found = within.eligible([f"p{n}" for n in range(len(records))])
            assert {id_: c.variant_id for id_, c in found.items()} == shown
            assert [c.price for c in within.ordered("price_asc")] == prices
            expected = (len(prices), prices[0], prices[-1]) if prices else (0, None, None)
            assert within.prices() == expected


def test_what_changes_within_a_transaction_counts_at_once(engine: Engine) -> None:
    plain: dict[str, Any] = {
        "variants": [{"price": 5}],
        "category": CATEGORIES[3],
        "brand": "Ridge",
    }
    plain |= {
        "audience": "",
        "material": "",
        "memory": 8,
        "waterproof": None,
        "rating": None,
        "active": True,
    }
    _write(engine, [plain])
    loom, big = Limits(brands=("Loom",)), Limits(attributes=(AttributeFilter("memory", "min", 16),))
    with turn_unit(engine) as session:
        assert LimitFilter(session, loom).ids() == LimitFilter(session, big).ids() == []
        row = session.get_one(Product, "p0")
        row.brand, row.attributes = "Loom", {"memory": 32}
        session.flush()
        assert LimitFilter(session, loom).ids() == LimitFilter(session, big).ids() == ["p0"]
        session.rollback()
    with read_unit(engine) as session:
        assert LimitFilter(session, loom).ids() == LimitFilter(session, big).ids() == []
