"""Contract terms that end, and what followed them."""

from __future__ import annotations

import pandas as pd

from tests.facts.stores import build_one, term, unit

TERMS = [
    term("1", "a", "2024-01-01", 100, end_date="2024-12-31", renewed_by="2", notice_days=60),
    term("2", "a", "2025-01-01", 80, end_date="2025-12-31", signed_date="2024-11-05"),
    term("3", "a", "2026-01-20", 90),  # open-ended: no end to renew, but it follows 2
    term("4", "b", "2025-01-01", 10, end_date="2025-12-31", renewed_by="gone", offering="x"),
    term("5", "b", "2025-12-31", 11, end_date="2026-12-30", offering="x"),
    term("6", "b", "2026-01-01", 12, end_date="2026-12-31", offering="y"),
    term("7", "c", "2025-10-01", 7, end_date="2026-09-30", cancelled_date="2026-10-01"),
    term("8", "c", "2026-10-01", 7, end_date="2027-09-30", signed_date="2026-10-01"),
    term("9", "c", "2025-10-01", 7, end_date="2026-10-30", cancelled_date="2026-09-30"),
    term("10", "d", "2025-10-01", 7, end_date="2026-10-30", renewed_by="10"),
    term("11", "d", "2026-10-31", 8, end_date="2027-10-30", signed_date="2026-09-30"),
]


def ends(tmp_path, terms=TERMS, **of) -> pd.DataFrame:
    rows = build_one(tmp_path, "term_ends", of=unit(**of), contracts=terms)
    return rows.set_index("contract_id")


def test_terms_with_an_end_agreed_by_the_review_are_listed(tmp_path):
    rows = ends(tmp_path)
    assert sorted(rows.index, key=int) == ["1", "2", "4", "5", "6", "7", "9", "10", "11"]
    assert rows.loc["1", "term_days"] == 366  # 2024 has a 29 February
    assert rows.loc["1", "notice_days"] == 60
    assert rows.loc["1", "agreed_on"] == pd.Timestamp("2024-01-01")
    assert rows.loc["2", "agreed_on"] == pd.Timestamp("2024-11-05")


def test_the_named_successor_stands_with_the_day_it_was_agreed(tmp_path):
    row = ends(tmp_path).loc["1"]
    assert (row["successor"], row["successor_value"]) == ("2", 80.0)
    assert row["successor_agreed_on"] == pd.Timestamp("2024-11-05")
    assert row["successor_start"] == pd.Timestamp("2025-01-01")


def test_a_successor_that_is_unknown_or_the_term_itself_is_none(tmp_path):
    rows = ends(tmp_path)
    assert rows.loc[["4", "7", "10"], "successor"].isna().all()


def test_the_follower_is_the_next_term_of_account_and_offering(tmp_path):
    rows = ends(tmp_path)
    assert rows.loc["2", "follower"] == "3"  # open-ended terms may follow
    assert rows.loc["4", "follower"] == "5"  # starts on the last day; 6 is another offering
    assert rows.loc["10", "follower"] == "11"
    assert pd.isna(rows.loc["7", "follower"])  # agreed a day after the review
    assert pd.isna(rows.loc["11", "follower"])


def test_notice_given_later_is_not_known(tmp_path):
    rows = ends(tmp_path)
    assert pd.isna(rows.loc["7", "cancelled_date"])
    assert rows.loc["9", "cancelled_date"] == pd.Timestamp("2026-09-30")


def test_without_contracts_there_is_no_row(tmp_path):
    assert build_one(tmp_path, "term_ends", invoices=[]).empty
