"""Reader of a Magento catalogue in JSONL: configurable parents with the simple items that are
bought, folded into products with variants; items that stand alone are products of one variant.

A bundle or set without a price of its own is left out: what it costs depends on what is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.feeds.canonical import joint_audience, main_color
from knowledge.feeds.clean import (
    TITLE_LENGTH,
    VALUE_LENGTH,
    BadField,
    clean_text,
    count_of,
    id_of,
    optional_price,
    price_of,
    text_of,
)
from knowledge.feeds.lines import json_rows
from knowledge.feeds.reading import Context
from knowledge.feeds.records import (
    AttributeValue,
    ImageRef,
    ProductRecord,
    Refusal,
    VariantRecord,
)
from knowledge.feeds.tau_retail import list_of, mapping_of

# Shop-window groupings, which say nothing of what a thing is.
_WINDOWS = ("Collections", "Promotions", "What's New", "Sale")
_SKIPPED = frozenset(
    {"size", "color", "material", "gender", "url_key", "visibility", "short_description",
     "samples_title", "links_title", "links_purchased_separately", "meta_description",
     "bundle_options", "associated_sku", "new", "sale"}
)  # fmt: skip
_NAMES = {"style_general": "style", "style_bottom": "style", "style_bags": "style"}


@dataclass(frozen=True, slots=True)
class _Item:
    line: int
    sku: str
    parent: str
    kind: str
    title: str
    description: str
    price: Decimal | None
    list_price: Decimal | None
    stock: int
    categories: tuple[str, ...]
    attributes: Mapping[str, Any]
    images: tuple[str, ...]


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products in the order of the file; a parent stands where its own row stands."""
    items: dict[str, _Item] = {}
    for row in json_rows(path):
        if row.problem:
            yield context.refusal(row.problem, row.line, kind="product")
            continue
        try:
            item = _item(row.values, row.line, context)
            if item.sku in items:
                raise BadField(
                    "sku", f"{item.sku!r} stands in line {items[item.sku].line} already", "Drop one"
                )
            items[item.sku] = item
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("sku", ""), "product")
    children: dict[str, list[_Item]] = {}
    for item in items.values():
        if item.parent in items:
            children.setdefault(item.parent, []).append(item)
        elif item.parent:
            orphan = BadField(
                "parent", f"no row has the sku {item.parent!r}", "Add the parent or leave it empty"
            )
            yield context.refusal(orphan, item.line, item.sku, "product")
    for item in items.values():
        if item.parent:
            continue
        try:
            yield _product(item, children.get(item.sku, []), context)
        except BadField as problem:
            yield context.refusal(problem, item.line, item.sku, "product")


def _item(row: Mapping[str, Any], line: int, context: Context) -> _Item:
    price = optional_price(row, "price")
    special = optional_price(row, "special_price")
    lower = special is not None and price is not None and special < price
    # A parent's own quantity is always 0; only what is bought is counted.
    stock = count_of(row, "qty", context.default_stock)
    kind = text_of(row, "type", limit=32)
    if kind == "downloadable":
        stock = max(stock, context.default_stock)
    return _Item(
        line=line,
        sku=id_of(row, "sku"),
        parent=text_of(row, "parent", limit=128),
        kind=kind,
        title=text_of(row, "name", required=True, limit=TITLE_LENGTH),
        description=text_of(row, "description", multiline=True),
        price=special if lower else price,
        list_price=price if lower else None,
        stock=stock,
        categories=tuple(str(c)[:500] for c in list_of(row, "categories")),
        attributes=mapping_of(row, "attributes"),
        images=tuple(clean_text(str(i)[:500]) for i in list_of(row, "images")),
    )


