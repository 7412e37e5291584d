"""Settings of the page Wake-up calls: what is watched, against what, and what was planned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, in_words, is_part, refuse_if

MONTHS_IN_PERIOD = {"month": 1, "quarter": 3, "year": 12}
"""Months that a review looks at, by how often the unit is reviewed."""

PlanKey = Annotated[
    str,
    StringConstraints(pattern=r"^(19|20|21)[0-9]{2}(-(0[1-9]|1[0-2]))?$"),
    in_words('a month or a year in quotes, for example "2026-04" or "2026"'),
]
Column = Literal["industry", "country", "region", "city"]
SIZES = ("small", "medium", "large")
"""Bands of a goal for sizes, by employees; fixed, so that a goal means the same every year."""


class PortfolioGoals(Settings):
    """What the portfolio should look like. The number of clients is `targets.active_accounts`."""

    average_ticket: float | None = Field(
        None, ge=0, description="Revenue of twelve months per purchase."
    )
    mix_by: Literal["tier", "size", "industry", "country", "region", "city"] = Field(
        "tier", description="The groups whose mix is aimed at."
    )
    size_from: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=2)]] = Field(
        (50, 250),
        description="Employees from which a client is medium, and from which it is large, where "
        "mix_by is size. Below is small.",
    )
    mix_of: Literal["accounts", "revenue"] = Field(
        "accounts", description="What the shares are shares of: active clients, or revenue."
    )
    mix: dict[Text, Share] = Field(
        default_factory=dict,
        description="Share aimed at by group: the tier's label; small, medium or large; the "
        "segment.",
    )

    @model_validator(mode="after")
    def _adds_up(self, info: ValidationInfo) -> PortfolioGoals:
        total = sum(self.mix.values())
        refuse_if(
            (
                total > 1 + 1e-9 and not is_part(info),
                f"the shares of mix add up to {total:g}; expected at most 1",
            ),
        )
        medium, large = self.size_from
        unknown = sorted(set(self.mix) - set(SIZES)) if self.mix_by == "size" else []
        refuse_if(
            (medium >= large, "the values of size_from do not rise; expected medium, then large"),
            (
                bool(unknown) and not is_part(info),
                f"mix names {', '.join(unknown)}; expected {', '.join(SIZES)} where mix_by is size",
            ),
        )
        return self

    @property
    def mix_words(self) -> str:
        """What the mix is by, in words."""
        if self.mix_by != "size":
            return self.mix_by
        medium, large = self.size_from
        return f"size (medium from {medium:,} employees, large from {large:,})"


class SignalsPage(Settings):
    """Settings of the page Wake-up calls."""

    segment: Column | None = Field(
        None,
        description="The column of accounts that tells segments apart; industry where left out, or "
        "the geography of the page Segments where no industry is recorded.",
    )
    months_judged: int | None = Field(
        None,
        ge=1,
        le=12,
        description="Latest complete months that a review judges; those of its period if left out.",
    )
    least_months: int = Field(
        24, ge=18, description="Months before the one judged that it takes to tell a season."
    )
    least_accounts: int = Field(
        5,
        ge=1,
        description="Clients with revenue in a usual month that a group needs to be watched.",
    )
    false_alarms: float = Field(
        0.5,
        gt=0,
        le=10,
        description="Calls that one review may raise by chance alone, over everything it watches.",
    )
    watch: Literal["drops", "both"] = Field(
        "drops",
        description="What rings.",
        json_schema_extra={
            "enumDescriptions": ["revenue below its range", "revenue below or above its range"]
        },
    )
    least_gap: Share = Field(
        0.05, description="A month this close to what was expected never rings, as a share of it."
    )
    months_replayed: int = Field(
        12, ge=0, le=36, description="Earlier months that are judged again, for what followed."
    )
    groups_watched: int = Field(
        10, ge=1, le=50, description="Groups watched of each kind, the largest ones."
    )
    calls_shown: int = Field(8, ge=1, le=50, description="Calls shown; all are in the workbook.")
    plan: dict[PlanKey, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Planned revenue by month, or by year: then a twelfth of it each month.",
    )
    goals: PortfolioGoals = Field(
        PortfolioGoals(), description="What the portfolio should look like."
    )

    @model_validator(mode="after")
    def _months_or_year(self, info: ValidationInfo) -> SignalsPage:
        twice = sorted(year for year in self.plan if f"{year}-" in {k[:5] for k in self.plan})
        refuse_if(
            (
                bool(twice) and not is_part(info),
                f"plan gives {', '.join(twice)} both as a year and by month; expected one of them",
            )
        )
        return self

    def months_of(self, period: str) -> int:
        """Months that a review judges."""
        return self.months_judged or MONTHS_IN_PERIOD[period]
