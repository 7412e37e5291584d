"""What was known on a day, from the contracts alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.tables import TABLES, known_at, read_table
from portfolio_lib.tables.contracts import Kind
from tests.tables.making import prepare_one

DAY = dt.date(2026, 3, 31)


def dates(*texts: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(texts))


def test_rows_are_known_from_the_first_filled_of_their_dates_on() -> None:
    contracts = pd.DataFrame(
        {
            "contract_id": ["signed", "starts later", "unsigned later", "undated"],
            "signed_date": dates("2026-03-31", "2026-03-01", None, None),
            "start_date": dates("2026-06-01", "2026-06-01", "2026-04-01", None),
        }
    )
    known = known_at({"contracts": contracts}, DAY)["contracts"]
    assert known["contract_id"].tolist() == ["signed", "starts later", "undated"]


def test_events_after_the_day_are_emptied_with_what_hangs_on_them() -> None:
    accounts = pd.DataFrame(
        {
            "account_id": ["left later", "left before", "stays"],
            "start_date": dates("2020-01-01", "2020-01-01", "2020-01-01"),
            "end_date": dates("2026-04-01", "2026-03-31", None),
            "end_reason": ["price", "moved", None],
        }
    )
    known = known_at({"accounts": accounts}, DAY)["accounts"]
    assert known["end_date"].isna().tolist() == [True, False, True]
    assert known["end_reason"].fillna("").tolist() == ["", "moved", ""]
    # the frame handed in is left as it was
    assert accounts["end_reason"].tolist()[0] == "price"


def test_an_issue_opened_on_the_day_at_night_is_known() -> None:
    issues = pd.DataFrame(
        {
            "issue_id": ["tonight", "tomorrow"],
            "opened_at": dates("2026-03-31 23:59", "2026-04-01 00:00"),
            "resolved_at": dates("2026-04-01 08:00", None),
            "status": ["closed", "open"],
        }
    )
    known = known_at({"issues": issues}, DAY)["issues"]
    assert known["issue_id"].tolist() == ["tonight"]
    assert known[["resolved_at", "status"]].isna().all().all()


def test_tables_without_dates_are_always_known() -> None:
    offerings = pd.DataFrame({"offering": ["Tea"]})
    assert known_at({"offerings": offerings}, DAY)["offerings"].equals(offerings)


def test_known_at_a_day_equals_prepared_at_that_day(tmp_path: Path) -> None:
    invoices = (
        "invoice_id,account_id,date,amount,paid_date\n"
        "I1,A1,2026-01-31,1,2026-02-15\nI2,A1,2026-03-15,2,2026-04-15\nI3,A2,2026-05-31,4,\n"
    )
    prepare_one(tmp_path / "late", invoices=invoices, as_of=dt.date(2026, 9, 30))
    prepare_one(tmp_path / "early", invoices=invoices, as_of=DAY)
    late = read_table(tmp_path / "late/store", "north", "invoices")
    early = read_table(tmp_path / "early/store", "north", "invoices")
    pd.testing.assert_frame_equal(known_at({"invoices": late}, DAY)["invoices"], early)


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_of_the_contracts_names_a_date(name: str) -> None:
    contract = TABLES[name]
    named = {column.known_when for column in contract.columns if column.known_when}
    for date in {*named, *contract.known_from}:
        assert contract.column(date).kind in (Kind.DATE, Kind.TIMESTAMP)
