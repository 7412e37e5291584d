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
from portfolio_lib.analyses.churn_models.samples import Days, Floats, Samples

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
    """

    snapshot: np.datetime64
    rows: Samples
    chances: Floats
    recency: Floats | None
    model: ChurnModel
    set_aside: Mapping[str, str]


@dataclass(frozen=True)
class Fitted:
    """A model of one day with the features that it was allowed to use."""

    model: ChurnModel
    set_aside: Mapping[str, str]

    def seen(self, rows: Samples) -> Samples:
        """The rows with the features that the model knows."""
        return rows.only(self.model.names)


def fit_on(closed: Samples, policy: Policy, *, trusted: frozenset[str]) -> Fitted | None:
    """The model for a day from the rows closed by then, without features that may know the future.

    Parameters
    ----------
    closed : Samples
        Rows whose outcome was known on the day.
    policy : Policy
        What the choice of a model goes by.
    trusted : frozenset of str
        Features whose dates are known and tested: see `suspects`.
    """
    aside = suspects(closed, trusted)
    kept = closed.only([name for name in closed.names if name not in aside])
    model = choose_model(kept, policy)
    return None if model is None else Fitted(model, aside)


def out_of_time(
    rows: Samples,
    policy: Policy,
    *,
    snapshots: int,
    recency: str | None,
    trusted: frozenset[str] = frozenset(),
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
    """
    found = []
    for day in tried_days(rows)[-snapshots:]:
        trial = _trial(rows, day, policy, recency, trusted)
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
    rows: Samples, day: np.datetime64, policy: Policy, recency: str | None, trusted: frozenset[str]
) -> Trial | None:
    closed, now = rows.closed_by(day), rows.at(day)
    fitted = fit_on(closed, policy, trusted=trusted)
    if fitted is None:
        return None
    chances = fitted.model.probabilities(fitted.seen(now))
    plain = None if recency is None else _by_recency(closed, now, recency)
    return Trial(day, now, chances, plain, fitted.model, fitted.set_aside)


def _by_recency(closed: Samples, now: Samples, recency: str) -> Floats | None:
    """Probabilities by recency alone: with one feature there is nothing to tune or to calibrate."""
    alone = closed.only([recency])
    if np.isnan(alone.values).all():
        return None
    plain = fit_linear(alone, FREE, {})
    return probability(plain.log_odds(now.only([recency]).values))
