"""Competitors seen at clients, and whether each is still a threat."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank

COLUMNS = ("account_id", "competitor", "offering", "first_seen", "status")


def open_threats(competitors: pd.DataFrame | None, closed_words: Sequence[str]) -> pd.DataFrame:
    """Threats whose status is none of the words that say a threat is over.

    Returns
    -------
    frame
        `account_id`, `competitor`, `offering` (missing where not given), `first_seen`, `status`;
        by account, competitor and offering.
    """
    given = pd.DataFrame(columns=list(COLUMNS)) if competitors is None else competitors
    rows = given.reindex(columns=list(COLUMNS))
    status = rows["status"].astype("string").str.strip().str.casefold().fillna("")
    found = rows.loc[~status.isin(list(closed_words))].copy()
    found["offering"] = found["offering"].astype("object").where(~is_blank(found["offering"]), None)
    found["first_seen"] = pd.to_datetime(found["first_seen"])
    return found.sort_values(["account_id", "competitor", "offering"], kind="stable").reset_index(
        drop=True
    )
