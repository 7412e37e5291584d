"""People at the clients and the contacts with them, as they were known on a day.

A contact is a meeting, call, mail or business review: a row of table interactions. It counts for a
person where the person belongs to that very client; one that names somebody of another client
counts for the client alone.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.analyses.signs import is_true
from portfolio_lib.analyses.snapshots import is_blank

NO_CONTACTS = "no people are recorded; hand in table contacts"
NO_INTERACTIONS = "no meetings, calls or mails are recorded; hand in table interactions"
NO_PEOPLE_MET = (
    "neither people nor contacts with them are recorded; hand in tables contacts and interactions"
)
NO_PERSON_NAMED = "no contact says whom it was with; fill column contact_id of table interactions"

PERSON_COLUMNS = (
    *("contact_id", "account_id", "name", "title", "role", "reports_to", "influence", "strength"),
    *("cadence_days", "start_date", "left_date", "successor", "is_primary"),
)
MEETING_COLUMNS = (
    *("account_id", "contact_id", "date", "kind", "initiated_by", "executive_present"),
)
_TEXTS = ("name", "title", "role", "reports_to", "successor")
_IDS = ("contact_id", "account_id")
_NUMBERS = ("influence", "strength", "cadence_days")
_DAYS = ("start_date", "left_date")


def people_on(contacts: pd.DataFrame | None, day: dt.date) -> pd.DataFrame:
    """The people known on a day.

    Parameters
    ----------
    contacts : frame or None
        The table contacts.

    Returns
    -------
    frame
        One row per person known by then (no `start_date`, or one up to the day), sorted by
        account and id: the columns of the table, `left_date` empty where it lies ahead, and
        `is_present` (has not left by the end of the day). Blank texts are None; whoever is not
        marked as the main contact is none.
    """
    given = pd.DataFrame() if contacts is None else contacts
    frame = given.reindex(columns=list(PERSON_COLUMNS)).astype(dict.fromkeys(_IDS, "object"))
    for name in _TEXTS:
        frame[name] = frame[name].astype("object").mask(is_blank(frame[name]), None)
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in _DAYS:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["is_primary"] = is_true(frame["is_primary"])
    limit = pd.Timestamp(day)
    known = frame.loc[~frame["start_date"].gt(limit)].copy()
    known["left_date"] = known["left_date"].mask(known["left_date"].gt(limit))
    known["is_present"] = known["left_date"].isna()
    return known.sort_values(["account_id", "contact_id"], kind="stable").reset_index(drop=True)


def meetings_until(
    interactions: pd.DataFrame | None, people: pd.DataFrame, day: dt.date
) -> pd.DataFrame:
    """The contacts up to a day, each with what is known of the person met.

    Parameters
    ----------
    interactions : frame or None
        The table interactions.
    people : frame
        As `people_on` returns them.

    Returns
    -------
    frame
        One row per contact, by day and account: the columns of the table, `influence`, `role`,
        `start_date` and `left_date` of the person, and `is_own` (a person of this very client was
        met), `is_misplaced` (the person named belongs to another client).
    """
    given = pd.DataFrame() if interactions is None else interactions
    texts = dict.fromkeys((*_IDS, "kind", "initiated_by"), "object")
    frame = given.reindex(columns=list(MEETING_COLUMNS)).astype(texts)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    frame = frame.loc[frame["date"].le(pd.Timestamp(day))]
    known = people[["contact_id", "account_id", "influence", "role", "start_date", "left_date"]]
    known = known.rename(columns={"account_id": "home"})
    joined = frame.merge(known, on="contact_id", how="left", validate="many_to_one")
    same = joined["home"].eq(joined["account_id"])
    joined["is_own"] = same & joined["home"].notna()
    joined["is_misplaced"] = ~same & joined["home"].notna()
    joined["executive_present"] = is_true(joined["executive_present"])
    order = ["date", "account_id", "contact_id", "kind", "initiated_by", "executive_present"]
    return joined.sort_values(order, kind="stable").reset_index(drop=True)


def known_since(meetings: pd.DataFrame) -> dt.date | None:
    """The day of the first contact on record; nothing before it is known."""
    first = meetings["date"].min()
    return None if pd.isna(first) else pd.Timestamp(first).date()


def window_of(meetings: pd.DataFrame, day: dt.date, days: int) -> pd.DataFrame:
    """The contacts of the last so many days, the day included."""
    end = pd.Timestamp(day)
    return meetings.loc[
        meetings["date"].gt(end - pd.Timedelta(days=days)) & meetings["date"].le(end)
    ]


def with_people_there(meetings: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The contacts with people of the client who are still there on a day."""
    end = pd.Timestamp(day)
    left = meetings["left_date"].le(end)
    later = meetings["start_date"].gt(end)
    return meetings.loc[meetings["is_own"] & ~left & ~later]


def last_days(meetings: pd.DataFrame, by: str, keys: pd.Series) -> pd.Series:
    """The day of the last contact of each key; empty where there was none."""
    last = meetings.groupby(by, sort=True)["date"].max()
    found = last.reindex(pd.Index(keys)).to_numpy()
    return pd.Series(found, index=keys.index).astype("datetime64[s]")


def called(people: pd.DataFrame) -> pd.Series:
    """What a person is called: the name, else the title, else `unnamed person`."""
    names = people["name"].where(people["name"].notna(), people["title"])
    return names.where(names.notna(), "unnamed person")
