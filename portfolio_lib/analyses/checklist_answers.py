"""What people attested: the latest answer to each item, and whether it still holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank

NOBODY = "somebody whose role is not recorded"


@dataclass(frozen=True)
class Answer:
    """One person's answer to one item.

    Parameters
    ----------
    status : str
        ``met``, ``not met``, ``not applicable``, or what else was written.
    by : str
        The person's role.
    date, last_day : datetime.date
        The day of the answer, and the last day it holds; `last_day` is the day of the answer
        itself where it does not expire.
    holds : bool
        Whether it has not expired.
    """

    status: str
    by: str
    date: dt.date
    last_day: dt.date
    holds: bool


def valid_answers(attestations: pd.DataFrame | None, as_of: dt.date) -> dict[str, Answer]:
    """The latest answer to each item, by the item's number.

    Parameters
    ----------
    attestations : frame or None
        One row per answer: `item`, `status`, `by_role`, `date`, `expires`.
    as_of : datetime.date
        The day of the review; later answers do not count.

    Notes
    -----
    An earlier answer that has not expired does not stand in for a later one that has: the later
    one took its place.
    """
    if attestations is None or attestations.empty:
        return {}
    rows = attestations[attestations["date"].le(pd.Timestamp(as_of))]
    rows = rows.sort_values(["item", "date"]).drop_duplicates("item", keep="last")
    roles = rows["by_role"].where(~is_blank(rows["by_role"]), NOBODY)
    columns = (rows["item"], rows["status"], roles, rows["date"], rows["expires"])
    return {
        str(item).strip(): _answer(str(status), str(role), date, expires, as_of)
        for item, status, role, date, expires in zip(*columns, strict=True)
    }


def _answer(
    status: str, role: str, date: pd.Timestamp, expires: pd.Timestamp, as_of: dt.date
) -> Answer:
    given = date.date()
    last = given if pd.isna(expires) else expires.date()
    holds = bool(pd.isna(expires) or last >= as_of)
    return Answer(status.strip().casefold(), role.strip(), given, last, holds)
