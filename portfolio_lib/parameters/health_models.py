"""Settings of the page Health: measures, bands, overrides, early warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from portfolio_lib.parameters.health_measures import (
    Cause,
    FreshDays,
    HealthFeature,
    HealthMeasures,
    Measure,
    PointsTo,
    Reads,
    Title,
)
from portfolio_lib.parameters.kinds import IsoDate, Settings, Text, in_words, refuse_if

Points = Annotated[float, Field(ge=0, le=100)]
Level = Literal["green", "yellow", "red"]
Fires = Annotated[
    Literal["below", "at_most", "at_least", "above"],
    Field(description="On which side of the limit the alarm is raised."),
]
Limit = Annotated[float, Field(description="The limit.")]
WarningKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"),
    in_words("small letters, digits and underscores, for example usage_drop"),
]


class EarlyWarning(Settings):
    """A rule that raises an alarm on a client while there is time to act."""

    title: Title
    feature: Reads
    fires: Fires
    limit: Limit
    fresh_days: FreshDays = None
    cause: PointsTo = "no_visible_cause"
    on: bool = Field(True, description="Whether the rule is used.")


class UsageDrop(EarlyWarning):
    """Use has fallen."""

    title: Title = "Use has dropped"
    feature: Reads = "usage_trend"
    fires: Fires = "at_most"
    limit: Limit = -0.2
    fresh_days: FreshDays = 100
    cause: PointsTo = "declining_usage"


class LowSatisfaction(EarlyWarning):
    """The last answer is low."""

    title: Title = "Satisfaction is low"
    feature: Reads = "satisfaction"
    fires: Fires = "below"
    limit: Limit = 7.0
    fresh_days: FreshDays = 365
    cause: PointsTo = "low_satisfaction"


class ChampionGone(EarlyWarning):
    """The champion has left and nobody took over."""

    title: Title = "The champion is gone"
    feature: Reads = "champion_gone"
    fires: Fires = "at_least"
    limit: Limit = 1.0
    cause: PointsTo = "champion_left"


class EngagementGone(EarlyWarning):
    """Nobody has spoken with the client for long."""

    title: Title = "No contact for long"
    feature: Reads = "days_since_interaction"
    fires: Fires = "above"
    limit: Limit = 90.0
    cause: PointsTo = "engagement_gone"


class PaymentSlipping(EarlyWarning):
    """A part of a year's revenue is overdue."""

    title: Title = "Payment is slipping"
    feature: Reads = "overdue_share"
    fires: Fires = "at_least"
    limit: Limit = 0.1
    cause: PointsTo = "late_payment"


class CompetitorSeen(EarlyWarning):
    """A competitor has been seen at the client."""

    title: Title = "A competitor is there"
    feature: Reads = "competitors_open"
    fires: Fires = "at_least"
    limit: Limit = 1.0
    cause: PointsTo = "competitor_seen"


class Silence(EarlyWarning):
    """No order for longer than the client's own long gap."""

    title: Title = "Orders have stopped"
    feature: Reads = "gap_ratio"
    fires: Fires = "above"
    limit: Limit = 1.0
    cause: PointsTo = "silence"


class EarlyWarnings(Settings):
    """The kit's early warnings, each of which a firm or a unit may change, and its own."""

    usage_drop: UsageDrop = Field(UsageDrop(), description="Use has fallen.")
    low_satisfaction: LowSatisfaction = Field(
        LowSatisfaction(), description="The last answer is low."
    )
    champion_gone: ChampionGone = Field(
        ChampionGone(), description="The champion has left and nobody took over."
    )
    engagement_gone: EngagementGone = Field(
        EngagementGone(), description="Nobody has spoken with the client for long."
    )
    payment_slipping: PaymentSlipping = Field(
        PaymentSlipping(), description="A part of a year's revenue is overdue."
    )
    competitor_seen: CompetitorSeen = Field(
        CompetitorSeen(), description="A competitor has been seen."
    )
    silence: Silence = Field(Silence(), description="No order for long.")
    own: dict[WarningKey, EarlyWarning] = Field(
        default_factory=dict, description="Further rules, by a key of your choice."
    )

    def in_use(self) -> Iterator[tuple[str, EarlyWarning]]:
        """The rules that are used, by key, in the order of the settings."""
        kit = ((key, getattr(self, key)) for key in type(self).model_fields if key != "own")
        for key, rule in (*kit, *sorted(self.own.items())):
            if rule.on:
                yield key, rule


