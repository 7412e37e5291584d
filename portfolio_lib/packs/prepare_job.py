"""The first child of a run: the tables and the facts of all units, in one go.

What nobody foresaw in one unit's data must not cost the other units their packs: where a step over
all units fails, it is done again for each unit alone.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_lib.errors import DataFault, EngineFault, PortfolioError, RunFailure
from portfolio_lib.fingerprints import digest, folder_digest
from portfolio_lib.history import hand_on
from portfolio_lib.packs.disk import disk_message, disk_refusal
from portfolio_lib.packs.jobs import PrepareJob
from portfolio_lib.packs.processes import leave_with_run, write_answer
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.pools import fill_pools, needs_pool

if TYPE_CHECKING:
    from portfolio_lib.tables import DataChecks

Units = Sequence[UnitParameters]


@dataclass(frozen=True)
class Fallen:
    """Why a unit cannot be reviewed, and what that adds to the exit code of the run."""

    reason: str
    exit_code: int


def prepare(job: PrepareJob) -> None:
    """Be the child: read, check, build, and leave the answer.

    The answer holds, for each unit, `failed` (a message or None) with its `exit_code`, `unchanged`,
    `warnings` and `database` (a digest or None); or `error` with its `exit_code`. Where the disk
    takes no answer, the child ends with the exit code of a failed run.
    """
    leave_with_run()
    use_all_cores()
    try:
        write_answer(job.answer, {"units": _prepared(job)})
    except Exception as error:
        refused = disk_refusal(error)
        if refused is not None:
            error = RunFailure(f"{job.reports}: {disk_message(refused)}")
        if not isinstance(error, PortfolioError):
            raise
        try:
            write_answer(job.answer, {"error": str(error), "exit_code": error.exit_code})
        except OSError:
            os._exit(RunFailure.exit_code)  # an ordinary end would write once more


def use_all_cores() -> None:
    """Arrow takes the cap on threads for itself; here nothing runs beside it."""
    import pyarrow

    pyarrow.set_cpu_count(os.cpu_count() or 1)


def _prepared(job: PrepareJob) -> dict[str, dict[str, Any]]:
    from portfolio_lib.facts import build_facts
    from portfolio_lib.tables import prepare_tables

    checks: dict[str, DataChecks] = {}

    def check(units: Units) -> None:
        keys = [unit.key for unit in units]
        checks.update(prepare_tables(job.firm_units, job.store, only=keys, progress=print))

    def hand_history(units: Units) -> None:
        for unit in units:
            hand_on(job.reports / unit.key, job.store, unit.key, unit.as_of, edition=unit.edition)

    def build(units: Units) -> None:
        build_facts(job.store, list(units), engine=job.engine)

    def pool(units: Units) -> None:
        fill_pools(job.store, units, job.firm_units, engine=job.engine, progress=print)

    fallen = unit_by_unit(check, job.units)
    fallen |= unit_by_unit(hand_history, _left(job.units, fallen))
    answered = {unit.key: _answered(job, unit) for unit in _left(job.units, fallen)}
    fallen |= _stopped(checks)
    changed = [unit for unit in job.units if not _is_unchanged(job, unit, answered)]
    fallen |= unit_by_unit(build, _left(changed, fallen))
    fallen |= unit_by_unit(pool, [u for u in _left(changed, fallen) if needs_pool(u)])
    return {
        unit.key: {
            "failed": fallen[unit.key].reason if unit.key in fallen else None,
            "exit_code": fallen[unit.key].exit_code if unit.key in fallen else 0,
            "warnings": _warnings(checks.get(unit.key)),
            "database": answered.get(unit.key),
            "unchanged": _is_unchanged(job, unit, answered),
        }
        for unit in job.units
    }


def _left(units: Units, fallen: dict[str, Fallen]) -> list[UnitParameters]:
    return [unit for unit in units if unit.key not in fallen]


def _stopped(checks: dict[str, DataChecks]) -> dict[str, Fallen]:
    from portfolio_lib.review import stopped_by

    return {
        key: Fallen(stopped_by(found), DataFault.exit_code)
        for key, found in checks.items()
        if found.stops
    }


def _warnings(found: DataChecks | None) -> int:
    return 0 if found is None else sum(fault.level == "warn" for fault in found.faults)


def _answered(job: PrepareJob, unit: UnitParameters) -> str | None:
    return database_digest(job.store, unit.key) if unit.key in job.asked else None


def _is_unchanged(job: PrepareJob, unit: UnitParameters, answered: dict[str, str | None]) -> bool:
    now = answered.get(unit.key)
    return now is not None and now == job.asked[unit.key]


def database_digest(store: Path, unit: str) -> str:
    """The digest of what was prepared for a unit, which changes when the database does."""
    folders = (store / "tables" / unit, store / "quarantine" / unit)
    checks = store / "checks" / f"{unit}.json"
    return digest([*map(folder_digest, folders), checks.read_text(encoding="utf-8")])


def unit_by_unit(step: Callable[[Units], None], units: Units) -> dict[str, Fallen]:
    """Do a step for all units at once; where it fails, for each of them alone.

    Parameters
    ----------
    step : callable
        Takes units, in any number.

    Returns
    -------
    dict of str to Fallen
        The units for which it fails even alone, by key.

    Raises
    ------
    PortfolioError
        What no single unit is to blame for.
    OSError
        The disk takes nothing more, for any unit.
    """
    if not units:
        return {}
    try:
        step(units)
    except Exception as error:
        fallen = _fallen(error)
        if fallen is None:
            raise
        if len(units) > 1:
            print(  # noqa: T201 - a child prints into the log of the run
                f"A step over all units failed ({fallen.reason}); each unit is done alone."
            )
            return {key: why for unit in units for key, why in unit_by_unit(step, [unit]).items()}
        traceback.print_exc()
        return {units[0].key: fallen}
    return {}


def _fallen(error: Exception) -> Fallen | None:
    """What a unit has fallen over; None for what concerns the whole run."""
    if disk_refusal(error) is not None:
        return None
    if isinstance(error, EngineFault):
        return Fallen(str(error), error.exit_code)
    if isinstance(error, PortfolioError):
        return None
    said = str(error).strip().splitlines()
    cause = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    return Fallen(
        f"something unforeseen happened while its tables and facts were prepared: {cause}. The "
        "details are in failed/prepare.log; please send them along when you report it",
        RunFailure.exit_code,
    )
