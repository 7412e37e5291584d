"""NBD: steady buying without drop-out, and the question whether drop-out can be told from none.

The gamma mixture of Poisson processes (Ehrenberg 1959). BG/NBD, MBG/NBD and Pareto/NBD all become
this model when nobody ever leaves, so it is what they are compared with before their drop-out is
believed.

References
----------
Ehrenberg, A. S. C. (1959). The pattern of consumer purchases. Applied Statistics 8, 26–41.
Fader, P. S., Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related
expressions. http://brucehardie.com/notes/009/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from portfolio_lib.analyses.purchase_models import fitting
from portfolio_lib.analyses.purchase_models.fitting import Fit, P
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    PurchaseHistories,
    checked_histories,
    collect_histories,
    mean_over,
    thin_histories,
)

MODEL = "NBD"

# Drop-out is on the edge of its range when there is none, so twice the gain in log-likelihood is
# an even mixture of 0 and chi-squared(1); this is its 95 % point, halved: 1.35.
LEAST_GAIN = float(stats.chi2.ppf(0.90, df=1)) / 2


class NbdParameters(NamedTuple):
    """r and α: purchase rates are gamma, shape r, rate α (mean r ÷ α per unit of time)."""

    r: float
    alpha: float


# Minus the mean log-likelihood and its gradient, from log-parameters and histories.
MeanLoss = Callable[[Floats, PurchaseHistories], tuple[float, Floats]]


def loglikelihood(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: NbdParameters,
) -> Floats:
    """Log-likelihood of each history; the age at the last purchase does not enter.

    ln Γ(r+x) − ln Γ(r) + r ln α − (r+x) ln(α+T).
    """
    x, _, t = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return np.asarray(_loglikelihood(x, t, parameters))


def _loglikelihood(x: Floats, t: Floats, parameters: NbdParameters) -> Floats:
    r, alpha = parameters
    return np.asarray(
        special.gammaln(r + x)
        - special.gammaln(r)
        - r * np.log1p(t / alpha)
        - x * np.log(alpha + t)
    )


def mean_loss(log_parameters: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over (ln r, ln α)."""
    r, alpha = np.exp(log_parameters).tolist()
    x, _, t = histories.columns
    by_r = special.psi(r + x) - special.psi(r) - np.log1p(t / alpha)
    by_alpha = r * t / (alpha * (alpha + t)) - x / (alpha + t)
    value = mean_over(_loglikelihood(x, t, NbdParameters(r, alpha)), histories.customers)
    return -float(value), -mean_over(np.array([r * by_r, alpha * by_alpha]), histories.customers)


def fit(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> Fit[NbdParameters]:
    """Maximum-likelihood fit to one history per customer."""
    return fit_histories(collect_histories(purchases_repeat, age_at_last_purchase, age))


def fit_histories(histories: PurchaseHistories) -> Fit[NbdParameters]:
    """Maximum-likelihood fit to gathered histories."""
    make = NbdParameters._make
    reason = nothing_to_fit(histories)
    if reason:
        return fitting.unfitted(make, size=2, model=MODEL, n=histories.n, reason=reason)
    ratio = mean_age(histories) * histories.n / _repeats(histories)
    starts = np.log([[r, r * ratio] for r in (0.3, 1.0, 3.0)])
    maximum = fitting.maximise(
        lambda sample: partial(mean_loss, histories=sample),
        histories,
        histories,
        starts=starts,
        bounds=fitting.around([1.0, mean_age(histories)]),
        n=histories.n,
    )
    edge = fitting.describe_edge(maximum, NbdParameters._fields, model=MODEL, n=histories.n)
    return fitting.fit_from(maximum, make, model=MODEL, n=histories.n, boundary=edge)


def expected_purchases_if_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: NbdParameters,
) -> Floats:
    """Expected purchases in the next `horizon` units: (r+x) ÷ (α+T) × t."""
    x, _, t = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return np.asarray((parameters.r + x) / (parameters.alpha + t) * horizon)


