"""Pareto/NBD: purchases at a steady rate until the customer leaves at an unobserved time.

Purchase rates are gamma (r, α), rates of leaving gamma (s, β). The likelihood holds the integral

    I = ∫ (α+τ)^−(r+x) (β+τ)^−(s+1) dτ,  τ from t_x to T,

which the papers write as a difference of two Gaussian hypergeometric functions, A₀ (I = A₀ ÷
(r+s+x)). That difference loses all its digits when t_x is close to T or x is large, so I is
integrated directly: u = ln((m+τ) ÷ (m+t_x)), m = min(α, β), makes its logarithm concave and smooth,
and 32 Gauss–Legendre nodes give at least ten digits (tests compare it with the hypergeometric
form). Everything is kept in logarithms, and the exact gradient comes with the same nodes.

References
----------
Schmittlein, D. C., Morrison, D. G., Colombo, R. (1987). Counting your customers: who are they and
what will they do next? Management Science 33(1), 1–24. (SMC below.)
Fader, P. S., Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related
expressions. http://brucehardie.com/notes/009/ (gives the likelihood and the forms used here).
Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). RFM and CLV: using iso-value curves for customer
base analysis. Journal of Marketing Research 42(4), 415–430.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from portfolio_lib.analyses.purchase_models import nbd
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    PurchaseHistories,
    checked_histories,
    collect_histories,
    mean_over,
)
from portfolio_lib.errors import DataFault

MODEL = "Pareto/NBD"

_NODES, _WEIGHTS = (column[:, None] for column in np.polynomial.legendre.leggauss(32))
_CUSTOMERS_AT_ONCE = 1024
# Beyond a fall by e^−40 the integrand no longer reaches the sixteenth digit.
_FALL = 40.0


class ParetoNbdParameters(NamedTuple):
    """Purchase rates are gamma (r, α); rates of leaving are gamma (s, β).

    r and s have no unit; α and β are in units of time.
    """

    r: float
    alpha: float
    s: float
    beta: float


class _GoneIntegral(NamedTuple):
    """ln I, and means over its integrand, each of shape (n,)."""

    log_value: Floats
    log_alpha_tau: Floats
    log_beta_tau: Floats
    per_alpha_tau: Floats
    per_beta_tau: Floats


def _gone_integral(
    histories: tuple[Floats, Floats, Floats], parameters: ParetoNbdParameters
) -> _GoneIntegral:
    """The integral I over the time of leaving, with the means its gradient needs."""
    shape = np.shape(histories[0])
    flat = [np.ravel(column) for column in histories]
    parts = [
        _gone_integral_of_some((x, t_x, t), parameters)
        for x, t_x, t in zip(*(_in_parts(column) for column in flat), strict=True)
    ]
    return _GoneIntegral(
        *(np.concatenate(column).reshape(shape) for column in zip(*parts, strict=True))
    )


def _in_parts(column: Floats) -> list[Floats]:
    # Small enough that nodes × customers stay in the processor's own memory.
    starts = range(0, max(len(column), 1), _CUSTOMERS_AT_ONCE)
    return [column[start : start + _CUSTOMERS_AT_ONCE] for start in starts]


def _gone_integral_of_some(
    histories: tuple[Floats, Floats, Floats], parameters: ParetoNbdParameters
) -> _GoneIntegral:
    r, alpha, s, beta = parameters
    x, t_x, _ = histories
    nearest = min(alpha, beta) + t_x
    from_alpha, from_beta = alpha + t_x, beta + t_x
    half = _range_of_u(histories, parameters) / 2
    u = half * (1.0 + _NODES)
    moved = nearest * np.expm1(u)
    log_alpha = np.log1p(moved / from_alpha)
    log_beta = np.log1p(moved / from_beta)
    shares = _WEIGHTS * np.exp(u - (r + x) * log_alpha - (s + 1) * log_beta)
    total = shares.sum(axis=0)
    shares /= total
    log_front = np.log(nearest) - (r + x) * np.log(from_alpha) - (s + 1) * np.log(from_beta)
    with np.errstate(divide="ignore"):  # t_x = T: nobody can have left since; ln 0 is meant
        log_value = log_front + np.log(half * total)
    return _GoneIntegral(
        log_value,
        np.log(from_alpha) + (shares * log_alpha).sum(axis=0),
        np.log(from_beta) + (shares * log_beta).sum(axis=0),
        (shares / (from_alpha + moved)).sum(axis=0),
        (shares / (from_beta + moved)).sum(axis=0),
    )


def _range_of_u(
    histories: tuple[Floats, Floats, Floats], parameters: ParetoNbdParameters
) -> Floats:
    """Length of the range of u, cut where the integrand has fallen below the sixteenth digit.

    The logarithm of the integrand is concave in u, so it falls at least as fast as at its start.
    """
    r, alpha, s, beta = parameters
    x, t_x, t = histories
    nearest = min(alpha, beta) + t_x
    whole = np.log1p((t - t_x) / nearest)
    fall = (r + x) * nearest / (alpha + t_x) + (s + 1) * nearest / (beta + t_x) - 1.0
    return np.asarray(np.minimum(whole, _FALL / np.maximum(fall, _FALL / 1e3)))


def loglikelihood(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: ParetoNbdParameters,
) -> Floats:
    """Log-likelihood of each history, shape (n,). Fader and Hardie (2005)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return _loglikelihood(histories, parameters, _gone_integral(histories, parameters))


