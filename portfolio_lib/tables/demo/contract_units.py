"""From a drawn unit to its tables and its truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo import billing, people, register, sales, service, success
from portfolio_lib.tables.demo.days import AS_OF, MONTHS, month_day
from portfolio_lib.tables.demo.firm import DemoUnit, Truth
from portfolio_lib.tables.demo.world import World

Tables = Mapping[str, pd.DataFrame]


def build_unit(world: World) -> DemoUnit:
    """The tables that the unit hands in, and what is true of it."""
    makers = _makers(world)
    tables = {name: makers[name]() for name in world.profile.tables}
    return DemoUnit(world.profile.key, tables, build_truth(world))


def _makers(world: World) -> dict[str, Callable[[], pd.DataFrame]]:
    persons = people.draw_people(world)
    return {
        "accounts": lambda: register.accounts_table(world),
        "invoices": lambda: billing.invoices_table(world),
        "contracts": lambda: billing.contracts_table(world),
        "offerings": lambda: register.offerings_table(world),
        "contacts": lambda: people.contacts_table(world, persons),
        "interactions": lambda: people.interactions_table(world, persons),
        "issues": lambda: service.issues_table(world),
        "slas": service.slas_table,
        "surveys": lambda: service.surveys_table(world, persons),
        "opportunities": lambda: sales.opportunities_table(world),
        "usage": lambda: service.usage_table(world),
        "milestones": lambda: success.milestones_table(world),
        "plans": lambda: success.plans_table(world),
        "actions": lambda: success.actions_table(world),
        "costs": lambda: billing.costs_table(world),
        "managers": lambda: register.managers_table(world),
        "prospects": lambda: sales.prospects_table(world),
        "competitors": lambda: register.competitors_table(world),
        "attestations": lambda: success.attestations_table(world.profile.key, seed=world.seed),
    }


def build_truth(world: World) -> Truth:
    """What is true of the unit, whether or not its tables show it."""
    return Truth(
        hazards=_hazards(world),
        segments=_segments(world),
        affinities=_affinities(world),
    )


def _hazards(world: World) -> pd.DataFrame:
    """Every decision of every client, those after the review date included."""
    return pd.DataFrame(
        [
            {
                "business_unit": world.profile.key,
                "account_id": world.identities[decision.account].account_id,
                "month": pd.Timestamp(month_day(decision.month)),
                "pressure": decision.pressure,
                "hazard": decision.hazard,
                "churned": decision.churned,
                "cause": decision.cause if decision.churned else None,
            }
            for life in world.lives
            for decision in life.decisions
        ],
        columns=Truth.columns("hazards"),
    )


def _segments(world: World) -> pd.DataFrame:
    """True state of each client at the review date: gone, in danger, growing or steady."""
    rows = [
        {
            "business_unit": world.profile.key,
            "account_id": world.identities[account].account_id,
            "segment": _segment(world, account),
        }
        for account in world.known_accounts()
    ]
    return pd.DataFrame(rows, columns=Truth.columns("segments"))


def _segment(world: World, account: int) -> str:
    if not world.days_present(account, AS_OF):
        return "gone"
    if world.signals.pressure[account, MONTHS - 3 : MONTHS].mean() > 0.04:
        return "in danger"
    return "growing" if np.max(world.affinities[account][1:], initial=0) > 0.75 else "steady"


def _affinities(world: World) -> pd.DataFrame:
    """How much each client wants each offering, and the day it first had it, if ever."""
    first = _first_days(world)
    rows = [
        {
            "business_unit": world.profile.key,
            "account_id": world.identities[account].account_id,
            "offering": line.name,
            "affinity": float(world.affinities[account, number]),
            "first_day": first.get((account, number), pd.NaT),
        }
        for account in world.known_accounts()
        for number, line in enumerate(world.profile.offerings)
    ]
    return pd.DataFrame(rows, columns=Truth.columns("affinities"))


def _first_days(world: World) -> dict[tuple[int, int], pd.Timestamp]:
    days: dict[tuple[int, int], pd.Timestamp] = {}
    for term in world.terms():
        day = pd.Timestamp(term.start)
        days[term.account, term.offering] = min(day, days.get((term.account, term.offering), day))
    return days
