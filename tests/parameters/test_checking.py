"""What each wrong value, and each source that cannot be read, is told as."""

from __future__ import annotations

from pathlib import Path

import pytest

from .folders import FIRM, UNIT, faults_of


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("seed: yes", "seed: found text 'yes'; expected a whole number from 0 to 4294967295"),
        ("seed: true", "seed: found true; expected a whole number from 0"),
        ("seed: 1.5", "seed: found 1.5; expected a whole number"),
        ("seed: -1", "seed: found -1; expected a whole number from 0"),
        ("seed: 0123", "seed: found text '0123'; expected a whole number"),
        (
            "period: quater",
            "period: found text 'quater'; expected one of month, quarter, year; did you "
            "mean 'quarter'?",
        ),
        ("targets: [1]", "targets: found a list of 1; expected a mapping (lines 'key: value')"),
        ("targets: {retention: 90}", "targets.retention: found 90; expected a number from 0 to 1"),
        ("targets: {nrr: .inf}", "targets.nrr: found text '.inf'; expected a number of at least 0"),
        (
            "policies: {spread_service_periods: 1}",
            "policies.spread_service_periods: found 1; expected true or false",
        ),
        (
            "policies: {tiers: {shares: [0.2, 0.3, 0.5]}}",
            "policies.tiers.shares: found a list of 3; expected a list of exactly 2",
        ),
        (
            "policies: {tiers: {shares: [0.2]}}",
            "policies.tiers.shares: found a list of 1; expected a list of exactly 2",
        ),
        (
            "policies: {tiers: {shares: [0.9, 0.3]}}",
            "policies.tiers: the shares add up to 1.2; expected at most 1",
        ),
        (
            "policies: {tiers: {policy: thresholds}}",
            "policies.tiers: the policy is thresholds and none are given; expected two amounts",
        ),
        (
            "policies: {tiers: {thresholds: [1, 2]}}",
            "policies.tiers: the threshold of tier 1 is not above that of tier 2",
        ),
        ("segments: {revenue_bands: [10, 5]}", "segments: revenue_bands do not rise"),
        (
            "portfolio: {market_size: {Retail: }}",
            "portfolio.market_size.Retail: found nothing; expected a number of at least 0",
        ),
        (
            "portfolio: {stress_sizes: [1, 0]}",
            "portfolio.stress_sizes.2: found 0; expected a whole number of at least 1",
        ),
        (
            "deadline_minutes: 5",
            "deadline_minutes: unknown key; it is known as firm.run.deadline_minutes",
        ),
        ("as_of: 2026-02-30", "as_of: found text '2026-02-30'; expected a day of the calendar"),
        ("as_of: 20260930", "as_of: found 20260930; expected a date as YYYY-MM-DD"),
        ("as_of: 0001-01-01", "as_of: found text '0001-01-01'; expected a date from 1970 to 2199"),
        ("pages: []", "pages: found an empty list; expected a list of at least one"),
        (
            "pages: [portfolio, portfolio]",
            "pages.2: found text 'portfolio' twice; expected it once",
        ),
        ("pages: [../x]", "pages.1: found text '../x'; expected the name of a notebook"),
    ],
)
def test_each_wrong_value_is_told_with_what_was_expected(
    tmp_path: Path, line: str, told: str
) -> None:
    key = line.split(":")[0]
    firm = "\n".join(one for one in FIRM.splitlines() if not one.startswith(f"{key}:"))
    number = firm.lstrip("\n").count("\n") + 2
    (fault,) = faults_of(tmp_path, {"firm.yaml": f"{firm}\n{line}\n", "north.yaml": UNIT})
    where = f"parameters/firm.yaml:{number}: "
    assert fault.startswith(where)
    assert told in fault


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{}", "names neither file nor connection"),
        ("{file: a.csv, connection: env:DB, table: t}", "names file and connection"),
        ("{connection: env:DB}", "names a connection only; expected query or table"),
        ("{connection: env:DB, query: q, table: t}", "names query and table"),
        ("{file: a.csv, query: SELECT 1}", "names query without a connection"),
        ("{file: a.csv, format: sql}", "format is sql without a connection"),
        ("{connection: env:DB, table: t, format: csv}", "format is csv with a connection"),
        ("{file: a.csv, decimal: ',', thousands: ','}", "the same mark"),
        ("{file: a.csv, separator: ';;'}", "found text ';;'; expected one character"),
        ("{file: a.csv, encoding: utf-9}", "found text 'utf-9'; expected the name of an encoding"),
        (
            "{file: a.csv, columns: {a: {}}}",
            "names no origin; expected one of from, value, formula",
        ),
        ("{file: a.csv, columns: {a: {from: x, value: y}}}", "names from and value"),
        ("{file: a.csv, columns: {a: {from: x, scale: 0}}}", "scale is 0"),
        ("{file: a.csv, columns: {a: 5}}", "found 5; expected text that is not blank or a mapping"),
        ("{file: a.csv, columns: {a: {from: x, values: {B: }}}}", "values.B: found nothing"),
        ("{file: a.csv, join: [{file: b.csv}]}", "join.1.on: missing; expected a mapping"),
        ("{file: a.csv, join: [{on: {x: y}}]}", "join.1: names neither file nor connection"),
        ("{file: a.csv, set_aside: [{when: x}]}", "set_aside.1.reason: missing; expected text"),
    ],
)
def test_each_table_source_that_cannot_be_read_is_refused(
    tmp_path: Path, source: str, told: str
) -> None:
    unit = UNIT + f"sources: {{tables: {{invoices: {source}}}}}\n"
    firm = FIRM.replace("    invoices: {file: invoices.csv}\n", "")
    (fault,) = faults_of(tmp_path, {"firm.yaml": firm, "north.yaml": unit})
    assert fault.startswith("parameters/north.yaml:3: sources.tables.invoices")
    assert told in fault


def test_several_rules_broken_by_one_table_are_told_together(tmp_path: Path) -> None:
    unit = UNIT + "sources: {tables: {issues: {query: q, format: sql, seperator: x, sheet: 5}}}\n"
    told = faults_of(tmp_path, {"firm.yaml": FIRM, "north.yaml": unit})
    assert len(told) == 3  # the unknown key, the wrong type, and the rules between keys
    assert (
        "parameters/north.yaml:3: sources.tables.issues: names neither file nor connection; "
        "expected one of the two; and names query without a connection; expected env:NAME there; "
        "and format is sql without a connection; expected env:NAME there"
    ) in told[0]


def test_a_rule_that_speaks_of_a_misspelt_key_is_no_further_fault(tmp_path: Path) -> None:
    unit = UNIT + "sources: {tables: {issues: {fil: issues.csv}}}\n"
    (told,) = faults_of(tmp_path, {"firm.yaml": FIRM, "north.yaml": unit})
    assert told.endswith("issues.fil: unknown key; did you mean 'file'?")


def test_a_bare_unit_in_braces_asks_for_quotes(tmp_path: Path) -> None:
    firm = FIRM.replace("../data", "{unit}")
    (told, *_) = faults_of(tmp_path, {"firm.yaml": firm, "north.yaml": UNIT})
    assert told == (
        "parameters/firm.yaml:7: sources.folder: found a mapping; expected text that is not "
        "blank. Put quotes around it: '{unit}'"
    )
