"""Orders that changed: quantity, ticket or mix of the latest orders outside the client's own range.

Each account is its own yardstick. The middle one of its latest orders is held against the range in
which the middle part of its earlier orders lay, so that one odd order changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd

from portfolio_lib.parameters.behaviour_models import RecurrencePage

LEAST_RECENT = 3
MEASURES = ("ticket", "quantity", "mix")
COLUMNS = (
    "account_id",
    "recent_orders",
    "earlier_orders",
    "ticket_usual",
    "ticket_now",
    "ticket_change",
    "quantity_usual",
    "quantity_now",
    "quantity_change",
    "mix_usual",
    "mix_now",
    "mix_change",
    "dropped_offering",
    "chance_changed",
)


@dataclass(frozen=True)
class _Orders:
    """One account's orders: earlier ones, latest ones, and sales by order and offering."""

    earlier: pd.DataFrame
    recent: pd.DataFrame
    mix: pd.DataFrame | None


def changed_orders(order_lines: pd.DataFrame, as_of: dt.date, page: RecurrencePage) -> pd.DataFrame:
    """One row per account with enough earlier and enough latest orders, sorted by id.

    Parameters
    ----------
    order_lines : frame
        One row per account, day and offering with a sale in 24 months: `account_id`, `day`,
        `offering`, `sales`, `quantity`.

    Returns
    -------
    frame
        `recent_orders` (an odd number, so that there is a middle one) and `earlier_orders`;
        per measure the middle of the earlier (`_usual`) and of the latest orders (`_now`), and
        `_change`: ``lower``, ``higher`` or ``other`` (mix) where it is outside the account's own
        range, ``within`` where not, missing where it is not recorded. `mix` is the share of an
        order's sales that differs from the account's usual mix, from 0 to 1. `dropped_offering`
        is the usual offering that lost most, where the mix changed. `chance_changed` is at most
        how likely any of the measures is outside by chance in an account that has not changed.
    """
    known = order_lines.loc[order_lines["day"] <= pd.Timestamp(as_of)]
    ordered = known.sort_values(["account_id", "day"], kind="stable")
    found = [
        row
        for account, lines in ordered.groupby("account_id", sort=True)
        if (row := _compared(str(account), lines, as_of, page)) is not None
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _compared(
    account: str, lines: pd.DataFrame, as_of: dt.date, page: RecurrencePage
) -> dict[str, object] | None:
    orders = _split(lines, as_of, page)
    if orders is None:
        return None
    row: dict[str, object] = {
        "account_id": account,
        "recent_orders": len(orders.recent),
        "earlier_orders": len(orders.earlier),
    }
    told = 0
    for measure in MEASURES:
        if measure == "mix" and orders.mix is None:
            row |= {"mix_usual": np.nan, "mix_now": np.nan, "mix_change": None}
            continue
        answer = _outside(orders, measure, page)
        row |= answer
        told += answer[f"{measure}_change"] is not None
    row["dropped_offering"] = _dropped(orders) if row["mix_change"] == "other" else None
    row["chance_changed"] = _chance(orders, told, page)
    return row


def _split(lines: pd.DataFrame, as_of: dt.date, page: RecurrencePage) -> _Orders | None:
    """Earlier orders, and the latest ones of the recent days; None where either are too few."""
    by_day = lines.groupby("day", sort=True)
    orders = pd.DataFrame(
        {"ticket": by_day["sales"].sum(), "quantity": by_day["quantity"].sum(min_count=1)}
    )
    edge = pd.Timestamp(as_of - dt.timedelta(days=page.recent_days))
    earlier, late = orders.loc[orders.index <= edge], orders.loc[orders.index > edge]
    count = min(len(late), page.recent_orders)
    count -= 1 - count % 2
    if count < LEAST_RECENT or len(earlier) < page.least_earlier_orders:
        return None
    recent = late.iloc[-count:]
    mix = _mix(lines, earlier.index)
    if mix is not None:
        distance = _distance(mix, earlier.index)
        earlier = earlier.assign(mix=distance.reindex(earlier.index))
        recent = recent.assign(mix=distance.reindex(recent.index))
    return _Orders(earlier, recent, mix)


def _mix(lines: pd.DataFrame, earlier: pd.Index) -> pd.DataFrame | None:
    """Each order's shares of sales by offering; None where fewer than two offerings are known."""
    named = lines.dropna(subset=["offering"])
    if named["offering"].nunique() < 2 or not named["day"].isin(earlier).any():
        return None
    sales = named.pivot_table(index="day", columns="offering", values="sales", aggfunc="sum")
    sales = sales.fillna(0.0).sort_index(axis=1)
    shares: pd.DataFrame = sales.div(sales.sum(axis=1), axis=0)
    return shares


def _distance(mix: pd.DataFrame, earlier: pd.Index) -> pd.Series:
    """How much of each order differs from the account's average earlier order, 0 to 1.

    An earlier order is held against the *other* earlier ones: were it part of its own yardstick,
    every later order would look more unlike it, the more so the more offerings there are.
    """
    is_earlier = mix.index.isin(earlier)
    sums, count = mix.loc[is_earlier].sum(), int(is_earlier.sum())
    usual = pd.DataFrame(sums.to_numpy() / count, index=mix.columns).T
    usual = usual.loc[[0] * len(mix)].set_axis(mix.index)
    if count > 1:
        usual.loc[is_earlier] = (sums - mix.loc[is_earlier]) / (count - 1)
    differs: pd.Series = (mix - usual).abs().sum(axis=1) / 2
    return differs


def _outside(orders: _Orders, measure: str, page: RecurrencePage) -> dict[str, object]:
    earlier, recent = orders.earlier[measure].dropna(), orders.recent[measure].dropna()
    if len(earlier) < page.least_earlier_orders or len(recent) < LEAST_RECENT:
        return {f"{measure}_usual": np.nan, f"{measure}_now": np.nan, f"{measure}_change": None}
    low, high = np.quantile(earlier.to_numpy(float), page.own_range)
    now = float(recent.median())
    # Sums of money differ in their last binary digit with the order of the lines.
    hair = 1e-9 * max(1.0, abs(float(high)))
    change = "lower" if now < low - hair else "higher" if now > high + hair else "within"
    if measure == "mix":
        change = "other" if change == "higher" else "within"
    return {
        f"{measure}_usual": float(earlier.median()),
        f"{measure}_now": now,
        f"{measure}_change": change,
    }


def _dropped(orders: _Orders) -> str | None:
    """The offering whose share of an order fell most."""
    assert orders.mix is not None
    before = orders.mix.loc[orders.mix.index.isin(orders.earlier.index)].mean()
    after = orders.mix.loc[orders.mix.index.isin(orders.recent.index)].mean()
    fell = (before - after).sort_index()
    return str(fell.idxmax()) if len(fell) and fell.max() > 0 else None


def _chance(orders: _Orders, measures: int, page: RecurrencePage) -> float:
    """An upper bound: the chance of each measure added up, as if they were independent.

    The middle of n orders is below the range when more than half of them are: with own_range from
    a to b that has the probability P(Bin(n, a) > n/2), and P(Bin(n, 1 − b) > n/2) above it.
    """
    low, high = page.own_range
    n = len(orders.recent)
    below, above = _most_of(n, low), _most_of(n, 1 - high)
    two_sided = min(measures, 2) * (below + above)
    return min(1.0, two_sided + (above if orders.mix is not None else 0.0))


def _most_of(n: int, share: float) -> float:
    """P(Bin(n, share) > n / 2).

    Examples
    --------
    >>> round(_most_of(5, 0.1), 5), round(_most_of(3, 0.1), 3)
    (0.00856, 0.028)
    """
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n // 2 + 1, n + 1))
