"""Discounted purchases × profit per purchase, as a function of the parameters of both models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.purchase_models import gamma_gamma
from portfolio_lib.analyses.purchase_models.gamma_gamma import (
    GammaGammaParameters,
    SpendHistories,
)
from portfolio_lib.analyses.purchase_models.histories import (
    Floats,
    PurchaseHistories,
    checked_histories,
)
from portfolio_lib.analyses.purchase_models.registry import Parameters, PurchaseModel
from portfolio_lib.errors import DataFault

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Horizon:
    """How far ahead purchases are counted, and what a later one is worth today.

    Parameters
    ----------
    months : int
        Months ahead (of 365.25 ÷ 12 days), at least 1.
    annual_discount_rate : float
        0.10 for 10 % a year, at least 0.
    unit_days : float
        Length in days of the unit of time of the ages; 7 for weeks.
    """

    months: int
    annual_discount_rate: float
    unit_days: float = 7.0

    def __post_init__(self) -> None:
        if self.months < 1 or not self.annual_discount_rate >= 0 or not self.unit_days > 0:
            raise DataFault(
                f"horizon: found {self.months} months, an annual discount rate of "
                f"{self.annual_discount_rate} and units of {self.unit_days} days; expected 1 or "
                "more months, a rate from 0 up and units above 0 days."
            )

    @property
    def month_units(self) -> float:
        """Length of a month in units of time."""
        return DAYS_PER_MONTH / self.unit_days


def discounted_purchases(
    model: PurchaseModel,
    histories: tuple[Floats, Floats, Floats],
    *,
    horizon: Horizon,
    parameters: Parameters,
) -> Floats:
    """Discounted expected purchases of each customer over the horizon, month by month.

    Σ over months j of {E[Y(j m)] − E[Y((j−1) m)]} ÷ (1 + annual rate)^(j ÷ 12), m the length of a
    month: the purchases of a month are discounted from its end.
    """
    months = np.arange(1.0, horizon.months + 1)[:, None]
    until = model.expected_purchases_if_alive(
        *histories, horizon=months * horizon.month_units, parameters=parameters
    )
    by_month = np.diff(until, axis=0, prepend=0.0)
    today = (by_month / (1 + horizon.annual_discount_rate) ** (months / 12)).sum(axis=0)
    return np.asarray(model.probability_alive(*histories, parameters=parameters) * today)


@dataclass(frozen=True, eq=False)
class Valuation:
    """The customers to be valued; equal purchase histories are computed once.

    Parameters
    ----------
    model, horizon, margin
        As in `estimate_lifetime_values`.
    different : tuple of numpy.ndarray
        x, t_x and T of each different history, shape (m,).
    which : numpy.ndarray of int
        The history of each customer, shape (n,).
    purchases_repeat, mean_value : numpy.ndarray
        Of each customer, shape (n,).
    """

    model: PurchaseModel
    horizon: Horizon
    margin: float | Floats
    different: tuple[Floats, Floats, Floats]
    which: npt.NDArray[np.intp]
    purchases_repeat: Floats
    mean_value: Floats

    @property
    def n(self) -> int:
        """Number of customers."""
        return len(self.which)

    @property
    def in_spend_model(self) -> npt.NDArray[np.bool_]:
        """Customers with a repeat purchase and an average value above 0."""
        return np.asarray(
            (self.purchases_repeat > 0) & np.isfinite(self.mean_value) & (self.mean_value > 0)
        )

    def purchases(self, weights: Floats) -> PurchaseHistories:
        """Purchase histories in which each customer counts as often as its weight."""
        size = len(self.different[0])
        counts = np.asarray(np.bincount(self.which, weights, size), dtype=np.float64)
        present = counts > 0
        x, t_x, t = self.different
        return PurchaseHistories(x[present], t_x[present], t[present], counts[present])

    def spend(self, weights: Floats) -> SpendHistories:
        """Spend histories in which each customer counts as often as its weight."""
        present = self.in_spend_model & (weights > 0)
        return SpendHistories(
            self.purchases_repeat[present], self.mean_value[present], weights[present]
        )

    def alive(self, parameters: Parameters) -> Floats:
        """Probability alive of each customer."""
        alive = self.model.probability_alive(*self.different, parameters=parameters)
        return np.asarray(alive[self.which])

    def discounted_purchases(self, parameters: Parameters) -> Floats:
        """Discounted expected purchases of each customer."""
        purchases = discounted_purchases(
            self.model, self.different, horizon=self.horizon, parameters=parameters
        )
        return np.asarray(purchases[self.which])

    def spend_per_purchase(self, parameters: GammaGammaParameters) -> Floats:
        """Expected value of a purchase of each customer; missing where spend is unusable."""
        return gamma_gamma.expected_mean_value(
            self.purchases_repeat, self.mean_value, parameters=parameters
        )

    def profit_per_purchase(self, parameters: GammaGammaParameters) -> Floats:
        """Expected profit per purchase of each customer; missing where spend is unusable."""
        return np.asarray(self.margin * self.spend_per_purchase(parameters))

    def values(self, purchase: Parameters, spend: GammaGammaParameters) -> Floats:
        """Lifetime value of each customer."""
        return self.discounted_purchases(purchase) * self.profit_per_purchase(spend)


def value_customers(
    histories: pd.DataFrame, *, model: PurchaseModel, horizon: Horizon, margin: float | Floats
) -> Valuation:
    """The valuation of a frame of histories, in its order."""
    columns = ("purchases_repeat", "age_at_last_purchase", "age", "mean_value_repeat")
    missing = [column for column in columns if column not in histories.columns]
    if missing:
        raise DataFault(
            f"histories: no column {' and no column '.join(missing)}. Build them with "
            "summarise_purchases from purchases that have a value."
        )
    x, t_x, t = checked_histories(*(histories[column] for column in columns[:3]))
    rows, which = np.unique(np.column_stack([x, t_x, t]), axis=0, return_inverse=True)
    mean_value = histories["mean_value_repeat"].to_numpy(dtype=np.float64)
    different = (rows[:, 0], rows[:, 1], rows[:, 2])
    return Valuation(model, horizon, margin, different, which.reshape(-1), x, mean_value)
