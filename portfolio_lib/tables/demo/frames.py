"""From drawn rows to frames in the shape of the contracts, and one stream of chance per purpose."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from portfolio_lib.tables.contracts import TABLES, Kind

Row = Mapping[str, Any]
"""One row of a table, by column."""

Draft = dict[str, Any]
"""A row to which something is yet to be added, such as its number."""

DTYPES: dict[Kind, Any] = {
    Kind.ID: "str",
    Kind.TEXT: "str",
    Kind.CATEGORY: "str",
    Kind.DATE: "datetime64[us]",
    Kind.TIMESTAMP: "datetime64[us]",
    Kind.MONEY: "float64",
    Kind.NUMBER: "float64",
    Kind.INTEGER: "Int64",
    Kind.SHARE: "float64",
    Kind.FLAG: "boolean",
}


LEFT_OUT_WHEN_EMPTY = frozenset(
    {
        *("parent_account_id", "referred_by", "acquisition_cost", "eligible_industries"),
        *("tier", "prospect_id", "successor", "competitor", "reports_to"),
    }
)
"""Columns that nobody exports where they hold nothing. An event that never came is left blank."""


def stream(seed: int, *names: str) -> np.random.Generator:
    """Chance for one purpose.

    Each unit and each table draws from its own stream, named by words and not by position, so
    that a unit added or a table changed leaves all others as they were.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, *map(_number, names)]))


def _number(name: str) -> int:
    return zlib.crc32(name.encode("utf-8"))


def table_frame(table: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a frame: the columns that any row names, in the contract's order and types.

    Without rows, all columns of the contract.
    """
    drawn = list(rows)
    columns = None if drawn else list(TABLES[table].column_names)
    return typed(table, pd.DataFrame(drawn, columns=columns))


def typed(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` in the order and types of a table's contract; KeyError for unknown columns."""
    contract = TABLES[table]
    strangers = set(frame.columns) - set(contract.column_names)
    if strangers:
        raise KeyError(f"{table} has no column {', '.join(sorted(strangers))}")
    empty = {name for name in LEFT_OUT_WHEN_EMPTY & set(frame.columns) if frame[name].isna().all()}
    columns = [n for n in contract.column_names if n in frame.columns and n not in empty]
    return pd.DataFrame({name: _cast(frame[name], contract.column(name).kind) for name in columns})


def _cast(values: pd.Series[Any], kind: Kind) -> Any:
    if kind in (Kind.DATE, Kind.TIMESTAMP):
        return pd.to_datetime(values).astype(DTYPES[kind])
    if kind is Kind.MONEY:
        return values.astype("float64").round(2)
    if kind in (Kind.ID, Kind.TEXT, Kind.CATEGORY):
        return values.astype(object).where(values.notna(), None).astype("str")
    return values.astype(DTYPES[kind])


def pick(rng: np.random.Generator, options: Sequence[tuple[Any, float]]) -> Any:
    """One of `options` (value, weight), by weight."""
    weights = np.array([weight for _, weight in options])
    return options[int(rng.choice(len(options), p=weights / weights.sum()))][0]


def numbered(prefix: str, number: int, width: int = 4) -> str:
    """An id such as N-0007."""
    return f"{prefix}-{number:0{width}d}"


def logistic(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, Any]:
    """Log-odds to chances."""
    return np.asarray(1.0 / (1.0 + np.exp(-values)))
