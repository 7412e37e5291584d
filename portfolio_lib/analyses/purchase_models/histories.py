"""Purchase histories: what the purchase models know about a customer.

Three numbers per customer, in one unit of time (weeks where `unit_days` is 7):
`purchases_repeat` (x, purchase days after the first), `age_at_last_purchase` (t_x, from the first
to the last purchase day; 0 without a repeat) and `age` (T, from the first purchase day to the last
day observed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.typing import ArrayLike

from portfolio_lib.errors import DataFault

Floats = npt.NDArray[np.float64]

_FIRST_OFFENDERS = 5


@dataclass(frozen=True, eq=False)
class PurchaseHistories:
    """Different histories in sorted order, with how many customers share each.

    Sorting makes every sum over customers independent of the order in which they came.

    Parameters
    ----------
    purchases_repeat, age_at_last_purchase, age : numpy.ndarray
        x, t_x and T of each different history, float, shape (m,).
    customers : numpy.ndarray
        How many customers have this history, float, shape (m,).
    """

    purchases_repeat: Floats
    age_at_last_purchase: Floats
    age: Floats
    customers: Floats

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.customers.sum())

    @property
    def columns(self) -> tuple[Floats, Floats, Floats]:
        """x, t_x and T, in the order in which the models take them."""
        return self.purchases_repeat, self.age_at_last_purchase, self.age


def collect_histories(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> PurchaseHistories:
    """Check the three arrays and gather equal histories.

    Parameters
    ----------
    purchases_repeat, age_at_last_purchase, age : array_like
        x, t_x and T, one entry per customer.

    Returns
    -------
    PurchaseHistories

    Raises
    ------
    DataFault
        The arrays are no purchase histories; the message lists every fault.

    Examples
    --------
    >>> histories = collect_histories([0, 2, 0], [0, 3.5, 0], [9, 9, 9])
    >>> histories.purchases_repeat.tolist(), histories.customers.tolist()
    ([0.0, 2.0], [2.0, 1.0])
    """
    x, t_x, t = checked_histories(purchases_repeat, age_at_last_purchase, age)
    rows, customers = count_distinct(np.column_stack([x, t_x, t]))
    return PurchaseHistories(rows[:, 0], rows[:, 1], rows[:, 2], customers)


def mean_over(values: Floats, customers: Floats) -> Floats:
    """Mean over customers along the last axis, each row counting `customers` times.

    Not a matrix product: how that rounds depends on the number of processors at hand.
    """
    return np.asarray((values * customers).sum(axis=-1) / customers.sum())


def count_distinct(rows: Floats) -> tuple[Floats, Floats]:
    """The different rows of a matrix in ascending order, and how often each occurs."""
    ordered = rows[np.lexsort(rows.T[::-1])]
    is_new = np.ones(len(ordered), dtype=bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(is_new)
    counts = np.diff(np.append(starts, len(ordered))).astype(np.float64)
    return ordered[starts], counts


def thin_histories(histories: PurchaseHistories, *, customers_at_most: int) -> PurchaseHistories:
    """Every k-th customer in sorted order: a small sample with the same spread.

    Used to look for a starting point; no published number comes from a thinned sample.
    """
    if histories.n <= customers_at_most:
        return histories
    step = histories.n / customers_at_most
    picks = (np.arange(customers_at_most) + 0.5) * step
    rows = np.searchsorted(np.cumsum(histories.customers), picks, side="right")
    counts = np.bincount(rows, minlength=len(histories.customers)).astype(np.float64)
    kept = counts > 0
    x, t_x, t = histories.columns
    return PurchaseHistories(x[kept], t_x[kept], t[kept], counts[kept])


def checked_histories(
    purchases_repeat: ArrayLike, age_at_last_purchase: ArrayLike, age: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """The three arrays as floats of one shape, or a fault that lists what is wrong with them."""
    x, t_x, t = (
        np.asarray(values, dtype=np.float64)
        for values in (purchases_repeat, age_at_last_purchase, age)
    )
    if not (x.shape == t_x.shape == t.shape):
        raise DataFault(
            "purchase histories: purchases_repeat, age_at_last_purchase and age have the shapes "
            f"{x.shape}, {t_x.shape} and {t.shape}; expected one entry per customer in each."
        )
    _refuse_impossible(x, t_x, t)
    return x, t_x, t


def _refuse_impossible(x: Floats, t_x: Floats, t: Floats) -> None:
    known = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(t)
    not_whole = (x < 0) | (x != np.floor(x))
    rules = (
        ("a value is missing or infinite", ~known),
        ("purchases_repeat is not a whole number from 0 up", known & not_whole),
        ("age_at_last_purchase or age is below 0", known & ((t_x < 0) | (t < 0))),
        ("age_at_last_purchase lies beyond age", known & (t_x > t)),
        ("no repeat purchase, yet age_at_last_purchase is above 0", known & (x == 0) & (t_x > 0)),
        ("repeat purchases, yet age_at_last_purchase is 0", known & (x > 0) & (t_x == 0)),
    )
    faults = [_describe_fault(rule, broken) for rule, broken in rules if broken.any()]
    if faults:
        raise DataFault(
            "purchase histories cannot be used: " + "; ".join(faults) + ". Build them with "
            "summarise_purchases, which counts one purchase per customer and day."
        )


def _describe_fault(rule: str, broken: npt.NDArray[np.bool_]) -> str:
    positions = np.flatnonzero(np.atleast_1d(broken))
    first = ", ".join(str(position) for position in positions[:_FIRST_OFFENDERS])
    return f"{rule} ({len(positions)} customers, first at positions {first})"


def summarise_purchases(
    purchases: pd.DataFrame, *, as_of: pd.Timestamp | str, unit_days: float = 7.0
) -> pd.DataFrame:
    """One purchase history per account, from transactions up to and including `as_of`.

    Transactions of one account on one day are one purchase. Later rows are not looked at.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row per transaction: `account_id`, `date` (datetime) and, if wanted, `value`.
    as_of : pandas.Timestamp or str
        Last day observed, inclusive.
    unit_days : float
        Length of the unit of time in days; 7 gives ages in weeks.

    Returns
    -------
    pandas.DataFrame
        One row per account with a purchase by `as_of`, indexed and sorted by `account_id`:
        `purchases_repeat`, `age_at_last_purchase`, `age` (in units) and, where `value` was given,
        `mean_value` (per purchase day) and `mean_value_repeat` (leaving out the first day; missing
        for an account without a repeat purchase).

    Raises
    ------
    DataFault
        A column is missing, dates are not dates, or a value is missing.

    Examples
    --------
    >>> purchases = pd.DataFrame({
    ...     "account_id": ["a", "a", "a", "b"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-08", "2025-01-08", "2025-01-15"]),
    ... })
    >>> histories = summarise_purchases(purchases, as_of="2025-01-29")
    >>> histories["purchases_repeat"].to_dict(), histories["age"].to_dict()
    ({'a': 1, 'b': 0}, {'a': 4.0, 'b': 2.0})
    """
    end = pd.Timestamp(as_of).normalize()
    by_day = collapse_to_days(purchases)
    by_day = by_day[by_day["date"] <= end]
    by_account = by_day.groupby("account_id", sort=True)
    first, last = by_account["date"].min(), by_account["date"].max()
    histories = pd.DataFrame(
        {
            "purchases_repeat": by_account.size() - 1,
            "age_at_last_purchase": (last - first).dt.days / unit_days,
            "age": (end - first).dt.days / unit_days,
        }
    )
    if "value" in by_day.columns:
        histories = histories.join(_mean_values(by_day))
    return histories


def collapse_to_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """One row per account and day, sorted; `value` summed where it is given."""
    _refuse_unusable(purchases)
    days = purchases[[c for c in ("account_id", "date", "value") if c in purchases.columns]]
    days = days.assign(date=days["date"].dt.normalize())
    if "value" not in days.columns:
        return (
            days.drop_duplicates()
            .sort_values(["account_id", "date"], kind="stable")
            .reset_index(drop=True)
        )
    # Sorting by value too makes the sum the same bytes whatever the order of the rows was.
    ordered = days.sort_values(["account_id", "date", "value"], kind="stable")
    return ordered.groupby(["account_id", "date"], sort=True)[["value"]].sum().reset_index()


def _mean_values(by_day: pd.DataFrame) -> pd.DataFrame:
    is_repeat = by_day.duplicated("account_id")
    return pd.DataFrame(
        {
            "mean_value": by_day.groupby("account_id")["value"].mean(),
            "mean_value_repeat": by_day[is_repeat].groupby("account_id")["value"].mean(),
        }
    )


def _refuse_unusable(purchases: pd.DataFrame) -> None:
    missing = [c for c in ("account_id", "date") if c not in purchases.columns]
    if missing:
        raise DataFault(
            f"purchases: no column {' and no column '.join(missing)}; found "
            f"{', '.join(map(str, purchases.columns)) or 'no columns'}. Expected account_id, date "
            "and, for spend, value."
        )
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("account_id has empty cells", lambda: bool(purchases["account_id"].isna().any())),
        ("date is not a column of plain dates", lambda: not _is_plain_date(purchases["date"])),
        ("date has empty cells", lambda: bool(purchases["date"].isna().any())),
        ("value has empty cells or infinite values", lambda: _has_unusable_values(purchases)),
    )
    faults = [fault for fault, is_broken in checks if is_broken()]
    if faults:
        raise DataFault(
            f"purchases: {'; '.join(faults)}. Set such rows aside and give dates as datetime "
            "without a time zone."
        )


def _is_plain_date(dates: pd.Series) -> bool:
    return pd.api.types.is_datetime64_dtype(dates)


def _has_unusable_values(purchases: pd.DataFrame) -> bool:
    if "value" not in purchases.columns:
        return False
    return not bool(np.isfinite(purchases["value"].to_numpy(dtype=np.float64)).all())
