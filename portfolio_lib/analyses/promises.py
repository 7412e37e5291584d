"""The promise ledger: what the last review promised, and what became of it.

Three kinds of promise are held against what happened: actions with their due days, the targets of
figures, and the forecast of renewals made again from what was known then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.plan_models import PlanPage

KEPT, LATE, MISSED, OPEN, UNKNOWN = "kept", "late", "missed", "open", "not known"
STATES = (KEPT, LATE, MISSED, OPEN)
LEDGER = (
    *("kind", "review_day", "what", "account_id", "account_name", "owner", "unit"),
    *("due_date", "done_date", "promised", "happened", "result", "state", "play"),
)
REVIEWS = (
    *("review_day", "actions", *STATES, "kept_share"),
    *("forecast", "happened", "error", "error_so_far"),
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
    actions: pd.DataFrame | None, names: Mapping[str, str], as_of: dt.date, page: PlanPage
) -> pd.DataFrame:
    """Actions agreed at earlier reviews, the latest review first, then by due day.

    Returns
    -------
    frame
        The columns `LEDGER`; `kind` is ``action``.
    """
    if actions is None or actions.empty:
        return empty_ledger()
    first = actions["created_date"].min().date()
    days = review_days(as_of, page.review_months, first)
    rows = actions.assign(review_day=promised_at(actions["created_date"], days))
    rows = rows.loc[rows["review_day"].notna()]
    blank = is_blank(rows["play"])
    rows = rows.assign(
        kind="action",
        what=rows["play"].astype("object").where(~blank, "Action without a play"),
        account_name=rows["account_id"].map(names).astype("object"),
        state=states(rows, as_of),
    )
    ordered = rows.sort_values(["due_date", "action_id"], kind="stable")
    ordered = ordered.sort_values("review_day", ascending=False, kind="stable")
    return _typed(ordered.reindex(columns=list(LEDGER)))


def kept_targets(known: Mapping[str, Figure], page: PlanPage, last_review: dt.date) -> pd.DataFrame:
    """Targets against what figures have come to; those that cannot be computed are not known."""
    rows = [
        {
            "kind": "target", "review_day": pd.Timestamp(last_review), "what": figure.label,
            "unit": figure.unit, "promised": float(target),
            "happened": np.nan if not _is_number(figure.value) else float(figure.value or 0.0),
            "state": _reached(figure, target),
        }
        for figure, target in _aims(known, page)
    ]  # fmt: skip
    return _typed(pd.DataFrame(rows, columns=list(LEDGER)))


def _aims(known: Mapping[str, Figure], page: PlanPage) -> Iterator[tuple[Figure, float]]:
    """What was promised, else the targets; one measure that two pages show counts once."""
    if page.promised:
        yield from ((known[key], aim) for key, aim in page.promised.items() if key in known)
        return
    seen = set()
    for figure in known.values():
        told = figure.value, figure.target, figure.unit
        if figure.target is not None and told not in seen:
            seen.add(told)
            yield figure, float(figure.target)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _reached(figure: Figure, target: float) -> str:
    if not isinstance(figure.value, int | float):
        return UNKNOWN
    is_limit = figure.higher_is_better is False
    reached = figure.value <= target if is_limit else figure.value >= target
    return KEPT if reached else MISSED


def kept_forecasts(checked: pd.DataFrame, last_review: dt.date, currency: str) -> pd.DataFrame:
    """The forecast of renewals made at the last review; kept where it came within its range."""
    rows = checked.loc[checked["review_day"].eq(pd.Timestamp(last_review))]
    made = [
        {
            "kind": "forecast", "review_day": row["review_day"], "unit": currency,
            "what": "Renewed value in the quarter", "due_date": row["quarter_end"],
            "promised": row["likely"], "happened": row["happened"], "state": _came(row),
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip
    return _typed(pd.DataFrame(made, columns=list(LEDGER)))


def _came(row: pd.Series) -> str:
    if pd.isna(row["likely"]):
        return UNKNOWN
    if row["still_open"] > 0 and row["happened"] < row["low"]:
        return OPEN
    return KEPT if bool(row["is_inside"]) else MISSED


def by_review(ledger: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """Every earlier review with its promises and its forecast; errors add up from the first.

    Returns
    -------
    frame
        `review_day`, `actions`, `kept`, `late`, `missed`, `open`, `kept_share` (kept ÷ those that
        are not open), `forecast`, `happened`, `error` ((forecast − happened) ÷ what was due),
        `error_so_far` (mean size of the errors up to this review). Latest first.
    """
    actions = ledger.loc[ledger["kind"].eq("action")]
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
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(REVIEWS))
    frame["review_day"] = pd.to_datetime(frame["review_day"])
    return frame.iloc[::-1].reset_index(drop=True)


def empty_ledger() -> pd.DataFrame:
    """A ledger without promises."""
    return _typed(pd.DataFrame(columns=list(LEDGER)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    days = {name: pd.to_datetime(frame[name]) for name in ("review_day", "due_date", "done_date")}
    money = {name: frame[name].astype("float64") for name in ("promised", "happened")}
    return frame.assign(**days, **money).reset_index(drop=True)
