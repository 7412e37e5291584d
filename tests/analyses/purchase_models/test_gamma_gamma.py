"""The value of a purchase."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from portfolio_lib.analyses.purchase_models import gamma_gamma
from portfolio_lib.analyses.purchase_models.gamma_gamma import GammaGammaParameters
from portfolio_lib.errors import DataFault
from tests.analyses.purchase_models.customers import SPEND_TRUTH, simulate, simulate_spend

parameter = st.floats(0.5, 20.0)


def test_the_expected_value_by_hand() -> None:
    parameters = GammaGammaParameters(2.0, 3.0, 10.0)
    # Four purchases of 5 on average: 2 × (10 + 4 × 5) ÷ (2 × 4 + 3 − 1) = 6. Without a repeat
    # purchase the mean over customers: 2 × 10 ÷ (3 − 1) = 10.
    found = gamma_gamma.expected_mean_value([4, 0], [5.0, np.nan], parameters=parameters)
    assert found == pytest.approx([6, 10])


def test_published_parameters_give_the_mean_over_customers_of_the_note() -> None:
    # Fader and Hardie (2013): p γ ÷ (q − 1) = 6.25 × 15.44 ÷ 2.74 = 35.2.
    found = gamma_gamma.expected_mean_value(
        [0], [np.nan], parameters=GammaGammaParameters(6.25, 3.74, 15.44)
    )
    assert found == pytest.approx([35.2], abs=0.05)


@settings(max_examples=20, deadline=None)
@given(parameter, st.floats(1.5, 20.0), parameter, st.integers(1, 20))
def test_the_density_of_the_average_is_the_mixture_it_stands_for(p, q, gamma, x) -> None:
    def mixed(rate: float) -> float:
        return stats.gamma.pdf(8.0, p * x, scale=1 / (rate * x)) * stats.gamma.pdf(
            rate, q, scale=1 / gamma
        )

    peak = (p * x + q) / (gamma + 8 * x)
    exact = sum(
        integrate.quad(mixed, a, b, epsabs=0, epsrel=1e-10, limit=200)[0]
        for a, b in [(0, peak), (peak, 3 * peak), (3 * peak, np.inf)]
    )
    found = gamma_gamma.loglikelihood([x], [8.0], parameters=GammaGammaParameters(p, q, gamma))
    assert found == pytest.approx([np.log(exact)], abs=1e-6)


@given(parameter, st.floats(1.1, 20.0), parameter, st.integers(1, 50), st.floats(0.01, 1e4))
def test_the_expected_value_lies_between_own_average_and_mean(p, q, gamma, x, value) -> None:
    parameters = GammaGammaParameters(p, q, gamma)
    mean = p * gamma / (q - 1)
    found = gamma_gamma.expected_mean_value([x], [value], parameters=parameters)[0]
    assert min(mean, value) * (1 - 1e-9) <= found <= max(mean, value) * (1 + 1e-9)


def test_parameters_of_simulated_spend_are_found_within_their_errors() -> None:
    x = simulate("BG/NBD", 12_000, seed=1).purchases_repeat
    found = gamma_gamma.fit(x, simulate_spend(x, seed=2))
    assert found.usable
    assert found.n == (x > 0).sum()
    away = (np.array(found.parameters) - SPEND_TRUTH) / np.array(found.standard_errors)
    assert np.abs(away).max() < 3


def test_the_currency_changes_only_gamma() -> None:
    x = simulate("BG/NBD", 2_000, seed=3).purchases_repeat
    value = simulate_spend(x, seed=4)
    pounds, pence = gamma_gamma.fit(x, value), gamma_gamma.fit(x, 100 * value)
    assert pence.parameters.p == pytest.approx(pounds.parameters.p, rel=1e-3)
    assert pence.parameters.gamma == pytest.approx(100 * pounds.parameters.gamma, rel=1e-3)


def test_spend_that_never_varies_leaves_the_parameters_unidentified() -> None:
    found = gamma_gamma.fit([1, 2, 3, 4] * 50, [10.0] * 200)
    assert found.boundary is not None


def test_spend_without_a_finite_mean_is_a_sentence() -> None:
    generator = np.random.default_rng(6)
    # q = 0.7: rates so close to 0 that the mean value over customers is infinite.
    rate = generator.gamma(0.7, 1 / 10.0, 4_000)
    value = generator.gamma(3.0 * 4, 1 / (rate * 4))
    found = gamma_gamma.fit(np.full(4_000, 4), value)
    assert "its mean is not finite" in found.boundary


def test_nobody_with_a_repeat_purchase_is_a_sentence() -> None:
    assert "No customer has bought a second time" in gamma_gamma.fit([0, 0], [5.0, 6.0]).boundary


@pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
def test_an_average_that_is_no_positive_value_is_refused_or_missing(value: float) -> None:
    with pytest.raises(DataFault, match="first at positions 1"):
        gamma_gamma.fit([1, 2], [5.0, value])
    found = gamma_gamma.expected_mean_value([2], [value], parameters=SPEND_TRUTH)
    assert np.isnan(found).all()
