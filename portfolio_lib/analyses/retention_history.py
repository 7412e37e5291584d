"""Retention at several quarters, with intervals, and whether it has changed in a year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.panel import KINDS, Panel, add_months
from portfolio_lib.analyses.resampling import (
    LEAST_MOVED,
    Interval,
    Ratios,
    difference_intervals,
    ratio_intervals,
)
from portfolio_lib.analyses.retention import Bridge, Retention, bridge, retention
from portfolio_lib.parameters.retention_models import MovementsPage

RATES = ("nrr", "grr", "logo")
QUARTER_MONTHS = 3
CHANGED, WITHIN_NOISE, NOT_TESTED = "changed", "within noise", "not tested"


@dataclass(frozen=True)
class Point:
    """Retention as it was at the end of one month, looking back over the horizon."""

    month: dt.date
    base: dt.date
    retention: Retention
    bridge: Bridge


def point_at(panel: Panel, month: dt.date, horizon_months: int) -> Point | None:
    """Retention at the end of a month; None where its first month is not in the data."""
    base = add_months(month, -horizon_months)
    if not (panel.holds(base) and panel.holds(month)):
        return None
    found = retention(panel.revenue_in(base), panel.revenue_in(month))
    return Point(month, base, found, bridge(panel, add_months(base, 1), month))


def points_by_quarter(panel: Panel, settings: MovementsPage) -> list[Point]:
    """The points three months apart up to the last month, oldest first."""
    months = (
        add_months(panel.last_month, -QUARTER_MONTHS * place)
        for place in reversed(range(settings.quarters_shown))
    )
    found = (point_at(panel, month, settings.horizon_months) for month in months)
    return [point for point in found if point is not None]


def quarters(panel: Panel, settings: MovementsPage, *, seed: int) -> pd.DataFrame:
    """Retention at every quarter with intervals, and the movements of the quarter itself.

    Returns
    -------
    frame
        One row per quarter, oldest first: `month` (its last), `accounts` (at the start of the
        horizon), for each rate `nrr`, `grr`, `logo` also `…_low` and `…_high` (NaN without an
        interval), and the quarter's own `start`, movements, `end`, `gross_churn`, `net_churn`
        (NaN where the quarter is not wholly in the data).
    """
    points = points_by_quarter(panel, settings)
    intervals = _intervals(panel, points, settings, seed)
    rows = [
        {**_rates(point, found), **_own_quarter(panel, point.month)}
        for point, found in zip(points, intervals, strict=True)
    ]
    names = [f"{rate}{end}" for rate in RATES for end in ("", "_low", "_high")]
    own = ["start", *KINDS, "end", "gross_churn", "net_churn"]
    frame = pd.DataFrame(rows, columns=["month", "accounts", *names, *own])
    frame["month"] = pd.to_datetime(frame["month"])
    return frame.astype({name: "float64" for name in (*names, *own)})


def _rates(point: Point, found: dict[str, Interval | None]) -> dict[str, object]:
    told: dict[str, object] = {"month": point.month, "accounts": point.retention.accounts}
    for rate in RATES:
        low, high = found[rate] or (np.nan, np.nan)
        told |= {rate: getattr(point.retention, rate), f"{rate}_low": low, f"{rate}_high": high}
    return told


def _own_quarter(panel: Panel, month: dt.date) -> dict[str, float | None]:
    first = add_months(month, 1 - QUARTER_MONTHS)
    if not panel.holds(add_months(first, -1)):
        return {}
    own = bridge(panel, first, month)
    moved = {kind: getattr(own, kind) for kind in KINDS}
    return {
        "start": own.start,
        **moved,
        "end": own.end,
        "gross_churn": own.gross_churn,
        "net_churn": own.net_churn,
    }


def _intervals(
    panel: Panel, points: list[Point], settings: MovementsPage, seed: int
) -> list[dict[str, Interval | None]]:
    """Intervals of every rate at every point; none where there are too few accounts."""
    if not points:
        return []
    found = ratio_intervals(
        _ratios(panel, points, ("nrr", "grr")),
        level=settings.interval_level,
        resamples=settings.resamples,
        seed=seed,
    )
    pairs = zip(found[::2], found[1::2], points, strict=True)
    return [_fitting(point, nrr, grr, settings) for nrr, grr, point in pairs]


def _fitting(
    point: Point, nrr: Interval | None, grr: Interval | None, settings: MovementsPage
) -> dict[str, Interval | None]:
    known = point.retention
    if known.accounts < settings.least_accounts:
        return dict.fromkeys(RATES)
    capped = None if grr is None else (grr[0], min(1.0, grr[1]))
    low, high = proportion_confint(
        known.kept, known.accounts, alpha=1 - settings.interval_level, method="wilson"
    )
    return {"nrr": nrr, "grr": capped, "logo": (float(low), float(high))}


def _ratios(panel: Panel, points: list[Point], rates: tuple[str, ...]) -> Ratios:
    """The parts of each rate at each point: one row per account in any base, by id."""
    pairs = [(panel.revenue_in(point.base), panel.revenue_in(point.month)) for point in points]
    base = np.any([before > 0 for before, _ in pairs], axis=0)
    tops, bottoms = [], []
    for before, after in pairs:
        here = before[base] > 0
        parts = {
            "nrr": (before[base], np.where(here, after[base], 0)),
            "grr": (before[base], np.minimum(before, after)[base]),
            "logo": (here.astype("int64"), (here & (after[base] > 0)).astype("int64")),
        }
        tops += [parts[rate][1] for rate in rates]
        bottoms += [parts[rate][0] for rate in rates]
    scale = [max(1, int(column.sum())) for column in bottoms]
    return Ratios(np.column_stack(tops) / scale, np.column_stack(bottoms) / scale)


def changes_in_a_year(panel: Panel, settings: MovementsPage, *, seed: int) -> pd.DataFrame:
    """Each rate now and twelve months ago, and whether the difference is more than noise.

    Returns
    -------
    frame
        One row per rate: `rate`, `now`, `before`, `change`, `change_low`, `change_high`,
        `reading` (``changed``, ``within noise`` or ``not tested``) and `reason` (of the last,
        else None). Values that are not computable are NaN.
    """
    now, before = (
        point_at(panel, add_months(panel.last_month, -back), settings.horizon_months)
        for back in (0, 12)
    )
    found = _changes(panel, now, before, settings, seed)
    rows = [
        _change(rate, now, before, interval, settings)
        for rate, interval in zip(RATES, found, strict=True)
    ]
    columns = ["rate", "now", "before", "change", "change_low", "change_high", "reading", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "float64" for name in columns[1:6]})


def _changes(
    panel: Panel, now: Point | None, before: Point | None, settings: MovementsPage, seed: int
) -> list[Interval | None]:
    if now is None or before is None:
        return [None] * len(RATES)
    return difference_intervals(
        _ratios(panel, [now, before], RATES),
        [(place, place + len(RATES)) for place in range(len(RATES))],
        level=settings.interval_level,
        resamples=settings.resamples,
        seed=seed,
    )


def _change(
    rate: str,
    now: Point | None,
    before: Point | None,
    interval: Interval | None,
    settings: MovementsPage,
) -> tuple[object, ...]:
    value, earlier = (
        None if point is None else getattr(point.retention, rate) for point in (now, before)
    )
    change = value - earlier if value is not None and earlier is not None else None
    reason = _why_not_tested(now, before, change, interval, settings)
    if reason is not None:
        return (rate, value, earlier, change, None, None, NOT_TESTED, reason)
    if interval is None:
        return (rate, value, earlier, change, None, None, WITHIN_NOISE, None)
    reading = WITHIN_NOISE if interval[0] <= 0 <= interval[1] else CHANGED
    return (rate, value, earlier, change, *interval, reading, None)


def _why_not_tested(
    now: Point | None,
    before: Point | None,
    change: float | None,
    interval: Interval | None,
    settings: MovementsPage,
) -> str | None:
    if now is None or before is None or change is None:
        return "the rate of a year ago is not computable"
    fewest = min(point.retention.accounts for point in (now, before))
    if fewest < settings.least_accounts:
        return f"only {fewest} clients at the start; {settings.least_accounts} are needed"
    if interval is None and change != 0:
        return f"fewer than {LEAST_MOVED} clients moved"
    return None
