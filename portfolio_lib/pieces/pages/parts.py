"""What every page says in the same words: sources, windows, comparisons, reasons."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping

import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces import exhibit, say, words
from portfolio_lib.pieces.piece import Piece

MOST_DECIMALS = 2
SHORTEST_YEAR = 364
"""Days from the first to the last day of twelve months, at least."""


def together(*pieces: Piece) -> Piece:
    """Several pieces as the body of one exhibit."""
    html = "".join(piece.html for piece in pieces)
    return Piece(html, "\n".join(piece.text for piece in pieces), pieces[0].kind)


def source(tables: str, as_of: dt.date) -> str:
    """Where the numbers come from and on which day they stand.

    >>> source("accounts and invoices", dt.date(2026, 9, 30))
    'accounts and invoices, as of 30 September 2026'
    """
    return f"{tables}, as of {words.day(as_of)}"


def window(figure: Figure) -> str:
    """A figure's window in words: a day, or from one day to another.

    >>> window(Figure("p.r", "R", 1, "GBP", "…", window="2025-10-01 to 2026-09-30"))
    '1 October 2025 to 30 September 2026'
    """
    days = (figure.window or "").split(" to ")
    if len(days) == 2:
        return words.period(days[0], days[1])
    return words.day(days[0]) if days[0] else "no window"


def spell(figure: Figure) -> str:
    """Revenue and the stretch of time it is of, as a sentence begins.

    >>> spell(Figure("p.r", "R", 1, "GBP", "…", window="2025-10-01 to 2026-09-30"))
    'Revenue of the last twelve months'
    >>> spell(Figure("p.r", "R", 1, "GBP", "…", window="2026-06-01 to 2026-09-30"))
    'Revenue since 1 June 2026'
    """
    first, _, last = (figure.window or "").partition(" to ")
    start, end = words.as_date(first or None), words.as_date(last or None)
    if start is None or end is None or (end - start).days >= SHORTEST_YEAR:
        return "Revenue of the last twelve months"
    return f"Revenue since {words.day(start)}"


def capital(sentence: str) -> str:
    """The sentence with a capital letter and a full stop.

    >>> capital("needs 24 months of history")
    'Needs 24 months of history.'
    """
    text = sentence[:1].upper() + sentence[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def lowered(text: str) -> str:
    """The text as it goes on within a sentence or stands in brackets.

    >>> lowered("A term ends in 30 days")
    'a term ends in 30 days'
    """
    return text[:1].lower() + text[1:]


def unshown(
    headline: str, measure: str, reason: str, *, source: str, name: str, help_: str | None = None
) -> Piece:
    """The exhibit in its place, with the reason instead of numbers."""
    sentences = [capital(reason), *([help_] if help_ else [])]
    return exhibit(
        headline=headline, measure=measure, body=say(*sentences), source=source, name=name
    )


def told_apart(share: float, other: float) -> tuple[str, str]:
    """Two shares in per cent with as many decimals as it takes to see which is larger.

    >>> told_apart(0.44, 0.40), told_apart(0.402, 0.40), told_apart(0.4, 0.4)
    (('44%', '40%'), ('40.2%', '40.0%'), ('40%', '40%'))
    """
    decimals = words.finer_apart(share, other, "share", most=MOST_DECIMALS)
    return words.percent(share, decimals), words.percent(other, decimals)


def number_of(figures: Mapping[str, Figure], key: str) -> float | None:
    """A figure's value as a number; None where it is not computable."""
    value = figures[key].value
    return None if value is None or isinstance(value, str) else float(value)


def green_when_lost(green: Figure, unknown: Figure) -> str:
    """How much of the revenue lost was green, and how much of it nobody could have coloured.

    >>> green = Figure("c.g", "G", 0.24, "share", "…")
    >>> green_when_lost(green, Figure("c.u", "U", 0.0, "share", "…"))
    'Of the revenue lost, 24% was green on the day.'
    >>> green_when_lost(green, Figure("c.u", "U", 0.3, "share", "…")).partition("; ")[2]
    '30% of all revenue lost was at clients of unknown health.'
    """
    if not isinstance(green.value, int | float):
        return f"How much of the revenue lost was green cannot be told: {green.reason}."
    said = f"{words.percent(green.value)} was green on the day"
    rest = words.percent(unknown.value) if isinstance(unknown.value, int | float) else "0%"
    if rest == "0%":
        return f"Of the revenue lost, {said}."
    return (
        f"Of the revenue lost at clients with a colour, {said}; {rest} of all revenue lost was at "
        "clients of unknown health."
    )


def known_amount(value: float, unit: str) -> str | None:
    """An amount in words; None where it is not known, so that the table says what that means.

    >>> known_amount(0.5, "share"), known_amount(float("nan"), "share")
    ('50%', None)
    """
    return None if value != value else words.amount(value, unit)


def drawable(text: object) -> str:
    """Text that can stand in a drawing: characters that no drawing may hold become a visible mark.

    >>> drawable("Calder\x08 Health")
    'Calder\ufffd Health'
    """
    return "".join("\ufffd" if _cannot_be_drawn(letter) else letter for letter in str(text))


def _cannot_be_drawn(letter: str) -> bool:
    """Controls other than white space, halves of letters, and code points that are no letters."""
    if letter in " \t\n":
        return False
    return unicodedata.category(letter) in ("Cc", "Cs") or ord(letter) & 0xFFFE == 0xFFFE


def moved(growth: float) -> str:
    """A change in a few words; what rounds to nothing is no change.

    >>> moved(0.061), moved(-0.2), moved(0.004)
    ('is up 6%', 'is down 20%', 'is unchanged')
    """
    shown = words.percent(abs(growth))
    if shown == "0%":
        return "is unchanged"
    return f"is {'up' if growth > 0 else 'down'} {shown}"


def against_a_year_ago(figure: Figure) -> str | None:
    """How a share stands to the same share a year ago; None where that is not known.

    >>> against_a_year_ago(Figure("c.t", "T", 0.44, "share", "…", previous=0.36))
    '8 points more than a year ago'
    """
    if not isinstance(figure.value, int | float) or figure.previous is None:
        return None
    gap = float(figure.value) - float(figure.previous)
    shown = words.points(abs(gap))
    if shown.startswith("0 "):
        return "as a year ago"
    return f"{shown} {'more' if gap > 0 else 'less'} than a year ago"


def total_of(rows: pd.DataFrame, name: str, label: str) -> dict[str, object]:
    """The last row of a table of groups: every column added up, growth over all."""
    before = rows["revenue_prior"].sum()
    grew = rows["growth"].notna().any() and before > 0
    count = rows["accounts"].sum()
    return {
        name: label,
        "accounts": count,
        "accounts_share": 1.0 if count else None,
        "active": rows["active"].sum(),
        "inactive": rows["inactive"].sum(),
        "revenue": rows["revenue"].sum(),
        "revenue_share": rows["revenue_share"].sum(),
        "average_revenue": rows["revenue"].sum() / count if count else None,
        "growth": rows["revenue"].sum() / before - 1 if grew else None,
    }
