"""Likelihoods, probabilities and expectations: by hand, against other forms, and always true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from portfolio_lib.analyses.purchase_models import (
    PURCHASE_MODELS,
    bgnbd,
    mbgnbd,
    nbd,
    pareto_nbd,
)
from portfolio_lib.analyses.purchase_models.bgnbd import BgNbdParameters
from portfolio_lib.analyses.purchase_models.mbgnbd import MbgNbdParameters
from portfolio_lib.analyses.purchase_models.nbd import NbdParameters
from portfolio_lib.analyses.purchase_models.pareto_nbd import ParetoNbdParameters
from portfolio_lib.errors import DataFault
from tests.analyses.purchase_models.customers import TRUTH

parameter = st.floats(np.log(0.02), np.log(50)).map(np.exp)


@st.composite
def histories(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    age = draw(st.floats(0.1, 300.0))
    x = draw(st.sampled_from([0, 1, 2, 5, 40, 400]))
    t_x = age * draw(st.floats(0.01, 1.0)) if x else 0.0
    return np.array([float(x)]), np.array([t_x]), np.array([age])


@st.composite
def models(draw: st.DrawFn):
    name = draw(st.sampled_from(sorted(PURCHASE_MODELS)))
    kind = type(TRUTH[name])
    return PURCHASE_MODELS[name], kind(*(draw(parameter) for _ in kind._fields))


# --- by hand ---------------------------------------------------------------------------------


def test_nbd_by_hand() -> None:
    one = NbdParameters(1.0, 1.0)
    # x 1, T 1: Γ(2) × 1 ÷ (1+1)² = 1/4. Expected: (1+1) ÷ (1+1) × 3 = 3.
    assert nbd.loglikelihood([1], [1], [1], parameters=one) == pytest.approx([np.log(1 / 4)])
    assert nbd.expected_purchases([1], [1], [1], horizon=3, parameters=one) == pytest.approx([3])


def test_bgnbd_by_hand() -> None:
    one = BgNbdParameters(1.0, 1.0, 1.0, 1.0)
    # x 0, T 1: α ÷ (α+T) = 1/2, and everyone is there. x 1, t_x = T = 1: still there ½ × ¼, left
    # after the purchase ½ × ¼; together 1/4, half of it still there.
    found = bgnbd.loglikelihood([0, 1], [0, 1], [1, 1], parameters=one)
    assert found == pytest.approx(np.log([1 / 2, 1 / 4]))
    alive = bgnbd.probability_alive([0, 1], [0, 1], [1, 1], parameters=one)
    assert alive == pytest.approx([1, 1 / 2])


def test_mbgnbd_by_hand() -> None:
    one = MbgNbdParameters(1.0, 1.0, 1.0, 1.0)
    # x 0, T 1: stayed ½ × ½, left at once ½ × 1; together 3/4, a third of it still there.
    assert mbgnbd.loglikelihood([0], [0], [1], parameters=one) == pytest.approx([np.log(3 / 4)])
    assert mbgnbd.probability_alive([0], [0], [1], parameters=one) == pytest.approx([1 / 3])


def test_pareto_nbd_by_hand() -> None:
    one = ParetoNbdParameters(1.0, 1.0, 1.0, 1.0)
    # x 0, T 1: stayed ½ × ½ = 2/8; left ∫ (1+τ)^−3 dτ from 0 to 1 = 3/8; together 5/8.
    assert pareto_nbd.loglikelihood([0], [0], [1], parameters=one) == pytest.approx([np.log(5 / 8)])
    assert pareto_nbd.probability_alive([0], [0], [1], parameters=one) == pytest.approx([2 / 5])
    # At s = 1: (r+x) ÷ (α+T) × (β+T) × ln((β+T+t) ÷ (β+T)) = ½ × 2 × ln(4 ÷ 2).
    found = pareto_nbd.expected_purchases_if_alive([0], [0], [1], horizon=2, parameters=one)
    assert found == pytest.approx([np.log(2)])


# --- against published numbers ---------------------------------------------------------------


def test_expected_purchases_of_the_published_cdnow_customer() -> None:
    # Fader, Hardie and Lee (2005), spreadsheet: x 2, t_x 30.43, T 38.86, 39 weeks.
    published = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
    found = bgnbd.expected_purchases([2], [30.43], [38.86], horizon=39, parameters=published)
    assert found == pytest.approx([1.226], abs=1e-3)


def test_pareto_nbd_customer_of_the_published_walkthrough() -> None:
    # BTYD walkthrough, CDNOW: x 26, t_x 30.86, T 31; alive .9979, 25.46 purchases in 52 weeks.
    published = ParetoNbdParameters(0.553, 10.578, 0.606, 11.669)
    history = [26], [30.86], [31]
    alive = pareto_nbd.probability_alive(*history, parameters=published)
    found = pareto_nbd.expected_purchases(*history, horizon=52, parameters=published)
    assert alive == pytest.approx([0.9979], abs=1e-4)
    assert found == pytest.approx([25.46], abs=1e-2)


# --- against the papers' own forms -----------------------------------------------------------


@settings(deadline=None)
@given(histories(), parameter, parameter, parameter, st.floats(1.05, 9.0), st.floats(0.5, 80))
# Forty purchases in two weeks, and a hundred a week from a customer seen for three days: steep.
@example((np.array([40.0]), np.array([2.0]), np.array([2.16])), 0.08, 0.24, 24.0, 1.5, 72.0)
@example((np.array([0.0]), np.array([0.0]), np.array([0.46])), 18.0, 0.12, 22.0, 2.0, 40.0)
def test_bgnbd_expectation_is_equation_10(history, r, alpha, b, a, horizon) -> None:
    x, _, t = history
    assume(x[0] < 50)  # the hypergeometric form loses its digits there
    z = horizon / (alpha + t + horizon)
    hyper = special.hyp2f1(r + x, b + x, a + b + x - 1, z)
    grown = 1 - ((alpha + t) / (alpha + t + horizon)) ** (r + x) * hyper
    parameters = BgNbdParameters(r, alpha, a, b)
    alive = bgnbd.probability_alive(*history, parameters=parameters)
    found = bgnbd.expected_purchases(*history, horizon=horizon, parameters=parameters)
    assert found == pytest.approx(alive * (a + b + x - 1) / (a - 1) * grown, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("a", [0.999, 1.0, 1.001])
def test_bgnbd_expectation_passes_smoothly_through_a_of_one(a: float) -> None:
    found = bgnbd.expected_purchases(
        [3], [20.0], [30.0], horizon=39, parameters=BgNbdParameters(0.5, 4.0, a, 2.0)
    )
    # Values by adaptive quadrature over the beta distribution of the drop-out probability.
    assert found == pytest.approx(_expected_by_quadrature(a), rel=1e-8)


@pytest.mark.parametrize("horizon", [1.0, 100.0, 3000.0])
def test_bgnbd_expectation_keeps_its_digits_over_long_horizons(horizon: float) -> None:
    # x = T = 0, a = 1, b = 2, r = 2, α = 1: the mean of {1 − (1 + p × horizon)^−2} ÷ p under the
    # density 2 (1 − p), here by adaptive quadrature in ln p.
    def integrand(log_p: float) -> float:
        p = np.exp(log_p)
        return 2 * (1 - p) * -np.expm1(-2 * np.log1p(horizon * p))

    exact = sum(
        integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-12, limit=300)[0]
        for a, b in [(-60.0, -20.0), (-20.0, -5.0), (-5.0, 0.0)]
    )
    parameters = BgNbdParameters(2.0, 1.0, 1.0, 2.0)
    found = bgnbd.expected_purchases_new_customer(horizon=horizon, parameters=parameters)
    assert found == pytest.approx(exact, rel=1e-8)


def _expected_by_quadrature(a: float) -> float:
    r, alpha, b, x, t_x, t, horizon = 0.5, 4.0, 2.0, 3.0, 20.0, 30.0, 39.0

    def integrand(p: float) -> float:
        density = p ** (a - 1) * (1 - p) ** (b + x - 1) / special.beta(a, b + x)
        return density * (1 - ((alpha + t) / (alpha + t + p * horizon)) ** (r + x)) / p

    if_alive = integrate.quad(integrand, 0, 1, epsabs=1e-13, epsrel=1e-11)[0]
    odds = a / (b + x - 1) * ((alpha + t) / (alpha + t_x)) ** (r + x)
    return if_alive / (1 + odds)


@settings(deadline=None)
@given(histories(), parameter, parameter, parameter, parameter)
def test_pareto_nbd_likelihood_is_the_hypergeometric_form(history, r, alpha, s, beta) -> None:
    x, t_x, t = history
    # Elsewhere the difference of the two hypergeometrics has no digits left.
    assume(x[0] <= 40 and t_x[0] <= 0.9 * t[0])
    low, high, second = (beta, alpha, s + 1) if alpha >= beta else (alpha, beta, r + x)
    n = r + s + x

    def term(at: np.ndarray) -> np.ndarray:
        z = (high - low) / (high + at)
        return special.hyp2f1(n, second, n + 1, z) / (high + at) ** n

    front = special.gamma(r + x) / special.gamma(r) * alpha**r * beta**s
    stayed = (alpha + t) ** -(r + x) * (beta + t) ** -s
    likelihood = front * (stayed + s / n * (term(t_x) - term(t)))
    assume(np.isfinite(likelihood).all() and likelihood[0] > 1e-250)
    found = pareto_nbd.loglikelihood(*history, parameters=ParetoNbdParameters(r, alpha, s, beta))
    assert found == pytest.approx(np.log(likelihood), abs=1e-6)


def test_pareto_nbd_keeps_its_digits_where_the_hypergeometric_form_has_none() -> None:
    # t_x just below T and 400 purchases. Reference: the integral in 30-digit arithmetic.
    parameters = ParetoNbdParameters(0.55, 10.58, 0.61, 11.67)
    found = pareto_nbd._gone_integral(
        (np.array([400.0]), np.array([99.9]), np.array([100.0])), parameters
    )
    grid = np.linspace(99.9, 100.0, 200_001)
    logs = -(400.55) * np.log(10.58 + grid) - 1.61 * np.log(11.67 + grid)
    exact = np.log(integrate.simpson(np.exp(logs - logs[0]), x=grid)) + logs[0]
    assert found.log_value == pytest.approx([exact], abs=1e-10)


@pytest.mark.parametrize("s", [0.3, 0.606, 1.0, 2.0, 3.7])
@pytest.mark.parametrize("rate", [0.0005, 0.0027, 0.05])
def test_pareto_nbd_residual_purchases_are_the_discounted_integral(s: float, rate: float) -> None:
    parameters = ParetoNbdParameters(0.553, 10.578, s, 11.669)
    x, t_x, t = [7], [30.0], [39.0]

    def discounted(v: float) -> float:
        there = ((parameters.beta + 39) / (parameters.beta + 39 + v)) ** s
        return (parameters.r + 7) / (parameters.alpha + 39) * there * np.exp(-rate * v)

    if_alive = integrate.quad(discounted, 0, np.inf, epsabs=1e-12, limit=500)[0]
    alive = pareto_nbd.probability_alive(x, t_x, t, parameters=parameters)
    found = pareto_nbd.discounted_residual_purchases(
        x, t_x, t, discount_rate_per_unit=rate, parameters=parameters
    )
    assert found == pytest.approx(alive * if_alive, rel=1e-7)


@pytest.mark.parametrize("rate", [0.0, -0.1, np.nan])
def test_residual_purchases_for_ever_need_a_discount_rate(rate: float) -> None:
    with pytest.raises(DataFault, match="above 0"):
        pareto_nbd.discounted_residual_purchases(
            [0], [0], [1], discount_rate_per_unit=rate, parameters=TRUTH["Pareto/NBD"]
        )


@pytest.mark.parametrize(("module", "tiny"), [(bgnbd, 1e-9), (mbgnbd, 1e-9), (pareto_nbd, 1e-9)])
def test_without_drop_out_every_model_is_nbd(module, tiny: float) -> None:
    history = [0, 3, 9], [0, 20, 30], [35, 35, 35]
    kind = {bgnbd: BgNbdParameters, mbgnbd: MbgNbdParameters, pareto_nbd: ParetoNbdParameters}
    nobody_leaves = kind[module](0.7, 9.0, tiny, 50.0)
    steady = NbdParameters(0.7, 9.0)
    assert module.loglikelihood(*history, parameters=nobody_leaves) == pytest.approx(
        nbd.loglikelihood(*history, parameters=steady), abs=1e-6
    )
    assert module.expected_purchases(*history, horizon=20, parameters=nobody_leaves) == (
        pytest.approx(nbd.expected_purchases(*history, horizon=20, parameters=steady), rel=1e-6)
    )


# --- always true -----------------------------------------------------------------------------


@settings(deadline=None)
@given(models(), histories())
def test_probabilities_lie_between_0_and_1_and_likelihoods_are_finite(model, history) -> None:
    functions, parameters = model
    alive = functions.probability_alive(*history, parameters=parameters)
    assert 0 <= alive[0] <= 1
    assert np.isfinite(functions.loglikelihood(*history, parameters=parameters)).all()


@settings(deadline=None)
@given(models(), histories())
def test_expected_purchases_never_fall_with_the_horizon(model, history) -> None:
    functions, parameters = model
    horizons = np.array([0.0, 0.01, 1.0, 10.0, 100.0, 1000.0])[:, None]
    found = functions.expected_purchases(history, horizon=horizons, parameters=parameters)
    assert found[0, 0] == 0
    # To the last digit: where no purchase is left to come, two roundings may differ.
    assert (np.diff(found, axis=0) >= -1e-13 * found[1:]).all()
    # Nobody can be expected to buy faster than somebody who never leaves.
    x, _, t = history
    ceiling = (parameters.r + x) / (parameters.alpha + t) * horizons
    assert (found <= ceiling * (1 + 1e-9)).all()


@settings(deadline=None)
@given(histories(), parameter, parameter, parameter, parameter)
def test_without_a_repeat_purchase_bgnbd_thinks_everyone_alive(history, r, alpha, a, b) -> None:
    _, _, t = history
    alive = bgnbd.probability_alive([0], [0], t, parameters=BgNbdParameters(r, alpha, a, b))
    assert alive == pytest.approx([1.0])


@settings(deadline=None)
@given(parameter, parameter, parameter, parameter, st.floats(0.5, 100))
def test_silence_never_makes_a_customer_more_alive(r, alpha, a, b, t_x) -> None:
    ages = t_x + np.array([0.0, 1.0, 10.0, 100.0])
    history = np.full(4, 2.0), np.full(4, t_x), ages
    for name in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        parameters = type(TRUTH[name])(r, alpha, a, b)
        alive = PURCHASE_MODELS[name].probability_alive(*history, parameters=parameters)
        assert (np.diff(alive) <= 1e-12).all()
