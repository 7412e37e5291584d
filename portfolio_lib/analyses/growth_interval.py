"""How far the growth of a portfolio would move with other clients like the ones it has."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.resampling import (
    METHOD,
    Interval,
    Ratios,
    draws_for,
    ratio_intervals,
)
from portfolio_lib.parameters.models import UnitParameters


def growth_interval(
    accounts: pd.DataFrame, parameters: UnitParameters
) -> tuple[Interval | None, str | None]:
    """The interval of growth and how it was made; None for both where too few clients moved.

    Parameters
    ----------
    accounts : frame
        One row per account known on the day, sorted by id: `revenue_12m`, `revenue_prior_12m`.
        Clients that came within the year count, with nothing in the year before.
    parameters : UnitParameters
        The level and the draws are those of the rates of the page Movements.
    """
    settings, seed = parameters.movements, parameters.seed
    ratio = Ratios(
        accounts[["revenue_12m"]].to_numpy(float), accounts[["revenue_prior_12m"]].to_numpy(float)
    )
    (found,) = ratio_intervals(
        ratio, level=settings.interval_level, resamples=settings.resamples, seed=seed
    )
    if found is None:
        return None, None
    draws = draws_for(len(accounts), settings.resamples)
    method = f"{settings.interval_level:.0%}, {METHOD}, {draws} draws, seed {seed}"
    return (round(found[0] - 1, 12), round(found[1] - 1, 12)), method