def probability_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: NbdParameters,
) -> Floats:
    """1 for everyone: in this model nobody leaves."""
    x, _, _ = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return np.ones_like(x)


# In this model everybody is alive, so the two expectations are one.
expected_purchases = expected_purchases_if_alive


def nothing_to_fit(histories: PurchaseHistories) -> str | None:
    """Why no purchase model can be fitted, or None."""
    if histories.n == 0:
        return "There are no customers with a purchase to fit a purchase model to."
    if _repeats(histories) == 0:
        return (
            f"None of the {histories.n:,} customers has bought a second time, so a rate of repeat "
            "purchases cannot be told."
        )
    return None


def mean_age(histories: PurchaseHistories) -> float:
    """Mean age of the customers, in units of time."""
    return float(histories.customers @ histories.age) / histories.n


def _repeats(histories: PurchaseHistories) -> float:
    return float(histories.customers @ histories.purchases_repeat)


def fit_with_dropout(
    histories: PurchaseHistories,
    mean_loss_of_model: MeanLoss,
    make: Callable[[Iterable[float]], P],
    *,
    model: str,
    names: tuple[str, ...],
    dropout_starts: Floats,
    dropout_scale: Floats,
) -> Fit[P]:
    """Fit a model that adds drop-out to NBD, and say so where the data do not need it.

    Parameters
    ----------
    histories : PurchaseHistories
        What is fitted.
    mean_loss_of_model : callable
        Minus the mean log-likelihood and its gradient, over the logarithms of (r, α, and the two
        parameters of drop-out).
    make : callable
        Builds the parameters from four numbers.
    model, names : str and tuple of str
        For the sentences.
    dropout_starts : numpy.ndarray
        Starting points of the two parameters of drop-out, shape (starts, 2).
    dropout_scale : numpy.ndarray
        Their natural scale, shape (2,).

    Returns
    -------
    Fit
        With `boundary` set where the log-likelihood gains less than `LEAST_GAIN` over NBD.
    """
    n = histories.n
    steady = fit_histories(histories)
    if not np.isfinite(steady.loglikelihood):
        reason = steady.boundary or "NBD could not be fitted."
        return fitting.unfitted(make, size=4, model=model, n=n, reason=reason)
    starts, bounds = _starts(steady, histories, dropout_starts, dropout_scale)
    maximum = fitting.maximise(
        lambda sample: lambda point: mean_loss_of_model(point, sample),
        histories,
        thin_histories(histories, customers_at_most=fitting.SEARCH_CUSTOMERS),
        starts=starts,
        bounds=bounds,
        n=n,
    )
    gain = -maximum.loss * n - steady.loglikelihood
    boundary = _describe_no_dropout(model, n, gain) or fitting.describe_edge(
        maximum, names, model=model, n=n
    )
    return fitting.fit_from(maximum, make, model=model, n=n, boundary=boundary)


def _starts(
    steady: Fit[NbdParameters],
    histories: PurchaseHistories,
    dropout_starts: Floats,
    dropout_scale: Floats,
) -> tuple[Floats, Floats]:
    """Starts and bounds: those still there buy faster than NBD thinks, so α starts lower."""
    bounds = fitting.around([1.0, mean_age(histories), *dropout_scale.tolist()])
    rows = [
        [steady.parameters.r, steady.parameters.alpha * share, *pair]
        for share, pair in zip((0.8, 0.5, 0.8, 0.3), dropout_starts.tolist(), strict=True)
    ]
    return np.clip(np.log(rows), bounds[:, 0] + 1.0, bounds[:, 1] - 1.0), bounds


def _describe_no_dropout(model: str, n: int, gain: float) -> str | None:
    if gain >= LEAST_GAIN:
        return None
    return (
        f"Drop-out is not identified: {model} collapses to NBD, a model in which nobody leaves "
        f"(its log-likelihood over these {n:,} customers gains only {max(gain, 0.0):.2f}), so no "
        "probability of being alive can be given."
    )
