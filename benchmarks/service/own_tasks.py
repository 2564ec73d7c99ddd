"""Tasks of our own on the demo shop, in both languages, half of them after what its rules forbid.

    python -m benchmarks.service.own_tasks [--seeds 4] [--only ID...] [--verbose]

Protocol: each shopper of `shoppers_demo.yaml` reads replies only and is told in `--seeds` wordings.
Right is a run whose whole end state (orders, lines, payments, balances, stock, addresses, accounts)
equals that after the task's own writes, made with the shop's operations on records put back before
each run; where the shopper wants what is forbidden, that is no change at all.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.conversation import Reply, Turn
from assistant.engine import Assistant
from assistant.scripted.shoppers.shopper import Shopper, Talk
from assistant.scripted.shoppers.task import Goal, Right, Task
from benchmarks.service.end_state import differences, end_state
from db import orders
from db.models import Customer, Order, OrderItem, PaymentMethod, Variant
from db.unit import read_unit, turn_unit
from knowledge.demo import build_demo_shop
from knowledge.policy import Policy

DATA = Path(__file__).parent / "data" / "shoppers_demo.yaml"
NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Own:
    """A task with the writes that shall be made."""

    row: dict[str, Any]

    @property
    def language(self) -> str:
        """Of the shopper."""
        return str(self.row["id"][:2])

    def task(self, session: Session) -> Task:
        """The shopper, who knows what proposals of these writes would say."""
        customer = session.get_one(Customer, self.row["who"])
        return Task(
            id=self.row["id"],
            language=self.language,
            customer=customer.id,
            goals=tuple(Goal.model_validate(goal) for goal in self.row["goals"]),
            right=tuple(right(session, write, self.language) for write in self.row["writes"]),
            forbidden=bool(self.row.get("forbidden")),
        )


def lines(session: Session, order_id: str, named: list[str]) -> list[OrderItem]:
    """The order's lines whose title holds one of the words, letter case apart."""
    order = session.get_one(Order, order_id)
    return [i for i in order.items if any(word.lower() in i.title.lower() for word in named)]


def right(session: Session, write: list[Any], language: str) -> Right:
    """What a proposal of a write says: its order, its things, not the order's other things."""
    kind, order_id, what, *_ = write
    holds: list[str] = []
    lacks: list[str] = []
    if isinstance(what, (list, dict)) and kind != "address":
        chosen = lines(session, order_id, list(what))
        rest = [i for i in session.get_one(Order, order_id).items if i not in chosen]
        holds = [named(session, item, language) for item in chosen]
        lacks = [named(session, item, language) for item in rest]
    if kind == "address":
        holds = [what["line1"]]
    return Right(kind=kind, order=order_id, holds=tuple(holds), lacks=tuple(lacks))


def named(session: Session, item: OrderItem, language: str) -> str:
    """The title as the shopper reads it."""
    variant = session.get(Variant, item.variant_id)
    chinese = variant.product.title_zh if variant is not None else ""
    return chinese if language == "zh" and chinese else item.title


def method(session: Session, who: str, label: str) -> str:
    """The id of the customer's method whose label begins so."""
    rows = session.scalars(select(PaymentMethod).where(PaymentMethod.customer_id == who)).all()
    return next(row.id for row in rows if row.label.startswith(label))


def carry_out(session: Session, own: Own, policy: Policy, currency: str, now: datetime) -> None:
    """Make the writes with the shop's own operations."""
    who = own.row["who"]
    for place, (kind, order_id, what, *how) in enumerate(own.row["writes"]):
        common: dict[str, Any] = {"rules": policy, "turn_id": f"right-{place}", "now": now}
        pay = method(session, who, how[0]) if how and kind != "replace" else ""
        if kind == "cancel":
            orders.cancel_order(session, who, order_id, reason=what, **common)
        elif kind == "return":
            ids = [item.id for item in lines(session, order_id, what)]
            orders.request_return(
                session, who, order_id, item_ids=ids, payment_method_id=pay, reason="other",
                conditions=dict.fromkeys(ids, "unopened"), **common,
            )  # fmt: skip
        elif kind in ("exchange", "change"):
            swaps = {}
            for word, options in what.items():
                (item,) = lines(session, order_id, [word])
                found = session.scalars(
                    select(Variant).where(Variant.product_id == item.product_id)
                )
                swaps[item.id] = next(v.id for v in found if dict(v.options) == options)
            act = orders.request_exchange if kind == "exchange" else orders.change_items
            act(session, who, order_id, swaps=swaps, payment_method_id=pay, **common)
        elif kind == "address":
            orders.change_address(session, who, order_id, ship_to=what, **common)
        elif kind == "payment":
            pay = method(session, who, what)
            orders.change_payment(session, who, order_id, payment_method_id=pay, **common)
        elif kind == "replace":
            ids = [item.id for item in lines(session, order_id, what)]
            orders.request_replacement(
                session, who, order_id, item_ids=ids, reason=how[0], **common
            )
        else:
            chosen = lines(session, order_id, what)
            value = sum((_now(session, item) * item.quantity for item in chosen), Decimal(0))
            free = policy.delivery.free_from is not None and value >= policy.delivery.free_from
            home = next(a for a in session.get_one(Customer, who).addresses if a.is_default)
            orders.order_again(
                session, who, order_id, pieces={item.id: item.quantity for item in chosen},
                payment_method_id=pay, currency=currency,
                ship_to={name: getattr(home, name) for name in orders.ADDRESS_FIELDS},
                shipping=Decimal(0) if free else policy.delivery.fee, **common,
            )  # fmt: skip


