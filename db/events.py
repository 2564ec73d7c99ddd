"""What shoppers did, and the profile derived from it: affinities that fade with time.

Each event adds its weight to the brand, category, colour and price band of its product, and every
weight halves each `HALF_LIFE`. Fading is exponential, so a profile kept up turn by turn equals one
rebuilt from all events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Event, Product, Profile, Variant

HALF_LIFE: Final = timedelta(days=45)
WEIGHTS: Final[Mapping[str, float]] = {
    "view": 1.0,
    "search": 0.5,
    "like": 3.0,
    "dislike": -3.0,
    "cart_add": 2.0,
    "cart_remove": -1.0,
    "purchase": 5.0,
    "return": -4.0,
}
"""Weight of one event of each kind; other kinds say nothing about taste."""
FACETS: Final = ("brand", "category", "color", "price_band")
PRICE_STEPS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Upper bounds of the price bands, in the shop's currency."""
NEGLIGIBLE: Final = 1e-6


def append_events(
    session: Session,
    rows: Iterable[Mapping[str, Any]],
    *,
    customer_id: str | None,
    conversation_id: str | None,
    now: datetime,
) -> list[Event]:
    """Store events given as {"kind", "product_id", "detail"}; the last two may be missing."""
    events = [
        Event(
            customer_id=customer_id,
            conversation_id=conversation_id,
            kind=row["kind"],
            product_id=row.get("product_id"),
            detail=dict(row.get("detail") or {}),
            created_at=now,
        )
        for row in rows
    ]
    session.add_all(events)
    session.flush()
    return events


def profile_of(session: Session, customer_id: str, now: datetime) -> Profile:
    """The customer's profile, made empty where there is none yet."""
    profile = session.get(Profile, customer_id)
    if profile is None:
        profile = Profile(
            customer_id=customer_id, version=0, stated={}, inferred={}, updated_at=now
        )
        session.add(profile)
        session.flush()
    return profile


def update_profile(
    session: Session, customer_id: str, events: Iterable[Event], now: datetime
) -> Profile:
    """Fade what was inferred to `now` and add the events of one turn; stated wishes stay."""
    profile = profile_of(session, customer_id, now)
    inferred = _faded(profile.inferred, _fade(profile.updated_at, now))
    return _store(profile, _added(session, inferred, events, now), now)


def rebuild_profile(session: Session, customer_id: str, now: datetime) -> Profile:
    """Derive what is inferred anew from all events of the customer; stated wishes stay."""
    profile = profile_of(session, customer_id, now)
    events = session.scalars(
        select(Event).where(Event.customer_id == customer_id).order_by(Event.created_at, Event.id)
    )
    return _store(profile, _added(session, {}, events, now), now)


def price_band(price: Decimal) -> str:
    """The band a price falls in, such as "20-50" or "5000+"; the upper bound belongs to it."""
    lower = 0
    for upper in PRICE_STEPS:
        if price <= upper:
            return f"{lower}-{upper}"
        lower = upper
    return f"{lower}+"


def _store(profile: Profile, inferred: dict[str, dict[str, float]], now: datetime) -> Profile:
    profile.inferred = inferred
    profile.version += 1
    profile.updated_at = now
    return profile


def _fade(then: datetime, now: datetime) -> float:
    return float(0.5 ** (max(now - then, timedelta(0)) / HALF_LIFE))


def _faded(inferred: Mapping[str, Any], factor: float) -> dict[str, dict[str, float]]:
    return {
        facet: {value: weight * factor for value, weight in inferred.get(facet, {}).items()}
        for facet in FACETS
    }


def _added(
    session: Session,
    inferred: Mapping[str, dict[str, float]],
    events: Iterable[Event],
    now: datetime,
) -> dict[str, dict[str, float]]:
    sums = {facet: dict(inferred.get(facet, {})) for facet in FACETS}
    for event in events:
        weight = WEIGHTS.get(event.kind, 0.0)
        if not weight:
            continue
        weight *= _fade(event.created_at, now)
        for facet, values in _facets(session, event).items():
            for value in values:
                # Several values, as in "red or blue", share the event's weight.
                sums[facet][value] = sums[facet].get(value, 0.0) + weight / len(values)
    return {
        facet: {value: weight for value, weight in values.items() if abs(weight) > NEGLIGIBLE}
        for facet, values in sums.items()
    }


def _facets(session: Session, event: Event) -> dict[str, list[str]]:
    product = session.get(Product, event.product_id) if event.product_id else None
    if product is None:
        return {facet: _texts(event.detail.get(facet)) for facet in FACETS}
    variant_id = event.detail.get("variant_id")
    variant = session.get(Variant, variant_id) if isinstance(variant_id, str) else None
    if variant is not None and variant.product_id != product.id:
        variant = None
    colors = {variant.color} if variant else {each.color for each in product.variants}
    price = variant.price if variant else product.price
    return {
        "brand": _texts(product.brand),
        "category": _texts(product.category),
        # Which of many colours was looked at is unknown, and says nothing about taste.
        "color": _texts(sorted(colors)) if len(colors) == 1 else [],
        "price_band": [price_band(price)],
    }


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [each for each in values if isinstance(each, str) and each]
