"""Whether the last answer of a client is recent, and which of its answers is the last."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

ANSWER_AGES: Mapping[str, str] = {
    "satisfaction": "satisfaction_days_since",
    "nps_score": "nps_days_since",
    "csat_score": "csat_days_since",
}
"""Each kind of answer in `account_features`, and the column that says how old it is."""

RECENT_DAYS = 365
"""An answer of at most so many days is recent."""

OF_TEN = ("satisfaction", "nps_score")
"""Answers about the relationship as a whole, on one scale to 10; of one day the first is read."""


def recent(rows: pd.DataFrame, answer: str, within_days: int = RECENT_DAYS) -> pd.Series:
    """The last answer of one kind; missing where it is older, or its day is not known.

    Parameters
    ----------
    rows : frame
        The answer, and its age by `ANSWER_AGES`; a column that is not there is not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"nps_score": [9.0, 9.0, 9.0], "nps_days_since": [365, 366, None]})
    >>> recent(rows, "nps_score").tolist()
    [9.0, nan, nan]
    """
    age = _number(rows, ANSWER_AGES[answer])
    return _number(rows, answer).where(age <= within_days)


def last_of_ten(rows: pd.DataFrame) -> pd.DataFrame:
    """The newer of the last satisfaction and the last recommendation, of any age.

    Returns
    -------
    frame
        On the index of `rows`: `score`, of 10, and `days_since`. An answer whose day is not known
        is not read.
    """
    ages = pd.DataFrame({
        name: _number(rows, ANSWER_AGES[name]).where(_number(rows, name).notna()) for name in OF_TEN
    })  # fmt: skip
    youngest = ages.min(axis=1)
    score = pd.Series(np.nan, index=rows.index)
    for name in OF_TEN:
        score = score.where(score.notna(), _number(rows, name).where(ages[name].eq(youngest)))
    return pd.DataFrame({"score": score, "days_since": youngest}, index=rows.index)


def _number(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series(np.nan, index=rows.index, dtype="float64")
    return pd.to_numeric(rows[name]).astype("float64")
