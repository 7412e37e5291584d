"""`status.json`: what became of a unit's last run, beside its pack.

A unit that fails keeps its last good pack. Its status then says so, with the reason, and the
folder `failed/` holds what is needed to find the cause.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from portfolio_lib.packs.json_text import as_json
from portfolio_lib.packs.publish import FAILED, PACK
from portfolio_lib.review import write_by_rename

STATUS_FILE = "status.json"
State = Literal["current", "stale", "failed", "none"]


@dataclass(frozen=True)
class UnitStatus:
    """What a reader finds in a unit's folder.

    Parameters
    ----------
    unit : str
        The unit's key.
    state : str
        ``current``: the pack is of the last run; ``stale``: the last run failed and the pack is
        an earlier one; ``failed``: the last run failed and there is no pack; ``none``: never run.
    reason : str or None
        Why the last run failed.
    """

    unit: str
    state: State
    reason: str | None = None


def read_status(reports: Path, unit: str) -> UnitStatus:
    """The status of a unit; ``none`` where nothing has been written for it."""
    path = reports / unit / STATUS_FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return UnitStatus(unit, told["state"], told["reason"])
    except FileNotFoundError:
        return UnitStatus(unit, "none")
    except (json.JSONDecodeError, KeyError, TypeError):
        return UnitStatus(unit, "failed", f"{path.name} cannot be read; run the unit again")


def write_status(folder: Path, status: UnitStatus) -> None:
    """Write the status into the unit's folder, whole or not at all."""
    write_by_rename(folder / STATUS_FILE, as_json(asdict(status)).encode("utf-8"))


def mark_current(reports: Path, unit: str) -> None:
    """Say that the published pack is what a run would make now."""
    shutil.rmtree(reports / unit / FAILED, ignore_errors=True)
    write_status(reports / unit, UnitStatus(unit, "current"))


def mark_failed(reports: Path, unit: str, reason: str, evidence: Sequence[Path]) -> UnitStatus:
    """Say that the last run failed, and keep its evidence; a published pack stays.

    Parameters
    ----------
    evidence : sequence of Path
        Files and folders to keep in ``failed/``; those that are not there are passed over.
    """
    folder = reports / unit
    failed = folder / FAILED
    shutil.rmtree(failed, ignore_errors=True)
    failed.mkdir(parents=True)
    for path in evidence:
        if path.is_dir():
            shutil.copytree(path, failed / path.name, dirs_exist_ok=True)
        elif path.is_file():
            shutil.copy2(path, failed / path.name)
    state: State = "stale" if (folder / PACK).is_file() else "failed"
    status = UnitStatus(unit, state, reason)
    write_status(folder, status)
    return status
