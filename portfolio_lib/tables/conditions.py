"""Conditions that set rows aside, evaluated over the text of a source.

A comparison with a number compares numbers, read with the marks of the source; every other
comparison compares texts. DuckDB evaluates what the allow list has let through, under column names
of our own, with no access to files or the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.expressions import columns_of, parse_condition
from portfolio_lib.tables.findings import Rows
from portfolio_lib.tables.numbers import exact_of, plain_numbers
from portfolio_lib.tables.raw import RawRows

_COMPARED = pa.decimal128(38, 10)
_NUMERIC = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg)


@dataclass(frozen=True)
class Matched:
    """Rows for which a condition holds, and rows whose numbers it could not read, by column."""

    rows: Rows
    unreadable: Mapping[str, Rows]


def rows_matching(raw: RawRows, when: str, settings: ReadSettings) -> Matched:
    """Rows of a source for which a condition holds; unknown is not true.

    Raises
    ------
    UnreadableSource
        The condition is none, does more than compare, or names an unknown column.
    """
    tree = parse_condition(when, raw.names)
    numeric = _compared_as_numbers(tree)
    table, unreadable = _operands(raw, tree, numeric, settings)
    renamed = tree.transform(lambda node: _renamed(node, raw, numeric), copy=False)
    return Matched(_matching(table, renamed), unreadable)


def _compared_as_numbers(tree: exp.Expr) -> set[int]:
    """Identities of the column nodes that stand in a comparison with a number."""
    found: set[int] = set()
    for comparison in tree.find_all(*_NUMERIC):
        literals = list(comparison.find_all(exp.Literal))
        has_number = any(not literal.is_string for literal in literals)
        if has_number or any(comparison.find_all(*_ARITHMETIC)):
            found |= {id(column) for column in comparison.find_all(exp.Column)}
    return found


def _operands(
    raw: RawRows, tree: exp.Expr, numeric: set[int], settings: ReadSettings
) -> tuple[pa.Table, dict[str, Rows]]:
    columns: dict[str, pa.ChunkedArray] = {"row_number": pa.array(np.arange(len(raw)))}
    unreadable: dict[str, Rows] = {}
    as_numbers = {c.name for c in tree.find_all(exp.Column) if id(c) in numeric}
    for name in columns_of(tree):
        texts = raw.cells[name]
        columns[_text_name(raw, name)] = pc.utf8_trim_whitespace(texts)
        if name in as_numbers:
            columns[_number_name(raw, name)], bad = _numbers(texts, settings)
            if len(bad):
                unreadable[name] = bad
    return pa.table(columns), unreadable


def _numbers(texts: pa.ChunkedArray, settings: ReadSettings) -> tuple[pa.ChunkedArray, Rows]:
    plain = plain_numbers(texts, decimal=settings.decimal, thousands=settings.thousands)
    exact, too_large = exact_of(plain)
    compared = pc.round(exact, 10, "half_to_even").cast(_COMPARED)
    return compared, np.union1d(plain.bad, too_large)


def _text_name(raw: RawRows, name: str) -> str:
    return f"text_{raw.names.index(name)}"


def _number_name(raw: RawRows, name: str) -> str:
    return f"number_{raw.names.index(name)}"


def _renamed(node: exp.Expr, raw: RawRows, numeric: set[int]) -> exp.Expr:
    if not isinstance(node, exp.Column):
        return node
    is_number = id(node) in numeric
    return exp.column(_number_name(raw, node.name) if is_number else _text_name(raw, node.name))


def _matching(table: pa.Table, condition: exp.Expr) -> Rows:
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as engine:
        engine.register("source_rows", table)
        query = f"SELECT row_number FROM source_rows WHERE {condition.sql(dialect='duckdb')}"
        found: pa.Table = engine.sql(query).to_arrow_table()
    return np.sort(found["row_number"].to_numpy().astype(np.int64))
