"""Reader of schema.org products as JSON-LD: in .json and .jsonl files, or in a shop's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from knowledge.feeds.canonical import audience_of
from knowledge.feeds.clean import BadField, clean_text
from knowledge.feeds.lines import FileRefused, document, json_rows, parse_json
from knowledge.feeds.plain_products import Entry
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ProductRecord, Refusal
from knowledge.feeds.shop_rows import (
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
    "sku": "id", "productID": "id", "productGroupID": "id", "@id": "id", "name": "title",
    "description": "description", "brand": "brand", "category": "category_path",
    "color": "color", "size": "size", "material": "material", "audience": "audience",
    "image": "image", "offers": "price and stock", "aggregateRating": "rating",
    "additionalProperty": "attributes", "hasVariant": "variants", "isVariantOf": "variant_of",
    "gtin13": "attr:gtin", "mpn": "attr:mpn",
}  # fmt: skip
"""Property -> what it becomes."""
_KINDS = ("Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts")
_SOLD = ("InStock", "LimitedAvailability", "OnlineOnly", "InStoreOnly")


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products with their variants, wherever they stand in the document."""
    return products_of(_entries(path, context), context)


class _Scripts(HTMLParser):
    """The JSON-LD blocks of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[tuple[int, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").split(";")[0].strip().casefold()
        self._inside = tag == "script" and kind == "application/ld+json"
        if self._inside:
            self.blocks.append((self.getpos()[0], ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            line, text = self.blocks[-1]
            self.blocks[-1] = (line, text + data)


def blocks(html: str) -> list[tuple[int, str]]:
    """(line, text) of each JSON-LD block of a page."""
    parser = _Scripts()
    parser.feed(html)
    return parser.blocks


def nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The products of a JSON-LD value, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from nodes(item, depth + 1)
    elif isinstance(value, Mapping):
        if is_product(value):
            yield value
            return
        for name in ("@graph", "itemListElement", "item", "mainEntity", "about"):
            if name in value and depth < 12:
                yield from nodes(value[name], depth + 1)


def is_product(value: Mapping[str, Any]) -> bool:
    """Whether a node is a product or a group of them."""
    kinds = value.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(str(kind).rpartition("/")[2].rpartition(":")[2] in _KINDS for kind in named)


def _documents(path: Path) -> Iterator[tuple[int, Any]]:
    """(line, JSON value or the problem that kept it from being read)."""
    ending = path.suffix.lower()
    if ending in (".jsonl", ".ndjson"):
        for row in json_rows(path):
            yield row.line, row.problem or row.values
        return
    text = document(path)
    found = blocks(text) if ending in (".html", ".htm") else [(1, text)]
    for line, block in found:
        try:
            yield line, parse_json(block)
        except BadField as problem:
            yield line, problem


def _entries(path: Path, context: Context) -> Iterator[Entry | Refusal]:
    told: set[str] = set()
    groups: set[str] = set()
    found = False
    for line, value in _documents(path):
        if isinstance(value, BadField):
            found = True
            yield context.refusal(value, line, "", "product")
            continue
        for node in nodes(value):
            found = True
            record = ""
            try:
                own = id_in(node, "sku", "productID", "productGroupID", "@id", "gtin13", "gtin")
                record = own
                inside = [v for v in _list(node.get("hasVariant")) if isinstance(v, Mapping)]
                parent = next(iter(_list(node.get("isVariantOf"))), None)
                if isinstance(parent, Mapping) and not inside:
                    group = id_in(parent, "productGroupID", "sku", "@id", "name")
                    if group not in groups:
                        groups.add(group)
                        yield Entry(line, group, "", _product({**node, **parent}, context, told))
                    yield Entry(line, own, group, _bought(node, context, told))
                    continue
                groups.add(own)
                plain = _product(node, context, told)
                if not inside:
                    plain |= _bought(node, context, told)
                yield Entry(line, own, "", plain)
                for variant in inside:
                    try:
                        name = id_in(variant, "sku", "productID", "@id", "gtin13", "name")
                        record = name
                        bought = _bought(variant, context, told)
                        yield Entry(line, name, own, bought)
                    except BadField as problem:
                        yield context.refusal(problem, line, record, "product")
            except BadField as problem:
                yield context.refusal(problem, line, record, "product")
    if not found:
        raise FileRefused("no schema.org Product in it", "Export its JSON-LD, too")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _named(value: Any) -> str:
    """The text of a value that may be an object with a name or a value."""
    for item in _list(value):
        if isinstance(item, Mapping):
            item = item.get("name") or item.get("value") or item.get("url") or ""
        if item not in (None, ""):
            return clean_text(str(item))
    return ""


def _product(node: Mapping[str, Any], context: Context, told: set[str]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "title": _named(node.get("name")),
        "description": plain_html(_named(node.get("description"))),
        "brand": _named(node.get("brand") or node.get("manufacturer"))[:128],
        "material": _named(node.get("material"))[:128],
    }
    out |= category_fields(_named(node.get("category")).replace("/", ">"))
    audience = next((a for a in _list(node.get("audience")) if isinstance(a, Mapping)), {})
    out["audience"] = audience_of(_named(audience.get("suggestedGender")).rpartition("/")[2]) or ""
    pictures = [
        str(p.get("url") or p.get("contentUrl") or "") if isinstance(p, Mapping) else str(p)
        for p in _list(node.get("image"))
    ]
    out["image"] = local_pictures(pictures, context, told)
    rating = node.get("aggregateRating")
    if (
        isinstance(rating, Mapping)
        and rating.get("ratingValue") is not None
        and str(rating.get("bestRating") or "5") == "5"
    ):
        out["rating"] = str(rating["ratingValue"]).replace(",", ".")
        out["rating_count"] = rating.get("reviewCount") or rating.get("ratingCount") or 0
    for extra in _list(node.get("additionalProperty")):
        if isinstance(extra, Mapping) and extra.get("name"):
            unit = _named(extra.get("unitText"))
            label = clean_text(str(extra["name"]))
            label = f"{label} ({unit})" if 0 < len(unit) <= 12 else label
            value = extra.get("value")
            out[f"attr:{label}"] = value if isinstance(value, bool | int) else _named(value)
    for name in ("mpn", "gtin13", "gtin"):
        if text := field(node, name, limit=64):
            out[f"attr:{name}"] = text
    return {name: value for name, value in out.items() if value not in (None, "")}


def _bought(node: Mapping[str, Any], context: Context, told: set[str]) -> dict[str, Any]:
    """Price, stock and options of what can be put into a cart."""
    out = option_fields([("color", _named(node.get("color"))), ("size", _named(node.get("size")))])
    offers = [o for o in _list(node.get("offers")) if isinstance(o, Mapping)]
    inner = [o for each in offers for o in _list(each.get("offers")) if isinstance(o, Mapping)]
    prices, sold, other = [], [], ""
    for offer in inner or offers:
        spec = next(
            (s for s in _list(offer.get("priceSpecification")) if isinstance(s, Mapping)), {}
        )
        price = offer.get("price", offer.get("lowPrice", spec.get("price")))
        currency = _named(offer.get("priceCurrency") or spec.get("priceCurrency")).upper()
        if price in (None, ""):
            continue
        if currency and currency != context.currency:
            other = currency
            continue
        prices.append(price_fields(context, price, None, ("offers.price", ""))["price"])
        state = _named(offer.get("availability")).rpartition("/")[2]
        sold.append(not state or state in _SOLD)
        level = offer.get("inventoryLevel")
        if isinstance(level, Mapping) and level.get("value") is not None:
            out["stock"] = str(level["value"])
    if not prices:
        if other:
            raise BadField(
                "offers.priceCurrency",
                f"{other!r}, but the shop sells in {context.currency}",
                "Give an offer in the shop's currency, or set currency in shop.toml",
            )
        raise BadField("offers", "no price", 'Write "offers": {"price": "19.90"}')
    out["price"] = min(prices)
    out.setdefault("stock", context.default_stock)
    if not any(sold):
        out["stock"] = 0
    pictures = [p for p in _list(node.get("image")) if isinstance(p, str)]
    out["image"] = local_pictures(pictures, context, told)
    return {name: value for name, value in out.items() if value not in (None, "")}
