"""How long clients stay, as a curve by month of age: four ways to draw it.

A client is watched from the age at which the data begin to show it. Who had left before is not in
the data, so that only what came after that age counts (delayed entry).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.purchase_models import contractual, why_unusable
from portfolio_lib.analyses.purchase_models.contractual import ContractLifetimes
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.survival import tenure_months

Floats = npt.NDArray[np.float64]

SAME_RATE = "One rate for all"
KAPLAN_MEIER = "Kaplan–Meier"
SBG, BDW = "sBG", "BdW"
CURVES = (SAME_RATE, KAPLAN_MEIER, SBG, BDW)
"""Simplest first; of equals the simpler one is chosen."""

LEAST_AT_RISK = 10
"""Ages that fewer clients have been watched at take the mean rate of all ages."""


def observed_stays(lives: pd.DataFrame, until: pd.Timestamp, *, gap_days: int) -> pd.DataFrame:
    """The clients as they were known at the end of a day.

    Parameters
    ----------
    lives : frame
        One row per account: `account_id`, `start` (first day as a client; missing where unknown),
        `life_first_day` (first day in the data), `life_last_day`, `has_left`.
    until : Timestamp
        Last day observed.
    gap_days : int
        Longest pause that is not yet a loss: a client silent for less had not left by `until`.

    Returns
    -------
    frame
        One row per client known by then, sorted by id: `account_id`, `entry` (whole months of age
        when the data begin to show it), `age` (whole months to `until`, or to the loss),
        `has_left`. Clients of unknown start are left out.
    """
    known = lives.loc[lives["start"].notna() & lives["life_first_day"].le(until)]
    known = known.sort_values("account_id", kind="stable").reset_index(drop=True)
    silent = (until - known["life_last_day"]).dt.days
    has_left = known["has_left"].astype(bool) & silent.gt(gap_days)
    last = known["life_last_day"].where(has_left, until)
    before = known["life_first_day"] - pd.Timedelta(days=1)
    nobody = pd.Series(False, index=known.index)
    age = tenure_months(known["start"], last, has_left)
    entry = tenure_months(known["start"], before, nobody).clip(lower=0)
    return pd.DataFrame(
        {
            "account_id": known["account_id"],
            "entry": np.minimum(entry, age - has_left.astype("int64")),
            "age": age,
            "has_left": has_left,
        }
    )


def lifetimes_of(stays: pd.DataFrame) -> ContractLifetimes:
    """The stays as renewals by month: lost at age 5 is four months kept and lost at the fifth."""
    return contractual.lifetimes_from_customers(
        stays["age"] - stays["has_left"], stays["has_left"], stays["entry"]
    )


@dataclass(frozen=True, eq=False)
class StayCurve:
    """The share of clients that reach each age.

    Parameters
    ----------
    name : str
        One of `CURVES`.
    survival : numpy.ndarray
        Share still there after 0, 1, 2, … months; never rises; empty where there is none.
    fit : Fit or None
        Of sBG and BdW.
    reason : str or None
        Why there is no curve.
    """

    name: str
    survival: Floats
    fit: Fit[Any] | None = None
    reason: str | None = None

    def stays(self, ages: npt.ArrayLike, months: int) -> Floats:
        """Chance that a client of each age is there after so many more months."""
        here = np.asarray(ages, dtype=np.int64)
        now = self.survival[here]
        ahead = np.divide(
            self.survival[here + months], now, out=np.zeros(here.shape), where=now > 0
        )
        return np.asarray(ahead)


def draw_curve(name: str, lifetimes: ContractLifetimes, *, ages: int) -> StayCurve:
    """Draw one of the curves over ages 0 to `ages`.

    Parameters
    ----------
    name : str
        One of `CURVES`.
    lifetimes : ContractLifetimes
        Clients by months; at least one was lost.
    ages : int
        The highest age, in months.
    """
    if name in (SAME_RATE, KAPLAN_MEIER):
        return StayCurve(name, plain_curve(name, lifetimes, ages=ages))
    fit = contractual.fit_sbg(lifetimes) if name == SBG else contractual.fit_bdw(lifetimes)
    reason = why_unusable(fit)
    if reason:
        return StayCurve(name, np.empty(0), fit, reason)
    return StayCurve(
        name, contractual.survival(np.arange(ages + 1), parameters=fit.parameters), fit
    )


def plain_curve(name: str, lifetimes: ContractLifetimes, *, ages: int) -> Floats:
    """Kaplan–Meier by month of age, or the curve of one monthly rate.

    Ages at which fewer than `LEAST_AT_RISK` clients have been watched take the mean rate of all
    ages: the curve goes on beyond the data, and one loss among three clients decides nothing.

    Examples
    --------
    >>> lost_and_kept = contractual.lifetimes_from_customers([0] * 10 + [1] * 30,
    ...                                                      [True] * 10 + [False] * 30)
    >>> plain_curve(KAPLAN_MEIER, lost_and_kept, ages=1).tolist()    # 10 of 40 lost in month 1
    [1.0, 0.75]
    """
    lost, watched = _losses_by_age(lifetimes, ages)
    pooled = lifetimes.customers[lifetimes.lost].sum() / _months_watched(lifetimes)
    enough = (watched >= LEAST_AT_RISK) & (name == KAPLAN_MEIER)
    rates = np.where(enough, lost / np.where(enough, watched, 1.0), pooled)
    return np.asarray(np.concatenate([[1.0], np.cumprod(1.0 - rates)]))


def _losses_by_age(lifetimes: ContractLifetimes, ages: int) -> tuple[Floats, Floats]:
    """Clients lost in month 1, 2, …, `ages` of their age, and clients watched in it."""
    kept = lifetimes.renewals_kept.astype(np.int64)
    ends = kept + lifetimes.lost
    size = max(ages, int(ends.max(initial=0))) + 2
    lost = np.bincount(ends[lifetimes.lost], lifetimes.customers[lifetimes.lost], size)
    first = lifetimes.entered.astype(np.int64) + 1
    entered = np.bincount(first, lifetimes.customers, size + 1)[:size]
    gone = np.bincount(ends + 1, lifetimes.customers, size + 1)[:size]
    watched = np.cumsum(entered - gone)
    return lost[1 : ages + 1].astype(np.float64), watched[1 : ages + 1]


def _months_watched(lifetimes: ContractLifetimes) -> float:
    months = lifetimes.renewals_kept + lifetimes.lost - lifetimes.entered
    return max(1.0, float(months @ lifetimes.customers))


def drawn_survivals(
    curve: StayCurve, lifetimes: ContractLifetimes, *, draws: int, seed: int
) -> Iterator[Floats]:
    """The same curve as it could have come out, for intervals.

    Kaplan–Meier and the one rate are drawn again from clients drawn with replacement; a draw
    without a loss gives none. The parameters of sBG and BdW are drawn from the errors of their fit,
    normal in logarithms.
    """
    generator = np.random.default_rng(seed)
    ages = len(curve.survival) - 1
    if curve.fit is not None:
        yield from _drawn_by_errors(curve.fit, generator, ages=ages, draws=draws)
        return
    shares = lifetimes.customers / lifetimes.customers.sum()
    for _ in range(draws):
        weights = generator.multinomial(lifetimes.n, shares).astype(np.float64)
        drawn = _weighted(lifetimes, weights)
        if drawn.lost.any():
            yield plain_curve(curve.name, drawn, ages=ages)


def _drawn_by_errors(
    fit: Fit[Any], generator: np.random.Generator, *, ages: int, draws: int
) -> Iterator[Floats]:
    point, months = np.log(np.asarray(fit.parameters)), np.arange(ages + 1)
    root = np.linalg.cholesky(np.asarray(fit.log_covariance))
    for step in generator.standard_normal((draws, len(point))):
        drawn = np.exp(point + root @ step).tolist()
        yield contractual.survival(months, parameters=type(fit.parameters)(*drawn))


def _weighted(lifetimes: ContractLifetimes, weights: Floats) -> ContractLifetimes:
    kept = weights > 0
    return ContractLifetimes(
        lifetimes.renewals_kept[kept],
        lifetimes.lost[kept],
        weights[kept],
        lifetimes.entered[kept],
    )
