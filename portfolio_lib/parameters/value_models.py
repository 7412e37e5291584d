"""Settings of the page Value."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from portfolio_lib.parameters.kinds import Settings


class ValuePage(Settings):
    """Settings of the page Value."""

    relation: Literal["auto", "contracts", "purchases"] = Field(
        "auto",
        description="How leaving shows: a contract ends, or purchases stop without a word.",
        json_schema_extra={
            "enumDescriptions": [
                "contracts where at least half of the last twelve months' revenue recurs",
                "contracts: how long clients stay, times what they leave a year",
                "purchases: how often clients buy, times what a purchase leaves",
            ]
        },
    )
    horizon_months: int = Field(
        36, ge=1, le=240, description="How far ahead lifetime value looks; nothing later counts."
    )
    discount_rate: float = Field(
        0.10, ge=0, le=1, description="What money of next year is worth less today, a year."
    )
    holdout_months: int = Field(
        12,
        ge=1,
        le=36,
        description="Last months that are kept back to choose the model; the last quarter of the "
        "history where that is shorter.",
    )
    interval_level: float = Field(
        0.90, ge=0.5, lt=1, description="Level of the intervals of lifetime value."
    )
    resamples: int = Field(
        200, ge=100, le=5_000, description="Draws of clients behind the intervals of contracts."
    )
    least_losses: int = Field(
        5, ge=2, description="Losses that it takes to say how long clients stay."
    )
    least_accounts: int = Field(
        20, ge=5, description="Clients that it takes to fit a model, and to choose one."
    )
    own_margin_months: int = Field(
        6,
        ge=1,
        le=12,
        description="A client's own margin is used after so many months; the unit's before.",
    )
    acquisition_months: int = Field(
        24, ge=3, le=120, description="Clients won in so many months count in acquisition cost."
    )
    groups_shown: int = Field(8, ge=1, le=30, description="Segments and channels shown by name.")
    accounts_shown: int = Field(
        12, ge=1, le=200, description="Clients listed; all are in the workbook."
    )
