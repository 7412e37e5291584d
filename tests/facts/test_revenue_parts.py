"""Recognised revenue: what counts on which days, and that not a ten-thousandth is lost."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facts.stores import build_one, day, exact, line, term, unit

AS_OF = day("2026-09-30")


def amounts(parts: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Amount by first and last day."""
    return {
        (str(row.first_day.date()), str(row.last_day.date())): row.amount
        for row in parts.itertuples()
    }


def test_a_line_without_a_service_period_belongs_to_its_date(tmp_path):
    parts = build_one(tmp_path, "revenue_parts", invoices=[line("a", "2026-03-05", "12.3456")])
    assert amounts(parts) == {("2026-03-05", "2026-03-05"): 12.3456}
    assert parts.loc[0, "kind"] == "sale"


def test_lines_of_one_day_account_and_offering_are_added_up(tmp_path):
    parts = build_one(
        tmp_path,
        "revenue_parts",
        invoices=[
            line("a", "2026-03-05", 10, offering="x", cost=4, quantity=2.0),
            line("a", "2026-03-05", 5, offering="x"),
            line("a", "2026-03-05", 7, offering="y"),
            line("a", "2026-03-05", -3, offering="x", cost=-1),
        ],
    )
    found = parts[
        ["offering", "kind", "amount", "cost", "amount_with_cost", "quantity", "lines"]
    ].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [
        ["x", "credit", -3.0, -1.0, -3.0, None, 1],
        ["x", "sale", 15.0, 4.0, 10.0, 2.0, 2],  # 10 + 5; the cost of the 5 is not known
        ["y", "sale", 7.0, None, None, None, 1],
    ]


def test_a_service_period_is_cut_at_month_ends_by_days(tmp_path):
    # 2026-01-15 to 2026-03-15 is 17 + 28 + 15 = 60 days; 100 / 60 a day.
    # Through January 100 * 17 / 60 = 28.3333; through February 100 * 45 / 60 = 75; then 100.
    parts = build_one(
        tmp_path,
        "revenue_parts",
        invoices=[
            line(
                "a",
                "2026-01-10",
                100,
                cost=60,
                quantity=6.0,
                service_start="2026-01-15",
                service_end="2026-03-15",
            )
        ],
    )
    assert amounts(parts) == {
        ("2026-01-15", "2026-01-31"): 28.3333,
        ("2026-02-01", "2026-02-28"): 46.6667,  # 75 - 28.3333
        ("2026-03-01", "2026-03-15"): 25.0,
    }
    assert parts["cost"].tolist() == [17.0, 28.0, 15.0]  # 1 a day
    assert parts["quantity"].tolist() == [1.7, 2.8, 1.5]  # 0.1 a day
    assert parts["lines"].tolist() == [1, 0, 0]
    assert parts["known_from"].dt.date.unique().tolist() == [day("2026-01-10")]


def test_a_half_of_the_last_decimal_is_rounded_away_from_zero(tmp_path):
    # Two days, one in each month: 0.0001 * 1 / 2 = 0.00005 → 0.0001, then 0.0001 - 0.0001 = 0.
    period = {"service_start": "2026-01-31", "service_end": "2026-02-01"}
    parts = build_one(
        tmp_path,
        "revenue_parts",
        invoices=[
            line("a", "2026-01-01", "0.0001", **period),
            line("b", "2026-01-01", "-0.0001", **period),
        ],
    )
    assert parts.groupby("account_id")["amount"].apply(list).to_dict() == {
        "a": [0.0001, 0.0],
        "b": [-0.0001, 0.0],
    }


def test_parts_are_cut_where_a_window_of_a_snapshot_begins_or_ends(tmp_path):
    # As of the 15th, windows begin after 15 June and 15 September (3 months), so June is cut too.
    parts = build_one(
        tmp_path,
        "revenue_parts",
        of=unit(as_of="2026-09-15"),
        invoices=[
            line("a", "2026-06-01", 30, service_start="2026-06-01", service_end="2026-06-30")
        ],
    )
    assert amounts(parts) == {
        ("2026-06-01", "2026-06-15"): 15.0,
        ("2026-06-16", "2026-06-30"): 15.0,
    }


