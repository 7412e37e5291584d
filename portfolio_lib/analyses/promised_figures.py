"""Targets and forecasts of the last review against what happened, as they were published then.

The record of a review says what it aimed at and what it expected. A target that was changed since
is judged as it stood then; a forecast is made again only where no record has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.earlier_reviews import EarlierReview, FigureThen
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.promises import (
    FORECAST,
    KEPT,
    LEDGER,
    MISSED,
    OPEN,
    TARGET,
    UNKNOWN,
    typed,
)
from portfolio_lib.parameters.plan_models import PlanPage

AS_PUBLISHED = "as published"
TODAYS = "today's target; not recorded then"
SETTINGS = "the settings"
AGAIN = "made again; not recorded then"
CHANGED, DROPPED, GONE = "changed", "dropped", "no longer published"

RENEWALS = "renewals.forecast"
WHAT_WAS_FORECAST = "Renewed value in the quarter"
OF_THEIR_WINDOW = {"signals.revenue_planned"}
"""Figures whose target is the plan of the very months they cover: they were judged in their own
review, and today's figure covers other months."""

A_PENNY = 0.01
A_TRIFLE = 1e-9


@dataclass(frozen=True)
class _Aim:
    """What a figure was to reach, and where that is known from."""

    key: str
    label: str
    unit: str
    target: float
    known_from: str


def kept_targets(
    known: Mapping[str, Figure],
    page: PlanPage,
    last_review: dt.date,
    then: EarlierReview | None = None,
) -> pd.DataFrame:
    """Targets of the last review against what figures have come to.

    Those of the record as they stood then; without a record, what `plan.promised` says, else
    today's. Figures that cannot be computed are not known.

    Parameters
    ----------
    known : mapping of str to Figure
        Today's figures by key.
    then : EarlierReview or None
        The record of the last review.

    Returns
    -------
    frame
        The columns `LEDGER`; `kind` is ``target``.
    """
    has_targets = then is not None and then.keeps_promises
    aims = _published(then, known, page) if then and has_targets else _todays(known, page)
    rows = [_held(aim, known.get(aim.key), last_review) for aim in aims]
    return typed(pd.DataFrame(rows, columns=list(LEDGER)))


def _held(aim: _Aim, now: Figure | None, last_review: dt.date) -> dict[str, object]:
    since, target_now = _since_then(aim, now)
    value = None if now is None else now.value
    return {
        "kind": TARGET, "review_day": pd.Timestamp(last_review), "what": aim.label,
        "unit": aim.unit, "promised": aim.target,
        "happened": float(value) if isinstance(value, int | float) else np.nan,
        "state": UNKNOWN if now is None else _reached(now, aim.target),
        "target_now": target_now, "since_then": since, "known_from": aim.known_from,
    }  # fmt: skip


def _since_then(aim: _Aim, now: Figure | None) -> tuple[str | None, float]:
    """How a published target differs from today's; promises from the settings have no other."""
    if aim.known_from != AS_PUBLISHED:
        return None, np.nan
    if now is None:
        return GONE, np.nan
    if now.target is None:
        return DROPPED, np.nan
    if abs(float(now.target) - aim.target) <= A_TRIFLE:
        return None, np.nan
    return CHANGED, float(now.target)


def _published(then: EarlierReview, known: Mapping[str, Figure], page: PlanPage) -> Iterator[_Aim]:
    """The targets in the record, and what the settings add for other figures.

    One measure that two pages show counts once.
    """
    seen = set()
    for key, figure in then.figures.items():
        if figure.target is None or key in OF_THEIR_WINDOW:
            continue
        now = known.get(key)
        told = _told(figure, None if now is None else now.value)
        if told not in seen:
            seen.add(told)
            yield _Aim(key, figure.label, figure.unit, float(figure.target), AS_PUBLISHED)
    for aim in _promised(known, page):
        if aim.key not in then.figures or then.figures[aim.key].target is None:
            yield aim


def _told(figure: Figure | FigureThen, now: object) -> tuple[object, ...]:
    """What tells two measures apart: those without a number, by what they are called."""
    name = None if isinstance(now, int | float) else figure.label
    return figure.value, figure.target, figure.unit, now, name


def _todays(known: Mapping[str, Figure], page: PlanPage) -> Iterator[_Aim]:
    """What the settings say was promised, else the targets of today."""
    if page.promised:
        yield from _promised(known, page)
        return
    seen = set()
    for key, figure in known.items():
        told = _told(figure, figure.value)
        if figure.target is not None and told not in seen:
            seen.add(told)
            yield _Aim(key, figure.label, figure.unit, float(figure.target), TODAYS)


