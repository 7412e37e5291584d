"""The page Plan: what to do in 30, 60, 90 days, the promises of the last review, the guide."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.plan import Plan
from portfolio_lib.pieces import Column, exhibit, kpis, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import plan_words as told
from portfolio_lib.pieces.piece import Piece

SOURCE = "the pages of this pack"
STATES = {
    "kept": ("green", "Kept"),
    "late": ("yellow", "Late"),
    "missed": ("red", "Missed"),
    "open": ("grey", "Open"),
    "not known": ("grey", "Not known"),
}
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
            "measure": Column("Measured by"),
        },
        note=f"{words.plural(left, 'more action')} did not fit into the hours." if left else None,
    )
    pieces = [listed, _metrics(plan)] if len(rows) else [_metrics(plan)]
    return exhibit(headline=said, measure=measure, body=parts.together(*pieces),
                   source=parts.source(SOURCE, plan.as_of), name="plan-portfolio")  # fmt: skip


def _metrics(plan: Plan) -> Piece:
    rows = plan.metrics
    value, target = _apart(rows, "value", "target")
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


def _apart(rows: pd.DataFrame, one: str, other: str) -> tuple[list[str | None], list[str | None]]:
    """Two columns in words; shares that differ with as many decimals as it takes to see it."""
    pairs = [
        parts.told_apart(a, b)
        if unit == "share" and a == a and b == b and a != b
        else (parts.known_amount(a, unit), parts.known_amount(b, unit))
        for a, b, unit in zip(rows[one], rows[other], rows["unit"], strict=True)
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def ledger(plan: Plan) -> Piece:
    """The last review's promises against what happened."""
    said = told.ledger_headline(plan)
    measure = f"promises of the review of {words.day(plan.last_review)}, by state"
    rows = plan.ledger.loc[plan.ledger["review_day"].eq(pd.Timestamp(plan.last_review))]
    origin = parts.source("actions, targets and contracts", plan.as_of)
    if rows.empty:
        reason = plan.no_actions_table or plan.figures["plan.promises"].reason or "none was made"
        return parts.unshown(said, measure, reason, source=origin, name="plan-ledger")
    pieces = [_promises(plan, rows), _measured(rows)]
    return exhibit(headline=said, measure=measure,
                   body=parts.together(*(piece for piece in pieces if piece is not None)),
                   source=origin, name="plan-ledger")  # fmt: skip


def _promises(plan: Plan, rows: pd.DataFrame) -> Piece | None:
    made = rows.loc[rows["kind"].eq("action")]
    if made.empty:
        return None
    order = made["state"].map({"missed": 0, "open": 1, "late": 2, "kept": 3})
    shown = made.assign(order=order).sort_values(["order", "due_date"], kind="stable")
    shown = shown.head(plan.page.promises_shown)
    more = len(made) - len(shown)
    return table(
        shown.assign(
            what=[words.name(str(what)[:1].upper() + str(what)[1:]) for what in shown["what"]],
            account_name=shown["account_name"].fillna("whole portfolio"),
            state=shown["state"].map(STATES),
        ),
        caption="Actions agreed at the last review, what was missed first",
        name="plan-promises",
        row_header="what",
        columns={
            "what": Column("Promise"),
            "account_name": Column("Client"),
            "owner": Column("Owner", missing="nobody named"),
            "due_date": Column("Due", "date", missing="no day"),
            "done_date": Column("Done", "date", missing="not done"),
            "state": Column("State", "status"),
        },
        note=f"{words.count(more)} more are in the workbook." if more else None,
    )


def _measured(rows: pd.DataFrame) -> Piece | None:
    aims = rows.loc[~rows["kind"].eq("action")]
    if aims.empty:
        return None
    promised, happened = _apart(aims, "promised", "happened")
    return table(
        pd.DataFrame(
            {
                "what": aims["what"],
                "kind": aims["kind"].str.capitalize(),
                "promised": promised,
                "happened": happened,
                "state": aims["state"].map(STATES),
            }
        ),
        caption="Targets and the forecast, against what happened",
        name="plan-targets",
        row_header="what",
        columns={
            "what": Column("Figure"),
            "kind": Column("Kind"),
            "promised": Column("Promised", missing="not computable"),
            "happened": Column("Happened", missing="not computable"),
            "state": Column("State", "status"),
        },
        note="A forecast is made again from what was known then; it is kept where what happened "
        "lies within its range.",
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
        plan.reviews.head(8),
        caption="Earlier reviews, the last first",
        name="plan-reviews",
        row_header="review_day",
        columns={
            "review_day": Column("Review", "date"),
            "actions": Column("Promises", "count"),
            **counts,
            "forecast": Column("Forecast", "money", plan.currency, missing="too little known"),
            "happened": Column("Happened", "money", plan.currency, missing="too little known"),
            "error": Column("Error", "percent", decimals=1, signed=True, missing="not computable"),
            "error_so_far": Column("Mean error so far", "percent", decimals=1,
                                   missing="not computable"),
        },
        note="Error: (forecast − happened) ÷ what was due. The mean is of its size.",
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
