"""A second file, whose columns are added to the first by a common key."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import JoinSettings
from portfolio_lib.tables.expressions import unknown_columns
from portfolio_lib.tables.findings import in_order
from portfolio_lib.tables.raw import RawRows, UnreadableSource
from portfolio_lib.tables.wording import count_of, named_list

_BETWEEN_KEYS = "\x1f"


def join_rows(rows: RawRows, other: RawRows, settings: JoinSettings) -> RawRows:
    """The rows with columns of `other` added; a row without a match gets empty cells.

    Order and number of rows stay as they are.

    Raises
    ------
    UnreadableSource
        A key column is unknown, a key stands twice in `other`, or a column name is taken.
    """
    _check_keys(rows, other, settings)
    taken = _columns_taken(rows, other, settings)
    keys = _key(other.cells, list(settings.on.values()))
    _check_unique(keys, other, settings)
    wanted = _key(rows.cells, list(settings.on))
    found = pc.index_in(wanted, value_set=keys.drop_null())
    positions = pc.indices_nonzero(pc.is_valid(keys)).take(found.combine_chunks())
    added = other.cells.select(taken).take(positions)
    cells = rows.cells
    for name in taken:
        cells = cells.append_column(_named(name, settings), added[name])
    joined = _with_warning(rows.with_cells(cells), wanted, found, other)
    return RawRows(
        joined.cells,
        joined.files,
        joined.file_numbers,
        joined.lines,
        joined.typed | {_named(name, settings) for name in taken if name in other.typed},
        joined.warnings + other.warnings,
    )


def _check_keys(rows: RawRows, other: RawRows, settings: JoinSettings) -> None:
    unknown = [name for name in settings.on if name not in rows.names]
    if unknown:
        raise unknown_columns(f"join with {other.label}: on", unknown, rows.names)
    wanted = [*settings.on.values(), *(settings.columns or ())]
    missing = [name for name in wanted if name not in other.names]
    if missing:
        raise unknown_columns(f"join: {other.label}", missing, other.names)


def _columns_taken(rows: RawRows, other: RawRows, settings: JoinSettings) -> list[str]:
    keys = set(settings.on.values())
    taken = list(settings.columns or [name for name in other.names if name not in keys])
    clash = [name for name in taken if _named(name, settings) in rows.names]
    if clash:
        raise UnreadableSource(
            "join",
            f"join with {other.label}: {named_list(clash)} stands in both files.",
            "Write columns: with the columns to take, or prefix: to rename them.",
            count=len(clash),
            offenders=clash,
        )
    return taken


def _named(name: str, settings: JoinSettings) -> str:
    return f"{settings.prefix or ''}{name}"


def _key(cells: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    parts = [pc.utf8_trim_whitespace(cells[name]) for name in names]
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*parts, _BETWEEN_KEYS, null_handling="emit_null")


def _check_unique(keys: pa.ChunkedArray, other: RawRows, settings: JoinSettings) -> None:
    counts = pc.value_counts(keys.drop_null())
    repeated = [entry["values"] for entry in counts.to_pylist() if entry["counts"] > 1]
    if repeated:
        shown = in_order([key.replace(_BETWEEN_KEYS, " + ") for key in repeated])
        raise UnreadableSource(
            "join",
            f"join with {other.label}: {count_of(len(repeated), 'key')} in "
            f"{named_list(settings.on.values())} stand more than once: {named_list(shown)}.",
            "Each row may match at most one; remove the repeats, or name a further key in on:.",
            count=len(repeated),
            offenders=shown,
        )


def _with_warning(
    rows: RawRows, wanted: pa.ChunkedArray, found: pa.ChunkedArray, other: RawRows
) -> RawRows:
    unmatched = pc.and_(pc.is_valid(wanted), pc.is_null(found))
    values = in_order(pc.unique(wanted.filter(unmatched)).to_pylist())
    if not values:
        return rows
    shown = [value.replace(_BETWEEN_KEYS, " + ") for value in values]
    count = int(pc.sum(unmatched).as_py())
    warning = UnreadableSource(
        "join",
        f"{count_of(count, 'row')} without a match in {other.label}: {named_list(shown)}.",
        "Their columns from that file stay empty; complete the file where they matter.",
        count=count,
        offenders=shown,
    )
    return RawRows(
        rows.cells, rows.files, rows.file_numbers, rows.lines, rows.typed,
        (*rows.warnings, warning),
    )  # fmt: skip
