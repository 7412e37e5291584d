"""Settings of the page Former clients, and of potential and effort on the page Segments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from portfolio_lib.parameters.health_measures import Cause
from portfolio_lib.parameters.kinds import Settings, Share, Text

REASON_WORDS: dict[Cause, tuple[str, ...]] = {
    "champion_left": ("new management", "management chose", "left the company", "champion"),
    "competitor_seen": ("competitor", "rival", "another supplier", "other supplier"),
    "service_failures": ("too long to solve", "problem", "fault", "outage", "support"),
    "low_satisfaction": ("not satisfied", "dissatisf", "unhappy", "disappoint"),
    "declining_usage": ("too few people used", "used it", "usage", "not used", "no need"),
    "late_payment": ("unpaid", "did not pay", "late payment", "bad debt"),
}
"""Words of a recorded reason that point to a cause; the first cause with a match is taken."""


class PotentialSettings(Settings):
    """Who has potential though not large, and whose effort does not fit."""

    growth: float = Field(
        0.1, ge=0, description="A sign: revenue up by at least this share on the year before."
    )
    headroom: float = Field(
        0.25,
        gt=0,
        description="A sign: at least this share of its own revenue is missing to the middle of "
        "similar clients.",
    )
    signs: int = Field(
        2, ge=1, le=3, description="How many of growth, headroom and margin it takes."
    )
    least_in_tier: int = Field(
        5, ge=1, description="Clients of a tier that it takes to hold others' effort against it."
    )
    strategic_from: float = Field(
        4.0, ge=1, le=5, description="Strategic value and market influence are high from here."
    )
    accounts_shown: int = Field(
        8, ge=1, le=200, description="Clients listed in the pack; all are in the workbook."
    )


class FormerAccountsPage(Settings):
    """Settings of the page Former clients."""

    return_within_days: int = Field(
        365, ge=30, le=1830, description="The chance is that of a return within so many days."
    )
    gone_for_days: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (182, 365, 730),
        description="Days since leaving from which the chance of a return is counted anew.",
    )
    least_departures: int = Field(
        10, ge=2, description="Past departures that it takes to speak of a chance of a return."
    )
    interval_level: float = Field(
        0.90, gt=0.5, lt=1, description="Level of the intervals of these chances."
    )
    winnable_within_days: int = Field(
        730, ge=30, description="Clients gone for longer are not on the list of the winnable."
    )
    least_fit: Share = Field(
        0.5, description="Winnable: at least this share of the known signs of a fit hold."
    )
    least_alike: int = Field(
        3, ge=1, description="Active clients alike in industry and size that make a fit."
    )
    reasons: dict[Cause, tuple[Text, ...]] = Field(
        default_factory=dict,
        description="Words of a recorded reason that point to a cause, in place of the kit's.",
    )
    beyond_recovery: tuple[Text, ...] = Field(
        ("insolven", "bankrupt", "liquidat", "ceased", "closed down", "dissolved"),
        description="Words of a recorded reason after which nobody can come back.",
    )
    advocate_score: float = Field(
        9.0, ge=0, le=10, description="Satisfied: the last answer is at least this, of 10."
    )
    advocate_years: float = Field(3.0, ge=0, description="Long: a client for so many years.")
    advocate_signs: int = Field(
        3,
        ge=1,
        le=4,
        description="Signs that an advocate shows: satisfied, has referred others, long, growing.",
    )
    accounts_shown: int = Field(
        10, ge=1, le=200, description="Clients listed in the pack; all are in the workbook."
    )
