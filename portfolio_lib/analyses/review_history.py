"""What moved from review to review, and which past figures are others today than they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.earlier_reviews import EarlierReview, FigureThen, revenue_by_month
from portfolio_lib.analyses.figures import Figure, known_figures, unless
from portfolio_lib.parameters.models import UnitParameters

if TYPE_CHECKING:
    from portfolio_lib.analyses.movements import MovementSummary
    from portfolio_lib.analyses.portfolio import PortfolioSummary

A_PENNY = 0.005
NO_EARLIER = "there is no earlier review of this unit to compare with"


@dataclass(frozen=True)
class ReviewHistory:
    """What earlier reviews published, held against today.

    Parameters
    ----------
    figures : mapping of str to Figure
        Every published number by its key.
    followed : frame
        One row per followed figure: `key`, `label`, `unit`, one column per review day
        (ISO dates, earliest first, today last), and `moved`: ``up``, ``down``, ``same``,
        ``within noise``, or empty where it cannot be said.
    restated : frame
        One row per past month whose revenue is another today than at the last review: `month`,
        `then`, `now`, `difference`, `more_invoices`.
    last : date or None
        The day of the last review.
    reviews : tuple of date
        The days of the earlier reviews that are shown, earliest first.
    """

    figures: Mapping[str, Figure]
    followed: pd.DataFrame
    restated: pd.DataFrame
    last: dt.date | None
    reviews: tuple[dt.date, ...]
    as_of: dt.date
    months_shown: int
    currency: str


def compare_with_earlier(
    earlier_reviews: Sequence[EarlierReview],
    portfolio: PortfolioSummary,
    movements: MovementSummary,
    account_month_revenue: pd.DataFrame,
    *,
    parameters: UnitParameters,
) -> ReviewHistory:
    """Hold today's review against those before it.

    Parameters
    ----------
    earlier_reviews : sequence of EarlierReview
        What they published, earliest first.
    portfolio, movements : results
        Their figures may be followed.
    account_month_revenue : frame
        One row per account and month, as known today.
    parameters : UnitParameters
        Says which figures are followed, and over how many reviews.
    """
    page = parameters.history
    now = known_figures(portfolio, movements)
    shown = tuple(earlier_reviews)[-page.reviews_shown :]
    last = shown[-1] if shown else None
    restated = _restated(last, revenue_by_month(account_month_revenue))
    figures = _history_figures(last, restated, parameters)
    return ReviewHistory(
        figures={figure.key: figure for figure in figures},
        followed=_followed(page.followed, shown, now, parameters.as_of),
        restated=restated,
        last=None if last is None else last.as_of,
        reviews=tuple(review.as_of for review in shown),
        as_of=parameters.as_of,
        months_shown=page.months_shown,
        currency=parameters.currency,
    )


def _followed(
    keys: Sequence[str],
    earlier: Sequence[EarlierReview],
    now: Mapping[str, Figure],
    as_of: dt.date,
) -> pd.DataFrame:
    rows = [
        {
            "key": key,
            "label": now[key].label,
            "unit": now[key].unit,
            **{review.as_of.isoformat(): _value(review.figures.get(key)) for review in earlier},
            as_of.isoformat(): _number(now[key].value),
            "moved": moved(earlier[-1].figures.get(key), now[key]) if earlier else "",
        }
        for key in keys
        if key in now
    ]
    days = [*(review.as_of.isoformat() for review in earlier), as_of.isoformat()]
    return pd.DataFrame(rows, columns=["key", "label", "unit", *days, "moved"])


def _value(then: FigureThen | None) -> float:
    return np.nan if then is None else _number(then.value)


def _number(value: float | int | str | None) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def moved(then: FigureThen | None, now: Figure) -> str:
    """Which way a figure went since the last review, and whether that is more than noise.

    Returns
    -------
    str
        ``up``, ``down`` or ``same``; ``within noise`` where the earlier value lies in today's
        interval; empty where one of the two is not known.

    Examples
    --------
    >>> figure = Figure("a.b", "B", 0.9, "share", "…", interval=(0.8, 1.0), interval_method="x")
    >>> moved(FigureThen("B", 0.85, "share"), figure), moved(FigureThen("B", 0.7, "share"), figure)
    ('within noise', 'up')
    """
    before, today = _value(then), _number(now.value)
    if np.isnan(before) or np.isnan(today):
        return ""
    if before == today:
        return "same"
    if now.interval is not None and now.interval[0] <= before <= now.interval[1]:
        return "within noise"
    return "up" if today > before else "down"


def _restated(last: EarlierReview | None, months: pd.DataFrame) -> pd.DataFrame:
    """Months whose revenue has changed since the last review looked at them."""
    columns = ["month", "then", "now", "difference", "more_invoices"]
    if last is None:
        return pd.DataFrame(columns=columns)
    known = months.loc[months["month"] <= pd.Timestamp(last.as_of)]
    both = last.months.merge(known, on="month", how="outer", suffixes=("_then", "_now")).fillna(0)
    frame = pd.DataFrame(
        {
            "month": both["month"],
            "then": both["revenue_then"],
            "now": both["revenue_now"],
            "difference": (both["revenue_now"] - both["revenue_then"]).round(2),
            "more_invoices": (both["invoices_now"] - both["invoices_then"]).astype("int64"),
        }
    )
    changed = frame["difference"].abs() > A_PENNY
    return frame.loc[changed].sort_values("month", ignore_index=True)


def _history_figures(
    last: EarlierReview | None, restated: pd.DataFrame, parameters: UnitParameters
) -> Iterator[Figure]:
    reason = None if last is not None else NO_EARLIER
    day = None if last is None else last.as_of.isoformat()
    window = None if day is None else f"{day} to {parameters.as_of.isoformat()}"
    yield unless(
        reason,
        Figure(
            "history.restated_months",
            "Past months restated",
            len(restated),
            "months",
            "Months up to the last review whose revenue is another today than it was then.",
            n=None if last is None else len(last.months),
            window=window,
            higher_is_better=False,
        ),
    )
    yield unless(
        reason,
        Figure(
            "history.restated_revenue",
            "Revenue restated",
            float(round(restated["difference"].sum(), 2)) + 0.0 if len(restated) else 0.0,
            parameters.currency,
            "Today's revenue of the months up to the last review, less what was published then.",
            n=len(restated),
            window=window,
        ),
    )
