"""Dynamic pricing on simulated demand: profit against an oracle, and rails held or broken.

`python -m benchmarks.recommend.pricing`. Five families of demand, a product a seed, 5,000 visitors
each: 100 a day, prices looked at every six hours, at most 20 % a day. The policy is the product's
own (`decide`); it sees sales and nothing else. The oracle knows demand, has no rails but the
lowest and highest price, and moves at will. Settings were chosen on seeds 100 to 119.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from assistant.recommend.pricing.decide import decide
from assistant.recommend.pricing.demand import DemandModel
from assistant.recommend.pricing.guards import Offer, Rails, at
from benchmarks.recommend.simulated_demand import FAMILIES, HIGH, LOW, Market, market

VISITORS, A_DAY, A_PERIOD = 5_000, 100, 25
STEP = 0.0125
GRID = np.round(np.arange(LOW, HIGH + STEP / 2, STEP), 4)
REFERENCE = Decimal("100.00")
START = datetime(2026, 1, 1, tzinfo=UTC)
RAILS = Rails(
    min_margin=Decimal("0.05"),
    max_change_a_day=Decimal("0.20"),
    hours_between_changes=6,
    lowest=Decimal(str(LOW)),
    highest=Decimal(str(HIGH)),
    over_competitor=Decimal("0.1"),
)
PERIODS = VISITORS // A_PERIOD

Policy = Callable[[Market, int], list[float]]
"""Ratios of the reference price, one a period."""


def learned(one: Market, seed: int) -> list[float]:
    """The shipped policy, inside its rails."""
    rng, visits = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    model = DemandModel(GRID.tolist())
    price, last, ratios = REFERENCE, None, []
    history: list[Decimal] = []
    for period in range(PERIODS):
        now = START + timedelta(hours=6 * period)
        offer = Offer(
            "v",
            price,
            REFERENCE,
            cost=at(REFERENCE, one.cost),
            last_change=last,
            price_a_day_ago=history[-4] if len(history) >= 4 else REFERENCE,
        )
        made = decide(model, [offer], RAILS, now, rng)
        if made.prices:
            price, last = made.prices["v"], now
        history.append(price)
        place = int(np.argmin(np.abs(GRID - float(price / REFERENCE))))
        ratio = float(GRID[place])
        share = one.demand(ratio, period / PERIODS)
        model.observe(place, A_PERIOD, int(visits.binomial(A_PERIOD, share)), A_PERIOD / A_DAY)
        ratios.append(ratio)
    return ratios


def fixed(_one: Market, _seed: int) -> list[float]:
    """The price that stood there before."""
    return [1.0] * PERIODS


def test_then_commit(one: Market, seed: int) -> list[float]:
    """Eight prices for a fifth of the visitors, then the one that earned most."""
    visits = np.random.default_rng([seed, 2])
    tried = [float(ratio) for ratio in np.linspace(LOW, HIGH, 8) if ratio > one.cost]
    each = PERIODS // 5 // len(tried)
    ratios: list[float] = []
    earned: dict[float, float] = {}
    for ratio in tried:
        sold = 0
        for _ in range(each):
            share = one.demand(ratio, len(ratios) / PERIODS)
            sold += int(visits.binomial(A_PERIOD, share))
            ratios.append(ratio)
        earned[ratio] = sold * (ratio - one.cost)
    best = max(earned, key=lambda ratio: earned[ratio])
    return ratios + [best] * (PERIODS - len(ratios))


def share_of_oracle(one: Market, ratios: Sequence[float], first: int = 0) -> float:
    """Expected profit from period `first` on, over the oracle's."""
    times = [period / PERIODS for period in range(first, PERIODS)]
    made = sum(one.profit(ratio, time) for ratio, time in zip(ratios[first:], times, strict=True))
    return made / sum(_oracle(one, time) for time in times)


def _oracle(one: Market, time: float) -> float:
    return one.best(time)[1]


