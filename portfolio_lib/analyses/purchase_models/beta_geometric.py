"""What BG/NBD and MBG/NBD share: after a purchase a customer may leave for good.

Both mix purchase rates over a gamma (r, α) and drop-out probabilities over a beta (a, b). They
differ only in how often a customer with x repeat purchases could have left: x times in BG/NBD,
x + 1 times in MBG/NBD, where leaving straight after the first purchase is possible too. With k
such chances the likelihood is

    Γ(r+x) α^r ÷ Γ(r) × B(a, b+k) ÷ B(a, b) × {(α+T)^−(r+x) + [k > 0] a ÷ (b+k−1) (α+t_x)^−(r+x)}.

The expectation over the drop-out probability p is done by Gauss quadrature for the beta
distribution. It stands in for the Gaussian hypergeometric function of the papers, which breaks
down at a = 1 and loses digits for short horizons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, special

from portfolio_lib.analyses.purchase_models import nbd
from portfolio_lib.analyses.purchase_models.fitting import Fit, P
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    PurchaseHistories,
    checked_histories,
    collect_histories,
    mean_over,
)

# r, α, a, b
Four = tuple[float, float, float, float]

# Least and most nodes of the quadrature, and the number of digits it is sized for.
_FEWEST_NODES, _MOST_NODES = 24, 400
_DIGITS = 12.0

NAMES = ("r", "alpha", "a", "b")


@dataclass(frozen=True)
class BetaGeometricModel(Generic[P]):
    """One of the two models; its methods take histories as x, t_x and T of each customer.

    Parameters
    ----------
    name : str
        What readers call it.
    make : callable
        Builds the parameters from r, α, a and b.
    chances_at_start : int
        Occasions to leave before the first repeat purchase: 0 in BG/NBD, 1 in MBG/NBD.
    """

    name: str
    make: Callable[[Iterable[float]], P]
    chances_at_start: int

    def chances_to_leave(self, purchases_repeat: Floats) -> Floats:
        """Occasions on which a customer could have left."""
        return purchases_repeat + float(self.chances_at_start)

    def loglikelihood(
        self,
        purchases_repeat: ArrayLike,
        age_at_last_purchase: ArrayLike,
        age: ArrayLike,
        *,
        parameters: P,
    ) -> Floats:
        """Log-likelihood of each history, shape (n,)."""
        histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
        return loglikelihood(histories, self.chances_to_leave(histories[0]), _four(parameters))

    def mean_loss(
        self, log_parameters: Floats, histories: PurchaseHistories
    ) -> tuple[float, Floats]:
        """Minus the mean log-likelihood and its gradient over the logarithms of the parameters."""
        chances = self.chances_to_leave(histories.purchases_repeat)
        return mean_loss(log_parameters, histories, chances)

    def fit(
        self, purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
    ) -> Fit[P]:
        """Maximum-likelihood fit to one history per customer.

        Returns
        -------
        Fit
            `boundary` holds a sentence where drop-out is not identified.

        Raises
        ------
        DataFault
            The arrays are no purchase histories.
        """
        return self.fit_histories(collect_histories(purchases_repeat, age_at_last_purchase, age))

    def fit_histories(self, histories: PurchaseHistories) -> Fit[P]:
        """Maximum-likelihood fit to gathered histories."""
        return nbd.fit_with_dropout(
            histories,
            self.mean_loss,
            self.make,
            model=self.name,
            names=NAMES,
            dropout_starts=np.array([[0.8, 2.5], [1.0, 1.0], [0.3, 8.0], [3.0, 3.0]]),
            dropout_scale=np.ones(2),
        )

    def probability_alive(
        self,
        purchases_repeat: ArrayLike,
        age_at_last_purchase: ArrayLike,
        age: ArrayLike,
        *,
        parameters: P,
    ) -> Floats:
        """Probability that each customer has not left by age T, in [0, 1]."""
        histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
        return probability_alive(histories, self.chances_to_leave(histories[0]), _four(parameters))

    def expected_purchases_if_alive(
        self,
        purchases_repeat: ArrayLike,
        age_at_last_purchase: ArrayLike,
        age: ArrayLike,
        *,
        horizon: float | Floats,
        parameters: P,
    ) -> Floats:
        """Expected purchases in (T, T + horizon] of a customer who is still there at age T."""
        histories = checked_histories(purchases_repeat, age_at_last_purchase, age)
        chances = self.chances_to_leave(histories[0])
        return expected_purchases_if_alive(histories, chances, _four(parameters), horizon=horizon)

    def expected_purchases(
        self,
        purchases_repeat: ArrayLike,
        age_at_last_purchase: ArrayLike,
        age: ArrayLike,
        *,
        horizon: float | Floats,
        parameters: P,
    ) -> Floats:
        """Expected purchases in (T, T + horizon] given each history, at least 0."""
        history = (purchases_repeat, age_at_last_purchase, age)
        alive = self.probability_alive(*history, parameters=parameters)
        return alive * self.expected_purchases_if_alive(
            *history, horizon=horizon, parameters=parameters
        )

    def expected_purchases_new_customer(self, *, horizon: float, parameters: P) -> float:
        """Expected repeat purchases of a random customer in (0, horizon]."""
        first = self.expected_purchases([0], [0], [0], horizon=horizon, parameters=parameters)
        return float(first[0])


def _four(parameters: tuple[float, ...]) -> Four:
    r, alpha, a, b = parameters
    return r, alpha, a, b


def loglikelihood(histories: tuple[Floats, Floats, Floats], chances: Floats, four: Four) -> Floats:
    """Log-likelihood of each history with `chances` (k) occasions to leave."""
    r, alpha, a, b = four
    x, _, _ = histories
    stayed, left = _log_branches(histories, chances, four)
    constant = special.gammaln(r) + special.gammaln(b) - special.gammaln(a + b)
    return np.asarray(
        special.gammaln(r + x)
        + special.gammaln(b + chances)
        - special.gammaln(a + b + chances)
        - constant
        + r * np.log(alpha)
        + np.logaddexp(stayed, left)
    )


def _log_branches(
    histories: tuple[Floats, Floats, Floats], chances: Floats, four: Four
) -> tuple[Floats, Floats]:
    """Logarithms of the two terms in braces: still there, or left after the last purchase."""
    r, alpha, a, b = four
    x, t_x, t = histories
    stayed = -(r + x) * np.log(alpha + t)
    can_leave = chances > 0
    # b + k − 1 may be negative where k = 0; that branch does not exist.
    odds = np.log(a) - np.log(np.where(can_leave, b + chances - 1, 1.0))
    left = np.where(can_leave, odds - (r + x) * np.log(alpha + t_x), -np.inf)
    return np.asarray(stayed), np.asarray(left)


def mean_loss(
    log_parameters: Floats, histories: PurchaseHistories, chances: Floats
) -> tuple[float, Floats]:
    """Minus the mean log-likelihood and its gradient over (ln r, ln α, ln a, ln b)."""
    r, alpha, a, b = np.exp(log_parameters).tolist()
    x, t_x, t = histories.columns
    alive = probability_alive(histories.columns, chances, (r, alpha, a, b))
    gone = 1.0 - alive
    psi_all = special.psi(a + b) - special.psi(a + b + chances)
    left_slope = gone / np.where(chances > 0, b + chances - 1, 1.0)
    slopes = np.array(
        [
            r
            * (
                special.psi(r + x)
                - special.psi(r)
                + np.log(alpha)
                - alive * np.log(alpha + t)
                - gone * np.log(alpha + t_x)
            ),
            r - alpha * (r + x) * (alive / (alpha + t) + gone / (alpha + t_x)),
            a * psi_all + gone,
            b * (psi_all + special.psi(b + chances) - special.psi(b) - left_slope),
        ]
    )
    each = loglikelihood(histories.columns, chances, (r, alpha, a, b))
    return -float(mean_over(each, histories.customers)), -mean_over(slopes, histories.customers)


def probability_alive(
    histories: tuple[Floats, Floats, Floats], chances: Floats, four: Four
) -> Floats:
    """Share of the likelihood that belongs to customers who are still there, in [0, 1]."""
    stayed, left = _log_branches(histories, chances, four)
    return np.asarray(special.expit(stayed - left))


def expected_purchases_if_alive(
    histories: tuple[Floats, Floats, Floats],
    chances: Floats,
    four: Four,
    *,
    horizon: float | Floats,
) -> Floats:
    """Expected purchases in the next `horizon` units of a customer who is there at age T.

    The mean of (1 − e^{−λpt}) ÷ p over λ ~ gamma(r+x, α+T) and p ~ beta(a, b+k): over λ in closed
    form, over p by quadrature. `horizon` is broadcast against the customers.
    """
    r, alpha, a, b = four
    x, _, t = histories
    per_rate = horizon / (alpha + t)
    different, which = np.unique(chances, return_inverse=True)
    size = _nodes_needed(np.max(horizon, initial=0.0) / (alpha + t), r + x)
    nodes, weights = beta_quadrature(a, b + different, size=size)
    total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(horizon)))
    for node, weight in zip(nodes.T, weights.T, strict=True):
        p = node[which]
        total += weight[which] * -np.expm1(-(r + x) * np.log1p(p * per_rate)) / p
    return total


def _nodes_needed(reach: Floats, order: Floats) -> int:
    """Nodes for twelve digits of every customer.

    The integrand has a pole of order r+x at p = −1 ÷ `reach`, close to 0 where the horizon is long
    beside the history. Gauss quadrature gains twice the logarithm of the size of an ellipse around
    [0, 1] with every node, less the height of the integrand on that ellipse; the best of a few
    ellipses, reaching a share of the way to the pole, is taken.
    """
    near = np.maximum(reach, 1e-12)
    needed = [
        (_DIGITS * np.log(10.0) - order * np.log1p(-share)) / (2 * np.arccosh(1 + 2 * share / near))
        for share in (0.25, 0.5, 0.75, 0.95)
    ]
    most = float(np.max(np.min(needed, axis=0), initial=0.0))
    return int(np.clip(np.ceil(most), _FEWEST_NODES, _MOST_NODES))


def beta_quadrature(a: float, b: Floats, *, size: int) -> tuple[Floats, Floats]:
    """Gauss nodes and weights for beta(a, b) distributions, one row per entry of b.

    Golub and Welsch (1969): eigenvalues of the Jacobi matrix on [0, 1]. Weights sum to 1.

    Examples
    --------
    >>> nodes, weights = beta_quadrature(2.0, np.array([3.0]), size=8)
    >>> float(round((nodes * weights).sum(), 12))    # the mean, 2 ÷ (2 + 3)
    0.4
    """
    step = np.arange(1, size, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)[:, None]
    c = a + b - 2.0
    middle = 2 * step + c
    diagonal = np.concatenate(
        [a / (a + b), (2 * step * (step + 1 + c) + a * c) / (middle * (middle + 2))], axis=1
    )
    # For step 1 the factor (step + c) cancels against (middle − 1); dividing would be 0 ÷ 0.
    ratio = np.where(step == 1, 1.0, (step + c) / np.where(step == 1, 1.0, middle - 1))
    squares = step * (step + a - 1) * (step + b - 1) * ratio / (middle**2 * (middle + 1))
    rows = [_gauss(*pair) for pair in zip(diagonal, np.sqrt(squares), strict=True)]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def _gauss(diagonal: Floats, beside: Floats) -> tuple[Floats, Floats]:
    # One small matrix at a time: the batched solver of numpy sets all processors to work on them.
    nodes, vectors = linalg.eigh_tridiagonal(diagonal, beside, lapack_driver="stev")
    return np.clip(nodes, 1e-300, 1.0), np.asarray(vectors[0] ** 2)
