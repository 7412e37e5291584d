"""Settings of the page Stakeholders and engagement."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, is_part, refuse_if

Count = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]
Role = Literal[
    "economic buyer",
    "champion",
    "influencer",
    "decision maker",
    "executive sponsor",
    "end user",
    "detractor",
]
Tier = Literal["1", "2", "3"]
ReviewKind = Literal["QBR", "EBR"]


class StrengthWeights(Settings):
    """How much each part of the strength of a relationship counts."""

    recency: Weight = Field(1, description="Days since the last contact.")
    frequency: Weight = Field(1, description="Contacts in the window.")
    seniority: Weight = Field(1, description="Weight in decisions of whoever was met.")
    two_way: Weight = Field(1, description="Whether both sides begin contacts.")

    @model_validator(mode="after")
    def _some(self, info: ValidationInfo) -> StrengthWeights:
        nothing = not any((self.recency, self.frequency, self.seniority, self.two_way))
        refuse_if((nothing and not is_part(info), "every weight is 0; expected one above 0"))
        return self


class StrengthRule(Settings):
    """How the strength of a relationship is scored 1 to 5 from what was recorded."""

    recency_days: tuple[Count, Count, Count, Count] = Field(
        (14, 30, 60, 120),
        description="Days since the last contact up to which recency scores 5, 4, 3 and 2, rising.",
    )
    frequency: tuple[Count, Count, Count, Count] = Field(
        (2, 4, 8, 16),
        description="Contacts in the window from which frequency scores 2, 3, 4 and 5, rising.",
    )
    two_way: tuple[Share, Share, Share, Share] = Field(
        (0.05, 0.15, 0.25, 0.35),
        description="Share of contacts begun by the side that begins fewer, from which two-way "
        "contact scores 2, 3, 4 and 5, rising; at most 0.5.",
    )
    weights: StrengthWeights = Field(
        StrengthWeights(), description="How much each of the four parts counts."
    )

    @model_validator(mode="after")
    def _edges_rise(self) -> StrengthRule:
        refuse_if(
            *(
                (not _rises(getattr(self, name)), f"{name} do not rise; expected four rising ones")
                for name in ("recency_days", "frequency", "two_way")
            ),
            (max(self.two_way) > 0.5, "two_way goes above 0.5; expected at most 0.5, half"),
        )
        return self


def _rises(values: tuple[float, ...]) -> bool:
    return list(values) == sorted(set(values))


class EngagementSettings(Settings):
    """What was planned: contacts by tier, business reviews, onboarding."""

    contacts_per_quarter: tuple[Count, Count, Count] = Field(
        (6, 3, 1), description="Contacts planned in a quarter with a client of tier 1, 2 and 3."
    )
    grace_days: int = Field(
        3, ge=0, le=60, description="Days by which an agreed contact may be late: a weekend."
    )
    review_kinds: tuple[ReviewKind, ...] = Field(
        ("QBR", "EBR"), min_length=1, description="Kinds of contact that are business reviews."
    )
    review_tiers: tuple[Tier, ...] = Field(
        ("1", "2"), min_length=1, description="Tiers whose clients are to have business reviews."
    )
    review_months: int = Field(
        3, ge=1, le=12, description="Months within which a business review is to be held."
    )
    onboarding_months: int = Field(
        24, ge=3, le=60, description="Onboarding looks at clients that started in these months."
    )
    first_days: int = Field(
        30,
        ge=1,
        le=180,
        description="Days from the start within which a client is to be met, and its first "
        "onboarding step done.",
    )


class StakeholdersPage(Settings):
    """Settings of the page Stakeholders and engagement."""

    top_accounts: int = Field(
        5, ge=1, le=25, description="Largest clients whose people are shown one by one."
    )
    people_shown: int = Field(
        8, ge=1, le=30, description="People shown of one client; all are in the workbook."
    )
    accounts_shown: int = Field(
        6, ge=1, le=100, description="Rows shown of a list; all are in the workbook."
    )
    window_days: int = Field(
        180, ge=30, le=730, description="A person is active when met in this many days."
    )
    single_contact_share: Share | None = Field(
        0.8,
        description="Share of contacts through one person above which a client counts as "
        "single-threaded although a second one is met; left out of the rule where null.",
    )
    red_days: int = Field(
        90, ge=0, description="Single-threaded is red where the term ends within so many days."
    )
    yellow_days: int = Field(180, ge=0, description="And yellow within so many days.")
    executive_roles: tuple[Role, ...] = Field(
        ("economic buyer", "decision maker", "executive sponsor"),
        description="Roles of people that count as executives of the client.",
    )
    departures_days: int = Field(
        365, ge=30, le=1095, description="Departures of people are looked at for so many days."
    )
    quarters_shown: int = Field(
        4, ge=1, le=8, description="Reviews back, three months apart, at which strength is shown."
    )
    strength: StrengthRule = Field(
        StrengthRule(), description="How the strength of a relationship is scored."
    )
    engagement: EngagementSettings = Field(
        EngagementSettings(), description="What was planned for contacts, reviews and onboarding."
    )

    @model_validator(mode="after")
    def _later_is_milder(self, info: ValidationInfo) -> StakeholdersPage:
        wrong = self.yellow_days <= self.red_days and not is_part(info)
        refuse_if(
            (
                wrong,
                f"yellow_days is {self.yellow_days}; expected more than red_days, {self.red_days}",
            )
        )
        return self
