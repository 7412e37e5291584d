"""The period of a review in words."""

from __future__ import annotations

import calendar
import datetime as dt

from portfolio_lib.pieces import words


def period_in_words(as_of: dt.date, period: str) -> str:
    """The month, quarter or year that the review day lies in.

    >>> period_in_words(dt.date(2026, 9, 30), "quarter")
    'Quarter 3 2026'
    >>> period_in_words(dt.date(2026, 8, 15), "quarter")
    'Quarter 3 2026, to 15 August 2026'
    >>> period_in_words(dt.date(2024, 2, 29), "month")
    'February 2024'
    """
    named, last_month = {
        "month": (words.month(as_of), as_of.month),
        "quarter": (f"Quarter {(as_of.month + 2) // 3} {as_of.year}", (as_of.month + 2) // 3 * 3),
        "year": (f"Year {as_of.year}", 12),
    }[period]
    last_day = calendar.monthrange(as_of.year, last_month)[1]
    is_over = as_of == dt.date(as_of.year, last_month, last_day)
    return named if is_over else f"{named}, to {words.day(as_of)}"
