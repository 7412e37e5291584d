"""A distributor: no contracts, only orders, each client in its own rhythm and season.

A client that is about to go fades first: orders come later and smaller, payment slips. Beside
what chance brings, some things are planted on known days, and listed in the truth: lapses without
warning, changed orders, a slump of one account manager and one of one product.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import (
    ALL_MONTHS,
    FIRST_DAY,
    known,
    month_day,
    month_of,
    working_day,
)
from portfolio_lib.tables.demo.frames import Draft, numbered, stream, table_frame
from portfolio_lib.tables.demo.identities import Identity
from portfolio_lib.tables.demo.profiles import Profile
from portfolio_lib.tables.demo.world import World

LAST_ORDER_DAY = dt.date(2027, 6, 30)
LAST_MONTH = month_of(LAST_ORDER_DAY)
FADE_RATE = 0.013
HAZARD_CALM = 0.003
HAZARD_FADING = 0.17
PRICE_RISE = 0.035
LAPSES = 6
CHANGES = 5

SEASONS: dict[str, tuple[float, ...]] = {
    "Restaurant": (0.85, 0.85, 0.95, 1, 1.05, 1.05, 1, 0.95, 1, 1, 1.1, 1.4),
    "Hotel": (0.6, 0.65, 0.8, 1, 1.15, 1.3, 1.45, 1.45, 1.2, 0.95, 0.75, 0.9),
    "Canteen": (1.1, 1.1, 1.1, 0.9, 1.05, 1.05, 0.75, 0.45, 1.1, 1.15, 1.15, 0.8),
    "Café": (0.8, 0.85, 0.95, 1.05, 1.1, 1.2, 1.25, 1.25, 1.05, 0.95, 0.9, 0.95),
}
"""Share of the usual order size in January to December, by kind of client."""


@dataclass(frozen=True)
class Slump:
    """Sales that fall for a known reason from a known day on."""

    subject: str
    column: str
    day: dt.date
    kept: float


PRODUCT_SLUMP = Slump("Cleaning", "offering", dt.date(2026, 6, 1), 0.4)
MANAGER_SLUMP_DAY = dt.date(2026, 4, 1)
MANAGER_SLUMP_KEPT = 0.55


@dataclass(frozen=True)
class Buyer:
    """One client of the distributor: its rhythm, its basket, and what is planted on it."""

    identity: Identity
    rng: np.random.Generator
    tastes: tuple[float, ...]
    season: tuple[float, ...]
    gap_days: float
    regularity: float
    usual_days_late: float
    discount: float
    slump_day: dt.date | None
    lapse_day: dt.date | None = None
    change_day: dt.date | None = None


@dataclass
class Fate:
    """What chance has in store month by month; `gone` is the last day with an order."""

    fading: list[bool] = field(default_factory=list)
    hazards: list[Draft] = field(default_factory=list)
    gone: dt.date | None = None


def draw_buyers(world: World) -> list[Buyer]:
    """Rhythms by chance; lapses and changes planted on the clients that order most often."""
    buyers = [_buyer(world, account) for account in range(len(world.identities))]
    steady = sorted(
        (n for n, b in enumerate(buyers) if b.gap_days < 25 and b.identity.start_date < FIRST_DAY),
        key=lambda n: (buyers[n].gap_days, buyers[n].identity.account_id),
    )
    rng = world.stream("planted")
    for number, n in enumerate(steady[: LAPSES + CHANGES]):
        day = dt.date(2026, 3, 1) + dt.timedelta(days=int(rng.integers(0, 110)))
        kind = "lapse_day" if number < LAPSES else "change_day"
        buyers[n] = Buyer(**{**vars(buyers[n]), kind: day, "regularity": 14.0})
    return buyers


def _buyer(world: World, account: int) -> Buyer:
    identity = world.identities[account]
    rng = stream(world.seed, world.profile.key, "buyer", identity.account_id)
    slumps = world.manager_of[account] == 1
    return Buyer(
        identity=identity,
        rng=rng,
        tastes=tuple(world.affinities[account].tolist()),
        season=SEASONS[identity.industry],
        gap_days=float(np.clip(np.exp(rng.normal(3.25, 0.55)), 7, 110)),
        regularity=float(rng.uniform(2.5, 12)),
        usual_days_late=float(rng.gamma(2.0, 2.5)),
        discount=float(rng.uniform(0.88, 1.0)),
        slump_day=MANAGER_SLUMP_DAY if slumps else None,
    )


def draw_fate(profile: Profile, buyer: Buyer) -> Fate:
    """Month by month: does it fade, and does it go? Planted clients live until their day."""
    fate = Fate(gone=buyer.lapse_day)
    fade_left = 0
    for month in range(LAST_MONTH + 1):
        fade_left = _next_fade(buyer, fade_left)
        fate.fading.append(fade_left > 0)
        if fate.gone or buyer.change_day or month_day(month) < buyer.identity.start_date:
            continue
        hazard = HAZARD_FADING if fade_left else HAZARD_CALM
        churned = bool(buyer.rng.random() < hazard)
        if month < ALL_MONTHS:
            fate.hazards.append(_hazard_row(profile, buyer, (month, hazard, churned)))
        if churned:
            fate.gone = month_day(month, int(buyer.rng.integers(1, 28)))
    return fate


def _next_fade(buyer: Buyer, left: int) -> int:
    draw, length = buyer.rng.random(), int(buyer.rng.integers(3, 7))
    if left:
        return left - 1
    planted = buyer.lapse_day or buyer.change_day
    return length if draw < FADE_RATE and not planted else 0


def _hazard_row(profile: Profile, buyer: Buyer, card: tuple[int, float, bool]) -> Draft:
    month, hazard, churned = card
    fading = hazard == HAZARD_FADING
    return {
        "business_unit": profile.key,
        "account_id": buyer.identity.account_id,
        "month": pd.Timestamp(month_day(month)),
        "pressure": hazard,
        "hazard": hazard,
        "churned": churned,
        "cause": ("fading orders" if fading else "no visible cause") if churned else None,
    }


def order_lines(profile: Profile, buyer: Buyer, fate: Fate) -> Iterator[Draft]:
    """All order lines of one client until it goes, those after the review date included."""
    day = max(FIRST_DAY, buyer.identity.start_date)
    day += dt.timedelta(days=int(buyer.rng.integers(0, max(2, round(buyer.gap_days)))))
    basket = _first_basket(buyer)
    number = 0
    while day <= LAST_ORDER_DAY and (fate.gone is None or day <= fate.gone):
        number += 1
        fading = fate.fading[month_of(day)]
        basket = _next_basket(profile, buyer, basket)
        shipped = max(working_day(day), FIRST_DAY, buyer.identity.start_date)
        yield from _lines(profile, buyer, (shipped, number, fading, basket))
        day += dt.timedelta(days=next_gap_days(buyer, day, fading=fading))


def _first_basket(buyer: Buyer) -> frozenset[int]:
    wanted = {n for n, taste in enumerate(buyer.tastes) if buyer.rng.random() < 0.75 * taste**1.3}
    return frozenset(wanted | {int(np.argmax(buyer.tastes))})


def _next_basket(profile: Profile, buyer: Buyer, basket: frozenset[int]) -> frozenset[int]:
    """New lines come into the basket now and then, where there is a taste for them."""
    rate = profile.adoption * buyer.gap_days / 30
    draws = buyer.rng.random(len(buyer.tastes))
    new = {n for n, taste in enumerate(buyer.tastes) if draws[n] < rate * taste**2}
    return basket | new


def next_gap_days(buyer: Buyer, day: dt.date, *, fading: bool) -> int:
    """Days from an order to the next one, drawn; longer while the buyer fades."""
    stretch = 1.55 if fading else 1.0
    if buyer.slump_day and day >= buyer.slump_day:
        stretch /= MANAGER_SLUMP_KEPT
    mean = buyer.gap_days * stretch / buyer.season[day.month - 1] ** 0.5
    return max(2, round(float(buyer.rng.gamma(buyer.regularity, mean / buyer.regularity))))


def _lines(
    profile: Profile, buyer: Buyer, order: tuple[dt.date, int, bool, frozenset[int]]
) -> Iterator[Draft]:
    day, number, fading, basket = order
    base = {
        "account_id": buyer.identity.account_id,
        "date": day,
        "order": number,
        **_payment(buyer, day, fading=fading),
    }
    changed = buyer.change_day is not None and day >= buyer.change_day
    favourites = sorted(basket, key=lambda n: -buyer.tastes[n])
    chosen = [n for n in favourites if n == favourites[0] or buyer.rng.random() < 0.45]
    chosen = chosen[1:] or favourites[-1:] if changed else chosen
    factor = buyer.season[day.month - 1] * (0.72 if fading else 1.0) * (0.5 if changed else 1.0)
    for offering in chosen:
        yield {**base, **_goods(profile, buyer, (offering, day, factor))}
    if buyer.rng.random() < 0.012:
        yield {**base, **_returned(_goods(profile, buyer, (chosen[0], day, factor * 0.3)))}


def _goods(profile: Profile, buyer: Buyer, card: tuple[int, dt.date, float]) -> Draft:
    offering, day, factor = card
    line = profile.offerings[offering]
    if line.name == PRODUCT_SLUMP.subject and day >= PRODUCT_SLUMP.day:
        factor *= PRODUCT_SLUMP.kept
    rise = (1 + PRICE_RISE) ** ((day - FIRST_DAY).days // 365)
    amount_wanted = 9 * buyer.identity.size * factor * float(np.exp(buyer.rng.normal(0, 0.22)))
    quantity = max(1, round(amount_wanted * 20 / line.yearly_price**0.8))
    price = round(line.yearly_price * rise * buyer.discount, 2)
    return {
        "offering": line.name,
        "quantity": float(quantity),
        "amount": round(quantity * price, 2),
        "cost": round(quantity * line.yearly_price * rise * (1 - line.margin), 2),
    }


def _returned(goods: Draft) -> Draft:
    """Goods sent back: the same line with the signs turned."""
    numbers = ("quantity", "amount", "cost")
    return {key: -float(str(v)) if key in numbers else v for key, v in goods.items()}


def _payment(buyer: Buyer, day: dt.date, *, fading: bool) -> Draft:
    due = day + dt.timedelta(days=30)
    delay = buyer.usual_days_late + (14 if fading else 0) + float(buyer.rng.gamma(1.5, 2)) - 4
    return {
        "due_date": due,
        "paid_date": known(max(day, due + dt.timedelta(days=round(delay)))),
    }


def invoices_table(profile: Profile, lines: list[Draft]) -> pd.DataFrame:
    """Order lines with invoice and line numbers, in the order of the days."""
    lines = sorted(lines, key=lambda line: (line["date"], line["account_id"], line["order"]))
    before, invoice, row_number = None, 0, 0
    rows = []
    for line in lines:
        here = (line["account_id"], line["order"])
        invoice, row_number = (invoice, row_number + 1) if here == before else (invoice + 1, 1)
        before = here
        ids = {
            "invoice_id": numbered(f"{profile.id_prefix}I", invoice, 6),
            "line_id": str(row_number),
        }
        rows.append({**ids, **{key: value for key, value in line.items() if key != "order"}})
    return table_frame("invoices", rows)
