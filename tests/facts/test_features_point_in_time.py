"""No feature knows what came after its day.

Every snapshot of one review is compared, column by column, with the current snapshot of a review
made on that very day, from the tables as they stood then. The tables go on for months after the
last review day, so rows of the future are there to leak.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from portfolio_lib.facts import build_facts
from portfolio_lib.facts.feature_days import feature_days_of
from portfolio_lib.facts.features import FEATURES
from portfolio_lib.parameters.calendar_models import WorkingHours
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.models import EngineSettings, UnitParameters
from portfolio_lib.tables import read_table
from portfolio_lib.tables.contracts import TABLES, Kind
from portfolio_lib.tables.knowledge import known_at
from tests.facts.rich import FIRST, Rows, rich_portfolio
from tests.facts.stores import build, exact, unit, write_table, written_bytes

Tables = dict[str, Rows]
STEPS = ["issue_clocks", "account_features", "churn_outcomes"]
MID_MONTH, MONTH_END = dt.date(2026, 9, 16), dt.date(2026, 8, 31)


def of(key: str, as_of: dt.date, page: ChurnPage, **policies: Any) -> UnitParameters:
    hours = WorkingHours(holidays=(dt.date(2026, 8, 31), dt.date(2025, 12, 25)))
    made = unit(key, as_of=as_of.isoformat(), **policies)
    return made.model_copy(update={"churn": page, "working_hours": hours})


def write(store: Path, key: str, tables: Tables) -> None:
    for table, rows in tables.items():
        write_table(store, key, table, rows)


def known_by(store: Path, key: str, tables: Tables, day: dt.date) -> Tables:
    """The tables of a unit as they stood on a day; accounts also where a row names them."""
    frames = {table: read_table(store, key, table) for table in tables}
    cut = known_at({k: frame for k, frame in frames.items() if frame is not None}, day)
    seen = {i for table in ("invoices", "contracts") for i in cut[table]["account_id"]}
    listed = set(cut["accounts"]["account_id"])
    named = frames["accounts"].loc[lambda rows: rows["account_id"].isin(seen - listed)]
    cut["accounts"] = pd.concat([cut["accounts"], named.assign(start_date=pd.NaT)])
    return {table: rows_of(table, frame) for table, frame in cut.items()}


def rows_of(table: str, frame: pd.DataFrame) -> Rows:
    days = {column.name for column in TABLES[table].columns if column.kind is Kind.DATE}
    return [
        {
            name: None if pd.isna(value) else value.date() if name in days else value
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]


def rows_at(store: Path, key: str, step: str, day: dt.date) -> pa.Table:
    rows = exact(store, key, step).filter(pc.field("snapshot_date") == pc.scalar(day))
    return rows.drop_columns(["business_unit", "is_current"])


def differing(left: pa.Table, right: pa.Table) -> list[str]:
    """The columns that are not the same in both."""
    if left.num_rows != right.num_rows:
        return ["number of rows"]
    return [name for name in left.column_names if left[name].to_pylist() != right[name].to_pylist()]


@pytest.mark.parametrize(
    ("seed", "as_of", "page", "source"),
    [
        (3, MID_MONTH, ChurnPage(snapshot_every_months=5, snapshots=6), "invoices"),
        (4, MONTH_END, ChurnPage(snapshot_every_months=1, snapshots=6), "contracts"),
    ],
)
def test_a_feature_is_what_it_was_on_its_day(tmp_path, seed, as_of, page, source):
    tables = rich_portfolio(seed)
    write(tmp_path, "review", tables)
    days = [day.snapshot_date for day in feature_days_of(as_of, FIRST, page)]
    policies = {"revenue_source": source, "active_within_days": 45}
    units = [of("review", as_of, page, **policies)]
    for day in days:
        write(tmp_path, f"on-{day}", known_by(tmp_path, "review", tables, day))
        units.append(of(f"on-{day}", day, page, **policies))
    build(tmp_path, *units, steps=STEPS)
    for day in days:
        now = rows_at(tmp_path, "review", "account_features", day)
        then = rows_at(tmp_path, f"on-{day}", "account_features", day)
        ids = set(then["account_id"].to_pylist())
        assert len(ids) > 6
        if day == as_of:  # the review also lists the accounts of which nothing is known yet
            now = now.filter(pc.field("account_id").isin(sorted(ids)))
        assert differing(now, then) == []
    for step in ("issue_clocks", "churn_outcomes"):
        now, then = (
            exact(tmp_path, key, step)
            .filter(pc.field("account_id").isin(sorted(ids_at(tmp_path, as_of))))
            .drop_columns(["business_unit"])
            for key in ("review", f"on-{as_of}")
        )
        assert differing(now, then) == []
    check_that_every_feature_varies(exact(tmp_path, "review", "account_features"))


def ids_at(store: Path, day: dt.date) -> set[str]:
    frame = read_table(store, f"on-{day}", "accounts")
    assert frame is not None
    return set(frame["account_id"])


def check_that_every_feature_varies(rows: pa.Table) -> None:
    """A column that is always empty or always the same would agree whatever it did."""
    for name in FEATURES:
        values = rows[name].drop_null()
        assert len(values) >= 10, name
        assert len(values.unique()) > 1, name


def test_the_comparison_sees_every_table(tmp_path):
    # one table at a time is cut 200 days too early: its own features must differ
    tables = rich_portfolio(3)
    page = ChurnPage(snapshots=1)
    write(tmp_path, "review", tables)
    day = feature_days_of(MID_MONTH, FIRST, page)[1].snapshot_date
    then = known_by(tmp_path, "review", tables, day)
    earlier = known_by(tmp_path, "review", tables, day - dt.timedelta(days=200))
    names = sorted({feature.table for feature in FEATURES.values()} - {"accounts"})
    for name in names:
        write(tmp_path, f"without-{name}", {**then, name: earlier[name]})
    units = [of(f"without-{name}", day, page) for name in names]
    build(tmp_path, of("review", MID_MONTH, page), *units, steps=["account_features"])
    now = rows_at(tmp_path, "review", "account_features", day)
    for name in names:
        late = rows_at(tmp_path, f"without-{name}", "account_features", day)
        found = differing(now, late)
        assert [column for column in found if FEATURES[column].table == name], name


@pytest.mark.parametrize("event", ["no_purchase", "revenue_gone"])
def test_outcomes_know_nothing_after_the_review_day(tmp_path, event):
    tables = rich_portfolio(5, accounts=8)
    page = ChurnPage(event=event, silent_days=100, gone_months=1, snapshots=6)
    write(tmp_path, "review", tables)
    write(tmp_path, "cut", known_by(tmp_path, "review", tables, MID_MONTH))
    build(tmp_path, of("review", MID_MONTH, page), of("cut", MID_MONTH, page), steps=STEPS)
    now, then = (
        exact(tmp_path, key, "churn_outcomes").drop_columns(["business_unit"])
        for key in ("review", "cut")
    )
    now = now.filter(pc.field("account_id").isin(then["account_id"].unique().to_pylist()))
    assert differing(now, then) == []
    assert {True, False} <= set(then["churned"].to_pylist())


def test_shuffled_rows_and_threads_change_no_byte(tmp_path):
    tables = rich_portfolio(6, accounts=8)
    page = ChurnPage(snapshots=3)
    write(tmp_path / "one", "north", tables)
    build(tmp_path / "one", of("north", MID_MONTH, page), steps=STEPS)
    chance = random.Random(1)
    for rows in tables.values():
        chance.shuffle(rows)
    write(tmp_path / "two", "north", tables)
    build_facts(
        tmp_path / "two",
        [of("north", MID_MONTH, page)],
        engine=EngineSettings(threads=2),
        steps=STEPS,
    )
    assert written_bytes(tmp_path / "one") == written_bytes(tmp_path / "two")
