"""What comes next in a visit follows how the shop's own visits go."""

from __future__ import annotations

import numpy as np

from assistant.recommend.visits import TRACE, Visits, VisitSettings, index_visits

HOW = VisitSettings()


def visits(*walks: list[int], products: int = 30) -> Visits:
    number = np.repeat(np.arange(len(walks)), [len(walk) for walk in walks])
    items = np.concatenate([np.array(walk) for walk in walks])
    return index_visits(number, items, np.arange(len(items)) / 24, products, len(items) / 24)


def test_where_nobody_stays_on_a_product_it_is_not_foretold() -> None:
    past = visits(*([[1, 2, 3], [1, 2, 4], [5, 1, 2]] * 5))
    assert (past.stays, past.returns) == (0.0, 0.0)
    scores = past.scores(np.array([5, 1]), HOW)
    assert int(np.argmax(scores)) == 2
    assert max(scores[1], scores[5]) < TRACE


def test_where_shoppers_stay_on_a_product_it_comes_first() -> None:
    past = visits(*([[1, 1, 1, 2], [1, 1, 3], [4, 4, 1]] * 5))
    assert past.stays > 0.5
    assert int(np.argmax(past.scores(np.array([4, 1]), HOW))) == 1


def test_where_shoppers_go_back_what_was_before_is_foretold() -> None:
    past = visits(*([[1, 2, 1, 3, 1], [2, 1, 2, 4, 2]] * 5))
    assert past.returns > 0.3
    scores = past.scores(np.array([1, 2]), HOW)
    assert scores[1] > scores[4]


def test_of_little_seen_together_what_is_looked_at_most_follows_below() -> None:
    past = visits([1, 2], [3, 4], [3, 5], [3, 6])
    scores = past.scores(np.array([1]), HOW)
    assert scores[2] > TRACE > scores[3] > scores[4] > 0
