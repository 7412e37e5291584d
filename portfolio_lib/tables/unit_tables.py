"""The tables of one unit: settled, checked, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.pseudonyms import Disguise, disguise_of
from portfolio_lib.tables.account_names import same_names
from portfolio_lib.tables.cards import table_card, unassigned_fault
from portfolio_lib.tables.contracts import REVENUE_TABLES, TABLES
from portfolio_lib.tables.disguising import disguised_cells, disguised_fault
from portfolio_lib.tables.dividing import DividedTable, Family
from portfolio_lib.tables.findings import NO_ROWS, Finding, Rows, common, fault_of
from portfolio_lib.tables.finishing import finished_cells
from portfolio_lib.tables.quarantine import write_quarantine
from portfolio_lib.tables.reach_rules import reach_faults
from portfolio_lib.tables.remarks import aside_faults
from portfolio_lib.tables.results import DataChecks, Fault, TableCard
from portfolio_lib.tables.row_rules import BLANK
from portfolio_lib.tables.settling import (
    ACCOUNT_ASIDE,
    AFTER_REVIEW,
    NO_DATE,
    OTHER_ROW_KEPT,
    AccountFates,
    Settled,
    settle,
)
from portfolio_lib.tables.shape_rules import required_tables, shape_faults, shape_findings
from portfolio_lib.tables.store import quarantine_path, write_table
from portfolio_lib.tables.unit_rules import UnitRows, unit_findings


@dataclass(frozen=True)
class UnitTable:
    """One table of one unit, its rows settled."""

    divided: DividedTable
    settled: Settled
    rows: UnitRows

    @property
    def money(self) -> pa.ChunkedArray | None:
        return self.rows.mapped.money


def prepare_unit(unit: UnitParameters, family: Family, store: Path) -> DataChecks:
    """Check one unit's rows and write them; nothing but the quarantine where a check stops."""
    tables = settle_unit(unit, family)
    faults = [
        *(refusal.fault for refusal in family.refused.get(unit.key, {}).values()),
        *_faults(unit, tables, family),
        *_missing_tables(unit, tables, family),
        *_reach(unit, tables, family),
    ]
    disguise = disguise_of(unit)
    if disguise is not None:
        faults = [disguised_fault(fault) for fault in faults]
    checks = DataChecks(
        unit.key,
        tuple(sorted(faults, key=_urgency)),
        tuple(_card(table) for table in tables.values()),
        tuple(name for name in TABLES if name not in tables),
    )
    if disguise is None:
        _write_quarantine(unit, tables, store)
    if not checks.stops:
        _write_tables(unit, tables, store, disguise)
    return checks


def settle_unit(unit: UnitParameters, family: Family) -> dict[str, UnitTable]:
    """What becomes of each row of a unit, table by table, accounts first."""
    given = family.tables.get(unit.key, {})
    settled_tables: dict[str, UnitTable] = {}
    fates: AccountFates | None = None
    for name in [name for name in TABLES if name in given]:
        divided = given[name]
        rows = divided.division.rows[unit.key]
        settled = settle(divided.loaded.rows, rows, unit, fates)
        kept = UnitRows(divided.loaded.mapped, settled.kept, unit)
        settled_tables[name] = UnitTable(divided, settled, kept)
        if name == "accounts":
            fates = _fates(settled_tables[name])
    return settled_tables


def _fates(accounts: UnitTable) -> AccountFates:
    """What became of each account id; an id that is kept in one row is kept."""
    ids = accounts.rows.mapped.cells["account_id"].combine_chunks()
    aside = accounts.settled.aside
    kept = pc.unique(ids.take(pa.array(accounts.settled.kept)))
    by_rule = [aside[r] for r in accounts.divided.loaded.rows.ruled_out if r in aside]
    return AccountFates(
        later=_others(ids, aside.get(AFTER_REVIEW, NO_ROWS), kept),
        aside=_others(ids, np.concatenate([NO_ROWS, *by_rule]), kept),
    )


def _others(ids: pa.Array, rows: Rows, kept: pa.Array) -> pa.Array:
    found = pc.unique(ids.take(pa.array(rows))).drop_null()
    return found.filter(pc.invert(pc.is_in(found, value_set=kept)))


