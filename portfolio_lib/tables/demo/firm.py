"""What a drawn demo firm is: per unit the tables handed in, and the truth behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF

FIRM_NAME = "Tarnbeck Group"

_TRUTH_COLUMNS: dict[str, tuple[str, ...]] = {
    "hazards": (
        *("business_unit", "account_id", "month", "pressure", "hazard", "churned", "cause"),
    ),
    "segments": ("business_unit", "account_id", "segment"),
    "next_purchases": ("business_unit", "account_id", "next_purchase"),
    "affinities": ("business_unit", "account_id", "offering", "affinity", "first_day"),
    "planted": ("business_unit", "what", "subject", "day", "size", "note"),
    "colours": ("business_unit", "account_id", "colour", "cause"),
}


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(_TRUTH_COLUMNS[name]))


@dataclass(frozen=True)
class Truth:
    """What is true, whether or not the tables show it. For tests only; never written to a file.

    Attributes
    ----------
    hazards
        One row per account and month in which it could leave: `pressure` (latent monthly chance),
        `hazard` (the exact chance with which `churned` was drawn), and the planted `cause`.
    segments
        One row per account: its true kind or state.
    next_purchases
        One row per account that buys without contract: its first purchase after the review date;
        missing where there is none within nine months.
    affinities
        One row per account and offering: how much the account wants it, 0 to 1, and the day it
        first had it (missing where never; it may lie after the review date).
    planted
        One row per thing planted to be found: `what` ('lapse', 'changed order', 'sales drop',
        'data fault' …), its `subject`, the true `day` and `size` (a share, or a count of rows).
    colours
        One row per account of the readiness example: the colour its signals are built to give.
    """

    hazards: pd.DataFrame = field(default_factory=lambda: _empty("hazards"))
    segments: pd.DataFrame = field(default_factory=lambda: _empty("segments"))
    next_purchases: pd.DataFrame = field(default_factory=lambda: _empty("next_purchases"))
    affinities: pd.DataFrame = field(default_factory=lambda: _empty("affinities"))
    planted: pd.DataFrame = field(default_factory=lambda: _empty("planted"))
    colours: pd.DataFrame = field(default_factory=lambda: _empty("colours"))

    @staticmethod
    def columns(name: str) -> list[str]:
        """Columns of one of the frames."""
        return list(_TRUTH_COLUMNS[name])


@dataclass(frozen=True)
class DemoUnit:
    """One business unit: canonical tables by name, in the contracts' shape, and its truth."""

    key: str
    tables: Mapping[str, pd.DataFrame]
    truth: Truth


@dataclass(frozen=True)
class DemoFirm:
    """All units of the demo firm, by key."""

    name: str
    seed: int
    units: Mapping[str, DemoUnit]

    @property
    def truth(self) -> Truth:
        """The truth of all units, frame by frame."""
        return Truth(**{part.name: self._stacked(part.name) for part in fields(Truth)})

    def _stacked(self, name: str) -> pd.DataFrame:
        frames = [getattr(unit.truth, name) for unit in self.units.values()]
        filled = [frame for frame in frames if not frame.empty]
        return pd.concat(filled, ignore_index=True) if filled else _empty(name)


def next_purchases(key: str, lines: pd.DataFrame) -> pd.DataFrame:
    """First purchase after the review date of every account that bought before it."""
    bought = lines[lines["amount"].astype(float) > 0]
    days = pd.to_datetime(bought["date"])
    past = bought.loc[days <= pd.Timestamp(AS_OF), "account_id"].unique()
    coming = days[days > pd.Timestamp(AS_OF)].groupby(bought["account_id"]).min()
    return pd.DataFrame(
        {
            "business_unit": key,
            "account_id": sorted(past),
            "next_purchase": coming.reindex(sorted(past)).to_numpy(),
        }
    )