def test_days_after_the_review_date_are_deferred(tmp_path):
    parts = build_one(
        tmp_path,
        "revenue_parts",
        invoices=[
            # 61 days, 30 of them up to 30 September: 61 * 30 / 61 = 30
            line("a", "2026-09-01", 61, service_start="2026-09-01", service_end="2026-10-31"),
            line("a", "2026-09-02", 50, service_start="2026-10-05", service_end="2026-10-05"),
            line("a", "2026-10-01", 99, service_start="2026-09-01", service_end="2026-09-30"),
        ],
    )
    assert amounts(parts) == {("2026-09-01", "2026-09-30"): 30.0}


@pytest.mark.parametrize(
    ("policy", "period"),
    [
        ({"spread_service_periods": False}, ("2026-01-01", "2026-12-31")),
        ({}, ("2026-12-31", "2026-01-01")),
        ({}, ("2026-01-01", None)),
        ({}, (None, "2026-12-31")),
    ],
    ids=["the policy says no", "the end is before the start", "no end", "no start"],
)
def test_a_line_that_is_not_spread_belongs_to_its_date(tmp_path, policy, period):
    parts = build_one(
        tmp_path,
        "revenue_parts",
        of=unit(**policy),
        invoices=[
            line("a", "2026-02-03", 120, service_start=period[0], service_end=period[1]),
        ],
    )
    assert amounts(parts) == {("2026-02-03", "2026-02-03"): 120.0}


def test_a_contract_brings_a_twelfth_in_a_whole_month_and_days_in_others(tmp_path):
    # 1,240 a year is 103.3333 a month. Up to 14 January it would have brought
    # 103.3333 * 14 / 31 = 46.66665… → 46.6667, so the rest of January is 103.3333 - 46.6667.
    # 10 of March's 31 days: 103.3333 * 10 / 31 = 33.33332… → 33.3333.
    parts = build_one(
        tmp_path,
        "revenue_parts",
        contracts=[term("c", "a", "2026-01-15", 1240, end_date="2026-03-10", offering="x")],
    )
    assert amounts(parts) == {
        ("2026-01-15", "2026-01-31"): 56.6666,
        ("2026-02-01", "2026-02-28"): 103.3333,
        ("2026-03-01", "2026-03-10"): 33.3333,
    }
    assert set(parts["kind"]) == {"contract"}
    assert parts["recurring"].all()
    assert parts["cost"].isna().all()
    assert parts["lines"].eq(0).all()


def test_an_open_ended_contract_runs_to_its_cancellation_or_the_review_date(tmp_path):
    # 1,200 a year is 100 a month; 15 of August's 31 days are 100 * 15 / 31 = 48.387… → 48.3871.
    parts = build_one(
        tmp_path,
        "revenue_parts",
        of=unit(as_of="2026-09-15"),
        contracts=[
            term("c1", "a", "2026-08-01", 1200, cancelled_date="2026-08-15"),
            term("c2", "b", "2026-09-01", 1200),
            term("c3", "c", "2026-08-01", 1200, cancelled_date="2026-08-02", end_date="2026-08-31"),
            term("c4", "d", "2026-08-20", 1200, cancelled_date="2026-08-10"),
            term("c5", "e", "2026-09-16", 1200, signed_date="2026-08-10"),
        ],
    )
    by_account = parts.groupby("account_id")["amount"].sum().round(4).to_dict()
    # b: 15 of September's 30 days; c: notice does not end a term early; d never ran; e starts later
    assert by_account == {"a": 48.3871, "b": 50.0, "c": 100.0}


def test_a_term_signed_later_is_known_from_the_day_it_was_signed(tmp_path):
    parts = build_one(
        tmp_path,
        "revenue_parts",
        contracts=[
            term("c", "a", "2026-08-01", 1200, signed_date="2026-09-20", end_date="2026-08-31"),
            term("late", "a", "2026-08-01", 1200, signed_date="2026-10-01"),
        ],
    )
    assert amounts(parts) == {("2026-08-01", "2026-08-31"): 100.0}
    assert parts.loc[0, "known_from"] == pd.Timestamp("2026-09-20")


def test_contracts_of_one_offering_are_added_up(tmp_path):
    parts = build_one(
        tmp_path,
        "revenue_parts",
        contracts=[
            term("c1", "a", "2026-09-01", 1200, offering="x"),
            term("c2", "a", "2026-09-01", 600, offering="x"),
        ],
    )
    assert amounts(parts) == {("2026-09-01", "2026-09-30"): 150.0}


