"""Small sets of samples for tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.churn_models.samples import Samples, samples

NAMES = ("fall", "noise", "flat", "unknown")
FIRST = pd.Timestamp("2024-01-31")


def drawn(accounts: int = 150, snapshots: int = 6, seed: int = 1, base: float = -2.5) -> Samples:
    """Accounts at monthly snapshots; `fall` raises the chance of leaving within 30 days."""
    random = np.random.default_rng(seed)
    days = pd.date_range(FIRST, periods=snapshots, freq="30D")
    parts = []
    for day in days:
        fall = random.normal(0, 1, accounts)
        chance = 1 / (1 + np.exp(-(base + 1.5 * fall)))
        parts.append(
            pd.DataFrame(
                {
                    "account_id": [f"A{n:04d}" for n in range(accounts)],
                    "snapshot_date": day,
                    "closes_on": day + pd.Timedelta(days=30),
                    "churned": random.random(accounts) < chance,
                    "annual_revenue": np.round(random.lognormal(9, 1, accounts), 2),
                    "fall": np.where(random.random(accounts) < 0.1, np.nan, fall),
                    "noise": random.normal(0, 1, accounts),
                    "flat": 7.0,
                    "unknown": np.nan,
                }
            )
        )
    return samples(pd.concat(parts, ignore_index=True), NAMES)
