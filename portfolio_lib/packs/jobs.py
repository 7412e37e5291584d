"""What the children of a run are told, and where they start.

The process that supervises a run loads none of the heavy libraries: they are loaded once, in the
process that the children are forked from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_lib.packs.plan import PagePlan
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.parameters.models import EngineSettings


@dataclass(frozen=True)
class PrepareJob:
    """What the child is told.

    Parameters
    ----------
    units : tuple of UnitParameters
        Units whose tables are read.
    firm_units : tuple of UnitParameters
        All units of the firm: whose a row is may depend on units that are not run.
    asked : mapping of str to str or None
        Units of which only the database can tell whether anything changed, with the digest of
        what it answered last time.
    """

    units: tuple[UnitParameters, ...]
    firm_units: tuple[UnitParameters, ...]
    engine: EngineSettings
    store: Path
    reports: Path
    answer: Path
    asked: Mapping[str, str | None]


@dataclass(frozen=True)
class UnitJob:
    """What the child is told.

    Parameters
    ----------
    unit : str
        The unit's key.
    pages : tuple of PagePlan
        Pages in the order of the pack; those not made again are taken from `published`.
    snapshot : Path
        The unit's resolved settings; `store.json` lies beside it.
    built : Path
        Where the finished files go.
    notebooks : Path
        Where every executed notebook goes at once, also that of a page that failed.
    folder : Path
        A private folder with a short path, for kernels and their sockets.
    seconds : float
        The most that the unit may take.
    secrets : tuple of str
        Environment variables with addresses of databases; no notebook needs them.
    made_from : mapping
        What the pack is made from, for `run.json`.
    """

    unit: str
    pages: tuple[PagePlan, ...]
    project: Path
    published: Path
    snapshot: Path
    store: Path
    built: Path
    notebooks: Path
    folder: Path
    answer: Path
    seconds: float
    secrets: tuple[str, ...]
    run_id: str
    made_from: Mapping[str, Any]


@dataclass(frozen=True)
class IndexJob:
    """What the child that writes the index is told.

    Parameters
    ----------
    units : tuple of UnitParameters
        The units of the firm as the parameters have them now.
    made_from : str
        The digest of everything that the index shows, so that it is written only when needed.
    """

    reports: Path
    firm_name: str
    units: tuple[UnitParameters, ...]
    made_from: str
    answer: Path


def prepare_child(job: PrepareJob) -> None:
    """Prepare tables and facts."""
    from portfolio_lib.packs.prepare_job import prepare

    prepare(job)


def unit_child(job: UnitJob) -> None:
    """Run the pages of a unit and put its files together."""
    from portfolio_lib.packs.unit_job import run_unit

    run_unit(job)


def index_child(job: IndexJob) -> None:
    """Write the page over all units."""
    from portfolio_lib.packs.index_job import write_index

    write_index(job)
