"""BG/NBD: purchases at a steady rate until the customer leaves after one of them.

Of Fader, Hardie and Lee (2005): `loglikelihood` is equation (6), `expected_purchases` (10) and
`expected_purchases_new_customer` (9); `probability_alive` is that of note 021. A customer can leave
only after a repeat purchase, so the probability of being alive is 1 for everyone without one: rank
by expected purchases, never by `probability_alive`.

References
----------
Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). "Counting your customers" the easy way: an
alternative to the Pareto/NBD model. Marketing Science 24(2), 275–284.
Fader, P. S., Hardie, B. G. S., Lee, K. L. (2008). Computing P(alive) using the BG/NBD model.
http://brucehardie.com/notes/021/
"""

from __future__ import annotations

from typing import NamedTuple

from portfolio_lib.analyses.purchase_models.beta_geometric import BetaGeometricModel


class BgNbdParameters(NamedTuple):
    """Purchase rates are gamma (r, α); the probability of leaving is beta (a, b).

    r, a and b have no unit; α is in units of time.
    """

    r: float
    alpha: float
    a: float
    b: float


MODEL = "BG/NBD"

_MODEL = BetaGeometricModel(MODEL, BgNbdParameters._make, chances_at_start=0)

chances_to_leave = _MODEL.chances_to_leave
loglikelihood = _MODEL.loglikelihood
mean_loss = _MODEL.mean_loss
fit = _MODEL.fit
fit_histories = _MODEL.fit_histories
probability_alive = _MODEL.probability_alive
expected_purchases_if_alive = _MODEL.expected_purchases_if_alive
expected_purchases = _MODEL.expected_purchases
expected_purchases_new_customer = _MODEL.expected_purchases_new_customer
