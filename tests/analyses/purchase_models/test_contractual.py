"""How long contracts last: sBG and BdW."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from portfolio_lib.analyses.purchase_models.contractual import (
    BdwParameters,
    SbgParameters,
    discounted_residual_lifetime,
    fit_bdw,
    fit_sbg,
    lifetimes_from_customers,
    lifetimes_from_survivors,
    loglikelihood,
    pool_lifetimes,
    retention_rate,
    survival,
)
from portfolio_lib.errors import DataFault
from tests.analyses.purchase_models.customers import simulate_contracts

# Fader and Hardie (2007), table 1: survivors of 1,000 customers, years 0 to 12. The first eight
# counts calibrate, the last five are held out.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
HELD_OUT_YEARS = np.arange(8, 13)

parameter = st.floats(np.log(0.05), np.log(50)).map(np.exp)
duration = st.floats(0.2, 3.0)


def test_sbg_by_hand() -> None:
    # α = β = 1: S(t) = 1 ÷ (1 + t), so r(1) = 1/2 and r(2) = (1/3) ÷ (1/2) = 2/3.
    even = SbgParameters(1.0, 1.0)
    assert survival([0, 1, 2, 4], parameters=even) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 5])
    assert retention_rate([1, 2], parameters=even) == pytest.approx([1 / 2, 2 / 3])
    # 10 start, 5 are lost at the first renewal, 2 at the second, 3 stay: P(1) = 1/2,
    # P(2) = 1/2 − 1/3 = 1/6, S(2) = 1/3.
    found = loglikelihood(lifetimes_from_survivors([10, 5, 3]), parameters=even)
    assert found == pytest.approx(5 * np.log(1 / 2) + 2 * np.log(1 / 6) + 3 * np.log(1 / 3))


def test_discounted_residual_lifetime_by_hand() -> None:
    # α = β = 1, two renewals ahead, 10 %: 1/2 + (1/3) ÷ 1.1; after one renewal kept:
    # S(2) ÷ S(1) + S(3) ÷ S(1) ÷ 1.1 = 2/3 + 1/2 ÷ 1.1.
    found = discounted_residual_lifetime(
        [0, 1],
        discount_rate_per_period=0.1,
        parameters=SbgParameters(1.0, 1.0),
        horizon_periods=2,
    )
    assert found == pytest.approx([1 / 2 + 1 / 3.3, 2 / 3 + 1 / 2.2])


@pytest.mark.parametrize(
    ("survivors", "published", "likelihood"),
    [(HIGH_END, (0.668, 3.806), -1611.158), (REGULAR, (0.704, 1.182), -1680.265)],
)
def test_sbg_is_the_published_fit(
    survivors: list[int], published: tuple[float, float], likelihood: float
) -> None:
    # Fader and Hardie (2007).
    found = fit_sbg(lifetimes_from_survivors(survivors[:8]))
    assert found.parameters.alpha == pytest.approx(published[0], abs=1e-3)
    assert found.parameters.beta == pytest.approx(published[1], abs=5e-3)
    assert found.loglikelihood == pytest.approx(likelihood, abs=1e-3)
    assert (found.n, found.usable) == (1000, True)


def test_sbg_projects_the_published_survival_of_the_high_end() -> None:
    # Fader and Hardie (2007): projected years 8 to 12.
    found = fit_sbg(lifetimes_from_survivors(HIGH_END[:8])).parameters
    projected = survival(HELD_OUT_YEARS, parameters=found)
    assert projected == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=1e-3)


@pytest.mark.parametrize(
    ("survivors", "published"),
    [(HIGH_END, (0.2143, 1.4266, 1.7236)), (REGULAR, (0.4556, 0.7793, 1.2835))],
)
def test_bdw_is_the_published_fit(
    survivors: list[int], published: tuple[float, float, float]
) -> None:
    # Fader, Hardie, Liu, Davin and Steenburgh (2018).
    found = fit_bdw(lifetimes_from_survivors(survivors[:8]))
    assert found.parameters == pytest.approx(published, abs=1e-3)
    assert found.usable


def test_bdw_halves_the_held_out_error_of_sbg_on_the_high_end() -> None:
    cohort = lifetimes_from_survivors(HIGH_END[:8])
    actual = np.array(HIGH_END[8:]) / 1000
    errors = [
        np.abs(survival(HELD_OUT_YEARS, parameters=fit(cohort).parameters) - actual).mean()
        for fit in (fit_sbg, fit_bdw)
    ]
    assert errors[1] < 0.5 * errors[0]


def test_the_regular_segment_in_the_public_folder_is_the_table_of_the_paper() -> None:
    cohort = lifetimes_from_survivors(REGULAR)
    assert cohort.customers.tolist()[:3] == [369, 163, 86]
    assert cohort.customers.sum() == 1000


def test_one_row_per_customer_gives_the_same_fit_as_the_table() -> None:
    lost_after = np.repeat(np.arange(7), -np.diff(HIGH_END[:8]))
    kept = np.append(lost_after, np.full(HIGH_END[7], 7))
    lost = np.append(np.ones(len(lost_after), dtype=bool), np.zeros(HIGH_END[7], dtype=bool))
    by_row = fit_sbg(lifetimes_from_customers(kept, lost))
    table = fit_sbg(lifetimes_from_survivors(HIGH_END[:8]))
    assert by_row.parameters == pytest.approx(table.parameters, rel=1e-6)


def test_cohorts_of_different_ages_are_pooled() -> None:
    cohorts = [lifetimes_from_survivors(HIGH_END[:length]) for length in (8, 5, 3)]
    pooled, parameters = pool_lifetimes(cohorts), SbgParameters(0.7, 3.5)
    assert pooled.n == 3000
    alone = [loglikelihood(cohort, parameters=parameters) for cohort in cohorts]
    assert loglikelihood(pooled, parameters=parameters) == pytest.approx(sum(alone))
    once, twice = fit_sbg(cohorts[0]), fit_sbg(pool_lifetimes([cohorts[0]] * 2))
    assert list(twice.parameters) == pytest.approx(list(once.parameters), rel=1e-6)
    # Twice the customers, errors smaller by the root of two.
    assert twice.standard_errors.alpha == pytest.approx(once.standard_errors.alpha / np.sqrt(2))


@settings(deadline=None)
@given(parameter, parameter, st.floats(0.01, 1.0), st.integers(0, 20))
def test_residual_lifetime_is_the_published_closed_form(alpha, beta, rate, kept) -> None:
    # Fader and Hardie (2010): r(n) × ₂F₁(1, β+n; α+β+n; 1 ÷ (1+d)), n = renewals kept + 1.
    parameters, n = SbgParameters(alpha, beta), kept + 1
    closed = (beta + n - 1) / (alpha + beta + n - 1)
    closed *= special.hyp2f1(1, beta + n, alpha + beta + n, 1 / (1 + rate))
    found = discounted_residual_lifetime(
        [kept], discount_rate_per_period=rate, parameters=parameters
    )
    assert found == pytest.approx([closed], rel=1e-7)


@settings(deadline=None)
@given(parameter, parameter, duration)
def test_survival_falls_from_1_towards_0_and_is_the_product_of_retention(alpha, beta, c) -> None:
    parameters = BdwParameters(alpha, beta, c)
    curve = survival(np.arange(40), parameters=parameters)
    rates = retention_rate(np.arange(1, 40), parameters=parameters)
    assert curve[0] == 1
    assert ((curve >= 0) & (curve <= 1)).all()
    assert (np.diff(curve) <= 0).all()
    assert ((rates >= 0) & (rates <= 1)).all()
    assert curve[1:] == pytest.approx(np.cumprod(rates), rel=1e-7, abs=1e-12)


@settings(deadline=None)
@given(parameter, parameter)
def test_in_sbg_retention_is_equation_8_and_rises_with_age(alpha, beta) -> None:
    t = np.arange(1, 30)
    found = retention_rate(t, parameters=SbgParameters(alpha, beta))
    assert found == pytest.approx((beta + t - 1) / (alpha + beta + t - 1), rel=1e-8)
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("truth", [(0.7, 2.5, 1.0), (0.7, 2.5, 1.4)])
def test_parameters_of_simulated_contracts_are_found_within_their_errors(truth) -> None:
    rows = simulate_contracts(*truth, 20_000, periods=10, seed=11)
    found = fit_bdw(lifetimes_from_customers(*rows))
    assert found.usable
    away = (np.array(found.parameters) - truth) / np.array(found.standard_errors)
    assert np.abs(away).max() < 3


@pytest.mark.parametrize(
    ("survivors", "sentence"),
    [
        ([100, 100, 100], "None of the 100 customers was lost"),
        ([100, 0], "All customers were lost at one renewal"),
        ([100, 60], "sBG has 2 parameters and needs as many renewals"),
    ],
)
def test_too_little_to_fit_is_a_sentence(survivors: list[int], sentence: str) -> None:
    found = fit_sbg(lifetimes_from_survivors(survivors))
    assert sentence in found.boundary
    assert np.isnan(found.parameters).all()


def test_customers_who_are_all_alike_leave_the_spread_unidentified() -> None:
    # A fifth is lost at each renewal, exactly: α and β grow without end at a constant ratio.
    survivors = [int(1_000_000 * 0.8**t) for t in range(8)]
    found = fit_sbg(lifetimes_from_survivors(survivors))
    assert found.boundary is not None
    assert "alpha and beta" in found.boundary


@pytest.mark.parametrize("survivors", [[100], [100, 90, 95], [100, -1], [100, np.nan], [[1], [0]]])
def test_a_table_that_is_no_cohort_is_refused(survivors) -> None:
    with pytest.raises(DataFault, match="never rise"):
        lifetimes_from_survivors(survivors)


def test_rows_that_are_no_contracts_are_refused() -> None:
    with pytest.raises(DataFault, match="first at positions 1"):
        lifetimes_from_customers([1, 0.5], [True, False])
    with pytest.raises(DataFault, match="one entry per customer"):
        lifetimes_from_customers([1, 2], [True])


@pytest.mark.parametrize(("rate", "horizon"), [(0.0, None), (-0.1, 5), (1e-6, None), (0.1, 0)])
def test_a_residual_lifetime_without_an_end_is_refused(rate: float, horizon: int | None) -> None:
    with pytest.raises(DataFault, match="Give a horizon"):
        discounted_residual_lifetime(
            [0],
            discount_rate_per_period=rate,
            parameters=SbgParameters(1.0, 1.0),
            horizon_periods=horizon,
        )


def test_customers_first_watched_late_are_judged_by_what_came_after() -> None:
    # sBG with α = β = 1: S(t) = 1 ÷ (1 + t). Watched from renewal 1 on, lost at renewal 3:
    # {S(2) − S(3)} ÷ S(1) = (1/3 − 1/4) ÷ (1/2) = 1/6; still there after 3: S(3) ÷ S(1) = 1/2.
    watched = lifetimes_from_customers([2, 3], [True, False], [1, 1])
    found = loglikelihood(watched, parameters=SbgParameters(1.0, 1.0))
    assert found == pytest.approx(np.log(1 / 6) + np.log(1 / 2), abs=1e-12)


def test_late_entry_gives_back_the_parameters_that_plain_survivors_would_hide() -> None:
    generator = np.random.default_rng(7)
    leaving = generator.beta(0.8, 4.0, size=6000)
    lived = generator.geometric(leaving) - 1  # renewals come through before the loss
    entered = generator.integers(0, 6, size=6000)
    seen = lived >= entered
    kept, lost = np.minimum(lived, entered + 8)[seen], (lived < entered + 8)[seen]
    watched = lifetimes_from_customers(kept, lost, entered[seen])
    right = fit_sbg(watched).parameters
    naive = fit_sbg(lifetimes_from_customers(kept, lost)).parameters
    assert survival(5, parameters=right) == pytest.approx(
        survival(5, parameters=SbgParameters(0.8, 4.0)), abs=0.03
    )
    assert survival(5, parameters=naive) > 0.05 + survival(5, parameters=right)


def test_an_entry_after_what_was_kept_is_refused() -> None:
    with pytest.raises(DataFault, match="renewals_at_entry of 1 customers"):
        lifetimes_from_customers([2, 3], [True, False], [3, 1])
