"""Arithmetic over the columns of a source, exact to the last digit."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from sqlglot import exp

from portfolio_lib.tables.findings import Rows
from portfolio_lib.tables.numbers import EXACT
from portfolio_lib.tables.ordering import group_numbers

ROWS_AT_ONCE = 100_000
_PLACES = Decimal(1).scaleb(-20)
_LARGEST = Decimal(10) ** 39
_QUIET = decimal.Context(prec=76, rounding=decimal.ROUND_HALF_EVEN, traps=[])
"""Division by zero gives infinity, which becomes a fault; an empty cell gives NaN, then null."""

Operand = np.ndarray[Any, np.dtype[np.object_]]
_OPERATIONS: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.Add: lambda left, right: left + right,
    exp.Sub: lambda left, right: left - right,
    exp.Mul: lambda left, right: left * right,
    exp.Div: lambda left, right: left / right,
}


@dataclass(frozen=True)
class Computed:
    """Values of a formula; null where a column it reads is empty, `bad` where it has no value."""

    values: pa.ChunkedArray
    bad: Rows


def evaluate(tree: exp.Expr, columns: Mapping[str, pa.ChunkedArray], length: int) -> Computed:
    """The value of a checked formula for every row, worked out once per distinct operands.

    Parameters
    ----------
    tree
        A formula as `parse_formula` returns it.
    columns
        Exact decimals by column name.
    """
    if not columns:
        return _evaluate(tree, columns, length)
    numbers = group_numbers(pa.table(dict(columns)), list(columns))
    firsts, positions = np.unique(numbers, return_index=True, return_inverse=True)[1:]
    distinct = {name: column.take(pa.array(firsts)) for name, column in columns.items()}
    computed = _evaluate(tree, distinct, len(firsts))
    is_bad = np.isin(positions, computed.bad)
    return Computed(computed.values.take(pa.array(positions)), np.flatnonzero(is_bad))


def _evaluate(tree: exp.Expr, columns: Mapping[str, pa.ChunkedArray], length: int) -> Computed:
    """The formula for every row, in blocks, so that Python's decimals never fill the memory."""
    chunks, bad = [], []
    for start in range(0, max(length, 1), ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, length - start)
        operands = {name: _operand(column, start, count) for name, column in columns.items()}
        with decimal.localcontext(_QUIET):
            values = _value(tree, operands)
            values = np.full(count, values, dtype=object) if np.ndim(values) == 0 else values
            settled = [_settled(value) for value in values]
        chunks.append(pa.array([v if v is not _BAD else None for v in settled], EXACT))
        bad.append(np.array([v is _BAD for v in settled], dtype=bool))
    return Computed(pa.chunked_array(chunks), np.flatnonzero(np.concatenate(bad)))


_BAD: Any = object()
_MISSING = Decimal("NaN")


def _operand(column: pa.ChunkedArray, start: int, count: int) -> Operand:
    operand = np.empty(count, dtype=object)
    operand[:] = [_MISSING if v is None else v for v in column.slice(start, count).to_pylist()]
    return operand


def _value(tree: exp.Expr, operands: Mapping[str, Operand]) -> Any:
    if isinstance(tree, exp.Column):
        return operands[tree.name]
    if isinstance(tree, exp.Literal):
        return Decimal(tree.this)
    if isinstance(tree, exp.Paren):
        return _value(tree.this, operands)
    if isinstance(tree, exp.Neg):
        return _value(tree.this, operands) * Decimal(-1)
    operation = _OPERATIONS[type(tree)]
    return operation(_value(tree.this, operands), _value(tree.expression, operands))


def _settled(value: Decimal) -> Any:
    """A storable value: None for a missing one, the mark of a bad one for infinity."""
    if value.is_nan() and not value.is_infinite():
        return None
    if value.is_infinite() or abs(value) >= _LARGEST:
        return _BAD
    return value.quantize(_PLACES)
