"""Cohorts by accounts, by revenue, by tier and segment: by hand, published, always."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.cohorts import CohortSummary, follow_cohorts
from portfolio_lib.analyses.panel import add_months
from portfolio_lib.facts import read_fact
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import unit
from tests.analyses.revenues import Revenues, flat
from tests.facts import stores
from tests.public_data import public_file

SEPTEMBER = dt.date(2026, 9, 1)
MONTHLY = {"cohort_period": "month"}
FACTS = ("unit_history", "account_lives", "cohort_activity", "cohort_triangle")


def follow(
    store: Path,
    revenues: Revenues,
    parameters: UnitParameters | None = None,
    **columns: dict[str, Any],
) -> CohortSummary:
    """The page's answer for accounts billed on the tenth; columns of accounts go by account."""
    settings_of = parameters or unit(policies=MONTHLY)
    lines = [
        stores.line(one, add_months(SEPTEMBER, 1 + place - len(amounts)).replace(day=10), amount)
        for one, amounts in revenues.items()
        for place, amount in enumerate(amounts)
        if amount
    ]
    stores.write_table(store, "north", "invoices", lines)
    return answer(store, settings_of, accounts_of(revenues, columns))


def accounts_of(ids: Any, columns: dict[str, dict[str, Any]]) -> pd.DataFrame:
    told = {name: [values.get(one) for one in ids] for name, values in columns.items()}
    table = pd.DataFrame({"account_id": list(ids), **told}).astype({"account_id": "str"})
    if "start_date" in table:
        table["start_date"] = pd.to_datetime(table["start_date"])
    return table


def answer(store: Path, parameters: UnitParameters, table: pd.DataFrame) -> CohortSummary:
    stores.build(store, parameters, steps=list(FACTS))
    facts = [read_fact(store, "north", name) for name in FACTS]
    return follow_cohorts(table, *facts, parameters=parameters)


def value(result: CohortSummary, name: str) -> float | int | str | None:
    return result.figures[f"cohorts.{name}"].value


def cells(triangle: pd.DataFrame) -> list[list[float | None]]:
    ages = [name for name in triangle.columns if name.isdigit()]
    return [
        [None if pd.isna(share) else round(share, 4) for share in row]
        for row in triangle[ages].to_numpy()
    ]


# Four months to September: July 2 clients, August 2, September 1.
HAND: dict[str, list[float]] = {
    "a": [100.0, 100.0, 150.0],
    "b": [100.0, 0.0, 50.0],
    "c": [0.0, 40.0, 60.0],
    "d": [0.0, 60.0, 0.0],
    "e": [0.0, 0.0, 10.0],
}
BEGAN = {one: "2026-07-01" for one in HAND}


def test_triangles_by_hand(tmp_path: Path) -> None:
    result = follow(tmp_path, HAND, start_date=BEGAN)
    assert cells(result.by_accounts) == [[1.0, 0.5, 1.0], [1.0, 0.5, None], [1.0, None, None]]
    # July: 100 ÷ 200, 200 ÷ 200; August: 60 ÷ 100.
    assert cells(result.by_revenue) == [[1.0, 0.5, 1.0], [1.0, 0.6, None], [1.0, None, None]]
    assert result.by_accounts["accounts"].tolist() == [2, 2, 1]
    assert result.by_revenue["revenue"].tolist() == [200.0, 100.0, 10.0]


def test_means_are_weighted_by_size_and_by_revenue(tmp_path: Path) -> None:
    result = follow(tmp_path, HAND, start_date=BEGAN)
    assert result.mean_accounts == {"0": 1.0, "1": 0.5, "2": 1.0}  # (1 + 1) ÷ (2 + 2)
    assert result.mean_revenue["1"] == pytest.approx(160 / 300)
    assert value(result, "accounts_next_period") == 0.5
    assert value(result, "revenue_next_period") == pytest.approx(160 / 300)
    assert result.figures["cohorts.accounts_year"].reason == (
        "no cohort in the mean has reached age 12 yet"
    )


def test_the_cohort_that_was_there_before_is_marked_and_not_in_the_mean(tmp_path: Path) -> None:
    result = follow(tmp_path, HAND)  # nobody's start is known
    assert result.by_accounts["is_opening"].tolist() == [True, False, False]
    assert result.mean_leaves_out == dt.date(2026, 7, 1)
    assert result.mean_accounts == {"0": 1.0, "1": 0.5}  # August alone
    assert result.older == 2
    kept = follow(tmp_path, HAND, unit(policies=MONTHLY, cohorts={"mean_without_opening": False}))
    assert kept.mean_leaves_out is None
    assert kept.mean_accounts == {"0": 1.0, "1": 0.5, "2": 1.0}


