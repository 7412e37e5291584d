"""The list as it would have been on earlier days, held against what then happened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.churn_models.samples import Floats
from portfolio_lib.analyses.churn_models.trials import Trial
from portfolio_lib.analyses.tiers import TIERS, dated_tiers
from portfolio_lib.parameters.models import TierPolicy

REPLAY_COLUMNS = (
    *("snapshot_date", "months_ago", "accounts", "listed", "hits", "hit_rate", "base_rate"),
    *("lost", "expected", "revenue_lost", "revenue_caught", "colours_known", "lost_coloured"),
    *("revenue_lost_coloured", "revenue_lost_green"),
)
COLOURS = ("green", "yellow", "red")


def replay_rows(trials: Sequence[Trial], top: int, levels: pd.DataFrame | None) -> pd.DataFrame:
    """Every account of every trial, with its place in the list of that day and what happened.

    Parameters
    ----------
    trials : sequence of Trial
        Each with the model and the knowledge of its day.
    top : int
        Length of each list, by revenue at risk.
    levels : frame or None
        `account_id`, `snapshot_date`, `level` (green, yellow, red or grey) as known then.
    """
    parts = [_one_day(trial, top) for trial in trials]
    columns = ["account_id", "snapshot_date", "probability", "revenue", "listed", "left"]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    if levels is None or levels.empty:
        return rows.assign(level=None)
    known = levels[["account_id", "snapshot_date", "level"]].assign(
        snapshot_date=lambda f: pd.to_datetime(f["snapshot_date"])
    )
    return rows.merge(known, on=["account_id", "snapshot_date"], how="left", validate="m:1")


def _one_day(trial: Trial, top: int) -> pd.DataFrame:
    money = np.nan_to_num(trial.rows.revenue, nan=0.0).clip(min=0.0)
    risk = trial.chances * money
    order = np.lexsort((trial.rows.accounts.astype(str), -risk))
    listed = np.zeros(len(risk), dtype=bool)
    listed[order[:top]] = True
    return pd.DataFrame(
        {
            "account_id": trial.rows.accounts,
            "snapshot_date": pd.Timestamp(trial.snapshot),
            "probability": trial.chances,
            "revenue": money,
            "listed": listed,
            "left": trial.rows.churned == 1,
        }
    )


def replay_by_day(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per earlier day, latest first: the list, its hits, and the revenue lost.

    Returns
    -------
    frame
        `colours_known` where any client had a colour on the day; `lost_coloured` and
        `revenue_lost_coloured` of those that left and had one; `revenue_lost_green` of those, NaN
        where some left and none of them had a colour. Grey is not a colour: it says that nobody
        knew.
    """
    found = [_summary(day, part, as_of) for day, part in rows.groupby("snapshot_date", sort=True)]
    return pd.DataFrame(found[::-1], columns=list(REPLAY_COLUMNS))


def _summary(day: object, part: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, object]:
    when = pd.Timestamp(str(day))
    lost = part.loc[part["left"]]
    hits = int((part["listed"] & part["left"]).sum())
    listed = int(part["listed"].sum())
    known = bool(part["level"].isin(COLOURS).any())
    coloured = lost.loc[lost["level"].isin(COLOURS)]
    green = coloured.loc[coloured["level"].eq("green"), "revenue"].sum()
    told = known and (lost.empty or not coloured.empty)
    return {
        "snapshot_date": when,
        "months_ago": (as_of.year - when.year) * 12 + as_of.month - when.month,
        "accounts": len(part),
        "listed": listed,
        "hits": hits,
        "hit_rate": hits / listed if listed else np.nan,
        "base_rate": float(part["left"].mean()),
        "lost": len(lost),
        "expected": float(part["probability"].sum()),
        "revenue_lost": float(lost["revenue"].sum()),
        "revenue_caught": float(lost.loc[lost["listed"], "revenue"].sum()),
        "colours_known": known,
        "lost_coloured": len(coloured),
        "revenue_lost_coloured": float(coloured["revenue"].sum()),
        "revenue_lost_green": float(green) if told else np.nan,
    }


def replay_by_tier(rows: pd.DataFrame, policy: TierPolicy) -> pd.DataFrame:
    """The same over all days, by tier: as revenue stood on each day, by `tiers.dated_tiers`.

    Returns
    -------
    frame
        One row per tier that had accounts: `tier`, `accounts`, `lost`, `listed`, `hits`,
        `revenue_lost`, `revenue_caught`. An account counts once for each day.
    """
    if rows.empty:
        return pd.DataFrame(columns=["tier", "accounts", "lost", "listed", "hits",
                                     "revenue_lost", "revenue_caught"])  # fmt: skip
    tiers = [
        dated_tiers(part.rename(columns={"revenue": "revenue_12m"}), policy)
        for _, part in rows.groupby("snapshot_date", sort=True)
    ]
    told = rows.assign(
        tier=pd.concat(tiers),
        hit=rows["listed"] & rows["left"],
        lost_money=rows["revenue"].where(rows["left"], 0.0),
        caught=rows["revenue"].where(rows["left"] & rows["listed"], 0.0),
    )
    found = told.groupby("tier", as_index=False, sort=True).agg(
        accounts=("account_id", "size"),
        lost=("left", "sum"),
        listed=("listed", "sum"),
        hits=("hit", "sum"),
        revenue_lost=("lost_money", "sum"),
        revenue_caught=("caught", "sum"),
    )
    return found.loc[found["tier"].isin(TIERS)].reset_index(drop=True)


def colour_chances(
    closed_levels: pd.Series, closed_left: Floats, levels: pd.Series
) -> Floats | None:
    """The chance that goes with each colour, learned on rows closed by then; None without colours.

    Each colour's rate is drawn towards that of all by four accounts; grey and unknown take it.
    """
    if not closed_levels.isin(COLOURS).any() or not levels.isin(COLOURS).any():
        return None
    base = float(np.mean(closed_left))
    rates = {}
    for colour in COLOURS:
        here = closed_left[closed_levels.eq(colour).to_numpy()]
        rates[colour] = (float(here.sum()) + 4 * base) / (len(here) + 4)
    return np.asarray(levels.map(rates).fillna(base), dtype=np.float64)
