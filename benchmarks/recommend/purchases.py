"""How well the next weeks' purchases of households are foretold, against plain methods.

    python -m benchmarks.recommend.purchases --data ../shared/data/purchases [--test] [--seed 0]

Data: 75,000 purchases of 2,377 households in 2017 (a sample of The Complete Journey, CC0).
Protocol: train on what was bought before 2017-10-20, test on what was bought from then on, over the
1,929 households that stand in both, top 10 of the 18,309 products of the training time. Hit rate:
any of the ten was bought; nDCG with binary gains, its ideal over all that was bought, products
unknown in training included. "New" leaves out what the household had bought before, on both sides.
Intervals are 95 % over households. Everything that is chosen is chosen on the newest fifth of the
training time; without --test only that part is judged, by rankers fitted on what lies before it.

The code is the product's own (assistant/recommend): the statistics, the signals and the ranker that
`aisle train recommender` fits. Stores, coupons and demographics, which no feed of a shop has, are
not used.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.catalogue import numbered
from assistant.recommend.default import default_model
from assistant.recommend.learning import (
    HELD_OUT,
    Case,
    Events,
    Quality,
    cases,
    fit_ranker,
    judge,
    learn,
    scores_of,
    windows,
)
from assistant.recommend.log import DAY, PURCHASE
from assistant.recommend.signals import NAMES
from assistant.recommend.statistics import Kinds

CUT = datetime(2017, 10, 20, tzinfo=UTC).timestamp() / DAY


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Rows of one file of the data set."""
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def read(folder: Path) -> Events:
    """The purchases as columns, in order of time."""
    bought = list(rows(folder, "transactions_sample"))
    when = np.array(
        [
            datetime.fromisoformat(row["transaction_timestamp"]).replace(tzinfo=UTC).timestamp()
            / DAY
            for row in bought
        ]
    )
    order = np.argsort(when, kind="stable")
    bought = [bought[number] for number in order]
    who, _ = numbered(row["household_id"] for row in bought)
    visit, _ = numbered(row["basket_id"] for row in bought)
    item, _ = numbered(row["product_id"] for row in bought)
    known = {row["product_id"]: row for row in rows(folder, "products")}
    products = [known.get(product) for product in dict.fromkeys(r["product_id"] for r in bought)]
    category, categories = numbered(
        p and (p["department"], p["product_category"], p["product_type"]) for p in products
    )
    line, lines = numbered(
        p and (p["product_category"], p["product_type"], p["manufacturer_id"]) for p in products
    )
    brand, brands = numbered(p and p["manufacturer_id"] for p in products)
    department, departments = numbered(p and p["department"] for p in products)
    kinds = Kinds(category, line, brand, department, (categories, lines, brands, departments))
    kind = np.full(len(bought), PURCHASE, np.int8)
    return Events(who, visit, item, kind, when[order], kinds)


def plain_methods() -> dict[str, Callable[[Case], NDArray[np.floating]]]:
    """Scores of the methods that everybody has, from the same signals."""

    def column(name: str) -> Callable[[Case], NDArray[np.floating]]:
        place = NAMES.index(name)
        return lambda case: case.signals[:, place]

    def repeats(case: Case) -> NDArray[np.floating]:
        return column("own_count")(case) + 1e-6 * column("popular_ever")(case)

    return {
        "popularity": column("popular_ever"),
        "popularity, fading": column("popular_season"),
        "own repeats": repeats,
        "item-kNN (cosine, shrunk)": column("together"),
        "people alike, by products": column("same_buyers"),
        "people alike, all levels": column("like_minded"),
    }


def said(name: str, quality: Quality, new: Quality) -> str:
    """One line of the table."""
    return (
        f"| {name} | {quality.hit:.3f} ± {quality.hit_within:.3f} | {quality.ndcg:.3f} ± "
        f"{quality.ndcg_within:.3f} | {new.hit:.3f} ± {new.hit_within:.3f} | {new.ndcg:.3f} ± "
        f"{new.ndcg_within:.3f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--test", action="store_true", help="judge on the test part")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--windows", type=int, default=5)
    arguments = parser.parse_args()
    started = time.monotonic()
    events = read(arguments.data)
    known = events.between(-np.inf, CUT)
    begin, end = float(known.at.min()), float(known.at.max()) + 1e-6
    if arguments.test:
        ranker = learn(
            known,
            default_model(),
            most_windows=arguments.windows,
            seed=arguments.seed,
            tell=lambda line: print(f"  {line}", flush=True),
        ).model
        judged = list(cases(events, CUT, np.inf))
        part = "test, from 2017-10-20"
        products = len(np.unique(known.item))
    else:
        horizon = HELD_OUT * (end - begin)
        cut = end - horizon
        old = known.between(-np.inf, cut)
        found: list[Case] = []
        for window in windows(begin, cut, horizon, arguments.windows):
            found.extend(cases(old, window, window + horizon))
        ranker = fit_ranker(found, seed=arguments.seed)
        judged = list(cases(known, cut, end))
        part = "validation, the newest fifth before 2017-10-20"
        products = len(np.unique(old.item))
    print(f"{part}: {len(judged)} households, {products} products, seed {arguments.seed}")
    print("| method | HR@10 | nDCG@10 | new: HR@10 | new: nDCG@10 |")
    print("| --- | --- | --- | --- | --- |")
    methods = plain_methods()
    methods["ranker as shipped, untrained"] = scores_of(default_model())
    methods["ranker, trained on the time before"] = scores_of(ranker)
    for name, scores in methods.items():
        print(said(name, judge(judged, scores), judge(judged, scores, new=True)))
    # A list of what is new to the household has curves of its own.
    fresh = judge(judged, scores_of(ranker, new=True), new=True)
    print(said("the same, curves for what is new", judge(judged, scores_of(ranker)), fresh))
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
