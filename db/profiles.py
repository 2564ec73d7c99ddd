"""The profile: stated wishes and affinities that fade, both derived from events.

Each event adds its weight to the product it is about and to that product's brand, category, colour,
size and price band, and every weight halves each `HALF_LIFE`. Fading is exponential, so a profile
kept up turn by turn equals one rebuilt from all events. Stated wishes are `preference` events,
replayed in order; they beat whatever is inferred. Nothing is inferred from what `db.sensitive`
holds to be nobody's business, or from gifts for somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import Event, Product, Profile, Variant
from db.sensitive import is_sensitive

HALF_LIFE: Final = timedelta(days=45)
WEIGHTS: Final[Mapping[str, float]] = {
    "view": 1.0,
    "click": 1.0,
    "search": 0.5,
    "like": 3.0,
    "dislike": -3.0,
    "cart_add": 2.0,
    "cart_remove": -1.0,
    "purchase": 5.0,
    "return": -4.0,
}
"""Weight of one event of each kind; other kinds say nothing about taste."""
FACETS: Final = ("product", "brand", "category", "color", "size", "price_band", "language")
"""`product` is the taste vector in terms of products; vectors of any encoder follow from it."""
SIDES: Final = ("prefer", "must_not")
PRICE_STEPS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Upper bounds of the price bands, in the shop's currency."""
NEGLIGIBLE: Final = 1e-6


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
    """Fade what was inferred to `now` and add the events of one turn, statements included."""
    profile = profile_of(session, customer_id, now)
    events = list(events)
    inferred = _faded(profile.inferred, _fade(profile.updated_at, now))
    stated = after_statements(profile.stated, events)
    return _store(profile, _added(session, inferred, events, now), stated, now)


def rebuild_profile(session: Session, customer_id: str, now: datetime) -> Profile:
    """Derive the whole profile anew from all events of the customer."""
    profile = profile_of(session, customer_id, now)
    events = session.scalars(
        select(Event).where(Event.customer_id == customer_id).order_by(Event.created_at, Event.id)
    ).all()
    return _store(profile, _added(session, {}, events, now), after_statements({}, events), now)


def stated_in_conversation(session: Session, conversation_id: str) -> dict[str, Any]:
    """What a guest has stated so far: it holds for as long as the conversation."""
    said = session.connection().execute(_STATED, {"conversation": conversation_id})
    return after_statements({}, said)


_EVENTS: Final = Event.__table__.c
_STATED: Final = (
    select(_EVENTS.kind, _EVENTS.detail, _EVENTS.gift)
    .where(_EVENTS.conversation_id == bindparam("conversation"), _EVENTS.kind == "preference")
    .where(_EVENTS.customer_id.is_(None))
    .order_by(_EVENTS.id)
)


def after_statements(stated: Mapping[str, Any], events: Iterable[Any]) -> dict[str, Any]:
    """Stated wishes once these events, or rows of them, were said; the last word on each value
    counts."""
    result = deepcopy(dict(stated))
    for event in events:
        if event.kind == "preference" and not event.gift:
            result = after_statement(result, event.detail)
    return result


