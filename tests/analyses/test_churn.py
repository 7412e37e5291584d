"""Churn: worlds with a known chance, honest edges, the list, the replay, the reasons."""

from __future__ import annotations

import datetime as dt
import math
import pickle
import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.causes import CAUSES, DIRECTIONS, FEATURES, in_words
from portfolio_lib.analyses.churn import Churn, predict_churn
from portfolio_lib.analyses.churn_calls import Capacity, actions_by_cause, call_list, with_plays
from portfolio_lib.analyses.churn_features import model_features
from portfolio_lib.analyses.churn_models import ranking
from portfolio_lib.analyses.churn_replay import colour_chances
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.play_models import kit_plays
from tests.analyses.churn_worlds import World, world
from tests.analyses.portfolios import unit

FAST = {"tried_snapshots": 2, "trees_from_events": 10_000}


def settings(**churn: object) -> UnitParameters:
    return unit().model_copy(update={"churn": ChurnPage.model_validate({**FAST, **churn})})


def churn_of(given: World, parameters: UnitParameters | None = None, **more: object) -> Churn:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return predict_churn(
            given.accounts,
            given.account_snapshots,
            given.account_features,
            given.churn_outcomes,
            more.get("managers", given.managers),
            more.get("health"),
            parameters=parameters or settings(),
        )


@cache
def large_world() -> World:
    return world(accounts=900, base=-4.2, seed=11)


@cache
def large() -> Churn:
    return churn_of(large_world(), settings(tried_snapshots=3))


@cache
def small_world() -> World:
    return world(accounts=90, base=-2.8, seed=8)


@cache
def small() -> Churn:
    return churn_of(small_world())


class Colours:
    """As much of the result of health as is read here."""

    def __init__(self, given: World) -> None:
        features = given.account_features[["account_id", "snapshot_date", "satisfaction"]]
        low = features["satisfaction"] < 7.5
        self.history = features.assign(level=np.where(low, "red", "green"))


def test_the_gain_over_recency_is_nearly_that_of_the_true_chance() -> None:
    """Out of time, at least 95 % of what knowing the generator's own chance would gain."""
    given, found = large_world(), large()
    days = found.replay["snapshot_date"]
    known = given.truth.loc[given.truth["snapshot_date"].isin(days)]
    oracle = ranking.auc(known["chance"].to_numpy(), known["left"].to_numpy())
    recency = found.figures["churn.auc_recency"].value
    assert len(days) == 3
    assert found.figures["churn.auc"].value - recency >= 0.95 * (oracle - recency)


def test_probabilities_come_true() -> None:
    figures = large().figures
    assert figures["churn.calibration_error"].value <= 0.03
    assert figures["churn.brier_skill"].value > 0.1
    assert figures["churn.brier_skill"].interval[0] > 0


def test_reasons_name_what_drives_the_chance() -> None:
    found = large().accounts.dropna(subset=["probability"]).set_index("account_id")
    features = large_world().account_features.loc[lambda f: f["is_current"]]
    features = features.set_index("account_id").loc[found.index]
    falling = features["usage_trend"].lt(-0.25) & ~features["champion_left_180d"]
    falling &= features["satisfaction"].ge(8)
    gone = features["champion_left_180d"] & features["usage_trend"].gt(0)
    gone &= features["satisfaction"].ge(8)
    assert falling.sum() > 10
    assert gone.sum() >= 5
    assert found.loc[falling, "cause"].eq("declining_usage").mean() >= 0.8
    assert found.loc[gone, "cause"].eq("champion_left").mean() >= 0.8
    assert found.loc[falling, "reasons"].str.contains("use ").all()


def test_contributions_add_up_to_the_log_odds_of_every_account() -> None:
    found = large()
    sums = found.contributions.groupby("account_id")["adds"].sum()
    chances = found.accounts.set_index("account_id")["probability"].dropna()
    assert len(sums) == len(chances)
    odds = np.log(chances / (1 - chances))
    assert sums.loc[odds.index].to_numpy() == pytest.approx(odds.to_numpy(), abs=1e-5)