class HealthOverride(Settings):
    """A colour that a person gives a client in place of the computed one."""

    account_id: Text = Field(description="The client's id.")
    level: Level = Field(description="The colour given.")
    reason: Text = Field(description="Why; it is printed.")
    by_role: Text = Field(description="The role of whoever gives it, not a name.")
    expires: IsoDate = Field(description="Last day on which it counts.")


class RuleChange(Settings):
    """A day on which measures, weights or bands were changed."""

    date: IsoDate = Field(description="First day of the new rules.")
    what: Text = Field(description="What was changed, in a few words.")


class HealthPage(Settings):
    """Settings of the page Health."""

    measures: HealthMeasures = Field(
        HealthMeasures(), description="What the score is made of, by measure."
    )
    green_from: Points = Field(85.0, description="A score of this or more is green.")
    yellow_from: Points = Field(
        65.0, description="A score of this or more, and below green, is yellow; below it is red."
    )
    critical_below: Points = Field(
        40.0,
        description="A critical measure below this many points allows yellow at most.",
    )
    least_coverage: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of the weights that must be known; below it the client is grey.",
    )
    value: Literal["annual_revenue", "contracts"] = Field(
        "annual_revenue",
        description="What a client is worth a year.",
        json_schema_extra={
            "enumDescriptions": [
                "revenue of a year, from the source that every figure of revenue is built from",
                "yearly value of the contracts in force, revenue of a year where there are none",
            ]
        },
    )
    at_risk: tuple[Level, ...] = Field(
        ("red",), min_length=1, description="The colours that count as at risk."
    )
    overrides: tuple[HealthOverride, ...] = Field(
        (), description="Colours given by people, each with its reason and its last day."
    )
    changes: tuple[RuleChange, ...] = Field(
        (), description="Days on which the rules were changed; the history is marked there."
    )
    warnings: EarlyWarnings = Field(EarlyWarnings(), description="Rules that raise alarms.")
    shrunk_by: float = Field(
        0.2,
        gt=0,
        le=1,
        description="A client has shrunk when its yearly revenue fell by this share or more.",
    )
    least_events: int = Field(
        10, ge=2, description="Clients lost, and kept, that it takes to compare with outcomes."
    )
    worst: int = Field(10, ge=1, le=100, description="Size of the list of the worst clients.")
    weight_range: float = Field(
        0.3, gt=0, lt=1, description="How far each weight is moved up or down to test that list."
    )
    draws: int = Field(500, ge=100, le=10_000, description="Sets of moved weights.")
    interval_level: float = Field(0.9, ge=0.5, lt=1, description="Level of the intervals.")
    quarters_shown: int = Field(6, ge=1, le=16, description="Earlier days in the history shown.")
    accounts_shown: int = Field(
        10, ge=1, le=200, description="Clients listed in the pack; all are in the workbook."
    )

    @model_validator(mode="after")
    def _agrees(self) -> HealthPage:
        given = [one.account_id for one in self.overrides]
        twice = sorted({one for one in given if given.count(one) > 1})
        refuse_if(
            (
                self.yellow_from >= self.green_from,
                "yellow_from is not below green_from; expected a lower number",
            ),
            (
                not any(measure.weight > 0 for _, measure in self.measures.each()),
                "no measure has a weight above 0; expected at least one",
            ),
            (bool(twice), f"overrides name {', '.join(twice)} twice; expected one per client"),
        )
        return self


__all__ = [
    "Cause",
    "EarlyWarning",
    "HealthFeature",
    "HealthMeasures",
    "HealthOverride",
    "HealthPage",
    "Measure",
    "RuleChange",
]
