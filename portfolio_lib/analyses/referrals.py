"""Who refers whom, and what the clients that came by a referral bring."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank

REFERRER_COLUMNS = (
    "account_id",
    "account_name",
    "referred",
    "referred_active",
    "own_revenue_12m",
    "revenue_12m",
    "clv",
)


def referred_accounts(rows: pd.DataFrame) -> pd.DataFrame:
    """The clients that another client referred, by revenue.

    Parameters
    ----------
    rows : frame
        One row per account: `account_id`, `account_name`, `referred_by`, `is_active`,
        `revenue_12m`, `clv` (may be missing).

    Notes
    -----
    A client that names itself as its referrer was referred by nobody. Only direct referrals count:
    who was referred by a referred client stands under that client alone.
    """
    known = rows.loc[~is_blank(rows["referred_by"])]
    known = known.loc[known["referred_by"].astype(str) != known["account_id"].astype(str)]
    names = dict(zip(rows["account_id"], rows["account_name"], strict=True))
    told = known.assign(
        referrer_name=[names.get(one, one) for one in known["referred_by"]],
    )
    columns = ["account_id", "account_name", "referred_by", "referrer_name", "is_active"]
    columns += ["revenue_12m", "clv"]
    return _by_revenue(told.loc[:, columns])


def referrers(rows: pd.DataFrame, referred: pd.DataFrame) -> pd.DataFrame:
    """One row per client that has referred others, by what those bring.

    Parameters
    ----------
    rows : frame
        As in `referred_accounts`.
    referred : frame
        As `referred_accounts` gives it.

    Returns
    -------
    frame
        `account_id`, `account_name` (the id where the referrer is not among the accounts),
        `referred` and `referred_active` (clients), `own_revenue_12m`, and of the referred
        `revenue_12m` and `clv` (missing where none of them has one).
    """
    own = rows.set_index("account_id")["revenue_12m"]
    grouped = referred.groupby("referred_by", sort=True)
    frame = pd.DataFrame(
        {
            "account_name": grouped["referrer_name"].first(),
            "referred": grouped.size(),
            "referred_active": grouped["is_active"].sum().astype("int64"),
            "revenue_12m": grouped["revenue_12m"].sum(),
            "clv": grouped["clv"].sum(min_count=1),
        }
    )
    frame.index.name = "account_id"
    frame = frame.reset_index()
    frame["own_revenue_12m"] = frame["account_id"].map(own).astype("float64")
    return _by_revenue(frame.loc[:, list(REFERRER_COLUMNS)])


def _by_revenue(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(
        ["revenue_12m", "account_id"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True)
