"""Earlier colours and alarms beside losses; areas under the curve with accounts seen often."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from portfolio_lib.analyses.clustered_auc import ranking
from portfolio_lib.analyses.health_features import health_features
from portfolio_lib.analyses.health_outcomes import days_apart, outcomes_of, suggested
from portfolio_lib.analyses.health_warnings import fires
from portfolio_lib.parameters.health_models import EarlyWarning
from portfolio_lib.pieces.pages.health_past import past_note
from tests.analyses.healths import (
    AS_OF,
    GOOD,
    account_features,
    churn_outcomes,
    health_of,
    quarters,
    settings,
)

BAD = {"satisfaction": 2.0, "usage_trend": -0.5, "days_since_interaction": 200.0,
       "notice_given": True, "champion_present": False, "champion_left_180d": True}  # fmt: skip


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    # Left: 10 and 40. Stayed: 30 and 90. Right: 10<30, 10<90, 40<90. Three of four.
    found = ranking(np.array([10.0, 40, 30, 90]), np.array([True, True, False, False]),
                    pd.Series(list("abcd")), level=0.9)  # fmt: skip
    assert found is not None
    assert found.auc == 0.75
    assert (found.rows, found.accounts, found.lost) == (4, 4, 2)


def test_the_area_counts_ties_as_half_a_pair() -> None:
    random = np.random.default_rng(5)
    left = random.random(400) < 0.2
    health = np.round(random.normal(70 - 8 * left, 10), -1)
    found = ranking(health, left, pd.Series(np.arange(400)), level=0.9)
    gone, stayed = health[left][:, None], health[~left][None, :]
    pairs = np.mean((gone < stayed) + 0.5 * (gone == stayed))
    assert found is not None
    assert found.auc == pytest.approx(pairs, abs=1e-9)


def test_with_one_row_an_account_the_error_is_delongs() -> None:
    """DeLong, DeLong and Clarke-Pearson (1988): var = S10 ÷ m + S01 ÷ n of the components."""
    random = np.random.default_rng(6)
    left = random.random(150) < 0.3
    health = random.normal(70 - 9 * left, 10)
    gone, stayed = -health[left], -health[~left]
    wins = (gone[:, None] > stayed[None, :]) + 0.5 * (gone[:, None] == stayed[None, :])
    error = math.sqrt(wins.mean(1).var(ddof=1) / len(gone) + wins.mean(0).var(ddof=1) / len(stayed))
    auc = wins.mean()
    found = ranking(health, left, pd.Series(np.arange(150)), level=0.9)
    assert found is not None
    assert found.interval is not None
    reach = norm.ppf(0.95) * error / (auc * (1 - auc))
    ends = [1 / (1 + math.exp(-(math.log(auc / (1 - auc)) + side * reach))) for side in (-1, 1)]
    assert found.interval == pytest.approx(tuple(ends), abs=1e-8)


def test_rows_of_one_account_say_little_more_than_one_row() -> None:
    random = np.random.default_rng(7)
    left = random.random(80) < 0.3
    health = random.normal(70 - 9 * left, 10)
    one = ranking(health, left, pd.Series(np.arange(80)), level=0.9)
    many = ranking(np.tile(health, 6), np.tile(left, 6), pd.Series(np.tile(np.arange(80), 6)),
                   level=0.9)  # fmt: skip
    assert one is not None
    assert many is not None
    assert one.interval is not None
    assert many.interval is not None
    assert many.auc == pytest.approx(one.auc)
    assert np.diff(many.interval) == pytest.approx(np.diff(one.interval), rel=0.03)


def test_the_interval_holds_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(8)
    truth = norm.cdf(10 / (10 * math.sqrt(2)))
    held = []
    for _ in range(300):
        own = np.repeat(random.normal(0, 7, 60), 4)  # accounts differ for good
        left = random.random(240) < 0.25
        health = own + random.normal(-10.0 * left, math.sqrt(51), 240)
        found = ranking(health, left, pd.Series(np.repeat(np.arange(60), 4)), level=0.9)
        assert found is not None
        assert found.interval is not None
        held.append(found.interval[0] < truth < found.interval[1])
    assert 0.84 < np.mean(held) < 0.96


def test_nothing_to_compare_has_no_area_and_a_perfect_one_no_interval() -> None:
    ids = pd.Series(list("abcd"))
    health = np.array([1.0, 2, 3, 4])
    assert ranking(health, np.zeros(4, dtype=bool), ids, level=0.9) is None
    assert ranking(health, np.ones(4, dtype=bool), ids, level=0.9) is None
    perfect = ranking(health, np.array([True, True, False, False]), ids, level=0.9)
    assert perfect is not None
    assert (perfect.auc, perfect.interval) == (1.0, None)


def test_days_compared_are_a_horizon_apart() -> None:
    days = quarters(7)
    features = account_features({"a": {}}, days)
    rows = health_features(features)
    past = outcomes_of(rows, churn_outcomes(features), pd.Timestamp(AS_OF), 0.2)
    apart = days_apart(rows["snapshot_date"], past["horizon_end"], past["observed"])
    # 180 days after 31 March is 27 September, so it is over; then 30 September, 31 March before.
    assert [day.date() for day in apart] == [days[2], days[4], days[6]]


def test_shrunk_is_a_fall_within_the_horizon_of_a_client_that_stayed() -> None:
    days = quarters(5)  # 30 Sep 2025, 31 Dec, 31 Mar 2026, 30 Jun, 30 Sep
    later = {("a", day): {"annual_revenue": 80.0} for day in days[:2]}
    later |= {("b", day): {"annual_revenue": 80.1} for day in days[:2]}
    later |= {("c", day): {"annual_revenue": 10.0} for day in days[:2]}
    features = account_features({"a": {}, "b": {}, "c": {}}, days, later)
    outcomes = churn_outcomes(features, {"c": dt.date(2026, 7, 5)})
    past = outcomes_of(health_features(features), outcomes, pd.Timestamp(AS_OF), 0.2)
    table = health_features(features)[["account_id", "snapshot_date"]].assign(**past)
    shrunk = table.loc[table["shrunk"], ["account_id", "snapshot_date"]]
    # On 30 September 2025 the horizon ends 29 March: June's fall of a is beyond it. On 31 December
    # it ends 29 June, a day before the fall shows. On 31 March it shows. b fell by less than 20 %.
    assert shrunk.to_numpy().tolist() == [["a", pd.Timestamp("2026-03-31")]]
    assert table.loc[table["left"], "account_id"].tolist() == ["c"]


def quiet_unit(count: int, bad: int) -> tuple[pd.DataFrame, dict[str, dt.date]]:
    """Clients over nine quarters, the bad ones all of them; every second bad one is lost."""
    readings: dict[str, dict[str, Any]] = {
        f"a{n:02d}": BAD if n < bad else {} for n in range(count)
    }
    lost = {f"a{n:02d}": dt.date(2026, 5, 1) for n in range(0, bad, 2)}
    return account_features(readings, quarters(9)), lost


def test_colours_beside_losses_by_hand() -> None:
    # 24 clients, 12 bad, 6 of them lost on 1 May 2026. Compared on 31 March 2026, 30 September
    # and 31 March 2025 and 30 September 2024: 4 × 12 bad ones seen, 6 lost.
    features, lost = quiet_unit(24, 12)
    found = health_of(features, settings({"least_events": 5}), lost=lost)
    table = found.colours.set_index("level")
    assert table.loc["red", ["seen", "left"]].tolist() == [48, 6]
    assert table.loc["green", ["seen", "left"]].tolist() == [48, 0]
    assert found.figures["health.red_left"].value == 6 / 48
    assert found.figures["health.green_left"].value == 0.0
    assert found.figures["health.lost_while_green"].value == 0.0
    assert found.figures["health.yellow_left"].reason is not None
    score = found.figures["health.score_auc"]
    # All observed days: 7 of 24 clients; a lost one is red on 31 March and 31 December, lost rows
    # 2 × 6; each has fewer points than 7 × 12 green rows and ties with 7 × 12 − 12 red ones.
    assert score.n == 7 * 24
    assert score.value == pytest.approx((84 + 0.5 * 72) / 156)


UNKNOWN = {name: None for name in GOOD if name not in ("annual_revenue", "tenure_days")}
MAY = dt.date(2026, 5, 1)


def test_of_the_revenue_lost_only_what_had_a_colour_can_be_green() -> None:
    readings = {"green": {"annual_revenue": 10.0}, "red": BAD | {"annual_revenue": 30.0},
                "grey": UNKNOWN | {"annual_revenue": 60.0}, "stays": {}}  # fmt: skip
    lost = dict.fromkeys(("green", "red", "grey"), MAY)
    found = health_of(account_features(readings, quarters(5)), lost=lost)
    assert found.colours.set_index("level")["revenue_lost"].to_dict() == {
        "green": 10.0, "yellow": 0.0, "red": 30.0, "grey": 60.0,
    }  # fmt: skip
    green = found.figures["health.lost_while_green"]
    assert (green.value, green.n) == (10 / 40, 2)
    unknown = found.figures["health.lost_without_colour"]
    assert (unknown.value, unknown.n) == (60 / 100, 3)
    assert past_note(found).startswith(
        "Of the revenue lost at clients with a colour, 25% was green on the day; 60% of all "
        "revenue lost was at clients of unknown health."
    )


def test_where_everybody_was_grey_nothing_is_said_to_be_green() -> None:
    readings = {one: dict(UNKNOWN) for one in "abcd"}
    found = health_of(account_features(readings, quarters(5)), lost={"a": MAY})
    for key in ("lost_while_green", "lost_without_colour"):
        reason = found.figures[f"health.{key}"].reason
        assert reason == "no client had a colour on the days compared"
    assert past_note(found).startswith(
        "How much of the revenue lost was green cannot be told: no client had a colour on the days"
    )


def test_an_alarm_is_judged_beside_everyone() -> None:
    features, lost = quiet_unit(24, 12)
    found = health_of(features, lost=lost)
    row = found.warnings.set_index("key").loc["usage_drop"]
    assert row[["alarms_now", "past_alarms", "came_true", "base_rows"]].tolist() == [12, 48, 6, 96]
    assert (row["precision"], row["base_rate"]) == (6 / 48, 6 / 96)
    assert row["low"] < 6 / 48 < row["high"]
    figure = found.figures["health.warning_usage_drop"]
    assert (figure.value, figure.n) == (6 / 48, 48)


def test_an_alarm_stands_since_its_first_day_in_a_row() -> None:
    days = quarters(4)
    earlier = {("a", days[2]): {"usage_trend": 0.0}}
    features = account_features({"a": {"usage_trend": -0.3}}, days, earlier)
    alarm = health_of(features).alarms.iloc[0]
    assert (alarm["key"], alarm["since"].date()) == ("usage_drop", days[1])


@pytest.mark.parametrize(
    ("side", "expected"),
    [("below", [True, False, False]), ("at_most", [True, True, False]),
     ("at_least", [False, True, True]), ("above", [False, False, True])],
)  # fmt: skip
def test_limits_are_inclusive_where_they_say_so(side: Any, expected: list[bool]) -> None:
    features = health_features(
        account_features({"a": {"satisfaction": 6}, "b": {"satisfaction": 7}, "c": {}})
    )
    rule = EarlyWarning(title="x", feature="satisfaction", fires=side, limit=7.0)
    assert fires(features, rule).tolist() == expected


def test_what_is_not_known_or_old_raises_no_alarm() -> None:
    readings = {"a": {"usage_trend": None},
                "b": {"usage_trend": -0.9, "usage_days_since": 101.0}}  # fmt: skip
    found = health_of(account_features(readings))
    assert found.alarms.empty
    assert found.warnings.set_index("key").loc["usage_drop", "known_now"] == 0


def test_a_rule_can_be_taken_off_and_another_added() -> None:
    own = {"few_people": {"title": "One person alone", "feature": "contacts_met_180d",
                          "fires": "at_most", "limit": 1.0}}  # fmt: skip
    changed = settings({"warnings": {"silence": {"on": False}, "own": own}})
    found = health_of(account_features({"a": {"contacts_met_180d": 1}}), changed)
    assert "silence" not in found.warnings["key"].tolist()
    assert found.alarms["key"].tolist() == ["few_people"]


def test_suggested_weights_share_out_what_the_compared_ones_weigh() -> None:
    # 0.9 and 0.6 lie 0.4 and 0.1 above chance: 20 × 0.8 and 20 × 0.2; the third keeps its 5.
    assert suggested(np.array([10.0, 10, 5]), np.array([0.9, 0.6, np.nan])).tolist() == [16, 4, 5]
    assert np.isnan(suggested(np.array([1.0, 1]), np.array([0.5, 0.2]))).all()


def test_suggested_weights_are_tried_on_days_after_those_they_come_from() -> None:
    """Satisfaction alone precedes losses: it is given more, and the score then ranks better."""
    random = np.random.default_rng(9)
    days = quarters(13)
    trends = random.uniform(-0.4, 0.05, 160)
    readings = {
        f"a{n:03d}": {"usage_trend": trend, "satisfaction": 9.0 if n >= 60 else 6.0}
        for n, trend in enumerate(trends)
    }
    lost = {f"a{n:03d}": dt.date(2024, 1, 15) + dt.timedelta(days=40 * (n % 20)) for n in range(60)}
    features = account_features(readings, days)
    gone = pd.to_datetime(features["account_id"].map(lost))
    features["is_active"] = ~(gone <= features["snapshot_date"])
    found = health_of(features, lost=lost)
    assert found.trial is not None
    assert found.trial.first_day > features["snapshot_date"].min()
    assert found.trial.suggested.auc > found.trial.given.auc
    rows = found.measures.set_index("key")
    assert rows.loc["satisfaction", "suggested"] > rows.loc["satisfaction", "weight"]
    assert rows["suggested"].sum() == pytest.approx(rows["weight"].sum())
    assert rows.loc["usage", "auc"] == pytest.approx(0.5, abs=0.12)


def test_too_few_losses_are_said_to_be_too_few() -> None:
    features, _ = quiet_unit(24, 12)
    none = health_of(features, lost={})
    assert "fewer than 10 clients left" in str(none.figures["health.score_auc"].reason)
    assert none.figures["health.lost_while_green"].reason == (
        "no revenue was lost on the days compared"
    )
    two = health_of(features, lost={"a00": dt.date(2026, 5, 1), "a13": dt.date(2025, 12, 5)})
    assert two.figures["health.score_auc"].value is None
    assert two.measures["suggested"].isna().all()
    assert two.figures["health.lost_while_green"].value == 0.5


def test_without_outcomes_the_past_is_not_judged() -> None:
    features, _ = quiet_unit(6, 3)
    found = health_of(features, outcomes=False)
    assert found.figures["health.red_left"].reason == (
        "no earlier day has its outcome yet; it needs a full horizon of history"
    )
    assert found.horizon_days is None
