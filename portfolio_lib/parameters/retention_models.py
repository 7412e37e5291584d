"""Settings of the pages Cohort retention and Movements, NRR and GRR."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from portfolio_lib.parameters.kinds import Settings

MEAN_MONTHS = {"quarter_mean": 3, "year_mean": 12}
"""Months behind each choice of `policies.movement_revenue` that is a mean."""


class CohortsPage(Settings):
    """Settings of the page Cohort retention."""

    cohorts_shown: int = Field(12, ge=1, le=60, description="Cohorts shown, the latest ones.")
    ages_shown: int = Field(12, ge=1, le=60, description="Ages shown after the first period.")
    least_accounts: int = Field(
        5,
        ge=1,
        description="Cohorts of fewer clients are marked: their shares jump. With fewer followed "
        "from their first revenue on, how long clients stay is not said.",
    )
    mean_without_opening: bool = Field(
        True,
        description="Leave the cohort with which the data begin out of the mean where it may hold "
        "clients that were there before.",
    )
    groups_shown: int = Field(8, ge=1, le=30, description="Segments shown by name.")
    survival_months: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (12, 24, 36), description="Ages in months at which survival is printed."
    )
    survival_level: float = Field(
        0.95, gt=0.5, lt=1, description="Level of the confidence band of survival."
    )


class MovementsPage(Settings):
    """Settings of the page Movements, NRR and GRR."""

    horizon_months: int = Field(
        12, ge=1, le=36, description="Months between the two months that retention compares."
    )
    months_shown: int = Field(24, ge=2, le=60, description="Months of movements shown.")
    quarters_shown: int = Field(
        8, ge=2, le=16, description="Points, three months apart, at which retention is shown."
    )
    interval_level: float = Field(
        0.90, gt=0.5, lt=1, description="Level of the intervals of retention."
    )
    resamples: int = Field(
        1000, ge=200, le=20_000, description="Draws of accounts behind each interval."
    )
    least_accounts: int = Field(
        10, ge=2, description="With fewer clients at the start no interval is given."
    )
    groups_shown: int = Field(8, ge=1, le=30, description="Segments shown by name.")
    accounts_shown: int = Field(
        10,
        ge=1,
        le=100,
        description="Clients listed by how far they moved; all are in the notebook.",
    )
