"""Reader of icecat-style JSONL: one electronics product a line, prices in cents, typed attributes.

`attr_t_`, `attr_n_` and `attr_b_` fields become attributes with plain names. The quantities that
shoppers filter by get one name and unit each: memory and storage in GB, screen size in inches,
weight in g or kg, storage type SSD, HDD, eMMC or Flash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.feeds.canonical import colors_of, storage_types, weight
from knowledge.feeds.clean import (
    TITLE_LENGTH,
    VALUE_LENGTH,
    BadField,
    clean_text,
    count_of,
    exact,
    id_of,
    shown,
    text_of,
    time_of,
)
from knowledge.feeds.icecat_categories import categorize, row_number
from knowledge.feeds.lines import json_rows
from knowledge.feeds.reading import Context
from knowledge.feeds.records import AttributeValue, ProductRecord, Refusal, VariantRecord

# What matters to a warehouse or repeats a canonical attribute, and not to a shopper.
_SKIPPED = re.compile(
    r"pallet|master__outer|^package_|_ark_id$|harmonized|last_change|^product_type$|"
    r"^product_colour$|^internal_memory$|^total_storage_capacity$|^storage_media$|"
    r"^display_diagonal|^weight$|weight__imperial|^status$|launch_date|package_dimensions"
)
_UNITS = {
    "cable length": "m",
    "width": "mm",
    "height": "mm",
    "depth": "mm",
    "battery capacity": "mAh",
    "battery capacity (watt hours)": "Wh",
    "thermal design power (tdp)": "W",
    "ac adapter power": "W",
    "memory clock speed": "MHz",
    "ssd capacity": "GB",
    "hdd capacity": "GB",
    "total ssds capacity": "GB",
    "total hdds capacity": "GB",
    "processor cache": "MB",
    "black toner page yield": "pages",
    "colour toner page yield": "pages",
}
_COMPUTERS = frozenset(
    {"Notebook", "Desktop PC", "Workstation", "Server", "Thin Client", "Tablet", "Smartphone"}
)
_DRIVES = frozenset(
    {"Hard Drive", "SSD", "External Hard Drive", "USB Flash Drive", "Memory Card",
     "Network Storage", "MP3 Player"}
)  # fmt: skip
_SCREENS = frozenset(
    {"Notebook", "Monitor", "TV", "Tablet", "Smartphone", "Photo Frame", "Desktop PC",
     "Handheld Computer", "Privacy Filter", "Notebook Case", "Projection Screen", "Workstation"}
)  # fmt: skip


def read(path: Path, context: Context) -> Iterator[ProductRecord | Refusal]:
    """Products of the file in its order, refusals between them."""
    addressed = False
    for row in json_rows(path):
        if row.problem:
            yield context.refusal(row.problem, row.line, kind="product")
            continue
        if not addressed and any(name.startswith("img_") for name in row.values):
            addressed = True
            context.note("addresses of pictures are not fetched; these products have no picture")
        try:
            yield _product(row.values, row.line, context)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("id", ""), "product")


def _product(row: Mapping[str, Any], line: int, context: Context) -> ProductRecord:
    product_id = id_of(row)
    title = text_of(row, "title", required=True, limit=TITLE_LENGTH)
    description = text_of(row, "short_description", multiline=True)
    price = cents_of(row)
    category, path = categorize(row, title, description)
    attributes: dict[str, AttributeValue] = {}
    units: dict[str, str] = {}
    _canonical(row, title, category, attributes, units)
    for field, value in row.items():
        if field.startswith("attr_"):
            _plain_attribute(field, value, attributes, units)
    model = text_of(row, "name", limit=VALUE_LENGTH)
    if model:
        attributes["model"] = model
    codes = row.get("ean")
    if isinstance(codes, list) and codes and isinstance(codes[0], str):
        attributes["ean"] = clean_text(codes[0][:64])
    color_text = text_of(row, "attr_t_product_colour", limit=200) or text_of(
        row, "attr_t_cable_colour", limit=200
    )
    colors = colors_of(color_text)
    if len(colors) > 1:
        attributes["colors"] = colors
    return ProductRecord(
        id=product_id,
        title=title,
        currency=context.currency,
        description=description,
        brand=text_of(row, "supplier", limit=128),
        category=category,
        category_path=path,
        material=text_of(row, "attr_t_material", limit=VALUE_LENGTH)[:128].rstrip(),
        attributes=attributes,
        attribute_units=units,
        released_at=time_of(row, "date_released"),
        variants=(
            VariantRecord(
                id=product_id,
                price=price,
                stock=count_of(row, "stock", context.default_stock),
                color=colors[0] if colors else "",
                options={"color": color_text} if color_text else {},
            ),
        ),
        line=line,
    )


def cents_of(row: Mapping[str, Any]) -> Decimal:
    """The price, given as whole cents.

    Raises:
        BadField: missing, negative, not a whole number, or too large.
    """
    if row.get("price") is None:
        raise BadField("price", "no price", "Give the price in whole cents, such as 4995")
    if isinstance(row["price"], str | bool):
        raise BadField(
            "price", f"{shown(row['price'])} is not a number", "Give whole cents, such as 4995"
        )
    number = exact(row["price"])
    if number is not None and number < 0:
        raise BadField("price", f"{shown(str(number))} is negative", "Write zero or more")
    return (
        Decimal(count_of(row, "price", 0, most=10_000_000_000)).scaleb(-2).quantize(Decimal("0.01"))
    )


@lru_cache(maxsize=20_000)
def attribute_name(field: str) -> str:
    """ "attr_n_thermal_design_power__tdp_" is "thermal design power (tdp)"; "" if left out."""
    name = field[7:].lower()
    if not name or _SKIPPED.search(name):
        return ""
    name = (
        re.sub(r"__(?:[a-z]_)+[a-z]?_?$", "", name) if name.endswith(("_t_t_", "_h_h_")) else name
    )
    name = re.sub(r"___?([^_].*?)_$", r" (\1)", name) if name.endswith("_") else name
    name = re.sub(r"_+", " ", name)
    return clean_text(name)[:100]


def _plain_attribute(
    field: str, value: Any, attributes: dict[str, AttributeValue], units: dict[str, str]
) -> None:
    """Add one field as it is; values that are no plain fact ("N", "Not available") say nothing."""
    name = attribute_name(field)
    if not name or name in attributes or field[5:6] not in "tnb":
        return
    if isinstance(value, bool):
        attributes[name] = value
    elif isinstance(value, str):
        text = clean_text(value[:VALUE_LENGTH])
        if text in ("Y", "Yes"):
            attributes[name] = True
        elif text and text not in ("N", "Not available", "N/A", "-"):
            attributes[name] = text
    elif isinstance(value, int | float | Decimal):
        number = exact(value)
        if number is not None and abs(number) < 10**15:
            attributes[name] = float(number)
            if name == "processor frequency":
                # Computers are given in GHz, printers in MHz.
                units[name] = "GHz" if number < 20 else "MHz"
            elif name in _UNITS:
                units[name] = _UNITS[name]


def _canonical(
    row: Mapping[str, Any],
    title: str,
    category: str,
    attributes: dict[str, AttributeValue],
    units: dict[str, str],
) -> None:
    """The quantities that shoppers filter by; where a field is missing, the title may say it."""

    def put(name: str, value: float, unit: str) -> None:
        if 0 < value < 10**7:
            attributes[name] = round(value, 4)
            units[name] = unit

    memory = row_number(row, "attr_n_internal_memory")
    if category in _COMPUTERS:
        told = re.search(r"(\d+(?:\.\d+)?) ?GB (?:LP)?(?:DDR|SDRAM|RAM)", title)
        told = told or re.search(r"\b(\d{1,2}) GB (?=\d+ GB )", title)
        if not told and not memory:
            told = re.search(
                r"\b(\d{1,2}(?:\.\d)?) ?GB,? (?:(?:LP)?DDR|SDRAM|RAM)",
                text_of(row, "short_description"),
            )
        if told:
            memory = float(told[1])
        # The feed mixes GB and MB; no computer of its time holds 256 GB.
        elif memory >= 256:
            memory /= 1024
    elif "Print" in category or category == "Scanner" or memory >= 256:
        memory /= 1024
    put("memory", memory, "GB")
    kinds = storage_types(str(row.get("attr_t_storage_media") or ""))
    if row_number(row, "attr_n_total_storage_capacity"):
        storage = row_number(row, "attr_n_total_storage_capacity")
    else:
        storage = max(
            row_number(row, "attr_n_ssd_capacity") + row_number(row, "attr_n_hdd_capacity"),
            row_number(row, "attr_n_storage_capacity") if category in _DRIVES else 0.0,
        )
    if row_number(row, "attr_n_ssd_capacity") and "SSD" not in kinds:
        kinds.append("SSD")
    if row_number(row, "attr_n_hdd_capacity") and "HDD" not in kinds:
        kinds.append("HDD")
    if category in _COMPUTERS | _DRIVES:
        told = re.search(
            r"(\d+(?:\.\d+)?) ?(GB|TB) (HDD\+SSD|SSD|HDD|eMMC|Flash)\b", title, re.IGNORECASE
        )
        if told:
            storage = storage or float(told[1]) * (1000 if told[2].upper() == "TB" else 1)
            kinds = kinds or storage_types(told[3])
        if not told and category in ("Smartphone", "Tablet"):
            told = re.search(r"\b\d{1,2} GB (\d+) GB ", title) or re.search(r"(\d{2,4}) GB ", title)
            storage = storage or (float(told[1]) if told else 0.0)
        if category in ("Notebook", "Desktop PC", "Workstation") and not storage:
            told = re.search(
                r"\b(\d{2,4}) ?GB(?: [\w-]+)? (SSD|HDD|SATA|Serial ATA)",
                text_of(row, "short_description"),
            )
            if told:
                storage = float(told[1])
                kinds = kinds or storage_types(told[2])
        if category == "SSD" and not kinds:
            kinds = ["SSD"]
        if category in ("Hard Drive", "External Hard Drive") and not kinds:
            kinds = ["HDD"]
    put("storage", storage, "GB")
    if kinds:
        attributes["storage type"] = kinds[0] if len(kinds) == 1 else kinds
    diagonal = row_number(row, "attr_n_display_diagonal")
    if not diagonal and category in _SCREENS:
        told = re.search(r"\((\d{1,3}(?:\.\d+)?)\"\)", title)
        diagonal = float(told[1]) if told else 0.0
    if not diagonal:
        diagonal = round(row_number(row, "attr_n_display_diagonal__metric_") / 2.54, 1)
    put("screen size", diagonal, "in")
    grams = row_number(row, "attr_n_weight")
    if 0 < grams < 10**7:
        attributes["weight"], units["weight"] = weight(grams)
    kind = row.get("attr_t_product_type")
    if isinstance(kind, str) and kind not in ("1", "16", "System", "Number"):
        attributes["product type"] = clean_text(kind[:VALUE_LENGTH])
