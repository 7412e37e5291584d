"""Recency, frequency, money and lifecycle: who is where, what to do, and who moved since when."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.lifecycle import STATES, Stage, rules, stages, states
from portfolio_lib.analyses.migration import Migration, migrate
from portfolio_lib.analyses.rfm_clusters import Clusters, find_clusters
from portfolio_lib.analyses.rfm_figures import Scored, all_figures
from portfolio_lib.analyses.rfm_scores import CutOffs, cut_offs, measured, scored
from portfolio_lib.analyses.rfm_segments import NO_PURCHASE, SEGMENTS, RfmSegment, with_actions
from portfolio_lib.analyses.rhythm import gap_quantiles
from portfolio_lib.analyses.snapshots import accounts_on, total
from portfolio_lib.analyses.value_groups import VALUE_GROUPS, grouped
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}
SCORES = (5, 4, 3, 2, 1)
QUIET = ("sleeping", "hibernating", "leaving", "lost")


@dataclass(frozen=True)
class RfmAndLifecycle:
    """The answer of the page RFM and lifecycle.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    cuts : CutOffs
        The edges of the scores, the same for both reviews.
    segments : tuple of RfmSegment
        The named segments with their actions; `segment_totals` has one row for each, and one for
        accounts that never bought: `segment`, `accounts`, `revenue_12m`.
    heat : frame
        Accounts by `recency_score` (rows, 5 first) and frequency score (columns ``f1`` … ``f5``).
    stages : tuple of Stage
        The states of the lifecycle; `stage_totals` has one row for each: `state`, `accounts`,
        `accounts_before`, `revenue_12m`.
    segment_migration, stage_migration : Migration or None
        Since the review before, by the same cut-offs; None where nothing was known then.
    moves : mapping of str to frame
        The same migrations as long frames, by ``lifecycle`` and ``segments``.
    movers : frame
        Accounts in a later state than at the review before (sleeping to lost), by the revenue of
        the twelve months to that review.
    value_totals : frame
        One row per value group: `value_group`, `accounts`, `revenue_12m`.
    accounts : frame
        One row per account, by revenue, for analysts.
    """

    figures: Mapping[str, Figure]
    cuts: CutOffs
    segments: tuple[RfmSegment, ...]
    segment_totals: pd.DataFrame
    heat: pd.DataFrame
    stages: tuple[Stage, ...]
    stage_rules: Mapping[str, str]
    stage_totals: pd.DataFrame
    segment_migration: Migration | None
    stage_migration: Migration | None
    moves: Mapping[str, pd.DataFrame]
    movers: pd.DataFrame
    value_totals: pd.DataFrame
    clusters: Clusters | None
    clusters_asked: bool
    accounts: pd.DataFrame
    as_of: dt.date
    before: dt.date
    has_purchases: bool
    frequency: str
    window_days: int | None
    accounts_shown: int
    currency: str


def score_accounts(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_reviews: pd.DataFrame,
    purchase_days: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> RfmAndLifecycle:
    """Score every account, place it in its lifecycle, and compare with the review before.

    Parameters
    ----------
    accounts : frame
        One row per account.
    account_snapshots : frame
        One row per account and snapshot date; gives growth and margins.
    account_reviews : frame
        One row per account and review day, with what was known on it.
    purchase_days : frame
        One row per account and day with a sale; gives each account's own rhythm.
    parameters : UnitParameters
        Gives the cut-offs, the states' lengths, the value groups and the actions.
    """
    page, as_of = parameters.rfm, parameters.as_of
    earlier = months_before(as_of, MONTHS_PER_PERIOD[parameters.period])
    day = review_before(account_reviews, as_of, earlier)
    frozen_at = page.frozen_at or day
    now = measured(account_reviews, as_of, page.frequency)
    then = measured(account_reviews, day, page.frequency)
    cuts = cut_offs(now, measured(account_reviews, frozen_at, page.frequency), frozen_at, page)
    rows = _placed(scored(now, cuts), as_of, parameters)
    past = _placed(scored(then, cuts), day, parameters)
    rows = _described(rows, accounts, account_snapshots, purchase_days, parameters)
    known = None if past.empty or past["state"].eq("no_activity").all() else past
    rows = _with_past(rows, known)
    bought = bool(rows["recency_days"].notna().any())
    by_state = None if known is None else migrate(rows, known, STATES, "state")
    names = (*(one.key for one in SEGMENTS), NO_PURCHASE)
    by_segment = None if known is None or not bought else migrate(rows, known, names, "segment")
    clusters = find_clusters(rows, page.cluster, seed=parameters.seed) if page.clusters else None
    figures = all_figures(
        Scored(rows, known, cuts, by_state, by_segment, clusters, day, parameters)
    )
    return RfmAndLifecycle(
        figures={figure.key: figure for figure in figures},
        cuts=cuts,
        segments=with_actions({str(key): text for key, text in page.actions.items()}),
        segment_totals=_totals(rows, "segment", names),
        heat=heat_table(rows),
        stages=stages(page.lifecycle),
        stage_rules=rules(page.lifecycle),
        stage_totals=_stage_totals(rows, known),
        segment_migration=by_segment,
        stage_migration=by_state,
        moves={
            name: found.moves
            for name, found in (("lifecycle", by_state), ("segments", by_segment))
            if found is not None
        },
        movers=_movers(rows),
        value_totals=_totals(rows, "value_group", VALUE_GROUPS),
        clusters=clusters,
        clusters_asked=page.clusters,
        accounts=_listed(rows),
        as_of=as_of,
        before=day,
        has_purchases=bought,
        frequency=page.frequency,
        window_days=page.window_days,
        accounts_shown=page.accounts_shown,
        currency=parameters.currency,
    )


def review_before(account_reviews: pd.DataFrame, as_of: dt.date, earlier: dt.date) -> dt.date:
    """The day of the review before: the one in the facts that is nearest to a period earlier.

    Windows that end at a month's end hold whole months, so the facts may look back from the last
    day of a month where counting months gives the day before.
    """
    days = sorted({pd.Timestamp(day).date() for day in account_reviews["review_day"].unique()})
    past = [day for day in days if day < as_of]
    return min(past, key=lambda day: (abs((day - earlier).days), day)) if past else earlier


def _placed(rows: pd.DataFrame, day: dt.date, parameters: UnitParameters) -> pd.DataFrame:
    return rows.assign(state=states(rows, day, parameters.rfm.lifecycle))


def _described(
    rows: pd.DataFrame,
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    purchase_days: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """The accounts with their name, their value group and their own rhythm."""
    known = accounts_on(accounts, account_snapshots, parameters.as_of)
    groups = grouped(known, parameters.rfm.groups)
    extra = pd.concat([known[["account_id", "account_name"]], groups], axis=1)
    joined = rows.merge(extra, on="account_id", how="left", validate="one_to_one")
    joined["account_name"] = joined["account_name"].fillna(joined["account_id"])
    joined["value_group"] = joined["value_group"].fillna("no_revenue")
    own = gap_quantiles(purchase_days, parameters.as_of, parameters.recurrence)
    joined = joined.merge(own, on="account_id", how="left", validate="one_to_one")
    return joined.sort_values("account_id", kind="stable").reset_index(drop=True)


def _with_past(rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """The accounts with what they were at the review before; missing where not known then."""
    names = ["state", "segment", "revenue_12m"]
    renamed = {name: f"{name}_before" for name in names}
    renamed["revenue_12m"] = "revenue_before"
    if before is None:
        texts = {renamed[name]: pd.Series(None, index=rows.index, dtype="object") for name in names}
        return rows.assign(**texts).astype({"revenue_before": "float64"})
    past = before[["account_id", *names]].rename(columns=renamed)
    return rows.merge(past, on="account_id", how="left", validate="one_to_one")


def _movers(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts that went quiet since the review before."""
    place = {state: n for n, state in enumerate(STATES)}
    fell = (
        rows["state"].isin(QUIET)
        & rows["state_before"].isin(STATES[:-1])
        & (rows["state"].map(place) > rows["state_before"].map(place))
    )
    order = rows.loc[fell].sort_values(
        ["revenue_before", "account_id"], ascending=[False, True], kind="stable"
    )
    columns = ["account_id", "account_name", "state_before", "state", "revenue_before"]
    own = ["recency_days", "median_gap_days", "long_gap_days"]
    return order.loc[:, [*columns, *own]].reset_index(drop=True)


