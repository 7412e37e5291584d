"""What the values of accounts are made from, and the form they come in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.acquisition import last_complete_month
from portfolio_lib.analyses.contributions import Contributions
from portfolio_lib.analyses.purchase_models import HeldOutComparison
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.stay_choice import StayChoice
from portfolio_lib.parameters.models import UnitParameters

CONTRACTS, PURCHASES = "contracts", "purchases"
LEAST_RECURRING = 0.5
"""Share of revenue that recurs from which clients are taken to leave contracts, not shops."""
CLV, EXPECTED_REVENUE = "clv", "expected_revenue"
VALUE_COLUMNS = ("chance_there", "expected_revenue", "clv", "lower", "upper")


@dataclass(frozen=True, eq=False)
class Known:
    """What the values are made from.

    Parameters
    ----------
    rows : frame
        One row per account, as `snapshots.accounts_on` gives it, with `start_date`.
    left : Contributions
        What each of them leaves, on the same index.
    from_contracts : bool
        Whether revenue is built from contracts, so that lives are of days.
    """

    rows: pd.DataFrame
    account_month_revenue: pd.DataFrame
    account_lives: pd.DataFrame
    purchase_days: pd.DataFrame
    purchase_summary: pd.DataFrame
    recurring_months: pd.DataFrame
    contracts: pd.DataFrame | None
    from_contracts: bool
    left: Contributions
    parameters: UnitParameters

    @property
    def measure(self) -> str:
        """What is valued: margin where one is known, else revenue."""
        return CLV if self.left.reason is None else EXPECTED_REVENUE

    @property
    def recurring_share(self) -> float | None:
        """Share of revenue that is agreed to repeat: of the last twelve months, or of all."""
        last = last_complete_month(self.parameters.as_of)
        lately = self._recurring_since(last - pd.DateOffset(months=11), last)
        return self._recurring_since(pd.Timestamp.min, last) if lately is None else lately

    def _recurring_since(self, first: pd.Timestamp, last: pd.Timestamp) -> float | None:
        revenue, recurs = self.account_month_revenue, self.recurring_months
        sold = total(revenue.loc[revenue["month"].between(first, last), "revenue_net"])
        repeated = total(recurs.loc[recurs["month"].between(first, last), "recurring_revenue"])
        return min(1.0, max(0.0, repeated / sold)) if sold > 0 else None

    @property
    def relation(self) -> str:
        """How leaving shows: as the parameters say, else by what recurs."""
        chosen = self.parameters.value.relation
        if chosen != "auto":
            return chosen
        share = self.recurring_share
        return CONTRACTS if share is not None and share >= LEAST_RECURRING else PURCHASES

    def blank_values(self) -> pd.DataFrame:
        """The columns of values on the index of the accounts, with nothing in them."""
        index = self.rows.index
        frame = pd.DataFrame(np.nan, index=index, columns=["age_months", *VALUE_COLUMNS])
        return frame.assign(why_no_value=reasons(pd.Series(False, index=index), ""))


@dataclass(frozen=True, eq=False)
class AccountValues:
    """Expected values, and how they were come by.

    Parameters
    ----------
    accounts : frame
        On the index of the accounts: `age_months`, `chance_there` (to be there in twelve months by
        contracts; to be a buyer still, today, by purchases), `expected_revenue` and `clv`
        (discounted, within the horizon), `lower` and `upper` (of the measure), `why_no_value`.
    interval : tuple of float or None
        Of the sum of the measure.
    method : str or None
        How the intervals were made.
    model : str or None
        The curve or model that is used.
    stays : StayChoice or None
        The curves side by side, by contracts.
    purchases : HeldOutComparison or None
        The models side by side, by purchases.
    reason : str or None
        Why there are no values.
    passed_over : str or None
        Why a model that did better on the held-out months is not used.
    """

    accounts: pd.DataFrame
    interval: tuple[float, float] | None = None
    method: str | None = None
    model: str | None = None
    stays: StayChoice | None = None
    purchases: HeldOutComparison | None = None
    reason: str | None = None
    passed_over: str | None = None


def reasons(where: pd.Series, why: str) -> pd.Series:
    """The reason where it holds, None elsewhere."""
    return pd.Series([why if holds else None for holds in where], index=where.index, dtype="object")
