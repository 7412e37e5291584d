"""Revenue that is agreed to repeat, by month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.facts.stores import build_one, line, term, unit


def recurring(store: Path, **given: Any) -> dict[tuple[str, str], float]:
    rows = build_one(store, "recurring_months", **given)
    return {
        (row["account_id"], f"{row['month']:%Y-%m}"): float(row["recurring_revenue"])
        for row in rows.to_dict("records")
    }


def test_only_lines_that_say_so_recur_and_credits_on_them_count(tmp_path):
    found = recurring(
        tmp_path,
        of=unit(as_of="2026-03-31"),
        invoices=[
            line("a", "2026-02-03", 100, recurring=True),
            line("a", "2026-02-09", -30, recurring=True, invoice_id="credit"),
            line("a", "2026-02-09", 500, recurring=False, invoice_id="set-up"),
            line("a", "2026-03-03", 40, invoice_id="says nothing"),
        ],
    )
    assert found == {("a", "2026-02"): 70}


def test_a_served_period_is_spread_and_the_cut_month_is_left_out(tmp_path):
    year = {"service_start": "2026-01-01", "service_end": "2026-12-31", "recurring": True}
    found = recurring(
        tmp_path, of=unit(as_of="2026-03-15"), invoices=[line("a", "2026-01-01", 365, **year)]
    )
    assert found == {("a", "2026-01"): 31, ("a", "2026-02"): 28}


def test_what_a_contract_brings_recurs(tmp_path):
    found = recurring(
        tmp_path,
        of=unit(as_of="2026-03-31"),
        contracts=[term("1", "a", "2026-02-01", 1200, end_date="2027-01-31")],
    )
    assert found == {("a", "2026-02"): 100, ("a", "2026-03"): 100}
