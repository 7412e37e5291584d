"""What each client could buy next: the state of every cell, and what the open ones are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.analyses.whitespace_grid import Grid, Likeness

STATES = ("ours", "pipeline", "competitor", "in-house", "not eligible", "open", "unknown")
CELL_COLUMNS = (
    *("account_id", "account_name", "offering", "state", "bought_before", "k", "n", "alike"),
    *("share", "potential_revenue", "margin", "potential", "probability", "expected_value"),
)
BY_SIZE, BY_INDUSTRY = "industry and size", "industry"


@dataclass(frozen=True)
class Taken:
    """Cells where something is already going on: pairs of account and column."""

    pipeline: frozenset[tuple[str, str]]
    competitor: frozenset[tuple[str, str]]
    in_house: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Worth:
    """How an open cell is valued.

    Parameters
    ----------
    least_similar : int
        Similar clients that it takes.
    similar_share : float
        Share of them that must buy.
    largest_scale : float
        Bound of the scaling to the client's own revenue, either way.
    margins : series or None
        Margin by column; None where one is not known, so that all is valued by revenue.
    conversion : float or None
        What turns a share into a chance of buying within a year; None leaves the share.
    """

    least_similar: int
    similar_share: float
    largest_scale: float
    margins: pd.Series | None
    conversion: float | None


def cells_of(
    grid: Grid, alike: Likeness, names: pd.Series, taken: Taken, worth: Worth
) -> pd.DataFrame:
    """Every cell of the grid.

    Parameters
    ----------
    names : series
        Name by account.

    Returns
    -------
    frame
        One row per account and offering, by account and offering: `state` (see `STATES`),
        `bought_before` (an open cell that was ours more than a year ago), `k` of `n` similar
        clients that buy, `alike` (by which traits they are similar), `share`, and for open cells
        never bought where enough similar clients buy: `potential_revenue` (a year), `margin`,
        `potential` (revenue × margin, or revenue), `probability`, `expected_value`.
    """
    shape = grid.buys.shape
    rows, columns = (axis.ravel() for axis in np.indices(shape))
    frame = pd.DataFrame(
        {
            "account_id": grid.clients["account_id"].to_numpy(object)[rows],
            "offering": np.array(grid.offerings, dtype=object)[columns],
            "state": _states(grid, alike, taken, worth.least_similar).ravel(),
            "bought_before": (grid.known & ~grid.buys & ~grid.running).ravel(),
            "k": alike.buyers.ravel(),
            "n": alike.similar.ravel(),
            "alike": np.where(alike.narrow, BY_SIZE, BY_INDUSTRY).ravel(),
            "share": alike.share.ravel(),
        }
    )
    frame["account_name"] = frame["account_id"].map(names).fillna(frame["account_id"])
    asked = (
        frame["state"].eq("open")
        & ~frame["bought_before"]
        & (frame["k"] >= worth.similar_share * frame["n"])
    )
    frame["potential_revenue"] = _potential(
        grid, alike, asked.to_numpy().reshape(shape), worth
    ).ravel()
    return _valued(frame, worth)[list(CELL_COLUMNS)]


def _states(grid: Grid, alike: Likeness, taken: Taken, least: int) -> np.ndarray:
    """The first state of the list that holds, cell by cell."""
    states = np.where(alike.similar >= least, "open", "unknown").astype(object)
    states[~grid.eligible] = "not eligible"
    for state, pairs in (
        ("in-house", taken.in_house),
        ("competitor", taken.competitor),
        ("pipeline", taken.pipeline),
    ):
        states[_marked(grid, pairs)] = state
    states[grid.buys | grid.running] = "ours"
    return states


def _marked(grid: Grid, pairs: frozenset[tuple[str, str]]) -> np.ndarray:
    ids = grid.clients["account_id"].tolist()
    return np.array(
        [[(account, offering) in pairs for offering in grid.offerings] for account in ids],
        dtype=bool,
    ).reshape(grid.buys.shape)


def _potential(grid: Grid, alike: Likeness, asked: np.ndarray, worth: Worth) -> np.ndarray:
    """What similar clients that buy pay in a year, scaled to the client's own revenue."""
    found = np.full(asked.shape, np.nan)
    own = grid.clients["revenue"].to_numpy(float)
    narrow, wide = (grid.clients[name].to_numpy(object) for name in ("peer_group", "industry"))
    known: dict[tuple[Any, ...], tuple[float, float]] = {}
    for row, column in zip(*np.nonzero(asked), strict=True):
        groups = narrow if alike.narrow[row, column] else wide
        key = (alike.narrow[row, column], groups[row], column)
        if key not in known:
            buyers = (groups == groups[row]) & grid.buys[:, column]
            known[key] = (
                float(np.median(grid.revenue[buyers, column])),
                float(np.median(own[buyers])),
            )
        typical, size = known[key]
        scale = own[row] / size if size > 0 and own[row] > 0 else 1.0
        bound = worth.largest_scale
        found[row, column] = round(typical * min(max(scale, 1 / bound), bound), 2)
    return found


