"""The clients we have, one row each: what they are worth, when their term ends, whom we know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portfolio_lib.analyses.relationships import relationships_on, severity
from portfolio_lib.analyses.snapshots import accounts_on, is_blank
from portfolio_lib.analyses.tiers import NO_TIER

if TYPE_CHECKING:
    from portfolio_lib.analyses.stakeholders_figures import Relations

ROLE_FLAGS = {
    "has_economic_buyer": "economic buyer",
    "has_champion": "champion",
    "has_sponsor": "executive sponsor",
}
NUMBERS_OF_MEETINGS = (
    "contacts_active",
    "interactions",
    "top_contact_share",
    "strength_measured",
)
FLAGS_OF_MEETINGS = ("single_threaded", "executive_met")


def current_clients(
    accounts: pd.DataFrame,
    account_snapshots: pd.DataFrame,
    tiers: pd.DataFrame,
    as_of: dt.date,
) -> pd.DataFrame:
    """The clients of a day, former ones left out, by value, ties by id.

    Parameters
    ----------
    tiers : frame
        One row per account: `account_id`, `tier`.

    Returns
    -------
    frame
        `account_id`, `account_name`, `tier`, `account_manager`, `annual_revenue` (yearly value of
        the contracts in force, else revenue of twelve months), `tenure_days`,
        `next_renewal_date`, `days_to_renewal`, `sponsor_named`.
    """
    known = accounts_on(accounts, account_snapshots, as_of)
    known = known.loc[known["is_client"]].reset_index(drop=True)
    in_force = known["annual_value_in_force"]
    own = accounts.set_index("account_id").reindex(known["account_id"])
    rows = known[["account_id", "account_name"]].assign(
        tier=known["account_id"].map(dict(zip(tiers["account_id"], tiers["tier"], strict=True))),
        account_manager=_text(own, "account_manager"),
        annual_revenue=in_force.where(in_force > 0, known["revenue_12m"]).clip(lower=0.0),
        tenure_days=known["tenure_days"],
        next_renewal_date=_days(known),
        days_to_renewal=known["days_to_renewal"],
        sponsor_named=~is_blank(_text(own, "executive_sponsor")),
    )
    rows["tier"] = rows["tier"].fillna(NO_TIER)
    return rows.sort_values(
        ["annual_revenue", "account_id"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True)


def _text(own: pd.DataFrame, name: str) -> pd.Series:
    given = own[name] if name in own.columns else pd.Series(None, index=own.index, dtype="object")
    texts = given.astype("object").reset_index(drop=True)
    return texts.mask(is_blank(texts), None)


def _days(known: pd.DataFrame) -> pd.Series:
    if "next_renewal_date" not in known.columns:
        return pd.Series(pd.NaT, index=known.index).astype("datetime64[s]")
    return pd.to_datetime(known["next_renewal_date"]).astype("datetime64[s]")


def with_relationships(clients: pd.DataFrame, found: Relations) -> pd.DataFrame:
    """The clients with the relationship to each; what rests on a missing table is missing."""
    page, day = found.page, found.as_of
    told = relationships_on(clients["account_id"], found.people, found.meetings, day=day, page=page)
    rows = clients.merge(told, on="account_id", how="left", validate="one_to_one")
    rows["severity"] = severity(rows["days_to_renewal"], page).where(rows["single_threaded"], None)
    rows["strength_given"] = rows["account_id"].map(_given(found.people)).astype("float64")
    for flag, role in ROLE_FLAGS.items():
        rows[flag] = rows["account_id"].isin(_with_role(found.people, role))
    flags = [*ROLE_FLAGS, *FLAGS_OF_MEETINGS]
    rows = rows.astype(dict.fromkeys(flags, "boolean"))
    return _unknown_where_untold(rows.astype({"contacts_known": "float64"}), found)


def _given(people: pd.DataFrame) -> dict[str, float]:
    """Mean of the strengths given for people still there, by client."""
    there = people.loc[people["is_present"]]
    means = there.groupby("account_id", sort=True)["strength"].mean().round(6)
    return {str(account): float(mean) for account, mean in means.items()}


def _with_role(people: pd.DataFrame, role: str) -> set[str]:
    there = people["is_present"] & people["role"].eq(role)
    return set(people.loc[there, "account_id"])


def _unknown_where_untold(rows: pd.DataFrame, found: Relations) -> pd.DataFrame:
    told = rows.astype(dict.fromkeys(NUMBERS_OF_MEETINGS, "float64"))
    if found.contacts_missing is not None:
        told["contacts_known"] = np.nan
        told[list(ROLE_FLAGS)] = pd.NA
    if found.meetings_missing is not None:
        told[list(NUMBERS_OF_MEETINGS)] = np.nan
        told[list(FLAGS_OF_MEETINGS)] = pd.NA
        told["severity"] = None
    return told.astype(dict.fromkeys([*ROLE_FLAGS, *FLAGS_OF_MEETINGS], "boolean"))
