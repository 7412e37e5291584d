"""The rows that churn models learn from: one per account and snapshot, with what happened after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
DAY = "datetime64[D]"


@dataclass(frozen=True)
class Samples:
    """Rows of accounts at snapshots, sorted by snapshot, unit and account.

    Parameters
    ----------
    values : array of shape (rows, features)
        NaN where a feature was not known.
    names : tuple of str
        The features, in the order of the columns.
    churned : array of shape (rows,)
        1 where the event came within the horizon, 0 where not, NaN while the window is open.
    accounts, units : arrays of shape (rows,)
        Ids as text.
    snapshots, closes : arrays of shape (rows,)
        The day of the snapshot, and the day on which its outcome was known for good.
    revenue : array of shape (rows,)
        Annual revenue at the snapshot; NaN where not known.
    """

    values: Floats
    names: tuple[str, ...]
    churned: Floats
    accounts: npt.NDArray[np.object_]
    units: npt.NDArray[np.object_]
    snapshots: Days
    closes: Days
    revenue: Floats

    def __len__(self) -> int:
        return len(self.churned)

    def take(self, rows: Flags | npt.NDArray[np.intp]) -> Samples:
        """Some of the rows, by a mask or by places."""
        chosen: dict[str, Any] = {
            part.name: getattr(self, part.name)[rows]
            for part in fields(self)
            if part.name != "names"
        }
        return Samples(names=self.names, **chosen)

    def closed_by(self, day: np.datetime64) -> Samples:
        """Rows whose outcome was known on a day: what a model may learn from then."""
        return self.take(~np.isnan(self.churned) & (self.closes <= day))

    def at(self, day: np.datetime64) -> Samples:
        """Rows of one snapshot."""
        return self.take(self.snapshots == day)

    def only(self, names: Sequence[str]) -> Samples:
        """The same rows with some of the features."""
        places = [self.names.index(name) for name in names]
        return replace(self, values=self.values[:, places], names=tuple(names))

    def column(self, name: str) -> Floats:
        found: Floats = self.values[:, self.names.index(name)]
        return found

    @property
    def owners(self) -> npt.NDArray[np.object_]:
        """Unit and account in one text: the same id in two units is two accounts."""
        return np.asarray(self.units + "\x1f" + self.accounts, dtype=object)

    @property
    def events(self) -> int:
        """Accounts that left: one that several snapshots saw leaving counts once."""
        return len(set(self.owners[self.churned == 1]))


def samples(frame: pd.DataFrame, names: Sequence[str]) -> Samples:
    """Samples from a frame.

    Parameters
    ----------
    frame : frame
        One row per account and snapshot: `account_id`, `snapshot_date`, `closes_on`, `churned`
        (true, false or missing), the features; `business_unit` and `annual_revenue` where known.
    names : sequence of str
        The features: numbers or flags, missing where not known.
    """
    units = frame["business_unit"] if "business_unit" in frame else pd.Series("", frame.index)
    ordered = frame.assign(business_unit=units).sort_values(
        ["snapshot_date", "business_unit", "account_id"], kind="stable"
    )
    columns = [_numbers(ordered[name]) for name in names]
    money = ordered["annual_revenue"] if "annual_revenue" in ordered else _nothing(ordered)
    return Samples(
        values=np.column_stack(columns) if columns else np.empty((len(ordered), 0)),
        names=tuple(names),
        churned=_numbers(ordered["churned"]),
        accounts=ordered["account_id"].astype(str).to_numpy(dtype=object),
        units=ordered["business_unit"].astype(str).to_numpy(dtype=object),
        snapshots=ordered["snapshot_date"].to_numpy(dtype=DAY),
        closes=ordered["closes_on"].to_numpy(dtype=DAY),
        revenue=_numbers(money),
    )


def _nothing(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, frame.index)


def _numbers(values: pd.Series) -> Floats:
    """Numbers; flags as 1 and 0; NaN where there is none, endless ones included."""
    flags = values.dtype == object or str(values.dtype) in ("bool", "boolean")
    typed = values.astype("boolean").astype("Float64") if flags else values
    found = pd.to_numeric(typed).to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def joined(first: Samples, second: Samples) -> Samples:
    """The rows of both; they must have the same features."""
    if first.names != second.names:
        raise ValueError("two sets of samples have different features")
    parts = {
        part.name: np.concatenate([getattr(first, part.name), getattr(second, part.name)])
        for part in fields(Samples)
        if part.name != "names"
    }
    return Samples(names=first.names, **parts)


def at_most(rows: Samples, most: int, seed: int) -> Samples:
    """The rows of so many whole accounts that about `most` are left; all where there are fewer.

    Which accounts stay depends on the seed alone. More rows than some hundred thousand change a
    model of a few dozen numbers by less than its own error.
    """
    if len(rows) <= most:
        return rows
    owners, place = np.unique(rows.owners.astype(str), return_inverse=True)
    kept = np.random.default_rng(seed).random(len(owners)) < most / len(rows)
    return rows.take(kept[place])
