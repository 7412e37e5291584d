"""Clients of one name: told apart by their number wherever the name is shown."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.findings import Finding, rows_where
from portfolio_lib.tables.ordering import sharing_rows
from portfolio_lib.tables.unit_rules import UnitRows


def same_names(rows: UnitRows) -> list[Finding]:
    """A warning of accounts that share their name with another account of the unit."""
    if not len(rows.kept):
        return []
    cells = rows.mapped.cells
    return [
        Finding(
            "warn", "accounts", "account_name", "same name",
            rows.kept[rows_where(_is_shared(cells.take(pa.array(rows.kept))))],
            "that share their name with another account",
            "They are counted as different clients and shown with their number; mend one of them "
            "where they are the same.",
            _with_number(cells),
        )
    ]  # fmt: skip


def told_apart(cells: pa.Table) -> pa.ChunkedArray:
    """The names of the accounts of one unit, with the number behind those that repeat.

    Parameters
    ----------
    cells : pyarrow.Table
        One row per account: `account_id`, `account_name`.
    """
    if not len(cells):
        return cells["account_name"]
    return pc.if_else(_is_shared(cells), _with_number(cells), cells["account_name"])


def name_alone(name: str, account_id: str) -> str:
    """A name without the number that tells it apart.

    >>> name_alone("Cartmel Ports (A-17)", "A-17"), name_alone("Ash (UK)", "A-1")
    ('Cartmel Ports', 'Ash (UK)')
    """
    return name.removesuffix(f" ({account_id})")


def _is_shared(cells: pa.Table) -> pa.Array:
    """True for names that repeat, whatever their case; never for a number that is the name."""
    names = cells["account_name"]
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(names))
    shared = sharing_rows(pa.table({"name": folded}), ("name",))
    is_shared = pc.is_in(pa.array(range(len(cells))), value_set=pa.array(shared, pa.int64()))
    is_name = pc.and_(pc.is_valid(names), pc.not_equal(names, cells["account_id"]))
    return pc.and_(is_shared, pc.fill_null(is_name, False).combine_chunks())


def _with_number(cells: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(
        cells["account_name"], pc.binary_join_element_wise("(", cells["account_id"], ")", ""), " "
    )
