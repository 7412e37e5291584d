"""Which actions come first, and which fit into the hours there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from scipy import stats

from portfolio_lib.parameters.plan_models import PlanPage, PortfolioAction

if TYPE_CHECKING:
    from portfolio_lib.analyses.checklist import Checklist
    from portfolio_lib.analyses.figures import Figure
    from portfolio_lib.analyses.readiness import Readiness
    from portfolio_lib.analyses.summary import Summary

HORIZONS = (30, 60, 90)
LATER = 120
"""Marks actions due after the last horizon."""
PLAN_WEEKS = 90 / 7


def horizon_of(days: float) -> int:
    """The first horizon that these days fit into.

    >>> horizon_of(30), horizon_of(31), horizon_of(90), horizon_of(91)
    (30, 60, 90, 120)
    """
    return next((one for one in HORIZONS if days <= one), LATER)


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """By what an hour brings, unknown last; tier 1 first within ties, then by account and play."""
    return rows.sort_values(
        ["effect_per_hour", "tier", "account_id", "play"],
        ascending=[False, True, True, True], na_position="last", ignore_index=True,
    )  # fmt: skip


def capacities(owners: pd.Series, managers: pd.DataFrame | None, page: PlanPage) -> pd.Series:
    """Hours of each owner for the plan in 90 days."""
    week = pd.Series(page.hours_per_week, index=sorted(set(owners)), dtype="float64")
    if managers is not None and "hours_per_week" in managers.columns:
        told = managers.set_index("manager")["hours_per_week"].dropna().reindex(week.index)
        week = told.where(told.notna(), week).astype("float64")
    return week * page.hours_share * PLAN_WEEKS


def fitting(rows: pd.DataFrame, hours: pd.Series) -> pd.Series:
    """Which actions fit into their owner's hours, taken in their order; smaller ones fill up."""
    left = {owner: float(capacity) for owner, capacity in hours.items()}
    fits = []
    for owner, needed in zip(rows["owner"], rows["hours"], strict=True):
        fits.append(left[owner] + 1e-9 >= needed)
        left[owner] -= needed if fits[-1] else 0.0
    return pd.Series(fits, index=rows.index, dtype=bool)


