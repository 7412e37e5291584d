"""How long the steps take, and how much memory, beside a plain pandas group-by of the same rows.

    python -m tests.benchmarks.bench_facts --lines 5000000 --accounts 100000

Writes random prepared tables to a temporary folder, builds every fact once, runs each peer in a
process of its own, and prints one row per step: seconds, seconds of processor time (which other
work on the machine hardly changes), peak memory, and all three as ratios to the peer. A peer reads
the columns it needs and sums with floats; it knows nothing of service periods, snapshots known on
their day, or exact money, so it is a floor for the time, not a rival. Steps without a peer have no
ratio.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portfolio_lib.facts import build_facts
from portfolio_lib.facts.engine import DuckDBEngine
from portfolio_lib.parameters.models import EngineSettings, Policies, Sources, UnitParameters
from portfolio_lib.tables.contracts import TABLES

AS_OF = dt.date(2026, 9, 30)
MONTHS = 60
ROWS_AT_ONCE = 1_000_000
PAGE = os.sysconf("SC_PAGE_SIZE")
Measures = tuple[float, float, float]
"""Seconds, processor seconds, peak memory in MiB."""


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000, help="invoice lines in all")
    parser.add_argument("--accounts", type=int, default=100_000, help="accounts in all")
    parser.add_argument("--units", type=int, default=4, help="business units")
    parser.add_argument("--spread", type=float, default=0.05, help="share of lines with a period")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--memory-limit", default=None, help="for example 4GB")
    return parser.parse_args()


def unit(key: str) -> UnitParameters:
    return UnitParameters(
        key=key,
        name=key,
        firm_name="Firm",
        business_units=(key,),
        as_of=AS_OF,
        currency="GBP",
        sources=Sources(),
        policies=Policies(),
        pages=("portfolio",),
    )


def write_unit(store: Path, key: str, lines: int, accounts: int, spread: float, seed: int) -> None:
    """Random accounts and invoice lines of one unit, in the contract's schema."""
    random = np.random.default_rng(seed)
    folder = store / "tables" / key
    folder.mkdir(parents=True)
    ids = pa.array([f"{key}-{number:07d}" for number in range(accounts)])
    pq.write_table(completed("accounts", key, account_id=ids), folder / "accounts.parquet")
    schema = TABLES["invoices"].schema
    with pq.ParquetWriter(folder / "invoices.parquet", schema) as writer:
        for first in range(0, lines, ROWS_AT_ONCE):
            count = min(ROWS_AT_ONCE, lines - first)
            writer.write_table(_lines(random, key, ids, first, count, spread))


def _lines(
    random: np.random.Generator, key: str, ids: pa.Array, first: int, count: int, spread: float
) -> pa.Table:
    last = (AS_OF - dt.date(1970, 1, 1)).days
    invoice = np.arange(first, first + count) // 3
    dates = last - (invoice * 7919) % (MONTHS * 30)
    account = (invoice * 104_729) % len(ids)
    cents = np.maximum(1, random.lognormal(9, 1, count).astype("int64"))
    served = random.random(count) < spread
    ends = dates + random.choice([30, 91, 364], count)
    return completed(
        "invoices",
        key,
        invoice_id=pc.binary_join_element_wise("i", pa.array(invoice).cast(pa.string()), ""),
        account_id=ids.take(pa.array(account)),
        date=day_column(dates),
        amount=money_column(cents, "0.01"),
        quantity=pa.array(random.integers(1, 20, count).astype("float64")),
        offering=pa.array([f"offering {number}" for number in range(20)]).take(
            pa.array(random.integers(0, 20, count))
        ),
        cost=money_column(cents, "0.006"),
        service_start=pc.if_else(pa.array(served), day_column(dates), None),
        service_end=pc.if_else(pa.array(served), day_column(ends), None),
    )


def money_column(whole: np.ndarray, factor: str) -> pa.Array:
    """Whole numbers times a factor, as exact amounts with four decimals."""
    product = pc.multiply(pa.array(whole).cast(pa.decimal128(19, 0)), pa.scalar(Decimal(factor)))
    return product.cast(pa.decimal128(38, 4)).cast(pa.decimal128(18, 4))


def day_column(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype("int32")).cast(pa.date32())


