"""One shared source, read, joined, judged by the user's rules, typed, and looked at row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portfolio_lib.tables.conditions import rows_matching
from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.families import Readings, SharedSource
from portfolio_lib.tables.findings import NO_ROWS, Finding, Rows, source_fault
from portfolio_lib.tables.joining import join_rows
from portfolio_lib.tables.mapping import MappedTable, map_table
from portfolio_lib.tables.numbers import number_advice
from portfolio_lib.tables.ordering import later_copies
from portfolio_lib.tables.raw import RawRows, UnreadableSource
from portfolio_lib.tables.results import Fault, Level
from portfolio_lib.tables.row_rules import row_findings
from portfolio_lib.tables.settling import TableRows
from portfolio_lib.tables.wording import count_of, quoted

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LoadedTable:
    """One table from one source, before its rows are divided among units."""

    shared: SharedSource
    raw: RawRows
    rows: TableRows
    findings: tuple[Finding, ...]
    remarks: tuple[Fault, ...]

    @property
    def mapped(self) -> MappedTable:
        return self.rows.mapped


@dataclass(frozen=True)
class NotLoaded:
    """A source that could not be used, and why. `is_absent` where the table may be missing."""

    shared: SharedSource
    fault: Fault
    is_absent: bool


def load_table(
    shared: SharedSource, readings: Readings, progress: Progress
) -> LoadedTable | NotLoaded:
    """Everything that can be done with a source before its rows have owners."""
    try:
        return _load(shared, readings, progress)
    except UnreadableSource as refusal:
        is_absent = shared.source.optional and refusal.rule == "no file"
        level: Level = "warn" if is_absent else "stop"
        return NotLoaded(shared, source_fault(refusal, shared.table, level), is_absent)


def _load(shared: SharedSource, readings: Readings, progress: Progress) -> LoadedTable:
    progress(f"{shared.table}: reading {shared.label}")
    raw = _joined(shared, readings)
    progress(f"{shared.table}: {count_of(len(raw), 'row')} in {raw.label}")
    mapped = map_table(raw, TABLES[shared.table], shared.source)
    ruled_out, unread = _ruled_out(shared, raw)
    repeats = NO_ROWS if shared.source.distinct else later_copies(raw.cells, raw.names)
    return LoadedTable(
        shared,
        raw,
        TableRows(mapped, ruled_out, repeats, shared.source.distinct),
        (*unread, *mapped.findings, *row_findings(mapped)),
        tuple(source_fault(remark, shared.table, "warn") for remark in raw.warnings),
    )


def _joined(shared: SharedSource, readings: Readings) -> RawRows:
    raw = readings.rows(shared.folder, shared.source)
    for join in shared.source.join:
        raw = join_rows(raw, readings.rows(shared.folder, join), join)
    return raw


def _ruled_out(shared: SharedSource, raw: RawRows) -> tuple[dict[str, Rows], list[Finding]]:
    """Rows that the user's rules set aside, by reason; and numbers that a rule could not read."""
    ruled_out: dict[str, Rows] = {}
    unread: list[Finding] = []
    for rule in shared.source.set_aside:
        matched = rows_matching(raw, rule.when, shared.source)
        ruled_out[rule.reason] = matched.rows
        for name, rows in matched.unreadable.items():
            unread.append(_unread_finding(shared, raw, rule.when, name, rows))
    return ruled_out, unread


def _unread_finding(
    shared: SharedSource, raw: RawRows, when: str, name: str, rows: Rows
) -> Finding:
    texts = raw.cells[name]
    return Finding(
        "stop", shared.table, "", "unreadable number", rows,
        f"of {name!r} that set_aside: when: {quoted(when)} cannot compare, because they are not "
        "numbers",
        number_advice([texts[int(row)].as_py() for row in rows[:1000]]), texts, "value",
    )  # fmt: skip