def portfolio_actions(
    summary: Summary, checklist: Checklist, readiness: Readiness, page: PlanPage, as_of: dt.date
) -> pd.DataFrame:
    """What figures, readiness and checklist call for in the portfolio as a whole; cut to hours.

    Returns
    -------
    frame
        `title`, `owner`, `due`, `horizon`, `hours`, `measure`, `figure`, `behind` (its goal, in
        parts of the scale), `because` (in words), `fits`. Figures furthest behind their goals
        first, then readiness, then the checklist.
    """
    rows = [
        *_by_figures(summary, page),
        *_by_readiness(readiness, page),
        *_by_checklist(checklist, page),
    ]
    columns = ["title", "measure", "figure", "within_days", "hours", "behind", "because"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({"within_days": "int64", "hours": "float64"}).assign(
        owner=page.portfolio_owner,
        due=pd.Timestamp(as_of) + pd.to_timedelta(frame["within_days"].astype("int64"), unit="D"),
        horizon=[horizon_of(days) for days in frame["within_days"]],
    )
    frame["fits"] = fitting(frame, pd.Series({page.portfolio_owner: page.portfolio_hours}))
    return frame.drop(columns="within_days")


def _by_figures(summary: Summary, page: PlanPage) -> list[tuple[object, ...]]:
    missed = summary.areas.loc[~summary.areas["is_met"]].set_index("key")["ahead"].to_dict()
    found = []
    for action in page.portfolio_actions:
        behind, because = _called_for(action, missed, summary.known, page)
        if because is not None:
            found.append((behind, because, action))
    found.sort(key=lambda one: (-one[0], one[2].figure))
    return [
        (one.title, one.measure, one.figure, one.within_days, one.hours, behind, because)
        for behind, because, one in found
    ]


def _called_for(
    action: PortfolioAction,
    missed: Mapping[object, float],
    known: Mapping[str, Figure],
    page: PlanPage,
) -> tuple[float, str | None]:
    """How far behind the figure of an action is, and why it is called for; None where it is not."""
    if action.when == "missed":
        is_missed = action.figure in missed
        return -float(missed.get(action.figure, 0.0)), "Behind its goal" if is_missed else None
    value = _number(known, action.figure)
    if value is None:
        return 0.0, None
    if action.when == "above_zero":
        return 0.0, f"{value:,.0f} now" if value > 0 else None
    others = [_number(known, key) for key in action.against]
    whole = sum(one for one in others if one is not None)
    # A part of the others that is not known could hide enough to turn the balance.
    if None in others or not outnumbers(
        value, whole, times=page.outnumbers_times, chance=page.outnumbers_chance
    ):
        return 0.0, None
    even = page.outnumbers_times / (1 + page.outnumbers_times)
    label = known[action.figure].label
    against = " and ".join(known[key].label.lower() for key in action.against)
    return value / (value + whole) - even, f"{label} {value:,.0f}, {against} {whole:,.0f}"


def _number(known: Mapping[str, Figure], key: str) -> float | None:
    value = known[key].value if key in known else None
    return float(value) if isinstance(value, int | float) else None


def outnumbers(count: float, others: float, *, times: float, chance: float) -> bool:
    """Whether a count is more than so many times as large as others, beyond chance.

    Were it just so many times as large on average, each of both would be one of the first with a
    chance of times ÷ (times + 1); the binomial tail from the count on must not be above `chance`.

    >>> outnumbers(8, 2, times=1, chance=0.06), outnumbers(8, 2, times=1, chance=0.05)
    (True, False)
    """
    if not count > times * others:
        return False
    tail = stats.binom.sf(count - 1, count + others, times / (1 + times))
    return bool(tail <= chance)


def _by_readiness(readiness: Readiness, page: PlanPage) -> list[tuple[object, ...]]:
    """The next step of the criteria with the lowest scores."""
    known = readiness.criteria.dropna(subset=["score"])
    low = known.loc[known["score"] <= page.readiness_up_to]
    ordered = low.sort_values(["score", "criterion"], kind="stable").head(page.readiness_actions)
    return [
        (f"Readiness, next step: {row['raise_by_one']}", row["title"], "readiness.overall",
         page.wide_days, page.wide_hours, 0.0, f"Scored {row['score']:g} of 5")
        for _, row in ordered.iterrows()
    ]  # fmt: skip


def _by_checklist(checklist: Checklist, page: PlanPage) -> list[tuple[object, ...]]:
    """Open items that concern most clients of tier 1."""
    items = checklist.items.loc[checklist.items["tier_1_open"].fillna(0).gt(0)]
    items = items.loc[~items["state"].isin(("met", "attested", "not applicable"))]
    ordered = items.sort_values(["tier_1_open", "item"], ascending=[False, True], kind="stable")
    return [
        (f"Checklist, tier 1: {row['wording']}", "The item of the checklist is met",
         "checklist.score", page.wide_days, page.wide_hours, 0.0,
         f"Open at {row['tier_1_open']:,.0f} of tier 1")
        for _, row in ordered.head(page.checklist_actions).iterrows()
    ]  # fmt: skip


def by_owner(rows: pd.DataFrame, fits: pd.Series, hours: pd.Series) -> pd.DataFrame:
    """Hours there are and hours planned, one row per owner."""
    told = []
    for owner, capacity in hours.items():
        own = rows["owner"].eq(str(owner))
        told.append(
            {
                "owner": owner,
                "capacity_hours": capacity,
                "hours": float(rows.loc[fits & own, "hours"].sum()),
                "actions": int((fits & own).sum()),
                "cut": int((~fits & own).sum()),
            }
        )
    return pd.DataFrame(told, columns=["owner", "capacity_hours", "hours", "actions", "cut"])


def after_earlier(rows: pd.DataFrame, saved: pd.Series) -> pd.Series:
    """What each action adds where the better ones of the same client are done too.

    Of what could be lost, the first keeps its share, the next its share of what is left, and so
    on, so that effects add up. Growth adds to it in full.

    Parameters
    ----------
    rows : frame
        Ranked: `account_id`, `kind`, `effect` (of the action alone).
    saved : series
        The share of what could be lost that each action keeps; NaN where not known.
    """
    left = (1 - saved.fillna(0.0)).where(rows["kind"].eq("kept"), 1.0)
    kept = left.groupby(rows["account_id"]).cumprod()
    before = kept.groupby(rows["account_id"]).shift(fill_value=1.0)
    before = before.where(rows["kind"].eq("kept"), 1.0)
    return (rows["effect"] * before).round(2)
