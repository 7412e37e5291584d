"""What clients feel of the service: tickets, promised times, answers to surveys, use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, month_day, month_of
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, pick, table_frame
from portfolio_lib.tables.demo.people import Person
from portfolio_lib.tables.demo.world import World, moment

PROMISES: dict[str, tuple[float, float]] = {
    "P1": (1.0, 8.0),
    "P2": (4.0, 48.0),
    "P3": (8.0, 120.0),
    "P4": (24.0, 360.0),
}
"""Hours to the first answer and to the solution, by severity; all hours count."""

SEVERITIES = (("P1", 1), ("P2", 3), ("P3", 5), ("P4", 3))
ROOT_CAUSES = ("change without test", "third party", "missing guide", "staff shortage", "old part")
END_OF_REVIEW = dt.datetime.combine(AS_OF, dt.time(23, 59, 59))


def slas_table() -> pd.DataFrame:
    """One row per severity."""
    return table_frame(
        "slas",
        [
            {
                "severity": severity,
                "tier": None,
                "response_hours": response,
                "resolution_hours": resolution,
                "calendar": "elapsed",
            }
            for severity, (response, resolution) in PROMISES.items()
        ],
    )


@dataclass(frozen=True)
class Ticket:
    """What a ticket is drawn from."""

    account: int
    opened: dt.datetime
    severity: str
    late: bool


def issues_table(world: World) -> pd.DataFrame:
    """One row per ticket; those not solved by the review date are open."""
    rng = world.stream("issues")
    tickets = [
        ticket
        for account in world.known_accounts()
        for month in world.months_present(account)
        for ticket in _tickets(world, rng, (account, month))
        if ticket.opened <= END_OF_REVIEW
    ]
    tickets.sort(key=lambda ticket: (ticket.opened, ticket.account))
    habits = rng.integers(0, len(world.profile.themes), len(world.identities))
    rows = [
        {
            "issue_id": numbered(f"{world.profile.id_prefix}T", number, 5),
            **_issue_row(world, rng, (ticket, int(habits[ticket.account]))),
        }
        for number, ticket in enumerate(tickets, start=1)
    ]
    return table_frame("issues", rows)


def _tickets(world: World, rng: np.random.Generator, cell: tuple[int, int]) -> list[Ticket]:
    account, month = cell
    late = int(world.signals.breaches[account, month])
    return [
        Ticket(account, moment(rng, month), str(pick(rng, SEVERITIES)), late=number < late)
        for number in range(int(world.signals.issues[account, month]))
    ]


def _issue_row(world: World, rng: np.random.Generator, card: tuple[Ticket, int]) -> Row:
    ticket, habit = card
    response, resolution = PROMISES[ticket.severity]
    answered = ticket.opened + _hours(response * float(rng.uniform(0.1, 0.9)))
    spent = rng.uniform(1.15, 3.5) if ticket.late else rng.uniform(0.2, 0.92)
    solved = ticket.opened + _hours(max(resolution * float(spent), response * 0.95))
    grave = ticket.late and ticket.severity in ("P1", "P2")
    open_still = solved > END_OF_REVIEW
    theme = habit if rng.random() < 0.45 else int(rng.integers(len(world.profile.themes)))
    return {
        "account_id": world.identities[ticket.account].account_id,
        "opened_at": ticket.opened,
        "first_response_at": answered if answered <= END_OF_REVIEW else None,
        "resolved_at": None if open_still else solved,
        "severity": ticket.severity,
        "status": "open" if open_still else "closed",
        "owner": world.manager(ticket.account) if rng.random() < 0.4 else "Service desk",
        "theme": world.profile.themes[theme],
        "escalated_at": _escalated(ticket, grave=grave),
        "root_cause": None if open_still else ROOT_CAUSES[int(rng.integers(len(ROOT_CAUSES)))],
    }


def _escalated(ticket: Ticket, *, grave: bool) -> dt.datetime | None:
    """Grave tickets are escalated when their time is up."""
    moment_up = ticket.opened + _hours(PROMISES[ticket.severity][1])
    return moment_up if grave and moment_up <= END_OF_REVIEW else None


def _hours(hours: float) -> dt.timedelta:
    return dt.timedelta(minutes=round(hours * 60))


def surveys_table(world: World, persons: tuple[tuple[Person, ...], ...]) -> pd.DataFrame:
    """Satisfaction asked every quarter, recommendation every half year; about half answer."""
    rng = world.stream("surveys")
    rows = [
        row
        for account in world.known_accounts()
        for month in world.months_present(account)
        if month % 3 == 1
        for row in _survey_rows(world, rng, (account, month, persons[account]))
    ]
    rows.sort(key=lambda row: (row["date"], row["account_id"], row["kind"]))
    for number, row in enumerate(rows, start=1):
        row["survey_id"] = numbered(f"{world.profile.id_prefix}S", number, 5)
    return table_frame("surveys", rows)


def _survey_rows(
    world: World, rng: np.random.Generator, cell: tuple[int, int, tuple[Person, ...]]
) -> list[Draft]:
    account, month, team = cell
    day = month_day(month, int(rng.integers(3, 27)))
    there = [one for one in team if one.there(day)]
    if day > AS_OF or not there or not world.days_present(account, day):
        return []
    mood = float(world.signals.satisfaction[account, month])
    kinds = ["satisfaction", "NPS"] if month % 6 == 1 else ["satisfaction"]
    answers = rng.random() < min(0.85, 0.62 * float(world.signals.engagement[account, month]))
    asked = there[int(rng.integers(len(there)))]
    return [
        {
            "account_id": world.identities[account].account_id,
            "contact_id": asked.contact_id,
            "date": day,
            "kind": kind,
            "score": _score(rng, mood) if answers else None,
            "scale_max": 10,
            "comment": _comment(rng, mood) if answers and rng.random() < 0.35 else None,
        }
        for kind in kinds
    ]


def _score(rng: np.random.Generator, mood: float) -> int:
    return int(np.clip(round(mood + float(rng.normal(0, 0.7))), 0, 10))


PRAISE = (
    "The team answers quickly and knows our business.",
    "Month end is two days shorter than it was.",
    "We would miss it.",
    "Good value, and the training was clear.",
)
COMPLAINTS = (
    "We waited too long for a fix.",
    "Nobody told us about the change.",
    "Fewer of us use it than we had hoped.",
    "The invoice was wrong again.",
)


def _comment(rng: np.random.Generator, mood: float) -> str:
    words = PRAISE if mood >= 7.8 else COMPLAINTS
    return words[int(rng.integers(len(words)))]


def usage_table(world: World) -> pd.DataFrame:
    """One row per account, month and measure; about one client in seven is not measured."""
    rng = world.stream("usage")
    measured = rng.random(len(world.identities)) > 0.15
    rows = [
        row
        for account in world.known_accounts()
        if measured[account]
        for month in world.months_present(account)
        if month <= month_of(AS_OF)
        for row in _usage_rows(world, rng, (account, month))
    ]
    return table_frame("usage", rows)


def _usage_rows(world: World, rng: np.random.Generator, cell: tuple[int, int]) -> list[Row]:
    """People who used it, of those paid for; and how often they did, which has no limit."""
    account, month = cell
    share = float(world.signals.usage[account, month])
    seats = max(5, world.identities[account].employees // 3)
    people = round(seats * share)
    often = round(people * 9 * float(rng.uniform(0.9, 1.1)) * (0.5 + 0.5 * share))
    first, second = world.profile.usage_measures
    base = {"account_id": world.identities[account].account_id, "period": month_day(month)}
    return [
        {**base, "measure": first, "value": float(people), "licensed": float(seats)},
        {**base, "measure": second, "value": float(often), "licensed": None},
    ]
