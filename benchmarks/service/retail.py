"""The retail tasks as simulated shoppers, and the end state that each should leave behind.

Who the shopper is and which writes are right comes from the data at run time; how they put it, and
their fall-backs, from `data/shoppers_retail.yaml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.scripted.shoppers.task import Goal, Right, Task
from db import orders
from db.errors import OrderError
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
from knowledge.settings import ShopSettings

NOTES = Path(__file__).parent / "data" / "shoppers_retail.yaml"
WRITES = {
    "cancel_pending_order": "cancel",
    "return_delivered_order_items": "return",
    "exchange_delivered_order_items": "exchange",
    "modify_pending_order_items": "change",
    "modify_pending_order_address": "address",
    "modify_user_address": "default_address",
    "modify_pending_order_payment": "payment",
}
_NAME = re.compile(
    r"\b(?:you are|your name is|you name is"
    r"|you're)\s+(?:an interesting guy called )?([A-Z]\w+ [A-Z]\w+)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class RetailTask:
    """A task of the data: the shopper, and the writes of a right answer in order."""

    task: Task
    writes: tuple[tuple[str, Mapping[str, Any]], ...]
    user_id: str
    instructions: str


def retail_tasks(folder: Path) -> list[RetailTask]:
    """Every task of `tasks.json`, told by the notes."""
    data = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    shop = json.loads((folder / "db.json").read_text(encoding="utf-8"))
    notes = yaml.safe_load(NOTES.read_text(encoding="utf-8"))
    return [_task(row, shop, notes[row["id"]]) for row in data if row["id"] in notes]


def _task(
    row: Mapping[str, Any], shop: Mapping[str, Any], goals: list[dict[str, Any]]
) -> RetailTask:
    actions = row["evaluation_criteria"]["actions"]
    told = row["user_scenario"]["instructions"]
    user = _user(actions, told, shop)
    writes = tuple((a["name"], a["arguments"]) for a in actions if a["name"] in WRITES)
    known = f"{told['known_info']} {told['reason_for_call']}"
    email = user["email"] if user["email"] in known else ""
    task = Task(
        id=row["id"],
        name=f"{user['name']['first_name']} {user['name']['last_name']}",
        postcode=user["address"]["zip"],
        email=email,
        goals=tuple(Goal.model_validate(goal) for goal in goals),
        right=tuple(_right(name, args, shop) for name, args in writes),
    )
    return RetailTask(task, writes, user["user_id"], json.dumps(told, ensure_ascii=False))


def _user(
    actions: list[Mapping[str, Any]], told: Mapping[str, str], shop: Mapping[str, Any]
) -> Mapping[str, Any]:
    users = shop["users"]
    for action in actions:
        args = action["arguments"]
        if "user_id" in args:
            return users[args["user_id"]]  # type: ignore[no-any-return]
        if "order_id" in args:
            return users[shop["orders"][args["order_id"]]["user_id"]]  # type: ignore[no-any-return]
        if action["name"] == "find_user_id_by_name_zip":
            for user in users.values():
                name = user["name"]
                if (name["first_name"], name["last_name"], user["address"]["zip"]) == (
                    args["first_name"],
                    args["last_name"],
                    args["zip"],
                ):
                    return user  # type: ignore[no-any-return]
        if action["name"] == "find_user_id_by_email":
            user = next((u for u in users.values() if u["email"] == args["email"]), None)
            if user is not None:
                return user  # type: ignore[no-any-return]
    text = " ".join(told.values() if isinstance(told, dict) else [])
    found = next((u for key, u in users.items() if key in text or u["email"] in text), None)
    if found is None:
        match = _NAME.search(text)
        zips = re.findall(r"\b\d{5}\b", text)
        found = next(
            u
            for u in users.values()
            if match
            and f"{u['name']['first_name']} {u['name']['last_name']}" == match[1]
            and u["address"]["zip"] in zips
        )
    return found  # type: ignore[no-any-return]


def _right(name: str, args: Mapping[str, Any], shop: Mapping[str, Any]) -> Right:
    kind = WRITES[name]
    holds: list[str] = []
    lacks: list[str] = []
    order = shop["orders"].get(args.get("order_id"), {})
    names = {i["item_id"]: i["name"] for i in order.get("items", [])}
    if "item_ids" in args:
        chosen = list(args["item_ids"])
        holds += [names[each] for each in chosen]
        lacks = [
            i["name"]
            for i in order["items"]
            if i["item_id"] not in chosen and i["name"] not in holds
        ]
    if "new_item_ids" in args:
        for new in args["new_item_ids"]:
            product = next(p for p in shop["products"].values() if new in p["variants"])
            holds += [
                str(v)
                for k, v in product["variants"][new]["options"].items()
                if str(v).lower() not in ("yes", "no", "none")
            ]
            holds.append(f"{product['variants'][new]['price']:,.2f}")
    if "payment_method_id" in args:
        user = shop["users"][order["user_id"]]
        method = user["payment_methods"][args["payment_method_id"]]
        holds.append(
            {"paypal": "PayPal", "gift_card": "Gift card"}.get(method["source"])
            or f"ending {method['last_four']}"
        )
    if "address1" in args:
        holds.append(args["address1"])
    if kind == "cancel":
        holds.append(args["reason"])
    return Right(
        kind=kind,
        order=args.get("order_id", "") if kind != "default_address" else "",
        holds=tuple(holds),
        lacks=tuple(lacks),
    )  # type: ignore[arg-type]


def carry_out(session: Session, task: RetailTask, settings: ShopSettings, now: datetime) -> Task:
    """Make the right writes with the shop's own operations; the task with those that can be made.

    One that the shop's records do not allow, as where a gift card does not cover it, leaves nothing
    behind in the data's own world either.
    """
    made = []
    for place, (name, args) in enumerate(task.writes):
        try:
            _write(session, task.user_id, name, args, settings, now, f"right-{place}")
        except OrderError:
            continue
        made.append(task.task.right[place])
    return task.task.model_copy(update={"right": tuple(made)})


def _write(
    session: Session,
    user: str,
    name: str,
    args: Mapping[str, Any],
    settings: ShopSettings,
    now: datetime,
    turn: str,
) -> None:
    rules = settings.policy
    common: dict[str, Any] = {"rules": rules, "turn_id": turn, "now": now}
    kind = WRITES[name]
    if kind == "cancel":
        orders.cancel_order(
            session, user, args["order_id"], reason=args["reason"].replace(" ", "_"), **common
        )
    elif kind == "return":
        items = _lines(session, args["order_id"], args["item_ids"])
        orders.request_return(
            session,
            user,
            args["order_id"],
            item_ids=items,
            payment_method_id=args["payment_method_id"],
            reason="other",
            **common,
        )
    elif kind in ("exchange", "change"):
        items = _lines(session, args["order_id"], args["item_ids"])
        swaps = dict(zip(items, args["new_item_ids"], strict=True))
        act = orders.request_exchange if kind == "exchange" else orders.change_items
        act(
            session,
            user,
            args["order_id"],
            swaps=swaps,
            payment_method_id=args["payment_method_id"],
            **common,
        )
    elif kind == "address":
        orders.change_address(session, user, args["order_id"], ship_to=_address(args), **common)
    elif kind == "default_address":
        customer = session.get_one(Customer, user)
        for old in customer.addresses:
            old.is_default = False
        customer.addresses.append(Address(is_default=True, **_address(args)))
        session.flush()
    else:
        orders.change_payment(
            session, user, args["order_id"], payment_method_id=args["payment_method_id"], **common
        )


def _lines(session: Session, order_id: str, variants: list[str]) -> list[int]:
    free = list(
        session.scalars(
            select(OrderItem).where(OrderItem.order_id == order_id).order_by(OrderItem.id)
        )
    )
    found = []
    for variant in variants:
        line = next(each for each in free if each.variant_id == variant)
        free.remove(line)
        found.append(line.id)
    return found


def _address(args: Mapping[str, Any]) -> dict[str, str]:
    return {
        "line1": args["address1"],
        "line2": args["address2"],
        "city": args["city"],
        "state": args["state"],
        "postcode": args["zip"],
        "country": args["country"],
    }


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
            status, total, reason, _folded(ship_to), sorted(items.get(order_id, [])),
            sorted(paid.get(order_id, [])), sorted(history.get(order_id, [])),
        )  # fmt: skip
    for method_id, balance in rows(select(PaymentMethod.id, PaymentMethod.balance)):
        state[f"method {method_id}"] = balance
    for variant_id, stock, price in rows(select(Variant.id, Variant.stock, Variant.price)):
        state[f"variant {variant_id}"] = (stock, price)
    home: dict[str, Any] = {}
    for row in rows(select(Address).where(Address.is_default).order_by(Address.id)).scalars():
        home[row.customer_id] = _folded(
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


def _folded(address: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(address.get(name) or "").strip().casefold() for name in orders.ADDRESS_FIELDS)


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Records that are not as they should be, both ways of it."""
    return [
        f"{key}: expected {expected.get(key)} got {found.get(key)}"
        for key in sorted({*expected, *found})
        if expected.get(key) != found.get(key)
    ]
