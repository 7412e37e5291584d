"""Settings of the pages RFM and lifecycle, and Recurrence and rhythm."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import IsoDate, Settings, Share, Text, is_part, refuse_if

Days = Annotated[int, Field(ge=0)]
FourDays = tuple[Days, Days, Days, Days]
FourCounts = tuple[
    Annotated[int, Field(ge=1)],
    Annotated[int, Field(ge=1)],
    Annotated[int, Field(ge=1)],
    Annotated[int, Field(ge=1)],
]
FourAmounts = tuple[float, float, float, float]

RfmSegmentName = Literal[
    "champions",
    "loyal",
    "frequent_small",
    "big_and_rare",
    "growing_habit",
    "new",
    "promising",
    "needs_attention",
    "about_to_sleep",
    "cannot_lose",
    "at_risk",
    "hibernating",
    "lost",
]
LifecycleState = Literal[
    "new", "active", "sleeping", "hibernating", "leaving", "lost", "no_activity"
]


def _rises(values: tuple[float, ...] | None) -> bool:
    return values is None or list(values) == sorted(set(values))


class LifecycleSettings(Settings):
    """When a client counts as sleeping, hibernating, leaving and lost."""

    new_days: int = Field(
        90, ge=1, description="A client is new for this many days after its first purchase."
    )
    active_months: int = Field(
        4, ge=1, description="Active: last purchase at most this many months ago."
    )
    sleeping_months: int = Field(8, ge=1, description="Sleeping: at most this many months ago.")
    hibernating_months: int = Field(
        11, ge=1, description="Hibernating: at most this many months ago."
    )
    leaving_days: int = Field(
        400, ge=1, description="Leaving: at most this many days ago; lost beyond."
    )
    actions: dict[LifecycleState, Text] = Field(
        default_factory=dict, description="What is done about a state, in place of the kit's words."
    )

    @model_validator(mode="after")
    def _follow_each_other(self, info: ValidationInfo) -> LifecycleSettings:
        months = (self.active_months, self.sleeping_months, self.hibernating_months)
        longest = self.hibernating_months * 31
        if not is_part(info):
            refuse_if(
                (not _rises(months), "the months of active, sleeping and hibernating do not rise"),
                (
                    self.leaving_days <= longest,
                    f"leaving_days is {self.leaving_days}; expected more than the {longest} days "
                    "that hibernating_months can last",
                ),
            )
        return self


class ValueGroupSettings(Settings):
    """Who counts as best, loyal and small."""

    large_share: Share = Field(
        0.2, description="Large: this first part of the clients with revenue, largest first."
    )
    small_share: Share = Field(
        0.5, description="Little revenue: this last part of the clients with revenue."
    )
    growth: float = Field(
        0.1, ge=0, description="Growing: revenue up by at least this share on the year before."
    )
    steady: float = Field(
        0.2, ge=0, description="Steady: revenue within this share of the year before, up or down."
    )


class ClusterSettings(Settings):
    """Groups found by an algorithm; an aid to look, never a truth."""

    count: int = Field(3, ge=2, le=8, description="How many groups are looked for.")
    resamples: int = Field(
        25, ge=5, le=200, description="Resamples of the clients behind the stability."
    )


class RfmPage(Settings):
    """Settings of the page RFM and lifecycle."""

    window_days: int | None = Field(
        None,
        ge=30,
        description="Days over which purchases and money are counted; all history where left out. "
        "The days since the last purchase always look at all history.",
    )
    frequency: Literal["purchase_days", "invoices"] = Field(
        "purchase_days",
        description="What is counted as one purchase.",
        json_schema_extra={"enumDescriptions": ["a day with at least one sale", "an invoice"]},
    )
    recency_cutoffs_days: FourDays | None = Field(
        None,
        description="Days since the last purchase up to which the score is 5, 4, 3 and 2, rising. "
        "Quintiles frozen on a day where left out.",
    )
    frequency_cutoffs: FourCounts | None = Field(
        None,
        description="Purchases from which the score is 2, 3, 4 and 5, rising. Quintiles frozen on "
        "a day where left out.",
    )
    monetary_cutoffs: FourAmounts | None = Field(
        None,
        description="Revenue from which the score is 2, 3, 4 and 5, rising. Quintiles frozen on a "
        "day where left out.",
    )
    frozen_at: IsoDate | None = Field(
        None,
        description="The day whose quintiles stand in for cut-offs that are left out, as known on "
        "that day; the review before this one where left out.",
    )
    lifecycle: LifecycleSettings = Field(
        LifecycleSettings(), description="When clients count as sleeping, leaving and lost."
    )
    groups: ValueGroupSettings = Field(
        ValueGroupSettings(), description="Who counts as best, loyal and small."
    )
    clusters: bool = Field(
        False, description="Also show groups that an algorithm finds, with how stable they are."
    )
    cluster: ClusterSettings = Field(ClusterSettings(), description="How clusters are looked for.")
    actions: dict[RfmSegmentName, Text] = Field(
        default_factory=dict,
        description="What is done about a segment, in place of the kit's words.",
    )
    accounts_shown: int = Field(
        12, ge=1, le=200, description="Clients listed; all are in the workbook."
    )

    @model_validator(mode="after")
    def _cutoffs_rise(self) -> RfmPage:
        refuse_if(
            *(
                (not _rises(getattr(self, name)), f"{name} do not rise; expected four rising ones")
                for name in ("recency_cutoffs_days", "frequency_cutoffs", "monetary_cutoffs")
            )
        )
        return self


class RecurrencePage(Settings):
    """Settings of the page Recurrence and rhythm."""

    threshold: int = Field(
        4, ge=2, le=60, description="Purchase days within 365 from which a client is recurring."
    )
    steps_shown: int = Field(8, ge=2, le=24, description="Steps of the funnel that are shown.")
    least_accounts: int = Field(
        10, ge=1, description="The worst step is looked for among steps that so many clients reach."
    )
    least_gaps: int = Field(
        4, ge=3, description="Gaps between purchases that it takes to speak of a rhythm."
    )
    gaps_used: int = Field(
        24, ge=4, description="The rhythm is read from at most this many of the latest gaps."
    )
    missed_quantile: float = Field(
        0.8,
        gt=0.5,
        lt=1,
        description="A repurchase is missed when the gap is beyond this share of the client's own.",
    )
    missed_within_days: int = Field(
        400, ge=30, description="Clients silent for longer are lost, not late; they are counted."
    )
    interval_level: float = Field(
        0.8, ge=0.5, lt=1, description="Level of the interval of the next expected purchase."
    )
    recent_days: int = Field(
        182, ge=30, le=365, description="Orders of these last days are held against earlier ones."
    )
    recent_orders: int = Field(
        5, ge=3, le=25, description="At most so many of the latest orders are looked at."
    )
    least_earlier_orders: int = Field(
        8, ge=5, description="Earlier orders that it takes to speak of a client's own range."
    )
    own_range: tuple[Share, Share] = Field(
        (0.1, 0.9), description="The client's own range: between these shares of earlier orders."
    )
    least_peers: int = Field(
        5, ge=3, description="Similar clients that it takes to compare a client with."
    )
    accounts_shown: int = Field(
        12, ge=1, le=200, description="Clients listed; all are in the workbook."
    )

    @model_validator(mode="after")
    def _range_has_two_ends(self) -> RecurrencePage:
        low, high = self.own_range
        refuse_if((not low < 0.5 < high, "own_range does not hold 0.5 between its two ends"))
        return self
