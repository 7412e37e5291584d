"""Rules that one row can break alone: empty required cells, dates in the wrong order, odd dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.contracts import Kind
from portfolio_lib.tables.findings import Finding, Rows, minus, rows_where
from portfolio_lib.tables.mapping import MappedTable
from portfolio_lib.tables.results import Level

BLANK = "blank"
FIRST_DAY = dt.date(1970, 1, 1)
LAST_DAY = dt.date(2100, 1, 1)
"""Dates outside are read, but are more often a slip of the keyboard or a stand-in for "never"."""

_IN_ORDER: dict[str, tuple[tuple[str, str, Level], ...]] = {
    "accounts": (("start_date", "end_date", "stop"),),
    "invoices": (("service_start", "service_end", "stop"),),
    "contracts": (("start_date", "end_date", "stop"),),
    "contacts": (("start_date", "left_date", "warn"),),
    "issues": (("opened_at", "first_response_at", "warn"), ("opened_at", "resolved_at", "warn")),
    "opportunities": (("created_date", "close_date", "warn"),),
    "attestations": (("date", "expires", "warn"),),
}
_TOGETHER = {"invoices": ("service_start", "service_end")}


def row_findings(mapped: MappedTable) -> list[Finding]:
    """Findings of all rules over all rows of a mapped source."""
    found = [*_blanks(mapped), *_wrong_order(mapped), *_odd_dates(mapped), *_half_periods(mapped)]
    return [finding for finding in found if len(finding.rows)]


def _blanks(mapped: MappedTable) -> list[Finding]:
    """Required cells that are empty. Rows without an account are set aside elsewhere."""
    names = [
        column.name
        for column in mapped.contract.columns
        if column.required and column.name != "account_id" and column.name in mapped.given
    ]
    return [
        Finding(
            "stop", mapped.contract.name, name, BLANK,
            minus(rows_where(pc.is_null(mapped.cells[name])), _unread(mapped, name)),
            "without a value, and the column is required",
            "Fill the cells, or set the rows aside with set_aside: when: … IS NULL.",
        )
        for name in names
    ]  # fmt: skip


def _unread(mapped: MappedTable, name: str) -> Rows:
    """Rows that some finding about the column explains already."""
    explained = [f.rows for f in mapped.findings if f.column == name and f.level == "stop"]
    return np.concatenate(explained) if explained else np.empty(0, dtype=np.int64)


def _wrong_order(mapped: MappedTable) -> list[Finding]:
    return [
        _order_finding(mapped, first, last, level)
        for first, last, level in _IN_ORDER.get(mapped.contract.name, ())
    ]


def _order_finding(mapped: MappedTable, first: str, last: str, level: Level) -> Finding:
    stops = level == "stop"
    return Finding(
        level, mapped.contract.name, last, "order of dates",
        rows_where(pc.less(mapped.cells[last], mapped.cells[first])),
        f"before {first}",
        "Mend the dates; an end that is the first day no longer covered needs shift_days: -1."
        if stops else "They were kept; mend them at the source.",
        mapped.texts(last), "date",
    )  # fmt: skip


def _odd_dates(mapped: MappedTable) -> list[Finding]:
    names = [
        column.name
        for column in mapped.contract.columns
        if column.kind in (Kind.DATE, Kind.TIMESTAMP) and column.name in mapped.given
    ]
    return [_odd_finding(mapped, name) for name in names]


def _odd_finding(mapped: MappedTable, name: str) -> Finding:
    values = mapped.cells[name]
    early = pc.less(values, _limit(FIRST_DAY, values.type))
    late = pc.greater_equal(values, _limit(LAST_DAY, values.type))
    return Finding(
        "warn", mapped.contract.name, name, "odd date", rows_where(pc.or_(early, late)),
        f"before {FIRST_DAY.year} or after {LAST_DAY.year - 1}",
        "They were kept; leave the cell empty where the date is not known or never comes.",
        mapped.texts(name), "date",
    )  # fmt: skip


def _limit(day: dt.date, kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(day, pa.date32()).cast(kind)


def _half_periods(mapped: MappedTable) -> Sequence[Finding]:
    pair = _TOGETHER.get(mapped.contract.name)
    if pair is None or not set(pair) <= mapped.given:
        return []
    start, end = (pc.is_valid(mapped.cells[name]) for name in pair)
    return [
        Finding(
            "warn", mapped.contract.name, pair[1], "half a period", rows_where(pc.xor(start, end)),
            f"with only one of {pair[0]} and {pair[1]}",
            "Such lines are not spread over months; fill both, or neither.",
            mapped.texts("invoice_id"), "line",
        )
    ]  # fmt: skip
