"""A retailer's log: many small customers, no contracts, accounts read off the log itself.

Customers buy at a rate of their own until they quietly stop (purchases at random, lifetimes at
random), more before Christmas. From known days on one country buys less and one range sells less.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import (
    ALL_MONTHS,
    AS_OF,
    FIRST_DAY,
    month_day,
    month_of,
)
from portfolio_lib.tables.demo.firm import DemoUnit, Truth, next_purchases
from portfolio_lib.tables.demo.frames import Draft, pick, stream, table_frame, typed
from portfolio_lib.tables.demo.orders import LAST_ORDER_DAY

KEY = "retail-log"
CUSTOMERS = 620
FIRST_NUMBER = 10_012
DAYS_PER_MONTH = 30.4

COUNTRIES = (
    ("United Kingdom", 70),
    ("Ireland", 12),
    ("France", 7),
    ("Germany", 6),
    ("Netherlands", 3),
    ("Spain", 2),
)
RANGES: tuple[tuple[str, float, float], ...] = (
    ("Candles", 3.25, 5),
    ("Cards", 0.85, 6),
    ("Kitchen", 6.4, 4),
    ("Garden", 8.75, 3),
    ("Toys", 4.5, 3),
    ("Lighting", 14.95, 1.5),
)
"""Range of goods, usual price, weight."""

SEASON = (0.7, 0.7, 0.85, 0.9, 0.95, 0.9, 0.85, 0.85, 1.05, 1.25, 1.6, 1.4)
COUNTRY_SLUMP = ("Ireland", dt.date(2026, 2, 1), 0.45)
RANGE_SLUMP = ("Garden", dt.date(2026, 4, 1), 0.4)
ANONYMOUS_SHARE = 0.03
"""Share of invoices that the till wrote without a customer number."""


@dataclass(frozen=True)
class Customer:
    """One customer: purchases a month, chance to stop a day, taste and purse."""

    account_id: str
    country: str
    rng: np.random.Generator
    first: dt.date
    rate: float
    stop_per_day: float
    purse: float
    favourite: int
    wholesale: bool


def build_retail(*, seed: int) -> DemoUnit:
    """The log as canonical tables, and its truth."""
    customers = _customers(seed)
    hazards: list[Draft] = []
    lines: list[Draft] = []
    for customer in customers:
        gone = _last_day(customer, hazards)
        lines += _all_lines(customer, gone)
    shown = [line for line in lines if line["date"] <= AS_OF]
    invoices = _invoices(shown, stream(seed, KEY, "till"))
    tables = {"accounts": _accounts(customers, invoices), "invoices": invoices}
    return DemoUnit(KEY, tables, _truth(customers, (hazards, lines), invoices))


def _customers(seed: int) -> list[Customer]:
    rng = stream(seed, KEY, "customers")
    span = (AS_OF - FIRST_DAY).days
    return [
        Customer(
            account_id=str(FIRST_NUMBER + 3 * number),
            country=str(pick(rng, COUNTRIES)),
            rng=stream(seed, KEY, "customer", str(number)),
            first=FIRST_DAY + dt.timedelta(days=int(span * float(rng.random()) ** 1.5)),
            rate=float(rng.gamma(1.1, 0.45)),
            stop_per_day=float(rng.gamma(1.6, 0.028)) / DAYS_PER_MONTH,
            purse=float(np.exp(rng.normal(0, 0.6))),
            favourite=int(rng.integers(len(RANGES))),
            wholesale=bool(rng.random() < 0.06),
        )
        for number in range(CUSTOMERS)
    ]


def _last_day(customer: Customer, hazards: list[Draft]) -> dt.date:
    """The day after which nothing is bought. Adds a row per month lived through to `hazards`."""
    day = max(FIRST_DAY, customer.first)
    for month in range(month_of(day), month_of(LAST_ORDER_DAY) + 1):
        ending = month_day(month + 1) - dt.timedelta(days=1)
        days = (ending - max(day, month_day(month))).days + 1
        hazard = float(1 - np.exp(-customer.stop_per_day * days))
        churned = bool(customer.rng.random() < hazard)
        if month < ALL_MONTHS:
            hazards.append(_hazard_row(customer, month, (hazard, churned)))
        if churned:
            return ending - dt.timedelta(days=int(customer.rng.integers(0, days)))
    return LAST_ORDER_DAY


def _hazard_row(customer: Customer, month: int, card: tuple[float, bool]) -> Draft:
    hazard, churned = card
    return {
        "business_unit": KEY,
        "account_id": customer.account_id,
        "month": pd.Timestamp(month_day(month)),
        "pressure": hazard,
        "hazard": hazard,
        "churned": churned,
        "cause": "no visible cause" if churned else None,
    }


def _all_lines(customer: Customer, gone: dt.date) -> Iterator[Draft]:
    """The first purchase, then purchases at random, thinned by season and slump."""
    yield from _basket(customer, customer.first)
    day = customer.first
    busiest = max(SEASON)
    while True:
        wait = customer.rng.exponential(DAYS_PER_MONTH / max(customer.rate * busiest, 1e-3))
        day += dt.timedelta(days=max(1, round(float(min(wait, 4000)))))
        if day > gone:
            return
        if customer.rng.random() < _keen(customer, day) / busiest:
            yield from _basket(customer, day)


def _keen(customer: Customer, day: dt.date) -> float:
    country, start, kept = COUNTRY_SLUMP
    slump = kept if customer.country == country and day >= start else 1.0
    return SEASON[day.month - 1] * slump


def _basket(customer: Customer, day: dt.date) -> Iterator[Draft]:
    rng = customer.rng
    minute = dt.timedelta(minutes=int(rng.integers(8 * 60, 19 * 60)))
    for _ in range(1 + int(rng.poisson(1.6 + 2.0 * customer.wholesale))):
        row = _line(customer, day)
        if row is not None:
            yield {**row, "account_id": customer.account_id, "date": day, "minute": minute}


def _line(customer: Customer, day: dt.date) -> Draft | None:
    """One line; None where the range is no longer wanted."""
    rng = customer.rng
    weights = [(n, weight) for n, (_, _, weight) in enumerate(RANGES)]
    n = customer.favourite if rng.random() < 0.4 else int(pick(rng, weights))
    name, price, _ = RANGES[n]
    slumping, start, kept = RANGE_SLUMP
    if name == slumping and day >= start and rng.random() > kept:
        return None
    wanted = customer.purse * (24 if customer.wholesale else 5) * float(rng.gamma(2.0, 0.5))
    quantity = max(1, round(wanted))
    price = round(price * (1.03 ** ((day - FIRST_DAY).days // 365)), 2)
    credit = rng.random() < 0.015
    quantity = -max(1, quantity // 3) if credit else quantity
    return {
        "offering": name,
        "quantity": float(quantity),
        "amount": round(quantity * price, 2),
        "credit": credit,
    }


def _invoices(lines: list[Draft], rng: np.random.Generator) -> pd.DataFrame:
    """Lines with their numbers; returns have invoices of their own; some lack a customer."""
    frame = pd.DataFrame(lines)
    order = ["date", "minute", "account_id", "credit", "offering", "amount"]
    frame = frame.sort_values(order, kind="stable").reset_index(drop=True)
    visit = frame.groupby(["date", "account_id", "credit"], sort=False).ngroup()
    prefix = np.where(frame["credit"].astype(bool), "C", "")
    frame["invoice_id"] = prefix + (visit + 536_365).astype(str)
    frame["line_id"] = (frame.groupby(visit).cumcount() + 1).astype(str)
    nobody = rng.random(int(visit.max()) + 1) < ANONYMOUS_SHARE
    frame["account_id"] = frame["account_id"].where(~nobody[visit.to_numpy()], None)
    return typed("invoices", frame.drop(columns=["minute", "credit"]))


def _accounts(customers: list[Customer], invoices: pd.DataFrame) -> pd.DataFrame:
    """One row per customer number in the log."""
    bought = set(invoices["account_id"].dropna())
    rows = [
        {
            "account_id": customer.account_id,
            "account_name": customer.account_id,
            "country": customer.country,
        }
        for customer in customers
        if customer.account_id in bought
    ]
    return table_frame("accounts", rows)


def _truth(
    customers: list[Customer],
    drawn: tuple[list[Draft], list[Draft]],
    invoices: pd.DataFrame,
) -> Truth:
    hazards, lines = drawn
    frame = pd.DataFrame(hazards, columns=Truth.columns("hazards"))
    return Truth(
        hazards=frame,
        segments=_segments(customers, frame),
        next_purchases=next_purchases(KEY, pd.DataFrame(lines)),
        planted=_planted(invoices),
    )


def _segments(customers: list[Customer], hazards: pd.DataFrame) -> pd.DataFrame:
    past = hazards[hazards["month"] <= pd.Timestamp(AS_OF)]
    gone = set(past.loc[past["churned"].astype(bool), "account_id"])
    rows = [
        {
            "business_unit": KEY,
            "account_id": customer.account_id,
            "segment": "gone"
            if customer.account_id in gone
            else ("wholesale" if customer.wholesale else "household"),
        }
        for customer in customers
    ]
    return pd.DataFrame(rows, columns=Truth.columns("segments"))


def _planted(invoices: pd.DataFrame) -> pd.DataFrame:
    nobody = int(invoices["account_id"].isna().sum())
    country, country_day, country_kept = COUNTRY_SLUMP
    name, range_day, range_kept = RANGE_SLUMP
    rows = [
        (KEY, "sales drop", country, pd.Timestamp(country_day), 1 - country_kept, "country"),
        (KEY, "sales drop", name, pd.Timestamp(range_day), 1 - range_kept, "offering"),
        (KEY, "data fault", "invoices", pd.Timestamp(AS_OF), float(nobody), "no account"),
    ]
    return pd.DataFrame(rows, columns=Truth.columns("planted"))
