"""Ranges that a month was expected in: they hold as often as they say, and look back alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents

from portfolio_lib.analyses.expected_ranges import Rule, expected_after, judge_months

DAYS = [31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30, 31] * 5
SEASON = np.array([4.0, -2, 7, 1, -6, 3, 0, -1, -9, 5, 2, -4])


def drawn(
    rng: np.random.Generator, months: int, *, noise: float, drift: float, seed_level: float = 10.0
) -> list[float]:
    """Trend, season, a drifting level and noise, in logarithms of revenue per day."""
    season = rng.normal(0, 0.15, 12)
    trend = rng.normal(0, 0.01) * np.arange(months)
    level = np.cumsum(rng.normal(0, drift * noise, months))
    logs = seed_level + trend + level + np.tile(season, 6)[:months] + rng.normal(0, noise, months)
    return [float(value) for value in np.exp(logs) * np.array(DAYS[:months])]


def test_a_straight_line_with_seasons_is_foreseen_exactly() -> None:
    # Revenue per day is 100 + 2 a month + its season; nothing else moves.
    per_day = 100 + 2.0 * np.arange(40) + np.tile(SEASON, 4)[:40]
    revenue = list(per_day * np.array(DAYS[:40]))
    for one in judge_months(revenue, DAYS[:40], 36, Rule(0.01)):
        assert one.expected == pytest.approx(revenue[one.place], rel=1e-6)
        assert one.side == "within"


def test_a_fall_rings_as_long_as_it_lasts_and_is_not_taken_for_normal() -> None:
    rng = np.random.default_rng(5)
    revenue = drawn(rng, 42, noise=0.04, drift=0.2)
    revenue[37:] = [0.6 * value for value in revenue[37:]]
    judged = judge_months(revenue, DAYS[:42], 34, Rule(0.01))
    assert [one.side for one in judged] == ["within"] * 3 + ["below"] * 5
    assert judged[-1].expected == pytest.approx(revenue[-1] / 0.6, rel=0.25)


def test_a_month_within_the_least_gap_never_rings() -> None:
    per_day = 100 + np.tile(SEASON, 4)[:40]
    revenue = list(per_day * np.array(DAYS[:40]))
    revenue[-1] *= 0.96
    assert judge_months(revenue, DAYS[:40], 39, Rule(0.01))[0].side == "below"
    assert judge_months(revenue, DAYS[:40], 39, Rule(0.01, least_gap=0.05))[0].side == "within"


def test_a_rise_rings_only_where_it_is_watched() -> None:
    revenue = drawn(np.random.default_rng(3), 40, noise=0.04, drift=0.0)
    revenue[-1] *= 2
    assert judge_months(revenue, DAYS[:40], 39, Rule(0.01))[0].side == "within"
    assert judge_months(revenue, DAYS[:40], 39, Rule(0.005, 0.005))[0].side == "above"


def test_later_months_change_nothing() -> None:
    revenue = drawn(np.random.default_rng(8), 44, noise=0.1, drift=0.3)
    early = judge_months(revenue[:40], DAYS[:40], 36, Rule(0.05))
    later = judge_months([*revenue[:40], 0.0, 9e9, -5.0, 1.0], DAYS[:44], 36, Rule(0.05))
    assert later[:4] == early


@pytest.mark.parametrize("values", [[0.0] * 40, [5.0] * 40, [0.0] * 39 + [7.0], [-1.0, 2.0] * 20])
def test_whatever_the_months_bring_is_judged_in_numbers(values: list[float]) -> None:
    for one in judge_months(values, DAYS[:40], 30, Rule(0.01, 0.01)):
        assert all(math.isfinite(end) for end in (one.expected, one.low, one.high))
    assert all(math.isfinite(value) for value in expected_after(values, DAYS[:40], 30, 4))


def test_a_series_that_stops_rings() -> None:
    revenue = [*drawn(np.random.default_rng(2), 38, noise=0.1, drift=0.2), 0.0, 0.0]
    assert [one.side for one in judge_months(revenue, DAYS[:40], 38, Rule(0.01))] == ["below"] * 2


def test_too_few_months_are_refused() -> None:
    with pytest.raises(ValueError, match="15 months cannot tell a season; give at least 16"):
        judge_months([1.0] * 20, DAYS[:20], 15, Rule(0.01))


def test_the_forecast_is_the_one_of_the_library_at_the_same_variances() -> None:
    # The drift is weighed; where all weight lies on none, its forecast must be the library's own.
    rng = np.random.default_rng(11)
    per_day = 100 + np.tile(SEASON, 4)[:40] + rng.normal(0, 1, 40)
    model = UnobservedComponents(
        per_day[:39], level="lldtrend", seasonal=12, stochastic_seasonal=False,
        use_exact_diffuse=True,
    )  # fmt: skip
    ends = [model.smooth([1.0, drift]).forecast(1)[0] for drift in (0.0, 10.0)]
    revenue = list(per_day * np.array(DAYS[:40]))
    expected = expected_after(revenue, DAYS[:40], 39, 1)[0] / DAYS[39]
    # Logarithms may be likelier; either way the mean lies where the ends of the drifts lie.
    assert min(ends) - 1 < expected < max(ends) + 1


@pytest.mark.parametrize(("months", "chance"), [(30, 0.03), (48, 0.03)])
def test_false_alarms_come_as_often_as_they_say(months: int, chance: float) -> None:
    # Series × months draws with the chance each: calls stay below the 99.9 % point of the binomial.
    rng = np.random.default_rng(months)
    series, judged = 50, 3
    calls = 0
    for _ in range(series):
        noise = float(rng.choice([0.03, 0.1, 0.2]))
        revenue = drawn(rng, months, noise=noise, drift=float(rng.choice([0, 0.2, 0.5, 1])))
        found = judge_months(revenue, DAYS[:months], months - judged, Rule(chance))
        out = [one.side == "below" for one in found]
        calls += sum(
            now and not before for before, now in zip([False, *out[:-1]], out, strict=True)
        )
    # At least one is seen: a range that never rings would be no range.
    assert 1 <= calls <= stats.binom.ppf(0.999, series * judged, chance)
