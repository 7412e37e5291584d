"""Whom we know at each client, how strongly, and where everything hangs by one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.client_rows import current_clients, with_relationships
from portfolio_lib.analyses.departures import departures
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.people import meetings_until, people_on
from portfolio_lib.analyses.person_rows import in_lines, person_rows
from portfolio_lib.analyses.relationship_strength import rule_in_words
from portfolio_lib.analyses.relationships import relationship_history
from portfolio_lib.analyses.reporting_lines import ReportingLines, reporting_lines
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.analyses.stakeholders_figures import Relations, all_figures
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import StakeholdersPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.segments import Segmentation

SEVERITIES = ("red", "yellow", "later", "unknown")
DEPTHS = ("nobody", "one", "two", "more")
COUNTED = (
    *("has_economic_buyer", "has_champion", "has_sponsor", "sponsor_named", "executive_met"),
)


@dataclass(frozen=True)
class Stakeholders:
    """The answer of the page Stakeholders and engagement on people.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per client, by value: `account_id`, `account_name`, `tier`,
        `account_manager`, `annual_revenue` (contracts in force, else twelve-month revenue),
        `next_renewal_date`, `days_to_renewal`, `contacts_known`, `contacts_active`,
        `interactions`, `top_contact_share`, `single_threaded`, `severity` (red, yellow, later,
        unknown; None where not single-threaded), `has_champion`, `has_economic_buyer`,
        `has_sponsor` (somebody in that role is there), `sponsor_named` (an executive of ours),
        `executive_met`, `last_contact`, `days_since_contact`, `strength_measured`,
        `strength_given` (mean over people there).
        Flags are missing, and numbers NaN, where the table behind them was not handed in.
    people : frame
        One row per person at a client known on the day: `account_id`, `account_name`,
        `contact_id`, `name`, `title`, `role`, `is_present`, `is_primary` (marked as the main
        contact), `left_date`, `influence`,
        `strength_given`, `strength_measured` (NaN for whoever left), `recency`, `frequency`,
        `seniority`, `two_way`, `interactions`, `cadence_days`, `last_contact`,
        `days_since_contact`, `cadence_kept` (True, False, None where nothing was agreed or
        nothing is known), `days_overdue`, `superior_name`, `place`, `depth`.
    lines : mapping of str to ReportingLines
        The reporting lines of each client with people.
    top : tuple of str
        The largest clients, whose people are shown one by one.
    single_threaded : frame
        The single-threaded clients, soonest term end first, then by value.
    departures : frame
        See `departures`.
    coverage : frame
        One row per tier: `tier`, `accounts`, how many of them have `nobody`, `one`, `two` or
        `more` active contacts, have each role, a sponsor of ours, and had an executive met.
    history, account_history : frame
        Strength and single threads at each review back: over the clients, and client by client.
    contacts_missing, meetings_missing : str or None
        Why people, or contacts with them, are not known.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    people: pd.DataFrame
    lines: Mapping[str, ReportingLines]
    top: tuple[str, ...]
    single_threaded: pd.DataFrame
    departures: pd.DataFrame
    coverage: pd.DataFrame
    history: pd.DataFrame
    account_history: pd.DataFrame
    contacts_missing: str | None
    meetings_missing: str | None
    strength_rule: str
    tier_labels: tuple[str, str, str]
    as_of: dt.date
    page: StakeholdersPage
    currency: str


