"""How many clients come back a second, a third, a fourth time within a year."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.parameters.behaviour_models import RecurrencePage

WINDOW_DAYS = 365
NEARLY_COLUMNS = ("account_id", "purchase_days_365d", "last_purchase", "buy_by", "sales_365d")


def days_in_window(purchase_days: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The purchase days of the 365 days that end on `as_of`."""
    day = purchase_days["day"]
    first = pd.Timestamp(as_of - dt.timedelta(days=WINDOW_DAYS))
    return purchase_days.loc[(day > first) & (day <= pd.Timestamp(as_of))]


def funnel(counts: pd.Series, page: RecurrencePage) -> pd.DataFrame:
    """Accounts that bought at least 1, 2, 3 … times, and the share of each that went on.

    Parameters
    ----------
    counts : series
        Purchase days within the window, by account.

    Returns
    -------
    frame
        One row per number of purchases, from 1: `purchases`, `accounts` (with at least so many),
        `step_rate` (accounts of the next row ÷ accounts of this one; missing where nobody is left
        and in the last row), with its 90 % Wilson interval `step_low`, `step_high`. One row more
        than the steps shown, no more than the most purchases of any account plus one.

    Examples
    --------
    >>> funnel(pd.Series([1, 1, 2, 3]), RecurrencePage())["step_rate"].tolist()
    [0.5, 0.5, nan]
    """
    most = int(counts.max()) if len(counts) else 0
    steps = np.arange(1, min(page.steps_shown + 1, most) + 1)
    reached = np.array([int((counts >= step).sum()) for step in steps], dtype=int)
    onward = np.append(reached[1:], 0) if len(reached) else reached
    rows = pd.DataFrame({"purchases": steps, "accounts": reached}).astype(int)
    rows["step_rate"] = onward / np.maximum(reached, 1).astype(float)
    low, high = proportion_confint(onward, np.maximum(reached, 1), alpha=0.1, method="wilson")
    rows["step_low"], rows["step_high"] = low, high
    rows.loc[rows.index[-1:], ["step_rate", "step_low", "step_high"]] = np.nan
    return rows


def worst_step(steps: pd.DataFrame, least_accounts: int) -> int | None:
    """The number of purchases after which most clients stop; None where too few get that far.

    Of equal rates the earlier step, where more clients are lost, is the worst.
    """
    told = steps.loc[steps["accounts"].ge(least_accounts) & steps["step_rate"].notna()]
    if told.empty:
        return None
    order = told.sort_values(["step_rate", "purchases"], kind="stable")
    return int(order["purchases"].iloc[0])


def nearly_recurring(
    purchase_days: pd.DataFrame, as_of: dt.date, page: RecurrencePage
) -> pd.DataFrame:
    """The accounts one purchase day short of recurring, and by when the next one must come.

    Returns
    -------
    frame
        One row per account, most sales first: `account_id`, `purchase_days_365d`,
        `last_purchase`, `buy_by` (the last day on which a purchase still makes it recurring: on
        the day after, its oldest purchase leaves the window), `sales_365d`.
    """
    held = days_in_window(purchase_days, as_of)
    sums = held.groupby("account_id", sort=True).agg(
        purchase_days_365d=("day", "nunique"),
        first=("day", "min"),
        last_purchase=("day", "max"),
        sales_365d=("sales", "sum"),
    )
    near = sums.loc[sums["purchase_days_365d"].eq(page.threshold - 1)].reset_index()
    near["buy_by"] = near["first"] + pd.Timedelta(days=WINDOW_DAYS - 1)
    order = near.sort_values(["sales_365d", "account_id"], ascending=[False, True], kind="stable")
    return order.loc[:, list(NEARLY_COLUMNS)].reset_index(drop=True)
