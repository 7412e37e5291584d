"""Purchase histories from transactions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.purchase_models.histories import (
    collect_histories,
    summarise_purchases,
    thin_histories,
)
from portfolio_lib.errors import DataFault


def _purchases(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "date", "value"])
    return frame.assign(date=pd.to_datetime(frame["date"], format="%Y-%m-%d"))


PURCHASES = _purchases(
    ("b", "2025-01-15", 40.0),
    ("a", "2025-01-08", 6.0),
    ("a", "2025-01-01", 10.0),
    ("a", "2025-01-08", 4.0),
    ("a", "2025-01-22", 20.0),
    ("a", "2025-02-05", 99.0),
)


def test_a_history_counts_purchase_days_after_the_first_and_ages_in_weeks() -> None:
    found = summarise_purchases(PURCHASES, as_of="2025-01-29")
    # a: days 1, 8 and 22 of January; the second has two rows. From the 1st: 21 days to the last
    # purchase, 28 to the 29th. Repeat days are worth 6 + 4 and 20.
    assert found.loc["a"].tolist() == [2, 3.0, 4.0, (10 + 10 + 20) / 3, 15.0]
    assert found.loc["b"].tolist()[:4] == [0, 0.0, 2.0, 40.0]
    assert np.isnan(found.loc["b", "mean_value_repeat"])


def test_ages_follow_the_unit_given() -> None:
    found = summarise_purchases(PURCHASES, as_of="2025-01-29", unit_days=1.0)
    assert found.loc["a", ["age_at_last_purchase", "age"]].tolist() == [21.0, 28.0]


def test_nothing_after_the_last_day_observed_changes_a_history() -> None:
    before = PURCHASES[PURCHASES["date"] <= "2025-01-29"]
    pd.testing.assert_frame_equal(
        summarise_purchases(PURCHASES, as_of="2025-01-29"),
        summarise_purchases(before, as_of="2025-01-29"),
    )


def test_an_account_that_begins_after_the_last_day_has_no_history() -> None:
    assert summarise_purchases(PURCHASES, as_of="2025-01-10").index.tolist() == ["a"]


def test_a_purchase_on_the_last_day_counts_whatever_its_hour() -> None:
    late = _purchases(("a", "2025-01-01", 1.0), ("a", "2025-01-29", 1.0))
    late["date"] += pd.Timedelta(hours=23)
    assert summarise_purchases(late, as_of="2025-01-29").loc["a", "purchases_repeat"] == 1


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(PURCHASES))))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    pd.testing.assert_frame_equal(
        summarise_purchases(PURCHASES.iloc[order], as_of="2025-03-01"),
        summarise_purchases(PURCHASES, as_of="2025-03-01"),
        check_exact=True,
    )


def test_cdnow_gives_the_published_summary(cdnow: pd.DataFrame) -> None:
    found = summarise_purchases(cdnow, as_of="1997-09-30")
    # Fader and Hardie: 2,357 customers, 946 of them with a repeat purchase; customer 1 has x 2,
    # t_x 30.43, T 38.86.
    assert len(found) == 2357
    assert (found["purchases_repeat"] > 0).sum() == 946
    columns = ["purchases_repeat", "age_at_last_purchase", "age"]
    assert found.iloc[0][columns].tolist() == pytest.approx([2, 30.43, 38.86], abs=0.005)


def test_equal_histories_are_gathered_with_their_count() -> None:
    found = collect_histories([0, 1, 0, 1], [0, 2.0, 0, 3.0], [9, 9, 9, 9])
    assert found.purchases_repeat.tolist() == [0, 1, 1]
    assert found.age_at_last_purchase.tolist() == [0, 2, 3]
    assert found.customers.tolist() == [2, 1, 1]
    assert found.n == 4


def test_a_thinned_sample_has_the_size_asked_for_and_the_same_spread() -> None:
    x = np.repeat([0.0, 1.0, 2.0], [600, 300, 100])
    thin = thin_histories(collect_histories(x, x, np.full(1000, 9.0)), customers_at_most=100)
    assert thin.purchases_repeat.tolist() == [0, 1, 2]
    assert thin.customers.tolist() == [60, 30, 10]


@pytest.mark.parametrize(
    ("histories", "message"),
    [
        (([1], [2.0], [1.0]), "age_at_last_purchase lies beyond age"),
        (([0], [1.0], [2.0]), "no repeat purchase, yet age_at_last_purchase is above 0"),
        (([1], [0.0], [2.0]), "repeat purchases, yet age_at_last_purchase is 0"),
        (([1.5], [1.0], [2.0]), "not a whole number"),
        (([-1], [0.0], [2.0]), "not a whole number"),
        (([1], [np.nan], [2.0]), "missing or infinite"),
        (([0], [0.0], [-2.0]), "below 0"),
        (([0, 0], [0.0], [2.0]), "one entry per customer"),
    ],
)
def test_impossible_histories_are_refused_with_the_reason(histories, message: str) -> None:
    with pytest.raises(DataFault, match=message):
        collect_histories(*histories)


def test_all_faults_of_the_histories_come_in_one_message() -> None:
    with pytest.raises(DataFault) as fault:
        collect_histories([1, 0.5, np.nan], [9.0, 1.0, 1.0], [2.0, 2.0, 2.0])
    assert "lies beyond age (1 customers, first at positions 0)" in str(fault.value)
    assert "positions 1" in str(fault.value)
    assert "positions 2" in str(fault.value)


@pytest.mark.parametrize(
    ("purchases", "message"),
    [
        (PURCHASES.drop(columns="date"), "no column date"),
        (PURCHASES.assign(date=PURCHASES["date"].astype(str)), "not a column of plain dates"),
        (PURCHASES.assign(date=PURCHASES["date"].dt.tz_localize("UTC")), "plain dates"),
        (PURCHASES.assign(account_id=[None, *["a"] * 5]), "account_id has empty cells"),
        (PURCHASES.assign(value=[np.nan, *[1.0] * 5]), "value has empty cells"),
    ],
)
def test_unusable_transactions_are_refused(purchases: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataFault, match=message):
        summarise_purchases(purchases, as_of="2025-03-01")
