"""The model tried out of time: for each past snapshot, fitted on what was closed on that day.

A row was closed when its outcome window, grace included, had ended. So the rows of a fit end a full
horizon before the snapshot that they are tried on, and nothing is shared between the two but the
past. A random split is never made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_lib.analyses.churn_models.calibration import probability
from portfolio_lib.analyses.churn_models.choosing import ChurnModel, Policy, choose_model
from portfolio_lib.analyses.churn_models.leaks import suspects
from portfolio_lib.analyses.churn_models.linear import fit_linear
from portfolio_lib.analyses.churn_models.pooling import Pool, own_rate_shift, with_own_rate
from portfolio_lib.analyses.churn_models.samples import Days, Floats, Samples, joined

FREE = 100.0
"""The plain baseline is all but free of a penalty."""


@dataclass(frozen=True)
class Trial:
    """One past snapshot, seen with the knowledge of its day.

    Parameters
    ----------
    snapshot : day
        The day on which the list would have been made.
    rows : Samples
        The accounts at risk on that day, with what then happened.
    chances : array of shape (rows,)
        Probabilities by the model of that day.
    recency : array of shape (rows,) or None
        Probabilities by the time since the last purchase alone; None where it is not known.
    model : ChurnModel
        Fitted on rows closed by the snapshot.
    set_aside : mapping of str to str
        Features that may know the future, and why they are suspected.
    is_pooled : bool
        Whether the model of that day learned from other units too.
    """

    snapshot: np.datetime64
    rows: Samples
    chances: Floats
    recency: Floats | None
    model: ChurnModel
    set_aside: Mapping[str, str]
    is_pooled: bool = False


@dataclass(frozen=True)
class Fitted:
    """A model of one day with the features that it was allowed to use.

    `pooled` holds the rows of other units that it learned from too; None where it did not.
    """

    model: ChurnModel
    set_aside: Mapping[str, str]
    pooled: Samples | None = None

    def seen(self, rows: Samples) -> Samples:
        """The rows with the features that the model knows."""
        return rows.only(self.model.names)


def fit_on(
    closed: Samples, policy: Policy, *, trusted: frozenset[str], pooled: Samples | None = None
) -> Fitted | None:
    """The model for a day from the rows closed by then, without features that may know the future.

    Parameters
    ----------
    closed : Samples
        Rows whose outcome was known on the day.
    policy : Policy
        What the choice of a model goes by.
    trusted : frozenset of str
        Features whose dates are known and tested: see `suspects`.
    pooled : Samples or None
        Rows of other units, closed on the day too. The model then gets the base rate of the unit.
    """
    if pooled is not None:
        shared = [name for name in closed.names if name in pooled.names]
        closed, pooled = closed.only(shared), pooled.only(shared)
    learned = closed if pooled is None else joined(closed, pooled)
    aside = suspects(learned, trusted)
    kept = [name for name in learned.names if name not in aside]
    model = choose_model(learned.only(kept), policy)
    if model is None or pooled is None:
        return None if model is None else Fitted(model, aside)
    return Fitted(with_own_rate(model, closed.only(kept)), aside, pooled)


def out_of_time(
    rows: Samples,
    policy: Policy,
    *,
    snapshots: int,
    recency: str | None,
    trusted: frozenset[str] = frozenset(),
    pool: Pool | None = None,
) -> tuple[Trial, ...]:
    """Try the model on the latest snapshots whose outcome is known, oldest first.

    Parameters
    ----------
    rows : Samples
        All rows at risk, open ones too.
    policy : Policy
        What the choice of a model goes by.
    snapshots : int
        At most so many snapshots are tried.
    recency : str or None
        The feature of the plain baseline.
    trusted : frozenset of str
        See `fit_on`.
    pool : Pool or None
        Rows of other units, for the days on which the unit had too few losses of its own.
    """
    found = []
    for day in tried_days(rows)[-snapshots:]:
        trial = _trial(rows, day, policy, recency, trusted, pool)
        if trial is not None:
            found.append(trial)
    return tuple(found)


def tried_days(rows: Samples) -> Days:
    """Snapshots of which every outcome is known, in order."""
    days = np.unique(rows.snapshots)
    whole = [not np.isnan(rows.churned[rows.snapshots == day]).any() for day in days]
    chosen: Days = days[np.array(whole, dtype=bool)]
    return chosen


def _trial(
    rows: Samples,
    day: np.datetime64,
    policy: Policy,
    recency: str | None,
    trusted: frozenset[str],
    pool: Pool | None,
) -> Trial | None:
    closed, now = rows.closed_by(day), rows.at(day)
    pooled = None if pool is None else pool.rows_for(closed, day)
    fitted = fit_on(closed, policy, trusted=trusted, pooled=pooled)
    if fitted is None:
        return None
    chances = fitted.model.probabilities(fitted.seen(now))
    plain = None if recency is None else _by_recency(closed, now, recency, pooled)
    is_pooled = fitted.pooled is not None
    return Trial(day, now, chances, plain, fitted.model, fitted.set_aside, is_pooled)


def _by_recency(
    closed: Samples, now: Samples, recency: str, pooled: Samples | None
) -> Floats | None:
    """Probabilities by recency alone: with one feature there is nothing to tune or to calibrate.

    It learns from the same rows as the model that it is held against.
    """
    own = closed.only([recency])
    shared = pooled is not None and recency in pooled.names
    alone = joined(own, pooled.only([recency])) if pooled is not None and shared else own
    if np.isnan(own.values).all():
        return None
    plain = fit_linear(alone, FREE, {})
    shift = 0.0 if not shared else own_rate_shift(plain.log_odds(own.values), own.churned)
    return probability(plain.log_odds(now.only([recency]).values) + shift)
