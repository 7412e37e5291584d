"""Clients whose story could be told to others: large, satisfied, growing, and long with us."""

from __future__ import annotations

import numpy as np
import pandas as pd

TESTS = ("best", "satisfied", "growing", "loyal")
COLUMNS = (
    *("account_id", "account_name", "industry", "revenue_12m", "growth", "satisfaction"),
    *("tenure_years", "recommended", *TESTS, "met"),
)
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


def success_cases(
    clients: pd.DataFrame, best: pd.Series, *, satisfied_from: float, loyal_months: int
) -> pd.DataFrame:
    """Active clients that meet all that is known of the four tests, satisfaction among it.

    Parameters
    ----------
    clients : frame
        Active clients: `account_id`, `account_name`, `industry`, `revenue_12m`,
        `revenue_prior_12m`, `tenure_days`, `satisfaction` (latest, of 10), `urgent_issues_90d`,
        `recommended` (other clients that came on their word).
    best : series
        Whether a client is among the best by revenue, on the same index.

    Returns
    -------
    frame
        Those that are satisfied and meet at least three of the four tests, most tests first, then
        by revenue. A client with an urgent issue in the last 90 days is not among them.
    """
    rows = clients.copy()
    before = rows["revenue_prior_12m"].where(rows["revenue_prior_12m"] > 0)
    rows["growth"] = rows["revenue_12m"] / before - 1
    rows["tenure_years"] = rows["tenure_days"] / DAYS_PER_YEAR
    rows["best"] = best
    rows["satisfied"] = rows["satisfaction"] >= satisfied_from
    rows["growing"] = rows["growth"] > 0
    rows["loyal"] = rows["tenure_days"] >= loyal_months * DAYS_PER_MONTH
    rows["met"] = rows[list(TESTS)].sum(axis=1).astype(int)
    calm = ~(rows["urgent_issues_90d"] > 0)
    found = rows.loc[rows["satisfied"] & calm & (rows["met"] >= len(TESTS) - 1)]
    ordered = found.sort_values(
        ["met", "revenue_12m", "account_id"], ascending=[False, False, True], kind="stable"
    )
    return ordered.reindex(columns=list(COLUMNS)).reset_index(drop=True)


def recommended(accounts: pd.DataFrame) -> pd.Series:
    """How many clients each one has recommended us to."""
    if "referred_by" not in accounts:
        return pd.Series(dtype="float64")
    return accounts["referred_by"].dropna().value_counts().astype("float64")


def nothing_known(features: pd.DataFrame) -> str | None:
    """Why no success story can be told; None where one can."""
    if "satisfaction" in features and features["satisfaction"].notna().any():
        return None
    return "no client has said how satisfied it is; hand in table surveys"


def features_now(account_features: pd.DataFrame) -> pd.DataFrame:
    """Satisfaction, urgent issues and departments' contacts of every client on the review date."""
    names = ["account_id", "satisfaction", "urgent_issues_90d"]
    now = account_features.loc[account_features["is_current"].astype(bool)].reindex(columns=names)
    for name in names[1:]:
        now[name] = pd.to_numeric(now[name]).astype("float64")
    return now.replace([np.inf, -np.inf], np.nan)
