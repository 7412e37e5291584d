"""Measures of answers: net promoter score, mean rating, share satisfied, each with an interval.

A net promoter score is the mean of +1 (9 or 10), 0 (7 or 8) and −1 (0 to 6). Its variance is
[p + d − (p − d)²] ÷ n. For answers that all agree this is nothing at all, and with few answers
plain intervals hold the truth too rarely; so the interval is an adjusted one, with three answers
added that are spread over the scale. In simulation of 10 to 200 answers 90 % intervals hold the
truth 87 to 95 times in 100; where nearly everyone is a promoter it can be 73.

Answers of one client are not independent. The interval of a mean rating allows for that; those of
the net promoter score over all answers and of a share do not, which is why the score is shown per
client as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.snapshots import total

PROMOTER_FROM, DETRACTOR_UP_TO = 9, 6
ADDED, ADDED_SQUARES = 3.0, 1.5
"""Answers added for the interval: ¾ promoters, 1½ passives, ¾ detractors; they cancel out."""
NPS_METHOD = "adjusted Wald (three answers added)"
MEAN_METHOD = "t, over clients"
SHARE_METHOD = "Wilson"
TOP_RATING = 10.0


@dataclass(frozen=True)
class Estimate:
    """A measure of answers.

    Parameters
    ----------
    value : float
        NaN where nobody answered.
    low, high : float
        Ends of the interval; NaN where there is none.
    n : int
        Answers, or clients where each counts once.
    variance : float
        Of the value, where the measure is a net promoter score; else NaN.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    n: int = 0
    variance: float = math.nan

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if math.isnan(self.low) else (self.low, self.high)


NOBODY = Estimate(math.nan)
TOO_FEW, IN_LINE, ABOVE, BELOW = "too few to say", "in line", "above", "below"


def promoter_value(score: float) -> float:
    """+1 for a promoter, 0 for a passive, −1 for a detractor, on the scale of 0 to 10.

    Examples
    --------
    >>> [promoter_value(score) for score in (10, 9, 8, 7, 6, 0)]
    [1.0, 1.0, 0.0, 0.0, -1.0, -1.0]
    """
    return float(score >= PROMOTER_FROM) - float(score < DETRACTOR_UP_TO + 1)


def net_promoter(values: pd.Series, level: float) -> Estimate:
    """The net promoter score of answers, or of clients' means.

    Parameters
    ----------
    values : series
        +1, 0 and −1; or means of these, one per client. In any order.
    level : float
        How often the interval should hold the truth, in (0, 1).

    Notes
    -----
    The interval is widened to hold the score itself, which very few answers may need.

    References
    ----------
    B. Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70 (2016).

    Examples
    --------
    >>> found = net_promoter(pd.Series([1.0] * 5 + [0.0] * 3 + [-1.0] * 2), 0.9)
    >>> found.value, round(found.variance, 4)
    (0.3, 0.061)
    """
    n = len(values)
    if n == 0:
        return NOBODY
    whole, squares = total(values), total(values**2)
    score = whole / n
    middle, spread = whole / (n + ADDED), (squares + ADDED_SQUARES) / (n + ADDED)
    reach = _normal(level) * math.sqrt(max(0.0, spread - middle**2) / (n + ADDED))
    return Estimate(
        score,
        max(-1.0, min(score, middle - reach)),
        min(1.0, max(score, middle + reach)),
        n,
        max(0.0, squares / n - score**2) / n,
    )


def _normal(level: float) -> float:
    return float(stats.norm.ppf(0.5 + level / 2))


def mean_rating(ratings: pd.Series, clients: pd.Series, level: float, top: float) -> Estimate:
    """The mean of all answers; the interval lets answers of one client be alike.

    Parameters
    ----------
    ratings, clients : series
        The rating and the account of each answer, on one index.
    level : float
        How often the interval should hold the truth.
    top : float
        Highest rating possible; the interval ends there, and at 0.

    Notes
    -----
    The standard error is that of a ratio of sums over accounts, as in sampling by clusters, with
    t on one degree of freedom fewer than accounts. One client alone has no interval.
    """
    n = len(ratings)
    if n == 0:
        return NOBODY
    mean = total(ratings) / n
    residuals = (ratings - mean).groupby(clients, sort=True).sum()
    groups = len(residuals)
    if groups < 2:
        return Estimate(mean, n=n)
    error = math.sqrt(groups / (groups - 1) * total(residuals**2)) / n
    reach = float(stats.t.ppf(0.5 + level / 2, groups - 1)) * error
    return Estimate(mean, max(0.0, mean - reach), min(top, mean + reach), n)


def differ(one: Estimate, other: Estimate) -> bool:
    """Whether two independent measures differ, as far as their intervals tell.

    Notes
    -----
    The interval of the difference is made from the two intervals by squaring and adding the
    distances to their near ends: R. G. Newcombe, "Interval Estimation for the Difference between
    Independent Proportions", Statistics in Medicine 17 (1998), method 10.

    Examples
    --------
    >>> differ(Estimate(0.5, 0.4, 0.6), Estimate(0.65, 0.55, 0.75))
    True
    >>> differ(Estimate(0.5, 0.4, 0.6), Estimate(0.63, 0.53, 0.73))
    False
    """
    if math.isnan(one.low) or math.isnan(other.low):
        return False
    low, high = (one, other) if one.value <= other.value else (other, one)
    return high.value - low.value > math.hypot(high.value - high.low, low.high - low.value)


def beside(own: Estimate, others: Estimate) -> str:
    """Where a group stands beside all others, as far as the intervals tell.

    Examples
    --------
    >>> beside(Estimate(8.0, 7.5, 8.5), Estimate(7.0, 6.8, 7.2))
    'above'
    """
    if math.isnan(own.low):
        return TOO_FEW
    if not differ(own, others):
        return IN_LINE
    return ABOVE if own.value > others.value else BELOW


def share_of(hits: Any, n: int, level: float) -> Estimate:
    """A share with its Wilson interval.

    Examples
    --------
    >>> round(share_of(74, 107, 0.9).value, 2)
    0.69
    """
    if n == 0:
        return NOBODY
    low, high = proportion_confint(int(hits), n, alpha=1 - level, method="wilson")
    return Estimate(int(hits) / n, float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)), n)
