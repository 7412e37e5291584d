"""The days that features are taken on, the settings they depend on, and the hours that count.

Engines disagree about months and weekdays, so the steps receive every first and last day, and
every working day with the seconds worked before it, as columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from portfolio_lib.facts.days import ONE_DAY, month_end, month_start, months_before
from portfolio_lib.parameters.calendar_models import WEEKDAYS, WorkingHours
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.models import UnitParameters

FEATURE_FRAMES: dict[str, pa.Schema] = {
    "feature_days": pa.schema(
        [
            ("business_unit", pa.string()),
            ("snapshot_date", pa.date32()),
            ("is_current", pa.bool_()),
            ("next_day", pa.date32()),
            ("from_90d", pa.date32()),
            ("from_180d", pa.date32()),
            ("after_90d", pa.date32()),
            ("after_180d", pa.date32()),
            ("from_3m", pa.date32()),
            ("from_6m", pa.date32()),
            ("from_12m", pa.date32()),
            ("from_24m", pa.date32()),
            ("months_through", pa.date32()),
            ("months_from_3m", pa.date32()),
            ("months_from_6m", pa.date32()),
            ("months_from_12m", pa.date32()),
            ("competitor_from", pa.date32()),
            ("horizon_end", pa.date32()),
            ("grace_end", pa.date32()),
        ]
    ),
    "feature_settings": pa.schema(
        [
            ("business_unit", pa.string()),
            ("churn_event", pa.string()),
            ("joins_within_days", pa.int64()),
            ("grace_days", pa.int64()),
            ("usage_measure", pa.string()),
            ("gap_quantile", pa.float64()),
            ("least_gaps", pa.int64()),
            ("gaps_used", pa.int64()),
        ]
    ),
    "service_days": pa.schema(
        [
            ("business_unit", pa.string()),
            ("month_index", pa.int64()),
            ("starts_at", pa.timestamp("us")),
            ("next_starts_at", pa.timestamp("us")),
            ("opens_at", pa.timestamp("us")),
            ("closes_at", pa.timestamp("us")),
            ("seconds_before", pa.int64()),
            ("working_seconds", pa.int64()),
            ("seconds_a_day", pa.int64()),
        ]
    ),
}
"""Schema of the typed inputs of features and clocks.

