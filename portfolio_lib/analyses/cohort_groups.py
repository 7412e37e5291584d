"""Retention by age: of all cohorts together, and of tiers and segments."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import NOT_RECORDED, recorded, total
from portfolio_lib.analyses.tiers import NO_TIER, chosen_tiers
from portfolio_lib.parameters.models import UnitParameters

PERIODS_PER_YEAR = {"month": 12, "quarter": 4}


class Ages:
    """The ages that have been observed, for the cohorts shown.

    Parameters
    ----------
    cohort_triangle : frame
        One row per cohort and observed age.
    cohorts : series
        The cohorts shown.
    left_out : date or None
        A cohort that is shown but not in any mean.
    ages_shown : int
        The highest age shown.
    """

    def __init__(
        self,
        cohort_triangle: pd.DataFrame,
        cohorts: pd.Series,
        left_out: dt.date | None,
        ages_shown: int,
    ) -> None:
        here = cohort_triangle["cohort"].isin(cohorts) & (cohort_triangle["age"] <= ages_shown)
        self.observed = cohort_triangle.loc[here]
        out = [] if left_out is None else [pd.Timestamp(left_out)]
        self.in_mean = self.observed.loc[~self.observed["cohort"].isin(out)]

    @cached_property
    def names(self) -> list[str]:
        """The ages as columns are called, from 0 to the highest observed."""
        if self.observed.empty:
            return []
        return [str(age) for age in range(int(self.observed["age"].max()) + 1)]

    def shares(self, over: str, under: str) -> pd.DataFrame:
        """One row per cohort, one column per age: the share of what was there at age 0."""
        below = self.observed[under].where(self.observed[under] > 0)
        cells = self.observed.assign(share=self.observed[over] / below)
        wide = cells.pivot(index="cohort", columns="age", values="share")
        wide.columns = [str(age) for age in wide.columns]
        return wide.reindex(columns=self.names)

    def means(self, what: str) -> dict[str, float]:
        """The mean share at each age over the cohorts that have reached it, weighted by size."""
        sums = self.in_mean.groupby("age", sort=True)[[what, f"cohort_{what}"]].agg(total)
        known = sums.loc[sums[f"cohort_{what}"] > 0]
        means = known[what] / known[f"cohort_{what}"]
        return {str(age): float(share) for age, share in means.items()}


def entry_tiers(
    rows: pd.DataFrame, cohort_activity: pd.DataFrame, parameters: UnitParameters
) -> pd.Series:
    """Each client's tier by the revenue of its first period, or as given.

    Nothing after the first period counts: a tier by what came later would know who stayed. A client
    whose first period is not over for its whole cohort has no tier yet.

    Parameters
    ----------
    rows : frame
        One row per client: `account_id`, and `tier` where the data give one.
    """
    policy = parameters.policies.tiers
    first = cohort_activity.loc[cohort_activity["age"].eq(0)].set_index("account_id")["revenue"]
    a_year = PERIODS_PER_YEAR[parameters.policies.cohort_period]
    looked = pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "revenue_12m": rows["account_id"].map(first).astype("float64").fillna(0.0) * a_year,
            "tier": rows.get("tier"),
        }
    )
    return chosen_tiers(looked, policy)


def segment_groups(lives: pd.DataFrame, shown: int) -> pd.Series:
    """Each client's segment: the largest by name, the others together, blanks apart."""
    names = recorded(lives["segment"])
    sizes = names[names.ne(NOT_RECORDED)].value_counts()
    ranked = sorted(sizes.index, key=lambda name: (-int(sizes[name]), str(name)))
    if len(ranked) <= shown + 1:
        return names
    rest = ranked[shown:]
    return names.where(~names.isin(rest), f"other {len(rest)}")


def kept_by_group(
    lives: pd.DataFrame,
    groups: pd.Series,
    cohort_activity: pd.DataFrame,
    ages: Ages,
    what: str,
) -> pd.DataFrame:
    """The share of each group's clients, or revenue, that is there at each age.

    Parameters
    ----------
    lives : frame
        One row per client: `account_id`, `cohort`.
    groups : series
        The group of each client, on the same index.
    ages : Ages
        Which cohort has reached which age; the cohorts of its means count.
    what : str
        ``accounts`` or ``revenue``.

    Returns
    -------
    frame
        One row per group, largest first, those without a name or tier last: `group`, `accounts`
        (of the cohorts that count), one column per age, NaN where no cohort has reached it.
    """
    counted = lives["cohort"].isin(ages.in_mean["cohort"])
    members = pd.DataFrame({"group": groups, "cohort": lives["cohort"]})[counted]
    active = _active(lives, groups, cohort_activity, ages)
    first = active.loc[active["age"].eq(0)]
    if what == "accounts":
        base = members.groupby(["group", "cohort"]).size()
        there = active.groupby(["group", "age"]).size()
    else:
        base = first.groupby(["group", "cohort"])["revenue"].agg(total)
        there = active.groupby(["group", "age"])["revenue"].agg(total)
    sizes = members.groupby("group").size()
    rows = [
        {"group": group, "accounts": int(size), **_shares(str(group), base, there, ages)}
        for group, size in sizes.items()
    ]
    frame = pd.DataFrame(rows, columns=["group", "accounts", *ages.names])
    frame["is_rest"] = frame["group"].isin([NOT_RECORDED, NO_TIER])
    frame["is_other"] = frame["group"].str.startswith("other ") if len(frame) else False
    by_name = frame["group"].isin(["1", "2", "3", NO_TIER]).all()
    keys = ["is_rest", "group"] if by_name else ["is_rest", "is_other", "accounts", "group"]
    order = frame.sort_values(keys, ascending=[key != "accounts" for key in keys], kind="stable")
    return order.drop(columns=["is_rest", "is_other"]).reset_index(drop=True)


def _active(
    lives: pd.DataFrame, groups: pd.Series, cohort_activity: pd.DataFrame, ages: Ages
) -> pd.DataFrame:
    """Activity of the cohorts that count, at the ages shown, with the client's group."""
    cells = ages.in_mean[["cohort", "age"]]
    rows = cohort_activity[["account_id", "cohort", "age", "revenue"]].merge(
        cells, on=["cohort", "age"], how="inner"
    )
    group_of = dict(zip(lives["account_id"], groups, strict=True))
    rows["group"] = rows["account_id"].map(group_of)
    return rows


def _shares(group: str, base: pd.Series, there: pd.Series, ages: Ages) -> dict[str, float]:
    """One group's shares by age over the cohorts that have reached the age."""
    found: dict[str, float] = {}
    own = base.loc[group] if group in base.index.get_level_values(0) else base.iloc[:0]
    for age, cohorts in ages.in_mean.groupby("age")["cohort"]:
        under = total(own.reindex(cohorts).dropna())
        over = float(there.get((group, age), 0.0))
        found[str(age)] = over / under if under > 0 else np.nan
    return found
