"""What clients take, against their tier and revenue, and where the two do not fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.tiers import TIERS

NO_EFFORT = "no hours and no cost to serve are recorded in the window; hand in table costs"
MEASURES = {"hours": "hours_12m", "cost": "cost_to_serve_12m"}
MORE, LESS = "more", "less"


@dataclass(frozen=True)
class Effort:
    """What is spent on whom.

    Parameters
    ----------
    measure : str or None
        ``hours`` where any are recorded, else ``cost``; None where neither is.
    tiers : frame
        One row per tier, 1 to 3: `tier`, `accounts`, `revenue`, `revenue_share`, `hours`, `cost`,
        `effort_share`, `middle` (median effort of its accounts).
    misfits : frame
        Accounts that take more than the middle of the tier above, or get less than the middle of
        the tier below, by how far they are from it.
    compared : int
        Accounts that could be held against a tier above or below.
    reason : str or None
        Why nothing can be said.
    """

    measure: str | None
    tiers: pd.DataFrame
    misfits: pd.DataFrame
    compared: int
    reason: str | None = None


def measure_effort(rows: pd.DataFrame, least_in_tier: int) -> Effort:
    """Hold the effort of each account against the middle of the tiers beside its own.

    Parameters
    ----------
    rows : frame
        One row per account: `account_id`, `tier` (``1`` to ``3``, else none), `revenue_12m`,
        `hours_12m`, `cost_to_serve_12m` (missing where not recorded).
    least_in_tier : int
        Accounts with effort on record that the tier held against must have.
    """
    measure = next((m for m, column in MEASURES.items() if rows[column].gt(0).any()), None)
    tiered = rows.loc[rows["tier"].isin(TIERS)]
    effort = tiered[MEASURES[measure]] if measure else pd.Series(np.nan, index=tiered.index)
    tiered = tiered.assign(effort=effort.astype("float64"))
    totals = _by_tier(tiered)
    if measure is None or tiered.empty:
        reason = NO_EFFORT if measure is None else "no client has a tier"
        return Effort(measure, totals, _misfits(tiered.iloc[:0], {}), 0, reason)
    middles = _middles(tiered, least_in_tier)
    compared = tiered["effort"].notna() & tiered["tier"].isin(_comparable(middles))
    few = f"no tier beside another has {least_in_tier} clients with effort on record"
    return Effort(
        measure,
        totals,
        _misfits(tiered, middles),
        int(compared.sum()),
        None if compared.any() else few,
    )


def _by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    revenue, effort = total(rows["revenue_12m"]), total(rows["effort"].dropna())
    told = []
    for tier in TIERS:
        own = rows.loc[rows["tier"].eq(tier)]
        spent = total(own["effort"].dropna())
        told.append(
            {
                "tier": tier,
                "accounts": len(own),
                "revenue": total(own["revenue_12m"]),
                "revenue_share": total(own["revenue_12m"]) / revenue if revenue > 0 else math.nan,
                "hours": own["hours_12m"].sum(min_count=1),
                "cost": own["cost_to_serve_12m"].sum(min_count=1),
                "effort_share": spent / effort if effort > 0 else math.nan,
                "middle": own["effort"].median() if own["effort"].notna().any() else math.nan,
            }
        )
    return pd.DataFrame(told)


def _middles(rows: pd.DataFrame, least: int) -> dict[str, float]:
    """The middle effort of each tier that has enough accounts with effort on record."""
    grouped = rows.loc[rows["effort"].notna()].groupby("tier")["effort"]
    return {str(tier): float(own.median()) for tier, own in grouped if len(own) >= least}


def _beside(tier: str) -> tuple[str | None, str | None]:
    """The tier above and the tier below."""
    place = TIERS.index(tier)
    above = TIERS[place - 1] if place else None
    return above, TIERS[place + 1] if place + 1 < len(TIERS) else None


def _comparable(middles: dict[str, float]) -> list[str]:
    return [tier for tier in TIERS if any(one in middles for one in _beside(tier))]


def _middle_beside(tiers: pd.Series, middles: dict[str, float], side: int) -> pd.Series:
    """For each account the middle of the tier above (side 0) or below (side 1) its own."""
    found = {tier: middles.get(_beside(tier)[side] or "", math.nan) for tier in TIERS}
    return tiers.map(found).astype("float64")


def _misfits(rows: pd.DataFrame, middles: dict[str, float]) -> pd.DataFrame:
    """Accounts beyond the middle of the tier above, or under that of the tier below."""
    above, below = (_middle_beside(rows["tier"], middles, side) for side in (0, 1))
    more = rows["effort"] > above
    less = (rows["effort"] < below) & ~more
    kind = pd.Series(np.where(more, MORE, LESS), index=rows.index, dtype="object")
    against = above.where(more, below)
    found = rows.assign(kind=kind, against=against, beyond=(rows["effort"] - against).abs())
    columns = ["account_id", "account_name", "tier", "account_manager", "kind", "effort"]
    columns += ["against", "beyond", "hours_12m", "cost_to_serve_12m", "revenue_12m"]
    chosen = found.loc[more | less, [name for name in columns if name in found.columns]]
    order = chosen.sort_values(["beyond", "account_id"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)
