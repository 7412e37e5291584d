"""The portable subset of SQL: what keeps it passes, what leaves it is named."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import ErrorLevel

from portfolio_lib.facts.lint import RULES, LintFault, lint
from portfolio_lib.facts.steps import STEPS, Step
from portfolio_lib.tables.contracts import Column, Kind

PLAIN = Step(
    "plain",
    "account",
    ("account_id",),
    (Column("account_id", Kind.ID, "the client"), Column("x", Kind.MONEY, "something")),
    tables=("invoices", "contracts"),
)
OFFENCES = {
    "parse": "SELECT account_id AS FROM FROM",
    "select": "DELETE FROM invoices",
    "syntax": "SELECT account_id, amount AS x FROM invoices QUALIFY amount > 0",
    "reads": "SELECT account_id, amount AS x FROM read_csv",
    "columns": "SELECT account_id, amount AS y FROM invoices",
    "first names": "WITH a AS (SELECT account_id, amount AS x FROM invoices) "
    "SELECT account_id, x FROM a",
    "star": "SELECT * FROM invoices",
    "group": "SELECT account_id, COUNT(*) AS x FROM invoices GROUP BY ALL",
    "join": "SELECT i.account_id, i.amount AS x FROM invoices AS i, contracts AS c",
    "union": "SELECT account_id, x FROM (SELECT account_id, amount AS x FROM invoices "
    "UNION SELECT account_id, amount AS x FROM invoices)",
    "date difference": "SELECT account_id, DATE_DIFF('month', date, paid_date) AS x FROM invoices",
    "date arithmetic": "SELECT account_id, date + 1 AS x FROM invoices",
    "date part": "SELECT account_id, EXTRACT(dow FROM date) AS x FROM invoices",
    "integer cast": "SELECT account_id, CAST(quantity AS BIGINT) AS x FROM invoices",
    "cast": "SELECT account_id, CAST(quantity AS FLOAT) AS x FROM invoices",
    "division": "SELECT account_id, amount / quantity AS x FROM invoices",
    "sum": "SELECT account_id, SUM(amount) AS x FROM invoices GROUP BY account_id",
    "count distinct": "SELECT account_id, COUNT(DISTINCT invoice_id) AS x FROM invoices "
    "GROUP BY account_id",
    "literal": "SELECT account_id, amount AS x FROM invoices WHERE date > '2026-01-01'",
    "window order": "SELECT account_id, ROW_NUMBER() OVER (ORDER BY amount) AS x FROM invoices",
    "window frame": "SELECT account_id, CAST(SUM(amount) OVER (PARTITION BY account_id "
    "ORDER BY date, invoice_id) AS DECIMAL(18, 4)) AS x FROM invoices",
}
MORE_OFFENCES = [
    ("date difference", "SELECT account_id, DATE_DIFF('week', date, due_date) AS x FROM invoices"),
    ("integer cast", "SELECT account_id, CAST(SUM(amount) AS BIGINT) AS x FROM invoices"),
    ("integer cast", "SELECT account_id, CAST(amount / 2 AS INTEGER) AS x FROM invoices"),
    ("integer cast", "SELECT account_id, amount::INT AS x FROM invoices"),
    ("division", "SELECT account_id, amount / 0 AS x FROM invoices"),
    ("division", "SELECT account_id, amount / NULLIF(quantity, 1) AS x FROM invoices"),
    ("parse", "SELECT account_id, amount AS x FROM invoices; SELECT 1"),
    ("select", "SELECT account_id, amount AS x FROM invoices UNION ALL SELECT a, b FROM contracts"),
    ("star", "SELECT * EXCLUDE (amount) FROM invoices"),
    ("star", "WITH a (x) AS (SELECT i.* FROM invoices AS i) SELECT account_id, x FROM a"),
    ("group", "SELECT account_id, COUNT(*) AS x FROM invoices GROUP BY 1"),
    ("join", "SELECT i.account_id, i.amount AS x FROM invoices AS i CROSS JOIN contracts AS c"),
    ("join", "SELECT i.account_id, i.amount AS x FROM invoices AS i ASOF JOIN contracts AS c "
     "ON i.account_id = c.account_id AND i.date >= c.start_date"),
    ("join", "SELECT account_id, amount AS x FROM invoices JOIN contracts USING (account_id)"),
    ("join", "SELECT i.account_id, i.amount AS x FROM invoices AS i FULL JOIN contracts AS c "
     "ON c.account_id = i.account_id"),
    ("syntax", "SELECT account_id, QUANTILE_CONT(amount, 0.5) AS x FROM invoices"),
    ("syntax", "SELECT account_id, ARG_MAX(amount, date) AS x FROM invoices GROUP BY account_id"),
    ("syntax", "SELECT account_id, STRPTIME(invoice_id, fmt) AS x FROM invoices"),
    ("syntax", "SELECT account_id, DAYOFWEEK(date) AS x FROM invoices"),
    ("syntax", "SELECT account_id, AVG(amount) AS x FROM invoices GROUP BY account_id"),
    ("syntax", "SELECT account_id, ROUND(amount, 2) AS x FROM invoices"),
    ("syntax", "SELECT account_id, GREATEST(amount, cost) AS x FROM invoices"),
    ("date arithmetic", "SELECT account_id, date + INTERVAL 1 MONTH AS x FROM invoices"),
    ("date arithmetic", "SELECT account_id, date + INTERVAL '1' SECOND * 9 AS x FROM invoices"),
    ("date arithmetic", "SELECT account_id, sent_at + INTERVAL '2' SECOND * 9 AS x FROM invoices"),
    ("date arithmetic", "SELECT account_id, sent_at + INTERVAL '1' SECOND AS x FROM invoices"),
    ("date arithmetic", "SELECT account_id, sent_at - INTERVAL '1' SECOND * 9 AS x FROM invoices"),
    ("date difference", "SELECT account_id, DATE_DIFF('second', date, paid_date) AS x "
     "FROM invoices"),
    ("integer cast", "SELECT account_id, CAST(SUM(quantity) OVER (PARTITION BY account_id ORDER BY "
     "date, invoice_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS x "
     "FROM invoices"),
    ("date difference", "SELECT account_id, DATE_DIFF('minute', sent_at, paid_at) AS x "
     "FROM invoices"),
    ("syntax", "SELECT account_id, CURRENT_DATE AS x FROM invoices"),
    ("syntax", "SELECT account_id, RANDOM() AS x FROM invoices"),
    ("syntax", "SELECT account_id, amount AS x FROM invoices LIMIT 5"),
    ("syntax", "SELECT account_id, amount AS x FROM invoices ORDER BY amount"),
    ("syntax", "SELECT DISTINCT account_id, amount AS x FROM invoices"),
    ("syntax", "SELECT account_id, made_up(amount) AS x FROM invoices"),
    ("syntax", "SELECT account_id, amount AS x FROM invoices WHERE account_id LIKE pattern"),
    ("syntax", "SELECT account_id, amount AS x FROM invoices WHERE date > $as_of"),
    ("syntax", "SELECT account_id, TRY_CAST(quantity AS DECIMAL(18, 4)) AS x FROM invoices"),
    ("reads", "SELECT account_id, amount AS x FROM other.invoices"),
    ("window order", "SELECT account_id, LAG(amount) OVER (PARTITION BY account_id) AS x "
     "FROM invoices"),
]  # fmt: skip


def rules(sql: str) -> set[str]:
    return {fault.rule for fault in lint(sql, PLAIN)}


def test_every_rule_has_an_offending_query():
    assert set(OFFENCES) == set(RULES)


@pytest.mark.parametrize(("rule", "sql"), [*OFFENCES.items(), *MORE_OFFENCES])
def test_a_query_that_leaves_the_subset_is_named_by_its_rule(rule, sql):
    assert rule in rules(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT account_id, amount AS x FROM invoices",
        "SELECT account_id, amount / NULLIF(quantity, 0) AS x FROM invoices",
        "SELECT account_id, annual_value / 12 AS x FROM contracts",
        "SELECT account_id, sent_at + INTERVAL '1' SECOND * (quantity * 60) AS x FROM invoices",
        "SELECT account_id, DATE_DIFF('second', sent_at, paid_at) AS x FROM invoices",
        "SELECT account_id, CAST(SUM(amount) AS DECIMAL(18, 4)) AS x FROM invoices "
        "GROUP BY account_id",
        "SELECT account_id, COUNT(*) AS x FROM invoices GROUP BY account_id",
        "SELECT account_id, ROW_NUMBER() OVER (ORDER BY amount, invoice_id) AS x FROM invoices",
        "SELECT account_id, CAST(SUM(amount) OVER (PARTITION BY account_id ORDER BY date, "
        "invoice_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS DECIMAL(18, 4)) AS x "
        "FROM invoices",
        "SELECT account_id, CAST(SUM(CASE WHEN offering IS NULL THEN 1 ELSE 0 END) OVER (PARTITION "
        "BY account_id ORDER BY date, invoice_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) "
        "AS BIGINT) AS x FROM invoices",
        "SELECT account_id, amount AS x FROM invoices WHERE account_id = 'P1'",
        "WITH a (account_id, x) AS (SELECT account_id, DATE_DIFF('day', date, due_date) "
        "FROM invoices WHERE amount > 0) SELECT account_id, x FROM a",
    ],
)
def test_a_query_that_keeps_the_subset_has_no_fault(sql):
    assert lint(sql, PLAIN) == ()


def test_all_faults_of_a_query_are_gathered():
    sql = "SELECT *, SUM(amount) / quantity AS x FROM invoices, other GROUP BY ALL"
    assert {"star", "sum", "division", "join", "group", "columns", "reads"} <= rules(sql)


def test_a_fault_says_what_was_found_and_why_it_is_refused():
    fault = LintFault("star", "SELECT *")
    assert str(fault) == f"star: SELECT * — {RULES['star']}"


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
def test_every_shipped_step_keeps_the_subset(step):
    assert lint(step.sql, step) == ()


@pytest.mark.parametrize("dialect", ["spark", "postgres", "snowflake", "bigquery"])
@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
def test_every_shipped_step_renders_for_other_engines(step, dialect):
    rendered = sqlglot.transpile(
        step.sql, read="duckdb", write=dialect, unsupported_level=ErrorLevel.RAISE
    )
    assert len(rendered) == 1
    assert sqlglot.parse_one(rendered[0], read=dialect).named_selects == list(step.column_names)
