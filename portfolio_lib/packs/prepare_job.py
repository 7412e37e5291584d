"""The first child of a run: the tables and the facts of all units, in one go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portfolio_lib.errors import EngineFault, PortfolioError
from portfolio_lib.fingerprints import digest, folder_digest
from portfolio_lib.history import hand_on
from portfolio_lib.packs.jobs import PrepareJob
from portfolio_lib.packs.processes import leave_with_run, write_answer
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.pools import fill_pools, needs_pool


def prepare(job: PrepareJob) -> None:
    """Be the child: read, check, build, and leave the answer.

    The answer holds, for each unit, `stops` (a message or None), `unchanged`, `engine` (a message
    or None), `warnings` and `database` (a digest or None); or `error` with its `exit_code`.
    """
    leave_with_run()
    use_all_cores()
    try:
        write_answer(job.answer, {"units": _prepared(job)})
    except PortfolioError as error:
        write_answer(job.answer, {"error": str(error), "exit_code": error.exit_code})


def use_all_cores() -> None:
    """Arrow takes the cap on threads for itself; here nothing runs beside it."""
    import pyarrow

    pyarrow.set_cpu_count(os.cpu_count() or 1)


def _prepared(job: PrepareJob) -> dict[str, dict[str, Any]]:
    from portfolio_lib.review import stopped_by
    from portfolio_lib.tables import prepare_tables

    asked_for = [unit.key for unit in job.units]
    checks = prepare_tables(job.firm_units, job.store, only=asked_for, progress=print)
    told: dict[str, dict[str, Any]] = {}
    for unit in job.units:
        found = checks[unit.key]
        answered = database_digest(job.store, unit.key) if unit.key in job.asked else None
        told[unit.key] = {
            "stops": stopped_by(found) if found.stops else None,
            "warnings": sum(fault.level == "warn" for fault in found.faults),
            "database": answered,
            "unchanged": answered is not None and answered == job.asked[unit.key],
            "engine": None,
        }
    for unit in job.units:
        hand_on(job.reports / unit.key, job.store, unit.key, unit.as_of, edition=unit.edition)
    good = [u for u in job.units if not told[u.key]["stops"] and not told[u.key]["unchanged"]]
    for key, fault in _built(job, good).items():
        told[key]["engine"] = fault
    built = [unit for unit in good if not told[unit.key]["engine"] and needs_pool(unit)]
    fill_pools(job.store, built, job.firm_units, engine=job.engine, progress=print)
    return told


def database_digest(store: Path, unit: str) -> str:
    """The digest of what was prepared for a unit, which changes when the database does."""
    folders = (store / "tables" / unit, store / "quarantine" / unit)
    checks = store / "checks" / f"{unit}.json"
    return digest([*map(folder_digest, folders), checks.read_text(encoding="utf-8")])


def _built(job: PrepareJob, units: Sequence[UnitParameters]) -> dict[str, str]:
    """Build the facts; where a unit breaks the step of all, each is built alone.

    Returns
    -------
    dict of str to str
        What the engine said, by unit, for the units that have no facts.
    """
    from portfolio_lib.facts import build_facts

    try:
        build_facts(job.store, list(units), engine=job.engine)
    except EngineFault as error:
        if len(units) == 1:
            return {units[0].key: str(error)}
        print(  # noqa: T201 - a child prints into the log of the run
            f"The engine refused a step over all units ({error}); each unit is built alone."
        )
        return {key: said for unit in units for key, said in _built(job, [unit]).items()}
    return {}
