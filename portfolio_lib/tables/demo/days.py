"""The demo firm's calendar: months are counted from the first month of history."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

FIRST_DAY = dt.date(2022, 10, 1)
AS_OF = dt.date(2026, 9, 30)
MONTHS = 48
FUTURE_MONTHS = 6
"""Simulated beyond `AS_OF`, for the truth only: what the reviews are later judged by."""
ALL_MONTHS = MONTHS + FUTURE_MONTHS


@cache
def month_day(month: int, day: int = 1) -> dt.date:
    """The given day of a month counted from `FIRST_DAY`; month 0 is October 2022."""
    return add_months(FIRST_DAY, month) + dt.timedelta(days=day - 1)


def month_of(day: dt.date) -> int:
    """Number of the month that holds `day`; negative before the history."""
    return (day.year - FIRST_DAY.year) * 12 + day.month - FIRST_DAY.month


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_length(month: int) -> int:
    """Days in a month counted from `FIRST_DAY`."""
    return (month_day(month + 1) - month_day(month)).days


def working_day(day: dt.date) -> dt.date:
    """`day`, or the Friday before where it falls on a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def known(day: dt.date | None) -> dt.date | None:
    """`day` where it has come by the review date; None where it lies ahead."""
    return day if day is not None and day <= AS_OF else None
