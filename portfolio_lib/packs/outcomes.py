"""What can become of a page: an outcome is what was observed, not what a notebook claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "ok", "no data", "failed", "timed out", "kernel died", "incomplete", "cancelled", "not run"
]
GOOD: frozenset[Outcome] = frozenset({"ok", "no data"})


@dataclass(frozen=True)
class PageOutcome:
    """What became of one page.

    Parameters
    ----------
    page : str
        Name of the page.
    outcome : str
        As observed: only ``ok`` and ``no data`` let the unit be published.
    message : str or None
        What happened and where, for every outcome but ``ok``.
    seconds : float
        Time it took; 0.0 for a page taken from the last pack.
    again : bool
        True where it ran in this run, False where it was taken from the last pack.
    """

    page: str
    outcome: Outcome
    message: str | None = None
    seconds: float = 0.0
    again: bool = True

    @property
    def good(self) -> bool:
        return self.outcome in GOOD
