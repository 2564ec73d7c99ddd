"""Reader of Shopify's product CSV: a handle is a product, its rows are variants and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import BadField, clean_text
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

NAMES = {
    "url handle": "handle", "body (html)": "description", "variant sku": "sku",
    "variant price": "price", "variant compare at price": "compare", "compare-at price": "compare",
    "variant inventory qty": "stock", "inventory quantity": "stock", "image src": "image",
    "product image url": "image", "variant image": "variant image",
    "variant image url": "variant image", "product category": "category",
    "variant grams": "grams", "weight value (grams)": "grams", "published on online store":
    "published", "variant barcode": "barcode",
}  # fmt: skip
FIELDS = {
    "handle": "id", "title": "title", "description": "description", "vendor": "brand",
    "category": "category_path", "type": "category", "sku": "variant id", "price": "price",
    "compare": "list_price", "stock": "stock", "image": "image", "variant image": "image",
    "grams": "attr:weight (g)", "published": "whether it is taken", "status":
    "whether it is taken", "tags": "attr:tags",
}  # fmt: skip
"""Column (under its older or newer name) -> what it becomes."""


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products that are published; their variants, with the options that tell them apart."""
    return products_of(_entries(path, context), context)


def canonical(name: str) -> str:
    """A column's name as `FIELDS` has it."""
    return NAMES.get(name, name)


def _entries(path: Path, context: Context) -> Iterator[Entry | Refusal]:
    told: set[str] = set()
    hidden: set[str] = set()
    refused: set[str] = set()
    heads: dict[str, dict[str, Any]] = {}
    names: dict[str, list[str]] = {}
    for row in csv_rows(path):
        values = {canonical(name): value for name, value in row.values.items()}
        handle = str(values.get("handle") or "").strip()
        try:
            if row.problem:
                raise row.problem
            handle = id_in(values, "handle")
            if handle in hidden or handle in refused:
                continue
            if handle not in heads:
                if not _shown(values):
                    hidden.add(handle)
                    continue
                heads[handle] = _product(values, context, told)
                names[handle] = [field(values, f"option{n} name", limit=100) for n in (1, 2, 3)]
                yield Entry(row.line, handle, "", heads[handle])
            elif values.get("image"):
                more = local_pictures([str(values["image"])], context, told)
                if more:
                    kept = heads[handle].get("image")
                    heads[handle]["image"] = f"{kept}|{more}" if kept else more
            if field(values, "price", limit=64):
                variant = _variant(values, names[handle], context, told)
                sku = field(values, "sku", limit=128)
                options = [str(v) for k, v in variant.items() if k in ("color", "size")]
                options += [str(v) for k, v in variant.items() if k.startswith("option:")]
                made = "-".join(re.sub(r"\W+", "-", text.casefold()) for text in options)
                own = sku if sku and sku != handle else f"{handle}-{made or 'default'}"
                yield Entry(row.line, own[:128], handle, variant)
            elif field(values, "option1 value", "title", limit=500) and not values.get("image"):
                raise BadField("price", "no price", "Write an amount such as 19.90")
        except BadField as problem:
            if handle and handle not in heads:
                refused.add(handle)
            yield context.refusal(problem, row.line, handle, "product")
    if hidden:
        context.note(f"{len(hidden)} products are drafts, archived or not published: passed over")


def _shown(values: dict[str, Any]) -> bool:
    published = clean_text(str(values.get("published") or "true")).casefold()
    status = clean_text(str(values.get("status") or "active")).casefold()
    return published not in ("false", "no", "0") and status == "active"


def _product(values: dict[str, Any], context: Context, told: set[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"title": field(values, "title"), "brand": field(values, "vendor")}
    out["description"] = plain_html(values.get("description"))
    path, kind = field(values, "category", limit=1000), field(values, "type", limit=128)
    out |= category_fields(path or kind)
    if kind:
        out["category"] = kind
    if values.get("image"):
        out["image"] = local_pictures([str(values["image"])], context, told)
    if grams := field(values, "grams", limit=32):
        out["attr:weight (g)"] = grams if grams not in ("0", "0.0") else ""
    for n in (1, 2, 3):
        name = field(values, f"option{n} name", limit=100)
        if MATERIAL.fullmatch(name):
            out["material"] = field(values, f"option{n} value", limit=128)
    return {name: value for name, value in out.items() if value not in (None, "")}


def _variant(
    values: dict[str, Any], names: list[str], context: Context, told: set[str]
) -> dict[str, Any]:
    told_options = [
        (name or f"option {n}", field(values, f"option{n} value", limit=200))
        for n, name in enumerate(names, 1)
    ]
    pairs = [(n, v) for n, v in told_options if v and v.casefold() != "default title"]
    out = option_fields(pairs)
    # Here the price is what is paid, and the other what it was.
    out |= price_fields(
        context, values.get("compare") or values.get("price"), values.get("price"),
        ("compare-at price", "price"),
    )  # fmt: skip
    stock = field(values, "stock", limit=32)
    out["stock"] = 0 if stock.startswith("-") else stock or context.default_stock
    if values.get("variant image"):
        out["image"] = local_pictures([str(values["variant image"])], context, told)
    return {name: value for name, value in out.items() if value not in (None, "")}
