"""How uncertain lifetime values are, given that the parameters are estimates.

Both intervals are for the expected value of the same customers; neither says how far one customer
may stray from its expectation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import linalg, stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from portfolio_lib.analyses.purchase_models import fitting, gamma_gamma
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.gamma_gamma import GammaGammaParameters
from portfolio_lib.analyses.purchase_models.histories import Floats
from portfolio_lib.analyses.purchase_models.registry import Parameters
from portfolio_lib.analyses.purchase_models.valuation import Valuation

Fits = tuple[Fit[Any], Fit[GammaGammaParameters]]

# With more draws than this share without a finite total, percentiles mean nothing.
MOST_FAILED = 0.02

_SLOPE_STEP = 1e-4


@dataclass(frozen=True, eq=False)
class Spread:
    """Ends of the intervals: each customer's, shape (n,), and the total's."""

    lower: Floats
    upper: Floats
    total: tuple[float, float] | None
    draws_without_value: int = 0


def delta_spread(valuation: Valuation, fits: Fits, *, confidence: float) -> Spread:
    """Delta method on the log scale, from the Hessians of the two fits.

    Value and number of purchases are independent in the models, so the two covariances stand side
    by side in one block matrix.
    """
    best = valuation.values(fits[0].parameters, fits[1].parameters)
    slopes = _slopes(valuation, fits)
    covariance = linalg.block_diag(*(np.asarray(fit.log_covariance) for fit in fits))
    errors = np.sqrt(np.einsum("ip,pq,iq->i", slopes, covariance, slopes))
    summed = np.nansum(slopes, axis=0)
    total_error = float(np.sqrt(summed @ covariance @ summed))
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    lower, upper = _around(best, z * errors)
    return Spread(lower, upper, _around_total(best, z * total_error))


def _around(best: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Both ends, symmetric on the log scale; a value below 0 (a loss) has its ends below 0."""
    size = np.abs(best)
    factor = np.exp(np.divide(reach, size, out=np.zeros_like(best), where=size > 0))
    ends = best / factor, best * factor
    return np.minimum(*ends), np.maximum(*ends)


def _around_total(best: Floats, reach: float) -> tuple[float, float]:
    """As each value; where gains and losses make up the total it may be near 0, so plainly."""
    total = float(np.nansum(best))
    if (best < 0).any() or total == 0:
        return total - reach, total + reach
    low, high = _around(np.array([total]), np.array([reach]))
    return float(low[0]), float(high[0])


def _slopes(valuation: Valuation, fits: Fits) -> Floats:
    """Derivative of each customer's value by each log-parameter, shape (customers, parameters)."""
    centres = [np.log(np.asarray(fit.parameters)) for fit in fits]
    makers = [fitting.maker(fit.parameters) for fit in fits]
    split = len(centres[0])

    def values(point: Floats) -> Floats:
        purchase, spend = np.exp(point[:split]).tolist(), np.exp(point[split:]).tolist()
        return valuation.values(makers[0](purchase), GammaGammaParameters(*spend))

    centre = np.concatenate(centres)
    steps = np.eye(len(centre)) * _SLOPE_STEP
    columns = [(values(centre + s) - values(centre - s)) / (2 * _SLOPE_STEP) for s in steps]
    return np.column_stack(columns)


def bootstrap_spread(
    valuation: Valuation, fits: Fits, *, confidence: float, draws: int, seed: int
) -> Spread:
    """Customers drawn with replacement, both models fitted again, the same customers revalued."""
    with threadpool_limits(limits=1):  # see `fitting.maximise`
        valued = np.array(list(_redrawn_values(valuation, fits, draws=draws, seed=seed)))
    known = valuation.in_spend_model | (valuation.purchases_repeat == 0)
    finite = np.isfinite(valued[:, known]).all(axis=1)
    failed = int((~finite).sum())
    if failed > MOST_FAILED * draws:
        nothing = np.full(valuation.n, np.nan)
        return Spread(nothing, nothing, None, failed)
    ends = [0.5 - confidence / 2, 0.5 + confidence / 2]
    lower, upper = np.quantile(valued[finite], ends, axis=0)
    low, high = np.quantile(np.nansum(valued[finite], axis=1), ends).tolist()
    return Spread(lower, upper, (low, high), failed)


def _redrawn_values(valuation: Valuation, fits: Fits, *, draws: int, seed: int) -> Iterator[Floats]:
    generator = np.random.default_rng(seed)
    evenly = np.full(valuation.n, 1 / valuation.n)
    for _ in range(draws):
        weights = generator.multinomial(valuation.n, evenly).astype(np.float64)
        yield valuation.values(*refit_both(valuation, fits, weights))


def refit_both(
    valuation: Valuation, fits: Fits, weights: Floats
) -> tuple[Parameters, GammaGammaParameters]:
    """Both models on customers who count as often as their weights, from the fits at hand."""
    purchase_loss = partial(valuation.model.mean_loss, histories=valuation.purchases(weights))
    spend_loss = partial(gamma_gamma.mean_loss, spend=valuation.spend(weights))
    return (
        fitting.refit(purchase_loss, fits[0].parameters),
        fitting.refit(spend_loss, fits[1].parameters),
    )