def test_the_only_cohort_is_marked_and_kept(tmp_path: Path) -> None:
    result = follow(tmp_path, {"a": flat(10, 3), "b": [10.0, 0.0, 0.0]})
    assert result.by_accounts["is_opening"].tolist() == [True]
    assert result.mean_leaves_out is None
    assert result.mean_accounts == {"0": 1.0, "1": 0.5, "2": 0.5}


def test_older_clients_are_not_in_the_survival_curve(tmp_path: Path) -> None:
    starts = {**BEGAN, "a": "2019-01-01", "c": "2020-01-01"}
    result = follow(tmp_path, HAND, start_date=starts)
    assert result.older == 2
    followed = result.lives.loc[result.lives["is_followed"], "account_id"]
    assert followed.tolist() == ["b", "d", "e"]
    assert result.by_accounts["is_opening"].tolist() == [True, False, False]


def test_survival_by_hand(tmp_path: Path) -> None:
    result = follow(tmp_path, HAND, start_date=BEGAN)
    # b and d leave after one month; a, c, e are still there after 3, 2 and 1: S(1) = 3/5.
    assert result.curve["survival"].tolist() == pytest.approx([1.0, 0.6, 0.6, 0.6])
    assert result.curve["at_risk"].tolist() == [5, 5, 2, 1]
    assert value(result, "survival_12") is None
    reason = result.figures["cohorts.survival_12"].reason
    assert reason == "no client has been followed for 12 months"
    assert result.figures["cohorts.median_months"].reason is not None


def test_small_cohorts_and_open_ones_are_marked(tmp_path: Path) -> None:
    result = follow(
        tmp_path,
        {**HAND, "f": [0.0, 0.0, 5.0]},
        unit(policies={"cohort_period": "quarter"}, cohorts={"least_accounts": 7}),
    )
    assert result.by_accounts["accounts"].tolist() == [6]
    assert result.by_accounts["is_small"].tolist() == [True]
    assert result.by_accounts["is_open"].tolist() == [True]  # nobody's three months are over
    assert result.mean_accounts == {}


def test_tiers_are_by_the_first_period_and_no_later_one(tmp_path: Path) -> None:
    revenues = {
        "large": [800.0, *flat(0, 5)],
        "grew": [100.0, *flat(90_000, 5)],
        "small": [100.0, *flat(100, 5)],
    }
    result = follow(tmp_path, revenues, start_date=dict.fromkeys(revenues, "2026-04-01"))
    tiers = dict(zip(result.lives["account_id"], result.lives["tier"], strict=True))
    # 1,000 at first: large starts at 0 %, grew at 80 %, small at 90 %.
    assert tiers == {"large": "1", "grew": "3", "small": "3"}
    assert result.tiers["group"].tolist() == ["1", "3"]
    assert cells(result.tiers) == [[1.0, *flat(0, 5)], flat(1, 6)]
    assert cells(result.tiers_revenue)[1][1] == pytest.approx(90_100 / 200)


def test_segments_stand_by_size_with_the_rest_and_the_blanks_last(tmp_path: Path) -> None:
    revenues = {one: flat(10, 2) for one in "abcdefgh"}
    industry = dict(zip("abcdefgh", ["X", "X", "X", "Y", "Y", "Z", "W", None], strict=True))
    result = follow(
        tmp_path,
        revenues,
        unit(policies=MONTHLY, cohorts={"groups_shown": 2}),
        industry=industry,
        start_date=dict.fromkeys(revenues, "2026-08-01"),
    )
    assert result.segments["group"].tolist() == ["X", "Y", "other 2", "not recorded"]
    assert result.segments["accounts"].tolist() == [3, 2, 2, 1]


def test_tiers_are_compared_only_where_enough_have_left(tmp_path: Path) -> None:
    result = follow(tmp_path, HAND, start_date=BEGAN)
    assert result.comparison.reason == "fewer than 5 clients left"


def test_without_a_client_there_is_a_reason_for_everything(tmp_path: Path) -> None:
    result = follow(tmp_path, {}, unit())
    assert result.reason == "no client has brought revenue in a complete month"
    assert {one.reason for one in result.figures.values()} == {result.reason}
    assert result.by_accounts.empty
    assert result.curve.empty


def test_one_client_is_a_cohort(tmp_path: Path) -> None:
    result = follow(tmp_path, {"a": flat(5, 14)}, start_date={"a": "2025-08-03"})
    assert cells(result.by_accounts) == [flat(1, 13)]  # ages 0 to 12 are shown
    for name in ("survival_12", "median_months"):
        figure = result.figures[f"cohorts.{name}"]
        assert (figure.value, figure.interval, figure.n) == (None, None, 1)
        assert figure.reason == "needs 5 clients followed from their first revenue on; there is 1"


