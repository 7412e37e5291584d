"""Lifetime value where leaving is seen: the chance to stay × what a client leaves, discounted.

A month counts for a client that is there at its end, at a twelfth of its yearly amount, discounted
from that end. What a client brings a year is taken to stay as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from portfolio_lib.analyses.purchase_models.contractual import ContractLifetimes
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.stays import StayCurve, drawn_survivals

Floats = npt.NDArray[np.float64]

MOST_FAILED = 0.05
"""With more draws than this share in which nobody was lost there is no interval."""
_EDGE = 1e-9
VALUE_COLUMNS = ("stays_12m", "expected_revenue", "expected_margin")


@dataclass(frozen=True)
class Discounting:
    """How far ahead money counts, and what later money is worth today.

    Parameters
    ----------
    months : int
        Months ahead.
    annual_rate : float
        0.10 for 10 % a year.
    """

    months: int
    annual_rate: float

    @property
    def monthly(self) -> Floats:
        """What a twelfth of a yearly amount is worth today, by month ahead."""
        ahead = np.arange(1, self.months + 1)
        return np.asarray((1.0 + self.annual_rate) ** (-ahead / 12) / 12)


@dataclass(frozen=True, eq=False)
class ContractValues:
    """Expected values of each client, and of all of them.

    Parameters
    ----------
    accounts : frame
        On the index of the accounts: `stays_12m`, `expected_revenue`, `expected_margin`, and for
        both amounts the ends of an interval, `…_lower` and `…_upper`.
    revenue_interval, margin_interval : tuple of float or None
        Of the sums.
    method : str
        How the intervals were made.
    """

    accounts: pd.DataFrame
    revenue_interval: tuple[float, float] | None
    margin_interval: tuple[float, float] | None
    method: str


def years_ahead(survival: Floats, ages: npt.NDArray[np.int64], discounting: Discounting) -> Floats:
    """Discounted years that a client of each age is expected to stay within the horizon.

    Examples
    --------
    >>> halves = 0.5 ** np.arange(4.0)  # half of the clients leave each month
    >>> years_ahead(halves, np.array([0, 1]), Discounting(2, 0.0)).round(4).tolist()
    [0.0625, 0.0625]
    """
    weights = discounting.monthly
    ahead = np.arange(1, discounting.months + 1)
    now = survival[ages]
    reached = survival[ages[:, None] + ahead] @ weights
    return np.asarray(np.divide(reached, now, out=np.zeros_like(now), where=now > 0))


def certain_years(months_left: Floats, discounting: Discounting) -> Floats:
    """Discounted years of clients who have given notice and stay until a known month."""
    ahead = np.arange(1, discounting.months + 1)
    return np.asarray((ahead <= months_left[:, None]) @ discounting.monthly)


def contract_values(
    accounts: pd.DataFrame,
    curve: StayCurve,
    lifetimes: ContractLifetimes,
    *,
    discounting: Discounting,
    level: float,
    draws: int,
    seed: int,
) -> ContractValues:
    """Value every client by its age.

    Parameters
    ----------
    accounts : frame
        `age` (months), `months_left` (of clients that have given notice; missing for others),
        `yearly_revenue`, `yearly_margin` (may be missing).
    curve : StayCurve
        Share of clients by age, far enough for the oldest and the horizon.
    lifetimes : ContractLifetimes
        The clients that the curve was drawn from; the bootstrap draws from them.
    level, draws, seed
        Of the intervals: see `stays.drawn_survivals`.

    Notes
    -----
    The intervals say how far the expectation hangs on who happened to leave. What one client does
    scatters far more widely, and what it will bring is taken as known.
    """
    ages, place = np.unique(accounts["age"].to_numpy(dtype=np.int64), return_inverse=True)
    months_left = accounts["months_left"].to_numpy(dtype=np.float64)
    leaving = np.isfinite(months_left)
    known = certain_years(np.where(leaving, months_left, 0.0), discounting)
    by_age = years_ahead(curve.survival, ages, discounting)
    years = np.where(leaving, known, by_age[place])
    drawn = _drawn_years(curve, lifetimes, ages, discounting, draws=draws, seed=seed)
    source = "bootstrap over clients" if curve.fit is None else f"errors of the fit of {curve.name}"
    method = f"{level:.0%}, logit scale, {source}, {draws} draws, seed {seed}"
    stays = curve.stays(accounts["age"], 12)
    found = {"stays_12m": np.where(leaving, (months_left >= 12).astype(float), stays)}
    most = float(discounting.monthly.sum())
    spread = _Spread(place, leaving, known, by_age, drawn, most, level)
    intervals = {}
    for what in ("revenue", "margin"):
        yearly = accounts[f"yearly_{what}"].to_numpy(dtype=np.float64)
        lower, upper = spread.of_each(yearly)
        found |= {
            f"expected_{what}": years * yearly,
            f"expected_{what}_lower": lower,
            f"expected_{what}_upper": upper,
        }
        intervals[what] = spread.of_total(yearly)
    frame = pd.DataFrame(found, index=accounts.index).astype("float64")
    return ContractValues(frame, intervals["revenue"], intervals["margin"], method)


@dataclass(frozen=True, eq=False)
class _Spread:
    """Drawn years by age (draws × ages), the estimates, and the accounts that they belong to.

    Ends are symmetric on the logit scale of years ÷ the years of one who surely stays, so that they
    never leave that range; their reach is the standard deviation of the draws on it.
    """

    place: npt.NDArray[np.intp]
    leaving: npt.NDArray[np.bool_]
    known: Floats
    years: Floats
    drawn: Floats | None
    most: float
    level: float

    def _ends(self, estimate: Floats, drawn: Floats, most: Floats) -> tuple[Floats, Floats]:
        reach = stats.norm.ppf(0.5 + self.level / 2) * _logit(drawn / most).std(axis=0, ddof=1)
        middle = _logit(estimate / most)
        return most * special.expit(middle - reach), most * special.expit(middle + reach)

    def of_each(self, yearly: Floats) -> tuple[Floats, Floats]:
        if self.drawn is None:
            nothing = np.full(len(yearly), np.nan)
            return nothing, nothing
        by_age = self._ends(self.years, self.drawn, np.full(len(self.years), self.most))
        low, high = (np.where(self.leaving, self.known, ends[self.place]) for ends in by_age)
        return np.fmin(low * yearly, high * yearly), np.fmax(low * yearly, high * yearly)

    def of_total(self, yearly: Floats) -> tuple[float, float] | None:
        counted = np.isfinite(yearly)
        if self.drawn is None or not counted.any():
            return None
        staying = counted & ~self.leaving
        by_age = np.bincount(self.place[staying], yearly[staying], len(self.years))
        fixed = total((self.known * yearly)[counted & self.leaving])
        drawn, estimate = (self.drawn * by_age).sum(axis=1), float((self.years * by_age).sum())
        if by_age.min(initial=0.0) < 0:  # gains and losses in one sum have no natural range
            reach = float(stats.norm.ppf(0.5 + self.level / 2) * drawn.std(ddof=1))
            return fixed + estimate - reach, fixed + estimate + reach
        most = np.array([max(self.most * by_age.sum(), 1e-12)])
        low, high = self._ends(np.array([estimate]), drawn[:, None], most)
        return fixed + float(low[0]), fixed + float(high[0])


def _logit(share: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(share, _EDGE, 1 - _EDGE)))


def _drawn_years(
    curve: StayCurve,
    lifetimes: ContractLifetimes,
    ages: npt.NDArray[np.int64],
    discounting: Discounting,
    *,
    draws: int,
    seed: int,
) -> Floats | None:
    """Discounted years by age in every draw; None where too many draws hold no loss."""
    rows = [
        years_ahead(survival, ages, discounting)
        for survival in drawn_survivals(curve, lifetimes, draws=draws, seed=seed)
    ]
    return np.array(rows) if len(rows) >= (1 - MOST_FAILED) * draws else None
