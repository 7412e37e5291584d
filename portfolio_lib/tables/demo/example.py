"""The readiness example: eighty accounts whose figures are all known beforehand.

It reproduces the filled example of the readiness assessment, figure for figure (in USD, reviewed
on 30 September 2026): 80 accounts with 25.0 M a year under contract in three given tiers (10
strategic 15 M, 30 growth 8 M, 40 standard 2 M); average tenure 2.5 years; 8 accounts at risk worth
3.2 M; 12 renewals within 90 days worth 4.8 M, 3 of them of accounts at risk; and so on.

Health by tier is planted through signals, so that a score by thresholds gives 7/2/1, 18/8/4 and
25/12/3 green/yellow/red. The signals of an account depend on its colour alone:

=====================  ==================  ==================  ====================================
signal                 green (50)          yellow (22)         red (8)
=====================  ==================  ==================  ====================================
active users, last 3   0 to +3 %           about −9 %          about −35 % where the cause is
months against the 3                                           declining usage, else about −9 %
before (*)
satisfaction of 10,    9 or 10 (before 9)  7 or 8 (before 8)   4 or 5 (before 6) where the cause is
last answer                                                    low satisfaction, else 7 (before 7)
champion               there, or none      there               left in August without successor
                       named                                   where the cause is that, else there
promised times missed  none                at most one, P3     one each (Account D: open and
in the last quarter                        or P4               escalated)
last interaction       2 to 24 days ago    50 to 72 days ago   95 to 118 days ago (Account D: 48)
=====================  ==================  ==================  ====================================

(*) 24 accounts, none of them red, have no usage data at all. With 100 for a good, 50 for a middling
and 0 for a bad signal, equal weights give 100 for green, 60 to 75 for yellow, 40 or less for red.
Causes are exclusive: usage down by a fifth or more (5 accounts), satisfaction below 7 (2), champion
left (1); neither green nor yellow accounts meet any of the three.

Ten more clients have left, so that retention has something to lose.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np

from portfolio_lib.tables.demo.days import AS_OF, add_months
from portfolio_lib.tables.demo.frames import numbered, stream
from portfolio_lib.tables.demo.names import people

KEY = "readiness-example"
ACTIVE = 80
MANAGERS = 5
TIER_SIZES = (10, 30, 40)

STRATEGIC_VALUES = (
    *(2_500_000, 2_200_000, 2_000_000, 1_800_000, 1_700_000),
    *(1_100_000, 1_050_000, 950_000, 900_000, 800_000),
)
GROWTH_TOTAL = 8_000_000
STANDARD_TOTAL = 2_000_000
KNOWN_VALUES = {
    **dict(enumerate(STRATEGIC_VALUES)),
    **dict(zip((10, 11, 12, 13), (300_000, 310_000, 300_000, 290_000), strict=True)),
    **dict(zip((14, 22, 23), (250_000, 260_000, 240_000), strict=True)),
    **dict(zip((40, 41, 42), (60_000, 65_000, 75_000), strict=True)),
    **dict(zip((43, 44, 55, 56, 57), (35_000, 35_000, 40_000, 35_000, 40_000), strict=True)),
}
"""Yearly values by account number; the others of a tier share the rest."""

DECLINING_USAGE = (3, 10, 11, 40, 41)
LOW_SATISFACTION = (12, 42)
CHAMPION_LEFT = (13,)
RED = (*DECLINING_USAGE, *LOW_SATISFACTION, *CHAMPION_LEFT)
YELLOW = (6, 7, *range(14, 22), *range(43, 55))
RENEWING = (3, 4, 10, 14, 22, 23, 41, 43, 44, 55, 56, 57)
"""Their terms end within 90 days of the review."""

TENURE_DAYS = 73_050
"""Sum over the active accounts: 80 × 2.5 years × 365.25 days."""

FORMER_VALUES = (420, 260, 68, 52, 30, 180, 41, 27, 64, 36)
"""Yearly values of the clients that left, in thousands; the first five left in the last year."""


@dataclass(frozen=True)
class Card:
    """One account of the example."""

    number: int
    account_id: str
    name: str
    tier: int
    value: int
    colour: str
    cause: str | None
    manager: str
    start: dt.date
    end: dt.date | None
    several_contacts: bool
    has_usage: bool
    reviewed: bool

    @property
    def active(self) -> bool:
        """True for the eighty."""
        return self.end is None


def draw_cards(seed: int) -> tuple[Card, ...]:
    """The eighty active accounts, then the ten former ones."""
    values = _values()
    starts = _starts(stream(seed, KEY, "starts"))
    managers = people(stream(seed, KEY, "managers"), MANAGERS)
    several, reviewed, silent = _several_contacts(), _reviewed(), _without_usage()
    active = [
        Card(
            number=n,
            account_id=numbered("R", n + 1, 3),
            name=f"Account {letters(n)}",
            tier=_tier(n),
            value=values[n],
            colour=_colour(n),
            cause=_cause(n),
            manager=managers[n % MANAGERS],
            start=starts[n],
            end=None,
            several_contacts=n in several,
            has_usage=n not in silent,
            reviewed=n in reviewed,
        )
        for n in range(ACTIVE)
    ]
    return (*active, *_former_cards(managers))


def letters(number: int) -> str:
    """A, B … Z, AA, AB …"""
    before, letter = divmod(number, 26)
    return (ascii_uppercase[before - 1] if before else "") + ascii_uppercase[letter]


def _tier(n: int) -> int:
    return 1 if n < TIER_SIZES[0] else 2 if n < TIER_SIZES[0] + TIER_SIZES[1] else 3


def _colour(n: int) -> str:
    return "red" if n in RED else "yellow" if n in YELLOW else "green"


def _cause(n: int) -> str | None:
    if n in DECLINING_USAGE:
        return "declining usage"
    if n in LOW_SATISFACTION:
        return "low satisfaction"
    return "champion left" if n in CHAMPION_LEFT else None


def _values() -> dict[int, int]:
    growth = [n for n in range(10, 40) if n not in KNOWN_VALUES]
    standard = [n for n in range(40, 80) if n not in KNOWN_VALUES]
    return {
        **KNOWN_VALUES,
        **_shared_rest(growth, GROWTH_TOTAL - _known_sum(10, 40), 9_000),
        **_shared_rest(standard, STANDARD_TOTAL - _known_sum(40, 80), 1_500),
    }


def _known_sum(first: int, end: int) -> int:
    return sum(value for n, value in KNOWN_VALUES.items() if first <= n < end)


def _shared_rest(numbers: list[int], total: int, step: int) -> dict[int, int]:
    """`total` shared out, one `step` apart around the mean; the middle one takes the rest."""
    count = len(numbers)
    mean = total // count // 1000 * 1000
    values = [mean + step * (count // 2 - place) for place in range(count)]
    values[count // 2] += total - sum(values)
    return dict(zip(numbers, values, strict=True))


def _starts(rng: np.random.Generator) -> dict[int, dt.date]:
    """First days whose tenures add up to `TENURE_DAYS`.

    Terms run twelve months from the first day, so that its month decides when a renewal is due:
    October to December for the renewing accounts, January to August for the others.
    """
    starts = {}
    for n in range(ACTIVE):
        if n in RENEWING:
            day = dt.date(2022 + n % 3, 10, 3) + dt.timedelta(days=int(rng.integers(0, 86)))
        else:
            day = dt.date(2023 + n % 3, 1, 5) + dt.timedelta(days=int(rng.integers(60, 220)))
        starts[n] = day
    return _balanced(starts)


def _balanced(starts: dict[int, dt.date]) -> dict[int, dt.date]:
    """Shift the freely drawn days, each within January to August, until the sum is right."""
    missing = TENURE_DAYS - sum((AS_OF - day).days for day in starts.values())
    step = 1 if missing > 0 else -1
    free = [n for n in range(ACTIVE) if n not in RENEWING]
    while missing:
        for n in free:
            moved = starts[n] - dt.timedelta(days=step)
            within = dt.date(moved.year, 1, 5) <= moved <= dt.date(moved.year, 8, 28)
            if missing and within and moved.year == starts[n].year:
                starts[n] = moved
                missing -= step
    return starts


def _several_contacts() -> set[int]:
    """32 accounts, all green, with more than one contact: 7, 15 and 10 by tier."""
    green = [n for n in range(ACTIVE) if _colour(n) == "green"]
    by_tier = [[n for n in green if _tier(n) == tier] for tier in (1, 2, 3)]
    return {*by_tier[0], *by_tier[1][:15], *by_tier[2][:10]}


def _reviewed() -> set[int]:
    """Half of each tier, all green, hold their business review every quarter."""
    green = [n for n in range(ACTIVE) if _colour(n) == "green"]
    by_tier = [[n for n in green if _tier(n) == tier] for tier in (1, 2, 3)]
    return {*by_tier[0][:5], *by_tier[1][-15:], *by_tier[2][-20:]}


def _without_usage() -> set[int]:
    """24 accounts, none red and none of the largest ten."""
    candidates = [n for n in range(10, ACTIVE) if _colour(n) != "red"]
    return set(sorted(candidates, key=lambda n: (n % 3 != 2, n))[:24])


def _former_cards(managers: list[str]) -> list[Card]:
    """Clients that left at the end of a term: five between October and June, five before."""
    cards = []
    for place, thousands in enumerate(FORMER_VALUES):
        recent = place < 5
        end = dt.date(2025, 10, 19) if recent else dt.date(2024, 5, 9)
        end += dt.timedelta(days=(51 if recent else 88) * (place % 5))
        start = add_months(end + dt.timedelta(days=1), -12 * (2 if recent else 1))
        n = ACTIVE + place
        cards.append(
            Card(
                number=n,
                account_id=numbered("R", n + 1, 3),
                name=f"Account {letters(n)}",
                tier=2 if thousands > 100 else 3,
                value=thousands * 1000,
                colour="gone",
                cause=("declining usage", "low satisfaction", "champion left")[place % 3],
                manager=managers[n % MANAGERS],
                start=start,
                end=end,
                several_contacts=False,
                has_usage=bool(place % 2),
                reviewed=False,
            )
        )
    return cards
