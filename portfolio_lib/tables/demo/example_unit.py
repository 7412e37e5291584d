"""The readiness example put together: its tables, its promises, its answers, its truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from portfolio_lib.tables.demo import (
    example_money,
    example_people,
    example_service,
)
from portfolio_lib.tables.demo.days import AS_OF
from portfolio_lib.tables.demo.example import KEY, Card, draw_cards
from portfolio_lib.tables.demo.firm import DemoUnit, Truth
from portfolio_lib.tables.demo.frames import Row, numbered, stream, table_frame
from portfolio_lib.tables.demo.success import checklist_rows

STEPS = (("Kick-off", 7), ("Data connected", 30), ("Team trained", 45), ("Handed over", 60))

LAST_REVIEW = dt.date(2026, 6, 30)
PROMISES: tuple[tuple[int | None, str, int, str | None], ...] = (
    (3, "executive call", 30, None),
    (10, "usage workshop", 45, "Workshop held with nine people"),
    (12, "service review", 30, "Review held; two fixes agreed"),
    (13, "second contact", 60, None),
    (4, "executive call", 30, "Sponsors met"),
    (22, "renewal prepared", 60, "Offer sent"),
    (None, "business reviews for all renewals", 60, None),
    (None, "usage data for every account", 90, None),
    (0, "expansion plan", 75, "Plan agreed with the CIO"),
)
"""Account number (none for the portfolio), play, days allowed, and what came of it where kept."""

ASSESSED: tuple[tuple[tuple[int, int, int, int], int, str], ...] = (
    ((4, 2, 3, 3), 3, "Segmentation exists; account plans are informal"),
    ((3, 2, 2, 1), 2, "One contact only in 60 % of the accounts"),
    ((4, 2, 3, 3), 2, "Onboarding plan exists; time to value is not tracked"),
    ((2, 4, 3, 3), 2, "Half of the business reviews are held"),
    ((5, 4, 3, 4), 4, "92 % of promised times kept; escalation works"),
    ((4, 2, 3, 3), 3, "Renewals are tracked; expansion waits for the client"),
)
"""Scores of the four criteria of each dimension (means 3, 2, 3, 3, 4, 3), its score at the last
review, and the finding. With equal weights the whole is 3.0; 3.1 needs issue resolution to weigh
a tenth more than relationship mapping."""


def build_example(*, seed: int) -> DemoUnit:
    """All nineteen tables of the example, and the colours that its signals are built to give."""
    cards = draw_cards(seed)
    drawn = example_money.terms(cards, seed=seed)
    contacts = example_people.contacts_table(cards, seed=seed)
    tables = {
        "accounts": example_money.accounts_table(cards, seed=seed),
        "invoices": example_money.invoices_table(drawn, seed=seed),
        "contracts": example_money.contracts_table(drawn),
        "offerings": example_money.offerings_table(),
        "contacts": contacts,
        "interactions": example_people.interactions_table(cards),
        "issues": example_service.issues_table(cards, seed=seed),
        "slas": example_service.slas_table(),
        "surveys": example_service.surveys_table(cards, contacts, seed=seed),
        "opportunities": example_money.opportunities_table(cards, seed=seed),
        "usage": example_service.usage_table(cards, seed=seed),
        "milestones": _milestones_table(cards),
        "plans": _plans_table(cards),
        "actions": _actions_table(cards),
        "costs": example_money.costs_table(cards, seed=seed),
        "managers": example_money.managers_table(cards),
        "prospects": example_money.prospects_table(seed=seed),
        "competitors": example_money.competitors_table(cards),
        "attestations": _attestations_table(seed),
    }
    return DemoUnit(KEY, tables, _truth(cards))


def _milestones_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """Steps are planned and ticked off; which one is the first value, nobody has said."""
    rows: list[Row] = [
        {
            "account_id": card.account_id,
            "milestone": step,
            "planned_date": card.start + dt.timedelta(days=days),
            "done_date": card.start + dt.timedelta(days=days + card.number * 7 % 31 - 5),
            "is_first_value": None,
        }
        for card in cards
        for step, days in STEPS
    ]
    return table_frame("milestones", rows)


def _plans_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """Informal plans for the strategic accounts and four others: no measures, nothing agreed."""
    rows: list[Row] = [
        {
            "account_id": cards[n].account_id,
            "date": dt.date(2026, 2, 2) + dt.timedelta(days=3 * n),
            "goals": "Keep, and sell the next module",
            "success_measures": None,
            "agreed_with_client": False,
        }
        for n in (*range(10), 22, 23, 24, 25)
    ]
    return table_frame("plans", rows)


def _actions_table(cards: tuple[Card, ...]) -> pd.DataFrame:
    """Nine promises of the last review, five kept."""
    return table_frame(
        "actions", [_action_row(cards, number, promise) for number, promise in enumerate(PROMISES)]
    )


def _action_row(
    cards: tuple[Card, ...], number: int, promise: tuple[int | None, str, int, str | None]
) -> Row:
    account, play, days, result = promise
    due = LAST_REVIEW + dt.timedelta(days=days)
    card = None if account is None else cards[account]
    return {
        "action_id": numbered("RA", number + 1, 2),
        "account_id": card.account_id if card else None,
        "created_date": LAST_REVIEW,
        "due_date": due,
        "owner": card.manager if card else cards[0].manager,
        "play": play,
        "status": "done" if result else "open",
        "done_date": due - dt.timedelta(days=4) if result else None,
        "result": result,
    }


def _attestations_table(seed: int) -> pd.DataFrame:
    rng = stream(seed, KEY, "attestations")
    rows = [
        *_readiness_rows(),
        *checklist_rows(rng, LAST_REVIEW),
        *checklist_rows(rng, AS_OF - dt.timedelta(days=12)),
    ]
    return table_frame("attestations", rows)


def _readiness_rows() -> Iterator[Row]:
    """Each criterion at the last review and at this one."""
    for dimension, (scores, before, finding) in enumerate(ASSESSED, start=1):
        for criterion, score in enumerate(scores, start=1):
            for day, value in ((LAST_REVIEW, before), (AS_OF - dt.timedelta(days=12), score)):
                yield {
                    "item": f"readiness.{dimension}.{criterion}",
                    "status": str(value),
                    "evidence": finding,
                    "by_role": "Head of client success",
                    "date": day,
                    "expires": day + dt.timedelta(days=365),
                }


def _truth(cards: tuple[Card, ...]) -> Truth:
    colours = pd.DataFrame(
        [(KEY, card.account_id, card.colour, card.cause) for card in cards if card.active],
        columns=Truth.columns("colours"),
    )
    segments = colours.rename(columns={"colour": "segment"})
    return Truth(colours=colours, segments=segments[Truth.columns("segments")])
