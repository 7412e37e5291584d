"""Rules that need all rows of one unit: keys, references, currency, family trees of accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.contracts import Kind
from portfolio_lib.tables.findings import Finding, Rows, minus, rows_where
from portfolio_lib.tables.mapping import MappedTable
from portfolio_lib.tables.ordering import sharing_rows
from portfolio_lib.tables.wording import quoted


@dataclass(frozen=True)
class UnitRows:
    """The rows that one unit keeps of one table, as positions in their source."""

    mapped: MappedTable
    kept: Rows
    unit: UnitParameters

    @property
    def table(self) -> str:
        return self.mapped.contract.name

    def values(self, column: str) -> pa.ChunkedArray:
        """A column of the kept rows."""
        return self.mapped.cells[column].take(pa.array(self.kept))

    def finding(
        self, level: str, column: str, rule: str, mask: pa.Array | np.ndarray, found: str, step: str
    ) -> Finding:
        """A finding about kept rows, given by a mask over them."""
        rows = mask if isinstance(mask, np.ndarray) else rows_where(mask)
        texts = self.mapped.texts(column) if column else None
        return Finding(
            "stop" if level == "stop" else "warn",
            self.table, column, rule, self.kept[rows], found, step, texts,
        )  # fmt: skip


def unit_findings(
    tables: Mapping[str, UnitRows], listed_anywhere: pa.Array
) -> dict[str, list[Finding]]:
    """Findings about every table of one unit, by table.

    Parameters
    ----------
    listed_anywhere
        Account ids of all units of the firm that share sources, for parents in another unit.
    """
    findings = {name: table_findings(rows, tables) for name, rows in tables.items()}
    if "accounts" in tables:
        findings["accounts"] += parent_findings(tables["accounts"], listed_anywhere)
    return {
        name: [finding for finding in found if len(finding.rows)]
        for name, found in findings.items()
    }


def table_findings(rows: UnitRows, tables: Mapping[str, UnitRows]) -> list[Finding]:
    """Keys, references and currency of one table."""
    return [
        *_duplicate_keys(rows),
        *_references(rows, tables),
        *_currencies(rows),
        *_case_only(rows),
    ]


def _duplicate_keys(rows: UnitRows) -> list[Finding]:
    contract = rows.mapped.contract
    if contract.name == "invoices" and "line_id" in rows.mapped.given:
        numbered = rows_where(pc.is_valid(rows.values("line_id")))
        return [_key_finding(rows, ("invoice_id", "line_id"), numbered)]
    if not contract.key:
        return []
    return [_key_finding(rows, contract.key, np.arange(len(rows.kept)))]


def _key_finding(rows: UnitRows, key: tuple[str, ...], among: Rows) -> Finding:
    chosen = rows.kept[among]
    cells = rows.mapped.cells.select(key).take(pa.array(chosen))
    shared = sharing_rows(cells, key)
    parts = [pc.fill_null(rows.mapped.texts(name), "") for name in key]
    texts = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, " + ")
    names = " and ".join(key)
    return Finding(
        "stop", rows.table, key[0], "duplicate key", chosen[shared],
        f"that share their {names} with another row",
        f"Give every row its own {names}, or write distinct: true where rows repeat on purpose.",
        texts,
    )  # fmt: skip


def _references(rows: UnitRows, tables: Mapping[str, UnitRows]) -> list[Finding]:
    found = []
    for column in rows.mapped.contract.columns:
        if column.references is None or column.name not in rows.mapped.given:
            continue
        table, _, key = column.references.partition(".")
        if table in tables and table != rows.table:
            known = pc.unique(tables[table].values(key)).drop_null()
            found.append(_reference_finding(rows, column.name, table, known))
    return found


def _reference_finding(rows: UnitRows, column: str, table: str, known: pa.Array) -> Finding:
    values = rows.values(column)
    unknown = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known)))
    if table == "accounts":
        return rows.finding(
            "stop", column, "unknown account", unknown,
            f"of accounts that {rows.unit.key} does not list in accounts",
            "Add the accounts to the table accounts, or set the rows aside with set_aside: when: …"
            f"{_hint(pc.unique(values.filter(pc.fill_null(unknown, False))), known)}",
        )  # fmt: skip
    return rows.finding(
        "warn", column, "unknown reference", unknown, f"not listed in {table}",
        f"They were kept; add them to the table {table}.",
    )  # fmt: skip


def _hint(unknown: pa.Array, known: pa.Array) -> str:
    """The first unknown id, in order, that is a known one but for case or hidden characters."""
    by_plain = {_plain_id(one): one for one in sorted(known.to_pylist(), reverse=True)}
    for one in sorted(unknown.to_pylist()):
        same = by_plain.get(_plain_id(one))
        if same is not None:
            return f" Is {quoted(one)} the same as {quoted(same)}?"
    return ""


def _plain_id(text: str) -> str:
    """An id without what eyes do not see: case, spaces, characters that print nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isprintable() and not c.isspace())