def map_stakeholders(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    contacts: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    segments: Segmentation,
    *,
    parameters: UnitParameters,
) -> Stakeholders:
    """Map the people at the clients.

    Parameters
    ----------
    accounts : frame
        One row per account.
    account_snapshots : frame
        One row per account and snapshot date; says who is active, what each is worth, and when
        its term ends.
    contacts : frame or None
        One row per person.
    interactions : frame or None
        One row per contact with a client.
    segments : Segmentation
        Gives the tiers.
    parameters : UnitParameters
        Gives the window, the thresholds and the rule of strength.
    """
    page, as_of = parameters.stakeholders, parameters.as_of
    people = people_on(contacts, as_of)
    meetings = meetings_until(interactions, people, as_of)
    found = Relations(people, meetings, parameters)
    clients = current_clients(accounts, account_snapshots, segments.accounts, as_of)
    rows = with_relationships(clients, found)
    everyone = person_rows(rows, found)
    by_client = relationship_history(
        rows, account_snapshots, people, found.told_meetings, as_of=as_of, page=page
    )
    gone, past = departures(rows, found), _history(by_client)
    figures = all_figures(found, rows, everyone, gone, past)
    lines = _lines(people, rows["account_id"].tolist())
    return Stakeholders(
        figures={figure.key: figure for figure in figures},
        accounts=rows,
        people=in_lines(everyone, lines),
        lines=lines,
        top=tuple(rows["account_id"].head(page.top_accounts)),
        single_threaded=_by_severity(rows),
        departures=gone,
        coverage=_coverage(rows),
        history=past,
        account_history=by_client,
        contacts_missing=found.contacts_missing,
        meetings_missing=found.meetings_missing,
        strength_rule=rule_in_words(page.strength, page.window_days),
        tier_labels=parameters.policies.tiers.labels,
        as_of=as_of,
        page=page,
        currency=parameters.currency,
    )


def _lines(people: pd.DataFrame, account_ids: list[str]) -> dict[str, ReportingLines]:
    """The reporting lines of each client, by client."""
    homes = dict(zip(people["contact_id"], people["account_id"], strict=True))
    wanted = set(account_ids)
    return {
        str(account): reporting_lines(rows, homes)
        for account, rows in people.groupby("account_id", sort=True)
        if account in wanted
    }


def _by_severity(rows: pd.DataFrame) -> pd.DataFrame:
    """The single-threaded clients: soonest end of a term first, then the most valuable."""
    thin = rows.loc[rows["single_threaded"].eq(True).fillna(False)].copy()
    thin["_order"] = thin["severity"].map({word: n for n, word in enumerate(SEVERITIES)})
    order = thin.sort_values(
        ["_order", "annual_revenue", "account_id"], ascending=[True, False, True], kind="stable"
    )
    return order.drop(columns="_order").reset_index(drop=True)


def _coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """How deep and how high we reach, by tier; a tier without clients has no row."""
    active = rows["contacts_active"]
    depth = pd.cut(active, [-1, 0, 1, 2, float("inf")], labels=list(DEPTHS))
    flags = pd.DataFrame({name: depth.eq(name) for name in DEPTHS})
    flags = flags.assign(**{name: rows[name].eq(True).fillna(False) for name in COUNTED})
    sums = flags.astype("int64").groupby(rows["tier"], sort=True).sum()
    sums.insert(0, "accounts", rows.groupby("tier", sort=True).size())
    sums.insert(1, "annual_revenue", rows.groupby("tier")["annual_revenue"].agg(total))
    order = [tier for tier in (*TIERS, NO_TIER) if tier in sums.index]
    return sums.reindex(order).rename_axis("tier").reset_index()


def _history(by_client: pd.DataFrame) -> pd.DataFrame:
    """One row per review back, latest first: clients, mean strength, share single-threaded."""
    groups = by_client.groupby("snapshot_date", sort=True)
    frame = pd.DataFrame(
        {
            "accounts": groups.size(),
            "strength": groups["strength_measured"].agg(lambda x: total(x) / len(x)).round(6),
            "single_threaded": groups["single_threaded"].sum(),
        }
    )
    frame["single_threaded_share"] = frame["single_threaded"] / frame["accounts"]
    latest_first = frame.sort_index(ascending=False).rename_axis("snapshot_date").reset_index()
    return latest_first.astype({"strength": "float64", "single_threaded_share": "float64"})
