"""Business reviews (QBR, EBR): who is to have one, and who had one."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.analyses.people import last_days, window_of
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.relationship_models import EngagementSettings


def review_window(as_of: dt.date, plan: EngagementSettings) -> int:
    """Days of the window in which a review is to be held."""
    return (as_of - months_before(as_of, plan.review_months)).days


def reviews(
    clients: pd.DataFrame, meetings: pd.DataFrame, as_of: dt.date, plan: EngagementSettings
) -> pd.DataFrame:
    """Who is to have a business review in the window, and who had one.

    Parameters
    ----------
    clients : frame
        The clients: `account_id`, `tier`, `tenure_days`.
    meetings : frame
        One row per contact up to the day: `account_id`, `date`, `kind`.

    Returns
    -------
    frame
        On the index of `clients`: `qbr_eligible` (a tier of the parameters, and a client since
        before the window), `qbr_held`, `reviews_held` (in the window), `last_review` (ever).

    Examples
    --------
    >>> clients = pd.DataFrame({"account_id": ["a", "b", "c"], "tier": ["1", "1", "3"],
    ...                         "tenure_days": [400.0, 20.0, 400.0]})
    >>> held = pd.DataFrame({"account_id": ["a"], "date": pd.to_datetime(["2026-09-01"]),
    ...                      "kind": ["QBR"]})
    >>> found = reviews(clients, held, dt.date(2026, 9, 30), EngagementSettings())
    >>> found["qbr_eligible"].tolist(), found["qbr_held"].tolist()
    ([True, False, False], [True, False, False])
    """
    days = review_window(as_of, plan)
    every = meetings.loc[meetings["kind"].isin(plan.review_kinds)]
    counts = window_of(every, as_of, days).groupby("account_id").size()
    held = clients["account_id"].map(counts).fillna(0).astype("int64")
    is_old_enough = clients["tenure_days"].ge(days)
    return pd.DataFrame(
        {
            "qbr_eligible": clients["tier"].isin(plan.review_tiers) & is_old_enough,
            "qbr_held": held.gt(0),
            "reviews_held": held,
            "last_review": last_days(every, "account_id", clients["account_id"]),
        }
    )
