"""Who stays, by when they came: triangles by accounts and by revenue, and how long clients last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.cohort_figures import Followed, all_figures
from portfolio_lib.analyses.cohort_groups import Ages, entry_tiers, kept_by_group, segment_groups
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.analyses.survival import (
    Comparison,
    compare_survival,
    survival_curve,
    tenure_months,
)
from portfolio_lib.analyses.tiers import NO_TIER
from portfolio_lib.parameters.models import Policies, UnitParameters

MONTHS_PER_PERIOD = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class CohortSummary:
    """The answer of the page Cohort retention.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    by_accounts, by_revenue : frame
        One row per cohort shown, oldest first: `cohort`, `accounts` (its size), `revenue` (at age
        0), `is_small`, `is_opening`, `is_open` (its period is not over), and one column per age
        (``0``, ``1``, …) with the share in [0, ∞); NaN where not yet observed.
    mean_accounts, mean_revenue : mapping of str to float
        The mean of the cohorts at each age, weighted by size (by first revenue); ages that no
        cohort in it has reached are left out.
    mean_leaves_out : date or None
        The cohort with which the data begin, where it is left out of the mean; never the only one.
    tiers, segments : frame
        One row per group: `group`, `accounts`, then one column per age: the share of its clients
        with revenue at that age, over the cohorts of the mean; NaN where not observed.
    tiers_revenue, segments_revenue : frame
        The same of revenue.
    curve : frame
        Survival by month: see `survival.survival_curve`.
    tier_curves : mapping of str to frame
        The same by tier at entry.
    comparison : Comparison
        Whether the tiers differ.
    lives : frame
        One row per client: `account_id`, `account_name`, `cohort`, `tier`, `segment`,
        `tenure_months`, `has_left`, `is_followed` (False where its beginning is not in the data).
    older : int
        Clients left out of survival because they were there before the data begin.
    reason : str or None
        Why there are no cohorts; None where there are.
    """

    figures: Mapping[str, Figure]
    by_accounts: pd.DataFrame
    by_revenue: pd.DataFrame
    mean_accounts: Mapping[str, float]
    mean_revenue: Mapping[str, float]
    mean_leaves_out: dt.date | None
    tiers: pd.DataFrame
    tiers_revenue: pd.DataFrame
    segments: pd.DataFrame
    segments_revenue: pd.DataFrame
    curve: pd.DataFrame
    tier_curves: Mapping[str, pd.DataFrame]
    comparison: Comparison
    lives: pd.DataFrame
    older: int
    reason: str | None
    period: str
    from_contracts: bool
    survival_level: float
    least_accounts: int
    tier_labels: tuple[str, str, str]
    segment_word: str
    policies: Policies
    as_of: dt.date
    currency: str

    @property
    def months_per_period(self) -> int:
        return MONTHS_PER_PERIOD[self.period]


def follow_cohorts(
    accounts: pd.DataFrame,
    unit_history: pd.DataFrame,
    account_lives: pd.DataFrame,
    cohort_activity: pd.DataFrame,
    cohort_triangle: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> CohortSummary:
    """Follow the clients of a unit from their first revenue on.

    Parameters
    ----------
    accounts : frame
        One row per account, with `start_date` where known.
    unit_history : frame
        One row: `revenue_source`.
    account_lives : frame
        One row per account with revenue in a complete month.
    cohort_activity : frame
        One row per account and age at which it brought revenue.
    cohort_triangle : frame
        One row per cohort and age that has been observed.
    parameters : UnitParameters
        Cohort period, tolerance of pauses, what is shown, the level of the band.

    Notes
    -----
    Clients that were there before the data begin are in the cohort of their first month in the
    data, which is marked; their tenure is not known, so that they are not in the survival curve.
    Tiers are by the revenue of each client's first period (or as given), which nothing that came
    later can change.
    """
    settings, policies = parameters.cohorts, parameters.policies
    from_contracts = bool(unit_history["revenue_source"].eq("contracts").any())
    lives = _lives(accounts, account_lives, cohort_activity, from_contracts, parameters)
    opening = _opening(lives)
    cohorts = _cohorts(lives, cohort_triangle, opening, parameters)
    others = cohort_triangle["cohort"].ne(pd.Timestamp(opening)).any() if opening else True
    left_out = opening if settings.mean_without_opening and others else None
    ages = Ages(cohort_triangle, cohorts["cohort"], left_out, settings.ages_shown)
    by_accounts, by_revenue = (
        _triangle(cohorts, ages, over, under)
        for over, under in (("accounts", "cohort_accounts"), ("revenue", "cohort_revenue"))
    )
    followed = lives.loc[lives["is_followed"]]
    curve = survival_curve(
        followed["tenure_months"], followed["has_left"], level=settings.survival_level
    )
    tiered = followed.loc[followed["tier"].ne(NO_TIER)]
    mean_accounts, mean_revenue = ages.means("accounts"), ages.means("revenue")
    reason = "no client has brought revenue in a complete month" if lives.empty else None
    known = Followed(lives, curve, mean_accounts, mean_revenue, reason, parameters)
    groups = segment_groups(lives, settings.groups_shown)
    return CohortSummary(
        figures={figure.key: figure for figure in all_figures(known)},
        by_accounts=by_accounts,
        by_revenue=by_revenue,
        mean_accounts=mean_accounts,
        mean_revenue=mean_revenue,
        mean_leaves_out=left_out,
        tiers=kept_by_group(lives, lives["tier"], cohort_activity, ages, "accounts"),
        tiers_revenue=kept_by_group(lives, lives["tier"], cohort_activity, ages, "revenue"),
        segments=kept_by_group(lives, groups, cohort_activity, ages, "accounts"),
        segments_revenue=kept_by_group(lives, groups, cohort_activity, ages, "revenue"),
        curve=curve,
        tier_curves=_curves_by_tier(tiered, settings.survival_level),
        comparison=compare_survival(tiered["tenure_months"], tiered["has_left"], tiered["tier"]),
        lives=lives,
        older=int((~lives["is_followed"]).sum()),
        reason=reason,
        period=policies.cohort_period,
        from_contracts=from_contracts,
        survival_level=settings.survival_level,
        least_accounts=settings.least_accounts,
        tier_labels=policies.tiers.labels,
        segment_word=parameters.portfolio.market_segment,
        policies=policies,
        as_of=parameters.as_of,
        currency=parameters.currency,
    )


def _lives(
    accounts: pd.DataFrame,
    account_lives: pd.DataFrame,
    cohort_activity: pd.DataFrame,
    from_contracts: bool,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """One row per client that brought revenue, sorted by id."""
    names = ["account_id", "account_name", "start_date", "tier"]
    segment = parameters.portfolio.market_segment
    wanted = [name for name in (*names, segment) if name in accounts]
    known = accounts.loc[:, list(dict.fromkeys(wanted))]
    rows = account_lives.merge(known, on="account_id", how="left", validate="one_to_one")
    rows = rows.sort_values("account_id", kind="stable").reset_index(drop=True)
    blank = pd.Series(None, index=rows.index, dtype="object")
    name = rows.get("account_name", blank)
    has_left = rows["has_left"].astype(bool)
    return pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "account_name": name.where(~is_blank(name), rows["account_id"]),
            "cohort": rows["cohort"],
            "first_month": rows["first_month"],
            "tier": entry_tiers(rows, cohort_activity, parameters),
            "segment": rows.get(segment, blank),
            "tenure_months": tenure_months(rows["life_first_day"], rows["life_last_day"], has_left),
            "has_left": has_left,
            "is_followed": ~_older(rows, blank) | from_contracts,
        }
    )


def _older(rows: pd.DataFrame, blank: pd.Series) -> pd.Series:
    """True for clients that were, or may have been, there before the data begin."""
    start = pd.to_datetime(rows.get("start_date", blank))
    opening = rows["first_month"].min()
    unknown = start.isna() & rows["first_month"].eq(opening)
    older: pd.Series = unknown | (start < opening)
    return older


def _opening(lives: pd.DataFrame) -> dt.date | None:
    """The cohort with which the data begin, where it may hold clients from before."""
    first = lives.loc[lives["first_month"].eq(lives["first_month"].min())]
    if first["is_followed"].all():
        return None
    return pd.Timestamp(first["cohort"].iloc[0]).date()


def _cohorts(
    lives: pd.DataFrame,
    cohort_triangle: pd.DataFrame,
    opening: dt.date | None,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """The cohorts shown, oldest first, with what a reader should know of each."""
    sizes = lives.groupby("cohort").size()
    observed = set(cohort_triangle["cohort"])
    rows = pd.DataFrame({"cohort": sizes.index, "accounts": sizes.to_numpy(dtype="int64")})
    rows["is_small"] = rows["accounts"] < parameters.cohorts.least_accounts
    rows["is_opening"] = rows["cohort"].eq(pd.Timestamp(opening)) if opening else False
    rows["is_open"] = ~rows["cohort"].isin(observed)
    return rows.tail(parameters.cohorts.cohorts_shown).reset_index(drop=True)


def _triangle(cohorts: pd.DataFrame, ages: Ages, over: str, under: str) -> pd.DataFrame:
    """Cohorts by age; NaN where an age is not yet observed, or where there was nothing at first."""
    shares = ages.shares(over, under).reindex(cohorts["cohort"]).reset_index(drop=True)
    first = ages.observed.groupby("cohort")["cohort_revenue"].first()
    revenue = cohorts["cohort"].map(first).astype("float64")
    return pd.concat([cohorts.assign(revenue=revenue), shares], axis=1)


def _curves_by_tier(tiered: pd.DataFrame, level: float) -> dict[str, pd.DataFrame]:
    return {
        str(tier): survival_curve(own["tenure_months"], own["has_left"], level=level)
        for tier, own in tiered.groupby("tier", sort=True)
        if np.any(own["tenure_months"] >= 1)
    }
