"""The published numbers of the page Churn risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.churn_calls import Capacity
from portfolio_lib.analyses.churn_learning import Learned
from portfolio_lib.analyses.churn_models import quality
from portfolio_lib.analyses.churn_models.quality import Measured
from portfolio_lib.analyses.churn_pool_words import pool_policy
from portfolio_lib.analyses.churn_replay_figures import replay_figures
from portfolio_lib.analyses.figures import Figure, unless, window_after
from portfolio_lib.analyses.snapshots import total
from portfolio_lib.facts import months_before
from portfolio_lib.facts.inputs import MONTHS_PER_PERIOD
from portfolio_lib.parameters.models import UnitParameters

CHANCE = "90 %, drawn from the probabilities themselves: what chance alone may bring"
NO_REVENUE = "no revenue is known of the accounts that could leave"

MEASURES = {
    "auc": ("Pairs ranked right (AUC)", "index", "The chance that a client that left had a higher "
            "probability than one that stayed; 0.5 is no better than a coin."),
    "pr_auc": ("Precision down the list (PR-AUC)", "index", "Share of leavers among those listed, "
               "averaged over the list down to each leaver; the share that left is what chance "
               "gives."),
    "brier": ("Error of the chances (Brier)", "index", "Mean squared distance of the "
              "probabilities from what happened; lower is better."),
    "brier_skill": ("Gain over the usual rate (Brier skill)", "index", "1 − Brier score ÷ that of "
                    "always saying the share that left; 0 is no better than that, 1 is perfect."),
    "lift": ("Lift of the first tenth", "ratio", "Share that left among the tenth with the highest "
             "probabilities ÷ share that left in all."),
    "revenue_caught": ("Lost revenue on the list", "share", "Of the revenue lost, the part that "
                       "stood among the first of each day's list by revenue at risk."),
}  # fmt: skip
RIVALS = {"recency": "the time since the last purchase alone", "colour": "the colour of that day"}


@dataclass(frozen=True)
class Found:
    """Everything that the figures are read from."""

    learned: Learned
    accounts: pd.DataFrame
    calls: pd.DataFrame
    hours: Capacity
    replay: pd.DataFrame
    calibration: pd.DataFrame
    profits: tuple[Measured, ...]
    parameters: UnitParameters

    @property
    def policy(self) -> str:
        page = self.parameters.churn
        return f"churn.event: {page.event}; churn.horizon_days: {page.horizon_days}"

    @property
    def learned_policy(self) -> str:
        """The policy of what a model says, with whose past it learned from."""
        return f"{self.policy}{pool_policy(self.learned)}"

    @property
    def nobody(self) -> str | None:
        return None if len(self.learned.now) else "no account could leave on the review day"

    @property
    def no_chances(self) -> str | None:
        return self.learned.reason or self.nobody

    @property
    def no_money(self) -> str | None:
        known = self.accounts["annual_revenue"].gt(0).any()
        return self.no_chances or (None if known else NO_REVENUE)

    @property
    def window(self) -> str:
        """The days of the trials, or the review day."""
        days = [str(trial.snapshot) for trial in self.learned.trials]
        return f"{days[0]} to {days[-1]}" if days else self.parameters.as_of.isoformat()


def all_figures(found: Found) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *risk_figures(found),
        *call_figures(found),
        *past_figures(found),
        *quality_figures(found),
        *rival_figures(found),
        *calibration_figures(found),
        *replay_figures(found.replay, found.learned.untried, found.window, found.parameters),
    )


def risk_figures(found: Found) -> tuple[Figure, ...]:
    """How many and how much may be lost within the horizon, and how it is spread."""
    rows, page = found.accounts, found.parameters.churn
    watched = rows.loc[rows["could_leave"]]
    chances = watched["probability"].fillna(0.0).to_numpy(dtype=float)
    money = watched["annual_revenue"].fillna(0.0).clip(lower=0.0).to_numpy(dtype=float)
    risks = watched["revenue_at_risk"].fillna(0.0)
    whole, every = total(risks), total(money)
    seed, currency, day = (
        found.parameters.seed,
        found.parameters.currency,
        found.parameters.as_of.isoformat(),
    )
    return (
        Figure("churn.watched", "Clients that could leave", len(watched), "accounts",
               "Accounts active on the review day by the policy of what counts as a loss.",
               n=len(rows), window=day, policy=found.policy),
        unless(found.no_chances, Figure("churn.expected_losses", "Clients expected to leave",
               round(total(chances), 6), "losses",
               f"Probabilities of leaving within {page.horizon_days} days, added up.",
               n=len(watched), window=day, policy=found.learned_policy,
               interval=quality.drawn_interval(chances, np.ones(len(chances)), seed),
               interval_method=CHANCE, higher_is_better=False)),
        unless(found.no_money, Figure("churn.revenue_at_risk", "Revenue at risk", whole, currency,
               "Probability × annual revenue, added up over accounts.", n=len(watched),
               window=day, policy=found.learned_policy,
               interval=quality.drawn_interval(chances, money, seed), interval_method=CHANCE,
               higher_is_better=False)),
        unless(found.no_money, Figure("churn.revenue_at_risk_share", "Share of revenue at risk",
               whole / every if every > 0 else 0.0, "share",
               "Revenue at risk ÷ annual revenue of the accounts that could leave.",
               n=len(watched), window=day, higher_is_better=False)),
        unless(found.no_money, Figure("churn.top_5_share", "Five largest risks",
               total(risks.nlargest(5)) / whole if whole > 0 else 0.0, "share",
               "Revenue at risk of the five accounts with most of it ÷ all revenue at risk.",
               n=len(watched), window=day)),
    )  # fmt: skip


def call_figures(found: Found) -> tuple[Figure, ...]:
    """The list to call, its hours and what it is expected to save."""
    calls, currency = found.calls, found.parameters.currency
    page, day = found.parameters.churn, found.parameters.as_of.isoformat()
    hours = found.hours.total
    unknown = (
        None
        if hours is not None
        else "hours are not known; fill hours_per_week of table managers, or churn.hours_per_period"
    )
    no_cost = None if page.cost_per_hour is not None else (
        "the cost of an hour is not known; fill churn.cost_per_hour")  # fmt: skip
    return (
        unless(found.no_money, Figure("churn.to_call", "Clients to call", len(calls), "accounts",
               "Accounts at least as likely to leave as was usual, best expected saving per hour "
               "first, as far as the hours go.",
               n=len(found.learned.now), window=day)),
        unless(unknown, Figure("churn.hours", "Hours for keeping clients", hours or 0.0, "hours",
               f"Hours of the account managers until the next review × {page.hours_share:.0%}, or "
               "as the parameters say.", n=len(found.hours.by_manager) or 1,
               window=_until_next_review(found.parameters),
               policy=None if page.hours_per_period is None else "as churn.hours_per_period says")),
        unless(found.no_money, Figure("churn.expected_saved", "Expected to be saved",
               total(calls["expected_saved"]) if len(calls) else 0.0, currency,
               "Over the list: share that the play saves × probability × annual revenue. The "
               "shares are settings of the plays, not measured.", n=len(calls), window=day,
               higher_is_better=True)),
        unless(found.no_money or no_cost, Figure("churn.net_value", "Expected to be saved, after "
               "hours", total(calls["net_value"].dropna()) if len(calls) else 0.0, currency,
               "Expected to be saved, less hours × cost of an hour.", n=len(calls), window=day,
               higher_is_better=True)),
    )  # fmt: skip


def _until_next_review(parameters: UnitParameters) -> str:
    """The days after the review up to the next one."""
    months = MONTHS_PER_PERIOD[parameters.period]
    return window_after(parameters.as_of, months_before(parameters.as_of, -months))


def past_figures(found: Found) -> tuple[Figure, ...]:
    """How many left in the past, over all snapshots whose outcome is known."""
    closed, page = found.learned.closed, found.parameters.churn
    none = None if len(closed) else f"no account has been watched for {page.horizon_days} days yet"
    days = sorted({str(day) for day in closed.snapshots})
    window = f"{days[0]} to {days[-1]}" if days else None
    return (
        unless(none, Figure("churn.events", "Clients lost in the past", closed.events, "accounts",
               f"Accounts that left within {page.horizon_days} days of any earlier snapshot; each "
               "counts once.", n=len(set(closed.owners)), window=window, policy=found.policy)),
        unless(none, Figure("churn.past_rate", "Share that left",
               float(closed.churned.mean()) if len(closed) else 0.0, "share",
               f"Accounts that left within {page.horizon_days} days ÷ accounts that could, over "
               "all earlier snapshots whose outcome is known.", n=len(closed), window=window,
               policy=found.policy, higher_is_better=False)),
    )  # fmt: skip


def quality_figures(found: Found) -> tuple[Figure, ...]:
    """The measures of the model out of time."""
    made = [_measure(found, quality.MODEL, key, f"churn.{key}") for key in MEASURES]
    return (*made, _profit(found, quality.MODEL, "churn.empc"))


def rival_figures(found: Found) -> tuple[Figure, ...]:
    """The same measures of the plain rivals, and how far the model is ahead of each."""
    made = []
    for rival in RIVALS:
        made += [_measure(found, rival, key, f"churn.{key}_{rival}") for key in MEASURES]
        made.append(_profit(found, rival, f"churn.empc_{rival}"))
        ahead = f"{quality.MODEL} less {rival}"
        made += [
            _measure(found, ahead, key, f"churn.{key}_ahead_of_{rival}")
            for key in ("auc", "brier_skill", "revenue_caught")
        ]
    return tuple(made)


def _measure(found: Found, rival: str, key: str, figure_key: str) -> Figure:
    label, unit, definition = MEASURES[key]
    one = quality.value_of(found.learned.measured, rival, key)
    ahead = rival.startswith(quality.MODEL) and rival != quality.MODEL
    other = rival.removeprefix(f"{quality.MODEL} less ")
    if ahead:
        label, definition = f"{label}, ahead of {RIVALS[other]}", f"The difference of: {definition}"
    elif rival != quality.MODEL:
        label = f"{label}, by {RIVALS[rival]}"
    known = Figure(
        figure_key,
        label,
        one.value if one else 0.0,
        unit,
        definition,
        n=len(found.learned.scored.rows) if found.learned.scored else None,
        window=found.window,
        policy=found.learned_policy,
        interval=one.interval if one else None,
        interval_method=quality.METHOD if one and one.interval else None,
        higher_is_better=key != "brier",
    )
    return unless(None if one else _unmeasured(found, other), known)


def _unmeasured(found: Found, rival: str) -> str:
    untried = found.learned.untried
    if untried is not None:
        return untried
    if rival == "recency":
        return "the time since the last purchase is not known on every day tried"
    if rival == "colour":
        return "no colour of health is known on the days tried"
    return "no revenue was lost on the days tried"


def _profit(found: Found, rival: str, key: str) -> Figure:
    one = quality.value_of(found.profits, rival, "empc")
    of = "" if rival == quality.MODEL else f", by {RIVALS[rival]}"
    known = Figure(
        key,
        f"Profit of a campaign, per client (EMPC){of}",
        one.value if one else 0.0,
        found.parameters.currency,
        "EMPC: expected profit per client when as many are called as pays best, with worth, costs "
        "and success as set under churn.campaign (Verbraken, Verbeke, Baesens 2013).",
        n=len(found.learned.scored.rows) if found.learned.scored else None,
        window=found.window,
        interval=one.interval if one else None,
        interval_method=quality.METHOD if one and one.interval else None,
        higher_is_better=True,
    )
    no_money = found.learned.untried or (NO_REVENUE if rival == quality.MODEL else None)
    return unless(None if one else no_money or _unmeasured(found, rival), known)


def calibration_figures(found: Found) -> tuple[Figure, ...]:
    """How far the probabilities missed what happened, and how far true ones would."""
    scored, untried = found.learned.scored, found.learned.untried
    known = scored if untried is None else None
    error = quality.calibration_error(found.calibration) if known else 0.0
    chance = quality.by_chance(known, found.parameters.seed) if known else None
    foretold = float(known.chances[quality.MODEL].sum()) if known else 0.0
    n = len(scored.rows) if scored else None
    return (
        unless(untried, Figure("churn.calibration_error", "Calibration error", error, "share",
               "Mean distance between the probability said and the share that left, over bins of "
               "equally many accounts.", n=n, window=found.window, higher_is_better=False)),
        unless(untried, Figure("churn.calibration_error_by_chance", "Calibration error by chance",
               chance.error if chance else 0.0, "share", "The same error if the probabilities were "
               "exactly right: with few accounts even those miss.", n=n, window=found.window)),
        unless(untried, Figure("churn.losses_foretold", "Losses foretold on the days tried",
               round(foretold, 6), "losses", "Probabilities said on the days tried, added up; a "
               "client that could leave on two days counts twice.", n=n, window=found.window,
               interval=chance.losses if chance else None, interval_method=CHANCE)),
        unless(untried, Figure("churn.losses_seen", "Losses on the days tried",
               int(known.left.sum()) if known else 0, "losses", "Accounts that left within the "
               "horizon of a day tried; one that left within that of two days counts twice.", n=n,
               window=found.window, higher_is_better=False)),
    )  # fmt: skip
