"""What is written, and what is read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portfolio_lib.errors import DataFault
from portfolio_lib.tables import DataChecks, Fault, TableCard, read_checks, read_table
from portfolio_lib.tables.contracts import INVOICES, OFFERINGS
from portfolio_lib.tables.quarantine import safe_cell
from tests.tables.making import ACCOUNTS, prepare_one
from tests.tables.making import INVOICES as LINES


def test_the_file_has_the_schema_of_the_contract(tmp_path: Path) -> None:
    prepare_one(
        tmp_path,
        files={"o__csv": "offering,margin\nTea,0.4\n"},
        further={"offerings": {"file": "o.csv"}},
    )
    folder = tmp_path / "store/tables/north"
    assert pq.read_schema(folder / "invoices.parquet").equals(INVOICES.schema)
    assert pq.read_schema(folder / "offerings.parquet").names == [
        "business_unit",
        *OFFERINGS.column_names,
    ]


def test_frames_have_plain_types(tmp_path: Path) -> None:
    header = "account_id,account_name,start_date,employees,acquisition_cost\n"
    prepare_one(tmp_path, accounts=header + "001,Ash,2020-01-01,7,1.10\nA1,B,,,\nA2,C,,,\n")
    accounts = read_table(tmp_path / "store", "north", "accounts")
    assert accounts["account_id"].tolist()[0] == "001"
    kinds = {name: str(accounts[name].dtype) for name in header.strip().split(",")}
    assert kinds == {
        "account_id": "str",
        "account_name": "str",
        "start_date": "datetime64[us]",
        "employees": "float64",
        "acquisition_cost": "float64",
    }
    # a column that was not handed in is there, and empty
    assert accounts["industry"].isna().all()
    assert str(accounts["industry"].dtype) == "str"


def test_a_new_preparation_leaves_nothing_of_the_last(tmp_path: Path) -> None:
    prepare_one(tmp_path, invoices=LINES + "I9,,2026-01-31,5\n")
    quarantine = tmp_path / "store/quarantine/north/invoices.csv"
    assert quarantine.is_file()
    checks = prepare_one(tmp_path, accounts=ACCOUNTS + "A1,Again\n")
    assert checks.stops
    assert not quarantine.exists()
    assert read_table(tmp_path / "store", "north", "accounts") is None


def test_unknown_tables_and_units_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match="No table is called 'invoice'"):
        read_table(tmp_path, "north", "invoice")
    with pytest.raises(DataFault, match="prepare its tables first"):
        read_checks(tmp_path, "north")


def test_checks_survive_the_way_through_json() -> None:
    fault = Fault("warn", "invoices", "amount", "rule", 2, ("'a'",), Decimal("1.50"), "m", "n")
    card = TableCard(
        table="invoices",
        source="a.csv",
        rows_read=5,
        rows_kept=2,
        rows_set_aside={"b": 1, "a": 1},
        money_kept=Decimal("-0.0001"),
        money_set_aside={"a": Decimal(3)},
        first_day=dt.date(2026, 1, 1),
        last_day=None,
        absent_columns=("cost",),
        rows_merged=1,
        coverage={"amount": 1.0},
    )
    checks = DataChecks("north", (fault,), (card,), ("contracts",))
    assert DataChecks.from_json(checks.to_json()) == checks
    assert not checks.stops
    assert checks.card("invoices") is card
    assert checks.card("contracts") is None
    assert str(fault) == "m n"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=x", "'\t=x"),
        (" =x", "' =x"),
        ("-12.50", "-12.50"),
        ("-1.234,50", "-1.234,50"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_cells_that_would_run_get_an_apostrophe(text: str, safe: str) -> None:
    assert safe_cell(text) == safe
