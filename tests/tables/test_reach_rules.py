"""Old and cut-off exports: what is told, what stops, and which quiet units are left alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.tables import DataChecks, read_table
from portfolio_lib.tables.disguising import disguised_fault
from portfolio_lib.tables.reach_rules import shown_first
from tests.tables.making import ACCOUNTS, fault, prepare_one, rules

LINES = "invoice_id,account_id,date,amount\n"
TERMS = "contract_id,account_id,start_date,end_date,annual_value\n"
ENDS, STOPS = "revenue ends before the review date", "a year without revenue"


def monthly(first: dt.date, months: int) -> str:
    """One line a month, on the same day of each."""
    days = [
        dt.date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, first.day)
        for i in range(months)
    ]
    return LINES + "".join(f"I{i},A1,{day},10\n" for i, day in enumerate(days))


def with_terms(tmp_path: Path, terms: str, **more: Any) -> DataChecks:
    return prepare_one(
        tmp_path, files={"c__csv": TERMS + terms}, further={"contracts": {"file": "c.csv"}}, **more
    )


def test_invoices_that_end_months_before_the_review_are_warned_of(tmp_path: Path) -> None:
    # twelve lines, the last on 12 March 2026; 202 days to 30 September, gaps of 31 days at most
    checks = prepare_one(tmp_path, invoices=monthly(dt.date(2025, 4, 12), 12))
    found = fault(checks, ENDS)
    assert (found.level, found.table, found.column, found.count) == ("warn", "invoices", "date", 12)
    assert found.message == (
        "invoices.date: invoices end on 12 March 2026, 6 months before the review date."
    )
    assert found.next_step == "Export again, or set as_of to the day the export was made."
    assert not checks.stops
    assert shown_first(checks.faults) == (
        "Invoices end on 12 March 2026, 6 months before the review date.",
    )


def test_a_days_only_message_stands_in_the_confidential_edition_too(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, invoices=monthly(dt.date(2025, 4, 12), 12)), ENDS)
    assert disguised_fault(found) == found


@pytest.mark.parametrize(
    ("first", "months", "as_of", "warned"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 9, 30), False),  # one line has no rhythm
        (dt.date(2026, 1, 15), 7, dt.date(2026, 9, 15), False),  # 62 days after 15 July
        (dt.date(2026, 1, 15), 7, dt.date(2026, 10, 14), False),  # 91 days; the middle gap is 30.5
        (
            dt.date(2026, 1, 15),
            7,
            dt.date(2026, 10, 15),
            True,
        ),  # 92 days, three times 30.5 are 91.5
    ],
)
def test_the_end_is_judged_by_the_rhythm_of_the_table(
    first: dt.date, months: int, as_of: dt.date, warned: bool, tmp_path: Path
) -> None:
    checks = prepare_one(tmp_path, invoices=monthly(first, months), as_of=as_of)
    assert (ENDS in rules(checks)) is warned


def test_bills_that_come_once_a_year_are_left_alone_until_the_next_is_due(tmp_path: Path) -> None:
    days = [f"{year}-01-0{day}" for year in (2024, 2025, 2026) for day in (2, 3, 4)]
    text = LINES + "".join(f"I{i},A1,{day},10\n" for i, day in enumerate(days))
    # the middle gap is one day, but nothing came from 4 January 2025 to 2 January 2026: 363 days
    assert ENDS not in rules(prepare_one(tmp_path, invoices=text))


def test_a_year_after_the_last_invoice_there_is_nothing_to_review(tmp_path: Path) -> None:
    text = monthly(dt.date(2023, 4, 12), 12)
    found = fault(prepare_one(tmp_path, invoices=text), STOPS)
    assert (found.level, found.count) == ("stop", 12)
    assert found.message == (
        "invoices.date: the last day with revenue is 12 March 2024, 30 months before the review "
        "date, so a year of revenue would be zero."
    )
    assert "fill end_date in accounts" in found.next_step


@pytest.mark.parametrize(
    ("as_of", "stops"),
    [
        (dt.date(2027, 1, 30), False),  # the year begins on 31 January 2026, the day of the line
        (dt.date(2027, 1, 31), True),
        (dt.date(2035, 2, 28), True),
    ],
)
def test_the_year_is_that_before_the_review_date(
    as_of: dt.date, stops: bool, tmp_path: Path
) -> None:
    checks = prepare_one(tmp_path, invoices=LINES + "I1,A1,2026-01-31,1\n", as_of=as_of)
    assert checks.stops is stops


def test_a_leap_day_has_a_year_before_it(tmp_path: Path) -> None:
    text = LINES + "I1,A1,2023-02-28,1\n"
    assert prepare_one(tmp_path / "a", invoices=text, as_of=dt.date(2024, 2, 29)).stops
    text = LINES + "I1,A1,2023-03-01,1\n"
    assert not prepare_one(tmp_path / "b", invoices=text, as_of=dt.date(2024, 2, 29)).stops


def test_a_bill_for_years_brings_revenue_as_long_as_it_is_served(tmp_path: Path) -> None:
    header = LINES.strip() + ",service_start,service_end\n"
    text = header + "I1,A1,2023-11-01,36,2023-11-01,2026-10-31\n"
    assert rules(prepare_one(tmp_path / "spread", invoices=text), "stop") == []
    at_once = prepare_one(tmp_path / "once", invoices=text, spread_service_periods=False)
    assert rules(at_once, "stop") == [STOPS]


def test_a_unit_that_all_clients_have_left_is_reviewed_with_a_warning(tmp_path: Path) -> None:
    header = "account_id,account_name,start_date,end_date\n"
    text = LINES + "I1,A1,2025-06-07,1\n"
    gone = header + "A1,Ash,2020-01-01,2025-06-30\nA2,Beech,2020-01-01,2024-01-31\n"
    checks = prepare_one(tmp_path / "gone", accounts=gone, invoices=text)
    found = fault(checks, ENDS)
    assert not checks.stops
    assert "7 June 2025, 15 months before" in found.message
    assert found.message.endswith("before the review date; every client has left.")
    assert found.next_step.startswith("accounts.end_date says that all have left;")
    # one that leaves after the review date is still there
    there = gone.replace("2025-06-30", "2026-10-31")
    assert rules(prepare_one(tmp_path / "there", accounts=there, invoices=text), "stop") == [STOPS]


def test_contracts_in_force_do_not_stand_for_bills_that_are_missing(tmp_path: Path) -> None:
    text = monthly(dt.date(2023, 4, 12), 12)
    checks = with_terms(tmp_path / "a", "C1,A1,2026-01-01,2026-12-31,12\n", invoices=text)
    assert "revenue_source: contracts" in fault(checks, STOPS).next_step
    read = with_terms(
        tmp_path / "b",
        "C1,A1,2026-01-01,2026-12-31,12\n",
        invoices=text,
        revenue_source="contracts",
    )
    assert not read.stops


@pytest.mark.parametrize(
    ("terms", "level", "rule"),
    [
        ("C1,A1,2020-01-01,,12\n", None, None),  # open-ended, agreed long ago
        ("C1,A1,2025-08-01,2026-07-31,12\n", None, None),  # ended 61 days ago
        ("C1,A1,2025-07-01,2026-06-30,12\n", "warn", ENDS),
        ("C1,A1,2023-07-01,2024-06-30,12\nC2,A1,2027-01-01,,12\n", "stop", STOPS),
    ],
)
def test_a_unit_of_contracts_is_judged_by_its_terms(
    terms: str, level: str | None, rule: str | None, tmp_path: Path
) -> None:
    checks = with_terms(tmp_path, terms, revenue_source="contracts")
    found = [(one.level, one.rule) for one in checks.faults if one.rule in (ENDS, STOPS)]
    assert found == ([(level, rule)] if rule else [])


def test_contacts_that_end_early_are_a_remark(tmp_path: Path) -> None:
    header = "interaction_id,account_id,date\n"
    days = [f"2026-0{month}-{day}" for month in (1, 2, 3) for day in ("05", "19")]
    text = header + "".join(f"T{i},A1,{day}\n" for i, day in enumerate(days))
    checks = prepare_one(
        tmp_path,
        invoices=monthly(dt.date(2025, 10, 12), 12),
        files={"t__csv": text},
        further={"interactions": {"file": "t.csv"}},
    )
    found = fault(checks, "ends before the review date")
    assert (found.level, found.table, found.count) == ("warn", "interactions", 6)
    assert "interactions end on 19 March 2026, 6 months before" in found.message
    assert shown_first(checks.faults) == ()


def test_invoices_without_a_row_beside_contracts_are_told(tmp_path: Path) -> None:
    checks = with_terms(tmp_path, "C1,A1,2026-01-01,,12\n", invoices=LINES)
    found = fault(checks, "0 rows")
    assert (found.level, found.message, found.count) == ("warn", "invoices: 0 rows.", 0)
    assert not checks.stops


def test_accounts_of_one_name_are_told_and_shown_with_their_number(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts=ACCOUNTS + "A3,ash ltd\nA4,Cedar\n")
    found = fault(checks, "same name")
    assert (found.level, found.column, found.count) == ("warn", "account_name", 2)
    assert found.offenders == ("'Ash Ltd (A1)'", "'ash ltd (A3)'")
    names = read_table(tmp_path / "store", "north", "accounts")["account_name"].tolist()
    assert names == ["Ash Ltd (A1)", "Beech plc", "ash ltd (A3)", "Cedar"]


def test_names_of_their_own_are_shown_as_they_are(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts="account_id,account_name\nA1,A1\nA2,a1\na1,a1\n")
    names = read_table(tmp_path / "store", "north", "accounts")["account_name"].tolist()
    assert names == ["A1", "a1 (A2)", "a1"]
    assert fault(checks, "same name").count == 1
