"""Reader of Google Merchant product data: tab-separated text, or RSS and Atom XML with g: names.

Attribute names and values follow Google's product data specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from knowledge.feeds.canonical import audience_of
from knowledge.feeds.clean import BadField, clean_text
from knowledge.feeds.encodings import encoding_of, open_utf8
from knowledge.feeds.lines import MOST_LINE, FileRefused, csv_rows
from knowledge.feeds.plain_products import Entry
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ProductRecord, Refusal
from knowledge.feeds.shop_rows import (
    category_fields,
    field,
    id_in,
    local_pictures,
    plain_html,
    price_fields,
    products_of,
)

FIELDS = {
    "id": "id", "title": "title", "description": "description", "price": "price",
    "sale_price": "price (price is then list_price)", "availability": "stock", "quantity": "stock",
    "brand": "brand", "color": "color", "size": "size", "material": "material",
    "gender": "audience", "age_group": "audience", "product_type": "category_path",
    "google_product_category": "category_path", "item_group_id": "variant_of",
    "image_link": "image", "additional_image_link": "image", "gtin": "attr:gtin",
    "mpn": "attr:mpn", "condition": "attr:condition", "pattern": "attr:pattern",
    "product_detail": "attributes"
}  # fmt: skip
"""Attribute -> what it becomes."""
_IN_STOCK = frozenset({"in stock", "limited availability"})
_CHUNK = 1 << 16
_NAMESPACE = "http://base.google.com/ns/1.0"


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products; items of one item_group_id are variants of one product."""
    rows = _xml_rows(path) if path.suffix.lower() == ".xml" else _table_rows(path)
    return products_of(_entries(rows, context), context)


def _table_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadField]]:
    for row in csv_rows(path):
        if row.problem:
            yield row.line, row.problem
        else:
            yield row.line, {_name(name): value for name, value in row.values.items()}


def _name(name: str) -> str:
    return name.removeprefix("g:").strip().replace(" ", "_")


def _entries(
    rows: Iterator[tuple[int, dict[str, Any] | BadField]], context: Context
) -> Iterator[Entry | Refusal]:
    told: set[str] = set()
    groups: dict[str, str] = {}
    for line, values in rows:
        record: str = ""
        try:
            if isinstance(values, BadField):
                raise values
            record = str(values.get("id") or "")
            own = id_in(values, "id")
            entry = _plain(values, context, told)
            group = field(values, "item_group_id", limit=120)
            if not group:
                yield Entry(line, own, "", entry)
                continue
            if group not in groups:
                # The group itself is no item: it takes after the first of its items.
                name = group if group != own else f"{group}-group"
                groups[group] = name
                shared = {
                    k: v for k, v in entry.items() if k not in ("color", "size", "price", "image")
                }
                yield Entry(line, name, "", shared)
            yield Entry(line, own, groups[group], entry)
        except BadField as problem:
            yield context.refusal(problem, line, record, "product")


def _plain(values: Mapping[str, Any], context: Context, told: set[str]) -> dict[str, Any]:
    out: dict[str, Any] = {
        name: field(values, name) for name in ("title", "brand", "color", "size", "material")
    }
    out["description"] = plain_html(values.get("description"))
    out |= price_fields(
        context, values.get("price"), values.get("sale_price"), ("price", "sale_price")
    )
    state = re.sub(r"[_\s]+", " ", field(values, "availability", limit=64)).casefold()
    if state and state not in _IN_STOCK:
        out["stock"] = 0
    else:
        stock = field(values, "quantity", "sell_on_google_quantity", limit=32)
        out["stock"] = stock or context.default_stock
    kind = field(values, "product_type", limit=1000)
    general = field(values, "google_product_category", limit=1000)
    out |= category_fields(kind.split(",")[0] if kind else "" if general.isdigit() else general)
    age, gender = field(values, "age_group", limit=32).casefold(), field(values, "gender", limit=32)
    who = audience_of(gender) or ""
    if age and age not in ("adult",):
        who = {"women": "girls", "men": "boys"}.get(who, "kids")
    out["audience"] = who
    pictures = [values.get("image_link"), values.get("additional_image_link")]
    named = [p for some in pictures for p in (some if isinstance(some, list) else [some]) if p]
    out["image"] = local_pictures([str(p) for p in named], context, told)
    for name in ("gtin", "mpn", "condition", "pattern"):
        if text := field(values, name, limit=200):
            # A number of an article is a name, not a quantity.
            out[f"attr:{name}"] = text if name == "condition" else f"{text}\u200b".rstrip("\u200b")
    for detail in values.get("product_detail") or ():
        if isinstance(detail, Mapping) and detail.get("attribute_name"):
            out[f"attr:{clean_text(str(detail['attribute_name']))}"] = str(
                detail.get("attribute_value") or ""
            )
    return {name: value for name, value in out.items() if value not in (None, "")}


class _Items:
    """Collects the items of a feed while expat reads it."""

    def __init__(self, encoding: str | None = None) -> None:
        """`encoding` goes before what the file says of itself."""
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.buffer_text = True
        self.done: list[tuple[int, dict[str, Any] | BadField]] = []
        self.found = False
        self._item: dict[str, Any] | None = None
        self._line = 0
        self._path: list[str] = []
        self._nested: dict[str, str] = {}
        self._held: list[str] = []
        self._size = 0

    def _doctype(self, *_: object) -> None:
        # Entities can blow up a few lines into gigabytes or name files; a feed needs none.
        raise FileRefused("a document type or entities stand in it", "Export it without a DOCTYPE")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        short = name.rpartition(" ")[2].casefold()
        if self._item is None:
            if short in ("item", "entry"):
                self.found = True
                self._item, self._line, self._path, self._size = (
                    {}, self.parser.CurrentLineNumber, [], 0,
                )  # fmt: skip
            return
        self._path.append(short)
        if len(self._path) > 8:
            raise FileRefused("elements are nested too deep", "Export it again")
        self._held = []
        if len(self._path) == 1:
            self._nested = {}

    def _text(self, data: str) -> None:
        if self._item is not None:
            self._size += len(data)
            if self._size <= MOST_LINE:
                self._held.append(data)

    def _end(self, name: str) -> None:
        if self._item is None:
            return
        if not self._path:
            if self._size > MOST_LINE:
                self.done.append(
                    (
                        self._line,
                        BadField("", f"an item over {MOST_LINE >> 10} KiB", "Shorten its texts"),
                    )
                )
            else:
                self.done.append((self._line, self._item))
            self._item = None
            return
        short = self._path.pop()
        text = "".join(self._held).strip()
        self._held = []
        if self._path:
            self._nested[short] = text
            return
        value: Any = self._nested or text
        if short in ("additional_image_link", "product_detail"):
            self._item.setdefault(short, []).append(value)
        elif isinstance(value, str) and (not self._item.get(short) or name.startswith(_NAMESPACE)):
            # What stands under g: counts before what RSS itself calls so.
            self._item[short] = value
        self._nested = {}


def _xml_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadField]]:
    items = _Items(encoding_of(path))
    try:
        with open_utf8(path) as stream:
            while chunk := stream.read(_CHUNK):
                items.parser.Parse(chunk, False)
                yield from items.done
                items.done = []
            items.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused(
            f"not well-formed XML ({expat.ErrorString(error.code)} in line {error.lineno})",
            "Export it again",
        ) from None
    yield from items.done
    if not items.found:
        raise FileRefused("no <item> or <entry> in it", "Export it as a product feed")
