"""Everything the kit knows of one client, gathered from the tables and the other results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.account_dangers import dangers_of, limits_in
from portfolio_lib.analyses.account_events import events_of
from portfolio_lib.analyses.brief_files import briefed
from portfolio_lib.analyses.brief_profiles import deals_of, profiles, quarters_of, services_of
from portfolio_lib.analyses.described_accounts import described
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.analyses.threats import open_threats
from portfolio_lib.errors import ParameterFault
from portfolio_lib.parameters.manager_models import AccountBriefSettings
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.growth import Growth
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.payments import Payments
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.segments import Segmentation
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders
    from portfolio_lib.analyses.value import ClientValue

PARTS = ("services", "quarters", "people", "dangers", "deals", "openings", "plans", "actions",
         "events")  # fmt: skip


@dataclass(frozen=True)
class AccountBrief:
    """What the kit knows of one client: the frames of `AccountBriefs` for it alone."""

    client: Mapping[str, Any]
    services: pd.DataFrame
    quarters: pd.DataFrame
    people: pd.DataFrame
    dangers: pd.DataFrame
    deals: pd.DataFrame
    openings: pd.DataFrame
    plans: pd.DataFrame
    actions: pd.DataFrame
    events: pd.DataFrame
    missing: Mapping[str, str]
    settings: AccountBriefSettings
    as_of: dt.date
    currency: str


@dataclass(frozen=True)
class AccountBriefs:
    """What the kit knows of every client.

    Parameters
    ----------
    figures : mapping of str to Figure
        How many clients have a brief beside the pack.
    profile : frame
        One row per client: who it is, what it brings, and what the other results say of it; see
        `brief_profiles.profiles`.
    services : frame
        What each client buys; see `services_of`.
    quarters : frame
        Revenue by quarter, oldest first; see `quarters_of`.
    people : frame
        See `Stakeholders.people`.
    dangers : frame
        See `dangers_of`.
    deals, openings : frame
        Open deals, and offerings that similar clients buy; see `Growth`.
    plans, actions : frame
        The latest account plan, and actions that are not done.
    events : frame
        See `events_of`.
    listed : frame
        The clients with a brief beside the pack; see `briefed`.
    missing : mapping of str to str
        By part of a brief, why it is empty for every client.
    """

    figures: Mapping[str, Figure]
    profile: pd.DataFrame
    services: pd.DataFrame
    quarters: pd.DataFrame
    people: pd.DataFrame
    dangers: pd.DataFrame
    deals: pd.DataFrame
    openings: pd.DataFrame
    plans: pd.DataFrame
    actions: pd.DataFrame
    events: pd.DataFrame
    listed: pd.DataFrame
    missing: Mapping[str, str]
    settings: AccountBriefSettings
    as_of: dt.date
    currency: str

    def of(self, account_id: str | None = None) -> AccountBrief:
        """The brief of one client; of the largest one where none is named.

        Raises
        ------
        ParameterFault
            There is no such client, or none at all.
        """
        chosen = self._chosen(account_id)
        row = self.profile.loc[self.profile["account_id"].eq(chosen)].iloc[0]
        frames = {name: getattr(self, name) for name in PARTS}
        own = {
            name: frame.loc[frame["account_id"].eq(chosen)].reset_index(drop=True)
            for name, frame in frames.items()
        }
        return AccountBrief(
            client={str(name): value for name, value in row.items()}, **own,
            missing=self.missing, settings=self.settings,
            as_of=self.as_of, currency=self.currency,
        )  # fmt: skip

    def _chosen(self, account_id: str | None) -> str:
        known = self.profile
        if known.empty:
            raise ParameterFault("this unit has no client, so there is nothing to write a brief of")
        if account_id is None:
            order = known.sort_values(
                ["revenue_12m", "account_id"], ascending=[False, True], kind="stable"
            )
            return str(order["account_id"].iloc[0])
        if account_id in set(known["account_id"]):
            return account_id
        near = get_close_matches(account_id, known["account_id"].astype(str).tolist(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Numbers of clients are in the workbook."
        raise ParameterFault(f"no client has the number {account_id!r}. {hint}")


def collect_briefs(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_month_revenue: pd.DataFrame,
    account_offering_revenue: pd.DataFrame,
    contracts: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    interactions: pd.DataFrame | None,
    issues: pd.DataFrame | None,
    surveys: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    milestones: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    competitors: pd.DataFrame | None,
    segments: Segmentation,
    value: ClientValue,
    payments: Payments,
    health: Health,
    churn: Churn,
    service: ServiceResult,
    satisfaction: SatisfactionResult,
    stakeholders: Stakeholders,
    engagement: Engagement,
    growth: Growth,
    *,
    parameters: UnitParameters,
) -> AccountBriefs:
    """Gather what is known of every client, for briefs of single ones.

    Parameters
    ----------
    accounts … competitors : frame or None
        Tables and facts; None where not handed in.
    segments … growth
        What the pages say, client by client.
    parameters : UnitParameters
        Section `account_brief`.
    """
    as_of, known = parameters.as_of, described(accounts, segments)
    tables = {
        "contracts": contracts, "contacts": contacts, "interactions": interactions,
        "issues": issues, "surveys": surveys, "opportunities": opportunities, "plans": plans,
        "actions": actions,
    }  # fmt: skip
    results = (value, payments, health, churn, service, satisfaction, stakeholders, engagement)
    profile = profiles(
        known, accounts, account_snapshots, *(one.accounts for one in results), as_of=as_of
    )
    listed = briefed(known, segments.labels, parameters.account_brief)
    return AccountBriefs(
        figures={"account_brief.listed": _listed(listed, known, as_of)},
        profile=profile,
        services=services_of(account_offering_revenue),
        quarters=quarters_of(account_month_revenue, as_of),
        people=stakeholders.people,
        dangers=dangers_of(
            profile,
            open_threats(competitors, parameters.growth.closed_words),
            limits_in(parameters),
        ),
        deals=deals_of(growth.deals),
        openings=growth.opportunities,
        plans=_latest(plans),
        actions=_open(actions),
        events=events_of(
            accounts, contracts, contacts, interactions, issues, surveys, opportunities,
            milestones, plans, as_of=as_of,
        ),
        listed=listed,
        missing=_missing(tables),
        settings=parameters.account_brief,
        as_of=as_of,
        currency=parameters.currency,
    )  # fmt: skip


def _listed(listed: pd.DataFrame, known: pd.DataFrame, as_of: dt.date) -> Figure:
    return Figure(
        "account_brief.listed", "Clients with a brief of their own", len(listed), "accounts",
        "Active clients of the tiers asked for, largest first, up to the number asked for.",
        n=len(known), window=as_of.isoformat(),
    )  # fmt: skip


def _latest(plans: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["account_id", "date", "goals", "success_measures", "agreed_with_client",
               "next_review"]  # fmt: skip
    if plans is None:
        return pd.DataFrame(columns=columns)
    rows = plans.reindex(columns=columns).sort_values(["account_id", "date"], kind="stable")
    return rows.drop_duplicates("account_id", keep="last").reset_index(drop=True)


def _open(actions: pd.DataFrame | None) -> pd.DataFrame:
    """Actions for a client that are not done, soonest due first."""
    columns = ["account_id", "action_id", "play", "owner", "created_date", "due_date"]
    if actions is None:
        return pd.DataFrame(columns=columns)
    done = actions.reindex(columns=["done_date"])["done_date"]
    rows = actions.loc[done.isna() & ~is_blank(actions["account_id"])].reindex(columns=columns)
    return rows.sort_values(
        ["account_id", "due_date", "action_id"], kind="stable", ignore_index=True
    )


def _missing(tables: Mapping[str, pd.DataFrame | None]) -> dict[str, str]:
    """By part of a brief, the sentence that says which table would fill it."""
    needs = {
        "people": ("contacts", "people at the client"),
        "deals": ("opportunities", "open deals"),
        "plans": ("plans", "account plans"),
        "actions": ("actions", "actions agreed"),
        "issues": ("issues", "issues"),
        "surveys": ("surveys", "answers of the client"),
        "contracts": ("contracts", "terms"),
        "interactions": ("interactions", "contacts with the client"),
    }
    return {
        part: f"{what[0].upper()}{what[1:]} are not known: table {table} was not handed in."
        for part, (table, what) in needs.items()
        if tables[table] is None
    }
