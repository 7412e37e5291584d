"""Who has left, and how often those who left have come back, by the time since they left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.former_models import FormerAccountsPage

NOT_RENEWED = "not_renewed"
LEAST_STRETCH_DAYS = 30
"""Stretches that begin closer together are one."""


@dataclass(frozen=True)
class Leaving:
    """When a client counts as gone.

    Parameters
    ----------
    event : str
        ``not_renewed``, ``no_purchase`` or ``revenue_gone``.
    after_days : int
        Days since the last day after which a client is a former one.
    """

    event: str
    after_days: int


def leaving_rule(churn_outcomes: pd.DataFrame, churn: ChurnPage, active_within: int) -> Leaving:
    """The event that counts as a loss here, and how long a client must be gone.

    A client without contracts is a former one when it is inactive, not already when it is silent
    for as long as counts as a loss.
    """
    known = churn_outcomes["event"].dropna()
    event = str(known.iloc[0]) if len(known) else "no_purchase"
    if event == NOT_RENEWED:
        return Leaving(event, churn.grace_days)
    pause = churn.silent_days if event == "no_purchase" else churn.gone_days
    return Leaving(event, max(pause, active_within))


def departures(account_stays: pd.DataFrame, as_of: dt.date, rule: Leaving) -> pd.DataFrame:
    """Every time that an account left: one row per run that ended long enough ago.

    Returns
    -------
    frame
        `account_id`, `left_on` (last day of the run), `back_on` (first day after it; missing where
        none is known), `days_gone` (to the return, or to `as_of`), sorted.
    """
    today = pd.Timestamp(as_of)
    runs = account_stays.loc[account_stays["last_day"] < today, :]
    back = runs["next_day"].where(runs["next_day"] <= today)
    gone = (back.fillna(today) - runs["last_day"]).dt.days
    found = pd.DataFrame(
        {
            "account_id": runs["account_id"],
            "left_on": runs["last_day"],
            "back_on": back,
            "days_gone": gone.astype("int64"),
        }
    )
    # A coming term that is signed already is no departure.
    coming = runs["next_day"] > today
    kept = found.loc[(found["days_gone"] > rule.after_days) & ~coming]
    return kept.sort_values(["account_id", "left_on"], kind="stable").reset_index(drop=True)


def return_rates(
    left: pd.DataFrame, as_of: dt.date, rule: Leaving, page: FormerAccountsPage
) -> pd.DataFrame:
    """How many of those still gone after so many days came back within the horizon.

    Parameters
    ----------
    left : frame
        As `departures` gives it.

    Returns
    -------
    frame
        One row per stretch since leaving: `from_days`, `to_days` (missing for the last),
        `departures` (gone for `from_days` so long ago that the horizon after it is over by
        `as_of`), `returned`, `rate`, `low`, `high` (Wilson; all three missing with too few).
    """
    soon = rule.after_days + LEAST_STRETCH_DAYS
    starts = sorted({rule.after_days, *(d for d in page.gone_for_days if d > soon)})
    until_now = (pd.Timestamp(as_of) - left["left_on"]).dt.days
    back = (left["back_on"] - left["left_on"]).dt.days
    rows = []
    for start, end in zip(starts, [*starts[1:], np.nan], strict=True):
        seen = (until_now >= start + page.return_within_days) & ~(back <= start)
        came = seen & (back <= start + page.return_within_days)
        n, k = int(seen.sum()), int(came.sum())
        rows.append((start, end, n, k, *_rate(k, n, page)))
    columns = ["from_days", "to_days", "departures", "returned", "rate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _rate(k: int, n: int, page: FormerAccountsPage) -> tuple[float, float, float]:
    if n < page.least_departures:
        return np.nan, np.nan, np.nan
    low, high = proportion_confint(k, n, alpha=1 - page.interval_level, method="wilson")
    return k / n, max(0.0, float(low)), float(high)


def with_chance(gone: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Each former account's chance of a return, by the time it has been gone.

    Parameters
    ----------
    gone : frame
        `days_gone`.

    Returns
    -------
    frame
        On the index of `gone`: `chance`, `chance_low`, `chance_high`, `chance_of` (past departures
        behind them), `chance_returned` (how many of these came back).
    """
    place = np.searchsorted(rates["from_days"].to_numpy(float), gone["days_gone"], side="right") - 1
    own = rates.iloc[np.clip(place, 0, len(rates) - 1)]
    return pd.DataFrame(
        {
            "chance": own["rate"].to_numpy(float),
            "chance_low": own["low"].to_numpy(float),
            "chance_high": own["high"].to_numpy(float),
            "chance_of": own["departures"].to_numpy("int64"),
            "chance_returned": own["returned"].to_numpy("int64"),
        },
        index=gone.index,
    )
