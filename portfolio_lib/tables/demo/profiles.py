"""What can make one demo unit different from the next: size, prices, terms, troubles, tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY
from portfolio_lib.tables.demo.names import BRITAIN, Place

Weights = tuple[tuple[str, float], ...]
ALL_TABLES = tuple(TABLES)


@dataclass(frozen=True)
class Offering:
    """One product or service line. `appeal` is the log-odds that an average client wants it."""

    name: str
    family: str
    yearly_price: float
    margin: float
    appeal: float = 0.0
    industries: tuple[str, ...] = ()


DAYS_OF_WORK = Offering("Days of work", "Services", 700.0, 0.39)
"""Sold by the day by every unit, to any client: its price is that of a day."""


@dataclass(frozen=True)
class Profile:
    """A unit that lives by contracts. The first offering is the one that every client has."""

    key: str
    id_prefix: str
    offerings: tuple[Offering, ...]
    industries: Weights
    accounts_at_start: int
    arrivals_per_month: float
    managers: int
    teams: tuple[str, ...]
    themes: tuple[str, ...]
    rivals: tuple[str, ...]
    usage_measures: tuple[str, ...] = ("active users", "reports run")
    places: tuple[Place, ...] = BRITAIN
    first_day: dt.date = FIRST_DAY
    closing_day: dt.date | None = None
    term_months: tuple[tuple[int, float], ...] = ((12, 1.0),)
    billing: Weights = (("annual", 0.6), ("monthly", 0.4))
    employees: float = 120.0
    size_spread: float = 0.9
    yearly_uplift: float = 0.03
    adoption: float = 0.03
    issues_per_month: float = 0.35
    meetings_per_month: float = 1.0
    trouble: float = 0.022
    base_log_odds: float = -5.6
    children: float = 0.0
    one_offs_per_month: float = 0.03
    return_chance: float = 0.08
    hour_cost: float = 48.0
    hours_per_million: float = 900.0
    days_shown_after: int = 0
    tables: tuple[str, ...] = field(default=ALL_TABLES)

    @property
    def last_day_shown(self) -> dt.date:
        """Last day of dated rows; past the review date in the unit that shows what then happens."""
        return AS_OF + dt.timedelta(days=self.days_shown_after)
