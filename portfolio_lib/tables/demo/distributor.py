"""The distributor put together from its orders: tables, and the truth of what was planted."""

from __future__ import annotations

import pandas as pd

from portfolio_lib.tables.demo import register
from portfolio_lib.tables.demo.days import AS_OF, month_of
from portfolio_lib.tables.demo.firm import DemoUnit, Truth, next_purchases
from portfolio_lib.tables.demo.frames import Draft, table_frame
from portfolio_lib.tables.demo.orders import (
    MANAGER_SLUMP_DAY,
    MANAGER_SLUMP_KEPT,
    PRODUCT_SLUMP,
    Buyer,
    Fate,
    draw_buyers,
    draw_fate,
    invoices_table,
    order_lines,
)
from portfolio_lib.tables.demo.profiles import Profile
from portfolio_lib.tables.demo.service_units import DISTRIBUTOR
from portfolio_lib.tables.demo.world import World, draw_world


def build_distributor(*, seed: int) -> DemoUnit:
    """The distributor's tables and truth."""
    profile = DISTRIBUTOR
    world = draw_world(profile, seed=seed)
    buyers = draw_buyers(world)
    fates = [draw_fate(profile, buyer) for buyer in buyers]
    orders = [
        line
        for buyer, fate in zip(buyers, fates, strict=True)
        for line in order_lines(profile, buyer, fate)
    ]
    invoices = invoices_table(profile, [line for line in orders if line["date"] <= AS_OF])
    tables = {
        "accounts": _accounts(world, invoices),
        "invoices": invoices,
        "offerings": _offerings(profile),
        "managers": register.managers_table(world),
    }
    return DemoUnit(profile.key, tables, _truth(world, buyers, (fates, orders)))


def _offerings(profile: Profile) -> pd.DataFrame:
    rows = [
        {"offering": o.name, "family": o.family, "list_price": o.yearly_price, "margin": o.margin}
        for o in profile.offerings
    ]
    return table_frame("offerings", rows)


def _accounts(world: World, invoices: pd.DataFrame) -> pd.DataFrame:
    """Master data as the old ledger keeps it: nobody writes down that a client has gone."""
    accounts = register.accounts_table(world)
    bought = accounts["account_id"].isin(invoices["account_id"])
    columns = (
        *("account_id", "account_name", "industry", "country", "region", "city"),
        *("account_manager", "start_date", "employees", "credit_limit"),
    )
    return accounts.loc[bought, list(columns)].reset_index(drop=True)


def _truth(world: World, buyers: list[Buyer], drawn: tuple[list[Fate], list[Draft]]) -> Truth:
    fates, orders = drawn
    lines = pd.DataFrame(orders)
    return Truth(
        hazards=pd.DataFrame(
            [row for fate in fates for row in fate.hazards], columns=Truth.columns("hazards")
        ),
        segments=_segments(world, buyers, fates),
        next_purchases=next_purchases(world.profile.key, lines),
        affinities=_affinities(world, lines),
        planted=_planted(world, buyers),
    )


def _segments(world: World, buyers: list[Buyer], fates: list[Fate]) -> pd.DataFrame:
    now = month_of(AS_OF)
    rows = [
        {
            "business_unit": world.profile.key,
            "account_id": buyer.identity.account_id,
            "segment": "gone"
            if fate.gone and fate.gone <= AS_OF
            else ("fading" if fate.fading[now] else "in rhythm"),
        }
        for buyer, fate in zip(buyers, fates, strict=True)
    ]
    return pd.DataFrame(rows, columns=Truth.columns("segments"))


def _affinities(world: World, lines: pd.DataFrame) -> pd.DataFrame:
    first = pd.to_datetime(lines["date"]).groupby([lines["account_id"], lines["offering"]]).min()
    rows = [
        {
            "business_unit": world.profile.key,
            "account_id": who.account_id,
            "offering": line.name,
            "affinity": float(world.affinities[account, number]),
            "first_day": first.get((who.account_id, line.name), pd.NaT),
        }
        for account, who in enumerate(world.identities)
        for number, line in enumerate(world.profile.offerings)
    ]
    return pd.DataFrame(rows, columns=Truth.columns("affinities"))


def _planted(world: World, buyers: list[Buyer]) -> pd.DataFrame:
    lapses = [("lapse", b.identity.account_id, b.lapse_day, 1.0) for b in buyers if b.lapse_day]
    changes = [
        ("changed order", b.identity.account_id, b.change_day, 0.5) for b in buyers if b.change_day
    ]
    slumps = [
        ("sales drop", world.managers[1], MANAGER_SLUMP_DAY, 1 - MANAGER_SLUMP_KEPT),
        ("sales drop", PRODUCT_SLUMP.subject, PRODUCT_SLUMP.day, 1 - PRODUCT_SLUMP.kept),
    ]
    notes = {world.managers[1]: "account_manager", PRODUCT_SLUMP.subject: "offering"}
    return pd.DataFrame(
        [
            (world.profile.key, what, subject, pd.Timestamp(day), size, notes.get(subject, ""))
            for what, subject, day, size in [*lapses, *changes, *slumps]
            if day is not None
        ],
        columns=Truth.columns("planted"),
    )
