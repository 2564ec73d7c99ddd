"""What the shop's records say after a conversation: as a whole, and in the retail data's own shape.

:func:`end_state` is everything a shopper can change, of any shop; :func:`differences` compares two.
:func:`against` holds our records against the data as its own desk would leave it: orders and users
are brought into one form (:func:`canonical`). Times, row numbers and stock counts have no
counterpart in the data. What our records hold beyond it (pending refunds of returns, for one) is
left out there because the data's own desk moves that money only once the goods are back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from benchmarks.service.reference import Reference, money
from benchmarks.service.writes import FIELDS
from db import orders
from db.models import (
    Address,
    Customer,
    Order,
    OrderEvent,
    OrderItem,
    Payment,
    PaymentMethod,
    Variant,
)

STATUS = {"return_requested": "return requested", "exchange_requested": "exchange requested"}


def orders_as_data(session: Session, user_id: str | None = None) -> dict[str, dict[str, Any]]:
    """Orders by id, of one customer or of all, in canonical form."""
    parts = (Order.items, Order.payments, Order.fulfilments, Order.history)
    query = select(Order).options(*(selectinload(part) for part in parts))
    if user_id is not None:
        query = query.where(Order.customer_id == user_id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {order.id: order_as_data(order) for order in rows}


def order_as_data(order: Order) -> dict[str, Any]:
    """An order in canonical form."""
    variants = {str(item.id): item.variant_id for item in order.items}
    data: dict[str, Any] = {
        "order_id": order.id,
        "user_id": order.customer_id,
        "address": {theirs: order.ship_to.get(ours, "") for ours, theirs in FIELDS.items()},
        "items": [_item(item) for item in order.items],
        "fulfillments": [
            {"tracking_id": list(parcel.tracking_ids), "item_ids": list(parcel.variant_ids)}
            for parcel in order.fulfilments
        ],
        "payment_history": _history(order),
        "status": STATUS.get(order.status, order.status),
    }
    for event in order.history:
        if event.turn_id is None:
            continue
        detail = event.detail
        if event.kind == "cancelled":
            data["cancel_reason"] = detail["reason"].replace("_", " ")
        elif event.kind == "items_changed" and order.status == "pending":
            data["status"] = "pending (item modified)"
        elif event.kind == "return_requested":
            data["return_items"] = sorted(variants[str(each)] for each in detail["items"])
            data["return_payment_method_id"] = detail["payment_method_id"]
        elif event.kind == "exchange_requested":
            pairs = list(detail["swaps"].values())
            data["exchange_items"] = sorted(old for old, _ in pairs)
            data["exchange_new_items"] = sorted(new for _, new in pairs)
            data["exchange_payment_method_id"] = detail["payment_method_id"]
            data["exchange_price_difference"] = money(detail["amount"])
    return data


def _item(item: OrderItem) -> dict[str, Any]:
    return {
        "name": item.title,
        "product_id": item.product_id,
        "item_id": item.variant_id,
        "price": item.price,
        "options": dict(item.options),
    }


def _history(order: Order) -> list[dict[str, Any]]:
    """Payments as the data keeps them: those of returns and exchanges are still to come there."""
    rows = list(order.payments)
    moved = [event for event in order.history if event.turn_id is not None]
    before = len(rows) - sum(len(event.detail.get("moves", ())) for event in moved)
    told = [_row(row) for row in rows[:before]]
    at = before
    for event in moved:
        count = len(event.detail.get("moves", ()))
        if event.kind not in ("return_requested", "exchange_requested"):
            told += [_row(row) for row in rows[at : at + count]]
        if event.kind == "items_changed" and not count:
            # The data writes a refund of nothing where the new items cost the same.
            method = event.detail["payment_method_id"]
            told.append(
                {"transaction_type": "refund", "amount": money(0), "payment_method_id": method}
            )
        at += count
    return told


def _row(row: Payment) -> dict[str, Any]:
    return {
        "transaction_type": row.kind,
        "amount": row.amount,
        "payment_method_id": row.payment_method_id,
    }


def users_as_data(session: Session, user_id: str | None = None) -> dict[str, dict[str, Any]]:
    """Customers by id, one or all, in canonical form."""
    bought: defaultdict[str, list[str]] = defaultdict(list)
    for order_id, customer_id in session.execute(select(Order.id, Order.customer_id)):
        bought[customer_id].append(order_id)
    found = {}
    query = select(Customer).options(
        selectinload(Customer.addresses), selectinload(Customer.payment_methods)
    )
    if user_id is not None:
        query = query.where(Customer.id == user_id)
    for customer in session.scalars(query.execution_options(populate_existing=True)):
        home = next((each for each in customer.addresses if each.is_default), None)
        found[customer.id] = {
            "user_id": customer.id,
            "name": {"first_name": customer.first_name, "last_name": customer.last_name},
            "email": customer.email,
            "address": {theirs: getattr(home, ours, "") for ours, theirs in FIELDS.items()},
            "payment_methods": {
                method.id: {"source": method.kind, "balance": method.balance}
                for method in customer.payment_methods
            },
            "orders": sorted(bought[customer.id]),
        }
    return found


def canonical(record: Mapping[str, Any]) -> dict[str, Any]:
    """An order or a user of the data in the form in which ours are given."""
    data = dict(record)
    data["address"] = {name: str(record["address"].get(name, "")) for name in FIELDS.values()}
    if "payment_methods" in data:
        data["payment_methods"] = {
            id_: {
                "source": method["source"],
                "balance": money(method["balance"]) if "balance" in method else None,
            }
            for id_, method in record["payment_methods"].items()
        }
        data["email"] = record["email"].lower()
        data["orders"] = sorted(record["orders"])
        return data
    data["items"] = [
        item | {"price": money(item["price"]), "options": _folded(item["options"])}
        for item in record["items"]
    ]
    data["payment_history"] = [
        dict(row) | {"amount": money(row["amount"])} for row in record["payment_history"]
    ]
    return data


def _folded(options: Mapping[str, str]) -> dict[str, str]:
    """Names of options as the importer has them."""
    names = {name: name.lower() for name in options}
    return {"memory" if low == "ram" else low: options[name] for name, low in names.items()}


def against(session: Session, expected: Reference, user_id: str | None = None) -> list[str]:
    """What of our records is not as in the expected state, one line a field; of one customer and
    their orders, or of all."""

    def mine(records: Mapping[str, Any]) -> dict[str, Any]:
        return {
            id_: canonical(record)
            for id_, record in records.items()
            if user_id in (None, record["user_id"])
        }

    return [
        f"{id_} {name}: {left.get(name)!r}, not {right.get(name)!r}"
        for ours, theirs in (
            (orders_as_data(session, user_id), mine(expected.orders)),
            (users_as_data(session, user_id), mine(expected.users)),
        )
        for id_ in sorted({*ours, *theirs})
        for left, right in [(ours.get(id_, {}), theirs.get(id_, {}))]
        for name in sorted({*left, *right})
        if left.get(name) != right.get(name)
    ]


def end_state(session: Session) -> dict[str, Any]:
    """Everything a shopper can change, without times, row numbers and turn ids."""
    rows = session.execute
    state: dict[str, Any] = {}
    items = _grouped(
        rows(
            select(OrderItem.order_id, OrderItem.product_id, OrderItem.variant_id, OrderItem.price,
                   OrderItem.quantity, OrderItem.status)
        )
    )  # fmt: skip
    paid = _grouped(
        rows(
            select(
                Payment.order_id,
                Payment.kind,
                Payment.amount,
                Payment.payment_method_id,
                Payment.status,
            )
        )
    )
    history: dict[str, list[Any]] = {}
    for order_id, kind, detail in rows(
        select(OrderEvent.order_id, OrderEvent.kind, OrderEvent.detail)
    ):
        if kind != "placed":
            history.setdefault(order_id, []).append((kind, _swaps(detail)))
    for order_id, status, total, reason, ship_to in rows(
        select(Order.id, Order.status, Order.total, Order.cancel_reason, Order.ship_to)
    ):
        state[f"order {order_id}"] = (
            status, total, reason, _address(ship_to), sorted(items.get(order_id, [])),
            sorted(paid.get(order_id, [])), sorted(history.get(order_id, [])),
        )  # fmt: skip
    for method_id, balance in rows(select(PaymentMethod.id, PaymentMethod.balance)):
        state[f"method {method_id}"] = balance
    for variant_id, stock, price in rows(select(Variant.id, Variant.stock, Variant.price)):
        state[f"variant {variant_id}"] = (stock, price)
    home: dict[str, Any] = {}
    for row in rows(select(Address).where(Address.is_default).order_by(Address.id)).scalars():
        home[row.customer_id] = _address(
            {name: getattr(row, name) for name in orders.ADDRESS_FIELDS}
        )
    for customer_id, email, first, last in rows(
        select(Customer.id, Customer.email, Customer.first_name, Customer.last_name)
    ):
        state[f"customer {customer_id}"] = (email, first, last, home.get(customer_id))
    return state


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, *rest in rows:
        found.setdefault(key, []).append(tuple(rest))
    return found


def _swaps(detail: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which versions become which, and how it is settled."""
    swaps = tuple(sorted(tuple(pair) for pair in detail.get("swaps", {}).values()))
    return (swaps, str(detail.get("payment_method_id", "")), str(detail.get("amount", "")))


def _address(address: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(address.get(name) or "").strip().casefold() for name in orders.ADDRESS_FIELDS)


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Records that are not as they should be, both ways of it."""
    return [
        f"{key}: expected {expected.get(key)} got {found.get(key)}"
        for key in sorted({*expected, *found})
        if expected.get(key) != found.get(key)
    ]
