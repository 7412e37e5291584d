"""Lifetime value by contracts: by hand, notice, losses, and how often intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.contract_value import (
    ContractValues,
    Discounting,
    certain_years,
    contract_values,
    years_ahead,
)
from portfolio_lib.analyses.purchase_models.contractual import (
    ContractLifetimes,
    lifetimes_from_customers,
)
from portfolio_lib.analyses.stays import SAME_RATE, StayCurve, draw_curve
from tests.analyses.stay_coverage import coverage

PLAIN = Discounting(2, 0.0)
YEAR = Discounting(12, 0.21)


def ahead(**columns: list[float]) -> pd.DataFrame:
    count = len(columns["age"])
    usual = {"months_left": [np.nan] * count, "yearly_revenue": [1200.0] * count}
    return pd.DataFrame({**usual, "yearly_margin": [600.0] * count, **columns})


def group(kept: int = 3, lost: int = 10, there: int = 30) -> ContractLifetimes:
    return lifetimes_from_customers(
        [kept] * lost + [kept + 6] * there, [True] * lost + [False] * there
    )


def valued(accounts: pd.DataFrame, months: int = 36, draws: int = 100) -> ContractValues:
    lifetimes = group()
    curve = draw_curve(SAME_RATE, lifetimes, ages=80)
    return contract_values(
        accounts, curve, lifetimes, discounting=Discounting(months, 0.1), level=0.9, draws=draws,
        seed=1,
    )  # fmt: skip


def test_years_ahead_by_hand() -> None:
    # S = 1, 0.8, 0.4, 0.2: two months from age 0 are (0.8 + 0.4) ÷ 12, from 1 (0.5 + 0.25) ÷ 12.
    survival = np.array([1.0, 0.8, 0.4, 0.2])
    found = years_ahead(survival, np.array([0, 1]), PLAIN)
    assert found == pytest.approx([1.2 / 12, 0.75 / 12])


def test_each_month_is_discounted_from_its_end() -> None:
    # Nobody leaves; at 21 % a year month 12 is worth a twelfth ÷ 1.21, month 6 a twelfth ÷ 1.1.
    weights = YEAR.monthly * 12
    assert (weights[11], weights[5]) == pytest.approx((1 / 1.21, 1 / 1.1))
    assert years_ahead(np.ones(20), np.array([3]), YEAR)[0] == pytest.approx(weights.sum() / 12)


def test_who_has_given_notice_stays_for_certain_until_the_end_and_no_longer() -> None:
    assert certain_years(np.array([0.0, 1.0, 2.0, 9.0]), PLAIN) * 12 == pytest.approx([0, 1, 2, 2])
    found = valued(ahead(age=[5.0, 5.0], months_left=[4.0, 14.0])).accounts
    assert found["stays_12m"].tolist() == [0.0, 1.0]
    assert found["expected_margin"].tolist() == found["expected_margin_lower"].tolist()


def test_value_is_years_times_what_is_left_a_year() -> None:
    found = valued(ahead(age=[0.0, 7.0], yearly_margin=[600.0, np.nan])).accounts
    years = found["expected_revenue"] / 1200
    assert found["expected_margin"].iloc[0] == pytest.approx(600 * years.iloc[0])
    assert np.isnan(found["expected_margin"].iloc[1])
    assert years.iloc[0] == pytest.approx(years.iloc[1])  # at one rate for all, age says nothing


def test_what_a_client_costs_beyond_what_it_brings_has_its_ends_in_order() -> None:
    found = valued(ahead(age=[0.0], yearly_margin=[-100.0])).accounts.iloc[0]
    assert found["expected_margin_lower"] < found["expected_margin"] < 0
    assert found["expected_margin"] < found["expected_margin_upper"] < 0


def test_the_interval_of_the_sum_is_made_of_the_same_draws_and_holds_the_sum() -> None:
    found = valued(ahead(age=[0.0, 5.0, 9.0], months_left=[np.nan, np.nan, 3.0]))
    assert found.margin_interval is not None
    low, high = found.margin_interval
    rows = found.accounts
    assert low < rows["expected_margin"].sum() < high
    # At one rate for all clients move as one, so the ends of the sum are the sums of the ends.
    assert low == pytest.approx(rows["expected_margin_lower"].sum(), rel=1e-6)
    assert found.method == "90%, logit scale, bootstrap over clients, 100 draws, seed 1"


def test_a_longer_horizon_and_a_lower_rate_are_worth_more() -> None:
    curve = 0.98 ** np.arange(100)
    worth = [
        years_ahead(curve, np.array([2]), Discounting(months, rate))[0]
        for months, rate in ((12, 0.1), (36, 0.1), (36, 0.0))
    ]
    assert worth == sorted(worth)
    assert worth[2] < 3


def test_without_a_loss_in_the_draws_there_is_no_interval() -> None:
    lifetimes = group(lost=1, there=2)
    curve = StayCurve(SAME_RATE, np.linspace(1, 0.5, 60))
    found = contract_values(
        ahead(age=[3.0]), curve, lifetimes, discounting=PLAIN, level=0.9, draws=100, seed=1
    )
    assert found.margin_interval is None
    assert np.isnan(found.accounts["expected_margin_lower"].iloc[0])


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    # 90 % by its name; chance moves the share of 80 units by 6.7 points, two standard errors.
    found = coverage(SAME_RATE, clients=200, units=80, draws=100, seed=11)
    assert 0.82 <= found <= 0.97
