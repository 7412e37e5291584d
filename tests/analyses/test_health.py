"""Health: scores by hand, colours, coverage, freshness, overrides, history, movers, weights."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pydantic import ValidationError

from portfolio_lib.analyses.answer_ages import ANSWER_AGES
from portfolio_lib.analyses.causes import FEATURES as CHURN_FEATURES
from portfolio_lib.analyses.health import Health
from portfolio_lib.analyses.health_features import FEATURES, health_features
from portfolio_lib.analyses.health_history import counts_by_day, overrides_of
from portfolio_lib.analyses.health_scores import Scores, on_scale, score_health, weighted
from portfolio_lib.analyses.health_weights import data_to_collect, worst_ten
from portfolio_lib.parameters.health_measures import Measure
from portfolio_lib.parameters.health_models import HealthPage
from tests.analyses.healths import (
    AS_OF,
    GOOD,
    account_features,
    health_of,
    page,
    quarters,
    settings,
)

NOTHING: dict[str, Any] = {key: None for key in GOOD if key != "annual_revenue"}
LEFT_MEASURES = {
    key: {"weight": 0.0} for key, _ in HealthPage().measures.each() if key not in ("satisfaction",)
}


def one(readings: dict[str, Any], health: dict[str, Any] | None = None) -> pd.Series:
    """The only client of a unit, as computed."""
    features = health_features(account_features({"a": readings}))
    return score_health(features, page(**(health or {}))).rows.iloc[0]


def scored(features: pd.DataFrame, health: dict[str, Any] | None = None) -> Scores:
    """Every row of the fact, as computed."""
    return score_health(health_features(features), page(**(health or {})))


def level_of(score: float, **bands: Any) -> str:
    """The colour of a client whose score is that of one measure, points as they are read."""
    straight = {"weight": 1.0, "scale": [[0.0, 0.0], [100.0, 100.0]], "critical": False}
    measures = {**LEFT_MEASURES, "satisfaction": straight}
    return str(one({"satisfaction": score}, {"measures": measures, **bands})["level"])


def test_the_score_by_hand() -> None:
    # 47, 59 and 21 with weights 20, 15 and 22: (940 + 885 + 462) ÷ 57 = 2287 ÷ 57 = 40.1228.
    score, coverage = weighted(np.array([[47.0, 59.0, 21.0]]), np.array([20.0, 15.0, 22.0]))
    assert score[0] == pytest.approx(40.1228, abs=1e-4)
    assert coverage[0] == 1.0


def test_what_is_not_known_is_in_neither_part() -> None:
    # Without the second: (940 + 462) ÷ 42 = 33.38; known 42 of 57.
    score, coverage = weighted(np.array([[47.0, np.nan, 21.0]]), np.array([20.0, 15.0, 22.0]))
    assert score[0] == pytest.approx(1402 / 42)
    assert coverage[0] == pytest.approx(42 / 57)


def test_a_hundred_is_healthy_and_everything_good_gives_it() -> None:
    row = one({})
    assert (row["score"], row["coverage"], row["level"]) == (100.0, 1.0, "green")
    assert row["cause"] == "no_visible_cause"


def test_bands_hold_their_lower_edge() -> None:
    bands = {"green_from": 80.0, "yellow_from": 60.0}
    assert [level_of(score, **bands) for score in (80, 79.99, 60, 59.99)] == [
        *("green", "yellow", "yellow", "red"),
    ]


def test_steps_take_the_points_of_the_last_value_reached() -> None:
    steps = Measure(title="x", feature="breaches_90d", weight=1.0, steps=True,
                    scale=((0.0, 100.0), (1.0, 50.0), (3.0, 0.0)))  # fmt: skip
    found = on_scale(np.array([-1.0, 0.0, 0.9, 1.0, 2.9, 3.0, np.nan]), steps)
    assert found[:6].tolist() == [100.0, 100.0, 100.0, 50.0, 50.0, 0.0]
    assert math.isnan(found[6])


def test_a_red_critical_measure_allows_yellow_at_most() -> None:
    # Champion gone: 12 of 122 lost, score 90.2, which is green but for the cap.
    row = one({"champion_present": False, "champion_left_180d": True})
    assert row["score"] == pytest.approx(100 * 110 / 122)
    assert (row["level"], row["cause"]) == ("yellow", "champion_left")
    free = {"measures": {"champion": {"critical": False}}}
    again = one({"champion_present": False, "champion_left_180d": True}, free)
    assert again["level"] == "green"


def test_a_champion_with_a_successor_is_not_gone() -> None:
    row = one({"champion_present": True, "champion_left_180d": True})
    assert row["score"] == 100.0


def test_readings_older_than_they_may_be_do_not_count() -> None:
    bad = {"satisfaction": 2.0, "satisfaction_days_since": 365.0}
    assert one(bad)["score"] < 90
    assert one({**bad, "satisfaction_days_since": 366.0})["score"] == 100.0
    assert one({**bad, "satisfaction_days_since": 366.0})["coverage"] == pytest.approx(102 / 122)


@pytest.mark.parametrize(("feature", "scale"), [("nps_score", 10.0), ("csat_score", 5.0)])
def test_every_answer_may_be_too_old(feature: str, scale: float) -> None:
    own = {"title": "Own", "feature": feature, "weight": 122.0, "fresh_days": 365,
           "scale": [[0.0, 0.0], [scale, 100.0]]}  # fmt: skip
    rules = {"measures": {"own": {"asked": own}}}
    age = ANSWER_AGES[feature]
    # All else is at 100 points with a weight of 122: half of 0 and half of 100.
    assert one({feature: 0.0, age: 365.0}, rules)["score"] == 50.0
    assert one({feature: 0.0, age: 366.0}, rules)["score"] == 100.0
    assert one({feature: 0.0, age: 366.0}, rules)["coverage"] == 0.5
    assert one({feature: 0.0}, rules)["coverage"] == 0.5  # of no known day


def test_the_age_of_an_answer_is_no_reason_to_leave() -> None:
    assert not set(ANSWER_AGES.values()) & set(CHURN_FEATURES)


def test_below_the_least_coverage_a_client_is_grey_whatever_its_score() -> None:
    # Satisfaction 20, champion 12, contact 10, breadth 5, sentiment 4 and service 8 make 59 of 122.
    known = (
        *("satisfaction", "satisfaction_days_since", "champion_present", "champion_left_180d"),
        *("days_since_interaction", "contacts_met_180d", "sentiment_90d", "breaches_90d"),
    )
    part = {**NOTHING, **{key: GOOD[key] for key in known}}
    assert one(part)["coverage"] == pytest.approx(59 / 122)
    assert one(part)["level"] == "grey"
    assert one(part, {"least_coverage": 0.48})["level"] == "green"


def test_with_nothing_known_there_is_no_score_and_a_reason_that_names_tables() -> None:
    found = health_of(account_features({"a": NOTHING}))
    assert math.isnan(found.accounts["score"].iloc[0])
    assert found.accounts["level"].tolist() == ["grey"]
    reason = found.figures["health.red"].reason
    assert reason is not None
    assert "too little is known" in reason
    assert "usage" in reason
    assert found.figures["health.grey"].value == 1


def test_the_cause_is_what_takes_most_off_the_score() -> None:
    # Satisfaction 7 takes 20 × 50; use down 20 % takes 20 × 70.
    row = one({"satisfaction": 7.0, "usage_trend": -0.2, "sentiment_90d": -0.5})
    assert row["cause"] == "declining_usage"
    assert one({"satisfaction": 4.0, "usage_trend": -0.2})["cause"] == "low_satisfaction"


def test_what_is_lost_and_the_score_add_up_to_a_hundred() -> None:
    features = health_features(
        account_features({"a": {"usage_trend": -0.3, "gap_ratio": None}, "b": {"satisfaction": 6}})
    )
    scores = score_health(features, HealthPage())
    sums = scores.lost.sum(axis=1) + scores.rows["score"].to_numpy()
    assert sums == pytest.approx([100.0, 100.0])


def test_a_client_that_is_not_active_has_no_colour() -> None:
    features = account_features({"a": {}, "b": {"is_active": False}})
    assert scored(features).rows["account_id"].tolist() == ["a"]


def test_columns_that_are_not_there_are_not_known() -> None:
    bare = account_features({"a": {}})[["account_id", "snapshot_date", "is_active"]]
    found = health_features(bare)
    assert found[list(FEATURES)].isna().all(axis=None)


def overridden(*given: dict[str, Any]) -> Health:
    return health_of(
        account_features({"a": {}, "b": {"satisfaction": 3.0, "usage_trend": -0.5}}),
        settings({"overrides": list(given)}),
    )


def override(account: str, level: str, expires: str) -> dict[str, Any]:
    return {
        "account_id": account,
        "level": level,
        "reason": "The chief executive is leaving",
        "by_role": "Head of clients",
        "expires": dt.date.fromisoformat(expires),
    }


def test_an_override_counts_to_its_last_day_and_the_computed_colour_stays() -> None:
    row = overridden(override("a", "red", "2026-09-30")).accounts.set_index("account_id").loc["a"]
    assert (row["level"], row["computed_level"], row["score"]) == ("red", "green", 100.0)
    assert row["override_reason"] == "The chief executive is leaving"


def test_an_expired_override_lapses_and_is_listed_as_such() -> None:
    found = overridden(override("a", "red", "2026-09-29"))
    assert found.accounts.set_index("account_id").loc["a", "level"] == "green"
    assert found.overrides["state"].tolist() == ["lapsed"]
    assert found.figures["health.overrides_lapsed"].value == 1
    assert found.figures["health.overrides"].value == 0


def test_an_override_of_nobody_is_said_to_be_one() -> None:
    rows = pd.DataFrame({"account_id": ["a"], "computed_level": ["green"], "score": [99.0]})
    given_ = page(overrides=[override("zz", "red", "2027-01-01")])
    assert overrides_of(rows, given_, AS_OF)["state"].tolist() == ["not a client now"]


def test_an_override_changes_who_is_at_risk_and_no_earlier_colour() -> None:
    found = overridden(override("a", "red", "2026-12-31"))
    assert found.figures["health.at_risk"].value == 1
    assert found.history["level"].tolist() == ["green", "yellow"]


def test_the_history_is_scored_from_what_was_known_on_each_day() -> None:
    days = quarters(3)
    earlier = {("a", days[1]): {"satisfaction": 3.0, "usage_trend": -0.5}}
    found = scored(account_features({"a": {}}, days, earlier))
    assert found.rows["level"].tolist() == ["green", "yellow", "green"]
    assert counts_by_day(found, page())["yellow"].tolist() == [0, 1, 0]


def test_marks_stand_on_the_first_day_after_a_change_of_rules() -> None:
    days = quarters(3)  # 31 March, 30 June, 30 September
    changes = [
        {"date": dt.date(2026, 4, 1), "what": "Weights"},
        {"date": dt.date(2026, 6, 30), "what": "Bands"},
        {"date": dt.date(2026, 3, 1), "what": "Before the first day"},
    ]
    found = counts_by_day(scored(account_features({"a": {}}, days)), page(changes=changes))
    assert found["change"].tolist() == ["", "Weights; Bands", ""]


def test_movers_fall_first_and_name_what_moved_them() -> None:
    days = quarters(2)
    readings = {
        "rose": {},
        "fell": {"satisfaction": 3.0, "usage_trend": -0.4, "annual_revenue": 50.0},
        "same": {},
    }
    earlier = {
        ("rose", days[1]): {"satisfaction": 3.0},
        ("fell", days[1]): {"satisfaction": 9.0, "usage_trend": -0.05},
    }
    found = health_of(account_features(readings, days, earlier))
    assert found.movers["account_id"].tolist() == ["fell", "rose"]
    assert found.movers["worse"].tolist() == [True, False]
    assert found.movers["moved_by"].tolist() == ["Satisfaction", "Satisfaction"]
    assert (found.figures["health.fell"].value, found.figures["health.rose"].value) == (1, 1)
    assert found.moved_since == days[1]


def test_who_was_not_a_client_at_the_last_review_has_not_moved() -> None:
    days = quarters(2)
    new = account_features({"a": {}, "b": {"satisfaction": 2.0}}, days)
    new = new.loc[~(new["account_id"].eq("b") & new["snapshot_date"].eq(pd.Timestamp(days[1])))]
    assert health_of(new).movers.empty
    none = health_of(account_features({"a": {}}))
    assert none.figures["health.fell"].reason == "no client is known at the review before"


def test_where_tiers_are_to_be_given_and_are_not_no_other_reading_takes_their_place() -> None:
    given = settings(policies={"tiers": {"policy": "given"}})
    found = health_of(account_features({"a": {}, "b": {}}), given)
    assert found.accounts["tier"].tolist() == ["none", "none"]
    assert set(found.matrix.loc[found.matrix["accounts"] > 0, "tier"]) == {"none"}


def test_the_matrix_holds_every_client_and_all_revenue() -> None:
    readings = {"a": {}, "b": {"usage_trend": -0.5}, "c": NOTHING}
    found = health_of(account_features(readings), tiers={"a": "1", "b": "2", "c": "3"})
    assert found.matrix["accounts"].sum() == 3
    assert found.matrix["revenue"].sum() == 300.0
    assert len(found.matrix) == 12


def test_the_worst_stay_when_nothing_else_comes_near() -> None:
    bad = {"satisfaction": 2.0, "usage_trend": -0.5, "days_since_interaction": 200.0}
    readings = {f"a{n:02d}": bad if n < 3 else {} for n in range(12)}
    found = worst_ten(scored(account_features(readings)), page(worst=3), seed=1)
    assert found["account_id"].tolist() == ["a00", "a01", "a02"]
    assert found["stays"].tolist() == [1.0, 1.0, 1.0]
    # Two clients that differ in which of two equal weights is bad: each is the worst in half.
    two = {"a": {"satisfaction": 5.0}, "b": {"usage_trend": -0.4}, "c": {}}
    close = worst_ten(scored(account_features(two)), page(worst=1, draws=2000), seed=1)
    assert close["stays"].iloc[0] == pytest.approx(0.5, abs=0.04)


def test_the_data_that_tells_most_comes_first() -> None:
    # Without use (25) 97 of 122 are known, without use and answers 77: 0.63. Least 0.7: b is grey.
    readings = {
        "a": {"usage_trend": None, "licence_use": None},
        "b": {"usage_trend": None, "licence_use": None, "satisfaction": None},
    }
    least = {"least_coverage": 0.7}
    found = data_to_collect(scored(account_features(readings), least), page(**least))
    assert found["table"].tolist() == ["usage", "surveys"]
    assert found["accounts"].tolist() == [2, 1]
    assert found["out_of_grey"].tolist() == [1, 1]
    assert found["coverage_gain"].tolist() == pytest.approx([25 / 122, 10 / 122])


def test_what_only_time_brings_cannot_be_collected() -> None:
    young = {"tenure_days": 100.0, "gap_ratio": None}
    found = scored(account_features({"a": young}))
    assert found.rows["coverage"].iloc[0] == pytest.approx(104 / 122)
    assert data_to_collect(found, page()).empty


def test_shuffled_rows_change_nothing() -> None:
    days = quarters(8)
    readings = {f"a{n:02d}": {"satisfaction": 2.0 + n % 8, "usage_trend": -0.02 * (n % 20)}
                for n in range(30)}  # fmt: skip
    features = account_features(readings, days)
    lost = {"a01": dt.date(2025, 11, 1), "a09": dt.date(2025, 8, 1)}
    first, second = (health_of(features, lost=lost, shuffle=seed) for seed in (1, 2))
    assert first.figures == second.figures
    for name, frame in vars(first).items():
        if isinstance(frame, pd.DataFrame):
            pd.testing.assert_frame_equal(frame, getattr(second, name), obj=name)


@trials(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=3, max_size=3),
    st.lists(st.floats(0.1, 50), min_size=3, max_size=3),
)
def test_a_score_lies_between_its_points(points: list[float | None], weights: list[float]) -> None:
    row = np.array([[math.nan if one is None else one for one in points]])
    score, coverage = weighted(row, np.array(weights))
    known = row[~np.isnan(row)]
    assert 0 <= coverage[0] <= 1
    if known.size:
        assert known.min() - 1e-6 <= score[0] <= known.max() + 1e-6
    else:
        assert math.isnan(score[0])


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"green_from": 60.0}, "yellow_from is not below green_from"),
        ({"measures": {"usage": {"scale": [[1.0, 5.0], [0.0, 9.0]]}}}, "do not rise"),
        ({"measures": {"usage": {"scale": [[1.0, 101.0]]}}}, "less than or equal to 100"),
        ({"measures": {"usage": {"weight": -1.0}}}, "greater than or equal to 0"),
        ({"measures": {key: {"weight": 0.0} for key, _ in HealthPage().measures.each()}},
         "no measure has a weight"),
        ({"overrides": [override("a", "red", "2026-09-30")] * 2}, "overrides name a twice"),
    ],
)  # fmt: skip
def test_settings_that_contradict_themselves_are_refused(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        page(**given_)


def test_a_measure_of_ones_own_counts() -> None:
    own = {"executive_met": {"title": "Executive met", "feature": "executive_met_180d",
                             "weight": 61.0, "scale": [[0.0, 0.0], [1.0, 100.0]]}}  # fmt: skip
    features = account_features({"a": {}}).assign(executive_met_180d=False)
    row = scored(features, {"measures": {"own": own}}).rows.iloc[0]
    assert row["score"] == pytest.approx(100 * 122 / 183)


def test_one_changed_line_leaves_the_rest_of_a_measure() -> None:
    changed = page(measures={"usage": {"weight": 30.0}}).measures.usage
    assert (changed.weight, changed.fresh_days, changed.critical) == (30.0, 100, True)
    assert changed.scale == HealthPage().measures.usage.scale


def test_nobody_and_one_client_get_sentences() -> None:
    nobody = health_of(account_features({}))
    assert nobody.figures["health.grey"].reason == f"no client was active on {AS_OF:%-d %B %Y}"
    alone = health_of(account_features({"a": {}}))
    assert alone.figures["health.green"].value == 1
    assert alone.figures["health.worst_stays"].reason is not None
