"""Which clients rose or fell a tier within a year, by the same amounts on both days.

A tier by share of revenue, or by rank, moves with the other clients: whoever stands still falls
when others grow. So what tier 1 and tier 2 took a year before is kept as an amount, and both years
are sorted by it. Then a client that falls brings less than it did, always, and one that rises more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.migration import MOVE_COLUMNS, NOT_YET_KNOWN, Migration, migrate
from portfolio_lib.analyses.snapshots import Period, spoken, total
from portfolio_lib.analyses.tiers import NO_TIER, TIERS, threshold_tiers
from portfolio_lib.parameters.models import TierPolicy

PLACE = {"1": 3, "2": 2, "3": 1, NO_TIER: 0, NOT_YET_KNOWN: 0}
COLUMN = "tier_by_amount"
GIVEN = "tiers are given in the data, which does not say since when they hold"
Way = Literal["fell", "rose"]


@dataclass(frozen=True)
class TierMoves:
    """The moves between tiers since a year before.

    Parameters
    ----------
    migration : Migration or None
        None where it cannot be told; then `reason` says why.
    amounts : tuple of float or None
        Twelve-month revenue from which a client is in tier 1, and in tier 2, in both years.
    reading : str
        The reading of the tiers that the amounts come from.
    day_before : datetime.date
        The earlier day.
    """

    migration: Migration | None
    amounts: tuple[float, float] | None
    reading: str
    day_before: dt.date
    reason: str | None

    @property
    def moves(self) -> pd.DataFrame:
        """One row per pair of tiers that occurs, as in `Migration`; none without a migration."""
        if self.migration is None:
            return pd.DataFrame(columns=list(MOVE_COLUMNS), dtype="object")
        return self.migration.moves

    def moved(self, way: Way) -> pd.DataFrame:
        """The pairs whose tier is lower, or higher, now; a client without revenue has no tier."""
        rows = self.moves
        change = rows["now"].map(PLACE) - rows["before"].map(PLACE)
        return rows.loc[change < 0 if way == "fell" else change > 0]


def tier_moves(
    rows: pd.DataFrame,
    before: pd.DataFrame,
    period: Period,
    policy: TierPolicy,
    unavailable: dict[str, str],
) -> TierMoves:
    """Sort the accounts of today and of a year before by the amounts of a year before.

    Parameters
    ----------
    rows, before : frame
        One row per account known today, and known then: `account_id`, `revenue_12m`, and its tier
        in each reading (``tier_<reading>``), by what was known on the day.
    unavailable : dict of str to str
        Readings that cannot be shown; the one by revenue stands in for the one chosen.
    """
    reading = "cumulative_revenue" if policy.policy in unavailable else policy.policy
    day = period.year_before
    reason = _why_not(rows, before, period, reading)
    if reason is not None:
        return TierMoves(None, None, reading, day, reason)
    amounts = _amounts(before, reading, policy)
    now, then = (one.assign(**{COLUMN: threshold_tiers(one, amounts)}) for one in (rows, before))
    found = migrate(now, then, (*TIERS, NO_TIER), COLUMN)
    return TierMoves(found, amounts, reading, day, None)


def _why_not(rows: pd.DataFrame, before: pd.DataFrame, period: Period, reading: str) -> str | None:
    if rows.empty:
        return f"no account was known on {spoken(period.as_of)}"
    if reading == "given":
        return GIVEN
    if (short := period.short_of(24)) is not None:
        return short
    if before.empty or not before["revenue_12m"].gt(0).any():
        return f"no client brought revenue in the twelve months to {spoken(period.year_before)}"
    return None


def _amounts(before: pd.DataFrame, reading: str, policy: TierPolicy) -> tuple[float, float]:
    """What the smallest client of tier 1, and of tier 2, brought; of tier 1 where 2 is empty."""
    if reading == "thresholds" and policy.thresholds is not None:
        return policy.thresholds
    tiers, revenue = before[f"tier_{reading}"], before["revenue_12m"]
    first = float(revenue[tiers.eq("1")].min())
    second = revenue[tiers.eq("2")]
    return first, float(second.min()) if len(second) else first


def move_figures(found: TierMoves, period: Period, currency: str) -> tuple[Figure, ...]:
    """How many clients fell and rose, and by how much their revenue changed."""
    told: tuple[tuple[Way, str, str], ...] = (
        ("fell", "fell a tier or left", "before"),
        ("rose", "rose a tier or joined", "now"),
    )
    figures = []
    for way, words, side in told:
        rows = found.moved(way)
        count = int(rows["accounts"].sum())
        change = round(total(rows["revenue_now"]) - total(rows["revenue_before"]), 4)
        base = int(found.moves.loc[found.moves[side].isin(TIERS), "accounts"].sum())
        when = "a year before" if side == "before" else "now"
        policy = f"tiers: {found.reading}, by the amounts of {found.day_before.isoformat()}"
        window = f"{found.day_before.isoformat()} to {period.as_of.isoformat()}"
        figures += [
            Figure(
                f"segments.{way}_accounts", f"Clients that {words}", count, "accounts",
                f"Accounts that {words} within a year, by the same amounts on both days; without "
                f"revenue there is no tier. n: accounts in a tier {when}.",
                n=base, window=window, policy=policy, higher_is_better=way == "rose",
            ),
            Figure(
                f"segments.{way}_revenue_change", f"Change in revenue of clients that {words}",
                change, currency,
                "Their revenue of the last twelve months less that of the twelve months before.",
                n=count, window=window, policy=policy, higher_is_better=True,
            ),
        ]  # fmt: skip
    return tuple(unless(found.reason, figure) for figure in figures)
