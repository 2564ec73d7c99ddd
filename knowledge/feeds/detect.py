"""Which format a file has, from its name and its first rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from rapidfuzz import process

from knowledge.feeds.lines import FileRefused, csv_header, document, head, json_rows
from knowledge.feeds.plain_events import is_history

Format = Literal[
    "icecat",
    "magento",
    "magento_reviews",
    "magento_pages",
    "magento_rules",
    "tau_retail",
    "google",
    "shopify",
    "woocommerce",
    "schema_org",
    "products",
    "articles",
    "article",
    "article_html",
    "customers",
    "orders",
    "events",
    "tickets",
]
ENDINGS = (
    ".jsonl",
    ".ndjson",
    ".json",
    ".csv",
    ".tsv",
    ".md",
    ".markdown",
    ".xml",
    ".html",
    ".htm",
)
ORDER: tuple[Format, ...] = (
    "icecat",
    "magento",
    "google",
    "shopify",
    "woocommerce",
    "schema_org",
    "products",
    "tau_retail",
    "customers",
    "orders",
    "events",
    "magento_reviews",
    "magento_rules",
    "magento_pages",
    "articles",
    "article",
    "article_html",
    "tickets",
)
"""What is read first, so that orders find their customers and reviews their products."""
ALIASES = {
    "sku": "id",
    "product_id": "id",
    "name": "title",
    "colour": "color",
    "parent": "variant_of",
    "qty": "stock",
    "quantity": "stock",
    "gender": "audience",
    "images": "image",
    "frames": "video_frames",
}
"""Other names of the columns of a product file."""
ARTICLE_ALIASES = {
    "question": "title", "answer": "body", "q": "title", "a": "body", "content": "body",
    "text": "body", "问题": "title", "答案": "body", "回答": "body", "标题": "title",
    "内容": "body", "lang": "language", "category": "topic",
}  # fmt: skip
"""Other names of the columns of a table of help."""
_GOOGLE = frozenset({"id", "title", "price"})
_GOOGLES_OWN = frozenset(
    {"availability", "image_link", "item_group_id", "google_product_category", "gtin", "sale_price"}
)
NEEDED: dict[str, tuple[str, ...]] = {
    "products": ("id", "title", "price"),
    "articles": ("title", "body"),
    "customers": ("id", "email"),
    "orders": ("id", "customer_id", "items"),
    "events": ("customer_id", "product_id", "kind", "time"),
    "tickets": ("question", "answer"),
}


_NO_HELP = frozenset({"readme", "changelog", "license", "contributing", "notice", "todo"})


class NotAFeed(FileRefused):
    """A readable file that is none of the known formats."""


def detect(path: Path) -> Format:
    """The format of a file.

    Raises:
        FileRefused: unreadable, empty, or columns are missing (naming the nearest one there is).
        NotAFeed: none of the known formats.
    """
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        head(path)
        return _by_names(path, csv_header(path)[0])
    if ending in (".jsonl", ".ndjson"):
        head(path)
        return _jsonl(path)
    if ending == ".json":
        return _json(path)
    if ending in (".md", ".markdown"):
        head(path)
        return "article"
    if ending == ".xml":
        start = head(path)
        if b"base.google.com/ns/1.0" in start or b"<item" in start or b"<entry" in start:
            return "google"
        raise NotAFeed("XML without <item> or <entry>", "Export it as a Google Merchant feed")
    if ending in (".html", ".htm"):
        head(path)
        return "schema_org" if _sells(path) else "article_html"
    raise NotAFeed(
        f"{ending or 'no ending'} is not a kind of file that is read",
        f"Use one of {', '.join(ENDINGS)}",
    )


def has_front_matter(path: Path) -> bool:
    """Whether a Markdown file is a help page: it begins with `---` lines that hold a title, or with
    a heading of the first level and is none of the papers that lie beside programs or beside a
    desk's database, whose rules are for its staff."""
    try:
        text = head(path).decode("utf-8", "replace")
    except FileRefused:
        return False
    if text.startswith("---"):
        return "\ntitle:" in text.split("\n---", 1)[0]
    for_staff = path.stem.casefold() in _NO_HELP or path.with_name("db.json").exists()
    return text.lstrip().startswith("# ") and not for_staff


