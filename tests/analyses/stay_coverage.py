"""How often the intervals of lifetime value by contracts hold the truth, over drawn units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.contract_value import Discounting, contract_values, years_ahead
from portfolio_lib.analyses.purchase_models.contractual import SbgParameters, survival
from portfolio_lib.analyses.stays import SBG, draw_curve, lifetimes_of

AHEAD = Discounting(36, 0.10)
MONTHLY_RATE = 0.012
SPREAD = SbgParameters(0.7, 30.0)
OLDEST, WATCHED = 72, 48
AGES = OLDEST + AHEAD.months + 12


def true_survival(name: str) -> np.ndarray:
    """Share of clients that reach each age."""
    if name == SBG:
        return survival(np.arange(AGES + 1), parameters=SPREAD)
    return (1 - MONTHLY_RATE) ** np.arange(AGES + 1.0)


def drawn_stays(name: str, clients: int, random: np.random.Generator) -> pd.DataFrame:
    """Clients that came over six years, of which the last four were watched."""
    rate = random.beta(*SPREAD, size=clients) if name == SBG else np.full(clients, MONTHLY_RATE)
    since = random.integers(1, OLDEST, size=clients)
    life = random.geometric(rate)
    lost, age = life <= since, np.minimum(life, since)
    entry = np.maximum(0, since - WATCHED)
    rows = pd.DataFrame({"entry": np.minimum(entry, age - lost), "age": age, "has_left": lost})
    return rows.loc[life > entry].reset_index(drop=True)


def coverage(name: str, *, clients: int, units: int, draws: int, seed: int) -> float:
    """The share of drawn units whose 90 % interval of the sum holds the true expectation."""
    random = np.random.default_rng(seed)
    truth, held = true_survival(name), []
    for number in range(units):
        stays = drawn_stays(name, clients, random)
        lifetimes = lifetimes_of(stays)
        curve = draw_curve(name, lifetimes, ages=AGES)
        if curve.reason is not None:
            continue
        there = stays.loc[~stays["has_left"]]
        accounts = pd.DataFrame(
            {"age": there["age"].astype(float), "months_left": np.nan, "yearly_margin": 1000.0}
        ).assign(yearly_revenue=1000.0)
        found = contract_values(
            accounts, curve, lifetimes, discounting=AHEAD, level=0.9, draws=draws, seed=number
        )
        true = 1000.0 * years_ahead(truth, there["age"].to_numpy(), AHEAD).sum()
        assert found.margin_interval is not None
        low, high = found.margin_interval
        held.append(low <= true <= high)
    return float(np.mean(held))
