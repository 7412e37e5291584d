"""What was known on a day: the one place where the future is cut off.

Two rules, both written in the contracts. A row is known from the first filled of its `known_from`
columns on, and always where all of them are empty. A column with `known_when` is empty as long as
the date it names lies ahead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from portfolio_lib.tables.contracts import TABLES, Table

Days = np.ndarray[Any, np.dtype[np.datetime64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def known_at(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> dict[str, pd.DataFrame]:
    """The tables as they stood at the end of a day.

    Parameters
    ----------
    tables
        Frames by table name, with the columns of the contracts, as `read_table` returns them.
    as_of
        Last day observed, inclusive.

    Returns
    -------
    dict
        New frames without rows that were not known yet, and with events after the day emptied. An
        account whose manager left later still has one.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "date": pd.to_datetime(["2026-01-01", "2026-03-01"]),
    ...     "paid_date": pd.to_datetime(["2026-02-15", None]),
    ... })
    >>> known_at({"invoices": frame}, dt.date(2026, 1, 31))["invoices"]["paid_date"].isna().tolist()
    [True]
    """
    return {name: _frame_at(frame, TABLES[name], as_of) for name, frame in tables.items()}


def _frame_at(frame: pd.DataFrame, contract: Table, as_of: dt.date) -> pd.DataFrame:
    days = {
        name: frame[name].to_numpy(dtype="datetime64[D]")
        for name in _date_columns(contract)
        if name in frame
    }
    known = frame.copy()
    for name, mask in unknown_cells(days, contract, as_of).items():
        if name in known:
            known[name] = known[name].mask(mask)
    later = later_rows(days, contract, as_of)
    return known if later is None else known[~later].reset_index(drop=True)


def later_rows(days: Mapping[str, Days], contract: Table, as_of: dt.date) -> Mask | None:
    """True for rows that became known after the day; None where the table has no such day."""
    given = [days[name] for name in contract.known_from if name in days]
    if not given:
        return None
    first = given[0].copy()
    for other in given[1:]:
        first = np.where(np.isnat(first), other, first)
    return np.asarray(first > np.datetime64(as_of, "D"))


def unknown_cells(days: Mapping[str, Days], contract: Table, as_of: dt.date) -> dict[str, Mask]:
    """For every column that records an event, true where the event lies after the day.

    All masks are taken from the dates as they are, before any of them is emptied.
    """
    limit = np.datetime64(as_of, "D")
    return {
        column.name: np.asarray(days[column.known_when] > limit)
        for column in contract.columns
        if column.known_when is not None and column.known_when in days
    }


def _date_columns(contract: Table) -> set[str]:
    named = {column.known_when for column in contract.columns if column.known_when}
    return named | set(contract.known_from)


def days_by_column(cells: pa.Table, contract: Table) -> dict[str, Days]:
    """The dates that the rules look at, from a typed Arrow table."""
    return {
        name: np.asarray(cells[name].cast(pa.timestamp("us")).to_numpy().astype("datetime64[D]"))
        for name in sorted(_date_columns(contract))
    }
