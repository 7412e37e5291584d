"""The published numbers on contacts against plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lib.analyses.business_reviews import review_window
from portfolio_lib.analyses.cadence import quarter_is_covered
from portfolio_lib.analyses.figures import Figure, not_computable, unless, window_after
from portfolio_lib.analyses.onboarding import LEVEL, FirstValue
from portfolio_lib.analyses.people import NO_CONTACTS, NO_INTERACTIONS, known_since
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import EngagementSettings

NO_MILESTONES = "no onboarding steps are recorded; hand in table milestones"


@dataclass(frozen=True)
class Engaged:
    """The clients with their contacts, and the new clients with their first steps."""

    parameters: UnitParameters
    rows: pd.DataFrame
    people: pd.DataFrame
    meetings: pd.DataFrame
    fresh: pd.DataFrame
    starts_recorded: bool
    steps: pd.DataFrame
    starts: pd.DataFrame
    reached: FirstValue | None

    @property
    def plan(self) -> EngagementSettings:
        return self.parameters.stakeholders.engagement

    @cached_property
    def since(self) -> dt.date | None:
        return known_since(self.meetings)

    @property
    def nobody(self) -> str | None:
        day = spoken(self.parameters.as_of)
        return f"no client was active on {day}" if self.rows.empty else None

    @property
    def meetings_missing(self) -> str | None:
        return NO_INTERACTIONS if self.meetings.empty else None

    @property
    def missing(self) -> str | None:
        return self.nobody or self.meetings_missing

    @property
    def no_fresh(self) -> str | None:
        """Why nothing is known of new clients."""
        if not self.fresh.empty:
            return None
        if not self.starts_recorded:
            return "no start dates are recorded; fill column start_date of table accounts"
        day = spoken(self.parameters.as_of)
        return f"no client started in the {self.plan.onboarding_months} months to {day}"

    @property
    def fresh_window(self) -> str:
        """The days on which a client that counts as new may have started."""
        as_of = self.parameters.as_of
        return window_after(months_before(as_of, self.plan.onboarding_months), as_of)

    def window(self, days: int) -> str:
        """So many days to the review."""
        as_of = self.parameters.as_of
        return f"{(as_of - dt.timedelta(days=days - 1)).isoformat()} to {as_of.isoformat()}"


def all_figures(found: Engaged) -> tuple[Figure, ...]:
    """Every figure on contacts, in the order of the definitions."""
    return (
        *review_figures(found),
        *plan_figures(found),
        *due_figures(found),
        *side_figures(found),
        *onboarding_figures(found),
        *start_figures(found),
    )


def review_figures(found: Engaged) -> tuple[Figure, ...]:
    """Business reviews held of those to be held."""
    rows, plan = found.rows, found.plan
    eligible = rows["qbr_eligible"].fillna(False).astype(bool)
    held = int((eligible & rows["qbr_held"].fillna(False).astype(bool)).sum())
    n, window = int(eligible.sum()), found.window(review_window(found.parameters.as_of, plan))
    kinds, tiers = " or ".join(plan.review_kinds), ", ".join(plan.review_tiers)
    who = f"clients of tier {tiers} that were clients before the window began"
    no_kind = found.meetings["kind"].isna().all()
    missing = found.missing or (
        "no contact says of what kind it was; fill column kind of table interactions"
        if no_kind else f"no client is to have one: none is in {who}" if n == 0 else None
    )  # fmt: skip
    return (
        unless(missing, Figure("engagement.review_completion", "Business reviews held",
               held / max(1, n), "share", f"Clients with at least one {kinds} in the window ÷ "
               f"clients to have one: {who}.", n, window, higher_is_better=True)),
        unless(found.nobody, Figure("engagement.reviews_eligible",
               "Clients to have a business review", n, "accounts",
               f"{who[:1].upper()}{who[1:]}.", len(rows), window)),
        unless(missing, Figure("engagement.reviews_held", "Clients that had one", held, "accounts",
               f"Of these, with at least one {kinds} in the window.", n, window)),
    )  # fmt: skip


def plan_figures(found: Engaged) -> tuple[Figure, ...]:
    """Contacts of the quarter against plan, and the rhythms agreed with people."""
    as_of, rows, people = found.parameters.as_of, found.rows, found.people
    window = found.window((as_of - months_before(as_of, 3)).days)
    held_to = rows["plan_met"].dropna().astype(bool)
    planned = ", ".join(map(str, found.plan.contacts_per_quarter))
    young = None
    if found.since is not None and not quarter_is_covered(found.since, as_of):
        young = f"contacts are on record since {spoken(found.since)} only, less than a quarter"
    untold = "no client has a tier and was a client before the quarter"
    unplanned = found.missing or young or (untold if held_to.empty else None)
    agreed = people["cadence_kept"].dropna().astype(bool)
    nothing = "nothing was agreed; fill column cadence_days of table contacts"
    unagreed = found.missing or (
        NO_CONTACTS if people.empty else nothing if agreed.empty else None)  # fmt: skip
    return (
        unless(unplanned, Figure("engagement.plan_met", "Clients contacted as planned",
               float(held_to.mean()) if len(held_to) else 0.0, "share",
               f"Clients with at least the contacts planned for their tier in a quarter "
               f"({planned} for tiers 1, 2, 3) ÷ those with a tier that were clients before the "
               "quarter.", len(held_to), window, higher_is_better=True)),
        unless(unagreed, Figure("engagement.cadence_kept", "Agreed contacts kept",
               float(agreed.mean()) if len(agreed) else 0.0, "share",
               "People whose last contact lies no further back than agreed with them (and "
               f"{found.plan.grace_days} days) ÷ people with whom a rhythm was agreed.",
               len(agreed), as_of.isoformat(), higher_is_better=True)),
        unless(unagreed, Figure("engagement.people_due", "People to be contacted",
               int((~agreed).sum()), "people", "People whose agreed contact is overdue.",
               len(agreed), as_of.isoformat())),
    )  # fmt: skip


def due_figures(found: Engaged) -> tuple[Figure, ...]:
    """Clients to be contacted, and what they are worth."""
    rows, day = found.rows, found.parameters.as_of.isoformat()
    told = rows["due"].notna()
    late = rows.loc[rows["due"].fillna(False).astype(bool)]
    nothing = "nothing was agreed with anybody, and no client has a tier to plan by"
    missing = found.missing or (nothing if not told.any() else None)
    return (
        unless(missing, Figure("engagement.accounts_due", "Clients to be contacted", len(late),
               "accounts", "Clients with somebody whose agreed contact is overdue; where "
               "nothing was agreed, those without contact for longer than 91 days ÷ the contacts "
               "planned in a quarter.", int(told.sum()), day)),
        unless(missing, Figure("engagement.due_revenue", "Yearly revenue of clients to be "
               "contacted", round(total(late["annual_revenue"]), 4), found.parameters.currency,
               "Yearly value of their contracts in force, else revenue of twelve months.",
               len(late), day)),
    )  # fmt: skip


def side_figures(found: Engaged) -> tuple[Figure, ...]:
    """Who begins contacts."""
    rows = found.rows
    ours, theirs = total(rows["begun_by_us"].dropna()), total(rows["begun_by_client"].dropna())
    n = int(ours + theirs)
    days = found.parameters.stakeholders.window_days
    unsaid = "no contact of the window says who began it; fill column initiated_by of table " \
        "interactions"  # fmt: skip
    return (
        unless(found.missing or (unsaid if n == 0 else None), Figure(
               "engagement.proactive_share", "Contacts begun by us", ours / max(1, n), "share",
               "Contacts with clients that we began ÷ contacts of which the record says "
               "who began them; the rest is reactive.", n, found.window(days))),
    )  # fmt: skip


def onboarding_figures(found: Engaged) -> tuple[Figure, ...]:
    """Steps on time and time to the first value, for clients of the last months."""
    steps, months, window = found.steps, found.plan.onboarding_months, found.fresh_window
    due = steps["state"].isin(("on time", "late", "open"))
    on_time = steps["state"].eq("on time")
    unrecorded = NO_MILESTONES if found.reached is None else None
    undue = "no onboarding step of these clients was planned by the day of the review"
    untold = found.no_fresh or unrecorded
    return (
        unless(untold or (undue if not due.any() else None), Figure("engagement.steps_on_time",
               "Onboarding steps on time", float(on_time.sum()) / max(1, int(due.sum())), "share",
               f"Steps done by the day planned ÷ steps planned by the review, clients of the last "
               f"{months} months.", int(due.sum()), window, higher_is_better=True)),
        _first_value_figure(found, untold, window),
    )  # fmt: skip


def _first_value_figure(found: Engaged, untold: str | None, window: str) -> Figure:
    reached = found.reached or FirstValue(None, None, 0, 0)
    unsaid = "nobody has said which step is the first value; fill column is_first_value of table " \
        "milestones"  # fmt: skip
    few = f"fewer than half of {reached.clients} clients have reached it so far"
    missing = untold or (
        unsaid if reached.clients == 0 else few if reached.median is None else None
    )
    return unless(missing, Figure("engagement.first_value_days", "Time to first value",
                  reached.median or 0.0, "days", "Median days from the start to the step marked as "
                  "first value; clients that have not reached it count for as long as they have "
                  "waited (Kaplan–Meier).", reached.clients, window, interval=reached.interval,
                  interval_method=f"{LEVEL:.0%} interval of the Kaplan–Meier median",
                  higher_is_better=False))  # fmt: skip


def start_figures(found: Engaged) -> tuple[Figure, ...]:
    """Gaps at the start, and what undated managers keep from being known."""
    rows, days = found.starts, found.plan.first_days
    told = rows["is_told"]
    young = (
        f"no client of the last {found.plan.onboarding_months} months has been one for {days} days"
    )
    unheard = "neither contacts nor onboarding steps of their first days are recorded; hand in " \
        "table interactions or milestones"  # fmt: skip
    missing = found.no_fresh or (young if rows.empty else unheard if not told.any() else None)
    return (
        unless(missing, Figure("engagement.start_gaps", "New clients with a gap at the start",
               int(rows["is_gap"].sum()), "accounts", f"Clients of the last "
               f"{found.plan.onboarding_months} months without a contact, or without an onboarding "
               f"step done, in their first {days} days.", int(told.sum()),
               found.fresh_window)),
        not_computable("engagement.manager_changes", "Changes of account manager", "accounts",
               "Clients handed from one account manager to another in the window.",
               reason="the table accounts names one account manager without a day; a change "
               "cannot be dated"),
    )  # fmt: skip
