"""The accounts as they stood on a day, and how much history stands behind them.

Every analysis of the portfolio starts here, so that all of them mean the same accounts, the same
twelve months and the same year before.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.signs import is_true
from portfolio_lib.facts import months_before

NOT_RECORDED = "not recorded"
"""What a blank industry, country or kind of relationship is called, and counted under."""

ATTRIBUTES = (
    "account_name",
    "industry",
    "country",
    "region",
    "city",
    "relationship_type",
    "parent_account_id",
    "tier",
)
MONEY_OR_ZERO = ("revenue_3m", "revenue_12m", "revenue_prior_12m")
COUNTS_OR_ZERO = ("purchase_days_12m", "invoices_12m", "contracts_in_force")
UNKNOWN_STAYS_UNKNOWN = (
    "days_since_last",
    "tenure_days",
    "cost_12m",
    "revenue_with_cost_12m",
    "cost_to_serve_12m",
    "annual_value_in_force",
    "days_to_renewal",
)
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Period:
    """The twelve months under review, and the history behind them.

    Parameters
    ----------
    as_of : datetime.date
        Last day observed, inclusive.
    history_start : datetime.date or None
        First day of the first month with revenue; None where there is none at all.
    """

    as_of: dt.date
    history_start: dt.date | None

    @property
    def year_before(self) -> dt.date:
        """The same day one year earlier."""
        return months_before(self.as_of, 12)

    @property
    def history_months(self) -> int:
        """Whole months from the first month with revenue to `as_of`."""
        if self.history_start is None:
            return 0
        end = self.as_of + dt.timedelta(days=1)
        months = (end.year - self.history_start.year) * 12 + end.month - self.history_start.month
        return max(0, months - (end.day < self.history_start.day))

    @property
    def window(self) -> str:
        """The twelve months in words, or the shorter stretch for which there is data."""
        first = self.year_before + dt.timedelta(days=1)
        if self.history_start is not None and first < self.history_start <= self.as_of:
            first = self.history_start
        return f"{first.isoformat()} to {self.as_of.isoformat()}"

    @property
    def months_held(self) -> int:
        """Months of the window for which there is data, 12 at most; 12 where there is none."""
        if self.history_start is None or self.history_start > self.as_of:
            return 12
        return min(12, max(1, self.history_months))

    @property
    def span(self) -> str:
        """The length of the window in words.

        Examples
        --------
        >>> Period(dt.date(2026, 9, 30), dt.date(2026, 6, 1)).span
        '4 months'
        """
        return "1 month" if self.months_held == 1 else f"{self.months_held} months"

    def short_of(self, months: int) -> str | None:
        """Why something that needs so many months of history has no value; None where it has one.

        Examples
        --------
        >>> Period(dt.date(2026, 9, 30), dt.date(2026, 3, 1)).short_of(24)
        'needs 24 months of history; this unit has 7'
        """
        if self.history_months >= months:
            return None
        held = str(self.history_months) if self.history_start is not None else "none"
        return f"needs {months} months of history; this unit has {held}"


def spoken(day: dt.date) -> str:
    """A day as it is said.

    Examples
    --------
    >>> spoken(dt.date(2026, 9, 30))
    '30 September 2026'
    """
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def review_period(account_snapshots: pd.DataFrame, as_of: dt.date) -> Period:
    """The period under review: its history starts with the first month that holds revenue.

    Parameters
    ----------
    account_snapshots : frame
        One row per account and snapshot date: `snapshot_date`, `history_first_day` (the unit's
        first day with revenue, the same on all rows of a date).
    """
    current = account_snapshots["snapshot_date"].eq(pd.Timestamp(as_of))
    first = account_snapshots.loc[current, "history_first_day"].min()
    return Period(as_of, None if pd.isna(first) else pd.Timestamp(first).date().replace(day=1))


def months_of_activity(active_within_days: int) -> int:
    """How many months of history it takes to tell an active account from an inactive one."""
    return math.ceil(active_within_days / DAYS_PER_MONTH)


def accounts_on(
    accounts: pd.DataFrame, account_snapshots: pd.DataFrame, day: dt.date
) -> pd.DataFrame:
    """The accounts known on a day, with what they had brought by then.

    Parameters
    ----------
    accounts : frame
        One row per account; columns that were not handed in count as blank.
    account_snapshots : frame
        One row per account and snapshot date.

    Returns
    -------
    frame
        One row per account, sorted by `account_id`, index 0…n−1. Money and counts without a row
        are 0; costs, contract values and days stay empty where they are not known. `is_active`
        says that there was revenue within the window or a term in force; `is_client`, that the
        contract has not ended either: whoever is to be looked after goes by that.
    """
    rows = account_snapshots.loc[account_snapshots["snapshot_date"].eq(pd.Timestamp(day))]
    names = [name for name in ATTRIBUTES if name in accounts.columns]
    known = accounts.loc[:, ["account_id", *names]]
    joined = rows.drop(columns=[name for name in names if name in rows.columns]).merge(
        known, on="account_id", how="left", validate="one_to_one"
    )
    joined = joined.sort_values("account_id", kind="stable").reset_index(drop=True)
    return _complete(joined)


def _complete(joined: pd.DataFrame) -> pd.DataFrame:
    """Every column the analyses ask for, typed; nothing unknown turned into a number."""
    done = joined.copy()
    for name in (*MONEY_OR_ZERO, *COUNTS_OR_ZERO):
        column = done[name] if name in done else pd.Series(0.0, index=done.index)
        done[name] = pd.to_numeric(column).astype("float64").fillna(0.0)
    for name in UNKNOWN_STAYS_UNKNOWN:
        column = done[name] if name in done else pd.Series(math.nan, index=done.index)
        done[name] = pd.to_numeric(column).astype("float64")
    for name in ATTRIBUTES:
        if name not in done:
            done[name] = None
    active = done["is_active"] if "is_active" in done else pd.Series(False, index=done.index)
    done["is_active"] = is_true(active)
    done["is_client"] = are_clients(done)
    done["account_name"] = recorded(done["account_name"]).where(
        ~is_blank(done["account_name"]), done["account_id"]
    )
    return done


def are_clients(rows: pd.DataFrame) -> pd.Series:
    """True where an account was still a client on the day of its row.

    That is what `is_client` of the facts says: active, and its contract has not ended. Rows that do
    not say it go by `is_active`.

    Examples
    --------
    >>> are_clients(pd.DataFrame({"is_active": [True, True], "is_client": [True, False]})).tolist()
    [True, False]
    """
    return is_true(rows["is_client"] if "is_client" in rows else rows["is_active"])


def is_blank(values: pd.Series) -> pd.Series:
    """True where a text is missing, empty or only spaces."""
    return values.isna() | values.astype("string").str.strip().eq("").fillna(True)


def recorded(values: pd.Series) -> pd.Series:
    """The texts without spaces around them; blanks are called `not recorded`."""
    texts = values.astype("string").str.strip()
    return texts.where(~is_blank(values), NOT_RECORDED).astype("object")


def total(values: Iterable[float]) -> float:
    """An exact sum: the order of the rows changes nothing.

    Examples
    --------
    >>> total([0.1] * 10)
    1.0
    """
    return math.fsum(values) + 0.0


def positive(revenue: pd.Series) -> pd.Series:
    """Revenue above zero; an account whose credits exceed its sales counts as 0 in shares."""
    return revenue.clip(lower=0.0)


def change(now: float, before: float) -> float | None:
    """Growth as a share of what it grew from; None where that was nothing, or negative.

    Examples
    --------
    >>> change(110.0, 100.0)
    0.1
    >>> change(5.0, 0.0) is None
    True
    """
    return round(now / before - 1.0, 12) if before > 0 else None