def heat_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts by recency score (5 first) and frequency score; 0 where there is none."""
    placed = rows.dropna(subset=["recency_score"])
    counts = np.zeros((5, 5), dtype=int)
    np.add.at(
        counts,
        (
            5 - placed["recency_score"].to_numpy(int),
            placed["frequency_score"].to_numpy(int) - 1,
        ),
        1,
    )
    heat = pd.DataFrame(counts, columns=[f"f{score}" for score in reversed(SCORES)])
    heat.insert(0, "recency_score", SCORES)
    return heat


def _totals(rows: pd.DataFrame, column: str, names: tuple[str, ...]) -> pd.DataFrame:
    """Accounts and twelve-month revenue of every group, in the order given; none is left out."""
    return pd.DataFrame(
        [
            {
                column: name,
                "accounts": int(rows[column].eq(name).sum()),
                "revenue_12m": total(rows.loc[rows[column].eq(name), "revenue_12m"]),
            }
            for name in names
        ]
    )


def _stage_totals(rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    totals = _totals(rows, "state", STATES)
    totals["accounts_before"] = [
        math.nan if before is None else float(before["state"].eq(name).sum()) for name in STATES
    ]
    return totals


def _listed(rows: pd.DataFrame) -> pd.DataFrame:
    columns = [
        *("account_id", "account_name", "segment", "state", "value_group", "group_reason"),
        *("segment_before", "state_before", "revenue_before"),
        *("recency_days", "purchases", "revenue", "revenue_12m", "growth"),
        *("margin_after_service", "recency_score", "frequency_score", "money_score"),
        *("gaps", "median_gap_days", "long_gap_days"),
    ]
    order = rows.sort_values(["revenue_12m", "account_id"], ascending=[False, True])
    return order.loc[:, columns].reset_index(drop=True)
