"""Trials out of time: what is known on a day, leaks that are refused, measures and intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from portfolio_lib.analyses.churn_models import quality
from portfolio_lib.analyses.churn_models.choosing import Policy
from portfolio_lib.analyses.churn_models.leaks import carrier, suspects
from portfolio_lib.analyses.churn_models.samples import Samples
from portfolio_lib.analyses.churn_models.trials import out_of_time
from tests.analyses.churn_models.rows import drawn

PLAIN = Policy(trees_from_events=10**6)


def _with(rows: Samples, name: str, values: np.ndarray) -> Samples:
    return replace(rows, names=(*rows.names, name), values=np.column_stack([rows.values, values]))


@pytest.fixture(scope="module")
def rows() -> Samples:
    return drawn()


@pytest.fixture(scope="module")
def trials(rows):
    return out_of_time(rows, PLAIN, snapshots=3, recency="noise")


def test_a_model_learns_only_from_rows_closed_before_its_day(rows, trials) -> None:
    for trial in trials:
        closed = rows.closed_by(trial.snapshot)
        assert trial.model.rows == len(closed)
        assert (closed.snapshots + np.timedelta64(30, "D") <= trial.snapshot).all()
        assert (trial.rows.snapshots == trial.snapshot).all()


def test_what_happens_after_a_day_changes_nothing_that_was_said_on_it(rows, trials) -> None:
    first = trials[0]
    later = rows.closes > first.snapshot
    turned = replace(rows, churned=np.where(later, 1.0 - rows.churned, rows.churned))
    again = out_of_time(turned, PLAIN, snapshots=3, recency="noise")[0]
    assert again.snapshot == first.snapshot
    assert (again.chances == first.chances).all()
    assert (again.rows.churned != first.rows.churned).all()


def test_a_day_whose_outcomes_are_open_is_not_tried(rows) -> None:
    last = rows.snapshots.max()
    open_ = replace(rows, churned=np.where(rows.snapshots == last, np.nan, rows.churned))
    found = out_of_time(open_, PLAIN, snapshots=9, recency=None)
    assert max(trial.snapshot for trial in found) < last


def test_a_feature_that_knows_the_future_is_named_and_not_used(rows) -> None:
    random = np.random.default_rng(4)
    leak = _with(rows, "cancelled_later", rows.churned + random.normal(0, 0.2, len(rows)))
    honest = out_of_time(rows, PLAIN, snapshots=3, recency=None)
    found = out_of_time(leak, PLAIN, snapshots=3, recency=None)
    assert all("cancelled_later" in trial.set_aside for trial in found)
    assert "future" in found[0].set_aside["cancelled_later"]
    for one, other in zip(honest, found, strict=True):
        assert (one.chances == other.chances).all()


def test_a_total_over_the_lifetime_is_named_and_not_used(rows) -> None:
    """The same number at every snapshot of an account was written down later."""
    left = {owner: rows.churned[rows.owners == owner].sum() for owner in set(rows.owners)}
    noise = np.random.default_rng(3).normal(0, 0.1, len(left))
    told = {o: 10 - n + e for (o, n), e in zip(sorted(left.items()), noise, strict=True)}
    leak = _with(rows, "lifetime_purchases", np.array([told[o] for o in rows.owners]))
    assert list(suspects(leak, frozenset())) == ["lifetime_purchases"]
    assert suspects(leak, frozenset({"lifetime_purchases"})) == {}


def test_the_feature_that_carries_a_high_auc_is_named(rows) -> None:
    assert carrier(rows)[0] == "fall"


def test_measures_of_the_model_stand_within_their_intervals_and_beside_recency(trials) -> None:
    scored = quality.pooled(trials)
    found = quality.measure(scored, 10, 0)
    names = {(one.rival, one.measure) for one in found}
    assert ("model", "auc") in names
    assert ("model less recency", "auc") in names
    for one in found:
        assert one.interval is not None
        assert one.interval[0] <= one.value <= one.interval[1] or one.measure == "revenue_caught"
    value = {(one.rival, one.measure): one.value for one in found}
    ahead = value["model", "auc"] - value["recency", "auc"]
    assert value["model less recency", "auc"] == pytest.approx(ahead)
    assert value["model", "auc"] > 0.75 > 0.6 > value["recency", "auc"]


def test_the_interval_comes_from_draws_of_accounts_and_the_seed_alone(trials) -> None:
    scored = quality.pooled(trials)
    assert quality.measure(scored, 10, 7) == quality.measure(scored, 10, 7)
    assert quality.measure(scored, 10, 7) != quality.measure(scored, 10, 8)


def test_the_calibration_table_counts_every_row_once(trials) -> None:
    scored = quality.pooled(trials)
    table = quality.calibration_table(scored)
    assert table["rows"].sum() == len(scored.rows)
    assert table["left"].sum() == scored.left.sum()
    assert table["said"].is_monotonic_increasing
    # By hand: Σ |said − happened| × rows ÷ Σ rows.
    by_hand = sum(abs(r.said - r.happened) * r.rows for r in table.itertuples()) / len(scored.rows)
    assert quality.calibration_error(table) == pytest.approx(by_hand)
    assert quality.calibration_error(table) < 0.05
    assert 0 < quality.by_chance(scored, 1).error < 0.05


def _said(chances: list[float], accounts: list[str], days: list[str]) -> quality.Scored:
    """Rows with nothing but an account, a day, a window of 120 days and a chance."""
    size, first = len(chances), np.array(days, dtype="datetime64[D]")
    rows = Samples(
        values=np.empty((size, 0)),
        names=(),
        churned=np.zeros(size),
        accounts=np.array(accounts, dtype=object),
        units=np.full(size, "unit", dtype=object),
        snapshots=first,
        closes=first + np.timedelta64(120, "D"),
        revenue=np.ones(size),
    )
    return quality.Scored(rows, {quality.MODEL: np.array(chances)})


def test_chances_of_nothing_and_of_all_leave_chance_no_room() -> None:
    scored = _said([0.0, 1.0, 1.0], ["a", "b", "c"], ["2026-01-01"] * 3)
    assert quality.by_chance(scored, 1) == quality.ByChance(0.0, (2.0, 2.0))


def test_days_that_see_the_same_loss_are_drawn_as_one() -> None:
    """Forty evens: by the binomial 90 % lie within 15 to 25; two days of one account twice that."""
    names = [f"{n:02}" for n in range(40)]
    once = quality.by_chance(_said([0.5] * 40, names, ["2026-01-01"] * 40), 1).losses
    assert once == pytest.approx((15, 25), abs=1)
    days = ["2026-01-01"] * 40 + ["2026-03-31"] * 40
    twice = quality.by_chance(_said([0.5] * 80, names * 2, days), 1).losses
    assert twice == pytest.approx((30, 50), abs=2)
    apart = ["2026-01-01"] * 40 + ["2026-06-30"] * 40
    independent = quality.by_chance(_said([0.5] * 80, names * 2, apart), 1).losses
    assert independent == pytest.approx((33, 47), abs=1.5)


def test_nothing_is_measured_where_nobody_left(trials) -> None:
    scored = quality.pooled(trials)
    stayed = quality.Scored(
        replace(scored.rows, churned=np.zeros(len(scored.rows))), scored.chances
    )
    assert quality.measure(stayed, 10, 0) == ()
    assert quality.pooled(()) is None
