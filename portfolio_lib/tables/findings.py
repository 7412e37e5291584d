"""What was found in rows, before it is known whose rows they are.

Most rules look at a whole source once. Which unit a finding concerns, how many of its rows, which
are the first offenders and how much money they hold, is said when the rows have been divided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.raw import RawRows, UnreadableSource
from portfolio_lib.tables.results import Fault, Level
from portfolio_lib.tables.wording import count_of, plain_list, quoted

Rows = np.ndarray[Any, np.dtype[np.int64]]
"""Row positions in a source, ascending."""

NO_ROWS: Rows = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Finding:
    """Rows of one table that break one rule.

    `found` completes the sentence "table.column: n rows …" or, with `noun`, "n values …".
    `texts` holds what the source says, one per row of the source.
    """

    level: Level
    table: str
    column: str
    rule: str
    rows: Rows
    found: str
    next_step: str
    texts: pa.ChunkedArray | None = None
    noun: str = "row"


def rows_where(mask: pa.ChunkedArray | pa.Array) -> Rows:
    """Positions at which a mask is true; unknown counts as false."""
    filled = pc.fill_null(mask, False)
    return np.flatnonzero(np.asarray(filled.to_numpy(zero_copy_only=False), dtype=bool))


def common(rows: Rows, others: Rows) -> Rows:
    """Rows that are also among others."""
    return rows[np.isin(rows, others, kind="table")]


def minus(rows: Rows, others: Rows) -> Rows:
    """Rows that are not among others."""
    return rows[~np.isin(rows, others, kind="table")]


def select(texts: pa.ChunkedArray, rows: Rows) -> list[Any]:
    """The values at some positions."""
    return list(texts.take(pa.array(rows)).to_pylist())


def total(money: pa.ChunkedArray | None, rows: Rows) -> Decimal | None:
    """Sum of money at some positions; None where the table holds no money."""
    if money is None:
        return None
    found = pc.sum(money.take(pa.array(rows))).as_py()
    return Decimal(0) if found is None else Decimal(found)


def offenders(finding: Finding, raw: RawRows, rows: Rows) -> tuple[str, ...]:
    """The first five offenders of some rows.

    What stops a review is to be mended in the file, so it carries its line; what only warns is
    shown in the pack, where the order of rows in a file must not change a letter.
    """
    if finding.level == "stop":
        shown = rows[:5]
        places = [raw.place(int(row)) for row in shown]
        if finding.texts is None:
            return tuple(places)
        texts = select(finding.texts, shown)
        return tuple(_with_place(t, p) for t, p in zip(texts, places, strict=True))
    if finding.texts is None:
        return ()
    distinct = {text for text in select(finding.texts, rows) if text is not None}
    return tuple(quoted(text) for text in sorted(distinct)[:5])


def _with_place(text: str | None, place: str) -> str:
    return f"{place} (blank)" if text is None else f"{quoted(text)} ({place})"


def fault_of(finding: Finding, raw: RawRows, rows: Rows, money: pa.ChunkedArray | None) -> Fault:
    """The finding as a fault of the unit that these offending rows belong to."""
    first = offenders(finding, raw, rows)
    listed = f": {plain_list(first)}{_more(len(rows), first)}" if first else ""
    return Fault(
        level=finding.level,
        table=finding.table,
        column=finding.column,
        rule=finding.rule,
        count=len(rows),
        offenders=first,
        money=total(money, rows),
        message=(
            f"{subject(finding.table, finding.column)}: "
            f"{count_of(len(rows), finding.noun)} {finding.found}{listed}."
        ),
        next_step=finding.next_step,
    )


def _more(count: int, first: Sequence[str]) -> str:
    return " and more" if count > len(first) else ""


def subject(table: str, column: str) -> str:
    """What a fault is about, as messages begin."""
    return f"{table}.{column}" if column else table


def source_fault(refusal: UnreadableSource, table: str, level: Level) -> Fault:
    """What a reader refused or remarked on, as a fault of the table that the file was for."""
    return Fault(
        level=level,
        table=table,
        column="",
        rule=refusal.rule,
        count=refusal.count,
        offenders=refusal.offenders,
        money=None,
        message=f"{table}: {refusal.message}",
        next_step=refusal.next_step,
    )


def plain_fault(
    level: Level,
    table: str,
    column: str,
    rule: str,
    message: str,
    next_step: str,
    *,
    count: int = 1,
    listed: Sequence[object] = (),
    money: Decimal | None = None,
) -> Fault:
    """A fault that is not about single rows of one source."""
    first = tuple(quoted(value) for value in list(listed)[:5])
    names = f": {plain_list(first)}{_more(len(listed), first)}" if first else ""
    return Fault(
        level, table, column, rule, count, first, money,
        f"{subject(table, column)}: {message}{names}.", next_step,
    )  # fmt: skip


def in_order(values: Sequence[Any], key: Callable[[Any], Any] = str) -> list[Any]:
    """Sorted, so that the order of rows leaves no trace."""
    return sorted(values, key=key)
