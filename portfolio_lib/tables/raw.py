"""Rows as they were handed in, before any column has a meaning.

Every cell is text, so that an account number keeps its zeros whatever the file was; an empty cell
is null. Numbers of typed sources (Parquet, Excel, SQL) are written with the decimal mark that the
source's settings name, dates in ISO form, so that one set of rules types every source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.errors import DataFault
from portfolio_lib.tables.wording import count_of, named_list, nearest


class UnreadableSource(DataFault):
    """A file or query that cannot be used as a whole. Readers raise it, preparing gathers it."""

    def __init__(
        self, rule: str, message: str, next_step: str, *, count: int = 1, offenders: Any = ()
    ) -> None:
        super().__init__(f"{message} {next_step}")
        self.rule = rule
        self.message = message
        self.next_step = next_step
        self.count = count
        self.offenders = tuple(str(offender) for offender in offenders)[:5]


@dataclass(frozen=True)
class RawRows:
    """The rows of one source.

    `cells` holds text columns under the names of the source; `file_numbers` and `lines` say where
    each row stood (`files[file_numbers[i]]`, line or row number from 1). `typed` names the columns
    that came with a type of their own, whose dates are ISO whatever the format says.
    """

    cells: pa.Table
    files: tuple[str, ...]
    file_numbers: np.ndarray[Any, np.dtype[np.int32]]
    lines: np.ndarray[Any, np.dtype[np.int64]]
    typed: frozenset[str] = frozenset()
    warnings: tuple[UnreadableSource, ...] = ()

    def __len__(self) -> int:
        return int(self.cells.num_rows)

    @property
    def names(self) -> list[str]:
        return list(self.cells.column_names)

    @property
    def label(self) -> str:
        """The source in a few words: its file, or how many there were."""
        if len(self.files) == 1:
            return self.files[0]
        return f"{count_of(len(self.files), 'file')}, {self.files[0]} to {self.files[-1]}"

    def place(self, row: int) -> str:
        """Where a row stood: "line 7", with the file where there are several."""
        place = f"line {self.lines[row]}"
        return place if len(self.files) == 1 else f"{self.files[self.file_numbers[row]]} {place}"

    def with_cells(self, cells: pa.Table) -> RawRows:
        return replace(self, cells=cells)


def from_columns(
    names: Sequence[str], columns: Sequence[Any], *, file: str, lines: Any, typed: Any = ()
) -> RawRows:
    """Rows of one file from text columns; cells of nothing but white space become null."""
    cells = pa.table([_blank_to_null(column) for column in columns], names=list(names))
    lines = np.asarray(lines, dtype=np.int64)
    return RawRows(cells, (file,), np.zeros(len(lines), dtype=np.int32), lines, frozenset(typed))


def _blank_to_null(column: Any) -> pa.ChunkedArray:
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    chunked = chunked.cast(pa.string())
    is_blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(chunked)), 0)
    return pc.if_else(is_blank, pa.scalar(None, pa.string()), chunked)


def check_header(names: Sequence[str], *, file: str) -> list[str]:
    """The header with surrounding spaces taken off; refuses what cannot name columns."""
    header = [str(name).strip() for name in names]
    if not any(header):
        raise UnreadableSource(
            "header",
            f"{file}: the line that should name the columns is blank.",
            "Write skip_rows: n where lines stand above the header.",
        )
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise UnreadableSource(
            "header",
            f"{file}: {count_of(len(repeated), 'column name')} "
            f"given more than once: {named_list(repeated)}.",
            "Give each column a name of its own.",
            count=len(repeated),
            offenders=repeated,
        )
    return header


def drop_unnamed(names: Sequence[str], columns: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Leave out columns that have neither a name nor a value; call the others by their place.

    Reports put totals and groups into a first column without a name: "column 1" makes them
    something that a condition can speak of.
    """
    kept = [i for i, name in enumerate(names) if name or _has_values(columns[i])]
    return [_name_at(i, names) for i in kept], [columns[i] for i in kept]


def _name_at(position: int, names: Sequence[str]) -> str:
    if names[position]:
        return names[position]
    name = f"column {position + 1}"
    return name if name not in names else f"unnamed {name}"


def _has_values(column: Any) -> bool:
    nulls = _blank_to_null(column)
    return bool(nulls.null_count < len(nulls))


def stack(parts: Sequence[RawRows]) -> RawRows:
    """One after another, files in the order given; all must have the same columns."""
    first = parts[0]
    for part in parts[1:]:
        _check_same_columns(first, part)
    return RawRows(
        cells=pa.concat_tables([part.cells.select(first.names) for part in parts]),
        files=tuple(part.files[0] for part in parts),
        file_numbers=np.repeat(
            np.arange(len(parts), dtype=np.int32), [len(part) for part in parts]
        ),
        lines=np.concatenate([part.lines for part in parts]),
        typed=frozenset().union(*(part.typed for part in parts)),
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


def _check_same_columns(first: RawRows, other: RawRows) -> None:
    missing = [name for name in first.names if name not in other.names]
    added = [name for name in other.names if name not in first.names]
    if not missing and not added:
        return
    differences = []
    if missing:
        differences.append(f"lacks {named_list(missing)}")
    if added:
        differences.append(f"adds {named_list(added)}")
    raise UnreadableSource(
        "columns differ",
        f"{other.files[0]} {' and '.join(differences)}, compared with {first.files[0]}.",
        f"Give all files the same columns{_renaming(missing, added)}.",
        count=len(missing) + len(added),
        offenders=[*missing, *added],
    )


def _renaming(missing: Sequence[str], added: Sequence[str]) -> str:
    close = nearest(missing[0], added) if missing and added else None
    return f"; is {close!r} the same as {missing[0]!r}?" if close else ""


def without_blank_rows(rows: RawRows) -> RawRows:
    """Leave out rows in which every cell is blank, and say how many there were."""
    filled = np.zeros(len(rows), dtype=bool)
    for column in rows.cells.columns:
        filled |= pc.is_valid(column).to_numpy(zero_copy_only=False)
    blank = int((~filled).sum())
    if not blank:
        return rows
    warning = UnreadableSource(
        "blank rows",
        f"{rows.label}: {count_of(blank, 'row')} without any value left out.",
        "Nothing to do, unless you expected values there.",
        count=blank,
        offenders=[rows.place(row) for row in np.flatnonzero(~filled)[:5]],
    )
    return replace(
        rows,
        cells=rows.cells.filter(pa.array(filled)),
        file_numbers=rows.file_numbers[filled],
        lines=rows.lines[filled],
        warnings=(*rows.warnings, warning),
    )
