"""Would the grid of a year ago have pointed at what clients then bought for the first time?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from portfolio_lib.analyses.whitespace_grid import Floats, Grid, Likeness

ORDERS = ("similar", "popular", "random")


@dataclass(frozen=True)
class BackTest:
    """What became of the open cells of earlier days.

    Parameters
    ----------
    orders : frame
        One row per order tried on the last year's cells: `order` (``similar``, ``popular``,
        ``random``), `cells` (first cells by that order), `hits` (of them bought in the year
        after; an expectation where cells tie or are drawn by chance), `hit_rate`, `low`, `high`.
    cells, hits : int
        Open cells a year ago, and those bought for the first time in the year after.
    conversion : float or None
        First purchases ÷ the sum of shares, over all years looked back: what turns a share into a
        chance of a first purchase within a year. None with too few purchases.
    conversions : int
        First purchases behind `conversion`.
    years : int
        Years that `conversion` looks back on.
    reason : str or None
        Why there is no test.
    """

    orders: pd.DataFrame
    cells: int
    hits: int
    conversion: float | None
    conversions: int
    years: int
    reason: str | None


def open_cells(before: Grid, after: Grid, alike: Likeness) -> pd.DataFrame:
    """Every cell that was open on the earlier day, and whether it was bought by the later one.

    Returns
    -------
    frame
        `account_id`, `offering`, `share` (of similar clients), `popular` (of all eligible
        clients), `bought`; by account and offering.
    """
    open_ = before.eligible & ~before.known
    able = before.eligible.sum(axis=0)
    bought = (before.buys & before.eligible).sum(axis=0)
    popular = np.divide(bought, able, out=np.zeros(len(able)), where=able > 0)
    later = _known_later(before, after)
    rows, columns = np.nonzero(open_)
    return pd.DataFrame(
        {
            "account_id": before.clients["account_id"].to_numpy()[rows],
            "offering": np.array(before.offerings, dtype=object)[columns],
            "share": alike.share[rows, columns],
            "popular": popular[columns],
            "bought": later[rows, columns] > 0,
        }
    )


def _known_later(before: Grid, after: Grid) -> Floats:
    """Revenue within the year after, on the rows of the earlier grid; 0 for those who left."""
    later = pd.DataFrame(
        after.buys.astype(float),
        index=after.clients["account_id"],
        columns=list(after.offerings),
    )
    return later.reindex(index=before.clients["account_id"]).fillna(0.0).to_numpy(float)


def expected_hits(cells: pd.DataFrame, order: str, first: int) -> float:
    """Purchases among the first cells of an order; where cells tie, their mean over all ways.

    Examples
    --------
    >>> cells = pd.DataFrame({"share": [0.5, 0.2, 0.2, 0.1], "bought": [True, True, False, False]})
    >>> expected_hits(cells, "share", 2)
    1.5
    """
    ranked = cells[order].round(12)
    limit = np.sort(ranked.to_numpy())[::-1][first - 1]
    above, at = cells.loc[ranked > limit, "bought"], cells.loc[ranked == limit, "bought"]
    return float(above.sum() + at.mean() * (first - len(above)))


def back_test(
    years: list[pd.DataFrame], *, part: float, level: float, least: int, reason: str | None
) -> BackTest:
    """Test the order of the cells, and how many of them turn into purchases.

    Parameters
    ----------
    years : list of frame
        Open cells a year ago, two years ago …: see `open_cells`.
    part : float
        Part of the cells that counts as first.
    level : float
        Level of the intervals.
    least : int
        First purchases that it takes for a conversion.
    reason : str or None
        Why there can be no test.
    """
    tested = [cells for cells in years if len(cells)]
    empty = pd.DataFrame(columns=["order", "cells", "hits", "hit_rate", "low", "high"])
    if reason is not None or not tested:
        return BackTest(empty, 0, 0, None, 0, 0, reason or "no cell was open a year ago")
    last = tested[0]
    hits = int(sum(cells["bought"].sum() for cells in tested))
    shares = math.fsum(value for cells in tested for value in cells["share"])
    conversion = hits / shares if hits >= least and shares > 0 else None
    first = max(1, round(len(last) * part))
    orders = _orders(last, first, level)
    return BackTest(
        orders, len(last), int(last["bought"].sum()), conversion, hits, len(tested), None
    )


def _orders(cells: pd.DataFrame, first: int, level: float) -> pd.DataFrame:
    found = {
        "similar": expected_hits(cells, "share", first),
        "popular": expected_hits(cells, "popular", first),
        "random": float(cells["bought"].mean()) * first,
    }
    rows = [_order(name, hits, first, level) for name, hits in found.items()]
    return pd.DataFrame(rows).astype({"cells": "int64"})


def _order(name: str, hits: float, first: int, level: float) -> dict[str, object]:
    low, high = proportion_confint(hits, first, alpha=1 - level, method="wilson")
    chance = name == "random"  # an expectation over all orders has no chance in it
    return {
        "order": name,
        "cells": first,
        "hits": hits,
        "hit_rate": hits / first,
        "low": np.nan if chance else float(low),
        "high": np.nan if chance else float(high),
    }
