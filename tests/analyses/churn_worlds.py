"""Small worlds of clients whose chance of leaving is known, as the facts deliver them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.facts import months_before
from tests.analyses.portfolios import AS_OF

HORIZON, GRACE = 180, 30


@dataclass(frozen=True)
class World:
    """The two facts, the accounts, their snapshots, the managers, and the true chances."""

    accounts: pd.DataFrame
    account_snapshots: pd.DataFrame
    account_features: pd.DataFrame
    churn_outcomes: pd.DataFrame
    managers: pd.DataFrame
    truth: pd.DataFrame

    def shuffled(self, seed: int) -> World:
        return World(
            *(
                frame.sample(frac=1, random_state=seed).reset_index(drop=True)
                for frame in vars(self).values()
            )
        )


def world(
    *,
    accounts: int = 120,
    snapshots: int = 12,
    base: float = -3.4,
    seed: int = 3,
    as_of: dt.date = AS_OF,
) -> World:
    """Clients who leave by a known rule: use that falls, satisfaction that is low, a champion gone.

    The chance of leaving within the horizon of a snapshot is
    logistic(base + 8 × fall of use + 1.2 × satisfaction under 8 + 1.8 × champion gone).
    """
    random = np.random.default_rng(seed)
    ids = [f"A{n:05d}" for n in range(accounts)]
    size = np.round(random.lognormal(10, 0.8, accounts), 2)
    days = [months_before(as_of, 3 * k) for k in range(snapshots, -1, -1)]
    alive = np.ones(accounts, dtype=bool)
    pending = np.zeros(accounts, dtype=bool)
    rows, outcomes, truth = [], [], []
    for day in days:
        trend = random.normal(0.0, 0.08, accounts) - 0.35 * (random.random(accounts) < 0.12)
        satisfaction = np.round(np.clip(random.normal(8.5, 0.9, accounts), 1, 10), 1)
        gone = random.random(accounts) < 0.08
        silent = random.integers(1, 120, accounts).astype(float)
        risk = base + 8 * np.maximum(0, -trend) + 1.2 * np.maximum(0, 8 - satisfaction) + 1.8 * gone
        chance = 1 / (1 + np.exp(-risk))
        left = alive & ~pending & (random.random(accounts) < chance)
        horizon_end = day + dt.timedelta(days=HORIZON)
        observed = horizon_end + dt.timedelta(days=GRACE) <= as_of
        for n in np.flatnonzero(alive):
            rows.append(_features(ids[n], day, as_of, size[n], trend[n], satisfaction[n], gone[n],
                                  silent[n]))  # fmt: skip
            outcomes.append(
                {
                    "account_id": ids[n],
                    "snapshot_date": pd.Timestamp(day),
                    "at_risk": True,
                    "horizon_end": pd.Timestamp(horizon_end),
                    "closes_on": pd.Timestamp(horizon_end + dt.timedelta(days=GRACE)),
                    "observed": observed,
                    "churned": bool(left[n]) if observed else None,
                    "churn_date": pd.Timestamp(horizon_end) if observed and left[n] else pd.NaT,
                    "revenue_lost": size[n] if observed and left[n] else None,
                }
            )
            truth.append((ids[n], pd.Timestamp(day), chance[n], bool(left[n])))
        alive &= ~left
    return World(
        _accounts(ids),
        _snapshots(ids, size, as_of),
        pd.DataFrame(rows),
        pd.DataFrame(outcomes).astype({"churned": "boolean", "snapshot_date": "datetime64[s]"}),
        pd.DataFrame({"manager": ["Ada", "Ben"], "hours_per_week": [30.0, 20.0]}),
        pd.DataFrame(truth, columns=["account_id", "snapshot_date", "chance", "left"]),
    )


def _features(
    account: str, day: dt.date, as_of: dt.date, size: float, trend: float, satisfaction: float,
    gone: bool, silent: float,
) -> dict[str, object]:  # fmt: skip
    return {
        "account_id": account,
        "snapshot_date": pd.Timestamp(day),
        "is_current": day == as_of,
        "is_active": True,
        "tenure_days": 800 + (day - dt.date(2020, 1, 1)).days,
        "annual_revenue": size,
        "revenue_12m": size,
        "revenue_prior_12m": size,
        "revenue_trend": 0.0,
        "days_since_last_purchase": silent,
        "usage_trend": trend,
        "satisfaction": satisfaction,
        "champion_present": not gone,
        "champion_left_180d": gone,
        "competitors_open": np.nan,
    }


def _accounts(ids: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ids,
            "account_name": [f"Client {one}" for one in ids],
            "account_manager": [("Ada", "Ben", None)[n % 3] for n in range(len(ids))],
        }
    )


def _snapshots(ids: list[str], size: np.ndarray, as_of: dt.date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ids,
            "snapshot_date": pd.Timestamp(as_of),
            "is_current": True,
            "revenue_12m": size,
            "is_active": True,
            "history_first_day": pd.Timestamp("2020-01-01"),
        }
    )
