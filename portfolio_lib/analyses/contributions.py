"""What each account leaves: revenue less direct cost, less the cost to serve it.

Direct cost is known for part of an account's revenue; the rest is taken to cost as much. Where no
cost is recorded at all there is no margin: it is not 100 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.margins import (
    NO_COST_TO_SERVE,
    direct_margin,
    has_costs,
    known_costs,
)
from portfolio_lib.analyses.snapshots import positive, total

DAYS_PER_YEAR = 365.25
MIDDLE_MONTH_DAYS = DAYS_PER_YEAR / 12


@dataclass(frozen=True, eq=False)
class Contributions:
    """What the accounts leave, and the rates to look ahead with.

    Parameters
    ----------
    accounts : frame
        On the index of the accounts: `margin_12m` (revenue less direct cost; missing where none of
        the account's cost is known), `cost_to_serve_12m` (0 for an account without a row, missing
        where none is recorded at all), `contribution` (margin less cost to serve where recorded),
        `margin_rate` and `serving_rate` (shares of revenue, to look ahead with), `is_own` (False
        where those are the unit's, because the account is too new or brought nothing).
    margin_rate : float or None
        The unit's direct margin.
    serving_rate : float
        The unit's cost to serve ÷ revenue; 0 where none is recorded.
    reason : str or None
        Why there is no margin.
    serving_reason : str or None
        Why cost to serve is not taken off.
    """

    accounts: pd.DataFrame
    margin_rate: float | None
    serving_rate: float
    reason: str | None
    serving_reason: str | None


def contributions(rows: pd.DataFrame, *, own_after_months: int) -> Contributions:
    """What each account leaves of its last twelve months.

    Parameters
    ----------
    rows : frame
        One row per account: `revenue_12m`, `cost_12m`, `revenue_with_cost_12m`,
        `cost_to_serve_12m`, `tenure_days`.
    own_after_months : int
        Months as a client from which its own rates are used ahead.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "revenue_12m": [100.0, 50.0], "cost_12m": [30.0, 20.0], "tenure_days": [900.0, 900.0],
    ...     "revenue_with_cost_12m": [100.0, 25.0], "cost_to_serve_12m": [10.0, None],
    ... })
    >>> found = contributions(rows, own_after_months=6).accounts
    >>> found["margin_12m"].tolist(), found["contribution"].tolist()
    ([70.0, 10.0], [60.0, 10.0])
    """
    unit = direct_margin(rows)
    serves = has_costs(rows["cost_to_serve_12m"])
    serving = rows["cost_to_serve_12m"].fillna(0.0) if serves else rows["cost_to_serve_12m"]
    sold = total(positive(rows["revenue_12m"]))
    unit_serving = total(serving) / sold if serves and sold > 0 else 0.0
    unit_rate = math.nan if unit.rate is None else unit.rate
    rate, margin = _direct(rows, unit_rate)
    is_own = rows["revenue_12m"].gt(0) & rows["tenure_days"].ge(
        own_after_months * MIDDLE_MONTH_DAYS - 1
    )
    own_serving = serving.fillna(0.0) / rows["revenue_12m"].where(is_own)
    frame = pd.DataFrame(
        {
            "margin_12m": margin,
            "cost_to_serve_12m": serving,
            "contribution": margin - serving.fillna(0.0),
            "margin_rate": rate.where(is_own).fillna(unit_rate),
            "serving_rate": own_serving.fillna(unit_serving),
        },
        index=rows.index,
    ).astype("float64")
    return Contributions(
        accounts=frame.assign(is_own=is_own.astype(bool)),
        margin_rate=unit.rate,
        serving_rate=unit_serving,
        reason=unit.reason,
        serving_reason=None if serves else NO_COST_TO_SERVE,
    )


def _direct(rows: pd.DataFrame, unit_rate: float) -> tuple[pd.Series, pd.Series]:
    """Each account's direct margin as a share of its costed revenue, and in money."""
    cost = known_costs(rows["cost_12m"]).astype("float64")
    costed = rows["revenue_with_cost_12m"].astype("float64")
    rate = (costed - cost) / costed.where(costed > 0)
    rest = rows["revenue_12m"] - costed
    margin = costed - cost + rest * rate.fillna(unit_rate)
    brought_nothing = rows["revenue_12m"].eq(0) & cost.isna()
    return rate, margin.where(~brought_nothing, 0.0 * unit_rate)


def yearly_serving(rows: pd.DataFrame, found: Contributions, yearly: pd.Series) -> pd.Series:
    """Cost to serve of a year ahead: as in the last twelve months, or at the unit's rate.

    Parameters
    ----------
    rows : frame
        `tenure_days`, on the index of the contributions.
    yearly : series
        Revenue of a year ahead.

    Notes
    -----
    A contract costs what it costs to serve, however little was billed of it so far. An account of
    less than a year is taken up to twelve months; one too new for rates of its own gets the unit's.
    """
    held = rows["tenure_days"].clip(lower=1.0, upper=DAYS_PER_YEAR) / DAYS_PER_YEAR
    own = found.accounts["cost_to_serve_12m"].fillna(0.0) / held
    ahead: pd.Series = own.where(found.accounts["is_own"], yearly * found.serving_rate)
    return ahead.fillna(0.0)
