"""Movements of revenue by account and month: by hand, published, and always footing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facts.stores import accounts, build, build_one, exact, line, unit, write_table
from tests.facts.test_account_month_revenue import subscription_terms

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


def kinds(row: dict[str, Any]) -> dict[str, float]:
    """The movements of a row that are not nothing."""
    return {kind: row[f"{kind}_amount"] for kind in KINDS if row[f"{kind}_amount"]}


def by_month(panel: pd.DataFrame, account_id: str = "a") -> dict[str, dict[str, float]]:
    own = panel.loc[panel["account_id"].eq(account_id)]
    return {f"{row['month']:%Y-%m}": kinds(row) for row in own.to_dict("records")}


def monthly(account_id: str, amounts: dict[str, float]) -> list[dict[str, Any]]:
    return [line(account_id, f"{month}-10", amount) for month, amount in amounts.items()]


# Jan 100, Feb 130, Mar 90, Apr none, May 90, Jun none: every movement once, churn twice.
EVERY_MOVEMENT = monthly("a", {"2026-01": 100, "2026-02": 130, "2026-03": 90, "2026-05": 90})


def test_every_movement_has_its_own_month(tmp_path):
    panel = build_one(tmp_path, "revenue_movements", invoices=EVERY_MOVEMENT)
    assert by_month(panel) == {
        "2026-01": {"new": 100.0},
        "2026-02": {"expansion": 30.0},
        "2026-03": {"contraction": 40.0},
        "2026-04": {"churn": 90.0},
        "2026-05": {"reactivation": 90.0},
        "2026-06": {"churn": 90.0},
    }
    assert panel["revenue_before"].tolist() == [0.0, 100.0, 130.0, 90.0, 0.0, 90.0]
    assert panel["revenue_after"].tolist() == [100.0, 130.0, 90.0, 0.0, 90.0, 0.0]
    assert panel["carried_amount"].eq(0).all()


def test_a_month_without_change_has_a_row_without_movement(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-02-28"),
        invoices=monthly("a", {"2026-01": 50, "2026-02": 50}),
    )
    assert by_month(panel) == {"2026-01": {"new": 50.0}, "2026-02": {}}


def test_losing_one_of_two_contracts_is_contraction(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-04-30"),
        contracts=[
            {"contract_id": "1", "account_id": "a", "start_date": "2026-02-01",
             "end_date": "2026-12-31", "annual_value": 1200},
            {"contract_id": "2", "account_id": "a", "start_date": "2026-02-01",
             "end_date": "2026-03-31", "annual_value": 600},
        ],
    )  # fmt: skip
    # 1200 ÷ 12 = 100 and 600 ÷ 12 = 50 a month; the second ends with March.
    assert by_month(panel)["2026-04"] == {"contraction": 50.0}


def test_a_tolerated_pause_is_carried_and_a_longer_one_is_lost_when_it_shows(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-09-30", gap_tolerance_days=61),
        invoices=monthly("a", {"2026-01": 100, "2026-04": 120}),
    )
    # From 31 January: 28 days to the end of February, 59 to that of March: both tolerated.
    # From 30 April: 31 to the end of May, 61 to that of June, 92 to that of July: lost in July.
    assert by_month(panel) == {
        "2026-01": {"new": 100.0},
        "2026-02": {},
        "2026-03": {},
        "2026-04": {"expansion": 20.0},
        "2026-05": {},
        "2026-06": {},
        "2026-07": {"churn": 120.0},
    }
    assert panel["carried_amount"].tolist() == [0.0, 100.0, 100.0, 0.0, 120.0, 120.0, 0.0]
    assert panel["revenue_after"].tolist() == [100.0, 100.0, 100.0, 120.0, 120.0, 120.0, 0.0]


def test_one_day_less_of_tolerance_loses_the_account_a_month_earlier(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-09-30", gap_tolerance_days=60),
        invoices=monthly("a", {"2026-04": 120}),
    )
    assert by_month(panel)["2026-06"] == {"churn": 120.0}


def test_who_comes_back_may_count_as_new(tmp_path):
    panel = build_one(
        tmp_path, "revenue_movements", of=unit(reactivation="new"), invoices=EVERY_MOVEMENT
    )
    assert by_month(panel)["2026-05"] == {"new": 90.0}


def test_a_first_month_may_wait_for_a_second(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-04-30", new_and_gone="wait"),
        invoices=[
            *monthly("once", {"2026-01": 70}),
            *monthly("stays", {"2026-01": 40, "2026-02": 50}),
        ],
    )
    assert by_month(panel, "once") == {"2026-01": {}}
    assert by_month(panel, "stays") == {
        "2026-01": {},
        "2026-02": {"new": 50.0},
        "2026-03": {"churn": 50.0},
    }
    assert panel["one_off_amount"].sum() == 110.0  # 70 + 40
    assert panel["revenue_after"].sum() == 50.0


def test_counted_at_once_new_and_gone_is_new_and_then_lost(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-04-30"),
        invoices=monthly("once", {"2026-01": 70}),
    )
    assert by_month(panel, "once") == {"2026-01": {"new": 70.0}, "2026-02": {"churn": 70.0}}


def test_a_month_that_the_review_date_cuts_short_is_left_out(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-03-30"),
        invoices=monthly("a", {"2026-01": 100, "2026-02": 100, "2026-03": 400}),
    )
    assert by_month(panel) == {"2026-01": {"new": 100.0}, "2026-02": {}}


def test_a_month_of_credits_is_a_month_without_revenue(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-03-31"),
        invoices=monthly("a", {"2026-01": 100, "2026-02": -30, "2026-03": 10}),
    )
    assert by_month(panel)["2026-02"] == {"churn": 100.0}
    assert by_month(panel)["2026-03"] == {"reactivation": 10.0}


def test_without_a_complete_month_there_are_no_movements(tmp_path):
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-03-15"),
        invoices=monthly("a", {"2026-03": 100}),
    )
    assert panel.empty


def test_units_of_one_run_keep_their_own_policies(tmp_path):
    for key in ("strict", "patient"):
        write_table(tmp_path, key, "invoices", EVERY_MOVEMENT)
    build(tmp_path, unit("strict"), unit("patient", gap_tolerance_days=31))
    strict, patient = (exact(tmp_path, key, "revenue_movements") for key in ("strict", "patient"))
    assert sum(strict["churn_amount"].to_pylist()) == Decimal(180)
    assert sum(patient["churn_amount"].to_pylist()) == Decimal(90)  # only the last pause is long


def rates(store, invoices: list[dict[str, Any]], as_of: str = "2026-04-30") -> dict[str, float]:
    """What runs on the last day of each month, for a month."""
    of = unit(as_of=as_of, movement_revenue="run_rate")
    panel = build_one(store, "account_month_rates", of=of, invoices=invoices)
    return {f"{row['month']:%m}": row["rate"] for row in panel.to_dict("records")}


def served(amount: float, first: str, last: str, **columns: Any) -> dict[str, Any]:
    return line("a", first, amount, service_start=first, service_end=last, **columns)


def test_a_yearly_bill_runs_at_a_twelfth_in_long_and_short_months(tmp_path):
    assert rates(tmp_path, [served(1200, "2026-01-01", "2026-12-31")]) == {
        "01": 100.0, "02": 100.0, "03": 100.0, "04": 100.0,
    }  # fmt: skip


def test_bills_of_calendar_months_run_at_their_amount(tmp_path):
    bills = [
        served(100, "2026-01-01", "2026-01-31"),
        served(100, "2026-02-01", "2026-02-28"),
        served(100, "2026-03-01", "2026-03-31"),
    ]
    assert rates(tmp_path, bills) == {"01": 100.0, "02": 100.0, "03": 100.0}


def test_a_stay_that_ends_within_a_month_is_lost_whole(tmp_path):
    # 15 January to 14 April is three months: 100 on three month ends, nothing on 30 April.
    quarter = [served(300, "2026-01-15", "2026-04-14")]
    assert rates(tmp_path, quarter) == {"01": 100.0, "02": 100.0, "03": 100.0}
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2026-04-30", movement_revenue="run_rate"),
        invoices=quarter,
    )
    assert by_month(panel) == {
        "2026-01": {"new": 100.0}, "2026-02": {}, "2026-03": {}, "2026-04": {"churn": 100.0},
    }  # fmt: skip


def test_a_period_of_no_whole_months_runs_by_days(tmp_path):
    # 45 days: 90 × 30.4375 ÷ 45 = 60.875; a stub that holds no month's last day runs nowhere.
    assert rates(tmp_path, [served(90, "2026-01-16", "2026-03-01")]) == {"01": 60.875, "02": 60.875}
    assert rates(tmp_path, [served(90, "2026-01-02", "2026-01-12")]) == {}


def test_what_does_not_repeat_counts_where_it_is_recognised(tmp_path):
    # 40 days from 22 January: 10 of them in January, 28 in February, 2 in March.
    project = [served(400, "2026-01-22", "2026-03-02", recurring=False)]
    assert rates(tmp_path, project) == {"01": 100.0, "02": 280.0, "03": 20.0}
    assert rates(tmp_path, [line("a", "2026-02-28", 70)]) == {"02": 70.0}
    assert rates(tmp_path, [line("a", "2026-02-11", 70, recurring=False)]) == {"02": 70.0}


def test_terms_run_at_a_twelfth_while_in_force(tmp_path):
    of = unit(as_of="2026-04-15", movement_revenue="run_rate")
    contracts = [
        {"contract_id": "1", "account_id": "a", "start_date": "2026-01-20", "annual_value": 1200,
         "end_date": "2026-03-30"},
        {"contract_id": "2", "account_id": "a", "start_date": "2026-03-01", "annual_value": 1000},
    ]  # fmt: skip
    panel = build_one(tmp_path, "account_month_rates", of=of, contracts=contracts)
    # The first ended a day before the month; 1,000 ÷ 12 = 83.3333. April is not over.
    assert panel["rate"].tolist() == [100.0, 100.0, 83.3333]


def test_means_bridge_the_months_without_an_order(tmp_path):
    orders = monthly("a", {"2025-10": 90, "2026-01": 60, "2026-02": 30})
    everyone = [*orders, *monthly("b", {"2025-09": 30})]
    of = unit(as_of="2026-06-30", movement_revenue="quarter_mean", gap_tolerance_days=62)
    panel = build_one(tmp_path, "revenue_movements", of=of, invoices=everyone)
    # The data begin in September: the first three months are those to November. Of a: 90 ÷ 3 to
    # December, 60 ÷ 3 in January, 90 ÷ 3 in February and March, 30 ÷ 3 in April, lost in May.
    assert by_month(panel) == {
        "2025-11": {"new": 30.0},
        "2025-12": {},
        "2026-01": {"contraction": 10.0},
        "2026-02": {"expansion": 10.0},
        "2026-03": {},
        "2026-04": {"contraction": 20.0},
        "2026-05": {"churn": 10.0},
    }
    assert by_month(panel, "b") == {"2025-11": {"new": 10.0}, "2025-12": {"churn": 10.0}}
    assert panel["carried_amount"].eq(0).all()  # a mean is not carried on top


def test_rates_of_units_that_compare_what_is_recognised_are_not_computed(tmp_path):
    bills = [served(1200, "2026-01-01", "2026-12-31")]
    assert build_one(tmp_path, "account_month_rates", invoices=bills).empty


@pytest.mark.real_data
@pytest.mark.parametrize("compared", ["recognised", "run_rate"])
def test_the_published_movements_of_subscriptions_come_out(tmp_path, compared):
    """dbt Labs' MRR playbook, June 2019 against May 2019: 965 + 50 + 150 − 30 − 0 = 1,135."""
    terms = subscription_terms()
    panel = build_one(
        tmp_path,
        "revenue_movements",
        of=unit(as_of="2020-01-31", movement_revenue=compared),
        accounts=accounts(*sorted({str(row["account_id"]) for row in terms})),
        contracts=terms,
    )
    june = panel.loc[panel["month"].eq(pd.Timestamp("2019-06-01"))].sum(numeric_only=True)
    assert june["revenue_before"] == 965.0
    assert [june[f"{kind}_amount"] for kind in KINDS] == [50.0, 0.0, 150.0, 30.0, 0.0]
    assert june["revenue_after"] == 1135.0


