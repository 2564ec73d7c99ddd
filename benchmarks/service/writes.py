"""The retail data's writes, made with the shop's own operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db import customers, orders
from db.orders.rules import OrderRules

FIELDS = {
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "state": "state",
    "postcode": "zip",
    "country": "country",
}
"""Field of our addresses -> the data's."""
WRITES = {
    "cancel_pending_order": "cancel",
    "return_delivered_order_items": "return",
    "exchange_delivered_order_items": "exchange",
    "modify_pending_order_items": "change",
    "modify_pending_order_address": "address",
    "modify_user_address": "default_address",
    "modify_pending_order_payment": "payment",
}
"""Write of the data -> what a proposal of it is called in a simulated shopper's task."""


def apply(
    session: Session,
    user_id: str,
    name: str,
    arguments: Mapping[str, Any],
    *,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
) -> None:
    """Carry out a write of the data with the shop's own operations.

    Raises:
        OrderError: the shop's rules refuse it; nothing was written.
    """
    common: dict[str, Any] = {"rules": rules, "turn_id": turn_id, "now": now}
    address = {ours: arguments.get(theirs, "") for ours, theirs in FIELDS.items()}
    if name == "modify_user_address":
        customers.set_default_address(session, user_id, address)
        return
    order_id = arguments["order_id"]
    method = arguments.get("payment_method_id", "")
    if name == "cancel_pending_order":
        reason = arguments["reason"].replace(" ", "_")
        orders.cancel_order(session, user_id, order_id, reason=reason, **common)
    elif name == "modify_pending_order_address":
        orders.change_address(session, user_id, order_id, ship_to=address, **common)
    elif name == "modify_pending_order_payment":
        orders.change_payment(session, user_id, order_id, payment_method_id=method, **common)
    elif name == "return_delivered_order_items":
        lines = lines_of(session, user_id, order_id, arguments["item_ids"])
        orders.request_return(
            session, user_id, order_id, item_ids=lines, payment_method_id=method, reason="other",
            **common,
        )  # fmt: skip
    else:
        lines = lines_of(session, user_id, order_id, arguments["item_ids"])
        swaps = dict(zip(lines, arguments["new_item_ids"], strict=True))
        changes = name == "modify_pending_order_items"
        operation = orders.change_items if changes else orders.request_exchange
        operation(session, user_id, order_id, swaps=swaps, payment_method_id=method, **common)


def lines_of(session: Session, user_id: str, order_id: str, item_ids: Iterable[str]) -> list[int]:
    """Order lines of these variants, each line once; -1 for one that the order does not have."""
    order = orders.find_order(session, user_id, order_id)
    free = list(order.items) if order else []
    found = []
    for item_id in item_ids:
        line = next((item for item in free if item.variant_id == item_id), None)
        if line is None:
            found.append(-1)
        else:
            free.remove(line)
            found.append(line.id)
    return found
