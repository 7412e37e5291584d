"""Revenue and purchases by account, offering and month."""

from __future__ import annotations

from tests.facts.stores import build_one, line, term, unit

LINES = [
    line("a", "2026-01-10", 10, offering="Oils"),
    line("a", "2026-01-10", 5, offering="Salt"),
    line("a", "2026-01-10", 3, offering="Salt", invoice_id="second of the day"),
    line("a", "2026-01-20", 7, offering="Oils"),
    line("a", "2026-01-31", -4, offering="Oils", invoice_id="credit"),
    line("a", "2026-01-31", 0, offering="Oils", invoice_id="free"),
    line("b", "2026-02-03", -9, offering="Oils", invoice_id="credit b"),
    # 59 days: 31 in January, 28 in February; and a dated line beside it
    line("c", "2026-01-01", 59, service_start="2026-01-01", service_end="2026-02-28"),
    line("c", "2026-02-01", 2, invoice_id="dated"),
    line("a", "2026-10-01", 99, offering="Oils"),
]


def rows(frame):
    told = frame.astype({"month": str}).astype(object)
    return [tuple(row) for row in told.where(frame.notna(), None).to_numpy()]


def test_purchases_are_days_with_a_sale_and_months_served(tmp_path):
    found = build_one(tmp_path, "account_offering_months", invoices=LINES)
    assert rows(found) == [
        ("north", "a", "Oils", "2026-01-01", 13.0, 2),  # 10 + 7 - 4; the 10th and the 20th
        ("north", "a", "Salt", "2026-01-01", 8.0, 1),  # two invoices of one day
        ("north", "b", "Oils", "2026-02-01", -9.0, 0),
        ("north", "c", None, "2026-01-01", 31.0, 1),
        ("north", "c", None, "2026-02-01", 30.0, 2),  # 28 served, 2 dated
    ]


def test_a_day_counts_once_over_all_offerings(tmp_path):
    found = build_one(tmp_path, "account_month_purchases", invoices=LINES)
    assert rows(found) == [
        ("north", "a", "2026-01-01", 2),
        ("north", "c", "2026-01-01", 1),
        ("north", "c", "2026-02-01", 2),
    ]


def test_contracts_are_one_purchase_a_month(tmp_path):
    terms = [
        term("1", "a", "2026-07-01", 1200, offering="Desk", end_date="2027-06-30"),
        term("2", "a", "2026-08-16", 310, offering="Chat", end_date="2027-08-15"),
    ]
    found = build_one(tmp_path, "account_month_purchases", of=unit(), contracts=terms)
    assert rows(found) == [("north", "a", f"2026-0{month}-01", 1) for month in (7, 8, 9)]