FIRST = dt.date(2025, 1, 1)
dates = st.dates(FIRST, dt.date(2026, 3, 31))
money = st.decimals(-500, 1000, places=4, allow_nan=False)
lines = st.lists(
    st.builds(
        lambda account, date, amount, served: line(
            account, date, amount, service_start=date if served else None,
            service_end=date + dt.timedelta(days=served) if served else None,
        ),
        st.sampled_from("abc"), dates, money, st.sampled_from([0, 0, 45, 200]),
    ),
    max_size=14,
)  # fmt: skip
policies = st.fixed_dictionaries(
    {
        "gap_tolerance_days": st.sampled_from([0, 31, 62, 100]),
        "reactivation": st.sampled_from(["separate", "new"]),
        "new_and_gone": st.sampled_from(["count", "wait"]),
        "movement_revenue": st.sampled_from(
            ["recognised", "run_rate", "quarter_mean", "year_mean"]
        ),
    }
)


def check_footing(movements: pa.Table, revenue: list[dict[str, Any]]) -> None:
    """Every row foots, months join, and what is not carried or single is what was compared."""
    ends: dict[tuple[str, dt.date], Decimal] = {}
    for row in movements.to_pylist():
        new, back, up, down, lost = (row[f"{kind}_amount"] for kind in KINDS)
        assert row["revenue_before"] + new + back + up - down - lost == row["revenue_after"]
        assert min(new, back, up, down, lost, row["carried_amount"], row["one_off_amount"]) >= 0
        assert sum(amount > 0 for amount in (new, back, up, down, lost)) <= 1
        month = row["month"]
        before = (month - dt.timedelta(days=1)).replace(day=1)
        assert ends.get((row["account_id"], before), Decimal(0)) == row["revenue_before"]
        ends[row["account_id"], month] = row["revenue_after"]
    billed = {
        (row["account_id"], row["month"]): row["revenue_after"]
        - row["carried_amount"]
        + row["one_off_amount"]
        for row in movements.to_pylist()
    }
    for row in revenue:
        expected = row["revenue"] if row["is_complete_month"] else Decimal(0)
        assert billed.pop((row["account_id"], row["month"]), Decimal(0)) == expected
    assert not any(billed.values())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, policies)