def test_revenue_at_risk_is_probability_times_revenue_and_adds_up() -> None:
    rows = large().accounts.dropna(subset=["probability"])
    expected = rows["probability"] * rows["annual_revenue"]
    assert rows["revenue_at_risk"].to_numpy() == pytest.approx(expected.to_numpy())
    figure = large().figures["churn.revenue_at_risk"]
    assert figure.value == pytest.approx(rows["revenue_at_risk"].sum())
    assert figure.interval[0] < figure.value < figure.interval[1]


def test_the_replay_counts_what_the_outcomes_say() -> None:
    found, given = large(), large_world()
    for row in found.replay.itertuples():
        outcomes = given.churn_outcomes.loc[lambda f, d=row.snapshot_date: f["snapshot_date"].eq(d)]
        assert row.accounts == len(outcomes)
        assert row.lost == outcomes["churned"].sum()
        assert row.revenue_lost == pytest.approx(outcomes["revenue_lost"].sum())
        assert row.hits <= row.listed == 10
        assert row.revenue_caught <= row.revenue_lost
    assert found.replay_tiers["lost"].sum() == found.replay["lost"].sum()


def test_colours_are_a_rival_and_tell_what_was_green() -> None:
    given = world(accounts=200, base=-3.0, seed=4)
    found = churn_of(given, health=Colours(given))
    colour = found.figures["churn.auc_colour"].value
    assert 0.5 < colour < found.figures["churn.auc"].value
    lost, green = found.replay["revenue_lost"].sum(), found.replay["revenue_lost_green"].sum()
    assert found.figures["churn.green_share"].value == pytest.approx(green / lost)
    assert not large().figures["churn.green_share"].computable
    assert "colour" in large().figures["churn.green_share"].reason


def test_the_order_of_rows_changes_nothing() -> None:
    given = small_world()
    one, other = small(), churn_of(given.shuffled(5))
    assert one.figures == other.figures
    assert pickle.dumps(one.accounts.to_csv()) == pickle.dumps(other.accounts.to_csv())
    assert one.contributions.equals(other.contributions)


def test_nothing_later_than_the_day_moves_an_earlier_list() -> None:
    """Other outcomes after the review day's first list change no probability of that list."""
    given = small_world()
    early = small().replay.iloc[-1]
    cut = early["snapshot_date"]
    features = given.account_features.copy()
    features.loc[features["snapshot_date"] > cut, "satisfaction"] = 1.0
    later = World(given.accounts, given.account_snapshots, features, given.churn_outcomes,
                  given.managers, given.truth)  # fmt: skip
    again = churn_of(later).replay.iloc[-1]
    assert again["expected"] == early["expected"]
    assert again["hits"] == early["hits"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"accounts": 60, "base": -30.0}, "nothing to learn from"),
        ({"accounts": 1, "base": -30.0}, "nothing to learn from"),
        ({"accounts": 60, "snapshots": 0}, "watched for 180 days"),
        ({"accounts": 60, "snapshots": 1}, "watched for 180 days"),
    ],
    ids=["no churn", "a single account", "one day", "open windows"],
)
def test_where_nothing_can_be_learned_the_reason_is_said(given, said) -> None:
    found = churn_of(world(**given))
    assert found.accounts["probability"].isna().all()
    assert found.calls.empty
    for key in ("revenue_at_risk", "expected_losses", "auc", "hit_rate", "to_call"):
        assert said in found.figures[f"churn.{key}"].reason


def test_two_events_give_no_model_and_name_how_many_it_takes() -> None:
    given = world(accounts=40, base=-30.0)
    outcomes = given.churn_outcomes.copy()
    outcomes.loc[[3, 45], "churned"] = True
    found = churn_of(World(given.accounts, given.account_snapshots, given.account_features,
                           outcomes, given.managers, given.truth))  # fmt: skip
    assert found.figures["churn.events"].value == 2
    assert "2 clients are known to have left" in found.figures["churn.auc"].reason
    assert "at least 5" in found.figures["churn.auc"].reason


