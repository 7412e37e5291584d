"""The people at the clients, one row each: role, strength, agreed contacts, last contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.people import called, last_days, window_of, with_people_there
from portfolio_lib.analyses.relationship_strength import PARTS, WEAKEST, strengths
from portfolio_lib.analyses.reporting_lines import ReportingLines

if TYPE_CHECKING:
    from portfolio_lib.analyses.stakeholders_figures import Relations

FROM_TABLE = (
    *("account_id", "contact_id", "title", "role", "is_present", "left_date", "influence"),
    *("cadence_days", "start_date", "is_primary"),
)


def person_rows(clients: pd.DataFrame, found: Relations) -> pd.DataFrame:
    """The people at the clients, by value of the client and id.

    Parameters
    ----------
    clients : frame
        The clients in order: `account_id`, `account_name`.

    Returns
    -------
    frame
        See `Stakeholders.people`, without the reporting lines.
    """
    known = found.people
    rows = known[list(FROM_TABLE)].assign(name=called(known), strength_given=known["strength"])
    rows = clients[["account_id", "account_name"]].merge(rows, on="account_id", how="inner")
    recent = with_people_there(
        window_of(found.told_meetings, found.as_of, found.page.window_days), found.as_of
    )
    parts = strengths(recent, "contact_id", found.as_of, found.page.strength)
    rows = rows.merge(parts.add_prefix("_").reset_index(), on="contact_id", how="left")
    rows = rows.rename(columns={f"_{part}": part for part in PARTS})
    counted = found.meetings_missing is None
    rows["interactions"] = rows["contact_id"].map(recent.groupby("contact_id").size()).astype(float)
    rows["interactions"] = rows["interactions"].fillna(0.0) if counted else np.nan
    measured = rows["_strength"].fillna(WEAKEST) if counted else rows["_strength"]
    rows["strength_measured"] = measured.where(rows["is_present"])
    return _with_cadence(rows.drop(columns="_strength"), found)


def _with_cadence(rows: pd.DataFrame, found: Relations) -> pd.DataFrame:
    """Whether what was agreed is kept on the day, and by how many days it is overdue.

    Somebody not met yet is overdue once the agreed days have passed since the person is known, or
    since contacts are on record.
    """
    end, grace = pd.Timestamp(found.as_of), found.page.engagement.grace_days
    meetings = found.told_meetings
    own = meetings.loc[meetings["is_own"]]
    rows["last_contact"] = last_days(own, "contact_id", rows["contact_id"])
    rows["days_since_contact"] = (end - rows["last_contact"]).dt.days.astype("float64")
    known = rows["start_date"]
    if found.since is not None:
        known = known.where(known.gt(pd.Timestamp(found.since)), pd.Timestamp(found.since))
    waited = rows["days_since_contact"].fillna((end - known).dt.days.astype("float64"))
    is_agreed = rows["is_present"] & rows["cadence_days"].notna() & waited.notna()
    late = is_agreed & waited.gt(rows["cadence_days"] + grace)
    told = is_agreed & (late | rows["last_contact"].notna())
    rows["cadence_kept"] = (~late).astype("boolean").where(told)
    rows["days_overdue"] = (waited - rows["cadence_days"]).where(late, 0.0).where(told)
    return rows.drop(columns="start_date")


def in_lines(rows: pd.DataFrame, lines: Mapping[str, ReportingLines]) -> pd.DataFrame:
    """The people in the order of their reporting lines, whoever left last."""
    parts = [line.places for line in lines.values()]
    empty = pd.DataFrame(
        {"contact_id": pd.Series(dtype=object), "place": pd.Series(dtype=float),
         "depth": pd.Series(dtype=float), "superior": pd.Series(dtype=object)}
    )  # fmt: skip
    places = pd.concat(parts, ignore_index=True) if parts else empty
    names = dict(zip(rows["contact_id"], rows["name"], strict=True))
    joined = rows.merge(places, on="contact_id", how="left", validate="one_to_one")
    joined["superior_name"] = joined["superior"].map(names).astype("object")
    order = {account: n for n, account in enumerate(dict.fromkeys(rows["account_id"]))}
    joined["_client"] = joined["account_id"].map(order)
    joined = joined.sort_values(
        ["_client", "place", "contact_id"], kind="stable", na_position="last"
    )
    columns = [
        *("account_id", "account_name", "contact_id", "name", "title", "role", "is_present"),
        *("is_primary", "left_date", "influence", "strength_given", "strength_measured", *PARTS),
        *("interactions", "cadence_days", "last_contact", "days_since_contact", "cadence_kept"),
        *("days_overdue", "superior_name", "place", "depth"),
    ]
    return joined[columns].reset_index(drop=True)
