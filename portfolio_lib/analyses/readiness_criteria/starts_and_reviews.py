"""Signals of onboarding and first value, and of proactive contact and business reviews."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.business_reviews import reviews
from portfolio_lib.analyses.onboarding import starts
from portfolio_lib.analyses.people import NO_INTERACTIONS, known_since
from portfolio_lib.analyses.readiness_criteria.accounts_and_people import NOBODY, UNDATED
from portfolio_lib.analyses.readiness_criteria.counting import Counted, of, unknown
from portfolio_lib.analyses.readiness_criteria.known import Known

NO_STEPS = "no onboarding steps are recorded; hand in table milestones"
NO_STARTS = "no client started within the months that onboarding looks at"
NO_VALUE = "nobody has said which step is the first value; fill column is_first_value of milestones"


def _why_no_steps(known: Known) -> str | None:
    if not known.has("milestones"):
        return NO_STEPS
    return NO_STARTS if known.fresh.empty else None


def steps_planned(known: Known) -> Counted:
    """New clients with onboarding steps that have a day."""
    reason = _why_no_steps(known)
    if reason:
        return unknown(reason)
    told = known.steps.loc[known.steps["planned_date"].notna(), "account_id"]
    return of(known.fresh["account_id"].isin(told).sum(), len(known.fresh), nothing=NO_STARTS)


def _first_values(known: Known) -> pd.DataFrame:
    return known.steps.loc[known.steps["is_first_value"].eq(True).fillna(False)]


def value_tracked(known: Known) -> Counted:
    """New clients for which a step of the plan is the first value."""
    reason = _why_no_steps(known)
    if reason:
        return unknown(reason)
    told = _first_values(known)["account_id"]
    return of(known.fresh["account_id"].isin(told).sum(), len(known.fresh), nothing=NO_STARTS)


def value_in_time(known: Known) -> Counted:
    """New clients that had the first value in time, of those whose time is over or that had it."""
    reason = _why_no_steps(known)
    if reason:
        return unknown(reason)
    rows = _first_values(known)
    if rows.empty:
        return unknown(NO_VALUE)
    firsts = rows.groupby("account_id").agg(
        start=("start_date", "min"), done=("done_date", "min"), left=("end_date", "min")
    )
    limit = firsts["start"] + pd.Timedelta(days=known.page.first_value_days)
    timely = firsts["done"].le(limit)
    stayed = ~firsts["left"].lt(limit)
    over = limit.le(pd.Timestamp(known.day)) & stayed
    return of(timely.sum(), (timely | over).sum(), nothing="no new client has had its time yet")


def _due_steps(known: Known) -> pd.DataFrame:
    """Steps whose allowed time is over, and whether they were done within it."""
    rows = known.steps
    limit = rows["planned_date"] + pd.Timedelta(days=known.page.step_grace_days)
    timely = rows["done_date"].le(limit)
    over = limit.le(pd.Timestamp(known.day)) & ~rows["end_date"].lt(limit)
    return rows.assign(timely=timely).loc[timely | over]


def steps_in_time(known: Known) -> Counted:
    """Onboarding steps done within the days allowed, of those due."""
    reason = _why_no_steps(known)
    if reason:
        return unknown(reason)
    rows = _due_steps(known)
    return of(rows["timely"].sum(), len(rows), nothing="no onboarding step is due yet")


def handover_done(known: Known) -> Counted:
    """Hand-overs to the account manager that were done within the days allowed."""
    reason = _why_no_steps(known)
    if reason:
        return unknown(reason)
    rows = _due_steps(known)
    names = rows["milestone"].astype("string").str.lower()
    is_one = pd.Series(False, index=rows.index)
    for word in known.page.handover_words:
        is_one |= names.str.contains(word.lower(), regex=False).fillna(False).astype(bool)
    rows = rows.loc[is_one]
    nothing = "no step that is due is called a hand-over; name one so in table milestones"
    return of(rows["timely"].sum(), len(rows), nothing=nothing)


def start_covered(known: Known) -> Counted:
    """New clients that were met, and whose first step was done, in their first days."""
    rows = starts(
        known.fresh,
        known.steps if known.has("milestones") else None,
        known.meetings,
        as_of=known.day,
        since=known_since(known.meetings),
        plan=known.parameters.stakeholders.engagement,
    )
    told = rows.loc[rows["is_told"].astype(bool)]
    nothing = "no new client's start can be told; hand in tables interactions and milestones"
    return of((~told["is_gap"].astype(bool)).sum(), len(told), nothing=nothing)


def reviews_held(known: Known) -> Counted:
    """Clients that are to have a business review and had one in the window."""
    if not known.has_tiers:
        return unknown(UNDATED)
    if known_since(known.meetings) is None:
        return unknown(NO_INTERACTIONS)
    plan = known.parameters.stakeholders.engagement
    rows = reviews(known.clients, known.meetings, known.day, plan)
    is_one = rows["qbr_eligible"]
    return of((is_one & rows["qbr_held"]).sum(), is_one.sum(), nothing="no client is due a review")


def begun_by_us(known: Known) -> Counted:
    """Contacts with clients in the window that we began, of those that say who began."""
    rows = known.recent_meetings
    if rows.empty:
        return unknown(NO_INTERACTIONS)
    rows = rows.loc[rows["account_id"].isin(known.clients["account_id"])]
    told = rows.loc[rows["initiated_by"].isin(["us", "client"])]
    nothing = "no contact says who began it; fill column initiated_by of table interactions"
    return of(told["initiated_by"].eq("us").sum(), len(told), nothing=nothing)


def health_watched(known: Known) -> Counted:
    """Clients of which use, satisfaction and contacts are all on record of late."""
    if known.results is None:
        return unknown("coverage of the signals is known for the review alone")
    points = known.results.health.points.set_index("account_id")
    ids = known.clients["account_id"]
    watched = [name for name in ("usage", "satisfaction", "contact") if name in points]
    if not watched or points[watched].notna().sum().sum() == 0:
        return unknown("no signals are known; hand in tables usage, surveys and interactions")
    full = points[watched].notna().all(axis=1) if len(watched) == 3 else points.index == ""
    told = pd.Series(full, index=points.index)
    return of(ids.map(told).fillna(False).astype(bool).sum(), len(ids), nothing=NOBODY)
