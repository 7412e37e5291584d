"""People who left a client, and who has taken over from them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from portfolio_lib.analyses.people import called

if TYPE_CHECKING:
    from portfolio_lib.analyses.stakeholders_figures import Relations

MET, NOT_MET, COVERED, OPEN = "met", "not met", "covered", "open"
"""A successor is on record and was met; is there and was not met; somebody else in the role is
there; nobody."""
COLUMNS = (
    *("account_id", "account_name", "annual_revenue", "contact_id", "name", "title", "role"),
    *("left_date", "successor_name", "succession"),
)


def departures(clients: pd.DataFrame, found: Relations) -> pd.DataFrame:
    """The people who left the clients in the days looked at.

    Parameters
    ----------
    clients : frame
        The clients: `account_id`, `account_name`, `annual_revenue`.

    Returns
    -------
    frame
        One row per departure: open ones first, then those whose successor was not met, then
        covered and handed over, each by value and id. `succession` is ``met``, ``not met``,
        ``covered`` or ``open``; without contacts on record a successor counts as not met.

    Notes
    -----
    A successor is somebody of the same client whom the record names. One who was met has taken
    over, also where he or she has left since: that is a departure of its own. The role is covered
    where somebody else in the same role is there.
    """
    people = found.people
    first = pd.Timestamp(found.as_of) - pd.Timedelta(days=found.page.departures_days)
    gone = people.loc[people["left_date"].gt(first)]
    rows = clients[["account_id", "account_name", "annual_revenue"]].merge(
        gone.assign(name=called(gone)), on="account_id", how="inner"
    )
    successors = people.assign(successor_name=called(people), _there=people["is_present"])[
        ["contact_id", "account_id", "successor_name", "_there"]
    ].rename(columns={"contact_id": "successor", "account_id": "_home"})
    rows = rows.astype({"successor": "object"}).merge(
        successors.astype({"successor": "object"}), on="successor", how="left"
    )
    # A successor at another client has taken over nothing here.
    own = rows["successor_name"].notna() & rows["_home"].eq(rows["account_id"])
    rows["successor_name"] = rows["successor_name"].astype("object").where(own, None)
    met, roles = _met(found), _roles(people.loc[people["is_present"]])
    rows["succession"] = [_succession(row, met, roles) for row in rows.to_dict("records")]
    order = {word: n for n, word in enumerate((OPEN, NOT_MET, COVERED, MET))}
    rows["_order"] = rows["succession"].map(order)
    rows = rows.sort_values(
        ["_order", "annual_revenue", "contact_id"], ascending=[True, False, True], kind="stable"
    )
    return rows[list(COLUMNS)].reset_index(drop=True)


def _met(found: Relations) -> set[str]:
    return set(found.told_meetings.loc[found.told_meetings["is_own"], "contact_id"])


def _roles(there: pd.DataFrame) -> set[tuple[str, str]]:
    named = there.loc[there["role"].notna()]
    return set(zip(named["account_id"], named["role"], strict=True))


def _succession(row: dict[Hashable, Any], met: set[str], roles: set[tuple[str, str]]) -> str:
    if row["successor_name"] is not None:
        if row["successor"] in met:
            return MET
        if row["_there"]:
            return NOT_MET
    return COVERED if (row["account_id"], row["role"]) in roles else OPEN
