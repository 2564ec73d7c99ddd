"""How long a list takes with a million events in one process, and when an event takes effect.

    python -m benchmarks.recommend.speed --shop DIR [--events 1000000] [--lists 1000] [--seed 0]

Protocol: the shop is copied to a temporary folder and given made-up customers (20 events each in
visits of five, products by a Zipf law within a favourite fifth of the catalogue). What an import
leaves behind is made (the index, the counts, what is alike), and the shop opened anew. Then,
`lists` times: a customer drawn at random does one thing in a transaction of its own (view, like,
cart, purchase, dislike), and the next list of ten is made for them: reading what is new,
candidates, ranking, must-nots, stock by the live records, and reasons. The time is that of the
whole list, not of the write. An event takes effect when the list after it differs from the one
before for a like or a dislike of what stood in it.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from assistant.recommend.making import Maker
from assistant.recommend.recommender import prepare
from assistant.recommend.types import Asker, Ranked
from db.events import append_events
from db.models import Customer, Event, Product
from db.profiles import update_profile
from db.unit import read_unit, turn_unit
from knowledge.shop import Shop
from knowledge.types import Limits

EACH = 20
KINDS = ("view", "view", "view", "like", "cart_add", "purchase")


def fill(shop: Shop, count: int, seed: int) -> list[str]:
    """Write `count` events of made-up customers; returns the customers' ids."""
    chance = np.random.default_rng(seed)
    now = datetime.now(UTC)
    with turn_unit(shop.engine) as session:
        products = np.array(session.scalars(select(Product.id).where(Product.active)).all())
        customers = [f"made-{number}" for number in range(count // EACH)]
        for start in range(0, len(customers), 10_000):
            part = customers[start : start + 10_000]
            session.execute(
                insert(Customer), [{"id": each, "created_at": now, "email": None} for each in part]
            )
        rank = 1 / np.arange(1, len(products) // 5 + 1)
        rank /= rank.sum()
        for start in range(0, len(customers), 2_500):
            part = customers[start : start + 2_500]
            found = []
            for customer in part:
                first = chance.integers(0, 5) * (len(products) // 5)
                chosen = products[first + chance.choice(len(rank), EACH, p=rank)]
                days = np.sort(chance.uniform(0, 200, EACH // 5))[::-1]
                for number, product in enumerate(chosen):
                    found.append(
                        {
                            "customer_id": customer,
                            "conversation_id": f"{customer}:{number // 5}",
                            "kind": KINDS[int(chance.integers(len(KINDS)))],
                            "product_id": str(product),
                            "detail": {},
                            "gift": False,
                            "created_at": now
                            - timedelta(days=float(days[number // 5]), minutes=-(number % 5)),
                        }
                    )
            session.execute(insert(Event), found)
    return customers


def _took(began: float, busy: float) -> str:
    wall, cpu = time.perf_counter() - began, time.process_time() - busy
    return f"{wall:.1f} s, {cpu:.1f} s of CPU time"


def listed(shop: Shop, customer: str) -> tuple[list[Ranked], float, float]:
    """A list of ten, its time and its CPU time in milliseconds."""
    began, busy = time.perf_counter(), time.process_time()
    with read_unit(shop.engine) as session:
        maker = Maker(session, shop.knowledge)
        shopper = maker.shopper(Asker(customer, f"bench-{customer}", "en", datetime.now(UTC)))
        found = maker.ranked(shopper, Limits(in_stock=True), limit=10)
        for one in found:
            _ = one.reasons
    return found, 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--lists", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "shop"
        shutil.copytree(arguments.shop, copy)
        with Shop.open(copy) as shop:
            began = time.perf_counter()
            customers = fill(shop, arguments.events, arguments.seed)
            print(f"{arguments.events} events written in {time.perf_counter() - began:.0f} s")
            began, busy = time.perf_counter(), time.process_time()
            listed(shop, customers[0])
            print(f"first list of a shop that nothing was counted of: {_took(began, busy)}")
            shop.knowledge.sync()
            began, busy = time.perf_counter(), time.process_time()
            print(f"{prepare(shop)} events counted, products compared: {_took(began, busy)}")
        with Shop.open(copy) as shop:
            began, busy = time.perf_counter(), time.process_time()
            listed(shop, customers[0])
            print(f"first list of the next process: {_took(began, busy)}")
            _measure(shop, customers, arguments.lists, arguments.seed)


def _measure(shop: Shop, customers: list[str], lists: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    for customer in chance.choice(customers, 200):
        listed(shop, str(customer))
    times, busy, effects, asked = [], [], 0, 0
    for number in range(lists):
        customer = str(chance.choice(customers))
        before = listed(shop, customer)[0]
        kind = ("view", "like", "cart_add", "purchase", "dislike")[number % 5]
        product = before[0].product_id if before else None
        now = datetime.now(UTC)
        with turn_unit(shop.engine) as session:
            done = append_events(
                session,
                [{"kind": kind, "product_id": product}],
                customer_id=customer,
                conversation_id=f"bench-{customer}",
                now=now,
            )
            update_profile(session, customer, done, now)
        after, took, used = listed(shop, customer)
        times.append(took)
        busy.append(used)
        if kind in ("like", "dislike") and product:
            asked += 1
            ids = [one.product_id for one in after]
            gone = kind == "like" or product not in ids
            effects += ids != [one.product_id for one in before] and gone
    for name, values in (("list", times), ("CPU time of the list", busy)):
        values.sort()
        high, highest = (values[int(share * len(values))] for share in (0.95, 0.99))
        middle = statistics.median(values)
        print(f"{name}: p50 {middle:.2f} ms, p95 {high:.2f} ms, p99 {highest:.2f} ms")
    print(f"likes and dislikes that changed the very next list: {effects} of {asked}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
