"""What became of each play so far: tried, done, worked.

An action worked where the client is still with us and its colour is no worse than on the day the
action was agreed, on the first day looked at that lies long enough after it was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.answer_scores import share_of
from portfolio_lib.analyses.snapshots import are_clients, is_blank
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.parameters.play_models import Play

COLOURS = {"red": 0, "yellow": 1, "green": 2}
WORKED, NOT_WORKED, NOT_KNOWN = "worked", "did not work", "not known"


@dataclass(frozen=True)
class Watched:
    """What outcomes are read from.

    Parameters
    ----------
    snapshots : frame
        One row per account and day: `account_id`, `snapshot_date`, `is_client`.
    colours : frame
        One row per account and day: `account_id`, `snapshot_date`, `level`.
    """

    snapshots: pd.DataFrame
    colours: pd.DataFrame

    def days(self) -> pd.DatetimeIndex:
        """The days looked at, earliest first."""
        return pd.DatetimeIndex(sorted(self.snapshots["snapshot_date"].unique()))


def play_keys(names: pd.Series, plays: Mapping[str, Play]) -> pd.Series:
    """The key of the play that each name in the table means; empty where it is none of ours.

    A name means a play by its key, its title, or a name that it is also known as; capitals and
    underscores make no difference.
    """
    meanings: dict[str, str] = {}
    for key, play in plays.items():
        for name in (key, play.title, *play.known_as):
            meanings.setdefault(plain_name(name), key)
    plain = names.astype("object").map(lambda name: "" if pd.isna(name) else plain_name(name))
    return plain.map(lambda name: meanings.get(name, "")).astype("object")


def plain_name(name: object) -> str:
    """A name without regard to capitals, underscores and spaces.

    >>> plain_name("Win_Back  the client")
    'win back the client'
    """
    return " ".join(str(name).replace("_", " ").casefold().split())


def outcomes(actions: pd.DataFrame, watched: Watched, page: PlanPage) -> pd.Series:
    """What came of each action: worked, did not work, or not known (yet); see the module.

    Parameters
    ----------
    actions : frame
        `account_id`, `created_date`, `done_date`.

    Returns
    -------
    series
        One of `WORKED`, `NOT_WORKED`, `NOT_KNOWN` for each row.
    """
    days = watched.days()
    keys = ["account_id", "snapshot_date"]
    ours = watched.snapshots.assign(ours=are_clients(watched.snapshots)).set_index(keys)["ours"]
    active = ours.to_dict()
    colour = watched.colours.set_index(["account_id", "snapshot_date"])["level"].to_dict()
    wait = pd.Timedelta(days=page.outcome_days)
    found = []
    rows = zip(actions["account_id"], actions["created_date"], actions["done_date"], strict=True)
    for account, created, done in rows:
        looked = None if pd.isna(done) else first_from(days, done + wait)
        agreed = last_until(days, created)
        if looked is None or pd.isna(account) or (account, looked) not in active:
            found.append(NOT_KNOWN)
        elif not active[account, looked]:
            found.append(NOT_WORKED)
        else:
            found.append(_by_colour(colour.get((account, agreed)), colour.get((account, looked))))
    return pd.Series(found, index=actions.index, dtype="object")


def first_from(days: pd.DatetimeIndex, day: pd.Timestamp) -> pd.Timestamp | None:
    """The first of the days that is not before this one."""
    place = int(days.searchsorted(day, side="left"))
    return days[place] if place < len(days) else None


def last_until(days: pd.DatetimeIndex, day: pd.Timestamp) -> pd.Timestamp | None:
    """The last of the days that is not after this one."""
    place = int(days.searchsorted(day, side="right"))
    return days[place - 1] if place else None


def _by_colour(then: str | None, later: str | None) -> str:
    if then not in COLOURS or later not in COLOURS:
        return NOT_KNOWN
    return WORKED if COLOURS[later] >= COLOURS[then] else NOT_WORKED


def play_records(
    actions: pd.DataFrame | None, watched: Watched, plays: Mapping[str, Play], page: PlanPage
) -> pd.DataFrame:
    """The record of every play, and of names in the table that are none of ours.

    Returns
    -------
    frame
        `play` (key; empty for other names), `title`, `moment`, `situation`, `tried`, `done`,
        `known` (outcome known), `worked`, `share` (worked ÷ known; NaN where none is known),
        `share_low`, `share_high` (Wilson). Plays in their order, then other names by letter.
    """
    rows = _judged(actions, watched, plays, page)
    listed = [(key, play.title, play.moment, play.situation) for key, play in plays.items()]
    others = sorted({str(name) for name in rows.loc[rows["key"].eq(""), "name"]})
    records = [
        {"play": key, "title": title, "moment": moment, "situation": situation}
        | _record(rows.loc[rows["key"].eq(key)], page)
        for key, title, moment, situation in listed
    ]
    records += [
        {"play": "", "title": name, "moment": "", "situation": ""}
        | _record(rows.loc[rows["key"].eq("") & rows["name"].eq(name)], page)
        for name in others
    ]
    columns = ["play", "title", "moment", "situation", "tried", "done", "known", "worked"]
    return pd.DataFrame(records, columns=[*columns, "share", "share_low", "share_high"])


def _judged(
    actions: pd.DataFrame | None, watched: Watched, plays: Mapping[str, Play], page: PlanPage
) -> pd.DataFrame:
    if actions is None or actions.empty:
        return pd.DataFrame(columns=["key", "name", "done_date", "outcome"], dtype="object")
    blank = is_blank(actions["play"])
    return pd.DataFrame(
        {
            "key": play_keys(actions["play"], plays),
            "name": actions["play"].astype("object").where(~blank, "No play named"),
            "done_date": actions["done_date"],
            "outcome": outcomes(actions, watched, page),
        }
    )


def _record(rows: pd.DataFrame, page: PlanPage) -> dict[str, float | int]:
    worked = int(rows["outcome"].eq(WORKED).sum())
    known = worked + int(rows["outcome"].eq(NOT_WORKED).sum())
    share = share_of(worked, known, page.interval_level)
    return {
        "tried": len(rows),
        "done": int(rows["done_date"].notna().sum()),
        "known": known,
        "worked": worked,
        "share": share.value if known else np.nan,
        "share_low": share.low if known else np.nan,
        "share_high": share.high if known else np.nan,
    }
