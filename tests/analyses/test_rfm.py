"""Scores, segments, states of the lifecycle, value groups, moves and clusters."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pydantic import ValidationError

from portfolio_lib.analyses.lifecycle import STATES, states
from portfolio_lib.analyses.rfm import RfmAndLifecycle
from portfolio_lib.analyses.rfm_clusters import find_clusters
from portfolio_lib.analyses.rfm_scores import edges_above, quintiles, recency_scores, value_scores
from portfolio_lib.analyses.rfm_segments import SEGMENTS, segment_by_triple
from portfolio_lib.analyses.value_groups import grouped
from portfolio_lib.parameters.behaviour_models import (
    ClusterSettings,
    LifecycleSettings,
    RfmPage,
    ValueGroupSettings,
)
from tests.analyses.purchases import Sale, rfm_of, settings

FIXED = {
    "recency_cutoffs_days": (30, 90, 180, 365),
    "frequency_cutoffs": (2, 4, 8, 16),
    "monetary_cutoffs": (20.0, 40.0, 80.0, 160.0),
}


def test_every_triple_of_scores_belongs_to_exactly_one_segment() -> None:
    held = [triple for one in SEGMENTS for box in one.boxes for triple in box.triples]
    assert len(held) == 125
    assert set(held) == set(product(range(1, 6), repeat=3))
    assert set(segment_by_triple().values()) == {one.key for one in SEGMENTS}


def test_every_segment_and_state_has_an_action_and_parameters_can_word_it() -> None:
    assert all(one.action and one.label for one in SEGMENTS)
    worded = settings({"actions": {"lost": "Let go."}, "lifecycle": {"actions": {"lost": "Go."}}})
    found = rfm_of([Sale("a", 3)], worded)
    assert {one.key: one.action for one in found.segments}["lost"] == "Let go."
    assert {one.key: one.action for one in found.stages}["lost"] == "Go."


def test_scores_by_hand() -> None:
    sales = [
        *(Sale("a", ago, 50.0) for ago in range(5, 165, 10)),  # 16 purchases, £800, 5 days ago
        Sale("b", 91, 39.99),  # one purchase, below £40, 91 days ago
        Sale("c", 400, 200.0),
    ]
    found = rfm_of(sales, settings(FIXED)).accounts.set_index("account_id")
    scores = ["recency_score", "frequency_score", "money_score"]
    assert found.loc["a", scores].tolist() == [5, 5, 5]
    assert found.loc["b", scores].tolist() == [3, 1, 2]
    assert found.loc["c", scores].tolist() == [1, 1, 5]
    assert found["segment"].to_dict() == {"a": "champions", "b": "about_to_sleep", "c": "lost"}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_equal_values_score_alike_and_more_never_scores_less(values: list[int]) -> None:
    numbers = pd.Series(values, dtype=float)
    scores = value_scores(numbers, edges_above(numbers))
    days = recency_scores(numbers, quintiles(numbers))
    for left, right in product(range(len(values)), repeat=2):
        if values[left] <= values[right]:
            assert scores[left] <= scores[right]
            assert days[left] >= days[right]
    assert scores.between(1, 5).all()
    assert days.between(1, 5).all()
    assert (scores[numbers.eq(numbers.min())] == 1).all()
    assert (days[numbers.eq(numbers.min())] == 5).all()


def test_quintiles_left_out_are_those_of_the_review_before_as_known_then() -> None:
    old = [Sale(f"a{n}", 200 + n, 10.0 * (n + 1)) for n in range(5)]
    late = [Sale(f"b{n}", n, 9_999.0) for n in range(5)]
    found = rfm_of(old + late)
    # On 30 June only a0 to a4 had bought, for 10 to 50: the edges are those, whoever came since.
    assert found.cuts.money == (20.0, 30.0, 40.0, 50.0)
    assert found.cuts.frozen_at == dt.date(2026, 6, 30)
    assert found.figures["rfm.segment_champions"].policy.endswith("frozen at 2026-06-30")


AS_OF = dt.date(2026, 9, 15)


@pytest.mark.parametrize(
    ("last", "first", "state"),
    [
        ("2026-09-15", "2020-01-01", "active"),
        ("2026-05-15", "2020-01-01", "active"),  # four months before 15 September
        ("2026-05-14", "2020-01-01", "sleeping"),
        ("2026-01-15", "2020-01-01", "sleeping"),
        ("2026-01-14", "2020-01-01", "hibernating"),
        ("2025-10-15", "2020-01-01", "hibernating"),
        ("2025-10-14", "2020-01-01", "leaving"),
        ("2025-08-11", "2020-01-01", "leaving"),  # 400 days
        ("2025-08-10", "2020-01-01", "lost"),
        ("2026-09-01", "2026-06-17", "new"),  # 90 days
        ("2026-09-01", "2026-06-16", "active"),
        (None, None, "no_activity"),
    ],
)
def test_states_go_by_days_and_ends_belong_to_the_better_state(last, first, state) -> None:
    row = {"start_date": [None], "first_active_day": [first], "last_active_day": [last]}
    rows = pd.DataFrame(row).apply(pd.to_datetime)
    assert states(rows, AS_OF, LifecycleSettings()).tolist() == [state]


def test_an_old_client_whose_records_begin_late_is_not_new() -> None:
    row = {"start_date": ["2019-01-01"], "first_active_day": ["2026-09-01"]}
    rows = pd.DataFrame(row | {"last_active_day": ["2026-09-01"]}).apply(pd.to_datetime)
    assert states(rows, AS_OF, LifecycleSettings()).tolist() == ["active"]


def test_moves_since_the_review_before_by_hand() -> None:
    # 30 June was 92 days ago. a: last purchase 130 days ago, 38 before June: active, now sleeping.
    # b buys on. c came after June. d was asleep in June (300 − 92 = 208 days), now hibernating.
    sales = [Sale("a", 130, 70.0), Sale("b", 100), Sale("b", 1), Sale("c", 2), Sale("d", 300, 5.0)]
    found = rfm_of(sales)
    moved = found.stage_migration
    assert moved is not None
    matrix = moved.matrix("accounts")
    assert matrix.loc["new", "sleeping"] + matrix.loc["active", "sleeping"] == 1
    assert matrix.loc["sleeping", "hibernating"] == 1
    assert matrix.loc["not_yet_known", "new"] == 1
    assert found.figures["lifecycle.moved_to_sleeping"].value == 1
    assert found.figures["lifecycle.moved_to_sleeping_revenue"].value == 70
    assert found.movers["account_id"].tolist() == ["a", "d"]


def test_the_money_that_changed_segment_by_hand() -> None:
    # In June a and b had bought 38 days before; now 130 days ago, and c came since. Of two with
    # equal days the frozen edges are 38 days: a and b scored 5 then and score 1 now.
    found = rfm_of([Sale("a", 130, 70.0), Sale("b", 130, 30.0), Sale("c", 1, 9.0)])
    moved = found.segment_migration
    assert moved is not None
    assert moved.moves["accounts"].sum() == 3
    assert moved.changed["accounts"].sum() == 2
    figure = found.figures["lifecycle.segment_moved_revenue"]
    assert (figure.value, figure.n) == (100.0, 2)
    assert found.figures["lifecycle.same_segment"].value == 0
    alone = rfm_of([Sale("a", 1)]).figures["lifecycle.segment_moved_revenue"]
    assert alone.reason == "nobody had bought by the review before, 30 June 2026"


histories = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 900), st.integers(1, 500)),
    min_size=1,
    max_size=40,
    unique_by=lambda sale: sale[:2],
)


@trials(max_examples=8, deadline=None, phases=[Phase.generate])
@given(histories)
def test_nobody_is_lost_or_counted_twice_in_any_table(rows: list[tuple[str, int, int]]) -> None:
    sales = [Sale(*row) for row in rows]
    found = rfm_of(sales, ids="abcdefghi")
    assert found.segment_totals["accounts"].sum() == 9
    assert found.stage_totals["accounts"].sum() == 9
    assert found.value_totals["accounts"].sum() == 9
    assert found.heat.drop(columns="recency_score").to_numpy().sum() == len(
        {s.account for s in sales}
    )
    money = sum(s.amount for s in sales if s.days_ago < 365)
    assert found.stage_totals["revenue_12m"].sum() == pytest.approx(money)
    if found.stage_migration is not None:
        assert found.stage_migration.moves["accounts"].sum() == 9
        columns = found.stage_migration.matrix("accounts").sum()
        assert columns.tolist() == found.stage_totals["accounts"].tolist()


def same(one: RfmAndLifecycle, other: RfmAndLifecycle, *, but: str = "") -> None:
    assert one.figures == other.figures
    left, right = (found.accounts.drop(columns=but or []) for found in (one, other))
    pd.testing.assert_frame_equal(left, right)


def test_shuffled_rows_and_two_clients_of_one_name_change_nothing() -> None:
    sales = [Sale(a, ago, 7.3 * (ago % 5 + 1)) for a in "abcdef" for ago in range(3, 400, 37)]
    plain = rfm_of(sales)
    same(plain, rfm_of(sales, shuffle=7))
    same(plain, rfm_of(sales, names={"a": "Twin", "b": "Twin"}), but="account_name")


def test_nobody_one_client_and_three_clients_have_honest_figures() -> None:
    nobody = rfm_of([])
    assert nobody.figures["lifecycle.active_accounts"].reason.startswith("no account was known")
    assert all(f.value is None for f in nobody.figures.values())
    silent = rfm_of([], ids=["a"])
    assert silent.figures["rfm.median_recency"].reason.startswith("no purchase is known")
    assert silent.figures["lifecycle.no_activity_accounts"].value == 1
    one = rfm_of([Sale("a", 3)])
    assert one.figures["lifecycle.moved_to_sleeping"].reason == (
        "nobody had bought by the review before, 30 June 2026"
    )
    three = rfm_of([Sale(a, n) for n, a in enumerate("abc")])
    assert three.figures["lifecycle.new_accounts"].value == 3


def test_value_groups_by_hand() -> None:
    # Ten with revenue: the first two are large, the last five bring little.
    revenue = [100.0, 90, 50, 40, 30, 20, 15, 10, 5, 4, 0]
    prior = [80.0, 90, 50, 10, 0, 20, 15, 30, 5, 4, 60]
    rows = pd.DataFrame({"revenue_12m": revenue, "revenue_prior_12m": prior})
    rows["revenue_with_cost_12m"] = revenue
    rows["cost_12m"] = rows["revenue_12m"] * 0.5
    rows["cost_to_serve_12m"] = [1.0] * 9 + [3.0, 0.0]
    found = grouped(rows, ValueGroupSettings())
    assert found["value_group"].tolist() == [
        *("best", "loyal", "loyal", "other", "other"),
        *("small", "small", "small", "small", "small", "no_revenue"),
    ]
    rows["cost_to_serve_12m"] = np.nan
    blind = grouped(rows, ValueGroupSettings())
    assert blind["value_group"].tolist()[7] == "other"
    assert "hand in table costs" in blind["group_reason"].tolist()[7]
    assert "growth not known" in blind["group_reason"].tolist()[4]


def test_clusters_are_off_unless_asked_for_and_say_how_stable_they_are() -> None:
    # Two clouds far apart: every resample finds the same two groups.
    sales = [Sale(f"a{n:02d}", n % 7, 1_000 + n) for n in range(20)]
    sales += [Sale(f"b{n:02d}", 300 + n % 7, 1 + n / 100) for n in range(20)]
    assert rfm_of(sales).clusters is None
    asked = {"clusters": True, "cluster": {"count": 2, "resamples": 10}}
    found = rfm_of(sales, settings(asked))
    assert found.clusters is not None
    assert found.clusters.stability == pytest.approx(1.0)
    assert found.clusters.summary["accounts"].tolist() == [20, 20]
    assert found.clusters.summary["revenue"].is_monotonic_decreasing
    few = rfm_of(sales[:5], settings(asked))
    assert few.figures["rfm.cluster_stability"].reason.startswith("needs 20 clients")


def test_clusters_of_noise_are_less_stable_than_clusters_of_clouds() -> None:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "account_id": [f"a{n:03d}" for n in range(120)],
            "recency_days": rng.uniform(1, 365, 120),
            "purchases": rng.uniform(1, 60, 120),
            "revenue": rng.uniform(10, 1_000, 120),
        }
    )
    noise = find_clusters(rows, ClusterSettings(count=5, resamples=10), seed=0)
    assert noise is not None
    assert noise.stability < 0.9


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"recency_cutoffs_days": (30, 20, 180, 365)}, "do not rise"),
        ({"monetary_cutoffs": (1.0, 1.0, 2.0, 3.0)}, "do not rise"),
        ({"lifecycle": {"leaving_days": 300}}, "leaving_days is 300"),
        ({"lifecycle": {"sleeping_months": 2}}, "do not rise"),
        ({"actions": {"lots": "x"}}, "champions"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(given_, said) -> None:
    with pytest.raises(ValidationError, match=said):
        RfmPage.model_validate(given_)


def test_states_are_the_seven_of_the_definitions() -> None:
    assert (
        *("new", "active", "sleeping", "hibernating", "leaving", "lost", "no_activity"),
    ) == STATES
