"""Reader of the plain product format: CSV or JSONL, one product or one variant a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import process

from knowledge.feeds.canonical import audience_of, main_color
from knowledge.feeds.clean import (
    TITLE_LENGTH,
    VALUE_LENGTH,
    BadField,
    clean_text,
    count_of,
    exact,
    id_of,
    number_of,
    optional_price,
    price_of,
    shown,
    text_of,
    time_of,
    type_name,
)
from knowledge.feeds.detect import ALIASES
from knowledge.feeds.lines import csv_header, csv_rows, json_rows, parse_json
from knowledge.feeds.reading import Context
from knowledge.feeds.records import (
    AttributeValue,
    ImageRef,
    ProductRecord,
    Refusal,
    VariantRecord,
)
from knowledge.feeds.tau_retail import objects_of

COLUMNS = frozenset(
    {"id", "title", "title_zh", "description", "description_zh", "brand", "category",
     "category_path", "category_zh", "audience", "material", "price", "currency", "list_price",
     "stock", "color", "size", "variant_of", "image", "video_frames", "attributes", "options",
     "variants", "rating", "rating_count", "popularity", "released_at"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One row in the names of `COLUMNS`; `parent` is the product it is a variant of, or ""."""

    line: int
    id: str
    parent: str
    values: dict[str, Any]


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products in the order of the file, each with the variants that name it in variant_of."""
    table = path.suffix.lower() in (".csv", ".tsv")
    if table:
        _note_unknown(csv_header(path)[0], context)
    kept: list[Entry] = []
    seen: dict[str, int] = {}
    together = not table or any(
        ALIASES.get(name, name) == "variant_of" for name in csv_header(path)[0]
    )
    for row in csv_rows(path) if table else json_rows(path):
        record: Any = ""
        try:
            if row.problem:
                raise row.problem
            values = {ALIASES.get(k.casefold(), k): v for k, v in row.values.items()}
            record = values.get("id", "")
            entry = Entry(row.line, id_of(values), text_of(values, "variant_of", limit=128), values)
            if entry.parent == entry.id:
                entry = Entry(entry.line, entry.id, "", values)
            if entry.id in seen:
                raise BadField(
                    "id",
                    f"{entry.id!r} stands in line {seen[entry.id]} already",
                    "Keep one of the rows",
                )
            seen[entry.id] = row.line
            if together:
                # Variants may stand anywhere below or above their product.
                kept.append(entry)
            else:
                yield _product(entry, [], context)
        except BadField as problem:
            yield context.refusal(problem, row.line, record, "product")
    yield from grouped(kept, context)


def grouped(rows: list[Entry], context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products with the variants that name them, from rows in any order."""
    products = {row.id for row in rows if not row.parent}
    children: dict[str, list[tuple[Entry, VariantRecord]]] = {}
    for row in rows:
        if not row.parent:
            continue
        try:
            if row.parent not in products:
                raise BadField(
                    "variant_of",
                    f"no product row has the id {row.parent!r}",
                    "Add a row for the product, with variant_of left empty",
                )
            _check_currency(row.values, context)
            children.setdefault(row.parent, []).append((row, _variant(row.id, row.values, context)))
        except BadField as problem:
            yield context.refusal(problem, row.line, row.id, "product")
    for row in rows:
        if row.parent:
            continue
        try:
            yield _product(row, children.get(row.id, []), context)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.id, "product")


def _note_unknown(names: list[str], context: Context) -> None:
    for name in names:
        known = ALIASES.get(name, name)
        if known in COLUMNS or name.startswith(("attr:", "option:")) or not name:
            continue
        near = process.extractOne(name, sorted(COLUMNS), score_cutoff=70)
        context.note(
            f"column {name!r} is not known and was passed over"
            + (f"; did you mean {near[0]!r}?" if near else "")
        )


def _product(
    row: Entry, children: list[tuple[Entry, VariantRecord]], context: Context
) -> ProductRecord:
    values = row.values
    _check_currency(values, context)
    variants = [variant for _, variant in children]
    images = _images(values, None)
    for child, variant in children:
        images += _images(child.values, variant.id)
    for nested in objects_of(values, "variants"):
        variant = _variant(id_of(nested), nested, context)
        variants.append(variant)
        images += _images(nested, variant.id)
    if not variants:
        variants = [_variant(row.id, values, context)]
    names = [variant.id for variant in variants]
    if len(set(names)) < len(names):
        raise BadField("variants", "two variants have one id", "Give every variant its own id")
    attributes, units = _attributes(values)
    audience = audience_of(text_of(values, "audience", limit=32))
    if audience is None:
        raise BadField(
            "audience",
            f"{shown(values['audience'])!r} is not known",
            "Write women, men, girls, boys, kids or unisex, or leave it empty",
        )
    path = re.sub(r"\s*[>/]\s*", " / ", text_of(values, "category_path", limit=1000))
    category = text_of(values, "category", limit=128) or path.rsplit(" / ", 1)[-1][:128]
    return ProductRecord(
        id=row.id,
        title=text_of(values, "title", required=True, limit=TITLE_LENGTH),
        title_zh=text_of(values, "title_zh", limit=TITLE_LENGTH),
        description=text_of(values, "description", multiline=True),
        description_zh=text_of(values, "description_zh", multiline=True),
        currency=context.currency,
        brand=text_of(values, "brand", limit=128),
        category=category,
        category_path=path or category,
        category_zh=text_of(values, "category_zh", limit=128),
        audience=audience,
        material=text_of(values, "material", limit=128),
        attributes=attributes,
        attribute_units=units,
        rating=number_of(values, "rating", 0, 5),
        rating_count=count_of(values, "rating_count", 0),
        popularity=number_of(values, "popularity", 0, 1e12) or 0.0,
        released_at=time_of(values, "released_at"),
        images=tuple(images),
        variants=tuple(variants),
        line=row.line,
    )


