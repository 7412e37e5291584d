"""The readiness example: tickets and promised times, answers, and use.

Each of the last four quarters has the same tickets: P1 17 of 20 in time, P2 38 of 40, P3 36 of 40,
P4 24 of 25, so 115 of 125 (92 %) whichever of them a window holds. Beside them three are open:
Account D's P1 (late, and one of the three missed of its quarter) and two P2 within their time.
Tickets that missed their time missed the first answer too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, month_day, month_of
from portfolio_lib.tables.demo.example import KEY, Card
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, stream, table_frame

PROMISES = {"P1": (1.0, 24.0), "P2": (4.0, 240.0), "P3": (8.0, 360.0), "P4": (24.0, 720.0)}
"""Hours to the first answer and to the solution."""

QUARTERS = 4
QUARTER_DAYS = 91
PER_QUARTER = {"P1": (17, 3), "P2": (38, 2), "P3": (36, 4), "P4": (24, 1)}
"""Tickets in time and late, by severity."""

LATE_NOW = {"P1": (10, 12), "P2": (11, 13), "P3": (40, 41, 42, 14), "P4": (15,)}
"""Accounts with late tickets in the last quarter, beside Account D's open one."""

THEMES = {"integration": (10, 22, 45), "onboarding": (56, 57, 60)}
"""Accounts with tickets of a theme, beside Account D's. Only these have had a review of causes."""

SURVEYS = (
    (dt.date(2025, 9, 9), "satisfaction"),
    (dt.date(2026, 3, 10), "satisfaction"),
    (dt.date(2026, 5, 12), "NPS"),
    (dt.date(2026, 9, 8), "satisfaction"),
)

D, F, G = 3, 5, 6
YELLOW_USE = (1.0, 1.0, 1.0, 0.94, 0.91, 0.88)
RED_USE = (1.0, 0.93, 0.85, 0.72, 0.6, 0.5)
"""Use in the last six months against the level before."""


def slas_table() -> pd.DataFrame:
    """One row per severity."""
    rows = [
        {
            "severity": severity,
            "tier": None,
            "response_hours": response,
            "resolution_hours": resolution,
            "calendar": "elapsed",
        }
        for severity, (response, resolution) in PROMISES.items()
    ]
    return table_frame("slas", rows)


@dataclass(frozen=True)
class Ticket:
    """One closed ticket of a quarter. Quarter 0 is the last."""

    quarter: int
    severity: str
    late: bool
    number: int


def issues_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """One row per ticket."""
    rng = stream(seed, KEY, "issues")
    rows = [_closed_row(cards, rng, ticket) for ticket in _tickets()]
    rows += _open_rows(cards)
    _name_themes(cards, rows)
    rows.sort(key=lambda row: (row["opened_at"], row["account_id"], row["severity"]))
    for number, row in enumerate(rows, start=1):
        row["issue_id"] = numbered("RT", number)
    return table_frame("issues", rows)


def _tickets() -> Iterator[Ticket]:
    for quarter in range(QUARTERS):
        for severity, (timely, late) in PER_QUARTER.items():
            open_late = quarter == 0 and severity == "P1"
            for number in range(late - open_late):
                yield Ticket(quarter, severity, late=True, number=number)
            for number in range(timely):
                yield Ticket(quarter, severity, late=False, number=number)


def _closed_row(cards: tuple[Card, ...], rng: np.random.Generator, ticket: Ticket) -> Draft:
    card = cards[_ticket_account(rng, ticket)]
    first, last = (45, 78) if ticket.late else (34, 80)
    day = AS_OF - dt.timedelta(days=QUARTER_DAYS * ticket.quarter + int(rng.integers(first, last)))
    opened = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=int(rng.integers(0, 480)))
    response, resolution = PROMISES[ticket.severity]
    part = rng.uniform(1.1, 1.4) if ticket.late else rng.uniform(0.2, 0.9)
    answered = opened + dt.timedelta(minutes=round(60 * response * float(part)))
    solved = opened + dt.timedelta(minutes=round(60 * resolution * float(part)))
    return {
        "account_id": card.account_id,
        "opened_at": opened,
        "first_response_at": answered,
        "resolved_at": max(solved, answered),
        "severity": ticket.severity,
        "status": "closed",
        "owner": "Support",
        "theme": None,
        "escalated_at": answered if ticket.late and ticket.severity == "P1" else None,
        "root_cause": "change without test" if ticket.late else None,
    }


def _ticket_account(rng: np.random.Generator, ticket: Ticket) -> int:
    """Late tickets of the last quarter are planted; all others fall where they may."""
    if ticket.late and ticket.quarter == 0:
        return LATE_NOW[ticket.severity][ticket.number]
    return int(rng.integers(0, 80))


