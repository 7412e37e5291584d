"""One row per client with what every result says of it; what it buys, and when."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from portfolio_lib.analyses.answers import quarter_ends

QUARTERS = 8
ABOUT = (
    *("account_id", "country", "region", "relationship_type", "executive_sponsor", "start_date"),
    *("end_date", "employees", "acquisition_channel"),
)
TAKEN: Mapping[str, Sequence[str]] = {
    "value": (
        "margin_12m", "cost_to_serve_12m", "contribution", "clv", "why_no_value", "chance_there",
    ),
    "payments": ("open_amount", "overdue_amount", "late_share", "median_days_late"),
    "health": ("score", "level", "coverage", "cause", "alarms"),
    "churn": ("probability", "reasons", "revenue_at_risk", "play_title", "next_step", "who",
              "within_days"),
    "service": ("issues", "open_issues", "open_urgent", "breaches_12m", "compliance"),
    "satisfaction": ("satisfaction", "last_answer", "answers", "is_detractor"),
    "stakeholders": ("annual_revenue", "contacts_active", "single_threaded", "severity",
                     "has_champion", "has_economic_buyer", "has_sponsor", "strength_measured"),
    "engagement": ("last_contact", "days_since_contact", "contacts_quarter", "contacts_planned",
                   "due", "last_review"),
}  # fmt: skip
"""What is taken from the frame `accounts` of each result, in the order they are handed over."""


def profiles(
    known: pd.DataFrame,
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    *each: pd.DataFrame,
    as_of: dt.date,
) -> pd.DataFrame:
    """One row per client, by `account_id`: what describes it, then what is `TAKEN`.

    Parameters
    ----------
    each : frame
        The frames `accounts` of the results, in the order of `TAKEN`. A client that a result does
        not speak of has missing values there.
    """
    joined = known.merge(_once(accounts.reindex(columns=list(ABOUT))), on="account_id", how="left")
    on_day = account_snapshots["snapshot_date"].eq(pd.Timestamp(as_of))
    money = ["account_id", "revenue_prior_12m", "annual_value_in_force", "next_renewal_date",
             "days_to_renewal"]  # fmt: skip
    joined = joined.merge(
        _once(account_snapshots.loc[on_day].reindex(columns=money)), on="account_id", how="left"
    )
    for columns, frame in zip(TAKEN.values(), each, strict=True):
        part = _once(frame.reindex(columns=["account_id", *columns]))
        joined = joined.merge(part, on="account_id", how="left", validate="one_to_one")
    return joined.sort_values("account_id", kind="stable").reset_index(drop=True)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype({"account_id": "object"}).drop_duplicates("account_id")


def services_of(account_offering_revenue: pd.DataFrame) -> pd.DataFrame:
    """What each client buys or has bought within two years, most revenue first.

    Returns
    -------
    frame
        `account_id`, `offering`, `revenue_12m`, `revenue_prior_12m`, `first_day`, `last_day`.
    """
    columns = ["account_id", "offering", "revenue_12m", "revenue_prior_12m", "first_day",
               "last_day"]  # fmt: skip
    rows = account_offering_revenue.reindex(columns=columns)
    lively = rows["revenue_12m"].ne(0) | rows["revenue_prior_12m"].ne(0)
    return rows.loc[lively].sort_values(
        ["account_id", "revenue_12m", "offering"],
        ascending=[True, False, True],
        kind="stable",
        ignore_index=True,
    )


def quarters_of(account_month_revenue: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Revenue of the last eight quarters to the day, oldest first, from the first with any.

    Returns
    -------
    frame
        `account_id`, `quarter_end`, `revenue`; quarters are stretches of three months up to the
        review date, counted in whole months.
    """
    rows = account_month_revenue[["account_id", "month", "revenue_net"]]
    parts = []
    for before, last in itertools.pairwise(quarter_ends(as_of, QUARTERS + 1)):
        months = pd.to_datetime(rows["month"])
        inside = months.gt(pd.Timestamp(before)) & months.le(pd.Timestamp(last))
        sums = rows.loc[inside].groupby("account_id", sort=True)["revenue_net"].sum().round(9)
        parts.append(
            pd.DataFrame(
                {
                    "account_id": sums.index.astype("object"),
                    "quarter_end": pd.Timestamp(last),
                    "revenue": sums.to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(
        ["account_id", "quarter_end"], kind="stable", ignore_index=True
    )


def deals_of(deals: pd.DataFrame) -> pd.DataFrame:
    """Open deals of clients, most weighted value first."""
    rows = deals.loc[deals["account_id"].notna()]
    return rows.sort_values(
        ["account_id", "weighted_value", "opportunity_id"],
        ascending=[True, False, True],
        kind="stable",
        ignore_index=True,
    )
