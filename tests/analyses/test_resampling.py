"""Intervals of ratios: by hand, against their promise, always, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.resampling import (
    Ratios,
    difference_intervals,
    draws_for,
    ratio_intervals,
)
from tests.analyses.coverage import coverage


def column(values: list[float]) -> np.ndarray:
    return np.array(values, dtype="float64").reshape(-1, 1)


BEFORE = column([100, 80, 60, 50, 40, 30, 20, 10, 90, 70])
AFTER = column([110, 72, 60, 0, 48, 15, 26, 10, 99, 63])


def interval(before: np.ndarray, after: np.ndarray, seed: int = 1) -> tuple[float, float] | None:
    return ratio_intervals(Ratios(after, before), level=0.9, resamples=500, seed=seed)[0]


def test_a_ratio_is_what_comes_out_over_what_went_in() -> None:
    assert Ratios(AFTER, BEFORE).values[0] == pytest.approx(503 / 550)


def test_an_interval_is_symmetric_about_its_ratio() -> None:
    found = interval(BEFORE, AFTER)
    assert found is not None
    assert sum(found) / 2 == pytest.approx(503 / 550)
    assert 0 < found[0] < found[1]


def test_the_same_seed_gives_the_same_interval_and_another_a_near_one() -> None:
    first, again, other = (interval(BEFORE, AFTER, seed) for seed in (1, 1, 2))
    assert first == again
    assert first is not None
    assert other is not None
    assert first != other
    assert other == pytest.approx(first, abs=0.05)


def test_more_accounts_of_the_same_kind_give_a_shorter_interval() -> None:
    few, many = interval(BEFORE, AFTER), interval(np.tile(BEFORE, (16, 1)), np.tile(AFTER, (16, 1)))
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < 0.4 * (few[1] - few[0])  # sixteen times as many: about a quarter


def test_with_fewer_than_five_that_moved_there_is_no_interval() -> None:
    after = BEFORE.copy()
    after[:4] *= 0.5
    assert interval(BEFORE, after) is None
    after[4] = 0
    assert interval(BEFORE, after) is not None


def test_nothing_under_the_line_has_no_interval_beside_one_that_has() -> None:
    both = Ratios(np.hstack([AFTER, AFTER]), np.hstack([0 * BEFORE, BEFORE]))
    first, second = ratio_intervals(both, level=0.9, resamples=300, seed=1)
    assert first is None
    assert second is not None


def test_a_ratio_less_itself_is_nothing_whoever_is_drawn() -> None:
    twice = Ratios(np.hstack([AFTER, AFTER]), np.hstack([BEFORE, BEFORE]))
    found = difference_intervals(twice, [(0, 1)], level=0.9, resamples=300, seed=1)[0]
    assert found == pytest.approx((0.0, 0.0), abs=1e-9)


def test_a_difference_knows_that_its_ratios_share_accounts() -> None:
    # The second ratio is the first plus a tenth for everyone: the difference is sure.
    shifted = Ratios(np.hstack([AFTER, AFTER + 0.1 * BEFORE]), np.hstack([BEFORE, BEFORE]))
    found = difference_intervals(shifted, [(1, 0)], level=0.9, resamples=300, seed=1)[0]
    assert found == pytest.approx((0.1, 0.1), abs=1e-9)


def test_very_many_accounts_are_drawn_less_often() -> None:
    assert [draws_for(n, 1000) for n in (0, 50_000, 100_000, 10_000_000)] == [1000, 1000, 500, 200]


def pence(whole: int) -> float:
    return whole / 100


def tenths(whole: int) -> float:
    return whole / 10


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**9).map(pence), st.integers(0, 30).map(tenths)),
        min_size=1,
        max_size=30,
    )
)
def test_an_interval_is_absent_or_holds_its_ratio(accounts: list[tuple[float, float]]) -> None:
    before = column([size for size, _ in accounts])
    after = column([size * factor for size, factor in accounts])
    found = ratio_intervals(Ratios(after, before), level=0.9, resamples=200, seed=3)[0]
    if found is not None:
        value = float(Ratios(after, before).values[0])
        assert np.isfinite(found).all()
        assert 0 <= found[0] <= value + 1e-9
        assert value <= found[1] + 1e-9


def test_intervals_at_90_per_cent_hold_the_truth_about_as_often() -> None:
    """Eighty accounts of very different size, 250 portfolios: see the benchmark for more."""
    found = coverage(accounts=80, spread=0.8, portfolios=250, resamples=300, seed=5)
    # With 250 portfolios a true 90 % comes out within 0.9 ± 0.056 in 997 of 1,000.
    assert 0.845 <= found["nrr"] <= 0.955
    assert 0.845 <= found["grr"] <= 0.955
