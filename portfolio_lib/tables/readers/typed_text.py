"""Values that come with a type, as the text that a careful person would have typed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

WORKBOOK_DIGITS = 15
"""Spreadsheets calculate with fifteen significant digits; the rest is noise of the binary form."""


def column_as_text(column: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray | None:
    """A typed column as text; None where its type has no single text, such as a list."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column_as_text(column.cast(kind.value_type), decimal)
    if pa.types.is_floating(kind):
        return _with_mark(_without_exponents(column.cast(pa.string())), decimal)
    if pa.types.is_decimal(kind):
        return _with_mark(column.cast(pa.string()), decimal)
    if _has_plain_text(kind):
        return column.cast(pa.string())
    return None


def _has_plain_text(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_time,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)


def _with_mark(texts: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    return texts if decimal == "." else pc.replace_substring(texts, ".", decimal)


def _without_exponents(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write 1e-7 as 0.0000001; leave inf and nan as they are, to be refused later."""
    has_exponent = pc.match_substring_regex(texts, r"\de[+-]?\d")
    if not pc.any(has_exponent).as_py():
        return texts
    plain = [_plain_number(text) for text in texts.to_pylist()]
    return pa.chunked_array([pa.array(plain, pa.string())])


def _plain_number(text: str | None) -> str | None:
    is_number = text is not None and text[-1:].isdigit()
    return format(Decimal(text), "f") if text is not None and is_number else text


def value_as_text(value: Any, decimal: str, *, digits: int | None = None) -> str | None:
    """One value of a workbook or a database as text; None for nothing.

    Examples
    --------
    >>> value_as_text(17850.0, "."), value_as_text(1.5, ","), value_as_text("0012", ".")
    ('17850', '1,5', '0012')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float_as_text(value, digits).replace(".", decimal)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", decimal)
    if isinstance(value, dt.datetime) and value.time() == dt.time() and value.tzinfo is None:
        return value.date().isoformat()
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _float_as_text(value: float, digits: int | None) -> str:
    shortest = format(value, f".{digits}g") if digits else repr(value)
    if not shortest[-1].isdigit():
        return shortest
    plain = format(Decimal(shortest), "f")
    return plain.removesuffix(".0")
