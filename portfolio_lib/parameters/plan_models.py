"""Settings of the pages Plan and Sign-off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, refuse_if

Hours = Annotated[float, Field(gt=0, le=1000)]


class PortfolioAction(Settings):
    """Something to do about the portfolio as a whole, and the figure that calls for it."""

    figure: Text = Field(description="The figure that calls for it: a key of review.json.")
    when: Literal["missed", "above_zero", "outnumbers"] = Field(
        "missed",
        description="Called for where its goal is missed, where it is above zero, or where it is a "
        "count that outnumbers others.",
    )
    against: tuple[Text, ...] = Field(
        (), description="With outnumbers: the counts that it is held against, added up."
    )
    title: Text = Field(description="What is to be done.")
    measure: Text = Field(description="How one sees that it is done.")
    within_days: int = Field(ge=1, le=366, description="How soon.")
    hours: Hours = Field(description="Hours of work that it takes.")

    @model_validator(mode="after")
    def _held_against_something(self) -> PortfolioAction:
        refuse_if(
            (
                (self.when == "outnumbers") != bool(self.against),
                "against is for outnumbers, which needs it; expected both or neither",
            )
        )
        return self


def _action(
    figure: str,
    title: str,
    measure: str,
    within_days: int,
    hours: float,
    *,
    above_zero: bool = False,
) -> PortfolioAction:
    return PortfolioAction(
        figure=figure, when="above_zero" if above_zero else "missed", title=title, measure=measure,
        within_days=within_days, hours=hours,
    )  # fmt: skip


PORTFOLIO_ACTIONS = (
    _action("engagement.review_completion", "Fix a day for every business review that is due",
            "Share of reviews held", 30, 12),
    _action("stakeholders.single_threaded_share", "Find a second contact for the clients with one",
            "Share of clients with one contact", 60, 16),
    _action("service.compliance", "Look into the causes behind the missed promises of service",
            "Promised times kept", 30, 12),
    _action("satisfaction.rating", "Answer every low rating, and tell clients what changed",
            "Satisfaction", 60, 10),
    _action("payments.late_share", "Agree reminders and terms with the accounts team",
            "Bills paid late", 60, 8),
    _action("movements.grr", "Go through every loss of the year, and note its reason",
            "Gross revenue retention", 30, 8),
    _action("movements.nrr", "Choose the offerings to grow with, and the clients to ask first",
            "Net revenue retention", 90, 12),
    _action("concentration.top_10_share", "Set a goal for new clients of middle size",
            "Share of the ten largest clients", 90, 8),
    _action("engagement.cadence_kept", "Agree contact rhythms that can be kept",
            "Agreed contacts kept", 60, 8),
    _action("renewals.rate", "Open every renewal 90 days ahead", "Renewal rate", 30, 8),
    _action("health.warned", "Send early warnings to account managers as they come up",
            "Warnings answered within a week", 90, 20, above_zero=True),
    PortfolioAction(
        figure="portfolio.lost_accounts", when="outnumbers",
        against=("portfolio.new_accounts", "portfolio.returned_accounts"),
        title="Start a campaign to win new clients: more leave than come",
        measure="Clients won and clients lost in a year", within_days=60, hours=20,
    ),
)  # fmt: skip


class PlanPage(Settings):
    """Settings of the page Plan."""

    review_months: Literal[1, 3, 6, 12] = Field(3, description="Months from review to review.")
    hours_share: Share = Field(
        0.2, description="Part of an account manager's weekly hours that goes into the plan."
    )
    hours_per_week: Hours = Field(
        30.0, description="Weekly hours of an account manager where table managers does not say."
    )
    portfolio_owner: Text = Field(
        "Head of account management", description="Who does what concerns the whole portfolio."
    )
    portfolio_hours: Hours = Field(120.0, description="That person's hours for it in 90 days.")
    chance_by_colour: dict[Literal["red", "yellow", "green"], Share] = Field(
        {"red": 0.25, "yellow": 0.1, "green": 0.02},
        description="Chance that a client of this colour leaves, where too few were seen to count.",
    )
    least_seen: int = Field(
        10, ge=1, description="Clients of a colour seen before their own past share is taken."
    )
    renewal_lead_days: int = Field(
        30, ge=0, le=366, description="Days before the end of a term at which its talk is held."
    )
    outcome_days: int = Field(
        60, ge=0, le=730, description="Days after an action was done before its outcome is read."
    )
    interval_level: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        0.9, description="Level of the interval of shares."
    )
    expansion_target: float | None = Field(
        None, ge=0, description="Value that open cross-sell and upsell should reach."
    )
    goals: dict[str, float] = Field(
        {"engagement.review_completion": 0.9},
        description="Goals of the plan where the targets say nothing: figure and value.",
    )
    promised: dict[str, float] = Field(
        default_factory=dict,
        description="What the last review set out to reach now, where its record has no target: "
        "keys of review.json and values. Without record and without these, today's targets stand.",
    )
    portfolio_actions: tuple[PortfolioAction, ...] = Field(
        PORTFOLIO_ACTIONS, description="What can be done about the portfolio as a whole."
    )
    outnumbers_times: float = Field(
        1.0,
        gt=0,
        description="A count outnumbers others where it is more than so many times as large: "
        "clients lost against clients won.",
    )
    outnumbers_chance: Share = Field(
        0.05,
        description="It takes a count so large that, were it just so many times as large on "
        "average, chance would bring one like it at most this often.",
    )
    readiness_actions: int = Field(1, ge=0, le=24, description="Next steps of readiness taken up.")
    readiness_up_to: int = Field(2, ge=1, le=5, description="Scores that call for a next step.")
    checklist_actions: int = Field(1, ge=0, le=24, description="Items of the checklist taken up.")
    wide_days: int = Field(90, ge=1, le=366, description="How soon these are done.")
    wide_hours: Hours = Field(12.0, description="Hours that one of them takes.")
    actions_shown: int = Field(12, ge=1, le=60, description="Actions listed on the page.")
    promises_shown: int = Field(8, ge=1, le=60, description="Promises listed on the page.")


class SignOffPage(Settings):
    """Settings of the page Sign-off."""

    listed: int = Field(3, ge=1, le=6, description="Lines of each list of the sheet.")
    new_clients: int | None = Field(
        None, ge=0, description="Clients to be won until the next review."
    )
    growth: float | None = Field(
        None, description="Growth aimed at for the next review; the target where left out."
    )