`feature_days` has one row per unit and day that features are taken on: `from_…` is the last day
*before* a window, `after_…` the first day in it (for moments), `months_through` the end of the last
complete month, `horizon_end` and `grace_end` the end of the outcome without and with the grace
days. `feature_settings` has one row per unit. `service_days` has one row per unit and day on which
an issue may be open, with the seconds worked before the day and on it.
"""

LONGEST_PROMISE_DAYS = 20 * 366
"""A promise that runs longer than this in business hours is left without a due time."""


@dataclass(frozen=True)
class FeatureDay:
    """A day that features are taken on, as known on that day."""

    snapshot_date: dt.date
    is_current: bool
    page: ChurnPage

    @property
    def boundaries(self) -> tuple[dt.date, ...]:
        """The last days of the stretches that its windows of revenue are made of."""
        return (self.snapshot_date, *(months_before(self.snapshot_date, m) for m in (3, 6, 12, 24)))

    @property
    def months_through(self) -> dt.date:
        """The end of the last complete month: what a month brought is known when it is over."""
        day = self.snapshot_date
        return day if day == month_end(day) else month_start(day) - ONE_DAY

    @property
    def row(self) -> dict[str, Any]:
        """The columns of `feature_days`, but for the unit."""
        day, complete = self.snapshot_date, self.months_through
        return {
            "snapshot_date": day,
            "is_current": self.is_current,
            "next_day": day + ONE_DAY,
            "from_90d": day - 90 * ONE_DAY,
            "from_180d": day - 180 * ONE_DAY,
            "after_90d": day - 89 * ONE_DAY,
            "after_180d": day - 179 * ONE_DAY,
            **{f"from_{months}m": months_before(day, months) for months in (3, 6, 12, 24)},
            "months_through": complete,
            **{f"months_from_{months}m": months_before(complete, months) for months in (3, 6, 12)},
            "competitor_from": day - self.page.competitor_days * ONE_DAY,
            "horizon_end": day + self.page.horizon_days * ONE_DAY,
            "grace_end": day + (self.page.horizon_days + self.page.grace_days) * ONE_DAY,
        }


def feature_days_of(
    as_of: dt.date, first_known_day: dt.date | None, page: ChurnPage
) -> tuple[FeatureDay, ...]:
    """The review day, and earlier ones on which something was known, latest first.

    Examples
    --------
    >>> page = ChurnPage(snapshot_every_months=6, snapshots=2)
    >>> days = feature_days_of(dt.date(2026, 9, 30), dt.date(2026, 1, 1), page)
    >>> [str(day.snapshot_date) for day in days]
    ['2026-09-30', '2026-03-31']
    """
    known = first_known_day or as_of
    dates = [
        months_before(as_of, number * page.snapshot_every_months)
        for number in range(page.snapshots + 1)
    ]
    return tuple(
        FeatureDay(day, day == as_of, page) for day in dates if day == as_of or day >= known
    )


def churn_event(page: ChurnPage, history: dict[str, Any]) -> str:
    """The event that counts as a loss: `auto` looks whether the unit has any contract term."""
    if page.event != "auto":
        return page.event
    return "not_renewed" if history["contract_terms"] else "no_purchase"


def joins_within_days(page: ChurnPage, event: str) -> int:
    """Days from the end of one stay to the start of the next up to which they are one.

    A term that renews without a pause starts one day after the end; one that starts after the grace
    days does so one day later than these.
    """
    days = {
        "not_renewed": page.grace_days + 1,
        "no_purchase": page.silent_days,
        "revenue_gone": page.gone_days,
    }
    return days[event]


def settings_row(unit: UnitParameters, history: dict[str, Any]) -> dict[str, Any]:
    """The row of `feature_settings` of a unit."""
    event = churn_event(unit.churn, history)
    return {
        "business_unit": unit.key,
        "churn_event": event,
        "joins_within_days": joins_within_days(unit.churn, event),
        "grace_days": unit.churn.grace_days,
        "usage_measure": unit.churn.usage_measure,
        "gap_quantile": unit.recurrence.missed_quantile,
        "least_gaps": unit.recurrence.least_gaps,
        "gaps_used": unit.recurrence.gaps_used,
    }


def service_days_of(
    hours: WorkingHours, first_day: dt.date, as_of: dt.date, longest_hours: float
) -> Iterator[dict[str, Any]]:
    """One row per day from the first issue on, until the longest promise has run out.

    Parameters
    ----------
    first_day : date
        Day of the first issue.
    as_of : date
        Last day on which one may be opened.
    longest_hours : float
        The longest promise.
    """
    day, before, holidays = first_day, 0, frozenset(hours.holidays)
    least, last = longest_hours * 3600 + hours.seconds_a_day, as_of + LONGEST_PROMISE_DAYS * ONE_DAY
    still_open = 0
    while day <= last and (day <= as_of or before - still_open < least):
        works = WEEKDAYS[day.weekday()] in hours.days and day not in holidays
        yield _service_day(hours, day, before, works)
        before += hours.seconds_a_day if works else 0
        still_open = before if day == as_of else still_open
        day += ONE_DAY


def _service_day(hours: WorkingHours, day: dt.date, before: int, works: bool) -> dict[str, Any]:
    starts_at = dt.datetime.combine(day, dt.time())
    opens_at = starts_at + dt.timedelta(seconds=round(hours.opens * 3600))
    return {
        "month_index": day.year * 12 + day.month,
        "starts_at": starts_at,
        "next_starts_at": starts_at + ONE_DAY,
        "opens_at": opens_at,
        "closes_at": opens_at + dt.timedelta(seconds=hours.seconds_a_day),
        "seconds_before": before,
        "working_seconds": hours.seconds_a_day if works else 0,
        "seconds_a_day": hours.seconds_a_day,
    }


def service_days(units: Sequence[UnitParameters], histories: Sequence[dict[str, Any]]) -> pa.Table:
    """One row per unit and day on which an issue may be open; none for units without issues."""
    known = {history["business_unit"]: history for history in histories}
    rows = [
        {"business_unit": unit.key, **row}
        for unit in units
        if (first := known[unit.key]["first_issue_at"]) is not None
        for row in service_days_of(
            unit.working_hours,
            first.date(),
            unit.as_of,
            known[unit.key]["longest_promise_hours"] or 0.0,
        )
    ]
    return pa.Table.from_pylist(rows, schema=FEATURE_FRAMES["service_days"])