def _product(item: _Item, children: list[_Item], context: Context) -> ProductRecord:
    bought = children or [item]
    if any(variant.price is None for variant in bought):
        raise BadField(
            "price",
            f"a {item.kind} without a price of its own",
            "Give it a price, or sell its parts on their own",
        )
    path = _narrowed(_path(item.categories), item.title, item.description)
    attributes = _attributes(item.attributes)
    audiences = [part.strip() for part in path.split(" / ")[:1]] if path else []
    audience = joint_audience(audiences) or joint_audience(_texts(item.attributes.get("gender")))
    return ProductRecord(
        id=item.sku,
        title=item.title,
        currency=context.currency,
        description=item.description,
        category=path.rsplit(" / ", 1)[-1][:128],
        category_path=path,
        audience=audience,
        material=", ".join(_texts(item.attributes.get("material")))[:128],
        attributes=attributes,
        images=_images(item, children),
        variants=tuple(_variant(variant) for variant in bought),
        line=item.line,
    )


def _variant(item: _Item) -> VariantRecord:
    options = {
        name: text_of(item.attributes, name, limit=64)
        for name in ("color", "size")
        if item.attributes.get(name)
    }
    return VariantRecord(
        id=item.sku,
        price=price_of({"price": item.price}),
        list_price=item.list_price,
        stock=item.stock,
        color=main_color(options.get("color", "")),
        size=options.get("size", ""),
        options=options,
    )


def _path(categories: tuple[str, ...]) -> str:
    """The path of the first category that says what the thing is: "Men / Tops / Jackets"."""
    best: list[str] = []
    for category in categories:
        parts = [clean_text(part) for part in category.split("/") if part.strip()]
        # "Gear/Bags/Collections/…" holds two paths run together; only the first is of the thing.
        cut = next((i for i, part in enumerate(parts) if part in _WINDOWS), len(parts))
        parts = parts[:cut]
        if len(parts) > len(best):
            best = parts
    return " / ".join(best)


def _narrowed(path: str, *texts: str) -> str:
    """Of a category that is two in one ("Bras & Tanks") the one that the title names, else the one
    that the description names most or first: who asks for tanks is not shown bras."""
    parts = path.rsplit(" / ", 1)[-1].split(" & ")
    if len(parts) < 2:
        return path
    for text in texts:
        low = text.casefold()
        named = [
            (-len(places), places[0], part)
            for part in parts
            if (places := [m.start() for m in re.finditer(_singular(part), low)])
        ]
        if named and (text is not texts[0] or len(named) == 1):
            return f"{path} / {min(named)[2]}"
    return path


def _singular(name: str) -> str:
    """A pattern of one thing of this kind or several: "Hoodies" is "hoodie"."""
    return rf"\b{re.escape(name.casefold()[:-1])}s?\b"


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for v in values if isinstance(v, str) and (text := clean_text(v[:VALUE_LENGTH]))]


def _attributes(raw: Mapping[str, Any]) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    for field, value in raw.items():
        name = _NAMES.get(field, clean_text(field.replace("_", " "))[:100])
        texts = _texts(value)
        if field in _SKIPPED or not name or not texts:
            continue
        if texts in (["Yes"], ["No"]):
            attributes[name] = texts == ["Yes"]
        else:
            attributes[name] = texts[0] if len(texts) == 1 else texts
    materials = _texts(raw.get("material"))
    if len(materials) > 1:
        attributes["materials"] = materials
    return attributes


def _images(item: _Item, children: list[_Item]) -> tuple[ImageRef, ...]:
    """The parent's pictures, then each colour's own: one reference for the first variant of a
    picture, since the sizes of a colour share theirs."""
    owner: dict[str, str | None] = {}
    for child in children:
        for image in child.images:
            owner.setdefault(image, child.sku)
    own = [image for image in item.images if image not in owner]
    alts = {child.sku: main_color(str(child.attributes.get("color", ""))) for child in children}
    refs = [ImageRef(image, None, item.title) for image in own]
    # What the parent shows first, shoppers see first.
    ranked = sorted(owner, key=lambda image: image not in item.images)
    refs += [
        ImageRef(
            image,
            owner[image],
            f"{item.title}, {alts[owner[image] or '']}" if alts[owner[image] or ""] else item.title,
        )
        for image in ranked
    ]
    return tuple(refs)
