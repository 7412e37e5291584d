"""Whom to call first: expected revenue saved per hour, cut to the hours there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.play_models import Play

WEEKS = {"month": 52 / 12, "quarter": 13.0, "year": 52.0}
NOBODY = "nobody named"


@dataclass(frozen=True)
class Capacity:
    """Hours for keeping clients until the next review.

    Parameters
    ----------
    by_manager : mapping of str to float
        Hours of each account manager; empty where only the sum is known.
    total : float or None
        All hours; None where nothing is known.
    """

    by_manager: Mapping[str, float]
    total: float | None


def capacity(managers: pd.DataFrame | None, page: ChurnPage, period: str) -> Capacity:
    """Hours from the parameters, else from the managers' hours per week."""
    if page.hours_per_period is not None:
        return Capacity({}, page.hours_per_period)
    if managers is None or "hours_per_week" not in managers:
        return Capacity({}, None)
    known = managers.dropna(subset=["hours_per_week"])
    hours = known["hours_per_week"].astype(float) * WEEKS[period] * page.hours_share
    by_manager = dict(zip(known["manager"].astype(str), hours.tolist(), strict=True))
    return Capacity(by_manager, sum(sorted(by_manager.values())) if by_manager else None)


def with_plays(
    rows: pd.DataFrame, plays: Mapping[str, Play], cost_per_hour: float | None
) -> pd.DataFrame:
    """What each account's play would take and save.

    Parameters
    ----------
    rows : frame
        One row per account with `play`, `revenue_at_risk`.

    Returns
    -------
    frame
        The rows with `next_step`, `who`, `within_days`, `hours`, `expected_saved` (share saved ×
        revenue at risk), `saved_per_hour` and `net_value` (less the hours' cost; missing where the
        cost of an hour is not known).
    """
    chosen = [plays.get(key) for key in rows["play"]]
    hours = np.array([np.nan if play is None else play.hours for play in chosen], dtype=float)
    kept = np.array([np.nan if p is None else p.share_saved or 0.0 for p in chosen], dtype=float)
    saved = kept * rows["revenue_at_risk"].to_numpy(dtype=float)
    cost = np.nan if cost_per_hour is None else cost_per_hour
    return rows.assign(
        play_title=_texts(chosen, lambda play: play.title, rows.index),
        next_step=_texts(chosen, lambda play: play.what_to_do[0], rows.index),
        who=_texts(chosen, lambda play: play.who, rows.index),
        within_days=[np.nan if play is None else float(play.within_days) for play in chosen],
        hours=hours,
        expected_saved=saved,
        saved_per_hour=saved / hours,
        net_value=saved - hours * cost,
    )


def _texts(
    chosen: Sequence[Play | None], read: Callable[[Play], str], index: pd.Index
) -> pd.Series:
    told = [None if play is None else read(play) for play in chosen]
    return pd.Series(told, index=index, dtype="object")


def call_list(
    rows: pd.DataFrame, hours: Capacity, *, least_chance: float, most: int
) -> pd.DataFrame:
    """The accounts to call, best expected saving per hour first, as far as the hours go.

    Parameters
    ----------
    rows : frame
        The answer of `with_plays`.
    hours : Capacity
        An account whose manager has no hours of its own is worked by one more, with average hours.
    least_chance : float
        Accounts less likely to leave than this are left in peace.
    most : int
        Length of the list where no hours are known.
    """
    worth = rows["expected_saved"].gt(0) & ~rows["net_value"].le(0)
    worth &= rows["probability"].ge(least_chance)
    ordered = rows.loc[worth].sort_values(
        ["saved_per_hour", "account_id"], ascending=[False, True], kind="stable"
    )
    if hours.total is None:
        return ordered.head(most).reset_index(drop=True)
    return ordered.loc[_fits(ordered, hours)].reset_index(drop=True)


def _fits(ordered: pd.DataFrame, hours: Capacity) -> list[bool]:
    """Whether each account still fits into the hours of whoever works it."""
    left = dict(hours.by_manager)
    known = [one for one in ordered["account_manager"] if one in left]
    total = hours.total or 0.0
    left[NOBODY] = total / max(1, len(hours.by_manager)) if hours.by_manager else total
    fits = []
    for manager, needed in zip(ordered["account_manager"], ordered["hours"], strict=True):
        worker = manager if manager in known else NOBODY
        fits.append(bool(needed <= left[worker] + 1e-9))
        left[worker] -= needed if fits[-1] else 0.0
    return fits


def actions_by_cause(rows: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """What acting on each cause would take and save.

    Returns
    -------
    frame
        One row per cause and play, by expected saving: `cause`, `play_title`, `accounts`,
        `revenue_at_risk`, `hours`, `expected_saved`, `net_value`, `called` (accounts of it in the
        call list).
    """
    acted = rows.loc[rows["play_title"].notna() & rows["revenue_at_risk"].gt(0)]
    called = acted["account_id"].isin(listed["account_id"])
    found = (
        acted.assign(called=called)
        .groupby(["cause", "play_title"], as_index=False, sort=True)
        .agg(
            accounts=("account_id", "size"),
            revenue_at_risk=("revenue_at_risk", "sum"),
            hours=("hours", "sum"),
            expected_saved=("expected_saved", "sum"),
            net_value=("net_value", lambda values: values.sum(min_count=1)),
            called=("called", "sum"),
        )
    )
    order = ["expected_saved", "cause"]
    return found.sort_values(order, ascending=[False, True], kind="stable").reset_index(drop=True)


def manager_names(values: pd.Series) -> pd.Series:
    """The account managers, blanks called `nobody named`."""
    texts = values.astype("string").str.strip()
    return texts.where(~is_blank(values), NOBODY).astype("object")
