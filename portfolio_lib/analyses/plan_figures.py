"""The published numbers of the page Plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.promises import KEPT, LATE, MISSED, OPEN
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.parameters.models import UnitParameters

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
    ledger: pd.DataFrame
    reviews: pd.DataFrame
    last_review: dt.date
    has_actions: bool
    expansion: tuple[float, str | None]

    @property
    def no_actions(self) -> str:
        return "earlier actions are not recorded; hand in table actions"

    @property
    def promised(self) -> pd.DataFrame:
        """The actions agreed at the last review."""
        rows = self.ledger.loc[self.ledger["kind"].eq("action")]
        return rows.loc[rows["review_day"].eq(pd.Timestamp(self.last_review))]


def all_figures(found: Planned) -> list[Figure]:
    """Every figure of the page."""
    return [*_plan(found), *_effects(found), *_promises(found), *_forecast(found)]


def _plan(found: Planned) -> list[Figure]:
    rows, page = found.actions, found.parameters.plan
    policy = f"{page.hours_share:.0%} of the hours of account managers"
    count = len(rows)
    figures = [
        Figure("plan.actions", "Actions planned", count, "actions",
               "Actions for single clients that fit into the hours there are.",
               n=count, policy=policy),
        Figure("plan.accounts", "Clients in the plan", int(rows["account_id"].nunique()),
               "accounts", "Clients with at least one planned action.", n=count),
        Figure("plan.hours", "Hours planned", float(rows["hours"].sum()), "hours",
               "Hours that the plays of the planned actions take.", n=count, policy=policy),
        Figure("plan.cut", "Actions left out", len(found.cut), "actions",
               "Actions with a cause that do not fit into the hours.", n=len(found.cut),
               policy=policy),
        Figure("plan.portfolio_actions", "Actions for the portfolio",
               int(found.portfolio["fits"].sum()), "actions",
               "Actions for the portfolio as a whole that fit into the hours."),
    ]  # fmt: skip
    due = pd.concat([rows["horizon"], found.portfolio.loc[found.portfolio["fits"], "horizon"]])
    for last in (30, 60, 90):
        figures.append(
            Figure(f"plan.due_{last}d", f"Actions due by day {last}", int(due.eq(last).sum()),
                   "actions", f"Planned actions, of clients and portfolio, due in days "
                   f"{last - 29} to {last}.", n=len(due))
        )  # fmt: skip
    return figures


def _effects(found: Planned) -> list[Figure]:
    currency, rows = found.parameters.currency, found.actions
    kept = rows.loc[rows["kind"].eq("kept")]
    grown = rows.loc[rows["kind"].eq("growth"), "effect"]
    known = kept["effect"].notna()
    why_kept = None if known.any() else "no planned action has an effect in money that can be told"
    why_grown = None if grown.notna().any() else "no planned action concerns an open deal"
    open_value, deals = found.expansion
    best = kept.loc[known, "effect"]
    goal = found.parameters.plan.expansion_target
    return [
        unless(why_kept, Figure(
            "plan.kept", "Revenue the plan should keep", round(float(best.sum()), 2), currency,
            "Share saved × chance of leaving × revenue of a year, over planned actions.",
            n=len(best), policy=CHANCE)),
        unless(why_grown, Figure(
            "plan.growth", "Revenue the plan should add", round(float(grown.sum()), 2), currency,
            "Value of deals, room for growth and returns × their chance.", n=len(grown))),
        unless(deals, Figure(
            "plan.expansion_pipeline", "Open cross-sell and upsell",
            open_value, currency, "Value of open deals of cross-sell and upsell.",
            target=goal, higher_is_better=True)),
    ]  # fmt: skip


def _promises(found: Planned) -> list[Figure]:
    rows = found.promised
    window = found.last_review.isoformat()
    settled = int((~rows["state"].eq(OPEN)).sum())
    none = None if found.has_actions else found.no_actions
    none_made = none or (
        None if len(rows) else f"no action was agreed for the review of {spoken(found.last_review)}"
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
               "actions", "Actions agreed at the last review.", n=len(rows), window=window)),
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


def _forecast(found: Planned) -> list[Figure]:
    rows = found.reviews.loc[found.reviews["error"].notna()]
    targets = found.ledger.loc[found.ledger["kind"].eq("target")]
    judged = targets.loc[targets["state"].isin((KEPT, MISSED))]
    why = None if len(rows) else "no earlier forecast can be held against what happened"
    no_aim = None if len(judged) else "no target has a figure that can be computed"
    error = float(rows["error"].abs().mean()) if len(rows) else 0.0
    return [
        unless(why, Figure(
            "plan.forecast_error", "Error of forecasts so far", round(error, 9), "share",
            "Mean size of (forecast − happened) ÷ due, over earlier forecasts of renewals.",
            n=len(rows), higher_is_better=False)),
        unless(no_aim, Figure(
            "plan.targets_met", "Targets met", int(judged["state"].eq(KEPT).sum()), "figures",
            "Targets of the last review that today's figures reach.", n=len(judged))),
    ]  # fmt: skip
