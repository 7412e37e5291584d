"""What the measures of health and the early warnings read, one number per account and day."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from portfolio_lib.analyses.answer_ages import ANSWER_AGES
from portfolio_lib.analyses.snapshots import are_clients
from portfolio_lib.parameters.health_measures import HealthFeature

FEATURES: tuple[str, ...] = get_args(HealthFeature)
FULL_YEARS_DAYS = 730
"""Growth over twelve months needs two whole years as a client."""

AGES = {
    "usage_trend": "usage_days_since",
    "licence_use": "usage_days_since",
    **ANSWER_AGES,
}
"""The column that says how old a reading is; the others are as old as the day itself."""

COLLECTED_IN = {
    **dict.fromkeys(("usage_trend", "licence_use"), "usage"),
    **dict.fromkeys(ANSWER_AGES, "surveys"),
    **dict.fromkeys(("champion_present", "champion_gone", "contacts_active"), "contacts"),
    **dict.fromkeys(
        (
            *("contacts_met_180d", "top_contact_share_180d", "executive_met_180d"),
            *("interactions_90d", "interactions_change", "days_since_interaction"),
            *("inbound_share_180d", "sentiment_90d"),
        ),
        "interactions",
    ),
    **dict.fromkeys(
        ("issues_open", "issues_90d", "urgent_issues_90d", "escalations_90d"), "issues"
    ),
    "breaches_90d": "issues and slas",
    **dict.fromkeys(
        ("overdue_share", "late_share_12m", "mean_days_late_12m"), "invoices, with days of payment"
    ),
    **dict.fromkeys(("days_to_term_end", "notice_given", "auto_renew"), "contracts"),
    "competitors_open": "competitors",
}
"""The table that a reading comes from; whatever is not named comes from accounts and revenue."""

TIME_ALONE_BRINGS = frozenset({"revenue_growth", "revenue_trend", "gap_ratio", "tenure_days"})
"""Readings that nobody can collect: a client has to stay, or to buy, for long enough."""


def collected_in(feature: str) -> str:
    """The table that a reading comes from.

    >>> collected_in("satisfaction"), collected_in("revenue_growth")
    ('surveys', 'invoices or contracts')
    """
    return COLLECTED_IN.get(feature, "invoices or contracts")


def health_features(account_features: pd.DataFrame) -> pd.DataFrame:
    """The readings of every account on every day on which it was a client.

    Parameters
    ----------
    account_features : frame
        One row per account and snapshot date: what was known then. Columns that are not there
        count as not known.

    Returns
    -------
    frame
        One row per account and snapshot date on which it was a client (active, and its contract
        had not ended, as known on that day), sorted by both, index 0…n−1:
        `account_id`, `snapshot_date`, `annual_revenue`, every feature as a number (yes is 1) and
        the columns that say how old a reading is.
    """
    rows = account_features.loc[are_clients(account_features)].sort_values(
        ["snapshot_date", "account_id"], kind="stable"
    )
    rows = rows.reset_index(drop=True)
    found = pd.DataFrame({"account_id": rows["account_id"], "snapshot_date": rows["snapshot_date"]})
    made = _derived(rows)
    for name in (*FEATURES, *sorted(set(AGES.values()))):
        found[name] = made[name] if name in made else _truth(rows, name)
    return found


def _truth(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column as numbers; yes is 1, no is 0, what is not there is not known."""
    if name not in rows:
        return pd.Series(np.nan, index=rows.index, dtype="float64")
    values = rows[name]
    if pd.api.types.is_numeric_dtype(values.dtype) and not values.hasnans:
        return values.astype("float64")
    return pd.to_numeric(values.astype("object").where(values.notna(), None)).astype("float64")


def _derived(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Readings that follow from two columns."""
    gone = _truth(rows, "champion_left_180d").eq(1.0) & _truth(rows, "champion_present").eq(0.0)
    known = _truth(rows, "champion_left_180d").notna() & _truth(rows, "champion_present").notna()
    stayed = _truth(rows, "tenure_days") >= FULL_YEARS_DAYS
    growth = _ratio(rows, "revenue_12m", "revenue_prior_12m") - 1
    return {
        "champion_gone": gone.astype("float64").where(known),
        "revenue_growth": growth.where(stayed),
        "interactions_change": _ratio(rows, "interactions_90d", "interactions_prior_90d") - 1,
        "overdue_share": _ratio(rows, "overdue_amount", "annual_revenue"),
    }


def _ratio(rows: pd.DataFrame, top: str, bottom: str) -> pd.Series:
    """One column ÷ another; not known where the other is not above 0."""
    over, under = _truth(rows, top), _truth(rows, bottom)
    return (over / under.where(under > 0)).round(9)


def valued(features: pd.DataFrame, account_snapshots: pd.DataFrame, value: str) -> pd.DataFrame:
    """The features with what each client is worth a year as the settings say.

    By contracts it is the yearly value in force on the day, and revenue of a year for clients
    without; on days that have no snapshot it is not known.
    """
    if value == "annual_revenue" or "annual_value_in_force" not in account_snapshots:
        return features
    keys = ["account_id", "snapshot_date"]
    known = account_snapshots[[*keys, "annual_value_in_force"]]
    known = known.astype({"snapshot_date": features["snapshot_date"].dtype})
    joined = features[keys].merge(known, on=keys, how="left", validate="one_to_one", indicator=True)
    in_force = pd.to_numeric(joined["annual_value_in_force"]).astype("float64")
    worth = in_force.where(in_force > 0, features["annual_revenue"])
    return features.assign(annual_revenue=worth.where(joined["_merge"].eq("both").to_numpy()))
