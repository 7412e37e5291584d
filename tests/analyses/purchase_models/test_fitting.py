"""The search, its gradients, and what a fit says about itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.purchase_models import (
    bgnbd,
    contractual,
    gamma_gamma,
    mbgnbd,
    nbd,
    pareto_nbd,
)
from portfolio_lib.analyses.purchase_models.fitting import (
    around,
    climb,
    describe_edge,
    fit_from,
    search,
)
from portfolio_lib.analyses.purchase_models.histories import collect_histories
from tests.analyses.purchase_models.customers import simulate

HISTORIES = collect_histories([0, 0, 1, 2, 7, 30], [0, 0, 3, 9, 20, 40], [5, 40, 4, 40, 20, 41])
SPEND = gamma_gamma.collect_spend([1, 2, 9, 1], [12.0, 40.0, 7.5, 90.0])
CONTRACTS = contractual.lifetimes_from_survivors([1000, 800, 700, 650])

LOSSES: dict[str, tuple[int, Callable]] = {
    "NBD": (2, lambda point: nbd.mean_loss(point, HISTORIES)),
    "BG/NBD": (4, lambda point: bgnbd.mean_loss(point, HISTORIES)),
    "MBG/NBD": (4, lambda point: mbgnbd.mean_loss(point, HISTORIES)),
    "Pareto/NBD": (4, lambda point: pareto_nbd.mean_loss(point, HISTORIES)),
    "Gamma-Gamma": (3, lambda point: gamma_gamma.mean_loss(point, SPEND)),
    "BdW": (3, lambda point: contractual.mean_loss(point, CONTRACTS)),
}


@pytest.mark.parametrize("model", LOSSES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_gradient_is_the_slope_of_the_likelihood(model: str, data: st.DataObject) -> None:
    size, loss = LOSSES[model]
    point = np.array(data.draw(st.lists(st.floats(-1.5, 3.0), min_size=size, max_size=size)))
    if model == "BdW":
        point[2] = np.clip(point[2], -1.0, 1.0)
    slopes = [
        (loss(point + step)[0] - loss(point - step)[0]) / 2e-5 for step in np.eye(size) * 1e-5
    ]
    assert loss(point)[1] == pytest.approx(slopes, rel=1e-5, abs=1e-6)


def _bowl(point: np.ndarray) -> tuple[float, np.ndarray]:
    """A parabola with its bottom at (1, −2) and curvature 3 in each direction."""
    away = point - np.array([1.0, -2.0])
    return float(1.5 * away @ away), 3.0 * away


def test_search_and_climb_find_the_bottom_of_a_bowl_and_its_errors() -> None:
    starts, bounds = np.array([[0.0, 0.0], [5.0, 5.0]]), around([1.0, 1.0])
    best, agreeing = search(_bowl, starts, bounds=bounds)
    found = climb(_bowl, best, n=100, bounds=bounds, starts=(2, agreeing))
    assert found.log_parameters == pytest.approx([1.0, -2.0], abs=1e-6)
    assert (found.converged, found.starts_tried, found.starts_agreeing) == (True, 2, 2)
    fit = fit_from(found, nbd.NbdParameters._make, model="bowl", n=100, boundary=None)
    # Standard error of a log-parameter: 1 ÷ √(3 × 100). Of the parameter: that times itself.
    assert fit.standard_errors.r == pytest.approx(np.e / np.sqrt(300))
    lower, upper = fit.interval(0.90)
    assert upper.r / lower.r == pytest.approx(np.exp(2 * 1.6448536 / np.sqrt(300)))


def test_a_parameter_that_runs_to_its_bound_is_named_and_has_no_error() -> None:
    def slide(point: np.ndarray) -> tuple[float, np.ndarray]:
        return float(point[0] ** 2 - 0.1 * point[1]), np.array([2 * point[0], -0.1])

    bounds = around([1.0, 1.0])
    found = climb(slide, np.zeros(2), n=50, bounds=bounds, starts=(1, 1))
    assert found.converged
    assert found.at_bound == (False, True)
    sentence = describe_edge(found, ("r", "alpha"), model="A model", n=50)
    assert sentence is not None
    assert "alpha ran to the end of the search" in sentence
    fit = fit_from(found, nbd.NbdParameters._make, model="A model", n=50, boundary=sentence)
    assert not fit.usable
    assert np.isnan(fit.standard_errors).all()


def test_a_parameter_that_the_data_hardly_touch_is_named() -> None:
    def flat(point: np.ndarray) -> tuple[float, np.ndarray]:
        return float(point[0] ** 2 + 1e-6 * point[1] ** 2), np.array([2, 2e-6]) * point

    found = climb(flat, np.ones(2), n=50, bounds=around([1.0, 1.0]), starts=(1, 1))
    sentence = describe_edge(found, ("r", "alpha"), model="A model", n=50)
    assert sentence is not None
    assert "alpha could be a hundred times larger or smaller" in sentence


@pytest.mark.parametrize("module", [nbd, bgnbd, mbgnbd, pareto_nbd])
def test_the_order_of_customers_changes_no_byte_of_a_fit(module) -> None:
    columns = simulate("BG/NBD", 600, seed=3).histories
    order = np.random.default_rng(4).permutation(600)
    first, second = module.fit(*columns), module.fit(*(c[order] for c in columns))
    assert repr(first) == repr(second)
    assert np.array_equal(first.log_covariance, second.log_covariance, equal_nan=True)


@pytest.mark.parametrize("module", [nbd, bgnbd, mbgnbd, pareto_nbd])
def test_the_unit_of_time_changes_only_the_parameters_in_time(module) -> None:
    x, t_x, t = simulate("Pareto/NBD", 1500, seed=5).histories
    weeks, days = module.fit(x, t_x, t), module.fit(x, 7 * t_x, 7 * t)
    # The density of x purchase times in days is 7^−x that in weeks.
    assert days.loglikelihood == pytest.approx(weeks.loglikelihood - x.sum() * np.log(7), abs=1e-3)
    assert days.parameters.r == pytest.approx(weeks.parameters.r, rel=1e-3)
    assert days.parameters.alpha == pytest.approx(7 * weeks.parameters.alpha, rel=1e-3)


@pytest.mark.parametrize("module", [nbd, bgnbd, mbgnbd, pareto_nbd])
@pytest.mark.parametrize(
    ("histories", "sentence"),
    [
        (([], [], []), "no customers"),
        (([0, 0], [0, 0], [3, 5]), "None of the 2 customers has bought a second time"),
    ],
)
def test_too_little_to_fit_is_a_sentence_and_no_numbers(module, histories, sentence: str) -> None:
    found = module.fit(*histories)
    assert sentence in found.boundary
    assert not found.usable
    assert np.isnan(found.parameters).all()
    assert np.isnan(found.loglikelihood)


@pytest.mark.parametrize("module", [bgnbd, mbgnbd, pareto_nbd])
def test_three_customers_are_too_few_and_a_sentence_says_so(module) -> None:
    assert module.fit([0, 1, 2], [0, 3, 4], [9, 9, 9]).boundary is not None
