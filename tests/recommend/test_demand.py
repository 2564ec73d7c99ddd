"""What is believed of demand follows what sold, and never rises with the price."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.recommend.pricing.demand import DemandModel

GRID = [0.8, 0.9, 1.0, 1.1, 1.2]


def test_belief_comes_to_what_sold() -> None:
    model = DemandModel(GRID)
    shares = [0.5, 0.42, 0.3, 0.2, 0.12]
    for _ in range(20):
        for place, share in enumerate(shares):
            model.observe(place, 100, round(100 * share), periods=0.2)
    assert model.expected() == pytest.approx(shares, abs=0.03)
    assert model.elasticity(2) < -2


def test_a_sale_at_one_price_says_something_about_its_neighbour_and_less_about_others() -> None:
    model = DemandModel(GRID)
    before = model.expected()
    model.observe(2, 200, 120)
    risen = model.expected() - before
    assert (risen > 0).all()
    assert risen[2] > risen[4]


def test_a_shift_of_the_season_is_followed() -> None:
    model = DemandModel(GRID)
    for _ in range(40):
        model.observe(2, 50, 20)
    for _ in range(15):
        model.observe(2, 50, 5)
    assert model.expected()[2] == pytest.approx(0.1, abs=0.06)


def test_samples_narrow_with_sales() -> None:
    fresh, taught = DemandModel(GRID), DemandModel(GRID)
    for _ in range(50):
        taught.observe(2, 100, 30, periods=0.02)
    spread = [
        np.std([model.sample(np.random.default_rng(seed), 1.0)[2] for seed in range(60)])
        for model in (fresh, taught)
    ]
    assert spread[1] < spread[0] / 3


def test_belief_is_kept_as_json_and_taken_up_again() -> None:
    model = DemandModel(GRID)
    model.observe(1, 30, 12)
    again = DemandModel.load(model.dump())
    rng = np.random.default_rng
    assert again.sample(rng(3)).tolist() == model.sample(rng(3)).tolist()


def test_impossible_counts_and_grids_are_refused() -> None:
    with pytest.raises(ValueError, match="5 sales of 3 visitors"):
        DemandModel(GRID).observe(0, 3, 5)
    for grid in ([1.0], [1.0, 0.9], [0.0, 1.0]):
        with pytest.raises(ValueError, match="rising"):
            DemandModel(grid)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=12
    ),
    st.integers(0, 1000),
)
def test_whatever_sold_samples_are_shares_that_fall(
    seen: list[tuple[int, int, float]], seed: int
) -> None:
    model = DemandModel(GRID)
    for place, visitors, share in seen:
        model.observe(place, visitors, int(visitors * share))
    drawn = model.sample(np.random.default_rng(seed), 1.0)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert (np.diff(drawn) <= 1e-12).all()
    assert model.trust.sum() == pytest.approx(1)
