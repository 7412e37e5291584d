"""From the columns of a source to the columns of a contract, typed.

`map_table` lays the user's mapping over the rows of a source. What cannot be typed becomes a
finding and an empty cell; nothing raises because of what a cell holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import ColumnSource, TableSource
from portfolio_lib.tables.columns import TypedColumn, type_column
from portfolio_lib.tables.contracts import ARROW_TYPES, Column, Kind, Table
from portfolio_lib.tables.expressions import columns_of, parse_formula, quoted_name, unknown_columns
from portfolio_lib.tables.factors import multiplied
from portfolio_lib.tables.findings import Finding, Rows
from portfolio_lib.tables.formulas import evaluate
from portfolio_lib.tables.numbers import exact_of, plain_numbers
from portfolio_lib.tables.numeric_columns import number_findings, numeric_column
from portfolio_lib.tables.raw import RawRows, UnreadableSource
from portfolio_lib.tables.wording import count_of, named_list, nearest, quoted

MONEY_COLUMNS = {
    "invoices": "amount",
    "contracts": "annual_value",
    "opportunities": "value",
    "costs": "cost",
}
"""The column whose sum stands for the money of a table."""


@dataclass(frozen=True)
class MappedTable:
    """A source as rows of a contract: every contract column, typed, rows as in the source."""

    contract: Table
    cells: pa.Table
    given: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def money(self) -> pa.ChunkedArray | None:
        name = MONEY_COLUMNS.get(self.contract.name)
        return self.cells[name] if name in self.given else None

    def texts(self, column: str) -> pa.ChunkedArray:
        """A column as text, to be shown."""
        return self.cells[column].cast(pa.string())


def column_sources(raw: RawRows, contract: Table, source: TableSource) -> dict[str, ColumnSource]:
    """Where each contract column comes from; names taken as they are where nothing is mapped.

    Raises
    ------
    UnreadableSource
        A required column has no source, a mapped column is unknown to the contract or to the file.
        All such faults are in the one message.
    """
    if source.columns is None:
        stated = {
            name: ColumnSource.model_validate({"from": name})
            for name in raw.names
            if name in contract.column_names
        }
    else:
        stated = dict(source.columns)
    problems = [
        *_unknown_to_contract(stated, contract),
        *_unknown_to_file(stated, raw, contract),
        *_missing(stated, raw, contract),
    ]
    if problems:
        raise _gathered(problems)
    return stated


def _unknown_to_contract(
    stated: Mapping[str, ColumnSource], contract: Table
) -> list[UnreadableSource]:
    unknown = [name for name in stated if name not in contract.column_names]
    if not unknown:
        return []
    near = [nearest(name, contract.column_names) for name in unknown]
    hints = [f"{a} → {b}" for a, b in zip(unknown, near, strict=True) if b]
    step = f"Did you mean {', '.join(hints)}?" if hints else _columns_of(contract)
    return [
        UnreadableSource(
            "unknown column",
            f"the mapping names {count_of(len(unknown), 'column')} that {contract.name} does not "
            f"have: {named_list(unknown)}.",
            step,
            count=len(unknown),
            offenders=unknown,
        )
    ]


def _columns_of(contract: Table) -> str:
    return f"{contract.name} has {', '.join(contract.column_names)}."


def _unknown_to_file(
    stated: Mapping[str, ColumnSource], raw: RawRows, contract: Table
) -> list[UnreadableSource]:
    wanted = [name for spec in stated.values() for name in _columns_read(spec)]
    missing = sorted({name for name in wanted if name not in raw.names})
    return (
        [unknown_columns(f"{contract.name} in {raw.label}", missing, raw.names)] if missing else []
    )


def _columns_read(spec: ColumnSource) -> list[str]:
    named = [spec.source] if spec.source is not None else []
    return [*named, *(spec.also or ()), *(spec.times or {})]


def _missing(
    stated: Mapping[str, ColumnSource], raw: RawRows, contract: Table
) -> list[UnreadableSource]:
    missing = [c.name for c in contract.columns if c.required and c.name not in stated]
    if not missing:
        return []
    near = [nearest(name, raw.names) for name in missing]
    hints = [f"{a}: {b}" for a, b in zip(missing, near, strict=True) if b]
    step = (
        f"Map the nearest of its columns ({', '.join(hints)}), if they mean the same."
        if hints
        else f"Map them; the file has {named_list(raw.names, most=30)}."
    )
    return [
        UnreadableSource(
            "missing column",
            f"{raw.label} lacks {count_of(len(missing), 'required column')} of {contract.name}: "
            f"{named_list(missing)}.",
            step,
            count=len(missing),
            offenders=missing,
        )
    ]


def _gathered(problems: Sequence[UnreadableSource]) -> UnreadableSource:
    if len(problems) == 1:
        return problems[0]
    return UnreadableSource(
        problems[0].rule,
        " ".join(problem.message for problem in problems),
        " ".join(problem.next_step for problem in problems),
        count=sum(problem.count for problem in problems),
        offenders=[one for problem in problems for one in problem.offenders],
    )


def map_table(raw: RawRows, contract: Table, source: TableSource) -> MappedTable:
    """The rows of a source as rows of a contract.

    Raises
    ------
    UnreadableSource
        The mapping does not fit the contract or the file.
    """
    stated = column_sources(raw, contract, source)
    typed: dict[str, TypedColumn] = {}
    for column in contract.columns:
        spec = stated.get(column.name)
        if spec is not None:
            typed[column.name] = _typed(raw, contract, column, spec, source)
    columns = [_cells(typed.get(c.name), c, len(raw)) for c in contract.columns]
    return MappedTable(
        contract,
        pa.table(columns, names=list(contract.column_names)),
        frozenset(typed),
        tuple(finding for column in typed.values() for finding in column.findings),
    )


def _cells(typed: TypedColumn | None, column: Column, length: int) -> pa.ChunkedArray:
    kind = ARROW_TYPES[column.kind]
    return pa.chunked_array([pa.nulls(length, kind)]) if typed is None else typed.values


def _typed(
    raw: RawRows, contract: Table, column: Column, spec: ColumnSource, source: TableSource
) -> TypedColumn:
    if spec.formula is not None or spec.times is not None:
        return _computed(raw, contract.name, column, spec, source)
    if spec.value is not None:
        texts = pa.chunked_array([pa.repeat(pa.scalar(spec.value, pa.string()), len(raw))])
        return type_column(texts, contract.name, column, spec, source, typed=False)
    name = spec.source or column.name
    is_typed = name in raw.typed
    return type_column(
        _with_further(raw, name, spec), contract.name, column, spec, source, typed=is_typed
    )


def _with_further(raw: RawRows, name: str, spec: ColumnSource) -> pa.ChunkedArray:
    """The text of a column, with the text of further columns behind it."""
    if not spec.also:
        return raw.cells[name]
    parts = [pc.utf8_trim_whitespace(raw.cells[one]) for one in (name, *spec.also)]
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def _computed(
    raw: RawRows, table: str, column: Column, spec: ColumnSource, source: TableSource
) -> TypedColumn:
    """A column that a formula gives; unreadable operands are findings under their own names."""
    formula = spec.formula or quoted_name(spec.source or column.name)
    if column.kind not in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER, Kind.SHARE):
        raise UnreadableSource(
            "formula",
            f"{table}.{column.name} is no number, so formula {quoted(formula)} cannot fill it.",
            "Write from: or value: there.",
        )
    tree = parse_formula(formula, raw.names)
    operands, findings = {}, []
    for name in columns_of(tree):
        texts = pc.utf8_trim_whitespace(raw.cells[name])
        numbers = plain_numbers(texts, decimal=source.decimal, thousands=source.thousands)
        operands[name], too_large = exact_of(numbers)
        findings += number_findings(table, column.name, texts, numbers.bad, too_large, of=name)
    computed = evaluate(tree, operands, len(raw))
    exact, unknown = multiplied(computed.values, raw, table, column.name, spec.times or {})
    values, limits = numeric_column(exact, table, column, spec.scale, None)
    valueless = _valueless(table, column.name, formula, computed.bad)
    return TypedColumn(values, (*findings, *unknown, *valueless, *limits))


def _valueless(table: str, column: str, formula: str, rows: Rows) -> list[Finding]:
    if not len(rows):
        return []
    return [
        Finding(
            "stop", table, column, "formula", rows,
            f"for which {quoted(formula)} has no value (a division by zero?)",
            "Mend the cells it reads, or set such rows aside with set_aside: when: …",
        )
    ]  # fmt: skip
