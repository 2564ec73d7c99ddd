"""The demo shop's products: one YAML file a category, read into product records with variants.

Words, prices and attributes are written in the files. What no shopper could check (stock, stars,
release dates) is derived from each product's id, so that every machine has the same shop.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from knowledge.feeds.canonical import main_color
from knowledge.feeds.records import AttributeValue, MediaRecord, ProductRecord, VariantRecord

CURRENCY = "USD"
FIRST_RELEASE = datetime(2023, 2, 1, 9, tzinfo=UTC)
RELEASE_SPAN_DAYS = 1340
_PRICE = re.compile(r"(\d+(?:\.\d\d?)?)(?: was (\d+(?:\.\d\d?)?))?")
_FILE_KEYS = {
    "category",
    "category_zh",
    "path",
    "kind",
    "defaults",
    "attributes",
    "units",
    "products",
}
_KEYS = {"en", "zh", "by", "price", "about", "about_zh", "has", "colors", "sizes", "options", "for", "look", "kind"}  # fmt: skip


class CatalogueError(ValueError):
    """A catalogue file of the demo shop is wrong; the message names file, product and key."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a product: the words it is sold under and what is drawn."""

    name: str
    """Main colour as in the file: "light blue"."""
    label: str
    """What it is sold as: the name, with the accent where another swatch has the same name."""
    accent: str
    """Second colour, or ""."""
    path: str
    """Of its picture, relative to the shop folder."""
    alt: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product record with what its pictures need."""

    record: ProductRecord
    kind: str
    """Which silhouette is drawn: shoe, boot, lamp, ..."""
    look: Mapping[str, Any]
    """Details of the drawing."""
    swatches: tuple[Swatch, ...]


def load_products() -> list[ProductRecord]:
    """All products of the demo shop, in catalogue order.

    Raises:
        CatalogueError: a file cannot be used.
    """
    return [product.record for product in load_demo()]


@lru_cache(maxsize=1)
def load_demo() -> tuple[DemoProduct, ...]:
    """All products with their drawing instructions.

    Raises:
        CatalogueError: a file cannot be used.
    """
    folder = resources.files(__name__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    shop = _read("_shop.yaml")
    found: dict[str, DemoProduct] = {}
    for name in names:
        if name == "_shop.yaml":
            continue
        file = _read(name)
        _known(file, _FILE_KEYS, name)
        for raw in file["products"]:
            where = f"{name}: {raw.get('en', '?')}"
            _known(raw, _KEYS, where)
            product = _product({**file.get("defaults", {}), **raw}, file, shop, where)
            if product.record.id in found:
                raise CatalogueError(f"{where}: the id {product.record.id} is taken; retitle it")
            found[product.record.id] = product
    return tuple(found.values())


def _read(name: str) -> dict[str, Any]:
    text = (resources.files(__name__) / name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{name}: {error}") from error
    if not isinstance(data, dict):
        raise CatalogueError(f"{name}: a mapping is expected at the top")
    return data


def _known(data: Mapping[str, Any], keys: set[str], where: str) -> None:
    unknown = set(data) - keys
    if unknown:
        raise CatalogueError(f"{where}: unknown key {sorted(unknown)[0]!r}")


def _draw(seed: str) -> float:
    """A number in [0, 1) that depends on `seed` alone."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48


def slug(text: str) -> str:
    """`text` as an id: ASCII letters and digits, joined by "-"."""
    plain = text.casefold().replace("ê", "e").replace("é", "e").replace("’", "").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _brand(raw: Mapping[str, Any], shop: Mapping[str, Any], where: str) -> str:
    named = raw.get("by") or next((b for b in shop["brands"] if b in raw["en"]), "")
    if named not in shop["brands"]:
        raise CatalogueError(f"{where}: no known brand; add `by:` or a brand to _shop.yaml")
    return str(named)


def _prices(text: str, where: str) -> tuple[Decimal, Decimal | None]:
    found = _PRICE.fullmatch(str(text).strip())
    if not found:
        raise CatalogueError(f"{where}: price {text!r}; write it as 19.00 or as 19.00 was 25.00")
    cent = Decimal("0.01")
    before = Decimal(found[2]).quantize(cent) if found[2] else None
    return Decimal(found[1]).quantize(cent), before


