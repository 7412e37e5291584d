"""Which units share which sources, so that every source is read and divided once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import networkx as nx

from portfolio_lib.parameters.models import JoinSettings, TableSource, UnitParameters
from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.raw import RawRows, UnreadableSource
from portfolio_lib.tables.readers import read_source, source_identity
from portfolio_lib.tables.readers.reading import source_label


@dataclass(frozen=True)
class SharedSource:
    """One of our tables from one source, and the units that read it."""

    table: str
    source: TableSource
    folder: Path | None
    units: tuple[UnitParameters, ...]

    @property
    def label(self) -> str:
        return source_label(self.source)


def shared_sources(units: Sequence[UnitParameters]) -> list[SharedSource]:
    """Every table of every unit, with units that read the same rows the same way put together."""
    found: dict[tuple[str, str], list[UnitParameters]] = {}
    for unit in units:
        for table in sorted(unit.sources.tables):
            found.setdefault((table, _identity(unit, table)), []).append(unit)
    return [
        SharedSource(table, _source(sharing[0], table), _folder(sharing[0]), tuple(sharing))
        for (table, _), sharing in sorted(found.items())
    ]


def _identity(unit: UnitParameters, table: str) -> str:
    return f"{_folder(unit)}|{_source(unit, table).model_dump_json()}"


def _folder(unit: UnitParameters) -> Path | None:
    folder = unit.sources.folder
    return None if folder is None else Path(folder.replace("{unit}", unit.key))


def _source(unit: UnitParameters, table: str) -> TableSource:
    """The source with {unit} filled in."""
    source = unit.sources.tables[table]
    return source.model_copy(
        update={
            "file": _filled(source.file, unit),
            "join": tuple(_join(join, unit) for join in source.join),
        }
    )


def _join(join: JoinSettings, unit: UnitParameters) -> JoinSettings:
    return join.model_copy(update={"file": _filled(join.file, unit)})


def _filled(file: str | None, unit: UnitParameters) -> str | None:
    return None if file is None else file.replace("{unit}", unit.key)


def families(
    sources: Sequence[SharedSource], wanted: Collection[str]
) -> Iterator[list[SharedSource]]:
    """Sources that must be divided together, for the units wanted.

    Units that share a source belong together, because whose a row is depends on all of them.
    """
    ties: nx.Graph[str] = nx.Graph()
    for source in sources:
        keys = [unit.key for unit in source.units]
        ties.add_nodes_from(keys)
        ties.add_edges_from(pairwise(keys))
    for family in sorted(nx.connected_components(ties), key=min):
        if family & set(wanted):
            yield [source for source in sources if source.units[0].key in family]


class Readings:
    """Sources read so far; the same file is read once, whichever tables are taken from it."""

    def __init__(self) -> None:
        self._read: dict[str, RawRows | UnreadableSource] = {}

    def rows(self, folder: Path | None, settings: TableSource | JoinSettings) -> RawRows:
        """The rows of a source.

        Raises
        ------
        UnreadableSource
            The source cannot be used; raised again each time the source is asked for.
        """
        identity = source_identity(folder, settings)
        if identity not in self._read:
            try:
                self._read[identity] = read_source(folder, settings)
            except UnreadableSource as refusal:
                self._read[identity] = refusal
        found = self._read[identity]
        if isinstance(found, UnreadableSource):
            raise found
        return found


def unknown_tables(unit: UnitParameters) -> list[str]:
    """Names among the unit's tables that no contract has."""
    return sorted(set(unit.sources.tables) - set(TABLES))
