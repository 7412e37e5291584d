"""What similar clients spend: same industry, same size band where sizes are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank

SIZE_NAMES = ("small", "medium", "large")
COLUMNS = ("peer_group", "peers", "peers_above", "peer_median", "peer_ticket", "headroom")


def peer_groups(accounts: pd.DataFrame) -> pd.Series:
    """Each account's group of similar clients; missing where its industry is not recorded.

    Parameters
    ----------
    accounts : frame
        One row per account: `industry`, and `employees` where they were handed in.

    Notes
    -----
    Size bands are thirds of the known sizes of the unit. Clients of one size are always in one
    band. A client without a size is compared with the clients of its industry without a size.
    """
    industry = accounts["industry"].astype("object").where(~is_blank(accounts["industry"]))
    blank = pd.Series(np.nan, index=accounts.index)
    sizes = pd.to_numeric(accounts["employees"]) if "employees" in accounts else blank
    known = sizes.dropna().to_numpy(float)
    if not len(known):
        return industry
    edges = np.quantile(known, (1 / 3, 2 / 3), method="inverted_cdf")
    places = np.searchsorted(edges, sizes.fillna(0).to_numpy(float), side="left")
    bands = pd.Series([SIZE_NAMES[place] for place in places], index=accounts.index)
    named = industry.astype("string") + ", " + bands.where(sizes.notna(), "size not known")
    return named.astype("object").where(industry.notna())


def compared(rows: pd.DataFrame, least_peers: int) -> pd.DataFrame:
    """Every account beside the similar clients that buy.

    Parameters
    ----------
    rows : frame
        One row per account: `peer_group`, `revenue_12m`, `average_ticket` (missing without any
        purchase).
    least_peers : int
        Other clients of the group with revenue that it takes.

    Returns
    -------
    frame
        On the index of `rows`: `peers` (other clients of the group with revenue), `peers_above`
        (those that brought more), `peer_median` and `peer_ticket` (their medians), `headroom`
        (what is missing to the median, for a client with revenue of its own that is below it).
        All but `peers` are missing with too few peers, `headroom` also where there is none.
    """
    found = pd.DataFrame(np.nan, index=rows.index, columns=list(COLUMNS[1:]), dtype="float64")
    for _, group in rows.groupby("peer_group", sort=True):
        found.loc[group.index] = _beside(group, least_peers).to_numpy()
    found["peers"] = found["peers"].fillna(0.0)
    return found


def _beside(group: pd.DataFrame, least_peers: int) -> pd.DataFrame:
    """Every account of one group beside the others that buy."""
    own = group["revenue_12m"].astype("float64")
    buys = own > 0
    enough = buys.sum() - buys.astype(int) >= least_peers
    median = medians_of_others(own.where(buys))
    sorted_own = np.sort(own[buys].to_numpy())
    above = len(sorted_own) - np.searchsorted(sorted_own, own.to_numpy(), side="right")
    done = pd.DataFrame(
        {
            "peers": (buys.sum() - buys.astype(int)).astype("float64"),
            "peers_above": pd.Series(above.astype(float), index=group.index).where(enough),
            "peer_median": median.where(enough),
            "peer_ticket": medians_of_others(group["average_ticket"].where(buys)).where(enough),
        }
    )
    done["headroom"] = (median - own).where(enough & buys & (own < median))
    return done


def medians_of_others(values: pd.Series) -> pd.Series:
    """For each row the median of the values of all other rows; missing values count for nobody.

    Examples
    --------
    >>> medians_of_others(pd.Series([1.0, 2.0, 10.0, None])).tolist()
    [6.0, 5.5, 1.5, 2.0]
    """
    known = np.sort(values.dropna().to_numpy(float))
    if not len(known):
        return pd.Series(np.nan, index=values.index)
    place = np.searchsorted(known, values.fillna(np.inf).to_numpy(float), side="left")
    others = np.where(values.notna(), len(known) - 1, len(known))
    # Where the own value stands before the place asked for, that place moves up by one.
    low, high = (others - 1) // 2, others // 2
    low, high = (np.minimum(p + (p >= place), len(known) - 1) for p in (low, high))
    middle = (known[low] + known[high]) / 2
    return pd.Series(np.where(others > 0, middle, np.nan), index=values.index)