def _sells(path: Path) -> bool:
    """Whether a page carries the JSON-LD of a product."""
    from knowledge.feeds.clean import BadField
    from knowledge.feeds.lines import parse_json
    from knowledge.feeds.schema_org import blocks, nodes

    for _, text in blocks(document(path)):
        try:
            if any(True for _ in nodes(parse_json(text))):
                return True
        except BadField:
            if '"Product' in text:
                return True
    return False


def _json(path: Path) -> Format:
    start = head(path).lstrip()[:1]
    if start in (b"{", b"["):
        try:
            data: Any = json.loads(document(path))
        except (ValueError, RecursionError):
            raise FileRefused("not valid JSON", "Export it again") from None
        from knowledge.feeds.schema_org import nodes

        if any(True for _ in nodes(data)):
            return "schema_org"
        if not isinstance(data, dict):
            raise NotAFeed("not a JSON object", "Give one object a line in a .jsonl file")
        if all(isinstance(data.get(name), dict) for name in ("products", "users", "orders")):
            return "tau_retail"
        raise NotAFeed(
            "a JSON document without products, users and orders",
            "Give one object a line in a .jsonl file",
        )
    raise NotAFeed("not a JSON object", "Give one object a line in a .jsonl file")


def _jsonl(path: Path) -> Format:
    first: dict[str, Any] | None = None
    for count, row in enumerate(json_rows(path)):
        if row.problem is None and row.values:
            first = row.values
            break
        if count >= 200:
            break
    if first is None:
        raise FileRefused("no line holds a JSON object", "Write one {...} a line")
    names = {name.casefold() for name in first}
    if "@type" in names or "@graph" in names:
        return "schema_org"
    if "sku" in names and "type" in names and {"variations", "attribute_set"} & names:
        return "magento"
    if any(name.startswith(("attr_t_", "attr_n_", "attr_b_")) for name in names) or (
        {"supplier", "short_description"} <= names
    ):
        return "icecat"
    return _by_names(path, list(first))


def _by_names(path: Path, given: list[str]) -> Format:
    names = {name.casefold() for name in given}
    if "conditions_serialized" in names:
        return "magento_rules"
    if {"rating_value", "sku"} <= names:
        return "magento_reviews"
    if {"identifier", "content", "title"} <= names:
        return "magento_pages"
    if {n.removeprefix("g:").replace(" ", "_") for n in names} >= _GOOGLE and any(
        n.removeprefix("g:").replace(" ", "_") in _GOOGLES_OWN for n in names
    ):
        return "google"
    if {"handle", "url handle"} & names and {"variant price", "price", "option1 name"} & names:
        return "shopify"
    if {"type", "name", "regular price"} <= names:
        return "woocommerce"
    if {"customer_id", "items"} <= names:
        return "orders"
    if {"question", "answer"} <= names and _is_history(path, names):
        return "tickets"
    if {"title", "body"} <= {ARTICLE_ALIASES.get(name, name) for name in names}:
        return "articles"
    if "title" not in names and is_history(names):
        return "events"
    if "price" not in names and "email" in names:
        return "customers"
    known = names | {ALIASES[name] for name in names if name in ALIASES}
    if {"id", "title"} <= known and ("price" in known or "variants" in known):
        return "products"
    raise _missing(path, names, known)


def _is_history(path: Path, names: set[str]) -> bool:
    """Whether questions with answers are what staff wrote to shoppers, and no page of help."""
    stem = path.stem.casefold()
    return bool({"ticket_id", "intent"} & names) or any(
        word in stem for word in ("ticket", "history", "工单")
    )


def _missing(path: Path, names: set[str], known: set[str]) -> FileRefused:
    """What to say of a file that is nearly one of the plain formats."""
    stem = path.stem.casefold()
    named = next((form for form in NEEDED if form[:-1] in stem), None)
    form = named or max(NEEDED, key=lambda form: len(set(NEEDED[form]) & known))
    missing = [name for name in NEEDED[form] if name not in known]
    hints = []
    for name in missing:
        near = process.extractOne(name, sorted(names), score_cutoff=50)
        hints.append(f"{name!r}" + (f" (nearest column: {near[0]!r})" if near else ""))
    if len(names) == 1:
        hints.append("there is one column only: separate columns with comma, semicolon or tab")
    # With most of the columns missing it is more likely some other file altogether.
    unlike = not named and len(missing) * 2 > len(NEEDED[form])
    return (NotAFeed if unlike else FileRefused)(
        f"as a file of {form} it lacks {', '.join(hints)}",
        "Add the column; docs/importing.md shows them all",
        missing[0] if missing else "",
    )
