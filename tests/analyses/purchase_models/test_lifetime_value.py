"""Customer lifetime value and its intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.purchase_models import (
    PURCHASE_MODELS,
    Horizon,
    Interval,
    discounted_purchases,
    estimate_lifetime_values,
    gamma_gamma,
    pareto_nbd,
    summarise_purchases,
)
from portfolio_lib.analyses.purchase_models.valuation import value_customers
from portfolio_lib.errors import DataFault
from tests.analyses.purchase_models.customers import (
    SPEND_TRUTH,
    TRUTH,
    simulate,
    simulate_spend,
)

YEAR = Horizon(months=12, annual_discount_rate=0.10)


def _histories(model: str, n: int, *, seed: int) -> pd.DataFrame:
    customers = simulate(model, n, seed=seed)
    x, t_x, t = customers.histories
    return pd.DataFrame(
        {
            "purchases_repeat": x,
            "age_at_last_purchase": t_x,
            "age": t,
            "mean_value_repeat": simulate_spend(x, seed=seed + 1),
        },
        index=pd.Index([f"c{i:05d}" for i in range(n)], name="account_id"),
    )


HISTORIES = _histories("MBG/NBD", 1_200, seed=20)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_without_discount_the_months_add_up_to_the_expectation(name: str) -> None:
    model, history = PURCHASE_MODELS[name], simulate(name, 50, seed=1).histories
    horizon = Horizon(months=7, annual_discount_rate=0.0, unit_days=1.0)
    found = discounted_purchases(model, history, horizon=horizon, parameters=TRUTH[name])
    # 7 months of 365.25 ÷ 12 days.
    whole = model.expected_purchases(history, horizon=213.0625, parameters=TRUTH[name])
    assert found == pytest.approx(whole, rel=1e-10)


def test_each_month_is_discounted_from_its_end() -> None:
    # NBD buys at a steady rate, (r+x) ÷ (α+T) = 1 a day with r = α = 1 and x = T = 9, so 30.4375
    # purchases a month: at 21 % a year 12 months on one is worth 1 ÷ 1.21.
    model, one = PURCHASE_MODELS["NBD"], TRUTH["NBD"]._replace(r=1.0, alpha=1.0)
    history = np.array([9.0]), np.array([9.0]), np.array([9.0])
    found = [
        discounted_purchases(
            model, history, horizon=Horizon(months, 0.21, unit_days=1.0), parameters=one
        )[0]
        for months in (11, 12)
    ]
    assert found[1] - found[0] == pytest.approx(30.4375 / 1.21)


def test_a_long_horizon_comes_close_to_the_closed_form_for_ever() -> None:
    history, truth = simulate("Pareto/NBD", 200, seed=2).histories, TRUTH["Pareto/NBD"]
    rate = np.log(1.15) / (365.25 / 7)
    for_ever = pareto_nbd.discounted_residual_purchases(
        *history, discount_rate_per_unit=rate, parameters=truth
    )
    long = discounted_purchases(
        PURCHASE_MODELS["Pareto/NBD"], history, horizon=Horizon(1200, 0.15), parameters=truth
    )
    # Discounting from the end of the month takes half a month of interest: 1.15^(1/24) = 1.0058.
    assert for_ever == pytest.approx(long * 1.15 ** (1 / 24), rel=1e-3)


def test_lifetime_value_is_purchases_times_value_times_margin() -> None:
    found = estimate_lifetime_values(HISTORIES, model="MBG/NBD", horizon=YEAR, margin=0.4)
    customers = found.customers
    assert found.reason is None
    product = customers["discounted_purchases"] * customers["value_per_purchase"]
    assert customers["lifetime_value"].to_numpy() == pytest.approx(product.to_numpy())
    assert found.total == pytest.approx(product.sum())
    spend = gamma_gamma.fit(HISTORIES["purchases_repeat"], HISTORIES["mean_value_repeat"])
    p, q, gamma = spend.parameters
    once = customers[HISTORIES["purchases_repeat"] == 0]
    # One-time buyers have the mean over customers, and stay in the purchase model.
    assert once["value_per_purchase"].to_numpy() == pytest.approx(0.4 * p * gamma / (q - 1))
    assert (once["discounted_purchases"] > 0).all()


def test_intervals_hold_the_estimate_and_the_true_total() -> None:
    found = estimate_lifetime_values(HISTORIES, model="MBG/NBD", horizon=YEAR)
    customers = found.customers
    assert (customers["lower"] < customers["lifetime_value"]).all()
    assert (customers["lifetime_value"] < customers["upper"]).all()
    valuation = value_customers(
        HISTORIES, model=PURCHASE_MODELS["MBG/NBD"], horizon=YEAR, margin=1.0
    )
    truth = valuation.values(TRUTH["MBG/NBD"], SPEND_TRUTH)
    assert found.total_interval[0] < truth.sum() < found.total_interval[1]
    inside = (customers["lower"] < truth) & (truth < customers["upper"])
    assert inside.mean() > 0.5


def test_the_bootstrap_and_the_delta_method_agree_on_the_width() -> None:
    widths = []
    for interval in (Interval("delta"), Interval("bootstrap", draws=60, seed=7)):
        found = estimate_lifetime_values(
            HISTORIES, model="MBG/NBD", horizon=YEAR, interval=interval
        )
        assert found.draws_without_value == 0
        widths.append(np.log(found.total_interval[1] / found.total_interval[0]))
    assert widths[1] == pytest.approx(widths[0], rel=0.4)


def test_the_same_seed_and_shuffled_customers_give_the_same_bytes() -> None:
    histories = HISTORIES.iloc[:400]
    shuffled = histories.sample(frac=1.0, random_state=1)
    interval = Interval("bootstrap", draws=5, seed=3)
    first, second = (
        estimate_lifetime_values(frame, model="MBG/NBD", horizon=YEAR, interval=interval)
        for frame in (histories, shuffled)
    )
    pd.testing.assert_frame_equal(first.customers, second.customers, check_exact=True)
    assert (first.total, first.total_interval) == (second.total, second.total_interval)
    other = Interval("bootstrap", draws=5, seed=4)
    third = estimate_lifetime_values(histories, model="MBG/NBD", horizon=YEAR, interval=other)
    assert third.total_interval != first.total_interval


def test_a_repeat_customer_without_usable_spend_has_no_value_and_is_counted() -> None:
    histories = HISTORIES.copy()
    account = histories.index[histories["purchases_repeat"] > 0][0]
    histories.loc[account, "mean_value_repeat"] = -5.0
    found = estimate_lifetime_values(histories, model="BG/NBD", horizon=YEAR)
    assert found.without_value == 1
    assert np.isnan(found.customers.loc[account, "lifetime_value"])
    assert found.total == pytest.approx(found.customers["lifetime_value"].sum())


def test_a_model_at_its_boundary_gives_a_reason_and_no_values() -> None:
    steady = _histories("NBD", 1_000, seed=30)
    found = estimate_lifetime_values(steady, model="Pareto/NBD", horizon=YEAR)
    assert "Drop-out is not identified" in found.reason
    assert found.customers.empty
    assert (found.total, found.total_interval) == (None, None)


@pytest.mark.real_data
def test_on_online_retail_bgnbd_gives_a_reason_and_nbd_a_value(online_retail: pd.DataFrame) -> None:
    histories = summarise_purchases(online_retail, as_of="2011-08-31")
    refused = estimate_lifetime_values(histories, model="BG/NBD", horizon=YEAR)
    assert "BG/NBD collapses to NBD" in refused.reason
    steady = estimate_lifetime_values(histories, model="NBD", horizon=YEAR)
    assert steady.reason is None or "mean is not finite" in steady.reason


@pytest.mark.parametrize(
    "bad",
    [
        {"months": 0, "annual_discount_rate": 0.1},
        {"months": 12, "annual_discount_rate": -0.1},
        {"months": 12, "annual_discount_rate": 0.1, "unit_days": 0.0},
    ],
)
def test_an_impossible_horizon_is_refused(bad: dict) -> None:
    with pytest.raises(DataFault, match="expected 1 or more months"):
        Horizon(**bad)


def test_an_unknown_model_and_a_missing_column_are_refused() -> None:
    with pytest.raises(DataFault, match="expected one of NBD, BG/NBD, MBG/NBD, Pareto/NBD"):
        estimate_lifetime_values(HISTORIES, model="bgnbd", horizon=YEAR)
    with pytest.raises(DataFault, match="no column mean_value_repeat"):
        estimate_lifetime_values(
            HISTORIES.drop(columns="mean_value_repeat"), model="BG/NBD", horizon=YEAR
        )


def test_every_account_may_have_its_own_margin_and_a_loss_has_its_ends_below_nothing() -> None:
    plain = estimate_lifetime_values(HISTORIES, model="MBG/NBD", horizon=YEAR)
    shares = pd.Series(0.4, index=HISTORIES.index)
    shares.iloc[7], shares.iloc[9] = -0.2, 0.0
    own = estimate_lifetime_values(
        HISTORIES, model="MBG/NBD", horizon=YEAR, margin=shares.sample(frac=1, random_state=1)
    )
    sold = plain.customers["lifetime_value"]
    assert own.customers["lifetime_value"].to_numpy() == pytest.approx((sold * shares).to_numpy())
    assert own.customers["spend_per_purchase"].equals(plain.customers["spend_per_purchase"])
    loss, nothing = own.customers.iloc[7], own.customers.iloc[9]
    assert loss["lower"] < loss["lifetime_value"] < loss["upper"] < 0
    assert nothing["lower"] == nothing["upper"] == 0
    assert own.total_interval is not None
    assert own.total_interval[0] < own.total < own.total_interval[1]


def test_an_account_without_a_margin_is_refused() -> None:
    shares = pd.Series(0.4, index=HISTORIES.index[1:])
    with pytest.raises(DataFault, match="1 accounts have none \\(first c00000\\)"):
        estimate_lifetime_values(HISTORIES, model="MBG/NBD", horizon=YEAR, margin=shares)
