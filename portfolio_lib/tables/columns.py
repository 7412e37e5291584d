"""One column of text as one typed column of a contract, with everything that was wrong in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import ColumnSource, ReadSettings
from portfolio_lib.tables.contracts import Column, Kind
from portfolio_lib.tables.dates import (
    Moments,
    date_advice,
    days_of,
    mixes_offsets,
    times_of,
)
from portfolio_lib.tables.findings import Finding, Rows, rows_where
from portfolio_lib.tables.numbers import exact_of, plain_numbers
from portfolio_lib.tables.numeric_columns import number_findings, numeric_column
from portfolio_lib.tables.wording import nearest, or_list, quoted

LONGEST_NAME = 1_000
_YES = ("true", "yes", "y", "t", "1")
_NO = ("false", "no", "n", "f", "0")
_NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.INTEGER, Kind.SHARE)


@dataclass(frozen=True)
class TypedColumn:
    """Values in the contract's type; a cell that could not be read is null and in a finding."""

    values: pa.ChunkedArray
    findings: tuple[Finding, ...] = ()


def type_column(
    texts: pa.ChunkedArray,
    table: str,
    column: Column,
    spec: ColumnSource,
    settings: ReadSettings,
    *,
    typed: bool,
) -> TypedColumn:
    """The texts of one source column as values of a contract column.

    `typed` says that the source had types of its own, so that its dates are ISO.
    """
    trimmed = _taken_off(pc.utf8_trim_whitespace(texts), spec)
    mapped = _words_mapped(trimmed, spec)
    mapped = _empty_to_null(mapped)
    if spec.months_before is not None:
        return _months_back(mapped, table, column, spec.months_before)
    if column.kind in _NUMERIC:
        return _numeric(mapped, table, column, spec, settings)
    if column.kind in (Kind.DATE, Kind.TIMESTAMP):
        return _moments(mapped, table, column, spec, typed=typed)
    if column.kind is Kind.CATEGORY:
        return _category(mapped, table, column)
    if column.kind is Kind.FLAG:
        return _flag(mapped, table, column, spec)
    return TypedColumn(mapped, tuple(_text_findings(texts, mapped, table, column)))


def _taken_off(texts: pa.ChunkedArray, spec: ColumnSource) -> pa.ChunkedArray:
    """Take the named endings and beginnings off, such as £ or .0; a minus sign stays in front."""
    for piece in spec.without or ():
        plain = pa.scalar(piece)
        negative = pc.starts_with(texts, f"-{piece}")
        rest = pc.utf8_slice_codeunits(texts, len(piece) + 1)
        texts = pc.if_else(negative, pc.binary_join_element_wise("-", rest, ""), texts)
        begins = pc.starts_with(texts, piece)
        texts = pc.if_else(begins, pc.utf8_slice_codeunits(texts, len(piece)), texts)
        ends = pc.ends_with(texts, plain.as_py())
        kept = pc.utf8_slice_codeunits(texts, 0, stop=-len(piece))
        texts = pc.utf8_trim_whitespace(pc.if_else(ends, kept, texts))
    return texts


def _words_mapped(texts: pa.ChunkedArray, spec: ColumnSource) -> pa.ChunkedArray:
    if not spec.values:
        return texts
    ours = pa.array(list(spec.values.values()), pa.string())
    theirs = pa.array([word.strip() for word in spec.values], pa.string())
    found = pc.index_in(texts, value_set=theirs)
    return pc.if_else(pc.is_valid(found), ours.take(found.combine_chunks()), texts)


def _empty_to_null(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _numeric(
    texts: pa.ChunkedArray, table: str, column: Column, spec: ColumnSource, settings: ReadSettings
) -> TypedColumn:
    numbers = plain_numbers(texts, decimal=settings.decimal, thousands=settings.thousands)
    exact, too_large = exact_of(numbers)
    unread = number_findings(table, column.name, texts, numbers.bad, too_large)
    values, findings = numeric_column(exact, table, column, spec.scale, texts)
    return TypedColumn(values, (*unread, *findings))


def _moments(
    texts: pa.ChunkedArray, table: str, column: Column, spec: ColumnSource, *, typed: bool
) -> TypedColumn:
    read = days_of if column.kind is Kind.DATE else times_of
    moments = read(texts, spec.format, typed=typed)
    findings = _unread_dates(texts, table, column, spec, moments)
    if column.kind is Kind.TIMESTAMP and mixes_offsets(texts):
        findings.append(
            Finding(
                "stop", table, column.name, "time zones", rows_where(pc.is_valid(texts)),
                "of which some say their time zone and some do not",
                "Export all of them in one time zone.",
                texts, "time",
            )
        )  # fmt: skip
    return TypedColumn(_shifted(moments.values, spec.shift_days), tuple(findings))


def _unread_dates(
    texts: pa.ChunkedArray, table: str, column: Column, spec: ColumnSource, moments: Moments
) -> list[Finding]:
    if not len(moments.bad):
        return []
    expected = "dates as YYYY-MM-DD" if spec.format is None else f"dates written as {spec.format}"
    advice = date_advice(column.name, pc.unique(texts).to_pylist(), spec.format)
    return [
        Finding(
            "stop", table, column.name, "unreadable date", moments.bad,
            f"not {expected}", advice, texts, "value",
        )
    ]  # fmt: skip


def _shifted(values: pa.ChunkedArray, days: int) -> pa.ChunkedArray:
    if not days:
        return values
    step = pa.scalar(dt.timedelta(days=days), pa.duration("s"))
    return pc.add(values.cast(pa.timestamp("s")), step).cast(values.type)


def _months_back(texts: pa.ChunkedArray, table: str, column: Column, day: dt.date) -> TypedColumn:
    """Days that lie so many whole months before a stated day; the last of the month at most."""
    if column.kind is not Kind.DATE:
        values = pa.chunked_array([pa.nulls(len(texts), pa.string())])
        finding = Finding(
            "stop", table, column.name, "months_before", np.arange(len(texts)),
            "of a column that holds no days", "Take months_before out.",
        )  # fmt: skip
        return TypedColumn(values, (finding,))
    encoded = texts.combine_chunks().dictionary_encode()
    read = [_back(text, day) for text in encoded.dictionary.to_pylist()]
    values = pa.array(read, pa.date32()).take(encoded.indices)
    bad = rows_where(pc.and_(pc.is_null(values), pc.is_valid(texts.combine_chunks())))
    found = Finding(
        "stop", table, column.name, "months_before", bad, "not a whole number of months",
        "Expected a count such as 14; mend the cells, or leave them empty.", texts, "value",
    )  # fmt: skip
    return TypedColumn(pa.chunked_array([values]), (found,) if len(bad) else ())


def _back(text: str, day: dt.date) -> dt.date | None:
    if not (text.isascii() and text.isdigit() and int(text) <= 1200):
        return None
    index = day.year * 12 + day.month - 1 - int(text)
    first = dt.date(index // 12, index % 12 + 1, 1)
    next_first = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), next_first - dt.timedelta(days=1))