def test_movements_foot_for_any_invoices_and_any_policy(tmp_path_factory, invoices, chosen):
    store = tmp_path_factory.mktemp("store")
    write_table(store, "north", "invoices", invoices)
    build(store, unit(as_of="2026-03-31", **chosen), steps=["revenue_movements"])
    check_footing(exact(store, "north", "revenue_movements"), compared(store, chosen))


def compared(store, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """The amounts by account and month that the movements should add up to."""
    if chosen["movement_revenue"] == "recognised":
        return exact(store, "north", "account_month_revenue").to_pylist()
    return [
        {**row, "revenue": max(Decimal(0), row["rate"]), "is_complete_month": True}
        for row in exact(store, "north", "account_month_rates").to_pylist()
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, lines, policies)
def test_rows_of_later_months_change_no_earlier_movement(tmp_path_factory, known, more, chosen):
    """Later rows may be dated later only; a bill that reaches back would restate, and says so."""
    store = tmp_path_factory.mktemp("store")
    later = [
        {**row, "date": row["date"] + dt.timedelta(days=455), "service_start": None} for row in more
    ]
    write_table(store, "then", "invoices", known)
    write_table(store, "now", "invoices", [*known, *later])
    then = unit("then", as_of="2026-03-31", **chosen)
    build(store, then, unit("now", as_of="2027-06-30", **chosen), steps=["revenue_movements"])
    earlier = [
        {**row, "business_unit": "then"}
        for row in exact(store, "now", "revenue_movements").to_pylist()
        if row["month"] <= dt.date(2026, 3, 1)
    ]
    assert earlier == exact(store, "then", "revenue_movements").to_pylist()
