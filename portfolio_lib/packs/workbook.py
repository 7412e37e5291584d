"""`workbook.xlsx`: the figures and the tables of the results, one table a sheet.

Text stays text, whatever it looks like: no formula and no link comes from data. The same results
give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from portfolio_lib.analyses.figures import Figure

MOST_ROWS = 1_000_000
LONGEST_TEXT = 32_000
LONGEST_SHEET_NAME = 31
LONGEST_COLUMN = 60

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FIGURE_COLUMNS = (
    "key", "label", "value", "low", "high", "unit", "previous", "target", "n", "window",
    "definition", "policy", "status", "reason",
)  # fmt: skip
CALL_LIST, CALL_SHEET, CONTENTS = "churn calls", "call list", "contents"


def write_workbook(
    path: Path, figures: Sequence[Figure], results: Mapping[str, Any], *, as_of: dt.date
) -> None:
    """Write the figures and every frame of every result.

    Parameters
    ----------
    path : Path
        The file; it is overwritten.
    figures : sequence of Figure
        They fill a sheet of their own.
    results : mapping of str to result
        By name; each frame becomes a sheet called after result and frame.
    as_of : date
        The day the workbook says it was made, so that its bytes depend on its content alone.
    """
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    book.set_properties({"created": dt.datetime.combine(as_of, dt.time())})
    look = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "number": book.add_format({"num_format": "#,##0.00####"}),
    }
    for name, frame in sheets(figures, results):
        _write_sheet(book.add_worksheet(name), frame, look)
    book.close()


def sheets(figures: Sequence[Figure], results: Mapping[str, Any]) -> list[tuple[str, pd.DataFrame]]:
    """The name and the frame of each sheet: whom to call, what is where, the figures, the tables.

    Excel cuts long names, so the contents give them in full.
    """
    tables = list(_tables(results))
    calls = [(CALL_SHEET, frame) for name, frame in tables if name == CALL_LIST]
    known = pd.DataFrame(map(_figure_row, figures), columns=list(_FIGURE_COLUMNS), dtype=object)
    others = [("figures", known), *(table for table in tables if table[0] != CALL_LIST)]
    taken = {CONTENTS, *(name for name, _ in calls)}
    titled = [(sheet_name(name, taken), name, frame) for name, frame in others]
    listed = [
        *(
            (name, "clients to call, best saving per hour first", len(frame))
            for name, frame in calls
        ),
        *((title, name.replace("_", " "), len(frame)) for title, name, frame in titled),
    ]
    contents = pd.DataFrame(listed, columns=["sheet", "holds", "rows"])
    return [*calls, (CONTENTS, contents), *((title, frame) for title, _, frame in titled)]


def _figure_row(figure: Figure) -> list[object]:
    ends = dict(zip(("low", "high"), figure.interval or (None, None), strict=True))
    return [ends[name] if name in ends else getattr(figure, name) for name in _FIGURE_COLUMNS]


def _tables(results: Mapping[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    for name, result in results.items():
        if not is_dataclass(result):
            continue
        for field in fields(result):
            yield from _frames(f"{name} {field.name}", getattr(result, field.name))


def _frames(name: str, value: Any) -> Iterator[tuple[str, pd.DataFrame]]:
    if isinstance(value, pd.DataFrame):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, pd.DataFrame):
                yield f"{name} {key}", inner


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: short, without its special marks, and not yet used.

    >>> sheet_name("portfolio accounts", set())
    'portfolio accounts'
    """
    stem = _NOT_IN_NAMES.sub("-", name.replace("_", " ")).strip() or "sheet"
    short, again = stem[:LONGEST_SHEET_NAME], 2
    while short.lower() in taken:
        end = f" {again}"
        short, again = stem[: LONGEST_SHEET_NAME - len(end)] + end, again + 1
    taken.add(short.lower())
    return short


def _write_sheet(sheet: Worksheet, frame: pd.DataFrame, look: Mapping[str, Any]) -> None:
    shown = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    rows = shown.head(MOST_ROWS)
    for place, column in enumerate(rows.columns):
        title = _words(column)
        sheet.write_string(0, place, title, look["head"])
        sheet.set_column(place, place, _width(title, rows.iloc[:200, place]))
        for line, value in enumerate(rows.iloc[:, place].tolist(), start=1):
            _write_cell(sheet, line, place, value, look)
    if len(shown) > len(rows):
        more = f"{len(shown) - len(rows):,} more rows do not fit on a sheet"
        sheet.write_string(len(rows) + 1, 0, more)
    sheet.freeze_panes(1, 1)
    if len(rows):
        sheet.autofilter(0, 0, len(rows), max(0, len(rows.columns) - 1))


def _words(column: object) -> str:
    parts = column if isinstance(column, tuple) else (column,)
    return _text(" ".join(str(part) for part in parts).replace("_", " "))


def _width(title: str, values: pd.Series) -> int:
    longest = max([len(title), *(len(str(value)) for value in values)])
    return min(LONGEST_COLUMN, longest + 2)


def _text(value: object) -> str:
    text = _UNWRITABLE.sub("\ufffd", str(value))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _write_cell(
    sheet: Worksheet, line: int, place: int, value: Any, look: Mapping[str, Any]
) -> None:
    if value is None or value is pd.NaT or value is pd.NA:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        if math.isfinite(value):
            whole = isinstance(value, int)
            sheet.write_number(line, place, value, None if whole else look["number"])
    elif isinstance(value, dt.date):
        _write_day(sheet, line, place, value, look)
    else:
        sheet.write_string(line, place, _text(value))


def _write_day(
    sheet: Worksheet, line: int, place: int, value: dt.date, look: Mapping[str, Any]
) -> None:
    """Days before 1900 are no days to Excel, so they are written out."""
    if value.year < 1900:
        sheet.write_string(line, place, value.isoformat()[:10])
        return
    moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    if isinstance(moment, pd.Timestamp):
        moment = moment.to_pydatetime()
    moment = moment.replace(tzinfo=None)
    look_of_it = look["time"] if moment.time() != dt.time() else look["day"]
    sheet.write_datetime(line, place, moment, look_of_it)
