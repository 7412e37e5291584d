"""MBG/NBD: as BG/NBD, but a customer may also leave straight after the first purchase.

So one-time buyers can be gone, and the probability of being alive says something about them. The
formulas are those of BG/NBD with x + 1 occasions to leave instead of x.

References
----------
Batislam, E. P., Denizel, M., Filiztekin, A. (2007). Empirical validation and comparison of models
for customer base analysis. International Journal of Research in Marketing 24(3), 201–209.
Hoppe, D., Wagner, U. (2007). Customer base analysis: the case for a central variant of the
betageometric/NBD model. Marketing – Journal of Research and Management 3(2), 75–90.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from portfolio_lib.analyses.purchase_models import beta_geometric, nbd
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    PurchaseHistories,
    checked_histories,
    collect_histories,
)

MODEL = "MBG/NBD"


class MbgNbdParameters(NamedTuple):
    """Purchase rates are gamma (r, α); the probability of leaving is beta (a, b).

    r, a and b have no unit; α is in units of time.
    """

    r: float
    alpha: float
    a: float
    b: float


def chances_to_leave(purchases_repeat: Floats) -> Floats:
    """Occasions on which a customer could have left: after every purchase, the first included."""
    return purchases_repeat + 1.0


def loglikelihood(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: MbgNbdParameters,
) -> Floats:
    """Log-likelihood of each history, shape (n,). Batislam et al. (2007)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return beta_geometric.loglikelihood(histories, chances_to_leave(histories[0]), parameters)


def mean_loss(log_parameters: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over the logarithms of the parameters."""
    chances = chances_to_leave(histories.purchases_repeat)
    return beta_geometric.mean_loss(log_parameters, histories, chances)


def fit(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> Fit[MbgNbdParameters]:
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


def fit_histories(histories: PurchaseHistories) -> Fit[MbgNbdParameters]:
    """Maximum-likelihood fit to gathered histories."""
    return nbd.fit_with_dropout(
        histories,
        mean_loss,
        MbgNbdParameters._make,
        model=MODEL,
        names=MbgNbdParameters._fields,
        dropout_starts=np.array([[0.8, 2.5], [1.0, 1.0], [0.3, 8.0], [3.0, 3.0]]),
        dropout_scale=np.ones(2),
    )


def probability_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: MbgNbdParameters,
) -> Floats:
    """Probability that each customer has not left by age T, in [0, 1].

    The share of the likelihood that belongs to customers who are still there.
    """
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return beta_geometric.probability_alive(histories, chances_to_leave(histories[0]), parameters)


def expected_purchases_if_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: MbgNbdParameters,
) -> Floats:
    """Expected purchases in (T, T + horizon] of a customer who is still there at age T."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return beta_geometric.expected_purchases_if_alive(
        histories, chances_to_leave(histories[0]), parameters, horizon=horizon
    )


def expected_purchases(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: MbgNbdParameters,
) -> Floats:
    """Expected purchases in (T, T + horizon] given each history, at least 0."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    chances = chances_to_leave(histories[0])
    alive = beta_geometric.probability_alive(histories, chances, parameters)
    return alive * beta_geometric.expected_purchases_if_alive(
        histories, chances, parameters, horizon=horizon
    )


def expected_purchases_new_customer(*, horizon: float, parameters: MbgNbdParameters) -> float:
    """Expected repeat purchases of a random customer in (0, horizon]."""
    return float(expected_purchases([0], [0], [0], horizon=horizon, parameters=parameters)[0])
