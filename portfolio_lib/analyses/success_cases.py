"""Clients whose story could be told to others: large, satisfied, growing, and long with us.

A story carries further where the client has weight in its market and would speak for us itself.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from portfolio_lib.analyses.answer_ages import recent
from portfolio_lib.analyses.signs import largest_first, where_known

TESTS = ("best", "satisfied", "growing", "loyal")
COLUMNS = (
    *("account_id", "account_name", "industry", "revenue_12m", "growth", "satisfaction"),
    *("tenure_years", "recommended", *TESTS, "met"),
    *("market_influence", "strategic_value", "influential", "advocate", "strength"),
)
JUDGEMENTS = ("market_influence", "strategic_value")
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


def success_cases(
    clients: pd.DataFrame,
    best: pd.Series,
    speakers: Collection[str] | None,
    *,
    satisfied_from: float,
    loyal_months: int,
    influential_from: float,
) -> pd.DataFrame:
    """Clients that meet all that is known of the four tests, satisfaction among it.

    Parameters
    ----------
    clients : frame
        Clients: `account_id`, `account_name`, `industry`, `revenue_12m`,
        `revenue_prior_12m`, `tenure_days`, `satisfaction` (latest of a year, of 10),
        `urgent_issues_90d`, `recommended` (other clients that came on their word), and
        `market_influence`, `strategic_value` (1 to 5) where they are given.
    best : series
        Whether a client is among the best by revenue, on the same index.
    speakers : collection of str or None
        Ids of the clients that could speak for us; None where that is not known.
    influential_from : float
        Influence is high where either judgement is at least this.

    Returns
    -------
    frame
        Those that are satisfied and meet at least three of the four tests, strongest first, then
        by revenue. A client with an urgent issue in the last 90 days is not among them.
        `influential` and `advocate` are 1 or 0, missing where not known; `strength` is `met` and
        those of the two that hold.
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
    found = _with_strength(found, speakers, influential_from)
    return largest_first(found, ["strength", "met", "revenue_12m"]).reindex(columns=list(COLUMNS))


def _with_strength(
    found: pd.DataFrame, speakers: Collection[str] | None, influential_from: float
) -> pd.DataFrame:
    given = judged(found)
    by_name = found["account_id"].isin([] if speakers is None else list(speakers))
    found = found.assign(
        market_influence=given["market_influence"],
        strategic_value=given["strategic_value"],
        influential=where_known(given.max(axis=1) >= influential_from, given.notna().any(axis=1)),
        advocate=where_known(by_name, pd.Series(speakers is not None, index=found.index)),
    )
    return found.assign(
        strength=found["met"] + found[["influential", "advocate"]].sum(axis=1).astype(int)
    )


def judged(clients: pd.DataFrame) -> pd.DataFrame:
    """Market influence and strategic value as numbers, missing where not given."""
    given = clients.reindex(columns=list(JUDGEMENTS))
    return pd.DataFrame({name: pd.to_numeric(given[name]).astype("float64") for name in JUDGEMENTS})


def recommended(accounts: pd.DataFrame) -> pd.Series:
    """How many clients each one has recommended us to."""
    if "referred_by" not in accounts:
        return pd.Series(dtype="float64")
    return accounts["referred_by"].dropna().value_counts().astype("float64")


def nothing_known(features: pd.DataFrame) -> str | None:
    """Why no success story can be told; None where one can."""
    if "satisfaction" in features and features["satisfaction"].notna().any():
        return None
    return "no client has said within a year how satisfied it is; hand in table surveys"


def no_influence(clients: pd.DataFrame) -> str | None:
    """Why it is not known whose story carries far; None where it is."""
    if judged(clients).notna().any(axis=None):
        return None
    return (
        "nobody has rated the clients; hand in columns market_influence and strategic_value of "
        "table accounts"
    )


def with_record(
    clients: pd.DataFrame, accounts: pd.DataFrame, account_features: pd.DataFrame
) -> pd.DataFrame:
    """Clients with what a story needs: answers, issues, recommendations and judgements."""
    given = accounts[["account_id"]].join(judged(accounts))
    kept = clients.drop(columns=[name for name in JUDGEMENTS if name in clients])
    rows = kept.merge(
        features_now(account_features), on="account_id", how="left", validate="one_to_one"
    )
    rows = rows.merge(given, on="account_id", how="left", validate="one_to_one")
    return rows.assign(
        recommended=rows["account_id"].map(recommended(accounts)).fillna(0.0).astype("float64")
    )


def features_now(account_features: pd.DataFrame) -> pd.DataFrame:
    """Satisfaction of the last year and urgent issues of every client on the review date."""
    now = account_features.loc[account_features["is_current"].astype(bool)]
    found = pd.DataFrame(
        {
            "account_id": now["account_id"],
            "satisfaction": recent(now, "satisfaction"),
            "urgent_issues_90d": pd.to_numeric(now["urgent_issues_90d"]).astype("float64"),
        }
    )
    return found.replace([np.inf, -np.inf], np.nan)
