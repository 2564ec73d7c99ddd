"""The retail tasks as simulated shoppers, and the writes that each should leave behind.

Who the shopper is and which writes are right comes from the data at run time; how they put it, and
their fall-backs, from `data/shoppers_retail.yaml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from assistant.scripted.shoppers.task import Goal, Right, Task
from benchmarks.service.writes import WRITES, apply
from db.errors import OrderError
from knowledge.settings import ShopSettings

NOTES = Path(__file__).parent / "data" / "shoppers_retail.yaml"
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
            apply(
                session, task.user_id, name, args, rules=settings.policy,
                turn_id=f"right-{place}", now=now,
            )  # fmt: skip
        except OrderError:
            continue
        made.append(task.task.right[place])
    return task.task.model_copy(update={"right": tuple(made)})
