"""Deals as they stand on the review date: open or closed, and how win rates are told."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.facts import months_before
from portfolio_lib.tables import TABLES

KINDS = ("cross-sell", "upsell", "new", "partnership", "renewal")
NO_KIND, NO_STAGE, NOT_NAMED = "kind not given", "stage not given", "not named"
TEXTS = ("account_id", "prospect_id", "offering", "competitor", "loss_reason", "owner", "outcome")
RATE_COLUMNS = ("closed", "won", "lost", "won_value", "lost_value", "win_rate", "low", "high")


def deals_on(opportunities: pd.DataFrame | None, day: dt.date) -> pd.DataFrame:
    """Every deal with what is asked of it, by its id.

    Parameters
    ----------
    opportunities : frame or None
        The table of that name, cut at the review date.

    Returns
    -------
    frame
        The columns of the table, complete; `kind` and `stage` named where they are blank;
        `is_open` (no outcome yet), `age_days` (of open ones), `is_overdue` (the day it was
        expected to close has passed).
    """
    names = list(TABLES["opportunities"].column_names)
    given = pd.DataFrame(columns=names) if opportunities is None else opportunities
    rows = given.reindex(columns=names).sort_values("opportunity_id", kind="stable")
    rows = rows.reset_index(drop=True)
    for name in TEXTS:
        rows[name] = rows[name].astype("object").where(~is_blank(rows[name]), None)
    rows["kind"] = rows["kind"].astype("object").where(~is_blank(rows["kind"]), NO_KIND)
    rows["stage"] = rows["stage"].astype("object").where(~is_blank(rows["stage"]), NO_STAGE)
    for name in ("value", "probability"):
        rows[name] = pd.to_numeric(rows[name]).astype("float64")
    for name in ("created_date", "close_date"):
        rows[name] = pd.to_datetime(rows[name])
    today = pd.Timestamp(day)
    rows["is_open"] = rows["outcome"].isna()
    rows["age_days"] = (
        (today - rows["created_date"]).dt.days.where(rows["is_open"]).astype("float64")
    )
    rows["is_overdue"] = rows["is_open"] & (rows["close_date"] < today)
    return rows


def closed_in(deals: pd.DataFrame, day: dt.date, months: int) -> pd.DataFrame:
    """Deals won or lost in the months to a day; those closed on an unknown day count as well."""
    since = pd.Timestamp(months_before(day, months))
    inside = deals["close_date"].isna() | (deals["close_date"] > since)
    return deals.loc[~deals["is_open"] & inside]


def win_rates(closed: pd.DataFrame, by: pd.Series, *, least: int, level: float) -> pd.DataFrame:
    """Win rates by group, with Wilson intervals; none where too few deals are closed.

    Parameters
    ----------
    closed : frame
        Closed deals: `outcome`, `value`.
    by : series
        Group of each deal, on the same index.
    least : int
        Closed deals that it takes to give a rate.
    level : float
        Level of the interval.

    Returns
    -------
    frame
        One row per group, most deals first: `group`, `closed`, `won`, `lost`, `won_value`,
        `lost_value`, `win_rate`, `low`, `high`.
    """
    won = closed["outcome"].eq("won")
    value = closed["value"].fillna(0.0)
    rows = pd.DataFrame(
        {
            "group": by.astype("object"),
            "closed": 1,
            "won": won.astype(int),
            "lost": (~won).astype(int),
            "won_value": value.where(won, 0.0),
            "lost_value": value.where(~won, 0.0),
        }
    )
    sums = rows.groupby("group", sort=True).sum().round(4).reset_index()
    enough = sums["closed"] >= least
    sums["win_rate"] = (sums["won"] / sums["closed"]).where(enough)
    low, high = wilson(sums["won"], sums["closed"], level)
    sums["low"], sums["high"] = low.where(enough), high.where(enough)
    ordered = sums.sort_values(["closed", "group"], ascending=[False, True], kind="stable")
    return ordered[["group", *RATE_COLUMNS]].reset_index(drop=True)


def wilson(hits: pd.Series, of: pd.Series, level: float) -> tuple[pd.Series, pd.Series]:
    """Wilson intervals of shares; missing where there is nothing to take a share of."""
    known = of > 0
    low = pd.Series(np.nan, index=of.index, dtype="float64")
    high = low.copy()
    if known.any():
        ends = proportion_confint(hits[known], of[known], alpha=1 - level, method="wilson")
        low[known], high[known] = np.asarray(ends[0], float), np.asarray(ends[1], float)
    return low, high
