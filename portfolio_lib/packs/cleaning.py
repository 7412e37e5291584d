"""Remove what runs have left and nobody needs."""

from __future__ import annotations

import shutil
from pathlib import Path

from portfolio_lib.packs.locking import only_run
from portfolio_lib.packs.publish import HISTORY, WORK, forget
from portfolio_lib.packs.workshop import tidy
from portfolio_lib.review import prune_caches


def clean(reports: Path, *, keep: int) -> list[Path]:
    """Remove earlier packs but `keep` of each unit, caches likewise, and all scratch.

    Returns
    -------
    list of Path
        What was removed.

    Raises
    ------
    RunFailure
        A run is under way.
    """
    with only_run(reports / WORK):
        scratch = [path for path in (reports / WORK).glob("*") if path.is_dir()]
        tidy(reports)
        removed = [*scratch, *prune_caches(reports / ".cache", keep=keep)]
        for half in (reports / ".cache").glob("building-*"):
            shutil.rmtree(half, ignore_errors=True)
            removed.append(half)
        for history in sorted((reports / HISTORY).glob("*")):
            removed += forget(history, keep=keep)
    return removed
