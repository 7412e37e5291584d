"""From scores to probabilities that come true: a shift and a stretch of the log-odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portfolio_lib.analyses.churn_models.samples import Floats

STEADINESS = 0.25
"""Deviation of the prior of the stretch: beyond it from 1, the events must insist."""
STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """Calibrated log-odds = shift + slope × log-odds."""

    shift: float
    slope: float

    def applied(self, log_odds: Floats) -> Floats:
        found: Floats = self.shift + self.slope * log_odds
        return found


def probability(log_odds: Floats) -> Floats:
    """The chance that belongs to log-odds.

    Examples
    --------
    >>> probability(np.array([0.0])).tolist()
    [0.5]
    """
    found: Floats = np.exp(-np.logaddexp(0.0, -log_odds))
    return found


def calibrate(log_odds: Floats, churned: Floats) -> Calibration:
    """Fit shift and slope on scores of accounts that the model has not seen.

    Newton's method on the logistic likelihood; the slope is held near 1 by a normal prior, because
    a few dozen events say little about it. The shift is free: the mean probability is the rate.

    References
    ----------
    J. Platt, "Probabilistic Outputs for Support Vector Machines" (1999), with a prior on the slope.
    """
    found = np.array([0.0, 1.0])
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    prior = np.diag([0.0, STEADINESS**-2])
    for _ in range(STEPS):
        chance = probability(design @ found)
        slope = design.T @ (churned - chance) - prior @ (found - np.array([0.0, 1.0]))
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + prior
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), slope)
        found = found + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            break
    return Calibration(float(found[0]), max(float(found[1]), 0.05))
