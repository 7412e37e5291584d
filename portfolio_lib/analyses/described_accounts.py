"""Accounts with what people call them: name, tier, industry, account manager, revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.snapshots import NOT_RECORDED, recorded
from portfolio_lib.analyses.tiers import NO_TIER, TIERS

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

WITHOUT_TIER = "no tier"
CUTS = ("tier", "industry", "account_manager")
"""The groups that pages about people compare, each a column of `described`."""


def described(accounts: pd.DataFrame, segments: Segmentation) -> pd.DataFrame:
    """One row per account known on the review date, sorted by `account_id`.

    Returns
    -------
    frame
        `account_id`, `account_name`, `tier` (its label, or ``no tier``), `industry`,
        `account_manager` (both ``not recorded`` where blank), `revenue_12m`, `is_active`,
        `is_client` (active, and its contract has not ended).
    """
    labels = {**dict(zip(TIERS, segments.labels, strict=True)), NO_TIER: WITHOUT_TIER}
    known = segments.accounts[
        ["account_id", "account_name", "tier", "industry", "revenue_12m", "is_active", "is_client"]
    ].copy()
    known["tier"] = known["tier"].map(labels).fillna(WITHOUT_TIER).astype("object")
    known["industry"] = recorded(known["industry"])
    managers = accounts.reindex(columns=["account_id", "account_manager"])
    joined = known.merge(managers, on="account_id", how="left", validate="one_to_one")
    joined["account_manager"] = recorded(joined["account_manager"])
    return joined.sort_values("account_id", kind="stable").reset_index(drop=True)


def order_of(cut: str, groups: pd.Series, segments: Segmentation) -> pd.Series:
    """Where a group stands among those of its cut: tiers in their order, blanks last.

    Returns
    -------
    series
        A number to sort by, on the index of `groups`; equal numbers go by another column.
    """
    if cut == "tier":
        places = {label: n for n, label in enumerate((*segments.labels, WITHOUT_TIER))}
        return groups.map(places).astype("float64")
    return groups.eq(NOT_RECORDED).astype("float64")
