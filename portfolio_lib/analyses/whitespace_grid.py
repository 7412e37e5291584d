"""Who buys what on a day: clients in rows, offerings in columns, and who resembles whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.peers import peer_groups
from portfolio_lib.analyses.snapshots import is_blank

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """The clients that were active on a day, and what they bought by then.

    Parameters
    ----------
    clients : frame
        One row per client, by id: `account_id`, `industry`, `peer_group` (missing where the
        industry is not recorded) and `revenue` (of twelve months).
    offerings : tuple of str
        The columns, by name.
    buys, known, running, eligible : array of shape (clients, offerings)
        Revenue in the last twelve months; ever bought or agreed; a term that is agreed and not
        over; may buy it by its industry.
    revenue : array of shape (clients, offerings)
        Revenue of twelve months.
    """

    clients: pd.DataFrame
    offerings: tuple[str, ...]
    buys: Mask
    known: Mask
    running: Mask
    eligible: Mask
    revenue: Floats


@dataclass(frozen=True)
class Likeness:
    """How many similar clients buy, for every client and offering.

    Parameters
    ----------
    share : array
        Shrunk share of similar clients that buy: of the same industry and size, drawn towards the
        share in the industry, and that towards the share of all eligible clients.
    buyers, similar : array
        The plain counts "k of n": of industry and size where enough, else of the industry.
    narrow : array
        Whether these counts are of industry and size.
    """

    share: Floats
    buyers: Floats
    similar: Floats
    narrow: Mask


def columns_of(
    reviews: pd.DataFrame, offerings: pd.DataFrame | None, most: int
) -> tuple[pd.Series, str]:
    """The column of the grid that each offering stands in, and what a column is.

    Parameters
    ----------
    reviews : frame
        One row per account, offering and day: `account_id`, `offering`, `is_current`.
    offerings : frame or None
        May name the `family` of an offering.
    most : int
        Offerings that a grid can hold.

    Returns
    -------
    series
        Column by offering; offerings without one are left out.
    str
        ``offering``, ``family``, or ``largest`` where only the most bought ones are held.
    """
    names = sorted(reviews["offering"].dropna().unique())
    if offerings is not None:
        names = sorted({*names, *offerings["offering"].dropna()})
    if len(names) <= most:
        return pd.Series(names, index=names, dtype="object"), "offering"
    if offerings is not None and "family" in offerings and offerings["family"].notna().any():
        families = offerings.dropna(subset=["family"]).set_index("offering")["family"]
        if families.nunique() <= most:
            return families.astype(str), "family"
    clients = reviews.loc[reviews["is_current"]].groupby("offering")["account_id"].nunique()
    ranked = clients.rename_axis("offering").reset_index(name="clients")
    top = ranked.sort_values(["clients", "offering"], ascending=[False, True]).head(most)
    held = sorted(top["offering"])
    return pd.Series(held, index=held, dtype="object"), "largest"


def grid_on(
    day: dt.date,
    clients: pd.DataFrame,
    reviews: pd.DataFrame,
    contracts: pd.DataFrame | None,
    offerings: pd.DataFrame | None,
    column_of: pd.Series,
) -> Grid:
    """The grid as it was known on a day.

    Parameters
    ----------
    clients : frame
        Clients on that day: `account_id`, `industry`, `employees`, `revenue_12m`.
    reviews : frame
        One row per account, offering and day looked back from.
    contracts : frame or None
        A term agreed by then makes an offering known, before it brings revenue.
    offerings : frame or None
        May say which industries an offering is for.
    column_of : series
        Column of the grid by offering.
    """
    rows = clients.sort_values("account_id", kind="stable").reset_index(drop=True)
    rows["peer_group"] = peer_groups(rows)
    columns = tuple(sorted(column_of.unique()))
    held = reviews.loc[reviews["snapshot_date"].eq(pd.Timestamp(day))]
    sold = held.assign(column=held["offering"].map(column_of)).dropna(subset=["column"])
    revenue = _spread(sold, "revenue_12m", rows["account_id"], columns)
    known = _spread(sold.assign(one=1.0), "one", rows["account_id"], columns) > 0
    running = _running(contracts, day, rows["account_id"], column_of, columns)
    frame = rows[["account_id", "industry", "peer_group"]].assign(revenue=rows["revenue_12m"])
    eligible = _eligible(rows["industry"], offerings, column_of, columns)
    return Grid(
        frame, columns, revenue > 0, known | running, running, eligible | known | running, revenue
    )


def _spread(rows: pd.DataFrame, values: str, ids: pd.Series, columns: tuple[str, ...]) -> Floats:
    """Sums by client and column, 0 where there is no row."""
    filled = np.zeros((len(ids), len(columns)))
    places = ids.reset_index(drop=True)
    client = rows["account_id"].map(pd.Series(places.index, index=places.to_numpy()))
    column = rows["column"].map(pd.Series(range(len(columns)), index=list(columns)))
    inside = client.notna()
    spots = client[inside].astype(int), column[inside].astype(int)
    np.add.at(filled, spots, rows.loc[inside, values].to_numpy(float))
    return np.round(filled, 4)


def _running(
    contracts: pd.DataFrame | None,
    day: dt.date,
    ids: pd.Series,
    column_of: pd.Series,
    columns: tuple[str, ...],
) -> Mask:
    """Offerings with a term that was agreed by a day and is not over, whether or not it has begun.

    Notice given by that day ends an open-ended term.
    """
    if contracts is None or contracts.empty:
        return np.zeros((len(ids), len(columns)), dtype=bool)
    today = pd.Timestamp(day)
    agreed_on = contracts["signed_date"].fillna(contracts["start_date"])
    ended = contracts["end_date"].fillna(contracts["cancelled_date"])
    runs = contracts.loc[(agreed_on <= today) & ~(ended < today)]
    named = runs.assign(column=runs["offering"].map(column_of), one=1.0)
    return _spread(named.dropna(subset=["column"]), "one", ids, columns) > 0


def _eligible(
    industry: pd.Series,
    offerings: pd.DataFrame | None,
    column_of: pd.Series,
    columns: tuple[str, ...],
) -> Mask:
    """Whether a client's industry may buy; an offering without a list is for all."""
    allowed = np.ones((len(industry), len(columns)), dtype=bool)
    if offerings is None or "eligible_industries" not in offerings:
        return allowed
    lists = offerings.assign(column=offerings["offering"].map(column_of)).dropna(subset=["column"])
    own = industry.astype("string").str.strip().str.casefold().fillna("")
    for place, column in enumerate(columns):
        texts = lists.loc[lists["column"].eq(column), "eligible_industries"]
        if texts.empty or is_blank(texts).any():
            continue
        named = {part.strip().casefold() for text in texts for part in str(text).split(";")}
        allowed[:, place] = own.isin(named).to_numpy(dtype=bool)
    return allowed


