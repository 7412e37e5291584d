"""The demo firm as files: what a finance or sales system of each unit would have exported.

Most units hand in one CSV per table with our own column names. Four do not, to show how sources
are mapped: a folder of Parquet, one workbook with a sheet per table, an old ledger (`;`, latin-1,
decimal comma, day/month/year, its own column names), and one transaction log that holds both
clients and sales. The truth is never written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from portfolio_lib.tables.contracts import ARROW_TYPES, TABLES, Kind
from portfolio_lib.tables.demo.firm import DemoUnit
from portfolio_lib.tables.demo.simulation import BUILDERS

Tables = Mapping[str, pd.DataFrame]

LEDGER_COLUMNS: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": "Customer no",
        "account_name": "Customer",
        "industry": "Trade",
        "country": "Country",
        "region": "Area",
        "city": "Town",
        "account_manager": "Rep",
        "start_date": "Opened",
        "employees": "Staff",
        "credit_limit": "Limit",
    },
    "invoices": {
        "invoice_id": "Invoice",
        "line_id": "Line",
        "account_id": "Customer no",
        "date": "Date",
        "amount": "Net amount",
        "quantity": "Units",
        "offering": "Group",
        "cost": "Cost of goods",
        "due_date": "Due",
        "paid_date": "Paid",
    },
    "offerings": {
        "offering": "Group",
        "family": "Class",
        "list_price": "Price",
        "margin": "Margin per cent",
    },
    "managers": {
        "manager": "Rep",
        "team": "Team",
        "capacity_accounts": "Capacity",
        "hours_per_week": "Hours",
        "specialty": "Specialty",
        "training_done": "Trained",
    },
}
LEDGER_FILES = {
    "accounts": "customers.csv",
    "invoices": "ledger.csv",
    "offerings": "groups.csv",
    "managers": "reps.csv",
}
LOG_FILE = "till-log.csv"
WORKBOOK_FILE = "portfolio.xlsx"
WORKBOOK_DATE = dt.datetime(2026, 10, 1)
"""Written into the workbook as its date, so that the same seed gives the same bytes."""


def write_demo(folder: Path, *, seed: int) -> list[Path]:
    """Write what every unit of the demo firm hands in to `folder/<unit>/`.

    Parameters
    ----------
    folder
        Made where it does not exist. Files of the same name are replaced, others left alone.
    seed
        Same seed, same bytes.

    Returns
    -------
    list of Path
        The files written, unit by unit.
    """
    return [file for key in BUILDERS for file in write_unit(BUILDERS[key](seed=seed), folder)]


def write_unit(unit: DemoUnit, folder: Path) -> list[Path]:
    """Write the files of one unit to `folder/<unit>/`."""
    place = folder / unit.key
    place.mkdir(parents=True, exist_ok=True)
    writer = LAYOUTS.get(unit.key, _write_plain)
    return list(writer(unit.tables, place))


def _write_plain(tables: Tables, place: Path) -> Iterator[Path]:
    """One CSV per table: commas, UTF-8, ISO dates, our own names."""
    for name, frame in tables.items():
        yield _csv(_as_text(name, frame), place / f"{name}.csv")


def _csv(frame: pd.DataFrame, file: Path, *, separator: str = ",", encoding: str = "utf-8") -> Path:
    text = frame.to_csv(sep=separator, index=False, lineterminator="\n")
    file.write_bytes(text.encode(encoding))
    return file


def _as_text(table: str, frame: pd.DataFrame, *, day: str = "%Y-%m-%d") -> pd.DataFrame:
    """Every value as a file shows it; missing ones stay missing."""
    kinds = {name: TABLES[table].column(name).kind for name in frame.columns}
    return pd.DataFrame(
        {name: _column_text(frame[name], kind, day) for name, kind in kinds.items()}
    )


def _column_text(values: pd.Series[Any], kind: Kind, day: str) -> Any:
    if kind is Kind.DATE:
        return values.dt.strftime(day)
    if kind is Kind.TIMESTAMP:
        return values.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if kind is Kind.MONEY:
        return _mapped(values, "{:.2f}".format)
    if kind in (Kind.NUMBER, Kind.SHARE):
        return _mapped(values, "{:g}".format)
    if kind is Kind.FLAG:
        return _mapped(values, lambda flag: "true" if flag else "false")
    return values.astype(object)


def _mapped(values: pd.Series[Any], how: Callable[[Any], str]) -> pd.Series[Any]:
    return values.astype(object).map(lambda value: None if pd.isna(value) else how(value))


def _write_parquet(tables: Tables, place: Path) -> Iterator[Path]:
    """One Parquet file per table, in the contract's types."""
    for name, frame in tables.items():
        file = place / f"{name}.parquet"
        pq.write_table(_arrow(name, frame), file, compression="zstd")
        yield file


