"""Whether a fall follows one account manager across segments, or one segment across managers.

The rule is printed beside every answer. Each manager's clients are held against the clients of
*other* managers in the same segments: what those lose as well is the segment's, not the manager's.
Segments are held against other segments of the same managers alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portfolio_lib.analyses.drop_parts import Windows
from portfolio_lib.analyses.panel import Whole
from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.analyses.watched_series import MANAGER, SEGMENT, Ledger, Scope

Numbers = npt.NDArray[np.float64]

OWN_SHARE = 0.5
"""From this part of the fall on, beyond what others lose alike, it follows one manager, segment."""
FALLS_IN = 2 / 3
"""In so many of the manager's segments, of the segment's managers, revenue must have fallen."""
RULE = (
    "Losses are those of every manager's clients in every segment that brought less than before. A "
    "fall follows one account manager where that manager's clients hold at least half of all "
    "losses, beyond what clients of other managers in the same segments lost, and lost in at least "
    "two thirds of the manager's segments, two at least. It follows one segment by the same rule, "
    "with the two exchanged. Otherwise it is spread over the portfolio."
)


@dataclass(frozen=True)
class Holder:
    """The manager, or segment, that holds most of a fall.

    Parameters
    ----------
    share : float
        Its part of all losses.
    own_share : float
        The part that it lost, net, beyond what the others it shares segments, or managers, with
        lost; 0 where it lost less than they.
    fell_in, of : int
        In how many of its segments, or for how many of its managers, revenue fell.
    """

    name: str
    share: float
    own_share: float
    fell_in: int
    of: int

    @property
    def carries(self) -> bool:
        """Whether the fall follows it, by the rule."""
        wide = self.of >= 2 and self.fell_in >= FALLS_IN * self.of
        return self.own_share >= OWN_SHARE and wide


@dataclass(frozen=True)
class Attribution:
    """Where a fall lies: `verdict` is ``manager``, ``segment``, ``both`` or ``spread``; where the
    question cannot be asked it is None and `reason` says why."""

    verdict: str | None
    manager: Holder | None = None
    segment: Holder | None = None
    reason: str | None = None


def attribute(
    scope: Scope, ledger: Ledger, windows: Windows, *, least_accounts: int = 1
) -> Attribution:
    """Say where the fall of a scope lies.

    For a manager or a segment the whole unit is looked at and the answer is about that manager, or
    segment; for the unit or an offering it is about whoever holds most of it.
    """
    asked = ledger.whole if scope.kind in (MANAGER, SEGMENT) else scope
    lost, before, names = _by_manager_and_segment(asked, ledger, windows)
    for kind, column in zip((MANAGER, SEGMENT), names, strict=True):
        if sum(name != NOT_RECORDED for name in column) < 2:
            return Attribution(None, reason=_too_few(kind, ledger))
    if _drop(scope, windows) <= 0:
        return Attribution(None, reason="revenue did not fall between the two windows")
    there = int((_window(asked.revenue, windows.before) > 0).sum())
    if there < least_accounts:
        needs = f"needs {least_accounts} clients with revenue in the window before"
        return Attribution(None, reason=f"{needs}; it had {there}")
    managers, segments = names
    asked_rows = {MANAGER: lost[[name == scope.name for name in managers]],
                  SEGMENT: lost[:, [name == scope.name for name in segments]]}  # fmt: skip
    losses = float(np.maximum(asked_rows.get(scope.kind, lost), 0.0).sum())
    by_manager = _holders(lost, before, managers, losses)
    by_segment = _holders(lost.T, before.T, segments, losses)
    return _answer(scope, by_manager, by_segment)


def _too_few(kind: str, ledger: Ledger) -> str:
    what = "account managers" if kind == MANAGER else "segments"
    column = "account_manager" if kind == MANAGER else ledger.segment_column
    return f"fewer than two {what} are recorded; column {column} of table accounts says who"


def _answer(scope: Scope, managers: list[Holder], segments: list[Holder]) -> Attribution:
    manager, segment = _most(managers), _most(segments)
    if scope.kind == MANAGER:
        manager, segment = _named(managers, scope.name), None
    elif scope.kind == SEGMENT:
        manager, segment = None, _named(segments, scope.name)
    follows = (manager is not None and manager.carries, segment is not None and segment.carries)
    verdicts = {
        (True, True): "both",
        (True, False): "manager",
        (False, True): "segment",
        (False, False): "spread",
    }
    return Attribution(verdicts[follows], manager, segment)


def _most(holders: list[Holder]) -> Holder | None:
    named = [one for one in holders if one.name != NOT_RECORDED]
    return min(named, key=lambda one: (-one.own_share, one.name)) if named else None


def _named(holders: list[Holder], name: str) -> Holder | None:
    return next((one for one in holders if one.name == name), None)


def _window(revenue: Whole, months: range) -> Whole:
    """Revenue of a window by account."""
    return np.asarray(revenue[:, months.start : months.stop].sum(axis=1))


def _drop(scope: Scope, windows: Windows) -> int:
    before, now = (_window(scope.revenue, one).sum() for one in (windows.before, windows.now))
    return int(before - now)


def _by_manager_and_segment(
    scope: Scope, ledger: Ledger, windows: Windows
) -> tuple[Numbers, Numbers, tuple[list[str], list[str]]]:
    """What was lost and what was there before, managers × segments, and their names."""
    was, is_ = (_window(scope.revenue, one) for one in (windows.before, windows.now))
    managers = sorted(set(ledger.accounts[MANAGER]))
    segments = sorted(set(ledger.accounts[SEGMENT]))
    rows = [managers.index(name) for name in ledger.accounts[MANAGER]]
    columns = [segments.index(name) for name in ledger.accounts[SEGMENT]]
    before = np.zeros((len(managers), len(segments)))
    lost = np.zeros_like(before)
    np.add.at(before, (rows, columns), was)
    np.add.at(lost, (rows, columns), was - is_)
    return lost, before, (managers, segments)


def _holders(lost: Numbers, before: Numbers, names: list[str], losses: float) -> list[Holder]:
    """One holder per row, held against the other rows of the same columns."""
    others_lost = lost.sum(axis=0) - lost
    others_before = before.sum(axis=0) - before
    there = others_before > 0
    rate = np.where(there, others_lost / np.where(there, others_before, 1.0), 0.0)
    own = (lost - np.maximum(before, 0.0) * np.clip(rate, 0.0, 1.0)).sum(axis=1)
    was = before > 0
    return [
        Holder(
            name,
            float(np.maximum(lost[place], 0.0).sum() / losses),
            max(0.0, float(own[place] / losses)),
            int((was[place] & (lost[place] > 0)).sum()),
            int(was[place].sum()),
        )
        for place, name in enumerate(names)
    ]
