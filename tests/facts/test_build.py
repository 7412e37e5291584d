"""One run for all units: nothing mixed, nothing lost, the same bytes, plain refusals."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from portfolio_lib.errors import EngineFault
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.facts.build import fact_path
from portfolio_lib.facts.steps import STEPS, find_step
from portfolio_lib.parameters.models import EngineSettings
from tests.facts.stores import (
    ALL_STEPS,
    accounts,
    build,
    exact,
    line,
    term,
    unit,
    write_table,
    written_bytes,
)

INVOICES = [
    line(
        account,
        f"2026-{month:02d}-{3 * number + 1:02d}",
        f"{month}.{number:04d}",
        offering=offering,
        cost=1 if number else None,
        quantity=1.1,
        recurring=True if number == 0 else None,
        service_start=f"2026-{month:02d}-01" if number == 2 else None,
        service_end="2027-01-31",
    )
    for account in ("a", "b", "Ünïcode ‮ name")
    for month in range(1, 10)
    for number, offering in enumerate(("x", "y", None))
]
CONTRACTS = [
    *(term(f"c{i}", "ab"[i % 2], f"2025-0{i + 1}-01", 1200 + i) for i in range(5)),
    *(
        term(f"e{i}", "ab"[i % 2], f"2025-0{i + 1}-01", 30, end_date=f"2026-0{i + 1}-01")
        for i in range(4)
    ),
]
ISSUES = [
    {
        "issue_id": f"i{number}",
        "account_id": "ab"[number % 2],
        "opened_at": dt.datetime(2026, 5, number + 1, 8 + number, 30),
        "severity": "P1",
    }
    for number in range(6)
]
SLAS = [
    {
        "severity": "P1",
        "response_hours": 4,
        "resolution_hours": 20,
        "calendar": "business hours",
    }
]
ACCOUNTS = accounts("a", "b", "Ünïcode ‮ name", "=1+1", "../../a", "x" * 400)


def fill(store, key, *, shuffled_by=None, invoices=INVOICES):
    tables = {
        "accounts": ACCOUNTS,
        "invoices": invoices,
        "contracts": CONTRACTS,
        "issues": ISSUES,
        "slas": SLAS,
    }
    for table, rows in tables.items():
        rows = list(rows)
        if shuffled_by is not None:
            random.Random(shuffled_by).shuffle(rows)
        write_table(store, key, table, rows)


def test_every_step_writes_one_file_per_unit_with_its_schema_sorted_by_its_key(tmp_path):
    fill(tmp_path, "north")
    write_table(tmp_path, "south", "accounts", accounts("s"))
    build(tmp_path, unit("north"), unit("south"))
    for step in map(find_step, ALL_STEPS):
        for key in ("north", "south"):
            rows = exact(tmp_path, key, step.name)
            assert rows.schema.names == step.schema.names
            assert rows.schema.types == step.schema.types
            keys = rows.select(list(step.key)).to_pandas()
            assert not keys.duplicated().any()
            assert keys.equals(
                keys.sort_values(list(step.key), na_position="first").reset_index(drop=True)
            )
            for column in step.columns:
                if column.required:
                    assert rows[column.name].null_count == 0, column.name
    assert exact(tmp_path, "north", "revenue_parts").num_rows > 50
    assert exact(tmp_path, "south", "revenue_parts").num_rows == 0
    assert exact(tmp_path, "south", "account_snapshots").num_rows == 1


def test_steps_that_later_ones_alone_read_are_not_kept(tmp_path):
    write_table(tmp_path, "north", "accounts", accounts("a"))
    build(tmp_path)
    working = set(STEPS) - set(ALL_STEPS)
    assert "feature_revenue" in working
    assert not working & {path.name for path in (tmp_path / "facts").iterdir()}
    with pytest.raises(EngineFault, match="later steps alone read it"):
        read_fact(tmp_path, "north", "feature_revenue")


def test_nothing_but_the_facts_is_left_in_the_store(tmp_path):
    fill(tmp_path, "north")
    build(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"tables", "facts"}
    files = {str(path.relative_to(tmp_path / "facts")) for path in tmp_path.glob("facts/*/*")}
    assert files == {f"{step}/north.parquet" for step in ALL_STEPS}
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("threads", [1, 2])
def test_shuffled_rows_and_threads_change_no_byte(tmp_path, threads):
    fill(tmp_path / "one", "north")
    build(tmp_path / "one")
    fill(tmp_path / "two", "north", shuffled_by=threads)
    build_facts(tmp_path / "two", [unit()], engine=EngineSettings(threads=threads))
    assert written_bytes(tmp_path / "one") == written_bytes(tmp_path / "two")


def test_another_unit_in_the_run_changes_no_byte(tmp_path):
    fill(tmp_path / "one", "north")
    build(tmp_path / "one")
    fill(tmp_path / "two", "north")
    fill(tmp_path / "two", "south", invoices=INVOICES[:5])
    write_table(
        tmp_path / "two", "south", "costs", [{"account_id": "a", "period": "2026-05-01", "cost": 3}]
    )
    build(
        tmp_path / "two",
        unit(
            "south",
            as_of="2026-05-17",
            spread_service_periods=False,
            cohort_period="month",
            movement_revenue="run_rate",
        ),
        unit("north"),
    )
    north = {
        path: data for path, data in written_bytes(tmp_path / "two").items() if "north" in path
    }
    assert north == written_bytes(tmp_path / "one")
    for step in ALL_STEPS:
        units = set(read_fact(tmp_path / "two", "south", step)["business_unit"])
        assert units == {"south"}


def test_an_account_of_two_units_stays_two_rows(tmp_path):
    for key, amount in (("north", 10), ("south", 7)):
        write_table(tmp_path, key, "accounts", accounts("shared"))
        write_table(tmp_path, key, "invoices", [line("shared", "2026-09-01", amount)])
    build(tmp_path, unit("north"), unit("south"))
    found = {key: read_fact(tmp_path, key, "account_snapshots") for key in ("north", "south")}
    assert [len(rows) for rows in found.values()] == [1, 1]
    assert [rows["revenue_12m"].item() for rows in found.values()] == [10.0, 7.0]


def test_each_unit_has_its_own_review_date_and_policies(tmp_path):
    period = {"service_start": "2026-08-01", "service_end": "2026-08-31"}
    for key in ("north", "south"):
        write_table(tmp_path, key, "accounts", accounts("a"))
        write_table(tmp_path, key, "invoices", [line("a", "2026-08-02", 31, **period)])
    build(
        tmp_path,
        unit("north", as_of="2026-08-10"),
        unit("south", as_of="2026-08-10", spread_service_periods=False),
    )
    revenue = [
        read_fact(tmp_path, key, "account_snapshots")["revenue_12m"].item()
        for key in ("north", "south")
    ]
    assert revenue == [10.0, 31.0]  # ten of 31 days; all of it on the invoice date


def test_frames_hold_floats_days_and_text(tmp_path):
    fill(tmp_path, "north")
    build(tmp_path)
    rows = read_fact(tmp_path, "north", "account_snapshots")
    kinds = {name: str(kind) for name, kind in rows.dtypes.items()}
    assert kinds["account_id"] == "str"
    assert kinds["snapshot_date"] == kinds["next_renewal_date"] == "datetime64[s]"
    assert kinds["revenue_12m"] == "float64"
    assert kinds["is_active"] == "bool"
    assert {"=1+1", "../../a", "x" * 400, "Ünïcode ‮ name"} <= set(rows["account_id"])


def test_money_is_read_as_the_nearest_float(tmp_path):
    amounts = ["83.3333", "0.1", "12345678901.2345", "-0.0001", "99999999999999.9999"]
    lines = [line("a", f"2026-09-{i + 1:02d}", amount) for i, amount in enumerate(amounts)]
    write_table(tmp_path, "north", "invoices", lines)
    build(tmp_path, steps=["revenue_parts"])
    found = read_fact(tmp_path, "north", "revenue_parts")["amount"].tolist()
    assert sorted(found) == sorted(map(float, amounts))


def test_a_part_of_the_steps_is_built_with_what_it_reads_and_no_more(tmp_path):
    fill(tmp_path, "north")
    build(tmp_path, steps=["purchase_summary"])
    built = {path.name for path in (tmp_path / "facts").iterdir()}
    assert built == {"unit_history", "revenue_parts", "purchase_days", "purchase_summary"}


def test_no_units_are_no_work(tmp_path):
    build_facts(tmp_path / "none", [], engine=EngineSettings())
    assert not (tmp_path / "none").exists()


def test_a_store_whose_name_looks_like_a_pattern_is_read_and_written(tmp_path):
    store = tmp_path / "we[i]rd *? 'store' {a,b}"
    fill(store, "north")
    build(store)
    assert len(read_fact(store, "north", "purchase_summary")) == 3


def test_a_fact_that_was_not_built_is_named_with_the_next_step(tmp_path):
    with pytest.raises(EngineFault, match=r"no fact purchase_days for north\. Run build_facts"):
        read_fact(tmp_path, "north", "purchase_days")
    with pytest.raises(EngineFault, match="Did you mean 'purchase_days'"):
        read_fact(tmp_path, "north", "purchase_day")


def test_a_prepared_table_that_breaks_its_contract_is_refused_and_nothing_is_written(tmp_path):
    fill(tmp_path, "north")
    path = write_table(tmp_path, "north", "invoices", INVOICES)
    rows = pq.read_table(path)
    floats = rows.set_column(
        rows.column_names.index("amount"), "amount", rows["amount"].cast(pa.float64())
    ).drop_columns(["cost"])
    pq.write_table(floats, path)
    with pytest.raises(EngineFault) as fault:
        build(tmp_path)
    assert "invoices.parquet: amount is double, expected decimal128(18, 4)" in str(fault.value)
    assert "cost is missing" in str(fault.value)
    assert not (tmp_path / "facts").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"tables"}


def test_a_file_with_another_units_rows_is_refused(tmp_path):
    fill(tmp_path, "north")
    stray = write_table(tmp_path, "south", "invoices", INVOICES[:2])
    stray.replace(tmp_path / "tables" / "north" / "invoices.parquet")
    with pytest.raises(EngineFault, match=r"'south' \(2 rows\); expected 'north' alone"):
        build(tmp_path)


def test_what_the_engine_refuses_names_the_step_and_keeps_the_facts_of_before(tmp_path):
    fill(tmp_path, "north")
    build(tmp_path)
    before = written_bytes(tmp_path)
    too_much = [line("a", "2026-09-01", "90000000000000", invoice_id=str(i)) for i in range(2)]
    write_table(tmp_path, "north", "invoices", too_much)
    with pytest.raises(EngineFault, match="The step revenue_parts failed on DuckDB"):
        build(tmp_path)
    assert written_bytes(tmp_path) == before


def test_too_little_memory_is_said_in_words(tmp_path):
    fill(tmp_path, "north")
    with pytest.raises(EngineFault, match=r"Raise engine\.memory_limit"):
        build_facts(tmp_path, [unit()], engine=EngineSettings(memory_limit="1MB"))


def test_another_kind_of_engine_is_refused_by_the_settings():
    with pytest.raises(ValidationError, match="duckdb"):
        EngineSettings.model_validate({"kind": "spark"})


def test_a_file_is_replaced_by_rename(tmp_path, monkeypatch):
    fill(tmp_path, "north")
    build(tmp_path)
    path = fact_path(tmp_path, "north", "purchase_days")
    opened = path.open("rb")
    write_table(tmp_path, "north", "invoices", INVOICES[:1])
    build(tmp_path)
    with opened:
        old = pd.read_parquet(opened)  # a reader of the old file still has all of it
    assert len(old) > len(read_fact(tmp_path, "north", "purchase_days")) == 1
