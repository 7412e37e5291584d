"""The page Executive summary: the message, eight cards, what is good, bad and at high risk."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.summary import Summary
from portfolio_lib.pieces import Column, exhibit, kpis, message, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.portfolio_message import NO_DECISION
from portfolio_lib.pieces.pages.summary_words import decision, headline, sentences, situation
from portfolio_lib.pieces.piece import Piece

WHERE = {
    "may_leave": ("churn", "Churn risk"),
    "notice": ("renewals", "Renewals"),
    "single_threaded": ("stakeholders", "Stakeholders and engagement"),
    "urgent_issue": ("service", "Issues and service levels"),
    "detractors": ("satisfaction", "Satisfaction"),
    "overdue": ("payments", "Payments"),
    "wake_up": ("signals", "Wake-up calls"),
}
"""The page that shows a situation in full, and its heading."""

SOURCE = "the pages of this pack"


def opening(summary: Summary) -> Piece:
    """The message of the pack: one line, the sentences under it, the decision asked."""
    asked, said = decision(summary), sentences(summary)
    if asked is None:
        said[-1] = (said[-1][0], f"{said[-1][1]} {NO_DECISION}".strip())
    return message(headline(summary), sentences=said, decision=asked)


def cards(summary: Summary) -> Piece:
    """The eight figures of the first page."""
    return kpis(summary.kpis, currency=summary.currency)


def areas(summary: Summary) -> Piece:
    """What is furthest ahead of its goal, and what is furthest behind."""
    said = areas_headline(summary)
    measure = "figures against their goals or limits"
    origin = parts.source(SOURCE, summary.as_of)
    if summary.areas.empty:
        reason = "no figure with a goal can be computed"
        return parts.unshown(said, measure, reason, source=origin, name="areas")
    rows = pd.concat([summary.best, summary.attention], ignore_index=True)
    shown = pd.DataFrame(
        {
            "label": rows["label"],
            "value": _amounts(rows, "value"),
            "goal": [
                f"{'at most ' if is_limit else ''}{goal}"
                for is_limit, goal in zip(rows["is_limit"], _amounts(rows, "goal"), strict=True)
            ],
            "state": [
                ("green", "Best") if met else ("red", "Needs attention") for met in rows["is_met"]
            ],
        }
    )
    return exhibit(
        headline=said,
        measure=measure,
        body=table(
            shown,
            caption="Areas furthest ahead of their goals, and furthest behind",
            name="areas-table",
            row_header="label",
            columns={
                "label": Column("Area"),
                "value": Column("Now"),
                "goal": Column("Goal"),
                "state": Column("State", kind="status"),
            },
            note="An area is ahead or behind by the distance of its figure from its goal: in "
            "points for shares, in tenths for ratings.",
        ),
        source=origin,
        name="areas",
    )


def _amounts(rows: pd.DataFrame, column: str) -> list[str]:
    return [words.amount(v, unit) for v, unit in zip(rows[column], rows["unit"], strict=True)]


def areas_headline(summary: Summary) -> str:
    """How many areas meet their goal, and which is furthest behind."""
    if summary.areas.empty:
        return "No area can be judged yet"
    met, judged = int(summary.areas["is_met"].sum()), len(summary.areas)
    if met == judged:
        return "Every area that can be judged meets its goal"
    worst = summary.attention.iloc[0]
    value = words.amount(worst["value"], worst["unit"])
    meet = "meets its" if met == 1 else "meet their"
    return f"{met} of {judged} areas {meet} goal; furthest behind: {worst['label']}, {value}"


def _where(kind: str, pages: tuple[str, ...]) -> str:
    page, heading = WHERE[kind]
    return heading if page in pages else f"{heading} (not in this pack)"


def situations(summary: Summary) -> Piece:
    """What is at high risk, most money first."""
    said = situations_headline(summary)
    measure = f"revenue concerned, {summary.currency}"
    if summary.situations.empty:
        return say((f"{said}.", "Pages that cannot be computed say so themselves."))
    rows = summary.situations.head(summary.situations_shown)
    shown = pd.DataFrame(
        {
            "situation": [situation(row) for _, row in rows.iterrows()],
            "money": rows["money"],
            "where": [_where(kind, summary.pages) for kind in rows["kind"]],
        }
    )
    more = len(summary.situations) - len(rows)
    return exhibit(
        headline=said,
        measure=measure,
        body=table(
            shown,
            caption="Situations of high risk",
            name="situations-table",
            row_header="situation",
            columns={
                "situation": Column("Situation"),
                "money": Column("Revenue concerned", kind="money", unit=summary.currency),
                "where": Column("Shown in full under"),
            },
            note=_in_workbook(more),
        ),
        source=parts.source(SOURCE, summary.as_of),
        name="situations",
    )


def _in_workbook(more: int) -> str | None:
    if more <= 0:
        return None
    return f"{more} more {'is' if more == 1 else 'are'} in the workbook."


def situations_headline(summary: Summary) -> str:
    """How many situations there are, and the one with most money."""
    if summary.situations.empty:
        return "No situation of high risk was found"
    first = summary.situations.iloc[0]
    count = words.plural(len(summary.situations), "situation")
    money = words.money(first["money"], summary.currency)
    return f"{count} of high risk; the largest concerns {money} of revenue"
