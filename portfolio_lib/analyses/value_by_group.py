"""Revenue, contribution and value by group, with each group's share of all."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.groups import BLANK, NAMED, OTHER
from portfolio_lib.analyses.snapshots import NOT_RECORDED, positive, total
from portfolio_lib.analyses.tiers import NO_TIER, TIERS

MONEY = ("revenue_12m", "contribution", "value")
VALUE_COLUMNS = (
    *("group", "kind", "accounts", "revenue_12m", "revenue_share", "contribution"),
    *("contribution_share", "value", "value_share", "average_ticket"),
)


def value_by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per tier, and one of the accounts without: see `VALUE_COLUMNS`.

    Parameters
    ----------
    rows : frame
        One row per account: `tier`, `revenue_12m`, `contribution`, `value` (both may be missing),
        `sales_365d`, `purchase_days_365d`.
    """
    return _added(rows, rows["tier"], [*TIERS, NO_TIER])


def value_by_segment(rows: pd.DataFrame, *, shown: int) -> pd.DataFrame:
    """One row per segment, by revenue; the smallest added up, those not recorded last."""
    revenue = rows.groupby("segment", sort=True)["revenue_12m"].sum()
    named = revenue.drop(NOT_RECORDED, errors="ignore")
    ranked = sorted(named.index, key=lambda group: (-float(named[group]), str(group)))
    first = ranked if len(ranked) <= shown + 1 else ranked[:shown]
    rest = f"other {len(ranked) - len(first)}"
    kept = {*first, NOT_RECORDED}
    groups = rows["segment"].where(rows["segment"].isin(kept), rest)
    order = [*first, rest, NOT_RECORDED]
    return _added(rows, groups, [group for group in order if groups.eq(group).any()])


def _added(rows: pd.DataFrame, groups: pd.Series, order: list[str]) -> pd.DataFrame:
    grouped = rows.assign(group=groups).groupby("group", sort=True)
    frame = pd.DataFrame({"accounts": grouped.size()})
    for name in MONEY:
        frame[name] = grouped[name].sum(min_count=1)
    days = grouped["purchase_days_365d"].sum()
    frame["average_ticket"] = grouped["sales_365d"].sum() / days.where(days > 0)
    frame = frame.reindex(order)
    frame["accounts"] = frame["accounts"].fillna(0).astype("int64")
    for name, share in zip(MONEY, ("revenue_share", "contribution_share", "value_share"),
                           strict=True):  # fmt: skip
        frame[share] = _shares(frame[name], of_positive=name == "revenue_12m")
    frame.index.name = "group"
    done = frame.reset_index()
    done["kind"] = [_kind(group) for group in done["group"]]
    return done.loc[:, list(VALUE_COLUMNS)]


def _shares(amounts: pd.Series, *, of_positive: bool) -> pd.Series:
    """Shares of the sum; missing where the sum is nothing or below."""
    counted = positive(amounts) if of_positive else amounts
    whole = total(counted.dropna())
    return counted / whole if whole > 0 else counted * float("nan")


def _kind(group: str) -> str:
    if group in (NOT_RECORDED, NO_TIER):
        return BLANK
    return OTHER if group.startswith("other ") else NAMED
