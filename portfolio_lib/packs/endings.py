"""How a unit ended, in words that say what to do next."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portfolio_lib.packs.jobs import UnitJob
from portfolio_lib.packs.outcomes import PageOutcome
from portfolio_lib.packs.processes import Ending

UnitOutcome = Literal["published", "skipped", "failed"]
CANCELLED = 130
PAGE_FAILED = 4


@dataclass(frozen=True)
class UnitEnding:
    """What became of one unit in this run.

    Parameters
    ----------
    unit : str
        The unit's key.
    outcome : str
        ``published``, ``skipped`` or ``failed``.
    reason : str or None
        Why it was skipped or failed.
    exit_code : int
        What it adds to the exit code of the run; 0 for good endings.
    keeps_pack : bool
        True where a failed unit has an earlier pack that stays.
    pages : tuple of PageOutcome
        What was observed of each page.
    notes : tuple of str
        What a reader of the log should know about a published pack.
    """

    unit: str
    outcome: UnitOutcome
    reason: str | None = None
    exit_code: int = 0
    keeps_pack: bool = False
    seconds: float = 0.0
    pages: tuple[PageOutcome, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def outcome_in_words(self) -> str:
        if self.outcome != "failed":
            return self.outcome if self.reason is None else f"{self.outcome}, {self.reason}"
        kept = "; its last good pack stays, marked as stale" if self.keeps_pack else ""
        return f"failed{kept}: {(self.reason or '').splitlines()[0]}"


def judge_unit(
    job: UnitJob, ending: Ending, answer: Mapping[str, Any] | None, log: Path
) -> UnitEnding:
    """The ending of a unit, from what was observed of its child and what the child has left."""
    told = answer or {}
    pages = tuple(PageOutcome(**page) for page in told.get("pages", ()))
    seconds = round(ending.seconds, 2)
    running = told.get("running")
    if ending.ended_by_us == "cancelled":
        return UnitEnding(job.unit, "failed", "cancelled", CANCELLED, seconds=seconds, pages=pages)
    if "finished" in told and ending.exit_code == 0:
        done = told["finished"]
        notes = (*_page_notes(pages), *done["warnings"], *done["left_out"])
        return UnitEnding(job.unit, "published", seconds=seconds, pages=pages, notes=notes)
    if "error" in told:
        reason, code = told["error"], int(told["exit_code"])
        return UnitEnding(job.unit, "failed", reason, code, seconds=seconds, pages=pages)
    bad = [page for page in pages if not page.good]
    if ending.exit_code == 0 and bad:
        reason = "\n".join(page_in_words(page) for page in bad)
    else:
        at = f" while running notebooks/{running}.ipynb" if running else ""
        reason = f"{why_ended(ending, log, job.seconds)}{at}"
    return UnitEnding(job.unit, "failed", reason, PAGE_FAILED, seconds=seconds, pages=pages)


def page_in_words(page: PageOutcome) -> str:
    """One page that was not good: which notebook, what happened, where."""
    return f"notebooks/{page.page}.ipynb {page.outcome}: {page.message}"


def _page_notes(pages: tuple[PageOutcome, ...]) -> list[str]:
    return [page_in_words(page) for page in pages if page.outcome != "ok"]


def why_ended(ending: Ending, log: Path, seconds: float | None = None) -> str:
    """Why a child ended without an answer, with the last line it has printed."""
    if ending.ended_by_us == "deadline":
        return f"timed out: it was ended after {seconds:.0f} s (run.deadline_minutes)"
    code = ending.exit_code
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        hint = ", perhaps because memory ran out" if -code == signal.SIGKILL else ""
        return f"its process was ended by {name}{hint}"
    return f"its process ended with code {code}{_last_line(log)}"


def _last_line(log: Path) -> str:
    try:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    return f": {lines[-1].strip()}" if lines else " and printed nothing"
