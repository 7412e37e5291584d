"""Money: contracts, the invoices that follow from them, and the cost to serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lib.tables.demo.days import (
    AS_OF,
    FIRST_DAY,
    add_months,
    known,
    month_day,
    month_length,
    month_of,
)
from portfolio_lib.tables.demo.frames import Draft, Row, numbered, pick, table_frame
from portfolio_lib.tables.demo.lives import LAST_SIMULATED_DAY, Term
from portfolio_lib.tables.demo.profiles import DAYS_OF_WORK
from portfolio_lib.tables.demo.world import World

DAY_COST = DAYS_OF_WORK.yearly_price * (1 - DAYS_OF_WORK.margin)
PERIOD_MONTHS = {"annual": 12, "quarterly": 3, "monthly": 1}


def contracts_table(world: World) -> pd.DataFrame:
    """One row per term signed by the review date."""
    rng = world.stream("contracts")
    signed = {term.contract_id for term in world.terms() if term.signed <= AS_OF}
    terms_days = {i: int(rng.choice([14, 30, 30, 30, 60])) for i in range(len(world.identities))}
    rows = [
        _contract_row(world, term, (int(rng.integers(0, 20)), terms_days[term.account], signed))
        for term in world.terms()
        if term.signed <= AS_OF
    ]
    return table_frame("contracts", rows)


def _contract_row(world: World, term: Term, draws: tuple[int, int, set[str]]) -> Row:
    days_early, payment_days, signed = draws
    notice = 30 if (term.end - term.start).days < 120 else 90
    follower = term.renewed_by if term.renewed_by in signed else None
    cancelled = _notice_day(term, notice + days_early)
    return {
        "contract_id": term.contract_id,
        "account_id": world.identities[term.account].account_id,
        "offering": world.profile.offerings[term.offering].name,
        "signed_date": term.signed,
        "start_date": term.start,
        "end_date": term.end,
        "annual_value": term.yearly,
        "status": _status(term, follower, cancelled),
        "auto_renew": notice == 30,
        "notice_days": notice,
        "renewed_by": follower,
        "payment_terms_days": payment_days,
        "cancelled_date": cancelled,
    }


def _notice_day(term: Term, days: int) -> dt.date | None:
    """The day notice was given, for terms that nothing follows and whose end was reached."""
    if term.renewed_by is not None or term.end > LAST_SIMULATED_DAY:
        return None
    return known(max(term.end - dt.timedelta(days=days), term.signed, term.start))


def _status(term: Term, follower: str | None, cancelled: dt.date | None) -> str:
    if term.end < AS_OF:
        return "renewed" if follower else "ended"
    return "cancelled" if cancelled else "active"


@dataclass(frozen=True)
class Period:
    """What one line of a recurring invoice pays for. The end is inclusive."""

    term: Term
    start: dt.date
    end: dt.date
    months: int


def invoices_table(world: World) -> pd.DataFrame:
    """One row per invoice line: recurring by period, work by the day, credits after failures."""
    rng = world.stream("invoices")
    lines = [*_recurring_lines(world, rng), *_single_lines(world, rng)]
    lines = [line for line in lines if line["date"] <= world.profile.last_day_shown]
    lines.sort(key=lambda line: (line["date"], line["account_id"]))
    _number_lines(world, lines)
    return table_frame("invoices", lines)


def _number_lines(world: World, lines: list[Draft]) -> None:
    """Lines of one account and day stand on one invoice."""
    before: tuple[object, object] | None = None
    invoice, line_number = 0, 0
    for line in lines:
        here = (line["date"], line["account_id"])
        invoice, line_number = (invoice, line_number + 1) if here == before else (invoice + 1, 1)
        before = here
        line["invoice_id"] = numbered(f"{world.profile.id_prefix}I", invoice, 6)
        line["line_id"] = str(line_number)


def _recurring_lines(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    billing = [str(pick(rng, world.profile.billing)) for _ in world.identities]
    payment_days = [int(rng.choice([14, 30, 30, 60])) for _ in world.identities]
    for term in world.terms():
        for period in _periods(term, PERIOD_MONTHS[billing[term.account]]):
            yield _recurring_line(world, rng, (period, payment_days[term.account]))


def _periods(term: Term, months: int) -> Iterator[Period]:
    """The term cut into billing periods; of a period under way on the first day, what is left."""
    start = term.start
    while start <= term.end:
        end = min(add_months(start, months) - dt.timedelta(days=1), term.end)
        if end >= FIRST_DAY:
            yield Period(term, max(start, FIRST_DAY), end, months)
        start = end + dt.timedelta(days=1)


def _recurring_line(world: World, rng: np.random.Generator, card: tuple[Period, int]) -> Draft:
    period, payment_days = card
    line = world.profile.offerings[period.term.offering]
    amount = round(_amount(period), 2)
    cost = round(amount * (1 - line.margin) * float(rng.uniform(0.9, 1.12)), 2)
    return {
        **_paid_line(world, rng, (period.term.account, period.start, payment_days)),
        "amount": amount,
        "quantity": 1.0,
        "offering": line.name,
        "cost": cost,
        "service_start": period.start,
        "service_end": period.end,
        "recurring": True,
    }


def _amount(period: Period) -> float:
    """The price of the period; whole periods cost months/12, parts go by days."""
    whole = add_months(period.start, period.months) - dt.timedelta(days=1)
    if whole == period.end:
        return period.term.yearly * period.months / 12
    return period.term.yearly * ((period.end - period.start).days + 1) / 365


def _paid_line(world: World, rng: np.random.Generator, card: tuple[int, dt.date, int]) -> Draft:
    account, day, payment_days = card
    month = min(max(month_of(day) + 1, 0), world.signals.days_late.shape[1] - 1)
    delay = world.signals.days_late[account, month] * rng.uniform(0.6, 1.4) - 4
    due = day + dt.timedelta(days=payment_days)
    return {
        "account_id": world.identities[account].account_id,
        "date": day,
        "due_date": due,
        "paid_date": known(max(day, due + dt.timedelta(days=round(float(delay))))),
    }


def _single_lines(world: World, rng: np.random.Generator) -> Iterator[Draft]:
    """Set-up work for new clients, work by the day, and credits after broken promises."""
    for account in world.known_accounts():
        first = world.lives[account].terms[0]
        if first.start >= FIRST_DAY:
            yield _work_line(world, rng, (account, first.start, 0.12))
        for month in world.months_present(account):
            day = month_day(month, int(rng.integers(1, month_length(month) + 1)))
            if rng.random() < world.profile.one_offs_per_month:
                yield _work_line(world, rng, (account, day, float(rng.uniform(0.03, 0.2))))
            if world.signals.breaches[account, month] > 1 and rng.random() < 0.3:
                yield _credit_line(world, rng, (account, day))


def _work_line(world: World, rng: np.random.Generator, card: tuple[int, dt.date, float]) -> Draft:
    account, day, share = card
    yearly = world.profile.offerings[0].yearly_price * world.identities[account].size
    days = max(1, round(yearly * share / DAYS_OF_WORK.yearly_price))
    return {
        **_paid_line(world, rng, (account, day, 30)),
        "amount": DAYS_OF_WORK.yearly_price * days,
        "quantity": float(days),
        "offering": DAYS_OF_WORK.name,
        "cost": round(DAY_COST * days * float(rng.uniform(0.8, 1.25)), 2),
        "recurring": False,
    }


def _credit_line(world: World, rng: np.random.Generator, card: tuple[int, dt.date]) -> Draft:
    account, day = card
    line = world.profile.offerings[0]
    month_price = line.yearly_price * world.identities[account].size / 12
    return {
        **_paid_line(world, rng, (account, day, 0)),
        "amount": -round(month_price * float(rng.uniform(0.1, 0.5)), 2),
        "quantity": -1.0,
        "offering": line.name,
        "cost": 0.0,
        "recurring": False,
    }


def costs_table(world: World) -> pd.DataFrame:
    """One row per account and month: hours beyond what was sold, more where there is trouble."""
    rng = world.stream("costs")
    rows = [
        _cost_row(world, rng, (account, month))
        for account in world.known_accounts()
        for month in world.months_present(account)
        if month_day(month) <= AS_OF
    ]
    return table_frame("costs", rows)


def _cost_row(world: World, rng: np.random.Generator, cell: tuple[int, int]) -> Row:
    account, month = cell
    size = world.identities[account].size * world.profile.offerings[0].yearly_price
    tickets = float(world.signals.issues[account, month])
    hours = size / 1e6 * world.profile.hours_per_million / 12 + 1.5 * tickets
    hours = round(hours * float(rng.gamma(4, 0.25)) + 0.25, 2)
    return {
        "account_id": world.identities[account].account_id,
        "period": month_day(month),
        "cost": round(hours * world.profile.hour_cost, 2),
        "hours": hours,
    }
