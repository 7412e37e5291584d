"""The readiness example: accounts, contracts, invoices, and what else counts money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, MONTHS, add_months, known, month_day, month_of
from portfolio_lib.tables.demo.example import KEY, Card
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, pick, stream, table_frame
from portfolio_lib.tables.demo.names import AMERICA, TRADES, company_names
from portfolio_lib.tables.demo.profiles import Offering
from portfolio_lib.tables.demo.software_units import BUSINESS

OFFERINGS = (
    Offering("Platform", "Platform", 60_000, 0.8),
    Offering("Analytics", "Add-ons", 24_000, 0.84),
    Offering("Workflow", "Add-ons", 18_000, 0.82),
    Offering("Onboarding", "Services", 12_000, 0.4),
    Offering("Training", "Services", 1_800, 0.5),
)
TRAINING_PRICE = 1_800.0
ANALYTICS_SHARE = 0.2
GROWTH = {"green": (1.03, 1.2), "yellow": (0.94, 1.02), "red": (0.86, 0.96), "gone": (0.9, 1.0)}
"""Value of a term against the one before, lowest and highest, by colour."""

EXPANSIONS: tuple[tuple[int, int, str, str], ...] = (
    (4, 600_000, "upsell", "negotiation"),
    (0, 450_000, "cross-sell", "negotiation"),
    (1, 350_000, "cross-sell", "qualified"),
    (8, 300_000, "upsell", "qualified"),
    (22, 250_000, "cross-sell", "proposal"),
    (24, 150_000, "cross-sell", "qualified"),
)
"""Account number, yearly value, kind and stage of the open deals: 2.1 M in all."""

SPONSORS = ("Chief executive", "Chief revenue officer", "Chief operating officer")


@dataclass(frozen=True)
class ExampleTerm:
    """One contract of the example."""

    card: Card
    contract_id: str
    offering: str
    start: dt.date
    end: dt.date
    value: float
    renewed_by: str | None


def accounts_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """One row per account; only the first five have a sponsor."""
    rng = stream(seed, KEY, "accounts")
    rows = [_account_row(rng, card) for card in cards]
    return table_frame("accounts", rows)


def _account_row(rng: np.random.Generator, card: Card) -> Row:
    place = AMERICA[int(rng.integers(len(AMERICA)))]
    return {
        "account_id": card.account_id,
        "account_name": card.name,
        "industry": str(pick(rng, BUSINESS)),
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "relationship_type": "client" if card.active else "former",
        "account_manager": card.manager,
        "executive_sponsor": SPONSORS[card.number % 3] if card.number < 5 else None,
        "start_date": card.start,
        "end_date": card.end,
        "end_reason": None if card.active else card.cause,
        "acquisition_channel": str(pick(rng, (("referral", 2), ("web", 2), ("event", 1)))),
        "acquisition_cost": float(round(card.value * float(rng.uniform(0.1, 0.3)), -2)),
        "tier": str(card.tier),
        "employees": int(card.value / 800 * float(rng.uniform(0.7, 1.4))) + 20,
        "strategic_value": 6 - card.tier - int(rng.integers(0, 2)),
    }


def terms(cards: tuple[Card, ...], *, seed: int) -> list[ExampleTerm]:
    """All terms of twelve months, backwards from the last, which has the card's value."""
    rng = stream(seed, KEY, "terms")
    return [term for card in cards for term in _terms_of(rng, card)]


def _terms_of(rng: np.random.Generator, card: Card) -> Iterator[ExampleTerm]:
    last_day = card.end or AS_OF
    starts = [card.start]
    while add_months(starts[0], 12 * len(starts)) <= last_day:
        starts.append(add_months(starts[0], 12 * len(starts)))
    values = _values_back(rng, card, len(starts))
    for line, share in enumerate(_shares(card)):
        for n, start in enumerate(starts):
            follower = _contract_id(card, line, n + 1) if n + 1 < len(starts) else None
            yield ExampleTerm(
                card=card,
                contract_id=_contract_id(card, line, n),
                offering=OFFERINGS[line].name,
                start=start,
                end=add_months(starts[0], 12 * (n + 1)) - dt.timedelta(days=1),
                value=round(values[n] * share, 2),
                renewed_by=follower,
            )


def _contract_id(card: Card, line: int, number: int) -> str:
    return f"{card.account_id}-{OFFERINGS[line].name[0]}{number + 1}"


def _shares(card: Card) -> tuple[float, ...]:
    """Every second account with several contacts has a second offering; renewing ones have not."""
    both = card.several_contacts and card.number % 2 == 1 and card.number not in (55, 57, 23)
    return (1 - ANALYTICS_SHARE, ANALYTICS_SHARE) if both else (1.0,)


