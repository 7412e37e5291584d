"""Purchase and contract models, fitted by maximum likelihood.

`bgnbd`, `mbgnbd`, `pareto_nbd` and `nbd` expect purchases where leaving is not seen, `gamma_gamma`
the value of a purchase, `contractual` (sBG, BdW) how long contracts last. A fit whose `boundary`
is set says in a sentence why no figure of it should be printed.
"""

from __future__ import annotations

from portfolio_lib.analyses.purchase_models import (
    bgnbd,
    contractual,
    gamma_gamma,
    mbgnbd,
    nbd,
    pareto_nbd,
)
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.held_out import HeldOutComparison, compare_held_out
from portfolio_lib.analyses.purchase_models.histories import summarise_purchases
from portfolio_lib.analyses.purchase_models.lifetime_value import (
    Interval,
    LifetimeValues,
    estimate_lifetime_values,
    why_unusable,
)
from portfolio_lib.analyses.purchase_models.registry import PURCHASE_MODELS, PurchaseModel
from portfolio_lib.analyses.purchase_models.valuation import Horizon, discounted_purchases

__all__ = [
    "PURCHASE_MODELS",
    "Fit",
    "HeldOutComparison",
    "Horizon",
    "Interval",
    "LifetimeValues",
    "PurchaseModel",
    "bgnbd",
    "compare_held_out",
    "contractual",
    "discounted_purchases",
    "estimate_lifetime_values",
    "gamma_gamma",
    "mbgnbd",
    "nbd",
    "pareto_nbd",
    "summarise_purchases",
    "why_unusable",
]
