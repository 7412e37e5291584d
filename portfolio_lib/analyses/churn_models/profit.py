"""EMPC: what a retention campaign earns when as many are called as pays best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc
from sklearn.isotonic import isotonic_regression

from portfolio_lib.analyses.churn_models.samples import Floats


@dataclass(frozen=True)
class CampaignCosts:
    """What a campaign costs and brings, in money per account.

    Parameters
    ----------
    worth : float
        What a client that stays is worth (CLV).
    offer : float
        Cost of the offer, borne by whoever takes it.
    contact : float
        Cost of one call.
    alpha, beta : float
        Beta distribution of the chance that a leaver who is called stays.
    """

    worth: float
    offer: float
    contact: float
    alpha: float = 6.0
    beta: float = 14.0


def expected_profit(
    chances: Floats, left: Floats, costs: CampaignCosts, counts: Floats | None = None
) -> tuple[float, float]:
    """The expected maximum profit per account, and the share of accounts that is then called.

    Parameters
    ----------
    chances : array of shape (rows,)
        Scores, higher is more likely to leave.
    left : array of shape (rows,)
        1 for leavers; both outcomes must occur.
    costs : CampaignCosts
        Worth, costs and the chance of success.
    counts : array of shape (rows,) or None
        How often each row counts.

    References
    ----------
    T. Verbraken, W. Verbeke, B. Baesens, "A novel profit maximizing metric for measuring
    classification performance of customer churn prediction models", IEEE TKDE 25 (2013).
    """
    weights = np.ones(len(left)) if counts is None else counts
    leavers, stayers = _hull(chances, left, weights)
    offer, contact = costs.offer / costs.worth, costs.contact / costs.worth
    gained, annoyed = np.diff(leavers), np.diff(stayers)
    turning = ((offer + contact) * annoyed + contact * gained) / ((1 - offer) * gained)
    edges = np.concatenate([[0.0], np.clip(turning, 0.0, 1.0), [1.0]])
    mass = np.diff(betainc(costs.alpha, costs.beta, edges))
    mean = costs.alpha / (costs.alpha + costs.beta)
    taken = mean * np.diff(betainc(costs.alpha + 1, costs.beta, edges))
    profit = (1 - offer) * leavers * taken - (
        contact * leavers + (offer + contact) * stayers
    ) * mass
    return float(costs.worth * profit.sum()), float(((leavers + stayers) * mass).sum())


def _hull(chances: Floats, left: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Corners of the ROC curve's convex hull: shares of all rows that are leavers and stayers.

    The hull is what a monotone regression of outcomes on the scores finds. Its last stretch has no
    leavers and is never worth a call; it is left out.
    """
    scores, step = np.unique(-chances, return_inverse=True)
    totals = np.bincount(step, weights=weights, minlength=len(scores))
    gone = np.bincount(step, weights=weights * left, minlength=len(scores))
    seen = totals > 0
    totals, gone = totals[seen], gone[seen]
    rates = isotonic_regression(gone / totals, sample_weight=totals, increasing=False)
    level = np.concatenate([[0], np.cumsum(np.diff(rates) != 0)])
    leavers = np.bincount(level, weights=gone)
    everyone = np.bincount(level, weights=totals)
    useful = leavers > 0
    corners = np.cumsum([leavers[useful], (everyone - leavers)[useful]], axis=1) / totals.sum()
    return np.concatenate([[0.0], corners[0]]), np.concatenate([[0.0], corners[1]])
