"""BG/NBD: purchases at a steady rate until the customer leaves after one of them.

Equation numbers are those of Fader, Hardie and Lee (2005). In this model a customer can leave only
after a repeat purchase, so the probability of being alive is 1 for everyone without one: rank by
expected purchases, never by `probability_alive`.

References
----------
Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). "Counting your customers" the easy way: an
alternative to the Pareto/NBD model. Marketing Science 24(2), 275–284.
Fader, P. S., Hardie, B. G. S., Lee, K. L. (2008). Computing P(alive) using the BG/NBD model.
http://brucehardie.com/notes/021/
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

MODEL = "BG/NBD"


class BgNbdParameters(NamedTuple):
    """Purchase rates are gamma (r, α); the probability of leaving is beta (a, b).

    r, a and b have no unit; α is in units of time.
    """

    r: float
    alpha: float
    a: float
    b: float


def chances_to_leave(purchases_repeat: Floats) -> Floats:
    """Occasions on which a customer could have left: after every repeat purchase."""
    return purchases_repeat


def loglikelihood(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: BgNbdParameters,
) -> Floats:
    """Log-likelihood of each history, shape (n,). Equation (6)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return beta_geometric.loglikelihood(histories, chances_to_leave(histories[0]), parameters)


def mean_loss(log_parameters: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over the logarithms of the parameters."""
    chances = chances_to_leave(histories.purchases_repeat)
    return beta_geometric.mean_loss(log_parameters, histories, chances)


def fit(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> Fit[BgNbdParameters]:
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


def fit_histories(histories: PurchaseHistories) -> Fit[BgNbdParameters]:
    """Maximum-likelihood fit to gathered histories."""
    return nbd.fit_with_dropout(
        histories,
        mean_loss,
        BgNbdParameters._make,
        model=MODEL,
        names=BgNbdParameters._fields,
        dropout_starts=np.array([[0.8, 2.5], [1.0, 1.0], [0.3, 8.0], [3.0, 3.0]]),
        dropout_scale=np.ones(2),
    )


def probability_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    parameters: BgNbdParameters,
) -> Floats:
    """Probability that each customer has not left by age T, in [0, 1].

    Note 021. It is 1 without a repeat purchase, by the assumptions of the model.
    """
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    return beta_geometric.probability_alive(histories, chances_to_leave(histories[0]), parameters)


def expected_purchases_if_alive(
    purchases_repeat: ArrayLike,
    age_at_last_purchase: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float | Floats,
    parameters: BgNbdParameters,
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
    parameters: BgNbdParameters,
) -> Floats:
    """Expected purchases in (T, T + horizon] given each history, at least 0. Equation (10)."""
    histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
    chances = chances_to_leave(histories[0])
    alive = beta_geometric.probability_alive(histories, chances, parameters)
    return alive * beta_geometric.expected_purchases_if_alive(
        histories, chances, parameters, horizon=horizon
    )


def expected_purchases_new_customer(*, horizon: float, parameters: BgNbdParameters) -> float:
    """Expected repeat purchases of a random customer in (0, horizon]. Equation (9)."""
    return float(expected_purchases([0], [0], [0], horizon=horizon, parameters=parameters)[0])