def _promised(known: Mapping[str, Figure], page: PlanPage) -> Iterator[_Aim]:
    for key, aim in page.promised.items():
        if key in known:
            yield _Aim(key, known[key].label, known[key].unit, float(aim), SETTINGS)


def _reached(figure: Figure, target: float) -> str:
    if not isinstance(figure.value, int | float):
        return UNKNOWN
    is_limit = figure.higher_is_better is False
    reached = figure.value <= target if is_limit else figure.value >= target
    return KEPT if reached else MISSED


def forecasts_as_published(
    checked: pd.DataFrame, earlier_reviews: Sequence[EarlierReview]
) -> pd.DataFrame:
    """Earlier forecasts of renewals: those of the records, and made again where there is none.

    Parameters
    ----------
    checked : frame
        Forecasts made again from what was known then, and what happened: see
        `renewal_forecast.checked_forecasts`.

    Returns
    -------
    frame
        The same rows with `known_from`. Where the record of that day has the forecast of that
        quarter, `low`, `likely` and `high` are the published ones, and `error` and `is_inside`
        follow from them; they are missing where no forecast could be published.
    """
    records = {pd.Timestamp(review.as_of): review for review in earlier_reviews}
    rows = [_as_published(row, records.get(row["review_day"])) for _, row in checked.iterrows()]
    if not rows:
        return checked.assign(known_from=pd.Series(dtype="object"))
    numbers = {name: "float64" for name in ("low", "likely", "high", "error")}
    frame = pd.DataFrame(rows, columns=[*checked.columns, "known_from"]).astype(numbers)
    return frame.astype({"is_inside": "boolean"}).reset_index(drop=True)


def _as_published(row: pd.Series, then: EarlierReview | None) -> dict[str, object]:
    made: dict[str, object] = {str(name): value for name, value in row.items()}
    figure = None if then is None or not then.keeps_promises else then.figures.get(RENEWALS)
    if figure is None:
        return {**made, "known_from": AGAIN}
    if not isinstance(figure.value, int | float) or figure.interval is None:
        none = dict.fromkeys(("low", "likely", "high", "error"), np.nan)
        return {**made, **none, "is_inside": pd.NA, "known_from": AS_PUBLISHED}
    if _last_day(figure) != row["quarter_end"]:
        return {**made, "known_from": AGAIN}
    low, high = figure.interval
    inside = low - A_PENNY <= row["happened"] <= high + A_PENNY
    due = row["due"]
    return {
        **made, "low": low, "likely": float(figure.value), "high": high,
        "error": (figure.value - row["happened"]) / due if due > 0 else np.nan,
        "is_inside": inside, "known_from": AS_PUBLISHED,
    }  # fmt: skip


def _last_day(figure: FigureThen) -> pd.Timestamp | None:
    last = (figure.window or "").rpartition(" to ")[2]
    return pd.Timestamp(last) if last else None


def kept_forecasts(
    forecasts: pd.DataFrame,
    last_review: dt.date,
    currency: str,
    then: EarlierReview | None = None,
) -> pd.DataFrame:
    """The forecast of renewals of the last review; kept where what happened lies in its range.

    Parameters
    ----------
    forecasts : frame
        See `forecasts_as_published`.
    then : EarlierReview or None
        The record of the last review. Where its quarter is another one than those looked back on,
        its forecast is open, and what happened is not known yet.
    """
    rows = forecasts.loc[forecasts["review_day"].eq(pd.Timestamp(last_review))]
    made = [
        {
            "kind": FORECAST, "review_day": row["review_day"], "unit": currency,
            "what": WHAT_WAS_FORECAST, "due_date": row["quarter_end"],
            "promised": row["likely"], "happened": row["happened"], "state": _came(row),
            "known_from": row["known_from"],
        }
        for _, row in rows.iterrows()
    ] or list(_still_running(then, last_review, currency))  # fmt: skip
    return typed(pd.DataFrame(made, columns=list(LEDGER)))


def _still_running(
    then: EarlierReview | None, last_review: dt.date, currency: str
) -> Iterator[dict[str, object]]:
    figure = None if then is None or not then.keeps_promises else then.figures.get(RENEWALS)
    if figure is None or not isinstance(figure.value, int | float):
        return
    yield {
        "kind": FORECAST, "review_day": pd.Timestamp(last_review), "unit": currency,
        "what": WHAT_WAS_FORECAST, "due_date": _last_day(figure),
        "promised": float(figure.value), "state": OPEN, "known_from": AS_PUBLISHED,
    }  # fmt: skip


def _came(row: pd.Series) -> str:
    if pd.isna(row["likely"]):
        return UNKNOWN
    if row["still_open"] > 0 and row["happened"] < row["low"]:
        return OPEN
    return KEPT if bool(row["is_inside"]) else MISSED
