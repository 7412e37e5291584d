"""One very large unit through the pages about who stays, pays and is worth what, beside pandas.

    python -m tests.benchmarks.bench_retention --lines 5000000 --accounts 100000

Writes random prepared tables of one unit to a temporary folder (see `large_unit`), builds the facts
that the pages need, runs each page's analysis with its intervals, and draws every exhibit that its
notebook shows. Each part has a fresh process, and its memory is the most that this process ever
held, as the system keeps it, libraries and all. Renewals reads the answers of the pages Health and
Churn risk, which are made before and have rows of their own, without exhibits. Value is run twice:
by contracts, as these data have it, and by purchases.

A peer reads the same files with pandas and works out the central numbers of a page: with floats,
and without intervals, groups, service periods, policies or what was known when. It is a floor for
the time, not a rival. A page starts from the facts and its peer from the lines, so that the row to
hold against all peers is the one of all pages and their facts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from portfolio_lib.facts import STEPS, build_facts
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.parameters.value_models import ValuePage
from portfolio_lib.pieces.pages import (
    cohorts,
    movements,
    payments,
    renewal_outlook,
    renewals,
    value,
    winning,
)
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.review import Review, analysis, argument_names
from tests.benchmarks.bench_facts import (
    AS_OF,
    Measures,
    for_pandas,
    in_own_process,
    read_invoices,
    unit,
)
from tests.benchmarks.large_unit import write_large_unit

KEY = "unit-0"
TODAY = pd.Timestamp(AS_OF)
HORIZON_MONTHS = 36

EXHIBITS: Mapping[str, tuple[Callable[[Any], Piece], ...]] = {
    "cohorts": (
        *(cohorts.by_accounts, cohorts.by_revenue, cohorts.tiers, cohorts.segments),
        cohorts.survival,
    ),
    "movements": (
        *(movements.retention, movements.movement, movements.quarters, movements.stress),
        *(movements.tiers, movements.segments, movements.accounts),
    ),
    "value": (
        *(value.cards, value.groups, value.accounts, value.costly, value.models),
        *(winning.acquisition, winning.referrals),
    ),
    "payments": (payments.cards, payments.overdue, payments.trend, payments.terms),
    "renewals": (
        *(renewals.cards, renewals.timeline, renewals.windows, renewals.rates),
        *(renewal_outlook.expected, renewal_outlook.odd_terms),
    ),
}
"""Every exhibit of each page; Movements before Value, which reads its answer."""

READ_BY_RENEWALS = ("health", "churn")
"""Answers of other pages, in the order in which they are made."""


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000, help="invoice lines")
    parser.add_argument("--accounts", type=int, default=100_000, help="accounts")
    parser.add_argument("--spread", type=float, default=0.05, help="share of lines with a period")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--memory-limit", default=None, help="for example 4GB")
    return parser.parse_args()


def facts_of(pages: Iterable[str]) -> list[str]:
    """The facts that the analyses of some pages read."""
    read = {name for page in pages for name in argument_names(analysis(page))}
    return sorted(read.intersection(STEPS))


def most_memory() -> float:
    """The most that this process ever held in memory, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    told = next(line for line in status if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def measured(work: Callable[[], object]) -> Measures:
    """Seconds and processor seconds of the work, and the peak memory of this fresh process."""
    started = time.perf_counter(), time.process_time()
    work()
    ended = time.perf_counter(), time.process_time()
    return ended[0] - started[0], ended[1] - started[1], most_memory()


def measure_facts(store: Path, settings: EngineSettings, steps: list[str]) -> Measures:
    return measured(lambda: build_facts(store, [unit(KEY)], engine=settings, steps=steps))


def measure_page(store: Path, page: str, parameters: UnitParameters) -> Measures:
    """The analysis and every exhibit of one page, from facts and earlier results."""

    def shown() -> None:
        found = Review(parameters, lambda: store, unattended=True).result(page)
        for exhibit in EXHIBITS.get(page, ()):
            assert exhibit(found).html

    return measured(shown)


def by_purchases(store: Path) -> UnitParameters:
    """The unit's settings with value from purchases; what the page made before is set aside."""
    (store / "results" / KEY / "value.pickle").unlink()
    return unit(KEY).model_copy(update={"value": ValuePage(relation="purchases")})


def by_month(store: Path) -> pd.DataFrame:
    """Revenue of every account in every month, as floats."""
    rows = read_invoices(store, "amount")
    months = rows["date"].dt.year * 12 + rows["date"].dt.month
    panel = rows.groupby([rows["account_id"], months])["amount"].sum().unstack(fill_value=0.0)
    return panel.clip(lower=0.0)


def peer_movements(store: Path) -> None:
    """Movements by month, and NRR and GRR at eight quarters."""
    panel = by_month(store)
    before = panel.shift(1, axis="columns", fill_value=0.0)
    known = before.cumsum(axis="columns") > 0
    change = panel - before
    stayed = (before > 0) & (panel > 0)
    sums = {
        "new": panel.where((before == 0) & ~known, 0.0).sum(),
        "back": panel.where((before == 0) & known, 0.0).sum(),
        "up": change.where(stayed & (change > 0), 0.0).sum(),
        "down": -change.where(stayed & (change < 0), 0.0).sum(),
        "lost": before.where(panel == 0, 0.0).sum(),
    }
    last = panel.columns.max()
    rates = []
    for back in range(0, 24, 3):
        then, now = panel[last - back - 12], panel[last - back]
        base = then > 0
        rates.append((now[base].sum(), np.minimum(now, then)[base].sum(), then.sum()))
    assert len(sums) == 5
    assert len(rates) == 8


def peer_cohorts(store: Path) -> None:
    """The triangle by quarter and a survival curve."""
    panel = by_month(store)
    cells = panel.stack()
    cells = cells[cells > 0].rename("revenue").reset_index()
    cells.columns = pd.Index(["account_id", "month", "revenue"])
    first = cells.groupby("account_id")["month"].transform("min")
    cells["cohort"], cells["age"] = first // 3, (cells["month"] - first) // 3
    triangle = cells.groupby(["cohort", "age"]).agg(
        accounts=("account_id", "nunique"), revenue=("revenue", "sum")
    )
    lives = cells.groupby("account_id")["month"].agg(["min", "max"])
    tenure = lives["max"] - lives["min"] + 1
    left = lives["max"] < panel.columns.max()
    at_risk = np.array([(tenure >= month).sum() for month in range(1, 61)])
    gone = np.array([(left & (tenure == month)).sum() for month in range(1, 61)])
    survival = np.cumprod(1 - gone / np.maximum(at_risk, 1))
    assert len(triangle)
    assert survival[0] <= 1


def peer_value(store: Path) -> None:
    """Margin of a year × how long clients stay at last year's rate, discounted, by account."""
    rows = read_invoices(store, "amount", "cost")
    rows["margin"] = rows["amount"] - rows["cost"]
    year = rows["date"] > TODAY - pd.DateOffset(months=12)
    before = ~year & (rows["date"] > TODAY - pd.DateOffset(months=24))
    left = rows[year].groupby("account_id")["margin"].sum()
    stayed = pd.Index(rows.loc[before, "account_id"].unique()).isin(left.index).mean()
    months = np.arange(1, HORIZON_MONTHS + 1)
    worth = left / 12 * np.sum((stayed / 1.1) ** (months / 12))
    assert worth.sort_values(ascending=False).iloc[0] > 0


def peer_payments(store: Path) -> None:
    """Bills by due and paid day: late share and overdue by client, ages, DSO by quarter."""
    lines = read_invoices(store, "invoice_id", "amount", "due_date", "paid_date")
    bills = lines.groupby(["account_id", "invoice_id"]).agg(
        date=("date", "min"),
        due=("due_date", "max"),
        paid=("paid_date", "max"),
        amount=("amount", "sum"),
    )
    bills = bills.reset_index()
    late = (bills["paid"] > bills["due"]) | (bills["paid"].isna() & (bills["due"] < TODAY))
    clients = bills.assign(late=late, open=bills["amount"].where(bills["paid"].isna(), 0.0))
    clients = clients.groupby("account_id").agg(late=("late", "mean"), open=("open", "sum"))
    unpaid = bills[bills["paid"].isna()]
    ages = pd.cut((TODAY - unpaid["due"]).dt.days, [-np.inf, 0, 30, 60, 90, np.inf])
    bands = unpaid.groupby(ages, observed=False)["amount"].sum()
    days = []
    for back in range(0, 24, 3):
        end = TODAY - pd.DateOffset(months=back)
        sent = bills[bills["date"] <= end]
        is_open = sent["paid"].isna() | (sent["paid"] > end)
        billed = sent.loc[sent["date"] > end - pd.DateOffset(days=365), "amount"].sum()
        days.append(sent.loc[is_open, "amount"].sum() / billed * 365)
    assert len(clients)
    assert len(bands) == 5
    assert len(days) == 8


def peer_renewals(store: Path) -> None:
    """What is due in 90 days, and eight quarters' renewal rates; contracts are all it reads."""
    path = store / "tables" / KEY / "contracts.parquet"
    columns = ["contract_id", "account_id", "offering", "start_date", "end_date", "annual_value"]
    terms = for_pandas(pq.read_table(path, columns=columns))
    next_ = terms.assign(end_date=terms["start_date"] - pd.Timedelta(days=1))
    next_ = next_.drop(columns="start_date").rename(columns={"annual_value": "renewed"})
    both = terms.merge(
        next_.drop(columns="contract_id"), on=["account_id", "offering", "end_date"], how="left"
    )
    both["kept"] = np.minimum(both["renewed"].fillna(0.0), both["annual_value"])
    ahead = both["end_date"].between(TODAY, TODAY + pd.Timedelta(days=90))
    due = both.loc[ahead & both["renewed"].isna(), "annual_value"].sum()
    rates = []
    for back in range(0, 24, 3):
        end = TODAY - pd.DateOffset(months=back)
        ended = both[(both["end_date"] > end - pd.DateOffset(months=3)) & (both["end_date"] <= end)]
        rates.append(ended["kept"].sum() / ended["annual_value"].sum())
    assert due > 0
    assert len(rates) == 8


PEERS: Mapping[str, Callable[[Path], None]] = {
    "cohorts": peer_cohorts,
    "movements": peer_movements,
    "value": peer_value,
    "payments": peer_payments,
    "renewals": peer_renewals,
}


def measure_peer(store: Path, page: str) -> Measures:
    return measured(lambda: PEERS[page](store))


def told(name: str, measures: Measures, peer: Measures | None = None) -> str:
    cells = [name, f"{measures[0]:.1f}", f"{measures[1]:.1f}", f"{measures[2]:,.0f}"]
    ratios = ["", "", ""]
    if peer is not None:
        ratios = [f"{mine / theirs:.1f}" for mine, theirs in zip(measures, peer, strict=True)]
    return f"| {' | '.join([*cells, *ratios])} |"


def together(parts: list[Measures]) -> Measures:
    """One after the other: times add up, memory does not."""
    seconds, processor, memory = zip(*parts, strict=True)
    return sum(seconds), sum(processor), max(memory)


def show_all(store: Path, settings: EngineSettings) -> None:
    """Measure facts, pages and peers, and print a row of each as soon as it is known."""
    print("| part | seconds | processor s | MiB | ÷ peer: s | processor s | MiB |")
    print("|---|---|---|---|---|---|---|")
    ours, peers = [], []

    def counted(name: str, measures: Measures, peer: Measures | None = None) -> None:
        ours.append(measures)
        print(told(name, measures, peer), flush=True)

    counted("facts of the five pages", facts_measured(store, settings, EXHIBITS))
    for page in EXHIBITS:
        if page == "renewals":
            show_read_by_renewals(store, settings)
        peers.append(in_own_process(measure_peer, store, page))
        counted(f"page {page}", page_measured(store, page, unit(KEY)), peers[-1])
        if page == "value":
            purchases = page_measured(store, page, by_purchases(store))
            print(told("page value, by purchases", purchases, peers[-1]), flush=True)
    print(told("the five pages and their facts", together(ours), together(peers)))
    print(told("the five peers", together(peers)))


def show_read_by_renewals(store: Path, settings: EngineSettings) -> None:
    """The answers that Renewals reads: rows of their own, in no sum."""
    facts = facts_measured(store, settings, READ_BY_RENEWALS)
    print(told("facts of Health and Churn risk, built alone", facts), flush=True)
    for name in READ_BY_RENEWALS:
        print(told(f"analysis {name}", page_measured(store, name, unit(KEY))), flush=True)


def facts_measured(store: Path, settings: EngineSettings, pages: Iterable[str]) -> Measures:
    found: Measures = in_own_process(measure_facts, store, settings, facts_of(pages))
    return found


def page_measured(store: Path, page: str, parameters: UnitParameters) -> Measures:
    found: Measures = in_own_process(measure_page, store, page, parameters)
    return found


def main() -> int:
    options = parsed()
    settings = EngineSettings(threads=options.threads, memory_limit=options.memory_limit)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        in_own_process(
            write_large_unit, store, KEY, options.lines, options.accounts, options.spread, 1
        )
        print(f"{options.lines:,} lines, {options.accounts:,} accounts, one unit, to {AS_OF}")
        show_all(store, settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
