"""What paid places cost a list: nDCG@10 with every product bidding, against nobody bidding.

`python -m benchmarks.recommend.sponsored --shop DIR --judgements FILE`. For each judged query the
chat's pages are made as the chat makes them: six unpaid products, the paid one after them, then
the next unpaid ones. At full load every product of the catalogue has a campaign with a random bid,
so that the paid place is always taken where anything is relevant enough. Unjudged counts as 0.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from assistant.recommend.sponsored import auction
from assistant.skills.left import PAGE
from assistant.skills.sponsored import POOL
from db.models import Campaign
from db.sponsored import Bidder
from db.unit import read_unit
from knowledge.settings import Sponsored
from knowledge.shop import Shop
from knowledge.types import ProductQuery

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ndcg(ranking: list[str], grades: dict[str, int]) -> float:
    """nDCG@10 with gains 2^grade - 1."""
    gains = [2.0 ** grades.get(id_, 0) - 1 for id_ in ranking[:10]]
    best = sorted((2.0**grade - 1 for grade in grades.values()), reverse=True)[:10]
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = float(np.dot(best, discounts[: len(best)]))
    return float(np.dot(gains, discounts[: len(gains)])) / ideal if ideal else 0.0


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--judgements", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    print(__doc__)
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    with options.judgements.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            grades[row["query"]][row["product_id"]] = int(row["grade"])
    grades = {query: judged for query, judged in grades.items() if any(judged.values())}
    settings = Sponsored(enabled=True)
    shop = Shop.open(options.shop)
    for seed in options.seeds:
        rng = np.random.default_rng(seed)
        unpaid, paid, taken = [], [], 0
        with read_unit(shop.engine) as session:
            for query, judged in grades.items():
                hits = shop.knowledge.products.search(session, ProductQuery(text=query, limit=POOL))
                ranking = [hit.product_id for hit in hits]
                page = ranking[:PAGE]
                standard = min((hit.score for hit in hits[:PAGE]), default=0.0)
                fit = {
                    hit.product_id: min(hit.score / standard, 1.0)
                    for hit in hits[PAGE:]
                    if standard > 0
                }
                able = [
                    Bidder(_campaign(id_, float(rng.lognormal(-1, 0.7))), Decimal(0)) for id_ in fit
                ]
                won = auction(
                    able, fit, NOW, floor=settings.relevance_floor, reserve=settings.reserve
                )
                shown = list(ranking)
                if won is not None:
                    rest = [id_ for id_ in ranking[PAGE:] if id_ != won.product_id]
                    shown, taken = [*page, won.product_id, *rest], taken + 1
                unpaid.append(ndcg(ranking, judged))
                paid.append(ndcg(shown, judged))
        before, after = float(np.mean(unpaid)), float(np.mean(paid))
        print(
            f"seed {seed}: {len(grades)} queries, paid place taken in {taken}; nDCG@10 {before:.4f}"
            f" unpaid, {after:.4f} with paid places: loses {1 - after / before:.2%}"
        )
    shop.close()


def _campaign(product_id: str, bid: float) -> Campaign:
    return Campaign(
        id=f"c-{product_id}",
        advertiser=f"maker of {product_id}",
        product_id=product_id,
        bid=Decimal(str(round(max(bid, 0.05), 2))),
        daily_budget=Decimal(100),
        active=True,
        starts_at=NOW,
    )


if __name__ == "__main__":
    main()