def _open_rows(cards: tuple[Card, ...]) -> list[Draft]:
    """Days open on the review date: Account D 12, Account F 8, Account G 5."""
    return [
        _open_row(cards[D], ("P1", 12, "Engineering", "integration")),
        _open_row(cards[F], ("P2", 8, cards[F].manager, "training")),
        _open_row(cards[G], ("P2", 5, "Finance", "billing")),
    ]


def _open_row(card: Card, more: tuple[str, int, str, str]) -> Draft:
    severity, days, owner, theme = more
    opened = dt.datetime.combine(AS_OF - dt.timedelta(days=days), dt.time(10, 20))
    late = severity == "P1"
    wait = dt.timedelta(hours=3) if late else dt.timedelta(hours=1)
    return {
        "account_id": card.account_id,
        "opened_at": opened,
        "first_response_at": opened + wait,
        "resolved_at": None,
        "severity": severity,
        "status": "escalated to engineering" if late else "open",
        "owner": owner,
        "theme": theme,
        "escalated_at": opened + dt.timedelta(hours=26) if late else None,
        "root_cause": None,
    }


def _name_themes(cards: tuple[Card, ...], rows: list[Draft]) -> None:
    """Give one timely ticket of the last quarter of each account its theme, adding none."""
    ids = {cards[n].account_id: theme for theme, numbers in THEMES.items() for n in numbers}
    quarter_ago = dt.datetime.combine(AS_OF - dt.timedelta(days=QUARTER_DAYS), dt.time())
    spare = [
        row
        for row in rows
        if row["theme"] is None
        and row["severity"] in ("P3", "P4")
        and row["root_cause"] is None
        and _moment(row) > quarter_ago
    ]
    for (account_id, theme), row in zip(ids.items(), spare, strict=False):
        row["account_id"], row["theme"] = account_id, theme


def _moment(row: Draft) -> dt.datetime:
    moment = row["opened_at"]
    assert isinstance(moment, dt.datetime)
    return moment


def surveys_table(cards: tuple[Card, ...], contacts: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Satisfaction in March and September, recommendation in May, by the main contact of each."""
    rng = stream(seed, KEY, "surveys")
    rows = [
        _survey_row(rng, card, (day, kind, contacts))
        for day, kind in SURVEYS
        for card in cards
        if card.active
    ]
    for number, row in enumerate(rows, start=1):
        row["survey_id"] = numbered("RS", number)
    return table_frame("surveys", rows)


def _survey_row(
    rng: np.random.Generator, card: Card, asked: tuple[dt.date, str, pd.DataFrame]
) -> Draft:
    day, kind, contacts = asked
    latest = day == SURVEYS[-1][0]
    sent = day + dt.timedelta(days=card.number % 7)
    return {
        "account_id": card.account_id,
        "contact_id": _main_contact(contacts, card, sent),
        "date": sent,
        "kind": kind,
        "score": _score(rng, card, latest=latest),
        "scale_max": 10,
        "comment": _comment(card) if latest else None,
    }


def _main_contact(contacts: pd.DataFrame, card: Card, day: dt.date) -> str:
    """The first person of the account who was in the role on `day`."""
    moment = pd.Timestamp(day)
    there = (contacts["start_date"] <= moment) & ~(contacts["left_date"] <= moment)
    people = contacts.loc[there & (contacts["account_id"] == card.account_id), "contact_id"]
    return str(people.iloc[0])


def _score(rng: np.random.Generator, card: Card, *, latest: bool) -> int:
    if card.cause == "low satisfaction":
        return (4 + card.number % 2) if latest else 6
    if card.colour == "red":
        return 7
    if card.colour == "yellow":
        return 7 + int(rng.integers(0, 2)) if latest else 8
    return 9 + int(rng.random() < 0.2) if latest else 9


def _comment(card: Card) -> str | None:
    if card.cause == "low satisfaction":
        return "We raise the same problem every month."
    return "The integration has been down for a week." if card.number == D else None


def usage_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """Active users by month, for the accounts that are measured."""
    rng = stream(seed, KEY, "usage")
    rows = [row for card in cards if card.has_usage for row in _usage_rows(rng, card)]
    return table_frame("usage", rows)


def _usage_rows(rng: np.random.Generator, card: Card) -> Iterator[Row]:
    seats = max(40, card.value // 1_500)
    level = seats * float(rng.uniform(0.68, 0.86))
    for month in range(month_of(card.start) + 1, month_of(card.end or AS_OF) + 1):
        yield {
            "account_id": card.account_id,
            "period": month_day(month),
            "measure": "active users",
            "value": float(round(level * _use(card, month))),
            "licensed": float(seats),
        }


def _use(card: Card, month: int) -> float:
    """Level of use against the account's own: the last six months tell the colour."""
    place = month - (month_of(AS_OF) - 5)
    if place < 0 or card.colour in ("green", "gone"):
        return 1.0 + 0.005 * max(0, place)
    return (RED_USE if card.cause == "declining usage" else YELLOW_USE)[place]
