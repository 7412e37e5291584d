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

from portfolio_lib.analyses.purchase_models.beta_geometric import BetaGeometricModel


class MbgNbdParameters(NamedTuple):
    """Purchase rates are gamma (r, α); the probability of leaving is beta (a, b).

    r, a and b have no unit; α is in units of time.
    """

    r: float
    alpha: float
    a: float
    b: float


MODEL = "MBG/NBD"

_MODEL = BetaGeometricModel(MODEL, MbgNbdParameters._make, chances_at_start=1)

chances_to_leave = _MODEL.chances_to_leave
loglikelihood = _MODEL.loglikelihood
mean_loss = _MODEL.mean_loss
fit = _MODEL.fit
fit_histories = _MODEL.fit_histories
probability_alive = _MODEL.probability_alive
expected_purchases_if_alive = _MODEL.expected_purchases_if_alive
expected_purchases = _MODEL.expected_purchases
expected_purchases_new_customer = _MODEL.expected_purchases_new_customer
