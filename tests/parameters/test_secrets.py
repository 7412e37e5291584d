"""Secrets are refused where they stand in the clear, and never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portfolio_lib.parameters import masked
from portfolio_lib.parameters.models import ColumnSource, TableSource

from .folders import FIRM, UNIT, faults_of, load

SECRET = "hunter2secret"


@pytest.mark.parametrize(
    "line",
    [
        f"sources: {{tables: {{x: {{connection: 'postgresql://bob:{SECRET}@db/x', table: t}}}}}}",
        f"sources: {{tables: {{x: {{connection: {SECRET}, table: t}}}}}}",
        f"sources: {{tables: {{x: {{connection: env:DB, table: t, password: {SECRET}}}}}}}",
        f"sources: {{tables: {{x: {{connection: env:DB, query: 'pwd={SECRET}; SELECT 1'}}}}}}",
        f"sources: {{folder: 'ftp://bob:{SECRET}@host/data'}}",
        f"db_password: {SECRET}",
        f"api_key: {SECRET}",
        f"'mysql://bob:{SECRET}@db': 1",
        f"currency: 'mysql://bob:{SECRET}@db'",
        f"seed: ['mysql://bob:{SECRET}@db']",
        f"as_of: 'Server=db;Password={SECRET};'",
    ],
)
def test_a_secret_in_the_clear_is_refused_and_not_echoed(tmp_path: Path, line: str) -> None:
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "n.yaml": f"{UNIT}{line}\n"})
    assert any("a secret or an address in the clear (not shown here)" in fault for fault in told)
    assert all(fault.startswith("parameters/n.yaml:3: ") for fault in told)
    assert SECRET not in "\n".join(told)


def test_a_number_as_a_password_is_refused(tmp_path: Path) -> None:
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "n.yaml": UNIT + "password: 12345678\n"})
    assert "12345678" not in "\n".join(told)


def test_words_of_the_data_are_no_secrets(tmp_path: Path) -> None:
    columns = "{kind: {from: Token, values: {token: coin, secret: other}}, x: api_key}"
    unit = UNIT + f"sources: {{tables: {{invoices: {{columns: {columns}}}}}}}\n"
    assert load(tmp_path, {"firm.yaml": FIRM, "n.yaml": unit})


def test_the_record_of_a_run_shows_names_of_variables_and_no_secret(tmp_path: Path) -> None:
    unit = load(tmp_path, {"firm.yaml": FIRM, "n.yaml": UNIT}).units["n"]
    leak = TableSource(file=f"mysql://bob:{SECRET}@db", columns={"a": ColumnSource(value="x")})
    named = TableSource(connection="env:DB", table="t")
    sources = unit.sources.model_copy(update={"tables": {"leak": leak, "named": named}})
    shown = masked(unit.model_copy(update={"sources": sources}))
    assert SECRET not in json.dumps(shown)
    assert shown["sources"]["tables"]["named"]["connection"] == "env:DB"
    assert shown["sources"]["tables"]["leak"]["columns"]["a"]["value"] == "x"
    assert (shown["as_of"], shown["key"]) == ("2026-09-30", "n")