def _now(session: Session, item: OrderItem) -> Decimal:
    return session.get_one(Variant, item.variant_id).price


def state_of(session: Session, before: set[str]) -> dict[str, Any]:
    """The end state; a new order goes by the order it came in, its number being drawn."""
    state = end_state(session)
    new = sorted(key for key in state if key.startswith("order ") and key not in before)
    for place, key in enumerate(new):
        state[f"order new {place}"] = state.pop(key)
    return state


@contextmanager
def desk(folder: Path, now: datetime) -> Iterator[tuple[Assistant, Callable[[], None]]]:
    """An assistant on a copy of a shop, and what puts its records back as they were."""
    with tempfile.TemporaryDirectory(prefix="aisle-own-") as name:
        shop = Path(name) / "shop"
        shutil.copytree(folder, shop)
        kept = sqlite3.connect(":memory:")
        assistant = Assistant.open(shop, lambda: now)

        def copy(back: bool) -> None:
            with closing(sqlite3.connect(shop / "shop.db", timeout=60)) as live:
                (kept if back else live).backup(live if back else kept)

        copy(back=False)
        try:
            yield assistant, lambda: copy(back=True)
        finally:
            assistant.close()
            kept.close()


def hold(assistant: Assistant, task: Task, seed: int) -> Talk:
    """One conversation."""
    conversation = uuid.uuid4().hex

    def say(text: str) -> Reply:
        turn = Turn(text, conversation, customer_id=task.customer, channel="plain")
        return assistant.reply(turn)

    return Shopper(task, str(seed)).talk(say)


def main() -> None:
    """Print what is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service.own_tasks")
    parser.add_argument("--shop", type=Path, help="a demo shop made today; else one is made")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    owns = [Own(row) for row in yaml.safe_load(DATA.read_text(encoding="utf-8"))]
    runs: list[tuple[Own, bool, int]] = []
    now = datetime.now(UTC) if arguments.shop else NOW
    with tempfile.TemporaryDirectory(prefix="aisle-demo-") as made:
        if arguments.shop is None:
            build_demo_shop(Path(made), now)
        with desk(arguments.shop or Path(made), now) as (assistant, restore):
            engine, settings = assistant.shop.engine, assistant.shop.settings
            for own in owns:
                if arguments.only and own.row["id"] not in arguments.only:
                    continue
                restore()
                with read_unit(engine) as session:
                    before = {key for key in end_state(session) if key.startswith("order ")}
                    task = own.task(session)
                with turn_unit(engine) as session:
                    carry_out(session, own, settings.policy, settings.currency, now)
                with read_unit(engine) as session:
                    expected = state_of(session, before)
                for seed in range(arguments.seeds):
                    restore()
                    talk = hold(assistant, task, seed)
                    with read_unit(engine) as session:
                        wrong = differences(expected, state_of(session, before))
                    runs.append((own, not wrong, len(talk.turns)))
                    if arguments.verbose and wrong:
                        print(f"\n## {task.id} seed {seed}\n{talk.to_text()}")
                        print(*(f"   ! {line[:300]}" for line in wrong[:4]), sep="\n")
    for label, chosen in (
        ("all", runs),
        ("English", [run for run in runs if run[0].language == "en"]),
        ("Chinese", [run for run in runs if run[0].language == "zh"]),
        ("allowed", [run for run in runs if not run[0].row.get("forbidden")]),
        ("forbidden", [run for run in runs if run[0].row.get("forbidden")]),
    ):
        if chosen:
            good = sum(ok for _, ok, _ in chosen)
            turns = statistics.median(n for _, _, n in chosen)
            print(f"{label}: {good} of {len(chosen)} runs right ({good / len(chosen):.1%}),"
                  f" {turns} turns")  # fmt: skip
    wrong_tasks = Counter(own.row["id"] for own, ok, _ in runs if not ok)
    print("wrong:", ", ".join(f"{name} x{n}" for name, n in wrong_tasks.items()) or "none")


if __name__ == "__main__":
    main()
