"""Intervals of ratios of sums, such as NRR, by drawing accounts again and again.

The accounts are taken as a sample of accounts like them. Retention rates are ratios: what some
accounts bring now ÷ what they brought then. A few large accounts carry most of both, and plain
percentile intervals are then too short (for 80 accounts of very different size 90 % intervals hold
the truth 83 times in 100). The method here is the symmetric bootstrap-t: each draw's distance from
the estimate is measured in that draw's own standard error, the 90 % quantile of these distances is
kept, and the interval is the estimate plus or minus that many of its own leave-one-out standard
errors. In simulation it holds the truth 87 to 91 times in 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]

METHOD = "symmetric bootstrap-t over accounts"
LEAST_MOVED = 5
"""With fewer accounts that moved, draws tell how many of them were drawn and nothing else."""
SMALLEST_ERROR = 0.25
"""Part of the estimate's own error below which a draw's error is not believed.

A draw that misses the few accounts that moved has next to no error of its own, and would make its
distance from the estimate endless. The coverage of ordinary portfolios does not change by it.
"""
CELLS_AT_ONCE = 4_000_000
MOST_CELLS = 50_000_000
LEAST_DRAWS = 200


@dataclass(frozen=True)
class Ratios:
    """Ratios over the same accounts: one row per account, one column per ratio.

    Parameters
    ----------
    tops, bottoms : array of shape (accounts, ratios)
        What is added up over and under the line; 0 where an account has no part in a ratio.
    """

    tops: Floats
    bottoms: Floats

    @property
    def values(self) -> Floats:
        """Each ratio; NaN where there is nothing under the line."""
        under = self.bottoms.sum(axis=0)
        over = self.tops.sum(axis=0)
        found: Floats = np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)
        return found

    @property
    def residuals(self) -> Floats:
        """What each account brings beyond its share of each ratio."""
        found: Floats = self.tops - np.nan_to_num(self.values) * self.bottoms
        return found

    @property
    def moved(self) -> npt.NDArray[np.int64]:
        """How many accounts make each ratio differ from 1."""
        counts: npt.NDArray[np.int64] = (self.tops != self.bottoms).sum(axis=0)
        return counts


def ratio_intervals(
    ratios: Ratios, *, level: float, resamples: int, seed: int
) -> list[Interval | None]:
    """An interval for each ratio.

    Parameters
    ----------
    ratios : Ratios
        Over the same accounts, in an order that does not depend on the rows' (sorted by id).
    level : float
        How often the interval should hold the truth, in (0, 1).
    resamples : int
        Draws of as many accounts as there are, with replacement; see `draws_for`.
    seed : int
        Start of the draws: the same seed gives the same intervals.

    Returns
    -------
    list of (float, float) or None
        Not below 0; None where fewer than five accounts moved or nothing is under the line.

    References
    ----------
    P. Hall, "On Symmetric Bootstrap Confidence Intervals", Journal of the Royal Statistical
    Society B 50 (1988): the symmetric studentised interval.

    Examples
    --------
    >>> before = np.array([[100.0], [80], [60], [50], [40], [30], [20], [10]])
    >>> after = before * np.array([[1.1], [0.9], [1.0], [0.0], [1.2], [0.5], [1.3], [1.0]])
    >>> [(low, high)] = ratio_intervals(Ratios(after, before), level=0.9, resamples=400, seed=1)
    >>> low < float(Ratios(after, before).values[0]) < high
    True
    """
    weights = np.eye(ratios.tops.shape[1])
    return [
        None if interval is None else (max(0.0, interval[0]), interval[1])
        for interval in _intervals(ratios, weights, level, resamples, seed)
    ]


def draws_for(accounts: int, resamples: int) -> int:
    """How many draws are made: fewer where there are very many accounts, but never under 200.

    Examples
    --------
    >>> draws_for(80, 1000), draws_for(100_000, 1000)
    (1000, 500)
    """
    return min(resamples, max(LEAST_DRAWS, MOST_CELLS // max(1, accounts)))


def difference_intervals(
    ratios: Ratios, pairs: Sequence[tuple[int, int]], *, level: float, resamples: int, seed: int
) -> list[Interval | None]:
    """An interval for the first less the second ratio of each pair, over the same draws.

    The two rates of a pair share accounts, so that their errors are not independent; drawing the
    accounts once for both keeps that. None where either ratio has no interval of its own.
    """
    weights = np.zeros((len(pairs), ratios.tops.shape[1]))
    for place, (first, second) in enumerate(pairs):
        weights[place, first], weights[place, second] = 1.0, -1.0
    return _intervals(ratios, weights, level, resamples, seed)


def _intervals(
    ratios: Ratios, weights: Floats, level: float, resamples: int, seed: int
) -> list[Interval | None]:
    """Intervals of weighted sums of ratios, one per row of `weights`."""
    known = (ratios.bottoms.sum(axis=0) > 0) & (ratios.moved >= LEAST_MOVED)
    usable = [bool(known[row != 0].all()) for row in weights]
    if not any(usable):
        return [None] * len(weights)
    estimates = weights @ np.nan_to_num(ratios.values)
    plain, left_out = _own_errors(ratios, weights)
    distances = _distances(ratios, weights, estimates, plain, resamples, seed)
    reach = np.quantile(distances, level, axis=0) * left_out
    return [
        (float(value - by), float(value + by)) if fit else None
        for value, by, fit in zip(estimates, reach, usable, strict=True)
    ]


def _own_errors(ratios: Ratios, weights: Floats) -> tuple[Floats, Floats]:
    """Standard errors of the estimates: linearised, and from leaving one account out at a time."""
    under = ratios.bottoms.sum(axis=0)
    scale = np.where(under > 0, under, 1.0)
    rest = np.maximum(scale - ratios.bottoms, 1e-9 * scale)
    linear = (ratios.residuals / scale) @ weights.T
    alone = (ratios.residuals / rest) @ weights.T
    return np.sqrt((linear**2).sum(axis=0)), np.sqrt((alone**2).sum(axis=0))


def _distances(
    ratios: Ratios,
    weights: Floats,
    estimates: Floats,
    errors: Floats,
    resamples: int,
    seed: int,
) -> Floats:
    """How far each draw lies from the estimates, in the draw's own errors."""
    smallest = np.maximum(SMALLEST_ERROR * errors, np.finfo(float).tiny)
    products = _products(ratios, weights)
    parts = []
    accounts = len(ratios.tops)
    for counts in _draws(accounts, draws_for(accounts, resamples), seed):
        values, found = _drawn(counts, ratios, weights, products)
        parts.append(np.abs(values - estimates) / np.maximum(found, smallest))
    return np.concatenate(parts)


