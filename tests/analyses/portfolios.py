"""Small portfolios for tests: one line per client, frames as the facts deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_lib.parameters.models import (
    CohortsPage,
    MovementsPage,
    Policies,
    PortfolioPage,
    SegmentsPage,
    Sources,
    Targets,
    UnitParameters,
)

AS_OF = dt.date(2026, 9, 30)
YEAR_BEFORE = dt.date(2025, 9, 30)
TWO_YEARS_BEFORE = dt.date(2024, 9, 30)


@dataclass(frozen=True)
class Client:
    """One account: its revenue in the last year, the one before, and the one before that."""

    id: str
    revenue: float = 0.0
    prior: float = 0.0
    earlier: float = 0.0
    name: str | None = None
    industry: str | None = "Retail"
    country: str | None = "Britain"
    relationship: str | None = "client"
    parent: str | None = None
    tier: str | None = None
    active: bool | None = None
    was_active: bool | None = None
    cost: float | None = None
    costed: float | None = None
    service: float | None = None
    contracts: float | None = None
    days_since_last: float | None = None


def unit(**settings: Any) -> UnitParameters:
    """Settings of a unit; the settings that are mappings are given as such."""
    parts = {
        "policies": Policies,
        "targets": Targets,
        "portfolio": PortfolioPage,
        "segments": SegmentsPage,
        "cohorts": CohortsPage,
        "movements": MovementsPage,
    }
    given = {
        key: parts[key].model_validate(value) if key in parts else value
        for key, value in settings.items()
    }
    base: dict[str, Any] = {
        "key": "north",
        "name": "Northern Services",
        "firm_name": "Example plc",
        "business_units": ("north",),
        "as_of": AS_OF,
        "currency": "GBP",
        "sources": Sources(),
        "pages": ("portfolio",),
    }
    return UnitParameters(**{**base, **given})


def accounts(clients: Sequence[Client]) -> pd.DataFrame:
    """The table accounts."""
    columns = {
        "account_id": [one.id for one in clients],
        "account_name": [one.name or f"Client {one.id}" for one in clients],
        "industry": [one.industry for one in clients],
        "country": [one.country for one in clients],
        "relationship_type": [one.relationship for one in clients],
        "parent_account_id": [one.parent for one in clients],
        "tier": [one.tier for one in clients],
    }
    return pd.DataFrame(columns).astype("str" if not clients else "object")


def snapshots(clients: Sequence[Client], history_start: str | None = "2020-01-01") -> pd.DataFrame:
    """The fact account_snapshots: today, a year before, two years before."""
    rows = [
        *(_row(one, AS_OF, one.revenue, one.prior, one.active) for one in clients),
        *(_row(one, YEAR_BEFORE, one.prior, one.earlier, one.was_active) for one in clients),
        *(_row(one, TWO_YEARS_BEFORE, one.earlier, 0.0, None) for one in clients),
    ]
    columns = list(_row(Client("x"), AS_OF, 0.0, 0.0, None))
    frame = pd.DataFrame(rows, columns=columns)
    frame["snapshot_date"] = pd.to_datetime(frame["snapshot_date"])
    frame["history_first_day"] = pd.Series(
        pd.Timestamp(history_start) if history_start else pd.NaT, index=frame.index
    )
    known = frame["history_first_day"] <= frame["snapshot_date"]
    return frame.loc[known | frame["snapshot_date"].eq(pd.Timestamp(AS_OF))].reset_index(drop=True)


def _row(
    one: Client, day: dt.date, revenue: float, prior: float, active: bool | None
) -> dict[str, Any]:
    today = day == AS_OF
    return {
        "account_id": one.id,
        "snapshot_date": day,
        "is_current": today,
        "days_since_last": one.days_since_last if today else None,
        "revenue_12m": revenue,
        "revenue_prior_12m": prior,
        "cost_12m": one.cost if today else None,
        "revenue_with_cost_12m": (one.revenue if one.costed is None else one.costed)
        if today and one.cost is not None
        else None,
        "cost_to_serve_12m": one.service if today else None,
        "annual_value_in_force": one.contracts if today else None,
        "contracts_in_force": None if one.contracts is None else int(one.contracts > 0),
        "is_active": revenue > 0 if active is None else active,
    }


def months(clients: Sequence[Client]) -> pd.DataFrame:
    """The fact account_month_revenue: each year's revenue in one month, the last of the year."""
    rows = [
        (one.id, pd.Timestamp(month), amount)
        for one in clients
        for month, amount in (
            ("2026-09-01", one.revenue),
            ("2025-09-01", one.prior),
            ("2024-09-01", one.earlier),
        )
        if amount
    ]
    frame = pd.DataFrame(rows, columns=["account_id", "month", "revenue_net"])
    return frame.astype({"month": "datetime64[us]", "revenue_net": "float64"})
