"""Deals, won, lost and open, and the companies that are not yet clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY, month_day
from portfolio_lib.tables.demo.frames import Draft, numbered, pick, stream, table_frame
from portfolio_lib.tables.demo.lives import Term
from portfolio_lib.tables.demo.names import company_names
from portfolio_lib.tables.demo.profiles import Profile
from portfolio_lib.tables.demo.world import World

STAGES = (("qualified", 4), ("proposal", 3), ("negotiation", 2))
CHANCE = {"qualified": 0.25, "proposal": 0.45, "negotiation": 0.7, "closed": 1.0}
LOSS_REASONS = (("price", 4), ("no need now", 3), ("rival", 2), ("missing function", 2))
SOURCES = (("trade show", 3), ("referral", 2), ("web", 3), ("bought list", 2))
PROSPECTS = 36
RENEWALS_AHEAD_DAYS = 120


def opportunities_table(world: World) -> pd.DataFrame:
    """One row per deal opened by the review date."""
    rng = world.stream("opportunities")
    rows = [
        *_won_rows(world, rng),
        *_lost_rows(world, rng),
        *_open_growth_rows(world, rng),
        *_open_renewal_rows(world, rng),
        *_open_new_rows(world, rng),
    ]
    rows = [row for row in rows if FIRST_DAY <= row["created_date"] <= AS_OF]
    rows.sort(key=lambda row: (row["created_date"], str(row["account_id"]), row["value"]))
    for number, row in enumerate(rows, start=1):
        row["opportunity_id"] = numbered(f"{world.profile.id_prefix}O", number)
    return table_frame("opportunities", rows)


def _deal(world: World, account: int | None, **more: object) -> Draft:
    """A row with the words that every deal has; `more` says the rest."""
    owner = world.manager(account) if account is not None else world.managers[0]
    return {
        "account_id": None if account is None else world.identities[account].account_id,
        "prospect_id": None,
        "competitor": None,
        "loss_reason": None,
        "outcome": None,
        "owner": owner,
        **more,
    }


def _won_rows(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """What became a contract: the first one of a client, or another offering for it."""
    for term in world.terms():
        if term.first and term.signed > FIRST_DAY:
            yield _won_row(world, rng, term)


def _won_row(world: World, rng: np.random.Generator, term: Term) -> Draft:
    """Signed after the review date, it is still open at it."""
    created = term.signed - dt.timedelta(days=int(rng.integers(21, 140)))
    won = term.signed <= AS_OF
    stage = "closed" if won else str(pick(rng, STAGES))
    return _deal(
        world,
        term.account,
        kind="new" if term.offering == 0 else "cross-sell",
        offering=world.profile.offerings[term.offering].name,
        value=term.yearly,
        probability=CHANCE[stage],
        stage=stage,
        created_date=created,
        close_date=term.signed,
        outcome="won" if won else None,
    )


def _lost_rows(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """Offers that were refused: mostly of what the client did not want."""
    for account in world.known_accounts():
        for month in world.months_present(account):
            if rng.random() < 0.022 and len(world.profile.offerings) > 1:
                yield _lost_row(world, rng, (account, month))


def _lost_row(world: World, rng: np.random.Generator, cell: tuple[int, int]) -> Draft:
    account, month = cell
    offering = _unwanted(world, rng, account)
    closed = month_day(month, int(rng.integers(1, 29)))
    reason = str(pick(rng, LOSS_REASONS))
    lost = closed <= AS_OF
    return _deal(
        world,
        account,
        kind="cross-sell" if offering else "upsell",
        offering=world.profile.offerings[offering].name,
        value=_price(world, rng, (account, offering)),
        probability=0.0 if lost else 0.25,
        stage="closed" if lost else "qualified",
        created_date=closed - dt.timedelta(days=int(rng.integers(20, 120))),
        close_date=closed,
        outcome="lost" if lost else None,
        competitor=_rival(world, rng) if reason == "rival" else None,
        loss_reason=reason if lost else None,
    )


def _unwanted(world: World, rng: np.random.Generator, account: int) -> int:
    distaste = 1.05 - world.affinities[account]
    return int(rng.choice(len(distaste), p=distaste / distaste.sum()))


def _rival(world: World, rng: np.random.Generator) -> str:
    return world.profile.rivals[int(rng.integers(len(world.profile.rivals)))]


def _price(world: World, rng: np.random.Generator, card: tuple[int, int]) -> float:
    account, offering = card
    full = world.profile.offerings[offering].yearly_price * world.identities[account].size
    return float(round(full * float(rng.uniform(0.5, 1.1)), -2))


def _open_growth_rows(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """Open deals at a quarter of the present clients, for what they want and do not have."""
    for account in _present_now(world):
        owned = {t.offering for t in world.lives[account].terms if t.start <= AS_OF <= t.end}
        wish = world.affinities[account].copy()
        wish[list(owned)] = 0
        if rng.random() < 0.25:
            offering = int(np.argmax(wish)) if wish.max() > 0.4 else 0
            yield _open_row(world, rng, (account, offering))


def _present_now(world: World) -> list[int]:
    return [i for i in world.known_accounts() if world.days_present(i, AS_OF)]


def _open_row(world: World, rng: np.random.Generator, card: tuple[int, int]) -> Draft:
    account, offering = card
    stage = str(pick(rng, STAGES))
    return _deal(
        world,
        account,
        kind="cross-sell" if offering else "upsell",
        offering=world.profile.offerings[offering].name,
        value=_price(world, rng, card),
        probability=CHANCE[stage],
        stage=stage,
        created_date=AS_OF - dt.timedelta(days=int(rng.integers(5, 150))),
        close_date=AS_OF + dt.timedelta(days=int(rng.integers(10, 160))),
        competitor=_rival(world, rng) if rng.random() < 0.2 else None,
    )


def _open_renewal_rows(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """A deal for each larger contract that ends soon and is not yet renewed."""
    ahead = AS_OF + dt.timedelta(days=RENEWALS_AHEAD_DAYS)
    floor = world.profile.offerings[0].yearly_price
    for term in world.terms():
        if term.offering == 0 and AS_OF < term.end <= ahead and term.yearly >= floor:
            stage = str(pick(rng, STAGES))
            yield _deal(
                world,
                term.account,
                kind="renewal",
                offering=world.profile.offerings[0].name,
                value=term.yearly,
                probability=round(0.6 + 0.35 * float(rng.random()), 2),
                stage=stage,
                created_date=min(AS_OF, term.end - dt.timedelta(days=110)),
                close_date=term.end,
            )


def draw_prospects(profile: Profile, *, seed: int) -> list[Draft]:
    """Companies that are not yet clients, in the industries of the unit."""
    rng = stream(seed, profile.key, "prospects")
    industries = [str(pick(rng, profile.industries)) for _ in range(PROSPECTS)]
    names = company_names(rng, industries)
    return [
        {
            "prospect_id": numbered(f"{profile.id_prefix}P", number, 3),
            "name": name,
            "industry": industry,
            "country": profile.places[int(rng.integers(len(profile.places)))].country,
            "employees": max(2, round(profile.employees * float(np.exp(rng.normal(0, 0.9))))),
            "source": str(pick(rng, SOURCES)),
        }
        for number, (name, industry) in enumerate(zip(names, industries, strict=True), start=1)
    ]


def prospects_table(world: World) -> pd.DataFrame:
    """One row per company that is not yet a client."""
    return table_frame("prospects", draw_prospects(world.profile, seed=world.seed))


def _open_new_rows(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """Open or lost deals with a third of the prospects, where the unit keeps a list of them."""
    if "prospects" not in world.profile.tables:
        return
    for prospect in draw_prospects(world.profile, seed=world.seed):
        if rng.random() < 0.33:
            yield _prospect_row(world, rng, str(prospect["prospect_id"]))


def _prospect_row(world: World, rng: np.random.Generator, prospect_id: str) -> Draft:
    created = AS_OF - dt.timedelta(days=int(rng.integers(10, 300)))
    lost = bool(rng.random() < 0.35) and (AS_OF - created).days > 60
    stage = "closed" if lost else str(pick(rng, STAGES))
    closing = created + dt.timedelta(days=45) if lost else AS_OF + dt.timedelta(days=60)
    price = world.profile.offerings[0].yearly_price
    return _deal(
        world,
        None,
        prospect_id=prospect_id,
        kind="partnership" if rng.random() < 0.15 else "new",
        offering=world.profile.offerings[0].name,
        value=float(round(price * float(np.exp(rng.normal(0, 0.6))), -2)),
        probability=0.0 if lost else CHANCE[stage],
        stage=stage,
        created_date=created,
        close_date=closing,
        outcome="lost" if lost else None,
        loss_reason="price" if lost else None,
        owner=world.managers[int(rng.integers(len(world.managers)))],
    )