def _draws(accounts: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each account is drawn, some draws at a time: arrays of shape (draws, accounts)."""
    random = np.random.default_rng(seed)
    at_once = max(1, min(resamples, CELLS_AT_ONCE // max(1, accounts)))
    for first in range(0, resamples, at_once):
        draws = min(at_once, resamples - first)
        counts = np.empty((draws, accounts))
        for draw in range(draws):
            drawn = random.integers(0, accounts, accounts)
            counts[draw] = np.bincount(drawn, minlength=accounts)
        yield counts


@dataclass(frozen=True)
class _Products:
    """Products of two columns, summed in every draw to give its errors without its residuals.

    For each weighted sum and each two ratios in it: which two, their common weight, and the columns
    top·top, top·bottom, bottom·top, bottom·bottom.
    """

    terms: list[tuple[int, int, int, float]]
    columns: Floats


def _products(ratios: Ratios, weights: Floats) -> _Products:
    terms = [
        (row, first, second, float(weights[row, first] * weights[row, second]))
        for row in range(len(weights))
        for first in np.flatnonzero(weights[row]).tolist()
        for second in np.flatnonzero(weights[row]).tolist()
    ]
    tops, bottoms = ratios.tops, ratios.bottoms
    columns = [
        one[:, first] * other[:, second]
        for _, first, second, _ in terms
        for one in (tops, bottoms)
        for other in (tops, bottoms)
    ]
    return _Products(terms, np.column_stack(columns))


def _drawn(
    counts: Floats, ratios: Ratios, weights: Floats, products: _Products
) -> tuple[Floats, Floats]:
    """The weighted sums of every draw, and their standard errors."""
    under = counts @ ratios.bottoms
    under = np.where(under > 0, under, np.inf)  # nobody of the base drawn: no distance, no error
    values = (counts @ ratios.tops) / under
    sums = (counts @ products.columns).reshape(len(counts), len(products.terms), 4)
    variances = np.zeros((len(counts), len(weights)))
    for place, (row, first, second, weight) in enumerate(products.terms):
        both, top_bottom, bottom_top, bottoms = sums[:, place].T
        one, other = values[:, first], values[:, second]
        spread = both - other * top_bottom - one * bottom_top + one * other * bottoms
        variances[:, row] += weight * spread / (under[:, first] * under[:, second])
    return values @ weights.T, np.sqrt(np.maximum(variances, 0.0))
