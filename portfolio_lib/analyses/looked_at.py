"""Whether a term was looked at in time before its end: by a contact, a plan, an action, a deal."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.parameters.renewal_models import RenewalsPage

IN_TIME, SINCE, NOT_YET, AHEAD = "in time", "since", "not yet", "not due yet"
TABLES = "interactions, plans, actions or opportunities"


def signs_of_work(
    interactions: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    actions: pd.DataFrame | None,
    opportunities: pd.DataFrame | None,
    page: RenewalsPage,
) -> pd.DataFrame | None:
    """Days on which something was done about an account; None where no table says.

    Returns
    -------
    frame
        `account_id`, `day`: a contact of a kind that counts, a plan written, an action agreed, a
        renewal deal opened.
    """
    parts = []
    if interactions is not None:
        counts = interactions["kind"].isin(page.looked_at_kinds)
        parts.append(_days(interactions.loc[counts], "date"))
    if plans is not None:
        parts.append(_days(plans, "date"))
    if actions is not None:
        parts.append(_days(actions, "created_date"))
    if opportunities is not None:
        deals = opportunities["kind"].eq("renewal").fillna(False).astype(bool)
        parts.append(_days(opportunities.loc[deals], "created_date"))
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def _days(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    found = rows[["account_id", column]].dropna().rename(columns={column: "day"})
    return found.astype({"account_id": "str", "day": "datetime64[s]"})


def looked_at(
    terms: pd.DataFrame, signs: pd.DataFrame | None, as_of: dt.date, page: RenewalsPage
) -> pd.Series:
    """Whether each term was looked at so many days before its end, on the index of `terms`.

    Returns
    -------
    series
        ``in time`` (something was done in the days before that mark), ``since`` (only after it),
        ``not yet``, or ``not due yet`` where the mark lies ahead and nothing was done so far.
        Missing where no table says.
    """
    if signs is None:
        return pd.Series(None, index=terms.index, dtype="object")
    window = pd.Timedelta(days=page.looked_at_days)
    mark = (terms["end_date"] - window).to_numpy()
    today = pd.Timestamp(as_of)
    pairs = pd.DataFrame(
        {"place": np.arange(len(terms)), "account_id": terms["account_id"].to_numpy(), "mark": mark}
    ).merge(signs, on="account_id", how="inner")
    pairs = pairs.loc[pairs["day"] <= today]
    before = pairs["day"] <= pairs["mark"]
    timely = pairs.loc[before & (pairs["day"] > pairs["mark"] - window), "place"].unique()
    after = pairs.loc[~before, "place"].unique()
    found = np.where(mark > today.to_datetime64(), AHEAD, NOT_YET).astype(object)
    found[after] = SINCE
    found[timely] = IN_TIME
    return pd.Series(found, index=terms.index, dtype="object")
