"""Values of accounts that buy without a contract: purchases to come × what one leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.purchase_value import purchase_values
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.value_inputs import CLV, AccountValues, Known, reasons

DAYS_PER_MONTH = 365.25 / 12
NEVER_BOUGHT = "has never bought"
SPEND_UNUSABLE = "what it spends a time is not above nothing"


def values_by_purchases(known: Known) -> AccountValues:
    """Value every account that has bought, by the purchase model that foretells best."""
    rows, rates = known.rows, known.left.accounts
    net = net_share(known.purchase_summary)
    left = rates["margin_rate"] - rates["serving_rate"] if known.measure == CLV else 1.0
    margins = pd.Series(net * left, index=rows.index).set_axis(rows["account_id"])
    as_of = pd.Timestamp(known.parameters.as_of)
    found = purchase_values(known.purchase_days, margins, as_of, page=known.parameters.value)
    bought = rows["account_id"].isin(known.purchase_days["account_id"])
    frame = known.blank_values().assign(
        age_months=rows["tenure_days"] / DAYS_PER_MONTH,
        why_no_value=reasons(~bought, NEVER_BOUGHT),
    )
    if found.values is None:
        return AccountValues(frame, purchases=found.comparison, reason=found.reason)
    return AccountValues(
        _filled(frame, rows["account_id"], found.values.customers, net, known.measure),
        interval=found.values.total_interval,
        method=found.values.interval_method,
        model=found.model,
        purchases=found.comparison,
        passed_over=found.passed_over,
    )


def net_share(purchase_summary: pd.DataFrame) -> float:
    """Revenue after credits ÷ sales: models see sales, and part of them is credited later."""
    sales = total(purchase_summary["sales"])
    return min(1.0, max(0.0, total(purchase_summary["revenue"]) / sales)) if sales > 0 else 1.0


def _filled(
    frame: pd.DataFrame, ids: pd.Series, customers: pd.DataFrame, net: float, measure: str
) -> pd.DataFrame:
    own = customers.reindex(ids).set_axis(frame.index)
    unusable = frame["why_no_value"].isna() & own["lifetime_value"].isna()
    why = frame["why_no_value"].where(~unusable, SPEND_UNUSABLE)
    return frame.assign(
        chance_there=own["probability_alive"],
        expected_revenue=own["discounted_purchases"] * own["spend_per_purchase"] * net,
        clv=own["lifetime_value"] if measure == CLV else np.nan,
        lower=own["lower"],
        upper=own["upper"],
        why_no_value=why,
    )
