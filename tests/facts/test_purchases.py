"""Purchases: days with a sale, and what they come to for an account."""

from __future__ import annotations

import pandas as pd

from tests.facts.stores import build_one, line, unit

LINES = [
    line("a", "2024-09-30", 10, invoice_id="1"),
    line("a", "2025-09-30", 20, invoice_id="2"),  # 365 days before the review: outside
    line("a", "2025-10-01", 30, invoice_id="3"),
    line("a", "2025-10-01", 5, invoice_id="3"),
    line("a", "2025-10-01", 5, invoice_id="4"),
    line("a", "2026-08-31", 40, invoice_id="5"),
    line("a", "2026-09-01", 1, invoice_id="5"),  # the same invoice, dated on two days
    line("a", "2026-09-30", -15, invoice_id="credit"),
    line("a", "2026-09-30", 0, invoice_id="free"),
    line("a", "2026-10-01", 99, invoice_id="later"),
    line("b", "2026-09-30", -7, invoice_id="credit b"),
    line("c", "2026-09-30", 8, invoice_id="1"),  # a number that another account has too
]


def test_purchase_days_hold_sales_alone(tmp_path):
    days = build_one(tmp_path, "purchase_days", invoices=LINES)
    assert [tuple(row) for row in days.astype({"day": str}).to_numpy()] == [
        ("north", "a", "2024-09-30", 10.0, 1, 1),
        ("north", "a", "2025-09-30", 20.0, 1, 1),
        ("north", "a", "2025-10-01", 40.0, 3, 2),
        ("north", "a", "2026-08-31", 40.0, 1, 1),
        ("north", "a", "2026-09-01", 1.0, 1, 0),  # invoice 5 was counted the day before
        ("north", "c", "2026-09-30", 8.0, 1, 1),
    ]


def test_the_summary_of_an_account(tmp_path):
    summaries = build_one(tmp_path, "purchase_summary", invoices=LINES)
    assert summaries["account_id"].tolist() == ["a", "c"]  # b has a credit and no purchase
    a = summaries.iloc[0]
    assert a["as_of"] == pd.Timestamp("2026-09-30")
    assert a["first_purchase"] == pd.Timestamp("2024-09-30")
    assert a["last_purchase"] == pd.Timestamp("2026-09-01")
    assert a["purchase_days"] == 5
    assert a["invoices"] == 5
    assert a["sales"] == 111.0  # 10 + 20 + 40 + 40 + 1
    assert a["revenue"] == 96.0  # 111 - 15
    assert a["purchase_days_365d"] == 3  # 1 October, 31 August, 1 September
    assert a["sales_365d"] == 81.0  # 40 + 40 + 1
    assert a["revenue_365d"] == 66.0  # 81 - 15
    assert a["days_since_last"] == 29
    assert a["age_days"] == 730  # two years, neither with a 29 February between
    assert a["age_at_last_purchase_days"] == 701  # 730 - 29


def test_revenue_is_recognised_over_days_and_sales_are_by_invoice_date(tmp_path):
    summaries = build_one(
        tmp_path,
        "purchase_summary",
        of=unit(as_of="2024-03-10"),
        invoices=[
            line("a", "2024-01-01", 366, service_start="2024-01-01", service_end="2024-12-31"),
            # 365 days to 10 March 2024 begin on 12 March 2023, a day later than 12 months:
            # of 41 days from 19 February, 10 + 11 lie before and 20 within
            line("b", "2023-02-19", 41, service_start="2023-02-19", service_end="2023-03-31"),
        ],
    )
    a, b = summaries.to_dict("records")
    assert (a["sales"], a["revenue"], a["revenue_365d"]) == (366.0, 70.0, 70.0)  # 31 + 29 + 10
    assert (b["sales"], b["revenue"], b["revenue_365d"]) == (41.0, 41.0, 20.0)
