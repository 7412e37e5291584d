"""CSV files: any encoding, separator and quoting; a cut-off or uneven file is refused.

Python's own reader is used because it knows the line on which each row stands, accepts every text
encoding, and in strict mode notices a quote that is never closed.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import (
    RawRows,
    UnreadableSource,
    check_header,
    drop_unnamed,
    from_columns,
)
from portfolio_lib.tables.readers.first_bytes import refuse_other_formats
from portfolio_lib.tables.wording import count_of, plain_list, quoted

ROWS_AT_ONCE = 50_000
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_SINGLE_BYTE = ("cp1252", "latin-1", "iso8859-1", "iso-8859-1", "windows-1252")


def read_csv(path: Path, label: str, settings: ReadSettings) -> RawRows:
    """All rows of one CSV file as text.

    Raises
    ------
    UnreadableSource
        The file is empty, cut off, uneven, or not in the stated encoding.
    """
    refuse_other_formats(path, label)
    try:
        with _opened(path, _encoding(settings)) as handle:
            rows = _read(handle, label, settings)
    except UnicodeError:
        raise _wrong_encoding(path, label, settings) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableSource(
            "truncated",
            f"{label}: the compressed file ends too early or is damaged.",
            "Export or copy it again.",
        ) from None
    suspicion = _suspected_utf8(path, label, settings)
    return replace(rows, warnings=(suspicion,)) if suspicion else rows


def _encoding(settings: ReadSettings) -> str:
    plain = settings.encoding.lower().replace("_", "-")
    return "utf-8-sig" if plain in ("utf-8", "utf8") else settings.encoding


def _opened(path: Path, encoding: str) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _read(handle: IO[str], label: str, settings: ReadSettings) -> RawRows:
    for _ in itertools.islice(handle, settings.skip_rows):
        pass
    reader = csv.reader(handle, delimiter=settings.separator, strict=True)
    batches = _batches(reader, label, settings.skip_rows)
    first = next(batches, None)
    if first is None:
        raise UnreadableSource(
            "empty file",
            f"{label}: the file is empty{_below_skipped(settings)}.",
            "Export it again, with a first line that names the columns.",
        )
    names = check_header(first.rows[0], file=label)
    _check_separator(names, label, settings)
    body = _Batch(first.rows[1:], first.lines[1:])
    return _gathered(itertools.chain([body], batches), names, label)


def _below_skipped(settings: ReadSettings) -> str:
    skipped = settings.skip_rows
    return f" below the {count_of(skipped, 'line')} skipped" if skipped else ""


@dataclass(frozen=True)
class _Batch:
    """Some rows, and the line that each begins on."""

    rows: list[list[str]]
    lines: np.ndarray[Any, np.dtype[np.int64]]


def _batches(reader: Any, label: str, skipped: int) -> Iterator[_Batch]:
    """Rows in batches, without blank lines; a quote that is never closed is refused."""
    while True:
        rows: list[list[str]] = []
        begins = reader.line_num + 1 + skipped
        try:
            # an error on the way leaves the rows before it in the list
            rows.extend(itertools.islice(reader, ROWS_AT_ONCE))
        except csv.Error as error:
            after = begins + sum(_line_count(row) for row in rows)
            raise _unclosed(label, after, reader.line_num + skipped, error) from None
        if not rows:
            return
        batch = _placed(rows, begins, reader.line_num + skipped)
        if batch.rows:
            yield batch


def _placed(rows: list[list[str]], begins: int, last: int) -> _Batch:
    """Rows with their lines; counted one by one only where a row takes more or less than one."""
    if last - begins + 1 == len(rows) and all(rows):
        return _Batch(rows, np.arange(begins, last + 1))
    counts = [_line_count(row) for row in rows]
    lines = begins + np.concatenate([[0], np.cumsum(counts)[:-1]])
    filled = [i for i, row in enumerate(rows) if row]
    return _Batch([rows[i] for i in filled], lines[filled].astype(np.int64))


def _line_count(row: list[str]) -> int:
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in row)


def _unclosed(label: str, begins: int, last: int, error: csv.Error) -> UnreadableSource:
    return UnreadableSource(
        "truncated",
        f"{label}: the row that begins on line {begins} cannot be read up to line {last} "
        f"({error}). A quote is not closed or not doubled, or the file is cut off.",
        "Export the file again, with quotes inside a value doubled.",
        offenders=[f"line {begins}"],
    )


def _check_separator(names: Sequence[str], label: str, settings: ReadSettings) -> None:
    others = [mark for mark in _SEPARATORS if mark != settings.separator and mark in names[0]]
    if len(names) > 1 or not others:
        return
    mark = max(others, key=names[0].count)
    written = '"\\t"' if mark == "\t" else f'"{mark}"'
    raise UnreadableSource(
        "separator",
        f"{label}: the first line holds one column, {quoted(names[0])}; "
        f"its parts look separated by a {_SEPARATORS[mark]}.",
        f"Write separator: {written}.",
    )


def _gathered(batches: Iterable[_Batch], names: list[str], label: str) -> RawRows:
    blocks: list[list[pa.Array]] = []
    places = []
    uneven: list[tuple[int, int]] = []
    last = 0
    for batch in batches:
        uneven += _uneven_rows(batch, len(names))
        last = int(batch.lines[-1]) if len(batch.lines) else last
        if not uneven:
            blocks.append(_columns(batch, len(names)))
            places.append(batch.lines)
    if uneven:
        raise _uneven(uneven, len(names), last, label)
    columns = [pa.chunked_array([block[i] for block in blocks]) for i in range(len(names))]
    named, filled = drop_unnamed(names, columns)
    return from_columns(named, filled, file=label, lines=np.concatenate(places))


def _uneven_rows(batch: _Batch, width: int) -> list[tuple[int, int]]:
    if set(map(len, batch.rows)) <= {width}:
        return []
    pairs = zip(batch.lines, batch.rows, strict=True)
    return [(int(line), len(row)) for line, row in pairs if len(row) != width]


def _columns(batch: _Batch, width: int) -> list[pa.Array]:
    turned = zip(*batch.rows, strict=True) if batch.rows else [()] * width
    return [pa.array(column, pa.string()) for column in turned]


def _uneven(
    uneven: Sequence[tuple[int, int]], expected: int, last: int, label: str
) -> UnreadableSource:
    shown = [f"line {line} has {width}" for line, width in uneven]
    cut_off = uneven[-1][0] == last and uneven[-1][1] < expected
    ending = " The last row is short: the file seems cut off." if cut_off else ""
    return UnreadableSource(
        "truncated" if cut_off and len(uneven) == 1 else "uneven rows",
        f"{label}: {count_of(len(uneven), 'row')} with another number of values than the "
        f"{expected} of the first line: {plain_list(shown)}.{ending}",
        "Export the file again; a separator inside a value needs quotes around the value.",
        count=len(uneven),
        offenders=shown,
    )


def _wrong_encoding(path: Path, label: str, settings: ReadSettings) -> UnreadableSource:
    bad = _undecodable_lines(path, settings.encoding)
    shown = [f"line {line}: {quoted(text)}" for line, text in bad]
    where = f": {plain_list(shown)}" if shown else ""
    return UnreadableSource(
        "encoding",
        f"{label}: {count_of(max(len(bad), 1), 'line')} not in {settings.encoding}{where}.",
        _encoding_advice(path),
        count=max(len(bad), 1),
        offenders=shown,
    )


def _bytes_of(path: Path) -> IO[bytes]:
    # gzip's reader is a stream of bytes in all but its declared type
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _undecodable_lines(path: Path, encoding: str) -> list[tuple[int, str]]:
    """Lines that the encoding cannot read; empty for encodings in which lines are not bytes."""
    if encoding.lower().startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
        return []
    bad = []
    with _bytes_of(path) as handle:
        for number, line in enumerate(handle, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                start = max(0, error.start - 20)
                bad.append((number, line[start : error.end + 20].decode("ascii", "replace")))
    return bad


def _encoding_advice(path: Path) -> str:
    with _bytes_of(path) as handle:
        beginning = handle.read(4)
    if beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "The file begins like utf-16: write encoding: utf-16."
    return (
        "Write the encoding it was saved in, for example encoding: cp1252 (Windows) or "
        "encoding: latin-1, and look at the accented letters afterwards."
    )


def _suspected_utf8(path: Path, label: str, settings: ReadSettings) -> UnreadableSource | None:
    """A warning where a file read as one byte per letter is in truth UTF-8.

    One-byte encodings never fail; they turn é into two letters instead.
    """
    if settings.encoding.lower().replace("_", "-") not in _SINGLE_BYTE:
        return None
    with _bytes_of(path) as handle:
        lines = handle.readlines(1_000_000)
    try:
        "".join(line.decode("utf-8") for line in lines)
    except UnicodeDecodeError:
        return None
    if all(line.isascii() for line in lines):
        return None
    return UnreadableSource(
        "encoding",
        f"{label}: read as {settings.encoding}, but its letters are written as in utf-8.",
        "Take the line encoding out, or write encoding: utf-8.",
    )