def broken_rails(decisions: int, seed: int) -> tuple[int, int]:
    """(rails broken, prices changed) over random offers, beliefs and clocks."""
    rng = np.random.default_rng(seed)
    model = DemandModel(GRID.tolist())
    broken = changed = 0
    for number in range(decisions):
        if number % 50 == 0:
            model = DemandModel(GRID.tolist())
        if number % 10 == 0:
            place = int(rng.integers(len(GRID)))
            model.observe(place, 20, int(rng.binomial(20, rng.uniform(0, 0.6))))
        offers = [_random_offer(rng, variant) for variant in range(int(rng.integers(1, 4)))]
        made = decide(model, offers, RAILS, START, rng)
        changed += bool(made.prices)
        broken += sum(
            _breaks(offer, made.prices[offer.variant_id]) for offer in offers if made.prices
        )
    return broken, changed


def _random_offer(rng: np.random.Generator, number: int) -> Offer:
    def amount(low: float, high: float) -> Decimal:
        return Decimal(str(round(float(rng.uniform(low, high)), 2)))

    def sometimes(share: float, low: float, high: float) -> Decimal | None:
        return amount(low, high) if rng.random() < share else None

    reference = amount(1, 500)
    whole = float(reference)
    return Offer(
        f"v{number}",
        max(at(reference, float(rng.choice(GRID))), Decimal("0.01")),
        reference,
        cost=sometimes(0.98, 0.3 * whole, 0.9 * whole),
        list_price=sometimes(0.3, 0.9 * whole, 1.5 * whole),
        competitor=sometimes(0.3, 0.7 * whole, 1.5 * whole),
        floor=sometimes(0.2, 0.5 * whole, whole),
        ceiling=sometimes(0.2, whole, 1.5 * whole),
        frozen=rng.random() < 0.02,
        last_change=START - timedelta(hours=float(rng.uniform(0, 48))),
        price_a_day_ago=sometimes(0.7, 0.8 * whole, 1.2 * whole),
    )


def _breaks(offer: Offer, price: Decimal) -> bool:
    """Each rail in words of its own, not by `room`."""
    before = offer.price_a_day_ago if offer.price_a_day_ago is not None else offer.price
    assert offer.last_change is not None
    rules = (
        offer.frozen,
        offer.cost is None or price < offer.cost * Decimal("1.05"),
        abs(price - before) > before * Decimal("0.2"),
        START - offer.last_change < timedelta(hours=6),
        not offer.reference * Decimal(str(LOW)) <= price <= offer.reference * Decimal(str(HIGH)),
        offer.list_price is not None and price > offer.list_price,
        offer.competitor is not None and price > offer.competitor * Decimal("1.1"),
        offer.floor is not None and price < offer.floor,
        offer.ceiling is not None and price > offer.ceiling,
    )
    return any(rules)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 20), metavar=("FROM", "TO"))
    parser.add_argument("--decisions", type=int, default=1_000_000)
    options = parser.parse_args()
    print(__doc__)
    seeds = range(*options.seeds)
    policies: dict[str, Policy] = {
        "learned": learned,
        "fixed": fixed,
        "test then commit": test_then_commit,
    }
    print(f"share of the oracle's profit, mean of {len(seeds)} seeds: all visitors / last 1,000")
    late = PERIODS * 4 // 5
    means: dict[str, list[tuple[float, float]]] = {name: [] for name in policies}
    for family in FAMILIES:
        markets = [market(family, seed) for seed in seeds]
        row = []
        for name, policy in policies.items():
            pairs = []
            for one, seed in zip(markets, seeds, strict=True):
                ratios = policy(one, seed)
                pairs.append((share_of_oracle(one, ratios), share_of_oracle(one, ratios, late)))
            whole, end = np.mean(pairs, axis=0)
            means[name].append((float(whole), float(end)))
            row.append(f"{name} {whole:.3f} / {end:.3f} (sd {np.std(pairs, axis=0)[0]:.3f})")
        print(f"{family:12s} " + "; ".join(row), flush=True)
    for name, values in means.items():
        whole, end = np.mean(values, axis=0)
        print(f"mean of the families: {name} {whole:.3f} / {end:.3f}")
    if options.decisions:
        broken, changed = broken_rails(options.decisions, options.seeds[0])
        print(f"{options.decisions:,} random decisions, {changed:,} changes: {broken} rails broken")


if __name__ == "__main__":
    main()
