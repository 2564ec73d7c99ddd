"""Assignment that stays, interleaving that is fair, and estimates that are right on average."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.recommend.experiments.assign import arm_of, interleave
from assistant.recommend.experiments.ope import Log, cross_fitted, doubly_robust, ips, snips

SHARES = {"control": 0.5, "warm": 0.3, "bold": 0.2}


def test_assignment_stays_and_keeps_the_shares() -> None:
    arms = Counter(arm_of("taste", f"customer-{n}", SHARES) for n in range(6000))
    assert {arm: count / 6000 for arm, count in arms.items()} == pytest.approx(SHARES, abs=0.02)
    assert arm_of("taste", "mia", SHARES) == arm_of("taste", "mia", SHARES)


def test_experiments_are_assigned_apart_from_each_other() -> None:
    half = {"a": 0.5, "b": 0.5}
    both = Counter(
        (arm_of("one", f"c{n}", half), arm_of("two", f"c{n}", half)) for n in range(4000)
    )
    assert all(900 < count < 1100 for count in both.values())


@given(
    st.lists(st.integers(0, 30), unique=True, max_size=12),
    st.lists(st.integers(0, 30), unique=True, max_size=12),
    st.integers(1, 12),
    st.integers(0, 999),
)
def test_interleaving_keeps_each_lists_order_and_repeats_nothing(
    first: list[int], second: list[int], limit: int, seed: int
) -> None:
    mixed = interleave(first, second, limit, np.random.default_rng(seed))
    items = [item for item, _ in mixed]
    assert len(set(items)) == len(items) == min(limit, len(set(first) | set(second)))
    for team, source in enumerate((first, second)):
        mine = [item for item, drafted in mixed if drafted == team]
        assert mine == sorted(mine, key=source.index)
    if first and second and limit > 1 and len(set(first) | set(second)) > 1:
        teams = Counter(team for _, team in mixed[:2])
        assert (
            len(mixed) < 2
            or len(teams) == 2
            or not (set(first) - {items[0]})
            or not (set(second) - {items[0]})
        )


def world(seed: int, rows: int = 4000) -> tuple[Log, np.ndarray, np.ndarray, float]:
    """(log of an uneven policy, features, another policy, that policy's true value)."""
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((rows, 2))
    chances = 1 / (1 + np.exp(-(features @ rng.standard_normal((2, 3)) * 0.5 - 1)))
    behaviour = np.exp(features @ rng.standard_normal((2, 3)) * 0.5)
    behaviour /= behaviour.sum(axis=1, keepdims=True)
    actions = np.array([rng.choice(3, p=row) for row in behaviour])
    rewards = (rng.random(rows) < chances[np.arange(rows), actions]).astype(float)
    target = np.full((rows, 3), 0.1)
    target[np.arange(rows), chances.argmax(axis=1)] = 0.8
    log = Log(actions, rewards, behaviour[np.arange(rows), actions], np.arange(rows))
    return log, features, target, float((target * chances).sum(axis=1).mean())


def test_estimates_hold_the_true_value_as_often_as_they_say() -> None:
    inside: Counter[str] = Counter()
    errors: dict[str, list[float]] = {"ips": [], "snips": [], "dr": []}
    for seed in range(40):
        log, features, target, truth = world(seed, 1500)
        found = {
            "ips": ips(log, target),
            "snips": snips(log, target),
            "dr": doubly_robust(log, target, cross_fitted(log, features, 3)),
        }
        for name, estimate in found.items():
            inside[name] += estimate.low <= truth <= estimate.high
            errors[name].append(estimate.value - truth)
    for name, missed in errors.items():
        assert inside[name] >= 34, name
        assert abs(np.mean(missed)) < 0.015, name
    assert np.std(errors["dr"]) <= np.std(errors["ips"])


def test_the_logging_policy_itself_is_worth_its_average() -> None:
    log, *_ = world(1)
    same = np.zeros((len(log.actions), 3))
    same[np.arange(len(log.actions)), log.actions] = log.propensities
    assert ips(log, same).value == pytest.approx(log.rewards.mean())
    assert snips(log, same).value == pytest.approx(log.rewards.mean())


def test_decisions_of_one_person_widen_the_interval() -> None:
    log, _, target, _ = world(2)
    rewards = np.repeat(log.rewards[::10], 10)
    apart = Log(log.actions, rewards, log.propensities, log.groups)
    together = Log(log.actions, rewards, log.propensities, log.groups // 10)
    one, other = snips(apart, target), snips(together, target)
    assert one.value == other.value
    assert other.high - other.low > one.high - one.low


def test_a_decision_without_a_propensity_is_refused() -> None:
    none = np.zeros(1)
    with pytest.raises(ValueError, match="log it with each decision"):
        Log(np.zeros(1, np.int64), none, none, np.zeros(1, np.int64))
