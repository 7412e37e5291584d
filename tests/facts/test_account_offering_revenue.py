"""What an account brings by offering, and where a unit's history begins."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.facts.stores import build, build_one, line, read_fact, term, unit, write_table


def test_revenue_by_offering_this_year_and_the_year_before(tmp_path):
    rows = build_one(
        tmp_path,
        "account_offering_revenue",
        invoices=[
            line("a", "2024-09-30", 1, offering="x"),  # older than both windows
            line("a", "2025-09-30", 2, offering="x"),
            line("a", "2026-01-01", 4, offering="x"),
            line("a", "2026-02-01", -1, offering="x"),
            line("a", "2026-03-01", 8),
            line("a", "2026-04-01", -5, offering="returned"),
            line("b", "2024-01-01", 16, offering="x"),
        ],
    )
    rows["offering"] = rows["offering"].astype(object).where(rows["offering"].notna(), None)
    found = rows[["account_id", "offering", "revenue_12m", "revenue_prior_12m"]]
    assert found.to_numpy().tolist() == [
        ["a", None, 8.0, 0.0],
        ["a", "returned", -5.0, 0.0],
        ["a", "x", 3.0, 2.0],  # 4 - 1; 2
        ["b", "x", 0.0, 0.0],
    ]
    days = rows.set_index(["account_id", "offering"])[["first_day", "last_day"]]
    assert days.loc[("a", "x")].tolist() == [pd.Timestamp("2024-09-30"), pd.Timestamp("2026-01-01")]
    assert days.loc[("a", "returned")].isna().all()


def test_the_year_before_is_unknown_where_the_unit_has_no_history_in_it(tmp_path):
    rows = build_one(
        tmp_path,
        "account_offering_revenue",
        invoices=[line("a", "2025-10-01", 4, offering="x")],
    )
    assert rows["revenue_12m"].tolist() == [4.0]
    assert rows["revenue_prior_12m"].isna().all()


@pytest.mark.parametrize(
    ("policy", "tables", "source"),
    [
        ("auto", ("invoices",), "invoices"),
        ("auto", ("contracts",), "contracts"),
        ("auto", ("invoices", "contracts"), "invoices"),
        ("auto", (), "invoices"),
        ("contracts", ("invoices", "contracts"), "contracts"),
        ("invoices", ("contracts",), "invoices"),
    ],
)
def test_the_source_of_revenue_is_the_policy_or_what_there_is(tmp_path, policy, tables, source):
    rows = {
        "invoices": [
            line("a", "2026-03-01", 1, service_start="2026-01-05", service_end="2026-03-04")
        ],
        "contracts": [term("c", "a", "2026-02-01", 1, signed_date="2025-12-24")],
    }
    history = build_one(
        tmp_path,
        "unit_history",
        of=unit(revenue_source=policy),
        **{table: rows[table] for table in tables},
    )
    assert history["revenue_source"].tolist() == [source]


def test_the_history_says_when_it_begins(tmp_path):
    history = build_one(
        tmp_path,
        "unit_history",
        invoices=[
            line("a", "2026-03-01", 1, service_start="2026-01-05", service_end="2026-03-04"),
            line("a", "2026-02-01", 1),
            line("a", "2026-10-01", 1, service_start="2020-01-01", service_end="2020-01-31"),
        ],
        contracts=[
            term("c", "a", "2026-02-01", 1, signed_date="2025-12-24"),
            term("later", "a", "2019-01-01", 1, signed_date="2026-10-01"),
        ],
    ).iloc[0]
    assert (history["invoice_lines"], history["contract_terms"]) == (2, 1)
    assert history["first_known_day"] == pd.Timestamp("2025-12-24")
    assert history["first_day"] == pd.Timestamp("2026-01-05")


def test_a_line_billed_ahead_begins_with_its_service(tmp_path):
    history = build_one(
        tmp_path,
        "unit_history",
        invoices=[line("a", "2026-03-01", 1, service_start="2026-04-01", service_end="2026-04-30")],
    ).iloc[0]
    assert history["first_known_day"] == pd.Timestamp("2026-03-01")
    assert history["first_day"] == pd.Timestamp("2026-04-01")


def test_an_empty_table_of_invoices_leaves_the_contracts_as_the_source(tmp_path):
    write_table(tmp_path, "north", "invoices", [])
    write_table(tmp_path, "north", "contracts", [term("c", "a", "2026-09-01", 1200)])
    build(tmp_path)
    assert read_fact(tmp_path, "north", "revenue_parts")["amount"].tolist() == [100.0]
