"""The promise ledger of the page Plan: counts first, then the promises one by one."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.plan import Plan
from portfolio_lib.analyses.promised_figures import AGAIN, AS_PUBLISHED, CHANGED, SETTINGS, TODAYS
from portfolio_lib.analyses.promises import (
    ACTION,
    FORECAST,
    KEPT,
    LATE,
    MISSED,
    NO_RECORD,
    OPEN,
    PLANNED_ACTION,
    TARGET,
    UNKNOWN,
)
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages import plan_words as told
from portfolio_lib.pieces.piece import Piece

STATES = {
    MISSED: ("red", "Missed"),
    NO_RECORD: ("grey", "No record"),
    OPEN: ("grey", "Open"),
    UNKNOWN: ("grey", "Not known"),
    LATE: ("yellow", "Late"),
    KEPT: ("green", "Kept"),
}
"""States in the order of the lists: what calls for a word first."""

LONGEST_PROMISE = 90
ORDER = {state: place for place, state in enumerate(STATES)}
COUNTED = {"Actions": (ACTION, PLANNED_ACTION), "Targets": (TARGET,), "Forecast": (FORECAST,)}
COLUMNS = (KEPT, LATE, MISSED, OPEN, NO_RECORD, UNKNOWN)


def ledger(plan: Plan) -> Piece:
    """The last review's promises against what happened."""
    said = told.ledger_headline(plan)
    measure = f"promises of the review of {words.day(plan.last_review)}, by state"
    rows = plan.ledger.loc[plan.ledger["review_day"].eq(pd.Timestamp(plan.last_review))]
    origin = parts.source("actions, targets, contracts and the record of that review", plan.as_of)
    if rows.empty:
        reason = plan.no_actions_table or plan.figures["plan.promises"].reason or "none was made"
        return parts.unshown(said, measure, reason, source=origin, name="plan-ledger")
    pieces = [_counts(rows), _unknown_plan(plan), _promises(plan, rows), _measured(plan, rows)]
    return exhibit(headline=said, measure=measure,
                   body=parts.together(*(piece for piece in pieces if piece is not None)),
                   source=origin, name="plan-ledger")  # fmt: skip


def _counts(rows: pd.DataFrame) -> Piece:
    """How many promises of each kind stand how."""
    held = {name: rows.loc[rows["kind"].isin(kinds), "state"] for name, kinds in COUNTED.items()}
    counts = [
        {"kind": name, "made": len(found), **{s: int(found.eq(s).sum()) for s in COLUMNS}}
        for name, found in held.items()
        if len(found)
    ]
    return table(
        pd.DataFrame(counts),
        caption="Promises of the last review, counted",
        name="plan-counts",
        row_header="kind",
        columns={
            "kind": Column("Promises"),
            "made": Column("Made", "count"),
            **{state: Column(state.capitalize(), "count") for state in COLUMNS},
        },
        note="No record: the plan of that review asked for it, and nobody entered it into the "
        "table of actions; whether it was done is not known. A forecast is kept where what "
        "happened lies within its range.",
    )


def _unknown_plan(plan: Plan) -> Piece | None:
    """Why actions of the last plan cannot be looked for."""
    reason = plan.figures["plan.planned_recorded"].reason
    return None if reason is None else say(f"What became of its plan cannot be told: {reason}.")


def _promises(plan: Plan, rows: pd.DataFrame) -> Piece | None:
    made = rows.loc[rows["kind"].isin((ACTION, PLANNED_ACTION))]
    if made.empty:
        return None
    shown = made.assign(order=made["state"].map(ORDER))
    shown = shown.sort_values(["order", "due_date"], kind="stable").head(plan.page.promises_shown)
    more = len(made) - len(shown)
    effect = {"expected": Column("Should bring", "money", plan.currency, missing="not told")}
    return table(
        shown.assign(
            what=[
                words.name(str(what)[:1].upper() + str(what)[1:], LONGEST_PROMISE)
                for what in shown["what"]
            ],
            account_name=shown["account_name"].fillna("whole portfolio"),
            state=shown["state"].map(STATES),
        ),
        caption="Actions of the last review, what was missed or has no record first",
        name="plan-promises",
        row_header="what",
        columns={
            "what": Column("Promise"),
            "account_name": Column("Client"),
            "owner": Column("Owner", missing="nobody named"),
            **(effect if made["expected"].notna().any() else {}),
            "due_date": Column("Due", "date", missing="no day"),
            "done_date": Column("Done", "date", missing="not on record"),
            "state": Column("State", "status"),
        },
        note=f"{words.count(more)} more are in the workbook." if more else None,
    )


