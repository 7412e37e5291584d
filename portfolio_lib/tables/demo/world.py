"""One unit that lives by contracts, drawn whole, before any table is written from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolio_lib.tables.demo.days import ALL_MONTHS, AS_OF, FIRST_DAY, month_day, month_of
from portfolio_lib.tables.demo.frames import stream
from portfolio_lib.tables.demo.identities import Identity, draw_affinities, draw_identities
from portfolio_lib.tables.demo.latent import Signals, draw_signals
from portfolio_lib.tables.demo.lives import Client, Life, Term, draw_life
from portfolio_lib.tables.demo.names import people
from portfolio_lib.tables.demo.profiles import Profile


@dataclass(frozen=True)
class World:
    """Everything that is true of one unit, known to its reviewers or not.

    `present` is true in the months in which a client has a contract in force (accounts × months);
    `managers` are names and `manager_of` their numbers, one per account.
    """

    profile: Profile
    seed: int
    identities: tuple[Identity, ...]
    affinities: NDArray[np.float64]
    signals: Signals
    lives: tuple[Life, ...]
    present: NDArray[np.bool_]
    managers: tuple[str, ...]
    manager_of: NDArray[np.int_]

    def stream(self, purpose: str) -> np.random.Generator:
        """Chance for one table of this unit."""
        return stream(self.seed, self.profile.key, purpose)

    def manager(self, account: int) -> str:
        """Who looks after the account."""
        return self.managers[int(self.manager_of[account])]

    def known_accounts(self) -> Iterator[int]:
        """Accounts that came by the review date."""
        return (i for i, who in enumerate(self.identities) if who.start_date <= AS_OF)

    def months_present(self, account: int) -> Iterator[int]:
        """Months of the history in which the account is a client."""
        last = month_of(self.profile.last_day_shown)
        return (int(month) for month in np.flatnonzero(self.present[account, : last + 1]))

    def days_present(self, account: int, day: dt.date) -> bool:
        """True where a contract of the account is in force on `day`."""
        return any(term.start <= day <= term.end for term in self.lives[account].terms)

    def terms(self) -> Iterator[Term]:
        """All terms, account by account."""
        return (term for life in self.lives for term in life.terms)


def draw_world(
    profile: Profile, *, seed: int, identities: tuple[Identity, ...] | None = None
) -> World:
    """Draw a unit; `identities` where its clients are already known to another one."""
    identities = identities or draw_identities(profile, seed=seed)
    affinities = draw_affinities(profile, identities, seed=seed)
    signals = draw_signals(profile, len(identities), seed=seed)
    lives = tuple(
        draw_life(
            Client(
                account=account,
                identity=identity,
                profile=profile,
                signals=signals,
                tastes=tuple(affinities[account].tolist()),
                rng=stream(seed, profile.key, "life", identity.account_id),
            )
        )
        for account, identity in enumerate(identities)
    )
    names = people(stream(seed, profile.key, "managers"), profile.managers)
    return World(
        profile=profile,
        seed=seed,
        identities=identities,
        affinities=affinities,
        signals=signals,
        lives=lives,
        present=_presence(lives),
        managers=tuple(names),
        manager_of=_manager_of(profile, identities, seed=seed),
    )


def _presence(lives: tuple[Life, ...]) -> NDArray[np.bool_]:
    present = np.zeros((len(lives), ALL_MONTHS), dtype=bool)
    for account, life in enumerate(lives):
        for term in life.terms:
            present[account, max(0, month_of(term.start)) : month_of(term.end) + 1] = True
    return present


def _manager_of(
    profile: Profile, identities: tuple[Identity, ...], *, seed: int
) -> NDArray[np.int_]:
    """Managers by chance, with a lean towards industries of their own."""
    rng = stream(seed, profile.key, "assignment")
    home = {name: n % profile.managers for n, (name, _) in enumerate(profile.industries)}
    return np.array(
        [
            home[who.industry] if rng.random() < 0.35 else rng.integers(profile.managers)
            for who in identities
        ],
        dtype=int,
    )


def moment(rng: np.random.Generator, month: int) -> dt.datetime:
    """A moment in office hours of a month."""
    day = month_day(month, int(rng.integers(1, 29)))
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    day = max(day, FIRST_DAY)
    minutes = int(rng.integers(8 * 60, 18 * 60))
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
