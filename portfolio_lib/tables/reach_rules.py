"""Whether the rows of a unit reach its review date, or an old export would be read as lost revenue.

An export that is old, or cut off after a whole line, looks in every row like a good one. Only the
days after its last row give it away: they hold nothing, and every figure of the last year is zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.findings import plain_fault
from portfolio_lib.tables.results import Fault
from portfolio_lib.tables.unit_rules import UnitRows
from portfolio_lib.tables.wording import count_of

Days = np.ndarray[Any, np.dtype[np.datetime64]]

LEAST_DAYS = 62
"""A table that is written once a month, and late, is no old export."""
LEAST_GAPS = 4
"""With fewer gaps between days with rows a table has no rhythm to judge its end by."""
USUAL_GAPS = 3

EVENT_DAYS: Mapping[str, str] = {
    "invoices": "date",
    "interactions": "date",
    "issues": "opened_at",
    "usage": "period",
    "surveys": "date",
}
"""Tables that grow from day to day, and the day of their rows."""

REVENUE_ENDS = "revenue ends before the review date"
NO_REVENUE = "a year without revenue"
ROWS_END = "ends before the review date"
NO_ROWS_LEFT = "0 rows"
NAMES_NOBODY = frozenset({REVENUE_ENDS, NO_REVENUE, ROWS_END, NO_ROWS_LEFT})
"""Rules whose messages hold days alone, so that every edition may show them."""

_EXPORT_AGAIN = "Export again, or set as_of to the day the export was made."


@dataclass(frozen=True)
class Spans:
    """First and last days that the rows of one table bring revenue for."""

    first: Days
    last: Days

    def last_by(self, as_of: dt.date) -> dt.date | None:
        """The last day covered, as_of at most; None where nothing has begun by then."""
        limit = np.datetime64(as_of, "D")
        begun = self.last[self.first <= limit]
        found: dt.date | None = np.minimum(begun.max(), limit).item() if len(begun) else None
        return found


def reach_faults(tables: Mapping[str, UnitRows], unit: UnitParameters) -> list[Fault]:
    """Tables of a unit that end before its review date, and revenue tables without a row.

    Where nothing brings revenue in the twelve months before the review date the review stops,
    unless `accounts` says that every client has left.
    """
    return [
        *_revenue_end(tables, unit),
        *_empty_revenue(tables),
        *(
            fault
            for name in EVENT_DAYS
            if name != "invoices" and name in tables
            for fault in _rows_end(tables[name], unit.as_of, ROWS_END, _EXPORT_AGAIN)
        ),
    ]


def shown_first(faults: Iterable[Fault]) -> tuple[str, ...]:
    """What must stand in front of a review, because every figure of it may be too small."""
    return tuple(sentence_of(fault.message) for fault in faults if fault.rule == REVENUE_ENDS)


def sentence_of(message: str) -> str:
    """What a fault says, for readers who do not know the tables.

    >>> sentence_of("invoices.date: invoices end on 1 May 2024.")
    'Invoices end on 1 May 2024.'
    """
    said = message.partition(": ")[2] or message
    return said[:1].upper() + said[1:]


def _revenue_end(tables: Mapping[str, UnitRows], unit: UnitParameters) -> list[Fault]:
    source = _source(tables, unit)
    if source is None:
        return []
    rows = tables[source]
    spans = _billed(rows) if source == "invoices" else _agreed(rows, unit.as_of)
    covered = spans.last_by(unit.as_of)
    everybody_left = _everybody_left(tables.get("accounts"), unit.as_of)
    if covered is None or covered > _year_before(unit.as_of):
        step = _EXPORT_AGAIN
        if source == "invoices":
            return _rows_end(rows, unit.as_of, REVENUE_ENDS, step)
        return _terms_end(rows, covered, unit.as_of, step)
    words = f"the last day with revenue is {_distance(covered, unit.as_of)}"
    column = EVENT_DAYS.get(source, "end_date")
    if everybody_left:
        words = f"{words}; every client has left"
        step = "accounts.end_date says that all have left; where that is wrong, export again."
        return [
            plain_fault(
                "warn", source, column, REVENUE_ENDS, words, step, count=len(rows.kept)
            )
        ]  # fmt: skip
    return [
        plain_fault(
            "stop", source, column, NO_REVENUE,
            f"{words}, so a year of revenue would be zero", _mend(source, tables),
            count=len(rows.kept),
        )
    ]  # fmt: skip


def _mend(source: str, tables: Mapping[str, UnitRows]) -> str:
    step = f"{_EXPORT_AGAIN} If every client has left, fill end_date in accounts."
    if source == "invoices" and len(tables["contracts"].kept if "contracts" in tables else ()):
        return f"{step} To read revenue from contracts: policies: revenue_source: contracts."
    return step


def _source(tables: Mapping[str, UnitRows], unit: UnitParameters) -> str | None:
    """The table that revenue is read from, if it has rows; as the facts choose it."""
    stated = unit.policies.revenue_source
    wanted = ("invoices", "contracts") if stated == "auto" else (stated,)
    return next((name for name in wanted if name in tables and len(tables[name].kept)), None)


def _billed(rows: UnitRows) -> Spans:
    """The days that invoices bring revenue for: those of the service where it is spread."""
    day = _days(rows, "date")
    if not rows.unit.policies.spread_service_periods:
        return Spans(day, day)
    start, end = _days(rows, "service_start"), _days(rows, "service_end")
    spread = end >= start  # false where one of the two is empty
    return Spans(np.where(spread, start, day), np.where(spread, end, day))


def _agreed(rows: UnitRows, as_of: dt.date) -> Spans:
    """The days of the terms; one without an end runs until it was cancelled, or on."""
    end, cancelled = _days(rows, "end_date"), _days(rows, "cancelled_date")
    stopped = np.where(cancelled <= np.datetime64(as_of, "D"), cancelled, np.datetime64(as_of, "D"))
    return Spans(_days(rows, "start_date"), np.where(np.isnat(end), stopped, end))


def _days(rows: UnitRows, column: str) -> Days:
    stamps = rows.values(column).cast(pa.timestamp("us")).to_numpy()
    return np.asarray(stamps.astype("datetime64[D]"))


def _everybody_left(accounts: UnitRows | None, as_of: dt.date) -> bool:
    if accounts is None or not len(accounts.kept):
        return False
    return bool((_days(accounts, "end_date") <= np.datetime64(as_of, "D")).all())


def _rows_end(rows: UnitRows, as_of: dt.date, rule: str, step: str) -> list[Fault]:
    """A warning where the days since the last row are more than the rhythm of the table allows."""
    column = EVENT_DAYS[rows.table]
    days = _days(rows, column)
    known = np.unique(days[days <= np.datetime64(as_of, "D")])
    gaps = np.diff(known).astype(int)
    if len(gaps) < LEAST_GAPS:
        return []
    last: dt.date = known[-1].item()
    silent = (as_of - last).days
    # bills or surveys that come in waves have been silent for long before
    usual = max(LEAST_DAYS, USUAL_GAPS * float(np.median(gaps)), int(gaps.max()))
    if silent <= usual:
        return []
    words = f"{rows.table} end on {_distance(last, as_of)}"
    return [plain_fault("warn", rows.table, column, rule, words, step, count=len(rows.kept))]


def _terms_end(rows: UnitRows, covered: dt.date | None, as_of: dt.date, step: str) -> list[Fault]:
    if covered is None or (as_of - covered).days <= LEAST_DAYS:
        return []
    words = f"no term is in force any more, the last ended on {_distance(covered, as_of)}"
    return [
        plain_fault(
            "warn", rows.table, "end_date", REVENUE_ENDS, words, step, count=len(rows.kept)
        )
    ]  # fmt: skip


def _empty_revenue(tables: Mapping[str, UnitRows]) -> list[Fault]:
    """A revenue table that was handed in without a row, beside another that has some."""
    empty = [name for name in ("invoices", "contracts") if name in tables]
    if len(empty) < 2 or all(not len(tables[name].kept) for name in empty):
        return []
    return [
        plain_fault(
            "warn", name, "", NO_ROWS_LEFT, "0 rows",
            "Export it again, or take the table out of the sources if there is nothing to hand in.",
            count=0,
        )
        for name in empty
        if not len(tables[name].kept)
    ]  # fmt: skip


def _distance(day: dt.date, as_of: dt.date) -> str:
    months = (as_of.year - day.year) * 12 + as_of.month - day.month - (as_of.day < day.day)
    away = count_of(months, "month") if months else count_of((as_of - day).days, "day")
    return f"{day.day} {day:%B %Y}, {away} before the review date"


def _year_before(as_of: dt.date) -> dt.date:
    """The day before the twelve months that end on the review date."""
    is_leap_day = (as_of.month, as_of.day) == (2, 29)
    return as_of.replace(year=as_of.year - 1, day=28 if is_leap_day else as_of.day)
