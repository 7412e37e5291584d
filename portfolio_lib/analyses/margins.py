"""What is left of revenue after direct cost, and after cost to serve.

A direct margin is computed over the revenue whose direct cost is known, and says how much of all
revenue that is. Where no cost is known there is no margin: it is not 100 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.snapshots import positive, total

NO_DIRECT_COST = "no direct cost is recorded in the window; hand in column cost of table invoices"
NO_COST_TO_SERVE = "no cost to serve is recorded in the window; hand in table costs"
NO_REVENUE = "no client brought revenue in the window"
NO_COSTED_REVENUE = "the revenue whose cost is known is not above nothing"


@dataclass(frozen=True)
class Margin:
    """A margin and what it stands on.

    Parameters
    ----------
    rate : float or None
        What is left as a share of revenue, at most 1; negative where cost exceeds revenue.
    accounts : int
        How many accounts have a direct cost on record.
    covered : float
        Revenue whose direct cost is known ÷ all revenue, in [0, 1].
    reason : str or None
        Why there is no rate.
    """

    rate: float | None
    accounts: int
    covered: float
    reason: str | None = None


def has_costs(costs: pd.Series) -> bool:
    """Whether any cost other than nothing is recorded; a column of zeros records none."""
    return bool(costs.fillna(0.0).ne(0.0).any())


def direct_margin(accounts: pd.DataFrame) -> Margin:
    """(Revenue − direct cost) ÷ revenue, over the revenue whose direct cost is known.

    Parameters
    ----------
    accounts : frame
        One row per account: `revenue_12m`, `cost_12m`, `revenue_with_cost_12m`.
    """
    if not accounts["revenue_12m"].gt(0).any():
        return Margin(None, 0, 0.0, NO_REVENUE)
    if not has_costs(accounts["cost_12m"]):
        return Margin(None, 0, 0.0, NO_DIRECT_COST)
    rows = accounts.loc[accounts["cost_12m"].notna()]
    costed = total(rows["revenue_with_cost_12m"].fillna(0.0))
    sold = total(positive(accounts["revenue_12m"]))
    covered = min(1.0, max(0.0, costed) / sold) if sold > 0 else 0.0
    if costed <= 0:
        return Margin(None, len(rows), covered, NO_COSTED_REVENUE)
    return Margin((costed - total(rows["cost_12m"])) / costed, len(rows), covered)


def margin_after_cost_to_serve(accounts: pd.DataFrame) -> Margin:
    """Direct margin less cost to serve as a share of all revenue.

    Where every line has a cost this is (revenue − direct cost − cost to serve) ÷ revenue. Cost to
    serve accounts that bring nothing counts in full.
    """
    direct = direct_margin(accounts)
    if direct.rate is None:
        return direct
    if not has_costs(accounts["cost_to_serve_12m"]):
        return Margin(None, direct.accounts, direct.covered, NO_COST_TO_SERVE)
    revenue = total(accounts["revenue_12m"])
    if revenue <= 0:
        return Margin(None, direct.accounts, direct.covered, NO_COSTED_REVENUE)
    service = total(accounts["cost_to_serve_12m"].fillna(0.0)) / revenue
    return Margin(direct.rate - service, direct.accounts, direct.covered)


def margins_by_account(accounts: pd.DataFrame) -> pd.DataFrame:
    """`margin` and `margin_after_service` per account; NaN without revenue or without cost."""
    direct = known_costs(accounts["cost_12m"])
    service = known_costs(accounts["cost_to_serve_12m"])
    costed = accounts["revenue_with_cost_12m"]
    costed = costed.where(costed > 0)
    revenue = accounts["revenue_12m"].where(accounts["revenue_12m"] > 0)
    margin = (costed - direct) / costed
    both = {"margin": margin, "margin_after_service": margin - service / revenue}
    return pd.DataFrame(both, index=accounts.index).astype("float64")


def known_costs(costs: pd.Series) -> pd.Series:
    """The costs; all missing where none is recorded."""
    return costs if has_costs(costs) else costs * math.nan
