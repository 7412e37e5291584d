"""Revenue by account and month, written by hand, as the facts of retention deliver it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from portfolio_lib.analyses.panel import add_months

AMOUNTS = ("new", "reactivation", "expansion", "contraction", "churn", "carried", "one_off")
COLUMNS = (
    *("business_unit", "account_id", "month", "revenue_before", "revenue_after"),
    *(f"{amount}_amount" for amount in AMOUNTS),
)
Revenues = Mapping[str, Sequence[float]]


def movements(revenues: Revenues, last_month: dt.date = dt.date(2026, 9, 1)) -> pd.DataFrame:
    """The fact revenue_movements for accounts that tolerate no pause.

    Every sequence ends with `last_month` and holds one amount for each month.
    """
    rows = []
    for account_id, amounts in sorted(revenues.items()):
        first = add_months(last_month, 1 - len(amounts))
        for place, after in enumerate(amounts):
            before = amounts[place - 1] if place else 0.0
            if not before and not after:
                continue
            known = any(amounts[:place])
            kind = kind_of(before, after, known=known)
            rows.append(
                {
                    **dict.fromkeys(COLUMNS, 0.0),
                    "business_unit": "north",
                    "account_id": account_id,
                    "month": pd.Timestamp(add_months(first, place)),
                    "revenue_before": before,
                    "revenue_after": after,
                    **({f"{kind}_amount": abs(after - before)} if kind else {}),
                }
            )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    texts = {"business_unit": "str", "account_id": "str", "month": "datetime64[s]"}
    return frame.astype({name: texts.get(name, "float64") for name in COLUMNS})


def kind_of(before: float, after: float, *, known: bool) -> str | None:
    if not before:
        return "reactivation" if known else "new"
    if not after:
        return "churn"
    if after == before:
        return None
    return "expansion" if after > before else "contraction"


def flat(amount: float, months: int) -> list[float]:
    return [amount] * months
