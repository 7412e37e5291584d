"""People at the clients, and the meetings, calls and mails with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY, known, month_day, month_length
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, pick, table_frame
from portfolio_lib.tables.demo.names import person
from portfolio_lib.tables.demo.world import World

SEATS: tuple[tuple[str, str, int, int], ...] = (
    ("champion", "Operations manager", 4, 30),
    ("economic buyer", "Finance director", 5, 91),
    ("decision maker", "Managing director", 5, 182),
    ("influencer", "IT manager", 3, 60),
    ("end user", "Team leader", 2, 45),
    ("end user", "Analyst", 1, 60),
    ("executive sponsor", "Chief operating officer", 5, 182),
    ("detractor", "Purchasing manager", 3, 120),
)
"""Role, title, influence and agreed days between contacts, in the order in which we meet them."""

KINDS = (("mail", 5), ("call", 4), ("meeting", 3), ("training", 0.6), ("event", 0.3))
EXECUTIVE_ROLES = ("economic buyer", "decision maker", "executive sponsor")


@dataclass(frozen=True)
class Person:
    """Somebody at a client. `left` may lie after the review date."""

    contact_id: str
    account: int
    name: str
    title: str
    role: str
    influence: int
    cadence_days: int
    start: dt.date
    left: dt.date | None = None
    successor: str | None = None

    def there(self, day: dt.date) -> bool:
        """True while the person is in the role."""
        return self.start <= day and (self.left is None or day < self.left)


def draw_people(world: World) -> tuple[tuple[Person, ...], ...]:
    """The people we know at each account: one at a good third of them, up to six at the largest."""
    rng = world.stream("people")
    return tuple(_people_of(world, rng, account) for account in range(len(world.identities)))


def _people_of(world: World, rng: np.random.Generator, account: int) -> tuple[Person, ...]:
    who = world.identities[account]
    few = rng.random() < 0.36
    count = 1 if few else int(np.clip(2 + rng.poisson(0.7 + 0.5 * who.size), 2, 7))
    found = _champions(world, rng, account)
    for seat in range(1, count):
        role, title, influence, cadence = SEATS[seat]
        start = who.start_date + dt.timedelta(days=int(rng.integers(0, 200)))
        number = numbered(f"{who.account_id}-K", len(found) + 1, 2)
        found.append(Person(number, account, person(rng), title, role, influence, cadence, start))
    return tuple(one for one in found if one.start <= AS_OF)


def _champions(world: World, rng: np.random.Generator, account: int) -> list[Person]:
    """One champion after the other: a new one starts where the gap that the last one left ends."""
    who = world.identities[account]
    role, title, influence, cadence = SEATS[0]
    start = who.start_date
    found: list[Person] = []
    for first, last in _gaps(world, account):
        left = month_day(first, int(rng.integers(1, 28)))
        if left <= start:
            continue
        number = numbered(f"{who.account_id}-K", len(found) + 1, 2)
        follower = numbered(f"{who.account_id}-K", len(found) + 2, 2)
        begins = month_day(last + 1)
        known_follower = follower if begins <= AS_OF else None
        found.append(
            Person(
                *(number, account, person(rng), title, role, influence, cadence),
                *(start, left, known_follower),
            )
        )
        start = begins
    number = numbered(f"{who.account_id}-K", len(found) + 1, 2)
    found.append(Person(number, account, person(rng), title, role, influence, cadence, start))
    return found


def _gaps(world: World, account: int) -> list[tuple[int, int]]:
    """First and last months of the times without a champion, while a client."""
    gone = world.signals.champion_gone[account] & world.present[account]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], gone.astype(int), [0]])))
    return [(int(edges[n]), int(edges[n + 1]) - 1) for n in range(0, len(edges), 2)]


def contacts_table(world: World, persons: tuple[tuple[Person, ...], ...]) -> pd.DataFrame:
    """One row per person."""
    rng = world.stream("contacts")
    rows = [
        _contact_row(rng, (one, team))
        for account in world.known_accounts()
        for team in [persons[account]]
        for one in team
    ]
    return table_frame("contacts", rows)


def _contact_row(rng: np.random.Generator, card: tuple[Person, tuple[Person, ...]]) -> Row:
    one, team = card
    chief = next((boss for boss in team if boss.role == "decision maker"), None)
    strength = float(np.clip(round(rng.normal(3.4, 0.9)), 1, 5))
    return {
        "contact_id": one.contact_id,
        "account_id": one.contact_id.rsplit("-K", 1)[0],
        "name": one.name,
        "title": one.title,
        "role": one.role,
        "reports_to": chief.contact_id if chief and chief is not one else None,
        "influence": one.influence,
        "strength": strength,
        "cadence_days": one.cadence_days,
        "channel_preference": str(pick(rng, (("mail", 4), ("phone", 3), ("in person", 2)))),
        "start_date": one.start,
        "left_date": known(one.left),
        "is_primary": one.role == "champion" and known(one.left) is None,
        "successor": one.successor if known(one.left) else None,
    }


def interactions_table(world: World, persons: tuple[tuple[Person, ...], ...]) -> pd.DataFrame:
    """One row per meeting, call or mail, with the person met where somebody was there to meet."""
    rng = world.stream("interactions")
    rows = [
        row
        for account in world.known_accounts()
        for month in world.months_present(account)
        for row in _month_rows(world, rng, (account, month, persons[account]))
    ]
    rows = [row for row in rows if row["date"] <= world.profile.last_day_shown]
    rows.sort(key=lambda row: (row["date"], row["account_id"], row["kind"]))
    for number, row in enumerate(rows, start=1):
        row["interaction_id"] = numbered(f"{world.profile.id_prefix}M", number, 6)
    return table_frame("interactions", rows)


def _month_rows(
    world: World, rng: np.random.Generator, cell: tuple[int, int, tuple[Person, ...]]
) -> list[Draft]:
    account, month, _ = cell
    size = min(2.5, 0.6 + 0.5 * world.identities[account].size)
    rate = world.profile.meetings_per_month * size * world.signals.engagement[account, month]
    kinds = [str(pick(rng, KINDS)) for _ in range(rng.poisson(rate))]
    if month % 3 == account % 3 and rng.random() < _review_chance(world, account, month):
        kinds.append("EBR" if size > 1.6 and rng.random() < 0.3 else "QBR")
    rows = [_interaction_row(world, rng, (*cell, kind)) for kind in kinds]
    return [row for row in rows if row is not None]


def _review_chance(world: World, account: int, month: int) -> float:
    """Business reviews: two thirds of them are held where all is well."""
    return float(min(0.9, 0.66 * world.signals.engagement[account, month]))


def _interaction_row(
    world: World, rng: np.random.Generator, card: tuple[int, int, tuple[Person, ...], str]
) -> Draft | None:
    account, month, team, kind = card
    day = max(FIRST_DAY, month_day(month, int(rng.integers(1, month_length(month) + 1))))
    day = day - dt.timedelta(days=max(0, day.weekday() - 4)) if day.day > 2 else day
    there = [one for one in team if one.there(day)]
    if not world.days_present(account, day):
        return None
    weights = np.array([1.0 / one.cadence_days for one in there])
    met = there[int(rng.choice(len(there), p=weights / weights.sum()))] if there else None
    mood = (world.signals.satisfaction[account, month] - 7.2) / 3 + rng.normal(0, 0.25)
    return {
        "account_id": world.identities[account].account_id,
        "contact_id": met.contact_id if met else None,
        "date": day,
        "kind": kind,
        "initiated_by": "client" if rng.random() < 0.4 else "us",
        "owner": world.manager(account),
        "sentiment": round(float(np.clip(mood, -1, 1)), 2),
        "executive_present": bool(
            (met is not None and met.role in EXECUTIVE_ROLES) or (kind == "EBR")
        ),
    }
