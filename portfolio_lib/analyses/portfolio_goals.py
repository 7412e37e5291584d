"""Revenue beside its plan and the year before; the portfolio beside its goals."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.panel import in_money
from portfolio_lib.analyses.snapshots import NOT_RECORDED, is_blank, recorded
from portfolio_lib.analyses.watched_series import YEAR_MONTHS, Ledger
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.signal_models import SIZES, PortfolioGoals, SignalsPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

PLAN_COLUMNS = ("month", "revenue", "previous", "plan")
MIX_COLUMNS = ("group", "actual", "goal", "gap")


def months_beside_plan(ledger: Ledger, page: SignalsPage) -> pd.DataFrame:
    """The last twelve complete months, each beside its plan and the same month a year before.

    Returns
    -------
    frame
        `month`, `revenue`, `previous` (missing before the data begin), `plan` (missing where none
        is given).
    """
    revenue = in_money(ledger.whole.by_month)
    first = max(0, len(revenue) - YEAR_MONTHS)
    rows = [
        (
            pd.Timestamp(ledger.months[place]),
            float(revenue[place]),
            float(revenue[place - YEAR_MONTHS]) if place >= YEAR_MONTHS else math.nan,
            planned(page, ledger.months[place]),
        )
        for place in range(first, len(revenue))
    ]
    frame = pd.DataFrame(rows, columns=list(PLAN_COLUMNS))
    numbers = {name: "float64" for name in PLAN_COLUMNS[1:]}
    return frame.astype({"month": "datetime64[s]", **numbers})


def planned(page: SignalsPage, month: dt.date) -> float:
    """What was planned for a month; not a number where nothing was."""
    by_month = page.plan.get(f"{month:%Y-%m}")
    if by_month is not None:
        return by_month
    year = page.plan.get(f"{month.year:04d}")
    return math.nan if year is None else year / YEAR_MONTHS


def purchases_of_a_year(ledger: Ledger) -> tuple[float, int]:
    """Revenue and purchases of the last twelve complete months, or of those there are."""
    revenue = float(in_money(ledger.whole.by_month[-YEAR_MONTHS:].sum()))
    return revenue, int(ledger.account_purchases[:, -YEAR_MONTHS:].sum())


def mix_beside_goal(
    accounts: pd.DataFrame, segments: Segmentation, parameters: UnitParameters
) -> pd.DataFrame:
    """The share of each group that a goal is set for, of all others, and of the unknown.

    Returns
    -------
    frame
        One row per group in the order of the parameters: `group`, `actual`, `goal` (missing for
        the others and for clients whose group is not recorded), `gap` (actual less goal). Empty
        where no goal is set, no group is recorded, or there is nothing to share.
    """
    goals = parameters.signals.goals
    groups = _groups(accounts, segments, parameters)
    weights = (
        segments.accounts["is_active"].astype("float64")
        if goals.mix_of == "accounts"
        else segments.accounts["revenue_12m"].clip(lower=0.0)
    )
    whole = math.fsum(weights)
    if not goals.mix or whole <= 0 or mix_unknown(accounts, goals) is not None:
        return pd.DataFrame(columns=list(MIX_COLUMNS))
    rows: list[tuple[str, float, float]] = [
        (group, math.fsum(weights[groups.eq(group).to_numpy()]) / whole, goal)
        for group, goal in goals.mix.items()
    ]
    blank = groups.eq(NOT_RECORDED).to_numpy() & (NOT_RECORDED not in goals.mix)
    unknown = math.fsum(weights[blank]) / whole
    others = max(0.0, 1.0 - unknown - math.fsum(actual for _, actual, _ in rows))
    rows.append(("All others", others, math.nan))
    if unknown > 0:
        rows.append((NOT_RECORDED.capitalize(), unknown, math.nan))
    frame = pd.DataFrame(rows, columns=list(MIX_COLUMNS[:3]))
    frame["actual"] = frame["actual"].round(9)
    frame["gap"] = (frame["actual"] - frame["goal"]).round(9)
    return frame


def mix_unknown(accounts: pd.DataFrame, goals: PortfolioGoals) -> str | None:
    """Why no client's group is known; None where a goal for the mix can be held against one."""
    if not goals.mix or goals.mix_by == "tier":
        return None
    column = "employees" if goals.mix_by == "size" else goals.mix_by
    if column in accounts.columns and not is_blank(accounts[column]).all():
        return None
    return f"no client has its {goals.mix_by} on record; hand in column {column} of table accounts"


def sizes(employees: pd.Series, goals: PortfolioGoals) -> pd.Series:
    """The size band of each number of employees; what is not known is not recorded.

    Examples
    --------
    >>> sizes(pd.Series([49.0, 50.0, 250.0, None]), PortfolioGoals()).tolist()
    ['small', 'medium', 'large', 'not recorded']
    """
    known = pd.to_numeric(employees).astype("float64")
    medium, large = goals.size_from
    bands = [SIZES[(one >= medium) + (one >= large)] for one in known]
    return pd.Series(bands, index=employees.index, dtype="object").where(
        known.notna(), NOT_RECORDED
    )


def _groups(
    accounts: pd.DataFrame, segments: Segmentation, parameters: UnitParameters
) -> pd.Series:
    """The group of each account, in the order of the accounts of the segmentation."""
    column = parameters.signals.goals.mix_by
    listed = segments.accounts
    if column == "tier":
        named = {str(tier): label for tier, label in enumerate(segments.labels, start=1)}
        return listed["tier"].map(lambda tier: named.get(str(tier), "no tier")).astype("object")
    if column == "size" and "employees" in accounts.columns:
        values = sizes(accounts["employees"], parameters.signals.goals)
    elif column in accounts.columns:
        values = recorded(accounts[column])
    else:
        return pd.Series(NOT_RECORDED, index=listed.index)
    known = pd.Series(values.to_numpy(), index=accounts["account_id"])
    return listed["account_id"].map(known)
