"""Latency and memory of product search on the icecat catalogue (19,406 products).

Every query of `judgements.csv` is searched in seven ways: plain, with a price limit, with a
category and an attribute limit, sorted by price, in Chinese, similar to a product, and browsing
without words. Prints p50, p95 and the slowest per way in milliseconds, the p95 of CPU time (what an
idle core would take, on a machine that is busy with other things), and resident memory.

    python -m benchmarks.knowledge.latency --shop /tmp/icecat
"""

from __future__ import annotations

import argparse
import json
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from benchmarks.knowledge.search_quality import judgements, opened
from db.models import Product
from db.unit import read_unit
from knowledge.types import AttributeFilter, Limits, ProductQuery

CHINESE = ("无线鼠标", "笔记本电脑", "打印机墨盒", "黑色耳机", "网线", "显示器", "移动硬盘", "键盘")


def main() -> None:
    """Print one JSON object a way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-icecat"))
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    texts = list(judgements())
    with opened(chosen.shop) as shop:
        with read_unit(shop.engine) as session:
            biggest = session.scalar(
                select(Product.category)
                .where(Product.category != "")
                .group_by(Product.category)
                .order_by(func.count().desc())
            )
            ids = list(session.scalars(select(Product.id).order_by(Product.id)))[:: len(texts) * 2]
        under = Limits(price_max=Decimal(100))
        narrow = Limits(
            categories=(biggest or "",), attributes=(AttributeFilter("weight", "max", 2, "kg"),)
        )
        ways: dict[str, list[ProductQuery]] = {
            "plain": [ProductQuery(t) for t in texts],
            "price limit": [ProductQuery(t, limits=under) for t in texts],
            "category + attribute": [ProductQuery(t, limits=narrow) for t in texts],
            "cheapest": [ProductQuery(t, sort="price_asc") for t in texts],
            "chinese": [ProductQuery(t, "zh") for t in CHINESE * 6],
            "similar": [ProductQuery(similar_to=i) for i in ids],
            "browse": [ProductQuery(limits=under, sort="price_desc")] * 20,
        }
        for way, queries in ways.items():
            spent, computed = [], []
            for number, asked in enumerate(queries[:2] + queries * chosen.rounds):
                start, busy = time.perf_counter(), time.process_time()
                with read_unit(shop.engine) as session:
                    shop.knowledge.products.search(session, asked)
                # The first two of each way warm caches and encoders.
                if number >= 2:
                    spent.append((time.perf_counter() - start) * 1e3)
                    computed.append((time.process_time() - busy) * 1e3)
            p50, p95, worst = (round(float(x), 1) for x in np.percentile(spent, (50, 95, 100)))
            record = {"way": way, "n": len(spent), "p50": p50, "p95": p95, "max": worst}
            record["cpu_p95"] = round(float(np.percentile(computed, 95)), 1)
            print(json.dumps(record))
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(json.dumps({"resident_mb": pages * 4096 // 2**20}))


if __name__ == "__main__":
    main()
