"""The writes of the retail desk on its own JSON, written from its policy: the right end states.

It shares no code with the shop's operations, so that the two check each other. Amounts are exact
decimals; option names are compared as the importer folds them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

CENT = Decimal("0.01")
CANCEL_REASONS = ("no longer needed", "ordered by mistake")


class Refused(Exception):
    """The policy does not allow the write; nothing was changed."""


def money(value: Any) -> Decimal:
    """An amount to the cent; the data holds sums of binary fractions."""
    return Decimal(str(value)).quantize(CENT)


class Reference:
    """Users, orders and products as the data has them, and the writes on them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.products: dict[str, Any] = copy.deepcopy(dict(data["products"]))
        self.users: dict[str, Any] = copy.deepcopy(dict(data["users"]))
        self.orders: dict[str, Any] = copy.deepcopy(dict(data["orders"]))

    @classmethod
    def read(cls, path: Path) -> Reference:
        """The state that a `db.json` holds."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def write(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Carry out a write by its name.

        Raises:
            Refused: the policy does not allow it.
        """
        getattr(self, name)(**arguments)

    def cancel_pending_order(self, order_id: str, reason: str) -> None:
        """The whole order, paid back the way it came."""
        order = self._order(order_id, "pending")
        if reason not in CANCEL_REASONS:
            raise Refused(reason)
        for row in list(order["payment_history"]):
            self._pay(order, "refund", money(row["amount"]), row["payment_method_id"])
        order["status"], order["cancel_reason"] = "cancelled", reason

    def modify_pending_order_address(self, order_id: str, **address: str) -> None:
        """Another address for the parcel."""
        self._order(order_id, "pending")["address"] = dict(address)

    def modify_user_address(self, user_id: str, **address: str) -> None:
        """Another default address."""
        self.users[user_id]["address"] = dict(address)

    def modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> None:
        """One other payment method for all of it."""
        order = self._order(order_id, "pending")
        rows = order["payment_history"]
        if len(rows) != 1 or rows[0]["payment_method_id"] == payment_method_id:
            raise Refused(payment_method_id)
        amount, before = money(rows[0]["amount"]), rows[0]["payment_method_id"]
        self._covers(order, payment_method_id, amount)
        self._pay(order, "payment", amount, payment_method_id)
        self._pay(order, "refund", amount, before)

    def modify_pending_order_items(
        self,
        order_id: str,
        item_ids: Sequence[str],
        new_item_ids: Sequence[str],
        payment_method_id: str,
    ) -> None:
        """Other variants, once; the difference is settled at once."""
        order = self._order(order_id, "pending")
        pairs = self._pairs(order, item_ids, new_item_ids)
        difference = _difference(pairs)
        self._covers(order, payment_method_id, difference)
        kind = "payment" if difference > 0 else "refund"
        self._pay(order, kind, abs(difference), payment_method_id)
        for old, new in pairs:
            old |= {"item_id": new["item_id"], "price": new["price"], "options": new["options"]}
        order["status"] = "pending (item modified)"

    def return_delivered_order_items(
        self, order_id: str, item_ids: Sequence[str], payment_method_id: str
    ) -> None:
        """Noted; the money moves once the items are back."""
        order = self._order(order_id, "delivered")
        self._lines(order, item_ids)
        method = self._method(order, payment_method_id)
        paid = {row["payment_method_id"] for row in order["payment_history"]}
        if payment_method_id not in paid and method["source"] != "gift_card":
            raise Refused(payment_method_id)
        order |= {
            "status": "return requested",
            "return_items": sorted(item_ids),
            "return_payment_method_id": payment_method_id,
        }

    def exchange_delivered_order_items(
        self,
        order_id: str,
        item_ids: Sequence[str],
        new_item_ids: Sequence[str],
        payment_method_id: str,
    ) -> None:
        """Noted, once; the difference moves once the items are back."""
        order = self._order(order_id, "delivered")
        pairs = self._pairs(order, item_ids, new_item_ids)
        difference = _difference(pairs)
        self._covers(order, payment_method_id, difference)
        order |= {
            "status": "exchange requested",
            "exchange_items": sorted(item_ids),
            "exchange_new_items": sorted(new_item_ids),
            "exchange_payment_method_id": payment_method_id,
            "exchange_price_difference": difference,
        }

    def _order(self, order_id: str, status: str) -> dict[str, Any]:
        order = self.orders.get(order_id)
        if order is None or order["status"] != status:
            raise Refused(order_id)
        return order  # type: ignore[no-any-return]

    def _method(self, order: Mapping[str, Any], method_id: str) -> dict[str, Any]:
        method = self.users[order["user_id"]]["payment_methods"].get(method_id)
        if method is None:
            raise Refused(method_id)
        return method  # type: ignore[no-any-return]

    def _covers(self, order: Mapping[str, Any], method_id: str, amount: Decimal) -> None:
        method = self._method(order, method_id)
        if method["source"] == "gift_card" and money(method["balance"]) < amount:
            raise Refused(method_id)

    def _pay(self, order: dict[str, Any], kind: str, amount: Decimal, method_id: str) -> None:
        row = {"transaction_type": kind, "amount": amount, "payment_method_id": method_id}
        order["payment_history"].append(row)
        method = self.users[order["user_id"]]["payment_methods"].get(method_id)
        if method is not None and method["source"] == "gift_card":
            sign = -1 if kind == "payment" else 1
            method["balance"] = money(method["balance"]) + sign * amount

    def _lines(self, order: Mapping[str, Any], item_ids: Sequence[str]) -> list[dict[str, Any]]:
        free = list(order["items"])
        found = []
        for item_id in item_ids:
            line = next((item for item in free if item["item_id"] == item_id), None)
            if line is None:
                raise Refused(item_id)
            free.remove(line)
            found.append(line)
        return found

    def _pairs(
        self, order: Mapping[str, Any], item_ids: Sequence[str], new_ids: Sequence[str]
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        if len(item_ids) != len(new_ids):
            raise Refused(str(new_ids))
        pairs = []
        for line, new_id in zip(self._lines(order, item_ids), new_ids, strict=True):
            new = self.products[line["product_id"]]["variants"].get(new_id)
            if new is None or not new["available"] or new_id == line["item_id"]:
                raise Refused(new_id)
            pairs.append((line, new))
        return pairs


def _difference(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Decimal:
    """What the new variants cost more."""
    return sum((money(new["price"]) - money(old["price"]) for old, new in pairs), money(0))
