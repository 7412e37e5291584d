"""Numbers written as text, read by stated marks and never by a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.findings import Rows, rows_where
from portfolio_lib.tables.wording import or_list

MONEY = pa.decimal128(18, 4)
EXACT = pa.decimal256(60, 20)
"""Wide enough for fourteen digits before the mark and what exports write behind it."""
_CANONICAL = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_MOST_DIGITS = r"^[+-]?0*\d{0,14}(\.\d*)?$"
_MOST_DECIMALS = r"^[+-]?\d*(\.\d{0,20})?$"


@dataclass(frozen=True)
class NumberTexts:
    """Numbers in one plain writing (point, no thousands marks); `bad` rows could not be read."""

    texts: pa.ChunkedArray
    bad: Rows


def plain_numbers(texts: pa.ChunkedArray, *, decimal: str, thousands: str | None) -> NumberTexts:
    """Rewrite numbers with a decimal point and nothing else; null where that is impossible.

    Thousands marks must stand before groups of three digits: 1,23 is not 123.
    """
    trimmed = pc.utf8_trim_whitespace(texts)
    plain = trimmed if thousands is None else _without_thousands(trimmed, thousands, decimal)
    if decimal == ",":
        has_point = pc.match_substring(plain, ".")
        plain = pc.replace_substring(plain, ",", ".")
        plain = pc.if_else(has_point, "", plain)
    is_number = pc.match_substring_regex(plain, _CANONICAL)
    bad = rows_where(pc.invert(is_number))
    return NumberTexts(pc.if_else(is_number, plain, pa.scalar(None, pa.string())), bad)


def _without_thousands(texts: pa.ChunkedArray, mark: str, decimal: str) -> pa.ChunkedArray:
    written = "[ \u00a0\u202f]" if mark == " " else re.escape(mark)
    grouped = pc.match_substring_regex(
        texts, rf"^[+-]?\d{{1,3}}(?:{written}\d{{3}})+(?:{re.escape(decimal)}\d*)?$"
    )
    return pc.if_else(grouped, pc.replace_substring_regex(texts, written, ""), texts)


@dataclass(frozen=True)
class Money:
    """Money with four decimals; `rounded` rows had more, `too_large` rows have no value."""

    values: pa.ChunkedArray
    rounded: Rows
    too_large: Rows


def money_of(exact: pa.ChunkedArray) -> Money:
    """Exact decimals as money; more than four decimals are rounded, half to even."""
    limit = pa.scalar(Decimal(10) ** 14, EXACT)
    too_large = pc.greater_equal(pc.abs(exact), limit)
    kept = pc.if_else(too_large, pa.scalar(None, EXACT), exact)
    rounded = pc.round(kept, 4, "half_to_even")
    return Money(
        values=rounded.cast(MONEY),
        rounded=rows_where(pc.not_equal(rounded, kept)),
        too_large=rows_where(too_large),
    )


def exact_of(numbers: NumberTexts) -> tuple[pa.ChunkedArray, Rows]:
    """Plain numbers as exact decimals, and the rows too large to hold.

    Digits beyond the twentieth decimal, which only binary fractions have, are rounded.
    """
    fits = pc.match_substring_regex(numbers.texts, _MOST_DIGITS)
    texts = pc.if_else(fits, numbers.texts, pa.scalar(None, pa.string()))
    short = pc.match_substring_regex(texts, _MOST_DECIMALS)
    if pc.all(short).as_py() is not False:
        return texts.cast(EXACT), rows_where(pc.invert(fits))
    values = [None if text is None else _at_most_twenty(text) for text in texts.to_pylist()]
    exact = pa.chunked_array([pa.array(values, EXACT)])
    return exact, rows_where(pc.invert(fits))


def _at_most_twenty(text: str) -> Decimal:
    with localcontext() as context:
        context.prec = 76
        return Decimal(text).quantize(Decimal(1).scaleb(-20), ROUND_HALF_EVEN)


def floats_of(exact: pa.ChunkedArray) -> pa.ChunkedArray:
    """Exact decimals as the nearest floating point numbers; Arrow's own cast misses 0.9."""
    return exact.cast(pa.string()).cast(pa.float64())


def integers_of(exact: pa.ChunkedArray) -> tuple[pa.ChunkedArray, Rows]:
    """Exact decimals as whole numbers, and the rows that are not whole. 12.0 is 12."""
    whole = pc.equal(pc.floor(exact), exact)
    kept = pc.if_else(whole, exact, pa.scalar(None, EXACT))
    return kept.cast(pa.int64(), safe=False), rows_where(pc.invert(whole))


_ADVICE: tuple[tuple[str, str], ...] = (
    (r"^[+-]?\d{1,3}(\.\d{3})+,\d*$", 'Write decimal: "," and thousands: ".".'),
    (r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$", 'Write thousands: ",".'),
    (r"^[+-]?\d+,\d*$", 'Write decimal: ",".'),
    (r"^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?$", 'Write thousands: " ".'),
    (r"^[+-]?\d{1,3}('\d{3})+(\.\d*)?$", 'Write thousands: "\'".'),
    (r"^[+-]?\d+\.\d*$", 'The decimal mark is a point: take the line decimal: "," out.'),
    (r"^[+-]?[\d.,]+%$", 'Write without: ["%"], and scale: 0.01 where a share is meant.'),
    (r"^\([\d.,  ]+\)$", "Export negative amounts with a minus sign, not in brackets."),
    (r"^[\d.,]+-$", "Export negative amounts with the minus sign in front."),
    (r"(?i)^[+-]?[\d.,]+e[+-]?\d+$", "Export the column as plain numbers, not as 1.2E+05."),
    (
        r"(?i)^[+-]?(nan|inf|infinity|n/?a|#n/a|null|none|-+)$",
        "Leave cells without a number empty.",
    ),
)
_SIGN = re.compile(r"[£$€¥]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def number_advice(texts: Sequence[Any]) -> str:
    """What to write in the parameters, judged by the values that could not be read."""
    seen = [str(text).strip() for text in texts if text is not None]
    steps = {_advice(text) for text in seen[:1000]} - {None}
    known = [step for step in sorted(step for step in steps if step)][:2]
    return or_list(known) if len(known) == 1 else " Or: ".join(known) if known else _PLAIN


_PLAIN = "Expected plain numbers such as 1234.50; mend the cells, or leave them empty."


def _advice(text: str) -> str | None:
    for pattern, step in _ADVICE:
        if re.match(pattern, text):
            return step
    sign = _SIGN.search(text)
    if sign and any(c.isdigit() for c in text):
        return f'Write without: ["{sign.group()}"], or export the column without the sign.'
    return None
