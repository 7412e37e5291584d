"""Who may leave, why, whom to call first, and how far that list can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from portfolio_lib.analyses.causes import FEATURES
from portfolio_lib.analyses.churn_calls import (
    actions_by_cause,
    call_list,
    capacity,
    manager_names,
    with_plays,
)
from portfolio_lib.analyses.churn_features import churn_rows
from portfolio_lib.analyses.churn_figures import Found, all_figures
from portfolio_lib.analyses.churn_learning import Learned, campaign_costs, learn
from portfolio_lib.analyses.churn_models import quality
from portfolio_lib.analyses.churn_models.quality import Measured
from portfolio_lib.analyses.churn_models.samples import Samples
from portfolio_lib.analyses.churn_pool import ChurnPool, pool_of
from portfolio_lib.analyses.churn_pool_words import few_losses, pool_lines
from portfolio_lib.analyses.churn_reasons import contribution_table, explain
from portfolio_lib.analyses.churn_replay import replay_by_day, replay_by_tier, replay_rows
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import accounts_on
from portfolio_lib.analyses.tiers import chosen_tiers, dated_rule
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.play_models import play_for, plays_in_use

if TYPE_CHECKING:
    from portfolio_lib.analyses.health import Health

DIGITS = 9


@dataclass(frozen=True)
class Churn:
    """The answer of the page Churn risk.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    accounts : frame
        One row per account known on the review day, by revenue at risk: `account_id`,
        `account_name`, `tier`, `account_manager`, `annual_revenue`, `could_leave`, `probability`,
        `revenue_at_risk`, `reasons`, `cause`, `play`, `next_step`, `who`, `within_days`, `hours`,
        `expected_saved`, `net_value`, `in_call_list`. Probabilities are missing where no model
        stands, or where the account cannot leave.
    calls : frame
        The accounts to call, best expected saving per hour first.
    actions : frame
        What acting on each cause would take and save: see `actions_by_cause`.
    replay, replay_tiers : frame
        The lists of earlier days against what happened, by day and by tier.
    replay_tier_rule : str
        What tiers on those days go by, in words.
    calibration : frame
        What was said and what happened: see `calibration_table`.
    quality : frame
        One row per rival and measure, with its interval.
    contributions : frame
        Every term of every score: see `contribution_table`.
    card : frame
        What the model is, line by line: `what`, `value`.
    warning : str or None
        What is too good to be true.
    too_few : str or None
        How few losses the model has seen: that it learned from other units too, or that only the
        plain baseline is used, and why.
    """

    figures: Mapping[str, Figure]
    accounts: pd.DataFrame
    calls: pd.DataFrame
    actions: pd.DataFrame
    replay: pd.DataFrame
    replay_tiers: pd.DataFrame
    replay_tier_rule: str
    calibration: pd.DataFrame
    quality: pd.DataFrame
    contributions: pd.DataFrame
    card: pd.DataFrame
    warning: str | None
    too_few: str | None
    as_of: dt.date
    horizon_days: int
    top: int
    accounts_shown: int
    tier_labels: tuple[str, str, str]
    currency: str


def predict_churn(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    churn_outcomes: pd.DataFrame,
    managers: pd.DataFrame | None,
    health: Health | None,
    churn_pool: ChurnPool | None = None,
    *,
    parameters: UnitParameters,
) -> Churn:
    """Say who may leave, why, and how far that can be trusted.

    Parameters
    ----------
    accounts : frame
        One row per account: names, managers, tiers given.
    account_snapshots : frame
        One row per account and snapshot date; gives revenue for the tiers.
    account_features, churn_outcomes : frame
        One row per account and day that is looked back from.
    managers : frame or None
        Hours of the account managers.
    health : Health or None
        Its history gives the colour of each account on each day; None leaves it out.
    churn_pool : ChurnPool or None
        The past of other units, for days with too few losses of the unit's own.
    parameters : UnitParameters
        What counts as a loss, the horizon, the plays, and how many events it takes.
    """
    levels = None if health is None else health.history[["account_id", "snapshot_date", "level"]]
    page, as_of = parameters.churn, pd.Timestamp(parameters.as_of)
    rows = churn_rows(account_features, churn_outcomes, page)
    # Hundreds of small models: sharing each out over processors takes several times as long as
    # fitting it, and far longer on a machine with other work.
    with threadpool_limits(limits=1):
        learned = learn(rows, as_of, page, parameters.seed, levels, pool_of(churn_pool, page))
        told, contributions = _explained(learned)
    known = _known_now(accounts, account_snapshots, account_features, parameters)
    listed = _listed(known, learned.now, told, parameters)
    hours = capacity(managers, page, parameters.period)
    calls = call_list(listed, hours, least_chance=learned.usual_rate, most=page.top)
    listed["in_call_list"] = listed["account_id"].isin(calls["account_id"])
    calls = calls.merge(listed[["account_id", "in_call_list"]], on="account_id", how="left")
    days = replay_rows(learned.trials, page.top, levels)
    calibration = _calibration(learned)
    profits = _profits(learned, parameters)
    replay = replay_by_day(days, as_of)
    found = Found(learned, listed, calls, hours, replay, calibration, profits, parameters)
    return Churn(
        figures={figure.key: figure for figure in all_figures(found)},
        accounts=listed,
        calls=calls,
        actions=actions_by_cause(listed, calls),
        replay=replay,
        replay_tiers=replay_by_tier(days, parameters.policies.tiers),
        replay_tier_rule=dated_rule(parameters.policies.tiers),
        calibration=calibration,
        quality=_quality_table((*learned.measured, *profits)),
        contributions=contributions,
        card=model_card(learned, parameters),
        warning=learned.warning,
        too_few=few_losses(learned, page),
        as_of=parameters.as_of,
        horizon_days=page.horizon_days,
        top=page.top,
        accounts_shown=page.accounts_shown,
        tier_labels=parameters.policies.tiers.labels,
        currency=parameters.currency,
    )


def _explained(learned: Learned) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Probability, reasons and cause of each account that could leave, and every term behind."""
    if learned.fitted is None:
        none = pd.DataFrame(columns=["account_id", "feature", "says", "adds"])
        told = pd.DataFrame({"account_id": learned.now.accounts})
        return told.assign(probability=np.nan, reasons=None, cause=None), none
    seen = learned.fitted.seen(learned.now)
    start, terms = learned.fitted.model.contributions(seen)
    told = explain(seen, terms).assign(probability=np.round(learned.chances, DIGITS))
    return told, contribution_table(seen, terms, start).round({"adds": DIGITS})


