"""The accounts on a day, and how much history stands behind them."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from portfolio_lib.analyses.snapshots import (
    Period,
    accounts_on,
    change,
    months_of_activity,
    recorded,
    review_period,
)
from tests.analyses.portfolios import AS_OF, YEAR_BEFORE, Client, accounts, snapshots


def test_two_whole_years_of_months_are_twenty_four() -> None:
    assert Period(AS_OF, dt.date(2024, 10, 1)).history_months == 24
    assert Period(AS_OF, dt.date(2024, 11, 1)).history_months == 23
    assert Period(dt.date(2026, 9, 29), dt.date(2024, 10, 1)).history_months == 23


def test_what_is_missing_is_said_with_both_numbers() -> None:
    assert Period(AS_OF, dt.date(2026, 3, 1)).short_of(24) == (
        "needs 24 months of history; this unit has 7"
    )
    assert Period(AS_OF, None).short_of(12) == "needs 12 months of history; this unit has none"
    assert Period(AS_OF, dt.date(2024, 10, 1)).short_of(24) is None


def test_the_window_is_never_longer_than_the_history() -> None:
    assert Period(AS_OF, dt.date(2020, 1, 1)).window == "2025-10-01 to 2026-09-30"
    assert Period(AS_OF, dt.date(2026, 3, 1)).window == "2026-03-01 to 2026-09-30"
    assert Period(AS_OF, None).window == "2025-10-01 to 2026-09-30"


def test_history_is_read_off_the_snapshot_of_the_review_date() -> None:
    facts = snapshots([Client("a", 5)], history_start="2024-10-17")
    assert review_period(facts, AS_OF) == Period(AS_OF, dt.date(2024, 10, 1))
    assert review_period(snapshots([Client("a")], history_start=None), AS_OF).history_start is None


def test_a_year_of_activity_takes_twelve_months_of_history() -> None:
    assert [months_of_activity(days) for days in (1, 30, 90, 365, 366, 730)] == [
        *(1, 1, 3, 12, 13, 24)
    ]


def test_accounts_come_sorted_and_unknown_costs_stay_unknown() -> None:
    clients = [Client("b", 5), Client("a", 7, name="  ")]
    now = accounts_on(accounts(clients), snapshots(clients), AS_OF)
    assert now["account_id"].tolist() == ["a", "b"]
    assert now["account_name"].tolist() == ["a", "Client b"]
    assert all(math.isnan(cost) for cost in now["cost_12m"])
    assert now["invoices_12m"].tolist() == [0.0, 0.0]


def test_columns_that_were_not_handed_in_count_as_blank() -> None:
    clients = [Client("a", 5)]
    table = accounts(clients).loc[:, ["account_id", "account_name"]]
    now = accounts_on(table, snapshots(clients), AS_OF)
    assert recorded(now["industry"]).tolist() == ["not recorded"]


def test_a_day_without_a_snapshot_has_no_accounts() -> None:
    clients = [Client("a", 5)]
    short = snapshots(clients, history_start="2026-03-01")
    assert accounts_on(accounts(clients), short, YEAR_BEFORE).empty
    assert accounts_on(accounts([]), snapshots([]), AS_OF).empty


def test_blank_texts_are_called_not_recorded() -> None:
    texts = pd.Series(["  ", None, float("nan"), " Retail ", ""], dtype="object")
    assert recorded(texts).tolist() == [*["not recorded"] * 3, "Retail", "not recorded"]


@pytest.mark.parametrize(("now", "before", "grown"), [(110, 100, 0.1), (5, 0, None), (5, -3, None)])
def test_growth_needs_something_to_grow_from(
    now: float, before: float, grown: float | None
) -> None:
    assert change(now, before) == grown
