"""Invoices that were to be paid, and when they were."""

from __future__ import annotations

import pandas as pd

from tests.facts.stores import build_one, line

LINES = [
    line("a", "2026-01-10", 60, invoice_id="1", due_date="2026-02-09", paid_date="2026-02-01"),
    line("a", "2026-01-11", 40, invoice_id="1", due_date="2026-02-10", paid_date="2026-02-15"),
    line("a", "2026-03-01", 30, invoice_id="2", due_date="2026-03-31", paid_date="2026-04-01"),
    line("a", "2026-03-01", 20, invoice_id="2", due_date="2026-03-31"),
    line("a", "2026-03-01", -5, invoice_id="2", due_date="2026-03-31"),
    line("a", "2026-04-01", -9, invoice_id="credit"),
    line("b", "2026-09-30", 8, invoice_id="1", due_date="2026-10-30", paid_date="2026-10-01"),
    line("b", "2026-10-01", 8, invoice_id="later"),
]


def test_an_invoice_is_paid_when_its_last_line_is(tmp_path):
    rows = build_one(tmp_path, "invoice_payments", invoices=LINES)
    assert rows["account_id"].tolist() == ["a", "a", "b"]
    first, second, third = rows.to_dict("records")
    assert (first["amount"], first["unpaid_amount"]) == (100.0, 0.0)
    assert first["invoice_date"] == pd.Timestamp("2026-01-10")
    assert first["due_date"] == pd.Timestamp("2026-02-10")
    assert first["paid_date"] == pd.Timestamp("2026-02-15")
    assert (second["amount"], second["unpaid_amount"]) == (45.0, 15.0)  # 30 + 20 − 5; 20 − 5
    assert pd.isna(second["paid_date"])
    assert pd.isna(third["paid_date"])  # paid a day after the review: not known
    assert third["unpaid_amount"] == 8.0


def test_credit_notes_ask_for_no_payment(tmp_path):
    rows = build_one(tmp_path, "invoice_payments", invoices=LINES[5:6])
    assert rows.empty
