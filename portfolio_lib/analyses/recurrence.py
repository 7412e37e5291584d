"""Who comes back, in which rhythm, who is late, whose orders changed, who could spend more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.changed_orders import changed_orders
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.funnel import days_in_window, funnel, nearly_recurring, worst_step
from portfolio_lib.analyses.peers import compared, peer_groups
from portfolio_lib.analyses.recurrence_figures import Rhythms, all_figures
from portfolio_lib.analyses.rhythm import rhythms
from portfolio_lib.analyses.snapshots import accounts_on
from portfolio_lib.parameters.models import UnitParameters

CHANGE_COLUMNS = ("ticket_change", "quantity_change", "mix_change")


@dataclass(frozen=True)
class Recurrence:
    """The answer of the page Recurrence and rhythm.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    steps : frame
        The funnel: see `funnel`; `worst` is the number of purchases with the lowest rate.
    nearly : frame
        The nearly recurring accounts by sales, with names, `median_gap_days` and `next_day`.
    missed : frame
        Accounts whose gap is beyond their own, by sales of the year before their silence.
    changed : frame
        Accounts whose orders changed, by revenue.
    expected : frame
        Accounts with a next expected purchase, earliest first.
    could_spend_more : frame
        Accounts below the middle of similar clients, by what is missing.
    accounts : frame
        One row per account that has bought, for analysts.
    """

    figures: Mapping[str, Figure]
    steps: pd.DataFrame
    worst: int | None
    nearly: pd.DataFrame
    missed: pd.DataFrame
    changed: pd.DataFrame
    expected: pd.DataFrame
    could_spend_more: pd.DataFrame
    accounts: pd.DataFrame
    as_of: dt.date
    threshold: int
    missed_quantile: float
    recent_days: int
    own_range: tuple[float, float]
    least_gaps: int
    least_peers: int
    accounts_shown: int
    currency: str


def measure_recurrence(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    purchase_days: pd.DataFrame,
    order_lines: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> Recurrence:
    """Measure who comes back and in which rhythm.

    Parameters
    ----------
    accounts : frame
        One row per account; `industry` and `employees` say who is similar.
    account_snapshots : frame
        One row per account and snapshot date; gives twelve-month revenue.
    purchase_days : frame
        One row per account and day with a sale.
    order_lines : frame
        One row per account, day and offering with a sale in 24 months.
    parameters : UnitParameters
        Gives the threshold and what it takes to speak of a rhythm, a change, a comparison.
    """
    page, as_of = parameters.recurrence, parameters.as_of
    counts = days_in_window(purchase_days, as_of).groupby("account_id", sort=True)["day"].nunique()
    steps = funnel(counts, page)
    rows = _one_row_each(accounts, account_snapshots, purchase_days, parameters)
    changes = changed_orders(order_lines, as_of, page)
    rows = rows.merge(changes, on="account_id", how="left", validate="one_to_one")
    nearly = _named(nearly_recurring(purchase_days, as_of, page), rows)
    worst = worst_step(steps, page.least_accounts)
    figures = all_figures(Rhythms(rows, counts, steps, worst, nearly, parameters))
    return Recurrence(
        figures={figure.key: figure for figure in figures},
        steps=steps,
        worst=worst,
        nearly=nearly,
        missed=_by(rows.loc[rows["is_missed"]], "sales_before_silence"),
        changed=_by(rows.loc[is_changed(rows)], "revenue_12m"),
        expected=rows.loc[rows["next_day"].notna()]
        .sort_values(["next_day", "account_id"], kind="stable")
        .reset_index(drop=True),
        could_spend_more=_by(rows.loc[rows["headroom"].notna()], "headroom"),
        accounts=_by(rows, "revenue_12m"),
        as_of=as_of,
        threshold=page.threshold,
        missed_quantile=page.missed_quantile,
        recent_days=page.recent_days,
        own_range=page.own_range,
        least_gaps=page.least_gaps,
        least_peers=page.least_peers,
        accounts_shown=page.accounts_shown,
        currency=parameters.currency,
    )


def is_changed(rows: pd.DataFrame) -> pd.Series:
    """Whether any of quantity, ticket and mix is outside the account's own range."""
    return rows[list(CHANGE_COLUMNS)].isin(["lower", "higher", "other"]).any(axis=1)


def _one_row_each(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    purchase_days: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """Whoever has bought and not ended its contract: rhythm, ticket, and similar clients."""
    as_of = parameters.as_of
    own = rhythms(purchase_days, as_of, parameters.recurrence)
    known = accounts_on(accounts, account_snapshots, as_of)
    if "employees" in accounts.columns:
        sizes = accounts[["account_id", "employees"]]
        known = known.merge(sizes, on="account_id", how="left", validate="one_to_one")
    known["peer_group"] = peer_groups(known)
    tickets = _tickets(purchase_days, as_of)
    base = known[["account_id", "account_name", "peer_group", "revenue_12m"]]
    every = base.merge(tickets, on="account_id", how="left", validate="one_to_one")
    every = pd.concat([every, compared(every, parameters.recurrence.least_peers)], axis=1)
    # Whoever ended the contract is expected to be silent; nobody is to ask for the next order.
    left = known.loc[known["is_active"] & ~known["is_client"], "account_id"]
    own = own.loc[~own["account_id"].isin(left)]
    return own.merge(every, on="account_id", how="left", validate="one_to_one")


def _tickets(purchase_days: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Average ticket of the last 365 days, and sales of the 365 days to the last purchase."""
    known = purchase_days.loc[purchase_days["day"] <= pd.Timestamp(as_of)]
    held = days_in_window(known, as_of).groupby("account_id", sort=True)["sales"]
    last = known.groupby("account_id", sort=True)["day"].transform("max")
    before = known.loc[known["day"] > last - pd.Timedelta(days=365)]
    found = pd.DataFrame(
        {
            "purchase_days_365d": held.size(),
            "average_ticket": held.mean(),
            "sales_before_silence": before.groupby("account_id", sort=True)["sales"].sum(),
        }
    )
    found.index.name = "account_id"
    found["purchase_days_365d"] = found["purchase_days_365d"].fillna(0)
    return found.astype("float64").round(6).reset_index()


def _named(nearly: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["account_id", "account_name", "median_gap_days", "next_day", "is_missed"]
    return nearly.merge(rows[columns], on="account_id", how="inner", validate="one_to_one")


def _by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    order = rows.assign(_key=rows[column].fillna(-np.inf)).sort_values(
        ["_key", "account_id"], ascending=[False, True], kind="stable"
    )
    return order.drop(columns="_key").reset_index(drop=True)
