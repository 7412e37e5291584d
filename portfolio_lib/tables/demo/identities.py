"""Who the clients of a unit are: names, places, sizes, tastes. Drawn apart from what they do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolio_lib.tables.demo.days import FIRST_DAY, MONTHS, add_months, month_day, month_of
from portfolio_lib.tables.demo.frames import logistic, numbered, pick, stream
from portfolio_lib.tables.demo.names import Place, company_names
from portfolio_lib.tables.demo.profiles import Offering, Profile

EARLIER_MONTHS = 60
"""Clients of the first day came at some time in the five years before it."""


@dataclass(frozen=True)
class Identity:
    """One client: what does not change over the history."""

    account_id: str
    name: str
    industry: str
    place: Place
    employees: int
    size: float
    start_date: dt.date


def draw_identities(profile: Profile, *, seed: int) -> tuple[Identity, ...]:
    """The clients of a unit in the order in which they came."""
    rng = stream(seed, profile.key, "identities")
    starts = _start_days(profile, rng)
    industries = [str(pick(rng, profile.industries)) for _ in starts]
    names = company_names(rng, industries)
    return tuple(
        _identity(profile, rng, (numbered(profile.id_prefix, number), name, industry, start))
        for number, (name, industry, start) in enumerate(
            zip(names, industries, starts, strict=True), start=1
        )
    )


def _identity(
    profile: Profile, rng: np.random.Generator, card: tuple[str, str, str, dt.date]
) -> Identity:
    account_id, name, industry, start = card
    size = float(np.exp(rng.normal(0, profile.size_spread)))
    return Identity(
        account_id=account_id,
        name=name,
        industry=industry,
        place=profile.places[int(rng.integers(len(profile.places)))],
        employees=max(2, round(profile.employees * size * float(rng.uniform(0.8, 1.25)))),
        size=size**0.75,
        start_date=start,
    )


def _start_days(profile: Profile, rng: np.random.Generator) -> list[dt.date]:
    """Days the clients came: some before the first day, the rest month by month after it."""
    first = month_of(profile.first_day)
    earlier = [_earlier_day(profile, rng) for _ in range(profile.accounts_at_start)]
    last = MONTHS if profile.closing_day is None else month_of(profile.closing_day) - 6
    arrivals = rng.poisson(profile.arrivals_per_month, MONTHS)
    later = [
        month_day(month, int(rng.integers(1, 29)))
        for month in range(first, last)
        for _ in range(arrivals[month])
    ]
    return sorted(earlier) + sorted(later)


def _earlier_day(profile: Profile, rng: np.random.Generator) -> dt.date:
    if profile.first_day > FIRST_DAY:
        return profile.first_day + dt.timedelta(days=int(rng.integers(0, 12)))
    months = int(rng.integers(1, EARLIER_MONTHS))
    return add_months(FIRST_DAY, -months) + dt.timedelta(days=int(rng.integers(0, 27)))


def draw_affinities(
    profile: Profile, identities: tuple[Identity, ...], *, seed: int
) -> NDArray[np.float64]:
    """How much each client truly wants each offering, 0 to 1: accounts × offerings.

    Appeal to everybody, to the industry, to the size, and a private taste: the first alone is
    popularity, the next two are what similar clients share.
    """
    rng = stream(seed, profile.key, "affinities")
    names = [name for name, _ in profile.industries]
    by_industry = rng.normal(0, 1.6, (len(names), len(profile.offerings)))
    by_size = rng.normal(0, 0.5, len(profile.offerings))
    taste = rng.normal(0, 0.6, (len(identities), len(profile.offerings)))
    rows = np.array([names.index(identity.industry) for identity in identities], dtype=int)
    logs = np.log([identity.size for identity in identities]).reshape(-1, 1)
    appeal = np.array([offering.appeal for offering in profile.offerings])
    chances = logistic(appeal + by_industry[rows] + logs * by_size + taste)
    return np.asarray(chances * _eligible(profile.offerings, identities))


def _eligible(
    offerings: tuple[Offering, ...], identities: tuple[Identity, ...]
) -> NDArray[np.float64]:
    return np.array(
        [
            [float(not line.industries or who.industry in line.industries) for line in offerings]
            for who in identities
        ]
    )
