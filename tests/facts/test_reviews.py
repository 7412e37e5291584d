"""What was known at each review, and the lines of orders."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from portfolio_lib.parameters.behaviour_models import RfmPage
from tests.facts.stores import accounts, build_one, line, term, unit


def reviews(tmp_path, lines, *, contracts=(), known=("a", "b"), **rfm):
    of = unit().model_copy(update={"rfm": RfmPage(**rfm)}) if rfm else unit()
    tables = {"accounts": accounts(*known), "invoices": lines}
    if contracts:
        tables["contracts"] = list(contracts)
    rows = build_one(tmp_path, "account_reviews", of=of, **tables)
    rows["review_day"] = rows["review_day"].dt.strftime("%Y-%m-%d")
    return rows.set_index(["account_id", "review_day"])


LINES = [
    line("a", "2025-06-30", 10, invoice_id="1"),
    line("a", "2025-07-01", 20, invoice_id="2"),
    line("a", "2026-06-30", 30, invoice_id="3"),
    line("a", "2026-07-01", 40, invoice_id="4"),
    line("a", "2026-07-01", 5, invoice_id="5"),
    line("a", "2026-07-02", -15, invoice_id="credit"),
]


def test_a_review_knows_only_what_was_dated_by_its_day(tmp_path):
    rows = reviews(tmp_path, LINES)
    then, now = rows.loc[("a", "2026-06-30")], rows.loc[("a", "2026-09-30")]
    assert (then["purchase_days"], then["invoices"], then["revenue"]) == (3, 3, 60)
    # 10 was 365 days before the first review: its twelve months begin on 1 July 2025.
    assert then["revenue_12m"] == 50
    # 60 + 40 + 5 − 15 = 90 in all; of the twelve months to September 30 + 40 + 5 − 15 = 60.
    assert (now["purchase_days"], now["invoices"], now["revenue"]) == (4, 5, 90)
    assert now["revenue_12m"] == 60
    assert str(now["last_purchase"].date()) == "2026-07-01"


def test_an_account_nobody_heard_of_is_listed_today_only(tmp_path):
    rows = reviews(tmp_path, LINES)
    assert ("b", "2026-06-30") not in rows.index
    b = rows.loc[("b", "2026-09-30")]
    assert (b["purchase_days"], b["revenue"]) == (0, 0)
    assert pd.isna(b["last_purchase"])
    assert pd.isna(b["last_active_day"])


def test_a_window_counts_purchases_and_money_and_looks_at_all_history_for_the_last(tmp_path):
    rows = reviews(tmp_path, LINES, window_days=90)
    # 90 days to 30 September begin on 3 July: the credit of 2 July lies outside too.
    now = rows.loc[("a", "2026-09-30")]
    assert (now["purchase_days"], now["revenue"]) == (0, 0)
    assert str(now["first_purchase"].date()) == "2025-06-30"
    assert str(now["last_purchase"].date()) == "2026-07-01"


def test_a_frozen_day_is_one_more_review(tmp_path):
    rows = reviews(tmp_path, LINES, frozen_at=dt.date(2025, 6, 30))
    assert rows.loc[("a", "2025-06-30"), "revenue"] == 10
    assert len(rows.loc["a"]) == 3


def test_who_pays_a_year_in_advance_is_active_through_it(tmp_path):
    paid = line("a", "2026-01-01", 365, service_start="2026-01-01", service_end="2026-12-31")
    now = reviews(tmp_path, [paid]).loc[("a", "2026-09-30")]
    assert str(now["last_purchase"].date()) == "2026-01-01"
    assert str(now["last_active_day"].date()) == "2026-09-30"
    assert now["revenue_12m"] == 273  # January to September 2026: 31+28+31+30+31+30+31+31+30 days


def test_a_contract_in_force_is_activity_without_any_invoice(tmp_path):
    held = term("c1", "a", "2026-01-01", 1200, end_date="2026-12-31")
    now = reviews(tmp_path, [], contracts=[held]).loc[("a", "2026-09-30")]
    assert str(now["last_active_day"].date()) == "2026-09-30"
    assert now["revenue_12m"] == 900
    assert pd.isna(now["last_purchase"])


def test_order_lines_hold_sales_of_two_years_by_day_and_offering(tmp_path):
    rows = build_one(
        tmp_path,
        "order_lines",
        invoices=[
            line("a", "2024-09-30", 1, offering="Oils"),  # the day before the 24 months
            line("a", "2024-10-01", 2, offering="Oils", quantity=1.5),
            line("a", "2026-09-30", 3, offering="Oils", quantity=0.25),
            line("a", "2026-09-30", 4, offering="Oils", quantity=0.5, line_id="2"),
            line("a", "2026-09-30", 5, line_id="3"),
            line("a", "2026-09-30", -6, offering="Oils", line_id="4"),
            line("a", "2026-10-01", 7, offering="Oils"),
        ],
    )
    found = {
        (str(row.day.date()), row.offering if isinstance(row.offering, str) else None): row
        for row in rows.itertuples()
    }
    assert set(found) == {("2024-10-01", "Oils"), ("2026-09-30", "Oils"), ("2026-09-30", None)}
    assert found["2026-09-30", "Oils"].sales == 7
    assert found["2026-09-30", "Oils"].quantity == 0.75
    assert pd.isna(found["2026-09-30", None].quantity)
