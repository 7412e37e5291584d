"""Answers to surveys, cleaned: which kind, on which scale, by whom, within which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.answer_scores import TOP_RATING, promoter_value
from portfolio_lib.facts import months_before

USUAL_SCALE = {"NPS": 10.0, "CSAT": 5.0, "satisfaction": 10.0}
"""The highest answer where the table does not say it."""
TOP = TOP_RATING
COLUMNS = (
    *("survey_id", "account_id", "contact_id", "date", "kind", "score", "scale_max", "comment"),
    *("is_answered", "is_readable", "promoter", "rating", "is_satisfied"),
)


def read_answers(surveys: pd.DataFrame | None, satisfied_from: float) -> pd.DataFrame:
    """Every request known, with what its answer counts as.

    Parameters
    ----------
    surveys : frame or None
        One row per answer, or per request that nobody answered (empty score). None where the
        table was not handed in.
    satisfied_from : float
        Share of the scale from which an answer to CSAT counts as satisfied.

    Returns
    -------
    frame
        Sorted by day and `survey_id`. `is_answered`: a score is there. `is_readable`: the score
        lies on its scale, and a question for the net promoter score was asked from 0 to 10.
        `promoter` (+1, 0, −1), `rating` (0 to 10) and `is_satisfied` hold a value where the kind
        asks for it, else are missing.
    """
    if surveys is None:
        types = {name: "datetime64[us]" if name == "date" else "object" for name in COLUMNS}
        return pd.DataFrame(columns=list(COLUMNS)).astype(types)
    rows = surveys.reindex(columns=list(COLUMNS[:8])).sort_values(
        ["date", "survey_id"], kind="stable", ignore_index=True
    )
    rows["score"] = pd.to_numeric(rows["score"]).astype("float64")
    usual = rows["kind"].map(USUAL_SCALE).fillna(TOP)
    rows["scale_max"] = pd.to_numeric(rows["scale_max"]).astype("float64").fillna(usual)
    rows["is_answered"] = rows["score"].notna()
    off_scale = rows["score"] > rows["scale_max"]
    other_scale = rows["kind"].eq("NPS") & rows["scale_max"].ne(TOP)
    rows["is_readable"] = rows["is_answered"] & ~off_scale & ~other_scale
    return _counted(rows, satisfied_from)


def _counted(rows: pd.DataFrame, satisfied_from: float) -> pd.DataFrame:
    done = rows.copy()
    share = done["score"] / done["scale_max"]
    readable = done["is_readable"]
    nps, csat = done["kind"].eq("NPS") & readable, done["kind"].eq("CSAT") & readable
    rating = done["kind"].eq("satisfaction") & readable
    done["promoter"] = done["score"].map(promoter_value, na_action="ignore").where(nps)
    done["rating"] = (share * TOP).where(rating).round(9)
    done["is_satisfied"] = share.round(9).ge(satisfied_from).astype("float64").where(csat)
    return done.astype({"promoter": "float64", "rating": "float64", "is_satisfied": "float64"})


def within(rows: pd.DataFrame, after: dt.date, last: dt.date) -> pd.DataFrame:
    """The rows dated after one day, up to another."""
    day = pd.to_datetime(rows["date"])
    return rows.loc[(day > pd.Timestamp(after)) & (day <= pd.Timestamp(last))]


def quarter_ends(as_of: dt.date, how_many: int) -> list[dt.date]:
    """The last days of so many quarters, oldest first; the last one ends on the review date.

    Examples
    --------
    >>> [str(day) for day in quarter_ends(dt.date(2026, 9, 30), 3)]
    ['2026-03-31', '2026-06-30', '2026-09-30']
    """
    return [months_before(as_of, 3 * place) for place in reversed(range(how_many))]


def latest_of_each_person(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Each person's latest answer to one measure; answers without a person count as one each.

    Where a person answered twice on a day the lower answer counts.
    """
    known = rows.loc[rows[measure].notna()].copy()
    blank = known["contact_id"].isna()
    known["person"] = known["contact_id"].where(~blank, "answer " + known["survey_id"].astype(str))
    ordered = known.sort_values(
        ["date", measure, "survey_id"], ascending=[False, True, True], kind="stable"
    )
    latest = ordered.drop_duplicates(["account_id", "person"])
    return latest.sort_values(["account_id", "person"], kind="stable").drop(columns="person")


def most_senior(
    rows: pd.DataFrame, contacts: pd.DataFrame | None, roles: Sequence[str]
) -> pd.DataFrame:
    """One answer per account: the latest one of its most senior person who answered.

    Seniority goes by role, then by influence, then by the later answer, then by number. Answers
    of people who are not in table contacts, or have no role there, come last.

    Parameters
    ----------
    rows : frame
        Answers to one measure.
    contacts : frame or None
        People: `contact_id`, `role`, `influence`.
    roles : sequence of str
        From the most senior down.
    """
    place = {role: n for n, role in enumerate(roles)}
    people = pd.DataFrame(columns=["contact_id", "role", "influence"])
    if contacts is not None:
        people = contacts.reindex(columns=["contact_id", "role", "influence"])
    joined = rows.merge(people, on="contact_id", how="left", validate="many_to_one")
    joined["_place"] = joined["role"].map(place).astype("float64").fillna(len(place))
    joined["_influence"] = -pd.to_numeric(joined["influence"]).astype("float64").fillna(-np.inf)
    ordered = joined.sort_values(
        ["account_id", "_place", "_influence", "date", "survey_id"],
        ascending=[True, True, True, False, True],
        kind="stable",
    )
    return ordered.drop_duplicates("account_id").drop(columns=["_place", "_influence"])
