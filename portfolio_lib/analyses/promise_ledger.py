"""The promise ledger: everything that the last review promised, against what happened.

Actions, targets and forecasts are those that the record of the last review kept; what it did not
keep is read from the tables and settings of today, and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.earlier_reviews import EarlierReview
from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.planned_actions import taken_up
from portfolio_lib.analyses.promised_figures import (
    forecasts_as_published,
    kept_forecasts,
    kept_targets,
)
from portfolio_lib.analyses.promises import by_review, kept_actions, unrecorded_actions
from portfolio_lib.analyses.snapshots import spoken
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.play_models import Play, plays_in_use

DAYS_OF_HALF_A_MONTH = 15


@dataclass(frozen=True)
class PromiseLedger:
    """Promises of earlier reviews, and what became of them.

    Parameters
    ----------
    rows : frame
        One row per promise: see `promises.LEDGER`.
    reviews : frame
        See `promises.by_review`.
    last_review : date
        The day of the last review: that of its record, else so many months back.
    no_plan : str or None
        Why the actions of its plan are not known.
    no_targets : str or None
        Why its targets are not known as they stood then.
    """

    rows: pd.DataFrame
    reviews: pd.DataFrame
    last_review: dt.date
    no_plan: str | None
    no_targets: str | None


def open_ledger(
    actions: pd.DataFrame | None,
    checked: pd.DataFrame,
    names: Mapping[str, str],
    *,
    known: Mapping[str, Figure],
    earlier_reviews: Sequence[EarlierReview],
    parameters: UnitParameters,
) -> PromiseLedger:
    """Hold the promises of earlier reviews against what happened.

    Parameters
    ----------
    actions : frame or None
        The table of actions.
    checked : frame
        Forecasts of renewals made again, and what happened.
    names : mapping of str to str
        Name by number of every client that is known today.
    known : mapping of str to Figure
        Today's figures.
    earlier_reviews : sequence of EarlierReview
        The records; none of the day of this review or later is looked at.
    """
    page, as_of = parameters.plan, parameters.as_of
    earlier = [review for review in earlier_reviews if review.as_of < as_of]
    nominal = months_before(as_of, page.review_months)
    then = record_of(nominal, earlier, page.review_months)
    last = nominal if then is None else then.as_of
    no_plan = why_no_plan(then, last, parameters.edition)
    planned = None if then is None or no_plan is not None else then.planned
    before = months_before(as_of, 2 * page.review_months)
    taken = _taken(planned, actions, plays_in_use(parameters.plays), before, last)
    forecasts = forecasts_as_published(checked, earlier)
    parts = [kept_actions(actions, names, as_of, page, last_review=last, planned=_effects(taken))]
    if taken is not None:
        parts.append(
            unrecorded_actions(taken.loc[taken["action_id"].isna()], names, last, clients=names,
                               has_table=actions is not None)
        )  # fmt: skip
    parts += [
        kept_targets(known, page, last, then),
        kept_forecasts(forecasts, last, parameters.currency, then),
    ]
    rows = together(parts)
    reviews = by_review(rows, forecasts)
    return PromiseLedger(rows, reviews, last, no_plan, why_no_targets(then, last))


def together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One ledger of several; those without rows decide no column's type."""
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True) if held else parts[0]


def record_of(
    nominal: dt.date, earlier_reviews: Sequence[EarlierReview], months: int
) -> EarlierReview | None:
    """The record of the review that should have been on a day: the nearest, if near enough.

    A review held some days early or late is still that review; a trial run weeks apart is not, so
    at most half the time between two reviews may lie between.

    Parameters
    ----------
    months : int
        Months from review to review.
    """
    most = dt.timedelta(days=months * DAYS_OF_HALF_A_MONTH)
    near = [review for review in earlier_reviews if abs(review.as_of - nominal) <= most]
    return min(near, key=lambda one: (abs(one.as_of - nominal), one.as_of), default=None)


def why_no_plan(then: EarlierReview | None, last: dt.date, edition: str) -> str | None:
    """Why the actions of the last plan are not known; None where they are."""
    day = spoken(last)
    if then is None:
        return f"no record of the review of {day} lies beside this pack"
    if not then.keeps_promises:
        return f"the plan of the review of {day} was not recorded then"
    if then.edition != edition:
        return f"the review of {day} was published in the {then.edition} edition, this one is not"
    return None if then.planned is not None else f"the pack of {day} had no plan"


def why_no_targets(then: EarlierReview | None, last: dt.date) -> str | None:
    """Why the targets of the last review are not known as they stood then."""
    day = spoken(last)
    if then is None:
        return f"no record of the review of {day} lies beside this pack"
    return None if then.keeps_promises else f"the targets of the review of {day} were not recorded"


def _taken(
    planned: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    plays: Mapping[str, Play],
    before: dt.date,
    last: dt.date,
) -> pd.DataFrame | None:
    """The planned actions with the `action_id` of those on record."""
    if planned is None or actions is None:
        return None if planned is None else planned.assign(action_id=None)
    found = taken_up(planned, actions, plays, after=before, planned_on=last)
    return planned.assign(action_id=found)


def _effects(taken: pd.DataFrame | None) -> dict[object, float]:
    if taken is None:
        return {}
    found = taken.loc[taken["action_id"].notna()]
    return dict(zip(found["action_id"], found["expected"], strict=True))
