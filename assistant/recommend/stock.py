"""Which products are in stock, by the live records and statements that are built once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, select

from db.models import Product, Variant

LOOKED_UP: Final = 20
"""Products whose stock is read at once."""
_PRODUCTS: Final = Product.__table__.c
_VARIANTS: Final = Variant.__table__.c
_PLACES: Final = tuple(f"id{place}" for place in range(LOOKED_UP))
_IN_STOCK: Final = (
    select(_PRODUCTS.id, _VARIANTS.id)
    .where(
        _PRODUCTS.id.in_([bindparam(place) for place in _PLACES]),
        _VARIANTS.product_id == _PRODUCTS.id,
        _PRODUCTS.active.is_(True),
        _VARIANTS.active.is_(True),
        _VARIANTS.stock > 0,
    )
    .order_by(_PRODUCTS.id, _VARIANTS.price, _VARIANTS.position, _VARIANTS.id)
)


def cheapest_in_stock(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Product id -> its cheapest variant in stock, of those that have one."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), LOOKED_UP):
        part = ids[start : start + LOOKED_UP]
        names = dict.fromkeys(_PLACES, part[0]) | dict(zip(_PLACES, part, strict=False))
        for product_id, variant_id in connection.execute(_IN_STOCK, names):
            found.setdefault(product_id, variant_id)
    return found
