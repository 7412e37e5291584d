"""Settings of what counts as a loss of a client, and of the days that are looked back from."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, UnitKey, is_part, refuse_if

DAYS_PER_MONTH = 365 / 12


class CampaignSettings(Settings):
    """What the expected profit of a retention campaign (EMPC) is computed with."""

    years_kept: float = Field(
        1.0, gt=0, le=20, description="Years of margin that a client kept is worth."
    )
    margin: Share | None = Field(
        None, description="Margin as a share of revenue; all of revenue where left out."
    )
    offer_share: Share = Field(
        0.05, description="Cost of the offer as a share of what the client is worth."
    )
    contact_share: Share = Field(
        0.005, description="Cost of one call as a share of what the client is worth."
    )
    success: tuple[float, float] = Field(
        (6.0, 14.0),
        description="Beta distribution of the chance that a leaver who is called stays; its mean "
        "is the first ÷ the sum.",
    )

    @model_validator(mode="after")
    def _positive(self) -> CampaignSettings:
        refuse_if((min(self.success) <= 0, "success is not above 0; expected two such numbers"))
        return self


class ChurnPage(Settings):
    """Settings of the page Churn risk, and of the snapshots that several pages look back from."""

    event: Literal["auto", "not_renewed", "revenue_gone", "no_purchase"] = Field(
        "auto",
        description="What counts as the loss of a client.",
        json_schema_extra={
            "enumDescriptions": [
                "not renewed where there are contract terms, else no purchase",
                "the last contract term ended and none followed within the grace days",
                "no revenue for a number of months",
                "no purchase for a number of days",
            ]
        },
    )
    horizon_days: int = Field(
        180, ge=7, le=730, description="The loss has to happen within so many days of the snapshot."
    )
    grace_days: int = Field(
        30,
        ge=0,
        le=366,
        description="A term that starts within so many days after the last one ended renews it.",
    )
    gone_months: int = Field(
        3, ge=1, le=24, description="Revenue is gone after so many months without any."
    )
    silent_days: int = Field(
        90, ge=7, le=730, description="A client is lost after so many days without a purchase."
    )
    snapshot_every_months: int = Field(
        3, ge=1, le=12, description="Months between the days that are looked back from."
    )
    snapshots: int = Field(
        12, ge=0, le=60, description="How many such days before the review day are looked at."
    )
    usage_measure: Text | None = Field(
        None,
        description="The measure of the usage table that is followed; where left out, the one most "
        "often recorded with what the client has paid for.",
    )
    competitor_days: int = Field(
        365, ge=1, description="A competitor counts as a threat for so many days after it was seen."
    )

    least_events: int = Field(
        5, ge=2, description="With fewer lost clients in the past, no probabilities are given."
    )
    trees_from_events: int = Field(
        30, ge=10, description="With fewer lost clients, only the plain baseline model is used."
    )
    pool: Literal["firm", "none"] | list[UnitKey] = Field(
        "firm",
        description="Whose past may be learned from while the unit's own lost clients are few: "
        "firm, that is all units with the same kind of loss, horizon and waiting times; none, "
        "which gives nothing to others either; or the keys of units. Units read from a database "
        "give nothing. No names and no ids travel, only what was measured and what happened.",
    )
    own_model_from_events: int = Field(
        30,
        ge=0,
        description="With as many lost clients of its own a unit learns from nobody else.",
    )
    tried_snapshots: int = Field(
        6, ge=1, le=60, description="Past days on which the list is rebuilt and held to account."
    )
    top: int = Field(
        10, ge=1, le=1000, description="Length of the list whose lost revenue caught is measured."
    )
    hours_share: Share = Field(
        0.2, description="Part of the account managers' hours that goes into keeping clients."
    )
    hours_per_period: float | None = Field(
        None,
        gt=0,
        description="Hours for keeping clients until the next review; from the managers table "
        "where left out.",
    )
    cost_per_hour: float | None = Field(
        None, ge=0, description="Cost of one hour of work; costs stay out where it is left out."
    )
    campaign: CampaignSettings = Field(
        CampaignSettings(), description="What a retention campaign costs and brings."
    )
    accounts_shown: int = Field(
        12, ge=1, le=200, description="Clients listed in the pack; all are in the workbook."
    )

    @property
    def gone_days(self) -> int:
        """Days without revenue after which it is gone; 3 months are 92 days."""
        return math.ceil(self.gone_months * DAYS_PER_MONTH)

    @model_validator(mode="after")
    def _fits_the_horizon(self, info: ValidationInfo) -> ChurnPage:
        if is_part(info):
            return self
        silence = self.event in {"auto", "no_purchase"} and self.silent_days > self.horizon_days
        gone = self.event == "revenue_gone" and self.gone_days > self.horizon_days
        refuse_if(
            (silence, f"silent_days is {self.silent_days}; expected at most the horizon_days"),
            (gone, f"gone_months is {self.gone_months}; expected no more days than horizon_days"),
        )
        return self
