"""The measures that the health score is made of: what each reads, its scale, weight and limits.

A scale is a list of (value, points) with rising values. Between two of them points lie on a
straight line; below the first and above the last they stay. With `steps` a value takes the points
of the last entry it reaches, inclusive. Points are 0 to 100, and 100 is always healthy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from portfolio_lib.parameters.kinds import Settings, Text, in_words, refuse_if

HealthFeature = Literal[
    "tenure_days",
    "annual_revenue",
    "revenue_trend",
    "revenue_growth",
    "days_since_last_purchase",
    "purchase_days_12m",
    "gap_ratio",
    "offerings_12m",
    "days_to_term_end",
    "notice_given",
    "auto_renew",
    "usage_trend",
    "licence_use",
    "issues_open",
    "issues_90d",
    "urgent_issues_90d",
    "breaches_90d",
    "escalations_90d",
    "satisfaction",
    "nps_score",
    "csat_score",
    "contacts_active",
    "contacts_met_180d",
    "top_contact_share_180d",
    "champion_present",
    "champion_gone",
    "executive_met_180d",
    "interactions_90d",
    "interactions_change",
    "days_since_interaction",
    "inbound_share_180d",
    "sentiment_90d",
    "overdue_share",
    "late_share_12m",
    "mean_days_late_12m",
    "competitors_open",
]
Cause = Literal[
    "declining_usage",
    "low_satisfaction",
    "champion_left",
    "service_failures",
    "late_payment",
    "engagement_gone",
    "competitor_seen",
    "falling_revenue",
    "silence",
    "contract_position",
    "no_visible_cause",
]
Title = Annotated[Text, Field(description="What readers call it.")]
Reads = Annotated[HealthFeature, Field(description="What is read.")]
Weight = Annotated[float, Field(ge=0, le=1000, description="Its weight; 0 leaves it out.")]
Scale = Annotated[
    tuple[tuple[float, Annotated[float, Field(ge=0, le=100)]], ...],
    Field(min_length=1, description="Pairs of a value and its points, values rising."),
]
Steps = Annotated[
    bool, Field(description="Points in steps from each value up, not on a line between.")
]
FreshDays = Annotated[
    Annotated[int, Field(ge=1)] | None,
    Field(description="Older readings do not count; no limit where left out."),
]
Critical = Annotated[bool, Field(description="Whether a bad value allows yellow at most.")]
PointsTo = Annotated[Cause, Field(description="The cause that a bad value points to.")]
MeasureKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"),
    in_words("small letters, digits and underscores, for example executive_met"),
]


class Measure(Settings):
    """One measure of health: a feature put on a scale from 0 to 100."""

    title: Title
    feature: Reads
    weight: Weight
    scale: Scale
    steps: Steps = False
    fresh_days: FreshDays = None
    critical: Critical = False
    cause: PointsTo = "no_visible_cause"

    @model_validator(mode="after")
    def _values_rise(self) -> Measure:
        values = [value for value, _ in self.scale]
        refuse_if(
            (
                values != sorted(set(values)),
                "the values of scale do not rise; expected each above the one before",
            )
        )
        return self


class UsageTrend(Measure):
    """Use of the last three months against the three before."""

    title: Title = "Trend of use"
    feature: Reads = "usage_trend"
    weight: Weight = 20.0
    scale: Scale = ((-0.4, 0.0), (-0.2, 30.0), (-0.1, 60.0), (0.0, 95.0), (0.05, 100.0))
    fresh_days: FreshDays = 100
    critical: Critical = True
    cause: PointsTo = "declining_usage"


class LicenceUse(Measure):
    """Share of what is licensed that is used."""

    title: Title = "Use of licences"
    feature: Reads = "licence_use"
    weight: Weight = 5.0
    scale: Scale = ((0.2, 0.0), (0.5, 50.0), (0.7, 90.0), (0.8, 100.0))
    fresh_days: FreshDays = 100
    cause: PointsTo = "declining_usage"


class Satisfaction(Measure):
    """The last answer on satisfaction, 0 to 10."""

    title: Title = "Satisfaction"
    feature: Reads = "satisfaction"
    weight: Weight = 20.0
    scale: Scale = ((5.0, 0.0), (7.0, 50.0), (8.0, 75.0), (9.0, 100.0))
    fresh_days: FreshDays = 365
    critical: Critical = True
    cause: PointsTo = "low_satisfaction"


class Champion(Measure):
    """Whether a champion left without a successor."""

    title: Title = "Champion"
    feature: Reads = "champion_gone"
    weight: Weight = 12.0
    scale: Scale = ((0.0, 100.0), (1.0, 0.0))
    steps: Steps = True
    critical: Critical = True
    cause: PointsTo = "champion_left"


class Contact(Measure):
    """Days since anybody met, called or wrote."""

    title: Title = "Time since contact"
    feature: Reads = "days_since_interaction"
    weight: Weight = 10.0
    scale: Scale = ((30.0, 100.0), (60.0, 60.0), (90.0, 30.0), (180.0, 0.0))
    cause: PointsTo = "engagement_gone"


class Breadth(Measure):
    """How many people were met in half a year."""

    title: Title = "People met"
    feature: Reads = "contacts_met_180d"
    weight: Weight = 5.0
    scale: Scale = ((0.0, 0.0), (1.0, 60.0), (2.0, 90.0), (3.0, 100.0))
    cause: PointsTo = "engagement_gone"


class Sentiment(Measure):
    """Mood of the conversations of a quarter, −1 to 1."""

    title: Title = "Mood of conversations"
    feature: Reads = "sentiment_90d"
    weight: Weight = 4.0
    scale: Scale = ((-0.5, 0.0), (0.0, 50.0), (0.4, 100.0))
    cause: PointsTo = "low_satisfaction"


class Service(Measure):
    """Promised times missed in a quarter."""

    title: Title = "Promised times missed"
    feature: Reads = "breaches_90d"
    weight: Weight = 8.0
    scale: Scale = ((0.0, 100.0), (1.0, 50.0), (2.0, 25.0), (3.0, 0.0))
    steps: Steps = True
    cause: PointsTo = "service_failures"


class Overdue(Measure):
    """Amount overdue against a year's revenue."""

    title: Title = "Amount overdue"
    feature: Reads = "overdue_share"
    weight: Weight = 6.0
    scale: Scale = ((0.0, 100.0), (0.1, 50.0), (0.25, 0.0))
    cause: PointsTo = "late_payment"


