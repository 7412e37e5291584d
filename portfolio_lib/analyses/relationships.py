"""The relationship with each client on a day: whom we know, whom we meet, how strongly."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.analyses.people import known_since, window_of, with_people_there
from portfolio_lib.analyses.relationship_strength import WEAKEST, strengths
from portfolio_lib.analyses.snapshots import are_clients
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.relationship_models import StakeholdersPage

LEAST_ACTIVE = 2
"""A client with fewer active contacts hangs by a single thread."""
FIRST_GAP_DAYS = 31
"""How long after the first day of a window the first contact on record may lie: any later, and the
record is taken to begin there."""


def relationships_on(
    account_ids: pd.Series,
    people: pd.DataFrame,
    meetings: pd.DataFrame,
    *,
    day: dt.date,
    page: StakeholdersPage,
) -> pd.DataFrame:
    """Measure the relationship with each client from what was known on a day.

    Parameters
    ----------
    account_ids : series of str
        The clients.
    people, meetings : frame
        As `people_on` and `meetings_until` return them, for this day or a later one.

    Returns
    -------
    frame
        One row per client in the order given: `account_id`, `contacts_known` (people still
        there), `contacts_active` (of these, met in the window), `interactions` (contacts with
        them in the window), `top_contact_share` (NaN without any), `single_threaded`,
        `executive_met`, `last_contact` (with anybody, ever), `days_since_contact`,
        `strength_measured` (1 where nobody was met).
    """
    recent = window_of(meetings, day, page.window_days)
    there = with_people_there(recent, day)
    ids = pd.Index(account_ids, name="account_id")
    by_person = there.groupby(["account_id", "contact_id"], sort=True).size()
    per_account = by_person.groupby("account_id", sort=True)
    counts = per_account.sum().reindex(ids, fill_value=0)
    executive = recent["executive_present"] | recent.index.isin(
        there.index[there["role"].isin(page.executive_roles)]
    )
    measured = strengths(there, "account_id", day, page.strength)["strength"]
    last = meetings.loc[meetings["date"].le(pd.Timestamp(day))].groupby("account_id")["date"].max()
    frame = pd.DataFrame(
        {
            "contacts_known": _known(people, day).reindex(ids, fill_value=0),
            "contacts_active": per_account.size().reindex(ids, fill_value=0),
            "interactions": counts,
            "top_contact_share": per_account.max().reindex(ids) / counts.where(counts > 0),
            "executive_met": executive.groupby(recent["account_id"]).any().reindex(ids).eq(True),
            "last_contact": last.reindex(ids).astype("datetime64[s]"),
            "strength_measured": measured.reindex(ids).fillna(WEAKEST),
        },
        index=ids,
    )
    frame["days_since_contact"] = (pd.Timestamp(day) - frame["last_contact"]).dt.days.astype(
        "float64"
    )
    frame["single_threaded"] = is_single_threaded(frame, page)
    return frame.reset_index()


def _known(people: pd.DataFrame, day: dt.date) -> pd.Series:
    """People in their role on the day, by client."""
    limit = pd.Timestamp(day)
    there = ~people["start_date"].gt(limit) & ~people["left_date"].le(limit)
    return people.loc[there].groupby("account_id").size()


def is_single_threaded(relationships: pd.DataFrame, page: StakeholdersPage) -> pd.Series:
    """Fewer than two active contacts, or nearly all contacts through one of them.

    Examples
    --------
    >>> rows = pd.DataFrame({"contacts_active": [0, 1, 2, 2],
    ...                      "top_contact_share": [None, 1.0, 0.8, 0.81]})
    >>> is_single_threaded(rows, StakeholdersPage()).tolist()
    [True, True, False, True]
    """
    few = relationships["contacts_active"] < LEAST_ACTIVE
    if page.single_contact_share is None:
        return few
    return few | relationships["top_contact_share"].gt(page.single_contact_share)


def severity(days_to_renewal: pd.Series, page: StakeholdersPage) -> pd.Series:
    """How soon a single thread may cost the client: red, yellow, later or unknown.

    Examples
    --------
    >>> severity(pd.Series([0, 90, 91, 180, 181, None]), StakeholdersPage()).tolist()
    ['red', 'red', 'yellow', 'yellow', 'later', 'unknown']
    """
    words = pd.Series("later", index=days_to_renewal.index, dtype="object")
    words = words.mask(days_to_renewal.le(page.yellow_days), "yellow")
    words = words.mask(days_to_renewal.le(page.red_days), "red")
    return words.mask(days_to_renewal.isna(), "unknown")


def relationship_history(
    now: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    people: pd.DataFrame,
    meetings: pd.DataFrame,
    *,
    as_of: dt.date,
    page: StakeholdersPage,
) -> pd.DataFrame:
    """The relationships with the clients of each review back, from what was known then.

    Parameters
    ----------
    now : frame
        The relationships on the day of the review, as `relationships_on` returns them.

    Returns
    -------
    frame
        One row per client and review, three months apart, latest first, then by id:
        `snapshot_date`, `account_id`, `contacts_active`, `single_threaded`, `strength_measured`.
        Reviews whose window begins before the contacts on record do are left out.
    """
    columns = ["account_id", "contacts_active", "single_threaded", "strength_measured"]
    days = [months_before(as_of, 3 * back) for back in range(page.quarters_shown + 1)]
    since = known_since(meetings)
    told = [
        (now if day == as_of else _one_review(account_snapshots, people, meetings, day, page))
        .sort_values("account_id", kind="stable")[columns]
        .assign(snapshot_date=pd.Timestamp(day))
        for day in days
        if since is not None and is_covered(since, day, page.window_days)
    ]
    order = ["snapshot_date", *columns]
    if not told:
        return pd.DataFrame(columns=order)
    kinds = {"contacts_active": "float64", "single_threaded": "bool"}
    return pd.concat([one.astype(kinds) for one in told], ignore_index=True)[order]


def is_covered(since: dt.date, day: dt.date, window_days: int) -> bool:
    """Whether the contacts on record reach back over the whole window.

    Examples
    --------
    >>> is_covered(dt.date(2026, 4, 20), dt.date(2026, 9, 30), 180)
    True
    >>> is_covered(dt.date(2026, 6, 4), dt.date(2026, 9, 30), 180)
    False
    """
    begins = day - dt.timedelta(days=window_days)
    return since <= begins + dt.timedelta(days=FIRST_GAP_DAYS)


def _one_review(
    account_snapshots: pd.DataFrame,
    people: pd.DataFrame,
    meetings: pd.DataFrame,
    day: dt.date,
    page: StakeholdersPage,
) -> pd.DataFrame:
    on_day = account_snapshots["snapshot_date"].eq(pd.Timestamp(day))
    clients = account_snapshots.loc[on_day & are_clients(account_snapshots), "account_id"]
    return relationships_on(clients, people, meetings, day=day, page=page)
