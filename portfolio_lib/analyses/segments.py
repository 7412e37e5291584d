"""Who is in the portfolio: tiers by both readings, four cuts, the active and the inactive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.bands import (
    RevenueBand,
    band_of_each,
    band_totals,
    revenue_bands,
)
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.groups import add_up, largest_groups, with_shares
from portfolio_lib.analyses.segment_figures import Sorted, all_figures
from portfolio_lib.analyses.snapshots import (
    Period,
    accounts_on,
    recorded,
    review_period,
)
from portfolio_lib.analyses.tier_moves import TierMoves, move_figures, tier_moves
from portfolio_lib.analyses.tiers import (
    NO_TIER,
    READINGS,
    TIERS,
    rule_of,
    tiers_by_reading,
    why_not_shown,
)
from portfolio_lib.parameters.models import UnitParameters

CUTS = ("revenue", "geography", "industry", "relationship")
BY_REVENUE_AND_RANK = ("cumulative_revenue", "account_rank")
ACCOUNT_COLUMNS = (
    "account_id",
    "account_name",
    "tier",
    "tier_cumulative_revenue",
    "tier_account_rank",
    "tier_thresholds",
    "tier_given",
    "is_active",
    "is_client",
    "revenue_12m",
    "revenue_prior_12m",
    "days_since_last",
    "industry",
    "geography",
    "relationship_type",
)


@dataclass(frozen=True)
class Segmentation:
    """The answer of the page Segments and tiers.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    policy : str
        The reading chosen in the parameters, a key of `tiers`.
    rules : mapping of str to str
        Each reading that can be shown, and its rule in one sentence.
    unavailable : mapping of str to str
        Readings that cannot be shown, and why.
    tiers : mapping of str to frame
        Totals by tier for each reading: `group` (1, 2, 3 or ``none``), `accounts`,
        `accounts_share`, `active`, `inactive`, `revenue`, `revenue_share`, `average_revenue`,
        `revenue_prior`, `growth`. Every reading adds up to all accounts.
    agreement : frame
        One row per tier by cumulative revenue and tier by rank: `tier_cumulative_revenue`,
        `tier_account_rank`, `accounts`, `revenue`; every combination is listed.
    moves : TierMoves
        The clients and the money between tiers since a year before, by the same amounts.
    tier_changes : frame
        The same as a long frame: `before`, `now`, `accounts`, `revenue_before`, `revenue_now`.
    cuts : mapping of str to frame
        ``revenue``, ``geography``, ``industry``, ``relationship``: totals by group.
    bands : tuple of RevenueBand
        The bands of the cut by revenue; its groups are their places, 0 first.
    inactive : frame
        One row per inactive account, by what it used to bring: `account_id`, `account_name`,
        `days_since_last`, `best_revenue_12m`, `best_date`, `revenue_12m`.
    accounts : frame
        One row per account, by revenue, for analysts.
    """

    figures: Mapping[str, Figure]
    policy: str
    labels: tuple[str, str, str]
    rules: Mapping[str, str]
    unavailable: Mapping[str, str]
    tiers: Mapping[str, pd.DataFrame]
    agreement: pd.DataFrame
    moves: TierMoves
    tier_changes: pd.DataFrame
    cuts: Mapping[str, pd.DataFrame]
    bands: tuple[RevenueBand, ...]
    inactive: pd.DataFrame
    accounts: pd.DataFrame
    period: Period
    active_within_days: int
    geography: str
    top_groups: int
    currency: str


def segment_accounts(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> Segmentation:
    """Sort the accounts into tiers and groups by their last twelve months.

    Parameters
    ----------
    accounts : frame
        One row per account.
    account_snapshots : frame
        One row per account and snapshot date; earlier ones say what inactive accounts used to
        bring.
    parameters : UnitParameters
        Gives the tier policy, labels and shares, the bands, the geography and the groups shown.
    """
    period = review_period(account_snapshots, parameters.as_of)
    rows = _with_tiers(accounts_on(accounts, account_snapshots, parameters.as_of), parameters)
    before = _with_tiers(accounts_on(accounts, account_snapshots, period.year_before), parameters)
    policy = parameters.policies.tiers
    unavailable = why_not_shown(rows, policy)
    shown = [reading for reading in READINGS if reading not in unavailable]
    tiers = {reading: _tier_totals(rows, reading, period) for reading in shown}
    inactive = inactive_accounts(rows, account_snapshots, parameters)
    moves = tier_moves(rows, before, period, policy, unavailable)
    figures = [
        *all_figures(Sorted(rows, before, inactive, unavailable, period, parameters)),
        *move_figures(moves, period, parameters.currency),
    ]
    bands = revenue_bands(rows["revenue_12m"], parameters.segments.revenue_bands)
    return Segmentation(
        figures={figure.key: figure for figure in figures},
        policy=policy.policy,
        labels=policy.labels,
        rules={reading: rule_of(reading, policy) for reading in shown},
        unavailable=unavailable,
        tiers=tiers,
        agreement=_agreement(rows),
        moves=moves,
        tier_changes=moves.moves,
        cuts=_cuts(rows, bands, parameters, period),
        bands=bands,
        inactive=inactive,
        accounts=_listed(rows),
        period=period,
        active_within_days=parameters.policies.active_within_days,
        geography=parameters.segments.geography,
        top_groups=parameters.segments.top_groups,
        currency=parameters.currency,
    )


def inactive_accounts(
    rows: pd.DataFrame, account_snapshots: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """The inactive accounts, by the most they brought in twelve months at an earlier snapshot.

    Returns
    -------
    frame
        `account_id`, `account_name`, `days_since_last`, `best_revenue_12m` and `best_date` (both
        missing where no earlier snapshot holds revenue), `revenue_12m`.
    """
    inactive = rows.loc[~rows["is_active"]]
    earlier = account_snapshots.loc[
        account_snapshots["snapshot_date"].lt(pd.Timestamp(parameters.as_of))
        & account_snapshots["account_id"].isin(set(inactive["account_id"]))
        & account_snapshots["revenue_12m"].gt(0),
        ["account_id", "snapshot_date", "revenue_12m"],
    ].rename(columns={"revenue_12m": "best_revenue_12m", "snapshot_date": "best_date"})
    best = earlier.sort_values(
        ["account_id", "best_revenue_12m", "best_date"], ascending=[True, False, False]
    ).drop_duplicates("account_id")
    columns = ["account_id", "account_name", "days_since_last", "revenue_12m"]
    listed = inactive.loc[:, columns].merge(best, on="account_id", how="left")
    order = listed.sort_values(
        ["best_revenue_12m", "account_id"], ascending=[False, True], na_position="last"
    )
    return order.reset_index(drop=True)


def _with_tiers(now: pd.DataFrame, parameters: UnitParameters) -> pd.DataFrame:
    """The accounts with their tier by every reading, and by the one chosen."""
    rows = now.copy()
    policy = parameters.policies.tiers
    for reading, tiers in tiers_by_reading(now, policy).items():
        rows[f"tier_{reading}"] = tiers
    rows["tier_chosen"] = rows[f"tier_{policy.policy}"]
    rows["geography"] = recorded(rows[parameters.segments.geography])
    rows["industry"] = recorded(rows["industry"])
    rows["relationship_type"] = recorded(rows["relationship_type"])
    return rows


def _tier_totals(rows: pd.DataFrame, reading: str, period: Period) -> pd.DataFrame:
    """Totals of tiers 1, 2, 3 and of the accounts without a tier; none of the four is left out."""
    sums = add_up(rows, rows[f"tier_{reading}"]).set_index("group")
    every = sums.reindex([*TIERS, NO_TIER]).reset_index()
    every["kind"] = "named"
    counts = ["groups", "accounts", "active", "inactive"]
    every[counts] = every[counts].fillna(0).astype(int)
    money = ["revenue", "positive_revenue", "revenue_prior"]
    every[money] = every[money].fillna(0.0)
    totals = with_shares(every, has_year_before=period.short_of(24) is None)
    totals["average_revenue"] = totals["revenue"] / totals["accounts"].where(totals["accounts"] > 0)
    return totals


def _agreement(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts and revenue by tier of the one reading and tier of the other."""
    keys = [f"tier_{reading}" for reading in BY_REVENUE_AND_RANK]
    sums = rows.groupby(keys).agg(accounts=("account_id", "size"), revenue=("revenue_12m", "sum"))
    pairs = pd.MultiIndex.from_product([[*TIERS, NO_TIER]] * 2, names=keys)
    every = sums.reindex(pairs).fillna(0.0).reset_index()
    return every.astype({"accounts": int})


def _cuts(
    rows: pd.DataFrame, bands: tuple[RevenueBand, ...], parameters: UnitParameters, period: Period
) -> dict[str, pd.DataFrame]:
    """The portfolio cut four ways; every cut adds up to the same accounts and revenue."""
    known = period.short_of(24) is None
    by_revenue = band_totals(add_up(rows, band_of_each(rows["revenue_12m"], bands)), bands)
    cuts = {"revenue": with_shares(by_revenue, has_year_before=known)}
    for cut, column in (
        ("geography", "geography"),
        ("industry", "industry"),
        ("relationship", "relationship_type"),
    ):
        sums = largest_groups(add_up(rows, rows[column]), parameters.segments.top_groups)
        cuts[cut] = with_shares(sums, has_year_before=known)
    return cuts


def _listed(rows: pd.DataFrame) -> pd.DataFrame:
    listed = rows.assign(tier=rows["tier_chosen"])
    order = listed.sort_values(["revenue_12m", "account_id"], ascending=[False, True])
    return order.loc[:, list(ACCOUNT_COLUMNS)].reset_index(drop=True)