class LatePayment(Measure):
    """Share of a year's bills paid late."""

    title: Title = "Bills paid late"
    feature: Reads = "late_share_12m"
    weight: Weight = 3.0
    scale: Scale = ((0.0, 100.0), (0.25, 80.0), (0.5, 40.0), (1.0, 0.0))
    cause: PointsTo = "late_payment"


class RevenueGrowth(Measure):
    """Revenue of twelve months against the twelve before."""

    title: Title = "Trend of revenue"
    feature: Reads = "revenue_growth"
    weight: Weight = 10.0
    scale: Scale = ((-0.3, 0.0), (-0.1, 50.0), (0.0, 80.0), (0.1, 100.0))
    cause: PointsTo = "falling_revenue"


class Rhythm(Measure):
    """Time since the last order against the client's own long gap."""

    title: Title = "Rhythm of orders"
    feature: Reads = "gap_ratio"
    weight: Weight = 8.0
    scale: Scale = ((1.0, 100.0), (1.5, 60.0), (3.0, 0.0))
    cause: PointsTo = "silence"


class Notice(Measure):
    """Whether notice has been given on a contract in force."""

    title: Title = "Notice of contract"
    feature: Reads = "notice_given"
    weight: Weight = 8.0
    scale: Scale = ((0.0, 100.0), (1.0, 0.0))
    steps: Steps = True
    critical: Critical = True
    cause: PointsTo = "contract_position"


class Competitor(Measure):
    """Competitors seen at the client."""

    title: Title = "Competitors seen"
    feature: Reads = "competitors_open"
    weight: Weight = 3.0
    scale: Scale = ((0.0, 100.0), (1.0, 30.0), (2.0, 0.0))
    steps: Steps = True
    cause: PointsTo = "competitor_seen"


class HealthMeasures(Settings):
    """The kit's measures, each of which a firm or a unit may change, and its own."""

    usage: UsageTrend = Field(UsageTrend(), description="Trend of use.")
    licences: LicenceUse = Field(LicenceUse(), description="Use of licences.")
    satisfaction: Satisfaction = Field(Satisfaction(), description="The last answer.")
    champion: Champion = Field(Champion(), description="Whether the champion is gone.")
    contact: Contact = Field(Contact(), description="Time since anybody spoke.")
    breadth: Breadth = Field(Breadth(), description="People met in half a year.")
    sentiment: Sentiment = Field(Sentiment(), description="Mood of conversations.")
    service: Service = Field(Service(), description="Promised times missed.")
    overdue: Overdue = Field(Overdue(), description="Amount overdue.")
    late: LatePayment = Field(LatePayment(), description="Bills paid late.")
    revenue: RevenueGrowth = Field(RevenueGrowth(), description="Trend of revenue.")
    rhythm: Rhythm = Field(Rhythm(), description="Rhythm of orders.")
    notice: Notice = Field(Notice(), description="Notice of contract.")
    competitor: Competitor = Field(Competitor(), description="Competitors seen.")
    own: dict[MeasureKey, Measure] = Field(
        default_factory=dict, description="Further measures, by a key of your choice."
    )

    def each(self) -> Iterator[tuple[str, Measure]]:
        """Every measure by its key, in the order of the settings, own ones last."""
        for key in type(self).model_fields:
            if key != "own":
                yield key, getattr(self, key)
        yield from sorted(self.own.items())

    @model_validator(mode="after")
    def _own_keys_are_new(self) -> HealthMeasures:
        taken = sorted(set(self.own) & set(type(self).model_fields))
        refuse_if((bool(taken), f"own repeats {', '.join(taken)}; expected new keys"))
        return self
