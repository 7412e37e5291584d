"""How long the features of many accounts on many days take, beside plain pandas for a part of them.

    python -m tests.benchmarks.bench_features --accounts 100000

Writes random prepared tables of every kind to a temporary folder, builds `account_features` and
`churn_outcomes` for the review day and twelve quarters before it, and prints one row per step:
seconds, processor seconds, peak memory of the process. The peers compute the same columns of one
topic for the same days with pandas group-bys, from the same files, each in a process of its own;
they check nothing and know no settings. Rows of a peer are compared with the step's, so that both
are known to have answered the same question.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portfolio_lib.facts import read_fact
from portfolio_lib.facts.feature_days import feature_days_of
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.models import EngineSettings
from tests.benchmarks.bench_facts import (
    AS_OF,
    Measures,
    Meter,
    completed,
    day_column,
    in_own_process,
    measure_build,
    money_column,
    write_unit,
)

KEY = "unit-0"
LAST = (AS_OF - dt.date(1970, 1, 1)).days
HISTORY_DAYS = 4 * 365
DAYS = [day.snapshot_date for day in feature_days_of(AS_OF, dt.date(2000, 1, 1), ChurnPage())]


def write_tables(store: Path, accounts: int) -> None:
    """Fifteen invoice lines, twenty interactions and so on for every account."""
    write_unit(store, KEY, 15 * accounts, accounts, 0.05, 1)
    folder = store / "tables" / KEY
    ids = pq.read_table(folder / "accounts.parquet")["account_id"].combine_chunks()
    draw = np.random.default_rng(2)
    for name, make in TABLES_MADE.items():
        pq.write_table(make(draw, ids), folder / f"{name}.parquet")


def _rows(
    draw: np.random.Generator, ids: pa.Array, each: int
) -> tuple[int, pa.Array, pa.Array, np.ndarray]:
    """How many, their own ids, the accounts and the days."""
    count = each * len(ids)
    own = pc.cast(pa.array(np.arange(count)), pa.string())
    account = ids.take(pa.array(draw.integers(0, len(ids), count)))
    return count, own, account, LAST - draw.integers(0, HISTORY_DAYS, count)


def contracts(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    count, own, account, start = _rows(draw, ids, 4)
    return completed(
        "contracts",
        KEY,
        contract_id=own,
        account_id=account,
        start_date=day_column(start),
        end_date=day_column(start + 364),
        annual_value=money_column(draw.integers(1, 10**6, count), "0.01"),
        auto_renew=pa.array(draw.random(count) < 0.5),
    )


def contacts(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    count, own, account, start = _rows(draw, ids, 3)
    roles = pa.array(["champion", "influencer", "end user"])
    return completed(
        "contacts",
        KEY,
        contact_id=own,
        account_id=account,
        role=roles.take(pa.array(draw.integers(0, 3, count))),
        start_date=day_column(start),
        left_date=pc.if_else(pa.array(draw.random(count) < 0.3), day_column(start + 400), None),
    )


def interactions(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    count, own, account, date = _rows(draw, ids, 20)
    people = pc.cast(pa.array(draw.integers(0, 3 * len(ids), count)), pa.string())
    return completed(
        "interactions",
        KEY,
        interaction_id=own,
        account_id=account,
        contact_id=people,
        date=day_column(date),
        initiated_by=pa.array(["us", "client"]).take(pa.array(draw.integers(0, 2, count))),
        sentiment=pa.array(draw.integers(-100, 101, count) / 100),
        executive_present=pa.array(draw.random(count) < 0.1),
    )


def issues(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    count, own, account, date = _rows(draw, ids, 6)
    seconds = date.astype("int64") * 86400 + draw.integers(0, 86400, count)

    def moments(after: np.ndarray) -> pa.Array:
        return pa.array((seconds + after) * 10**6).cast(pa.timestamp("us"))

    return completed(
        "issues",
        KEY,
        issue_id=own,
        account_id=account,
        opened_at=moments(np.zeros(count, dtype="int64")),
        first_response_at=moments(draw.integers(0, 40_000, count)),
        resolved_at=moments(draw.integers(40_000, 900_000, count)),
        severity=pa.array(["P1", "P2", "P3", "P4"]).take(pa.array(draw.integers(0, 4, count))),
    )


def slas(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    return completed(
        "slas",
        KEY,
        severity=pa.array(["P1", "P2", "P3", "P4"]),
        response_hours=pa.array([1.0, 4.0, 8.0, 24.0]),
        resolution_hours=pa.array([8.0, 48.0, 120.0, 360.0]),
        calendar=pa.array(["elapsed", "elapsed", "business hours", "business hours"]),
    )


def surveys(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    count, own, account, date = _rows(draw, ids, 4)
    return completed(
        "surveys",
        KEY,
        survey_id=own,
        account_id=account,
        date=day_column(date),
        kind=pa.array(["NPS", "satisfaction"]).take(pa.array(draw.integers(0, 2, count))),
        score=pa.array(draw.integers(0, 11, count).astype("float64")),
        scale_max=pa.array(np.full(count, 10.0)),
    )


def usage(draw: np.random.Generator, ids: pa.Array) -> pa.Table:
    months = pd.date_range(end=AS_OF.replace(day=1), periods=36, freq="MS").to_numpy(
        "datetime64[D]"
    )
    period = np.tile(months.astype("int64"), len(ids))
    count = len(period)
    return completed(
        "usage",
        KEY,
        account_id=ids.take(pa.array(np.repeat(np.arange(len(ids)), len(months)))),
        period=day_column(period),
        measure=pa.array(["seats"]).take(pa.array(np.zeros(count, dtype="int32"))),
        value=pa.array(draw.integers(0, 100, count).astype("float64")),
        licensed=pa.array(np.full(count, 100.0)),
    )


TABLES_MADE: dict[str, Callable[[np.random.Generator, pa.Array], pa.Table]] = {
    "contracts": contracts,
    "contacts": contacts,
    "interactions": interactions,
    "issues": issues,
    "slas": slas,
    "surveys": surveys,
    "usage": usage,
}


def _read(store: Path, table: str, *columns: str) -> pd.DataFrame:
    path = store / "tables" / KEY / f"{table}.parquet"
    rows = pq.read_table(path, columns=["account_id", *columns])
    days = [
        (field.name, pa.timestamp("s") if pa.types.is_date(field.type) else field.type)
        for field in rows.schema
    ]
    return rows.cast(pa.schema(days)).to_pandas()


def peer_interactions(store: Path) -> pd.DataFrame:
    """Interactions of 90 days, of the 90 before, and days since the last, for every day."""
    rows = _read(store, "interactions", "date")
    told = []
    for day in pd.to_datetime(DAYS):
        known = rows[rows["date"] <= day]
        age = (day - known["date"]).dt.days
        by = known["account_id"]
        told.append(
            pd.DataFrame(
                {
                    "interactions_90d": (age < 90).groupby(by).sum(),
                    "interactions_prior_90d": ((age >= 90) & (age < 180)).groupby(by).sum(),
                    "days_since_interaction": age.groupby(by).min(),
                }
            ).assign(snapshot_date=day)
        )
    return pd.concat(told)


def peer_surveys(store: Path) -> pd.DataFrame:
    """The last satisfaction and its age, for every day."""
    rows = _read(store, "surveys", "date", "kind", "score", "scale_max")
    rows = rows[rows["kind"] == "satisfaction"]
    rows["satisfaction"] = 10 * rows["score"] / rows["scale_max"]
    daily = rows.groupby(["account_id", "date"])["satisfaction"].mean().reset_index()
    daily = daily.sort_values("date")
    told = []
    for day in pd.to_datetime(DAYS):
        last = daily[daily["date"] <= day].groupby("account_id").last()
        last["satisfaction_days_since"] = (day - last["date"]).dt.days
        told.append(last.drop(columns="date").assign(snapshot_date=day))
    return pd.concat(told)


def peer_usage(store: Path) -> pd.DataFrame:
    """Use of three months and of the three before, for every day."""
    rows = _read(store, "usage", "period", "value")
    told = []
    for day in pd.to_datetime(DAYS):
        start = day + pd.offsets.MonthBegin(-3)
        before = start - pd.DateOffset(months=3)
        latest = rows[(rows["period"] >= start) & (rows["period"] <= day)]
        earlier = rows[(rows["period"] >= before) & (rows["period"] < start)]
        sums = {
            "usage_3m": latest.groupby("account_id")["value"].sum(),
            "usage_prior_3m": earlier.groupby("account_id")["value"].sum(),
        }
        told.append(pd.DataFrame(sums).assign(snapshot_date=day))
    return pd.concat(told)


PEERS = {
    "feature_interactions": peer_interactions,
    "feature_surveys": peer_surveys,
    "feature_usage": peer_usage,
}


def measure_peer(store: Path, name: str) -> tuple[Measures, float]:
    """What the peer took, and the largest difference of its values from the step's."""
    with Meter() as meter:
        told = PEERS[name](store)
    ours = read_fact(store, KEY, "account_features").set_index(["account_id", "snapshot_date"])
    told = told.set_index("snapshot_date", append=True)
    told.index = told.index.set_levels(told.index.levels[1].astype("datetime64[s]"), level=1)
    both = told.join(ours.add_suffix("_ours"), how="inner")
    differences = [
        (both[column] - both[f"{column}_ours"]).abs().max()
        for column in told.columns
        if both[f"{column}_ours"].notna().any()
    ]
    return meter.measures, float(np.nanmax(differences))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--memory-limit", default=None, help="for example 4GB")
    options = parser.parse_args()
    settings = EngineSettings(threads=options.threads, memory_limit=options.memory_limit)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        write_tables(store, options.accounts)
        print(f"{options.accounts:,} accounts on {len(DAYS)} days", flush=True)
        measured = in_own_process(measure_build, store, [KEY], settings, ["churn_outcomes"])
        print("| step | seconds | processor s | MiB | ÷ peer: s | processor s | MiB | differs by |")
        print("|---|---|---|---|---|---|---|---|")
        for name, measures in measured.items():
            print(f"| {' | '.join(cells_of(store, name, measures))} |", flush=True)


def cells_of(store: Path, name: str, measures: Measures) -> list[str]:
    """One row of the printed table; steps with a peer have ratios."""
    absolute = [name, *(f"{value:,.1f}" for value in measures[:2]), f"{measures[2]:,.0f}"]
    if name not in PEERS:
        return [*absolute, "", "", "", ""]
    theirs, difference = in_own_process(measure_peer, store, name)
    ratios = [f"{ours / other:.2f}" for ours, other in zip(measures, theirs, strict=True)]
    return [*absolute, *ratios, f"{difference:.1e}"]


if __name__ == "__main__":
    main()
