"""What keeps coming back: themes that many clients raise, repeats at one client, root causes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.issue_promises import BREACHED
from portfolio_lib.analyses.snapshots import is_blank

THEME_COLUMNS = (
    "theme",
    "issues",
    "accounts",
    "open_issues",
    "urgent",
    "breached",
    "issues_before",
)
CAUSE_COLUMNS = ("root_cause", "issues", "accounts", "breached", "repeats")
REPEAT_COLUMNS = (
    *("account_id", "account_name", "theme", "issues", "repeats", "open_issues", "last_opened"),
    "revenue_12m",
)


def spelled_alike(values: pd.Series) -> pd.Series:
    """Texts with one spelling for those that differ in case and spaces alone; blanks missing.

    The spelling kept is the most common one, ties by alphabet.

    Examples
    --------
    >>> spelled_alike(pd.Series(["Data import", "data  import", "Data import", " "])).tolist()
    ['Data import', 'Data import', 'Data import', None]
    """
    texts = values.astype("string").str.replace(r"\s+", " ", regex=True).str.strip()
    texts = texts.where(~is_blank(values)).astype("object")
    known = texts.dropna()
    if known.empty:
        return pd.Series([None] * len(values), index=values.index, dtype="object")
    folded = known.str.casefold()
    counts = pd.DataFrame({"folded": folded, "text": known}).value_counts().reset_index()
    ordered = counts.sort_values(["folded", "count", "text"], ascending=[True, False, True])
    usual = ordered.drop_duplicates("folded").set_index("folded")["text"]
    kept = folded.map(usual).reindex(values.index).astype("object")
    return kept.where(kept.notna(), None)


def themes(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The plain count of given themes, those of most clients first.

    Parameters
    ----------
    rows, before : frame
        Issues of the window and of the window before: `theme`, `account_id`, `is_open`,
        `is_urgent`, `promise`.

    Returns
    -------
    frame
        `theme`, `issues`, `accounts`, `open_issues`, `urgent`, `breached`, `issues_before`.
    """
    known = rows.loc[rows["theme"].notna()]
    groups = known.groupby("theme", sort=True)
    found = pd.DataFrame(
        {
            "issues": groups.size(),
            "accounts": groups["account_id"].nunique(),
            "open_issues": groups["is_open"].sum(),
            "urgent": groups["is_urgent"].sum(),
            "breached": known["promise"].eq(BREACHED).groupby(known["theme"]).sum(),
        }
    )
    earlier = before.loc[before["theme"].notna()].groupby("theme").size()
    found["issues_before"] = earlier.reindex(found.index).fillna(0)
    found.index.name = "theme"
    told = found.astype("int64").reset_index()
    return told.sort_values(
        ["accounts", "issues", "theme"], ascending=[False, False, True], kind="stable"
    ).reset_index(drop=True)[list(THEME_COLUMNS)]


def is_repeat(rows: pd.DataFrame, days: int) -> pd.Series:
    """Whether an issue follows one of the same account and theme within so many days.

    Parameters
    ----------
    rows : frame
        Every issue known: `issue_id`, `account_id`, `theme`, `opened_at`.
    """
    known = rows.loc[rows["theme"].notna()].sort_values(
        ["account_id", "theme", "opened_at", "issue_id"], kind="stable"
    )
    gaps = known.groupby(["account_id", "theme"], sort=False)["opened_at"].diff()
    found = gaps.le(pd.Timedelta(days=days))
    return found.reindex(rows.index).fillna(False).astype(bool)


def repeats_by_chance(every: pd.DataFrame, inside: pd.Series, days: int) -> float:
    """How many repeats to expect if themes fell on issues whoever raises them.

    Parameters
    ----------
    every : frame
        Every issue known.
    inside : series of bool
        Which of them are counted, on the same index.
    days : int
        How near a repeat is.

    Notes
    -----
    With m issues of the same account in the days before, an issue whose theme is t with
    probability q(t) repeats one of them with probability Σ q(t) [1 − (1 − q(t))^m].
    """
    known = every.loc[every["theme"].notna()].sort_values(
        ["account_id", "opened_at", "issue_id"], kind="stable"
    )
    counted = known.loc[inside.reindex(known.index)]
    if counted.empty:
        return 0.0
    shares = counted["theme"].value_counts(normalize=True).sort_index().to_numpy()
    earlier = pd.concat(
        [_earlier(times, days) for _, times in known.groupby("account_id", sort=True)["opened_at"]]
    )
    m, how_often = np.unique(earlier.reindex(counted.index).to_numpy(), return_counts=True)
    chance = (shares[None, :] * (1 - (1 - shares[None, :]) ** m[:, None])).sum(axis=1)
    return round(float((chance * how_often).sum()), 6)


def _earlier(times: pd.Series, days: int) -> pd.Series:
    """For each of one account's issues in order, how many came within the days before it."""
    values = times.to_numpy()
    first = np.searchsorted(values, values - np.timedelta64(days, "D"), side="left")
    return pd.Series(np.arange(len(values)) - first, index=times.index)


def repeats_of(rows: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Account and theme with at least one repeat in the window, most repeats first."""
    known = rows.loc[rows["theme"].notna()]
    groups = known.groupby(["account_id", "theme"], sort=True)
    found = groups.agg(
        issues=("issue_id", "size"),
        repeats=("is_repeat", "sum"),
        open_issues=("is_open", "sum"),
        last_opened=("opened_at", "max"),
    ).reset_index()
    found = found.loc[found["repeats"] > 0].merge(names, on="account_id", how="left")
    ordered = found.sort_values(
        ["repeats", "issues", "account_id", "theme"],
        ascending=[False, False, True, True],
        kind="stable",
    )
    return ordered.reset_index(drop=True)[list(REPEAT_COLUMNS)]


def root_causes(rows: pd.DataFrame) -> pd.DataFrame:
    """The plain count of causes recorded, most issues first."""
    known = rows.loc[rows["root_cause"].notna()]
    groups = known.groupby("root_cause", sort=True)
    found = pd.DataFrame(
        {
            "issues": groups.size(),
            "accounts": groups["account_id"].nunique(),
            "breached": known["promise"].eq(BREACHED).groupby(known["root_cause"]).sum(),
            "repeats": groups["is_repeat"].sum(),
        }
    )
    found.index.name = "root_cause"
    told = found.astype("int64").reset_index()
    ordered = told.sort_values(["issues", "root_cause"], ascending=[False, True], kind="stable")
    return ordered.reset_index(drop=True)[list(CAUSE_COLUMNS)]
