"""What the past of some units gives to another: what was measured and what happened, no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.churn_models.pooling import Pool
from portfolio_lib.analyses.churn_models.samples import Samples, samples
from portfolio_lib.analyses.churn_models.trials import tried_days
from portfolio_lib.parameters.churn_models import ChurnPage

STAYS_HOME = frozenset({"annual_revenue"})
"""Features that could tell which client it is, and that no other currency or trade shares."""
KEPT = ["unit", "account", "snapshot_date", "closes_on", "churned"]


@dataclass(frozen=True)
class ChurnPool:
    """Rows of other units.

    Parameters
    ----------
    rows : frame
        One row per account and snapshot whose outcome is known: `unit` and `account` are numbers
        given for this frame alone, then `snapshot_date`, `closes_on`, `churned`, the features.
    left_out : int
        Units that were to bring their past and could not.
    """

    rows: pd.DataFrame
    left_out: int = 0


def short_of_losses(own: Samples, page: ChurnPage, as_of: dt.date) -> bool:
    """Whether the unit lacks losses of its own on the review day or a day on which it is tried."""
    days = [*tried_days(own)[-page.tried_snapshots :], np.datetime64(as_of, "D")]
    first = own.closed_by(min(days))
    return first.events < page.own_model_from_events


def pool_frame(partners: Sequence[Samples], until: dt.date) -> pd.DataFrame:
    """The closed rows of other units, with numbers in place of ids.

    Parameters
    ----------
    partners : sequence of Samples
        One per unit, with the same features.
    until : day
        Nothing that closed later is taken.

    Returns
    -------
    frame
        See `ChurnPool.rows`.
    """
    frames = [
        _without_ids(rows.closed_by(np.datetime64(until, "D")), number)
        for number, rows in enumerate(partners, start=1)
    ]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=KEPT)


def _without_ids(rows: Samples, unit: int) -> pd.DataFrame:
    kept = [name for name in rows.names if name not in STAYS_HOME]
    numbers = np.unique(rows.accounts.astype(str), return_inverse=True)[1] + 1
    known = {
        "unit": np.full(len(rows), unit, dtype=np.int64),
        "account": numbers.astype(np.int64),
        "snapshot_date": rows.snapshots.astype("datetime64[s]"),
        "closes_on": rows.closes.astype("datetime64[s]"),
        "churned": rows.churned == 1,
    }
    return pd.DataFrame(known | {name: rows.column(name) for name in kept})


def pool_of(given: ChurnPool | None, page: ChurnPage) -> Pool | None:
    """The rows as models take them; None where there are none."""
    if given is None or (given.rows.empty and given.left_out == 0):
        return None
    names = [name for name in given.rows.columns if name not in KEPT]
    frame = given.rows.assign(
        business_unit="other unit " + given.rows["unit"].astype(str),
        account_id=given.rows["account"].astype(str),
    )
    return Pool(samples(frame, names), page.own_model_from_events, given.left_out)
