"""What a month was expected to bring, from the months before it alone.

The model is a level that may drift, a constant trend and twelve fixed seasons
(`statsmodels.tsa.statespace.structural.UnobservedComponents`, ``lldtrend`` with a seasonal that
does not change), of revenue per day, on the scale that the months before make likelier:
logarithms or money as it is.
Level, trend and seasons begin diffuse, so that the range holds how little is known about them.
Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, 4.3 and 4.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents

Numbers = npt.NDArray[np.float64]

SEASONS = 12
STATES = 13
"""Level, trend and eleven free seasons: what has to be learnt before anything can be judged."""
DRIFTS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Variance of a month's drift of the level ÷ variance of a month's noise, none to almost all."""
CHOSEN = 2
"""What is chosen beside the noise: the drift, and logarithms or not."""
SMALLEST_SCALE = 1e-4
"""Least noise, as a share of the mean: no series is known to the last digit."""


@dataclass(frozen=True)
class Rule:
    """When a month rings.

    Parameters
    ----------
    chance_below, chance_above : float
        With which probability a month in which nothing changed falls below, rises above.
    least_gap : float
        A month this close to what was expected never rings, as a share of it.
    """

    chance_below: float
    chance_above: float = 0.0
    least_gap: float = 0.0


@dataclass(frozen=True)
class Judged:
    """One month against its range.

    Parameters
    ----------
    place : int
        Which value of the series it is.
    expected, low, high : float
        The middle and the ends of the range; infinite where one side is not watched.
    side : str
        ``below``, ``within`` or ``above``.
    """

    place: int
    value: float
    expected: float
    low: float
    high: float
    side: str


@dataclass(frozen=True)
class _Forecast:
    """The next month on the model's scale: a t distribution."""

    middle: float
    scale: float
    freedom: int

    def quantile(self, share: float) -> float:
        return self.middle + self.scale * float(stats.t.ppf(share, self.freedom))


def judge_months(
    revenue: Sequence[float], days: Sequence[int], first_judged: int, rule: Rule
) -> list[Judged]:
    """Judge every month from `first_judged` on, each by the months before it.

    A month that rings is left out when the later ones are judged: a fall does not become what is
    expected as soon as it lasts.

    Parameters
    ----------
    revenue : sequence of float
        Complete months in order, none missing.
    days : sequence of int
        Days in each month: a long month is expected to bring more.
    first_judged : int
        Place of the first month to judge; at least 16 months lie before it.
    rule : Rule
        When a month rings.
    """
    if first_judged < STATES + 3:
        raise ValueError(f"{first_judged} months cannot tell a season; give at least {STATES + 3}")
    per_day = np.asarray(revenue, dtype="float64") / np.asarray(days)
    scale = _likelier_scale(per_day[:first_judged])
    series = scale.forth(per_day)
    judged: list[Judged] = []
    kept = series.copy()
    forecasts = _Forecasts(kept)
    for place in range(first_judged, len(series)):
        one = _judged(place, revenue, days, forecasts.of(place), scale, rule)
        judged.append(one)
        if one.side != "within" or not math.isfinite(series[place]):
            kept[place] = math.nan
            forecasts = _Forecasts(kept)
    return judged


def expected_after(
    revenue: Sequence[float], days: Sequence[int], first: int, months: int
) -> list[float]:
    """What the months from `first` on were expected to bring, from the months before `first`."""
    per_day = np.asarray(revenue, dtype="float64") / np.asarray(days)
    scale = _likelier_scale(per_day[:first])
    series = scale.forth(per_day)
    series[first : first + months] = math.nan
    forecasts = _Forecasts(series)
    middles = forecasts.ahead(first, months)
    return [
        max(0.0, scale.back(middle)) * days[first + step] for step, middle in enumerate(middles)
    ]


def _judged(
    place: int,
    revenue: Sequence[float],
    days: Sequence[int],
    forecast: _Forecast,
    scale: _Scale,
    rule: Rule,
) -> Judged:
    expected = scale.back(forecast.middle) * days[place]
    margin = rule.least_gap * abs(expected)
    low, high = -math.inf, math.inf
    if rule.chance_below > 0:
        end = scale.back(forecast.quantile(rule.chance_below)) * days[place]
        low = min(end, expected - margin)
    if rule.chance_above > 0:
        end = scale.back(forecast.quantile(1 - rule.chance_above)) * days[place]
        high = max(end, expected + margin)
    value = float(revenue[place])
    side = "below" if value < low else "above" if value > high else "within"
    return Judged(place, value, expected, low, high, side)


