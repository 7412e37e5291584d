"""Whose row is it? Rows of a shared source, divided among the units that read it.

By the row's own business unit; else by its account; else by the unit that takes the rest. Nothing
is given to two units where that would count money twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables.findings import Finding, Rows, rows_where
from portfolio_lib.tables.mapping import MappedTable


@dataclass(frozen=True)
class Division:
    """Rows by unit, rows that belong to none, and findings by the units they concern."""

    rows: Mapping[str, Rows]
    unassigned: Rows
    findings: Mapping[str, tuple[Finding, ...]]


def divide_rows(
    mapped: MappedTable,
    units: Sequence[UnitParameters],
    accounts: Mapping[str, pa.Array],
) -> Division:
    """The rows of one source for each of the units that read it.

    Parameters
    ----------
    mapped
        Typed rows of one table from one source.
    units
        All units that read this source.
    accounts
        Account ids that each unit lists, by unit key; empty for the table `accounts` itself.
    """
    names = mapped.cells["business_unit"] if "business_unit" in mapped.given else None
    named = _Claims(mapped, units) if names is not None else None
    rows = {unit.key: [named.rows_of(unit)] if named else [] for unit in units}
    blank = rows_where(pc.is_null(names)) if names is not None else np.arange(len(mapped.cells))
    by_account = _by_account(mapped, units, accounts, blank)
    for key, found in by_account.rows.items():
        rows[key].append(found)
    findings = {unit.key: list(by_account.findings.get(unit.key, ())) for unit in units}
    orphans = named.orphans() if named else None
    if named:
        for unit in units:
            findings[unit.key] += named.findings_of(unit)
    unassigned = [by_account.unassigned, *([orphans] if orphans is not None else [])]
    return Division(
        {key: np.sort(np.concatenate([blank[:0], *found])) for key, found in rows.items()},
        np.sort(np.concatenate(unassigned)),
        {key: tuple(found) for key, found in findings.items()},
    )


class _Claims:
    """Which unit names which value of the column business_unit."""

    def __init__(self, mapped: MappedTable, units: Sequence[UnitParameters]) -> None:
        self._mapped = mapped
        encoded = mapped.cells["business_unit"].combine_chunks().dictionary_encode()
        self._values: list[str] = encoded.dictionary.to_pylist()
        self._codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        self._claimants = [_claimants(value, units) for value in self._values]
        self._named_elsewhere = {name for unit in units for name in unit.named_elsewhere}

    def rows_of(self, unit: UnitParameters) -> Rows:
        mine = [i for i, keys in enumerate(self._claimants) if unit.key in keys]
        return np.flatnonzero(np.isin(self._codes, mine))

    def orphans(self) -> Rows:
        nobodys = [
            i
            for i, keys in enumerate(self._claimants)
            if not keys and self._values[i] not in self._named_elsewhere
        ]
        return np.flatnonzero(np.isin(self._codes, nobodys))

    def findings_of(self, unit: UnitParameters) -> list[Finding]:
        disputed = [
            i for i, keys in enumerate(self._claimants) if unit.key in keys and len(keys) > 1
        ]
        if not disputed:
            return []
        others = sorted({key for i in disputed for key in self._claimants[i]} - {unit.key})
        return [
            Finding(
                "stop", self._mapped.contract.name, "business_unit", "two units",
                np.flatnonzero(np.isin(self._codes, disputed)),
                f"that {unit.key} and {', '.join(others)} both claim",
                "Let only one unit name the value in unit: business_units, and only one say rest.",
                self._mapped.cells["business_unit"],
            )
        ]  # fmt: skip


def _claimants(value: str, units: Sequence[UnitParameters]) -> tuple[str, ...]:
    naming = tuple(unit.key for unit in units if value in unit.business_units)
    takers = (unit for unit in units if unit.rest and value not in unit.named_elsewhere)
    return naming or tuple(unit.key for unit in takers)


def _by_account(
    mapped: MappedTable,
    units: Sequence[UnitParameters],
    accounts: Mapping[str, pa.Array],
    blank: Rows,
) -> Division:
    """Divide the rows that name no unit."""
    if len(units) == 1:
        return Division({units[0].key: blank}, blank[:0], {})
    if mapped.contract.name == "accounts":
        return _to_rest(mapped, units, blank)
    if "account_id" not in mapped.contract.column_names:
        return Division({unit.key: blank for unit in units}, blank[:0], {})
    return _by_listing(mapped, units, accounts, blank)


def _to_rest(mapped: MappedTable, units: Sequence[UnitParameters], blank: Rows) -> Division:
    rest = [unit.key for unit in units if unit.rest]
    if rest:
        return Division({rest[0]: blank}, blank[:0], {})
    finding = Finding(
        "stop", mapped.contract.name, "business_unit", "no unit", blank,
        f"without a business unit, in a source that {len(units)} units share",
        "Fill the column business_unit, or let one unit say rest: true.",
        mapped.texts("account_id"),
    )  # fmt: skip
    findings = {unit.key: (finding,) for unit in units} if len(blank) else {}
    return Division({}, blank, findings)


def _by_listing(
    mapped: MappedTable,
    units: Sequence[UnitParameters],
    accounts: Mapping[str, pa.Array],
    blank: Rows,
) -> Division:
    ids = mapped.cells["account_id"].take(pa.array(blank))
    lists = np.array([_is_listed(ids, accounts.get(unit.key)) for unit in units])
    claims = lists.sum(axis=0)
    if mapped.contract.shared_rows:
        everyones = _for_everyone(mapped, ids)
        rows = {u.key: blank[lists[i] | everyones] for i, u in enumerate(units)}
        return _with_leftover(mapped, units, rows, blank[(claims == 0) & ~everyones])
    rest = next((i for i, unit in enumerate(units) if unit.rest), None)
    if rest is not None:
        shared_with_rest = (claims > 1) & lists[rest]
        lists[:, shared_with_rest] = False
        lists[rest, shared_with_rest] = True
        claims = lists.sum(axis=0)
    rows = {unit.key: blank[lists[i] & (claims == 1)] for i, unit in enumerate(units)}
    division = _with_leftover(mapped, units, rows, blank[claims == 0])
    return _with_ambiguous(mapped, units, division, blank, lists & (claims > 1))


def _is_listed(ids: pa.ChunkedArray, listed: pa.Array | None) -> np.ndarray:
    if listed is None or not len(listed):
        return np.zeros(len(ids), dtype=bool)
    found = pc.is_in(ids, value_set=listed.drop_null())
    return np.asarray(found.to_numpy().astype(bool))


def _for_everyone(mapped: MappedTable, ids: pa.ChunkedArray) -> np.ndarray:
    """Rows without an account in a table where the account may be left out."""
    if mapped.contract.column("account_id").required:
        return np.zeros(len(ids), dtype=bool)
    return np.asarray(pc.is_null(ids).to_numpy().astype(bool))


def _with_leftover(
    mapped: MappedTable,
    units: Sequence[UnitParameters],
    rows: Mapping[str, Rows],
    leftover: Rows,
) -> Division:
    """Rows whose account nobody lists: to the rest; else unassigned, and unknown ids stop all."""
    rest = next((unit.key for unit in units if unit.rest), None)
    if rest is not None:
        return Division({**rows, rest: np.union1d(rows[rest], leftover)}, leftover[:0], {})
    ids = mapped.cells["account_id"].take(pa.array(leftover))
    unknown = leftover[np.asarray(pc.is_valid(ids).to_numpy().astype(bool))]
    if not len(unknown):
        return Division(rows, leftover, {})
    finding = Finding(
        "stop", mapped.contract.name, "account_id", "unknown account", unknown,
        "of accounts that no unit lists",
        "Add the accounts to the table accounts, or set the rows aside with set_aside: when: …",
        mapped.texts("account_id"),
    )  # fmt: skip
    return Division(rows, leftover, {unit.key: (finding,) for unit in units})


def _with_ambiguous(
    mapped: MappedTable,
    units: Sequence[UnitParameters],
    division: Division,
    blank: Rows,
    claimed: np.ndarray,
) -> Division:
    findings = {unit.key: list(division.findings.get(unit.key, ())) for unit in units}
    for i, unit in enumerate(units):
        rows = blank[claimed[i]]
        if len(rows):
            findings[unit.key].append(
                Finding(
                    "stop", mapped.contract.name, "business_unit", "ambiguous unit", rows,
                    "without a business unit, of accounts that several units list",
                    f"Fill business_unit in {mapped.contract.name}; guessing would count money "
                    "twice.",
                    mapped.texts("account_id"),
                )
            )  # fmt: skip
    ambiguous = blank[claimed.any(axis=0)]
    return Division(
        division.rows,
        np.union1d(division.unassigned, ambiguous),
        {key: tuple(found) for key, found in findings.items()},
    )
