"""How well a number puts those who left before those who stayed, with accounts seen many times.

The area under the ROC curve is the chance that one who left has the lower number than one who
stayed, ties counted half. An account is seen on several days, and its days resemble each other, so
the interval counts accounts and not rows: Obuchowski, Biometrics 53 (1997) 567-578, on the
structural components of DeLong, DeLong and Clarke-Pearson (1988).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm, rankdata

Floats = npt.NDArray[np.float64]
METHOD = "DeLong, accounts as clusters (Obuchowski)"


@dataclass(frozen=True)
class Ranking:
    """An area under the ROC curve.

    Parameters
    ----------
    auc : float
        1 where everyone who left was below everyone who stayed, 0.5 for chance.
    interval : tuple of float or None
        None where it cannot be told: nothing varies, or too few accounts.
    rows, accounts, lost : int
        Rows compared, accounts among them, accounts that left.
    """

    auc: float
    interval: tuple[float, float] | None
    rows: int
    accounts: int
    lost: int


def ranking(
    health: Floats, left: npt.NDArray[np.bool_], account_ids: pd.Series, *, level: float
) -> Ranking | None:
    """How well low health precedes a loss; None where nobody left, or nobody stayed.

    Parameters
    ----------
    health : array
        One number a row, without missing ones; high is healthy.
    left : array of bool
        Whether the account left within the horizon of the row.
    account_ids : series
        The account of each row.
    level : float
        Of the interval.

    Examples
    --------
    >>> ids = pd.Series(["a", "b", "c", "d"])
    >>> ranking(np.array([10.0, 40, 30, 90]), np.array([True, True, False, False]), ids,
    ...         level=0.9).auc
    0.75
    """
    gone, stayed = int(left.sum()), int((~left).sum())
    if not gone or not stayed:
        return None
    parts = _components(-health, left)
    auc = float(parts[left].mean())
    clusters = pd.factorize(account_ids)[0]
    error = _error(parts, left, clusters, auc)
    accounts = int(clusters.max()) + 1
    lost = len(np.unique(clusters[left]))
    return Ranking(round(auc, 9), _interval(auc, error, level), len(health), accounts, lost)


@dataclass(frozen=True)
class Gain:
    """How much further one number's area lies above another's, on the same rows."""

    gain: float
    interval: tuple[float, float] | None


def gain(
    first: Floats,
    second: Floats,
    left: npt.NDArray[np.bool_],
    account_ids: pd.Series,
    *,
    level: float,
) -> Gain:
    """The area of the second less that of the first, paired by row.

    Some rows are of accounts that left, and some of accounts that stayed. The interval is plain:
    the difference ± its error; None where it cannot be told.
    """
    parts = _components(-second, left) - _components(-first, left)
    middle = float(parts[left].mean())
    error = _error(parts, left, pd.factorize(account_ids)[0], middle)
    reach = float(norm.ppf((1 + level) / 2)) * error
    told = error > 0
    ends = (round(middle - reach, 9), round(middle + reach, 9)) if told else None
    return Gain(round(middle, 9), ends)


def _components(risk: Floats, left: npt.NDArray[np.bool_]) -> Floats:
    """For each row the share of the other kind that it is put on the right side of."""
    every = rankdata(risk)
    parts = np.empty(len(risk))
    for kind, other in ((left, ~left), (~left, left)):
        below = every[kind] - rankdata(risk[kind])
        share = below / other.sum()
        parts[kind] = share if kind is left else 1.0 - share
    return parts


def _error(
    parts: Floats, left: npt.NDArray[np.bool_], clusters: npt.NDArray[np.intp], auc: float
) -> float:
    """Standard error of the area: deviations added up within accounts, then over accounts."""
    count = int(clusters.max()) + 1
    gone, stayed = _summed(parts, left, clusters, auc), _summed(parts, ~left, clusters, auc)
    with_gone = len(np.unique(clusters[left]))
    with_stayed = len(np.unique(clusters[~left]))
    if min(with_gone, with_stayed) < 2:
        return math.nan
    m, n = int(left.sum()), int((~left).sum())
    between = with_gone / (with_gone - 1) * (gone**2).sum() / m**2
    between += with_stayed / (with_stayed - 1) * (stayed**2).sum() / n**2
    both = 2 * count / (count - 1) * (gone * stayed).sum() / (m * n)
    return math.sqrt(max(0.0, float(between + both)))


def _summed(
    parts: Floats, kind: npt.NDArray[np.bool_], clusters: npt.NDArray[np.intp], auc: float
) -> Floats:
    return np.bincount(
        clusters[kind], weights=parts[kind] - auc, minlength=int(clusters.max()) + 1
    ).astype("float64")


def _interval(auc: float, error: float, level: float) -> tuple[float, float] | None:
    """On the scale of log odds, so that it stays within 0 and 1."""
    if not (0.0 < auc < 1.0) or not error > 0:
        return None
    middle, reach = math.log(auc / (1 - auc)), norm.ppf((1 + level) / 2) * error / (auc * (1 - auc))
    low, high = (1 / (1 + math.exp(-min(700.0, max(-700.0, end)))) for end in
                 (middle - reach, middle + reach))  # fmt: skip
    return round(low, 9), round(high, 9)
