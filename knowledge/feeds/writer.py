"""Records into SQL: bulk upserts in chunks, once and for all however often a feed is imported.

The caller owns the transaction: a `Writer` works on one connection and commits nothing, so that a
file goes in whole or not at all.

Rules: the feed wins for products, articles, promotions and customers. Variants and pictures that a
product no longer has are switched off or removed. An order that was changed in a conversation, and
everything of a customer who asked to be forgotten, stays as the shop has it. An order whose feed
does not say when it was placed gets the moment of its first import, and its "placed" event says
`{"date_known": false}`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from db.models import (
    Article,
    Media,
    Outbox,
    Product,
    Promotion,
    Ticket,
    Variant,
)
from knowledge.feeds.records import (
    ArticleRecord,
    CustomerRecord,
    EventRecord,
    MediaRecord,
    OrderRecord,
    ProductRecord,
    PromotionRecord,
    Refusal,
    ReviewRecord,
    TicketRecord,
)
from knowledge.feeds.writer_events import EventWriter
from knowledge.feeds.writer_people import PeopleWriter

CHUNK = 500
T = TypeVar("T")
PRODUCTS: Table = Product.__table__  # type: ignore[assignment]
VARIANTS: Table = Variant.__table__  # type: ignore[assignment]
MEDIA: Table = Media.__table__  # type: ignore[assignment]
ARTICLES: Table = Article.__table__  # type: ignore[assignment]
PROMOTIONS: Table = Promotion.__table__  # type: ignore[assignment]
TICKETS: Table = Ticket.__table__  # type: ignore[assignment]
OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`items` in pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def content_hash(record: ProductRecord) -> str:
    """sha256 of what the index is built from: words, attributes, options and pictures; neither
    price nor stock nor stars, which search reads from SQL."""
    parts = [
        record.title,
        record.title_zh,
        record.description,
        record.description_zh,
        record.brand,
        record.category_path or record.category,
        record.category_zh,
        record.audience,
        record.material,
        dict(sorted(record.attributes.items())),
        dict(sorted(record.attribute_units.items())),
        [[v.id, v.color, v.size, dict(sorted(v.options.items()))] for v in record.variants],
        [[m.path, m.variant_id or "", m.alt] for m in record.media],
    ]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Writer:
    """Writes records over one connection; `added`, `updated` and `kept` count by kind."""

    def __init__(
        self, connection: Connection, *, now: datetime | None = None, file: str = ""
    ) -> None:
        self._sql = connection
        self._now = now or datetime.now(UTC)
        self._file = file
        self.added: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.refusals: list[Refusal] = []
        self._people = PeopleWriter(self)
        self._events = EventWriter(self)

    @property
    def sql(self) -> Connection:
        """The connection, whose transaction the caller ends."""
        return self._sql

    @property
    def now(self) -> datetime:
        """The one moment that everything of this import carries."""
        return self._now

    def refuse(
        self, kind: Any, line: int | None, record: str, field: str, reason: str, hint: str
    ) -> None:
        """Note a record that cannot be written."""
        self.refusals.append(Refusal(self._file, line, record, field, reason, hint, kind))

    def existing(self, table: Table, ids: Iterable[str], *columns: str) -> dict[str, Any]:
        """Id -> row of the named columns for those of `ids` that the table holds."""
        found: dict[str, Any] = {}
        wanted = [table.c.id, *(table.c[name] for name in columns)]
        for some in chunks(list(ids)):
            for row in self._sql.execute(select(*wanted).where(table.c.id.in_(some))):
                found[row.id] = row
        return found

    def upsert(self, table: Table, rows: Sequence[dict[str, Any]], known: Iterable[str]) -> None:
        """Insert the rows whose id is not in `known`, update the others; all of one shape."""
        known = set(known)
        fresh = [row for row in rows if row["id"] not in known]
        stale = [row for row in rows if row["id"] in known]
        if fresh:
            self._sql.execute(insert(table), fresh)
        if stale:
            names = [name for name in stale[0] if name != "id"]
            statement = (
                update(table)
                .where(table.c.id == bindparam("key"))
                .values({name: bindparam("new_" + name) for name in names})
            )
            self._sql.execute(
                statement,
                [
                    {"key": row["id"], **{"new_" + name: row[name] for name in names}}
                    for row in stale
                ],
            )

    # --- catalogue --------------------------------------------------------------------------------

    def products(self, records: Sequence[ProductRecord]) -> list[str]:
        """Write products with their variants and pictures; the ids that were written.

        A product whose variant id belongs to another product is refused. Ids must be unique within
        `records`.
        """
        written: list[str] = []
        for some in chunks(records):
            written += self._products(some)
        return written

    def _products(self, records: Sequence[ProductRecord]) -> list[str]:
        old = self.existing(
            PRODUCTS, [r.id for r in records], "content_hash", "active", "rating", "rating_count"
        )
        owners = {
            id_: row.product_id
            for id_, row in self.existing(
                VARIANTS, [v.id for r in records for v in r.variants], "product_id"
            ).items()
        }
        known_variants = set(owners)
        taken: list[ProductRecord] = []
        for record in records:
            foreign = next(
                (v for v in record.variants if owners.get(v.id, record.id) != record.id), None
            )
            if foreign:
                self.refuse(
                    "product",
                    record.line,
                    record.id,
                    "id",
                    f"variant {foreign.id} belongs to product {owners[foreign.id]}",
                    "Give every variant an id of its own",
                )
                continue
            owners.update((v.id, record.id) for v in record.variants)
            taken.append(record)
        rows: list[dict[str, Any]] = []
        changed: list[str] = []
        for record in taken:
            before = old.get(record.id)
            fingerprint = content_hash(record)
            if before is None or before.content_hash != fingerprint or not before.active:
                changed.append(record.id)
            rows.append(_product_row(record, fingerprint, self._now) | _stars(record, before))
        self.upsert(PRODUCTS, rows, old)
        self._variants(taken, known_variants, set(old))
        ids = [record.id for record in taken]
        known_products = [id_ for id_ in ids if id_ in old]
        if known_products:
            self._sql.execute(delete(MEDIA).where(MEDIA.c.product_id.in_(known_products)))
        media = [
            {
                "product_id": record.id,
                "variant_id": medium.variant_id,
                "path": medium.path,
                "alt": medium.alt,
                "position": position,
            }
            for record in taken
            for position, medium in enumerate(record.media)
        ]
        if media:
            self._sql.execute(insert(MEDIA), media)
            again = sum(row["product_id"] in old for row in media)
            self.added["image"] += len(media) - again
            self.updated["image"] += again
        self._tell_index("product", changed, "upsert")
        self.added["product"] += len(ids) - len(known_products)
        self.updated["product"] += len(known_products)
        return ids

    def _variants(
        self, records: Sequence[ProductRecord], known: set[str], known_products: set[str]
    ) -> None:
        rows = [
            {
                "id": variant.id,
                "product_id": record.id,
                "position": position,
                "options": dict(variant.options),
                "color": variant.color,
                "size": variant.size,
                "price": variant.price,
                "list_price": variant.list_price,
                "stock": variant.stock,
                "active": True,
            }
            for record in records
            for position, variant in enumerate(record.variants)
        ]
        if not rows:
            return
        self.upsert(VARIANTS, rows, known)
        old = sum(row["id"] in known for row in rows)
        self.added["variant"] += len(rows) - old
        self.updated["variant"] += old
        revisited = [record.id for record in records if record.id in known_products]
        if revisited:
            named = {row["id"] for row in rows}
            standing = self._sql.scalars(
                select(VARIANTS.c.id).where(
                    VARIANTS.c.product_id.in_(revisited), VARIANTS.c.active.is_(True)
                )
            )
            for gone in chunks([id_ for id_ in standing if id_ not in named]):
                # Carts still point at them, so they stay as rows that cannot be bought.
                self._sql.execute(
                    update(VARIANTS).where(VARIANTS.c.id.in_(gone)).values(active=False, stock=0)
                )

    def deactivate_products_except(self, ids: Iterable[str]) -> int:
        """Switch off every active product that is not in `ids`; how many they were."""
        keep = set(ids)
        active = self._sql.scalars(select(PRODUCTS.c.id).where(PRODUCTS.c.active.is_(True)))
        gone = [id_ for id_ in active if id_ not in keep]
        for some in chunks(gone):
            self._sql.execute(
                update(PRODUCTS)
                .where(PRODUCTS.c.id.in_(some))
                .values(active=False, updated_at=self._now)
            )
        self._tell_index("product", gone, "delete")
        return len(gone)

    def _tell_index(self, kind: str, ids: Sequence[str], action: str) -> None:
        if ids:
            self._sql.execute(
                insert(OUTBOX),
                [
                    {"kind": kind, "record_id": id_, "action": action, "created_at": self._now}
                    for id_ in ids
                ],
            )

    def reviews(self, records: Sequence[ReviewRecord]) -> None:
        """Set the stars of the reviewed products to the mean over all of `records`."""
        skus = {record.sku for record in records}
        product_of = {id_: id_ for id_ in self.existing(PRODUCTS, skus)}
        variants = self.existing(VARIANTS, skus - product_of.keys(), "product_id")
        product_of.update({id_: row.product_id for id_, row in variants.items()})
        stars: dict[str, list[float]] = {}
        for record in records:
            product = product_of.get(record.sku)
            if product is None:
                self.refuse(
                    "review",
                    record.line,
                    record.sku,
                    "sku",
                    f"no product or variant {record.sku!r} in the shop",
                    "Import the catalogue first, or mend the sku",
                )
                continue
            stars.setdefault(product, []).append(record.stars)
        if stars:
            self._sql.execute(
                update(PRODUCTS)
                .where(PRODUCTS.c.id == bindparam("key"))
                .values(
                    rating=bindparam("mean"),
                    rating_count=bindparam("many"),
                    popularity=bindparam("fame"),
                    updated_at=self._now,
                ),
                [
                    {
                        "key": id_,
                        "mean": round(sum(given) / len(given), 2),
                        "many": len(given),
                        "fame": float(len(given)),
                    }
                    for id_, given in stars.items()
                ],
            )
        self.added["review"] += sum(map(len, stars.values()))

    def articles(self, records: Sequence[ArticleRecord]) -> None:
        """Write articles; those that are new or changed go into the outbox."""
        for some in chunks(records):
            parts = ("language", "topic", "title", "body", "template", "filled_with")
            old = self.existing(ARTICLES, [r.id for r in some], *parts)
            changed = [
                r
                for r in some
                if r.id not in old
                or any(getattr(r, part) != getattr(old[r.id], part) for part in parts)
            ]
            rows = [
                {
                    "id": r.id,
                    "language": r.language,
                    "topic": r.topic,
                    "title": r.title,
                    "body": r.body,
                    "template": r.template,
                    "filled_with": r.filled_with,
                    "updated_at": self._now,
                }
                for r in changed
            ]
            self.upsert(ARTICLES, rows, old)
            self._tell_index("article", [r.id for r in changed], "upsert")
            self.added["article"] += len(some) - len(old)
            self.updated["article"] += len(old)

    def promotions(self, records: Sequence[PromotionRecord]) -> None:
        """Write promotions."""
        for some in chunks(records):
            rows = []
            for record in some:
                row = asdict(record)
                del row["line"]
                row["categories"] = list(record.categories)
                rows.append(row)
            old = self.existing(PROMOTIONS, [r.id for r in some])
            self.upsert(PROMOTIONS, rows, old)
            self.added["promotion"] += len(some) - len(old)
            self.updated["promotion"] += len(old)

    def tickets(self, records: Sequence[TicketRecord]) -> None:
        """Write past questions with their answers."""
        for some in chunks(records):
            rows = []
            for record in some:
                row = asdict(record)
                del row["line"]
                rows.append(row | {"created_at": self._now})
            old = self.existing(TICKETS, [r.id for r in some])
            self.upsert(TICKETS, rows, old)
            self.added["ticket"] += len(some) - len(old)
            self.updated["ticket"] += len(old)

    # --- people -----------------------------------------------------------------------------------

    def customers(self, records: Sequence[CustomerRecord]) -> None:
        """Write customers with their addresses and ways to pay."""
        self._people.customers(records)

    def orders(self, records: Sequence[OrderRecord]) -> None:
        """Write orders with their items, payments, parcels and history."""
        self._people.orders(records)
        self._events.ordered(record.id for record in records)

    def events(self, records: Sequence[EventRecord]) -> None:
        """Write what was done before; what is unknown or lies ahead is refused by line."""
        self._events.events(records)

    def finish(self) -> None:
        """Write what follows from all that was written: purchases of orders, and profiles."""
        self._events.finish()


def _product_row(record: ProductRecord, fingerprint: str, now: datetime) -> dict[str, Any]:
    prices: list[Decimal] = [variant.price for variant in record.variants]
    return {
        "id": record.id,
        "title": record.title,
        "title_zh": record.title_zh,
        "description": record.description,
        "description_zh": record.description_zh,
        "brand": record.brand,
        "category": record.category,
        "category_path": record.category_path or record.category,
        "category_zh": record.category_zh,
        "audience": record.audience,
        "material": record.material,
        "price": min(prices),
        "currency": record.currency,
        "attributes": _plain(record.attributes),
        "attribute_units": dict(record.attribute_units),
        "popularity": record.popularity,
        "active": True,
        "released_at": record.released_at,
        "content_hash": fingerprint,
        "updated_at": now,
    }


def _stars(record: ProductRecord, before: Any) -> dict[str, Any]:
    """The record's stars; those the shop has where the record has none."""
    if record.rating is not None or before is None:
        return {"rating": record.rating, "rating_count": record.rating_count}
    return {"rating": before.rating, "rating_count": before.rating_count}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, list | tuple) else v for name, v in values.items()}


def with_media(media: Iterable[MediaRecord]) -> tuple[MediaRecord, ...]:
    """Pictures without doubles, first come first."""
    return tuple(dict.fromkeys(media))
