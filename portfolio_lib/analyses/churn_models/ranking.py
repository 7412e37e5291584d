"""Measures of probabilities against outcomes, for many weightings of the accounts at once.

A bootstrap over accounts draws each account so many times; its rows then count so many times. All
measures here take these counts as weights, one row of weights per draw, so that equal scores are
treated as equal and the order of rows means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portfolio_lib.analyses.churn_models.samples import Floats


@dataclass(frozen=True)
class Ladder:
    """Scores in falling order, equal ones on one step.

    Parameters
    ----------
    order : array
        Places of the rows, best score first.
    firsts : array
        Where each step begins in `order`.
    """

    order: np.ndarray
    firsts: np.ndarray

    def heights(self, weights: Floats, amounts: Floats) -> Floats:
        """The weighted sum of amounts on each step: shape (draws, steps)."""
        found: Floats = np.add.reduceat(
            weights[:, self.order] * amounts[self.order], self.firsts, axis=1
        )
        return found


def ladder(scores: Floats) -> Ladder:
    """The ladder of some scores, at least one."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    new = np.concatenate([[True], falling[1:] != falling[:-1]])
    return Ladder(order, np.flatnonzero(new))


def auc(scores: Floats, left: Floats) -> float:
    """The chance that a leaver scores higher than a stayer; equal scores count half.

    Examples
    --------
    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    0.75
    """
    return float(aucs(ladder(scores), np.ones((1, len(scores))), left.astype(float))[0])


def aucs(steps: Ladder, weights: Floats, left: Floats) -> Floats:
    """AUC of each draw; NaN where a draw has only one outcome."""
    leavers = steps.heights(weights, left)
    stayers = steps.heights(weights, 1.0 - left)
    below = stayers.sum(axis=1, keepdims=True) - np.cumsum(stayers, axis=1)
    won = (leavers * (below + stayers / 2)).sum(axis=1)
    return _divided(won, leavers.sum(axis=1) * stayers.sum(axis=1))


def average_precisions(steps: Ladder, weights: Floats, left: Floats) -> Floats:
    """PR-AUC of each draw: precision at every step, weighted by the leavers found there."""
    leavers = steps.heights(weights, left)
    counted = np.cumsum(steps.heights(weights, np.ones_like(left)), axis=1)
    precision = _divided(np.cumsum(leavers, axis=1), counted)
    return _divided(np.nansum(leavers * precision, axis=1), leavers.sum(axis=1))


def captured(steps: Ladder, weights: Floats, amounts: Floats, share: float) -> Floats:
    """The share of amounts within the first `share` of the rows; a step that is cut counts in part.

    With amounts of 1 for leavers, divided by `share`, this is the lift of the first tenth.
    """
    counted = np.cumsum(steps.heights(weights, np.ones_like(amounts)), axis=1)
    found = steps.heights(weights, amounts)
    sizes = np.diff(np.hstack([np.zeros((len(weights), 1)), counted]), axis=1)
    room = share * counted[:, -1:] - (counted - sizes)
    part = np.clip(_divided(room, sizes), 0.0, 1.0)
    return _divided(np.nansum(found * part, axis=1), found.sum(axis=1))


def briers(weights: Floats, chances: Floats, left: Floats) -> Floats:
    """Mean squared distance of probabilities from what happened, in each draw."""
    return _divided(weights @ (chances - left) ** 2, weights.sum(axis=1))


def brier_skills(weights: Floats, chances: Floats, left: Floats) -> Floats:
    """1 − Brier ÷ that of the best single number, the rate itself: 0 is no better than it."""
    rate = _divided(weights @ left, weights.sum(axis=1))
    return 1.0 - _divided(briers(weights, chances, left), rate * (1.0 - rate))


def _divided(top: Floats, bottom: Floats) -> Floats:
    found: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return found
