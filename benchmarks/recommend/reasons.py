"""Whether reasons are true: what a reason names is taken away, and the score must fall.

    python -m benchmarks.recommend.reasons --shop DIR [--customers 200] [--seed 0]

Protocol: for each customer with a history (drawn at random) a list of ten is made; each reason that
is shown is checked by taking away what it rests on and scoring the same product anew in the same
state of the shop. Of what the shopper did, the events behind the reason are taken out of their
history ("you bought it", "you looked at it", "goes with", "close to", "in visits like this one",
"shoppers who buy what you buy", "you often choose this kind, this brand"); of what they said, the
wish; of the profile, the value; of the catalogue and of all shoppers (rating, popularity), the
record's own figure. A reason holds where the score falls.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from assistant.recommend.counterfactual import score_without
from assistant.recommend.making import Maker
from assistant.recommend.recommender import prepare
from assistant.recommend.types import Asker
from db.models import Event
from db.unit import read_unit
from knowledge.shop import Shop
from knowledge.types import Limits


def main() -> None:
    """Print the share of reasons that hold, by kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    checked: Counter[str] = Counter()
    held: Counter[str] = Counter()
    with Shop.open(arguments.shop) as shop, read_unit(shop.engine) as session:
        customers = session.scalars(
            select(Event.customer_id)
            .where(Event.customer_id.is_not(None), Event.product_id.is_not(None))
            .group_by(Event.customer_id)
            .having(func.count() >= 3)
            .order_by(Event.customer_id)
        ).all()
        chance = np.random.default_rng(arguments.seed)
        count = min(arguments.customers, len(customers))
        prepare(shop)
        maker = Maker(session, shop.knowledge)
        for place in chance.choice(len(customers), count, replace=False):
            asker = Asker(str(customers[place]), "", "en", datetime.now(UTC))
            shopper = maker.shopper(asker)
            for one in maker.ranked(shopper, Limits(in_stock=True), limit=10):
                for part in one.shown:
                    without = score_without(maker, shopper, one.product_id, part)
                    checked[part.kind] += 1
                    held[part.kind] += without < one.score - 1e-9
    total, right = sum(checked.values()), sum(held.values())
    print(f"{count} customers, {total} reasons, seed {arguments.seed}")
    for kind, number in sorted(checked.items()):
        print(f"{kind}: {held[kind]} of {number}")
    print(f"all: {right} of {total}, {right / max(total, 1):.4f}")


if __name__ == "__main__":
    main()
