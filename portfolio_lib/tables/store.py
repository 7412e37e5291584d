"""Where prepared tables lie, and how they are written and read back.

`store/tables/<unit>/<table>.parquet`, `store/quarantine/<unit>/<table>.csv`,
`store/checks/<unit>.json`. Same rows, whatever their order, give the same bytes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_lib.errors import DataFault
from portfolio_lib.tables.contracts import TABLES, Table
from portfolio_lib.tables.numbers import floats_of
from portfolio_lib.tables.ordering import sorted_positions
from portfolio_lib.tables.results import DataChecks

UNASSIGNED = "_unassigned"
"""Folder of rows that belong to no unit; no unit's key begins with an underscore."""


def table_path(store: Path, unit_key: str, table: str) -> Path:
    return store / "tables" / unit_key / f"{table}.parquet"


def quarantine_path(store: Path, unit_key: str, table: str) -> Path:
    return store / "quarantine" / unit_key / f"{table}.csv"


def checks_path(store: Path, unit_key: str) -> Path:
    return store / "checks" / f"{unit_key}.json"


def clear_unit(store: Path, unit_key: str) -> None:
    """Remove what an earlier preparation left for a unit."""
    for folder in ("tables", "quarantine"):
        shutil.rmtree(store / folder / unit_key, ignore_errors=True)
    checks_path(store, unit_key).unlink(missing_ok=True)


def write_table(store: Path, unit_key: str, contract: Table, cells: pa.Table) -> None:
    """Write the rows of one unit, sorted by key and then by every column."""
    others = [name for name in contract.column_names if name not in contract.key]
    order = sorted_positions(cells, [*contract.key, *others])
    path = table_path(store, unit_key, contract.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = cells.take(pa.array(order)).combine_chunks().cast(contract_schema(contract))
    pq.write_table(rows, path, compression="zstd")


def contract_schema(contract: Table) -> pa.Schema:
    """The columns of a prepared table: the unit's key first, where the contract has none."""
    if "business_unit" in contract.column_names:
        return contract.schema
    return pa.schema([pa.field("business_unit", pa.string()), *contract.schema])


def read_table(store: Path, unit_key: str, table: str) -> pd.DataFrame | None:
    """One prepared table of one unit.

    Returns
    -------
    pandas.DataFrame or None
        One row per what the contract says, its columns in the contract's order; None where the
        table was not handed in. Money, numbers and counts are float64 (a missing one is NaN),
        dates datetime64, yes/no pandas' boolean, everything else text.

    Raises
    ------
    DataFault
        There is no table of that name.
    """
    if table not in TABLES:
        raise DataFault(f"No table is called {table!r}; there are {', '.join(TABLES)}.")
    path = table_path(store, unit_key, table)
    return _frame(pq.read_table(path)) if path.is_file() else None


def _frame(cells: pa.Table) -> pd.DataFrame:
    columns = {}
    for name, column in zip(cells.column_names, cells.columns, strict=True):
        kind = column.type
        if pa.types.is_decimal(kind):
            columns[name] = floats_of(column).to_pandas()
        elif pa.types.is_integer(kind):
            columns[name] = column.cast(pa.float64()).to_pandas()
        elif pa.types.is_date(kind):
            columns[name] = column.cast(pa.timestamp("us")).to_pandas()
        elif pa.types.is_boolean(kind):
            columns[name] = pd.Series(column.to_pylist(), dtype="boolean")
        elif pa.types.is_string(kind):
            columns[name] = column.to_pandas().astype("str")
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns)


def write_checks(store: Path, checks: DataChecks) -> None:
    path = checks_path(store, checks.unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(checks.to_json(), encoding="utf-8")


def read_checks(store: Path, unit_key: str) -> DataChecks:
    """What the checks found for a unit.

    Raises
    ------
    DataFault
        The unit was not prepared in this store.
    """
    path = checks_path(store, unit_key)
    if not path.is_file():
        raise DataFault(f"No checks for {unit_key!r}: prepare its tables first.")
    return DataChecks.from_json(path.read_text(encoding="utf-8"))
