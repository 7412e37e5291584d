"""The framework in our words: six dimensions of four criteria, the signals that measure each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portfolio_lib.analyses.readiness_criteria import accounts_and_people as people
from portfolio_lib.analyses.readiness_criteria import issues_and_growth as growth
from portfolio_lib.analyses.readiness_criteria import starts_and_reviews as starts
from portfolio_lib.analyses.readiness_criteria.counting import Counted
from portfolio_lib.analyses.readiness_criteria.known import Known

Measure = Callable[[Known], Counted]


@dataclass(frozen=True)
class Dimension:
    """One of the six; `key` names its weight."""

    number: int
    key: str
    title: str


@dataclass(frozen=True)
class Criterion:
    """One of four of a dimension; `would_help` says what to do where nothing is measured."""

    key: str
    title: str
    would_help: str

    @property
    def dimension(self) -> int:
        return int(self.key[0])


@dataclass(frozen=True)
class Signal:
    """What a criterion is measured by: so many of so many `words`."""

    key: str
    criterion: str
    label: str
    words: str
    measure: Measure


DIMENSIONS = (
    Dimension(1, "strategy", "Account strategy and segments"),
    Dimension(2, "relationships", "Relationships and people"),
    Dimension(3, "onboarding", "Onboarding and first value"),
    Dimension(4, "reviews", "Proactive contact and reviews"),
    Dimension(5, "issues", "Issues and escalation"),
    Dimension(6, "growth", "Retention and growth"),
)

CRITERIA = (
    Criterion("1.1", "Clients are sorted by value, effort and importance",
              "give tiers, industry, size and importance in table accounts"),
    Criterion("1.2", "Larger clients have a plan with goals and people", "hand in table plans"),
    Criterion("1.3", "Success is defined together with the client",
              "hand in table plans with success measures"),
    Criterion("1.4", "People and time go where the tier asks for them",
              "hand in tables managers and interactions"),
    Criterion("2.1", "The people who decide are known", "hand in table contacts with roles"),
    Criterion("2.2", "Contacts keep the rhythm that was agreed",
              "hand in tables contacts and interactions"),
    Criterion("2.3", "Executive sponsors are active at the largest clients",
              "name sponsors in table accounts and hand in table interactions"),
    Criterion("2.4", "No relationship hangs by one person",
              "hand in tables contacts and interactions"),
    Criterion("3.1", "Onboarding follows a plan with days", "hand in table milestones"),
    Criterion("3.2", "Time to first value is tracked and short",
              "mark the first value in table milestones"),
    Criterion("3.3", "Early steps are done in time", "hand in table milestones"),
    Criterion("3.4", "Sales hands over without a gap",
              "name the hand-over in table milestones and hand in table interactions"),
    Criterion("4.1", "Business reviews are planned and held", "hand in table interactions"),
    Criterion("4.2", "Reviews show what the client gained and what comes next",
              "no table says what a review showed; attest it"),
    Criterion("4.3", "We make contact before the client has to", "hand in table interactions"),
    Criterion("4.4", "Health is watched by use, satisfaction and contacts",
              "hand in tables usage, surveys and interactions"),
    Criterion("5.1", "Issues are sorted by severity and have an owner", "hand in table issues"),
    Criterion("5.2", "Promised times exist and are kept", "hand in tables issues and slas"),
    Criterion("5.3", "Causes are found, so that issues do not come back",
              "fill theme and root cause in table issues"),
    Criterion("5.4", "Clients hear from us in time, and grave cases rise",
              "hand in tables issues and slas"),
    Criterion("6.1", "Renewals are looked at ahead, with their risk", "hand in table contracts"),
    Criterion("6.2", "Warning signs lead to action", "hand in table actions"),
    Criterion("6.3", "Growth is worked on at healthy clients", "hand in table opportunities"),
    Criterion("6.4", "What clients say is followed up",
              "hand in tables surveys and interactions"),
)  # fmt: skip

SIGNALS = (
    Signal("tier_given", "1.1", "Tiers given", "clients have a tier given",
           people.tier_given),
    Signal("tier_fit", "1.1", "Tiers that fit",
           "clients have the tier that their place by value suggests", people.tier_fit),
    Signal("described", "1.1", "Clients described",
           "clients have industry, size and importance on record", people.described),
    Signal("plan_goals", "1.2", "Plans with goals",
           "larger clients have an account plan with goals that still holds", people.plan_goals),
    Signal("plan_people", "1.2", "Plans with people",
           "planned clients have people with a part in buying on record", people.plan_people),
    Signal("measures_agreed", "1.3", "Measures agreed",
           "larger clients agreed to measures of success", people.measures_agreed),
    Signal("within_capacity", "1.4", "Managers' load",
           "account managers hold no more clients than they can look after well",
           people.within_capacity),
    Signal("effort_by_tier", "1.4", "Contacts by tier",
           "clients were contacted as planned for their tier", people.effort_by_tier),
    Signal("roles_known", "2.1", "Roles known",
           "larger clients have a known economic buyer and champion", people.roles_known),
    Signal("cadence_kept", "2.2", "Rhythms kept",
           "agreed rhythms of contact are kept", people.cadence_kept),
    Signal("sponsors_active", "2.3", "Sponsors active",
           "clients of tier 1 have a sponsor of ours and an executive of theirs met",
           people.sponsors_active),
    Signal("depth", "2.4", "More than one contact",
           "clients are met through more than one contact", people.depth),
    Signal("steps_planned", "3.1", "Steps planned",
           "new clients have onboarding steps with a day", starts.steps_planned),
    Signal("value_tracked", "3.2", "First value named",
           "new clients have a step that is named the first value", starts.value_tracked),
    Signal("value_in_time", "3.2", "First value in time",
           "new clients had their first value in time", starts.value_in_time),
    Signal("steps_in_time", "3.3", "Steps in time",
           "onboarding steps were done in time", starts.steps_in_time),
    Signal("handover_done", "3.4", "Hand-overs in time",
           "hand-overs were done in time", starts.handover_done),
    Signal("start_covered", "3.4", "First days",
           "new clients were met and begun in their first days", starts.start_covered),
    Signal("reviews_held", "4.1", "Reviews held",
           "business reviews that were due were held", starts.reviews_held),
    Signal("begun_by_us", "4.3", "Begun by us", "contacts were begun by us", starts.begun_by_us),
    Signal("health_watched", "4.4", "Signals watched",
           "clients have use, satisfaction and contacts on record", starts.health_watched),
    Signal("triaged", "5.1", "Severity and owner",
           "issues have a severity and an owner", growth.triaged),
    Signal("promises_kept", "5.2", "Promised times",
           "issues kept their promised times", growth.promises_kept),
    Signal("no_repeats", "5.3", "No repeats",
           "issues with a theme did not come back", growth.no_repeats),
    Signal("causes_found", "5.3", "Causes found",
           "grave or late issues have a cause written down", growth.causes_found),
    Signal("answered_in_time", "5.4", "First answers",
           "issues were first answered in time", growth.answered_in_time),
    Signal("late_escalated", "5.4", "Escalations",
           "late issues of the highest severity were escalated", growth.late_escalated),
    Signal("renewals_looked_at", "6.1", "Looked at ahead",
           "terms due were looked at in time", growth.renewals_looked_at),
    Signal("renewals_scored", "6.1", "Risk known",
           "terms due belong to a client whose health is known", growth.renewals_scored),
    Signal("risks_acted_on", "6.2", "Risks acted on",
           "clients at risk have an action done or under way", growth.risks_acted_on),
    Signal("actions_done", "6.2", "Actions done", "actions due were done", growth.actions_done),
    Signal("growth_worked", "6.3", "Open deals",
           "healthy larger clients have an open deal", growth.growth_worked),
    Signal("feedback_followed", "6.4", "Low answers",
           "low answers were followed up in time", growth.feedback_followed),
)  # fmt: skip

BANDS = (
    (5.0, "Optimized"), (4.0, "Managed"), (3.0, "Defined"), (2.0, "Developing"), (1.0, "Initial"),
)  # fmt: skip


def band_of(score: float | None) -> str | None:
    """The band of a rounded score.

    Examples
    --------
    >>> band_of(3.0), band_of(4.9), band_of(5.0), band_of(None)
    ('Defined', 'Managed', 'Optimized', None)
    """
    if score is None:
        return None
    return next(name for lowest, name in BANDS if score >= lowest)