def _faults(unit: UnitParameters, tables: Mapping[str, UnitTable], family: Family) -> list[Fault]:
    rows = {name: table.rows for name, table in tables.items()}
    found_together = unit_findings(rows, family.listed_anywhere)
    faults: list[Fault] = []
    for name, table in tables.items():
        loaded, division = table.divided.loaded, table.divided.division
        findings = [
            *_limited(loaded.findings, table),
            *division.findings.get(unit.key, ()),
            *found_together[name],
            *shape_findings(table.rows),
            *(one for one in _names(table) if len(one.rows)),
        ]
        faults += [fault_of(one, loaded.raw, one.rows, table.money) for one in findings]
        faults += loaded.remarks
        faults += aside_faults(table.rows, table.settled)
        faults += shape_faults(table.rows)
        faults += unassigned_fault(loaded, division)
    return faults


def _names(table: UnitTable) -> list[Finding]:
    return same_names(table.rows) if table.rows.table == "accounts" else []


def _checked(table: UnitTable) -> Rows:
    """Rows that a cell's fault counts for: not those that count for nothing anyway."""
    ruled_out = table.divided.loaded.rows.ruled_out
    exempt = {*ruled_out, AFTER_REVIEW, NO_DATE, OTHER_ROW_KEPT, ACCOUNT_ASIDE}
    aside = [rows for reason, rows in table.settled.aside.items() if reason not in exempt]
    return np.concatenate([table.settled.kept, *aside])


def _limited(findings: Sequence[Finding], table: UnitTable) -> list[Finding]:
    """The findings as far as they concern the unit.

    An empty cell matters in rows that are kept; a cell that cannot be read also in rows whose
    money is shown.
    """
    kept, checked = table.settled.kept, _checked(table)
    mine = [
        replace(one, rows=common(one.rows, kept if one.rule == BLANK else checked))
        for one in findings
    ]
    return [finding for finding in mine if len(finding.rows)]


def _missing_tables(
    unit: UnitParameters, tables: Mapping[str, UnitTable], family: Family
) -> list[Fault]:
    """Nothing to review, unless the refusal of a source says why already."""
    refused = family.refused.get(unit.key, {})
    stopped = {name for name, refusal in refused.items() if not refusal.is_absent}
    kept = {name: len(table.settled.kept) for name, table in tables.items()}
    if "accounts" not in stopped:
        kept.setdefault("accounts", 0)
    faults = required_tables(kept, unit.policies.revenue_source)
    is_explained = bool(stopped & set(REVENUE_TABLES))
    return [fault for fault in faults if fault.table == "accounts" or not is_explained]


def _reach(unit: UnitParameters, tables: Mapping[str, UnitTable], family: Family) -> list[Fault]:
    """Rows that end before the review date, unless revenue could not be read as a whole."""
    refused = family.refused.get(unit.key, {})
    if any(not refusal.is_absent for name, refusal in refused.items() if name in REVENUE_TABLES):
        return []
    return reach_faults({name: table.rows for name, table in tables.items()}, unit)


def _urgency(fault: Fault) -> tuple[bool, int, str, str, str]:
    place = list(TABLES).index(fault.table) if fault.table in TABLES else len(TABLES)
    return fault.level != "stop", place, fault.column, fault.rule, fault.message


def _card(table: UnitTable) -> TableCard:
    return table_card(table.rows, table.settled, table.divided.loaded.raw, table.money)


def _write_quarantine(unit: UnitParameters, tables: Mapping[str, UnitTable], store: Path) -> None:
    for name, table in tables.items():
        if table.settled.aside:
            path = quarantine_path(store, unit.key, name)
            write_quarantine(path, table.divided.loaded.raw, table.settled.aside)


def _write_tables(
    unit: UnitParameters,
    tables: Mapping[str, UnitTable],
    store: Path,
    disguise: Disguise | None,
) -> None:
    for name, table in tables.items():
        contract, cells = TABLES[name], finished_cells(table.rows)
        shown = cells if disguise is None else disguised_cells(cells, contract, disguise)
        write_table(store, unit.key, contract, shown)
