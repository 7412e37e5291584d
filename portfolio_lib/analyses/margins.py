"""What is left of revenue after direct cost, and after cost to serve.

A margin is computed over the accounts whose costs are known, and says how much revenue those
bring. Where no cost is known there is no margin: it is not 100 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.snapshots import total

NO_DIRECT_COST = "no direct cost is recorded in the window; hand in column cost of table invoices"
NO_COST_TO_SERVE = "no cost to serve is recorded in the window; hand in table costs"


@dataclass(frozen=True)
class Margin:
    """A margin and what it stands on.

    Parameters
    ----------
    rate : float or None
        (revenue − cost) ÷ revenue, at most 1; negative where cost exceeds revenue.
    profit, revenue : float
        Over the accounts whose costs are known.
    accounts : int
        How many those are.
    covered : float
        Their share of the positive revenue, in [0, 1].
    reason : str or None
        Why there is no rate.
    """

    rate: float | None
    profit: float
    revenue: float
    accounts: int
    covered: float
    reason: str | None = None


def has_costs(costs: pd.Series) -> bool:
    """Whether any cost other than nothing is recorded; a column of zeros records none."""
    return bool(costs.fillna(0.0).ne(0.0).any())


def known_costs(costs: pd.Series) -> pd.Series:
    """The costs; all missing where none is recorded."""
    return costs if has_costs(costs) else costs * math.nan


def direct_margin(accounts: pd.DataFrame) -> Margin:
    """Revenue less direct cost, over the accounts with a direct cost on record."""
    return _margin(accounts, accounts["cost_12m"], has_costs(accounts["cost_12m"]), NO_DIRECT_COST)


def margin_after_cost_to_serve(accounts: pd.DataFrame) -> Margin:
    """Revenue less direct cost and cost to serve, over the accounts where both are known."""
    if not has_costs(accounts["cost_12m"]):
        return _margin(accounts, accounts["cost_12m"], False, NO_DIRECT_COST)
    cost = accounts["cost_12m"] + accounts["cost_to_serve_12m"]
    return _margin(accounts, cost, has_costs(accounts["cost_to_serve_12m"]), NO_COST_TO_SERVE)


def margins_by_account(accounts: pd.DataFrame) -> pd.DataFrame:
    """`margin` and `margin_after_service` per account; NaN without revenue or without cost."""
    sold = accounts["revenue_12m"].where(accounts["revenue_12m"] > 0)
    direct, served = known_costs(accounts["cost_12m"]), known_costs(accounts["cost_to_serve_12m"])
    return pd.DataFrame(
        {
            "margin": (sold - direct) / sold,
            "margin_after_service": (sold - direct - served) / sold,
        },
        index=accounts.index,
    ).astype("float64")


def _margin(accounts: pd.DataFrame, cost: pd.Series, known: bool, missing: str) -> Margin:
    if not known:
        return Margin(None, 0.0, 0.0, 0, 0.0, missing)
    rows = accounts.loc[cost.notna()]
    revenue = total(rows["revenue_12m"])
    profit = total(rows["revenue_12m"]) - total(cost.dropna())
    everything = total(accounts["revenue_12m"].clip(lower=0))
    covered = total(rows["revenue_12m"].clip(lower=0)) / everything if everything > 0 else 0.0
    if revenue <= 0:
        reason = "the accounts with known costs brought no revenue in the window"
        return Margin(None, profit, revenue, len(rows), covered, reason)
    return Margin(profit / revenue, profit, revenue, len(rows), covered)