def _known_now(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    account_features: pd.DataFrame,
    parameters: UnitParameters,
) -> pd.DataFrame:
    """Every account known on the review day, with name, tier, manager and annual revenue."""
    now = accounts_on(accounts, account_snapshots, parameters.as_of)
    now["tier"] = chosen_tiers(now, parameters.policies.tiers)
    managers = accounts.set_index("account_id").get("account_manager")
    named = now["account_id"].map(managers) if managers is not None else None
    blank = pd.Series(None, index=now.index, dtype="object")
    now["account_manager"] = manager_names(blank if named is None else named)
    current = account_features["snapshot_date"].eq(pd.Timestamp(parameters.as_of))
    money = account_features.loc[current].set_index("account_id")["annual_revenue"]
    now["annual_revenue"] = now["account_id"].map(money).astype("float64")
    return now[["account_id", "account_name", "tier", "account_manager", "annual_revenue"]]


def _listed(
    known: pd.DataFrame, now: Samples, told: pd.DataFrame, parameters: UnitParameters
) -> pd.DataFrame:
    """The accounts with probability, reasons and play, by revenue at risk."""
    plays = plays_in_use(parameters.plays)
    rows = known.merge(told, on="account_id", how="left", validate="one_to_one")
    rows["could_leave"] = rows["account_id"].isin(set(now.accounts))
    money = rows["annual_revenue"].clip(lower=0.0)
    rows["revenue_at_risk"] = (rows["probability"].astype("float64") * money).round(DIGITS)
    rows["cause"] = rows["cause"].astype("object").where(rows["cause"].notna(), None)
    rows["play"] = [None if cause is None else play_for(cause, plays) for cause in rows["cause"]]
    done = with_plays(rows, plays, parameters.churn.cost_per_hour)
    order = done.assign(_risk=done["revenue_at_risk"].fillna(-1.0)).sort_values(
        ["_risk", "account_id"], ascending=[False, True], kind="stable"
    )
    return order.drop(columns="_risk").reset_index(drop=True)


def _calibration(learned: Learned) -> pd.DataFrame:
    if learned.scored is None or learned.untried is not None:
        return pd.DataFrame(columns=["bin", "rows", "said", "left", "happened"])
    return quality.calibration_table(learned.scored)


def _profits(learned: Learned, parameters: UnitParameters) -> tuple[Measured, ...]:
    if learned.scored is None or learned.untried is not None:
        return ()
    costs = campaign_costs(parameters.churn.campaign, learned.scored.rows.revenue)
    return () if costs is None else quality.profits(learned.scored, costs, parameters.seed)


def _quality_table(measured: tuple[Measured, ...]) -> pd.DataFrame:
    """Rival, measure, value and interval, one row each."""
    rows = [
        (one.rival, one.measure, one.value, *(one.interval or (np.nan, np.nan))) for one in measured
    ]
    columns = ["rival", "measure", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns).round(DIGITS)


def model_card(learned: Learned, parameters: UnitParameters) -> pd.DataFrame:
    """What the model is, line by line, for whoever has to answer for it."""
    page, fitted = parameters.churn, learned.fitted
    lines = [
        ("Question", f"Does the account leave within {page.horizon_days} days of the review day?"),
        ("Accounts that could leave now", f"{len(learned.now):,}"),
        ("Past rows learned from", f"{len(learned.closed):,}"),
        ("Clients lost among them", f"{learned.closed.events:,}"),
        ("Model", "none" if fitted is None else f"{fitted.model.kind}, {fitted.model.setting}"),
    ]
    if fitted is None:
        return pd.DataFrame([*lines, ("Why none", learned.reason)], columns=["what", "value"])
    lines += [
        *pool_lines(learned),
        ("Chosen by", "log loss on accounts not seen, in rows closed by the review day"),
        ("Calibration", f"stretch {fitted.model.calibration.slope:.2f}, on accounts not seen"),
        ("Tried on", ", ".join(str(trial.snapshot) for trial in learned.trials) or "no day yet"),
        (
            "Features used",
            ", ".join(map(_label, fitted.model.used)) or "none: every account has the same",
        ),
        ("Features left out", _left_out(learned)),
    ]
    return pd.DataFrame(lines, columns=["what", "value"])


def _label(feature: str) -> str:
    return FEATURES[feature].label


def _left_out(learned: Learned) -> str:
    """Features without use, and why, grouped by the reason."""
    assert learned.fitted is not None
    told = {**learned.fitted.model.dropped, **learned.fitted.set_aside}
    reasons = dict.fromkeys(sorted(told.values()))
    groups = [
        f"{why}: {', '.join(_label(name) for name in sorted(told) if told[name] == why)}"
        for why in reasons
    ]
    return "; ".join(groups) or "none"
