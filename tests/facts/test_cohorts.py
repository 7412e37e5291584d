"""Lives of accounts, activity by age, and the triangle of cohorts: by hand, published, always."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_lib.facts import read_fact
from tests.facts.stores import build, build_one, exact, line, term, unit, write_table
from tests.facts.test_revenue_movements import lines, monthly
from tests.public_data import public_file


def lives_of(store: Path, **settings_and_tables: Any) -> dict[str, tuple[str, str, bool]]:
    """First day, last day and whether it has left, by account."""
    lives = build_one(store, "account_lives", **settings_and_tables)
    return {
        row["account_id"]: (
            f"{row['life_first_day']:%Y-%m-%d}",
            f"{row['life_last_day']:%Y-%m-%d}",
            row["has_left"],
        )
        for row in lives.to_dict("records")
    }


def test_lives_by_invoices_are_of_whole_months(tmp_path):
    found = lives_of(
        tmp_path,
        of=unit(as_of="2026-04-15"),
        invoices=[
            *monthly("stays", {"2026-01": 9, "2026-02": 9, "2026-03": 9}),
            *monthly("left", {"2026-01": 9, "2026-02": 9}),
            *monthly("back", {"2026-01": 9, "2026-03": 9, "2026-04": 9}),
            *monthly("too new", {"2026-04": 9}),
        ],
    )
    assert found == {
        "stays": ("2026-01-01", "2026-03-31", False),
        "left": ("2026-01-01", "2026-02-28", True),
        "back": ("2026-01-01", "2026-01-31", True),  # it left once, whatever came later
    }


def test_a_tolerated_pause_does_not_end_a_life(tmp_path):
    found = lives_of(
        tmp_path,
        of=unit(as_of="2026-04-30", gap_tolerance_days=31),
        invoices=[
            *monthly("back", {"2026-01": 9, "2026-03": 9}),  # pauses: February, April; 30 days
            *monthly("left", {"2026-01": 9, "2026-02": 9}),  # 31 + 30 = 61 days
        ],
    )
    assert found == {
        "back": ("2026-01-01", "2026-04-30", False),
        "left": ("2026-01-01", "2026-02-28", True),
    }


def test_lives_by_contracts_are_of_days(tmp_path):
    found = lives_of(
        tmp_path,
        of=unit(as_of="2026-04-15"),
        contracts=[
            term("1", "open", "2026-01-20", 1200),
            term("2", "ended", "2026-01-20", 1200, end_date="2026-04-14"),
            term("3", "ends today", "2026-01-20", 1200, end_date="2026-04-15"),
            term("4", "renewed", "2026-01-20", 1200, end_date="2026-02-19"),
            term("5", "renewed", "2026-02-20", 1200, end_date="2026-12-31"),
            term("6", "overlaps", "2026-01-01", 1200, end_date="2026-12-31"),
            term("7", "overlaps", "2026-01-10", 1200, end_date="2026-01-20"),
            term("8", "paused a day", "2026-01-20", 1200, end_date="2026-02-19"),
            term("9", "paused a day", "2026-02-21", 1200, end_date="2026-12-31"),
        ],
    )
    assert found == {
        "open": ("2026-01-20", "2026-04-15", False),
        "ended": ("2026-01-20", "2026-04-14", True),
        "ends today": ("2026-01-20", "2026-04-15", False),
        "renewed": ("2026-01-20", "2026-04-15", False),
        "overlaps": ("2026-01-01", "2026-04-15", False),
        "paused a day": ("2026-01-20", "2026-02-19", True),
    }


def triangle(store: Path, **settings_and_tables: Any) -> dict[tuple[str, int], tuple[int, float]]:
    """Accounts and revenue by cohort and age."""
    rows = build_one(store, "cohort_triangle", **settings_and_tables).to_dict("records")
    return {
        (f"{row['cohort']:%Y-%m}", row["age"]): (row["accounts"], row["revenue"]) for row in rows
    }


THREE = [
    *monthly("a", {"2026-01": 100, "2026-02": 110, "2026-03": 90}),
    *monthly("b", {"2026-01": 50, "2026-03": 60}),
    *monthly("c", {"2026-02": 30}),
]


def test_a_triangle_of_months_by_hand(tmp_path):
    found = triangle(tmp_path, of=unit(as_of="2026-03-31", cohort_period="month"), invoices=THREE)
    assert found == {
        ("2026-01", 0): (2, 150.0),
        ("2026-01", 1): (1, 110.0),
        ("2026-01", 2): (2, 150.0),  # 90 + 60: b came back
        ("2026-02", 0): (1, 30.0),
        ("2026-02", 1): (0, 0.0),  # observed, and nobody was there
    }


def test_a_triangle_of_quarters_counts_from_each_accounts_own_month(tmp_path):
    found = triangle(tmp_path, of=unit(as_of="2026-08-31", cohort_period="quarter"), invoices=THREE)
    # The latest account could have come in March: age 0 ends in May, age 1 in August.
    # Age 0 of a and b is January to March, of c February to April: 300 + 110 + 30 = 440.
    assert found == {("2026-01", 0): (3, 440.0), ("2026-01", 1): (0, 0.0)}


def test_a_quarter_that_could_still_grow_is_not_observed(tmp_path):
    assert triangle(tmp_path, of=unit(as_of="2026-04-30"), invoices=THREE) == {}
    lives = build_one(tmp_path, "account_lives", of=unit(as_of="2026-04-30"), invoices=THREE)
    assert lives["cohort"].eq(pd.Timestamp("2026-01-01")).all()


def test_a_cut_month_is_blank(tmp_path):
    of = unit(as_of="2026-03-30", cohort_period="month")
    found = triangle(tmp_path, of=of, invoices=THREE)
    assert ("2026-01", 2) not in found
    assert ("2026-01", 1) in found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, st.sampled_from(["month", "quarter"]), st.sampled_from([0, 31, 62]))
def test_age_nought_is_everyone_and_no_age_is_more(tmp_path_factory, invoices, period, tolerance):
    store = tmp_path_factory.mktemp("store")
    write_table(store, "north", "invoices", invoices)
    build(store, unit(as_of="2026-03-31", cohort_period=period, gap_tolerance_days=tolerance))
    rows = read_fact(store, "north", "cohort_triangle")
    start = rows.loc[rows["age"].eq(0)]
    assert start["accounts"].eq(start["cohort_accounts"]).all()
    assert start["revenue"].eq(start["cohort_revenue"]).all()
    assert rows["accounts"].le(rows["cohort_accounts"]).all()
    ages = rows.groupby("cohort")["age"]
    assert (ages.max() + 1).eq(ages.size()).all()  # no hole among the observed ages
    sizes = read_fact(store, "north", "account_lives").groupby("cohort").size()
    assert all(
        sizes[cohort] == size for cohort, size in start.set_index("cohort")["accounts"].items()
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, lines, st.sampled_from(["month", "quarter"]))
def test_rows_of_later_months_change_no_cell_and_no_life_that_has_ended(
    tmp_path_factory, known, more, period
):
    store = tmp_path_factory.mktemp("store")
    later = [
        {**row, "date": row["date"] + dt.timedelta(days=455), "service_start": None} for row in more
    ]
    write_table(store, "then", "invoices", known)
    write_table(store, "now", "invoices", [*known, *later])
    then = unit("then", as_of="2026-03-31", cohort_period=period)
    build(store, then, unit("now", as_of="2027-06-30", cohort_period=period))
    now = {
        (row["cohort"], row["age"]): row
        for row in exact(store, "now", "cohort_triangle").to_pylist()
    }
    for row in exact(store, "then", "cohort_triangle").to_pylist():
        assert now[row["cohort"], row["age"]] == {**row, "business_unit": "now"}
    lives = {row["account_id"]: row for row in exact(store, "now", "account_lives").to_pylist()}
    for row in exact(store, "then", "account_lives").to_pylist():
        same = {**row, "business_unit": "now"}
        assert lives[row["account_id"]] == same or not row["has_left"]


@pytest.mark.real_data
def test_the_first_cohort_of_online_retail_comes_out_as_published(tmp_path):
    """December 2010: 885 customers, 36.6 % the month after, 50.3 % after eleven months."""
    rows = pd.read_csv(
        public_file("online_retail", "online_retail.csv.gz"),
        dtype=str,
        usecols=["CustomerID", "InvoiceDate", "Quantity", "UnitPrice"],
    )
    rows = rows.dropna(subset=["CustomerID"])
    rows["amount"] = rows["Quantity"].astype("float64") * rows["UnitPrice"].astype("float64")
    rows = rows.loc[rows["amount"] > 0]
    rows["date"] = pd.to_datetime(rows["InvoiceDate"], format="ISO8601").dt.date
    assert len(rows) == 397_884
    days = rows.groupby(["CustomerID", "date"])["amount"].sum().round(2).reset_index()
    write_table(
        tmp_path,
        "north",
        "invoices",
        [line(row.CustomerID, row.date, f"{row.amount:.2f}") for row in days.itertuples()],
    )
    build(tmp_path, unit(as_of="2011-12-09", cohort_period="month"), steps=["cohort_triangle"])
    found = read_fact(tmp_path, "north", "cohort_triangle").set_index(["cohort", "age"])
    first = found.loc[pd.Timestamp("2010-12-01")]
    assert first["cohort_accounts"].iloc[0] == 885
    assert round(first.loc[1, "accounts"] / 885, 3) == 0.366
    assert round(first.loc[11, "accounts"] / 885, 3) == 0.503
    assert first.index.max() == 11  # December 2011 is cut on the 9th
    assert pq.read_metadata(tmp_path / "facts" / "account_lives" / "north.parquet").num_rows < 4_338
