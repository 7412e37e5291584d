"""A folder of parameter files in, the typed settings of the firm out, or every fault at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from portfolio_lib.parameters.checking import build
from portfolio_lib.parameters.claims import find_claims, named_elsewhere, names_of
from portfolio_lib.parameters.faults import Fault, FaultyParameters
from portfolio_lib.parameters.files import FirmBlock, FirmFile, PresetFile, UnitFile
from portfolio_lib.parameters.folders import ParameterFiles, is_unit_key, read_folder
from portfolio_lib.parameters.models import FirmParameters, UnitParameters
from portfolio_lib.parameters.nodes import Node
from portfolio_lib.parameters.places import missing_places, unset_variables
from portfolio_lib.parameters.projects import KIT_PRESETS, known_pages
from portfolio_lib.parameters.resolving import (
    CheckedFile,
    ResolvedUnit,
    check_file,
    missing_faults,
    resolve_unit,
)
from portfolio_lib.parameters.vocabulary import unknown_pages, unknown_tables


@dataclass(frozen=True)
class Expectations:
    """What the settings are held against besides themselves. None: not looked at.

    `data_of` are the units whose variables and places are looked for; None: those of all.
    """

    pages: Collection[str] | None = None
    tables: Mapping[str, Collection[str]] | None = None
    environ: Mapping[str, str] | None = None
    root_of_places: Path | None = None
    data_of: Collection[str] | None = None


@dataclass(frozen=True)
class _Survey:
    """Everything a folder says, soundly or not."""

    firm: Node | None
    units: tuple[ResolvedUnit, ...]
    faults: tuple[Fault, ...]


def load_firm(
    folder: Path | str,
    *,
    pages: Collection[str] | None = None,
    tables: Mapping[str, Collection[str]] | None = None,
    check_paths: bool = True,
    data_of: Collection[str] | None = None,
    presets: Path | str | None = KIT_PRESETS,
    environ: Mapping[str, str] | None = None,
) -> FirmParameters:
    """Load the firm and all its units.

    Parameters
    ----------
    folder
        Holds firm.yaml, one file per unit (its stem is the unit's key) and presets/.
    pages
        The pages that there are; the notebooks beside the folder where left out.
    tables
        Our tables, each with its columns; names are not looked at where left out.
    check_paths
        Whether folders, files and environment variables must be there now.
    data_of
        The units of which they must be there; all where left out. Whoever asks for one unit is
        not held up by the data of another.
    presets
        A further folder of presets, those of the kit where left out; the project's own go first.
    environ
        The environment variables; those of the process where left out.

    Returns
    -------
    FirmParameters
        Units in the order of their keys; folders absolute, every default filled in.

    Raises
    ------
    ParameterFault
        Lists every fault of every file: file, line, key, what was found, what was expected.
    """
    at = Path(folder).absolute()
    files = read_folder(at, presets=Path(presets) if presets is not None else None)
    expected = Expectations(
        pages=known_pages(at.parent) if pages is None else pages,
        tables=tables,
        environ=(os.environ if environ is None else environ) if check_paths else None,
        root_of_places=at.parent if check_paths else None,
        data_of=data_of,
    )
    survey = _survey(files, expected)
    if survey.faults or survey.firm is None:
        raise FaultyParameters(survey.faults)
    return _built(survey, survey.firm, at)


def folder_faults(files: ParameterFiles, expected: Expectations) -> tuple[Fault, ...]:
    """Every fault of a folder that has been read."""
    return _survey(files, expected).faults


def _survey(files: ParameterFiles, expected: Expectations) -> _Survey:
    firm = check_file(files.firm, FirmFile) if files.firm is not None else CheckedFile(None)
    presets = {key: check_file(file, PresetFile) for key, file in files.presets.items()}
    units = {key: check_file(file, UnitFile) for key, file in files.units.items()}
    resolved = [
        unit
        for key, file in sorted(units.items())
        if is_unit_key(key) and (unit := resolve_unit(key, file, firm, presets)) is not None
    ]
    claims = find_claims([(key, unit.root) for key, unit in units.items() if unit.root is not None])
    faults = [
        *files.faults,
        *firm.faults,
        *(fault for file in (*presets.values(), *units.values()) for fault in file.faults),
        *(fault for unit in resolved for fault in unit.faults),
        *missing_faults(resolved, firm.root),
        *claims,
        *_unmet(resolved, expected),
    ]
    return _Survey(firm.root, tuple(resolved), tuple(faults))


def _unmet(units: Sequence[ResolvedUnit], expected: Expectations) -> Iterator[Fault]:
    for unit in units:
        if expected.pages is not None:
            yield from unknown_pages(unit.node, expected.pages)
        if expected.tables is not None:
            yield from unknown_tables(unit.node, expected.tables)
    asked = [unit for unit in units if expected.data_of is None or unit.key in expected.data_of]
    if expected.environ is not None:
        for unit in asked:
            yield from unset_variables(unit.node, expected.environ)
    if expected.root_of_places is not None:
        yield from missing_places([unit.node for unit in asked], expected.root_of_places)


def _built(survey: _Survey, firm: Node, folder: Path) -> FirmParameters:
    block = firm.entries["firm"]
    said = build(block, FirmBlock, {})
    names = {unit.key: names_of(unit.key, unit.own) for unit in survey.units}
    units = {
        unit.key: build(
            unit.node,
            UnitParameters,
            {
                **asdict(names[unit.key]),
                "firm_name": said.name,
                "named_elsewhere": named_elsewhere(unit.key, names.values()),
            },
        )
        for unit in survey.units
    }
    return FirmParameters(
        name=said.name, folder=folder, engine=said.engine, run=said.run, units=units
    )