def test_few_events_give_the_plain_baseline_and_say_so() -> None:
    found = churn_of(world(accounts=60, base=-4.6), settings(trees_from_events=100))
    assert 5 <= found.figures["churn.events"].value < 100
    assert "plain baseline" in found.too_few
    assert found.accounts["probability"].notna().any()


def test_features_that_are_all_missing_or_all_the_same_are_left_out_and_named() -> None:
    card = large().card.set_index("what")["value"]
    assert "never known: " in card["Features left out"]
    assert "Competitors seen" in card["Features left out"]
    assert "same everywhere: " in card["Features left out"]


def test_all_features_missing_still_gives_the_usual_rate() -> None:
    given = small_world()
    kept = ["account_id", "snapshot_date", "is_current", "is_active", "annual_revenue"]
    bare = given.account_features[kept].assign(annual_revenue=1000.0)
    found = churn_of(World(given.accounts, given.account_snapshots, bare, given.churn_outcomes,
                           given.managers, given.truth))  # fmt: skip
    chances = found.accounts["probability"].dropna()
    assert chances.nunique() == 1
    assert chances.iloc[0] == pytest.approx(found.figures["churn.past_rate"].value, abs=0.02)
    assert set(found.accounts["cause"].dropna()) == {"no_visible_cause"}


def test_a_column_that_is_no_known_feature_is_never_used() -> None:
    """Lifetime totals, or whatever else a table brings along, do not enter a model."""
    given = small_world()
    leaked = given.account_features.merge(
        given.truth[["account_id", "snapshot_date", "left"]], on=["account_id", "snapshot_date"]
    ).rename(columns={"left": "lifetime_total"})
    found = churn_of(World(given.accounts, given.account_snapshots, leaked, given.churn_outcomes,
                           given.managers, given.truth))  # fmt: skip
    assert found.figures == small().figures


def test_what_was_deleted_of_those_who_left_is_named_and_not_used() -> None:
    given = world(accounts=150, base=-4.4, seed=8)
    gone = given.truth.groupby("account_id")["left"].transform("max")
    purged = given.account_features.assign(licence_use=np.where(gone, np.nan, 0.8))
    purged["licence_use"] += np.random.default_rng(1).normal(0, 0.05, len(purged))
    found = churn_of(World(given.accounts, given.account_snapshots, purged, given.churn_outcomes,
                           given.managers, given.truth))  # fmt: skip
    assert "“Share of licences used” is not used" in found.warning
    assert "deleted since" in found.warning
    assert found.figures == churn_of(given).figures


def test_a_leak_within_a_known_feature_is_warned_of_by_name() -> None:
    given = world(accounts=150, base=-3.2, seed=8)
    leaked = given.account_features.copy()
    left = given.truth["left"].to_numpy()
    leaked["competitors_open"] = left.astype(float)
    found = churn_of(World(given.accounts, given.account_snapshots, leaked, given.churn_outcomes,
                           given.managers, given.truth))  # fmt: skip
    assert found.figures["churn.auc"].value > 0.9
    assert "“Competitors seen” carries it" in found.warning


def _rows(saved: list[float], managers: list[str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "account_id": [f"A{n}" for n in range(len(saved))],
            "cause": "silence",
            "play": "break_the_silence",
            "account_manager": managers,
            "probability": 0.5,
            "revenue_at_risk": saved,
        }
    )
    return with_plays(frame, kit_plays(), None)


