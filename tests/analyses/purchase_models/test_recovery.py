"""Customers simulated from known parameters: are the parameters found, and the future foretold?

The long version, a thousand simulations of every model, is `tests/benchmarks/
bench_purchase_models.py --coverage 1000`.
"""

from __future__ import annotations

import numpy as np
import pytest

from portfolio_lib.analyses.purchase_models import PURCHASE_MODELS, contractual
from portfolio_lib.analyses.purchase_models.histories import collect_histories
from tests.analyses.purchase_models.customers import TRUTH, simulate, simulate_contracts


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_the_true_parameters_lie_within_three_standard_errors(name: str) -> None:
    customers = simulate(name, 10_000, seed=42)
    found = PURCHASE_MODELS[name].fit_histories(collect_histories(*customers.histories))
    assert found.usable
    away = (np.array(found.parameters) - TRUTH[name]) / np.array(found.standard_errors)
    assert np.abs(away).max() < 3
    # An error that were far too wide would pass the line above too.
    assert (np.array(found.standard_errors) / found.parameters).max() < 0.5


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_probability_alive_and_expected_purchases_are_right_on_average(name: str) -> None:
    customers = simulate(name, 40_000, seed=43, later=26.0)
    model, history = PURCHASE_MODELS[name], customers.histories
    alive = model.probability_alive(*history, parameters=TRUTH[name])
    expected = model.expected_purchases(history, horizon=26.0, parameters=TRUTH[name])
    # By group of histories, so that errors cannot cancel between one-time and frequent buyers.
    for low, high in [(0, 0), (1, 2), (3, 9), (10, 10**6)]:
        group = (history[0] >= low) & (history[0] <= high)
        n = group.sum()
        assert n > 500
        assert customers.alive[group].mean() == pytest.approx(
            alive[group].mean(), abs=4 * 0.5 / np.sqrt(n)
        )
        bought = customers.bought_later[group]
        assert bought.mean() == pytest.approx(
            expected[group].mean(), abs=4 * bought.std() / np.sqrt(n)
        )


def test_expected_purchases_of_a_random_customer_match_a_simulation() -> None:
    for name in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        customers = simulate(name, 40_000, seed=44)
        start = tuple(np.zeros_like(c) for c in customers.histories)
        model = PURCHASE_MODELS[name]
        ages = np.round(customers.age)
        by_age = {
            a: model.expected_purchases(
                tuple(c[:1] for c in start), horizon=float(a), parameters=TRUTH[name]
            )[0]
            for a in np.unique(ages)
        }
        expected = np.mean([by_age[a] for a in ages])
        error = customers.purchases_repeat.std() / np.sqrt(40_000)
        assert customers.purchases_repeat.mean() == pytest.approx(expected, abs=4 * error + 1e-3)


def test_ninety_per_cent_intervals_hold_the_truth_nine_times_in_ten() -> None:
    truth = contractual.SbgParameters(0.7, 2.5)
    held = []
    for seed in range(150):
        rows = simulate_contracts(*truth, 1.0, 2_000, periods=8, seed=seed)
        found = contractual.fit_sbg(contractual.lifetimes_from_customers(*rows))
        lower, upper = found.interval(0.90)
        held.append([a <= b <= c for a, b, c in zip(lower, truth, upper, strict=True)])
    # 150 simulations: 0.9 ± 2 × 0.025.
    assert np.mean(held, axis=0) == pytest.approx([0.9, 0.9], abs=0.05)


def test_a_model_with_drop_out_says_so_when_nobody_ever_left() -> None:
    refused = 0
    for seed in range(10):
        histories = collect_histories(*simulate("NBD", 600, seed=seed).histories)
        found = PURCHASE_MODELS["BG/NBD"].fit_histories(histories)
        refused += found.boundary is not None
    # The test for drop-out errs in 5 % of cases: three in ten would be a chance of 1 in 90.
    assert refused >= 8
