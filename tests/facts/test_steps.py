"""The declarations of the steps agree with their SQL."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from portfolio_lib.errors import EngineFault
from portfolio_lib.facts.inputs import FRAMES
from portfolio_lib.facts.steps import STEPS, find_step, steps_needed
from portfolio_lib.tables.contracts import TABLES

every_step = pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)


@every_step
def test_the_header_of_the_sql_lists_the_declared_columns(step):
    header = " ".join(line[2:].strip() for line in step.sql.splitlines() if line.startswith("--"))
    listed = re.search(r"Columns: (.*?) Rules:", header)
    assert listed is not None
    assert tuple(re.split(r",\s*", listed[1])) == step.column_names
    assert header.startswith("Grain: one row per ")


@every_step
def test_a_step_declares_exactly_what_it_reads(step):
    tree = sqlglot.parse_one(step.sql, read="duckdb")
    named = {query.alias for query in tree.find_all(exp.CTE)}
    assert {table.name for table in tree.find_all(exp.Table)} - named == set(step.reads)
    assert set(step.tables) <= set(TABLES)
    assert set(step.frames) <= set(FRAMES)


@every_step
def test_a_step_reads_only_earlier_steps_and_tables_that_know_their_unit(step):
    names = list(STEPS)
    assert all(names.index(fact) < names.index(step.name) for fact in step.facts)
    assert all("business_unit" in TABLES[table].column_names for table in step.tables)


@every_step
def test_every_column_says_what_it_means_and_the_key_is_among_them(step):
    assert step.key[0] == "business_unit"
    assert set(step.key) <= set(step.column_names)
    assert all(column.meaning for column in step.columns)
    assert len(set(step.column_names)) == len(step.columns)


def test_every_sql_file_is_a_step():
    folder = files("portfolio_lib.facts").joinpath("sql")
    assert {path.name for path in folder.iterdir()} == {f"{name}.sql" for name in STEPS}


def test_a_step_brings_the_steps_it_reads_along():
    names = [step.name for step in steps_needed(["account_month_revenue"])]
    assert names == ["unit_history", "revenue_parts", "purchase_days", "account_month_revenue"]


def test_an_unknown_step_is_refused_with_the_nearest_name():
    with pytest.raises(EngineFault, match="Did you mean 'account_snapshots'"):
        find_step("account_snapshot")
    with pytest.raises(EngineFault, match="There are: unit_history"):
        steps_needed(["../../etc/passwd"])


@every_step
def test_the_documentation_names_every_step(step):
    page = Path(__file__).parents[2] / "docs" / "facts.md"
    assert f"| `{step.name}` | " in page.read_text(encoding="utf-8")
