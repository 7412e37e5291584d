"""The checked door: from the sources of many units to the prepared tables of each.

Every source is read once. Its rows are divided among the units that share it, each unit's rows are
settled and checked on their own, and a fault in the rows of one unit stops that unit only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from portfolio_lib.errors import DataFault
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.dividing import DividedTable, divide_family
from portfolio_lib.tables.families import SharedSource, families, shared_sources, unknown_tables
from portfolio_lib.tables.findings import plain_fault
from portfolio_lib.tables.loading import Progress
from portfolio_lib.tables.quarantine import write_quarantine
from portfolio_lib.tables.results import DataChecks
from portfolio_lib.tables.store import UNASSIGNED, clear_unit, quarantine_path, write_checks
from portfolio_lib.tables.unit_tables import prepare_unit
from portfolio_lib.tables.wording import nearest, quoted


def prepare_tables(
    units: Sequence[UnitParameters],
    store: Path,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, DataChecks]:
    """Read, check, divide and write the tables of many units.

    Parameters
    ----------
    units
        All units of the firm: whose a row is may depend on units that are not asked for.
    store
        Folder for `tables/<unit>/*.parquet`, `quarantine/<unit>/*.csv` and `checks/<unit>.json`.
    only
        Keys of the units to prepare; all where left out. Units that share no source with them are
        not read.
    progress
        Called with one line per step.

    Returns
    -------
    dict
        What the checks found, by unit key. A unit whose checks stop has no tables in the store;
        its quarantine and checks are written.

    Raises
    ------
    DataFault
        `only` names a unit that is not among `units`, or a unit names a table that does not exist.
    """
    wanted = _wanted(units, only)
    _check_table_names(units)
    report = progress or _silent
    checks = {unit.key: _without_sources(unit) for unit in units if not unit.sources.tables}
    for key in wanted:
        clear_unit(store, key)
    for family in families(shared_sources(units), wanted):
        checks |= _prepare_family(family, wanted, store, report)
    found = {unit.key: checks[unit.key] for unit in units if unit.key in wanted}
    for one in found.values():
        write_checks(store, one)
    return found


def _silent(line: str) -> None:
    """Say nothing."""


def _wanted(units: Sequence[UnitParameters], only: Iterable[str] | None) -> set[str]:
    known = {unit.key for unit in units}
    wanted = known if only is None else set(only)
    unknown = sorted(wanted - known)
    if unknown:
        close = nearest(unknown[0], known)
        hint = f"Did you mean {close!r}?" if close else f"There are {', '.join(sorted(known))}."
        raise DataFault(f"No unit is called {unknown[0]!r}. {hint}")
    return wanted


def _check_table_names(units: Sequence[UnitParameters]) -> None:
    faults = []
    for unit in units:
        for name in unknown_tables(unit):
            close = nearest(name, TABLES)
            hint = f" Did you mean {close!r}?" if close else ""
            faults.append(f"{unit.key}: sources.tables names {quoted(name)}.{hint}")
    if faults:
        raise DataFault("\n".join([*faults, f"The tables are {', '.join(TABLES)}."]))


def _without_sources(unit: UnitParameters) -> DataChecks:
    fault = plain_fault(
        "stop", "accounts", "", "no source", "no table has a source",
        "Name the files in sources: tables:, or choose a preset.",
    )  # fmt: skip
    return DataChecks(unit.key, (fault,), (), tuple(TABLES))


def _prepare_family(
    sources: Sequence[SharedSource], wanted: set[str], store: Path, report: Progress
) -> dict[str, DataChecks]:
    family = divide_family(sources, report)
    for table in family.distinct_tables:
        _write_unassigned(table, store)
    units = {unit.key: unit for source in sources for unit in source.units}
    checks = {}
    for key in sorted(set(units) & wanted):
        report(f"{key}: checking")
        checks[key] = prepare_unit(units[key], family, store)
    return checks


def _write_unassigned(table: DividedTable, store: Path) -> None:
    """List rows that belong to no unit, beside the quarantine of the units."""
    rows = table.division.unassigned
    if len(rows):
        path = quarantine_path(store, UNASSIGNED, table.loaded.shared.table)
        write_quarantine(path, table.loaded.raw, {"belongs to no unit": rows})
