"""The demo shop's customers, what they did and ordered, past tickets and offers, relative to now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any, Final

import yaml
from babel.numbers import format_currency
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.events import append_events
from db.models import Address, Customer, PaymentMethod, Product, Promotion, Ticket
from db.profiles import profile_of, rebuild_profile
from knowledge.demo.people_orders import OrderWriter, PeopleError
from knowledge.settings import ShopSettings

_LOOKED: Final = re.compile(r"(\w+) (.+) (\d+) x(\d+)")
_PAYS: Final = re.compile(r"(\w+) (.+?)(?: = (\d+\.\d\d))?")
_TICKET_SPAN: Final = timedelta(days=300)


def build_people(session: Session, now: datetime, settings: ShopSettings) -> None:
    """Write promotions, tickets, customers, their orders, events and profiles.

    The products must be there already. The same catalogue, `now` and settings give the same rows.

    Raises:
        PeopleError: the data files ask for something the catalogue does not have.
    """
    _promotions(session, now, settings)
    _tickets(session, now)
    orders = OrderWriter(session, now, settings)
    for raw in _read("people.yaml")["customers"]:
        customer = _customer(session, raw, now)
        lived: list[tuple[datetime, dict[str, Any]]] = []
        for spec in raw["orders"]:
            lived += orders.write(customer, spec, raw["wears"])
        lived += _looked(session, customer.id, raw["looked"], now)
        for when, row in sorted(lived, key=lambda pair: (pair[0], str(pair[1]))):
            append_events(session, [row], customer_id=customer.id, conversation_id=None, now=when)
        _profile(session, customer, raw["stated"], now)
    session.flush()


def draw(seed: str) -> float:
    """A number in [0, 1) that depends on `seed` alone."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48


def _read(name: str) -> dict[str, Any]:
    text = (resources.files("knowledge.demo") / name).read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return data


def _customer(session: Session, raw: Mapping[str, Any], now: datetime) -> Customer:
    joined = now - timedelta(days=raw["since"], minutes=int(600 * draw(raw["id"])))
    first, last = raw["name"]
    customer = Customer(
        id=raw["id"],
        email=raw.get("email", f"{raw['id']}@example.com"),
        first_name=first,
        last_name=last,
        language=raw["language"],
        newsletter=raw["newsletter"],
        created_at=joined,
    )
    for number, address in enumerate(raw["addresses"]):
        customer.addresses.append(Address(**address, is_default=number == 0))
    for number, text in enumerate(raw["pays"], start=1):
        found = _PAYS.fullmatch(text)
        if not found:
            raise PeopleError(f"people.yaml: {raw['id']}: cannot read the payment method {text!r}")
        kind, label, balance = found.groups()
        customer.payment_methods.append(
            PaymentMethod(
                id=f"{raw['id']}-{kind}-{number}",
                kind=kind,
                label=label,
                balance=Decimal(balance) if balance else None,
                is_default=number == 1,
            )
        )
    session.add(customer)
    session.flush()
    return customer


def _looked(
    session: Session, customer_id: str, lines: list[str], now: datetime
) -> list[tuple[datetime, dict[str, Any]]]:
    """Events of browsing: which products of the category, and when, follows from the seed."""
    events = []
    for line in lines:
        found = _LOOKED.fullmatch(line)
        if not found:
            raise PeopleError(f"people.yaml: {customer_id}: cannot read {line!r} under looked")
        kind, category, days, times = found.groups()
        ids = session.scalars(
            select(Product.id).where(Product.category == category, Product.active)
        ).all()
        ranked = sorted(ids, key=lambda each: draw(f"{customer_id}/{kind}/{each}"))
        if not ranked:
            raise PeopleError(f"people.yaml: {customer_id}: no product of category {category!r}")
        for number in range(int(times)):
            ago = int(days) * (0.05 + 0.95 * draw(f"{customer_id}/{line}/{number}"))
            row: dict[str, Any] = {
                "kind": kind,
                "product_id": ranked[number % len(ranked)],
                "detail": {},
            }
            events.append((now - timedelta(days=ago), row))
    return events


def _profile(session: Session, customer: Customer, stated: dict[str, Any], now: datetime) -> None:
    """What was stated, with the event that says so, and what the events let infer."""
    profile = profile_of(session, customer.id, now)
    if any(stated.values()):
        profile.stated = stated
        append_events(
            session,
            [{"kind": "preference", "product_id": None, "detail": stated}],
            customer_id=customer.id,
            conversation_id=None,
            now=now - timedelta(days=1 + 10 * draw(f"{customer.id}/stated")),
        )
    rebuild_profile(session, customer.id, now)


def _promotions(session: Session, now: datetime, settings: ShopSettings) -> None:
    free = settings.policy.delivery.free_from
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for raw in _read("promotions.yaml")["promotions"]:
        words = {key: raw[key] for key in ("title", "title_zh", "description", "description_zh")}
        if any("{free_from}" in text for text in words.values()):
            if free is None:
                continue
            for key, text in words.items():
                locale = "zh_CN" if key.endswith("_zh") else "en_US"
                amount = format_currency(free, settings.currency, locale=locale)
                words[key] = text.replace("{free_from}", amount)
        session.add(
            Promotion(
                id=raw["id"],
                **words,
                coupon=raw.get("coupon"),
                percent_off=raw.get("percent_off"),
                amount_off=_money(raw.get("amount_off")),
                minimum_total=_money(raw.get("minimum_total")),
                categories=raw.get("categories", []),
                active=True,
                starts_at=day + timedelta(days=raw["from"]) if "from" in raw else None,
                ends_at=day + timedelta(days=raw["until"], hours=23, minutes=59)
                if "until" in raw
                else None,
            )
        )
    session.flush()


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def _tickets(session: Session, now: datetime) -> None:
    tickets = _read("tickets.yaml")["tickets"]
    for number, raw in enumerate(tickets, start=1):
        age = _TICKET_SPAN * (0.02 + 0.98 * draw(f"ticket/{number}"))
        session.add(
            Ticket(
                id=f"T-{1000 + number}",
                language=raw["language"],
                question=raw["q"],
                answer=raw["a"],
                intent=raw["intent"],
                created_at=now - age,
            )
        )
    session.flush()
