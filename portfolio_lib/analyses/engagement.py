"""Whether clients are met as planned, who is to be contacted, and how new clients are taken on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.business_reviews import reviews
from portfolio_lib.analyses.cadence import contacts_against_plan, due, kept_by_client
from portfolio_lib.analyses.engagement_figures import Engaged, all_figures
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.onboarding import (
    FirstValue,
    by_step,
    first_value,
    new_clients,
    starts,
    steps_of,
)
from portfolio_lib.analyses.people import known_since, meetings_until, people_on, window_of
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import StakeholdersPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.stakeholders import Stakeholders

CLIENT_COLUMNS = (
    *("account_id", "account_name", "tier", "account_manager", "annual_revenue", "tenure_days"),
    *("last_contact", "days_since_contact"),
)


@dataclass(frozen=True)
class Engagement:
    """The answer of the page Stakeholders and engagement on contacts against plan.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per client, by value: `account_id`, `account_name`, `tier`,
        `account_manager`, `annual_revenue`, `last_contact`, `days_since_contact`,
        `contacts_quarter`, `contacts_planned`, `plan_met`, `cadences_agreed`, `cadences_kept`,
        `cadence_kept` (share of the rhythms agreed that are kept; NaN where none is), `basis`,
        `due`, `days_overdue`, `who`, `role`, `people_overdue`, `qbr_eligible`, `qbr_held`,
        `reviews_held`, `last_review`, `begun_by_us`, `begun_by_client` (contacts in the window).
        Missing where the table behind it was not handed in.
    tiers : frame
        One row per tier: `tier`, `accounts`, `contacts_quarter`, `contacts_planned` (totals),
        `held_to_plan`, `plan_met`, `cadences_agreed`, `cadences_kept`, `qbr_eligible`,
        `qbr_held`, `begun_by_us`, `begun_by_client`.
    due : frame
        The clients to be contacted, by value, then by days overdue.
    people_due : frame
        The people with whom an agreed contact is overdue, in the same order.
    steps : frame
        See `by_step`.
    starts : frame
        See `starts`: new clients and the gaps at their start.
    first_value : FirstValue or None
        None where no onboarding steps are recorded.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    tiers: pd.DataFrame
    due: pd.DataFrame
    people_due: pd.DataFrame
    steps: pd.DataFrame
    starts: pd.DataFrame
    first_value: FirstValue | None
    meetings_missing: str | None
    tier_labels: tuple[str, str, str]
    as_of: dt.date
    page: StakeholdersPage
    currency: str


def measure_engagement(
    accounts: pd.DataFrame,
    interactions: pd.DataFrame | None,
    milestones: pd.DataFrame | None,
    stakeholders: Stakeholders,
    *,
    parameters: UnitParameters,
) -> Engagement:
    """Measure contacts against plan.

    Parameters
    ----------
    accounts : frame
        One row per account; gives the day each began.
    interactions : frame or None
        One row per contact with a client.
    milestones : frame or None
        One row per client and onboarding step.
    stakeholders : Stakeholders
        Gives the clients, and the people with what was agreed.
    parameters : UnitParameters
        Gives the plan.
    """
    page, as_of = parameters.stakeholders, parameters.as_of
    meetings = meetings_until(interactions, people_on(None, as_of), as_of)
    since = known_since(meetings)
    people = stakeholders.people
    rows = _rows(stakeholders, meetings, parameters)
    fresh = new_clients(accounts, as_of, page.engagement.onboarding_months)
    steps = steps_of(milestones, fresh, as_of)
    are_recorded = milestones is not None and not milestones.empty
    are_dated = "start_date" in accounts.columns and bool(accounts["start_date"].notna().any())
    begun = starts(
        fresh, steps if are_recorded else None, meetings,
        as_of=as_of, since=since, plan=page.engagement,
    )  # fmt: skip
    reached = first_value(steps, as_of) if are_recorded else None
    found = Engaged(parameters, rows, people, meetings, fresh, are_dated, steps, begun, reached)
    figures = all_figures(found)
    return Engagement(
        figures={figure.key: figure for figure in figures},
        accounts=rows,
        tiers=_by_tier(rows),
        due=_due(rows),
        people_due=_people_due(people, rows),
        steps=by_step(steps),
        starts=begun,
        first_value=reached,
        meetings_missing=found.meetings_missing,
        tier_labels=parameters.policies.tiers.labels,
        as_of=as_of,
        page=page,
        currency=parameters.currency,
    )


