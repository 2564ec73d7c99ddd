"""Superlatives, counts and price ranges in the chat, against SQL of the benchmark's own.

Each wording is the first turn of a conversation. Right is: the count stands in the reply; lowest
and highest price both do; the first card has the lowest or highest price that there is.

    python -m benchmarks.knowledge.catalogue_questions --shop demo=/tmp/demo icecat=/tmp/icecat
"""

from __future__ import annotations

import argparse
import json
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from sqlalchemy import bindparam, text
from sqlalchemy.engine import Engine

from assistant import Assistant
from assistant.conversation import Reply, Turn
from knowledge.demo import open_or_build

KINDS = {
    "demo": [
        ("headphones", "耳机", ["Headphones"]),
        ("tents", "帐篷", ["Tents"]),
        ("desk chairs", "办公椅", ["Desk Chairs"]),
        ("dresses", "连衣裙", ["Dresses"]),
        ("monitors", "显示器", ["Monitors"]),
    ],
    "magento": [
        ("jackets", "夹克", ["Jackets"]),
        ("shorts", "短裤", ["Shorts"]),
        ("watches", "手表", ["Watches"]),
        ("bags", "包", ["Bags"]),
    ],
    "icecat": [
        ("processors", "处理器", ["Processor"]),
        ("notebooks", "笔记本电脑", ["Notebook"]),
        ("photo paper", "相纸", ["Photo Paper"]),
        ("patch panels", "配线架", ["Patch Panel"]),
    ],
}
"""Shop -> (the kind in English, in Chinese, the categories it is filed under)."""

WORDINGS = [
    ("count", "how many {k} do you have?"),
    ("count", "how many {k} are there"),
    ("count", "how many {k} under {p}?"),
    ("count", "how many {k} between {p} and {q} dollars do you sell"),
    ("range", "what's the price range of your {k}?"),
    ("range", "what do your {k} cost"),
    ("range", "how expensive are your {k}?"),
    ("low", "the cheapest {k}"),
    ("low", "what are your cheapest {k}?"),
    ("low", "cheapest {k} over {p}"),
    ("low", "which {k} cost the least"),
    ("high", "most expensive {k}"),
    ("high", "what are the most expensive {k} under {q}"),
    ("count", "你们有多少款{k}"),
    ("count", "{p}元以下的{k}有几款"),
    ("count", "{p}到{q}元的{k}有多少款"),
    ("count", "一共有多少种{k}？"),
    ("range", "{k}的价格范围是多少"),
    ("range", "{k}大概什么价位"),
    ("range", "你们的{k}都多少钱"),
    ("low", "最便宜的{k}"),
    ("low", "哪款{k}最便宜"),
    ("low", "{p}元以上最便宜的{k}"),
    ("high", "最贵的{k}是哪款"),
    ("high", "{q}元以内最贵的{k}"),
]

_SHOWN = text(
    "select coalesce(min(case when v.stock > 0 then v.price end), min(v.price)) "
    "from products p join variants v on v.product_id = p.id "
    "where p.active and v.active and p.category in :kinds and v.price >= :low and v.price <= :high "
    "group by p.id"
).bindparams(bindparam("kinds", expanding=True))


@dataclass(frozen=True, slots=True)
class Truth:
    """What the records say of all that a question is about; prices in the shop's currency."""

    count: int
    low: Decimal
    high: Decimal


def prices(engine: Engine, kinds: list[str], low: int = 0, high: int = 10**9) -> list[Decimal]:
    """Price of the variant that is shown of each product, bounds included."""
    with engine.connect() as connection:
        rows = connection.execute(
            _SHOWN, {"kinds": kinds, "low": low * 100, "high": high * 100}
        ).scalars()
        return sorted(Decimal(str(row)) / 100 for row in rows)


def is_right(sort: str, truth: Truth, reply: Reply) -> bool:
    """Whether a reply says what the records say."""
    said = {Decimal(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", reply.text)}
    if sort == "count":
        return Decimal(truth.count) in said
    if sort == "range":
        return {truth.low, truth.high} <= said
    return bool(reply.cards) and reply.cards[0].price == (
        truth.low if sort == "low" else truth.high
    )


def main() -> None:
    """Print one JSON object a shop and language, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", nargs="+", required=True, help="NAME=DIR, a name of KINDS")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    chosen = parser.parse_args()
    for given in chosen.shop:
        name, _, folder = given.partition("=")
        right: dict[tuple[str, str], list[bool]] = {}
        with open_or_build(Path(folder)) as shop:
            assistant = Assistant.open(shop)
            for english, chinese, kinds in KINDS[name]:
                every = prices(shop.engine, kinds)
                p, q = (int(np.quantile([float(v) for v in every], share)) for share in (0.4, 0.8))
                for sort, wording in WORDINGS:
                    in_english = wording.isascii()
                    asked = wording.format(k=english if in_english else chinese, p=p, q=q)
                    bounds = {
                        (False, False): (0, 10**9),
                        (True, True): (p, q),
                        (True, False): (p, 10**9)
                        if "over" in wording or "以上" in wording
                        else (0, p),
                        (False, True): (0, q),
                    }["{p}" in wording, "{q}" in wording]
                    held = prices(shop.engine, kinds, *bounds)
                    truth = Truth(len(held), held[0], held[-1])
                    reply = assistant.reply(Turn(asked, uuid.uuid4().hex))
                    good = is_right(sort, truth, reply)
                    right.setdefault(("en" if in_english else "zh", sort), []).append(good)
                    if chosen.show and not good:
                        first = reply.cards[0].price if reply.cards else None
                        print(f"  {reply.intent} {asked} {truth} | {reply.text[:100]!r} {first}")
        for language in ("en", "zh"):
            rows = {sort: values for (said, sort), values in right.items() if said == language}
            total = [value for values in rows.values() for value in values]
            by_sort = {sort: f"{sum(values)} of {len(values)}" for sort, values in rows.items()}
            row = {"shop": name, "language": language, "right": sum(total), "of": len(total)}
            print(json.dumps({**row, **by_sort}), flush=True)


if __name__ == "__main__":
    main()
