"""Months, windows and stretches of days, computed once for every engine.

Engines disagree about month arithmetic, so none of it is left to them: the steps receive the first
and last days of everything they need.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)
SNAPSHOT_MONTHS = (*range(0, 25, 3), 36)
"""Months before the review date that are looked back from: eight quarters and three years."""


def month_start(day: dt.date) -> dt.date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def period_start(month: dt.date, months_per_period: int) -> dt.date:
    """The first month of the month, quarter or year of the calendar that a month lies in.

    Examples
    --------
    >>> period_start(dt.date(2026, 8, 1), 3), period_start(dt.date(2026, 8, 1), 1)
    (datetime.date(2026, 7, 1), datetime.date(2026, 8, 1))
    """
    return month.replace(
        month=(month.month - 1) // months_per_period * months_per_period + 1, day=1
    )


LONGEST_PERIOD_MONTHS = 120


def whole_months() -> dict[int, int]:
    """How many months a number of days makes, for those that some run of whole months has.

    Examples
    --------
    >>> lengths = whole_months()
    >>> [lengths.get(days) for days in (28, 31, 32, 59, 62, 90, 365, 366, 367)]
    [1, 1, None, 2, 2, 3, 12, 12, None]
    """
    lengths: dict[int, int] = {}
    for months in range(1, LONGEST_PERIOD_MONTHS + 1):
        for start in months_between(dt.date(2023, 1, 1), dt.date(2026, 12, 31)):
            lengths[(months_before(start, -months) - start).days] = months
    return lengths


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier; a month's last day goes to a month's last day.

    A day that the earlier month does not have becomes its last day. The last day of a month always
    becomes the last day of the earlier month, so that windows of a review at a month's end hold
    whole months.

    Examples
    --------
    >>> months_before(dt.date(2024, 2, 29), 12), months_before(dt.date(2025, 2, 28), 12)
    (datetime.date(2023, 2, 28), datetime.date(2024, 2, 29))
    >>> months_before(dt.date(2026, 5, 30), 3), months_before(dt.date(2026, 6, 30), 3)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    index = day.year * 12 + day.month - 1 - months
    first = dt.date(index // 12, index % 12 + 1, 1)
    last = month_end(first)
    return last if day == month_end(day) else first.replace(day=min(day.day, last.day))


@dataclass(frozen=True)
class Snapshot:
    """A day that accounts are looked back from.

    `from_3m` and the others are the last days *before* the windows of so many months: a window is
    the days after that day up to `snapshot_date`, inclusive.
    """

    snapshot_date: dt.date
    is_current: bool

    @property
    def from_3m(self) -> dt.date:
        return months_before(self.snapshot_date, 3)

    @property
    def from_12m(self) -> dt.date:
        return months_before(self.snapshot_date, 12)

    @property
    def from_24m(self) -> dt.date:
        return months_before(self.snapshot_date, 24)

    @property
    def boundaries(self) -> tuple[dt.date, ...]:
        """The last days of the stretches that its windows are made of."""
        return (self.snapshot_date, self.from_3m, self.from_12m, self.from_24m)


def snapshots_of(as_of: dt.date, first_known_day: dt.date | None) -> tuple[Snapshot, ...]:
    """The days to look back from: the review date, and earlier ones on which something was known.

    Examples
    --------
    >>> [str(s.snapshot_date) for s in snapshots_of(dt.date(2026, 9, 30), dt.date(2026, 2, 1))]
    ['2026-09-30', '2026-06-30', '2026-03-31']
    """
    known = first_known_day or as_of
    dates = [months_before(as_of, months) for months in SNAPSHOT_MONTHS]
    return tuple(Snapshot(date, date == as_of) for date in dates if date == as_of or date >= known)


@dataclass(frozen=True)
class ReviewDay:
    """A day on which clients are scored; purchases are counted over `window_days`, or in all."""

    day: dt.date
    is_current: bool
    window_days: int | None

    @property
    def counted_from(self) -> dt.date:
        """The last day before the window; a day before all history where there is no window."""
        if self.window_days is None:
            return dt.date.min.replace(year=1000)
        return self.day - dt.timedelta(days=self.window_days)

    @property
    def boundaries(self) -> tuple[dt.date, ...]:
        """The last days of the stretches that its windows are made of."""
        return (self.day, self.counted_from, months_before(self.day, 12))


@dataclass(frozen=True)
class Stretch:
    """Days of one month that no window begins or ends within."""

    first_day: dt.date
    last_day: dt.date

    @property
    def month(self) -> dt.date:
        return month_start(self.first_day)

    @property
    def days_in_month(self) -> int:
        return month_end(self.first_day).day


def stretches_between(
    first_day: dt.date, last_day: dt.date, boundaries: Iterable[dt.date]
) -> tuple[Stretch, ...]:
    """Cut the days from the first's month to `last_day` at month ends and after each boundary.

    Examples
    --------
    >>> fifteenth = dt.date(2026, 1, 15)
    >>> for s in stretches_between(dt.date(2026, 1, 9), dt.date(2026, 2, 5), [fifteenth]):
    ...     print(s.first_day, s.last_day, s.days_in_month)
    2026-01-01 2026-01-15 31
    2026-01-16 2026-01-31 31
    2026-02-01 2026-02-05 28
    """
    start = month_start(first_day)
    ends = {end for end in boundaries if start <= end < last_day} | {last_day}
    ends |= {end for end in map(month_end, months_between(start, last_day)) if end < last_day}
    last_days = sorted(ends)
    first_days = [start, *(end + ONE_DAY for end in last_days[:-1])]
    return tuple(Stretch(*days) for days in zip(first_days, last_days, strict=True))


def months_between(first_day: dt.date, last_day: dt.date) -> Iterator[dt.date]:
    """The first day of every month from that of `first_day` to that of `last_day`."""
    month = month_start(first_day)
    while month <= last_day:
        yield month
        month = month_end(month) + ONE_DAY
