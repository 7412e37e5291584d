"""What the rules of the checklist may look at: the clients, the tables, the other results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from portfolio_lib.analyses.checklist_rules.readings import NoEvidence
from portfolio_lib.analyses.signs import is_true
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters

IMPORTANT_TIERS = ("1", "2")
IMPORTANT_WORDS = "clients of tiers 1 and 2"
GROWTH_KINDS = ("cross-sell", "upsell")
TABLE_WORDS = {
    "surveys": "answers to surveys",
    "plans": "account plans",
    "actions": "actions",
    "costs": "costs to serve",
    "competitors": "competitors",
}


@dataclass(frozen=True)
class Seen:
    """Everything that was known on the day of the review.

    Parameters
    ----------
    clients : frame
        One row per account, indexed by account id: `account_name`, `tier`, `is_active`,
        `is_client`, `revenue_12m`, and the columns of the table of accounts.
    tables : mapping of str to frame or None
        Tables and facts by name; None where not handed in.
    results : mapping of str to result
        Results of other analyses by name.
    parameters : UnitParameters
        The unit's settings.
    """

    clients: pd.DataFrame
    tables: Mapping[str, pd.DataFrame | None]
    results: Mapping[str, Any]
    parameters: UnitParameters

    @cached_property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.parameters.as_of)

    def since(self, months: int) -> pd.Timestamp:
        """The day so many months before the review; the window begins after it."""
        return pd.Timestamp(months_before(self.parameters.as_of, months))

    def table(self, name: str) -> pd.DataFrame:
        """A table.

        Raises
        ------
        NoEvidence
            It was not handed in, or holds nothing.
        """
        frame = self.tables.get(name)
        if frame is None:
            raise NoEvidence(f"no table of {TABLE_WORDS.get(name, name.replace('_', ' '))}")
        if frame.empty:
            raise NoEvidence(f"the table of {TABLE_WORDS.get(name, name)} is empty")
        return frame

    def has(self, name: str) -> bool:
        """Whether a table was handed in and holds something."""
        frame = self.tables.get(name)
        return frame is not None and not frame.empty

    def figure(self, key: str) -> float:
        """The value of another page's figure.

        Raises
        ------
        NoEvidence
            It could not be computed; the reason is the figure's own.
        """
        found = self.results[key.split(".")[0]].figures.get(key)
        if found is None:
            raise NoEvidence("the figure is not published for this unit")
        if found.value is None:
            raise NoEvidence(found.reason)
        return float(found.value)

    def frame(self, result: str, name: str) -> pd.DataFrame:
        """A frame of another result.

        Raises
        ------
        NoEvidence
            It holds nothing.
        """
        frame: pd.DataFrame | None = getattr(self.results[result], name)
        if frame is None or frame.empty:
            raise NoEvidence("there is nothing to look at")
        return frame

    @cached_property
    def active(self) -> pd.DataFrame:
        """The clients.

        Raises
        ------
        NoEvidence
            There are none.
        """
        rows = self.clients[self.clients["is_client"]]
        if rows.empty:
            raise NoEvidence("no client is active")
        return rows

    @cached_property
    def important(self) -> pd.DataFrame:
        """The clients of tiers 1 and 2.

        Raises
        ------
        NoEvidence
            There are none.
        """
        rows = self.active[self.active["tier"].isin(IMPORTANT_TIERS)]
        if rows.empty:
            raise NoEvidence("no client is in tier 1 or 2")
        return rows

    def lately(self, name: str, column: str, months: int = 12) -> pd.DataFrame:
        """The rows of a table dated within the last months.

        Raises
        ------
        NoEvidence
            The table was not handed in.
        """
        rows = self.table(name)
        return rows[rows[column].gt(self.since(months)) & rows[column].le(self.last_moment)]

    @cached_property
    def last_moment(self) -> pd.Timestamp:
        return self.as_of + pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)

    @cached_property
    def plans(self) -> pd.DataFrame:
        """The latest plan of each account written within twelve months, by account."""
        recent = self.lately("plans", "date").sort_values(["account_id", "date"])
        return recent.drop_duplicates("account_id", keep="last").set_index("account_id")

    @cached_property
    def planned(self) -> pd.DataFrame:
        """Clients of tiers 1 and 2 with a current plan, the plan's columns beside.

        Raises
        ------
        NoEvidence
            There are none.
        """
        columns = ["date", "goals", "success_measures", "agreed_with_client", "next_review"]
        rows = self.important.join(self.plans[columns], how="inner")
        if rows.empty:
            raise NoEvidence("no client of tier 1 or 2 has a plan of the last twelve months")
        return rows

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people who are at clients now.

        Raises
        ------
        NoEvidence
            There are none.
        """
        contacts = self.table("contacts")
        here = contacts["left_date"].isna() | contacts["left_date"].gt(self.as_of)
        rows = contacts[here & contacts["account_id"].isin(self.active.index)]
        if rows.empty:
            raise NoEvidence("nobody is known at a client")
        return rows

    @cached_property
    def terms(self) -> pd.DataFrame:
        """The contract terms in force.

        Raises
        ------
        NoEvidence
            There are none.
        """
        rows = self.table("contracts")
        begun, over = rows["start_date"].le(self.as_of), rows["end_date"].lt(self.as_of)
        rows = rows[begun & ~over]
        if rows.empty:
            raise NoEvidence("no contract is in force")
        return rows

    def deals(self, *, kinds: tuple[str, ...] = GROWTH_KINDS, is_open: bool) -> pd.DataFrame:
        """Opportunities of some kinds, all of them or only those that are open."""
        rows = self.table("opportunities")
        rows = rows[rows["kind"].isin(kinds)]
        return rows[rows["outcome"].isna()] if is_open else rows

    @cached_property
    def at_risk(self) -> pd.Index:
        """Clients that are red, or in the list of calls."""
        health = self.frame("health", "accounts")
        red = set(health.loc[health["level"].eq("red"), "account_id"])
        calls = self.results["churn"].accounts
        if calls is not None and not calls.empty:
            red |= set(calls.loc[is_true(calls["in_call_list"]), "account_id"])
        return self.active.index[self.active.index.isin(red)]


