"""Exact decimals as the numbers of a contract: money, counts, shares, within their range."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.contracts import Column, Kind
from portfolio_lib.tables.expressions import parse_formula
from portfolio_lib.tables.findings import Finding, Rows, rows_where, select
from portfolio_lib.tables.formulas import evaluate
from portfolio_lib.tables.numbers import (
    Money,
    floats_of,
    integers_of,
    money_of,
    number_advice,
)


def number_findings(
    table: str,
    column: str,
    texts: pa.ChunkedArray,
    unreadable: Rows,
    too_large: Rows,
    *,
    of: str | None = None,
) -> list[Finding]:
    """Findings for cells that are no number, or one too large to hold.

    `of` names the user's column where a formula reads several.
    """
    within = f" in {of!r}" if of else ""
    findings = []
    if len(unreadable):
        advice = number_advice(select(texts, unreadable[:1000]))
        findings.append(
            Finding(
                "stop", table, column, "unreadable number", unreadable,
                f"not numbers{within}", advice, texts, "value",
            )
        )  # fmt: skip
    if len(too_large):
        findings.append(_too_large(table, column, texts, too_large, within))
    return findings


def _too_large(
    table: str, column: str, texts: pa.ChunkedArray | None, rows: Rows, within: str
) -> Finding:
    return Finding(
        "stop", table, column, "number too large", rows,
        f"too large{within}: more than 14 digits before the decimal mark",
        "Mend the cells; a wrong decimal or thousands mark is the usual cause.", texts, "value",
    )  # fmt: skip


def numeric_column(
    exact: pa.ChunkedArray,
    table: str,
    column: Column,
    scale: float | None,
    texts: pa.ChunkedArray | None,
) -> tuple[pa.ChunkedArray, list[Finding]]:
    """Exact decimals in the type of a contract column, times `scale`, within its range.

    Cells that a fault makes unusable are empty. `texts` is what the source says, for messages.
    """
    scaled = exact if scale is None else _scaled(exact, scale)
    if column.kind is Kind.MONEY:
        money = money_of(scaled)
        values, findings = money.values, _money_findings(money, table, column, texts)
    elif column.kind is Kind.INTEGER:
        values, fractions = integers_of(scaled)
        findings = _fraction_finding(table, column, texts, fractions)
    else:
        values, findings = floats_of(scaled), []
    outside = _outside(values, column)
    if len(outside):
        findings.append(_range_finding(table, column, texts, outside))
        values = _emptied(values, outside)
    return values, findings


def _scaled(exact: pa.ChunkedArray, scale: float) -> pa.ChunkedArray:
    """Times the scale as it is written, so that 45 × 0.01 is 0.45 and not 0.45000000000000001."""
    tree = parse_formula(f"x * {format(Decimal(repr(scale)), 'f')}", ["x"])
    return evaluate(tree, {"x": exact}, len(exact)).values


def _money_findings(
    money: Money, table: str, column: Column, texts: pa.ChunkedArray | None
) -> list[Finding]:
    findings = []
    if len(money.too_large):
        findings.append(_too_large(table, column.name, texts, money.too_large, ""))
    if len(money.rounded):
        findings.append(
            Finding(
                "warn", table, column.name, "rounded", money.rounded,
                "with more than four decimals, rounded to four (half to even)",
                "Nothing to do, unless the amounts are in another unit.", texts, "amount",
            )
        )  # fmt: skip
    return findings


def _fraction_finding(
    table: str, column: Column, texts: pa.ChunkedArray | None, rows: Rows
) -> list[Finding]:
    if not len(rows):
        return []
    return [
        Finding(
            "stop", table, column.name, "not a whole number", rows, "not whole numbers",
            "Expected whole numbers; mend the cells, or leave them empty.", texts, "value",
        )
    ]  # fmt: skip


def _outside(values: pa.ChunkedArray, column: Column) -> Rows:
    outside = np.zeros(len(values), dtype=bool)
    if column.minimum is None and column.maximum is None:
        return np.flatnonzero(outside)
    numbers = values.cast(pa.float64())
    if column.minimum is not None:
        outside[rows_where(pc.less(numbers, column.minimum))] = True
    if column.maximum is not None:
        outside[rows_where(pc.greater(numbers, column.maximum))] = True
    return np.flatnonzero(outside)


def _range_finding(
    table: str, column: Column, texts: pa.ChunkedArray | None, rows: Rows
) -> Finding:
    """Out of range stops where the column is needed or its scale must be wrong, else warns."""
    expected = _range_words(column)
    if column.kind is Kind.SHARE:
        step = "Shares lie between 0 and 1: write scale: 0.01 where yours are per cent."
    elif column.required:
        step = f"Expected {expected}; mend the cells, or set the rows aside with set_aside: when: …"
    else:
        step = f"They were read as empty; expected {expected}."
    stops = column.required or column.kind is Kind.SHARE
    return Finding(
        "stop" if stops else "warn", table, column.name, "out of range", rows,
        f"outside {expected}", step, texts, "value",
    )  # fmt: skip


def _range_words(column: Column) -> str:
    if column.maximum is None:
        return f"{column.minimum:g} or more"
    if column.minimum is None:
        return f"{column.maximum:g} or less"
    return f"{column.minimum:g} to {column.maximum:g}"


def _emptied(values: pa.ChunkedArray, rows: Rows) -> pa.ChunkedArray:
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)
