"""How long each client stays, term by term: renewals, price rises, added and dropped offerings.

A client may leave only at the end of a term. The chance of that is the `hazard` of the month: the
mean pressure of its last four months, over as many months as the term lasts (at most twelve). It
is the exact chance of the draw, so that churn can be checked against it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from portfolio_lib.tables.demo.days import (
    ALL_MONTHS,
    AS_OF,
    FIRST_DAY,
    add_months,
    month_day,
    month_of,
)
from portfolio_lib.tables.demo.frames import pick
from portfolio_lib.tables.demo.identities import Identity
from portfolio_lib.tables.demo.latent import Signals, main_cause
from portfolio_lib.tables.demo.profiles import Profile

LAST_SIMULATED_DAY = month_day(ALL_MONTHS) - dt.timedelta(days=1)
NOTICE_MONTHS = 4
"""The months before the end of a term in which a client makes up its mind."""


@dataclass(frozen=True)
class Term:
    """One contract term. `yearly` is its recurring value of twelve months."""

    contract_id: str
    account: int
    offering: int
    start: dt.date
    end: dt.date
    yearly: float
    signed: dt.date
    first: bool
    renewed_by: str | None = None
    cancelled: dt.date | None = None


@dataclass(frozen=True)
class Decision:
    """A client free to leave: the chance that it does, and whether it did."""

    account: int
    month: int
    pressure: float
    hazard: float
    churned: bool
    cause: str


@dataclass(frozen=True)
class Life:
    """All terms of one client and every decision it took. `end` is None while it stays."""

    terms: tuple[Term, ...]
    decisions: tuple[Decision, ...]
    end: dt.date | None
    cause: str | None


@dataclass(frozen=True)
class Client:
    """What a life is drawn from."""

    account: int
    identity: Identity
    profile: Profile
    signals: Signals
    tastes: tuple[float, ...]
    rng: np.random.Generator


def draw_life(client: Client) -> Life:
    """One client's terms from the one that covers the first day to the last one signed."""
    months = int(pick(client.rng, client.profile.term_months))
    start = _first_term_start(client.identity.start_date, months)
    owned = _first_offerings(client, start)
    terms: list[Term] = []
    decisions: list[Decision] = []
    end, cause = None, None
    while start <= LAST_SIMULATED_DAY:
        last = add_months(start, months) - dt.timedelta(days=1)
        terms += _terms_of_period(client, owned, (start, last))
        if last > LAST_SIMULATED_DAY:
            break
        decision = _decide(client, last, months)
        decisions.append(decision)
        owned = {term.offering: term.yearly for term in terms if term.end == last}
        start = last + dt.timedelta(days=1)
        end, cause = (last, decision.cause) if decision.churned else (None, None)
        if decision.churned:
            start = _return_day(client, last)
            end, cause = (None, None) if start <= AS_OF else (end, cause)
        else:
            owned = _next_values(client, owned, month_of(last))
    return Life(_chained(client, terms), tuple(decisions), end, cause)


def _first_term_start(start: dt.date, months: int) -> dt.date:
    """The start of the term in force on the first day, or of the first term ever."""
    while start < FIRST_DAY and add_months(start, months) <= FIRST_DAY:
        start = add_months(start, months)
    return start


def _first_offerings(client: Client, start: dt.date) -> dict[int, float]:
    """Offerings bought at the beginning: the first one, and some of those the client wants.

    Clients of before the first day have had time to add some.
    """
    years_before = max(0.0, (start - client.identity.start_date).days / 365)
    eagerness = 0.15 + 0.1 * min(years_before, 4)
    wanted = [
        offering
        for offering, taste in enumerate(client.tastes)
        if offering and client.rng.random() < eagerness * taste
    ]
    return {offering: _price(client, offering) for offering in [0, *wanted]}


def _price(client: Client, offering: int) -> float:
    line = client.profile.offerings[offering]
    discount = client.rng.uniform(0.85, 1.1)
    return float(round(line.yearly_price * client.identity.size * discount / 12) * 12)