def _values_back(rng: np.random.Generator, card: Card, count: int) -> list[float]:
    lowest, highest = GROWTH[card.colour]
    values = [float(card.value)]
    for _ in range(count - 1):
        values.insert(0, float(round(values[0] / float(rng.uniform(lowest, highest)), -2)))
    return values


def contracts_table(drawn: list[ExampleTerm]) -> pd.DataFrame:
    """One row per term, signed a month before its start."""
    return table_frame("contracts", [_contract_row(term) for term in drawn])


def _contract_row(term: ExampleTerm) -> Row:
    past = term.end < AS_OF
    left = past and term.renewed_by is None
    return {
        "contract_id": term.contract_id,
        "account_id": term.card.account_id,
        "offering": term.offering,
        "signed_date": term.start - dt.timedelta(days=30),
        "start_date": term.start,
        "end_date": term.end,
        "annual_value": term.value,
        "status": ("ended" if left else "renewed") if past else "active",
        "auto_renew": False,
        "notice_days": 60,
        "renewed_by": term.renewed_by,
        "payment_terms_days": 30,
        "cancelled_date": term.end - dt.timedelta(days=65) if left else None,
    }


def invoices_table(drawn: list[ExampleTerm], *, seed: int) -> pd.DataFrame:
    """Each term billed on its first day, onboarding once. Account G disputes its last bill."""
    rng = stream(seed, KEY, "invoices")
    firsts = {term.card.account_id: term for term in reversed(drawn)}
    lines = [_term_line(rng, term) for term in drawn]
    lines += [_onboarding_line(rng, term) for term in firsts.values()]
    lines += _training_lines(rng, list(firsts.values()))
    lines.sort(key=lambda line: (line["date"], line["account_id"], line["offering"]))
    before: tuple[object, object] | None = None
    invoice, line_number = 0, 0
    for line in lines:
        here = (line["date"], line["account_id"])
        invoice, line_number = (invoice, line_number + 1) if here == before else (invoice + 1, 1)
        before = here
        line["invoice_id"], line["line_id"] = numbered("RI", invoice), str(line_number)
    return table_frame("invoices", lines)


def _term_line(rng: np.random.Generator, term: ExampleTerm) -> Draft:
    margin = next(o.margin for o in OFFERINGS if o.name == term.offering)
    due = term.start + dt.timedelta(days=30)
    paid = known(due + dt.timedelta(days=int(rng.integers(-12, 14))))
    disputed = term.card.number == 6 and term.renewed_by is None
    return {
        "account_id": term.card.account_id,
        "date": term.start,
        "amount": term.value,
        "quantity": 1.0,
        "offering": term.offering,
        "cost": round(term.value * (1 - margin) * float(rng.uniform(0.92, 1.08)), 2),
        "service_start": term.start,
        "service_end": term.end,
        "due_date": due,
        "paid_date": None if disputed else paid,
        "recurring": True,
    }


def _onboarding_line(rng: np.random.Generator, term: ExampleTerm) -> Draft:
    amount = float(round(term.value * 0.04, -2) + 2_000)
    day = term.start + dt.timedelta(days=14)
    return {
        "account_id": term.card.account_id,
        "date": day,
        "amount": amount,
        "quantity": 1.0,
        "offering": "Onboarding",
        "cost": round(amount * float(rng.uniform(0.5, 0.7)), 2),
        "due_date": day + dt.timedelta(days=30),
        "paid_date": day + dt.timedelta(days=int(rng.integers(20, 45))),
        "recurring": False,
    }


def _training_lines(rng: np.random.Generator, firsts: list[ExampleTerm]) -> Iterator[Draft]:
    """One client a month has a day of training, so that no month is without a bill."""
    for month in range(2, MONTHS):
        day = month_day(month, int(rng.integers(3, 27)))
        there = [
            t.card for t in firsts if t.start < day and (t.card.end is None or t.card.end > day)
        ]
        due = day + dt.timedelta(days=30)
        yield {
            "account_id": there[int(rng.integers(len(there)))].account_id,
            "date": day,
            "amount": TRAINING_PRICE,
            "quantity": 1.0,
            "offering": "Training",
            "cost": round(TRAINING_PRICE * float(rng.uniform(0.4, 0.55)), 2),
            "due_date": due,
            "paid_date": known(due + dt.timedelta(days=int(rng.integers(-9, 12)))),
            "recurring": False,
        }


def offerings_table() -> pd.DataFrame:
    """One row per offering."""
    rows = [
        {"offering": o.name, "family": o.family, "list_price": o.yearly_price, "margin": o.margin}
        for o in OFFERINGS
    ]
    return table_frame("offerings", rows)


