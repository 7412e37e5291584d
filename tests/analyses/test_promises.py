"""The promise ledger: actions, targets and forecasts against what happened."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.analyses.promised_figures import (
    forecasts_as_published,
    kept_forecasts,
    kept_targets,
)
from portfolio_lib.analyses.promises import (
    by_review,
    empty_ledger,
    kept_actions,
    promised_at,
    review_days,
    states,
)
from portfolio_lib.parameters.plan_models import PlanPage

AS_OF = dt.date(2026, 9, 30)
LAST = dt.date(2026, 6, 30)


def actions(rows: list[tuple[str | None, str | None, str | None]], created: str = "2026-06-30"):
    """One action per (account, due, done)."""
    return pd.DataFrame(
        {
            "action_id": [f"x{n}" for n in range(len(rows))],
            "account_id": [row[0] for row in rows],
            "created_date": pd.to_datetime([created] * len(rows)),
            "due_date": pd.to_datetime([row[1] for row in rows]),
            "done_date": pd.to_datetime([row[2] for row in rows]),
            "owner": "Ada",
            "play": "visit",
            "result": None,
        }
    )


@pytest.mark.parametrize(
    ("due", "done", "state"),
    [
        ("2026-08-01", "2026-08-01", "kept"),
        ("2026-08-01", "2026-08-02", "late"),
        ("2026-08-01", None, "missed"),
        ("2026-09-30", None, "open"),  # on its day it can still be done
        ("2026-09-29", None, "missed"),
        (None, "2026-09-01", "kept"),
        (None, None, "open"),
    ],
)
def test_an_action_is_kept_late_missed_or_open(due, done, state) -> None:
    assert states(actions([("a", due, done)]), AS_OF).tolist() == [state]


def test_an_action_belongs_to_the_first_review_after_it_was_agreed() -> None:
    days = review_days(AS_OF, 3, dt.date(2026, 2, 1))
    assert days[:2] == [dt.date(2026, 6, 30), dt.date(2026, 3, 31)]
    created = pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01"]))
    found = promised_at(created, days)
    # The last was agreed after the last review: it is work of this one, and no promise yet.
    assert found[:3].dt.date.tolist() == [dt.date(2026, 3, 31), LAST, LAST]
    assert pd.isna(found[3])


def test_a_ledger_by_hand() -> None:
    rows = actions(
        [("a", "2026-08-01", "2026-07-30"), ("b", "2026-08-01", "2026-08-20"),
         (None, "2026-08-01", None), ("a", "2026-12-31", None)]
    )  # fmt: skip
    ledger = kept_actions(rows, {"a": "Ash", "b": "Beech"}, AS_OF, PlanPage())
    found = by_review(ledger, checked([]))
    assert found.loc[0, ["actions", "kept", "late", "missed", "open"]].tolist() == [4, 1, 1, 1, 1]
    assert found.loc[0, "kept_share"] == pytest.approx(1 / 3)  # one of the three that are due
    assert ledger["account_name"].isna().sum() == 1


def checked(rows: list[tuple[str, float, float, float]]) -> pd.DataFrame:
    """One forecast per (review, likely, happened, error)."""
    frame = pd.DataFrame(rows, columns=["review_day", "likely", "happened", "error"])
    return frame.assign(
        review_day=pd.to_datetime(frame["review_day"]),
        quarter_end=pd.Timestamp(AS_OF),
        low=frame["likely"] - 5,
        high=frame["likely"] + 5,
        due=100.0,
        still_open=0.0,
        is_inside=(frame["likely"] - frame["happened"]).abs() <= 5,
    )


def test_errors_of_forecasts_add_up_over_reviews() -> None:
    rows = checked(
        [
            ("2025-12-31", 110, 100, 0.1),
            ("2026-03-31", 98, 100, -0.02),
            ("2026-06-30", 100, 94, 0.06),
        ]
    )
    found = by_review(empty_ledger(), forecasts_as_published(rows, ()))
    # 0.1; (0.1 + 0.02) / 2 = 0.06; (0.1 + 0.02 + 0.06) / 3 = 0.06; the last review first.
    assert found["error_so_far"].tolist() == pytest.approx([0.06, 0.06, 0.1])


@pytest.mark.parametrize(
    ("likely", "happened", "state"), [(100.0, 97.0, "kept"), (100.0, 80.0, "missed")]
)
def test_a_forecast_is_kept_where_what_happened_lies_in_its_range(likely, happened, state) -> None:
    rows = checked([("2026-06-30", likely, happened, 0.0)])
    assert kept_forecasts(forecasts_as_published(rows, ()), LAST, "GBP")["state"].tolist() == [
        state
    ]


def test_a_forecast_below_its_range_is_open_while_terms_can_still_be_renewed() -> None:
    rows = checked([("2026-06-30", 100.0, 80.0, 0.2)]).assign(still_open=30.0)
    assert kept_forecasts(forecasts_as_published(rows, ()), LAST, "GBP")["state"].tolist() == [
        "open"
    ]


def figures() -> dict[str, Figure]:
    share = Figure("a.late", "Late", 0.2, "share", "…", target=0.3, higher_is_better=False)
    rate = Figure("a.rate", "Rate", 0.94, "share", "…", target=0.95, higher_is_better=True)
    none = not_computable("a.nps", "NPS", "points", "…", reason="no answers")
    return {figure.key: figure for figure in (share, rate, none)}


def test_limits_and_goals_are_held_each_their_way() -> None:
    found = kept_targets(figures(), PlanPage(), LAST)
    assert dict(zip(found["what"], found["state"], strict=True)) == {
        "Late": "kept",
        "Rate": "missed",
    }


def test_what_the_last_review_promised_goes_before_the_targets() -> None:
    page = PlanPage(promised={"a.rate": 0.9, "a.nps": 0.3, "gone.key": 1.0})
    found = kept_targets(figures(), page, LAST)
    assert dict(zip(found["what"], found["state"], strict=True)) == {
        "Rate": "kept",
        "NPS": "not known",
    }


def test_a_measure_that_two_pages_show_is_one_target() -> None:
    twice = figures()
    twice["b.rate"] = Figure("b.rate", "Rate again", 0.94, "share", "…", target=0.95)
    assert len(kept_targets(twice, PlanPage(), LAST)) == 2


def test_without_a_table_there_are_no_promises() -> None:
    assert kept_actions(None, {}, AS_OF, PlanPage()).empty
    assert by_review(empty_ledger(), checked([])).empty


days = st.one_of(st.none(), st.dates(dt.date(2026, 7, 1), dt.date(2026, 9, 30)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), days, days), min_size=1, max_size=8),
       st.randoms(use_true_random=False))  # fmt: skip
def test_every_promise_is_counted_once_whatever_the_order(rows, random) -> None:
    frame = actions(rows)
    order = random.sample(range(len(frame)), len(frame))
    one = kept_actions(frame, {}, AS_OF, PlanPage())
    other = kept_actions(frame.iloc[order], {}, AS_OF, PlanPage())
    pd.testing.assert_frame_equal(one, other)
    counts = by_review(one, checked([]))[["kept", "late", "missed", "open"]].sum().sum()
    assert int(np.asarray(counts)) == len(rows)
