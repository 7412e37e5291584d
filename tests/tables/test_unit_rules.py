"""Rules over all rows of a unit: each a small firm, each fault by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_lib.tables import read_table
from tests.tables.making import ACCOUNTS, fault, prepare_one, rules

LINES = "invoice_id,account_id,date,amount\n"


def test_invoice_lines_need_no_key_but_numbered_lines_are_unique(tmp_path: Path) -> None:
    header = "invoice_id,line_id,account_id,date,amount\n"
    good = (
        header
        + "I1,1,A1,2026-01-31,1\nI1,2,A1,2026-01-31,2\nI2,,A1,2026-01-31,3\nI2,,A1,2026-01-31,4\n"
    )
    assert not prepare_one(tmp_path / "good", invoices=good).stops
    found = fault(
        prepare_one(tmp_path / "bad", invoices=good + "I1,1,A1,2026-02-28,9\n"), "duplicate key"
    )
    assert found.offenders == ("'I1 + 1' (line 2)", "'I1 + 1' (line 6)")
    assert found.money == Decimal(10)


def test_a_key_of_several_columns_counts_empty_cells_as_equal(tmp_path: Path) -> None:
    slas = "severity,tier,response_hours\nP1,,4\nP1,1,2\nP1,,8\n"
    checks = prepare_one(tmp_path, files={"s__csv": slas}, further={"slas": {"file": "s.csv"}})
    assert fault(checks, "duplicate key").count == 2


def test_ids_that_differ_in_capitals_only_are_warned_of(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts=ACCOUNTS + "a1,ash small\n")
    found = fault(checks, "differs in case only")
    assert (found.level, found.offenders) == ("warn", ("'A1'", "'a1'"))


def test_spaces_around_ids_are_taken_off_and_counted(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, invoices=LINES + "I1, A1 ,2026-01-31,1\n")
    found = fault(checks, "spaces")
    assert (found.level, found.column, found.count) == ("warn", "account_id", 1)
    assert not checks.stops


def test_control_characters_in_ids_are_warned_of(tmp_path: Path) -> None:
    checks = prepare_one(tmp_path, accounts=ACCOUNTS + "A\x07,Bell\n")
    found = fault(checks, "control characters")
    assert found.offenders == ("'A\\x07'",)


def test_unknown_managers_and_contacts_are_only_warned_of(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        accounts="account_id,account_name,account_manager\nA1,Ash,Mo\nA2,Beech,Jo\n",
        files={"m__csv": "manager\nJo\n"},
        further={"managers": {"file": "m.csv"}},
    )
    found = fault(checks, "unknown reference")
    assert (found.level, found.column, found.offenders) == ("warn", "account_manager", ("'Mo'",))


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("a1", "Is 'a1' the same as 'A1'?"),
        ("A\u200b1", r"Is 'A\u200b1' the same as 'A1'?"),
        ("A 1", "Is 'A 1' the same as 'A1'?"),
        ("A01", None),
    ],
)
def test_an_unknown_account_that_looks_like_a_known_one_is_asked_about(
    written: str, hint: str | None, tmp_path: Path
) -> None:
    checks = prepare_one(tmp_path, invoices=LINES + f"I1,{written},2026-01-31,1\n")
    step = fault(checks, "unknown account").next_step
    assert step.endswith(hint or "set_aside: when: …")


def test_circles_of_parents_stop_and_own_parents_are_read_as_none(tmp_path: Path) -> None:
    header = "account_id,account_name,parent_account_id\n"
    circle = header + "A1,Ash,A2\nA2,Beech,A3\nA3,Cedar,A1\nA4,Date,A1\n"
    found = fault(prepare_one(tmp_path / "circle", accounts=circle), "circle of parents")
    assert (found.level, found.count) == ("stop", 3)
    own = header + "A1,Ash,A1\nA2,Beech,A1\nA3,Cedar,A9\n"
    checks = prepare_one(tmp_path / "own", accounts=own)
    assert fault(checks, "own parent").level == "warn"
    assert fault(checks, "unknown parent").offenders == ("'A9'",)
    parents = read_table(tmp_path / "own/store", "north", "accounts")["parent_account_id"]
    assert parents.fillna("").tolist() == ["", "A1", "A9"]


@pytest.mark.parametrize(
    ("invoices", "level"),
    [
        ("service_start,service_end\nI1,A1,2026-01-31,1,2026-02-01,2026-01-01\n", "stop"),
        ("service_start,service_end\nI1,A1,2026-01-31,1,2026-01-01,2026-01-01\n", None),
    ],
)
def test_a_service_that_ends_before_it_starts_stops(
    invoices: str, level: str | None, tmp_path: Path
) -> None:
    text = LINES.strip() + "," + invoices
    checks = prepare_one(tmp_path, invoices=text)
    assert [one.level for one in checks.faults if one.rule == "order of dates"] == (
        [level] if level else []
    )


def test_half_a_service_period_is_warned_of(tmp_path: Path) -> None:
    text = LINES.strip() + ",service_start,service_end\nI1,A1,2026-01-31,1,2026-01-01,\n"
    assert fault(prepare_one(tmp_path, invoices=text), "half a period").level == "warn"


def test_accounts_that_end_before_they_start_stop(tmp_path: Path) -> None:
    accounts = "account_id,account_name,start_date,end_date\nA1,Ash,2026-02-01,2026-01-01\nA2,B,,\n"
    found = fault(prepare_one(tmp_path, accounts=accounts), "order of dates")
    assert found.offenders == ("'2026-01-01' (line 2)",)


def test_dates_long_ago_or_far_ahead_are_warned_of(tmp_path: Path) -> None:
    text = LINES.strip() + ",due_date\nI1,A1,2026-01-31,1,9999-12-31\nI2,A1,1926-01-31,1,\n"
    checks = prepare_one(tmp_path, invoices=text)
    assert not checks.stops
    odd = [one for one in checks.faults if one.rule == "odd date"]
    assert [(one.column, one.offenders) for one in odd] == [
        ("date", ("'1926-01-31'",)),
        ("due_date", ("'9999-12-31'",)),
    ]


def test_required_cells_that_are_empty_stop(tmp_path: Path) -> None:
    found = fault(prepare_one(tmp_path, invoices=LINES + "I1,A1,,5\n"), "blank")
    assert (found.column, found.count, found.money) == ("date", 1, Decimal(5))
    assert found.offenders == ("line 2",)


def test_months_without_a_line_are_named(tmp_path: Path) -> None:
    text = LINES + "I1,A1,2025-11-30,1\nI2,A1,2026-01-31,1\nI3,A1,2026-04-30,1\n"
    found = fault(prepare_one(tmp_path, invoices=text), "months without rows")
    assert found.offenders == ("'2025-12'", "'2026-02'", "'2026-03'")


def test_a_line_a_thousand_times_the_middle_one_is_pointed_out(tmp_path: Path) -> None:
    lines = [f"I{i},A1,2026-01-31,{10 + i % 3}\n" for i in range(40)]
    text = LINES + "".join(lines) + "BIG,A1,2026-01-31,11001\nNEARLY,A1,2026-01-31,10999\n"
    found = fault(prepare_one(tmp_path, invoices=text), "very large")
    # the middle line is 11
    assert (found.count, found.money) == (1, Decimal(11001))


def test_thin_columns_are_named_with_their_share(tmp_path: Path) -> None:
    accounts = (
        "account_id,account_name,industry,country,region\nA1,Ash,,UK,\nA2,Beech,,,N\nA3,C,,,\n"
    )
    found = fault(prepare_one(tmp_path, accounts=accounts), "thin columns")
    # region is often empty and fills a third, so it is no remark; industry is empty, country 1 of 3
    assert "industry 0%, country 33%" in found.message
    assert found.count == 2


def test_coverage_stands_on_the_card(tmp_path: Path) -> None:
    accounts = "account_id,account_name,country\nA1,Ash,UK\nA2,Beech,\n"
    card = prepare_one(tmp_path, accounts=accounts).card("accounts")
    assert card.coverage == {"account_id": 1.0, "account_name": 1.0, "country": 0.5}
    assert "industry" in card.absent_columns


def test_without_revenue_there_is_nothing_to_review(tmp_path: Path) -> None:
    contracts = "contract_id,account_id,start_date,annual_value\nC1,A1,2026-01-01,12\n"
    further = {"contracts": {"file": "c.csv"}}
    checks = prepare_one(
        tmp_path,
        invoices=LINES,
        files={"c__csv": contracts},
        further=further,
        revenue_source="invoices",
    )
    assert rules(checks, "stop") == ["nothing to review"]
    checks = prepare_one(
        tmp_path / "b", invoices=LINES, files={"c__csv": contracts}, further=further
    )
    assert not checks.stops


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    checks = prepare_one(
        tmp_path,
        accounts=ACCOUNTS + "A1,Ash\n",
        invoices=LINES + "I1,A9,2026-01-31,1\nI2,A1,31.01.2026,x\nI3,A2,2026-01-31,\n",
    )
    assert rules(checks, "stop") == [
        "duplicate key",
        "unknown account",
        "blank",
        "unreadable number",
        "unreadable date",
    ]
