"""Keep the steps inside the subset of SQL that means the same on every engine.

Each rule walks the syntax tree. Whatever is not on the allow list is refused, so that a function
nobody has thought about cannot slip in. The rules say why in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from portfolio_lib.facts.steps import STEPS, Step
from portfolio_lib.tables.contracts import TABLES, Kind

RULES = {
    "parse": "the text must be one statement that sqlglot reads as DuckDB's dialect",
    "select": "a step is one SELECT, with named queries (WITH) before it",
    "syntax": "only syntax and functions on the allow list, which engines agree about",
    "reads": "only the relations that the step declares",
    "columns": "the last SELECT names exactly the declared columns, in order",
    "first names": "the first named query lists its columns, so that no dialect invents names",
    "star": "no *, which changes when a table does; COUNT(*) is fine",
    "group": "GROUP BY lists columns; not ALL, not positions",
    "join": "INNER or LEFT JOIN with ON; a comma or a cross join multiplies rows unseen",
    "union": "UNION ALL alone; UNION drops rows unseen",
    "date difference": "DATE_DIFF counts days, or seconds between two moments whose names end in "
    "_at; engines count months and weeks differently",
    "date arithmetic": "DATE_DIFF in days, or a day that comes in; engines type day + 1 apart. A "
    "moment whose name ends in _at may have INTERVAL '1' SECOND * number added",
    "date part": "EXTRACT takes YEAR or MONTH; engines number weekdays and weeks differently",
    "integer cast": "only an integer SUM is cast to an integer; some engines round, others cut",
    "cast": "CAST to DECIMAL(18, 4) or BIGINT; other types differ in width or in rounding",
    "division": "divide by NULLIF(…, 0) or a number; 0 fails on one engine and is empty on others",
    "sum": "SUM stands in CAST(… AS DECIMAL(18, 4)) or, for counts, in CAST(… AS BIGINT)",
    "count distinct": "no DISTINCT; count over a query that is grouped first",
    "literal": "no dates and no settings in the text; they come in as columns",
    "window order": "ORDER BY of a window ends in a key, so that ties do not fall to row order",
    "window frame": "an aggregate over a window states ROWS; the default frame joins ties",
}
"""Every rule and its reason."""

SYNTAX: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.Select, exp.With, exp.CTE, exp.TableAlias, exp.From, exp.Join, exp.Where, exp.Group),
        *(exp.Union, exp.Table, exp.Column, exp.Identifier, exp.Alias, exp.Paren, exp.Star),
        *(exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.DataType, exp.DataTypeParam),
        *(exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
        *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Sign, exp.Nullif),
        *(exp.Case, exp.If, exp.Coalesce, exp.Cast, exp.DateDiff, exp.Extract),
        *(exp.Sum, exp.Count, exp.Min, exp.Max),
        exp.Interval,
        *(exp.Window, exp.WindowSpec, exp.Order, exp.Ordered),
        *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead),
    }
)
KEYS = frozenset(
    {"business_unit", "account_id", "contract_id", "invoice_id", "offering"}
    | {"snapshot_date", "month", "day", "measure"}
)
INTEGERS = frozenset({exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT})
COLUMNS = (
    *(column for table in TABLES.values() for column in table.columns),
    *(column for step in STEPS.values() for column in step.columns),
)
FRACTIONS = frozenset(
    column.name for column in COLUMNS if column.kind in {Kind.MONEY, Kind.NUMBER, Kind.SHARE}
)
DAYS = frozenset(column.name for column in COLUMNS if column.kind in {Kind.DATE, Kind.TIMESTAMP})

WORDS = frozenset(word for column in COLUMNS for word in column.allowed)
"""Words that the contracts allow in some column, such as P1."""


@dataclass(frozen=True)
class LintFault:
    """One place where a step leaves the subset."""

    rule: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.found} — {RULES[self.rule]}"


def lint(sql: str, step: Step) -> tuple[LintFault, ...]:
    """Every place where a step leaves the portable subset, rule by rule; empty where it keeps it.

    Parameters
    ----------
    sql : str
        Text of the step.
    step : Step
        What the text should read and return.
    """
    try:
        statements = sqlglot.parse(sql, read="duckdb")
    except ParseError as error:
        return (LintFault("parse", str(error).splitlines()[0]),)
    if len(statements) != 1 or statements[0] is None:
        return (LintFault("parse", f"{len(statements)} statements"),)
    tree = statements[0]
    if not isinstance(tree, exp.Select):
        return (LintFault("select", tree.key.upper()),)
    checks: tuple[Callable[[exp.Select, Step], Iterator[LintFault]], ...] = (
        *(_syntax, _reads, _columns, _first_names, _stars, _groups, _joins, _unions),
        *(
            _date_parts,
            _date_arithmetic,
            _casts,
            _divisions,
            _sums,
            _distincts,
            _literals,
            _windows,
        ),
    )
    return tuple(dict.fromkeys(fault for check in checks for fault in check(tree, step)))


def _fault(rule: str, node: exp.Expr) -> LintFault:
    return LintFault(rule, node.sql(dialect="duckdb")[:120])


def _syntax(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    allowed_clauses = {"with_", "expressions", "from_", "joins", "where", "group"}
    for node in tree.walk():
        if type(node) not in SYNTAX and not isinstance(node, exp.Distinct):
            yield LintFault("syntax", f"{type(node).__name__}: {node.sql(dialect='duckdb')[:80]}")
        elif isinstance(node, exp.Select):
            extra = {name for name, value in node.args.items() if value} - allowed_clauses
            yield from (LintFault("syntax", f"clause {name.upper()}") for name in sorted(extra))
        elif isinstance(node, exp.With) and node.args.get("recursive"):
            yield LintFault("syntax", "WITH RECURSIVE")


def _reads(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    known = {*step.reads, *(query.alias for query in tree.find_all(exp.CTE))}
    for table in tree.find_all(exp.Table):
        if table.name not in known or table.db:
            yield _fault("reads", table)


def _columns(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    if tuple(tree.named_selects) != step.column_names:
        yield LintFault("columns", ", ".join(tree.named_selects))


def _first_names(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    first = tree.find(exp.CTE)
    if first is not None and not first.alias_column_names:
        yield LintFault("first names", first.alias)


def _stars(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield _fault("star", star.parent or star)


def _groups(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for group in tree.find_all(exp.Group):
        listed = group.args.get("expressions") or []
        if not listed or any(not isinstance(part, exp.Column) for part in listed):
            yield _fault("group", group)


def _joins(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for join in tree.find_all(exp.Join):
        kind, side, method = join.kind.upper(), join.side.upper(), join.method.upper()
        plain = kind in {"", "INNER"} and side in {"", "LEFT"} and not method
        if not plain or join.args.get("on") is None:
            yield _fault("join", join)


def _unions(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for union in tree.find_all(exp.Union):
        if union.args.get("distinct") or union.args.get("by_name"):
            yield LintFault("union", "UNION")


def _date_parts(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for difference in tree.find_all(exp.DateDiff):
        moments = all(map(_is_moment, (difference.this, difference.expression)))
        if difference.text("unit").upper() not in ({"SECOND"} if moments else {"DAY"}):
            yield _fault("date difference", difference)
    for part in tree.find_all(exp.Extract):
        if part.name.upper() not in {"YEAR", "MONTH"}:
            yield _fault("date part", part)


def _date_arithmetic(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for node in tree.find_all(exp.Add, exp.Sub):
        sides = (node.this.unnest(), node.expression.unnest())
        adds_seconds = isinstance(node, exp.Add) and _is_moment(sides[0]) and _is_seconds(sides[1])
        named = any(isinstance(side, exp.Column) and side.name in DAYS for side in sides)
        if named and not adds_seconds:
            yield _fault("date arithmetic", node)
    for interval in tree.find_all(exp.Interval):
        added = interval.parent.parent if interval.parent is not None else None
        if not (_is_seconds(interval.parent) and isinstance(added, exp.Add)):
            yield _fault("date arithmetic", interval)


def _is_moment(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name.endswith("_at")


def _is_seconds(node: exp.Expr | None) -> bool:
    """INTERVAL '1' SECOND * number: what every engine that has intervals multiplies alike."""
    if not isinstance(node, exp.Mul) or not isinstance(node.this, exp.Interval):
        return False
    interval = node.this
    return interval.text("unit").upper() == "SECOND" and interval.name == "1"


def _casts(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in INTEGERS:
            if not _is_count_sum(cast.this) or cast.to.this is not exp.DType.BIGINT:
                yield _fault("integer cast", cast)
        elif cast.to.sql(dialect="duckdb") != "DECIMAL(18, 4)":
            yield _fault("cast", cast)


def _is_count_sum(node: exp.Expr) -> bool:
    """A SUM, also over a window, without anything in it that could bring a fraction."""
    node = node.this if isinstance(node, exp.Window) else node
    if not isinstance(node, exp.Sum):
        return False
    fractions = any(literal.is_number and not literal.is_int for literal in _literals_of(node))
    named = any(column.name in FRACTIONS for column in node.find_all(exp.Column))
    return not fractions and not named and node.find(exp.Div, exp.Cast, exp.Mod) is None


def _literals_of(node: exp.Expr) -> Iterator[exp.Literal]:
    yield from node.find_all(exp.Literal)


def _divisions(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for division in tree.find_all(exp.Div):
        divisor = division.expression.unnest()
        by_number = isinstance(divisor, exp.Literal) and divisor.is_number and float(divisor.this)
        if not by_number and not _is_nullif_zero(divisor):
            yield _fault("division", division)


def _is_nullif_zero(node: exp.Expr) -> bool:
    return isinstance(node, exp.Nullif) and node.expression.name == "0"


def _sums(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for total in tree.find_all(exp.Sum):
        outer = total.parent if not isinstance(total.parent, exp.Window) else total.parent.parent
        if not isinstance(outer, exp.Cast):
            yield _fault("sum", total)


def _distincts(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for distinct in tree.find_all(exp.Distinct):
        yield _fault("count distinct", distinct.parent or distinct)


def _literals(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for literal in _literals_of(tree):
        in_interval = isinstance(literal.parent, exp.Interval)
        digits = any(character.isdigit() for character in literal.this)
        if literal.is_string and digits and not in_interval and literal.this not in WORDS:
            yield _fault("literal", literal)


def _windows(tree: exp.Select, step: Step) -> Iterator[LintFault]:
    for window in tree.find_all(exp.Window):
        order = window.args.get("order")
        last = order.expressions[-1].this if order is not None and order.expressions else None
        if not isinstance(last, exp.Column) or last.name not in KEYS:
            yield _fault("window order", window)
        spec = window.args.get("spec")
        states_rows = spec is not None and spec.text("kind").upper() == "ROWS"
        if isinstance(window.this, exp.AggFunc) and not states_rows and not _is_ranking(window):
            yield _fault("window frame", window)


def _is_ranking(window: exp.Window) -> bool:
    return isinstance(window.this, exp.RowNumber | exp.Rank | exp.DenseRank | exp.Lag | exp.Lead)
