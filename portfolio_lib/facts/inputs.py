"""The typed inputs of the steps: settings, months, snapshots and stretches, one frame each.

No value is pasted into SQL. What a step needs to know about a unit is a column of one of these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from portfolio_lib.facts.days import (
    ONE_DAY,
    ReviewDay,
    Snapshot,
    Stretch,
    month_end,
    months_before,
    months_between,
    period_start,
    snapshots_of,
    stretches_between,
    whole_months,
)
from portfolio_lib.facts.feature_days import (
    FEATURE_FRAMES,
    FeatureDay,
    feature_days_of,
    settings_row,
)
from portfolio_lib.parameters.models import Policies, UnitParameters
from portfolio_lib.parameters.retention_models import MEAN_MONTHS

FRAMES: dict[str, pa.Schema] = {
    "unit_settings": pa.schema(
        [
            ("business_unit", pa.string()),
            ("as_of", pa.date32()),
            ("from_365d", pa.date32()),
            ("revenue_source", pa.string()),
            ("spread_service_periods", pa.bool_()),
            ("active_within_days", pa.int64()),
            ("gap_tolerance_days", pa.int64()),
            ("carry_days", pa.int64()),
            ("returns_are_new", pa.bool_()),
            ("first_month_waits", pa.bool_()),
            ("compares_run_rates", pa.bool_()),
            ("mean_months", pa.int64()),
            ("has_invoices", pa.bool_()),
            ("has_contracts", pa.bool_()),
        ]
    ),
    "calendar": pa.schema(
        [
            ("month", pa.date32()),
            ("next_month", pa.date32()),
            ("last_day", pa.date32()),
            ("days", pa.int64()),
            ("month_index", pa.int64()),
        ]
    ),
    "snapshots": pa.schema(
        [
            ("business_unit", pa.string()),
            ("snapshot_date", pa.date32()),
            ("is_current", pa.bool_()),
            ("from_3m", pa.date32()),
            ("from_12m", pa.date32()),
            ("from_24m", pa.date32()),
        ]
    ),
    "review_days": pa.schema(
        [
            ("business_unit", pa.string()),
            ("review_day", pa.date32()),
            ("is_current", pa.bool_()),
            ("counted_from", pa.date32()),
            ("from_12m", pa.date32()),
        ]
    ),
    "stretches": pa.schema(
        [
            ("business_unit", pa.string()),
            ("month", pa.date32()),
            ("days_in_month", pa.int64()),
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
        ]
    ),
    "period_lengths": pa.schema([("days", pa.int64()), ("months", pa.int64())]),
    "cohort_months": pa.schema(
        [
            ("business_unit", pa.string()),
            ("month", pa.date32()),
            ("cohort", pa.date32()),
            ("cohort_last_index", pa.int64()),
        ]
    ),
    "cohort_ages": pa.schema(
        [
            ("business_unit", pa.string()),
            ("age_months", pa.int64()),
            ("age", pa.int64()),
            ("age_last_month", pa.int64()),
        ]
    ),
    **FEATURE_FRAMES,
}
"""Schema of every typed input.

`unit_settings` has one row per unit, `calendar` one per month, `snapshots` one per unit and day
looked back from, `review_days` one per unit and review that RFM compares, `stretches` one per unit
and run of days that no month end and no window divides,
`cohort_months` one per unit and month with the period it lies in, `cohort_ages` one per unit and
number of months since an account's first with the periods it makes, `period_lengths` one per number
of days that is a whole number of months.
"""


@dataclass(frozen=True)
class UnitDays:
    """What the days of one unit depend on: its review date and the first days of its tables."""

    key: str
    as_of: dt.date
    first_known_day: dt.date | None
    first_day: dt.date | None
    months_per_cohort: int = 1
    reviews: tuple[ReviewDay, ...] = ()
    features: tuple[FeatureDay, ...] = ()

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        return snapshots_of(self.as_of, self.first_known_day)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        boundaries = [day for snapshot in self.snapshots for day in snapshot.boundaries]
        boundaries.append(days_before_365(self.as_of))
        boundaries.extend(day for review in self.reviews for day in review.boundaries)
        boundaries.extend(day for feature in self.features for day in feature.boundaries)
        return stretches_between(self.first_or_as_of, self.as_of, boundaries)

    @property
    def months(self) -> tuple[dt.date, ...]:
        """The first day of every month that the unit's history touches."""
        return tuple(months_between(self.first_or_as_of, self.as_of))

    @property
    def first_or_as_of(self) -> dt.date:
        """The first day that needs a month; as_of where nothing is known earlier."""
        return min(self.first_day or self.as_of, self.first_known_day or self.as_of, self.as_of)


MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}
COHORT_MONTHS = {"month": 1, "quarter": 3}


def carry_days(policies: Policies) -> int:
    """How long a pause is carried in the movements: means bridge pauses by themselves."""
    return 0 if policies.movement_revenue in MEAN_MONTHS else policies.gap_tolerance_days


def unit_days(unit: UnitParameters, history: Mapping[str, Any]) -> UnitDays:
    """The days of a unit from its settings and its row of `unit_history`."""
    return UnitDays(
        unit.key,
        unit.as_of,
        history["first_known_day"],
        history["first_day"],
        COHORT_MONTHS[unit.policies.cohort_period],
        review_days_of(unit),
        feature_days_of(unit.as_of, history["first_known_day"], unit.churn),
    )


