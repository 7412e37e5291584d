"""Settings of the page Readiness."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, is_part, refuse_if

Weight = Annotated[float, Field(ge=0)]
Days = Annotated[int, Field(ge=1, le=730)]
Score = Annotated[float, Field(ge=1, le=5)]
Six = tuple[Score, Score, Score, Score, Score, Score]
Edges = tuple[Share, Share, Share, Share]
CriterionKey = Annotated[str, Field(pattern=r"^[1-6]\.[1-4]$")]

DIMENSIONS = ("strategy", "relationships", "onboarding", "reviews", "issues", "growth")


class ReadinessWeights(Settings):
    """How much each dimension counts in the whole."""

    strategy: Weight = Field(1, description="Account strategy and segments.")
    relationships: Weight = Field(1, description="Relationships and people.")
    onboarding: Weight = Field(1, description="Onboarding and first value.")
    reviews: Weight = Field(1, description="Proactive contact and business reviews.")
    issues: Weight = Field(1, description="Issues and escalation.")
    growth: Weight = Field(1, description="Retention and growth.")

    @model_validator(mode="after")
    def _some(self, info: ValidationInfo) -> ReadinessWeights:
        nothing = not any(getattr(self, name) for name in DIMENSIONS)
        refuse_if((nothing and not is_part(info), "every weight is 0; expected one above 0"))
        return self


class ReadinessThresholds(Settings):
    """Shares from which each signal scores 2, 3, 4 and 5."""

    tier_given: Edges = Field((0.5, 0.7, 0.85, 0.95), description="Clients with a tier given.")
    tier_fit: Edges = Field((0.5, 0.7, 0.85, 0.95), description="Given tiers that fit the value.")
    described: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Clients with industry, size and importance recorded."
    )
    plan_goals: Edges = Field((0.25, 0.5, 0.75, 0.9), description="Account plans with goals.")
    plan_people: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Planned clients whose people and roles are known."
    )
    measures_agreed: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Success measures agreed with the client."
    )
    within_capacity: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Account managers within their capacity."
    )
    effort_by_tier: Edges = Field(
        (0.4, 0.6, 0.75, 0.9), description="Clients contacted as planned for their tier."
    )
    roles_known: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Clients whose buyer and champion are known."
    )
    cadence_kept: Edges = Field((0.6, 0.8, 0.9, 0.97), description="Agreed rhythms kept.")
    sponsors_active: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Tier 1 clients with an active sponsor."
    )
    depth: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Clients that do not hang by one contact."
    )
    steps_planned: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="New clients with dated onboarding steps."
    )
    value_tracked: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="New clients whose first value is a step of the plan."
    )
    value_in_time: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="New clients that had the first value in time."
    )
    steps_in_time: Edges = Field(
        (0.4, 0.6, 0.8, 0.95), description="Onboarding steps done within the days allowed."
    )
    handover_done: Edges = Field((0.4, 0.6, 0.8, 0.95), description="Hand-overs done in time.")
    start_covered: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="New clients met and begun in their first days."
    )
    reviews_held: Edges = Field((0.4, 0.6, 0.8, 0.95), description="Business reviews held.")
    begun_by_us: Edges = Field((0.4, 0.6, 0.8, 0.9), description="Contacts that we began.")
    health_watched: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Clients with use, satisfaction and contacts known."
    )
    triaged: Edges = Field((0.6, 0.8, 0.9, 0.97), description="Issues with severity and owner.")
    promises_kept: Edges = Field((0.7, 0.8, 0.9, 0.97), description="Issues within their times.")
    no_repeats: Edges = Field((0.7, 0.8, 0.9, 0.97), description="Issues that do not come back.")
    causes_found: Edges = Field(
        (0.1, 0.3, 0.6, 0.9), description="Grave or late issues with a cause written down."
    )
    answered_in_time: Edges = Field((0.7, 0.8, 0.9, 0.97), description="First answers in time.")
    late_escalated: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Grave issues past their time that were escalated."
    )
    renewals_looked_at: Edges = Field(
        (0.4, 0.6, 0.8, 0.95), description="Terms looked at in time before their end."
    )
    renewals_scored: Edges = Field(
        (0.5, 0.7, 0.85, 0.95), description="Terms due whose client has a colour of health."
    )
    risks_acted_on: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Clients at risk for which something is under way."
    )
    actions_done: Edges = Field((0.4, 0.6, 0.8, 0.95), description="Actions due that were done.")
    growth_worked: Edges = Field(
        (0.05, 0.15, 0.3, 0.5), description="Healthy larger clients with an open deal."
    )
    feedback_followed: Edges = Field(
        (0.25, 0.5, 0.75, 0.9), description="Low answers followed by a contact or an action."
    )

    @model_validator(mode="after")
    def _edges_rise(self) -> ReadinessThresholds:
        refuse_if(
            *(
                (
                    list(edges) != sorted(set(edges)) or edges[0] <= 0,
                    f"{name} do not rise from above 0; expected four rising shares",
                )
                for name, edges in self
            )
        )
        return self


class ReadinessPage(Settings):
    """Settings of the page Readiness."""

    context: Text | None = Field(
        None, description="Whom the review is about: clients, segments, tools. Printed."
    )
    objectives: Text | None = Field(None, description="What the unit is after. Printed.")
    constraints: Text | None = Field(None, description="What holds it back. Printed.")
    basis: Literal["measured", "attested", "lower"] = Field(
        "measured",
        description="Which score of a criterion counts where both are known.",
        json_schema_extra={
            "enumDescriptions": [
                "the measured one; the attested one where nothing is measured",
                "the attested one; the measured one where nothing is attested",
                "the lower of the two",
            ]
        },
    )
    attested_only: tuple[CriterionKey, ...] = Field(
        (), description="Criteria of which the measured score does not count, for example 1.3."
    )
    weights: ReadinessWeights = Field(
        ReadinessWeights(), description="How much each dimension counts in the whole."
    )
    targets: Six = Field(
        (4.0, 4.0, 4.0, 4.0, 4.0, 4.0), description="Score aimed at in each dimension."
    )
    target: Score = Field(4.0, description="Score aimed at overall.")
    last_scores: Six | None = Field(
        None,
        description="Scores of the last review by dimension, for a unit whose last review was not "
        "made here. Reviews that were made here are remembered.",
    )
    thresholds: ReadinessThresholds = Field(
        ReadinessThresholds(), description="Shares from which each signal scores 2, 3, 4 and 5."
    )
    practice_score: int = Field(
        4, ge=2, le=5, description="Score of its signals from which a good practice is met."
    )
    larger_tiers: tuple[Literal["1", "2", "3"], ...] = Field(
        ("1", "2"), min_length=1, description="Tiers whose clients are to have plans and roles."
    )
    plan_months: int = Field(12, ge=1, le=36, description="Months for which an account plan holds.")
    first_value_days: Days = Field(
        90, description="Days from the start within which the first value is to be had."
    )
    step_grace_days: int = Field(
        14, ge=0, le=180, description="Days by which an onboarding step may be late."
    )
    handover_words: tuple[Text, ...] = Field(
        ("hand",),
        description="An onboarding step with one of these in its name is the hand-over from sales "
        "to the account manager.",
    )
    window_months: int = Field(
        12, ge=3, le=24, description="Months of contacts, issues and answers that are looked at."
    )
    action_days: Days = Field(
        120, description="Days for which an action counts as being under way for a client at risk."
    )
    feedback_days: Days = Field(
        14, description="Days within which a low answer is to be followed up."
    )
    low_answer: Share = Field(
        0.6, description="An answer is low up to this share of its scale: 6 of 10."
    )
