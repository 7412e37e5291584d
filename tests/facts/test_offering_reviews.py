"""What every client had bought by the review date, and one and two years before."""

from __future__ import annotations

import pandas as pd

from tests.facts.stores import accounts, build_one, line, term, unit

LINES = [
    line("a", "2024-03-01", 50, offering="x"),
    line("a", "2025-11-01", 70, offering="x"),
    line("a", "2025-11-02", -20, offering="x"),
    line("a", "2026-02-01", 30, offering="y"),
    line("a", "2026-02-02", 10),
    line("b", "2026-03-01", -5, offering="x"),
]


def reviews(tmp_path, **tables) -> dict[tuple[str, str, str], float]:
    tables = {"accounts": accounts("a", "b"), **tables}
    rows = build_one(tmp_path, "offering_reviews", of=unit(), **tables)
    return {
        (row["account_id"], row["offering"], f"{row['snapshot_date']:%Y-%m-%d}"): row["revenue_12m"]
        for row in rows.to_dict("records")
    }


def test_each_day_sees_the_twelve_months_before_it_and_no_credit_makes_a_row(tmp_path):
    assert reviews(tmp_path, invoices=LINES) == {
        ("a", "x", "2024-09-30"): 50,
        ("a", "x", "2025-09-30"): 0,
        ("a", "x", "2026-09-30"): 50,  # 70 less the credit of 20
        ("a", "y", "2026-09-30"): 30,
    }


def test_the_grid_of_a_year_ago_does_not_see_what_came_later(tmp_path):
    earlier = [one for one in LINES if one["date"] <= "2025-09-30"]
    before = reviews(tmp_path / "then", invoices=earlier)
    after = reviews(tmp_path / "now", invoices=LINES)
    past = {key: value for key, value in after.items() if key[2] < "2026-09-30"}
    assert past == {key: value for key, value in before.items() if key[2] < "2026-09-30"}


def test_a_term_counts_from_the_day_it_was_agreed_and_brings_revenue(tmp_path):
    terms = [
        term("1", "a", "2025-07-01", 1200, offering="x", end_date="2026-06-30",
             signed_date="2025-10-05"),
    ]  # fmt: skip
    found = reviews(tmp_path, contracts=terms)
    assert list(found) == [("a", "x", "2026-09-30")]  # backdated: unknown a year ago
    assert found["a", "x", "2026-09-30"] == 900  # October to June


def test_first_and_last_day_are_of_sales(tmp_path):
    rows = build_one(
        tmp_path, "offering_reviews", of=unit(), accounts=accounts("a", "b"), invoices=LINES
    )
    now = rows.loc[rows["is_current"]].set_index("offering")
    assert now.loc["x", "first_day"] == pd.Timestamp("2024-03-01")
    assert now.loc["x", "last_day"] == pd.Timestamp("2025-11-01")
