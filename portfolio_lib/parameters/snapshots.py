"""A unit's settings as one file: everything resolved, every default filled in.

A run hands this file to its notebooks by its path, the only parameter that papermill passes.
Secrets are not in it: connections stay `env:NAME`.
"""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.parameters.checking import build, check_whole, missing_fault
from portfolio_lib.parameters.documents import read_document
from portfolio_lib.parameters.faults import FaultyParameters
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.nodes import Origin
from portfolio_lib.parameters.writing import write_whole, yaml_text

_HEAD = "# Written by a run: one unit's settings with everything filled in. Do not edit.\n"


def save_unit_snapshot(unit: UnitParameters, path: Path | str) -> Path:
    """Write a unit's settings; the same settings give the same bytes.

    Returns
    -------
    Path
        The file that was written.
    """
    values = unit.model_dump(mode="json", by_alias=True, exclude_none=True)
    target = Path(path)
    write_whole(target, _HEAD + yaml_text(values))
    return target


def load_unit_snapshot(path: Path | str) -> UnitParameters:
    """Read a unit's settings back; equal to what was saved.

    Raises
    ------
    ParameterFault
        The file is not a snapshot: each fault with its line.
    """
    at = Path(path)
    document = read_document(Origin(at, str(at)))
    if document.root is None or document.faults:
        raise FaultyParameters(document.faults)
    checked = check_whole(document.root, UnitParameters)
    missing = [missing_fault(document.root, UnitParameters, route) for route in checked.missing]
    if checked.faults or missing:
        raise FaultyParameters([*checked.faults, *missing])
    return build(checked.node, UnitParameters, {})
