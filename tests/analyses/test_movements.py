"""Movements, NRR and GRR: by hand, published, always, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.movements import MovementSummary, measure_movements
from portfolio_lib.analyses.panel import (
    KINDS,
    MINOR_UNITS,
    last_complete_month,
    monthly_movements,
    revenue_panel,
)
from portfolio_lib.analyses.retention import bridge, retention, retention_by_group
from portfolio_lib.analyses.retention_history import Point, point_at, points_by_quarter
from portfolio_lib.parameters.models import MovementsPage, UnitParameters
from tests.analyses.portfolios import Client, accounts, snapshots, unit
from tests.analyses.revenues import Revenues, flat, movements
from tests.facts import stores
from tests.facts.test_account_month_revenue import subscription_terms

SEPTEMBER = dt.date(2026, 9, 1)


def measure(
    revenues: Revenues,
    clients: list[Client] | None = None,
    parameters: UnitParameters | None = None,
    last_month: dt.date = SEPTEMBER,
) -> MovementSummary:
    """The page's answer; clients not given brought the base month's revenue twelve times over."""
    known = clients or [
        Client(one, 12 * sum(amounts[-1:]), 12 * sum(amounts[-13:-12]))
        for one, amounts in sorted(revenues.items())
    ]
    return measure_movements(
        accounts(known),
        snapshots(known),
        movements(revenues, last_month),
        parameters=parameters or unit(),
    )


def value(result: MovementSummary, name: str) -> float | int | str | None:
    return result.figures[f"movements.{name}"].value


# A year ago 1,000 a month: 25 of it lost, 125 shrunk to 100, 400 grown to 550, 450 as it was;
# 70 won since. NRR (100 + 550 + 450) ÷ 1000; GRR (100 + 400 + 450) ÷ 1000; 3 of 4 clients kept.
HAND: dict[str, list[float]] = {
    "lost": [25.0, *flat(25, 3), *flat(0, 9)],
    "shrunk": [125.0, *flat(125, 5), *flat(100, 7)],
    "grown": [400.0, *flat(400, 1), *flat(550, 11)],
    "same": flat(450, 13),
    "won": [*flat(0, 10), *flat(70, 3)],
}


def test_retention_by_hand() -> None:
    result = measure(HAND)
    assert value(result, "nrr") == 1.1
    assert value(result, "grr") == 0.95
    assert value(result, "logo") == 0.75
    assert result.figures["movements.nrr"].n == 4
    assert result.figures["movements.nrr"].window == "2025-09-01 to 2026-09-30"
    assert value(result, "lost_accounts") == 1


def test_the_movements_of_the_year_join_the_two_months() -> None:
    result = measure(HAND)
    told = {name: value(result, name) for name in ("start", *KINDS, "end")}
    assert told == {
        "start": 1000.0,
        "new": 70.0,
        "reactivation": 0.0,
        "expansion": 150.0,
        "contraction": 25.0,
        "churn": 25.0,
        "end": 1170.0,
    }


def test_the_bridge_form_counts_clients_that_came_since() -> None:
    # As before, but the client won grows from 70 to 90: nothing in NRR, 20 more in the bridge.
    grown = {**HAND, "won": [*flat(0, 10), 70.0, 70.0, 90.0]}
    result = measure(grown)
    assert value(result, "nrr") == 1.1
    assert value(result, "nrr_bridge") == pytest.approx(1.12)  # 1 + (150 + 20 − 25 − 25) ÷ 1000
    assert value(measure(HAND), "nrr_bridge") == pytest.approx(1.1)


def test_what_is_gone_and_what_was_gained_compare_two_months_alone() -> None:
    """Of 1,000: lost 25, shrunk 25, grown 150; gone ÷ start is what GRR leaves out."""
    result = measure(HAND)
    assert (value(result, "gone"), value(result, "gained")) == (50, 150)
    assert value(result, "gone") / value(result, "start") == pytest.approx(1 - value(result, "grr"))


def test_gross_and_net_churn_by_hand() -> None:
    # 1,000 at the start; 120 lost, 80 shrunk, 100 grown: gross 200 ÷ 1000, net 100 ÷ 1000.
    result = measure(
        {
            "lost": [120.0, *flat(0, 12)],
            "shrunk": [280.0, *flat(200, 12)],
            "grown": [600.0, *flat(700, 12)],
        }
    )
    assert value(result, "gross_churn") == pytest.approx(0.2)
    assert value(result, "net_churn") == pytest.approx(0.1)


def test_who_left_and_came_back_is_kept_but_moved_twice() -> None:
    result = measure({"back": [100.0, *flat(0, 6), *flat(100, 6)], "same": flat(100, 13)})
    assert value(result, "nrr") == 1.0
    assert value(result, "logo") == 1.0
    assert value(result, "gross_churn") == 0.5  # 100 of 200 was gone for half a year
    assert value(result, "net_churn") == 0.0


def test_each_account_has_a_word_for_what_it_did() -> None:
    result = measure({**HAND, "back": [40.0, 0.0, *flat(0, 10), *flat(60, 3)]})
    told = dict(zip(result.accounts["account_id"], result.accounts["movement"], strict=True))
    assert told == {
        "lost": "lost",
        "shrunk": "shrunk",
        "grown": "grown",
        "same": "unchanged",
        "won": "new",
        "back": "back",
    }
    assert result.accounts["account_id"].tolist()[:3] == ["grown", "won", "back"]  # 150, 70, 60


def test_without_the_largest_the_others_are_measured() -> None:
    result = measure(HAND, parameters=unit(portfolio={"stress_sizes": (1, 3, 9)}))
    # Without "same" (450): 650 ÷ 550, (100 + 400) ÷ 550, 2 of 3. Without the three largest: lost.
    rows = result.stress.set_index("without")
    assert rows.index.tolist() == [0, 1, 3]
    assert rows.loc[1, "nrr"] == pytest.approx(650 / 550)
    assert rows.loc[1, "grr"] == pytest.approx(500 / 550)
    assert rows.loc[3, ["nrr", "grr", "logo"]].tolist() == [0.0, 0.0, 0.0]


def test_accounts_under_one_parent_leave_together() -> None:
    clients = [
        Client("a", parent="group"), Client("b", parent="group"), Client("c"), Client("d"),
    ]  # fmt: skip
    revenues = {"a": flat(60, 13), "b": flat(60, 13), "c": flat(100, 13), "d": flat(10, 13)}
    result = measure(revenues, clients, unit(portfolio={"stress_sizes": (1,)}))
    assert result.stress["start"].tolist() == [230.0, 110.0]  # a and b are the largest client


def test_tiers_are_those_of_the_start() -> None:
    clients = [
        Client("big", 0, 700),  # tier 1 a year ago, lost since
        Client("mid", 360, 240),
        Client("small", 120, 60),
        Client("new", 1200, 0),
    ]
    revenues = {
        "big": [*flat(60, 2), *flat(0, 11)],
        "mid": [*flat(20, 12), 30.0],
        "small": [5.0, *flat(10, 12)],
        "new": [*flat(0, 5), *flat(100, 8)],
    }
    tiers = measure(revenues, clients).tiers.set_index("group")
    # The first 20 % of 1,000 begin with big; mid starts at 70 %, small at 94 %: both tier 3.
    assert tiers.loc["1", ["start", "churn", "end", "nrr"]].tolist() == [60.0, 60.0, 0.0, 0.0]
    assert tiers.loc["3", ["start", "expansion", "end"]].tolist() == [25.0, 15.0, 40.0]
    assert tiers.loc["none", ["start", "new", "end"]].tolist() == [0.0, 100.0, 100.0]
    assert pd.isna(tiers.loc["none", "nrr"])


def test_small_segments_are_told_together_and_blanks_apart() -> None:
    clients = [
        Client(name, 12.0, 12.0, industry=industry)
        for name, industry in [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", None)]
    ]
    revenues = {one.id: flat(10.0 - place, 13) for place, one in enumerate(clients)}
    result = measure(revenues, clients, unit(movements={"groups_shown": 2}))
    assert result.segments["group"].tolist() == ["A", "B", "other 2", "not recorded"]
    assert result.segments["start"].tolist() == [10.0, 9.0, 15.0, 6.0]


def test_the_month_that_the_review_cuts_short_is_said_and_in_no_number() -> None:
    cut = measure(HAND, parameters=unit(as_of=dt.date(2026, 10, 9)))
    assert cut.cut_month == dt.date(2026, 10, 1)
    assert cut.last_month == SEPTEMBER
    assert value(cut, "nrr") == 1.1
    assert measure(HAND).cut_month is None


def test_changes_in_a_year_are_compared_with_their_noise() -> None:
    # Two years: in the first all of 30 clients of 100 grow by 1 to 3 %, in the second by 31 to 33.
    revenues = {
        f"{place:02d}": [
            *flat(100, 12), *flat(101 + place % 3, 12), 1.3 * (101 + place % 3)
        ]
        for place in range(30)
    }  # fmt: skip
    result = measure(revenues)
    nrr = result.changes.set_index("rate").loc["nrr"]
    assert nrr["before"] == pytest.approx(1.02)
    assert nrr["now"] == pytest.approx(1.3)
    assert nrr["reading"] == "changed"
    assert 0.27 < nrr["change_low"] <= 0.28 <= nrr["change_high"] < 0.29
    logo = result.changes.set_index("rate").loc["logo"]
    assert (logo["change"], logo["reading"]) == (0.0, "within noise")


def test_with_few_clients_nothing_is_tested_and_the_page_says_why() -> None:
    result = measure({name: [*flat(100, 24), amount] for name, amount in [("a", 90), ("b", 120)]})
    nrr = result.changes.set_index("rate").loc["nrr"]
    assert nrr["reading"] == "not tested"
    assert nrr["reason"] == "only 2 clients at the start; 10 are needed"
    assert result.figures["movements.nrr"].interval is None
    assert value(result, "nrr") == 1.05


def test_quarters_are_three_months_apart_and_foot() -> None:
    result = measure({"a": [100.0 + place for place in range(25)]})
    # 25 months reach 13 back from the last for four quarters' rates and one more.
    assert [f"{month:%Y-%m}" for month in result.quarters["month"]] == [
        "2025-09", "2025-12", "2026-03", "2026-06", "2026-09",
    ]  # fmt: skip
    assert result.quarters["expansion"].tolist() == [3.0] * 5
    assert result.quarters["nrr"].tolist()[0] == pytest.approx(112 / 100)
    moved = result.quarters["start"] + result.quarters["expansion"]
    assert moved.tolist() == result.quarters["end"].tolist()


def test_targets_stand_beside_rates_over_twelve_months_only() -> None:
    year = measure(HAND)
    assert year.figures["movements.nrr"].target == 1.1
    assert year.figures["movements.logo"].target == 0.9
    quarter = measure(HAND, parameters=unit(movements={"horizon_months": 3}))
    assert quarter.figures["movements.nrr"].target is None
    assert quarter.figures["movements.nrr"].window == "2026-06-01 to 2026-09-30"


@pytest.mark.parametrize("months", [0, 1, 2, 12])
def test_a_short_history_has_no_retention_and_says_how_short(months: int) -> None:
    result = measure({"a": flat(100, months)})
    held = str(months) if months else "none"
    expected = f"needs 13 complete months of revenue; this unit has {held}"
    assert result.reason == expected
    assert all(figure.reason == expected for figure in result.figures.values())
    assert len(result.months) == max(0, months - 1)
    assert result.accounts.empty
    assert result.tiers.empty


def test_means_need_the_months_behind_them_too() -> None:
    parameters = unit(policies={"movement_revenue": "year_mean"})
    result = measure({"a": flat(100, 4)}, parameters=parameters)  # four means: 15 months
    assert result.reason == "needs 24 complete months of revenue; this unit has 15"
    nothing = measure({}, parameters=parameters)
    assert nothing.reason == "needs 24 complete months of revenue; this unit has fewer than 12"


def test_definitions_say_what_a_months_revenue_is() -> None:
    parameters = unit(policies={"movement_revenue": "quarter_mean"})
    nrr = measure({"a": flat(100, 14)}, parameters=parameters).figures["movements.nrr"]
    assert nrr.definition == (
        "Mean revenue of the three months to September 2026 of the clients with mean revenue of "
        "the three months to September 2025 ÷ what they brought then."
    )


def test_a_base_month_without_revenue_has_no_retention() -> None:
    result = measure({"a": [100.0, *flat(0, 3), *flat(50, 12)]})
    assert result.reason == "no client brought revenue in September 2025"


def test_everyone_lost_is_nought_and_not_absent() -> None:
    result = measure({"a": [100.0, *flat(0, 12)], "b": [50.0, *flat(0, 12)]})
    assert [value(result, rate) for rate in ("nrr", "grr", "logo")] == [0.0, 0.0, 0.0]
    assert value(result, "end") == 0.0


def test_every_policy_is_printed_beside_every_figure() -> None:
    result = measure(HAND, parameters=unit(policies={"gap_tolerance_days": 31}))
    told = {figure.policy for figure in result.figures.values()}
    choices = "movement_revenue: recognised; gap_tolerance_days: 31; reactivation: separate; "
    assert told == {f"{choices}new_and_gone: count"}


def test_intervals_say_how_they_were_made() -> None:
    revenues = {f"{place:02d}": [*flat(100 + place, 12), 90.0 + 3 * place] for place in range(20)}
    nrr, logo = (
        measure(revenues, parameters=unit(seed=7)).figures[f"movements.{name}"]
        for name in ("nrr", "logo")
    )
    assert nrr.interval_method == "90%, symmetric bootstrap-t over accounts, 1000 draws, seed 7"
    assert logo.interval_method == "90%, Wilson"
    assert nrr.interval is not None
    assert isinstance(nrr.value, float)
    assert nrr.interval[0] < nrr.value < nrr.interval[1]
    # Wilson for 20 of 20 at 90 %: 20 ÷ (20 + 1.6449²) = 0.8808 to 1.
    assert logo.interval == pytest.approx((0.8808, 1.0), abs=1e-4)


@pytest.fixture(scope="module")
def playbook(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The movements of the public subscription periods."""
    store = tmp_path_factory.mktemp("playbook")
    of = stores.unit(as_of="2020-01-31")
    return stores.build_one(store, "revenue_movements", of=of, contracts=subscription_terms())


