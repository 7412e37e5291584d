"""The sign-off sheet: what a leader reads once more, and puts a name to.

Every figure is one of another page or counted here by a rule that is printed; names, signature and
dates are left to people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from portfolio_lib.analyses.figures import Figure, not_computable, unless
from portfolio_lib.analyses.play_records import play_keys
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.plan_models import SignOffPage

if TYPE_CHECKING:
    from portfolio_lib.analyses.checklist import Checklist
    from portfolio_lib.analyses.competition import Competition
    from portfolio_lib.analyses.growth import Growth
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.plan import Plan
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.segments import Segmentation
    from portfolio_lib.analyses.summary import Summary

KINDS = ("cross-sell", "upsell", "new", "partnership", "renewal")
HEALTH = (
    "portfolio.active_accounts",
    "portfolio.revenue_12m",
    "portfolio.average_revenue",
    "portfolio.clients_kept",
    "movements.nrr",
    "satisfaction.rating",
)
PREVENTING = ("risk", "renewal", "relationship", "review")
TIER_NAMES = ("1", "2", "3")
NO_ACTIONS = "earlier actions are not recorded; hand in table actions"
NO_PROSPECTS = "prospects are not known; hand in table prospects"
STAGES = ((30, "0 to 30 days"), (60, "30 to 90 days"), (90, "30 to 90 days"), (120, "Later"))


@dataclass(frozen=True)
class SignOff:
    """The answer of the page Sign-off.

    Parameters
    ----------
    figures : mapping of str to Figure
        Those counted for the sheet alone.
    health : tuple of Figure
        The health of the portfolio, each with its target where there is one.
    tiers : frame
        `tier`, `accounts`, `revenue`, `revenue_share`.
    pipelines : frame
        Open deals by kind: `kind`, `deals`, `value`; empty where deals are not known.
    actions : frame
        The first of each stage: `stage`, `title`, `account_name`, `owner`, `due`.
    priorities : tuple of str
        What to do first about the areas furthest behind.
    targets : frame
        For the next review: `label`, `unit`, `now`, `target`.
    next_review : date
        The day the next review looks back from.
    """

    figures: Mapping[str, Figure]
    health: tuple[Figure, ...]
    summary: Summary
    tiers: pd.DataFrame
    pipelines: pd.DataFrame
    actions: pd.DataFrame
    stages: Mapping[str, int]
    threats: Figure
    checklist: Mapping[str, Figure]
    priorities: tuple[str, ...]
    targets: pd.DataFrame
    tier_labels: tuple[str, str, str]
    next_review: dt.date
    unit_name: str
    as_of: dt.date
    page: SignOffPage
    currency: str


def fill_sheet(
    actions: pd.DataFrame | None,
    prospects: pd.DataFrame | None,
    segments: Segmentation,
    health: Health,
    renewals: Renewals,
    growth: Growth,
    competition: Competition,
    checklist: Checklist,
    summary: Summary,
    plan: Plan,
    *,
    parameters: UnitParameters,
) -> SignOff:
    """Fill the sheet.

    Parameters
    ----------
    actions, prospects : frame or None
        What is counted here: actions in progress, companies to be won.
    segments, health, renewals, summary, plan : results
        The answers that the sheet repeats.
    parameters : UnitParameters
        Gives the targets.
    """
    page, as_of = parameters.sign_off, parameters.as_of
    no_deals = growth.figures["growth.open_deals"].reason
    no_value = growth.figures["growth.open_value"].reason
    pipelines = by_kind(growth.deals if no_deals is None else None)
    figures = [
        *risk_figures(health, renewals, as_of),
        progress_figure(actions, plan, as_of),
        *deal_figures(no_value, pipelines, parameters.currency, as_of),
        prospect_figure(prospects, as_of),
    ]
    staged = by_stage(plan)
    return SignOff(
        figures={figure.key: figure for figure in figures},
        health=tuple(summary.known[key] for key in HEALTH),
        summary=summary,
        tiers=_tiers(segments),
        pipelines=pipelines,
        actions=staged.groupby("stage", sort=False).head(page.listed).reset_index(drop=True),
        stages={stage: int(staged["stage"].eq(stage).sum()) for _, stage in STAGES},
        threats=competition.figures["competition.open_threats"],
        checklist=checklist.figures,
        priorities=_priorities(plan, page),
        targets=next_targets(summary.known, parameters),
        tier_labels=segments.labels,
        next_review=months_before(as_of, -parameters.plan.review_months),
        unit_name=parameters.name,
        as_of=as_of,
        page=page,
        currency=parameters.currency,
    )


def risk_figures(health: Health, renewals: Renewals, as_of: dt.date) -> list[Figure]:
    """Clients at high risk and their share of revenue; renewals due."""
    rows = health.accounts
    known = rows.loc[~rows["level"].eq("grey")]
    red = rows.loc[rows["level"].eq("red")]
    worth = float(rows["annual_revenue"].sum())
    no_colour = None if len(known) else "no client's health can be told"
    no_worth = no_colour or (None if worth > 0 else "no client brings revenue")
    share = float(red["annual_revenue"].sum()) / worth if worth > 0 else 0.0
    due = renewals.upcoming
    count = 0
    if renewals.reason is None and len(due):
        count = int(due.loc[due["days_to_end"].le(90), "contract_id"].nunique())
    day = as_of.isoformat()
    return [
        unless(no_colour, Figure(
            "sign_off.high_risk_clients", "Clients at high risk", len(red), "accounts",
            "Clients whose health is red.", n=len(known), window=day,
            higher_is_better=False)),
        unless(no_worth, Figure(
            "sign_off.high_risk_share", "Their share of revenue", share, "share",
            "Yearly revenue of red clients ÷ that of all clients.", n=len(rows),
            window=day, higher_is_better=False)),
        unless(renewals.reason, Figure(
            "sign_off.renewals_due", "Contract renewals due in 90 days", count, "contracts",
            "Contract terms that end within 90 days.", n=count, window=day)),
    ]  # fmt: skip


def progress_figure(actions: pd.DataFrame | None, plan: Plan, as_of: dt.date) -> Figure:
    """Actions agreed against churn that are not done yet."""
    said = "Recorded actions not done, from plays against risk, for renewals, contacts or reviews."
    key, label = "sign_off.prevention", "Churn prevention actions in progress"
    if actions is None:
        return not_computable(key, label, "actions", said, reason=NO_ACTIONS)
    preventing = {name for name, play in plan.guide.items() if play.moment in PREVENTING}
    keys = play_keys(actions["play"], plan.guide)
    count = int((actions["done_date"].isna() & keys.isin(preventing)).sum())
    return Figure(key, label, count, "actions", said, n=len(actions), window=as_of.isoformat())


def by_kind(deals: pd.DataFrame | None) -> pd.DataFrame:
    """Open deals and their value by kind, every kind listed; empty where deals are not known."""
    columns = ["kind", "deals", "value"]
    if deals is None:
        return pd.DataFrame(columns=columns)
    rows = [
        (kind, int(deals["kind"].eq(kind).sum()),
         float(deals.loc[deals["kind"].eq(kind), "value"].sum()))
        for kind in KINDS
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def deal_figures(
    why: str | None, pipelines: pd.DataFrame, currency: str, as_of: dt.date
) -> list[Figure]:
    """Value of open deals by kind."""
    values = dict(zip(pipelines["kind"], pipelines["value"], strict=True))
    counts = dict(zip(pipelines["kind"], pipelines["deals"], strict=True))
    return [
        unless(why, Figure(
            f"sign_off.open_{kind.replace('-', '_')}", f"Open deals, {kind}",
            float(values.get(kind, 0.0)), currency, f"Value of open deals of the kind {kind}.",
            n=int(counts.get(kind, 0)), window=as_of.isoformat()))
        for kind in KINDS
    ]  # fmt: skip


def prospect_figure(prospects: pd.DataFrame | None, as_of: dt.date) -> Figure:
    """Companies that could become clients."""
    key, label = "sign_off.prospects", "Companies to be won"
    said = "Companies on the list of prospects."
    if prospects is None:
        return not_computable(key, label, "companies", said, reason=NO_PROSPECTS)
    day, count = as_of.isoformat(), len(prospects)
    return Figure(key, label, count, "companies", said, n=count, window=day)


def by_stage(plan: Plan) -> pd.DataFrame:
    """Planned actions by stage: in turn one for the portfolio and one for a single client.

    Those for the portfolio by how far their figure is behind; those for clients by effect, a client
    once before another comes a second time.
    """
    clients = plan.actions.sort_values(
        ["effect", "account_id", "play"], ascending=[False, True, True], na_position="last"
    )
    clients = clients.assign(
        stage=clients["horizon"].map(dict(STAGES)), again=clients.groupby("account_id").cumcount()
    ).sort_values("again", kind="stable")
    portfolio = plan.portfolio.loc[plan.portfolio["fits"]]
    portfolio = portfolio.assign(stage=portfolio["horizon"].map(dict(STAGES)))
    columns = ["title", "account_name", "owner", "due", "horizon", "stage", "place", "turn"]
    both = [
        rows.assign(turn=turn, place=rows.groupby("stage").cumcount()).reindex(columns=columns)
        for turn, rows in enumerate((portfolio, clients))
    ]
    stages = list(dict.fromkeys(stage for _, stage in STAGES))
    staged = pd.concat(both, ignore_index=True).astype({"account_name": "object"})
    order = staged.assign(order=staged["stage"].map(stages.index))
    ordered = order.sort_values(["order", "place", "turn"], ignore_index=True)
    return ordered[columns[:-2]]


def _tiers(segments: Segmentation) -> pd.DataFrame:
    """Active clients and revenue by tier, and what has no tier where there is any."""
    rows = segments.tiers[segments.policy]
    is_shown = rows["group"].isin(TIER_NAMES) | rows["active"].gt(0)
    shown = rows.loc[is_shown].rename(columns={"group": "tier"})
    return shown[["tier", "active", "revenue", "revenue_share"]].reset_index(drop=True)


def _priorities(plan: Plan, page: SignOffPage) -> tuple[str, ...]:
    """What concerns the areas furthest behind, as far as it fits into the hours."""
    rows = plan.portfolio.loc[plan.portfolio["fits"]].head(page.listed)
    return tuple(rows["title"].astype(str))


def next_targets(known: Mapping[str, Figure], parameters: UnitParameters) -> pd.DataFrame:
    """What is aimed at for the next review, beside where the figure stands now."""
    aims = parameters.targets
    growth = parameters.sign_off.growth
    rows = [
        ("portfolio.growth", "Growth", growth if growth is not None else aims.revenue_growth),
        ("satisfaction.rating", "Satisfaction", aims.satisfaction),
        ("portfolio.clients_kept", "Clients kept", aims.retention),
        ("movements.nrr", "Net revenue retention", aims.nrr),
        ("portfolio.new_accounts", "New clients", parameters.sign_off.new_clients),
    ]
    told = []
    for key, label, aim in rows:
        figure = known[key]
        now = float(figure.value) if isinstance(figure.value, int | float) else float("nan")
        target = float("nan") if aim is None else float(aim)
        told.append((key, label, figure.unit, now, target))
    return pd.DataFrame(told, columns=["key", "label", "unit", "now", "target"])
