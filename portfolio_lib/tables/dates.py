"""Days and times written as text: ISO, or a stated format, never a guess."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.findings import Rows, rows_where

_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?"
)
_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%Y-%m",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y",
    "%b %d, %Y", "%B %d, %Y", "%b %Y", "%m/%Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_MOST_TRIED = 5_000


@dataclass(frozen=True)
class Moments:
    """Days (date32) or times (timestamp[us]); `bad` rows could not be read."""

    values: pa.ChunkedArray
    bad: Rows


def days_of(texts: pa.ChunkedArray, pattern: str | None, *, typed: bool) -> Moments:
    """Days as they stand in the text; a time of day behind them is left out.

    Parameters
    ----------
    pattern
        How dates are written, in the letters of `strftime`; None for ISO.
    typed
        True where the source has dates of its own, which are ISO whatever the pattern says.
    """
    return _convert(texts, _readers(pattern, typed, _iso_day, _pattern_day), pa.date32())


def times_of(texts: pa.ChunkedArray, pattern: str | None, *, typed: bool) -> Moments:
    """Times; those with an offset are turned into UTC, those without are taken as they stand."""
    return _convert(texts, _readers(pattern, typed, _iso_time, _pattern_time), pa.timestamp("us"))


def _readers(
    pattern: str | None,
    typed: bool,
    iso: Callable[[str], Any],
    other: Callable[[str, str], Any],
) -> tuple[Callable[[str], Any], ...]:
    if pattern is None:
        return (iso,)
    stated = lambda text: other(text, pattern)  # noqa: E731
    return (stated, iso) if typed else (stated,)


def _convert(
    texts: pa.ChunkedArray, readers: Sequence[Callable[[str], Any]], kind: pa.DataType
) -> Moments:
    """Read every distinct text once: a log of a million lines has a few hundred days."""
    encoded = pc.utf8_trim_whitespace(texts).combine_chunks().dictionary_encode()
    read = [_first(readers, text) for text in encoded.dictionary.to_pylist()]
    values = pa.array(read, kind).take(encoded.indices)
    bad = rows_where(pc.and_(pc.is_null(values), pc.is_valid(texts.combine_chunks())))
    return Moments(pa.chunked_array([values]), bad)


def _first(readers: Sequence[Callable[[str], Any]], text: str) -> Any:
    found = (reader(text) for reader in readers)
    return next((value for value in found if value is not None), None)


def _iso_day(text: str) -> dt.date | None:
    moment = _iso_time(text, convert=False)
    return None if moment is None else moment.date()


def _iso_time(text: str, *, convert: bool = True) -> dt.datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day, time, offset = match.groups()
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{_whole_time(time)}")
        return moment - _offset(offset) if convert and offset else moment
    except (ValueError, OverflowError):
        return None


def _whole_time(time: str | None) -> str:
    if time is None:
        return "00:00:00"
    whole, _, fraction = time.partition(".")
    return f"{whole}.{fraction[:6].ljust(6, '0')}" if fraction else whole


def _offset(text: str) -> dt.timedelta:
    if text in ("Z", "UTC"):
        return dt.timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if text[0] == "-" else size


def _pattern_day(text: str, pattern: str) -> dt.date | None:
    moment = _strptime(text, pattern)
    return None if moment is None else moment.date()


def _pattern_time(text: str, pattern: str) -> dt.datetime | None:
    moment = _strptime(text, pattern)
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _strptime(text: str, pattern: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, pattern)
    except (ValueError, OverflowError, re.error):
        return None


def mixes_offsets(texts: pa.ChunkedArray) -> bool:
    """True where some times say their offset and others do not: they cannot be compared."""
    has_offset = pc.match_substring_regex(texts, r":\d{2}(\.\d+)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)\s*$")
    return bool(pc.any(has_offset).as_py()) and pc.all(has_offset).as_py() is False


def fitting_patterns(texts: Sequence[str]) -> list[str]:
    """Common ways of writing dates that read every one of the texts."""
    tried = sorted(set(texts))[:_MOST_TRIED]
    if not tried:
        return []
    patterns = [day + time for time in _TIMES for day in _DAYS]
    return [one for one in patterns if all(_strptime(text, one) for text in tried)]


def date_advice(column: str, texts: Sequence[Any], pattern: str | None) -> str:
    """What to write in the parameters, judged by all the values of the column."""
    seen = [str(text).strip() for text in texts if text is not None]
    fitting = fitting_patterns(seen)
    if pattern is None and len(fitting) == 1:
        return f'Write the format of {column}: format: "{fitting[0]}".'
    if pattern is None and fitting:
        shown = " or ".join(f'format: "{one}"' for one in fitting[:3])
        return f"The values fit more than one format and only you know which: write {shown}."
    expected = "YYYY-MM-DD" if pattern is None else f"the format {pattern}"
    return f"Expected {expected}, in every row; mend the cells, or leave them empty."
