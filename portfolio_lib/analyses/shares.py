"""Who brings how much: ranks, shares, the Herfindahl index, parents.

All shares are over positive revenue. Ranks are by revenue, largest first; ties go by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

import pandas as pd

from portfolio_lib.analyses.snapshots import is_blank, positive, total

HHI_POINTS = 10_000
"""The Herfindahl index is 1 for a single client; on the common scale that is 10,000."""
GROUPING = "accounts under one parent count as one client"
"""The policy of every figure that says how much hangs on how few."""


def largest_first(frame: pd.DataFrame, *, revenue: str, key: str) -> pd.DataFrame:
    """The rows by revenue, largest first, ties by key; index 0…n−1."""
    order = frame.sort_values([revenue, key], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def share_of_total(revenue: pd.Series) -> pd.Series:
    """Each row's share of the positive revenue; all 0 where there is none.

    Examples
    --------
    >>> share_of_total(pd.Series([60.0, 40.0, -10.0])).tolist()
    [0.6, 0.4, 0.0]
    """
    whole = total(positive(revenue))
    return positive(revenue) / whole if whole > 0 else revenue * 0.0


def top_share(revenue: pd.Series, size: int) -> float | None:
    """Share of the `size` largest in the positive revenue, in [0, 1]; None without any revenue."""
    ordered = positive(revenue).sort_values(ascending=False)
    whole = total(ordered)
    return min(1.0, total(ordered.iloc[:size]) / whole) if whole > 0 else None


def part_size(count: int, part: float) -> int:
    """How many of `count` make up a part of them: rounded down, but never nobody.

    Examples
    --------
    >>> part_size(4338, 0.1)
    433
    >>> part_size(4, 0.1)
    1
    """
    exact = Decimal(str(part)) * count
    return max(min(count, 1), int(exact.to_integral_value(rounding=ROUND_FLOOR)))


def herfindahl(revenue: pd.Series) -> float | None:
    """The sum of squared shares, in [1/n, 1]; None without any revenue.

    Examples
    --------
    >>> round(herfindahl(pd.Series([50.0, 30.0, 20.0])), 4)
    0.38
    """
    shares = share_of_total(revenue)
    return total(shares**2) if total(shares) > 0 else None


def ultimate_parents(accounts: pd.DataFrame) -> pd.Series:
    """The company at the top of each account, as an id by `account_id`.

    An account without a parent is its own. Parents that go round in a circle are one company,
    named by the smallest id in the circle. A parent that is not itself a client still joins its
    daughters.

    Parameters
    ----------
    accounts : frame
        `account_id`, and `parent_account_id` where known.
    """
    ids = accounts["account_id"].astype(str)
    if "parent_account_id" not in accounts:
        return pd.Series(ids.to_numpy(), index=ids.to_numpy(), dtype="object")
    parents = accounts["parent_account_id"]
    given = ~is_blank(parents)
    links = dict(zip(ids[given], parents[given].astype(str).str.strip(), strict=True))
    tops = _tops(links)
    return pd.Series([tops.get(one, one) for one in ids], index=ids.to_numpy(), dtype="object")


def _tops(parent_of: Mapping[str, str]) -> dict[str, str]:
    tops: dict[str, str] = {}
    for start in sorted(parent_of):
        path: dict[str, None] = {}
        node = start
        while node in parent_of and node not in tops and node not in path:
            path[node] = None
            node = parent_of[node]
        if node in path:
            walked = list(path)
            node = min(walked[walked.index(node) :])
        top = tops.get(node, node)
        tops.update(dict.fromkeys(path, top))
    return tops
