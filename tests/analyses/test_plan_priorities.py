"""Which actions come first, and which fit."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.plan_candidates import chances, colour_chances
from portfolio_lib.analyses.plan_priorities import (
    after_earlier,
    capacities,
    fitting,
    horizon_of,
    portfolio_actions,
    ranked,
)
from portfolio_lib.parameters.plan_models import PlanPage

AS_OF = dt.date(2026, 9, 30)


def rows(told: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    """One action per (account, tier, effect, hours)."""
    frame = pd.DataFrame(told, columns=["account_id", "tier", "effect", "hours"])
    return frame.assign(
        play=[f"p{n}" for n in range(len(frame))],
        kind="kept",
        owner="Ada",
        effect_per_hour=frame["effect"] / frame["hours"],
    )


def test_effect_per_hour_comes_first_then_tier_one_and_the_unknown_last() -> None:
    frame = rows([("a", "2", 100, 10), ("b", "1", 50, 5), ("c", "3", 90, 3), ("d", "1", np.nan, 1)])
    # 10, 10, 30 and unknown an hour: c; then b before a, because of tier 1; then d.
    assert ranked(frame)["account_id"].tolist() == ["c", "b", "a", "d"]


def test_a_second_action_adds_its_share_of_what_the_first_leaves() -> None:
    frame = rows([("a", "1", 30, 1), ("b", "1", 25, 1), ("a", "1", 20, 1), ("a", "1", 10, 1)])
    saved = pd.Series([0.3, 0.25, 0.2, 0.1])
    # 100 at stake at a: 30; 20 % of the 70 left = 14; 10 % of the 56 left = 5.6. b stands alone.
    assert after_earlier(frame, saved).tolist() == pytest.approx([30, 25, 14, 5.6])


def test_growth_adds_in_full_and_takes_nothing_from_what_is_kept() -> None:
    frame = rows([("a", "1", 500, 1), ("a", "1", 30, 1), ("a", "1", 20, 1)])
    frame["kind"] = ["growth", "kept", "kept"]
    saved = pd.Series([np.nan, 0.3, 0.2])
    assert after_earlier(frame, saved).tolist() == pytest.approx([500, 30, 14])


def test_a_play_that_keeps_everything_leaves_nothing() -> None:
    frame = rows([("a", "1", 100, 1), ("a", "1", 20, 1)])
    assert after_earlier(frame, pd.Series([1.0, 0.2])).tolist() == [100, 0]


def test_hours_are_a_share_of_the_week_for_ninety_days() -> None:
    managers = pd.DataFrame({"manager": ["Ada", "Bo"], "hours_per_week": [35.0, np.nan]})
    page = PlanPage(hours_share=0.2, hours_per_week=28.0)
    found = capacities(pd.Series(["Ada", "Bo", "", "Ada"]), managers, page)
    # 35 × 0.2 × 90/7 = 90; 28 × 0.2 × 90/7 = 72 where nothing is known.
    assert found.round(6).to_dict() == {"": 72.0, "Ada": 90.0, "Bo": 72.0}


def test_what_does_not_fit_is_left_out_and_smaller_ones_fill_up() -> None:
    frame = rows([("a", "1", 9, 6), ("b", "1", 8, 6), ("c", "1", 1, 4), ("d", "1", 1, 1)])
    assert fitting(frame, pd.Series({"Ada": 10.0})).tolist() == [True, False, True, False]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from("123"), st.integers(0, 99), st.integers(1, 9)
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)
def test_hours_are_never_exceeded_and_the_order_of_rows_changes_nothing(
    told, hours, random
) -> None:
    frame = rows(told)
    capacity = pd.Series({"Ada": float(hours)})
    one = ranked(frame)
    other = ranked(frame.iloc[random.sample(range(len(frame)), len(frame))])
    pd.testing.assert_frame_equal(one, other)
    fits = fitting(one, capacity)
    assert one.loc[fits, "hours"].sum() <= hours
    # Nothing that was left out would still fit.
    spare = hours - one.loc[fits, "hours"].sum()
    assert (one.loc[~fits, "hours"] > spare).all()


@pytest.mark.parametrize(("days", "horizon"), [(1, 30), (30, 30), (31, 60), (90, 90), (91, 120)])
def test_a_horizon_holds_its_last_day(days, horizon) -> None:
    assert horizon_of(days) == horizon


def test_the_chance_is_the_mean_of_the_model_and_of_the_colour() -> None:
    columns = ["account_id", "account_name", "tier", "account_manager", "annual_revenue"]
    base = pd.DataFrame(
        [
            ["a", "Ash", "1", "Ada", 90.0],
            ["b", "Beech", "2", "Bo", 50.0],
            ["c", "Cedar", "3", "Bo", 9.0],
        ],
        columns=columns,
    )
    churn = SimpleNamespace(accounts=base.assign(probability=[0.1, np.nan, np.nan]))
    health = SimpleNamespace(
        accounts=pd.DataFrame(
            {"account_id": ["a", "b"], "annual_revenue": [100.0, np.nan], "level": ["red", "red"]}
        ),
        colours=pd.DataFrame({"level": ["red"], "seen": [20], "share": [0.5]}),
    )
    found = chances(churn, health, PlanPage())  # type: ignore[arg-type]
    # a: (0.1 + 0.5) / 2; b: the colour alone; c: neither is known.
    assert found["chance"].tolist()[:2] == pytest.approx([0.3, 0.5])
    assert np.isnan(found.loc["c", "chance"])
    assert found["annual_revenue"].tolist() == [100.0, 50.0, 9.0]


def test_a_colour_seen_too_seldom_takes_the_chance_of_the_parameters() -> None:
    page = PlanPage(least_seen=10, chance_by_colour={"red": 0.25, "yellow": 0.1})
    seen = pd.DataFrame(
        {"level": ["red", "yellow", "grey"], "seen": [9, 10, 50], "share": [0.6, 0.2, 0.3]}
    )
    assert colour_chances(seen, page) == {"red": 0.25, "yellow": 0.2}


def grounds(missed: list[tuple[str, float]], scores: list[float], open_: list[int]):
    """What calls for actions about the portfolio as a whole."""
    areas = pd.DataFrame(missed, columns=["key", "ahead"]).assign(is_met=False)
    return (
        SimpleNamespace(areas=areas.astype({"is_met": bool}), known={}),
        SimpleNamespace(
            items=pd.DataFrame(
                {
                    "item": [f"i{n}" for n in range(len(open_))],
                    "wording": [f"Item {n}" for n in range(len(open_))],
                    "state": "not met",
                    "tier_1_open": open_,
                }
            )
        ),
        SimpleNamespace(
            criteria=pd.DataFrame(
                {
                    "criterion": [f"1.{n}" for n in range(len(scores))],
                    "title": [f"Criterion {n}" for n in range(len(scores))],
                    "raise_by_one": "Plans: 50%, 6 more",
                    "score": scores,
                }
            )
        ),
    )


def test_the_area_furthest_behind_comes_first_then_readiness_then_the_checklist() -> None:
    given_ = grounds(
        [("movements.grr", -0.1), ("renewals.rate", -0.3)], [3.0, 1.0, np.nan], [0, 2, 5]
    )
    found = portfolio_actions(*given_, PlanPage(), AS_OF)  # type: ignore[arg-type]
    assert found["figure"].tolist() == [
        "renewals.rate",
        "movements.grr",
        "readiness.overall",
        "checklist.score",
    ]
    assert found["measure"].iloc[2] == "Criterion 1"
    assert found["title"].iloc[3] == "Checklist, tier 1: Item 2"
    assert found["fits"].all()


def test_nothing_behind_calls_for_nothing() -> None:
    found = portfolio_actions(*grounds([], [4.0], [0]), PlanPage(), AS_OF)  # type: ignore[arg-type]
    assert found.empty
    assert found["fits"].sum() == 0
