"""Measures against scikit-learn, by hand, and EMPC against the published figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from portfolio_lib.analyses.churn_models import ranking
from portfolio_lib.analyses.churn_models.profit import CampaignCosts, expected_profit

PAPER = CampaignCosts(worth=200.0, offer=10.0, contact=1.0, alpha=6.0, beta=14.0)
LEFT = np.array([0.0, 1.0] * 4)
SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9])

outcomes = st.lists(
    st.tuples(st.integers(0, 6), st.booleans(), st.integers(1, 4)), min_size=4, max_size=40
).filter(lambda rows: len({left for _, left, _ in rows}) == 2)


def _split(rows: list[tuple[int, bool, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    scores, left, counts = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return scores / 7, left, counts


@settings(max_examples=30, deadline=None)
@given(outcomes)
def test_auc_and_pr_auc_agree_with_scikit_learn_whatever_the_ties_and_counts(rows) -> None:
    scores, left, counts = _split(rows)
    steps = ranking.ladder(scores)
    found = ranking.aucs(steps, counts[None, :], left)[0]
    precision = ranking.average_precisions(steps, counts[None, :], left)[0]
    assert found == pytest.approx(roc_auc_score(left, scores, sample_weight=counts), abs=1e-12)
    expected = average_precision_score(left, scores, sample_weight=counts)
    assert precision == pytest.approx(expected, abs=1e-12)


def test_the_first_tenth_of_equal_scores_holds_a_tenth_of_the_leavers() -> None:
    # All twenty rows share one step: a tenth of it holds a tenth of the leavers, so the lift is 1.
    left = np.array([1.0] * 4 + [0.0] * 16)
    steps = ranking.ladder(np.full(20, 0.5))
    assert ranking.captured(steps, np.ones((1, 20)), left, 0.1)[0] == pytest.approx(0.1)


def test_the_first_tenth_by_hand() -> None:
    # Ten rows, the best score is a leaver, one of two: the first tenth holds half of them.
    left = np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0])
    steps = ranking.ladder(np.linspace(1, 0, 10))
    assert ranking.captured(steps, np.ones((1, 10)), left, 0.1)[0] == pytest.approx(0.5)


def test_brier_skill_is_0_for_the_rate_itself_and_1_for_the_truth() -> None:
    weights = np.ones((1, 8))
    assert ranking.brier_skills(weights, np.full(8, 0.5), LEFT)[0] == pytest.approx(0.0)
    assert ranking.brier_skills(weights, LEFT, LEFT)[0] == pytest.approx(1.0)


def test_empc_is_the_published_one() -> None:
    profit, share = expected_profit(SCORES, LEFT, PAPER)
    assert profit == pytest.approx(23.8756, abs=1e-4)
    assert share == pytest.approx(0.87437, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(outcomes)
def test_empc_goes_by_order_and_counts_alone(rows) -> None:
    scores, left, counts = _split(rows)
    profit, share = expected_profit(scores, left, PAPER, counts)
    repeated = np.repeat(np.arange(len(left)), counts.astype(int))
    again = expected_profit(scores[repeated] ** 3, left[repeated], PAPER)
    assert again == pytest.approx((profit, share), abs=1e-9)
    assert profit >= -1e-12
    assert -1e-12 <= share <= 1 + 1e-12


def test_a_perfect_ranking_earns_at_least_what_any_other_does() -> None:
    best, _ = expected_profit(LEFT, LEFT, PAPER)
    assert best > expected_profit(SCORES, LEFT, PAPER)[0] > expected_profit(-LEFT, LEFT, PAPER)[0]
