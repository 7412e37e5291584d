"""Gamma-Gamma: the average value of a purchase, from the average seen so far.

Each purchase of a customer is gamma with shape p and a rate that is gamma (q, γ) over customers.
Few purchases pull the expectation towards the mean over customers, many towards the customer's own
average. Values are whatever is handed in: give profits to expect profits. The model takes value
and number of purchases to be independent. Equation numbers are those of Fader and Hardie (2013).

References
----------
Colombo, R., Jiang, W. (1999). A stochastic RFM model. Journal of Interactive Marketing 13(3).
Fader, P. S., Hardie, B. G. S. (2013). The gamma-gamma model of monetary value.
http://brucehardie.com/notes/025/
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from portfolio_lib.analyses.purchase_models import fitting
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import Floats, count_distinct, mean_over
from portfolio_lib.errors import DataFault

MODEL = "Gamma-Gamma"


class GammaGammaParameters(NamedTuple):
    """p: shape of one customer's values; q, γ: gamma of their rates. γ is in money."""

    p: float
    q: float
    gamma: float


@dataclass(frozen=True, eq=False)
class SpendHistories:
    """Different pairs of purchases and average value, sorted, with how many customers share each.

    Parameters
    ----------
    purchases_repeat, mean_value, customers : numpy.ndarray
        Purchases averaged over, their average value, and the count; float, shape (m,).
    """

    purchases_repeat: Floats
    mean_value: Floats
    customers: Floats

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.customers.sum())


def collect_spend(purchases_repeat: ArrayLike, mean_value: ArrayLike) -> SpendHistories:
    """Leave out customers without a repeat purchase, check the rest and gather equal pairs.

    Raises
    ------
    DataFault
        A repeat customer's average value is missing, infinite, or not above 0.
    """
    x = np.asarray(purchases_repeat, dtype=np.float64)
    value = np.asarray(mean_value, dtype=np.float64)
    if x.shape != value.shape:
        raise DataFault(
            f"spend: purchases_repeat and mean_value have the shapes {x.shape} and {value.shape}; "
            "expected one entry per customer in each."
        )
    repeats = x > 0
    broken = np.flatnonzero(repeats & ~(np.isfinite(value) & (value > 0)))
    if len(broken):
        first = ", ".join(str(position) for position in broken[:5])
        raise DataFault(
            f"spend: mean_value of {len(broken)} repeat customers is missing, infinite or not "
            f"above 0 (first at positions {first}); the Gamma-Gamma model needs values above 0. "
            "Leave these customers out and say how many they are."
        )
    rows, customers = count_distinct(np.column_stack([x[repeats], value[repeats]]))
    return SpendHistories(rows[:, 0], rows[:, 1], customers)


def loglikelihood(
    purchases_repeat: ArrayLike, mean_value: ArrayLike, *, parameters: GammaGammaParameters
) -> Floats:
    """Log-density of each customer's average value over x > 0 purchases. Equation (1a)."""
    x = np.asarray(purchases_repeat, dtype=np.float64)
    value = np.asarray(mean_value, dtype=np.float64)
    p, q, gamma = parameters
    return np.asarray(
        special.gammaln(p * x + q)
        - special.gammaln(p * x)
        - special.gammaln(q)
        - q * np.log1p(x * value / gamma)
        - p * x * np.log1p(gamma / (x * value))
        - np.log(value)
    )


def mean_loss(log_parameters: Floats, spend: SpendHistories) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over (ln p, ln q, ln γ)."""
    p, q, gamma = np.exp(log_parameters).tolist()
    x, value = spend.purchases_repeat, spend.mean_value
    total = x * value
    both = special.psi(p * x + q)
    slopes = np.array(
        [
            p * x * (both - special.psi(p * x) - np.log1p(gamma / total)),
            q * (both - special.psi(q) - np.log1p(total / gamma)),
            q - gamma * (p * x + q) / (gamma + total),
        ]
    )
    each = loglikelihood(x, value, parameters=GammaGammaParameters(p, q, gamma))
    return -float(mean_over(each, spend.customers)), -mean_over(slopes, spend.customers)


def fit(purchases_repeat: ArrayLike, mean_value: ArrayLike) -> Fit[GammaGammaParameters]:
    """Maximum-likelihood fit over the customers with a repeat purchase.

    Parameters
    ----------
    purchases_repeat : array_like
        x of each customer; customers with 0 are left out here (and only here).
    mean_value : array_like
        Average value of the repeat purchases, above 0; not looked at where x is 0.

    Returns
    -------
    Fit
        `n` counts the repeat customers. `boundary` is set where q ≤ 1 too: the mean over customers
        is then infinite.

    Raises
    ------
    DataFault
        A repeat customer's average value cannot be used.
    """
    return fit_spend(collect_spend(purchases_repeat, mean_value))


def fit_spend(spend: SpendHistories) -> Fit[GammaGammaParameters]:
    """Maximum-likelihood fit to gathered spend."""
    n, make = spend.n, GammaGammaParameters._make
    if n == 0:
        reason = "No customer has bought a second time, so the spend model has nothing to learn."
        return fitting.unfitted(make, size=3, model=MODEL, n=0, reason=reason)
    typical = float(np.exp(spend.customers @ np.log(spend.mean_value) / n))
    # Starts keep the mean over customers, pγ ÷ (q−1), at the typical value.
    shapes = [(5.0, 4.0), (1.0, 2.0), (20.0, 10.0)]
    starts = np.log([[p, q, typical * (q - 1) / p] for p, q in shapes])
    maximum = fitting.maximise(
        lambda sample: partial(mean_loss, spend=sample),
        spend,
        spend,
        starts=starts,
        bounds=fitting.around([1.0, 1.0, typical]),
        n=n,
    )
    edge = fitting.describe_edge(maximum, GammaGammaParameters._fields, model=MODEL, n=n)
    boundary = edge or _describe_infinite_mean(float(np.exp(maximum.log_parameters[1])), n)
    return fitting.fit_from(maximum, make, model=MODEL, n=n, boundary=boundary)


def _describe_infinite_mean(q: float, n: int) -> str | None:
    if q > 1:
        return None
    return (
        f"The spend of these {n:,} repeat customers is so uneven that its mean is not finite in "
        f"the Gamma-Gamma model (q = {q:.2f}, expected above 1), so no expected value is given."
    )


def expected_mean_value(
    purchases_repeat: ArrayLike, mean_value: ArrayLike, *, parameters: GammaGammaParameters
) -> Floats:
    """Expected value (profit, if profits went in) of a future purchase. Equation (5).

    p (γ + x z̄) ÷ (p x + q − 1), in money per purchase: a weighted mean of the customer's own
    average z̄ and the mean over customers. A customer without a repeat purchase gets the mean over
    customers; `mean_value` is not looked at there. Missing where the mean is not finite (q ≤ 1 and
    x = 0), and where the average of a repeat customer is missing or not above 0.
    """
    x = np.asarray(purchases_repeat, dtype=np.float64)
    total = np.where(x > 0, x * np.asarray(mean_value, dtype=np.float64), 0.0)
    p, q, gamma = parameters
    below = p * x + q - 1
    known = (below > 0) & ((x == 0) | (np.isfinite(total) & (total > 0)))
    return np.asarray(np.where(known, p * (gamma + total) / np.where(known, below, 1.0), np.nan))
