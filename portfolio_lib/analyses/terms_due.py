"""Contract terms that end, as they stood on a day: renewed, renewed late, open, late or lost."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.parameters.renewal_models import RenewalsPage

RENEWED, RENEWED_LATE, LATE, LOST = "renewed", "renewed late", "late", "lost"
OPEN, NOTICE = "open", "notice given"
DAYS_PER_MONTH = 365.25 / 12


def terms_on(term_ends: pd.DataFrame, day: dt.date, page: RenewalsPage) -> pd.DataFrame:
    """Every term with an end that had been agreed by a day, as known on that day.

    Parameters
    ----------
    term_ends : frame
        The fact: one row per term, with what followed it and when that was agreed.
    day : datetime.date
        Nothing agreed or said later is known.
    page : RenewalsPage
        Gives the grace and how a renewal is recognised.

    Returns
    -------
    frame
        One row per term by `contract_id`: `account_id`, `offering`, `start_date`, `end_date`,
        `annual_value` (what is due), `months` (length, at least 1), `auto_renew`, `notice_days`,
        `notice_day` (last day to give notice), `notice_given`, `renewed_on`, `renewed_value`,
        `kept_value` (the smaller of renewed and due; 0 where not renewed), `state`.

    Notes
    -----
    A term that is over is *renewed* where what follows was agreed by its last day, *renewed late*
    within the grace after it, *late* while the grace runs without a renewal or notice, and then
    *lost*. One that is not over is *renewed*, under *notice given*, or *open*. A successor of
    several terms is split among them by their values.
    """
    known = term_ends.loc[term_ends["agreed_on"] <= pd.Timestamp(day)]
    known = known.sort_values("contract_id", kind="stable").reset_index(drop=True)
    followed = _followed(known, pd.Timestamp(day), page)
    rows = known[
        ["contract_id", "account_id", "offering", "start_date", "end_date", "annual_value"]
    ].copy()
    rows["months"] = (known["term_days"] / DAYS_PER_MONTH).round().clip(lower=1).astype("int64")
    rows["auto_renew"] = known["auto_renew"]
    rows["notice_days"] = pd.to_numeric(known["notice_days"]).astype("float64")
    rows["notice_day"] = known["end_date"] - pd.to_timedelta(rows["notice_days"], unit="D")
    given = known["cancelled_date"]
    rows["notice_given"] = given.where(given <= pd.Timestamp(day))
    rows = pd.concat([rows, followed], axis=1)
    rows["kept_value"] = np.minimum(rows["renewed_value"].fillna(0.0), rows["annual_value"])
    rows["state"] = _states(rows, pd.Timestamp(day), page.grace_days)
    return rows


def _followed(known: pd.DataFrame, day: pd.Timestamp, page: RenewalsPage) -> pd.DataFrame:
    """What renewed each term, as known on the day and agreed within the grace."""
    kind = _recognised_by(known, day, page)
    agreed = known[f"{kind}_agreed_on"]
    last = known["end_date"] + pd.Timedelta(days=page.grace_days)
    counts = agreed.notna() & (agreed <= day) & (agreed <= last)
    if kind == "follower":
        counts &= known["follower_start"] <= last
    renewed_by = known[kind].where(counts)
    due = known["annual_value"].where(counts)
    together = due.groupby(renewed_by).transform("sum")
    part = (due / together.where(together > 0)).fillna(0.0)
    return pd.DataFrame(
        {
            "renewed_on": agreed.where(counts),
            "renewed_value": (known[f"{kind}_value"] * part).where(counts).round(4),
        }
    )


def _recognised_by(known: pd.DataFrame, day: pd.Timestamp, page: RenewalsPage) -> str:
    if page.successors != "auto":
        return {"named": "successor", "following": "follower"}[page.successors]
    named = known["successor"].notna() & (known["successor_agreed_on"] <= day)
    return "successor" if named.any() else "follower"


def _states(rows: pd.DataFrame, day: pd.Timestamp, grace_days: int) -> pd.Series:
    renewed, notice = rows["renewed_on"].notna(), rows["notice_given"].notna()
    over = rows["end_date"] <= day
    in_grace = rows["end_date"] + pd.Timedelta(days=grace_days) >= day
    chosen = np.select(
        [
            over & renewed & (rows["renewed_on"] > rows["end_date"]),
            renewed,
            over & in_grace & ~notice,
            over,
            notice,
        ],
        [RENEWED_LATE, RENEWED, LATE, LOST, NOTICE],
        default=OPEN,
    )
    return pd.Series(chosen, index=rows.index, dtype="object")


def ended_between(terms: pd.DataFrame, after: dt.date, until: dt.date) -> pd.DataFrame:
    """The terms whose last day lies after one day and not after another."""
    ends = terms["end_date"]
    return terms.loc[(ends > pd.Timestamp(after)) & (ends <= pd.Timestamp(until))]


def yearly_loss(lost_share: float, years: float) -> float:
    """The loss of one year that, year after year, makes the loss over a term.

    Parameters
    ----------
    lost_share : float
        Part of the value due that was not renewed, in [0, 1].
    years : float
        Length of the terms.

    Examples
    --------
    >>> round(yearly_loss(0.27, 3), 3), yearly_loss(0.2, 1)
    (0.1, 0.19999999999999996)
    """
    return float(1.0 - (1.0 - lost_share) ** (1.0 / years))


def by_length(ended: pd.DataFrame) -> pd.DataFrame:
    """Renewal by length of term, and what it comes to in a year.

    Returns
    -------
    frame
        One row per length: `months`, `terms`, `due`, `rate`, `yearly_rate`. Empty without value
        due.
    """
    sums = ended.groupby("months", sort=True).agg(
        terms=("contract_id", "size"), due=("annual_value", "sum"), kept=("kept_value", "sum")
    )
    sums = sums.loc[sums["due"] > 0].reset_index()
    sums["rate"] = (sums["kept"] / sums["due"]).clip(upper=1.0)
    sums["yearly_rate"] = [
        1.0 - yearly_loss(1.0 - rate, months / 12)
        for rate, months in zip(sums["rate"], sums["months"], strict=True)
    ]
    return sums.drop(columns="kept").astype({"rate": "float64", "yearly_rate": "float64"})


def yearly_rate(lengths: pd.DataFrame) -> float | None:
    """The yearly rate over all lengths, each weighted by the value that stands under such terms.

    Terms of three years come due once in three years: what is due in a window times their length
    is the value under them. None without any.
    """
    under = lengths["due"] * lengths["months"]
    whole = float(under.sum())
    return float((under * lengths["yearly_rate"]).sum() / whole) if whole > 0 else None