def test_five_clients_are_enough_to_say_how_long_clients_stay(tmp_path: Path) -> None:
    gone = {one: [10.0, 10.0, 10.0, *flat(0, 11)] for one in "abc"}
    revenues = {**gone, "d": flat(10, 14), "e": flat(10, 14)}
    starts = dict.fromkeys(revenues, "2025-08-03")
    result = follow(tmp_path, revenues, start_date=starts)
    # Three of five leave after three months; nobody is lost from sight before twelve.
    assert value(result, "survival_12") == pytest.approx(2 / 5)
    assert value(result, "median_months") == 3
    six = follow(
        tmp_path,
        revenues,
        unit(policies=MONTHLY, cohorts={"least_accounts": 6}),
        start_date=starts,
    )
    reason = six.figures["cohorts.survival_12"].reason
    assert reason == "needs 6 clients followed from their first revenue on; there are 5"


@pytest.mark.real_data
def test_subscribers_of_the_public_sample_stay_as_published(tmp_path: Path) -> None:
    """The published curve of tenures, from contracts counted back from a day of export."""
    telco = public_file("telco", "Telco-Customer-Churn.csv")
    rows = pd.read_csv(telco, usecols=["customerID", "tenure", "Churn", "MonthlyCharges"])
    export = dt.date(2026, 1, 1)
    terms = [
        stores.term(
            row.customerID,
            row.customerID,
            add_months(export, -int(row.tenure)),
            f"{row.MonthlyCharges * 12:.4f}",
            end_date="2025-12-31" if row.Churn == "Yes" else None,
        )
        for row in rows.itertuples()
        if row.tenure
    ]
    stores.write_table(tmp_path, "north", "contracts", terms)
    parameters = unit(as_of=export, cohorts={"survival_months": (12, 24, 72)})
    table = pd.DataFrame({"account_id": rows["customerID"].astype("str")})
    result = answer(tmp_path, parameters, table)
    assert value(result, "survival_12") == pytest.approx(0.843200, abs=1e-6)
    assert value(result, "survival_24") == pytest.approx(0.788736, abs=1e-6)
    assert value(result, "survival_72") == pytest.approx(0.592790, abs=1e-6)
    interval = result.figures["cohorts.survival_24"].interval
    assert interval == pytest.approx((0.77831, 0.79874), abs=5e-6)
    assert result.older == 0


histories = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.lists(st.sampled_from([0.0, 0.0, 10.0, 33.3333]), min_size=8, max_size=8),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.sampled_from(["month", "quarter"]), st.booleans())
def test_age_nought_is_all_and_means_lie_within_their_cohorts(
    tmp_path_factory: pytest.TempPathFactory, revenues: Any, period: str, keep: bool
) -> None:
    store = tmp_path_factory.mktemp("store")
    parameters = unit(
        policies={"cohort_period": period}, cohorts={"mean_without_opening": not keep}
    )
    starts = dict.fromkeys(revenues, "2026-09-30")  # nobody was there before
    result = follow(store, revenues, parameters, industry={"a": "X", "b": "Y"}, start_date=starts)
    for triangle, means in (
        (result.by_accounts, result.mean_accounts),
        (result.by_revenue, result.mean_revenue),
    ):
        for age, mean in means.items():
            inside = triangle.loc[triangle[age].notna(), age]
            assert inside.min() - 1e-9 <= mean <= inside.max() + 1e-9
        if "0" in triangle:
            assert triangle["0"].dropna().eq(1.0).all()
    for groups in (result.tiers, result.segments):
        if "0" in groups:
            assert groups["0"].dropna().eq(1.0).all()
        assert groups["accounts"].sum() == sum(
            ~result.by_accounts["is_open"] * result.by_accounts["accounts"]
        )


def test_shuffled_rows_change_nothing(tmp_path: Path) -> None:
    follow(tmp_path, HAND, start_date=BEGAN)
    facts = [read_fact(tmp_path, "north", name) for name in FACTS]
    table = accounts_of(HAND, {"start_date": BEGAN})
    shuffled = [frame.sample(frac=1, random_state=3) for frame in (table, *facts)]
    parameters = unit(policies=MONTHLY)
    first = follow_cohorts(table, *facts, parameters=parameters)
    second = follow_cohorts(*shuffled, parameters=parameters)
    assert first.figures == second.figures
    for name in ("by_accounts", "by_revenue", "tiers", "segments", "curve", "lives"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
