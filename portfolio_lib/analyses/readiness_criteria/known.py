"""What was known of a unit on a day: the one thing that every signal of readiness is read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.issue_promises import end_of, judge_issues
from portfolio_lib.analyses.issue_themes import is_repeat
from portfolio_lib.analyses.onboarding import new_clients, steps_of
from portfolio_lib.analyses.people import meetings_until, people_on, window_of
from portfolio_lib.analyses.snapshots import accounts_on
from portfolio_lib.analyses.tiers import chosen_tiers
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.readiness_models import ReadinessPage
from portfolio_lib.tables.knowledge import known_at

if TYPE_CHECKING:
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.stakeholders import Stakeholders

TABLES = ("plans", "contacts", "interactions", "milestones", "surveys", "actions", "opportunities")
CLOCK_TIMES = ("first_response_at", "resolved_at", "escalated_at")


@dataclass(frozen=True)
class Results:
    """What other pages have found; they stand on the day of the review alone."""

    stakeholders: Stakeholders
    engagement: Engagement
    renewals: Renewals
    health: Health


@dataclass(frozen=True)
class Known:
    """What was known at the end of a day.

    Parameters
    ----------
    day : date
        The last day observed.
    accounts, snapshots, clocks : frame
        Tables and facts that are cut here.
    tables : mapping of str to frame
        Tables as they stood that day; absent where not handed in.
    managers : frame or None
        Carries no day, so it is known for the review alone.
    results : Results or None
        None on an earlier day.
    history : Results
        The same, for what they say of earlier days.
    """

    day: dt.date
    accounts: pd.DataFrame
    snapshots: pd.DataFrame
    clocks: pd.DataFrame
    issues: pd.DataFrame | None
    tables: Mapping[str, pd.DataFrame]
    managers: pd.DataFrame | None
    results: Results | None
    history: Results
    parameters: UnitParameters

    @property
    def page(self) -> ReadinessPage:
        return self.parameters.readiness

    @property
    def is_now(self) -> bool:
        """Whether this is the day of the review."""
        return self.results is not None

    @property
    def has_tiers(self) -> bool:
        """Tiers given in the table accounts carry no day: on an earlier day they are not known."""
        return self.is_now or self.parameters.policies.tiers.policy != "given"

    @cached_property
    def clients(self) -> pd.DataFrame:
        """The clients: `account_id`, `tier`, `annual_revenue`, `tenure_days`."""
        if self.results is not None:
            return self.results.stakeholders.accounts
        rows = accounts_on(self.accounts, self.snapshots, self.day)
        rows["tier"] = chosen_tiers(rows, self.parameters.policies.tiers)
        value = rows["annual_value_in_force"]
        rows["annual_revenue"] = value.where(value.notna(), rows["revenue_12m"])
        return rows.loc[rows["is_client"]].reset_index(drop=True)

    @cached_property
    def larger(self) -> pd.DataFrame:
        """The clients of the tiers that are to have plans."""
        return self.clients.loc[self.clients["tier"].isin(self.page.larger_tiers)]

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people who are there."""
        everybody = people_on(self.tables.get("contacts"), self.day)
        return everybody.loc[everybody["is_present"]]

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """All contacts with clients so far."""
        people = people_on(self.tables.get("contacts"), self.day)
        return meetings_until(self.tables.get("interactions"), people, self.day)

    @cached_property
    def recent_meetings(self) -> pd.DataFrame:
        """The contacts of the window."""
        return window_of(self.meetings, self.day, (self.day - self.window_start).days)

    @property
    def window_start(self) -> dt.date:
        """The day after which the window begins."""
        return months_before(self.day, self.page.window_months)

    @cached_property
    def fresh(self) -> pd.DataFrame:
        """The clients that started within the months of onboarding, those that left among them."""
        months = self.parameters.stakeholders.engagement.onboarding_months
        return new_clients(self.accounts, self.day, months)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Their onboarding steps."""
        return steps_of(self.tables.get("milestones"), self.fresh, self.day)

    @cached_property
    def judged_issues(self) -> pd.DataFrame:
        """Issues opened in the window, with what became of their promises."""
        page = self.parameters.service
        rows = judge_issues(self.clocks, self.issues, self.day, page.closed_words)
        rows["is_repeat"] = is_repeat(rows, page.repeat_days)
        start = pd.Timestamp(self.window_start) + pd.Timedelta(days=1)
        return rows.loc[rows["opened_at"].ge(start)].reset_index(drop=True)

    @cached_property
    def levels(self) -> pd.Series:
        """Colour of health by account."""
        if self.results is not None:
            rows = self.results.health.accounts
        else:
            past = self.history.health.history
            rows = past.loc[past["snapshot_date"].eq(pd.Timestamp(self.day))]
        return rows.set_index("account_id")["level"]

    def has(self, *names: str) -> bool:
        """Whether each of these tables was handed in and holds rows that were known."""
        return all(name in self.tables and not self.tables[name].empty for name in names)


def known_on(
    day: dt.date,
    *,
    accounts: pd.DataFrame,
    snapshots: pd.DataFrame,
    clocks: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame | None],
    results: Results,
    parameters: UnitParameters,
) -> Known:
    """Everything as it stood at the end of a day.

    Parameters
    ----------
    tables : mapping of str to frame or None
        `plans`, `contacts`, `interactions`, `milestones`, `surveys`, `actions`, `opportunities`,
        `issues` and `managers`; None where not handed in.
    """
    given = {name: frame for name, frame in tables.items() if frame is not None}
    dated = known_at({name: f for name, f in given.items() if name != "managers"}, day)
    is_now = day == parameters.as_of
    return Known(
        day=day,
        accounts=known_at({"accounts": accounts}, day)["accounts"],
        snapshots=snapshots,
        clocks=_clocks_on(clocks, day),
        issues=dated.get("issues"),
        tables={name: dated[name] for name in TABLES if name in dated},
        managers=given.get("managers") if is_now else None,
        results=results if is_now else None,
        history=results,
        parameters=parameters,
    )


def _clocks_on(clocks: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Issues opened by the end of a day; what happened to them later is empty."""
    end = end_of(day)
    rows = clocks.loc[pd.to_datetime(clocks["opened_at"]).lt(end)].copy()
    for name in CLOCK_TIMES:
        times = pd.to_datetime(rows[name])
        rows[name] = times.mask(times.ge(end))
    return rows
