"""The published numbers on people at the clients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lib.analyses.departures import NOT_MET, OPEN
from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.people import (
    NO_CONTACTS,
    NO_INTERACTIONS,
    NO_PEOPLE_MET,
    NO_PERSON_NAMED,
    known_since,
)
from portfolio_lib.analyses.relationship_strength import rule_in_words
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import StakeholdersPage

OVERRATED_BY = 2
"""Points by which a strength that was given may exceed the measured one before it is named."""


@dataclass(frozen=True)
class Relations:
    """The people, the contacts with them, and what is known of both."""

    people: pd.DataFrame
    meetings: pd.DataFrame
    parameters: UnitParameters

    @property
    def as_of(self) -> dt.date:
        return self.parameters.as_of

    @property
    def page(self) -> StakeholdersPage:
        return self.parameters.stakeholders

    @property
    def contacts_missing(self) -> str | None:
        return NO_CONTACTS if self.people.empty else None

    @property
    def meetings_missing(self) -> str | None:
        """Why contacts with people are not known."""
        if self.contacts_missing is not None:
            return NO_PEOPLE_MET if self.meetings.empty else self.contacts_missing
        if self.meetings.empty:
            return NO_INTERACTIONS
        return NO_PERSON_NAMED if self.meetings["contact_id"].isna().all() else None

    @cached_property
    def told_meetings(self) -> pd.DataFrame:
        """The contacts, or none where they say nothing of people."""
        return self.meetings if self.meetings_missing is None else self.meetings.iloc[:0]

    @cached_property
    def since(self) -> dt.date | None:
        return known_since(self.meetings)

    @property
    def recorded(self) -> str | None:
        """The days from the first contact on record to the review."""
        return None if self.since is None else f"{self.since} to {self.as_of}"

    def window(self, days: int) -> str:
        """So many days to the review, or those for which contacts are on record."""
        first = self.as_of - dt.timedelta(days=days - 1)
        if self.since is not None and self.since > first:
            first = self.since
        return f"{first.isoformat()} to {self.as_of.isoformat()}"


def all_figures(
    found: Relations,
    rows: pd.DataFrame,
    people: pd.DataFrame,
    departures: pd.DataFrame,
    history: pd.DataFrame,
) -> tuple[Figure, ...]:
    """Every figure on people, in the order of the definitions."""
    nobody = f"no client was active on {spoken(found.as_of)}" if rows.empty else None
    clients = Clients(found, rows, nobody)
    return (
        *thread_figures(clients, _year_before(found, history, "single_threaded_share")),
        *depth_figures(clients, people),
        *role_figures(clients),
        *departure_figures(clients, departures),
        *strength_figures(clients, people, _year_before(found, history, "strength")),
        *record_figures(clients),
    )


@dataclass(frozen=True)
class Clients:
    """The clients with what is known of the people there."""

    found: Relations
    rows: pd.DataFrame
    nobody: str | None

    @property
    def people_missing(self) -> str | None:
        return self.nobody or self.found.contacts_missing

    @property
    def meetings_missing(self) -> str | None:
        return self.nobody or self.found.meetings_missing

    @property
    def day(self) -> str:
        """The window of what is so on the day of the review."""
        return self.found.as_of.isoformat()

    @property
    def window(self) -> str:
        return self.found.window(self.found.page.window_days)

    def share(self, column: str) -> float:
        """The share of clients of which it is true."""
        return self.count(column) / max(1, len(self.rows))

    def count(self, column: str) -> int:
        return int(self.rows[column].eq(True).fillna(False).sum())


def _year_before(found: Relations, history: pd.DataFrame, column: str) -> float | None:
    day = pd.Timestamp(months_before(found.as_of, 12))
    then = history.loc[history["snapshot_date"].eq(day), column]
    return None if then.empty else float(then.iloc[0])


def thread_rule(page: StakeholdersPage) -> str:
    """What makes a client single-threaded, in words."""
    share = page.single_contact_share
    also = "" if share is None else f", or more than {share:.0%} of contacts through one of them"
    return f"fewer than two people still there were met in {page.window_days} days{also}"


def thread_figures(clients: Clients, year_before: float | None) -> tuple[Figure, ...]:
    """How many clients hang by one person, what they are worth, and how soon it matters."""
    rows, page = clients.rows, clients.found.page
    thin = rows.loc[rows["single_threaded"].eq(True).fillna(False)]
    red, yellow = (thin.loc[thin["severity"].eq(level)] for level in ("red", "yellow"))
    missing, n, window = clients.meetings_missing, len(rows), clients.window
    currency, rule = clients.found.parameters.currency, thread_rule(page)
    return (
        unless(missing, Figure("stakeholders.single_threaded_share", "Single-threaded clients",
               clients.share("single_threaded"), "share",
               f"Clients where {rule}, ÷ clients.", n, window,
               previous=year_before, higher_is_better=False)),
        unless(missing, Figure("stakeholders.single_threaded", "Single-threaded clients, number",
               len(thin), "accounts", f"Clients where {rule}.", n, window)),
        unless(missing, Figure("stakeholders.single_threaded_revenue",
               "Yearly revenue of single-threaded clients", _money(thin), currency,
               "Yearly value of their contracts in force, else revenue of twelve months.",
               len(thin), window)),
        unless(missing, Figure("stakeholders.single_threaded_red",
               f"Single-threaded, term ends within {page.red_days} days", len(red), "accounts",
               "Single-threaded clients with a term in force, not yet renewed, that ends by then.",
               len(thin), window)),
        unless(missing, Figure("stakeholders.single_threaded_red_revenue",
               f"Yearly revenue of these, {page.red_days} days", _money(red), currency,
               "Yearly value of their contracts in force, else revenue of twelve months.",
               len(red), window)),
        unless(missing, Figure("stakeholders.single_threaded_yellow",
               f"Single-threaded, term ends within {page.yellow_days} days", len(yellow),
               "accounts", f"The same, after {page.red_days} days.", len(thin), window)),
    )  # fmt: skip


def _money(rows: pd.DataFrame) -> float:
    return round(total(rows["annual_revenue"]), 4)


def depth_figures(clients: Clients, people: pd.DataFrame) -> tuple[Figure, ...]:
    """How many people we know and meet at a client."""
    rows, n, window = clients.rows, len(clients.rows), clients.window
    there = int(people["is_present"].sum())
    active = rows["contacts_active"]
    middle = 0.0 if active.isna().all() else float(active.median())
    deep = float(active.ge(2).sum()) / max(1, n)
    return (
        unless(clients.people_missing, Figure("stakeholders.people", "People known at clients",
               there, "people", "People at clients who have not left.", n, clients.day)),
        unless(clients.meetings_missing, Figure("stakeholders.people_active",
               "People met at clients", int(total(active.fillna(0.0))), "people",
               f"Of these, met in {clients.found.page.window_days} days.", there, window)),
        unless(clients.meetings_missing, Figure("stakeholders.contacts_median",
               "People met at the middle client", middle, "rating",
               "Median over clients of the people met.", n, window)),
        unless(clients.meetings_missing, Figure("stakeholders.depth_share",
               "Clients with two people met or more", deep, "share",
               "Clients with at least two people met, ÷ clients.", n, window)),
    )  # fmt: skip


def role_figures(clients: Clients) -> tuple[Figure, ...]:
    """Whether the people who decide are known, and whether executives meet."""
    n, window = len(clients.rows), clients.window
    named = clients.count("sponsor_named")
    none_named = None if named else "no client has an executive sponsor of ours on record; fill " \
        "column executive_sponsor of table accounts"  # fmt: skip
    there = "Clients where somebody in that role is recorded and has not left, ÷ clients."
    roles = (("economic_buyer", "economic buyer"), ("champion", "champion"),
             ("sponsor", "executive sponsor"))  # fmt: skip
    return (
        *(unless(clients.people_missing, Figure(f"stakeholders.{key}_share",
                 f"Clients with a known {role}", clients.share(f"has_{key}"), "share",
                 there, n, clients.day, higher_is_better=True)) for key, role in roles),
        unless(clients.nobody or none_named, Figure("stakeholders.sponsor_named_share",
               "Clients with a sponsor of ours", clients.share("sponsor_named"), "share",
               "Clients with an executive of ours named as sponsor, ÷ clients.", n,
               clients.day, higher_is_better=True)),
        unless(clients.meetings_missing, Figure("stakeholders.executive_met_share",
               "Clients with an executive met", clients.share("executive_met"), "share",
               "Clients where an executive took part in a contact, or somebody in the role "
               f"of {_either(clients.found.page.executive_roles)} was met, ÷ clients.", n,
               window, higher_is_better=True)),
    )  # fmt: skip


def _either(roles: tuple[str, ...]) -> str:
    if not roles:
        return "nobody"
    return roles[0] if len(roles) == 1 else f"{', '.join(roles[:-1])} or {roles[-1]}"


def departure_figures(clients: Clients, departures: pd.DataFrame) -> tuple[Figure, ...]:
    """Who left, and for whom nobody has taken over."""
    days = clients.found.page.departures_days
    first = clients.found.as_of - dt.timedelta(days=days - 1)
    window = f"{first.isoformat()} to {clients.found.as_of.isoformat()}"
    not_taken = departures["succession"].isin((OPEN, NOT_MET))
    champions = departures["role"].eq("champion")
    missing, n = clients.people_missing, len(departures)
    return (
        unless(missing, Figure("stakeholders.departures", "People who left clients", n, "people",
               f"People recorded as having left a client in {days} days.", n, window)),
        unless(missing, Figure("stakeholders.champions_left", "Champions who left",
               int(champions.sum()), "people", "Of these, in the role of champion.", n, window)),
        unless(missing, Figure("stakeholders.departures_open", "Departures not taken over",
               int(not_taken.sum()), "people", "Departures without a successor who was met and "
               "without anybody else in the role.", n, window)),
    )  # fmt: skip


def strength_figures(
    clients: Clients, people: pd.DataFrame, year_before: float | None
) -> tuple[Figure, ...]:
    """How strong relationships are, measured and given."""
    rows, page = clients.rows, clients.found.page
    measured, given = rows["strength_measured"].dropna(), rows["strength_given"].dropna()
    gap = people["strength_given"] - people["strength_measured"]
    both = gap.notna()
    none_given = clients.people_missing or (
        "no strength is given; fill column strength of table contacts" if given.empty else None
    )
    uncompared = clients.meetings_missing or none_given
    return (
        unless(clients.meetings_missing, Figure("stakeholders.strength", "Strength, measured",
               _mean(measured), "score", rule_in_words(page.strength, page.window_days) +
               " The figure is the mean over clients.", len(measured), clients.window,
               previous=year_before, higher_is_better=True)),
        unless(none_given, Figure("stakeholders.strength_given", "Strength, given",
               _mean(given), "score", "Mean over clients of the mean of the strengths given "
               "for people still there.", len(given), clients.day)),
        unless(uncompared, Figure("stakeholders.overrated", "People rated too high",
               int(gap.ge(OVERRATED_BY).sum()), "people", "People whose given strength is at least "
               f"{OVERRATED_BY} points above the measured one.", int(both.sum()),
               clients.window)),
    )  # fmt: skip


def _mean(values: pd.Series) -> float:
    return 0.0 if values.empty else round(total(values) / len(values), 6)


def record_figures(clients: Clients) -> tuple[Figure, ...]:
    """What in the record does not fit together."""
    meetings = clients.found.told_meetings
    known = meetings.loc[meetings["account_id"].isin(clients.rows["account_id"])]
    return (
        unless(clients.meetings_missing, Figure("stakeholders.misplaced",
               "Contacts that name a person of another client",
               int(known["is_misplaced"].sum()), "contacts",
               "They count for the client, and for no person.", len(known),
               clients.found.recorded)),
    )  # fmt: skip
