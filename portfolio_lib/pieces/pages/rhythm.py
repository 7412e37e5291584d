"""The page Recurrence and rhythm: missed repurchases, changed orders, what is expected next."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.recurrence import Recurrence
from portfolio_lib.pieces import Column, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.lists import capped_list
from portfolio_lib.pieces.piece import Piece

SOURCE = "accounts and invoices"
LIKELY_GONE = 10
"""Usual gaps after which a silent client is more likely gone than late."""
CHANGES = {"lower": "lower", "higher": "higher", "other": "changed", "within": "as usual"}


def missed(recurrence: Recurrence) -> Piece:
    """Clients whose gap is beyond their own, by what they bought before."""
    said = missed_headline(recurrence)
    quantile = words.percent(recurrence.missed_quantile)
    measure = f"clients silent beyond the {quantile} point of their own gaps, {recurrence.currency}"
    return capped_list(
        recurrence.missed,
        at_most=recurrence.accounts_shown,
        headline=said,
        measure=measure,
        source=parts.source(SOURCE, recurrence.as_of),
        name="missed-repurchases",
        caption="Missed repurchases",
        columns={
            "account_name": Column("Client"),
            "last_purchase": Column("Last purchase", "date"),
            "gap_now_days": Column("Gap now", "count", "days"),
            "median_gap_days": Column("Usual gap", "number", "days"),
            "long_gap_days": Column("Long gap", "number", "days"),
            "ever": Column("Such a gap"),
            "sales_before_silence": Column(
                "Sales in the year before", "money", recurrence.currency
            ),
        },
        reason=recurrence.figures["recurrence.missed"].reason or "nobody is beyond its own gap",
        notes=[missed_note(recurrence)],
        prepared=_with_longest,
    )


def _with_longest(shown: pd.DataFrame) -> pd.DataFrame:
    rows = shown[["gap_now_days", "median_gap_days", "longest_gap_days"]].itertuples(index=False)
    return shown.assign(ever=[such_a_gap(*row) for row in rows])


def such_a_gap(now: float, usual: float, longest: float) -> str:
    """What the client's own past says of the gap now running.

    >>> such_a_gap(39, 8, 20), such_a_gap(15, 8, 20), such_a_gap(276, 17.5, 23)
    ('longer than ever', 'seen before', '16 usual gaps: likely gone')
    """
    if now >= LIKELY_GONE * usual and now > longest:
        return f"{words.count(now / usual)} usual gaps: likely gone"
    return "longer than ever" if now > longest else "seen before"


def missed_headline(recurrence: Recurrence) -> str:
    """How many clients are late by their own rhythm, beside what chance would show."""
    late = recurrence.figures["recurrence.missed"]
    if not isinstance(late.value, int | float):
        return "Too few purchases to say who is late"
    if late.value == 0:
        return "No client is late by its own rhythm"
    said = f"{words.plural(late.value, 'client')} missed a repurchase"
    chance = recurrence.figures["recurrence.missed_by_chance"].value
    if not isinstance(chance, int | float):
        return said
    return f"{said}; about {words.count(chance)} would by chance alone"


def missed_note(recurrence: Recurrence) -> str:
    """What chance alone would show, and who is left out."""
    gone = recurrence.figures["recurrence.silent_longer"]
    few = recurrence.figures["recurrence.without_rhythm"]
    said = ["A gap longer than ever before weighs more than one seen before."]
    if isinstance(gone.value, int) and gone.value:
        said.append(f"{words.plural(gone.value, 'client')} silent for longer: lost, not late.")
    if isinstance(few.value, int) and few.value:
        have = "has" if few.value == 1 else "have"
        said.append(
            f"{words.plural(few.value, 'client')} {have} fewer than {recurrence.least_gaps} gaps: "
            "too few purchases to say."
        )
    return " ".join(said)


def changed(recurrence: Recurrence) -> Piece:
    """Clients whose latest orders lie outside their own range."""
    said = changed_headline(recurrence)
    measure = (
        f"middle of the latest orders beside the client's own earlier ones, {recurrence.currency}"
    )
    return capped_list(
        recurrence.changed,
        at_most=recurrence.accounts_shown,
        headline=said,
        measure=measure,
        source=parts.source(SOURCE, recurrence.as_of),
        name="changed-orders",
        caption="Changed orders",
        columns={
            "account_name": Column("Client"),
            "what": Column("What changed"),
            "ticket_usual": Column("Usual ticket", "money", recurrence.currency),
            "ticket_now": Column("Ticket now", "money", recurrence.currency),
            "quantity_usual": Column("Usual units", "number", missing="not recorded"),
            "quantity_now": Column("Units now", "number", missing="not recorded"),
            "revenue_12m": Column("Revenue", "money", recurrence.currency),
        },
        reason=recurrence.figures["recurrence.changed"].reason or "every client orders as usual",
        notes=[changed_note(recurrence)],
        prepared=lambda shown: shown.assign(
            what=[what_changed(row) for _, row in shown.iterrows()]
        ),
    )


def what_changed(row: pd.Series) -> str:
    """The changes of one client in words, with the offering that fell away.

    >>> what_changed(pd.Series({"ticket_change": "lower", "quantity_change": "within",
    ...                         "mix_change": "other", "dropped_offering": "Oils"}))
    'ticket lower, mix changed: less Oils'
    """
    told = [
        f"{measure} {CHANGES[change]}"
        for measure in ("ticket", "quantity", "mix")
        if isinstance(change := row[f"{measure}_change"], str) and change != "within"
    ]
    dropped = row["dropped_offering"]
    fell = f": less {words.name(dropped)}" if isinstance(dropped, str) else ""
    return ", ".join(told) + fell


def changed_headline(recurrence: Recurrence) -> str:
    """How many clients order unlike themselves, beside what chance would show."""
    number = recurrence.figures["recurrence.changed"]
    if not isinstance(number.value, int | float):
        return "Too few orders to say whose have changed"
    if number.value == 0:
        return "Every client orders within its own range"
    one = number.value == 1
    unlike = "orders unlike itself" if one else "order unlike themselves"
    said = f"{words.plural(number.value, 'client')} {unlike}"
    chance = recurrence.figures["recurrence.changed_by_chance"].value
    if not isinstance(chance, int | float):
        return said
    return f"{said}; up to about {words.count(chance)} would by chance"


def changed_note(recurrence: Recurrence) -> str:
    """What the range is."""
    low, high = (words.percent(end) for end in recurrence.own_range)
    return (
        f"Outside: the middle order of the last {recurrence.recent_days} days is beyond the {low} "
        f"to {high} range of the client's earlier orders in 24 months. Seasons, and a basket that "
        "grows, also show here."
    )


def expected(recurrence: Recurrence) -> Piece:
    """The next expected purchases, each with its interval."""
    said = expected_headline(recurrence)
    measure = "next purchase by each client's own gaps, days"
    return capped_list(
        recurrence.expected,
        at_most=recurrence.accounts_shown,
        headline=said,
        measure=measure,
        source=parts.source(SOURCE, recurrence.as_of),
        name="next-purchases",
        caption="Next expected purchases, earliest first",
        columns={
            "account_name": Column("Client"),
            "next_day": Column("Expected", "date"),
            "next_from": Column("From", "date"),
            "next_to": Column("To", "date"),
            "next_level": Column("Level", "percent"),
            "median_gap_days": Column("Usual gap", "number", "days"),
            "average_ticket": Column("Ticket", "money", recurrence.currency, missing="none"),
        },
        reason=recurrence.figures["recurrence.due_soon"].reason or "no client's rhythm says when",
        notes=[
            "Read from the client's own past gaps that are longer than the one now running; "
            "the interval runs from a low to a high one of them and says its level. It holds "
            "for a client that keeps its rhythm and comes back at all."
        ],
    )


def expected_headline(recurrence: Recurrence) -> str:
    """How many clients are due within a month."""
    due = recurrence.figures["recurrence.due_soon"]
    if not isinstance(due.value, int | float):
        return "Too few purchases to say who comes next"
    if recurrence.expected.empty:
        return "No rhythm says who comes next"
    are = "is" if due.value == 1 else "are"
    return f"{words.plural(due.value, 'client')} {are} due within 30 days"
