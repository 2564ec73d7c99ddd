"""Orders of the demo customers: real variants at catalogue prices, money to the cent, full history."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from db.models import (
    Customer,
    Fulfilment,
    Order,
    OrderEvent,
    OrderItem,
    Payment,
    PaymentMethod,
    Product,
    Promotion,
    Variant,
)
from db.orders.money import GIFT_CARD, Move, items_value, net_paid, returnable_amount
from knowledge.settings import ShopSettings

CENT: Final = Decimal("0.01")
CARRIERS: Final = {
    "China": ("SF Express", "SF"),
    "Hong Kong": ("SF Express", "SF"),
    "Germany": ("DHL", "JJD"),
    "United States": ("UPS", "1Z"),
}
OTHER_CARRIER: Final = ("DHL", "JJD")
SIZED: Final = {
    "Running Shoes": "shoe",
    "Hiking Boots": "shoe",
    "Dresses": "dress",
    "Jeans": "waist",
    "T-Shirts": "letter",
    "Hoodies": "letter",
    "Jackets": "letter",
}
"""Category of things to wear -> which of the customer's sizes counts."""
ARRIVED: Final = ("delivered", "return_requested", "returned", "exchange_requested", "exchanged")
_ITEM: Final = re.compile(r"(.+?)(?: x(\d+))?")
_AGO: Final = re.compile(r"(\d+)([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}

Lived = list[tuple[datetime, dict[str, Any]]]


class PeopleError(ValueError):
    """The demo shop's people cannot be made; the message names the file and the line's owner."""


@dataclass(frozen=True, slots=True)
class _Times:
    """When what happened to an order; None: it did not."""

    placed: datetime
    shipped: datetime | None
    delivered: datetime | None
    asked: datetime | None
    """The return or exchange was announced, or the order cancelled."""
    settled: datetime | None
    """The money was back, or the new thing sent."""


class OrderWriter:
    """Writes orders into a session whose catalogue is complete."""

    def __init__(self, session: Session, now: datetime, settings: ShopSettings) -> None:
        self._session = session
        self._now = now
        self._settings = settings

    def write(self, customer: Customer, spec: Mapping[str, Any], wears: Mapping[str, str]) -> Lived:
        """Write one order of `people.yaml`; the events that tell of the shopper's taste.

        Raises:
            PeopleError: no product on sale fits a line, or the line cannot be read.
        """
        where = f"people.yaml: order {spec['id']}"
        state = spec["state"]
        times = self._times(spec)
        method = customer.payment_methods[spec["pay"] - 1]
        order = Order(
            id=spec["id"],
            customer_id=customer.id,
            status=state,
            currency=self._settings.currency,
            ship_to=_ship_to(customer),
            placed_at=times.placed,
            delivered_at=times.delivered,
            expected_at=times.placed + timedelta(days=self._settings.policy.delivery.days_max),
            cancel_reason=spec.get("reason") if state == "cancelled" else None,
        )
        self._fill(order, spec, wears, where)
        self._session.add(order)
        self._session.flush()
        paid = _move(order, "payment", order.total, method, "done", times.placed)
        _event(order, "placed", times.placed, [paid], amount=str(order.total))
        _event(order, "paid", times.placed + timedelta(minutes=1), [])
        if spec.get("coupon"):
            self._honour(order, spec["coupon"], method, times.placed)
        if times.shipped:
            self._ship(order, times.shipped)
            _event(order, "shipped", times.shipped, [])
        if times.delivered:
            _event(order, "delivered", times.delivered, [])
        back = [order.items[number - 1] for number in spec.get("back", ())]
        lived: Lived = [
            (
                times.placed,
                {
                    "kind": "purchase",
                    "product_id": item.product_id,
                    "detail": {"variant_id": item.variant_id},
                },
            )
            for item in order.items
        ]
        if state == "cancelled":
            self._cancel(order, method, times, spec)
        elif state in ("return_requested", "returned"):
            self._return(order, back, method, times, spec["reason"])
            lived += [
                (times.asked or self._now, {"kind": "return", "product_id": item.product_id})
                for item in back
            ]
        elif state in ("exchange_requested", "exchanged"):
            self._exchange(order, back, times, where)
        self._session.flush()
        return lived

    # --- when ---------------------------------------------------------------------------------

    def _times(self, spec: Mapping[str, Any]) -> _Times:
        state, policy = spec["state"], self._settings.policy
        found = _AGO.fullmatch(spec["at"])
        if not found:
            raise PeopleError(f"people.yaml: order {spec['id']}: at {spec['at']!r}; write 5h or 6d")
        ago = timedelta(**{_UNITS[found[2]]: int(found[1])})
        chance = _draw(f"{spec['id']}/times")
        if state not in ARRIVED:
            placed = self._now - ago
            if ago >= timedelta(days=2):
                placed -= timedelta(minutes=int(300 * chance))
            shipped = placed + timedelta(hours=20) if state == "shipped" else None
            asked = placed + timedelta(hours=2 + int(5 * chance)) if state == "cancelled" else None
            refunded = placed + _business_days(policy.refund.days_max)
            return _Times(placed, shipped, None, asked, refunded if asked else None)
        # By day: parcels arrive between eleven and four, whatever the time it is now.
        delivered = min(
            (self._now - ago).replace(hour=11, minute=0, second=0, microsecond=0)
            + timedelta(minutes=int(300 * chance)),
            self._now - timedelta(hours=2),
        )
        span = policy.delivery.days_max - policy.delivery.days_min
        travel = policy.delivery.days_min + int((span + 0.999) * _draw(f"{spec['id']}/travel"))
        placed = delivered - timedelta(days=travel, hours=-1)
        shipped = placed + timedelta(hours=20)
        if "then" not in spec:
            return _Times(placed, shipped, delivered, None, None)
        asked = max(
            self._now - timedelta(days=spec["then"], hours=1), delivered + timedelta(hours=4)
        )
        done = state in ("returned", "exchanged")
        settled = asked + _business_days(policy.refund.days_max + 2) if done else None
        settled = min(settled, self._now) if settled else None
        return _Times(placed, shipped, delivered, asked, settled)

    # --- what ---------------------------------------------------------------------------------

    @cached_property
    def _catalogue(self) -> dict[str, list[Product]]:
        products = self._session.scalars(
            select(Product)
            .where(Product.active)
            .options(selectinload(Product.variants))
            .order_by(Product.id)
        )
        found: dict[str, list[Product]] = {}
        for product in products:
            found.setdefault(product.category, []).append(product)
        return found

    def _fill(
        self, order: Order, spec: Mapping[str, Any], wears: Mapping[str, str], where: str
    ) -> None:
        for text in str(spec["items"]).split(", "):
            found = _ITEM.fullmatch(text)
            if not found:
                raise PeopleError(f"{where}: cannot read the line {text!r}")
            variant = self._choose(order, found[1], wears, where)
            order.items.append(
                OrderItem(
                    product_id=variant.product_id,
                    variant_id=variant.id,
                    title=variant.product.title,
                    options=dict(variant.options),
                    quantity=int(found[2] or 1),
                    price=variant.price,
                )
            )
        policy, value = self._settings.policy, items_value(order.items)
        free = policy.delivery.free_from is not None and value >= policy.delivery.free_from
        order.shipping = Decimal(0) if free else policy.delivery.fee
        order.discount = Decimal(0)
        order.total = value + order.shipping

    def _choose(self, order: Order, category: str, wears: Mapping[str, str], where: str) -> Variant:
        """The first product of the category, in an order of the seed's, that suits the customer.

        Things with sizes are chosen so that another size is there to exchange them for.
        """
        taken = {item.product_id for item in order.items}
        size = wears.get(SIZED.get(category, ""), "")
        suits = {"", "unisex", wears["audience"], *(("kids",) if category == "Toys" else ())}
        products = sorted(
            self._catalogue.get(category, ()),
            # Things to wear: those made for women or men before those for everyone.
            key=lambda each: (
                category in SIZED and each.audience != wears["audience"],
                _draw(f"{order.id}/{category}/{each.id}"),
            ),
        )
        for product in products:
            if product.id in taken or product.audience not in suits:
                continue
            variants = [each for each in product.variants if each.active]
            if size:
                variants = [each for each in variants if each.size == size]
                variants = [each for each in variants if _other_sizes(each)]
            if variants:
                return min(variants, key=lambda each: _draw(f"{order.id}/{each.id}"))
        raise PeopleError(f"{where}: nothing of category {category!r} on sale in size {size!r}")

    # --- what became of it --------------------------------------------------------------------

    def _honour(self, order: Order, code: str, method: PaymentMethod, placed: datetime) -> None:
        """Refund what a coupon is worth, as staff do; nothing where its conditions are not met."""
        offer = self._session.get(Promotion, code)
        if offer is None:
            raise PeopleError(f"people.yaml: order {order.id}: no promotion {code!r}")
        bought = [
            item
            for item in order.items
            if not offer.categories or self._category(item.product_id) in offer.categories
        ]
        value = items_value(bought)
        if not bought or value < (offer.minimum_total or 0):
            return
        worth = offer.amount_off or value * Decimal(offer.percent_off or 0) / 100
        worth = worth.quantize(CENT, ROUND_HALF_UP)
        when = placed + timedelta(hours=6)
        order.discount = worth
        order.total -= worth
        move = _move(order, "refund", worth, method, self._status(method, when), when)
        _event(order, "refunded", when, [move], amount=str(worth), reason="coupon")

    def _category(self, product_id: str) -> str:
        product = self._session.get(Product, product_id)
        return product.category if product else ""

    def _status(self, method: PaymentMethod, when: datetime) -> str:
        """A refund is done at once on gift cards, elsewhere after the days the shop states."""
        days = 0 if method.kind == GIFT_CARD else self._settings.policy.refund.days_max
        return "done" if self._now - when >= _business_days(days) else "pending"

    def _ship(self, order: Order, when: datetime) -> None:
        carrier, prefix = CARRIERS.get(order.ship_to["country"], OTHER_CARRIER)
        large = [item for item in order.items if self._category(item.product_id) in LARGE]
        small = [item for item in order.items if item not in large]
        for number, items in enumerate(part for part in (large, small) if part):
            digits = int(10**12 * _draw(f"{order.id}/parcel/{number}"))
            order.fulfilments.append(
                Fulfilment(
                    tracking_ids=[f"{prefix}{digits:012d}"],
                    variant_ids=[item.variant_id for item in items],
                    carrier=carrier,
                    shipped_at=when,
                )
            )

    def _cancel(
        self, order: Order, method: PaymentMethod, times: _Times, spec: Mapping[str, Any]
    ) -> None:
        asked = times.asked or self._now
        status = self._status(method, asked)
        move = _move(order, "refund", net_paid(order), method, status, asked)
        _event(order, "cancelled", asked, [move], reason=spec["reason"])
        if status == "done":
            _event(order, "refunded", min(times.settled or asked, self._now), [])

    def _return(
        self,
        order: Order,
        items: list[OrderItem],
        method: PaymentMethod,
        times: _Times,
        reason: str,
    ) -> None:
        asked = times.asked or self._now
        amount = returnable_amount(order, items)
        done = times.settled is not None
        when = times.settled or asked
        move = _move(order, "refund", amount, method, "done" if done else "pending", when)
        for item in items:
            item.status = order.status
        ids = [item.id for item in items]
        pending = Move(**{**_fields(move), "status": "pending"})
        _event(
            order,
            "return_requested",
            asked,
            [pending],
            items=ids,
            reason=reason,
            amount=str(amount),
        )
        if done:
            _event(order, "refunded", when, [move], items=ids, amount=str(amount))

    def _exchange(self, order: Order, items: list[OrderItem], times: _Times, where: str) -> None:
        """Into another size at the same price, so that the order's total stays."""
        swaps = {}
        for item in items:
            variant = self._session.get(Variant, item.variant_id)
            others = _other_sizes(variant) if variant else []
            if not others:
                raise PeopleError(f"{where}: {item.title} has no other size to exchange it for")
            other = others[0]
            swaps[str(item.id)] = [item.variant_id, other.id]
            item.status = order.status
        asked = times.asked or self._now
        _event(order, "exchange_requested", asked, [], swaps=swaps, amount="0.00")
        if times.settled:
            carrier, prefix = CARRIERS.get(order.ship_to["country"], OTHER_CARRIER)
            digits = int(10**12 * _draw(f"{order.id}/parcel/exchange"))
            order.fulfilments.append(
                Fulfilment(
                    tracking_ids=[f"{prefix}{digits:012d}"],
                    variant_ids=[new for _, new in swaps.values()],
                    carrier=carrier,
                    shipped_at=times.settled,
                )
            )
            _event(order, "shipped", times.settled, [], swaps=swaps)


LARGE: Final = frozenset({"Desk Chairs", "Monitors", "Tents", "Bedding"})
"""Categories that travel in a parcel of their own."""


def _other_sizes(variant: Variant) -> list[Variant]:
    """Variants in stock that differ in size alone and cost the same, the nearest size first."""
    found = [
        each
        for each in variant.product.variants
        if each.active
        and each.stock > 0
        and each.size != variant.size
        and each.options.get("color") == variant.options.get("color")
        and each.price == variant.price
    ]
    return sorted(found, key=lambda each: (abs(each.position - variant.position), each.position))


def _business_days(days: int) -> timedelta:
    """That many business days as time on the calendar, weekends counted in."""
    return timedelta(days=-(-days * 7 // 5))


def _draw(seed: str) -> float:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48


def _ship_to(customer: Customer) -> dict[str, str]:
    address = customer.addresses[0]
    fields = ("line1", "line2", "city", "state", "postcode", "country")
    return {field: getattr(address, field) or "" for field in fields}


def _move(
    order: Order, kind: str, amount: Decimal, method: PaymentMethod, status: str, when: datetime
) -> Move:
    order.payments.append(
        Payment(
            kind=kind, amount=amount, payment_method_id=method.id, status=status, created_at=when
        )
    )
    return Move(kind, amount, method.id, method.kind, method.label, status)


def _fields(move: Move) -> dict[str, Any]:
    return {
        "kind": move.kind,
        "amount": move.amount,
        "method_id": move.method_id,
        "method_kind": move.method_kind,
        "label": move.label,
    }


def _event(order: Order, kind: str, when: datetime, moves: list[Move], **detail: Any) -> None:
    written = {**detail, "moves": [move.to_json() for move in moves]}
    order.history.append(OrderEvent(kind=kind, detail=written, created_at=when))
