"""The readiness example: the people at each account, and when they were met.

The first five accounts have the stakeholders of the filled example. 48 of the 80 accounts have one
contact who was met in the last year, whatever the window; the other 32 have two or more, all met
within two months of the review.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, working_day
from portfolio_lib.tables.demo.example import CHAMPION_LEFT, KEY, Card
from portfolio_lib.tables.demo.example_service import QUARTER_DAYS, D
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, stream, table_frame
from portfolio_lib.tables.demo.names import person

EXECUTIVES = ("CIO", "CFO", "CEO", "CMO", "CSO", "VP Operations", "Finance director")
KINDS = ("call", "mail", "meeting", "mail", "call")
HISTORY_DAYS = 730
CHAMPION_LEFT_DAY = dt.date(2026, 8, 12)
PROMOTION_DAY = dt.date(2026, 8, 17)
HANDOVER_DAY = dt.date(2025, 3, 14)
HANDED_OVER = 8
"""Account I lost a champion in good order: a successor took over the next week."""


@dataclass(frozen=True)
class Seat:
    """One contact. `gap_days` is how often the person is met; `last_days` the days since."""

    title: str
    role: str
    influence: int
    strength: int
    gap_days: int
    last_days: int
    cadence_days: int | None = None
    since: dt.date | None = None
    left: dt.date | None = None
    met: bool = True
    successor_place: int | None = None


def _agreed(title: str, role: str, influence: int, strength: int, days: tuple[int, int]) -> Seat:
    """A seat whose meetings keep to what was agreed."""
    gap, last = days
    return Seat(title, role, influence, strength, gap, last, cadence_days=gap)


TOP_FIVE: dict[int, tuple[Seat, ...]] = {
    0: (
        _agreed("CIO", "economic buyer", 5, 4, (30, 12)),
        _agreed("IT director", "champion", 4, 5, (7, 2)),
        _agreed("Planner", "end user", 2, 3, (91, 33)),
        _agreed("Planner", "end user", 2, 3, (91, 47)),
    ),
    1: (
        _agreed("CFO", "economic buyer", 5, 4, (91, 40)),
        _agreed("VP Operations", "champion", 4, 5, (14, 6)),
        Seat("CSO", "influencer", 3, 3, gap_days=120, last_days=28),
    ),
    2: (
        _agreed("CEO", "executive sponsor", 5, 3, (91, 41)),
        _agreed("CMO", "economic buyer", 5, 4, (30, 15)),
        _agreed("Team lead", "end user", 2, 4, (14, 5)),
        _agreed("Team lead", "end user", 2, 4, (14, 8)),
        _agreed("Team lead", "end user", 2, 4, (14, 12)),
    ),
    3: (_agreed("IT manager", "influencer", 3, 2, (30, 48)),),
    4: (
        _agreed("VP Operations", "economic buyer", 5, 4, (30, 9)),
        _agreed("Analyst", "end user", 2, 4, (7, 3)),
        _agreed("Analyst", "end user", 2, 4, (7, 5)),
        Seat(
            *("Director of operations (promoted in August)", "champion", 4, 4, 30, 20),
            cadence_days=30,
            since=PROMOTION_DAY,
        ),
    ),
}


def seats(card: Card) -> tuple[Seat, ...]:
    """The contacts of one account, the main one first."""
    if card.number in TOP_FIVE:
        return TOP_FIVE[card.number]
    last = _last_days(card)
    champion = _agreed("Operations manager", "champion", 4, 4, (30, last))
    if card.number in CHAMPION_LEFT:
        return _orphaned(last)
    if not card.several_contacts:
        return (champion,)
    if card.number == HANDED_OVER:
        return _handed_over(champion, last)
    others = (
        _agreed("Finance director", "economic buyer", 5, 3, (30, last + 9)),
        _agreed("IT manager", "influencer", 3, 3, (45, last + 17)),
    )
    return (champion, *others[: 1 + card.number % 2])


def _handed_over(champion: Seat, last: int) -> tuple[Seat, ...]:
    """The champion of before, the present one, and the buyer."""
    before = (AS_OF - HANDOVER_DAY).days + 5
    since = HANDOVER_DAY + dt.timedelta(days=6)
    return (
        Seat(
            *("Operations manager", "champion", 4, 4, 30, before, 30),
            left=HANDOVER_DAY,
            successor_place=1,
        ),
        Seat(**{**vars(champion), "since": since}),
        _agreed("Finance director", "economic buyer", 5, 3, (30, last + 9)),
    )


def _orphaned(last: int) -> tuple[Seat, ...]:
    """The champion has left; the one person known since has not been met."""
    champion = Seat("Operations manager", "champion", 4, 4, 30, last, 30, left=CHAMPION_LEFT_DAY)
    buyer = Seat("Purchasing manager", "economic buyer", 4, 1, 91, 0, 91, met=False)
    since = CHAMPION_LEFT_DAY + dt.timedelta(days=8)
    return (champion, Seat(**{**vars(buyer), "since": since}))


def _last_days(card: Card) -> int:
    """Days since the last interaction, by colour."""
    if card.colour == "red":
        return 95 + card.number % 24
    if card.colour == "yellow":
        return 50 + card.number % 23
    return 2 + card.number % 23


def contacts_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """One row per person."""
    rng = stream(seed, KEY, "people")
    rows: list[Row] = [
        {
            "contact_id": _contact_id(card, place),
            "account_id": card.account_id,
            "name": person(rng),
            "title": seat.title,
            "role": seat.role,
            "reports_to": _contact_id(card, 0) if _reports(card, place) else None,
            "influence": seat.influence,
            "strength": seat.strength,
            "cadence_days": seat.cadence_days,
            "channel_preference": ("mail", "phone", "in person")[(card.number + place) % 3],
            "start_date": seat.since or card.start,
            "left_date": seat.left,
            "is_primary": place == _primary_place(card),
            "successor": _successor(card, seat),
        }
        for card in cards
        for place, seat in enumerate(seats(card))
    ]
    return table_frame("contacts", rows)


def _contact_id(card: Card, place: int) -> str:
    return numbered(f"{card.account_id}-K", place + 1, 2)


def _primary_place(card: Card) -> int | None:
    """The first person who is still there."""
    return next((place for place, seat in enumerate(seats(card)) if seat.left is None), None)


def _successor(card: Card, seat: Seat) -> str | None:
    return None if seat.successor_place is None else _contact_id(card, seat.successor_place)


def _reports(card: Card, place: int) -> bool:
    return place > 0 and card.number in TOP_FIVE


def interactions_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """One row per meeting, call or mail of the last two years, and the quarterly reviews."""
    rows = [row for card in cards for row in (*_meetings(card), *_reviews(card))]
    rows.sort(key=lambda row: (row["date"], row["contact_id"], row["kind"]))
    for number, row in enumerate(rows, start=1):
        row["interaction_id"] = numbered("RM", number, 5)
    return table_frame("interactions", rows)


def _meetings(card: Card) -> Iterator[Draft]:
    for place, seat in enumerate(seats(card)):
        first = max(seat.since or card.start, AS_OF - dt.timedelta(days=HISTORY_DAYS))
        last = (card.end or AS_OF) - dt.timedelta(days=seat.last_days)
        days = range(0, max(0, (last - first).days + 1), seat.gap_days) if seat.met else ()
        for step, back in enumerate(days):
            day = max(working_day(last - dt.timedelta(days=back)), first)
            yield _interaction_row(card, (place, seat), (day, KINDS[step % len(KINDS)]))


def _reviews(card: Card) -> Iterator[Draft]:
    """A business review in each quarter, at the accounts that hold them."""
    quarter = 0
    main = seats(card)[0]
    while card.reviewed:
        days = QUARTER_DAYS * quarter + 20 + card.number % 50
        day = working_day(AS_OF - dt.timedelta(days=days))
        if day < card.start or days > HISTORY_DAYS:
            return
        yield _interaction_row(card, (0, main), (day, "QBR"))
        quarter += 1


def _interaction_row(card: Card, who: tuple[int, Seat], what: tuple[dt.date, str]) -> Draft:
    place, seat = who
    day, kind = what
    mood = {"green": 0.6, "yellow": 0.15, "red": -0.35, "gone": -0.2}[card.colour]
    early = (AS_OF - day).days > 200
    return {
        "account_id": card.account_id,
        "contact_id": _contact_id(card, place),
        "date": day,
        "kind": kind,
        "initiated_by": "client" if (day.day + place) % 4 == 0 else "us",
        "owner": card.manager,
        "sentiment": round((0.5 if early else mood) + (day.day % 7 - 3) * 0.04, 2),
        "executive_present": seat.title in EXECUTIVES and card.number != D,
    }
