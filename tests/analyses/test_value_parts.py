"""What clients leave, what they cost to win, who refers whom, and value by group: by hand."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.acquisition import acquisition_by, payback, won_accounts
from portfolio_lib.analyses.contributions import contributions, yearly_serving
from portfolio_lib.analyses.referrals import referred_accounts, referrers
from portfolio_lib.analyses.value_by_group import value_by_segment, value_by_tier

AS_OF = dt.date(2026, 9, 30)


def rows(**columns: list[float | None]) -> pd.DataFrame:
    count = len(columns["revenue_12m"])
    usual = {
        "cost_12m": [None] * count,
        "revenue_with_cost_12m": columns["revenue_12m"],
        "cost_to_serve_12m": [None] * count,
        "tenure_days": [900.0] * count,
    }
    return pd.DataFrame({**usual, **columns}).astype("float64")


def test_what_is_left_by_hand() -> None:
    # Cost is known for 40 of 100, half of it: the rest is taken to cost as much, so 50 are left.
    found = contributions(
        rows(
            revenue_12m=[100, 80, 0, 50],
            cost_12m=[20, 20, None, None],
            revenue_with_cost_12m=[40, 80, None, None],
            cost_to_serve_12m=[10, None, 5, None],
        ),
        own_after_months=6,
    )
    left = found.accounts
    assert left["margin_12m"].tolist()[:3] == [50, 60, 0]
    assert math.isnan(left["margin_12m"].iloc[3])  # none of its cost is known
    assert left["contribution"].tolist()[:3] == [40, 60, -5]
    assert found.margin_rate == pytest.approx(1 - 40 / 120)
    assert found.serving_rate == pytest.approx(15 / 230)
    assert left["margin_rate"].tolist() == pytest.approx([0.5, 0.75, 2 / 3, 2 / 3])


def test_a_new_client_is_looked_ahead_at_with_the_rates_of_the_unit() -> None:
    given_rows = rows(
        revenue_12m=[100, 100], cost_12m=[20, 60], cost_to_serve_12m=[10, 50],
        tenure_days=[900.0, 60.0],
    )  # fmt: skip
    found = contributions(given_rows, own_after_months=6)
    assert found.accounts["margin_rate"].tolist() == pytest.approx([0.8, 0.6])
    yearly = pd.Series([1200.0, 1200.0])
    # The first costs 10 a year as it did; the second the unit's 60 ÷ 200 of what it brings.
    assert yearly_serving(given_rows, found, yearly).tolist() == pytest.approx([10, 360])


def test_cost_to_serve_of_less_than_a_year_is_taken_up_to_a_year() -> None:
    given_rows = rows(
        revenue_12m=[100], cost_12m=[20], cost_to_serve_12m=[30], tenure_days=[365.25 / 2]
    )
    found = contributions(given_rows, own_after_months=6)
    assert yearly_serving(given_rows, found, pd.Series([500.0])).iloc[0] == pytest.approx(60)


def test_without_costs_there_is_no_margin_and_both_say_which_table() -> None:
    found = contributions(rows(revenue_12m=[100, 0]), own_after_months=6)
    assert found.margin_rate is None
    assert found.accounts["contribution"].isna().all()
    assert "column cost of table invoices" in (found.reason or "")
    assert "hand in table costs" in (found.serving_reason or "")


@given(
    st.lists(
        st.tuples(st.integers(1, 10_000), st.integers(0, 20_000), st.integers(0, 500)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_what_is_left_adds_up_where_every_cost_is_known(amounts) -> None:
    revenue, cost, service = (list(map(float, column)) for column in zip(*amounts, strict=True))
    frame = rows(revenue_12m=revenue, cost_12m=cost, cost_to_serve_12m=service)
    found = contributions(frame, own_after_months=6)
    if found.reason is None:
        told = found.accounts["contribution"].sum()
        assert told == pytest.approx(sum(revenue) - sum(cost) - sum(service), abs=1e-6)


def won(**columns: list) -> pd.DataFrame:
    return pd.DataFrame(columns).astype(
        {"acquisition_cost": "float64", "monthly_revenue": "float64"}
    )


def test_payback_leaves_out_on_both_sides_who_has_no_month_yet() -> None:
    frame = won(acquisition_cost=[600, 300, None, 900], monthly_revenue=[100, 50, 80, None])
    found = payback(frame, 0.5)
    assert (found["won"], found["with_cost"], found["in_payback"]) == (4, 3, 2)
    assert found["cac"] == 600  # (600 + 300 + 900) ÷ 3
    assert found["payback_months"] == 12  # 900 ÷ (150 × 50 %)
    assert math.isnan(payback(frame, None)["payback_months"])
    assert math.isnan(payback(frame, -0.1)["payback_months"])


def test_clients_are_won_on_their_start_date_and_count_by_their_first_whole_months() -> None:
    accounts = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d"],
            "start_date": pd.to_datetime(["2026-01-10", None, "2020-01-01", "2026-09-02"]),
            "acquisition_cost": [100.0, 200.0, 300.0, None],
            "acquisition_channel": ["web", "fair", "web", None],
            "segment": ["Retail", "Retail", "Energy", "Energy"],
        }
    )
    lives = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d"],
            "first_month": pd.to_datetime(["2026-01-01", "2026-08-01", "2020-01-01", "2026-09-01"]),
        }
    )
    monthly = pd.DataFrame(
        [
            ("a", "2026-01-01", 5.0),  # the month it came in is not whole
            ("a", "2026-02-01", 30.0),
            ("a", "2026-04-01", 60.0),  # nothing in March: it counts as nothing
            ("a", "2026-05-01", 900.0),  # later than its third month
            ("b", "2026-09-01", 40.0),
        ],
        columns=["account_id", "month", "revenue"],
    ).astype({"month": "datetime64[s]"})
    found = won_accounts(accounts, lives, monthly, AS_OF, months=12).set_index("account_id")
    assert list(found.index) == ["a", "b", "d"]
    assert found["monthly_revenue"].tolist()[:2] == [30.0, 40.0]
    assert math.isnan(found.loc["d", "monthly_revenue"])
    assert found.loc["d", "acquisition_channel"] == "not recorded"
    later = won_accounts(accounts, lives, monthly.iloc[:0], AS_OF, months=1)
    assert list(later["account_id"]) == ["d"]


def test_groups_of_acquisition_stand_by_spend_and_the_rest_is_added_up() -> None:
    channels = ["a", "b", "b", "c", "d", "not recorded"]
    frame = won(
        acquisition_channel=channels, acquisition_cost=[1, 5, 5, 3, 2, 4],
        monthly_revenue=[1.0] * 6,
    )  # fmt: skip
    found = acquisition_by(frame, "acquisition_channel", 1.0, shown=2)
    assert found["group"].tolist() == ["b", "c", "other 2", "not recorded"]
    assert found["won"].tolist() == [2, 1, 2, 1]
    assert found["spend"].sum() == 20
    assert found["cac"].tolist() == [5, 3, 1.5, 4]


def known(*clients: tuple[str, str | None, float, float | None]) -> pd.DataFrame:
    columns = ["account_id", "referred_by", "revenue_12m", "clv"]
    frame = pd.DataFrame(clients, columns=columns)
    return frame.assign(
        account_name=[f"Client {one}" for one in frame["account_id"]],
        is_active=frame["revenue_12m"] > 0,
        clv=frame["clv"].astype("float64"),
    )


def test_who_refers_whom_by_what_the_referred_bring() -> None:
    frame = known(
        ("a", None, 100, 10.0),
        ("b", "a", 50, 5.0),
        ("c", "a", 20, None),
        ("d", "c", 90, 9.0),
        ("e", "e", 70, 7.0),  # itself: referred by nobody
        ("f", "gone", 0, None),  # a referrer that is not among the accounts
        ("g", " ", 10, 1.0),
    )
    referred = referred_accounts(frame)
    assert referred["account_id"].tolist() == ["d", "b", "c", "f"]
    found = referrers(frame, referred).set_index("account_id")
    assert list(found.index) == ["c", "a", "gone"]
    assert found.loc["a", ["referred", "referred_active"]].tolist() == [2, 2]
    assert found.loc["a", "revenue_12m"] == 70
    assert found.loc["a", "clv"] == 5
    assert found.loc["gone", "account_name"] == "gone"
    assert math.isnan(found.loc["gone", "clv"])


def grouped(*clients: tuple[str, str, float, float | None, float | None]) -> pd.DataFrame:
    columns = ["tier", "segment", "revenue_12m", "contribution", "value"]
    frame = pd.DataFrame(clients, columns=columns)
    frame = frame.astype(dict.fromkeys(columns[2:], "float64"))
    return frame.assign(sales_365d=frame["revenue_12m"], purchase_days_365d=2.0)


def test_groups_by_hand() -> None:
    frame = grouped(
        ("1", "Retail", 60, 30, 90), ("2", "Energy", 40, 10, None), ("none", "Energy", 0, -20, -30)
    )
    tiers = value_by_tier(frame).set_index("group")
    assert list(tiers.index) == ["1", "2", "3", "none"]
    assert tiers["accounts"].tolist() == [1, 1, 0, 1]
    assert tiers["revenue_share"].fillna(0).tolist() == [0.6, 0.4, 0, 0]
    assert tiers.loc["1", "contribution_share"] == 30 / 20  # the others lose part of it
    assert tiers.loc["1", "value_share"] == 90 / 60
    assert math.isnan(tiers.loc["2", "value"])
    assert tiers.loc["1", "average_ticket"] == 30
    segments = value_by_segment(frame, shown=8)
    assert segments["group"].tolist() == ["Retail", "Energy"]
    assert segments["accounts"].tolist() == [1, 2]


def test_shares_of_a_sum_that_is_not_above_nothing_are_missing() -> None:
    frame = grouped(("1", "Retail", 0, -5, -5), ("2", "Energy", -3, 5, 5))
    found = value_by_tier(frame)
    assert found[["revenue_share", "contribution_share", "value_share"]].isna().all(axis=None)


@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 1000)), min_size=1, max_size=30)
)
@settings(max_examples=30, deadline=None)
def test_every_cut_adds_up_to_all(clients) -> None:
    frame = grouped(*(("3", group, float(r), float(r) / 2, float(r) * 2) for group, r in clients))
    for found in (value_by_tier(frame), value_by_segment(frame, shown=3)):
        assert found["accounts"].sum() == len(clients)
        assert found["value"].sum() == pytest.approx(frame["value"].sum())