def completed(table: str, key: str, **columns: pa.Array) -> pa.Table:
    """The columns given, and every other one of the contract empty."""
    rows = len(next(iter(columns.values())))
    columns["business_unit"] = pa.array([key]).take(pa.array(np.zeros(rows, dtype="int32")))
    schema = TABLES[table].schema
    filled = [
        columns[field.name] if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(filled, schema=schema)


class Meter:
    """Seconds, processor seconds and peak resident memory (sampled every 10 ms) of a block."""

    def __enter__(self) -> Meter:
        self._stop = threading.Event()
        self.peak_bytes = resident_bytes()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._started = time.perf_counter(), time.process_time()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._started[0]
        self.processor_seconds = time.process_time() - self._started[1]
        self._stop.set()
        self._thread.join()

    @property
    def measures(self) -> Measures:
        return self.seconds, self.processor_seconds, self.peak_bytes / 2**20

    def _sample(self) -> None:
        while not self._stop.wait(0.01):
            self.peak_bytes = max(self.peak_bytes, resident_bytes())


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def measure_build(
    store: Path, keys: list[str], settings: EngineSettings, steps: list[str] | None = None
) -> dict[str, Measures]:
    """Build the facts, all or some; what each part of the build took."""
    measured: dict[str, Measures] = {}

    def metered(method: Callable[..., Any], name_of: Callable[..., str]) -> Callable[..., Any]:
        def run(self: DuckDBEngine, *arguments: Any) -> Any:
            with Meter() as meter:
                result = method(self, *arguments)
            before = measured.get(name_of(*arguments), (0.0, 0.0, 0.0))
            now = meter.measures
            measured[name_of(*arguments)] = (
                before[0] + now[0],
                before[1] + now[1],
                max(before[2], now[2]),
            )
            return result

        return run

    DuckDBEngine.run = metered(DuckDBEngine.run, lambda step: step.name)
    DuckDBEngine.write = metered(DuckDBEngine.write, lambda *_: "writing the files")
    DuckDBEngine.load_table = metered(DuckDBEngine.load_table, lambda *_: "opening the tables")
    with Meter() as whole:
        build_facts(store, [unit(key) for key in keys], engine=settings, steps=steps)
    return {**measured, "the whole build": whole.measures}


def read_invoices(store: Path, *columns: str) -> pd.DataFrame:
    frames = [
        pq.read_table(path, columns=["business_unit", "account_id", "date", *columns])
        for path in sorted(store.glob("tables/*/invoices.parquet"))
    ]
    return for_pandas(pa.concat_tables(frames))


def for_pandas(rows: pa.Table) -> pd.DataFrame:
    """Amounts as floats and days as times, so that pandas need not handle them one by one."""
    plain = [(field.name, _plain_type(field.type)) for field in rows.schema]
    return rows.cast(pa.schema(plain)).to_pandas()


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_date(kind):
        return pa.timestamp("s")
    return pa.float64() if pa.types.is_decimal(kind) else kind


ACCOUNT = ["business_unit", "account_id"]


def peer_unit_history(store: Path) -> None:
    read_invoices(store).groupby("business_unit")["date"].agg(["size", "min"])


def peer_revenue_parts(store: Path) -> None:
    rows = read_invoices(store, "offering", "amount", "cost", "quantity")
    rows.groupby([*ACCOUNT, "offering", "date"])[["amount", "cost", "quantity"]].sum()


def peer_purchase_days(store: Path) -> None:
    rows = read_invoices(store, "invoice_id", "amount")
    rows.groupby([*ACCOUNT, "date"]).agg({"amount": "sum", "invoice_id": "nunique"})


def peer_account_month_revenue(store: Path) -> None:
    rows = read_invoices(store, "amount", "cost", "quantity")
    rows["month"] = rows["date"].dt.to_period("M").dt.to_timestamp()
    rows.groupby([*ACCOUNT, "month"])[["amount", "cost", "quantity"]].sum()


def peer_purchase_summary(store: Path) -> None:
    rows = read_invoices(store, "amount")
    rows.groupby(ACCOUNT).agg({"date": ["min", "max", "nunique"], "amount": "sum"})


def peer_account_snapshots(store: Path) -> None:
    rows = read_invoices(store, "amount", "cost")
    for months in (*range(0, 25, 3), 36):
        day = pd.Timestamp(AS_OF) - pd.DateOffset(months=months)
        for back in (3, 12, 24):
            window = rows["date"].le(day) & rows["date"].gt(day - pd.DateOffset(months=back))
            rows.loc[window].groupby(ACCOUNT)[["amount", "cost"]].sum()
        rows.loc[rows["date"].le(day)].groupby(ACCOUNT)["date"].max()


def peer_account_offering_revenue(store: Path) -> None:
    rows = read_invoices(store, "offering", "amount")
    rows.groupby([*ACCOUNT, "offering"]).agg({"amount": "sum", "date": ["min", "max"]})


PEERS = {
    function.__name__.removeprefix("peer_"): function
    for function in (
        peer_unit_history,
        peer_revenue_parts,
        peer_purchase_days,
        peer_account_month_revenue,
        peer_purchase_summary,
        peer_account_snapshots,
        peer_account_offering_revenue,
    )
}


def measure_peer(store: Path, name: str) -> Measures:
    with Meter() as meter:
        PEERS[name](store)
    return meter.measures


def in_own_process(function: Callable[..., Any], *arguments: Any) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def main() -> None:
    options = parsed()
    keys = [f"unit-{number}" for number in range(options.units)]
    settings = EngineSettings(threads=options.threads, memory_limit=options.memory_limit)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        for seed, key in enumerate(keys):
            write_unit(
                store,
                key,
                options.lines // options.units,
                options.accounts // options.units,
                options.spread,
                seed,
            )
        print(f"{options.lines:,} lines, {options.accounts:,} accounts, {options.units} units")
        measured = in_own_process(measure_build, store, keys, settings)
        print("| step | rows | seconds | processor s | MiB | ÷ peer: s | processor s | MiB |")
        print("|---|---|---|---|---|---|---|---|")
        for name, measures in measured.items():
            print(f"| {' | '.join(cells_of(store, name, measures))} |", flush=True)


def cells_of(store: Path, name: str, measures: Measures) -> list[str]:
    """One row of the printed table; peers of steps alone."""
    files = (store / "facts" / name).glob("*.parquet")
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    absolute = [name, f"{rows:,}" if rows else "", *(f"{value:,.0f}" for value in measures)]
    if name not in PEERS:
        return [*absolute, "", "", ""]
    peer = in_own_process(measure_peer, store, name)
    return [
        *absolute,
        *(f"{ours / theirs:.1f}" for ours, theirs in zip(measures, peer, strict=True)),
    ]


if __name__ == "__main__":
    main()
