"""What it costs to win a client, and in how many months a client has paid it back."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.analyses.groups import BLANK, NAMED, OTHER
from portfolio_lib.analyses.snapshots import NOT_RECORDED, recorded
from portfolio_lib.facts import months_before

FIRST_MONTHS = 3
"""Complete months after the first one that say what a new client brings a month."""

NO_COST = "no acquisition cost is recorded; hand in column acquisition_cost of table accounts"
NO_MONTH = "no client with an acquisition cost has a complete month behind its first one"
GROUP_COLUMNS = (
    "group",
    "kind",
    "won",
    "with_cost",
    "spend",
    "cac",
    "in_payback",
    "monthly_revenue",
    "payback_months",
)


def won_accounts(
    accounts: pd.DataFrame,
    account_lives: pd.DataFrame,
    monthly: pd.DataFrame,
    as_of: dt.date,
    *,
    months: int,
) -> pd.DataFrame:
    """The clients won in the last months, what they cost, and what they brought at first.

    Parameters
    ----------
    accounts : frame
        One row per account: `start_date`, `acquisition_cost`, `acquisition_channel`, `segment`.
    account_lives : frame
        One row per account with revenue in a complete month: `first_month`.
    monthly : frame
        One row per account and complete month: `account_id`, `month`, `revenue` (recurring revenue
        where clients have contracts).
    as_of : date
        Last day observed.
    months : int
        How far back clients count as newly won.

    Returns
    -------
    frame
        `account_id`, `segment`, `acquisition_channel`, `acquisition_cost` (may be missing),
        `monthly_revenue` (mean of the first `FIRST_MONTHS` complete months after the first one;
        missing where none is over).

    Notes
    -----
    A client is won on its start date; where that is not known, in its first month with revenue.
    Clients that have left since stay in: they cost what they cost.
    """
    rows = accounts.merge(
        account_lives[["account_id", "first_month"]], on="account_id", how="left"
    ).sort_values("account_id", kind="stable")
    won = pd.to_datetime(rows["start_date"]).fillna(rows["first_month"])
    since = pd.Timestamp(months_before(as_of, months))
    new = rows.loc[won.gt(since) & won.le(pd.Timestamp(as_of))].reset_index(drop=True)
    brought = _first_months(new, monthly, last_complete_month(as_of))
    return pd.DataFrame(
        {
            "account_id": new["account_id"],
            "segment": recorded(new["segment"]),
            "acquisition_channel": recorded(new["acquisition_channel"]),
            "acquisition_cost": pd.to_numeric(new["acquisition_cost"]).astype("float64"),
            "monthly_revenue": new["account_id"].map(brought).astype("float64"),
        }
    )


def last_complete_month(as_of: dt.date) -> pd.Timestamp:
    """First day of the last month that was over on a day.

    >>> last_complete_month(dt.date(2026, 9, 30)), last_complete_month(dt.date(2026, 9, 29))
    (Timestamp('2026-09-01 00:00:00'), Timestamp('2026-08-01 00:00:00'))
    """
    following = pd.Timestamp(as_of + dt.timedelta(days=1)).replace(day=1)
    return following - pd.DateOffset(months=1)


def _first_months(new: pd.DataFrame, monthly: pd.DataFrame, last_month: pd.Timestamp) -> pd.Series:
    """Mean revenue of the first complete months after the first one, by account."""
    begun = new.loc[new["first_month"].notna(), ["account_id", "first_month"]]
    own = monthly.merge(begun, on="account_id", how="inner")
    age = _months(own["month"]) - _months(own["first_month"])
    summed = own.loc[age.between(1, FIRST_MONTHS)].groupby("account_id", sort=True)["revenue"].sum()
    first = begun.set_index("account_id")["first_month"]
    over = (last_month.year * 12 + last_month.month - _months(first)).clip(upper=FIRST_MONTHS)
    means: pd.Series = summed.reindex(first.index).fillna(0.0) / over.where(over >= 1)
    return means


def _months(days: pd.Series) -> pd.Series:
    numbers: pd.Series = days.dt.year * 12 + days.dt.month
    return numbers


def acquisition_by(
    won: pd.DataFrame, column: str, margin_rate: float | None, *, shown: int
) -> pd.DataFrame:
    """Acquisition cost and payback by group, most spend first.

    Parameters
    ----------
    won : frame
        As `won_accounts` gives it.
    column : str
        ``segment`` or ``acquisition_channel``.
    margin_rate : float or None
        The unit's direct margin; without it there is no payback.
    shown : int
        Groups shown by name; the rest are added up.

    Returns
    -------
    frame
        One row per group: `group`, `kind`, `won`, `with_cost`, `spend`, `cac`, `in_payback`,
        `monthly_revenue`, `payback_months`; the last ones missing where not computable.
    """
    sizes = won.groupby(column, sort=True)["acquisition_cost"].agg(["sum", "size"])
    named = sizes.loc[sizes.index != NOT_RECORDED]
    ranked = sorted(named.index, key=lambda g: (-float(named["sum"][g]), str(g)))
    first = ranked if len(ranked) <= shown + 1 else ranked[:shown]
    groups = won[column].map(
        lambda g: g if g in first or g == NOT_RECORDED else f"other {len(ranked) - len(first)}"
    )
    order = list(dict.fromkeys([*first, *sorted(set(groups) - {*first, NOT_RECORDED})]))
    order += [NOT_RECORDED] if groups.eq(NOT_RECORDED).any() else []
    rows = [
        {"group": group, "kind": _kind(group, first), **payback(won[groups.eq(group)], margin_rate)}
        for group in order
    ]
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS))


def _kind(group: str, named: list[str]) -> str:
    if group == NOT_RECORDED:
        return BLANK
    return NAMED if group in named else OTHER


def payback(won: pd.DataFrame, margin_rate: float | None) -> dict[str, float]:
    """Cost per client won, and the months in which its margin has paid that back.

    Examples
    --------
    >>> won = pd.DataFrame({"acquisition_cost": [600.0, 300.0, None],
    ...                     "monthly_revenue": [100.0, 50.0, 80.0]})
    >>> found = payback(won, 0.5)       # 900 ÷ 2; 900 ÷ (150 × 50 %)
    >>> found["cac"], found["payback_months"]
    (450.0, 12.0)
    """
    costed = won.dropna(subset=["acquisition_cost"])
    begun = costed.dropna(subset=["monthly_revenue"])
    monthly = float(begun["monthly_revenue"].sum())
    margin = monthly * (margin_rate or 0.0)
    spend = float(costed["acquisition_cost"].sum())
    return {
        "won": len(won),
        "with_cost": len(costed),
        "spend": spend,
        "cac": spend / len(costed) if len(costed) else float("nan"),
        "in_payback": len(begun),
        "monthly_revenue": monthly if len(begun) else float("nan"),
        "payback_months": float(begun["acquisition_cost"].sum()) / margin
        if margin > 0
        else float("nan"),
    }
