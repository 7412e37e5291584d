"""Small stores of prepared tables, written by hand for the tests of the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_lib.facts import STEPS, build_facts, read_fact
from portfolio_lib.facts.build import fact_path
from portfolio_lib.parameters.models import EngineSettings, Policies, Sources, UnitParameters
from portfolio_lib.tables.contracts import TABLES, Kind

Row = Mapping[str, Any]
ENGINE = EngineSettings(threads=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def unit(key: str = "north", as_of: str = "2026-09-30", **policies: Any) -> UnitParameters:
    """A unit with every other setting at its default."""
    return UnitParameters(
        key=key,
        name=key,
        firm_name="Firm",
        business_units=(key,),
        as_of=day(as_of),
        currency="GBP",
        sources=Sources(),
        policies=Policies(**policies),
        pages=("portfolio",),
    )


def write_table(store: Path, unit_key: str, table: str, rows: Iterable[Row]) -> Path:
    """One prepared table of one unit. Dates may be ISO text; what is left out is empty."""
    contract = TABLES[table]
    columns = {
        column.name: [
            unit_key if column.name == "business_unit" else _typed(row.get(column.name), column)
            for row in rows
        ]
        for column in contract.columns
    }
    path = store / "tables" / unit_key / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=contract.schema), path)
    return path


def _typed(value: Any, column: Any) -> Any:
    if value is None:
        return None
    if column.kind is Kind.DATE and isinstance(value, str):
        return day(value)
    if column.kind is Kind.MONEY:
        return Decimal(str(value)).quantize(Decimal("0.0001"))
    return value


def accounts(*ids: str, start_date: str | None = None) -> list[Row]:
    return [{"account_id": i, "account_name": f"Client {i}", "start_date": start_date} for i in ids]


def line(account_id: str, date: str, amount: Any, **columns: Any) -> Row:
    """An invoice line; the invoice is one per account and day unless it is named."""
    invoice_id = columns.pop("invoice_id", f"{account_id}-{date}")
    return {
        "invoice_id": invoice_id,
        "account_id": account_id,
        "date": date,
        "amount": amount,
        **columns,
    }


def term(contract_id: str, account_id: str, start_date: str, annual_value: Any, **columns: Any):
    return {
        "contract_id": contract_id,
        "account_id": account_id,
        "start_date": start_date,
        "annual_value": annual_value,
        **columns,
    }


def build(store: Path, *units: UnitParameters, steps: list[str] | None = None) -> None:
    build_facts(store, units or (unit(),), engine=ENGINE, steps=steps)


def build_one(
    store: Path, step: str, *, of: UnitParameters | None = None, **tables: Iterable[Row]
) -> pd.DataFrame:
    """Write one unit's tables, build one step, and read it."""
    parameters = of or unit()
    for table, rows in tables.items():
        write_table(store, parameters.key, table, list(rows))
    build(store, parameters, steps=[step])
    return read_fact(store, parameters.key, step)


def exact(store: Path, unit_key: str, step: str) -> pa.Table:
    """A fact as it is kept, with exact decimals."""
    return pq.read_table(fact_path(store, unit_key, step))


def written_bytes(store: Path) -> dict[str, bytes]:
    """The bytes of every fact of a store, by path."""
    files = sorted((store / "facts").rglob("*.parquet"))
    return {str(file.relative_to(store)): file.read_bytes() for file in files}


ALL_STEPS = tuple(step.name for step in STEPS.values() if step.is_kept)
"""The steps whose rows are kept in the store."""
