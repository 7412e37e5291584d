"""Scores of recency, frequency and money by cut-offs that do not move with the clients.

A score compares a client's value with fixed amounts, so that equal values always score alike and a
move from one segment to another is behaviour, never re-ranking.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.rfm_segments import NO_PURCHASE, segment_by_triple
from portfolio_lib.parameters.behaviour_models import RfmPage

QUINTILES = (0.2, 0.4, 0.6, 0.8)
MEASURES = ("recency", "frequency", "money")


@dataclass(frozen=True)
class CutOffs:
    """Four rising edges per measure, and where each came from.

    `recency` holds days up to which the score is 5, 4, 3, 2; `frequency` and `money` hold values
    from which it is 2, 3, 4, 5. Quintiles may repeat an edge where many clients share a value; the
    score between two equal edges is then given to nobody.
    """

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    money: tuple[float, ...]
    frozen: tuple[str, ...]
    frozen_at: dt.date | None


def measured(reviews: pd.DataFrame, day: dt.date, frequency: str) -> pd.DataFrame:
    """Recency, frequency and money of every account known on a day.

    Parameters
    ----------
    reviews : frame
        The fact account_reviews.
    day : date
        One of its review days.
    frequency : str
        The column counted: ``purchase_days`` or ``invoices``.

    Returns
    -------
    frame
        One row per account, sorted by id: `account_id`, `recency_days` (missing without any
        purchase), `purchases`, `revenue`, `revenue_12m`, and the days of activity.
    """
    rows = reviews.loc[reviews["review_day"].eq(pd.Timestamp(day))]
    rows = rows.sort_values("account_id", kind="stable").reset_index(drop=True)
    last = pd.to_datetime(rows["last_purchase"])
    return pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "recency_days": (pd.Timestamp(day) - last).dt.days.astype("float64"),
            "purchases": rows[frequency].astype("float64"),
            "revenue": rows["revenue"].astype("float64"),
            "revenue_12m": rows["revenue_12m"].astype("float64"),
            "start_date": pd.to_datetime(rows["start_date"]),
            "first_active_day": pd.to_datetime(rows["first_active_day"]),
            "last_active_day": pd.to_datetime(rows["last_active_day"]),
        }
    )


def cut_offs(now: pd.DataFrame, frozen: pd.DataFrame, day: dt.date, page: RfmPage) -> CutOffs:
    """The cut-offs of the parameters; quintiles of a frozen day stand in for those left out.

    Parameters
    ----------
    now, frozen : frame
        What `measured` gives for the review day and for the frozen day, which is `day`. Where
        nobody had bought by the frozen day, the review day stands in.
    """
    bought = frozen.loc[frozen["recency_days"].notna()]
    if bought.empty:
        bought = now.loc[now["recency_days"].notna()]
    given = {
        "recency": page.recency_cutoffs_days,
        "frequency": page.frequency_cutoffs,
        "money": page.monetary_cutoffs,
    }
    columns = {"recency": "recency_days", "frequency": "purchases", "money": "revenue"}
    edges = {
        name: tuple(float(edge) for edge in found)
        if (found := given[name]) is not None
        else (quintiles if name == "recency" else edges_above)(bought[columns[name]])
        for name in MEASURES
    }
    left_out = tuple(name for name in MEASURES if given[name] is None)
    return CutOffs(**edges, frozen=left_out, frozen_at=day if left_out else None)


def quintiles(values: pd.Series) -> tuple[float, ...]:
    """The values at 20, 40, 60 and 80 per cent, each a value that some client has.

    Examples
    --------
    >>> quintiles(pd.Series([1.0, 1.0, 1.0, 2.0, 9.0]))
    (1.0, 1.0, 1.0, 2.0)
    """
    if values.empty:
        return ()
    found = np.quantile(values.to_numpy(), QUINTILES, method="inverted_cdf")
    return tuple(float(value) for value in found)


def edges_above(values: pd.Series) -> tuple[float, ...]:
    """For each quintile the next larger value: who shares the lowest value has the lowest score.

    Examples
    --------
    >>> edges_above(pd.Series([1.0, 1.0, 1.0, 2.0, 9.0])), edges_above(pd.Series([7.0, 7.0]))
    ((2.0, 2.0, 2.0, 9.0), (8.0, 8.0, 8.0, 8.0))
    """
    distinct = np.unique(values.to_numpy(float))
    found = []
    for edge in quintiles(values):
        larger = distinct[distinct > edge]
        # Above the largest value there is none: an edge that nobody reaches.
        found.append(float(larger[0]) if len(larger) else math.floor(edge) + 1.0)
    return tuple(found)


def scored(rows: pd.DataFrame, cuts: CutOffs) -> pd.DataFrame:
    """The rows with their scores and their segment.

    Returns
    -------
    frame
        Adds `recency_score`, `frequency_score`, `money_score` (1 to 5; missing where an account
        never bought) and `segment` (a key of `SEGMENTS`, or ``no purchase``).
    """
    done = rows.copy()
    bought = rows["recency_days"].notna()
    done["recency_score"] = recency_scores(rows["recency_days"], cuts.recency).where(bought)
    done["frequency_score"] = value_scores(rows["purchases"], cuts.frequency).where(bought)
    done["money_score"] = value_scores(rows["revenue"], cuts.money).where(bought)
    triples = done[["recency_score", "frequency_score", "money_score"]]
    names = segment_by_triple()
    done["segment"] = [
        NO_PURCHASE if pd.isna(r) else names[int(r), int(f), int(m)]
        for r, f, m in triples.itertuples(index=False)
    ]
    return done


def recency_scores(days: pd.Series, edges: Sequence[float]) -> pd.Series:
    """5 up to the first edge, one less up to each next, 1 beyond the last.

    Examples
    --------
    >>> recency_scores(pd.Series([0.0, 30, 31, 400]), (30, 90, 180, 365)).tolist()
    [5.0, 5.0, 4.0, 1.0]
    """
    places = np.searchsorted(np.asarray(edges, float), days.to_numpy(float), side="left")
    return pd.Series(5.0 - places, index=days.index)


def value_scores(values: pd.Series, edges: Sequence[float]) -> pd.Series:
    """1 below the first edge, one more from each edge on.

    Examples
    --------
    >>> value_scores(pd.Series([1.0, 2, 15, 16]), (2, 4, 8, 16)).tolist()
    [1.0, 2.0, 4.0, 5.0]
    """
    places = np.searchsorted(np.asarray(edges, float), values.to_numpy(float), side="right")
    return pd.Series(1.0 + places, index=values.index)
