"""What the unit says of itself: the latest score of each criterion that holds on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank


@dataclass(frozen=True)
class Attested:
    """A score, by whom, when, and what shows it."""

    score: int
    by_role: str | None
    date: dt.date
    evidence: str | None
    expires: dt.date | None


@dataclass(frozen=True)
class Attestations:
    """Scores that hold by criterion; how many have run out, and how many are no score."""

    held: Mapping[str, Attested]
    expired: int
    unread: int


def attestations_on(table: pd.DataFrame | None, day: dt.date) -> Attestations:
    """The scores that hold on a day: of each criterion the latest answer up to then.

    Parameters
    ----------
    table : frame or None
        One row per item and day: `item` (``readiness.1.1`` to ``readiness.6.4``), `status` (a
        whole score from 1 to 5), `by_role`, `evidence`, `date`, `expires`.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["readiness.1.1"] * 2, "status": ["2", "4"],
    ...     "date": pd.to_datetime(["2026-06-30", "2026-09-18"]), "by_role": None,
    ...     "evidence": None, "expires": pd.NaT})
    >>> attestations_on(table, dt.date(2026, 9, 30)).held["1.1"].score
    4
    """
    if table is None:
        return Attestations({}, 0, 0)
    names = ["item", "status", "evidence", "by_role", "date", "expires"]
    rows = table.reindex(columns=names)
    items = rows["item"].astype("string").str.strip()
    rows["criterion"] = items.str.extract(r"^readiness\.([1-6]\.[1-4])$", expand=False)
    rows["date"], rows["expires"] = pd.to_datetime(rows["date"]), pd.to_datetime(rows["expires"])
    now = pd.Timestamp(day)
    rows = rows.loc[rows["criterion"].notna() & rows["date"].le(now)]
    texts = rows["status"].astype("string").str.strip()
    is_score = texts.str.fullmatch(r"[1-5](\.0+)?").fillna(False).astype(bool)
    told = rows.loc[is_score].sort_values(["criterion", "date", "status"], kind="stable")
    latest = told.drop_duplicates("criterion", keep="last")
    expired = latest["expires"].lt(now)
    held = {str(row["criterion"]): _attested(row) for _, row in latest.loc[~expired].iterrows()}
    return Attestations(held, int(expired.sum()), int((~is_score).sum()))


def _attested(row: pd.Series) -> Attested:
    blank = is_blank(row[["evidence", "by_role"]])
    return Attested(
        score=int(float(str(row["status"]).strip())),
        by_role=None if blank["by_role"] else str(row["by_role"]).strip(),
        date=pd.Timestamp(row["date"]).date(),
        evidence=None if blank["evidence"] else str(row["evidence"]).strip(),
        expires=None if pd.isna(row["expires"]) else pd.Timestamp(row["expires"]).date(),
    )