def _arrow(table: str, frame: pd.DataFrame) -> pa.Table:
    kinds = {name: TABLES[table].column(name).kind for name in frame.columns}
    arrays = [_array(frame[name], kind) for name, kind in kinds.items()]
    return pa.Table.from_arrays(arrays, names=list(kinds))


def _array(values: pd.Series[Any], kind: Kind) -> pa.Array:
    how: Callable[[Any], Any] = {
        Kind.DATE: lambda value: value.date(),
        Kind.TIMESTAMP: lambda value: value.to_pydatetime(),
        Kind.MONEY: lambda value: Decimal(f"{value:.2f}"),
    }.get(kind, lambda value: value)
    return pa.array(
        [None if pd.isna(value) else how(value) for value in values], type=ARROW_TYPES[kind]
    )


def _write_workbook(tables: Tables, place: Path) -> Iterator[Path]:
    """One workbook, a sheet per table, dates as dates and text never as a formula."""
    file = place / WORKBOOK_FILE
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        book.set_properties({"created": WORKBOOK_DATE})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, frame in tables.items():
            _fill_sheet(book.add_worksheet(name), frame, day)
    yield file


def _fill_sheet(sheet: Any, frame: pd.DataFrame, day: Any) -> None:
    sheet.write_row(0, 0, list(frame.columns))
    for place, column in enumerate(frame.columns):
        dated = pd.api.types.is_datetime64_any_dtype(frame[column])
        for row, value in enumerate(frame[column], start=1):
            if not pd.isna(value):
                _write_cell(sheet, (row, place), value, day if dated else None)


def _write_cell(sheet: Any, cell: tuple[int, int], value: Any, day: Any | None) -> None:
    if day is not None:
        sheet.write_datetime(*cell, value.to_pydatetime(), day)
    elif isinstance(value, str):
        sheet.write_string(*cell, value)
    else:
        sheet.write(*cell, value)


def _write_ledger(tables: Tables, place: Path) -> Iterator[Path]:
    """An old ledger's export. Margins are per cent, yes and no are Y and N."""
    for name, frame in tables.items():
        shown = frame.assign(margin=frame["margin"] * 100) if "margin" in frame else frame
        text = _as_text(name, shown, day="%d/%m/%Y").rename(columns=LEDGER_COLUMNS[name])
        text = text.replace({"true": "Y", "false": "N"})
        numbers = [
            LEDGER_COLUMNS[name][column]
            for column in frame.columns
            if TABLES[name].column(column).kind in (Kind.MONEY, Kind.NUMBER, Kind.SHARE)
        ]
        for column in numbers:
            text[column] = text[column].str.replace(".", ",", regex=False)
        yield _csv(text, place / LEDGER_FILES[name], separator=";", encoding="latin-1")


def _write_log(tables: Tables, place: Path) -> Iterator[Path]:
    """One line per article sold: clients are whoever has a number in it."""
    accounts = tables["accounts"].set_index("account_id")
    lines = tables["invoices"]
    price = (lines["amount"] / lines["quantity"]).round(2)
    log = pd.DataFrame(
        {
            "InvoiceNo": lines["invoice_id"],
            "LineNo": lines["line_id"],
            "Range": lines["offering"],
            "Quantity": lines["quantity"].map("{:.0f}".format),
            "InvoiceDate": lines["date"].dt.strftime("%d.%m.%Y"),
            "UnitPrice": price.map("{:.2f}".format),
            "CustomerID": lines["account_id"],
            "Country": lines["account_id"].map(accounts["country"]),
        }
    )
    yield _csv(log, place / LOG_FILE)


LAYOUTS: dict[str, Callable[[Tables, Path], Iterator[Path]]] = {
    "saas-enterprise": _write_parquet,
    "agency": _write_workbook,
    "distributor": _write_ledger,
    "retail-log": _write_log,
}
"""Units that hand in something other than one CSV per table."""
