"""What becomes of each row of one unit: kept, set aside with a reason, or merged into another.

The first reason that applies counts. Every row is in exactly one place, so that the money kept and
the money set aside add up to the money read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.findings import NO_ROWS, Rows, common, minus, rows_where
from portfolio_lib.tables.knowledge import Days, days_by_column, later_rows
from portfolio_lib.tables.mapping import MappedTable
from portfolio_lib.tables.ordering import group_numbers, rank_codes, sorted_positions

NO_ACCOUNT = "no account"
AFTER_REVIEW = "after the review date"
NO_DATE = "dated before 1900"
CREDIT = "credit"
ZERO = "zero amount"
REPEATED = "exact repeat of another row"
OTHER_ROW_KEPT = "another row for the same key was kept"
ACCOUNT_LATER = "account begins after the review date"
ACCOUNT_ASIDE = "account was set aside"

FIRST_TRUE_DAY = dt.date(1900, 1, 1)
"""Many systems write 0001-01-01 or 1899-12-31 where there is no date."""
DATED_BY: Mapping[str, tuple[str, ...]] = {
    "invoices": ("date", "service_start"),
    "contracts": ("signed_date", "start_date"),
    "issues": ("opened_at",),
}
"""Dates that the months and days of all figures begin with: one slip would add a thousand years."""


@dataclass(frozen=True)
class Settled:
    """Rows of one unit in one table, each in one place."""

    kept: Rows
    aside: Mapping[str, Rows] = field(default_factory=dict)
    merged: Rows = field(default_factory=lambda: NO_ROWS)
    noted: Mapping[str, Rows] = field(default_factory=dict)

    def without(self, reason: str, rows: Rows) -> Settled:
        """The same with some of the kept rows set aside."""
        taken = common(self.kept, rows)
        if not len(taken):
            return self
        before = self.aside.get(reason, NO_ROWS)
        return replace(
            self,
            kept=minus(self.kept, taken),
            aside={**self.aside, reason: np.union1d(before, taken)},
        )

    def noting(self, reason: str, rows: Rows) -> Settled:
        """The same with a remark on some of the kept rows."""
        noted = common(self.kept, rows)
        return replace(self, noted={**self.noted, reason: noted}) if len(noted) else self


@dataclass(frozen=True)
class AccountFates:
    """Account ids that are not kept: because they begin later, or because a rule says so."""

    later: pa.Array
    aside: pa.Array


@dataclass(frozen=True)
class TableRows:
    """What settling needs to know about one table from one source."""

    mapped: MappedTable
    ruled_out: Mapping[str, Rows]
    repeats: Rows
    distinct: bool

    @cached_property
    def without_account(self) -> Rows:
        """Rows that must have an account and have none."""
        contract = self.mapped.contract
        needed = "account_id" in contract.column_names and contract.column("account_id").required
        return rows_where(pc.is_null(self.mapped.cells["account_id"])) if needed else NO_ROWS

    @cached_property
    def credits(self) -> Rows:
        """Rows of invoices with a negative amount."""
        return self._amounts(pc.less)

    @cached_property
    def zeros(self) -> Rows:
        """Rows of invoices with an amount of zero."""
        return self._amounts(pc.equal)

    def _amounts(self, compare: Callable[..., pa.ChunkedArray]) -> Rows:
        if self.mapped.contract.name != "invoices":
            return NO_ROWS
        amounts = self.mapped.cells["amount"]
        return rows_where(compare(amounts, pa.scalar(Decimal(0), amounts.type)))

    @cached_property
    def without_date(self) -> Rows:
        """Rows whose money or working time would begin before there was any business."""
        names = DATED_BY.get(self.mapped.contract.name, ())
        cells = [self.mapped.cells[name] for name in names]
        early = [
            rows_where(pc.less(days, pa.scalar(FIRST_TRUE_DAY, pa.date32()).cast(days.type)))
            for days in cells
        ]
        return np.unique(np.concatenate([NO_ROWS, *early]))

    @cached_property
    def days(self) -> Mapping[str, Days]:
        """The dates that say when something became known."""
        return days_by_column(self.mapped.cells, self.mapped.contract)


def settle(
    table: TableRows, rows: Rows, unit: UnitParameters, fates: AccountFates | None
) -> Settled:
    """Sort the rows of one unit by what becomes of them.

    Parameters
    ----------
    fates
        What became of the unit's accounts; None for the table accounts itself.
    """
    settled = Settled(rows)
    for reason, ruled_out in table.ruled_out.items():
        settled = settled.without(reason, ruled_out)
    settled = settled.without(NO_ACCOUNT, table.without_account)
    settled = _without_repeats(settled, table, unit)
    if table.distinct:
        settled = _one_per_key(settled, table.mapped)
    settled = settled.without(NO_DATE, table.without_date)
    settled = settled.without(AFTER_REVIEW, _later(table, settled.kept, unit))
    if fates is not None:
        settled = _with_fates(settled, table.mapped, fates)
    return _by_amount(settled, table, unit)


def _without_repeats(settled: Settled, table: TableRows, unit: UnitParameters) -> Settled:
    if table.distinct:
        return settled
    if unit.policies.exact_duplicates == "set_aside":
        return settled.without(REPEATED, table.repeats)
    return settled.noting(REPEATED, table.repeats)


def _later(table: TableRows, rows: Rows, unit: UnitParameters) -> Rows:
    days = {name: values[rows] for name, values in table.days.items()}
    later = later_rows(days, table.mapped.contract, unit.as_of)
    return NO_ROWS if later is None else rows[later]


def _one_per_key(settled: Settled, mapped: MappedTable) -> Settled:
    """Keep one row per key: the earliest known, then the first by its values.

    Rows that say the same as the kept one, or only carry a later date, are merged into it.
    """
    contract = mapped.contract
    rows = settled.kept
    cells = mapped.cells.take(pa.array(rows))
    given = [name for name in contract.column_names if name in mapped.given]
    dates = [name for name in contract.known_from if name in mapped.given]
    others = [n for n in given if n not in dates and n not in contract.key and n != "business_unit"]
    order = sorted_positions(cells, [*contract.key, *dates, *others])
    keys = group_numbers(cells, contract.key)
    firsts = np.zeros(int(keys.max()) + 1 if len(keys) else 0, dtype=np.int64)
    firsts[keys[order[::-1]]] = order[::-1]
    kept = firsts[keys]
    differs = np.zeros(len(rows), dtype=bool)
    for name in others:
        codes = rank_codes(cells[name])
        differs |= codes != codes[kept]
    is_first = np.arange(len(rows)) == kept
    aside = settled.without(OTHER_ROW_KEPT, rows[differs])
    return replace(aside, kept=rows[is_first], merged=rows[~is_first & ~differs])


def _with_fates(settled: Settled, mapped: MappedTable, fates: AccountFates) -> Settled:
    if "account_id" not in mapped.contract.column_names:
        return settled
    ids = mapped.cells["account_id"]
    settled = settled.without(ACCOUNT_ASIDE, rows_where(pc.is_in(ids, value_set=fates.aside)))
    return settled.without(ACCOUNT_LATER, rows_where(pc.is_in(ids, value_set=fates.later)))


def _by_amount(settled: Settled, table: TableRows, unit: UnitParameters) -> Settled:
    """Credits and zero amounts of invoices, by policy; kept ones are noted."""
    policies = unit.policies
    if policies.credits == "set_aside":
        settled = settled.without(CREDIT, table.credits)
    else:
        settled = settled.noting(CREDIT, table.credits)
    if policies.zero_amounts == "set_aside":
        return settled.without(ZERO, table.zeros)
    return settled.noting(ZERO, table.zeros)
