"""Numbers times what a word stands for: a monthly price times twelve, a credit times −1."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.expressions import parse_formula
from portfolio_lib.tables.findings import Finding, Rows, rows_where
from portfolio_lib.tables.formulas import evaluate
from portfolio_lib.tables.numbers import EXACT
from portfolio_lib.tables.raw import RawRows
from portfolio_lib.tables.wording import quoted


def multiplied(
    exact: pa.ChunkedArray,
    raw: RawRows,
    table: str,
    column: str,
    times: Mapping[str, Mapping[str, float]],
) -> tuple[pa.ChunkedArray, list[Finding]]:
    """Exact decimals times the numbers that the words of other columns stand for.

    A word without a number is a finding, and its value is empty.
    """
    findings = []
    for name, numbers in times.items():
        words = pc.utf8_trim_whitespace(raw.cells[name])
        factors = _factors(words, numbers)
        tree = parse_formula("value * factor", ["value", "factor"])
        exact = evaluate(tree, {"value": exact, "factor": factors}, len(exact)).values
        unknown = rows_where(pc.is_null(factors))
        if len(unknown):
            findings.append(_unknown_words(table, column, name, numbers, words, unknown))
    return exact, findings


def _factors(words: pa.ChunkedArray, numbers: Mapping[str, float]) -> pa.ChunkedArray:
    known = pa.array([word.strip() for word in numbers], pa.string())
    values = pa.array([Decimal(repr(number)) for number in numbers.values()], EXACT)
    found = pc.index_in(words, value_set=known).combine_chunks()
    return pa.chunked_array([values.take(found)])


def _unknown_words(
    table: str,
    column: str,
    name: str,
    numbers: Mapping[str, float],
    words: pa.ChunkedArray,
    rows: Rows,
) -> Finding:
    return Finding(
        "stop", table, column, "unknown word", rows,
        f"with a word in {quoted(name)} that times: has no number for",
        f"Add the words to times: {{{name}: …}}; it knows {', '.join(sorted(numbers))}.",
        words, "value",
    )  # fmt: skip
