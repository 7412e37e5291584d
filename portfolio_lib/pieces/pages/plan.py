"""The page Plan: what to do in 30, 60, 90 days, the promises of earlier reviews, the guide."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.plan import Plan
from portfolio_lib.analyses.promised_figures import AGAIN, AS_PUBLISHED
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import plan_words as told
from portfolio_lib.pieces.pages.promises import amounts_apart, ledger
from portfolio_lib.pieces.piece import Piece

__all__ = ["actions", "cards", "guide", "ledger", "portfolio", "reviews"]

SOURCE = "the pages of this pack"
TAKEN = {AS_PUBLISHED: "as published", AGAIN: "made again"}
CARDS = ("plan.actions", "plan.kept", "plan.growth", "plan.kept_share")


def cards(plan: Plan) -> Piece:
    """Four figures: actions, what they should keep and add, promises kept."""
    return kpis([plan.figures[key] for key in CARDS], currency=plan.currency)


def actions(plan: Plan) -> Piece:
    """The actions worth most per hour, in the order of their days."""
    said = told.actions_headline(plan)
    measure = f"planned actions by day, effect in {plan.currency} a year"
    origin = parts.source(SOURCE, plan.as_of)
    if plan.actions.empty:
        return parts.unshown(said, measure, "no page gives cause for one", source=origin,
                             name="plan-actions")  # fmt: skip
    rows = plan.actions.head(plan.page.actions_shown)
    shown = rows.sort_values(["due", "account_id", "play"], kind="stable").assign(
        owner=rows["owner"].map(lambda owner: owner or "nobody named"),
        title=rows["title"] + " (" + rows["because"].map(parts.lowered) + ")",
        within=rows["horizon"].map(told.horizon),
    )
    more = (
        f"The {len(rows)} worth most per hour of {words.count(len(plan.actions))}. "
        if len(rows) < len(plan.actions)
        else ""
    )
    body = table(
        shown,
        caption="Actions for single clients",
        name="plan-actions",
        row_header="account_name",
        columns={
            "account_name": Column("Client"),
            "title": Column("Action"),
            "owner": Column("Owner"),
            "due": Column("Due", "date"),
            "within": Column("Within"),
            "effect": Column("Effect", "money", plan.currency, missing="not computable"),
            "measure": Column("Measured by"),
        },
        note=f"{more}{told.capacity_note(plan)} Effect: share saved × chance of leaving × revenue; "
        "of growth, value × chance. The chance of leaving is the mean of the model's and of what "
        "clients of the same colour did; a second action for a client keeps its share of what the "
        "first leaves.",
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="plan-actions")


def portfolio(plan: Plan) -> Piece:
    """What concerns the whole portfolio, and what the plan is measured by."""
    said = told.portfolio_headline(plan)
    measure = "actions by day, and figures with their targets"
    rows = plan.portfolio.loc[plan.portfolio["fits"]].sort_values(["due", "figure"], kind="stable")
    left = len(plan.portfolio) - len(rows)
    listed = table(
        rows,
        caption="Actions for the whole portfolio",
        name="plan-portfolio",
        row_header="title",
        columns={
            "title": Column("Action"),
            "owner": Column("Owner"),
            "due": Column("Due", "date"),
            "because": Column("Because"),
            "measure": Column("Measured by"),
        },
        note=f"{words.plural(left, 'more action')} did not fit into the hours." if left else None,
    )
    pieces = [listed, _metrics(plan)] if len(rows) else [_metrics(plan)]
    return exhibit(headline=said, measure=measure, body=parts.together(*pieces),
                   source=parts.source(SOURCE, plan.as_of), name="plan-portfolio")  # fmt: skip


def _metrics(plan: Plan) -> Piece:
    rows = plan.metrics
    value, target = amounts_apart(rows, "value", "target")
    return table(
        pd.DataFrame(
            {
                "label": rows["label"],
                "value": value,
                "target": target,
            }
        ),
        caption="What the plan is measured by",
        name="plan-metrics",
        row_header="label",
        columns={
            "label": Column("Measure"),
            "value": Column("Now", missing="not computable"),
            "target": Column("Target", missing="none set"),
        },
    )


def reviews(plan: Plan) -> Piece:
    """Promises and forecasts of every earlier review."""
    said = told.reviews_headline(plan)
    measure = f"promises by state, and renewed value as forecast, {plan.currency}"
    origin = parts.source("actions and contracts", plan.as_of)
    if plan.reviews.empty:
        reason = plan.figures["plan.forecast_error"].reason or "there is none"
        return parts.unshown(said, measure, reason, source=origin, name="plan-reviews")
    counts = {
        name: Column(name.capitalize(), "count") for name in ("kept", "late", "missed", "open")
    }
    body = table(
        plan.reviews.head(8).assign(known_from=plan.reviews["known_from"].map(TAKEN)),
        caption="Earlier reviews, the last first",
        name="plan-reviews",
        row_header="review_day",
        columns={
            "review_day": Column("Review", "date"),
            "actions": Column("Promises", "count"),
            **counts,
            "forecast": Column("Forecast", "money", plan.currency, missing="too little known"),
            "known_from": Column("Forecast taken", missing="none was made"),
            "happened": Column("Happened", "money", plan.currency, missing="too little known"),
            "error": Column("Error", "percent", decimals=1, signed=True, missing="not computable"),
            "error_so_far": Column("Mean error so far", "percent", decimals=1,
                                   missing="not computable"),
        },
        note="Error: (forecast − happened) ÷ what was due. The mean is of its size. A forecast "
        "that no record has is made again from what was known on its day.",
    )  # fmt: skip
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="plan-reviews")


def guide(plan: Plan) -> Piece:
    """The plays that this plan uses or that were tried, and their record."""
    said = told.guide_headline(plan)
    measure = "plays by how often they were tried, done, and worked"
    used = plan.actions["play"].value_counts().to_dict()
    rows = plan.plays.assign(planned=plan.plays["play"].map(used).fillna(0).astype(int))
    rows = rows.loc[rows["tried"].gt(0) | rows["planned"].gt(0)]
    origin = parts.source("actions, accounts and health", plan.as_of)
    if rows.empty:
        return parts.unshown(said, measure, "no play is planned or was tried", source=origin,
                             name="plan-guide")  # fmt: skip
    bounds = zip(rows["share"], rows["share_low"], rows["share_high"], strict=True)
    shares = [
        None
        if share != share
        else f"{words.percent(share)} ({words.percent(low)} to {words.percent(high)})"
        for share, low, high in bounds
    ]
    body = table(
        rows.assign(
            title=[words.name(title[:1].upper() + title[1:]) for title in rows["title"]],
            share=pd.Series(shares, index=rows.index, dtype="object"),
        ),
        caption="The guide: what was tried, and what became of it",
        name="plan-guide",
        row_header="title",
        columns={
            "title": Column("Play"),
            "situation": Column("When", missing="not one of the guide"),
            "planned": Column("Planned", "count"),
            "tried": Column("Tried", "count"),
            "done": Column("Done", "count"),
            "known": Column("Outcome known", "count"),
            "worked": Column("Worked", "count"),
            "share": Column("Share worked", missing="not known"),
        },
        note=told.outcome_note(plan),
    )
    return exhibit(headline=said, measure=measure, body=body, source=origin, name="plan-guide")