def _check_currency(values: Mapping[str, Any], context: Context) -> None:
    currency = text_of(values, "currency", limit=8).upper()
    if currency and currency != context.currency:
        raise BadField(
            "currency",
            f"{currency!r}, but the shop sells in {context.currency}",
            "Convert the price, or set currency in shop.toml",
        )


def _variant(variant_id: str, values: Mapping[str, Any], context: Context) -> VariantRecord:
    price = price_of(values)
    list_price = optional_price(values, "list_price")
    if list_price is not None and list_price < price:
        raise BadField("list_price", "lower than the price", "It is the price before a reduction")
    options: dict[str, str] = {}
    for name in ("color", "size"):
        if text := text_of(values, name, limit=64):
            options[name] = text
    nested = values.get("options")
    if isinstance(nested, Mapping):
        for name in nested:
            options[_name(name)] = text_of(nested, name, limit=VALUE_LENGTH)
    elif nested:
        raise BadField("options", f"an object was expected, not {type_name(nested)}", "Write {...}")
    for name in values:
        if name.startswith("option:") and (text := text_of(values, name, limit=VALUE_LENGTH)):
            options[_name(name[7:])] = text
    return VariantRecord(
        id=variant_id,
        price=price,
        list_price=list_price if list_price != price else None,
        stock=count_of(values, "stock", context.default_stock),
        color=main_color(options.get("color", "")),
        size=options.get("size", "")[:64],
        options=options,
    )


def _name(name: str) -> str:
    return clean_text(name).casefold()[:100]


def _images(values: Mapping[str, Any], variant_id: str | None) -> list[ImageRef]:
    """Pictures, then the key frames of the product's video: searched alike, shown last."""
    named: list[Any] = []
    for column in ("image", "video_frames"):
        raw = values.get(column)
        named += raw if isinstance(raw, list) else [text_of(values, column, limit=VALUE_LENGTH)]
    alt = text_of(values, "title", limit=TITLE_LENGTH)
    return [
        ImageRef(clean_text(path), variant_id, alt)
        for some in named
        if isinstance(some, str)
        for path in some.split("|")
        if path.strip()
    ]


def _attributes(values: Mapping[str, Any]) -> tuple[dict[str, AttributeValue], dict[str, str]]:
    attributes: dict[str, AttributeValue] = {}
    units: dict[str, str] = {}
    raw = values.get("attributes")
    if isinstance(raw, str) and raw.strip():
        try:
            raw = parse_json(raw)
        except BadField as problem:
            raise BadField("attributes", problem.reason, 'Write {"name": value}') from None
    if raw and not isinstance(raw, Mapping):
        raise BadField(
            "attributes", f"an object was expected, not {type_name(raw)}", 'Write {"name": value}'
        )
    given = dict(raw) if isinstance(raw, Mapping) else {}
    for column, value in values.items():
        if column.startswith("attr:") and value not in (None, ""):
            given[column[5:]] = value
    for label, value in given.items():
        # "weight (kg)" names the unit; {"value": 2, "unit": "kg"} does too.
        found = re.fullmatch(r"(.*?)\s*\(([^()]{1,12})\)", clean_text(str(label)))
        name, unit = (found[1], found[2]) if found else (clean_text(str(label)), "")
        if isinstance(value, Mapping) and "value" in value:
            unit = text_of(value, "unit", limit=12)
            value = value["value"]
        name = name.casefold()[:100]
        fact = _fact(f"attr:{name}", value)
        if not name or fact is None:
            continue
        attributes[name] = fact
        if unit and isinstance(fact, float):
            units[name] = unit
    return attributes, units


def _fact(field: str, value: Any) -> AttributeValue | None:
    """A number, a yes or no, a text or several texts ("red | blue"); None of nothing."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [text_of({field: item}, field, limit=VALUE_LENGTH) for item in value[:200]]
    text = text_of({field: value}, field, limit=VALUE_LENGTH)
    if not text:
        return None
    if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,10})?", text, re.ASCII) or not isinstance(value, str):
        number = exact(text)
        if number is None or abs(number) >= 10**15:
            raise BadField(field, f"{shown(text)} is not a usable number", "Mend it")
        return float(number)
    if text.casefold() in ("yes", "true"):
        return True
    if text.casefold() in ("no", "false"):
        return False
    if "|" in text:
        return [part.strip() for part in text.split("|") if part.strip()]
    return text
