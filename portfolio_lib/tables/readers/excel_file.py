"""Workbooks: xlsx, xlsm, xlsb, xls and ods."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
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
from portfolio_lib.tables.wording import count_of, named_list, plain_list, quoted

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ERROR = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*\bt="e"')


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
    found = from_columns(named, filled, file=label, lines=list(places), typed=named)
    return replace(found, warnings=tuple(_error_cells(path, label)))


def _error_cells(path: Path, label: str) -> list[UnreadableSource]:
    """A warning of cells such as #N/A, which the reader hands over as if they were empty.

    Only the newer formats say so in a place that can be looked at without opening the workbook.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return []
    with zipfile.ZipFile(path) as parts:
        sheets = sorted(name for name in parts.namelist() if _SHEET.fullmatch(name))
        cells = [cell.decode() for name in sheets for cell in _ERROR.findall(parts.read(name))]
    if not cells:
        return []
    warning = UnreadableSource(
        "cells with errors",
        f"{label}: {count_of(len(cells), 'cell')} with an error such as #N/A, read as empty: "
        f"{plain_list(cells)}.",
        "Mend the formulas, or empty the cells.",
        count=len(cells),
        offenders=cells,
    )
    return [warning]


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
