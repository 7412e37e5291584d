"""The published numbers of the page Plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless, window_after
from portfolio_lib.analyses.promise_ledger import PromiseLedger
from portfolio_lib.analyses.promised_figures import AS_PUBLISHED, CHANGED, DROPPED
from portfolio_lib.analyses.promises import (
    ACTION,
    FROM_PLAN,
    KEPT,
    LATE,
    MISSED,
    NO_RECORD,
    OPEN,
    PLANNED_ACTION,
    TARGET,
)
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.parameters.models import UnitParameters

PLAN_DAYS = 90
CHANCE = (
    "chance of leaving: mean of the model's and of what clients of the same colour did; "
    "a second action for a client keeps its share of what the first leaves"
)


@dataclass(frozen=True)
class Planned:
    """What the figures are read off."""

    parameters: UnitParameters
    actions: pd.DataFrame
    cut: pd.DataFrame
    portfolio: pd.DataFrame
    held: PromiseLedger
    has_actions: bool
    expansion: tuple[float, int, str | None]

    @property
    def as_of(self) -> dt.date:
        return self.parameters.as_of

    @property
    def window(self) -> str:
        """The days that the plan is made for."""
        return self.days_ahead(1, PLAN_DAYS)

    def days_ahead(self, first: int, last: int) -> str:
        """The window from one day of the plan to another, both included."""
        day = dt.timedelta(days=1)
        return window_after(self.as_of + (first - 1) * day, self.as_of + last * day)

    @property
    def no_actions(self) -> str:
        return "earlier actions are not recorded; hand in table actions"

    @property
    def promised(self) -> pd.DataFrame:
        """The actions agreed at the last review."""
        return self.of_last_review(ACTION)

    def of_last_review(self, kind: str) -> pd.DataFrame:
        """Promises of one kind that the last review made."""
        rows = self.held.rows.loc[self.held.rows["kind"].eq(kind)]
        return rows.loc[rows["review_day"].eq(pd.Timestamp(self.held.last_review))]


def all_figures(found: Planned) -> list[Figure]:
    """Every figure of the page."""
    return [*_plan(found), *_effects(found), *_promises(found), *_taken_up(found),
            *_targets(found), _forecast(found)]  # fmt: skip


def _plan(found: Planned) -> list[Figure]:
    rows, page = found.actions, found.parameters.plan
    policy = f"{page.hours_share:.0%} of the hours of account managers"
    count, window = len(rows), found.window
    figures = [
        Figure("plan.actions", "Actions planned", count, "actions",
               "Actions for single clients that fit into the hours there are.",
               n=count, window=window, policy=policy),
        Figure("plan.accounts", "Clients in the plan", int(rows["account_id"].nunique()),
               "accounts", "Clients with at least one planned action.", n=count, window=window),
        Figure("plan.hours", "Hours planned", float(rows["hours"].sum()), "hours",
               "Hours that the plays of the planned actions take.", n=count, window=window,
               policy=policy),
        Figure("plan.cut", "Actions left out", len(found.cut), "actions",
               "Actions with a cause that do not fit into the hours.", n=len(found.cut),
               window=window, policy=policy),
        Figure("plan.portfolio_actions", "Actions for the portfolio",
               int(found.portfolio["fits"].sum()), "actions",
               "Actions for the portfolio as a whole that fit into the hours.",
               n=len(found.portfolio), window=window),
    ]  # fmt: skip
    due = pd.concat([rows["horizon"], found.portfolio.loc[found.portfolio["fits"], "horizon"]])
    for last in (30, 60, 90):
        figures.append(
            Figure(f"plan.due_{last}d", f"Actions due by day {last}", int(due.eq(last).sum()),
                   "actions", f"Planned actions, of clients and portfolio, due in days "
                   f"{last - 29} to {last}.", n=len(due),
                   window=found.days_ahead(last - 29, last))
        )  # fmt: skip
    return figures


def _effects(found: Planned) -> list[Figure]:
    currency, rows = found.parameters.currency, found.actions
    kept = rows.loc[rows["kind"].eq("kept")]
    grown = rows.loc[rows["kind"].eq("growth"), "effect"]
    known = kept["effect"].notna()
    why_kept = None if known.any() else "no planned action has an effect in money that can be told"
    why_grown = None if grown.notna().any() else "no planned action concerns an open deal"
    best = kept.loc[known, "effect"]
    return [
        unless(why_kept, Figure(
            "plan.kept", "Revenue the plan should keep", round(float(best.sum()), 2), currency,
            "Share saved × chance of leaving × revenue of a year, over planned actions.",
            n=len(best), window=found.window, policy=CHANCE)),
        unless(why_grown, Figure(
            "plan.growth", "Revenue the plan should add", round(float(grown.sum()), 2), currency,
            "Value of deals, room for growth and returns × their chance.", n=len(grown),
            window=found.window)),
        expansion_figure(found.parameters, found.expansion),
    ]  # fmt: skip


def expansion_figure(
    parameters: UnitParameters, expansion: tuple[float, int, str | None]
) -> Figure:
    """Value of open cross-sell and upsell, of its value, its deals, and why they are not known."""
    value, deals, no_deals = expansion
    return unless(no_deals, Figure(
        "plan.expansion_pipeline", "Open cross-sell and upsell", value, parameters.currency,
        "Value of open deals of cross-sell and upsell.", n=deals,
        window=parameters.as_of.isoformat(), target=parameters.plan.expansion_target,
        higher_is_better=True))  # fmt: skip


def _promises(found: Planned) -> list[Figure]:
    rows = found.promised
    window = found.held.last_review.isoformat()
    settled = int((~rows["state"].eq(OPEN)).sum())
    none = None if found.has_actions else found.no_actions
    none_made = none or (
        None
        if len(rows)
        else f"no action was agreed for the review of {spoken(found.held.last_review)}"
    )
    none_settled = none_made or (None if settled else "no promise of the last review is due yet")
    counted = [
        ("promises_kept", "Promises kept", KEPT, "done by their day"),
        ("promises_late", "Promises kept late", LATE, "done after their day"),
        ("promises_missed", "Promises missed", MISSED, "not done, and past their day"),
        ("promises_open", "Promises still open", OPEN, "not done, and not yet due"),
    ]
    kept = int(rows["state"].eq(KEPT).sum())
    return [
        unless(none_made, Figure("plan.promises", "Promises of the last review", len(rows),
               "actions", "Actions on record that were agreed at the last review.", n=len(rows),
               window=window)),
        *(
            unless(none_made, Figure(f"plan.{key}", label, int(rows["state"].eq(state).sum()),
                   "actions", f"Actions of the last review {said}.", n=len(rows), window=window))
            for key, label, state, said in counted
        ),
        unless(none_settled, Figure(
            "plan.kept_share", "Share of promises kept", kept / max(settled, 1), "share",
            "Done by their day ÷ actions of the last review that are not open.", n=settled,
            window=window, higher_is_better=True)),
    ]  # fmt: skip


def _taken_up(found: Planned) -> list[Figure]:
    """The actions of the last plan: how many, and how many of them are on record."""
    window = found.held.last_review.isoformat()
    loose = found.of_last_review(PLANNED_ACTION)
    recorded = int(found.promised["known_from"].eq(FROM_PLAN).sum())
    n = recorded + len(loose)
    no_table = found.held.no_plan or (None if found.has_actions else found.no_actions)
    return [
        unless(found.held.no_plan, Figure(
            "plan.planned_then", "Actions of the last plan", n, "actions",
            "Actions that the plan of the last review published, for clients and for the "
            "portfolio.", n=n, window=window)),
        unless(no_table, Figure(
            "plan.planned_recorded", "Planned actions on record", recorded, "actions",
            "Actions of the last plan that stand in table actions, by client and play or wording.",
            n=n, window=window)),
        unless(no_table, Figure(
            "plan.planned_no_record", "Planned actions without a record",
            int(loose["state"].eq(NO_RECORD).sum()), "actions",
            "Actions of the last plan that nobody entered into table actions; whether they were "
            "done is not known.", n=n, window=window)),
    ]  # fmt: skip


def _targets(found: Planned) -> list[Figure]:
    """How many targets of the last review are reached, and how many are others today."""
    targets = found.of_last_review(TARGET)
    judged = targets.loc[targets["state"].isin((KEPT, MISSED))]
    no_aim = None if len(judged) else "no target has a figure that can be computed"
    published = int(judged["known_from"].eq(AS_PUBLISHED).sum())
    others = len(judged) - published
    window = found.held.last_review.isoformat()
    kept_then = int(targets["known_from"].eq(AS_PUBLISHED).sum())
    return [
        unless(no_aim, Figure(
            "plan.targets_met", "Targets met", int(judged["state"].eq(KEPT).sum()), "figures",
            "Targets of the last review that today's figures reach, as they stood then where its "
            "record has them.", n=len(judged), window=window,
            policy=f"{published} as published, {others} of today")),
        unless(found.held.no_targets, Figure(
            "plan.targets_changed", "Targets changed since",
            int(targets["since_then"].isin((CHANGED, DROPPED)).sum()), "figures",
            "Targets of the last review that are others today, or that are none any more.",
            n=kept_then, window=window)),
    ]  # fmt: skip


def _forecast(found: Planned) -> Figure:
    rows = found.held.reviews.loc[found.held.reviews["error"].notna()]
    why = None if len(rows) else "no earlier forecast can be held against what happened"
    error = float(rows["error"].abs().mean()) if len(rows) else 0.0
    published = int(rows["known_from"].eq(AS_PUBLISHED).sum())
    window = f"{rows['review_day'].min().date()} to {found.as_of}" if len(rows) else None
    return unless(why, Figure(
        "plan.forecast_error", "Error of forecasts so far", round(error, 9), "share",
        "Mean size of (forecast − happened) ÷ due, over earlier forecasts of renewals: as "
        "published where their record has them, else made again from what was known then.",
        n=len(rows), window=window,
        policy=f"{published} as published, {len(rows) - published} made again",
        higher_is_better=False))  # fmt: skip
