"""What earlier reviews published: the one thing that a review takes from before its own data.

A review leaves a short record of itself. The next one reads it to say what moved since then, which
past figures are others today than they were, and what became of the targets, forecasts and planned
actions as they were published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.planned_actions import planned_records, read_planned

SCHEMA_VERSION = 2
PROMISES_SINCE = 2
"""The first version of the record that keeps targets, intervals and planned actions."""

MONEY_DECIMALS = 2


@dataclass(frozen=True)
class FigureThen:
    """One figure as it was published; the value is None where it was not computable.

    Parameters
    ----------
    target : float or int or None
        What was aimed at then.
    interval : tuple of float or None
        Lower and upper end where the value was an estimate or a forecast.
    window : str or None
        The days that an estimate or a forecast covered.
    """

    label: str
    value: float | int | str | None
    unit: str
    target: float | int | None = None
    interval: tuple[float, float] | None = None
    window: str | None = None


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
    planned : frame or None
        The actions of its plan: see `planned_actions.PLANNED`. None where its pack had no plan, or
        where its record does not say.
    edition : str
        The edition of its pack, which decides what clients and people are called in it.
    schema_version : int
        The version of its record.
    """

    as_of: dt.date
    run: str
    currency: str
    figures: Mapping[str, FigureThen]
    months: pd.DataFrame
    planned: pd.DataFrame | None = None
    edition: str = "full"
    schema_version: int = SCHEMA_VERSION

    @property
    def keeps_promises(self) -> bool:
        """Whether the record is of a version that keeps targets, intervals and planned actions."""
        return self.schema_version >= PROMISES_SINCE


def record_of_review(
    *,
    as_of: dt.date,
    run: str,
    currency: str,
    edition: str,
    figures: Iterable[Figure],
    account_month_revenue: pd.DataFrame,
    planned: pd.DataFrame | None,
) -> dict[str, Any]:
    """What a review leaves for those after it, as plain JSON values.

    Parameters
    ----------
    account_month_revenue : frame
        One row per account and month, as known at the review.
    planned : frame or None
        The actions of the plan as published: see `planned_actions.PLANNED`; None without a plan.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": as_of.isoformat(),
        "run": run,
        "currency": currency,
        "edition": edition,
        "figures": {figure.key: _kept_of(figure) for figure in figures},
        "months": _months(revenue_by_month(account_month_revenue)),
        "planned": None if planned is None else planned_records(planned),
    }


def _kept_of(figure: Figure) -> dict[str, Any]:
    """A figure's label, value and unit; its target, interval and window only where it has them."""
    kept: dict[str, Any] = {"label": figure.label, "value": figure.value, "unit": figure.unit}
    if figure.target is not None:
        kept["target"] = figure.target
    if figure.interval is not None:
        kept |= {"interval": list(figure.interval), "window": figure.window}
    return kept


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
    """The record that a review has left, of this version or an earlier one.

    Raises
    ------
    ValueError
        The text is not such a record, or it is of a later version.
    """
    try:
        told = json.loads(text)
        version = int(told["schema_version"])
        if version > SCHEMA_VERSION:
            raise ValueError(
                f"a record of version {version}; this kit reads versions up to {SCHEMA_VERSION}"
            )
        months = pd.DataFrame(told["months"], columns=["month", "revenue", "invoices"])
        months["month"] = pd.to_datetime(months["month"], format="%Y-%m-%d")
        planned = told.get("planned")
        return EarlierReview(
            dt.date.fromisoformat(told["as_of"]),
            str(told["run"]),
            str(told["currency"]),
            {key: _figure_then(figure) for key, figure in told["figures"].items()},
            months.astype({"revenue": "float64", "invoices": "int64"}),
            None if planned is None else read_planned(planned),
            str(told.get("edition", "full")),
            version,
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a record of a review: {error}") from error


def _figure_then(told: Mapping[str, Any]) -> FigureThen:
    interval = told.get("interval")
    ends = None if interval is None else (float(interval[0]), float(interval[1]))
    return FigureThen(**{**told, "interval": ends})
