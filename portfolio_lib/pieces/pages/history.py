"""Since the last review: figures side by side, and past figures that are others today."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.review_history import ReviewHistory
from portfolio_lib.pieces import Column, exhibit, say, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece

FIRST_REVIEW = (
    "This is the first review of this unit, or the records of earlier ones are not beside it. "
    "The next review will say what moved since."
)
SOURCE = "earlier reviews, accounts and revenue"
MOVED = {
    "up": "up",
    "down": "down",
    "same": "unchanged",
    "within noise": "within noise",
    "": "not known",
}


def since(history: ReviewHistory) -> Piece:
    """The followed figures, review by review."""
    if history.last is None:
        return say(FIRST_REVIEW)
    days = [day for day in history.followed.columns if day[:2].isdigit()]
    rows = history.followed.assign(moved=history.followed["moved"].map(MOVED))
    for day in days:
        rows[day] = [
            parts.known_amount(value, unit)
            for value, unit in zip(rows[day], rows["unit"], strict=True)
        ]
    shown = table(
        rows.drop(columns=["key", "unit"]),
        caption="Figures as each review published them",
        name="since-the-last-review",
        row_header="label",
        columns={
            "label": Column("Figure"),
            **{
                day: Column(words.day(pd.Timestamp(day), short=True), missing="not computable")
                for day in days
            },
            "moved": Column("Since the last"),
        },
        note="Within noise: the earlier value lies in today's interval. Figures without an "
        "interval are counts of what happened, so every change of theirs is one.",
    )
    return exhibit(
        headline=since_headline(history),
        measure=f"figures as published, {words.plural(len(history.reviews) + 1, 'review')}",
        body=shown,
        source=parts.source(SOURCE, history.as_of),
        name="since-the-last-review",
    )


def since_headline(history: ReviewHistory) -> str:
    """How many figures went up, went down, or only seemed to."""
    assert history.last is not None
    counts = history.followed["moved"].value_counts()
    told = [
        f"{counts[way]} {word}"
        for way, word in (("up", "up"), ("down", "down"), ("within noise", "within noise"))
        if counts.get(way)
    ]
    day = words.day(history.last)
    if not told:
        return f"No figure has moved since the review of {day}"
    return f"Since the review of {day}: {words.listing(told)}"


def restated(history: ReviewHistory) -> Piece:
    """Past months whose revenue is another today than at the last review, and why."""
    if history.last is None:
        return say("There is no earlier review, so no past figure can have changed.")
    if history.restated.empty:
        return say(
            f"No past month has changed since the review of {words.day(history.last)}: its "
            "figures still hold."
        )
    rows = history.restated.tail(history.months_shown).assign(
        why=[why(row) for _, row in history.restated.tail(history.months_shown).iterrows()]
    )
    unit = history.currency
    return exhibit(
        headline=restated_headline(history),
        measure=f"revenue of past months, then and now, {unit}",
        body=table(
            rows.drop(columns="more_invoices"),
            caption="Past months whose revenue has changed",
            name="restated-months",
            row_header="month",
            columns={
                "month": Column("Month", kind="month"),
                "then": Column("As published", kind="money", unit=unit),
                "now": Column("As known today", kind="money", unit=unit),
                "difference": Column("Difference", kind="money", unit=unit, signed=True),
                "why": Column("What changed"),
            },
            note=_note(history),
        ),
        source=parts.source(SOURCE, history.as_of),
        name="restated-months",
    )


def restated_headline(history: ReviewHistory) -> str:
    """How much past revenue changed, and over how many months."""
    months = words.plural(len(history.restated), "past month")
    total = history.figures["history.restated_revenue"].value
    assert isinstance(total, float)
    change = words.money(total, history.currency, signed=True)
    return f"The revenue of {months} has changed since the last review, by {change} in all"


def why(row: pd.Series) -> str:
    """What changed in a month, as far as the records tell.

    >>> why(pd.Series({"more_invoices": 2})), why(pd.Series({"more_invoices": 0}))
    ('2 more invoices', 'the same number of invoices, other amounts or service periods')
    """
    more = int(row["more_invoices"])
    if more == 0:
        return "the same number of invoices, other amounts or service periods"
    way = "more" if more > 0 else "fewer"
    return words.plural(abs(more), f"{way} invoice")


def _note(history: ReviewHistory) -> str | None:
    more = len(history.restated) - history.months_shown
    if more <= 0:
        return None
    return f"The last {history.months_shown} months; {more} earlier ones are in the workbook."