def costs_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """Hours and cost to serve, by month; the yellow and red accounts take more of both."""
    rng = stream(seed, KEY, "costs")
    effort = {"green": 1.0, "yellow": 1.6, "red": 2.2, "gone": 1.3}
    rows = []
    for card in cards:
        for month in range(month_of(card.start) + 1, month_of(card.end or AS_OF) + 1):
            usual = 1.5 + card.value / 60_000
            hours = round(usual * effort[card.colour] * float(rng.uniform(0.7, 1.3)), 2)
            rows.append(
                {
                    "account_id": card.account_id,
                    "period": month_day(month),
                    "cost": round(hours * 85, 2),
                    "hours": hours,
                }
            )
    return table_frame("costs", rows)


def opportunities_table(cards: tuple[Card, ...], *, seed: int) -> pd.DataFrame:
    """Six open deals worth 2.1 M, two of them in negotiation; the rest is closed."""
    rng = stream(seed, KEY, "opportunities")
    rows = [_open_row(cards[n], (value, kind, stage)) for n, value, kind, stage in EXPANSIONS]
    rows += [_closed_row(rng, card) for card in cards if card.number % 4 == 1 and card.active]
    rows.sort(key=lambda row: (row["created_date"], row["account_id"]))
    for number, row in enumerate(rows, start=1):
        row["opportunity_id"] = numbered("RO", number, 3)
    return table_frame("opportunities", rows)


def _open_row(card: Card, more: tuple[int, str, str]) -> Draft:
    value, kind, stage = more
    created = AS_OF - dt.timedelta(days=30 + 7 * (card.number % 9))
    return {
        "account_id": card.account_id,
        "kind": kind,
        "offering": "Platform" if kind == "upsell" else "Workflow",
        "value": float(value),
        "probability": 0.7 if stage == "negotiation" else 0.35,
        "stage": stage,
        "created_date": created,
        "close_date": AS_OF + dt.timedelta(days=40 + 3 * (card.number % 11)),
        "outcome": None,
        "owner": card.manager,
    }


def _closed_row(rng: np.random.Generator, card: Card) -> Draft:
    """Every fourth account has a deal behind it: won where all is well, mostly lost elsewhere."""
    won = card.colour == "green" and bool(rng.random() < 0.8)
    closed = AS_OF - dt.timedelta(days=int(rng.integers(40, 390)))
    return {
        "account_id": card.account_id,
        "kind": "upsell" if rng.random() < 0.5 else "cross-sell",
        "offering": "Analytics",
        "value": float(round(card.value * 0.12, -2)),
        "probability": 1.0 if won else 0.0,
        "stage": "closed",
        "created_date": closed - dt.timedelta(days=int(rng.integers(30, 120))),
        "close_date": closed,
        "outcome": "won" if won else "lost",
        "competitor": None if won else "Stackwell",
        "loss_reason": None if won else str(pick(rng, (("price", 2), ("no budget", 2)))),
        "owner": card.manager,
    }


def managers_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """Five account managers, sixteen accounts each."""
    names = list(dict.fromkeys(card.manager for card in cards))
    rows = [
        {
            "manager": name,
            "team": "Enterprise" if number < 2 else "Growth",
            "capacity_accounts": 16,
            "hours_per_week": 37.5,
            "specialty": BUSINESS[number % len(BUSINESS)][0],
            "training_done": number != 3,
        }
        for number, name in enumerate(names)
    ]
    return table_frame("managers", rows)


def prospects_table(*, seed: int) -> pd.DataFrame:
    """Fifteen companies that are not yet clients."""
    rng = stream(seed, KEY, "prospects")
    industries = [name for name, _ in BUSINESS if name in TRADES] * 3
    rows = [
        {
            "prospect_id": numbered("RP", number, 2),
            "name": name,
            "industry": industry,
            "country": "United States",
            "employees": int(rng.integers(60, 4_000)),
            "source": str(pick(rng, (("event", 2), ("referral", 1), ("web", 2)))),
        }
        for number, (name, industry) in enumerate(
            zip(company_names(rng, industries[:15]), industries[:15], strict=True), start=1
        )
    ]
    return table_frame("prospects", rows)


def competitors_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """Rivals seen at five accounts, three of them at risk."""
    seen = ((3, 40), (10, 75), (12, 120), (7, 200), (26, 300))
    rows = [
        {
            "account_id": cards[n].account_id,
            "competitor": "Stackwell" if n % 2 else "Orbital Suite",
            "offering": "Platform",
            "first_seen": AS_OF - dt.timedelta(days=days),
            "status": "active" if cards[n].colour == "red" else "watch",
        }
        for n, days in seen
    ]
    return table_frame("competitors", rows)