def test_the_policy_chooses_between_invoices_and_contracts(tmp_path):
    tables = {
        "invoices": [line("a", "2026-09-05", 7)],
        "contracts": [term("c", "a", "2026-09-01", 1200)],
    }
    sources = {}
    for source in ("auto", "invoices", "contracts"):
        parameters = unit(revenue_source=source)
        parts = build_one(tmp_path / source, "revenue_parts", of=parameters, **tables)
        sources[source] = parts["amount"].tolist()
    assert sources == {"auto": [7.0], "invoices": [7.0], "contracts": [100.0]}


def test_a_twelfth_is_rounded_to_the_nearest_ten_thousandth(tmp_path):
    contracts = [
        term("c1", "down", "2026-09-01", 1000),  # 83.33333… → 83.3333
        term("c2", "half", "2026-09-01", "0.0006"),  # 0.00005 → 0.0001
        term("c3", "up", "2026-09-01", 2000),  # 166.66666… → 166.6667
    ]
    parts = build_one(tmp_path, "revenue_parts", contracts=contracts)
    assert parts["amount"].tolist() == [83.3333, 0.0001, 166.6667]


def test_the_largest_amount_that_a_table_holds_is_spread_without_loss(tmp_path):
    largest = Decimal("99999999999999.9999")
    period = {"service_start": "2026-06-29", "service_end": "2026-08-04"}
    build_one(
        tmp_path,
        "revenue_parts",
        invoices=[line("a", "2026-06-01", largest, cost=largest, **period)],
    )
    parts = exact(tmp_path, "north", "revenue_parts")
    assert parts.num_rows == 3
    assert pc.sum(parts["amount"]).as_py() == pc.sum(parts["cost"]).as_py() == largest


def test_twelve_equal_months_come_out_of_a_yearly_contract(tmp_path):
    parts = build_one(tmp_path, "revenue_parts", contracts=[term("c", "a", "2025-10-01", 1000)])
    assert parts["amount"].tolist() == [83.3333] * 12  # 1000 / 12, no month above another


days_around = st.dates(dt.date(2024, 1, 1), dt.date(2027, 6, 30))
cents = st.decimals(-(10**8), 10**8, places=4, allow_nan=False)


@st.composite
def service_lines(draw):
    start = draw(days_around)
    end = start + dt.timedelta(days=draw(st.integers(-3, 800)))
    return line(
        draw(st.sampled_from("abc")),
        draw(days_around),
        draw(cents),
        cost=draw(st.none() | cents),
        offering=draw(st.sampled_from(["x", "y", None])),
        service_start=draw(st.sampled_from([start, None])),
        service_end=end,
    )


def recognised(row, amount: Decimal) -> Decimal:
    """What a line has brought by the review date, worked out with exact decimals."""
    start, end, date = row["service_start"], row["service_end"], row["date"]
    if date > AS_OF:
        return Decimal(0)
    if start is None or end < start:
        return amount
    days = (end - start).days + 1
    through = min((AS_OF - start).days + 1, days)
    share = amount * max(through, 0) / days
    return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(service_lines(), min_size=1, max_size=12))
def test_recognised_revenue_is_exact_and_recognised_plus_deferred_is_the_total(tmp_path, lines):
    parts = build_one(tmp_path, "revenue_parts", invoices=lines)
    kept = exact(tmp_path, "north", "revenue_parts")
    expected = sum((recognised(row, row["amount"]) for row in lines), Decimal(0))
    total = pc.sum(kept["amount"]).as_py() or Decimal(0)
    assert total == expected
    costs = sum(
        (recognised(row, row["cost"]) for row in lines if row["cost"] is not None), Decimal(0)
    )
    assert (pc.sum(kept["cost"]).as_py() or Decimal(0)) == costs
    known = sum((row["amount"] for row in lines if row["date"] <= AS_OF), Decimal(0))
    later = build_deferred(tmp_path, lines)
    assert total + later == known
    assert (parts["last_day"] <= pd.Timestamp(AS_OF)).all()
    assert (parts["known_from"] <= pd.Timestamp(AS_OF)).all()
    assert (parts["first_day"].dt.to_period("M") == parts["last_day"].dt.to_period("M")).all()


def build_deferred(tmp_path, lines) -> Decimal:
    """Revenue after the review date of the lines known by it, from a review years later."""
    known = [row for row in lines if row["date"] <= AS_OF]
    years_later = unit("later", as_of="2030-12-31")
    build_one(tmp_path, "revenue_parts", of=years_later, invoices=known)
    everything = exact(tmp_path, "later", "revenue_parts")
    deferred = everything.filter(pc.field("first_day") > pc.scalar(AS_OF))
    return pc.sum(deferred["amount"]).as_py() or Decimal(0)
