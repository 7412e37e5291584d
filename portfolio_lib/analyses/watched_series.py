"""Revenue by month of the unit, its segments, offerings and account managers, ready to be watched.

Money is counted in ten-thousandths as whole numbers: whatever is added up and taken apart again
sums to the last digit.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.analyses.panel import (
    MINOR_UNITS,
    Whole,
    add_months,
    last_complete_month,
    month_number,
    months_apart,
)
from portfolio_lib.analyses.snapshots import NOT_RECORDED, recorded
from portfolio_lib.parameters.models import UnitParameters

UNIT, SEGMENT, OFFERING, MANAGER = "unit", "segment", "offering", "manager"
KINDS = (UNIT, SEGMENT, OFFERING, MANAGER)
YEAR_MONTHS = 12
LATE_START_DAYS = 7
"""A first month whose revenue begins later than this is not a whole month."""


@dataclass(frozen=True)
class Scope:
    """What is watched as one: its money by account and month.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    name : str
        The unit, the segment, the offering or the manager.
    revenue, purchases : array of int
        One row per account of the ledger, one column per month; money in ten-thousandths.
    """

    kind: str
    name: str
    revenue: Whole
    purchases: Whole

    @property
    def by_month(self) -> Whole:
        """Revenue of each month in ten-thousandths."""
        return np.asarray(self.revenue.sum(axis=0))


@dataclass(frozen=True)
class Ledger:
    """A unit's revenue by account, offering and complete month.

    Parameters
    ----------
    unit_name : str
        What readers call the unit.
    accounts : frame
        One row per account with revenue, sorted by `account_id`: `segment`, `manager` as they are
        recorded now (`not recorded` where blank).
    months : tuple of date
        Every complete month from the first with revenue to the last, none left out.
    rows : frame
        `account` (place in `accounts`), `offering`, `month` (place in `months`), `revenue`,
        `purchases`.
    account_purchases : array of int
        Purchases over all offerings, accounts × months.
    segment_column : str
        The column of accounts that segments are read from.
    truncated : date or None
        The month that the review date cuts short, where it has begun.
    """

    unit_name: str
    accounts: pd.DataFrame
    months: tuple[dt.date, ...]
    rows: pd.DataFrame
    account_purchases: Whole
    segment_column: str
    truncated: dt.date | None

    @property
    def days(self) -> list[int]:
        """Days in each month."""
        return [monthrange(month.year, month.month)[1] for month in self.months]

    @property
    def whole(self) -> Scope:
        """The unit as a whole."""
        return Scope(UNIT, self.unit_name, self._matrix(self.rows), self.account_purchases)

    def of(self, kind: str, name: str) -> Scope:
        """One segment, offering or manager."""
        if kind == UNIT:
            return self.whole
        if kind == OFFERING:
            rows = self.rows.loc[self.rows["offering"].eq(name)]
            return Scope(kind, name, self._matrix(rows), self._matrix(rows, "purchases"))
        mine = self.accounts[kind].eq(name).to_numpy()[:, None]
        whole = self.whole
        return Scope(kind, name, whole.revenue * mine, whole.purchases * mine)

    def names(self, kind: str) -> list[str]:
        """Groups of a kind by revenue of the last year, largest first; blanks are left out."""
        if kind == UNIT:
            return [self.unit_name]
        rows = self.rows.loc[self.rows["month"] >= len(self.months) - YEAR_MONTHS]
        if kind == OFFERING:
            groups = rows["offering"]
        else:
            groups = pd.Series(
                self.accounts[kind].to_numpy()[rows["account"].to_numpy()], index=rows.index
            )
        sums = rows["revenue"].groupby(groups).sum().reset_index()
        sums.columns = pd.Index(["name", "revenue"])
        named = sums.loc[sums["name"].ne(NOT_RECORDED)]
        order = named.sort_values(["revenue", "name"], ascending=[False, True], kind="stable")
        return [str(name) for name in order["name"]]

    def _matrix(self, rows: pd.DataFrame, column: str = "revenue") -> Whole:
        found = np.zeros((len(self.accounts), len(self.months)), dtype="int64")
        places = (rows["account"].to_numpy("int64"), rows["month"].to_numpy("int64"))
        np.add.at(found, places, rows[column].to_numpy("int64"))
        return found


def build_ledger(
    accounts: pd.DataFrame,
    account_offering_months: pd.DataFrame,
    account_month_purchases: pd.DataFrame,
    *,
    parameters: UnitParameters,
    history_first_day: dt.date | None,
) -> Ledger:
    """The ledger of a unit; a month that the review date cuts short is not in it.

    Parameters
    ----------
    accounts : frame
        One row per account; `account_manager` and the segments are those of now.
    account_offering_months : frame
        One row per account, offering and month.
    account_month_purchases : frame
        One row per account and month.
    history_first_day : date or None
        First day with revenue: a first month that begins late is left out.
    """
    last = last_complete_month(parameters.as_of)
    months = _months(account_offering_months["month"], history_first_day, last)
    rows = _within(account_offering_months, months)
    ids = pd.Index(sorted(set(rows["account_id"].astype(str))))
    column = segment_column(accounts, parameters)
    placed = pd.DataFrame(
        {
            "account": ids.get_indexer(pd.Index(rows["account_id"].astype(str))),
            "offering": recorded(rows["offering"]),
            "month": _places(rows["month"], months),
            "revenue": np.rint(rows["revenue_net"].to_numpy("float64") * MINOR_UNITS),
            "purchases": rows["purchases"],
        }
    ).astype({"account": "int64", "month": "int64", "revenue": "int64", "purchases": "int64"})
    bought = _within(account_month_purchases, months)
    purchases = np.zeros((len(ids), len(months)), dtype="int64")
    known = ids.get_indexer(pd.Index(bought["account_id"].astype(str)))
    held = known >= 0
    places = (known[held], _places(bought["month"], months)[held])
    np.add.at(purchases, places, bought["purchases"].to_numpy("int64")[held])
    return Ledger(
        unit_name=parameters.name,
        accounts=_described(accounts, ids, column),
        months=months,
        rows=placed,
        account_purchases=purchases,
        segment_column=column,
        truncated=None if parameters.as_of < add_months(last, 1) else add_months(last, 1),
    )


def segment_column(accounts: pd.DataFrame, parameters: UnitParameters) -> str:
    """The column that tells segments apart: the one asked for, industry, or the geography."""
    if parameters.signals.segment is not None:
        return parameters.signals.segment
    if "industry" in accounts.columns:
        industries = set(recorded(accounts["industry"])) - {NOT_RECORDED}
        if len(industries) > 1:
            return "industry"
    return parameters.segments.geography


def _months(
    known: pd.Series, history_first_day: dt.date | None, last: dt.date
) -> tuple[dt.date, ...]:
    if known.empty:
        return ()
    first = pd.Timestamp(known.min()).date().replace(day=1)
    starts_late = history_first_day is not None and history_first_day.day > LATE_START_DAYS
    if history_first_day is not None and starts_late and history_first_day.replace(day=1) == first:
        first = add_months(first, 1)
    return tuple(add_months(first, step) for step in range(months_apart(first, last) + 1))


def _within(frame: pd.DataFrame, months: Sequence[dt.date]) -> pd.DataFrame:
    if not months:
        return frame.iloc[:0]
    first, last = pd.Timestamp(months[0]), pd.Timestamp(months[-1])
    return frame.loc[frame["month"].between(first, last)]


def _places(month: pd.Series, months: Sequence[dt.date]) -> Whole:
    if not len(month):
        return np.zeros(0, dtype="int64")
    numbers = month.dt.year * 12 + month.dt.month - 1
    return np.asarray(numbers.to_numpy("int64") - month_number(months[0]))


def _described(accounts: pd.DataFrame, ids: pd.Index, column: str) -> pd.DataFrame:
    blank = pd.Series(None, index=accounts.index, dtype="object")
    described = pd.DataFrame(
        {
            "account_id": accounts["account_id"].astype(str),
            "segment": recorded(accounts.get(column, blank)),
            "manager": recorded(accounts.get("account_manager", blank)),
        }
    )
    listed = described.set_index("account_id").reindex(ids).fillna(NOT_RECORDED)
    return listed.rename_axis("account_id").reset_index()
