"""Reader of histories: what customers bought, looked at or liked elsewhere, as CSV or JSONL."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from knowledge.feeds.clean import BadField, count_of, shown, text_of, time_of
from knowledge.feeds.lines import csv_rows, json_rows
from knowledge.feeds.reading import Context
from knowledge.feeds.records import EventRecord, Refusal

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "customer": ("customer_id", "customer", "user_id", "visitor_id", "household_id"),
    "visit": ("visit", "visit_id", "session_id", "session", "basket_id", "conversation_id"),
    "product": ("product_id", "item_id", "sku", "product", "item"),
    "kind": ("kind", "event", "event_type", "type", "action"),
    "time": ("created_at", "time", "timestamp", "at", "transaction_timestamp", "date"),
    "quantity": ("quantity", "qty"),
}
"""What a column says -> the names it may have, the first that is there counting."""
KINDS: Final[dict[str, str]] = {
    "view": "view",
    "detail": "view",
    "click": "click",
    "like": "like",
    "favourite": "like",
    "favorite": "like",
    "wishlist": "like",
    "dislike": "dislike",
    "cart": "cart_add",
    "cart_add": "cart_add",
    "add_to_cart": "cart_add",
    "addtocart": "cart_add",
    "cart_remove": "cart_remove",
    "remove_from_cart": "cart_remove",
    "purchase": "purchase",
    "transaction": "purchase",
    "buy": "purchase",
    "order": "purchase",
    "return": "return",
}
"""How feeds call what was done, and what it is called here."""
_EPOCH_MS: Final = 1e11


def is_history(names: set[str]) -> bool:
    """Whether columns of these names hold events: who or which visit, what, and when."""
    return (
        "items" not in names
        and all(any(name in names for name in NAMES[kind]) for kind in ("product", "time"))
        and any(name in names for name in (*NAMES["customer"], *NAMES["visit"]))
    )


def events(path: Path, context: Context) -> Iterator[EventRecord | Refusal]:
    """Events in the order of the file; without a column that says what was done they are purchases,
    or clicks where the file has visits and no customers, or is called after clicks or views."""
    table = path.suffix.lower() in (".csv", ".tsv")
    repeated: Counter[str] = Counter()
    default = _default(path.stem.casefold())
    for row in csv_rows(path) if table else json_rows(path):
        try:
            if row.problem:
                raise row.problem
            yield _event(row.values, row.line, default, repeated)
        except BadField as problem:
            yield context.refusal(problem, row.line, "", "event")


def _default(stem: str) -> str:
    if any(word in stem for word in ("click", "session", "visit")):
        return "click"
    return "view" if "view" in stem else "purchase"


def _event(row: Mapping[str, Any], line: int, default: str, repeated: Counter[str]) -> EventRecord:
    low = {str(name).casefold(): name for name in row}

    def text(kind: str, limit: int = 128) -> str:
        name = next((low[n] for n in NAMES[kind] if n in low), None)
        return text_of(row, name, limit=limit) if name is not None else ""

    product, customer, visit = text("product"), text("customer"), text("visit")
    if not product:
        raise BadField("product_id", "missing", "Name the product by the catalogue's id")
    if not customer and not visit:
        raise BadField("customer_id", "neither customer nor visit", "Give one of the two")
    said = text("kind", 64).casefold().replace(" ", "_").replace("-", "_")
    kind = KINDS.get(said, "" if said else default)
    if not kind:
        raise BadField(
            "kind", f"{shown(said)!r} is not known", f"Write one of {', '.join(sorted(KINDS))}"
        )
    at = _time(row, next((low[n] for n in NAMES["time"] if n in low), "time"))
    quantity = next((low[n] for n in NAMES["quantity"] if n in low), None)
    many = 1
    if quantity is not None:
        many = max(1, round(float(count_of(row, quantity, 1, most=100_000))))
    key = "\n".join((customer, visit, kind, product, at.isoformat()))
    repeated[key] += 1
    digest = hashlib.sha256(f"{key}\n{repeated[key]}".encode()).hexdigest()[:40]
    return EventRecord(
        id=f"import:{digest}",
        customer_id=customer,
        visit=visit,
        kind=kind,
        product_id=product,
        at=at,
        quantity=many,
        line=line,
    )


def _time(row: Mapping[str, Any], name: str) -> datetime:
    """ISO 8601, or seconds or milliseconds since 1970."""
    value = text_of(row, name, limit=64)
    try:
        number = float(value)
    except ValueError:
        when = time_of(row, name)
        if when is None:
            raise BadField(name, "missing", "Say when it was") from None
        return when
    try:
        return datetime.fromtimestamp(number / (1000 if number > _EPOCH_MS else 1), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise BadField(
            name, f"{shown(value)!r} is not a time", "Write times as 2026-05-01T10:00:00Z"
        ) from None
