"""Whether promised times were kept, issue by issue, as known at the end of a day.

Every promise is checked again from the times of the issue. An issue that is open past its time is
breached; one that is open within it is pending, and counts neither way. A solution is an answer
too, so an issue without a first answer is answered when it is solved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank

MET, BREACHED, PENDING = "met", "breached", "pending"
NOT_KNOWN, NO_PROMISE = "not recorded", "no promise"
SEVERITIES = ("P1", "P2", "P3", "P4")
CLOCKS = (
    *("issue_id", "account_id", "severity", "owner", "theme", "opened_at", "first_response_at"),
    *("resolved_at", "escalated_at", "response_hours_allowed", "resolution_hours_allowed"),
    *("counts_business_hours", "response_due_at", "resolution_due_at"),
)
TIMES = tuple(name for name in CLOCKS if name.endswith("_at"))
ADDED = (
    *("status", "root_cause", "is_open", "age_days", "response", "resolution", "promise"),
    *("hours_to_answer", "hours_to_solve"),
)


def end_of(day: dt.date) -> pd.Timestamp:
    """The first moment after a day; what was due before it was due on the day or earlier."""
    return pd.Timestamp(day) + pd.Timedelta(days=1)


def judge_issues(
    issue_clocks: pd.DataFrame,
    issues: pd.DataFrame | None,
    as_of: dt.date,
    closed_words: Sequence[str],
) -> pd.DataFrame:
    """Every issue known, with what became of its promises.

    Parameters
    ----------
    issue_clocks : frame
        One row per issue with its times and due times.
    issues : frame or None
        Gives `status` and `root_cause`.
    as_of : datetime.date
        Last day observed.
    closed_words : sequence of str
        Words of `status` that say an issue is over. Where no time of solution is recorded, such
        an issue is not open, and its promise is ``not recorded``.

    Returns
    -------
    frame
        One row per issue, by `opened_at` and `issue_id`. `response`, `resolution` and `promise`
        are ``met``, ``breached``, ``pending``, ``not recorded`` or ``no promise``. A promise is
        breached where either time was missed, and met where all promised times were kept.
    """
    rows = issue_clocks.reindex(columns=list(CLOCKS))
    texts = pd.DataFrame({name: [] for name in ("issue_id", "status", "root_cause")}, dtype="str")
    if issues is not None:
        texts = issues.reindex(columns=["issue_id", "status", "root_cause"])
    rows = rows.merge(texts, on="issue_id", how="left", validate="one_to_one")
    rows[list(TIMES)] = rows[list(TIMES)].apply(pd.to_datetime)
    rows = rows.sort_values(["opened_at", "issue_id"], kind="stable", ignore_index=True)
    over = rows["status"].astype("string").str.strip().str.lower().isin(list(closed_words))
    closed_untimed = over.fillna(False).astype(bool) & rows["resolved_at"].isna()
    rows["is_open"] = rows["resolved_at"].isna() & ~closed_untimed
    rows["age_days"] = (pd.Timestamp(as_of) - rows["opened_at"].dt.normalize()).dt.days
    answered = rows["first_response_at"].fillna(rows["resolved_at"])
    end = end_of(as_of)
    rows["response"] = _state(answered, rows["response_due_at"], closed_untimed, end)
    rows["resolution"] = _state(rows["resolved_at"], rows["resolution_due_at"], closed_untimed, end)
    rows["promise"] = _both(rows["response"], rows["resolution"])
    rows["hours_to_answer"] = _hours(answered - rows["opened_at"])
    rows["hours_to_solve"] = _hours(rows["resolved_at"] - rows["opened_at"])
    return rows


def _state(
    done: pd.Series, due: pd.Series, closed_untimed: pd.Series, end: pd.Timestamp
) -> pd.Series:
    """What became of one promised time."""
    untold = done.isna() & closed_untimed
    choices = [
        (due.isna(), NO_PROMISE),
        (untold, NOT_KNOWN),
        (done.notna() & (done <= due), MET),
        (done.notna() | (due < end), BREACHED),
    ]
    found = np.select([mask for mask, _ in choices], [word for _, word in choices], PENDING)
    return pd.Series(found, index=due.index, dtype="object")


def _both(response: pd.Series, resolution: pd.Series) -> pd.Series:
    """One word for both times: the worst that is certain."""
    order = (BREACHED, NOT_KNOWN, PENDING, MET)
    masks = [response.eq(word) | resolution.eq(word) for word in order]
    return pd.Series(np.select(masks, list(order), NO_PROMISE), index=response.index)


def _hours(spent: pd.Series) -> pd.Series:
    hours: pd.Series = spent.dt.total_seconds() / 3600
    return hours.round(6)


def opened_within(rows: pd.DataFrame, after: dt.date, last: dt.date) -> pd.DataFrame:
    """Issues opened after one day, up to the end of another."""
    opened = rows["opened_at"]
    return rows.loc[(opened >= end_of(after)) & (opened < end_of(last))]


def blank_to(values: pd.Series, name: str) -> pd.Series:
    """The texts, with blanks under one name."""
    texts = values.astype("string").str.strip()
    return texts.where(~is_blank(values), name).astype("object")
