"""Every operation in both languages, as a program and as a person holds the conversation.

    python -m benchmarks.service.operations [--terminal] [--verbose]

Protocol: a demo shop is made, with copies of a delivered order so that each operation has an order
of its own. Each language is talked through by one `run_chat.py --plain --json` for a known customer
and one for a guest; with `--terminal` by the full-screen chat in tmux, where the screen is read.
An operation counts where the last reply tells what it must and one SELECT gives the value in
`operations.yaml`, asked as soon as its last line was answered.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import yaml

from db.engine import create_engine_for, writing
from db.models import Fulfilment, Order, OrderEvent, OrderItem, Payment
from db.unit import turn_unit
from knowledge.demo import build_demo_shop

DATA = Path(__file__).parent / "data" / "operations.yaml"
PHOTO = Path(__file__).parents[2] / "conversations" / "pictures" / "cracked_cup.jpg"
SHOPPERS = {"en": ("mia", "AS-100"), "zh": ("chen.wei", "AS-200")}
COPIES = 6
PATIENCE = 90.0
"""Seconds that one reply may take on a busy machine."""


class Line(Protocol):
    """Something that answers line by line."""

    def say(self, text: str) -> str:
        """What is shown for a line."""
        ...

    def new(self) -> None:
        """Begin another conversation."""
        ...


class Program:
    """`run_chat.py --plain --json`: a line in, an object out."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            [*command, "--plain", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def say(self, text: str) -> str:
        """The text of the reply."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                return str(json.loads(line)["text"])
        return ""

    def new(self) -> None:
        """Begin another conversation."""
        self.say("/new")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)


class Screen:
    """The full-screen chat in tmux: keys in, the screen out."""

    def __init__(self, command: list[str], shop: Path) -> None:
        self._name = f"aisle-{time.monotonic_ns()}"
        self._shop = shop
        line = " ".join(f"'{part}'" for part in command)
        self._tmux("new-session", "-d", "-s", self._name, "-x", "150", "-y", "60", line)
        self._settled("")

    def say(self, text: str) -> str:
        """The screen once the turn is in the transcript and shown."""
        before, turns = self._look(), self._turns()
        self._tmux("send-keys", "-t", self._name, "-l", text)
        self._tmux("send-keys", "-t", self._name, "Enter")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._turns() == turns:
            time.sleep(0.1)
        return self._settled(before)

    def new(self) -> None:
        """Begin another conversation."""
        before = self._look()
        self._tmux("send-keys", "-t", self._name, "-l", "/new")
        self._tmux("send-keys", "-t", self._name, "Enter")
        self._settled(before)

    def close(self) -> None:
        """End the session."""
        subprocess.run(["tmux", "kill-session", "-t", self._name], check=False, capture_output=True)

    def _settled(self, before: str) -> str:
        """The screen when it is another one and stays the same."""
        until = time.monotonic() + PATIENCE
        last = ""
        while time.monotonic() < until:
            time.sleep(0.4)
            now = self._look()
            if now.strip() and now != before and now == last:
                return now
            last = now
        return last

    def _look(self) -> str:
        return self._tmux("capture-pane", "-p", "-J", "-t", self._name)

    def _turns(self) -> int:
        return int(value(self._shop, "SELECT count(*) FROM turns") or 0)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", *arguments], check=True, capture_output=True, text=True)
        return done.stdout


def value(shop: Path, query: str) -> Any:
    """The first value of a query on the shop's records as they are now."""
    connection = sqlite3.connect(f"file:{shop / 'shop.db'}?mode=ro", uri=True, timeout=PATIENCE)
    try:
        row = connection.execute(query).fetchone()
    finally:
        connection.close()
    return row[0] if row else None


