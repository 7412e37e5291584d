"""The card of a table: what was read, kept and set aside, with the money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.findings import Rows, plain_fault, total
from portfolio_lib.tables.loading import LoadedTable
from portfolio_lib.tables.raw import RawRows
from portfolio_lib.tables.results import Fault, TableCard
from portfolio_lib.tables.settling import Settled
from portfolio_lib.tables.shape_rules import coverage, first_and_last_day
from portfolio_lib.tables.splitting import Division
from portfolio_lib.tables.unit_rules import UnitRows
from portfolio_lib.tables.wording import count_of, nearest


def table_card(
    rows: UnitRows, settled: Settled, raw: RawRows, money: pa.ChunkedArray | None
) -> TableCard:
    """The card of one table of one unit."""
    first, last = first_and_last_day(rows)
    aside = {reason: len(found) for reason, found in settled.aside.items()}
    contract = rows.mapped.contract
    return TableCard(
        table=rows.table,
        source=raw.label,
        rows_read=len(settled.kept) + sum(aside.values()) + len(settled.merged),
        rows_kept=len(settled.kept),
        rows_set_aside=aside,
        money_kept=total(money, settled.kept),
        money_set_aside=_moneys(settled.aside, money),
        first_day=first,
        last_day=last,
        absent_columns=tuple(n for n in contract.column_names if n not in rows.mapped.given),
        rows_merged=len(settled.merged),
        rows_noted={reason: len(found) for reason, found in settled.noted.items()},
        money_noted=_moneys(settled.noted, money),
        coverage=coverage(rows),
    )


def _moneys(rows: Mapping[str, Rows], money: pa.ChunkedArray | None) -> dict[str, Decimal]:
    sums = {reason: total(money, found) for reason, found in rows.items()}
    return {reason: found for reason, found in sums.items() if found is not None}


def unassigned_fault(loaded: LoadedTable, division: Division) -> list[Fault]:
    """Rows of a shared source that belong to no unit; every unit that reads it is told."""
    if not len(division.unassigned):
        return []
    names = loaded.mapped.cells["business_unit"].take(pa.array(division.unassigned))
    values = sorted(pc.unique(names).drop_null().to_pylist())
    return [
        plain_fault(
            "warn", loaded.shared.table, "business_unit", "belongs to no unit",
            f"{count_of(len(division.unassigned), 'row')} of {loaded.raw.label} that no unit of "
            "the firm takes",
            _advice(values, loaded),
            count=len(division.unassigned), listed=values,
            money=total(loaded.mapped.money, division.unassigned),
        )
    ]  # fmt: skip


def _advice(values: list[str], loaded: LoadedTable) -> str:
    if not values:
        return "Fill the column business_unit, or let one unit say rest: true."
    named = [name for unit in loaded.shared.units for name in unit.business_units]
    close = nearest(values[0], named)
    hint = f" Is {values[0]!r} the same as {close!r}?" if close else ""
    return f"Name them in a unit's business_units, or let one unit say rest: true.{hint}"
