"""The 30/60/90-day plan, the guide of plays with its record, and the promise ledger.

Pages give cause for actions; each comes from a play. They are ranked by what an hour brings, tier 1
first among equals, and cut to the hours there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.figures import Figure, known_figures
from portfolio_lib.analyses.plan_candidates import (
    EXPANSION,
    Grounds,
    candidates,
    chances,
    due_on,
)
from portfolio_lib.analyses.plan_figures import Planned, all_figures, expansion_figure
from portfolio_lib.analyses.plan_priorities import (
    after_earlier,
    by_owner,
    capacities,
    fitting,
    horizon_of,
    portfolio_actions,
    ranked,
)
from portfolio_lib.analyses.play_records import Watched, play_records
from portfolio_lib.analyses.promise_ledger import open_ledger
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.parameters.play_models import Play, plays_in_use

if TYPE_CHECKING:
    from portfolio_lib.analyses.checklist import Checklist
    from portfolio_lib.analyses.churn import Churn
    from portfolio_lib.analyses.earlier_reviews import EarlierReview
    from portfolio_lib.analyses.engagement import Engagement
    from portfolio_lib.analyses.former_accounts import FormerAccounts
    from portfolio_lib.analyses.growth import Growth
    from portfolio_lib.analyses.health import Health
    from portfolio_lib.analyses.payments import Payments
    from portfolio_lib.analyses.readiness import Readiness
    from portfolio_lib.analyses.renewals import Renewals
    from portfolio_lib.analyses.satisfaction import SatisfactionResult
    from portfolio_lib.analyses.service import ServiceResult
    from portfolio_lib.analyses.stakeholders import Stakeholders
    from portfolio_lib.analyses.summary import Summary

ACTIONS = (
    *("account_id", "account_name", "tier", "title", "owner", "due", "horizon", "effect", "kind"),
    *("hours", "effect_per_hour", "measure", "play", "because", "source", "who", "first_step"),
)
GROWING = ("expansion", "win_back", "reference")
"""Moments of plays that add revenue; the others keep it."""
METRICS = ("movements.nrr", "movements.grr", "satisfaction.rating",
           "engagement.review_completion", "plan.expansion_pipeline")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """The answer of the page Plan.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    actions : frame
        Actions for single clients that fit into the hours, by effect per hour: `account_id`,
        `account_name`, `tier`, `title`, `owner`, `due`, `horizon` (30, 60, 90; 120 for later),
        `effect` (money a year; NaN where not computable), `kind` (``kept`` or ``growth``), `hours`,
        `effect_per_hour`, `measure`, `play`, `because`, `source`, `who`, `first_step`.
    cut : frame
        The same for those that do not fit.
    portfolio : frame
        Actions for the portfolio as a whole: `title`, `owner`, `due`, `horizon`, `hours`,
        `measure`, `figure`, `because`, `fits`.
    owners : frame
        One row per owner: `owner`, `capacity_hours`, `hours`, `actions`, `cut`.
    metrics : frame
        What the plan is measured by: `key`, `label`, `unit`, `value`, `target`.
    ledger : frame
        Promises of earlier reviews: see `LEDGER` of `promises`.
    reviews : frame
        See `by_review`.
    plays : frame
        See `play_records`.
    """

    figures: Mapping[str, Figure]
    actions: pd.DataFrame
    cut: pd.DataFrame
    portfolio: pd.DataFrame
    owners: pd.DataFrame
    metrics: pd.DataFrame
    ledger: pd.DataFrame
    reviews: pd.DataFrame
    plays: pd.DataFrame
    guide: Mapping[str, Play]
    no_actions_table: str | None
    last_review: dt.date
    as_of: dt.date
    page: PlanPage
    currency: str


def make_plan(
    account_snapshots: pd.DataFrame,
    actions: pd.DataFrame | None,
    managers: pd.DataFrame | None,
    earlier_reviews: Sequence[EarlierReview],
    churn: Churn,
    health: Health,
    renewals: Renewals,
    stakeholders: Stakeholders,
    engagement: Engagement,
    service: ServiceResult,
    satisfaction: SatisfactionResult,
    payments: Payments,
    growth: Growth,
    former_accounts: FormerAccounts,
    readiness: Readiness,
    checklist: Checklist,
    summary: Summary,
    *,
    parameters: UnitParameters,
) -> Plan:
    """Plan the next 90 days, and hold the last review's promises against what happened.

    Parameters
    ----------
    account_snapshots : frame
        Says which clients were still active when an outcome is read.
    actions, managers : frame or None
        What was agreed, and what became of it; hours.
    earlier_reviews : sequence of EarlierReview
        What earlier reviews published: their targets, forecasts and planned actions.
    churn, health, … : results
        The answers that give cause for actions.
    parameters : UnitParameters
        Plays, capacity, and what was promised where no record says.
    """
    page, as_of = parameters.plan, parameters.as_of
    guide = plays_in_use(parameters.plays)
    grounds = Grounds(churn, health, renewals, stakeholders, engagement, service, satisfaction,
                      payments, growth, former_accounts)  # fmt: skip
    base = chances(churn, health, page)
    wanted = together(priced(candidates(grounds, guide, page), base, guide, as_of), guide)
    hours = capacities(wanted["owner"], managers, page)
    fits = fitting(wanted, hours)
    portfolio = portfolio_actions(summary, checklist, readiness, page, as_of)
    names = {str(key): str(name) for key, name in base["account_name"].items()}
    expansion = open_expansion(growth)
    aimed = expansion_figure(parameters, expansion)
    held = open_ledger(
        actions, renewals.checked, names, earlier_reviews=earlier_reviews, parameters=parameters,
        known={**summary.known, **known_figures(readiness, checklist), aimed.key: aimed},
    )  # fmt: skip
    watched = Watched(account_snapshots, health.history)
    found = Planned(parameters, wanted.loc[fits], wanted.loc[~fits], portfolio, held,
                    actions is not None, expansion)  # fmt: skip
    figures = {figure.key: figure for figure in all_figures(found)}
    return Plan(
        figures=figures,
        actions=wanted.loc[fits].reset_index(drop=True),
        cut=wanted.loc[~fits].reset_index(drop=True),
        portfolio=portfolio,
        owners=by_owner(wanted, fits, hours),
        metrics=_metrics({**summary.known, **figures}, page),
        ledger=held.rows,
        reviews=held.reviews,
        plays=play_records(actions, watched, guide, page),
        guide=guide,
        no_actions_table=None if actions is not None else found.no_actions,
        last_review=held.last_review,
        as_of=as_of,
        page=page,
        currency=parameters.currency,
    )


def priced(
    wanted: pd.DataFrame,
    base: pd.DataFrame,
    guide: Mapping[str, Play],
    as_of: dt.date,
) -> pd.DataFrame:
    """Candidates with their client, owner, day, hours and what they are worth.

    Keeping: share saved × chance of leaving × revenue at stake. Growing and winning back: value ×
    chance. NaN where a part of it is not known.
    """
    client = base.reindex(wanted["account_id"]).reset_index(drop=True)
    rows = wanted.reset_index(drop=True)
    plays = [guide[key] for key in rows["play"]]
    saved = pd.Series([np.nan if p.share_saved is None else p.share_saved for p in plays],
                      dtype="float64")  # fmt: skip
    revenue = rows["revenue"].where(rows["revenue"].notna(), client["annual_revenue"])
    kept, grown = saved * client["chance"] * revenue, rows["value"] * rows["chance"]
    is_growth = pd.Series([p.moment in GROWING for p in plays], dtype=bool)
    hours = pd.Series([p.hours for p in plays], dtype="float64")
    effect = kept.where(~is_growth, grown).round(2)
    owner = client["account_manager"].astype("object")
    return rows.assign(
        account_name=client["account_name"], tier=client["tier"],
        owner=owner.where(~is_blank(client["account_manager"]), ""),
        title=[p.title for p in plays],
        due=due_on(as_of, rows["within_days"]),
        horizon=[horizon_of(days) for days in rows["within_days"]],
        effect=effect, kind=np.where(is_growth, "growth", "kept"), hours=hours,
        effect_per_hour=effect / hours, measure=[p.measure for p in plays],
        who=[p.who for p in plays], first_step=[p.what_to_do[0] for p in plays],
    ).reindex(columns=list(ACTIONS))  # fmt: skip


def together(rows: pd.DataFrame, guide: Mapping[str, Play]) -> pd.DataFrame:
    """The actions by what an hour brings, each worth what it adds to the better ones."""
    alone = ranked(rows)
    saved = [guide[key].share_saved for key in alone["play"]]
    effect = after_earlier(alone, pd.Series(saved, index=alone.index, dtype="float64"))
    return ranked(alone.assign(effect=effect, effect_per_hour=effect / alone["hours"]))


def open_expansion(growth: Growth) -> tuple[float, int, str | None]:
    """Value and number of open cross-sell and upsell deals; why they are not known."""
    deals = growth.deals.loc[growth.deals["kind"].isin(EXPANSION)]
    return float(deals["value"].sum()), len(deals), growth.figures["growth.open_value"].reason


def _metrics(known: Mapping[str, Figure], page: PlanPage) -> pd.DataFrame:
    rows = []
    for key in METRICS:
        figure = known[key]
        aim = figure.target if figure.target is not None else page.goals.get(key)
        value = figure.value if isinstance(figure.value, int | float) else np.nan
        rows.append(
            {"key": key, "label": figure.label, "unit": figure.unit, "value": float(value),
             "target": np.nan if aim is None else float(aim), "reason": figure.reason}
        )  # fmt: skip
    return pd.DataFrame(rows)
