"""Settings of what is said about earlier reviews."""

from __future__ import annotations

from pydantic import Field

from portfolio_lib.parameters.kinds import Settings, Text


class HistorySettings(Settings):
    """How a review is held against those before it."""

    followed: tuple[Text, ...] = Field(
        (
            "portfolio.active_accounts",
            "portfolio.revenue_12m",
            "portfolio.clients_kept",
            "portfolio.average_revenue",
            "portfolio.margin",
            "movements.nrr",
            "movements.grr",
            "movements.logo",
        ),
        description="Figures shown from review to review: keys of review.json.",
    )
    reviews_shown: int = Field(4, ge=1, le=12, description="Earlier reviews shown side by side.")
    months_shown: int = Field(12, ge=1, description="Restated months shown in the pack.")
