"""Growing within a group of companies: more places, more departments.

No table says which places or departments a client has that we do not serve. What can be told is how
many each client or group is served in, and what those served more widely bring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from portfolio_lib.analyses.shares import ultimate_parents
from portfolio_lib.analyses.snapshots import is_blank

GROUP_COLUMNS = ("group", "group_name", "accounts", "places", "place_names", "revenue")
REACH_COLUMNS = ("account_id", "account_name", "departments", "reached", "missing", "k", "n")


def groups_by_place(
    accounts: pd.DataFrame, active: pd.DataFrame
) -> tuple[pd.DataFrame, str | None]:
    """Groups of companies under one parent, with the places that we serve.

    Parameters
    ----------
    accounts : frame
        `account_id`, `account_name`, `parent_account_id`, `country`, `city`.
    active : frame
        Clients: `account_id`, `revenue_12m`.

    Returns
    -------
    frame
        One row per group with a parent on record, most revenue first.
    str or None
        Why there is none.
    """
    empty = pd.DataFrame(columns=list(GROUP_COLUMNS))
    if "parent_account_id" not in accounts or is_blank(accounts["parent_account_id"]).all():
        return (
            empty,
            "no parent is on record; hand in column parent_account_id of table accounts",
        )
    named = [name for name in ("city", "country") if name in accounts]
    placed = [name for name in named if not is_blank(accounts[name]).all()]
    if not placed:
        return empty, "no client has a place; hand in column country or city of table accounts"
    tops = ultimate_parents(accounts)
    rows = active[["account_id", "revenue_12m"]].merge(accounts, on="account_id", how="left")
    rows["group"] = rows["account_id"].map(tops)
    grouped = accounts["account_id"].map(tops)
    shared = set(grouped[grouped.duplicated(keep=False)]) | set(
        grouped[grouped.ne(accounts["account_id"])]
    )
    rows = rows.loc[rows["group"].isin(shared)].sort_values("account_id")
    rows["place"] = rows[placed[0]].where(~is_blank(rows[placed[0]]))
    names = dict(zip(accounts["account_id"], accounts["account_name"], strict=True))
    found = [
        (
            group, names.get(group, group), len(part), part["place"].nunique(),
            ", ".join(sorted(part["place"].dropna().astype(str).unique())),
            round(part["revenue_12m"].sum(), 4),
        )
        for group, part in rows.groupby("group", sort=True)
    ]  # fmt: skip
    frame = pd.DataFrame(found, columns=list(GROUP_COLUMNS))
    return frame.sort_values(
        ["revenue", "group"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True), None


def departments_of(titles: pd.Series, departments: Mapping[str, Sequence[str]]) -> pd.Series:
    """The department that a job title belongs to: the first whose words stand in it; else missing.

    Examples
    --------
    >>> departments_of(pd.Series(["VP Sales", "Owner"]), {"Sales": ["sales"]}).tolist()
    ['Sales', nan]
    """
    texts = titles.astype("string").str.casefold().fillna("")
    found = pd.Series(None, index=titles.index, dtype="object")
    for department, words in departments.items():
        pattern = r"\b(?:" + "|".join(re.escape(word) for word in words) + r")\b"
        hit = texts.str.contains(pattern, regex=True).astype(bool) & found.isna()
        found[hit] = department
    return found


def reach(
    clients: pd.DataFrame,
    contacts: pd.DataFrame | None,
    departments: Mapping[str, Sequence[str]],
    *,
    share: float,
    least: int,
) -> tuple[pd.DataFrame, str | None]:
    """Departments in which we know somebody, against similar clients.

    Parameters
    ----------
    clients : frame
        Clients: `account_id`, `account_name`, `peer_group`.
    contacts : frame or None
        People: `account_id`, `title`, `left_date`.
    share : float
        A department is missing where this share of similar clients has a contact in it.
    least : int
        Similar clients that it takes.

    Returns
    -------
    frame
        `departments` (how many), `reached` (which), `missing` (the commonest among similar clients
        that we do not reach), where `k` of `n` similar clients are reached; those missed by most
        similar clients first.
    str or None
        Why nothing is known.
    """
    empty = pd.DataFrame(columns=list(REACH_COLUMNS))
    if contacts is None or "title" not in contacts or is_blank(contacts["title"]).all():
        return empty, "no contact has a title; hand in column title of table contacts"
    here = contacts.loc[contacts["left_date"].isna()]
    named = here.assign(department=departments_of(here["title"], departments)).dropna(
        subset=["department"]
    )
    if named.empty:
        return empty, "no title names a department; add your words under growth.departments"
    met = pd.crosstab(named["account_id"], named["department"]).gt(0)
    met = met.reindex(index=clients["account_id"], fill_value=False).reset_index(drop=True)
    rows = _gaps(clients.reset_index(drop=True), met, share, least)
    order = rows.assign(_share=(rows["k"] / rows["n"]).fillna(-1.0))
    ordered = order.sort_values(["_share", "account_id"], ascending=[False, True], kind="stable")
    return ordered[list(REACH_COLUMNS)].reset_index(drop=True), None


def _gaps(clients: pd.DataFrame, met: pd.DataFrame, share: float, least: int) -> pd.DataFrame:
    """Each client's departments beside those of its group; ties go by name of the department."""
    groups = clients["peer_group"].astype("object").where(clients["peer_group"].notna(), "")
    sums = met.astype(int).groupby(groups).transform("sum")
    similar = (groups.groupby(groups).transform("size") - 1).where(groups.ne(""), 0)
    counts = sums.where(~met, 0)
    most = counts.max(axis=1)
    gap = (similar >= least) & (most > 0) & (most >= share * similar)
    names = [", ".join(met.columns[own]) for own in met.to_numpy(dtype=bool)]
    return pd.DataFrame(
        {
            "account_id": clients["account_id"],
            "account_name": clients["account_name"],
            "departments": met.sum(axis=1),
            "reached": names,
            "missing": counts.idxmax(axis=1).astype("object").where(gap, None),
            "k": most.astype("float64").where(gap),
            "n": similar.astype("float64"),
        }
    )
