"""`portfolio check`: parameters, notebooks and data, every fault at once, before any kernel."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from portfolio_lib.errors import DataFault, ParameterFault
from portfolio_lib.packs.notebooks import refuse_faulty_notebooks
from portfolio_lib.parameters import FirmParameters
from portfolio_lib.review import named_unit, stopped_by
from portfolio_lib.tables import DataChecks, prepare_tables


def check_all(project: Path, firm: FirmParameters, keys: Sequence[str]) -> Iterator[str]:
    """Check the notebooks and the tables of units whose parameters have been loaded.

    Yields
    ------
    str
        A line per unit: what its tables hold, what to know about them.

    Raises
    ------
    ParameterFault
        A notebook cannot be run; all faults of notebooks, and of data as well, are told.
    DataFault
        Tables of a unit cannot be used.
    """
    units = [named_unit(firm, key) for key in keys or firm.units]
    pages = list(dict.fromkeys(page for unit in units for page in unit.pages))
    notebooks = _notebook_faults(project, pages)
    checks = _checked(firm, [unit.key for unit in units])
    stops = [stopped_by(found) for found in checks if found.stops]
    yield f"Parameters: {len(firm.units)} units, nothing to mend."
    if not notebooks:
        yield f"Notebooks: {len(pages)} pages, nothing to mend."
    for found in checks:
        yield from _lines(found)
    if notebooks:
        raise ParameterFault("\n".join([notebooks, *stops]))
    if stops:
        raise DataFault("\n".join(stops))


def _notebook_faults(project: Path, pages: Sequence[str]) -> str:
    try:
        refuse_faulty_notebooks(project, pages)
    except ParameterFault as faults:
        return str(faults)
    return ""


def _checked(firm: FirmParameters, keys: Sequence[str]) -> list[DataChecks]:
    with tempfile.TemporaryDirectory(prefix="portfolio-") as store:
        found = prepare_tables(tuple(firm.units.values()), Path(store), only=keys)
    return [found[key] for key in keys]


def _lines(checks: DataChecks) -> Iterator[str]:
    rows = sum(card.rows_kept for card in checks.cards)
    aside = sum(sum(card.rows_set_aside.values()) for card in checks.cards)
    state = "stopped" if checks.stops else "can be reviewed"
    yield f"{checks.unit}: {state}; {len(checks.cards)} tables, {rows:,} rows, {aside:,} set aside."
    for fault in checks.faults:
        if fault.level == "warn":
            yield f"  to know: {fault}"
