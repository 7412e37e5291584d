"""Bands of revenue: where a small client ends and a large one begins."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from portfolio_lib.analyses.groups import NAMED

NO_REVENUE = "no revenue"
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class RevenueBand:
    """Twelve-month revenue from `lower` (inclusive, above 0) to below `upper`; None has no end."""

    lower: float
    upper: float | None


def revenue_bands(revenue: pd.Series, edges: tuple[float, ...] | None) -> tuple[RevenueBand, ...]:
    """The bands, highest first; the lowest begins just above 0.

    Parameters
    ----------
    revenue : series
        Twelve-month revenue by account.
    edges : tuple of float or None
        Lower edges from the parameters; where left out, the quartiles of the accounts with
        revenue, rounded to two digits so that a reader can remember them.

    Examples
    --------
    >>> revenue_bands(pd.Series([10.0]), (0, 5000))
    (RevenueBand(lower=5000.0, upper=None), RevenueBand(lower=0.0, upper=5000.0))
    """
    sold = revenue[revenue > 0]
    if edges is None:
        quartiles = [] if sold.empty else np.quantile(sold.to_numpy(), QUARTILES).tolist()
        edges = tuple(two_digits(value) for value in quartiles)
    lowers = sorted({0.0, *(float(edge) for edge in edges if edge > 0)})
    uppers = [*lowers[1:], None]
    bands = [RevenueBand(low, high) for low, high in zip(lowers, uppers, strict=True)]
    return tuple(reversed(bands))


def two_digits(value: float) -> float:
    """A positive number rounded to its first two digits.

    Examples
    --------
    >>> two_digits(23417.22), two_digits(0.0456)
    (23000.0, 0.046)
    """
    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - 1)
    return float((exact / step).to_integral_value(rounding=ROUND_HALF_UP) * step)


def band_of_each(revenue: pd.Series, bands: tuple[RevenueBand, ...]) -> pd.Series:
    """Each account's band as its place in `bands` (``0`` is the highest), or ``no revenue``."""
    lowers = np.array([band.lower for band in reversed(bands)])
    place = len(bands) - np.searchsorted(lowers, revenue.to_numpy(), side="right")
    names = pd.Series(place.astype(str), index=revenue.index, dtype="object")
    return names.where(revenue > 0, NO_REVENUE)


def band_totals(sums: pd.DataFrame, bands: tuple[RevenueBand, ...]) -> pd.DataFrame:
    """Totals of every band, highest first, empty ones too; then those without revenue, if any."""
    places = [str(place) for place in range(len(bands))]
    rest = [NO_REVENUE] if sums["group"].eq(NO_REVENUE).any() else []
    every = sums.set_index("group").reindex([*places, *rest]).reset_index()
    every["kind"] = every["kind"].fillna(NAMED)
    every["groups"] = 1
    counts = ["accounts", "active", "inactive"]
    every[counts] = every[counts].fillna(0).astype(int)
    money = ["revenue", "positive_revenue", "revenue_prior"]
    every[money] = every[money].fillna(0.0)
    return every