def _valued(frame: pd.DataFrame, worth: Worth) -> pd.DataFrame:
    """Margin, chance and expected value of the cells that have a potential."""
    done = frame.copy()
    margins = worth.margins
    done["margin"] = np.nan if margins is None else done["offering"].map(margins).astype(float)
    done["margin"] = done["margin"].where(done["potential_revenue"].notna())
    factor = 1.0 if margins is None else done["margin"]
    done["potential"] = (done["potential_revenue"] * factor).round(2)
    chance = done["share"] * (1.0 if worth.conversion is None else worth.conversion)
    done["probability"] = chance.clip(upper=1.0).where(done["potential"].notna()).round(6)
    done["expected_value"] = (done["potential"] * done["probability"]).round(2)
    return done


def margins_by_column(offerings: pd.DataFrame | None, column_of: pd.Series) -> pd.Series | None:
    """Margin of each column; None unless every column has one (of a family: the mean)."""
    if offerings is None or "margin" not in offerings:
        return None
    given = offerings.assign(column=offerings["offering"].map(column_of)).dropna(subset=["column"])
    means = pd.to_numeric(given["margin"]).astype(float).groupby(given["column"]).mean()
    known = means.reindex(sorted(column_of.unique()))
    return None if known.isna().any() else known


def taken_cells(
    opportunities: pd.DataFrame,
    threats: pd.DataFrame,
    column_of: pd.Series,
    in_house_words: Sequence[str],
) -> Taken:
    """Cells with a deal under way, a competitor in it, or done by the client itself.

    Parameters
    ----------
    opportunities : frame
        Deals: `account_id`, `offering`, `kind`, `is_open`, `outcome`, `competitor`,
        `loss_reason`. Open ones other than renewals are pipeline; lost ones whose rival or reason
        says so are in-house.
    threats : frame
        Open threats: `account_id`, `competitor`, `offering`.
    """
    growing = opportunities["is_open"] & opportunities["kind"].ne("renewal")
    said = _texts(opportunities, "competitor") + " " + _texts(opportunities, "loss_reason")
    lost = opportunities["outcome"].eq("lost") & _says(said, in_house_words)
    own = _says(_texts(threats, "competitor"), in_house_words)
    return Taken(
        pipeline=_pairs(opportunities.loc[growing], column_of),
        competitor=_pairs(threats.loc[~own], column_of),
        in_house=_pairs(opportunities.loc[lost], column_of) | _pairs(threats.loc[own], column_of),
    )


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].astype("string").fillna("").str.casefold()


def _says(texts: pd.Series, words: Sequence[str]) -> pd.Series:
    said = pd.Series(False, index=texts.index)
    for word in words:
        said |= texts.str.contains(word, regex=False).astype(bool)
    return said


def _pairs(rows: pd.DataFrame, column_of: pd.Series) -> frozenset[tuple[str, str]]:
    named = rows.assign(column=rows["offering"].map(column_of))
    named = named.loc[named["column"].notna() & ~is_blank(named["account_id"])]
    return frozenset(zip(named["account_id"].astype(str), named["column"], strict=True))


def by_offering(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells by offering and state, with the potential and expected value of the open ones.

    Returns
    -------
    frame
        One row per offering, most expected value first: one column per state, `valued` (cells
        with a potential), `potential`, `expected_value`.
    """
    counts = pd.crosstab(cells["offering"], cells["state"]).reindex(
        columns=list(STATES), fill_value=0
    )
    valued = cells.loc[cells["potential"].notna()].groupby("offering")
    counts["valued"] = valued.size()
    counts["potential"] = valued["potential"].sum().round(2)
    counts["expected_value"] = valued["expected_value"].sum().round(2)
    filled = counts.fillna(0.0).astype({"valued": "int64"}).rename_axis(columns=None).reset_index()
    return filled.sort_values(
        ["expected_value", "offering"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True)
