"""Whether a book of clients does better or worse than luck alone would make it.

The clients of a unit are dealt out to the account managers at random again and again, each manager
getting as many clients of each tier as he or she has. What the books come to then is what luck and
the mix of tiers make; only what lies beyond the limits of that is called above or below. A small
book has wide limits, so five clients are not ranked by luck.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.analyses.answer_scores import ABOVE, BELOW, IN_LINE, TOO_FEW
from portfolio_lib.parameters.manager_models import AccountManagersPage

Floats = npt.NDArray[np.float64]

LIMIT_COLUMNS = (
    *("account_manager", "accounts", "value", "expected", "low", "high", "best_estimate"),
    "reading",
)
CELLS_AT_ONCE = 2_000_000
MOST_CELLS = 40_000_000
LEAST_DRAWS = 500
DRAWS_PER_BOOK = 400
"""So that some ten draws lie beyond each limit, however many books are compared."""
CLOSE = 1e-9
DECIMALS = 9


def book_limits(
    rows: pd.DataFrame, page: AccountManagersPage, *, seed: int, compared: int | None = None
) -> pd.DataFrame:
    """The value of each book, what luck alone would make it, and how the two stand.

    Parameters
    ----------
    rows : frame
        One row per client in a fixed order: `account_manager`, `stratum` (clients are dealt out
        within it), `top`, `bottom` (above 0). A book's value is the sum of tops ÷ sum of bottoms.
    page : AccountManagersPage
        The least clients of a book, the level of the limits, and the draws.
    seed : int
        Start of the draws.
    compared : int or None
        How many books or parts of books are compared in all; those here where None.

    Returns
    -------
    frame
        One row per manager by name: `account_manager`, `accounts`, `value`, `expected` (the mean
        of the draws), `low`, `high` (the limits), `best_estimate` (the value drawn towards what
        was expected, the more the less the book can tell), `reading` (above, in line, below, too
        few to say). Where there are too few: NaN but for `accounts` and `value`.

    Notes
    -----
    The limits of all books together hold at `limits_level` (Šidák): where all managers are alike
    the measure shows one beyond its limits in five reviews of a hundred at 0.95. The spread
    between managers behind `best_estimate` is that of DerSimonian and Laird, "Meta-analysis in
    Clinical Trials", Controlled Clinical Trials 7 (1986); limits in place of rankings are those
    of D. J. Spiegelhalter, "Funnel Plots for Comparing Institutional Performance", Statistics in
    Medicine 24 (2005).

    Examples
    --------
    >>> rows = pd.DataFrame({"account_manager": ["Ann"] * 10 + ["Bob"] * 10, "stratum": "1",
    ...                      "top": [1.0] * 10 + [0.0] * 10, "bottom": 1.0})
    >>> book_limits(rows, AccountManagersPage(), seed=1)["reading"].tolist()
    ['above', 'below']
    """
    books = rows.groupby("account_manager", sort=True)
    found = books.size().rename("accounts").reset_index()
    found["value"] = (books["top"].sum() / books["bottom"].sum()).round(DECIMALS).to_numpy()
    for name in ("expected", "low", "high", "best_estimate"):
        found[name] = math.nan
    found["reading"] = TOO_FEW
    told = found["accounts"].ge(page.least_accounts)
    others = len(rows) - found["accounts"]
    told &= others.ge(page.least_accounts)
    if told.any():
        judged = found.loc[told, "account_manager"].tolist()
        drawn = _drawn(rows, judged, page.draws, seed)
        told_rows = _judged(found.loc[told], drawn, page.limits_level, compared or len(judged))
        found.loc[told, list(told_rows.columns)] = told_rows
    return found[list(LIMIT_COLUMNS)]


def _judged(found: pd.DataFrame, drawn: Floats, level: float, compared: int) -> pd.DataFrame:
    values = found["value"].to_numpy(float)
    tail = (1 - level ** (1 / compared)) / 2
    low = np.quantile(drawn, tail, axis=0, method="lower")
    high = np.quantile(drawn, 1 - tail, axis=0, method="higher")
    expected = drawn.mean(axis=0)
    above, below = values > high + CLOSE, values < low - CLOSE
    told = pd.DataFrame(
        {
            "expected": expected,
            "low": low,
            "high": high,
            "best_estimate": shrunk(values, expected, drawn.var(axis=0)),
        },
        index=found.index,
    ).round(DECIMALS)
    told["reading"] = np.select([above, below], [ABOVE, BELOW], IN_LINE)
    return told


def shrunk(values: Floats, expected: Floats, variances: Floats) -> Floats:
    """Values drawn towards what was expected, by how little each can tell (empirical Bayes).

    Examples
    --------
    Two books, each as far from what was expected as luck makes them (2 ** 2 = 4): between them
    they are allowed one such distance, so a third of it is believed.

    >>> shrunk(np.array([2.0, -2.0]), np.zeros(2), np.array([4.0, 4.0])).round(2).tolist()
    [0.67, -0.67]
    """
    known = variances > CLOSE**2
    if known.sum() < 2:
        return expected.copy()
    weights = 1 / variances[known]
    away = values - expected
    excess = float((weights * away[known] ** 2).sum()) - (int(known.sum()) - 1)
    spread = max(0.0, excess / float(weights.sum()))
    part = np.divide(spread, spread + variances, out=np.zeros_like(variances), where=known)
    return expected + part * away


def draws_made(clients: int, books: int, wanted: int) -> int:
    """How often the clients are dealt out: more for many books, fewer for very many clients.

    Examples
    --------
    >>> draws_made(100, 6, 4000), draws_made(100, 50, 4000), draws_made(100_000, 6, 4000)
    (4000, 20000, 500)
    """
    room = max(LEAST_DRAWS, MOST_CELLS // max(1, clients))
    return min(max(wanted, DRAWS_PER_BOOK * books), room)


def _drawn(rows: pd.DataFrame, judged: list[str], wanted: int, seed: int) -> Floats:
    """The books' values in every draw: shape (draws, judged)."""
    ordered = rows.sort_values("stratum", kind="stable")
    strata = pd.factorize(ordered["stratum"], sort=True)[0].astype(float)
    names = ordered["account_manager"].to_numpy()
    belongs = np.column_stack([names == name for name in judged]).astype(float)
    tops, bottoms = ordered["top"].to_numpy(float), ordered["bottom"].to_numpy(float)
    parts = []
    for order in _deals(strata, draws_made(len(rows), len(judged), wanted), seed):
        parts.append((tops[order] @ belongs) / (bottoms[order] @ belongs))
    return np.concatenate(parts)


def _deals(strata: Floats, draws: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Random orders of the clients within their strata, some draws at a time."""
    random = np.random.default_rng(seed)
    at_once = max(1, min(draws, CELLS_AT_ONCE // max(1, len(strata))))
    for first in range(0, draws, at_once):
        size = min(at_once, draws - first)
        yield np.argsort(strata + random.random((size, len(strata))), axis=1)