def _product(
    raw: Mapping[str, Any], file: Mapping[str, Any], shop: Mapping[str, Any], where: str
) -> DemoProduct:
    for key in ("en", "zh", "price", "about", "about_zh", "has", "colors"):
        if not raw.get(key):
            raise CatalogueError(f"{where}: {key} is missing")
    brand = _brand(raw, shop, where)
    title = str(raw["en"])
    product_id = slug(title if brand in title else f"{brand} {title}")
    attributes: dict[str, AttributeValue] = {**file.get("attributes", {}), **raw["has"]}
    units = {**shop["units"], **file.get("units", {})}
    material = str(attributes.get("material", ""))
    kind = str(raw.get("kind", file["kind"]))
    colors = [color.strip() for color in str(raw["colors"]).split(",")]
    swatches = tuple(_swatch(product_id, color, colors, title) for color in colors)
    if len({swatch.path for swatch in swatches}) < len(swatches):
        raise CatalogueError(f"{where}: a colour stands there twice")
    variants = _variants(product_id, raw, shop, swatches, where)
    seen = 4 + int(1400 * _draw(product_id + "/seen") ** 3.2)
    firsts = {v.color: v.record.id for v in reversed(variants)}
    record = ProductRecord(
        id=product_id,
        title=title,
        title_zh=str(raw["zh"]),
        description=str(raw["about"]),
        description_zh=str(raw["about_zh"]),
        brand=brand,
        category=file["category"],
        category_path=file["path"],
        category_zh=file["category_zh"],
        audience=str(raw.get("for", "")),
        material=material,
        currency=CURRENCY,
        attributes=attributes,
        attribute_units={
            name: units[name]
            for name, value in attributes.items()
            if name in units and isinstance(value, int | float) and not isinstance(value, bool)
        },
        # Most things people keep selling are liked; a few are not.
        rating=round(4.9 - 1.3 * _draw(product_id + "/stars") ** 1.7, 1),
        rating_count=seen,
        popularity=round(min(1.0, 0.08 + seen / 1400 * 0.6 + 0.32 * _draw(product_id + "/pop")), 3),
        released_at=FIRST_RELEASE
        + timedelta(days=int(RELEASE_SPAN_DAYS * _draw(product_id + "/release") ** 0.7)),
        variants=tuple(variant.record for variant in variants),
        media=tuple(
            MediaRecord(path=s.path, alt=s.alt, variant_id=firsts[s.label]) for s in swatches
        ),
    )
    return DemoProduct(record, kind, dict(raw.get("look", {})), swatches)


def _swatch(product_id: str, color: str, colors: list[str], title: str) -> Swatch:
    name, _, accent = (part.strip() for part in color.partition("/"))
    words = f"{name} and {accent}" if accent else name
    shared = sum(other.partition("/")[0].strip() == name for other in colors) > 1
    label = words if shared else name
    return Swatch(
        name=name,
        label=label,
        accent=accent,
        path=f"images/{product_id}-{slug(label)}.jpg",
        alt=f"{title}, {words}",
    )


@dataclass(frozen=True, slots=True)
class _Variant:
    record: VariantRecord
    color: str


def _variants(
    product_id: str,
    raw: Mapping[str, Any],
    shop: Mapping[str, Any],
    swatches: tuple[Swatch, ...],
    where: str,
) -> list[_Variant]:
    base, list_price = _prices(raw["price"], where)
    sizes = [""]
    if "sizes" in raw:
        sizes = raw["sizes"] if isinstance(raw["sizes"], list) else shop["sizes"].get(raw["sizes"])
        if not sizes:
            raise CatalogueError(f"{where}: no size run {raw['sizes']!r} in _shop.yaml")
    choices: list[tuple[str, str, Decimal]] = [("", "", Decimal(0))]
    for name, values in raw.get("options", {}).items():
        choices = [(name, str(value), Decimal(str(more))) for value, more in values.items()]
    popularity = _draw(product_id + "/depth")
    found = []
    for swatch in swatches:
        for size in map(str, sizes):
            for option, value, more in choices:
                parts = [product_id, slug(swatch.label), slug(size), slug(value)]
                variant_id = "-".join(part for part in parts if part)
                options = {"color": swatch.label, "size": size, option: value}
                record = VariantRecord(
                    id=variant_id,
                    price=base + more,
                    list_price=list_price + more if list_price else None,
                    stock=_stock(variant_id, popularity),
                    color=main_color(swatch.name),
                    size=value if option == "size" else size,
                    options={k: v for k, v in options.items() if k and v},
                )
                found.append(_Variant(record, swatch.label))
    return found


def _stock(variant_id: str, depth: float) -> int:
    """Most variants are there, some are nearly gone, about one in eight is not."""
    luck = _draw(variant_id + "/stock")
    if depth < 0.02:
        return 0
    if luck < 0.12:
        return 0
    if luck < 0.22:
        return 1 + int(luck * 1000) % 3
    return 4 + int((luck - 0.22) / 0.78 * (12 + 50 * depth))
