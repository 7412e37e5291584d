"""Learning from other units: what travels, the own base rate, and what never changes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.churn_learning import learn
from portfolio_lib.analyses.churn_models.calibration import probability
from portfolio_lib.analyses.churn_models.pooling import Pool, own_rate_shift, shrunken_rate
from portfolio_lib.analyses.churn_models.samples import Samples, joined, samples
from portfolio_lib.analyses.churn_pool import ChurnPool, pool_frame, pool_of, short_of_losses
from portfolio_lib.analyses.churn_pool_words import few_losses, pool_lines, pool_policy
from portfolio_lib.parameters.churn_models import ChurnPage
from tests.analyses.churn_models.rows import drawn

FAST = {"tried_snapshots": 2, "trees_from_events": 10_000, "horizon_days": 100}
NAMES = ["usage_fall", "days_since_last_purchase", "annual_revenue"]
AS_OF = pd.Timestamp("2024-06-29")


def page(**more: object) -> ChurnPage:
    return ChurnPage.model_validate({**FAST, **more})


def unit_of(accounts: int, seed: int, base: float, unit: str = "own", prefix: str = "A") -> Samples:
    """A unit whose use falls before clients leave, with the last snapshot still open."""
    rows = drawn(accounts, snapshots=6, seed=seed, base=base)
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "business_unit": unit,
            "account_id": [f"{prefix}{one}" for one in rows.accounts],
            "snapshot_date": rows.snapshots,
            "closes_on": rows.closes,
            "churned": pd.Series(rows.churned).where(rows.closes <= np.datetime64(AS_OF, "D")),
            "usage_fall": rows.column("fall"),
            "days_since_last_purchase": random.integers(1, 90, len(rows)).astype(float),
            "annual_revenue": rows.revenue,
        }
    ).sort_values(["snapshot_date", "account_id"])
    return samples(frame.assign(churned=frame["churned"].astype("boolean")), NAMES)


def with_losses(rows: Samples, losses: int) -> Samples:
    """The rows with so many accounts that left, at the first snapshot."""
    churned = np.where(np.isnan(rows.churned), np.nan, 0.0)
    churned[np.flatnonzero(rows.snapshots == rows.snapshots.min())[:losses]] = 1.0
    return dataclasses.replace(rows, churned=churned)


def pool_from(*partners: Samples, left_out: int = 0) -> ChurnPool:
    return ChurnPool(pool_frame(partners, AS_OF.date()), left_out)


OWN_FEW = with_losses(unit_of(60, 5, -4.0), 2)
OTHER = unit_of(200, 7, -2.5, unit="Secret & Sons", prefix="VERY-UNIQUE-")


def test_the_frame_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "account_id": ["b", "a", "a", "a"],
            "snapshot_date": pd.to_datetime(["2024-01-31"] * 2 + ["2024-03-01", "2024-04-01"]),
            "closes_on": pd.to_datetime(["2024-03-01"] * 2 + ["2024-04-01", "2024-05-01"]),
            "churned": [True, False, False, None],
            "annual_revenue": [1.0, 2.0, 3.0, 4.0],
            "usage_fall": [0.1, 0.2, np.nan, 0.4],
        }
    )
    rows = samples(frame, ["usage_fall", "annual_revenue"])
    found = pool_frame([rows.take(rows.accounts == "none"), rows], pd.Timestamp("2024-03-31"))
    # a comes before b, so it is 1; the third row closes a day after the review, the fourth is open.
    assert found.to_dict("list") == {
        "unit": [2, 2],
        "account": [1, 2],
        "snapshot_date": [pd.Timestamp("2024-01-31")] * 2,
        "closes_on": [pd.Timestamp("2024-03-01")] * 2,
        "churned": [False, True],
        "usage_fall": [0.2, 0.1],
    }


def test_no_id_no_name_and_no_revenue_travels() -> None:
    rows = pool_from(OTHER).rows
    assert "annual_revenue" not in rows
    assert "UNIQUE" not in rows.to_csv()
    assert "Secret" not in rows.to_csv()
    assert rows["account"].nunique() == 200, "folds stay grouped by account"


def test_the_shrunken_rate_by_hand() -> None:
    # 50 rows at 0.2: 10 losses expected, 5 seen: 0.2 × (10 + 5) ÷ (10 + 10) = 0.15.
    seen = np.repeat([1.0, 0.0], [5, 45])
    assert shrunken_rate(np.full(50, 0.2), seen) == pytest.approx(0.15)


@given(
    st.lists(st.tuples(st.floats(-6, 4), st.booleans()), min_size=1, max_size=60),
)
def test_after_the_shift_the_mean_chance_is_the_shrunken_rate(rows) -> None:
    odds = np.array([score for score, _ in rows])
    left = np.array([float(gone) for _, gone in rows])
    shift = own_rate_shift(odds, left)
    wanted = min(shrunken_rate(probability(odds), left), 1 - 1e-9)
    assert probability(odds + shift).mean() == pytest.approx(wanted, abs=1e-9)


def test_a_unit_with_two_losses_learns_from_others_with_its_own_rate() -> None:
    alone = learn(OWN_FEW, AS_OF, page(), 1, None)
    found = learn(OWN_FEW, AS_OF, page(), 1, None, pool_of(pool_from(OTHER), page()))
    assert alone.fitted is None
    assert "2 clients are known" in alone.reason
    assert found.fitted is not None
    assert "usage_fall" in found.fitted.model.used
    assert "annual_revenue" not in found.fitted.model.names
    others_rate = float(found.pooled.churned.mean())
    own_rate = float(found.closed.churned.mean())
    assert own_rate < found.usual_rate < others_rate
    assert found.chances.mean() < others_rate / 2


def test_what_is_said_of_it() -> None:
    found = learn(OWN_FEW, AS_OF, page(), 1, None, pool_of(pool_from(OTHER, left_out=1), page()))
    said = few_losses(found, page())
    assert "Only 2 clients of this unit are known" in said
    assert f"1 other unit (200 clients, {found.pooled.events} of them lost)" in said
    assert "The past of 1 unit is left out" in said
    assert "plain baseline" in said, "too few losses for trees even together"
    assert "pooled: 1 other unit" in pool_policy(found)
    assert dict(pool_lines(found))["Learned from other units too"].startswith("1 other unit")


def test_it_is_measured_on_its_own_clients_alone() -> None:
    found = learn(OTHER, AS_OF, page(own_model_from_events=10_000), 1, None,
                  pool_of(pool_from(OWN_FEW), page(own_model_from_events=10_000)))  # fmt: skip
    assert found.pooled_trials == len(found.trials) == 2
    assert set(found.scored.rows.units) == {"Secret & Sons"}


def test_with_enough_losses_of_its_own_nothing_changes() -> None:
    alone = learn(OTHER, AS_OF, page(), 1, None)
    beside = learn(OTHER, AS_OF, page(), 1, None, pool_of(pool_from(OWN_FEW, left_out=1), page()))
    assert not short_of_losses(OTHER, page(), AS_OF.date())
    assert beside.chances.tobytes() == alone.chances.tobytes()
    assert [t.chances.tobytes() for t in beside.trials] == [
        t.chances.tobytes() for t in alone.trials
    ]
    assert (beside.measured, beside.left_out, pool_policy(beside)) == (alone.measured, 0, "")
    assert few_losses(beside, page()) == few_losses(alone, page())


def test_lists_that_learned_otherwise_than_todays_are_told_apart() -> None:
    events = learn(OTHER, AS_OF, page(), 1, None).closed.events
    settings = page(own_model_from_events=events)
    found = learn(OTHER, AS_OF, settings, 1, None, pool_of(pool_from(OWN_FEW), settings))
    assert (found.pooled, found.pooled_trials) == (None, 2)
    assert "2 earlier lists were learned from other units too" in few_losses(found, settings)
    assert "Today's is learned from this unit alone" in few_losses(found, settings)
    assert pool_policy(found) == "; pooled on 2 of 2 days tried"


def test_what_closed_after_the_day_of_a_trial_is_never_used() -> None:
    settings = page(own_model_from_events=10_000)
    pool = pool_of(pool_from(OTHER), settings)
    found = learn(unit_of(80, 5, -3.0), AS_OF, settings, 1, None, pool)
    first, last = found.trials[0].snapshot, found.trials[-1].snapshot
    assert first < last
    late = pool.rows.closes > first
    turned = np.where(late, 1.0 - pool.rows.churned, pool.rows.churned)
    values = np.where(late[:, None], -pool.rows.values, pool.rows.values)
    other = Pool(dataclasses.replace(pool.rows, churned=turned, values=values), pool.below)
    again = learn(unit_of(80, 5, -3.0), AS_OF, settings, 1, None, other)
    assert again.trials[0].chances.tobytes() == found.trials[0].chances.tobytes()
    assert again.trials[-1].chances.tobytes() != found.trials[-1].chances.tobytes()


def test_without_a_row_of_its_own_there_is_no_base_rate_and_no_model() -> None:
    fresh = dataclasses.replace(OWN_FEW, churned=np.full(len(OWN_FEW), np.nan))
    found = learn(fresh, AS_OF, page(), 1, None, pool_of(pool_from(OTHER), page()))
    assert found.fitted is None
    assert "nobody is known" in found.reason


def test_too_few_losses_even_together_give_no_chances() -> None:
    one = with_losses(unit_of(30, 3, -4.0, unit="x"), 1)
    found = learn(OWN_FEW, AS_OF, page(), 1, None, pool_of(pool_from(one), page()))
    assert found.fitted is None
    assert found.reason.startswith("3 clients are known to have left, those of other units")


def test_the_order_of_rows_changes_nothing() -> None:
    both = joined(OTHER, unit_of(50, 9, -2.0, unit="Secret & Sons", prefix="Z"))
    mixed = both.take(np.random.default_rng(4).permutation(len(both)))
    sort = samples(_frame(mixed), NAMES), samples(_frame(both), NAMES)
    first, second = (pool_frame([rows], AS_OF.date()) for rows in sort)
    pd.testing.assert_frame_equal(first, second)


def _frame(rows: Samples) -> pd.DataFrame:
    known = {"business_unit": rows.units, "account_id": rows.accounts, "churned": rows.churned}
    days = {"snapshot_date": rows.snapshots, "closes_on": rows.closes}
    return pd.DataFrame(known | days | {name: rows.column(name) for name in rows.names})
