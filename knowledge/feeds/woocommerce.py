"""Reader of WooCommerce's product CSV: simple and variable products, variations under parents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import BadField, shown
from knowledge.feeds.lines import csv_rows
from knowledge.feeds.plain_products import Entry
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ProductRecord, Refusal
from knowledge.feeds.shop_rows import (
    MATERIAL,
    category_fields,
    field,
    id_in,
    local_pictures,
    option_fields,
    plain_html,
    price_fields,
    products_of,
)

FIELDS = {
    "id": "id where there is no sku", "sku": "id", "type": "product or variant", "name": "title",
    "published": "whether it is taken", "short description": "description",
    "description": "description", "in stock?": "stock", "stock": "stock",
    "regular price": "price, or list_price beside a sale price", "sale price": "price",
    "categories": "category_path", "images": "image", "parent": "variant_of", "brands": "brand",
}  # fmt: skip
"""Column -> what it becomes; attribute columns become options or attributes."""


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products that are published, variations as their variants."""
    return products_of(_entries(path, context), context)


def _entries(path: Path, context: Context) -> Iterator[Entry | Refusal]:
    told: set[str] = set()
    ids = _ids(path)
    hidden = 0
    for row in csv_rows(path):
        values, record = row.values, ""
        try:
            if row.problem:
                raise row.problem
            record = field(values, "sku", "id", limit=128)
            own = id_in(values, "sku", "id")
            kinds = [
                part.strip() for part in field(values, "type", limit=200).casefold().split(",")
            ]
            if field(values, "published", limit=8) in ("0", "-1"):
                hidden += 1
                continue
            if "grouped" in kinds:
                raise BadField(
                    "type", "a grouped product has no price of its own", "Import its products"
                )
            if "variation" in kinds:
                yield Entry(row.line, own, _parent(values, ids), _variation(values, context, told))
                continue
            yield Entry(row.line, own, "", _product(values, context, told, "variable" in kinds))
        except BadField as problem:
            yield context.refusal(problem, row.line, record, "product")
    if hidden:
        context.note(f"{hidden} rows are not published: passed over")


def _ids(path: Path) -> dict[str, str]:
    """WooCommerce's number of each row -> the id it is imported under."""
    return {
        str(row.values.get("id") or "").strip(): str(
            row.values.get("sku") or row.values.get("id") or ""
        ).strip()
        for row in csv_rows(path)
        if not row.problem
    }


def _parent(values: dict[str, Any], ids: dict[str, str]) -> str:
    named = field(values, "parent", limit=200)
    if not named:
        raise BadField("parent", "a variation without a parent", "Name its product's SKU or id")
    found = re.fullmatch(r"id:(\d+)", named)
    if found and found[1] not in ids:
        raise BadField("parent", f"no row has the id {shown(found[1])}", "Export its product, too")
    return ids[found[1]] if found else named


def _attributes(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for n in range(1, 21):
        name = field(values, f"attribute {n} name", limit=100)
        value = field(values, f"attribute {n} value(s)", limit=2000)
        if name and value:
            yield name, value


def _money(values: dict[str, Any], context: Context) -> dict[str, Any]:
    return price_fields(
        context, values.get("regular price"), values.get("sale price"),
        ("regular price", "sale price"),
    )  # fmt: skip


def _stock(values: dict[str, Any], context: Context) -> Any:
    if field(values, "in stock?", limit=16).casefold() in ("0", "no", "false"):
        return 0
    stock = field(values, "stock", limit=32)
    return 0 if stock.startswith("-") else stock or context.default_stock


def _variation(values: dict[str, Any], context: Context, told: set[str]) -> dict[str, Any]:
    out = option_fields(_attributes(values)) | _money(values, context)
    out["stock"] = _stock(values, context)
    out["image"] = local_pictures(str(values.get("images") or "").split(","), context, told)
    return {name: value for name, value in out.items() if value not in (None, "")}


def _product(
    values: dict[str, Any], context: Context, told: set[str], variable: bool
) -> dict[str, Any]:
    short, long = plain_html(values.get("short description")), plain_html(values.get("description"))
    out: dict[str, Any] = {
        "title": field(values, "name"),
        "brand": field(values, "brands", "brand", limit=128),
        "description": "\n\n".join(part for part in (short, long) if part),
        "image": local_pictures(str(values.get("images") or "").split(","), context, told),
    }
    categories = re.split(r"(?<!\\),", field(values, "categories", limit=2000))
    out |= category_fields(max(categories, key=lambda path: path.count(">")).replace("\\,", ","))
    options = option_fields(_attributes(values))
    for name, value in _attributes(values):
        if MATERIAL.fullmatch(name):
            out["material"] = value[:128]
        elif not variable or name.casefold() not in ("color", "colour", "size"):
            out[f"attr:{name}"] = " | ".join(part.strip() for part in value.split(","))
    for column in ("weight (kg)", "weight (g)", "weight (lbs)", "weight (oz)"):
        if text := field(values, column, limit=32):
            out[f"attr:{column}"] = text
    if not variable:
        out |= _money(values, context)
        out["stock"] = _stock(values, context)
        out |= {n: v for n, v in options.items() if n in ("color", "size") and "," not in v}
    return {name: value for name, value in out.items() if value not in (None, "")}
