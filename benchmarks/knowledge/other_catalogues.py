"""Search in catalogues without judgements: is the fusion anywhere worse than words alone?

Protocol: from each shop's own records two kinds of queries are made, and what answers them follows
from the records, not from anybody's opinion. An *item* query is up to three words of a product's
title in any order, one of them at times a word of its attributes instead; only that product (and
those of the same title) is right. A *kind* query is the name of a category, or another word for it
from the table of synonyms, or a category with whom it is for where the records say so; every
product of that category and audience is right. Kind queries are also asked in Chinese where the
category's Chinese name is known. Each is read as a line of `aisle search`. nDCG@10 with gain 1. The
interval is of the difference fused - words, a bootstrap over queries.

    python -m benchmarks.knowledge.other_catalogues SHOP SHOP SHOP --queries 150
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.asked import LineReader
from benchmarks.knowledge.search_quality import ndcg, rrf
from db.models import Product
from db.unit import read_unit
from knowledge.index.documents import stated_words
from knowledge.index.words import STOP, has_chinese
from knowledge.ranking import shipped_weights
from knowledge.search import ProductSearch
from knowledge.shop import Shop
from knowledge.vocabulary import translate_value, words

Made = tuple[str, dict[str, int]]
"""A query and the products that are right."""


def item_queries(session: Session, rng: random.Random, count: int) -> list[Made]:
    """Queries for one product each."""
    rows = session.execute(
        select(Product.id, Product.title, Product.attributes).where(Product.active)
    ).all()
    same: dict[str, dict[str, int]] = {}
    for id_, title, _ in rows:
        same.setdefault(title, {})[id_] = 1
    out: list[Made] = []
    for _, title, facts in rng.sample(rows, min(count, len(rows))):
        said = [word for word in title.split() if word.lower() not in STOP and word.isalnum()]
        chosen = rng.sample(said, min(3, len(said)))
        other = [word for word in stated_words(facts).split() if word.isalpha() and len(word) > 3]
        if other and len(chosen) > 2:
            chosen[0] = rng.choice(other)
        if chosen:
            out.append((" ".join(chosen).lower(), same[title]))
    return out


def kind_queries(session: Session, shop: Shop, *, chinese: bool) -> list[Made]:
    """Queries for all of a category, and of a category and an audience."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for id_, category, audience in session.execute(
        select(Product.id, Product.category, Product.audience).where(Product.active)
    ):
        if category:
            groups.setdefault((category, ""), {})[id_] = 1
            if audience:
                groups.setdefault((category, audience), {})[id_] = 1
    others = {
        name: [said for said in group if said != name]
        for group in words()["synonyms"]
        for name in group
    }
    out: list[Made] = []
    for (category, audience), right in sorted(groups.items()):
        stem = category.lower().removesuffix("s")
        said = [category.lower()]
        if not chinese and not audience:
            said += [s for key in (category.lower(), stem) for s in others.get(key, ())][:2]
        for name in said:
            shown = translate_value(category, "zh", shop.knowledge.vocabulary) if chinese else name
            if chinese and not has_chinese(shown):
                continue
            whom = translate_value(audience, "zh") if chinese else audience
            query = f"{whom}{shown}" if chinese else f"{name} {whom and f'for {whom}'}".strip()
            out.append((query, right))
    return out


def main() -> None:
    """Print one JSON object a shop and kind of query."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("shops", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=150, help="of each kind and shop")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    shipped = shipped_weights()
    alone = {"keyword": 1.0}
    both = {"keyword": 1.0, "pairs": 1.0}
    words_only = replace(shipped, english=alone, translated=both, partly=both, chinese=both)
    meaning = {"text": 1.0, "multilingual": 1.0}
    meaning_only = replace(
        shipped, english=meaning, translated=meaning, partly=meaning, chinese=meaning
    )
    for folder in asked.shops:
        with Shop.open(folder) as shop:
            knowledge = shop.knowledge
            knowledge.sync()

            reader = LineReader(shop)

            def search(
                query: str, weights: object, shop: Shop = shop, reader: LineReader = reader
            ) -> list[str]:
                of = shop.knowledge
                found = ProductSearch(of.index, of.encoders, lambda: of.vocabulary, weights)  # type: ignore[arg-type]
                with read_unit(shop.engine) as session:
                    hits = found.search(session, reader.read(query, limit=100).query)
                return [hit.product_id for hit in hits]

            rng = random.Random(asked.seed)
            with read_unit(shop.engine) as session:
                sets = {
                    "item": item_queries(session, rng, asked.queries),
                    "kind": kind_queries(session, shop, chinese=False),
                    "kind, Chinese": kind_queries(session, shop, chinese=True),
                }
            for name, made in sets.items():
                made = made if name == "item" else rng.sample(made, min(asked.queries, len(made)))
                if not made:
                    continue
                by_words, plain, fused = [], [], []
                for query, right in made:
                    keyword = search(query, words_only)
                    by_words.append(ndcg(keyword, right))
                    plain.append(ndcg(rrf([keyword, search(query, meaning_only)]), right))
                    fused.append(ndcg(search(query, shipped), right))
                gain = np.array(fused) - np.array(by_words)
                draws = np.random.default_rng(asked.seed).integers(0, len(gain), (2000, len(gain)))
                low, high = np.percentile(gain[draws].mean(axis=1), (2.5, 97.5))
                record = {"shop": folder.name, "queries": name, "n": len(made)}
                figures = {"words": by_words, "reciprocal ranks": plain, "fused": fused}
                means = {key: round(float(np.mean(value)), 4) for key, value in figures.items()}
                interval = [round(float(low), 4), round(float(high), 4)]
                print(json.dumps({**record, **means, "fused - words": interval}), flush=True)


if __name__ == "__main__":
    main()