def _measured(plan: Plan, rows: pd.DataFrame) -> Piece | None:
    aims = rows.loc[rows["kind"].isin((TARGET, FORECAST))]
    if aims.empty:
        return None
    order = aims["state"].map(ORDER).where(aims["since_then"].isna(), -1)
    shown = aims.assign(order=order.where(aims["kind"].ne(FORECAST), -2))
    shown = shown.sort_values("order", kind="stable").head(plan.page.promises_shown)
    promised, happened = amounts_apart(shown, "promised", "happened")
    changes = [_change(row) for _, row in shown.iterrows()]
    since = {"since": Column("Target since then", missing="the same")}
    return table(
        pd.DataFrame(
            {
                "what": shown["what"],
                "kind": shown["kind"].str.capitalize(),
                "promised": promised,
                "happened": happened,
                "state": shown["state"].map(STATES),
                "since": pd.Series(changes, index=shown.index, dtype="object"),
            }
        ),
        caption="The forecast and the targets, against what happened",
        name="plan-targets",
        row_header="what",
        columns={
            "what": Column("Figure"),
            "kind": Column("Kind"),
            "promised": Column("Promised", missing="not computable"),
            "happened": Column("Happened", missing="not known"),
            "state": Column("State", "status"),
            **(since if any(change is not None for change in changes) else {}),
        },
        note=_measured_note(plan, aims, len(aims) - len(shown)),
    )


def _change(row: pd.Series) -> str | None:
    """How the target changed since; None where it did not.

    >>> _change(pd.Series({"since_then": "changed", "promised": 0.9, "target_now": 0.8,
    ...                    "unit": "share"}))
    '90% → 80%'
    >>> _change(pd.Series({"since_then": "dropped"}))
    'none any more'
    """
    since = row["since_then"]
    if since is None or since != since:
        return None
    if since != CHANGED:
        return "none any more" if since == "dropped" else str(since)
    then, now = _pair(row["promised"], row["target_now"], str(row["unit"]))
    return f"{then} → {now}"


def _measured_note(plan: Plan, aims: pd.DataFrame, more: int) -> str:
    """Where promises are read from: the record, the settings, or today."""
    day, known_from = words.day(plan.last_review), set(aims["known_from"])
    sentences = [
        (AS_PUBLISHED, f"As the review of {day} published them; a target that was changed since is "
         "judged as it stood then."),
        (TODAYS, "Targets were not recorded then: today's stand in for them."),
        (SETTINGS, "Some targets are what the settings say was promised."),
        (AGAIN, "The forecast was not recorded then: it is made again from what was known."),
    ]  # fmt: skip
    said = [sentence for source, sentence in sentences if source in known_from]
    if more:
        said.append(f"{words.count(more)} more {'are' if more > 1 else 'is'} in the workbook.")
    return " ".join(said)


def amounts_apart(
    rows: pd.DataFrame, one: str, other: str
) -> tuple[list[str | None], list[str | None]]:
    """Two columns in words; shares that differ with as many decimals as it takes to see it."""
    columns = (rows[one], rows[other], rows["unit"])
    pairs = [_pair(a, b, unit) for a, b, unit in zip(*columns, strict=True)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _pair(one: float, other: float, unit: str) -> tuple[str | None, str | None]:
    if unit == "share" and one == one and other == other and one != other:
        return parts.told_apart(one, other)
    return parts.known_amount(one, unit), parts.known_amount(other, unit)