def make_shop(folder: Path) -> None:
    """The demo shop, each shopper with copies of a delivered order."""
    build_demo_shop(folder, datetime.now(UTC))
    engine = writing(create_engine_for(folder))
    with turn_unit(engine) as session:
        for customer, prefix in SHOPPERS.values():
            kept = session.get_one(Order, f"{prefix}03")
            for number in range(21, 21 + COPIES):
                order = Order(id=f"{prefix}{number}", customer_id=customer)
                for name in ("status", "currency", "total", "shipping", "discount", "ship_to",
                             "placed_at", "delivered_at"):  # fmt: skip
                    setattr(order, name, getattr(kept, name))
                order.items = [
                    OrderItem(
                        product_id=item.product_id, variant_id=item.variant_id, title=item.title,
                        options=dict(item.options), quantity=item.quantity, price=item.price,
                    )
                    for item in kept.items
                ]  # fmt: skip
                order.payments = [
                    Payment(
                        kind=each.kind, amount=each.amount, status=each.status,
                        payment_method_id=each.payment_method_id, created_at=each.created_at,
                    )
                    for each in kept.payments
                ]  # fmt: skip
                order.fulfilments = [
                    Fulfilment(tracking_ids=list(each.tracking_ids), carrier=each.carrier)
                    for each in kept.fulfilments
                ]
                order.history = [
                    OrderEvent(kind=each.kind, detail=dict(each.detail), created_at=each.created_at)
                    for each in kept.history
                ]
                session.add(order)
    engine.dispose()


@contextmanager
def chat(shop: Path, customer: str, *, terminal: bool, language: str) -> Iterator[Line]:
    """A chat process of a customer, or of a guest where `customer` is empty."""
    command = [sys.executable, "run_chat.py", "--shop", str(shop), "--language", language]
    if customer:
        command += ["--customer", customer]
    held = Screen(command, shop) if terminal else Program(command)
    try:
        yield held
    finally:
        held.close()


def filled(text: str, language: str) -> str:
    """A line or query with the shopper's numbers."""
    customer, prefix = SHOPPERS[language]
    return text.replace("{o}", prefix).replace("{c}", customer).replace("{photo}", str(PHOTO))


def flat(text: str) -> str:
    """Without the line breaks and frames that a screen puts in."""
    return "".join(char for char in text if not char.isspace() and char not in "│┃┆▌▐█▎▏")


def run(shop: Path, language: str, *, terminal: bool, verbose: bool) -> tuple[int, int]:
    """(operations carried out, all) of a language."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    good = 0
    for guest in (True, False):
        customer = "" if guest else SHOPPERS[language][0]
        with chat(shop, customer, terminal=terminal, language=language) as held:
            for row in rows:
                if bool(row.get("guest")) != guest:
                    continue
                held.new()
                shown = ""
                for line in row[language]["say"]:
                    shown = held.say(filled(line, language))
                    if verbose:
                        print(f"  > {line}\n    {shown if not terminal else ''}", flush=True)
                told = flat(str(row[language]["told"])) in flat(shown)
                found = value(shop, filled(row["sql"], language)) if "sql" in row else None
                right = told and ("sql" not in row or str(found) == str(row["value"]))
                good += right
                if not right:
                    print(f"{row['name']} ({language}): told {told}, found {found!r}:\n{shown}")
    return good, len(rows)


def main() -> None:
    """Print how many operations were carried out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service.operations")
    parser.add_argument("--terminal", action="store_true", help="the full-screen chat in tmux")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.terminal and shutil.which("tmux") is None:
        sys.exit("--terminal needs tmux; install it, or run without")
    with tempfile.TemporaryDirectory(prefix="aisle-operations-") as folder:
        shop = Path(folder) / "shop"
        make_shop(shop)
        way = "the full-screen chat" if arguments.terminal else "--plain --json"
        for language in SHOPPERS:
            good, all_ = run(shop, language, terminal=arguments.terminal, verbose=arguments.verbose)
            print(f"{language}: {good} of {all_} operations through {way}", flush=True)


if __name__ == "__main__":
    main()
