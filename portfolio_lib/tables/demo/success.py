"""Onboarding steps, account plans, promised actions, and what the unit says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import FIRST_DAY, known
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, stream, table_frame
from portfolio_lib.tables.demo.world import World

STEPS: tuple[tuple[str, int, bool], ...] = (
    ("Kick-off", 7, False),
    ("Data loaded", 21, False),
    ("Team trained", 35, False),
    ("First month closed", 60, True),
    ("Handed over to the account manager", 75, False),
)
"""Onboarding step, day it is planned for, and whether it is the first value."""

GOALS = (
    "Close the month in five working days",
    "One set of figures for all sites",
    "Fewer than two unplanned stops a quarter",
    "Halve the time spent on queries",
    "Pass the yearly audit without findings",
)
MEASURES = (
    "days to close, from the client's calendar",
    "share of sites that report on time",
    "queries a month",
    "hours saved, agreed with the finance director",
)
PLAYS: tuple[tuple[str, str], ...] = (
    ("executive call", "Call held; the renewal is on the agenda of the board"),
    ("usage workshop", "Twelve people trained; use is up"),
    ("service review", "Three open tickets closed"),
    ("second contact", "Met the finance director"),
    ("renewal prepared", "Offer sent"),
)
REVIEW_DAYS = (dt.date(2026, 3, 31), dt.date(2026, 6, 30))
"""Earlier reviews, whose promises are looked at again in this one."""


def milestones_table(world: World) -> pd.DataFrame:
    """One row per client that came in the history and onboarding step."""
    rng = world.stream("milestones")
    rows = [
        row
        for account in world.known_accounts()
        if world.identities[account].start_date >= FIRST_DAY
        for row in _step_rows(world, rng, account)
    ]
    return table_frame("milestones", rows)


def _step_rows(world: World, rng: np.random.Generator, account: int) -> Iterator[Row]:
    who = world.identities[account]
    slowness = float(rng.gamma(4, 0.28))
    for name, days, first_value in STEPS:
        spent = days * slowness * float(rng.uniform(0.85, 1.15))
        done = who.start_date + dt.timedelta(days=round(spent))
        yield {
            "account_id": who.account_id,
            "milestone": name,
            "planned_date": who.start_date + dt.timedelta(days=days),
            "done_date": known(done),
            "is_first_value": first_value,
        }


def plans_table(world: World) -> pd.DataFrame:
    """One row per account plan: yearly, for the larger half of the clients."""
    rng = world.stream("plans")
    sizes = sorted(who.size for who in world.identities)
    middle = sizes[len(sizes) // 2]
    rows = [
        _plan_row(rng, (world.identities[account].account_id, year))
        for account in world.known_accounts()
        if world.identities[account].size >= middle
        for year in (2024, 2025, 2026)
        if world.days_present(account, dt.date(year, 2, 1)) and rng.random() < 0.8
    ]
    return table_frame("plans", rows)


def _plan_row(rng: np.random.Generator, card: tuple[str, int]) -> Row:
    account_id, year = card
    day = dt.date(year, 2, 1) + dt.timedelta(days=int(rng.integers(0, 45)))
    return {
        "account_id": account_id,
        "date": day,
        "goals": GOALS[int(rng.integers(len(GOALS)))],
        "success_measures": MEASURES[int(rng.integers(len(MEASURES)))],
        "agreed_with_client": bool(rng.random() < 0.6),
        "next_review": day + dt.timedelta(days=365),
    }


def actions_table(world: World) -> pd.DataFrame:
    """One row per promise of the last two reviews: a good half of them kept."""
    rng = world.stream("actions")
    rows = [
        _action_row(world, rng, (account, day))
        for day in REVIEW_DAYS
        for account in world.known_accounts()
        if world.days_present(account, day) and rng.random() < 0.15
    ]
    for number, row in enumerate(rows, start=1):
        row["action_id"] = numbered(f"{world.profile.id_prefix}A", number, 3)
    return table_frame("actions", rows)


def _action_row(world: World, rng: np.random.Generator, card: tuple[int, dt.date]) -> Draft:
    account, day = card
    play, result = PLAYS[int(rng.integers(len(PLAYS)))]
    due = day + dt.timedelta(days=int(rng.choice([30, 60, 90])))
    kept = bool(rng.random() < 0.65)
    done = known(due + dt.timedelta(days=int(rng.integers(-15, 25)))) if kept else None
    return {
        "account_id": world.identities[account].account_id,
        "created_date": day,
        "due_date": due,
        "owner": world.manager(account),
        "play": play,
        "status": "done" if done else "open",
        "done_date": done,
        "result": result if done else None,
    }


DIMENSIONS = 6
CRITERIA = 4
SECTION_ITEMS = 8
SECTIONS = 27
ROLES = ("Head of accounts", "Sales director", "Service manager", "Finance director")


def attestations_table(key: str, *, seed: int, level: float = 3.0) -> pd.DataFrame:
    """What the unit says of itself: a score per readiness criterion, a word per checklist item.

    Items are called `readiness.<dimension>.<criterion>` (1 to 6, 1 to 4) and
    `checklist.<section>.<item>` (1 to 27, 1 to 8), in the order of the two lists.
    """
    rng = stream(seed, key, "attestations")
    rows = [
        row
        for day, lift in ((dt.date(2025, 9, 30), -0.4), (dt.date(2026, 9, 15), 0.0))
        for row in (*_readiness_rows(rng, day, level + lift), *checklist_rows(rng, day))
    ]
    return table_frame("attestations", rows)


def _readiness_rows(rng: np.random.Generator, day: dt.date, level: float) -> Iterator[Row]:
    for dimension in range(1, DIMENSIONS + 1):
        for criterion in range(1, CRITERIA + 1):
            score = int(np.clip(round(float(rng.normal(level, 0.8))), 1, 5))
            evidence = "seen in the quarterly review" if score > 2 else "not written down yet"
            yield attestation(
                rng, (f"readiness.{dimension}.{criterion}", day), str(score), evidence
            )


def checklist_rows(rng: np.random.Generator, day: dt.date) -> Iterator[Row]:
    """About two items in three are answered at all."""
    for section in range(1, SECTIONS + 1):
        for item in range(1, SECTION_ITEMS + 1):
            draw = float(rng.random())
            if draw < 0.66:
                word = "met" if draw < 0.45 else "not met" if draw < 0.6 else "not applicable"
                yield attestation(rng, (f"checklist.{section}.{item}", day), word, None)


def attestation(
    rng: np.random.Generator, card: tuple[str, dt.date], status: str, evidence: str | None
) -> Row:
    """One answer, good for a year."""
    item, day = card
    return {
        "item": item,
        "status": status,
        "evidence": evidence,
        "by_role": ROLES[int(rng.integers(len(ROLES)))],
        "date": day,
        "expires": day + dt.timedelta(days=365),
    }