@pytest.mark.real_data
def test_the_playbooks_month_comes_out_as_published(playbook: pd.DataFrame) -> None:
    """dbt Labs' MRR playbook, June 2019 against the month before: NRR 1.1244, GRR 0.9689."""
    panel = revenue_panel(playbook, dt.date(2020, 1, 31))
    found = retention(panel.revenue_in(dt.date(2019, 5, 1)), panel.revenue_in(dt.date(2019, 6, 1)))
    assert (found.start, round(found.nrr or 0, 4), round(found.grr or 0, 4)) == (
        965.0, 1.1244, 0.9689,
    )  # fmt: skip
    moved = bridge(panel, dt.date(2019, 6, 1), dt.date(2019, 6, 1))
    told = (moved.start, moved.new, moved.expansion, moved.contraction, moved.churn, moved.end)
    assert told == (965.0, 50.0, 150.0, 30.0, 0.0, 1135.0)


@pytest.mark.real_data
def test_the_playbooks_year_comes_out_as_published(playbook: pd.DataFrame) -> None:
    """The twelve months to November 2019: start 575, NRR 0.9739, GRR 0.8000, clients 0.9091."""
    none = accounts([])
    result = measure_movements(
        none, snapshots([]), playbook, parameters=unit(as_of=dt.date(2019, 11, 30))
    )
    assert value(result, "start") == 575.0
    told = [round(float(value(result, rate) or 0), 4) for rate in ("nrr", "grr", "logo")]
    assert told == [0.9739, 0.8000, 0.9091]


