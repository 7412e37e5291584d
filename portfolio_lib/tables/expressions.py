"""Conditions and formulas over the columns of a source, as a user writes them in YAML.

Both are parsed, checked against a list of what is allowed, and only then evaluated. Nothing that a
parameter file says is ever run as code: no functions, no subqueries, no other tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlglot
from sqlglot import exp

from portfolio_lib.tables.raw import UnreadableSource
from portfolio_lib.tables.wording import named_list, nearest, quoted

_LEAVES = (exp.Column, exp.Identifier, exp.Literal, exp.Paren, exp.Neg)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_LOGIC = (exp.And, exp.Or, exp.Not, exp.Is, exp.Null, exp.Like, exp.ILike)

LONGEST_EXPRESSION = 2_000
FORMULA_WORDS = "columns, numbers, + - * / and brackets"
CONDITION_WORDS = (
    "columns, texts, numbers, = <> < <= > >=, BETWEEN, IN, LIKE, IS NULL, AND, OR, NOT"
)


def parse_formula(text: str, columns: Sequence[str]) -> exp.Expr:
    """The syntax tree of a formula in which every column is one of `columns`."""
    tree = _parse(text, "formula", FORMULA_WORDS)
    _allow(tree, (*_LEAVES, *_ARITHMETIC), text, "formula", FORMULA_WORDS)
    texts = [leaf.this for leaf in tree.find_all(exp.Literal) if leaf.is_string]
    if texts:
        raise _refused("formula", text, f"holds the text {quoted(texts[0])}", FORMULA_WORDS)
    _check_columns(tree, columns, text, "formula")
    return tree


def parse_condition(text: str, columns: Sequence[str]) -> exp.Expr:
    """The syntax tree of a condition in which every column is one of `columns`."""
    tree = _parse(text, "condition", CONDITION_WORDS)
    allowed = (*_LEAVES, *_ARITHMETIC, *_COMPARISONS, *_LOGIC)
    _allow(tree, allowed, text, "condition", CONDITION_WORDS)
    if not isinstance(tree.unnest(), (*_COMPARISONS, *_LOGIC)):
        raise _refused("condition", text, "is not true or false for a row", CONDITION_WORDS)
    if any(leaf.is_string and not leaf.this.strip() for leaf in tree.find_all(exp.Literal)):
        raise _refused("condition", text, "compares with an empty text", "IS NULL for empty cells")
    _check_columns(tree, columns, text, "condition")
    return tree


def columns_of(tree: exp.Expr) -> list[str]:
    """Names of the columns that a tree reads, each once."""
    return sorted({column.name for column in tree.find_all(exp.Column)})


def quoted_name(column: str) -> str:
    """A column as a formula names it, whatever letters it has."""
    return exp.column(column, quoted=True).sql(dialect="duckdb")


def _parse(text: str, kind: str, words: str) -> exp.Expr:
    if len(text) > LONGEST_EXPRESSION:
        raise _refused(kind, text, f"has {len(text):,} letters", f"at most {LONGEST_EXPRESSION:,}")
    try:
        return sqlglot.parse_one(text, into=exp.Condition, dialect="duckdb")
    except (sqlglot.errors.SqlglotError, ValueError, RecursionError):
        raise _refused(kind, text, "cannot be read", words) from None


def _allow(tree: exp.Expr, allowed: tuple[type, ...], text: str, kind: str, words: str) -> None:
    # the exact class, because a harmless class may have children that are not
    strange = next((node for node in tree.walk() if type(node) not in allowed), None)
    if strange is not None:
        raise _refused(kind, text, f"holds {quoted(strange.sql(dialect='duckdb'))}", words)
    qualified = next((c for c in tree.find_all(exp.Column) if c.args.get("table")), None)
    if qualified is not None:
        raise _refused(kind, text, f"names a table in {quoted(qualified.sql())}", words)
    computed = next((node for node in tree.find_all(exp.In) if node.args.get("query")), None)
    if computed is not None:
        raise _refused(kind, text, "holds a query", words)


def _check_columns(tree: exp.Expr, columns: Sequence[str], text: str, kind: str) -> None:
    unknown = [name for name in columns_of(tree) if name not in columns]
    if unknown:
        raise unknown_columns(f"{kind} {quoted(text)}", unknown, columns)


def unknown_columns(where: str, unknown: Iterable[str], columns: Sequence[str]) -> UnreadableSource:
    """The refusal of columns that the source does not have, with the nearest names."""
    names = list(unknown)
    close = nearest(names[0], columns)
    step = f"Did you mean {close!r}?" if close else f"The file has {named_list(columns, most=30)}."
    if any(" " in name for name in columns):
        step += ' Write names with spaces in double quotes: "Close Date".'
    return UnreadableSource(
        "unknown column",
        f"{where} names {named_list(names)}, which the file does not have.",
        step,
        count=len(names),
        offenders=names,
    )


def _refused(kind: str, text: str, found: str, words: str) -> UnreadableSource:
    return UnreadableSource("expression", f"{kind} {quoted(text)} {found}.", f"Expected {words}.")
