"""Settings of the pages Satisfaction, and Issues and service levels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, refuse_if

Severity = Literal["P1", "P2", "P3", "P4"]
ContactRole = Literal[
    "economic buyer",
    "champion",
    "influencer",
    "decision maker",
    "executive sponsor",
    "end user",
    "detractor",
]
ClosedWords = tuple[Text, ...]


class SatisfactionPage(Settings):
    """Settings of the page Satisfaction."""

    window_months: int = Field(
        12, ge=1, le=36, description="Months of answers behind the page's figures."
    )
    satisfied_from: Share = Field(
        0.8, description="CSAT counts answers from this share of the scale up: 4 and 5 of 5."
    )
    low_rating: float = Field(
        7.0, ge=0, le=10, description="A client whose latest satisfaction is below this is low."
    )
    seniority: tuple[ContactRole, ...] = Field(
        (
            "executive sponsor",
            "economic buyer",
            "decision maker",
            "champion",
            "influencer",
            "end user",
            "detractor",
        ),
        min_length=1,
        description="Roles from the most senior down, for the answer that speaks for a client.",
    )
    least_accounts: int = Field(
        5, ge=2, description="Groups in which fewer clients answered are too few to say."
    )
    interval_level: float = Field(0.90, ge=0.5, lt=1, description="Level of the intervals.")
    quarters_shown: int = Field(8, ge=2, le=16, description="Quarters of the trend.")
    groups_shown: int = Field(6, ge=1, le=40, description="Groups of one kind shown in the pack.")
    accounts_shown: int = Field(
        12, ge=1, le=200, description="Clients listed in the pack; all are in the workbook."
    )
    comments_shown: int = Field(
        10, ge=0, le=200, description="Comments shown in the pack; all are in the workbook."
    )


class ServicePage(Settings):
    """Settings of the page Issues and service levels."""

    window_months: int = Field(
        12, ge=1, le=36, description="Months in which the issues behind the figures were opened."
    )
    compliance_target: Share | None = Field(
        None, description="Share of promised times to keep; not shown where left out."
    )
    urgent: tuple[Severity, ...] = Field(
        ("P1", "P2"), min_length=1, description="Severities that count as urgent."
    )
    closed_words: ClosedWords = Field(
        ("closed", "resolved", "solved", "done", "cancelled", "canceled"),
        description="Words of your status that say an issue is over, in small letters.",
    )
    repeat_days: int = Field(
        90, ge=1, le=730, description="An issue repeats one of the same client and theme this near."
    )
    recurring_accounts: int = Field(
        3, ge=2, description="A theme recurs when so many clients raise it in the window."
    )
    urgent_days: int = Field(
        90, ge=7, le=366, description="Days before a snapshot in which urgent issues are counted."
    )
    least_issues: int = Field(
        10, ge=2, description="Groups with fewer issues decided are too few to say."
    )
    least_events: int = Field(
        5, ge=1, description="Clients lost that it takes to compare them with issues."
    )
    interval_level: float = Field(0.90, ge=0.5, lt=1, description="Level of the intervals.")
    quarters_shown: int = Field(8, ge=2, le=16, description="Quarters of the trend.")
    text_groups: int = Field(
        6, ge=2, le=20, description="Groups of texts looked for where issues are free text."
    )
    least_texts: int = Field(
        40, ge=10, description="Different texts that it takes to look for groups of texts."
    )
    issues_shown: int = Field(
        12, ge=1, le=200, description="Open issues shown in the pack; all are in the workbook."
    )
    groups_shown: int = Field(6, ge=1, le=40, description="Groups of one kind shown in the pack.")

    @model_validator(mode="after")
    def _words_are_small(self) -> ServicePage:
        large = [word for word in self.closed_words if word != word.lower().strip()]
        refuse_if((bool(large), f"closed_words {large} are not in small letters; write them so"))
        return self
