"""Totals by group: one row per industry, country, band or tier, with nothing left out."""

from __future__ import annotations

import math

import pandas as pd

from portfolio_lib.analyses.shares import share_of_total
from portfolio_lib.analyses.snapshots import NOT_RECORDED, positive

GROUP_COLUMNS = (
    "group",
    "kind",
    "groups",
    "accounts",
    "active",
    "inactive",
    "revenue",
    "positive_revenue",
    "revenue_prior",
)
NAMED, OTHER, BLANK = "named", "other", "not recorded"


def add_up(accounts: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Totals by group, in order of the group's name.

    Parameters
    ----------
    accounts : frame
        One row per account, sorted by id: `is_active`, `revenue_12m`, `revenue_prior_12m`.
    groups : series
        The group of each account, on the same index; never missing.

    Returns
    -------
    frame
        One row per group: `group`, `kind`, `groups` (how many groups the row holds), `accounts`,
        `active`, `inactive`, `revenue` (net), `positive_revenue`, `revenue_prior`.
    """
    rows = pd.DataFrame(
        {
            "group": groups,
            "accounts": 1,
            "active": accounts["is_active"].astype(int),
            "inactive": (~accounts["is_active"]).astype(int),
            "revenue": accounts["revenue_12m"],
            "positive_revenue": positive(accounts["revenue_12m"]),
            "revenue_prior": accounts["revenue_prior_12m"],
        }
    )
    sums = rows.groupby("group", sort=True, observed=True).sum().reset_index()
    sums["kind"] = sums["group"].map(lambda name: BLANK if name == NOT_RECORDED else NAMED)
    sums["groups"] = 1
    return sums.loc[:, list(GROUP_COLUMNS)]


def with_shares(sums: pd.DataFrame, *, has_year_before: bool) -> pd.DataFrame:
    """The totals with `accounts_share`, `revenue_share` (of positive revenue) and `growth`.

    Growth is NaN where the year before is not known or brought nothing.
    """
    done = sums.copy()
    count = max(1, int(done["accounts"].sum()))
    done["accounts_share"] = done["accounts"] / count
    done["revenue_share"] = share_of_total(done["positive_revenue"])
    before = done["revenue_prior"].where(done["revenue_prior"] > 0)
    done["growth"] = done["revenue"] / before - 1.0 if has_year_before else math.nan
    return done


def largest_groups(sums: pd.DataFrame, top_groups: int) -> pd.DataFrame:
    """The largest named groups, then all others added up in one row, then the blanks.

    Where only one group would be left over it is shown by name: "other 1" tells nobody anything.
    """
    named = sums.loc[sums["kind"].eq(NAMED)].sort_values(
        ["positive_revenue", "accounts", "group"], ascending=[False, False, True], kind="stable"
    )
    size = top_groups if len(named) > top_groups + 1 else len(named)
    shown, rest = named.iloc[:size], named.iloc[size:]
    parts = [shown, _added_up(rest), sums.loc[sums["kind"].eq(BLANK)]]
    filled = [part for part in parts if not part.empty]
    return pd.concat(filled, ignore_index=True) if filled else sums.reset_index(drop=True)


def _added_up(rest: pd.DataFrame) -> pd.DataFrame:
    if rest.empty:
        return rest
    row = rest.drop(columns=["group", "kind"]).sum().to_frame().T
    row = row.astype({"groups": int, "accounts": int, "active": int, "inactive": int})
    return row.assign(group=f"other {len(rest)}", kind=OTHER).loc[:, list(GROUP_COLUMNS)]