def filled(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """True where all of these columns hold something.

    Raises
    ------
    NoEvidence
        One of the columns holds nothing at all: it was not handed in.
    """
    held = pd.DataFrame({name: ~is_blank(rows[name]) for name in columns}, index=rows.index)
    empty = [name for name in columns if len(rows) and not held[name].any()]
    if empty:
        named = ", ".join(name.replace("_", " ") for name in empty)
        raise NoEvidence(f"not recorded at all: {named}")
    return held.all(axis=1)


def one_of(clients: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """True for each client that has at least one of these rows."""
    return pd.Series(clients.index.isin(rows["account_id"].dropna()), index=clients.index)


def at_least(clients: pd.DataFrame, rows: pd.DataFrame, number: int) -> pd.Series:
    """True for each client that has at least so many of these rows."""
    counted = rows.groupby("account_id").size().reindex(clients.index).fillna(0)
    return counted.ge(number)


def known_at(clients: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.Series:
    """True for each client for which a frame of accounts holds a value."""
    values = rows.set_index("account_id")[column].reindex(clients.index)
    return ~is_blank(values)


def quarters_with(
    clients: pd.DataFrame, rows: pd.DataFrame, column: str, last: pd.Timestamp
) -> pd.Series:
    """In how many of the last four quarters, counted back from a day, each client has a row."""
    edges = [pd.Timestamp(months_before(last.date(), 3 * step)) for step in range(5)]
    found = pd.Series(0, index=clients.index)
    for end, start in pairwise(edges):
        within = rows[rows[column].gt(start) & rows[column].le(end)]
        found += one_of(clients, within).astype(int)
    return found
