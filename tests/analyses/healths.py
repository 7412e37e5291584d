"""Small units with known health for tests, as the facts deliver them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from portfolio_lib.analyses.health import Health, assess_health
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.health_models import HealthPage
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots, unit

HORIZON = dt.timedelta(days=180)
GOOD: dict[str, Any] = {
    "annual_revenue": 100.0,
    "tenure_days": 1000.0,
    "revenue_12m": 110.0,
    "revenue_prior_12m": 100.0,
    "usage_trend": 0.05,
    "usage_days_since": 10.0,
    "licence_use": 0.8,
    "satisfaction": 9.0,
    "satisfaction_days_since": 20.0,
    "champion_present": True,
    "champion_left_180d": False,
    "days_since_interaction": 5.0,
    "contacts_met_180d": 3.0,
    "sentiment_90d": 0.5,
    "breaches_90d": 0.0,
    "overdue_amount": 0.0,
    "late_share_12m": 0.0,
    "gap_ratio": 0.5,
    "notice_given": False,
    "competitors_open": 0.0,
    "days_to_term_end": 200.0,
}
"""Readings that give 100 points on every measure."""


def page(**settings: Any) -> HealthPage:
    return HealthPage.model_validate_json(json.dumps(settings, default=str))


def settings(health: dict[str, Any] | None = None, **more: Any) -> UnitParameters:
    return unit(health=page(**(health or {})), **more)


def quarters(count: int) -> list[dt.date]:
    """The review day and the ends of the quarters before it, latest first."""
    return [months_before(AS_OF, 3 * back) for back in range(count)]


def account_features(
    readings: Mapping[str, Mapping[str, Any]],
    days: Sequence[dt.date] = (AS_OF,),
    earlier: Mapping[tuple[str, dt.date], Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """The fact: each account's readings on every day, changed where `earlier` says so.

    Readings laid over `GOOD`; None takes one away.
    """
    rows = [
        {
            "account_id": account,
            "snapshot_date": pd.Timestamp(day),
            "is_current": day == AS_OF,
            "is_active": True,
            **GOOD,
            **own,
            **(earlier or {}).get((account, day), {}),
        }
        for day in days
        for account, own in readings.items()
    ]
    columns = ["account_id", "snapshot_date", "is_current", "is_active", *GOOD]
    columns += sorted(set().union(*rows) - set(columns))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"account_id": "object", "snapshot_date": "datetime64[s]"})


def churn_outcomes(
    features: pd.DataFrame, lost: Mapping[str, dt.date] | None = None
) -> pd.DataFrame:
    """What became of every row; an account leaves on the day given for it."""
    rows = features[["account_id", "snapshot_date", "annual_revenue"]].copy()
    rows["at_risk"] = features["is_active"]
    rows["horizon_end"] = rows["snapshot_date"] + HORIZON
    rows["observed"] = rows["horizon_end"] <= pd.Timestamp(AS_OF)
    day = pd.to_datetime(rows["account_id"].map(lost or {}))
    left = (day > rows["snapshot_date"]) & (day <= rows["horizon_end"])
    rows["churned"] = left.astype("boolean").where(rows["observed"])
    rows["churn_date"] = day.where(left)
    rows["revenue_lost"] = rows.pop("annual_revenue").where(left & rows["observed"], 0.0)
    return rows


def health_of(
    features: pd.DataFrame,
    parameters: UnitParameters | None = None,
    *,
    lost: Mapping[str, dt.date] | None = None,
    outcomes: bool = True,
    names: Mapping[str, str] | None = None,
    tiers: Mapping[str, str] | None = None,
    shuffle: int | None = None,
) -> Health:
    """The result for the accounts of the features."""
    ids = sorted(set(features["account_id"])) if len(features) else []
    clients = [Client(one, 100.0, 100.0, name=(names or {}).get(one), tier=(tiers or {}).get(one))
               for one in ids]  # fmt: skip
    table = accounts(clients).assign(account_manager="Ann Lee" if ids else None)
    frames = [
        table,
        snapshots(clients),
        features,
        churn_outcomes(features, lost) if outcomes else None,
    ]
    if shuffle is not None:
        frames = [
            None if one is None else one.sample(frac=1, random_state=shuffle) for one in frames
        ]
    return assess_health(*frames, parameters=parameters or settings())
