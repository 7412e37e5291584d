"""Each account's own rhythm: its gaps, whether one is overdue, and when the next order is due."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd

from portfolio_lib.parameters.behaviour_models import RecurrencePage

TOO_FEW = "too few purchases to say"
LONGER_THAN_EVER = "silent for longer than almost ever before"
RHYTHM_COLUMNS = ("account_id", "gaps", "median_gap_days", "long_gap_days")


def gaps_by_account(
    purchase_days: pd.DataFrame, as_of: dt.date, *, at_most: int
) -> dict[str, np.ndarray]:
    """The days between each account's successive purchase days, oldest first, the latest ones.

    Parameters
    ----------
    purchase_days : frame
        One row per account and day with a sale: `account_id`, `day`; in any order.
    at_most : int
        How many of the latest gaps are kept.

    Returns
    -------
    dict
        Account id to whole days, in the order of the ids; empty for a single purchase.
    """
    known = purchase_days.loc[purchase_days["day"] <= pd.Timestamp(as_of), ["account_id", "day"]]
    ordered = known.drop_duplicates().sort_values(["account_id", "day"], kind="stable")
    return {
        str(account): np.diff(rows.to_numpy("datetime64[D]")).astype(int)[-at_most:]
        for account, rows in ordered.groupby("account_id", sort=True)["day"]
    }


def gap_quantiles(
    purchase_days: pd.DataFrame, as_of: dt.date, page: RecurrencePage
) -> pd.DataFrame:
    """Each account's own gaps in three numbers.

    Returns
    -------
    frame
        One row per account that has bought: `account_id`, `gaps` (how many are read),
        `median_gap_days` and `long_gap_days` (the percentile of the parameters, 80 by default);
        both missing with fewer gaps than it takes to speak of a rhythm.
    """
    rows = [
        (account, len(gaps), *_two_quantiles(gaps, page))
        for account, gaps in gaps_by_account(purchase_days, as_of, at_most=page.gaps_used).items()
    ]
    frame = pd.DataFrame(rows, columns=list(RHYTHM_COLUMNS))
    return frame.astype({"gaps": int, "median_gap_days": float, "long_gap_days": float})


def _two_quantiles(gaps: np.ndarray, page: RecurrencePage) -> tuple[float, float]:
    if len(gaps) < page.least_gaps:
        return math.nan, math.nan
    # Rounded: a gap of 12 days is not beyond 11.999999999999998.
    long_gap = round(float(np.quantile(gaps, page.missed_quantile)), 9)
    return float(np.median(gaps)), long_gap


def rhythms(purchase_days: pd.DataFrame, as_of: dt.date, page: RecurrencePage) -> pd.DataFrame:
    """One row per account that has bought, sorted by id.

    Returns
    -------
    frame
        `account_id`, `last_purchase`, `gap_now_days`, `gaps`, `median_gap_days`,
        `long_gap_days`, `longest_gap_days`; `is_missed` (the gap now is beyond the account's own
        long gap, and not yet so long that it counts as lost; False with too few gaps);
        `chance_late` (how often an account that keeps this very rhythm is found beyond its long
        gap on a day taken at random); `next_day`, `next_from`, `next_to`, `next_level` (missing
        where `next_reason` says why).

    Notes
    -----
    The long gap q is the 80th percentile of the account's own gaps. On a random day an account
    whose gaps g keep their distribution is beyond q with probability Σ max(0, g − q) ÷ Σ g: the
    share of all days that lie beyond q in their gap.
    """
    gaps = gaps_by_account(purchase_days, as_of, at_most=page.gaps_used)
    known = purchase_days.loc[purchase_days["day"] <= pd.Timestamp(as_of)]
    last = known.groupby("account_id", sort=True)["day"].max()
    rows = [_rhythm(account, own, last[account], as_of, page) for account, own in gaps.items()]
    columns = [
        *("account_id", "last_purchase", "gap_now_days", "gaps", "median_gap_days"),
        *("long_gap_days", "longest_gap_days", "is_missed", "chance_late"),
        *("next_day", "next_from", "next_to", "next_level", "next_reason"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    days = ["last_purchase", "next_day", "next_from", "next_to"]
    frame[days] = frame[days].apply(pd.to_datetime)
    return frame.astype({"is_missed": bool, "gap_now_days": int, "gaps": int, "chance_late": float})


def _rhythm(
    account: str, gaps: np.ndarray, last: pd.Timestamp, as_of: dt.date, page: RecurrencePage
) -> tuple[object, ...]:
    gap_now = int((pd.Timestamp(as_of) - last).days)
    if len(gaps) < page.least_gaps:
        nothing = (None, None, None, math.nan, TOO_FEW)
        blank = (math.nan, math.nan, math.nan, False, math.nan)
        return (account, last, gap_now, len(gaps), *blank, *nothing)
    middle, long_gap = _two_quantiles(gaps, page)
    missed = long_gap < gap_now <= page.missed_within_days
    chance = float(np.clip(gaps - long_gap, 0, None).sum() / gaps.sum())
    ahead = next_purchase(gaps, last, gap_now, page)
    return (
        *(account, last, gap_now, len(gaps), middle, long_gap, float(gaps.max())),
        *(missed, chance, *ahead),
    )


def next_purchase(
    gaps: np.ndarray, last: pd.Timestamp, gap_now: int, page: RecurrencePage
) -> tuple[object, ...]:
    """The next purchase by the account's own gaps that are longer than the one now running.

    Returns
    -------
    tuple
        Expected day (the middle gap), first and last day of the interval, its level, and the
        reason where there is none.

    Notes
    -----
    With m such gaps the next one lies between the k-th and the (m + 1 − k)-th of them with
    probability 1 − 2k ÷ (m + 1), if gaps come in no order (order statistics; no shape is assumed).
    The interval takes the largest k that reaches the level asked for; where even k = 1 does not,
    it runs from the smallest to the largest and says its own, lower level.
    """
    longer = np.sort(gaps[gaps > gap_now])
    count = len(longer)
    if count < page.least_gaps:
        return (None, None, None, math.nan, LONGER_THAN_EVER)
    # A hair is added: 0.1 × 10 must count as one, whatever its last binary digit.
    k = max(1, math.floor((1 - page.interval_level) / 2 * (count + 1) + 1e-9))
    days = (float(np.median(longer)), longer[k - 1], longer[count - k])
    dated = tuple(last + pd.Timedelta(days=round(float(gap))) for gap in days)
    return (*dated, 1 - 2 * k / (count + 1), None)