def test_the_list_goes_by_saving_per_hour_and_stops_with_the_hours() -> None:
    # Each call takes 1.5 hours. Ada has 3 (two calls), Ben 1 (none); nobody named gets the mean, 2.
    rows = _rows([100, 400, 300, 200, 50], ["Ada", "Ada", "Ada", "Ben", "nobody named"])
    hours = Capacity({"Ada": 3.0, "Ben": 1.0}, 4.0)
    found = call_list(rows, hours, least_chance=0.1, most=10)
    assert found["account_id"].tolist() == ["A1", "A2", "A4"]


def test_without_known_hours_the_list_is_cut_to_its_length() -> None:
    rows = _rows([100, 400, 300], ["Ada"] * 3)
    found = call_list(rows, Capacity({}, None), least_chance=0.1, most=2)
    assert found["account_id"].tolist() == ["A1", "A2"]
    assert call_list(rows, Capacity({}, None), least_chance=0.6, most=2).empty


def test_what_costs_more_than_it_saves_is_not_called() -> None:
    # 1.5 hours at 100 cost 150; a fifth of 1000 saves 200, a fifth of 500 saves 100.
    rows = with_plays(_rows([1000, 500], ["Ada"] * 2), kit_plays(), 100.0)
    assert rows["net_value"].tolist() == pytest.approx([50.0, -50.0])
    assert call_list(rows, Capacity({}, None), least_chance=0, most=9)["account_id"].tolist() == [
        "A0"
    ]
    actions = actions_by_cause(rows, rows.head(1))
    assert actions["expected_saved"].tolist() == pytest.approx([300.0])
    assert actions["called"].tolist() == [1]


def test_a_colours_chance_is_its_rate_drawn_towards_that_of_all() -> None:
    # 10 rows, 3 left (0.3). Red: 3 of 4 left → (3 + 4 × 0.3) ÷ 8 = 0.525; grey takes 0.3.
    levels = pd.Series(["red"] * 4 + ["green"] * 6)
    left = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], dtype=float)
    found = colour_chances(levels, left, pd.Series(["red", "green", "grey"]))
    assert found.tolist() == pytest.approx([0.525, (0 + 1.2) / 10, 0.3])
    assert colour_chances(pd.Series(["grey"]), np.array([1.0]), levels) is None


def test_features_are_derived_by_hand() -> None:
    rows = pd.DataFrame(
        {
            "revenue_12m": [80.0, 50.0], "revenue_prior_12m": [100.0, 0.0],
            "overdue_amount": [20.0, None], "annual_revenue": [80.0, 50.0],
            "days_to_term_end": [180.0, None], "terms_in_force": [1.0, 2.0],
            "satisfaction": [6.5, 9.0], "champion_present": [False, True],
            "champion_left_180d": [True, True], "mean_gap_days": [45.0, None],
        }
    )  # fmt: skip
    found = model_features(rows, 180)
    assert found["revenue_growth"].iloc[0] == pytest.approx(-0.2)
    assert np.isnan(found["revenue_growth"].iloc[1])
    assert found["overdue_share"].iloc[0] == pytest.approx(0.25)
    assert found["term_ends"].tolist() == [1.0, 0.0]
    assert found["dissatisfaction"].tolist() == [1.5, 0.0]
    assert found["champion_gone"].tolist() == [1.0, 0.0]
    assert found["quiet_quarter_chance"].iloc[0] == pytest.approx(math.exp(-2))
    assert np.isnan(found["quiet_quarter_chance"].iloc[1])


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_every_feature_speaks_in_plain_words(feature: str) -> None:
    for value in (-0.4, 0.0, 1.0, 7.0, float("nan")):
        said = in_words(feature, value)
        assert said
        assert "_" not in said
        assert "nan" not in said.split()
    assert FEATURES[feature].cause is None or FEATURES[feature].cause in CAUSES
    assert DIRECTIONS[feature] in (-1, 0, 1)


def test_an_earlier_review_day_sees_only_its_own_past() -> None:
    assert small().as_of == dt.date(2026, 9, 30)
    assert small().replay["snapshot_date"].max() <= pd.Timestamp("2026-03-05")
