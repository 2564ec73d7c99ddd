"""Changing prices: proposed, applied or turned down, each once and on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import ChangeUnknown, PriceMoved
from db.models import PriceBound, PriceChange, PricedProduct, Product, Variant

Prices = Mapping[str, Decimal]
By = Literal["person", "automatic"]


def propose(
    session: Session,
    product_id: str,
    before: Prices,
    after: Prices,
    reason: Mapping[str, Any],
    now: datetime,
) -> PriceChange:
    """Put a change up for decision; an older one of the product that still waits lapses."""
    for older in session.scalars(
        select(PriceChange).where(
            PriceChange.product_id == product_id, PriceChange.status == "proposed"
        )
    ):
        older.status, older.decided_at = "lapsed", now
    change = PriceChange(
        product_id=product_id,
        before=_texts(before),
        after=_texts(after),
        reason=dict(reason),
        status="proposed",
        created_at=now,
    )
    session.add(change)
    session.flush()
    return change


def waiting(session: Session, change_id: int) -> PriceChange:
    """A change that waits for a decision.

    Raises:
        ChangeUnknown: there is none of this number, or it is decided already.
    """
    change = session.get(PriceChange, change_id)
    if change is None or change.status != "proposed":
        raise ChangeUnknown(change_id, change.status if change else None)
    return change


def apply(session: Session, change: PriceChange, by: By, now: datetime) -> None:
    """Set the prices of a proposed change.

    Raises:
        PriceMoved: a price is no longer what the change was decided on; the change lapses.
    """
    product = session.get_one(Product, change.product_id)
    variants = {variant.id: variant for variant in product.variants if variant.active}
    now_prices = {id_: str(variant.price) for id_, variant in variants.items()}
    if now_prices != change.before:
        change.status, change.decided_at, change.decided_by = "lapsed", now, by
        raise PriceMoved(change.id, change.product_id)
    for id_, price in change.after.items():
        variants[id_].price = Decimal(price)
    product.price = min(variant.price for variant in variants.values())
    product.updated_at = now
    change.status, change.decided_at, change.decided_by = "applied", now, by
    session.flush()


def reject(session: Session, change: PriceChange, now: datetime) -> None:
    """Turn a proposed change down."""
    change.status, change.decided_at, change.decided_by = "rejected", now, "person"
    session.flush()


def freeze(session: Session, product_ids: Iterable[str], now: datetime, *, on: bool) -> int:
    """Freeze or free the prices of products; how many there were of these ids."""
    found = session.scalars(select(Product.id).where(Product.id.in_(list(product_ids)))).all()
    for id_ in found:
        row = session.get(PricedProduct, id_)
        if row is None:
            row = PricedProduct(product_id=id_, looked_at=now)
            session.add(row)
        row.frozen = on
    session.flush()
    return len(found)


def set_bounds(session: Session, rows: Mapping[str, Mapping[str, Decimal | None]]) -> None:
    """Store bounds by variant id; fields that a row lacks stay as they are."""
    for id_, fields in rows.items():
        bound = session.get(PriceBound, id_)
        if bound is None:
            bound = PriceBound(variant_id=id_)
            session.add(bound)
        for name, value in fields.items():
            setattr(bound, name, value)
    session.flush()


def last_applied(session: Session, product_id: str) -> PriceChange | None:
    """The newest change of a product that was made."""
    return session.scalar(
        select(PriceChange)
        .where(PriceChange.product_id == product_id, PriceChange.status == "applied")
        .order_by(PriceChange.decided_at.desc(), PriceChange.id.desc())
        .limit(1)
    )


def price_before(session: Session, variant: Variant, then: datetime) -> Decimal:
    """What a variant cost at a moment, by the record of changes."""
    after_then = session.scalars(
        select(PriceChange)
        .where(
            PriceChange.product_id == variant.product_id,
            PriceChange.status == "applied",
            PriceChange.decided_at > then,
        )
        .order_by(PriceChange.decided_at, PriceChange.id)
    )
    for change in after_then:
        if variant.id in change.before:
            return Decimal(change.before[variant.id])
    return variant.price


def honoured_price(
    session: Session,
    variant: Variant,
    promised: Decimal,
    since: datetime,
    now: datetime,
    hours: int,
) -> Decimal:
    """What a cart line costs: a price that was promised holds for `hours` against a rise that
    pricing made; a fall counts at once. A price that the shop itself set counts as it is."""
    if promised >= variant.price or now - since > timedelta(hours=hours):
        return variant.price
    before = price_before(session, variant, since)
    return promised if before == promised else variant.price


def _texts(prices: Prices) -> dict[str, str]:
    return {id_: str(price) for id_, price in prices.items()}