def likeness(grid: Grid, *, prior: float, least: int) -> Likeness:
    """How many similar clients buy each offering.

    Parameters
    ----------
    prior : float
        Clients that the wider group counts for.
    least : int
        Similar clients that it takes to count them.
    """
    everybody = np.zeros(len(grid.clients), dtype=int)
    buyers, others = _others(grid, everybody)
    share = np.divide(buyers, others, out=np.zeros_like(buyers), where=others > 0)
    industry = grid.clients["industry"]
    wide = _others(grid, _codes(industry.where(~is_blank(industry))))
    narrow = _others(grid, _codes(grid.clients["peer_group"]))
    for bought, of in (wide, narrow):
        share = (bought + prior * share) / (of + prior)
    enough = narrow[1] >= least
    counts = [np.where(enough, near, far) for near, far in zip(narrow, wide, strict=True)]
    return Likeness(share, counts[0], counts[1], enough)


def _codes(groups: pd.Series) -> npt.NDArray[np.int64]:
    """Groups as numbers; those without one are alone, as −1."""
    codes: npt.NDArray[np.int64] = pd.factorize(groups, sort=True)[0].astype(np.int64)
    return codes


def _others(grid: Grid, groups: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Buyers and eligible clients among the others of each client's group."""
    able = grid.eligible.astype(float)
    bought = (grid.buys & grid.eligible).astype(float)
    if not len(groups):
        return bought, able
    sums = [np.zeros((groups.max() + 2, len(grid.offerings))) for _ in range(2)]
    for total, values in zip(sums, (bought, able), strict=True):
        np.add.at(total, groups, values)
        total[-1] = 0.0
    alone = (groups < 0)[:, None]
    found = [
        np.where(alone, 0.0, total[groups] - values)
        for total, values in zip(sums, (bought, able), strict=True)
    ]
    return found[0], found[1]
