"""The published figures of the section Concentration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.shares import (
    GROUPING,
    HHI_POINTS,
    herfindahl,
    part_size,
    share_of_total,
    top_share,
)
from portfolio_lib.analyses.snapshots import Period, spoken, total
from portfolio_lib.parameters.models import UnitParameters

TOP_SIZES = {1: "the largest client", 5: "the five largest clients", 10: "the ten largest clients"}
TOP_PARTS = {0.1: ("decile", "tenth"), 0.2: ("fifth", "fifth")}
ROUNDING = 1e-12
"""So that three thirtieths are a tenth in binary too."""
T = TypeVar("T")
INDEX_UNITS = {"hhi": "index", "hhi_points": "points of 10,000", "effective_clients": "clients"}


@dataclass(frozen=True)
class Everyone:
    """All clients, with and without revenue, and whether the year before is known."""

    clients: pd.DataFrame
    period: Period
    parameters: UnitParameters

    @property
    def n(self) -> int:
        return int((self.clients["revenue"] > 0).sum())

    def previous(self, measure: Callable[[pd.Series], T | None]) -> T | None:
        """The measure over the year before; None where that is not known."""
        if self.period.short_of(24) is not None:
            return None
        return measure(self.clients["revenue_prior"])


def is_major(shares: pd.Series, limit: float) -> pd.Series:
    """True for the clients at or above the share from which one is called major.

    Examples
    --------
    >>> is_major(pd.Series([0.1, 0.0999, 0.0]), 0.1).tolist()
    [True, False, False]
    """
    return (shares >= limit - ROUNDING) & (shares > 0)


def all_figures(everyone: Everyone, clients: pd.DataFrame) -> list[Figure]:
    """Every figure of the section, in the order of the definitions."""
    figures = [
        *(_top_size(everyone, size, label) for size, label in TOP_SIZES.items()),
        *(_top_part(everyone, part, *names) for part, names in TOP_PARTS.items()),
        *_indices(everyone),
        *_majors(everyone, clients),
    ]
    return [unless(_nothing(everyone), figure) for figure in figures]


def _top_size(everyone: Everyone, size: int, label: str) -> Figure:
    definition = f"Revenue of {label} ÷ positive revenue of all."
    if everyone.n < size:
        definition += f" There are only {everyone.n}."
    return _share(
        everyone,
        f"concentration.top_{size}_share",
        f"Share of {label}",
        top_share(everyone.clients["revenue"], size),
        definition,
        previous=everyone.previous(lambda revenue: top_share(revenue, size)),
        target=everyone.parameters.targets.top_10_share if size == 10 else None,
    )


def _top_part(everyone: Everyone, part: float, name: str, word: str) -> Figure:
    size = part_size(everyone.n, part)

    def measure(revenue: pd.Series) -> float | None:
        return top_share(revenue, part_size(int((revenue > 0).sum()), part))

    return _share(
        everyone,
        f"concentration.top_{name}_share",
        f"Share of the largest {word} of clients",
        measure(everyone.clients["revenue"]),
        f"Revenue of the largest {part:.0%} of clients with revenue ({size} of {everyone.n}, "
        "rounded down but at least one) ÷ positive revenue of all.",
        previous=everyone.previous(measure),
    )


def _share(
    everyone: Everyone,
    key: str,
    label: str,
    value: float | None,
    definition: str,
    *,
    previous: float | None,
    target: float | None = None,
) -> Figure:
    return Figure(
        key,
        label,
        value if value is not None else 0.0,
        "share",
        definition,
        n=everyone.n,
        window=everyone.period.window,
        policy=GROUPING,
        previous=previous,
        target=target,
        higher_is_better=False,
    )


def _indices(everyone: Everyone) -> tuple[Figure, ...]:
    """The Herfindahl index on both scales, and how many equal clients would give the same."""
    index = herfindahl(everyone.clients["revenue"]) or 1.0
    before = everyone.previous(herfindahl)
    common = "over clients with revenue."
    return (
        _index(
            everyone, "hhi", "Herfindahl index (0 to 1)", index, before, False,
            f"Sum of squared shares of revenue, 1/n for n equal clients, 1 for one alone, {common}",
        ),
        _index(
            everyone, "hhi_points", "Herfindahl index (0 to 10,000)", index * HHI_POINTS,
            None if before is None else before * HHI_POINTS, False,
            f"The same index with shares in per cent, {common}",
        ),
        _index(
            everyone, "effective_clients", "Effective number of clients", 1 / index,
            None if not before else 1 / before, True,
            f"1 ÷ Herfindahl index: so many equal clients would be as concentrated, {common}",
        ),
    )  # fmt: skip


def _index(
    everyone: Everyone,
    name: str,
    label: str,
    value: float,
    previous: float | None,
    higher_is_better: bool,
    definition: str,
) -> Figure:
    return Figure(
        f"concentration.{name}",
        label,
        value,
        INDEX_UNITS[name],
        definition,
        n=everyone.n,
        window=everyone.period.window,
        policy=GROUPING,
        previous=previous,
        higher_is_better=higher_is_better,
    )


def _majors(everyone: Everyone, clients: pd.DataFrame) -> tuple[Figure, ...]:
    """How many major clients there are, and what they bring."""
    limit = everyone.parameters.portfolio.major_client_share
    rule = f"major_client_share: {limit:g}; {GROUPING}"
    majors = clients.loc[clients["is_major"]]
    shown = f"at least {limit:.0%} of revenue (ASC 280-10-50-42 asks to name those from 10%)"

    def shares_before(revenue: pd.Series) -> pd.Series:
        shares = share_of_total(revenue)
        return shares[is_major(shares, limit)]

    before = everyone.previous(shares_before)
    number = Figure(
        "concentration.major_clients",
        "Major clients",
        len(majors),
        "clients",
        f"Clients that bring {shown}.",
        n=everyone.n,
        window=everyone.period.window,
        policy=rule,
        previous=None if before is None else len(before),
        higher_is_better=False,
    )
    share = _share(
        everyone,
        "concentration.major_share",
        "Major clients' share",
        min(1.0, total(majors["share"])),
        f"Revenue of the clients that bring {shown} ÷ positive revenue of all.",
        previous=None if before is None else total(before),
    )
    return number, share


def _nothing(everyone: Everyone) -> str | None:
    if everyone.clients.empty:
        return f"no account was known on {spoken(everyone.period.as_of)}"
    if everyone.n == 0:
        return f"no client brought revenue in the twelve months to {spoken(everyone.period.as_of)}"
    return None
