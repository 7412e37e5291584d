"""Promises to act: what earlier reviews agreed, and what became of it.

Actions are read from the table `actions`, and from the plan that the last review published: what
nobody entered into the table has no record. Targets and forecasts stand in `promised_figures`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.plan_models import PlanPage

KEPT, LATE, MISSED, OPEN, UNKNOWN = "kept", "late", "missed", "open", "not known"
NO_RECORD = "no record"
STATES = (KEPT, LATE, MISSED, OPEN)
ACTION, PLANNED_ACTION, TARGET, FORECAST = "action", "planned action", "target", "forecast"
FROM_TABLE, FROM_PLAN = "table actions", "the plan as published"
NO_PLAY = "Action without a play"
LEDGER = (
    *("kind", "review_day", "what", "account_id", "account_name", "owner", "unit"),
    *("due_date", "done_date", "promised", "happened", "result", "state", "play"),
    *("expected", "target_now", "since_then", "known_from"),
)
"""`expected`: effect in money a year that the plan named. `target_now`, `since_then`: today's
target and how it changed, where it did. `known_from`: where the promise is read from."""

REVIEWS = (
    *("review_day", "actions", *STATES, "kept_share"),
    *("forecast", "happened", "error", "error_so_far", "known_from"),
)


def states(actions: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """How each action stands on a day.

    Done by its due day (or without one) is kept, done after it late; not done is missed where the
    due day has passed, else open. On its due day an action is still open.
    """
    done, due = actions["done_date"], actions["due_date"]
    is_done, in_time = done.notna(), due.isna() | (done <= due)
    passed = due.notna() & (due < pd.Timestamp(as_of))
    told = np.select([is_done & in_time, is_done, passed], [KEPT, LATE, MISSED], default=OPEN)
    return pd.Series(told, index=actions.index, dtype="object")


def review_days(as_of: dt.date, months: int, first: dt.date) -> list[dt.date]:
    """The days of the reviews before this one, latest first, back to the one after a day."""
    days, back = [], 1
    while True:
        days.append(months_before(as_of, months * back))
        if days[-1] < first or len(days) >= 40:
            return days
        back += 1


def promised_at(created: pd.Series, days: Sequence[dt.date]) -> pd.Series:
    """The review that an action belongs to: the first on or after the day it was agreed.

    Empty where it was agreed after the last review: that is the work of this one.
    """
    marks = pd.DatetimeIndex(sorted(pd.Timestamp(day) for day in days))
    places = marks.searchsorted(created, side="left")
    found = [marks[int(place)] if place < len(marks) else pd.NaT for place in places]
    return pd.Series(pd.to_datetime(pd.Series(found, dtype="datetime64[ns]")).to_numpy(),
                     index=created.index)  # fmt: skip


def kept_actions(
    actions: pd.DataFrame | None,
    names: Mapping[str, str],
    as_of: dt.date,
    page: PlanPage,
    *,
    last_review: dt.date | None = None,
    planned: Mapping[object, float] | None = None,
) -> pd.DataFrame:
    """Actions agreed at earlier reviews, the latest review first, then by due day.

    Parameters
    ----------
    last_review : date or None
        The day of the last review where its record tells; else so many months back.
    planned : mapping or None
        The actions that the plan of the last review asked for, and the effect that it named, by
        `action_id`: they are promises of that review even where they were entered after it.

    Returns
    -------
    frame
        The columns `LEDGER`; `kind` is ``action``.
    """
    if actions is None or actions.empty:
        return empty_ledger()
    first = actions["created_date"].min().date()
    days = review_days(as_of, page.review_months, first)
    last, asked = last_review or days[0], planned or {}
    day = promised_at(actions["created_date"], [last, *days[1:]])
    is_planned = actions["action_id"].isin(list(asked))
    rows = actions.assign(
        review_day=day.mask(is_planned, pd.Timestamp(last)),
        expected=actions["action_id"].map(asked).astype("float64"),
        known_from=np.where(is_planned, FROM_PLAN, FROM_TABLE),
    )
    rows = rows.loc[rows["review_day"].notna()]
    blank = is_blank(rows["play"])
    rows = rows.assign(
        kind=ACTION,
        what=rows["play"].astype("object").where(~blank, NO_PLAY),
        account_name=rows["account_id"].map(names).astype("object"),
        state=states(rows, as_of),
    )
    ordered = rows.sort_values(["due_date", "action_id"], kind="stable")
    ordered = ordered.sort_values("review_day", ascending=False, kind="stable")
    return typed(ordered.reindex(columns=list(LEDGER)))


def unrecorded_actions(
    planned: pd.DataFrame,
    names: Mapping[str, str],
    last_review: dt.date,
    *,
    clients: Collection[str],
    has_table: bool,
) -> pd.DataFrame:
    """Actions of the last plan that nobody entered into the table `actions`, in their order.

    Parameters
    ----------
    planned : frame
        Those without a record; the columns `planned_actions.PLANNED`.
    clients : collection of str
        The numbers that are known today. An action for another one cannot be looked for.
    has_table : bool
        Without the table it is not known what was recorded.

    Returns
    -------
    frame
        The columns `LEDGER`; `kind` is ``planned action``.
    """
    findable = planned["account_id"].isna() | planned["account_id"].isin(list(clients))
    named = planned["account_id"].map(lambda one: names.get(one, one)).astype("object")
    rows = planned.assign(
        kind=PLANNED_ACTION,
        review_day=pd.Timestamp(last_review),
        account_name=named.where(planned["account_id"].notna(), None),
        owner=planned["owner"].where(~is_blank(planned["owner"]), None),
        state=np.where(findable & has_table, NO_RECORD, UNKNOWN),
        known_from=FROM_PLAN,
    )
    return typed(rows.reindex(columns=list(LEDGER)))


def by_review(ledger: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """Every earlier review with its promises and its forecast; errors add up from the first.

    Returns
    -------
    frame
        `review_day`, `actions`, `kept`, `late`, `missed`, `open`, `kept_share` (kept ÷ those that
        are not open), `forecast`, `happened`, `error` ((forecast − happened) ÷ what was due),
        `error_so_far` (mean size of the errors up to this review), `known_from` (whether the
        forecast is the one published then or made again). Latest first.
    """
    actions = ledger.loc[ledger["kind"].eq(ACTION)]
    days = sorted({*actions["review_day"], *checked["review_day"]})
    rows, errors = [], []
    for day in days:
        told = actions.loc[actions["review_day"].eq(day), "state"]
        counts = {state: int(told.eq(state).sum()) for state in STATES}
        settled = len(told) - counts[OPEN]
        made = checked.loc[checked["review_day"].eq(day)]
        error = float(made["error"].iloc[0]) if len(made) else np.nan
        errors += [abs(error)] if error == error else []
        rows.append(
            {
                "review_day": day, "actions": len(told), **counts,
                "kept_share": counts[KEPT] / settled if settled else np.nan,
                "forecast": float(made["likely"].iloc[0]) if len(made) else np.nan,
                "happened": float(made["happened"].iloc[0]) if len(made) else np.nan,
                "error": error,
                "error_so_far": float(np.mean(errors)) if errors else np.nan,
                "known_from": str(made["known_from"].iloc[0]) if len(made) else None,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(REVIEWS))
    frame["review_day"] = pd.to_datetime(frame["review_day"])
    return frame.iloc[::-1].reset_index(drop=True)


def empty_ledger() -> pd.DataFrame:
    """A ledger without promises."""
    return typed(pd.DataFrame(columns=list(LEDGER)))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a ledger with days as days and amounts as numbers."""
    days = {name: pd.to_datetime(frame[name]) for name in ("review_day", "due_date", "done_date")}
    numbers = ("promised", "happened", "expected", "target_now")
    amounts = {name: frame[name].astype("float64") for name in numbers}
    return frame.assign(**days, **amounts).reset_index(drop=True)
