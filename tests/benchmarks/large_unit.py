"""Prepared tables of one very large unit whose clients come, pay, renew and leave.

Three clients in five have yearly contracts and a bill every month; the others buy now and then,
each at a pace of its own. A fifth were there before the data begin. Who leaves does so after an
exponential time, so that there are losses to learn from in every quarter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portfolio_lib.tables.contracts import TABLES
from tests.benchmarks.bench_facts import (
    AS_OF,
    MONTHS,
    ROWS_AT_ONCE,
    completed,
    day_column,
    money_column,
)

Whole = npt.NDArray[np.int64]

LAST = (AS_OF - dt.date(1970, 1, 1)).days
TERM_MONTHS = 12
_THIS_MONTH = np.datetime64(AS_OF, "M")
_DATA_AND_TERMS = np.arange(_THIS_MONTH - (MONTHS - 1), _THIS_MONTH + TERM_MONTHS + 3)
MONTH_STARTS: Whole = _DATA_AND_TERMS.astype("datetime64[D]").astype("int64")
"""The first day of every month of the data, and of those in which a term may still run."""
OFFERINGS = 20
MEAN_STAY_MONTHS = 40
CONTACTS_EACH = 10


@dataclass(frozen=True)
class Clients:
    """Who there is: first and last month (from 0, the first of the data), day of the month, pace.

    `pace` is the share of months with a bill, `size` the cents that one comes to.
    """

    ids: pa.Array
    first: Whole
    last: Whole
    day: Whole
    is_older: npt.NDArray[np.bool_]
    has_contract: npt.NDArray[np.bool_]
    pace: npt.NDArray[np.float64]
    size: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def draw_clients(draw: np.random.Generator, key: str, count: int) -> Clients:
    older = draw.random(count) < 0.2
    first = np.where(older, 0, draw.integers(0, MONTHS, count))
    contract = draw.random(count) < 0.6
    return Clients(
        ids=pa.array([f"{key}-{number:07d}" for number in range(count)]),
        first=first,
        last=first + draw.exponential(MEAN_STAY_MONTHS, count).astype("int64"),
        day=draw.integers(0, 28, count),
        is_older=older,
        has_contract=contract,
        pace=np.where(contract, 1.0, draw.beta(2, 3, count)),
        size=draw.lognormal(11, 0.8, count),
    )


def write_large_unit(
    store: Path, key: str, lines: int, accounts: int, spread: float, seed: int
) -> None:
    """Accounts, invoice lines with payments, contracts, interactions and offerings.

    Parameters
    ----------
    store : Path
        The tables go to ``tables/<key>``.
    lines, accounts : int
        How many.
    spread : float
        Share of invoice lines with a service period.
    """
    draw = np.random.default_rng(seed)
    folder = store / "tables" / key
    folder.mkdir(parents=True)
    clients = draw_clients(draw, key, accounts)
    pq.write_table(_accounts(draw, key, clients), folder / "accounts.parquet")
    pq.write_table(_contracts(draw, key, clients), folder / "contracts.parquet")
    pq.write_table(_interactions(draw, key, clients), folder / "interactions.parquet")
    pq.write_table(_offerings(key), folder / "offerings.parquet")
    _write_invoices(folder / "invoices.parquet", draw, key, clients, lines, spread)


def _accounts(draw: np.random.Generator, key: str, clients: Clients) -> pa.Table:
    count = len(clients)
    before = draw.integers(1, 1000, count)
    referrers = clients.ids.take(pa.array(draw.integers(0, count, count)))
    return completed(
        "accounts",
        key,
        account_id=clients.ids,
        account_name=pc.binary_join_element_wise("Client", clients.ids, " "),
        industry=_picked(draw, "industry", 12, count),
        country=_picked(draw, "country", 8, count),
        account_manager=_picked(draw, "manager", 200, count),
        acquisition_channel=_picked(draw, "channel", 5, count),
        acquisition_cost=money_column(draw.integers(1000, 100_000, count), "0.01"),
        referred_by=pc.if_else(pa.array(draw.random(count) < 0.1), referrers, None),
        start_date=day_column(
            MONTH_STARTS[clients.first] + np.where(clients.is_older, -before, clients.day)
        ),
        employees=pa.array(draw.integers(1, 5000, count)),
        credit_limit=money_column((clients.size * 3).astype("int64"), "0.01"),
    )


def _picked(draw: np.random.Generator, word: str, kinds: int, count: int) -> pa.Array:
    words = pa.array([f"{word} {number}" for number in range(kinds)])
    return words.take(pa.array(draw.integers(0, kinds, count)))


def _contracts(draw: np.random.Generator, key: str, clients: Clients) -> pa.Table:
    """Terms of a year, one after the other, while the client stays; some are signed ahead."""
    last = np.minimum(clients.last, MONTHS + 1)
    terms = np.where(clients.has_contract, (last - clients.first) // TERM_MONTHS + 1, 0)
    account = np.repeat(np.arange(len(clients)), terms)
    number = np.arange(len(account)) - np.repeat(np.cumsum(terms) - terms, terms)
    start = clients.first[account] + number * TERM_MONTHS
    first_day = MONTH_STARTS[start] + clients.day[account]
    signed = first_day - draw.integers(0, 60, len(account))
    known = signed <= LAST
    account, start, first_day, signed = (
        values[known] for values in (account, start, first_day, signed)
    )
    count = len(account)
    last_day = MONTH_STARTS[start + TERM_MONTHS] + clients.day[account] - 1
    leaves = clients.last[account] < np.minimum(start + TERM_MONTHS, MONTHS)
    noticed = leaves & (draw.random(count) < 0.5)
    grown = draw.normal(1.0, 0.05, count) * 12 * clients.size[account]
    return completed(
        "contracts",
        key,
        contract_id=pc.binary_join_element_wise("c", pa.array(np.arange(count)).cast("string"), ""),
        account_id=clients.ids.take(pa.array(account)),
        offering=_offered(account),
        signed_date=day_column(signed),
        start_date=day_column(first_day),
        end_date=day_column(last_day),
        annual_value=money_column(np.maximum(1, grown).astype("int64"), "0.01"),
        auto_renew=pa.array(draw.random(count) < 0.5),
        notice_days=pa.array(draw.choice([30, 60, 90], count)),
        payment_terms_days=pa.array(draw.choice([14.0, 30.0, 60.0], count, p=[0.1, 0.8, 0.1])),
        cancelled_date=pc.if_else(
            pa.array(noticed), day_column(np.minimum(last_day - 60, LAST)), None
        ),
    )


def _offered(numbers: Whole) -> pa.Array:
    names = pa.array([f"offering {number}" for number in range(OFFERINGS)])
    return names.take(pa.array(numbers % OFFERINGS))


def _interactions(draw: np.random.Generator, key: str, clients: Clients) -> pa.Table:
    count = CONTACTS_EACH * len(clients)
    kinds = pa.array(["meeting", "call", "mail", "QBR"])
    return completed(
        "interactions",
        key,
        interaction_id=pa.array(np.arange(count)).cast("string"),
        account_id=clients.ids.take(pa.array(draw.integers(0, len(clients), count))),
        date=day_column(LAST - draw.integers(0, 4 * 365, count)),
        kind=kinds.take(pa.array(draw.integers(0, len(kinds), count))),
        initiated_by=pa.array(["us", "client"]).take(pa.array(draw.integers(0, 2, count))),
        sentiment=pa.array(draw.integers(-100, 101, count) / 100),
    )


def _offerings(key: str) -> pa.Table:
    numbers = np.arange(OFFERINGS)
    return completed(
        "offerings",
        key,
        offering=_offered(numbers),
        family=pa.array([f"family {number % 4}" for number in numbers]),
        list_price=money_column(1000 * (numbers + 1), "0.01"),
    )


def _bills(draw: np.random.Generator, clients: Clients) -> tuple[Whole, Whole]:
    """Account and day of every bill, as they were written: by day."""
    months = np.arange(MONTHS)
    there = (months >= clients.first[:, None]) & (months <= clients.last[:, None])
    account, month = np.nonzero(there & (draw.random(there.shape) < clients.pace[:, None]))
    days = MONTH_STARTS[month] + clients.day[account]
    order = np.argsort(days, kind="stable")
    return account[order], days[order]


def _write_invoices(
    path: Path, draw: np.random.Generator, key: str, clients: Clients, lines: int, spread: float
) -> None:
    account, days = _bills(draw, clients)
    due = days + draw.choice([14, 30, 60], len(days), p=[0.1, 0.8, 0.1])
    paid = due + draw.normal(0, 15, len(days)).astype("int64")
    settled = (paid <= LAST) & (draw.random(len(days)) > 0.01)
    with pq.ParquetWriter(path, TABLES["invoices"].schema) as writer:
        for first in range(0, lines, ROWS_AT_ONCE):
            rows = np.arange(first, min(first + ROWS_AT_ONCE, lines))
            bill = rows * len(days) // lines
            client, count = account[bill], len(rows)
            share = len(days) / lines * draw.lognormal(0, 0.2, count)
            served = pa.array(draw.random(count) < spread)
            served_to = days[bill] + draw.choice([30, 91, 364], count)
            cents = np.maximum(1, clients.size[client] * share).astype("int64")
            writer.write_table(
                completed(
                    "invoices",
                    key,
                    invoice_id=pc.binary_join_element_wise("i", pa.array(bill).cast("string"), ""),
                    account_id=clients.ids.take(pa.array(client)),
                    date=day_column(days[bill]),
                    amount=money_column(cents, "0.01"),
                    quantity=pa.array(draw.integers(1, 20, count).astype("float64")),
                    offering=_offered(client + rows % 2),
                    cost=money_column(cents, "0.006"),
                    service_start=pc.if_else(served, day_column(days[bill]), None),
                    service_end=pc.if_else(served, day_column(served_to), None),
                    due_date=day_column(due[bill]),
                    paid_date=pc.if_else(pa.array(settled[bill]), day_column(paid[bill]), None),
                    recurring=pa.array(clients.has_contract[client]),
                )
            )