def _currencies(rows: UnitRows) -> list[Finding]:
    contract = rows.mapped.contract
    if "currency" not in rows.mapped.given or "currency" not in contract.column_names:
        return []
    if not any(column.kind is Kind.MONEY for column in contract.columns):
        return []
    values = pc.utf8_upper(rows.values("currency"))
    other = pc.not_equal(values, rows.unit.currency)
    return [
        rows.finding(
            "stop", "currency", "other currency", other,
            f"in another currency than the unit's, {rows.unit.currency}",
            "Convert them before, or review them as a unit of their own; money in several "
            "currencies is never added up.",
        )
    ]  # fmt: skip


def _case_only(rows: UnitRows) -> list[Finding]:
    """Ids that are the same but for their case; they are counted as different."""
    contract = rows.mapped.contract
    if len(contract.key) != 1 or not len(rows.kept):
        return []
    column = contract.key[0]
    if contract.column(column).kind is not Kind.ID:
        return []
    values = rows.values(column)
    folded = pa.table({"folded": pc.utf8_lower(values), "exact": values})
    shared = sharing_rows(folded, ("folded",))
    exactly = sharing_rows(folded, ("exact",))
    return [
        rows.finding(
            "warn", column, "differs in case only", minus(shared, exactly),
            "that differ from another one in capitals only",
            "They are counted as different; mend one of them where they are the same.",
        )
    ]  # fmt: skip


def parent_findings(rows: UnitRows, listed_anywhere: pa.Array) -> list[Finding]:
    """Parents that nobody lists, and accounts that own each other in a circle."""
    if "parent_account_id" not in rows.mapped.given:
        return []
    parents, ids = rows.values("parent_account_id"), rows.values("account_id")
    unknown = pc.and_(pc.is_valid(parents), pc.invert(pc.is_in(parents, value_set=listed_anywhere)))
    circles = _in_circles(ids.to_pylist(), parents.to_pylist())
    return [
        rows.finding(
            "warn", "parent_account_id", "unknown parent", unknown,
            "with a parent that is not in accounts",
            "They are still grouped under that parent; add it to accounts to see its name.",
        ),
        rows.finding(
            "warn", "parent_account_id", "own parent", pc.equal(parents, ids),
            "that are their own parent", "They were read as having none.",
        ),
        rows.finding(
            "stop", "parent_account_id", "circle of parents", circles,
            "whose parents lead back to themselves",
            "Empty the parent of one account in each circle.",
        ),
    ]  # fmt: skip


def _in_circles(ids: list[str], parents: list[str | None]) -> Rows:
    family: nx.DiGraph[str] = nx.DiGraph()
    family.add_edges_from(
        (child, parent)
        for child, parent in zip(ids, parents, strict=True)
        if parent is not None and child != parent
    )
    circles: list[set[str]] = [
        group for group in nx.strongly_connected_components(family) if len(group) > 1
    ]
    members = set().union(*circles)
    return np.flatnonzero([one in members for one in ids])
