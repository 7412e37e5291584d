"""What a leader has to know first is chosen and ranked by rule."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.summary import AREA_COLUMNS, chosen_kpis, judged_areas
from tests.analyses.summaries import SHARES, figure, summary

GOALS = {"movements.nrr": 0.95, "satisfaction.rating": 8.0, "payments.late_share": 0.7}


def test_areas_are_ranked_by_their_distance_from_the_goal_on_their_own_scale():
    found = summary(GOALS | {"health.green_share": 0.9}, {"movements.nrr": 1.1})
    # Green 0.9 against 0.7 is 0.20 ahead; NRR 0.95 against its target of 1.1 is 0.15 behind;
    # a rating of 8.0 against 8.5 is 0.05 of ten behind; late bills of 0.7 are 0.40 over 0.3.
    assert found.areas["key"].tolist() == [
        *("health.green_share", "satisfaction.rating", "movements.nrr", "payments.late_share")
    ]
    assert found.areas["ahead"].tolist() == [0.2, -0.05, -0.15, -0.4]
    assert found.best["key"].tolist() == ["health.green_share"]
    assert found.attention["key"].tolist()[:2] == ["payments.late_share", "movements.nrr"]
    assert found.figures["summary.areas_met"].value == 1
    assert found.figures["summary.areas_judged"].value == 4


def test_a_figure_exactly_on_its_goal_meets_it():
    assert summary({"movements.grr": 0.9}).areas["is_met"].tolist() == [True]


def test_the_ten_largest_of_ten_clients_are_no_area():
    whole = {"concentration.top_10_share": figure("concentration.top_10_share", 1.0)}
    assert len(judged_areas({k: replace(f, target=0.5) for k, f in whole.items()}, whole)) == 1
    few = {k: replace(f, target=0.5, n=10) for k, f in whole.items()}
    assert judged_areas(few, whole).empty


def test_without_any_figure_there_are_no_areas_and_no_situations():
    found = summary({})
    assert found.areas.empty
    assert list(found.areas) == AREA_COLUMNS
    assert found.situations.empty
    assert len(found.kpis) == 8
    assert not any(one.computable for one in found.kpis)


def test_the_cards_show_the_first_eight_that_can_be_computed_in_the_order_asked():
    known = {f"a.f{n}": figure(f"a.f{n}", None if n in (0, 2) else n) for n in range(12)}
    keys = tuple(f"a.f{n}" for n in range(12))
    assert [one.key for one in chosen_kpis(known, keys)] == [f"a.f{n}" for n in (1, *range(3, 10))]
    few = chosen_kpis(known, keys[:9])
    # Seven of nine can be computed: the first that cannot fills the eighth place, and says why.
    assert [one.key for one in few] == [f"a.f{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)]
    assert few[0].reason == "no table"


def test_situations_are_ranked_by_money_and_single_clients_need_a_likely_loss():
    found = summary(
        {
            "renewals.notice": 500.0,
            "payments.overdue": 0.0,
            "service.open_urgent": 2,
            "service.open_urgent_revenue": 900.0,
        },
        risks=[("a", "Ash", 700, 0.5), ("b", "Beech", 9000, 0.1), ("c", "Cedar", 100, 0.9)],
        falls=[("Retail", -600.0), ("Parts", 50.0)],
    )
    told = found.situations[["kind", "money"]].to_numpy().tolist()
    assert told == [
        ["urgent_issue", 900.0],
        ["may_leave", 700.0],
        ["wake_up", 600.0],
        ["notice", 500.0],
        ["may_leave", 100.0],
    ]


@given(st.dictionaries(st.sampled_from(SHARES), st.floats(-2, 3).map(lambda x: round(x, 4))))
def test_best_and_attention_never_share_an_area_and_order_changes_nothing(values):
    found = summary(values)
    assert set(found.best["key"]).isdisjoint(found.attention["key"])
    assert found.areas["ahead"].is_monotonic_decreasing
    again = summary(dict(reversed(values.items())))
    assert again.areas.equals(found.areas)