def _loglikelihood(
    histories: tuple[Floats, Floats, Floats],
    parameters: ParetoNbdParameters,
    gone: _GoneIntegral,
) -> Floats:
    r, alpha, s, beta = parameters
    x, _, _ = histories
    return np.asarray(
        special.gammaln(r + x)
        - special.gammaln(r)
        + r * np.log(alpha)
        + s * np.log(beta)
        + np.logaddexp(_log_stayed(histories, parameters), np.log(s) + gone.log_value)
    )


def _log_stayed(
    histories: tuple[Floats, Floats, Floats], parameters: ParetoNbdParameters
) -> Floats:
    r, alpha, s, beta = parameters
    x, _, t = histories
    return np.asarray(-(r + x) * np.log(alpha + t) - s * np.log(beta + t))


def _probability_alive(
    histories: tuple[Floats, Floats, Floats],
    parameters: ParetoNbdParameters,
    gone: _GoneIntegral,
) -> Floats:
    log_odds = _log_stayed(histories, parameters) - np.log(parameters.s) - gone.log_value
    return np.asarray(special.expit(log_odds))


def mean_loss(log_parameters: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over the logarithms of the parameters."""
    parameters = ParetoNbdParameters(*np.exp(log_parameters).tolist())
    r, alpha, s, beta = parameters
    x, _, t = histories.columns
    integral = _gone_integral(histories.columns, parameters)
    alive = _probability_alive(histories.columns, parameters, integral)
    gone = 1.0 - alive
    rate = special.psi(r + x) - special.psi(r) + np.log(alpha)
    log_alpha = alive * np.log(alpha + t) + gone * integral.log_alpha_tau
    log_beta = alive * np.log(beta + t) + gone * integral.log_beta_tau
    per_alpha = alive / (alpha + t) + gone * integral.per_alpha_tau
    per_beta = alive * s / (beta + t) + gone * (s + 1) * integral.per_beta_tau
    slopes = np.array(
        [
            r * (rate - log_alpha),
            r - alpha * (r + x) * per_alpha,
            s * (np.log(beta) - log_beta) + gone,
            s - beta * per_beta,
        ]
    )
    each = _loglikelihood(histories.columns, parameters, integral)
    return -float(mean_over(each, histories.customers)), -mean_over(slopes, histories.customers)


def fit(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> Fit[ParetoNbdParameters]:
    """Maximum-likelihood fit to one history per customer.

    Parameters
    ----------
    purchases_repeat, age_at_last_purchase, age : array_like
        x, t_x and T of each customer, ages in one unit of time.

    Returns
    -------
    Fit
        `boundary` holds a sentence where drop-out is not identified.

    Raises
    ------
    DataFault
        The arrays are no purchase histories.
    """
    return fit_histories(collect_histories(purchases_repeat, age_at_last_purchase, age))


def fit_histories(histories: PurchaseHistories) -> Fit[ParetoNbdParameters]:
    """Maximum-likelihood fit to gathered histories."""
    span = nbd.mean_age(histories) if histories.n else 1.0
    return nbd.fit_with_dropout(
        histories,
        mean_loss,
        ParetoNbdParameters._make,
        model=MODEL,
        names=ParetoNbdParameters._fields,
        dropout_starts=np.array([[0.5, span / 3], [1.0, span], [2.0, 4 * span], [0.3, span / 30]]),
        dropout_scale=np.array([1.0, span]),
    )


def probability_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: ParetoNbdParameters,
) -> Floats:
    """Probability that each customer has not left by age T, in [0, 1]. SMC (11) to (13)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return _probability_alive(histories, parameters, _gone_integral(histories, parameters))


def expected_purchases_if_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: ParetoNbdParameters,
) -> Floats:
    """Expected purchases in (T, T + horizon] of a customer who is still there at age T.

    (r+x) ÷ (α+T) × ∫ ((β+T) ÷ (β+T+v))^s dv over (0, horizon]; valid at s = 1 too.
    """
    x, _, t = checked_histories(purchases_repeat, age_at_last_purchase, age)
    r, alpha, s, beta = parameters
    log_growth = np.log1p(horizon / (beta + t))
    time_there = (beta + t) * log_growth * special.exprel(-(s - 1.0) * log_growth)
    return np.asarray((r + x) / (alpha + t) * time_there)


