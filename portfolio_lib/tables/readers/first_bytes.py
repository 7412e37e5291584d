"""Files that are not what their ending says: told by their first bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from portfolio_lib.tables.raw import UnreadableSource

_WORKBOOK = (
    "a workbook",
    "Give it the ending .xlsx (.xls for an old one), or write format: excel.",
)
_COMPRESSED = ("a compressed file", "Unpack it, or give it the ending .csv.gz.")
_PARQUET = ("a Parquet file", "Give it the ending .parquet, or write format: parquet.")
_ARCHIVE = ("a zip archive", "Unpack it, and name the file that lies in it.")

_BEGINNINGS = {b"\x1f\x8b": _COMPRESSED, b"PAR1": _PARQUET, b"\xd0\xcf\x11\xe0": _WORKBOOK}
_ZIPPED = b"PK\x03\x04"
_PARTS_OF_WORKBOOKS = ("xl/", "content.xml")


def refuse_other_formats(path: Path, label: str) -> None:
    """Refuse a workbook, an archive or a Parquet file that is read as CSV.

    Raises
    ------
    UnreadableSource
        What the file is, and which ending or format it needs.
    """
    with path.open("rb") as handle:
        beginning, then = handle.read(4), handle.read(1)
    is_gzip = path.suffix == ".gz"
    if beginning == b"PAR1" and then.isascii() and then.decode().isprintable():
        return  # a column may be called so; after the mark of Parquet comes no letter
    for mark, found in _BEGINNINGS.items():
        if beginning.startswith(mark) and not (is_gzip and found is _COMPRESSED):
            raise _refusal(label, *found)
    if beginning == _ZIPPED:
        raise _refusal(label, *(_WORKBOOK if _is_workbook(path) else _ARCHIVE))


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as parts:
            return any(name.startswith(_PARTS_OF_WORKBOOKS) for name in parts.namelist())
    except zipfile.BadZipFile:
        return False


def _refusal(label: str, what: str, step: str) -> UnreadableSource:
    return UnreadableSource("format", f"{label}: this is {what}, not text.", step)