def _terms_of_period(
    client: Client, owned: dict[int, float], period: tuple[dt.date, dt.date]
) -> list[Term]:
    """The terms that begin with the period, and those added during it that end with it."""
    start, last = period
    signed = _signed_day(client, start)
    terms = [_term(client, o, yearly, (start, last, signed)) for o, yearly in owned.items()]
    for month in range(max(month_of(start) + 1, 0), min(month_of(last), ALL_MONTHS)):
        for offering in _adopted(client, owned, month):
            day = month_day(month, int(client.rng.integers(1, 28)))
            owned = owned | {offering: _price(client, offering)}
            terms.append(_term(client, offering, owned[offering], (day, last, day)))
    return terms


def _term(
    client: Client, offering: int, yearly: float, days: tuple[dt.date, dt.date, dt.date]
) -> Term:
    start, last, signed = days
    return Term("", client.account, offering, start, last, yearly, signed, first=False)


def _signed_day(client: Client, start: dt.date) -> dt.date:
    """Most terms are signed some weeks before they start; about one in twelve is signed late."""
    late = client.rng.random() < 0.08
    days = client.rng.integers(1, 25) if late else -client.rng.integers(6, 70)
    return max(start + dt.timedelta(days=int(days)), min(client.identity.start_date, start))


def _adopted(client: Client, owned: dict[int, float], month: int) -> list[int]:
    calm = float(1 - np.minimum(client.signals.pressure[client.account, month] * 8, 0.9))
    rate = client.profile.adoption * 2 * calm
    draws = client.rng.random(len(client.tastes))
    return [
        offering
        for offering, taste in enumerate(client.tastes)
        if offering and offering not in owned and draws[offering] < rate * taste**1.5
    ]


def _decide(client: Client, last: dt.date, months: int) -> Decision:
    month = month_of(last)
    recent = client.signals.pressure[client.account, max(0, month - NOTICE_MONTHS + 1) : month + 1]
    pressure = float(recent.mean())
    hazard = 1 - (1 - pressure) ** min(months, 12)
    closing = client.profile.closing_day is not None and last >= client.profile.closing_day
    hazard = 1.0 if closing else hazard
    churned = bool(client.rng.random() < hazard)
    cause = "the unit closed" if closing else main_cause(client.signals, client.account, month)
    return Decision(client.account, month, pressure, hazard, churned, cause)


def _return_day(client: Client, last: dt.date) -> dt.date:
    """The day a lost client comes back; far away for most."""
    if client.rng.random() < client.profile.return_chance:
        return last + dt.timedelta(days=int(client.rng.integers(95, 300)))
    return LAST_SIMULATED_DAY + dt.timedelta(days=1)


def _next_values(client: Client, owned: dict[int, float], month: int) -> dict[int, float]:
    """What is renewed, and for how much: add-ons may go, prices rise, unhappy clients shrink."""
    pressure = float(client.signals.pressure[client.account, month])
    drop = min(0.5, 0.04 + pressure * 3)
    kept = {o: v for o, v in owned.items() if o == 0 or client.rng.random() > drop}
    factor = _growth(client, pressure, month)
    return {offering: float(round(value * factor / 12) * 12) for offering, value in kept.items()}


def _growth(client: Client, pressure: float, month: int) -> float:
    uplift = 1 + client.profile.yearly_uplift * float(client.rng.uniform(0.3, 1.5))
    if client.rng.random() < min(0.6, pressure * 6):
        return float(client.rng.uniform(0.7, 0.95))
    if client.rng.random() < 0.35 * float(client.signals.usage[client.account, month]):
        return uplift + float(client.rng.uniform(0.04, 0.25))
    return uplift


def _chained(client: Client, terms: list[Term]) -> tuple[Term, ...]:
    """Terms with their numbers, each pointing to the one of the same offering that follows it."""
    account_id = client.identity.account_id
    numbered = [replace(t, contract_id=f"{account_id}-C{n:02d}") for n, t in enumerate(terms, 1)]
    starts = {(term.offering, term.start): term.contract_id for term in numbered}
    ends = {(term.offering, term.end + dt.timedelta(days=1)) for term in numbered}
    return tuple(
        replace(
            term,
            renewed_by=starts.get((term.offering, term.end + dt.timedelta(days=1))),
            first=(term.offering, term.start) not in ends,
        )
        for term in numbered
    )
