"""Learning from other units where the own losses are few, with the unit's own base rate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from portfolio_lib.analyses.churn_models.calibration import Calibration, probability
from portfolio_lib.analyses.churn_models.choosing import ChurnModel
from portfolio_lib.analyses.churn_models.samples import Floats, Samples

PRIOR_LOSSES = 10.0
"""The other units' rate weighs as much as so many rows that end in a loss: about five clients,
because two snapshots a quarter apart see the same client leave."""
FARTHEST = 30.0
"""Log-odds beyond which no shift is looked for."""


@dataclass(frozen=True)
class Pool:
    """Rows of other units, without ids or names.

    Parameters
    ----------
    rows : Samples
        Closed rows; `units` and `accounts` are numbers that mean nothing outside.
    below : int
        A unit with as many lost clients of its own learns alone.
    left_out : int
        Units that were to bring their past and could not.
    """

    rows: Samples
    below: int
    left_out: int = 0

    def rows_for(self, closed: Samples, day: np.datetime64) -> Samples | None:
        """What a unit learns from besides its own closed rows on a day; None where nothing.

        Without any row of its own there is no base rate, so nothing is learned for it.
        """
        if len(closed) == 0 or closed.events >= self.below:
            return None
        known = self.rows.closed_by(day)
        return known if len(known) else None


def shrunken_rate(expected: Floats, churned: Floats) -> float:
    """The unit's own rate, drawn towards what the others' model expects of its rows.

    Mean chance × (prior + losses seen) ÷ (prior + losses expected): the mean of a gamma prior of
    weight `PRIOR_LOSSES` on the ratio of the two, after Poisson counts.

    Examples
    --------
    >>> rate = shrunken_rate(np.full(100, 0.1), np.zeros(100))
    >>> round(rate, 9)  # 10 expected, none seen: half the rate
    0.05
    """
    mean = float(expected.mean())
    ratio = (PRIOR_LOSSES + churned.sum()) / (PRIOR_LOSSES + expected.sum())
    return float(np.clip(mean * ratio, 1e-9, 1 - 1e-9))


def own_rate_shift(log_odds: Floats, churned: Floats) -> float:
    """What to add to the log-odds of a unit's closed rows so that their mean is its shrunken rate.

    Parameters
    ----------
    log_odds : array of shape (rows,)
        Scores of the unit's own closed rows by a model of all units; at least one.
    churned : array of shape (rows,)
        What happened.
    """
    wanted = shrunken_rate(probability(log_odds), churned)

    def missed(shift: float) -> float:
        return float(probability(log_odds + shift).mean()) - wanted

    return float(brentq(missed, -FARTHEST, FARTHEST, xtol=1e-12))


def with_own_rate(model: ChurnModel, closed: Samples) -> ChurnModel:
    """The model with the base rate of the unit whose closed rows these are; ranking stays."""
    shift = own_rate_shift(model.log_odds(closed), closed.churned)
    known = model.calibration
    return replace(model, calibration=Calibration(known.shift + shift, known.slope))
