"""Models: what they use, what they drop, contributions that add up, choice and calibration."""

from __future__ import annotations

import numpy as np
import pytest

from portfolio_lib.analyses.churn_models.calibration import calibrate, probability
from portfolio_lib.analyses.churn_models.choosing import Policy, account_folds, choose_model
from portfolio_lib.analyses.churn_models.linear import fit_linear
from portfolio_lib.analyses.churn_models.preparing import prepare
from portfolio_lib.analyses.churn_models.samples import Samples, at_most
from portfolio_lib.analyses.churn_models.trees import TreeSize, fit_trees
from tests.analyses.churn_models.rows import NAMES, drawn

SMALL = TreeSize(20, 3)


@pytest.fixture(scope="module")
def rows() -> Samples:
    return drawn()


def test_features_that_never_vary_or_are_never_known_are_dropped_and_named(rows) -> None:
    found = prepare(rows)
    assert found.names == ("fall", "noise")
    assert found.dropped == {"flat": "the same everywhere", "unknown": "never known"}


def test_a_missing_value_counts_as_the_average_and_is_marked(rows) -> None:
    found = prepare(rows)
    design = found.design(rows.values)
    missing = np.isnan(rows.column("fall"))
    assert design[missing, 0] == pytest.approx(0.0)
    assert (design[:, 2] == missing).all()


@pytest.mark.parametrize(
    "fit",
    [
        lambda rows: fit_linear(rows, 0.1, {}),
        lambda rows: fit_trees(rows, SMALL, {}, 0),
        lambda rows: choose_model(rows, Policy()),
    ],
    ids=["logistic", "trees", "chosen"],
)
def test_contributions_and_the_constant_add_up_to_the_score(rows, fit) -> None:
    model = fit(rows)
    given = rows if hasattr(model, "calibration") else rows.values
    start, terms = model.contributions(given)
    assert start + terms.sum(axis=1) == pytest.approx(model.log_odds(given), abs=1e-9)
    assert terms.shape == rows.values.shape
    assert (terms[:, 2:] == 0).all()


def test_a_trees_contribution_does_not_depend_on_the_other_features(rows) -> None:
    model = fit_trees(rows, SMALL, {}, 0)
    _, terms = model.contributions(rows.values)
    other = rows.values.copy()
    other[:, 1] = other[::-1, 1]
    assert model.contributions(other)[1][:, 0] == pytest.approx(terms[:, 0], abs=1e-12)


def test_a_feature_that_points_the_wrong_way_gets_no_weight(rows) -> None:
    model = fit_linear(rows, 0.1, {"fall": -1, "noise": 0})
    _, terms = model.contributions(rows.values)
    assert "fall" in model.wrong_way
    assert (terms[:, 0] == 0).all()


def test_no_model_is_made_of_hardly_any_events(rows) -> None:
    quiet = drawn(accounts=40, snapshots=2, base=-5.0, seed=5)
    assert 0 < quiet.events < 5
    assert choose_model(quiet, Policy()) is None


def test_no_model_is_made_when_nobody_left_or_nobody_stayed(rows) -> None:
    assert choose_model(rows.take(rows.churned == 0), Policy()) is None
    assert choose_model(rows.take(rows.churned == 1), Policy()) is None


def test_with_few_events_the_baseline_alone_is_tried(rows) -> None:
    assert set(choose_model(rows, Policy(trees_from_events=10**6)).unseen_loss) == {"logistic"}
    assert set(choose_model(rows, Policy(trees_from_events=10)).unseen_loss) == {
        "logistic",
        "trees",
    }


def test_all_features_missing_gives_everybody_the_rate() -> None:
    rows = drawn().only(["flat", "unknown"])
    found = choose_model(rows, Policy())
    assert found.probabilities(rows) == pytest.approx(rows.churned.mean(), abs=1e-3)


def test_all_rows_of_an_account_stand_in_one_fold_and_leavers_are_spread(rows) -> None:
    folds = account_folds(rows, 5, 0)
    for owner in set(rows.owners):
        assert len(set(folds[rows.owners == owner])) == 1
    left = [len(set(rows.owners[(folds == f) & (rows.churned == 1)])) for f in range(5)]
    assert max(left) - min(left) <= 1


def test_the_order_of_rows_changes_nothing() -> None:
    rows, places = drawn(accounts=60), np.random.default_rng(9).permutation(360)
    import pandas as pd

    from portfolio_lib.analyses.churn_models.samples import samples

    frame = pd.DataFrame(rows.values, columns=list(NAMES)).assign(
        account_id=rows.accounts, snapshot_date=rows.snapshots, closes_on=rows.closes,
        churned=rows.churned, annual_revenue=rows.revenue,
    )  # fmt: skip
    again = samples(frame.iloc[places], NAMES)
    one, other = (choose_model(some, Policy()).probabilities(some) for some in (rows, again))
    assert (one == other).all()


def test_probabilities_are_right_on_average(rows) -> None:
    found = choose_model(rows, Policy())
    assert found.probabilities(rows).mean() == pytest.approx(rows.churned.mean(), abs=0.01)


def test_calibration_undoes_a_stretch_when_there_are_enough_events() -> None:
    # Scores twice as far from 0 as the truth: with 20,000 rows the slope comes out near 1/2.
    random = np.random.default_rng(2)
    truth = random.normal(-1, 1, 20_000)
    left = (random.random(20_000) < probability(truth)).astype(float)
    found = calibrate(2 * truth, left)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.shift == pytest.approx(0.0, abs=0.06)


def test_whole_accounts_are_left_out_of_too_many_rows(rows) -> None:
    fewer = at_most(rows, 300, seed=1)
    assert 150 < len(fewer) < 450
    for owner in set(fewer.owners):
        assert (fewer.owners == owner).sum() == (rows.owners == owner).sum()
