"""The tables that list who and what there is: accounts, managers, offerings, competitors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY, known, month_day
from portfolio_lib.tables.demo.frames import Draft, Row, pick, table_frame
from portfolio_lib.tables.demo.latent import OTHER_CAUSE
from portfolio_lib.tables.demo.profiles import DAYS_OF_WORK
from portfolio_lib.tables.demo.world import World

CHANNELS = (("referral", 3), ("web", 3), ("trade show", 1.5), ("partner", 1.5), ("cold call", 1))
KINDS = (("client", 86), ("partner", 5), ("channel", 4), ("national account", 5))

LEAVING_WORDS = {
    "declining usage": "Too few people used it",
    "service failures": "Problems took too long to solve",
    "low satisfaction": "Not satisfied with the service",
    "champion left": "New management chose another supplier",
    "late payment": "Cost cutting",
    OTHER_CAUSE: "Price",
    "the unit closed": "Service withdrawn",
}


def accounts_table(world: World) -> pd.DataFrame:
    """One row per client that came by the review date."""
    rng = world.stream("accounts")
    sponsors = _sponsors(world)
    rows = [_account_row(world, rng, account) for account in world.known_accounts()]
    for row in rows:
        row["executive_sponsor"] = sponsors.get(str(row["account_id"]))
    _add_families(world, rows)
    return table_frame("accounts", rows)


def _account_row(world: World, rng: np.random.Generator, account: int) -> Draft:
    who, life = world.identities[account], world.lives[account]
    end = known(life.end)
    earlier = world.identities[: max(account, 1)]
    friend = earlier[int(rng.integers(len(earlier)))].account_id
    channel = str(pick(rng, CHANNELS))
    kind = str(pick(rng, KINDS))
    cost = round(float(rng.uniform(0.05, 0.35)) * world.profile.offerings[0].yearly_price, -1)
    vague = rng.random() < 0.3
    return {
        "account_id": who.account_id,
        "account_name": who.name,
        "industry": who.industry,
        "country": who.place.country,
        "region": who.place.region,
        "city": who.place.city,
        "relationship_type": "former" if _long_gone(end) else kind,
        "parent_account_id": None,
        "account_manager": world.manager(account),
        "start_date": who.start_date,
        "end_date": end,
        "end_reason": _reason(life.cause, vague=bool(vague)) if end else None,
        "acquisition_channel": channel,
        "acquisition_cost": cost if who.start_date >= FIRST_DAY else None,
        "referred_by": friend if channel == "referral" and friend != who.account_id else None,
        "employees": who.employees,
        "credit_limit": round(who.size * world.profile.offerings[0].yearly_price, -3) + 1000,
        "market_influence": int(rng.integers(1, 6)),
        "strategic_value": int(rng.integers(1, 6)),
    }


def _long_gone(end: dt.date | None) -> bool:
    return end is not None and (AS_OF - end).days > 180


def _reason(cause: str | None, *, vague: bool) -> str:
    return "Price" if vague or cause is None else LEAVING_WORDS[cause]


def _sponsors(world: World) -> dict[str, str]:
    """An executive of ours for the ten largest clients."""
    board = ("Chief executive", "Finance director", "Operations director")
    largest = sorted(world.identities, key=lambda who: (-who.size, who.account_id))[:10]
    return {who.account_id: board[number % 3] for number, who in enumerate(largest)}


def _add_families(world: World, rows: list[Draft]) -> None:
    """Some clients belong to an earlier one, and carry its name."""
    rng = world.stream("families")
    parents: list[Draft] = []
    for row in rows:
        if parents and rng.random() < world.profile.children:
            parent = parents[int(rng.integers(min(len(parents), 5)))]
            row["parent_account_id"] = parent["account_id"]
            row["account_name"] = f"{parent['account_name']} {row['city']}"
        else:
            parents.append(row)


def managers_table(world: World) -> pd.DataFrame:
    """One row per account manager."""
    rng = world.stream("manager cards")
    industries = [name for name, _ in world.profile.industries]
    capacity = max(3, round(len(world.identities) * 0.8 / world.profile.managers))
    rows: list[Row] = [
        {
            "manager": name,
            "team": world.profile.teams[number % len(world.profile.teams)],
            "capacity_accounts": capacity,
            "hours_per_week": float(rng.choice([30.0, 37.5, 37.5])),
            "specialty": industries[number % len(industries)],
            "training_done": bool(rng.random() < 0.7),
        }
        for number, name in enumerate(world.managers)
    ]
    return table_frame("managers", rows)


def offerings_table(world: World) -> pd.DataFrame:
    """One row per product or service line."""
    rows: list[Row] = [
        {
            "offering": line.name,
            "family": line.family,
            "list_price": line.yearly_price,
            "margin": line.margin,
            "eligible_industries": ";".join(line.industries) or None,
        }
        for line in (*world.profile.offerings, DAYS_OF_WORK)
    ]
    return table_frame("offerings", rows)


def competitors_table(world: World) -> pd.DataFrame:
    """Rivals seen at clients: at about one client in six, more often where there is trouble."""
    rng = world.stream("competitors")
    rows = [
        row
        for account in world.known_accounts()
        if rng.random() < _rival_chance(world, account)
        for row in [_rival_row(world, rng, account)]
        if row["first_seen"] <= AS_OF
    ]
    return table_frame("competitors", rows)


def _rival_chance(world: World, account: int) -> float:
    return float(0.1 + 3 * world.signals.pressure[account].mean())


def _rival_row(world: World, rng: np.random.Generator, account: int) -> Draft:
    months = list(world.months_present(account)) or [0]
    month = months[int(rng.integers(len(months)))]
    line = world.profile.offerings[int(rng.integers(len(world.profile.offerings)))]
    return {
        "account_id": world.identities[account].account_id,
        "competitor": world.profile.rivals[int(rng.integers(len(world.profile.rivals)))],
        "offering": line.name,
        "first_seen": month_day(month, int(rng.integers(1, 29))),
        "status": str(pick(rng, (("active", 5), ("watch", 3), ("gone", 2)))),
    }
