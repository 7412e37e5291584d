"""The sources of one family of units, loaded and divided among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.families import Readings, SharedSource
from portfolio_lib.tables.loading import LoadedTable, NotLoaded, Progress, load_table
from portfolio_lib.tables.splitting import Division, divide_rows

NO_IDS = pa.array([], pa.string())


@dataclass(frozen=True)
class DividedTable:
    """One table from one source, and which of its rows belong to which unit."""

    loaded: LoadedTable
    division: Division


@dataclass(frozen=True)
class Family:
    """What a family of units has, by unit key and table.

    `listed_anywhere` holds the account ids of all its units.
    """

    tables: Mapping[str, Mapping[str, DividedTable]]
    refused: Mapping[str, Mapping[str, NotLoaded]]
    distinct_tables: tuple[DividedTable, ...]
    listed_anywhere: pa.Array


def divide_family(sources: Sequence[SharedSource], progress: Progress) -> Family:
    """Load and divide the sources: accounts first, because rows may follow their account."""
    readings = Readings()
    tables: dict[str, dict[str, DividedTable]] = {}
    refused: dict[str, dict[str, NotLoaded]] = {}
    divided: list[DividedTable] = []
    listings: dict[str, pa.Array] = {}
    for source in sorted(sources, key=lambda source: source.table != "accounts"):
        loaded = load_table(source, readings, progress)
        if isinstance(loaded, NotLoaded):
            for unit in source.units:
                refused.setdefault(unit.key, {})[source.table] = loaded
            continue
        table = DividedTable(loaded, divide_rows(loaded.mapped, source.units, listings))
        divided.append(table)
        for unit in source.units:
            tables.setdefault(unit.key, {})[source.table] = table
        if source.table == "accounts":
            listings |= _listings(table)
    everyone = pa.concat_arrays([NO_IDS, *listings.values()])
    return Family(tables, refused, tuple(divided), pc.unique(everyone))


def _listings(accounts: DividedTable) -> dict[str, pa.Array]:
    ids = accounts.loaded.mapped.cells["account_id"].combine_chunks()
    rows_by_unit = accounts.division.rows
    return {key: pc.unique(ids.take(pa.array(rows))) for key, rows in rows_by_unit.items()}
