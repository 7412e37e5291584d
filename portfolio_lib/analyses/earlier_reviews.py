"""What earlier reviews published: the one thing that a review takes from before its own data.

A review leaves a short record of itself. The next one reads it to say what moved since then, and
which past figures are others today than they were.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_lib.analyses.figures import Figure

SCHEMA_VERSION = 1
MONEY_DECIMALS = 2


@dataclass(frozen=True)
class FigureThen:
    """One figure as it was published; the value is None where it was not computable."""

    label: str
    value: float | int | str | None
    unit: str


@dataclass(frozen=True)
class EarlierReview:
    """The record of one earlier review.

    Parameters
    ----------
    as_of : date
        The last day that it observed.
    run : str
        The name of its run.
    currency : str
        The currency of its money.
    figures : mapping of str to FigureThen
        Every figure by its key.
    months : frame
        One row per month: `month`, `revenue` and `invoices` as they were known then.
    """

    as_of: dt.date
    run: str
    currency: str
    figures: Mapping[str, FigureThen]
    months: pd.DataFrame


def record_of_review(
    *,
    as_of: dt.date,
    run: str,
    currency: str,
    figures: Iterable[Figure],
    account_month_revenue: pd.DataFrame,
) -> dict[str, Any]:
    """What a review leaves for those after it, as plain JSON values.

    Parameters
    ----------
    account_month_revenue : frame
        One row per account and month, as known at the review.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": as_of.isoformat(),
        "run": run,
        "currency": currency,
        "figures": {
            figure.key: {"label": figure.label, "value": figure.value, "unit": figure.unit}
            for figure in figures
        },
        "months": _months(revenue_by_month(account_month_revenue)),
    }


def _months(months: pd.DataFrame) -> list[dict[str, Any]]:
    columns = (
        months["month"].dt.strftime("%Y-%m-%d"),
        months["revenue"].tolist(),
        months["invoices"].tolist(),
    )
    names = ("month", "revenue", "invoices")
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def revenue_by_month(account_month_revenue: pd.DataFrame) -> pd.DataFrame:
    """Revenue and invoices of a unit by month.

    Returns
    -------
    frame
        `month`, `revenue` (net of credits, in pence), `invoices`; earliest month first.
    """
    held = account_month_revenue.assign(invoices=account_month_revenue["invoices"].fillna(0))
    sums = held.groupby("month", sort=True)[["revenue_net", "invoices"]].sum().reset_index()
    return pd.DataFrame(
        {
            "month": sums["month"],
            "revenue": sums["revenue_net"].round(MONEY_DECIMALS) + 0.0,
            "invoices": sums["invoices"].astype("int64"),
        }
    )


def read_review(text: str) -> EarlierReview:
    """The record that a review has left.

    Raises
    ------
    ValueError
        The text is not such a record.
    """
    try:
        told = json.loads(text)
        months = pd.DataFrame(told["months"], columns=["month", "revenue", "invoices"])
        months["month"] = pd.to_datetime(months["month"], format="%Y-%m-%d")
        return EarlierReview(
            dt.date.fromisoformat(told["as_of"]),
            str(told["run"]),
            str(told["currency"]),
            {key: FigureThen(**figure) for key, figure in told["figures"].items()},
            months.astype({"revenue": "float64", "invoices": "int64"}),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a record of a review: {error}") from error
