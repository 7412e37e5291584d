"""A portfolio with every table that features are read from, at random and full of oddities."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from tests.facts.stores import line, term

FIRST = dt.date(2023, 1, 1)
DAYS = 1600
"""Rows lie on the days from `FIRST` on; the last of them after every review day of the tests."""
Rows = list[dict[str, Any]]


class Draw:
    """Random days, values that may be missing, and one of several."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def day(self) -> dt.date:
        return FIRST + dt.timedelta(days=self.chance.randrange(DAYS))

    def later(self, day: dt.date, least: int, most: int) -> dt.date:
        return day + dt.timedelta(days=self.chance.randrange(least, most))

    def moment(self) -> dt.datetime:
        clock = dt.time(*(self.chance.randrange(n) for n in (24, 60, 60)))
        return dt.datetime.combine(self.day(), clock)

    def perhaps(self, value: Any, share: float = 0.6) -> Any:
        return value if self.chance.random() < share else None

    def one(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def amount(self, most: int) -> float:
        return self.chance.randrange(most * 10**4) / 10**4


def rich_portfolio(seed: int, accounts: int = 14) -> dict[str, Rows]:
    """Tables by name, rows as dictionaries with dates and moments."""
    draw = Draw(seed)
    ids = [f"a{number:02d}" for number in range(accounts)]

    busy = 4 * ids[: accounts // 2] + ids

    def rows(count: int, make: Callable[[int, str], dict[str, Any]]) -> Rows:
        return [make(number, draw.chance.choice(busy)) for number in range(count)]

    people = {f"k{number}": draw.chance.choice(ids) for number in range(3 * accounts)}
    return {
        "accounts": [
            {
                "account_id": i,
                "account_name": i,
                "start_date": draw.perhaps(draw.day()),
                "tier": draw.perhaps(draw.one("1", "2")),
            }
            for i in ids
        ],
        "invoices": rows(60 * accounts, lambda n, i: _invoice(draw, n, i)),
        "contracts": rows(5 * accounts, lambda n, i: _contract(draw, n, i, 5 * accounts)),
        "contacts": [_contact(draw, k, i) for k, i in people.items()],
        "interactions": rows(20 * accounts, lambda n, i: _interaction(draw, n, i, people)),
        "issues": rows(12 * accounts, lambda n, i: _issue(draw, n, i)),
        "slas": _SLAS,
        "surveys": rows(12 * accounts, lambda n, i: _survey(draw, n, i)),
        "usage": _usage(draw, ids),
        "costs": [
            {
                "account_id": i,
                "period": dt.date(2023 + month // 12, month % 12 + 1, 1),
                "cost": draw.perhaps(draw.amount(100)),
                "hours": draw.perhaps(draw.amount(10)),
            }
            for i in ids[1:]
            for month in range(0, 50, draw.one(1, 2, 3))
        ],
        "competitors": [
            {"account_id": i, "competitor": name, "first_seen": draw.perhaps(draw.day(), 0.8)}
            for i in ids
            for name in ("x", "y", "z")
            if draw.perhaps(True, 0.7)
        ],
    }


_SLAS: Rows = [
    {"severity": "P1", "response_hours": 2.0, "resolution_hours": 24.0, "calendar": "elapsed"},
    {"severity": "P1", "tier": "1", "response_hours": 0.5, "resolution_hours": 9.5},
    {
        "severity": "P2",
        "response_hours": 9.0,
        "resolution_hours": 200.0,
        "calendar": "business hours",
    },
    {"severity": "P3", "response_hours": None, "resolution_hours": 300.0},
]


def _invoice(draw: Draw, number: int, account: str) -> dict[str, Any]:
    date = draw.day()
    start = draw.later(date, -60, 60)
    due = draw.later(date, 0, 60)
    return dict(
        line(
            account,
            date,
            draw.chance.randrange(-(10**6), 10**7) / 10**4,
            invoice_id=f"i{number // 2}",
            offering=draw.perhaps(draw.one("x", "y", "z")),
            service_start=draw.perhaps(start, 0.4),
            service_end=draw.later(start, 0, 400),
            due_date=draw.perhaps(due, 0.8),
            paid_date=draw.perhaps(draw.later(due, -20, 90), 0.8),
        )
    )


def _contract(draw: Draw, number: int, account: str, count: int) -> dict[str, Any]:
    start = draw.day()
    return dict(
        term(
            f"c{number}",
            account,
            start,
            draw.amount(10**4),
            offering=draw.perhaps(draw.one("x", "y")),
            signed_date=draw.perhaps(draw.later(start, -90, 30)),
            end_date=draw.perhaps(draw.later(start, -5, 500), 0.9),
            cancelled_date=draw.perhaps(draw.later(start, 30, 400), 0.3),
            auto_renew=draw.perhaps(draw.one(True, False)),
            renewed_by=draw.perhaps(f"c{draw.chance.randrange(count + 5)}", 0.3),
        )
    )


def _contact(draw: Draw, contact: str, account: str) -> dict[str, Any]:
    return {
        "contact_id": contact,
        "account_id": account,
        "role": draw.perhaps(draw.one("champion", "influencer", "end user")),
        "start_date": draw.perhaps(draw.day(), 0.7),
        "left_date": draw.perhaps(draw.day(), 0.5),
    }


def _interaction(draw: Draw, number: int, account: str, people: dict[str, str]) -> dict[str, Any]:
    known = [contact for contact, of in people.items() if of == account]
    return {
        "interaction_id": f"m{number}",
        "account_id": account,
        "contact_id": draw.perhaps(draw.one(*known)) if known else None,
        "date": draw.day(),
        "kind": draw.one("call", "mail", "QBR"),
        "initiated_by": draw.perhaps(draw.one("us", "client")),
        "sentiment": draw.perhaps(draw.chance.randrange(-100, 101) / 100),
        "executive_present": draw.perhaps(draw.one(True, False, False)),
    }


def _issue(draw: Draw, number: int, account: str) -> dict[str, Any]:
    opened = draw.moment()

    def after(most_hours: int) -> dt.datetime:
        return opened + dt.timedelta(seconds=draw.chance.randrange(-3600, most_hours * 3600))

    return {
        "issue_id": f"t{number}",
        "account_id": account,
        "opened_at": opened,
        "first_response_at": draw.perhaps(after(20), 0.8),
        "resolved_at": draw.perhaps(after(900), 0.8),
        "escalated_at": draw.perhaps(after(300), 0.3),
        "severity": draw.one("P1", "P2", "P3", "P4", None),
        "theme": draw.perhaps("speed"),
    }


def _survey(draw: Draw, number: int, account: str) -> dict[str, Any]:
    kind = draw.one("NPS", "CSAT", "satisfaction")
    highest = draw.one(5, 10) if kind != "NPS" else 10
    return {
        "survey_id": f"s{number}",
        "account_id": account,
        "date": draw.day(),
        "kind": kind,
        "score": draw.perhaps(float(draw.chance.randrange(highest + 1)), 0.7),
        "scale_max": draw.perhaps(float(highest), 0.8),
    }


def _usage(draw: Draw, ids: list[str]) -> Rows:
    return [
        {
            "account_id": i,
            "period": dt.date(2023 + month // 12, month % 12 + 1, draw.one(1, 1, 15)),
            "measure": measure,
            "value": float(draw.chance.randrange(100)),
            "licensed": draw.perhaps(float(draw.chance.randrange(120))),
        }
        for i in ids[2:]
        for measure in ("seats", "reports")
        for month in range(draw.chance.randrange(20), 52)
        if draw.perhaps(True, 0.8)
    ]
