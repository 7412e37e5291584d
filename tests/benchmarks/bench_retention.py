"""One very large unit through the pages of retention, beside plain pandas, with peak memory.

    python -m tests.benchmarks.bench_retention --lines 5000000 --accounts 100000

Writes random prepared tables of one unit to a temporary folder, builds the facts that the two pages
need, runs both analyses with their intervals, and draws every exhibit; each part in a process of
its own. The peer reads the same files with pandas and makes the movements by month, NRR and GRR at
eight quarters, the triangle by quarter and a survival curve: with floats, and without intervals,
groups, stress, service periods or policies. It is a floor for the time, not a rival.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lib.analyses.cohorts import follow_cohorts
from portfolio_lib.analyses.movements import measure_movements
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters.models import EngineSettings
from portfolio_lib.pieces.pages import cohorts as cohorts_page
from portfolio_lib.pieces.pages import movements as movements_page
from portfolio_lib.tables import read_table
from tests.benchmarks.bench_facts import (
    AS_OF,
    Measures,
    Meter,
    _invoices,
    in_own_process,
    unit,
    write_unit,
)

KEY = "unit-0"
MOVEMENT_FACTS = ("account_snapshots", "revenue_movements")
COHORT_FACTS = ("unit_history", "account_lives", "cohort_activity", "cohort_triangle")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000, help="invoice lines")
    parser.add_argument("--accounts", type=int, default=100_000, help="accounts")
    parser.add_argument("--spread", type=float, default=0.05, help="share of lines with a period")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--memory-limit", default=None, help="for example 4GB")
    return parser.parse_args()


def measure_facts(store: Path, settings: EngineSettings) -> Measures:
    with Meter() as meter:
        build_facts(store, [unit(KEY)], engine=settings, steps=[*MOVEMENT_FACTS, *COHORT_FACTS])
    return meter.measures


def measure_movement_page(store: Path) -> Measures:
    with Meter() as meter:
        facts = [read_fact(store, KEY, name) for name in MOVEMENT_FACTS]
        accounts = read_table(store, KEY, "accounts")
        found = measure_movements(accounts, *facts, parameters=unit(KEY))
        show = movements_page
        every = (show.retention, show.movement, show.quarters, show.stress, show.tiers)
        drawn = [piece(found) for piece in (*every, show.segments, show.accounts)]
    assert len(drawn) == 7
    return meter.measures


def measure_cohort_page(store: Path) -> Measures:
    with Meter() as meter:
        facts = [read_fact(store, KEY, name) for name in COHORT_FACTS]
        accounts = read_table(store, KEY, "accounts")
        found = follow_cohorts(accounts, *facts, parameters=unit(KEY))
        show = cohorts_page
        every = (show.by_accounts, show.by_revenue, show.tiers, show.segments, show.survival)
        drawn = [piece(found) for piece in every]
    assert len(drawn) == 5
    return meter.measures


def by_month(store: Path) -> pd.DataFrame:
    """Revenue of every account in every month, as floats."""
    rows = _invoices(store, "amount")
    months = rows["date"].dt.year * 12 + rows["date"].dt.month
    panel = rows.groupby([rows["account_id"], months])["amount"].sum().unstack(fill_value=0.0)
    return panel.clip(lower=0.0)


def measure_movement_peer(store: Path) -> Measures:
    with Meter() as meter:
        panel = by_month(store)
        before = panel.shift(1, axis="columns", fill_value=0.0)
        known = before.cumsum(axis="columns") > 0
        change = panel - before
        stayed = (before > 0) & (panel > 0)
        movements = {
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
    assert len(movements) == 5
    assert len(rates) == 8
    return meter.measures


def measure_cohort_peer(store: Path) -> Measures:
    with Meter() as meter:
        panel = by_month(store)
        cells = panel.stack()
        cells = cells[cells > 0].rename("revenue").reset_index()
        cells.columns = ["account_id", "month", "revenue"]
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
    return meter.measures


def told(name: str, measures: Measures, peer: Measures | None = None) -> str:
    cells = [name, f"{measures[0]:.1f}", f"{measures[1]:.1f}", f"{measures[2]:,.0f}"]
    ratios = ["", "", ""]
    if peer is not None:
        ratios = [f"{mine / theirs:.1f}" for mine, theirs in zip(measures, peer, strict=True)]
    return f"| {' | '.join([*cells, *ratios])} |"


def together(*parts: Measures) -> Measures:
    """One after the other: times add up, memory does not."""
    return (
        sum(part[0] for part in parts),
        sum(part[1] for part in parts),
        max(part[2] for part in parts),
    )


def main() -> int:
    options = parsed()
    settings = EngineSettings(threads=options.threads, memory_limit=options.memory_limit)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        write_unit(store, KEY, options.lines, options.accounts, options.spread, seed=1)
        print(f"{options.lines:,} lines, {options.accounts:,} accounts, one unit, to {AS_OF}")
        facts = in_own_process(measure_facts, store, settings)
        movements = in_own_process(measure_movement_page, store)
        cohorts = in_own_process(measure_cohort_page, store)
        movement_peer = in_own_process(measure_movement_peer, store)
        cohort_peer = in_own_process(measure_cohort_peer, store)
    print("| part | seconds | processor s | MiB | ÷ peer: s | processor s | MiB |")
    print("|---|---|---|---|---|---|---|")
    print(told("facts of both pages", facts))
    print(told("page Movements, NRR and GRR", movements))
    print(told("page Cohort retention", cohorts))
    both = together(movement_peer, cohort_peer)
    print(told("all of it", together(facts, movements, cohorts), both))
    print(told("peer: movements and rates", movement_peer))
    print(told("peer: triangle and survival", cohort_peer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
