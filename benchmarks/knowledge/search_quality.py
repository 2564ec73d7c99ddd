"""Search quality on the icecat catalogue: nDCG@10 of words alone, meaning alone, and all fused.

Protocol: each of the 90 queries of `judgements.csv` is searched in all 19,406 products as a line of
`aisle search` would be. Gain is 2^grade - 1. Judgements are sparse, so two figures are given: over
the ranking as it is, with unjudged products counting 0, and over judged products only (the others
taken out of the first 200). Queries whose judged products all have grade 0 have no ideal ranking;
they are left out and counted. The interval is a bootstrap over queries. Reciprocal rank fusion
(Cormack 2009, k = 60) of words and meaning is the plain way to do without weights.

The last system asks the same queries in Chinese, put into it by hand
(`data/icecat_queries_zh.csv`, by number in the order of `judgements.csv`).

    python -m benchmarks.knowledge.search_quality --shop /tmp/icecat --seed 0

A shop folder that does not exist is made by importing and indexing the catalogue (some minutes).
The shipped weights were fitted on these queries; `fit_ranking` gives cross-validated figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.asked import LineReader
from db.unit import read_unit
from knowledge.index import bar
from knowledge.ranking import shipped_weights
from knowledge.search import ProductSearch
from knowledge.shop import Shop

QUERIES_ZH = Path(__file__).parent / "data" / "icecat_queries_zh.csv"
DATA = Path(__file__).resolve().parents[2] / "../shared/data/icecat"
DEPTH = 200
RRF_K = 60
SYSTEMS: dict[str, dict[str, float] | None] = {
    "words (BM25)": {"keyword": 1.0},
    "words by field": {"field": 1.0},
    "meaning (MiniLM)": {"text": 1.0},
    "words + meaning, reciprocal ranks": None,
    "as shipped": dict(shipped_weights().english),
    "as shipped, in Chinese": dict(shipped_weights().translated),
}


def opened(folder: Path) -> Shop:
    """The shop, imported and indexed where it is new."""
    if not (folder / "shop.db").exists():
        from knowledge.feeds.importer import import_paths

        with Shop.open(folder) as shop:
            import_paths(shop.engine, folder, [DATA / "products.jsonl"])
            with bar() as progress:
                shop.knowledge.sync(progress)
    shop = Shop.open(folder)
    shop.knowledge.sync()
    return shop


def judgements() -> dict[str, dict[str, int]]:
    """Query -> product id -> grade."""
    out: dict[str, dict[str, int]] = {}
    with (DATA / "judgements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            out.setdefault(row["query"], {})[row["product_id"]] = int(row["grade"])
    return out


def ndcg(ranking: Sequence[str], grades: dict[str, int], k: int = 10) -> float:
    """nDCG@k with gain 2^grade - 1 and discount log2(rank + 1)."""

    def dcg(gains: Sequence[int]) -> float:
        return math.fsum((2.0**g - 1) / math.log2(i + 2) for i, g in enumerate(gains[:k]))

    ideal = dcg(sorted(grades.values(), reverse=True))
    return dcg([grades.get(id_, 0) for id_ in ranking]) / ideal


def wording_of(queries: Sequence[str]) -> dict[str, str]:
    """Query of `judgements.csv`, in its order -> the same in Chinese."""
    with QUERIES_ZH.open(encoding="utf-8", newline="") as file:
        chinese = [row["chinese"] for row in csv.DictReader(file)]
    return dict(zip(queries, chinese, strict=True))


def rrf(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Reciprocal rank fusion of rankings."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, id_ in enumerate(ranking):
            scores[id_] = scores.get(id_, 0.0) + 1 / (RRF_K + place + 1)
    return sorted(scores, key=lambda id_: (-scores[id_], id_))


def measure(shop: Shop, seed: int, only: str | None = None) -> list[dict[str, object]]:
    """One record a system."""
    judged = judgements()
    chinese = wording_of(list(judged))
    usable = {q: g for q, g in judged.items() if any(g.values())}
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(usable), (1000, len(usable)))
    reader = LineReader(shop)

    def ranking(text: str, table: dict[str, float]) -> list[str]:
        weights = replace(shipped_weights(), english=table, translated=table, partly=table)
        knowledge = shop.knowledge
        search = ProductSearch(
            knowledge.index, knowledge.encoders, lambda: knowledge.vocabulary, weights
        )
        with read_unit(shop.engine) as session:
            hits = search.search(session, reader.read(text, limit=DEPTH).query)
        return [hit.product_id for hit in hits]

    out: list[dict[str, object]] = []
    for name, table in SYSTEMS.items():
        if only and only != name:
            continue
        all_, seen = [], []
        for query, grades in usable.items():
            if table is None:
                parts = [ranking(query, {"keyword": 1.0}), ranking(query, {"text": 1.0})]
                ranked = rrf(parts)[:DEPTH]
            else:
                ranked = ranking(chinese[query] if "Chinese" in name else query, table)
            all_.append(ndcg(ranked, grades))
            seen.append(ndcg([id_ for id_ in ranked if id_ in grades], grades))
        record: dict[str, object] = {"system": name, "queries": len(usable)}
        record["left_out"] = len(judged) - len(usable)
        for label, values in (("unjudged_0", all_), ("judged_only", seen)):
            means = np.asarray(values)[draws].mean(axis=1)
            record[label] = round(float(np.mean(values)), 4)
            record[f"{label}_95"] = [round(float(x), 4) for x in np.percentile(means, (2.5, 97.5))]
        out.append(record)
    return out


def main() -> None:
    """Print one JSON object a system."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-icecat"))
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    chosen = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"{DATA}: the icecat data is not here; nothing measured")
    with opened(chosen.shop) as shop:
        for record in measure(shop, chosen.seed):
            print(json.dumps(record))


if __name__ == "__main__":
    main()
