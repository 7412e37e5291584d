"""The list of rows set aside: as they were handed in, with the reason and their place.

People open it in a spreadsheet, so a cell that a spreadsheet would run as a formula gets an
apostrophe in front. Negative numbers are numbers and stay as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from portfolio_lib.tables.findings import Rows
from portfolio_lib.tables.raw import RawRows

OUR_COLUMNS = ("set_aside_because", "file", "line")
_RUNS_AS_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"^\s*[+-]?[\d.,' \u00a0\u202f]+$")


def safe_cell(text: str | None) -> str:
    """A cell that a spreadsheet shows and never runs.

    Examples
    --------
    >>> safe_cell("=cmd()"), safe_cell("-12.50"), safe_cell(None)
    ("'=cmd()", '-12.50', '')
    """
    if text is None:
        return ""
    if _PLAIN_NUMBER.match(text):
        return text
    return f"'{text}" if _RUNS_AS_FORMULA.match(text) else text


def write_quarantine(path: Path, raw: RawRows, aside: Mapping[str, Rows]) -> None:
    """Write the rows set aside, by reason and then by place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow([*OUR_COLUMNS, *(safe_cell(name) for name in raw.names)])
        for reason in sorted(aside):
            writer.writerows(_lines(raw, reason, aside[reason]))


def _lines(raw: RawRows, reason: str, rows: Rows) -> Sequence[Sequence[str]]:
    cells = raw.cells.take(pa.array(rows))
    columns = [_safe_column(column) for column in cells.columns]
    files = [safe_cell(raw.files[number]) for number in raw.file_numbers[rows]]
    places = [str(line) for line in raw.lines[rows]]
    return list(zip([safe_cell(reason)] * len(rows), files, places, *columns, strict=True))


def _safe_column(column: pa.ChunkedArray) -> list[str]:
    """Every distinct text once, because most columns repeat a few."""
    encoded = column.combine_chunks().dictionary_encode()
    safe = pa.array([safe_cell(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return [text or "" for text in safe.take(encoded.indices).to_pylist()]