def _rows(
    stakeholders: Stakeholders, meetings: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """Every client with its contacts, what is due, its reviews, and who begins."""
    page, as_of, plan = (
        parameters.stakeholders,
        parameters.as_of,
        parameters.stakeholders.engagement,
    )
    rows = stakeholders.accounts[list(CLIENT_COLUMNS)]
    rows = rows.join(contacts_against_plan(rows, meetings, as_of, plan))
    since = known_since(meetings)
    known_days = np.nan if since is None else float((as_of - since).days)
    kept = kept_by_client(stakeholders.people)
    rows = rows.join(due(rows, kept, known_days=known_days, grace_days=plan.grace_days))
    rows = rows.join(reviews(rows, meetings, as_of, plan))
    recent = window_of(meetings, as_of, page.window_days)
    for name, side in (("begun_by_us", "us"), ("begun_by_client", "client")):
        counts = recent.loc[recent["initiated_by"].eq(side)].groupby("account_id").size()
        rows[name] = rows["account_id"].map(counts).fillna(0).astype("int64")
    return rows if since is not None else _unknown(rows)


def _unknown(rows: pd.DataFrame) -> pd.DataFrame:
    """Without contacts on record nothing of them is known; who is to have a review is."""
    blank = rows.astype({"qbr_held": "boolean"})
    blank[["plan_met", "due", "qbr_held"]] = pd.NA
    names = ["contacts_quarter", "days_overdue", "reviews_held", "begun_by_us", "begun_by_client"]
    blank[names] = np.nan
    return blank


def _by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    """Totals by tier; a tier without clients has no row."""
    counted = rows.assign(
        accounts=1,
        held_to_plan=rows["plan_met"].notna(),
        plan_met=rows["plan_met"].fillna(False),
        qbr_held=rows["qbr_held"].fillna(False) & rows["qbr_eligible"],
    )
    names = [
        *("accounts", "contacts_quarter", "contacts_planned", "held_to_plan", "plan_met"),
        *("cadences_agreed", "cadences_kept", "qbr_eligible", "qbr_held"),
        *("begun_by_us", "begun_by_client"),
    ]
    sums = counted[names].astype("float64").groupby(counted["tier"], sort=True).sum(min_count=1)
    order = [tier for tier in (*TIERS, NO_TIER) if tier in sums.index]
    return sums.reindex(order).rename_axis("tier").reset_index()


def _due(rows: pd.DataFrame) -> pd.DataFrame:
    late = rows.loc[rows["due"].fillna(False).astype(bool)]
    ordered = late.sort_values(
        ["annual_revenue", "days_overdue", "account_id"],
        ascending=[False, False, True],
        kind="stable",
    )
    return ordered.reset_index(drop=True)


def _people_due(people: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The people overdue, with what their client is worth."""
    late = people.loc[people["cadence_kept"].eq(False).fillna(False)]
    values = rows[["account_id", "tier", "account_manager", "annual_revenue"]]
    columns = [
        *("account_id", "account_name", "contact_id", "name", "title", "role", "cadence_days"),
        *("last_contact", "days_overdue"),
    ]
    joined = late[columns].merge(values, on="account_id", how="inner", validate="many_to_one")
    ordered = joined.sort_values(
        ["annual_revenue", "account_id", "days_overdue", "contact_id"],
        ascending=[False, True, False, True],
        kind="stable",
    )
    return ordered.reset_index(drop=True)
