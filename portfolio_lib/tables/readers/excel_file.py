"""Workbooks: xlsx, xlsm, xlsb, xls and ods."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import (
    RawRows,
    UnreadableSource,
    check_header,
    drop_unnamed,
    from_columns,
)
from portfolio_lib.tables.readers.typed_text import WORKBOOK_DIGITS, value_as_text
from portfolio_lib.tables.wording import named_list, quoted


def read_excel(path: Path, label: str, settings: ReadSettings) -> RawRows:
    """All rows of one sheet as text; lines are the row numbers that the spreadsheet shows.

    Raises
    ------
    UnreadableSource
        The workbook is damaged or locked, has no such sheet, or the sheet is empty.
    """
    rows = _cells(path, label, settings)
    body = rows[settings.skip_rows :]
    if not body:
        raise UnreadableSource(
            "empty file",
            f"{label}: the sheet is empty.",
            "Export it again, with a first line that names the columns.",
        )
    names = check_header([_text(cell, settings) or "" for cell in body[0]], file=label)
    columns = [_column(body[1:], position, settings) for position in range(len(names))]
    named, filled = drop_unnamed(names, columns)
    first_line = settings.skip_rows + 2
    places = range(first_line, first_line + len(body) - 1)
    return from_columns(named, filled, file=label, lines=list(places), typed=named)


def _cells(path: Path, label: str, settings: ReadSettings) -> list[list[Any]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        _check_sheet(workbook.sheet_names, label, settings.sheet)
        sheet = workbook.get_sheet_by_name(settings.sheet or workbook.sheet_names[0])
        return list(sheet.to_python(skip_empty_area=False))
    except PasswordError:
        raise UnreadableSource(
            "locked", f"{label}: the workbook has a password.", "Save it without one."
        ) from None
    except CalamineError as error:
        raise UnreadableSource(
            "truncated",
            f"{label}: not a whole workbook ({error}).",
            "Save or copy it again.",
        ) from None


def _check_sheet(sheets: Sequence[str], label: str, wanted: str | None) -> None:
    if wanted is None and sheets:
        return
    if wanted not in sheets:
        raise UnreadableSource(
            "sheet",
            f"{label}: no sheet {quoted(wanted)}; the workbook has {named_list(sheets)}.",
            "Write sheet: with one of these names.",
        )


def _column(rows: Sequence[Sequence[Any]], position: int, settings: ReadSettings) -> pa.Array:
    return pa.array([_text(row[position], settings) for row in rows], pa.string())


def _text(cell: Any, settings: ReadSettings) -> str | None:
    return value_as_text(cell, settings.decimal, digits=WORKBOOK_DIGITS)