def expected_purchases(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: ParetoNbdParameters,
) -> Floats:
    """Expected purchases in (T, T + horizon] given each history, at least 0. SMC (22)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return probability_alive(*histories, parameters=parameters) * expected_purchases_if_alive(
        *histories, horizon=horizon, parameters=parameters
    )


def expected_purchases_new_customer(*, horizon: float, parameters: ParetoNbdParameters) -> float:
    """Expected repeat purchases of a random customer in (0, horizon]. SMC (17)."""
    return float(expected_purchases([0], [0], [0], horizon=horizon, parameters=parameters)[0])


def discounted_residual_purchases(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    discount_rate_per_unit: float,
    parameters: ParetoNbdParameters,
) -> Floats:
    """Discounted expected residual transactions (DERT), for ever, discounted continuously.

    With z = δ(β+T), P(alive) × (r+x) ÷ (α+T) × (β+T) × Ψ(1, 2−s; z), Ψ the confluent
    hypergeometric function of the second kind: Fader, Hardie and Lee (2005, RFM and CLV),
    equation (2), after Kummer's transformation z^(s−1) Ψ(s, s; z) = Ψ(1, 2−s; z).

    Parameters
    ----------
    purchases_repeat, age_at_last_purchase, age : array_like
        x, t_x and T of each customer.
    discount_rate_per_unit : float
        δ, continuous, per unit of time: ln(1.15) ÷ 52 = 0.0027 for 15 % a year in weeks.
    parameters : ParetoNbdParameters
        Fitted parameters.

    Raises
    ------
    DataFault
        The discount rate is not above 0.
    """
    if not discount_rate_per_unit > 0:
        raise DataFault(
            f"discounted_residual_purchases: found the discount rate {discount_rate_per_unit}; "
            "expected one above 0, because the sum runs for ever. Give a rate, or a horizon to "
            "discounted_purchases."
        )
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    r, alpha, s, beta = parameters
    x, _, t = histories
    discounted_time = (beta + t) * special.hyperu(1.0, 2.0 - s, discount_rate_per_unit * (beta + t))
    alive = probability_alive(*histories, parameters=parameters)
    return np.asarray(alive * (r + x) / (alpha + t) * discounted_time)