def review_days_of(unit: UnitParameters) -> tuple[ReviewDay, ...]:
    """The review day, the one a period earlier, and the day of frozen cut-offs, each once."""
    before = months_before(unit.as_of, MONTHS_PER_PERIOD[unit.period])
    days = {unit.as_of, before, unit.rfm.frozen_at or before}
    return tuple(
        ReviewDay(day, day == unit.as_of, unit.rfm.window_days)
        for day in sorted(days)
        if day <= unit.as_of
    )


def days_before_365(as_of: dt.date) -> dt.date:
    """The last day before the 365 days that end on `as_of`."""
    return as_of - dt.timedelta(days=365)


def unit_settings(
    units: Sequence[UnitParameters], handed_in: Mapping[str, Collection[str]]
) -> pa.Table:
    """One row per unit: its review date, its policies, and which tables it handed in.

    Parameters
    ----------
    handed_in : mapping
        Table name to the keys of the units that handed it in.
    """
    rows = [
        {
            "business_unit": unit.key,
            "as_of": unit.as_of,
            "from_365d": days_before_365(unit.as_of),
            "revenue_source": unit.policies.revenue_source,
            "spread_service_periods": unit.policies.spread_service_periods,
            "active_within_days": unit.policies.active_within_days,
            "gap_tolerance_days": unit.policies.gap_tolerance_days,
            "carry_days": carry_days(unit.policies),
            "returns_are_new": unit.policies.reactivation == "new",
            "first_month_waits": unit.policies.new_and_gone == "wait",
            "compares_run_rates": unit.policies.movement_revenue == "run_rate",
            "mean_months": MEAN_MONTHS.get(unit.policies.movement_revenue, 1),
            "has_invoices": unit.key in handed_in["invoices"],
            "has_contracts": unit.key in handed_in["contracts"],
        }
        for unit in units
    ]
    return _frame("unit_settings", rows)


def calendar(units: Sequence[UnitDays]) -> pa.Table:
    """One row per month from the first day of any unit to the last review date."""
    first = min(unit.first_or_as_of for unit in units)
    last = max(unit.as_of for unit in units)
    rows = [
        {
            "month": month,
            "next_month": month_end(month) + ONE_DAY,
            "last_day": month_end(month),
            "days": month_end(month).day,
            "month_index": month.year * 12 + month.month,
        }
        for month in months_between(first, last)
    ]
    return _frame("calendar", rows)


def snapshots(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and day looked back from."""
    rows = [
        {
            "business_unit": unit.key,
            "snapshot_date": snapshot.snapshot_date,
            "is_current": snapshot.is_current,
            "from_3m": snapshot.from_3m,
            "from_12m": snapshot.from_12m,
            "from_24m": snapshot.from_24m,
        }
        for unit in units
        for snapshot in unit.snapshots
    ]
    return _frame("snapshots", rows)


def review_days(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and review that RFM and lifecycle compare."""
    rows = [
        {
            "business_unit": unit.key,
            "review_day": review.day,
            "is_current": review.is_current,
            "counted_from": review.counted_from,
            "from_12m": months_before(review.day, 12),
        }
        for unit in units
        for review in unit.reviews
    ]
    return _frame("review_days", rows)


def feature_days(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and day that features are taken on."""
    rows = [
        {"business_unit": unit.key, **feature.row} for unit in units for feature in unit.features
    ]
    return _frame("feature_days", rows)


def feature_settings(
    units: Sequence[UnitParameters], histories: Sequence[dict[str, Any]]
) -> pa.Table:
    """One row per unit with the settings that features and outcomes depend on."""
    known = {history["business_unit"]: history for history in histories}
    return _frame("feature_settings", [settings_row(unit, known[unit.key]) for unit in units])


def stretches(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and run of days that no month end and no window divides."""
    rows = [
        {
            "business_unit": unit.key,
            "month": stretch.month,
            "days_in_month": stretch.days_in_month,
            "first_day": stretch.first_day,
            "last_day": stretch.last_day,
        }
        for unit in units
        for stretch in unit.stretches
    ]
    return _frame("stretches", rows)


def period_lengths() -> pa.Table:
    """One row per number of days that whole months have, and how many months those are."""
    rows = [{"days": days, "months": months} for days, months in whole_months().items()]
    return _frame("period_lengths", rows)


def cohort_months(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and month: the period of first revenue that the month lies in."""
    rows = [
        {
            "business_unit": unit.key,
            "month": month,
            "cohort": first,
            "cohort_last_index": first.year * 12 + first.month + unit.months_per_cohort - 1,
        }
        for unit in units
        for month in period_months(unit.months, unit.months_per_cohort)
        for first in [period_start(month, unit.months_per_cohort)]
    ]
    return _frame("cohort_months", rows)


def period_months(months: Sequence[dt.date], months_per_period: int) -> Sequence[dt.date]:
    """The months, from the first of the period in which they begin."""
    if not months:
        return months
    return tuple(months_between(period_start(months[0], months_per_period), months[-1]))


def cohort_ages(units: Sequence[UnitDays]) -> pa.Table:
    """One row per unit and number of months since an account's first one."""
    rows = [
        {
            "business_unit": unit.key,
            "age_months": months,
            "age": months // unit.months_per_cohort,
            "age_last_month": (months // unit.months_per_cohort + 1) * unit.months_per_cohort - 1,
        }
        for unit in units
        for months in range(len(unit.months) + unit.months_per_cohort)
    ]
    return _frame("cohort_ages", rows)


def _frame(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=FRAMES[name])
