"""Books of clients beside what luck would make of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.book_limits import book_limits, shrunk
from portfolio_lib.analyses.brief_files import brief_address, briefed
from portfolio_lib.analyses.manager_books import OVER, WITHIN, books_of
from portfolio_lib.parameters.manager_models import AccountBriefSettings, AccountManagersPage

PAGE = AccountManagersPage(draws=1000)


def rows(**books: list[float]) -> pd.DataFrame:
    """One client per value; all of one tier and of the same size."""
    return pd.DataFrame(
        [(name, "1", value, 1.0) for name, values in books.items() for value in values],
        columns=["account_manager", "stratum", "top", "bottom"],
    )


def readings(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["account_manager"], found["reading"], strict=True))


def test_a_book_that_keeps_all_beside_one_that_keeps_none_is_beyond_luck() -> None:
    found = book_limits(rows(ann=[1.0] * 12, bob=[0.0] * 12), PAGE, seed=1)
    assert readings(found) == {"ann": "above", "bob": "below"}
    assert found["expected"].tolist() == pytest.approx([0.5, 0.5], abs=0.02)


def test_books_that_are_alike_are_in_line_however_they_rank() -> None:
    found = book_limits(rows(ann=[1, 1, 1, 1, 0], bob=[1, 1, 1, 0, 0]), PAGE, seed=1)
    assert readings(found) == {"ann": "in line", "bob": "in line"}


def test_a_book_of_four_is_too_few_to_say() -> None:
    found = book_limits(rows(ann=[0.0] * 4, bob=[1.0] * 20), PAGE, seed=1)
    assert readings(found) == {"ann": "too few to say", "bob": "too few to say"}
    assert found["low"].isna().all()


def test_a_book_of_hard_clients_is_held_against_hard_clients() -> None:
    """Ann's clients are all of tier 3, where half are lost; nobody else does better there."""
    hard = rows(ann=[1, 0] * 5, bob=[1, 0] * 5).assign(stratum="3")
    easy = rows(bob=[1.0] * 30).assign(stratum="1")
    found = book_limits(pd.concat([hard, easy], ignore_index=True), PAGE, seed=1)
    assert readings(found) == {"ann": "in line", "bob": "in line"}


def test_where_all_are_alike_somebody_is_beyond_limits_in_about_one_review_of_twenty() -> None:
    random = np.random.default_rng(5)
    page = AccountManagersPage(draws=500)
    said = 0
    for review in range(100):
        books = {f"m{n}": random.normal(size=12).tolist() for n in range(5)}
        said += book_limits(rows(**books), page, seed=review)["reading"].ne("in line").any()
    assert said <= 12  # 5 expected; more than 12 happens once in 600 such tests


def test_the_same_seed_gives_the_same_limits() -> None:
    some = rows(ann=[1, 0, 1, 1, 0, 1], bob=[0, 1, 0, 1, 1, 1])
    pd.testing.assert_frame_equal(book_limits(some, PAGE, seed=3), book_limits(some, PAGE, seed=3))


def test_what_luck_explains_is_not_believed() -> None:
    """Distances of one standard error each: nothing is left between managers."""
    values = shrunk(np.array([1.0, -1.0]), np.zeros(2), np.array([4.0, 4.0]))
    assert values.tolist() == [0.0, 0.0]


def known() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "../d"],
            "account_name": ["A", "B", "C", "<b>"],
            "tier": ["Gold", "Gold", "Silver", "Gold"],
            "industry": "Retail",
            "account_manager": ["Ann", "Ann", "Bob", "not recorded"],
            "revenue_12m": [60.0, 20.0, 15.0, 5.0],
            "is_active": True,
            "is_client": True,
        }
    )


LABELS = ("Gold", "Silver", "Bronze")


def test_capacity_is_clients_over_room_and_hours_over_hours() -> None:
    managers = pd.DataFrame(
        {"manager": ["Ann", "Bob"], "capacity_accounts": [1.0, 4.0], "hours_per_week": [10.0, 10.0]}
    )
    costs = pd.DataFrame(
        {"account_id": ["c"], "period": [pd.Timestamp("2026-09-17")], "hours": [4.0]}
    )  # fmt: skip
    found = books_of(known(), managers, costs, LABELS, dt.date(2026, 9, 30)).set_index(
        "account_manager"
    )
    # Ann: 2 clients with room for 1. Bob: 1 of 4; 4 hours in 14 days = 2 a week of 10.
    assert found.loc["Ann", "accounts_used"] == 2.0
    assert found.loc["Bob", "accounts_used"] == 0.25
    assert found.loc["Bob", "hours_used"] == pytest.approx(0.2)
    assert found["load"].to_dict() == {"Ann": OVER, "Bob": WITHIN}
    assert found.loc["Ann", "revenue_share"] == pytest.approx(0.8)


def test_briefs_go_to_the_largest_of_the_tiers_asked_for() -> None:
    found = briefed(known(), LABELS, AccountBriefSettings(tiers=(1,), most=2))
    assert found["account_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("number", ["../../etc/passwd", "a/b", "\u202eevil", "x" * 400, "", "."])
def test_no_number_of_a_client_becomes_a_path(number: str) -> None:
    folder, _, name = brief_address(number).partition("/")
    assert folder == "accounts"
    assert name.removesuffix(".html").isalnum()
    assert len(name) == 21