@pytest.mark.real_data
def test_the_playbooks_movements_foot_in_every_month(playbook: pd.DataFrame) -> None:
    panel = revenue_panel(playbook, dt.date(2020, 1, 31))
    check_footing(monthly_movements(panel))


def check_footing(months: pd.DataFrame) -> None:
    """Every month foots to the last digit, joins the one before, and so do its accounts."""
    whole = (months[["start", *KINDS, "end"]] * MINOR_UNITS).round().astype("int64")
    gained = whole["start"] + whole["new"] + whole["reactivation"] + whole["expansion"]
    assert (gained - whole["contraction"] - whole["churn"]).eq(whole["end"]).all()
    assert whole["end"].iloc[:-1].tolist() == whole["start"].iloc[1:].tolist()
    came = months["accounts_start"] + months["accounts_new"] + months["accounts_back"]
    assert (came - months["accounts_lost"]).eq(months["accounts_end"]).all()


histories = st.integers(2, 20).flatmap(
    lambda months: st.dictionaries(
        st.sampled_from([f"account {place}" for place in range(6)]),
        st.lists(st.sampled_from([0.0, 0.0, 33.3333, 50.0, 0.0001]), min_size=months,
                 max_size=months),
        min_size=1,
    )
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(histories, st.lists(st.sampled_from("ABC"), min_size=6, max_size=6))
def test_movements_foot_in_every_month_and_every_group(revenues: Any, letters: list[str]) -> None:
    panel = revenue_panel(movements(revenues), dt.date(2026, 9, 30))
    months = monthly_movements(panel)
    check_footing(months)
    groups = {f"account {place}": letter for place, letter in enumerate(letters[:4])}
    for back in (1, 3, 12):
        point = point_at(panel, SEPTEMBER, back)
        if point is None:
            continue
        rows = retention_by_group(panel, groups, point.base, SEPTEMBER, otherwise="none")
        check_groups(rows, point)


def check_groups(rows: pd.DataFrame, point: Point) -> None:
    """Groups foot one by one, add up to the unit, and keep at most all."""
    names = ["start", *KINDS, "end"]
    whole = (rows[names] * MINOR_UNITS).round().astype("int64")
    gained = whole["start"] + whole["new"] + whole["reactivation"] + whole["expansion"]
    assert (gained - whole["contraction"] - whole["churn"]).eq(whole["end"]).all()
    unit_amounts = {name: round(getattr(point.bridge, name) * MINOR_UNITS) for name in names}
    assert whole.sum().to_dict() == unit_amounts
    assert rows["accounts"].sum() == point.retention.accounts
    known = rows.loc[rows["accounts"] > 0]
    assert known["grr"].between(0, 1).all()
    assert known["logo"].between(0, 1).all()
    assert (known["grr"] <= known["nrr"]).all()


@settings(max_examples=40, deadline=None)
@given(histories, st.lists(st.sampled_from([0.0, 7.0, 90.0]), min_size=3, max_size=3))
def test_later_months_change_no_earlier_point(revenues: Any, more: list[float]) -> None:
    chosen = MovementsPage(horizon_months=6)
    june = dt.date(2026, 6, 1)
    then = revenue_panel(movements(revenues, june), dt.date(2026, 6, 30))
    longer = {one: [*amounts, *more] for one, amounts in revenues.items()}
    longer["new since"] = [0.0, 0.0, 500.0]
    now = revenue_panel(movements(longer), dt.date(2026, 9, 30))
    known = {point.month: point for point in points_by_quarter(now, chosen)}
    for point in points_by_quarter(then, chosen)[1:]:
        assert known[point.month] == point


@pytest.mark.parametrize("name", ["ends with nothing", "one", "three", "all in one month"])
def test_hardly_anything_gives_figures_or_reasons(name: str) -> None:
    revenues = {
        "ends with nothing": {"a": [*flat(10, 3), *flat(0, 20)]},
        "one": {"a": flat(10, 30)},
        "three": {"a": flat(10, 14), "b": [*flat(0, 9), *flat(5, 5)], "c": [9.0, *flat(0, 13)]},
        "all in one month": {f"{place}": [1.0 + place] for place in range(5)},
    }[name]
    result = measure(revenues)
    for figure in result.figures.values():
        assert (figure.value is None) == (figure.reason is not None)
    assert not result.quarters[["month", "accounts"]].isna().any().any()


def test_shuffled_rows_change_nothing() -> None:
    revenues = {f"{p:02d}": [*flat(100 + p, 20), 90.0 + 7 * (p % 4)] for p in range(15)}
    rows = movements(revenues)
    clients = [Client(one, 1200, 1200 + len(one)) for one in revenues]
    first, second = (
        measure_movements(accounts(known), snapshots(known), frame, parameters=unit())
        for known, frame in ((clients, rows), (clients[::-1], rows.sample(frac=1, random_state=1)))
    )
    assert first.figures == second.figures
    for name in ("months", "quarters", "changes", "stress", "tiers", "segments", "accounts"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_frames_handed_in_are_left_as_they_were() -> None:
    rows, table, facts = movements(HAND), accounts([Client("lost")]), snapshots([Client("lost")])
    before = [frame.copy() for frame in (rows, table, facts)]
    measure_movements(table, facts, rows, parameters=unit())
    for was, now in zip(before, (rows, table, facts), strict=True):
        pd.testing.assert_frame_equal(was, now)


def test_the_last_complete_month_of_a_months_end_is_its_own() -> None:
    assert last_complete_month(dt.date(2024, 2, 29)) == dt.date(2024, 2, 1)
    assert last_complete_month(dt.date(2024, 2, 28)) == dt.date(2024, 1, 1)
