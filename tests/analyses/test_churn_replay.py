"""The lists of earlier days by hand: what was green, what nobody knew, and the tiers of the day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.churn_replay import replay_by_day, replay_by_tier
from portfolio_lib.analyses.churn_replay_figures import replay_figures
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.tiers import dated_rule
from portfolio_lib.parameters.models import TierPolicy
from tests.analyses.portfolios import AS_OF, unit

DECEMBER, MARCH = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-03-31")


def rows(*clients: tuple[str, pd.Timestamp, float, bool, str | None]) -> pd.DataFrame:
    """Clients of lists: id, day, revenue, whether it left, and its colour on the day."""
    columns = ["account_id", "snapshot_date", "revenue", "left", "level"]
    frame = pd.DataFrame(list(clients), columns=columns)
    return frame.assign(probability=0.1, listed=True)


def figures(given: pd.DataFrame) -> dict[str, Figure]:
    replay = replay_by_day(given, pd.Timestamp(AS_OF))
    found = replay_figures(replay, None, "2025-12-31 to 2026-03-31", unit())
    return {one.key.removeprefix("churn."): one for one in found}


MIXED = rows(
    ("a", MARCH, 30.0, True, "green"),
    ("b", MARCH, 70.0, True, "red"),
    ("c", MARCH, 100.0, True, "grey"),
    ("d", MARCH, 500.0, False, "green"),
    ("a", DECEMBER, 20.0, True, "yellow"),
    ("b", DECEMBER, 80.0, True, None),
)


def test_of_the_revenue_lost_only_what_had_a_colour_can_be_green() -> None:
    found = figures(MIXED)
    # Lost with a colour: 30 green, 70 red, 20 yellow; 100 grey and 80 unknown on top.
    assert (found["green_share"].value, found["green_share"].n) == (30 / 120, 3)
    assert (found["lost_without_colour"].value, found["lost_without_colour"].n) == (180 / 300, 5)
    march, december = replay_by_day(MIXED, pd.Timestamp(AS_OF)).to_dict("records")
    assert (march["revenue_lost_green"], march["revenue_lost_coloured"]) == (30.0, 100.0)
    assert (december["revenue_lost_green"], december["revenue_lost_coloured"]) == (0.0, 20.0)


@pytest.mark.parametrize("level", ["grey", None])
def test_where_nobody_had_a_colour_nothing_is_said_to_be_green(level: str | None) -> None:
    found = figures(rows(("a", MARCH, 30.0, True, level), ("b", MARCH, 70.0, False, level)))
    for key in ("green_share", "lost_without_colour"):
        assert found[key].reason == "no client had a colour on the days tried"
    day = replay_by_day(rows(("a", MARCH, 30.0, True, level)), pd.Timestamp(AS_OF)).iloc[0]
    assert not day["colours_known"]
    assert np.isnan(day["revenue_lost_green"])


def test_where_only_those_who_stayed_had_a_colour_all_of_the_loss_is_unknown() -> None:
    found = figures(rows(("a", MARCH, 30.0, True, "grey"), ("b", MARCH, 70.0, False, "green")))
    assert found["green_share"].reason == "no revenue was lost at a client with a colour"
    assert found["lost_without_colour"].value == 1.0


def test_where_nothing_was_lost_there_is_no_share_of_it() -> None:
    given = rows(("a", MARCH, 30.0, False, "green"))
    assert figures(given)["green_share"].reason == "no revenue was lost on the days tried"
    assert replay_by_day(given, pd.Timestamp(AS_OF)).iloc[0]["revenue_lost_green"] == 0.0


FOUR = [("a", 50.0), ("b", 30.0), ("c", 15.0), ("d", 5.0)]


@pytest.mark.parametrize(
    ("policy", "accounts"),
    [
        ({"policy": "cumulative_revenue"}, {"1": 1, "3": 3}),  # starts 0, 50, 80, 95 of 100
        ({"policy": "account_rank"}, {"1": 1, "2": 1, "3": 2}),  # 20 % and 30 % of 4 accounts
        ({"policy": "thresholds", "thresholds": (30.0, 15.0)}, {"1": 2, "2": 1, "3": 1}),
        ({"policy": "given"}, {"1": 1, "3": 3}),
    ],
    ids=["cumulative revenue", "account rank", "thresholds", "given"],
)
def test_tiers_of_the_replay_follow_the_policy(policy: dict[str, Any], accounts: Any) -> None:
    tiers = TierPolicy.model_validate(policy)
    given = rows(*((one, MARCH, money, one == "b", None) for one, money in FOUR))
    found = replay_by_tier(given, tiers).set_index("tier")
    assert found["accounts"].to_dict() == accounts
    assert found["revenue_lost"].sum() == 30.0


def test_tiers_that_are_not_dated_are_said_to_be_left_out() -> None:
    assert dated_rule(TierPolicy(policy="given")).startswith(
        "The tiers in table accounts do not say since when they hold"
    )
    ranked = dated_rule(TierPolicy(policy="account_rank"))
    assert ranked.startswith("Tiers by revenue as it stood on each day. ")
    assert "of all accounts with revenue" in ranked
