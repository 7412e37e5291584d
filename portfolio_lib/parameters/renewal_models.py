"""Settings of the pages Renewals and Payments."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, refuse_if

SomeDays = Annotated[int, Field(ge=1, le=730)]
LookedAtKind = Literal["meeting", "call", "mail", "QBR", "EBR", "event", "training", "other"]


def _rise(values: tuple[int, ...]) -> bool:
    return bool(values) and list(values) == sorted(set(values))


class RenewalsPage(Settings):
    """Settings of the page Renewals."""

    grace_days: int = Field(
        30,
        ge=0,
        le=366,
        description="Days after its end within which a term may still be renewed; then it is lost.",
    )
    successors: Literal["auto", "named", "following"] = Field(
        "auto",
        description="How a renewal is recognised.",
        json_schema_extra={
            "enumDescriptions": [
                "named where any term of the unit names its successor, else following",
                "by the term that renewed_by names",
                "by the next term of the same client and offering that starts within the grace",
            ]
        },
    )
    windows_days: tuple[SomeDays, ...] = Field(
        (30, 60, 90, 180), description="Days ahead for which the terms due are counted, rising."
    )
    listed_days: SomeDays = Field(90, description="Days ahead whose terms are listed one by one.")
    weeks_shown: int = Field(26, ge=4, le=53, description="Weeks of the timeline.")
    looked_at_days: SomeDays = Field(
        90,
        description="A term should be looked at so many days before its end: by something done in "
        "as many days before that.",
    )
    looked_at_kinds: tuple[LookedAtKind, ...] = Field(
        ("meeting", "call", "QBR", "EBR"),
        description="Kinds of contact that count as looking at a term; plans, actions and renewal "
        "deals always do.",
    )
    at_risk_probability: Share = Field(
        0.3, description="A term is at risk from this probability of churn of its client."
    )
    quarters_shown: int = Field(8, ge=2, le=8, description="Quarters of renewal rates shown.")
    forecast_quarters: int = Field(4, ge=1, le=4, description="Quarters ahead in the forecast.")
    forecasts_checked: int = Field(
        4, ge=1, le=8, description="Earlier reviews whose forecast is held against what happened."
    )
    scenario_level: float = Field(
        0.8,
        ge=0.5,
        lt=1,
        description="Chance that the outcome lies between the low and the high scenario.",
    )
    least_terms: int = Field(
        10, ge=3, description="Clients with earlier terms that it takes to forecast from a tier."
    )
    interval_level: float = Field(
        0.90, gt=0.5, lt=1, description="Level of the intervals of renewal rates."
    )
    resamples: int = Field(
        1000, ge=200, le=20_000, description="Draws behind each interval and scenario."
    )
    least_accounts: int = Field(
        10, ge=2, description="With fewer clients no interval is given; groups are marked."
    )
    least_similar: int = Field(
        8, ge=3, description="Similar terms that it takes to call one out of line."
    )
    share_as_far: Share = Field(
        0.1, description="Out of line: at most this share of similar terms is as far out."
    )
    contracts_shown: int = Field(
        10, ge=1, le=100, description="Terms listed; all are in the workbook."
    )
    groups_shown: int = Field(12, ge=1, le=50, description="Account managers shown by name.")

    @model_validator(mode="after")
    def _windows_rise(self) -> RenewalsPage:
        refuse_if((not _rise(self.windows_days), "windows_days do not rise; expected rising days"))
        return self


class PaymentsPage(Settings):
    """Settings of the page Payments."""

    window_months: int = Field(
        12, ge=1, le=60, description="Months over which paying is measured, to the review date."
    )
    dso_days: int = Field(
        365,
        ge=30,
        le=730,
        description="Days of billing that days sales outstanding (DSO) sets open bills against.",
    )
    age_bands_days: tuple[SomeDays, ...] = Field(
        (30, 60, 90), description="Edges of the ages of overdue bills, rising."
    )
    quarters_shown: int = Field(8, ge=2, le=8, description="Quarters of the trend.")
    least_invoices: int = Field(
        5,
        ge=1,
        description="Bills that it takes to give a client, or a quarter, a share or median.",
    )
    interval_level: float = Field(
        0.90, gt=0.5, lt=1, description="Level of the interval of the share paid late."
    )
    resamples: int = Field(
        1000, ge=200, le=20_000, description="Draws of accounts behind the interval."
    )
    accounts_shown: int = Field(
        10, ge=1, le=100, description="Clients listed; all are in the workbook."
    )

    @model_validator(mode="after")
    def _bands_rise(self) -> PaymentsPage:
        refuse_if(
            (not _rise(self.age_bands_days), "age_bands_days do not rise; expected rising days")
        )
        return self
