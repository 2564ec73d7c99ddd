"""Which column of a table becomes what, told before and beside an import."""

from __future__ import annotations

from pathlib import Path

from knowledge.feeds import google, shopify, woocommerce
from knowledge.feeds.detect import ALIASES, ARTICLE_ALIASES, Format
from knowledge.feeds.lines import csv_header
from knowledge.feeds.plain_products import COLUMNS

_HELP = frozenset({"id", "title", "body", "language", "topic"})


def matched(path: Path, form: Format) -> tuple[list[tuple[str, str]], list[str]]:
    """(column, what it becomes) of a table's columns, and the columns that are passed over.

    Formats whose fields do not stand in a header row give two empty lists.
    """
    if path.suffix.lower() not in (".csv", ".tsv"):
        return [], []
    pairs: list[tuple[str, str]] = []
    left: list[str] = []
    for name in csv_header(path)[0]:
        target = _target(name, form)
        if target is None:
            return [], []
        if target:
            pairs.append((name, target))
        elif name:
            left.append(name)
    return pairs, left


def _target(name: str, form: Format) -> str | None:
    if form == "products":
        known = ALIASES.get(name, name)
        return known if known in COLUMNS or name.startswith(("attr:", "option:")) else ""
    if form == "articles":
        known = ARTICLE_ALIASES.get(name, name)
        return known if known in _HELP else ""
    if form == "google":
        return google.FIELDS.get(name.removeprefix("g:").strip().replace(" ", "_"), "")
    if form == "shopify":
        if name.startswith("option"):
            return "options"
        return shopify.FIELDS.get(shopify.canonical(name), "")
    if form == "woocommerce":
        if name.startswith("attribute "):
            return "options or attributes"
        return woocommerce.FIELDS.get(name, "attr:weight" if name.startswith("weight") else "")
    return None


def line_of(path: Path, form: Format) -> str:
    """The matching as one line to read: the format, columns and what is passed over."""
    pairs, left = matched(path, form)
    if not pairs:
        return f"read as {form}"
    told = ", ".join(f"{name} → {target}" for name, target in pairs)
    over = f"; passed over: {', '.join(left)}" if left else ""
    return f"read as {form}: {told}{over}"
