"""Settings of the page Executive summary."""

from __future__ import annotations

from pydantic import Field

from portfolio_lib.parameters.kinds import Settings, Share, Text


class SummaryPage(Settings):
    """Settings of the page Executive summary."""

    kpis: tuple[Text, ...] = Field(
        (
            "portfolio.revenue_12m",
            "movements.nrr",
            "movements.grr",
            "portfolio.clients_kept",
            "satisfaction.rating",
            "health.green_share",
            "churn.revenue_at_risk",
            "renewals.due_90d",
            "portfolio.growth",
            "concentration.top_10_share",
            "portfolio.margin",
            "portfolio.active_accounts",
            "portfolio.average_revenue",
            "recurrence.recurring_share",
            "payments.overdue",
        ),
        min_length=8,
        description="Figures for the cards of the first page, most important first: keys of "
        "review.json. The first eight that can be computed are shown.",
    )
    goals: dict[str, float] = Field(
        {
            "portfolio.growth": 0.0,
            "portfolio.clients_kept": 0.9,
            "movements.nrr": 1.0,
            "movements.grr": 0.9,
            "portfolio.margin": 0.5,
            "satisfaction.rating": 8.5,
            "satisfaction.nps": 0.3,
            "health.green_share": 0.7,
            "service.compliance": 0.9,
            "engagement.review_completion": 0.9,
            "engagement.cadence_kept": 0.7,
            "stakeholders.single_threaded_share": 0.3,
            "renewals.rate": 0.9,
            "payments.late_share": 0.3,
            "concentration.top_10_share": 0.5,
        },
        description="What each area is held to, where the targets say nothing: keys of "
        "review.json and a goal in their unit. Limits are figures that had better be low.",
    )
    areas_shown: int = Field(3, ge=1, le=10, description="Best areas, and areas that need work.")
    situations_shown: int = Field(5, ge=1, le=20, description="Situations of high risk shown.")
    least_chance: Share = Field(
        0.2, description="Chance of leaving from which a single client is a situation of its own."
    )
    single_clients: int = Field(
        2, ge=0, le=10, description="Single clients among the situations, at most."
    )