@dataclass(frozen=True)
class _Scale:
    """Money over its mean size, or the logarithm of that."""

    logs: bool
    unit: float

    def forth(self, per_day: Numbers) -> Numbers:
        if not self.logs:
            return per_day / self.unit
        positive = np.where(per_day > 0, per_day, np.nan)
        return np.asarray(np.log(positive / self.unit))

    def back(self, value: float) -> float:
        return self.unit * (math.exp(min(value, 700.0)) if self.logs else value)


def _likelier_scale(before: Numbers) -> _Scale:
    """Logarithms need a month that brought something every time."""
    unit = float(np.mean(np.abs(before))) or 1.0
    plain, logs = _Scale(False, unit), _Scale(True, unit)
    if not (before > 0).all():
        return plain
    # Densities of logarithms are turned into densities of money: one factor 1 / y a month.
    turned = float(np.log(before[STATES:] / unit).sum())
    in_logs = _Forecasts(logs.forth(before)).likelihood() - turned
    return logs if in_logs >= _Forecasts(plain.forth(before)).likelihood() else plain


class _Forecasts:
    """One-step forecasts of one series under every drift, from one pass of the filter each."""

    def __init__(self, series: Numbers) -> None:
        model = _model(series)
        passes = [_filtered(model, drift) for drift in DRIFTS]
        self._means = np.array([means for means, _ in passes])
        self._sizes = np.array([sizes for _, sizes in passes])
        seen = np.isfinite(series) & np.isfinite(self._sizes[0])
        errors = np.where(seen, np.nan_to_num(series) - self._means, 0.0)
        sizes = np.where(seen, self._sizes, 1.0)
        self._squares = np.cumsum(errors**2 / sizes, axis=1)
        self._logs = np.cumsum(np.log(sizes), axis=1)
        self._seen = np.cumsum(seen)

    def of(self, place: int) -> _Forecast:
        """The forecast of one month: the mean over all drifts, each weighed by how likely the
        months before make it, with the variance of that mixture."""
        weights, noise, _ = self._weighed(place)
        middles, sizes = self._means[:, place], self._sizes[:, place]
        middle = float(weights @ middles)
        variance = float(weights @ (noise * sizes + (middles - middle) ** 2))
        return _Forecast(middle, math.sqrt(variance), self._freedom(place))

    def ahead(self, first: int, months: int) -> list[float]:
        """The middles of several months in a row of which none is known."""
        weights, _, _ = self._weighed(first)
        return [float(weights @ self._means[:, first + step]) for step in range(months)]

    def likelihood(self) -> float:
        """How likely all months are, on average over the drifts."""
        return self._weighed(len(self._seen))[2]

    def _freedom(self, place: int) -> int:
        return max(1, int(self._seen[place - 1]) - CHOSEN)

    def _weighed(self, place: int) -> tuple[Numbers, Numbers, float]:
        """Weight and noise of every drift from the months before a place; their likelihood."""
        count = max(1, int(self._seen[place - 1]))
        squares = np.maximum(self._squares[:, place - 1], count * SMALLEST_SCALE**2)
        logs = -0.5 * (count * np.log(squares / count) + self._logs[:, place - 1])
        weights = np.exp(logs - logs.max())
        likelihood = float(logs.max() + math.log(weights.mean()))
        return weights / weights.sum(), squares / self._freedom(place), likelihood


def _model(series: Numbers) -> UnobservedComponents:
    return UnobservedComponents(
        series,
        level="lldtrend",
        seasonal=SEASONS,
        stochastic_seasonal=False,
        use_exact_diffuse=True,
    )


def _filtered(model: UnobservedComponents, drift: float) -> tuple[Numbers, Numbers]:
    """Means and sizes of the one-step forecasts where noise has variance 1; not a number before
    level, trend and seasons are known."""
    model.update(np.array([1.0, drift]))
    found = model.ssm.filter()
    known = np.arange(model.nobs) >= found.nobs_diffuse
    sizes = np.where(known, found.forecasts_error_cov[0, 0], np.nan)
    return np.where(known, found.forecasts[0], 0.0), sizes
