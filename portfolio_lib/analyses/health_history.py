"""Colours on earlier days, who moved since the last review, and colours given by people."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.analyses.health_scores import LEVELS, Scores
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.health_models import HealthPage

MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}
RANK = {"red": 0, "yellow": 1, "green": 2}
NO_MEASURE = ""


def counts_by_day(scores: Scores, page: HealthPage) -> pd.DataFrame:
    """Clients by colour on every day, with what was changed in the rules since the day before.

    Returns
    -------
    frame
        One row per day, earliest first: `snapshot_date`, `green`, `yellow`, `red`, `grey`,
        `accounts`, `red_revenue`, `change` (what was changed, joined by "; ", or empty).
    """
    rows = scores.rows
    counts = pd.crosstab(rows["snapshot_date"], rows["level"])
    counts = counts.reindex(columns=list(LEVELS), fill_value=0).sort_index()
    counts.columns = pd.Index(LEVELS)
    table = counts.assign(
        accounts=counts.sum(axis=1), red_revenue=_red_revenue(rows, counts)
    ).reset_index()
    return table.assign(change=_changes(table["snapshot_date"], page))


def _red_revenue(rows: pd.DataFrame, counts: pd.DataFrame) -> pd.Series:
    """Revenue of the red clients by day: 0 where none is red, missing where theirs is not known."""
    red = rows.loc[rows["level"].eq("red")].groupby("snapshot_date")["annual_revenue"]
    return red.sum(min_count=1).reindex(counts.index).where(counts["red"] > 0, 0.0)


def _changes(days: pd.Series, page: HealthPage) -> list[str]:
    """What was changed after the day before and up to each day; nothing on the first."""
    edges = [*days.tolist()[:1], *days.tolist()[:-1]]
    marks = sorted((pd.Timestamp(one.date), one.what) for one in page.changes)
    return [
        "; ".join(what for date, what in marks if before < date <= day)
        for before, day in zip(edges, days.tolist(), strict=True)
    ]


def last_review(days: pd.Series, as_of: dt.date, period: str) -> pd.Timestamp | None:
    """The latest day with scores at or before the review before this one; None where none is."""
    before = pd.Timestamp(months_before(as_of, MONTHS_BETWEEN[period]))
    earlier = days.loc[days <= before]
    return None if earlier.empty else pd.Timestamp(earlier.max())


def movers(now: Scores, then: Scores) -> pd.DataFrame:
    """Clients whose colour is another than on the earlier day, those that fell first.

    Returns
    -------
    frame
        `account_id`, `was`, `level`, `was_score`, `score`, `change` (of the score), `moved_by`
        (title of the measure that took or gave most), `worse` (true, false; missing where one of
        the two is grey), by fall and revenue.
    """
    old = then.rows[["account_id", "level", "score"]].assign(place=np.arange(len(then.rows)))
    both = now.rows.assign(now_place=np.arange(len(now.rows))).merge(
        old, on="account_id", suffixes=("", "_then"), validate="one_to_one"
    )
    moved = both.loc[both["level"] != both["level_then"]].reset_index(drop=True)
    shift = then.lost[moved["place"]] - now.lost[moved["now_place"]]
    rank = _rank(moved["level"]) - _rank(moved["level_then"])
    rows = pd.DataFrame(
        {
            "account_id": moved["account_id"],
            "was": moved["level_then"],
            "level": moved["level"],
            "was_score": moved["score_then"],
            "score": moved["score"],
            "change": (moved["score"] - moved["score_then"]).round(6),
            "moved_by": _moved_by(shift, moved["score"] - moved["score_then"], now),
            "worse": (rank < 0).astype("boolean").where(rank.notna()),
            "annual_revenue": moved["annual_revenue"],
        }
    )
    return _in_order(rows, rank)


def _rank(level: pd.Series) -> pd.Series:
    """Red 0, yellow 1, green 2; missing where grey."""
    return pd.Series([RANK.get(one, np.nan) for one in level], index=level.index, dtype="float64")


def _moved_by(shift: np.ndarray, change: pd.Series, now: Scores) -> list[str]:
    """The measure that moved the score most in the direction in which it moved."""
    titles = [one.title for one in now.measures.values()]
    told = []
    for row, by in zip(shift, change, strict=True):
        signed = row if by >= 0 else -row
        place = int(np.argmax(signed)) if len(signed) else 0
        told.append(titles[place] if pd.notna(by) and signed[place] > 0 else NO_MEASURE)
    return told


def _in_order(rows: pd.DataFrame, rank: pd.Series) -> pd.DataFrame:
    """Falls first, the deepest before, then what turned grey, then rises; by revenue within."""
    keyed = rows.assign(_rank=rank.fillna(0.5), _revenue=-rows["annual_revenue"].fillna(0.0))
    done = keyed.sort_values(["_rank", "_revenue", "account_id"], kind="stable")
    return done.drop(columns=["_rank", "_revenue"]).reset_index(drop=True)


def overrides_of(accounts: pd.DataFrame, page: HealthPage, as_of: dt.date) -> pd.DataFrame:
    """Colours given by people, with what became of each.

    Parameters
    ----------
    accounts : frame
        The scored clients of the review day: `account_id`, `computed_level`, `score`.

    Returns
    -------
    frame
        One row per override in the parameters, by account: `account_id`, `override`, `reason`,
        `by_role`, `expires`, `state` (``counts``, ``lapsed`` where its last day is past,
        ``not a client now`` where no client scored has the id: former ones are not scored),
        `computed_level`, `score`.
    """
    rows = pd.DataFrame(
        [
            (one.account_id, one.level, one.reason, one.by_role, pd.Timestamp(one.expires))
            for one in sorted(page.overrides, key=lambda one: one.account_id)
        ],
        columns=["account_id", "override", "reason", "by_role", "expires"],
    ).astype({"expires": "datetime64[s]", "account_id": "object"})
    scored = accounts[["account_id", "computed_level", "score"]].astype({"account_id": "object"})
    joined = rows.merge(scored, on="account_id", how="left", validate="one_to_one")
    lapsed = joined["expires"] < pd.Timestamp(as_of)
    state = np.where(lapsed, "lapsed", "counts")
    joined["state"] = np.where(joined["computed_level"].isna(), "not a client now", state)
    return joined
