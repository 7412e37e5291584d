"""Revenue in force by account and month, from the fact of movements, ready to be added up exactly.

Money has at most four decimals (the contract of the tables). Here it is counted in ten-thousandths
as whole numbers, so that movements foot to the last digit however they are grouped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Whole = npt.NDArray[np.int64]

MINOR_UNITS = 10_000
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
GAINS, LOSSES = KINDS[:3], KINDS[3:]
_FACT_COLUMNS = {
    "revenue_before": "start",
    **{f"{kind}_amount": kind for kind in KINDS},
    "revenue_after": "end",
    "carried_amount": "carried",
    "one_off_amount": "one_off",
}
AMOUNTS = tuple(_FACT_COLUMNS.values())
ACCOUNT_COUNTS = {
    "accounts_start": "start",
    "accounts_new": "new",
    "accounts_back": "reactivation",
    "accounts_lost": "churn",
    "accounts_end": "end",
}
"""How many accounts have some of what."""


def last_complete_month(as_of: dt.date) -> dt.date:
    """The first day of the last month that is over at the end of a day.

    Examples
    --------
    >>> last_complete_month(dt.date(2026, 9, 30)), last_complete_month(dt.date(2026, 9, 29))
    (datetime.date(2026, 9, 1), datetime.date(2026, 8, 1))
    """
    return add_months((as_of + dt.timedelta(days=1)).replace(day=1), -1)


def add_months(month: dt.date, months: int) -> dt.date:
    """The first day of the month so many months later.

    Examples
    --------
    >>> add_months(dt.date(2026, 1, 1), -1), add_months(dt.date(2026, 11, 1), 14)
    (datetime.date(2025, 12, 1), datetime.date(2028, 1, 1))
    """
    index = month.year * 12 + month.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def months_apart(first: dt.date, last: dt.date) -> int:
    """How many months the second month lies after the first."""
    return (last.year - first.year) * 12 + last.month - first.month


def in_money(whole: Whole | int) -> npt.NDArray[np.float64]:
    """Ten-thousandths as money."""
    money: npt.NDArray[np.float64] = np.asarray(whole) / MINOR_UNITS
    return money


@dataclass(frozen=True)
class Panel:
    """Accounts, months and what moved between them.

    Parameters
    ----------
    account_ids : Index
        Sorted.
    rows : frame
        One row per account and month with revenue or a movement: `code` (place in `account_ids`),
        `month` (number of months since year 0), and one column per amount in ten-thousandths.
    first_month : date or None
        The month with which the data begin; None where there is no revenue at all.
    last_month : date
        The last complete month.
    mean_months : int
        Months behind each month's revenue where that is a mean; 1 where it is not.
    """

    account_ids: pd.Index
    rows: pd.DataFrame
    first_month: dt.date | None
    last_month: dt.date
    mean_months: int = 1

    @property
    def months_held(self) -> int:
        """Complete months from the first to the last."""
        if self.first_month is None:
            return 0
        return max(0, months_apart(self.first_month, self.last_month) + 1)

    def short_of(self, months: int) -> str | None:
        """Why something that needs so many complete months has no value; None where it has one."""
        if self.months_held >= months:
            return None
        behind = self.mean_months - 1
        needs = f"needs {months + behind} complete months of revenue"
        if self.first_month is None:
            return f"{needs}; this unit has {f'fewer than {behind + 1}' if behind else 'none'}"
        return f"{needs}; this unit has {self.months_held + behind}"

    def holds(self, month: dt.date) -> bool:
        """Whether the month is one of the data's complete months."""
        return self.first_month is not None and self.first_month <= month <= self.last_month

    def revenue_in(self, month: dt.date) -> Whole:
        """Revenue in force of every account in one month, in ten-thousandths."""
        here = self.rows["month"].to_numpy() == month_number(month)
        found = np.zeros(len(self.account_ids), dtype="int64")
        found[self.rows["code"].to_numpy()[here]] = self.rows["end"].to_numpy()[here]
        return found

    def between(self, first: dt.date, last: dt.date) -> pd.DataFrame:
        """The rows of the months from one to another, both included."""
        months = self.rows["month"].to_numpy()
        return self.rows.loc[(months >= month_number(first)) & (months <= month_number(last))]

    def first_months(self) -> Whole:
        """The number of each account's first month with counted revenue."""
        counted = self.rows.loc[self.rows["end"].to_numpy() > 0]
        found = np.full(len(self.account_ids), np.iinfo("int64").max, dtype="int64")
        np.minimum.at(found, counted["code"].to_numpy(), counted["month"].to_numpy())
        return found


def month_number(month: dt.date) -> int:
    """The month as `Panel.rows` counts it."""
    return month.year * 12 + month.month - 1


def revenue_panel(
    revenue_movements: pd.DataFrame, as_of: dt.date, *, mean_months: int = 1
) -> Panel:
    """The panel of a unit.

    Parameters
    ----------
    revenue_movements : frame
        The fact: one row per account and complete month.
    as_of : date
        Last day observed; a month that it cuts short is not part of the panel.
    mean_months : int
        Months behind each month's revenue, by the policy.
    """
    codes, ids = pd.factorize(revenue_movements["account_id"], sort=True)
    months = revenue_movements["month"].dt
    columns = {
        "code": codes.astype("int32"),
        "month": (months.year * 12 + months.month - 1).to_numpy("int64"),
    }
    for name, short in _FACT_COLUMNS.items():
        values = revenue_movements[name].to_numpy("float64")
        columns[short] = np.rint(values * MINOR_UNITS).astype("int64")
    first = revenue_movements["month"].min()
    return Panel(
        pd.Index(ids),
        pd.DataFrame(columns),
        None if pd.isna(first) else pd.Timestamp(first).date(),
        last_complete_month(as_of),
        mean_months,
    )


def monthly_movements(panel: Panel) -> pd.DataFrame:
    """Movements of every month after the first, footing to the last digit.

    Returns
    -------
    frame
        One row per complete month after the one with which the data begin: `month`, `start`, the
        five movements, `end`, `carried`, `one_off`, and the numbers of accounts behind them
        (`accounts_start`, `accounts_new`, `accounts_back`, `accounts_lost`, `accounts_end`).
        Start + new + reactivation + expansion − contraction − churn = end.
    """
    names = [*AMOUNTS, *ACCOUNT_COUNTS]
    if panel.first_month is None or panel.months_held < 2:
        return pd.DataFrame(columns=["month", *names])
    calendar = pd.date_range(add_months(panel.first_month, 1), panel.last_month, freq="MS")
    numbers = calendar.year * 12 + calendar.month - 1
    sums = _by_month(panel.rows, numbers)
    for name in AMOUNTS:
        sums[name] = in_money(sums[name].to_numpy())
    return pd.concat([pd.DataFrame({"month": calendar}), sums[names]], axis=1)


def _by_month(rows: pd.DataFrame, months: pd.Index) -> pd.DataFrame:
    sums = rows.groupby("month", sort=True)[list(AMOUNTS)].sum()
    for name, amount in ACCOUNT_COUNTS.items():
        some = rows["month"].to_numpy()[rows[amount].to_numpy() > 0]
        sums[name] = pd.Series(some).value_counts().reindex(sums.index, fill_value=0)
    filled: pd.DataFrame = sums.reindex(months, fill_value=0).reset_index(drop=True)
    return filled.astype("int64")


def totals_of(rows: pd.DataFrame, names: Sequence[str] = KINDS) -> dict[str, int]:
    """Sums of some amounts, in ten-thousandths."""
    return {name: int(rows[name].sum()) for name in names}
