"""Which actions come first, and which fit."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.plan_candidates import chances, colour_chances
from portfolio_lib.analyses.plan_priorities import (
    after_earlier,
    capacities,
    fitting,
    horizon_of,
    portfolio_actions,
    ranked,
)
from portfolio_lib.parameters.plan_models import PlanPage, PortfolioAction

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
    found = chances(churn, health, PlanPage())
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
    found = portfolio_actions(*given_, PlanPage(), AS_OF)
    assert found["figure"].tolist() == [
        "renewals.rate",
        "movements.grr",
        "readiness.overall",
        "checklist.score",
    ]
    assert found["measure"].iloc[2] == "Criterion 1"
    assert found["title"].iloc[3] == "Checklist, tier 1: Item 2"
    assert found["fits"].all()


def moved(lost: int | None, new: int | None, back: int | None) -> dict[str, Figure]:
    """The year's clients lost, new and returned; None is not computable."""
    told = {"lost": ("Clients lost", lost), "new": ("New clients", new),
            "returned": ("Clients who came back", back)}  # fmt: skip
    return {
        f"portfolio.{key}_accounts": Figure(
            f"portfolio.{key}_accounts", label, value, "accounts", "",
            reason="needs a year before" if value is None else None,
        )
        for key, (label, value) in told.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "new", "back", "is_called"),
    [
        # Of ten, P(9 or more) = (10 + 1) ÷ 1024 = 1.1%; P(8 or more) = (45 + 11) ÷ 1024 = 5.5%.
        (9, 1, 0, True),
        (8, 2, 0, False),
        (8, 1, 1, False),
        (60, 40, 0, True),  # 2.8%
        (55, 45, 0, False),  # 18%
        (5, 0, 0, True),  # 1 ÷ 32 = 3.1%
        (4, 0, 0, False),
        (0, 0, 0, False),
        (1, 9, 0, False),
        (None, 1, 0, False),
        (9, None, 0, False),
        (9, 1, None, False),
    ],
)
def test_more_leavers_than_newcomers_call_for_a_campaign(
    lost: int | None, new: int | None, back: int | None, is_called: bool
) -> None:
    summary, checklist, readiness = grounds([], [4.0], [0])
    summary.known = moved(lost, new, back)
    found = portfolio_actions(summary, checklist, readiness, PlanPage(), AS_OF)
    assert len(found) == is_called
    if is_called:
        assert found.loc[0, "title"].startswith("Start a campaign to win new clients")


def test_a_campaign_says_why_and_its_threshold_is_a_setting() -> None:
    summary, *others = grounds([("movements.grr", -0.1)], [4.0], [0])
    summary.known = moved(9, 1, 0)
    found = portfolio_actions(summary, *others, PlanPage(), AS_OF)
    # 9 of 10 moves are losses, 0.4 beyond the even half; retention is 0.1 behind.
    assert found["figure"].tolist() == ["portfolio.lost_accounts", "movements.grr"]
    assert found["behind"].tolist() == pytest.approx([0.4, 0.1])
    assert found["because"].tolist() == [
        "Clients lost 9, new clients and clients who came back 1",
        "Behind its goal",
    ]
    # Three lost for each one won are as usual: P(9 or more of 10 at 3/4) = 24%.
    usual = PlanPage(outnumbers_times=3.0)
    again = portfolio_actions(summary, *others, usual, AS_OF)
    assert again["figure"].tolist() == ["movements.grr"]


def test_what_outnumbers_names_what_it_is_held_against() -> None:
    with pytest.raises(ValueError, match="expected both or neither"):
        PortfolioAction(figure="a", when="outnumbers", title="t", measure="m", within_days=1,
                        hours=1)  # fmt: skip


def test_nothing_behind_calls_for_nothing() -> None:
    found = portfolio_actions(*grounds([], [4.0], [0]), PlanPage(), AS_OF)
    assert found.empty
    assert found["fits"].sum() == 0