def _category(texts: pa.ChunkedArray, table: str, column: Column) -> TypedColumn:
    """Words of the contract, whatever their case; every other word stops, with the nearest."""
    ours = {word.casefold(): word for word in column.allowed}
    encoded = texts.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    values = pa.array([ours.get(w.casefold()) for w in words], pa.string()).take(encoded.indices)
    bad = rows_where(pc.and_(pc.is_null(values), pc.is_valid(texts.combine_chunks())))
    unknown = sorted(word for word in words if word.casefold() not in ours)
    if not len(bad):
        return TypedColumn(pa.chunked_array([values]))
    finding = Finding(
        "stop", table, column.name, "unknown word", bad,
        f"not one of {or_list(column.allowed)}", _values_advice(unknown, column),
        texts, "value",
    )  # fmt: skip
    return TypedColumn(pa.chunked_array([values]), (finding,))


def _values_advice(unknown: Sequence[str], column: Column) -> str:
    pairs = [f"{quoted(w)}: {nearest(w, column.allowed) or '…'}" for w in unknown[:8]]
    return f"Map your words: values: {{{', '.join(pairs)}}}; '' stands for an empty cell."


def _flag(texts: pa.ChunkedArray, table: str, column: Column, spec: ColumnSource) -> TypedColumn:
    """Yes or no. With words for yes in the mapping, every other word means no."""
    encoded = texts.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    values = pa.array([_truth(w, spec.true) for w in words], pa.bool_()).take(encoded.indices)
    bad = rows_where(pc.and_(pc.is_null(values), pc.is_valid(texts.combine_chunks())))
    finding = Finding(
        "stop", table, column.name, "unknown word", bad, "neither yes nor no",
        "Name your words for yes: true: [Paid]; every other word then means no.",
        texts, "value",
    )  # fmt: skip
    return TypedColumn(pa.chunked_array([values]), (finding,) if len(bad) else ())


def _truth(word: str, yes: Sequence[str] | None) -> bool | None:
    plain = word.casefold()
    if yes is not None:
        return plain in {one.strip().casefold() for one in yes}
    if plain in _YES:
        return True
    return False if plain in _NO else None


def _text_findings(
    texts: pa.ChunkedArray, values: pa.ChunkedArray, table: str, column: Column
) -> list[Finding]:
    control = rows_where(pc.match_substring_regex(values, r"[\x00-\x1f\x7f]"))
    if column.kind is Kind.TEXT:
        long = rows_where(pc.greater(pc.utf8_length(values), LONGEST_NAME))
        return _kept([_long_finding(table, column, values, long)])
    spaced = rows_where(pc.not_equal(texts, pc.utf8_trim_whitespace(texts)))
    return _kept(
        [
            Finding(
                "warn", table, column.name, "spaces", spaced,
                "with spaces around them, which were taken off",
                "Nothing to do, unless the spaces mean something.", values, "id",
            ),
            Finding(
                "warn", table, column.name, "control characters", control,
                "with characters that cannot be seen",
                "They were kept and compared as they are; mend them at the source.", values, "id",
            ),
            _long_finding(
                table, column, values, rows_where(pc.greater(pc.utf8_length(values), LONGEST_NAME))
            ),
        ]
    )  # fmt: skip


def _long_finding(table: str, column: Column, values: Any, rows: Rows) -> Finding:
    return Finding(
        "warn", table, column.name, "long text", rows,
        f"of more than {LONGEST_NAME:,} letters", "They were kept; pages shorten them.",
        values, "value",
    )  # fmt: skip


def _kept(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if len(finding.rows)]
