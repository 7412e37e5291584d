"""Children of a run with a fault planted in them, for the tests of what one unit may cost.

They stand in a module because a child is told where its function is, not what it is.
"""

from __future__ import annotations

import resource
from typing import Any

from portfolio_lib.packs.jobs import PrepareJob
from portfolio_lib.packs.prepare_job import prepare
from portfolio_lib.tables import preparing

BROKEN = "south"


def break_one_unit(job: PrepareJob) -> None:
    """Prepare, where the rows of one unit break something that nobody foresaw."""
    whole = preparing.prepare_unit

    def broken(unit: Any, *others: Any) -> Any:
        if unit.key == BROKEN:
            raise OverflowError("date value out of range")
        return whole(unit, *others)

    preparing.prepare_unit = broken
    prepare(job)


def fill_the_disk(job: PrepareJob) -> None:
    """Prepare, where the disk takes the answer but no table."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
    prepare(job)


def fill_the_disk_at_once(job: PrepareJob) -> None:
    """Prepare, where the disk does not even take the answer."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    prepare(job)
