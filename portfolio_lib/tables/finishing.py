"""The kept rows of one unit as the contract has them, with the future emptied."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.account_names import told_apart
from portfolio_lib.tables.knowledge import days_by_column, unknown_cells
from portfolio_lib.tables.store import contract_schema
from portfolio_lib.tables.unit_rules import UnitRows


def finished_cells(rows: UnitRows) -> pa.Table:
    """Kept rows in the contract's schema, `business_unit` being the unit's key."""
    contract = rows.mapped.contract
    cells = rows.mapped.cells.take(pa.array(rows.kept))
    masks = unknown_cells(days_by_column(cells, contract), contract, rows.unit.as_of)
    for name, mask in masks.items():
        cells = _with(cells, name, _emptied(cells[name], pa.array(mask)))
    if "parent_account_id" in contract.column_names:
        own = pc.equal(cells["parent_account_id"], cells["account_id"])
        cells = _with(cells, "parent_account_id", _emptied(cells["parent_account_id"], own))
    if contract.name == "accounts":
        cells = _with(cells, "account_name", told_apart(cells))
    if "currency" in contract.column_names:
        cells = _with(cells, "currency", pc.utf8_upper(cells["currency"]))
    schema = contract_schema(contract)
    key = pa.chunked_array([pa.repeat(pa.scalar(rows.unit.key), len(cells))])
    columns = [key if name == "business_unit" else cells[name] for name in schema.names]
    return pa.table(columns, schema=schema)


def _with(cells: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return cells.set_column(cells.column_names.index(name), name, column)


def _emptied(column: pa.ChunkedArray, mask: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.fill_null(mask, False), pa.scalar(None, column.type), column)
