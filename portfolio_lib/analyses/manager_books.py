"""The book of each account manager: clients, revenue, tiers, and what it takes of the capacity."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import NOT_RECORDED, is_blank, positive
from portfolio_lib.facts import months_before

TIER_COUNTS = ("tier_1", "tier_2", "tier_3")
BOOK_COLUMNS = (
    *("account_manager", "accounts", "revenue_12m", "revenue_share", *TIER_COUNTS, "team"),
    *("specialty", "training_done", "capacity_accounts", "accounts_used", "hours_per_week"),
    *("hours_spent_per_week", "hours_used", "load"),
)
OVER, WITHIN, NOT_KNOWN = "over capacity", "within capacity", "not known"


def books_of(
    known: pd.DataFrame,
    managers: pd.DataFrame | None,
    costs: pd.DataFrame | None,
    tier_labels: tuple[str, str, str],
    as_of: dt.date,
) -> pd.DataFrame:
    """One row per account manager named by a client or in the managers table, by revenue.

    Parameters
    ----------
    known : frame
        See `described`.
    managers, costs : frame or None
        Capacity, and hours spent by client; None where not handed in.

    Returns
    -------
    frame
        `account_manager`, `accounts` (clients), `revenue_12m` (of all their clients),
        `revenue_share`, `tier_1` … `tier_3` (clients of each tier), `team`, `specialty`,
        `training_done`, `capacity_accounts`, `accounts_used` (clients ÷ capacity),
        `hours_per_week`, `hours_spent_per_week` (on their clients, by whoever worked for them),
        `hours_used`, `load` (over capacity, within capacity, not known). Missing where the table
        behind it says nothing.
    """
    found = _from_clients(known, tier_labels)
    about = _about(managers)
    found = found.merge(about, on="account_manager", how="outer")
    counts = ["accounts", "revenue_12m", *TIER_COUNTS]
    found[counts] = found[counts].fillna(0)
    found = found.astype({name: "int64" for name in ("accounts", *TIER_COUNTS)})
    whole = math.fsum(positive(known["revenue_12m"]))
    found["revenue_share"] = positive(found["revenue_12m"]) / whole if whole > 0 else math.nan
    hours = hours_per_week(known, costs, as_of)
    found["hours_spent_per_week"] = found["account_manager"].map(hours).astype("float64")
    found["accounts_used"] = _part(found["accounts"], found["capacity_accounts"])
    found["hours_used"] = _part(found["hours_spent_per_week"], found["hours_per_week"])
    found["load"] = _load(found)
    ordered = found.sort_values(
        ["revenue_12m", "account_manager"], ascending=[False, True], kind="stable"
    )
    return ordered[list(BOOK_COLUMNS)].reset_index(drop=True)


def _from_clients(known: pd.DataFrame, tier_labels: tuple[str, str, str]) -> pd.DataFrame:
    rows = known.loc[known["account_manager"].ne(NOT_RECORDED)].copy()
    active = rows["is_client"].astype(bool)
    rows["accounts"] = active.astype(int)
    for name, label in zip(TIER_COUNTS, tier_labels, strict=True):
        rows[name] = (active & rows["tier"].eq(label)).astype(int)
    sums = rows.groupby("account_manager", sort=True)[["accounts", "revenue_12m", *TIER_COUNTS]]
    return sums.sum().round(9).reset_index()


def _about(managers: pd.DataFrame | None) -> pd.DataFrame:
    """What the managers table says, under the name that the clients go by."""
    columns = ["manager", "team", "specialty", "training_done", "capacity_accounts"]
    rows = pd.DataFrame(columns=["manager"]) if managers is None else managers
    told = rows.reindex(columns=[*columns, "hours_per_week"])
    told = told.loc[~is_blank(told["manager"])].drop_duplicates("manager")
    told = told.rename(columns={"manager": "account_manager"}).astype(
        {"account_manager": "object", "team": "object", "specialty": "object"}
    )
    numbers = {name: "float64" for name in ("capacity_accounts", "hours_per_week")}
    return told.astype({**numbers, "training_done": "boolean"})


def hours_per_week(
    known: pd.DataFrame, costs: pd.DataFrame | None, as_of: dt.date
) -> dict[str, float]:
    """Hours a week on each manager's clients over the last twelve months, by manager.

    Where the hours begin later they are divided by the weeks since then.
    """
    if costs is None or "hours" not in costs or not costs["hours"].notna().any():
        return {}
    start = pd.Timestamp(months_before(as_of, 12))
    rows = costs.loc[costs["hours"].notna()]
    rows = rows.loc[rows["period"].gt(start) & rows["period"].le(pd.Timestamp(as_of))]
    if rows.empty:
        return {}
    weeks = ((pd.Timestamp(as_of) - rows["period"].min()).days + 1) / 7
    managers = known.set_index("account_id")["account_manager"]
    names = rows["account_id"].map(managers)
    sums = rows["hours"].groupby(names, sort=True).sum() / weeks
    return {str(name): round(float(hours), 9) for name, hours in sums.items()}


def _part(used: pd.Series, room: pd.Series) -> pd.Series:
    """Used ÷ room; missing where either is not known or there is no room at all."""
    return used / room.where(room > 0)


def _load(found: pd.DataFrame) -> pd.Series:
    known = found[["accounts_used", "hours_used"]]
    over = known.gt(1).any(axis=1)
    told = np.select([over, known.notna().any(axis=1)], [OVER, WITHIN], NOT_KNOWN)
    return pd.Series(told, index=found.index, dtype="object")
