"""Customer lifetime value: discounted expected purchases × expected profit per purchase.

Over a finite horizon of months; the purchases expected in a month are discounted from its end.
One-time buyers stay in the purchase model and leave only the spend model. Intervals are for the
*expected* value of each customer, as uncertain as the parameters are; what one customer really
does scatters far more widely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from portfolio_lib.analyses.purchase_models import gamma_gamma
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import Floats
from portfolio_lib.analyses.purchase_models.registry import find_model
from portfolio_lib.analyses.purchase_models.valuation import Horizon, Valuation, value_customers
from portfolio_lib.analyses.purchase_models.value_intervals import (
    Fits,
    Spread,
    bootstrap_spread,
    delta_spread,
)
from portfolio_lib.errors import DataFault

COLUMNS = (
    "probability_alive",
    "discounted_purchases",
    "spend_per_purchase",
    "value_per_purchase",
    "lifetime_value",
    "lower",
    "upper",
)


@dataclass(frozen=True)
class Interval:
    """What kind of interval is asked for.

    Parameters
    ----------
    method : {"delta", "bootstrap"}
        ``delta``: parametric, from the standard errors, on the log scale. ``bootstrap``: customers
        drawn with replacement, both models fitted again, the same customers revalued; percentiles.
    confidence : float
        Between 0 and 1.
    draws, seed : int
        Of the bootstrap.
    """

    method: Literal["delta", "bootstrap"] = "delta"
    confidence: float = 0.90
    draws: int = 200
    seed: int = 0

    @property
    def words(self) -> str:
        """How the interval was made, for the reader."""
        if self.method == "delta":
            return f"{self.confidence:.0%} interval, delta method on the log scale"
        return (
            f"{self.confidence:.0%} interval, bootstrap over customers ({self.draws} draws, "
            f"seed {self.seed})"
        )


@dataclass(frozen=True)
class LifetimeValues:
    """Expected lifetime value of each customer, and of all of them.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per account, sorted by account: the columns of `COLUMNS`, values in the money of
        the histories. Empty where nothing can be computed. A row lacks its value where a repeat
        customer's average spend is missing or not above 0.
    total : float or None
        Sum of `lifetime_value` over the rows that have one.
    total_interval : tuple of float or None
        Of the total; None where too many draws gave no finite value.
    interval_method : str
        How the intervals were made, in words.
    reason : str or None
        Why there are no values: a model could not be fitted, or stands at a boundary.
    without_value : int
        Customers whose average spend cannot be used.
    draws_without_value : int
        Bootstrap draws that gave no finite value, left out of the interval.
    """

    customers: pd.DataFrame
    total: float | None
    total_interval: tuple[float, float] | None
    interval_method: str
    reason: str | None = None
    without_value: int = 0
    draws_without_value: int = 0


def estimate_lifetime_values(
    histories: pd.DataFrame,
    *,
    model: str,
    horizon: Horizon,
    margin: float | pd.Series = 1.0,
    interval: Interval | None = None,
) -> LifetimeValues:
    """Fit a purchase model and the spend model, and value every customer.

    Parameters
    ----------
    histories : pandas.DataFrame
        One row per account, indexed by account, as `summarise_purchases` gives where purchases
        have a value: `purchases_repeat`, `age_at_last_purchase`, `age`, `mean_value_repeat`.
    model : str
        Name of the purchase model, a key of `PURCHASE_MODELS`.
    horizon : Horizon
        Months ahead, discount rate, unit of the ages.
    margin : float or series
        Share of the value that is profit; 1 where the values are profits. A series, indexed by
        account, gives every account its own; it may be negative.
    interval : Interval, optional
        The 90 % delta method where absent.

    Returns
    -------
    LifetimeValues
        With a reason and no values where a model could not be fitted or stands at a boundary.

    Raises
    ------
    DataFault
        A column is missing, or a history is impossible.
    """
    interval = interval or Interval()
    accounts = histories.sort_index(kind="stable")
    share = _aligned(margin, accounts.index)
    valuation = value_customers(accounts, model=find_model(model), horizon=horizon, margin=share)
    everyone = np.ones(valuation.n)
    fits = (
        valuation.model.fit_histories(valuation.purchases(everyone)),
        gamma_gamma.fit_spend(valuation.spend(everyone)),
    )
    reasons = [reason for reason in map(why_unusable, fits) if reason]
    if reasons:
        nobody = pd.DataFrame(columns=list(COLUMNS), index=accounts.index[:0], dtype=np.float64)
        return LifetimeValues(nobody, None, None, "no interval", reason=" ".join(reasons))
    return _values_with_spread(
        valuation, fits, _spread(valuation, fits, interval), index=accounts.index, interval=interval
    )


def _aligned(margin: float | pd.Series, index: pd.Index) -> float | Floats:
    """The margin in the order of the accounts; a fault where one has none."""
    if not isinstance(margin, pd.Series):
        return margin
    own = margin.reindex(index).to_numpy(dtype=np.float64)
    lacking = index[~np.isfinite(own)]
    if len(lacking):
        first = ", ".join(str(account) for account in lacking[:5])
        raise DataFault(
            f"margin: {len(lacking)} accounts have none (first {first}). Give every account in "
            "histories a margin, or one margin for all."
        )
    return own


def why_unusable(fit: Fit[Any]) -> str | None:
    """The sentence to print instead of figures from this fit, or None."""
    if fit.boundary is not None:
        return fit.boundary
    if not fit.converged:
        return f"The search for the parameters of {fit.model} over {fit.n:,} customers did not end."
    return None


def _spread(valuation: Valuation, fits: Fits, interval: Interval) -> Spread:
    if interval.method == "delta":
        return delta_spread(valuation, fits, confidence=interval.confidence)
    return bootstrap_spread(
        valuation, fits, confidence=interval.confidence, draws=interval.draws, seed=interval.seed
    )


def _values_with_spread(
    valuation: Valuation, fits: Fits, spread: Spread, *, index: pd.Index, interval: Interval
) -> LifetimeValues:
    purchase, spend = fits[0].parameters, fits[1].parameters
    values = valuation.values(purchase, spend)
    columns = (
        valuation.alive(purchase),
        valuation.discounted_purchases(purchase),
        valuation.spend_per_purchase(spend),
        valuation.profit_per_purchase(spend),
        values,
        spread.lower,
        spread.upper,
    )
    return LifetimeValues(
        customers=pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=index),
        total=float(np.nansum(values)),
        total_interval=spread.total,
        interval_method=interval.words,
        without_value=int(np.isnan(values).sum()),
        draws_without_value=spread.draws_without_value,
    )