def after_statement(stated: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Stated wishes after one statement.

    `said` is {"prefer": {field: [values]}, "must_not": {...}, "forget": {field: [values]}}, of
    which any part may be missing. A value that is wished for is no longer ruled out and the other
    way round; one that is forgotten is neither. A size replaces the size before, since people have
    one of a kind.
    """
    result: dict[str, Any] = {
        side: {field: list(values) for field, values in dict(stated.get(side, {})).items()}
        for side in SIDES
    }
    for field, values in dict(said.get("forget", {})).items():
        for side in SIDES:
            _drop(result[side], field, values)
    for side, other in (SIDES, SIDES[::-1]):
        for field, values in dict(said.get(side, {})).items():
            if not values:
                continue
            _drop(result[other], field, values)
            kept = [] if field == "size" and side == "prefer" else result[side].get(field, [])
            held = {str(value).casefold() for value in kept}
            result[side][field] = kept + [
                value for value in values if str(value).casefold() not in held
            ]
    return {side: wishes for side, wishes in result.items() if wishes}


def price_band(price: Decimal) -> str:
    """The band a price falls in, such as "20-50" or "5000+"; the upper bound belongs to it."""
    lower = 0
    for upper in PRICE_STEPS:
        if price <= upper:
            return f"{lower}-{upper}"
        lower = upper
    return f"{lower}+"


def _drop(wishes: dict[str, list[Any]], field: str, values: Iterable[Any]) -> None:
    gone = {str(value).casefold() for value in values}
    left = [value for value in wishes.get(field, []) if str(value).casefold() not in gone]
    if left:
        wishes[field] = left
    else:
        wishes.pop(field, None)


def _store(
    profile: Profile,
    inferred: dict[str, dict[str, float]],
    stated: dict[str, Any],
    now: datetime,
) -> Profile:
    profile.inferred = inferred
    if profile.stated != stated:
        profile.stated = stated
    profile.version += 1
    profile.updated_at = now
    return profile


def _fade(then: datetime, now: datetime) -> float:
    return float(0.5 ** (max(now - then, timedelta(0)) / HALF_LIFE))


def _faded(inferred: Mapping[str, Any], factor: float) -> dict[str, dict[str, float]]:
    return {
        facet: {value: weight * factor for value, weight in inferred.get(facet, {}).items()}
        for facet in FACETS
        if inferred.get(facet)
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
        if event.gift:
            continue
        if weight:
            weight *= _fade(event.created_at, now)
            for facet, values in _facets(session, event).items():
                for value in values:
                    # Several values, as in "red or blue", share the event's weight.
                    sums[facet][value] = sums[facet].get(value, 0.0) + weight / len(values)
        if event.kind == "preference":
            _unlearn(sums, event.detail)
        for value in _texts(event.detail.get("language")):
            spoken = sums["language"].get(value, 0.0)
            sums["language"][value] = spoken + _fade(event.created_at, now)
    kept = {
        facet: {value: weight for value, weight in values.items() if abs(weight) > NEGLIGIBLE}
        for facet, values in sums.items()
    }
    return {facet: values for facet, values in kept.items() if values}


def _unlearn(sums: dict[str, dict[str, float]], said: Mapping[str, Any]) -> None:
    """What is ruled out or to be forgotten is no longer inferred from what was done before."""
    for side in ("must_not", "forget"):
        for field, values in dict(said.get(side, {})).items():
            gone = {str(value).casefold() for value in values}
            known = sums.get(field, {})
            for value in [each for each in known if each.casefold() in gone]:
                del known[value]


def _facets(session: Session, event: Event) -> dict[str, list[str]]:
    product = session.get(Product, event.product_id) if event.product_id else None
    if product is None:
        found = {facet: _texts(event.detail.get(facet)) for facet in FACETS if facet != "language"}
        if is_sensitive(*found["category"], *found["product"]):
            return {}
        return found
    if is_sensitive(
        product.title,
        product.title_zh,
        product.category_path,
        product.category,
        product.category_zh,
    ):
        return {}
    variant_id = event.detail.get("variant_id")
    variant = session.get(Variant, variant_id) if isinstance(variant_id, str) else None
    if variant is not None and variant.product_id != product.id:
        variant = None
    colors = {variant.color} if variant else {each.color for each in product.variants}
    price = variant.price if variant else product.price
    return {
        "product": [product.id],
        "brand": _texts(product.brand),
        "category": _texts(product.category),
        # Which of many colours was looked at is unknown, and says nothing about taste.
        "color": _texts(sorted(colors)) if len(colors) == 1 else [],
        # A size is known only where one variant was chosen, and only what is bought must fit.
        "size": _texts(variant.size) if variant and event.kind in _FITS else [],
        "price_band": [price_band(price)],
    }


_FITS: Final = ("cart_add", "cart_remove", "purchase", "return")


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [each for each in values if isinstance(each, str) and each]
