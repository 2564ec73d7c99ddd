"""Fits the weights of `knowledge/fusion.toml` on judged queries, and says what they are worth.

Protocol: every query of icecat's `judgements.csv` that has a relevant product is searched once, and
the evidence of all its candidates is kept. Weights are drawn from a wide log-uniform prior, each
draw is judged by nDCG@10 (unjudged = 0) plus twice nDCG@10 (judged only) on the queries at hand,
and the best ones are averaged. What is reported is nested cross-validation by query: weights are
chosen on four fifths and measured on the fifth left out, over several shuffles. Ablations leave
one kind of evidence out and are cross-validated likewise. The interval is a bootstrap over queries.

With `--chinese` the queries are those put into Chinese by hand (`data/icecat_queries_zh.csv`).

    python -m benchmarks.knowledge.fit_ranking --shop /tmp/icecat [--chinese] [--ablate]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.knowledge.search_quality import DEPTH, judgements, ndcg, opened, wording_of
from db.unit import read_unit
from knowledge.ranking import SHARES, scaled
from knowledge.shop import Shop
from knowledge.types import ProductQuery

KINDS = ("field", "text", "keyword", "kind", "named", "only", "brand", "phrase")
CHINESE = (*KINDS, "pairs")
FOLDS, BEST = 5, 40
WORTH = (1.0, 2.0)
"""What the two figures count: the first also rewards being like the search that was judged."""


class Judged:
    """One query: its candidates, their evidence (float64 [candidates, kinds]) and their grades."""

    def __init__(self, shop: Shop, text: str, grades: dict[str, int], kinds: tuple[str, ...]):
        language = "en" if text.isascii() else "zh"
        with read_unit(shop.engine) as session:
            hits = shop.knowledge.products.search(session, ProductQuery(text, language, limit=5000))
        self.ids = np.array([hit.product_id for hit in hits])
        self.grades = grades
        columns = []
        for kind in kinds:
            found = {hit.product_id: hit.evidence[kind] for hit in hits if kind in hit.evidence}
            if kind not in SHARES:
                found = scaled(found, list(self.ids))
            columns.append([found.get(id_, 0.0) for id_ in self.ids])
        self.evidence = np.array(columns, dtype=np.float64).T.reshape(len(self.ids), len(kinds))

    def measure(self, weights: NDArray[np.float64]) -> tuple[float, float]:
        """nDCG@10 with unjudged = 0, and over judged products only."""
        scores = np.round(self.evidence @ weights, 9)
        order = self.ids[np.lexsort((self.ids, -scores))][:DEPTH].tolist()
        known = [id_ for id_ in order if id_ in self.grades]
        return ndcg(order, self.grades), ndcg(known, self.grades)


def cross_validate(
    figures: NDArray[np.float64],
    draws: NDArray[np.float64],
    queries: list[Judged],
    seeds: range,
) -> NDArray[np.float64]:
    """[queries, 2]: each query measured with weights chosen without it, mean over shuffles.

    `figures` is [draws, queries, 2].
    """
    total = np.zeros((len(queries), 2))
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(queries))
        for fold in range(FOLDS):
            out = order[fold::FOLDS]
            kept = np.setdiff1d(order, out)
            weights = chosen(figures[:, kept], draws)
            for number in out:
                total[number] += queries[number].measure(weights)
    return total / len(seeds)


def chosen(figures: NDArray[np.float64], draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """The average of the best draws."""
    worth = (figures @ np.array(WORTH)).mean(axis=1)
    return np.asarray(draws[np.argsort(-worth)[:BEST]].mean(axis=0))


def interval(values: NDArray[np.float64], seed: int) -> list[float]:
    """95 % bootstrap interval of the mean over queries."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (2000, len(values)))].mean(axis=1)
    return [round(float(x), 4) for x in np.percentile(means, (2.5, 97.5))]


def main() -> None:
    """Print cross-validated figures, ablations, and weights fitted on all queries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-icecat"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--shuffles", type=int, default=10)
    parser.add_argument("--chinese", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    asked = parser.parse_args()
    kinds = CHINESE if asked.chinese else KINDS
    usable = {q: g for q, g in judgements().items() if any(g.values())}
    said = wording_of(list(judgements())) if asked.chinese else {}
    with opened(asked.shop) as shop:
        queries = [Judged(shop, said.get(q, q), g, kinds) for q, g in usable.items()]
    rng = np.random.default_rng(asked.seed)
    draws = np.exp(rng.uniform(np.log(0.03), 0.0, (asked.draws, len(kinds))))
    draws /= draws.sum(axis=1, keepdims=True)
    seeds = range(asked.seed, asked.seed + asked.shuffles)

    def figures_of(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([[query.measure(w) for query in queries] for w in weights])

    def tell(name: str, found: NDArray[np.float64]) -> None:
        record: dict[str, object] = {"system": name, "queries": len(queries)}
        for column, label in enumerate(("unjudged_0", "judged_only")):
            record[label] = round(float(found[:, column].mean()), 4)
            record[f"{label}_95"] = interval(found[:, column], asked.seed)
        print(json.dumps(record), flush=True)

    figures = figures_of(draws)
    tell("cross-validated", cross_validate(figures, draws, queries, seeds))
    weights = chosen(figures, draws)
    tell("fitted on all, measured on the same", figures_of(weights[None])[0])
    shares = weights / weights.max()
    print(json.dumps(dict(zip(kinds, np.round(shares, 2).tolist(), strict=True))))
    for number, kind in enumerate(kinds if asked.ablate else ()):
        fewer = draws[: asked.draws // 2].copy()
        fewer[:, number] = 0.0
        tell(f"without {kind}", cross_validate(figures_of(fewer), fewer, queries, seeds))


if __name__ == "__main__":
    main()
