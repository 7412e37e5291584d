"""What clients are worth: the whole answer, tables missing one by one, odd units."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.value import ClientValue
from portfolio_lib.analyses.value_inputs import CONTRACTS, PURCHASES
from tests.analyses.test_purchase_value import drawn
from tests.analyses.values import AS_OF, Held, cohort, settings, value_of

KEYS = {
    *("contribution_12m", "cost_to_serve_12m", "unprofitable_accounts", "unprofitable_sum"),
    *("clv_total", "clv_mean", "expected_revenue", "top_tenth_share", "model", "model_error"),
    *("cross_check", "won_accounts", "cac", "payback_months", "referred_accounts", "referrers"),
    *("referred_revenue", "referred_share", "referred_clv"),
}
FULL = cohort(
    60, 24, cost=40.0, service=10.0, acquisition_cost=500.0, channel="web", start="2024-12-01"
)


@cache
def full() -> ClientValue:
    """The answer for the usual unit; nobody changes it."""
    return value_of(FULL)


def reason(found: ClientValue, key: str) -> str:
    return found.figures[f"value.{key}"].reason or ""


def number(found: ClientValue, key: str) -> float:
    value = found.figures[f"value.{key}"].value
    assert isinstance(value, int | float), found.figures[f"value.{key}"].reason
    return float(value)


def buyers(count: int = 260) -> tuple[list[Held], list[tuple[str, int, float]]]:
    """Clients without contracts, and their sales."""
    days = drawn(count)
    ago = (pd.Timestamp(AS_OF) - days["day"]).dt.days
    sales = list(zip(days["account_id"], ago, days["sales"], strict=True))
    ids = sorted(set(days["account_id"]))
    return [Held(one, recurring=False, cost=60.0) for one in ids], sales


def test_clients_with_contracts_are_valued_by_how_long_they_stay() -> None:
    found = full()
    assert set(found.figures) == {f"value.{key}" for key in KEYS}
    assert (found.relation, found.measure) == (CONTRACTS, "clv")
    assert found.recurring_share == 1.0
    rows = found.accounts.set_index("account_id")
    there = rows["is_active"]
    assert rows.loc[there, "clv"].notna().all()
    assert rows.loc[~there, "clv"].isna().all()
    assert set(rows.loc[~there, "why_no_value"]) == {"no contract in force"}
    assert number(found, "clv_total") == pytest.approx(rows["clv"].sum())
    assert (rows.loc[there, "lower"] <= rows.loc[there, "clv"]).all()
    low, high = found.figures["value.clv_total"].interval or (0, 0)
    assert low < number(found, "clv_total") < high
    assert found.figures["value.clv_total"].window == "2026-10-01 to 2029-09-30"


def test_one_client_by_hand() -> None:
    # 100 a month less 40 direct and 10 to serve leave 600 a year; it has given notice to 31 January
    # 2027, so four months of 50, discounted at 10 % a year from each month's end.
    leaver = Held("x", since=40, monthly=100, cost=40, service=10, notice="2027-01-31")
    found = value_of([*FULL, leaver])
    row = found.accounts.set_index("account_id").loc["x"]
    by_hand = sum(50 / 1.1 ** (month / 12) for month in (1, 2, 3, 4))
    assert row["clv"] == pytest.approx(by_hand)
    assert row["contribution"] == pytest.approx(600)
    assert row["chance_there"] == 0
    assert row["lower"] == row["upper"] == pytest.approx(by_hand)


def test_the_cross_check_by_hand() -> None:
    # 36 active clients leave 50 % of what they bring; a tenth is lost a year.
    found = full()
    active = found.accounts.loc[found.accounts["is_active"]]
    assert number(found, "cross_check") == pytest.approx(active["contribution"].mean() / 0.1)


@pytest.mark.parametrize(
    ("kept", "horizon_word"), [(1.0, "no client was lost"), (None, "needs 13 complete months")]
)
def test_the_cross_check_is_not_computable_at_zero_churn(kept, horizon_word) -> None:
    assert horizon_word in reason(value_of(FULL[:8], kept=kept), "cross_check")


def test_payback_and_acquisition_by_hand() -> None:
    # Two were won in 24 months, for 400; they bring 200 a month, of which 60 % is left.
    found = value_of(
        [
            Held("a", since=10, cost=40, acquisition_cost=300, channel="web"),
            Held("b", since=10, cost=40, acquisition_cost=100, channel="fair"),
            Held("old", since=40, cost=40, acquisition_cost=100, channel="fair"),
        ]
    )
    assert number(found, "won_accounts") == 2
    assert number(found, "cac") == 200
    assert number(found, "payback_months") == pytest.approx(400 / (200 * 0.6))
    assert found.acquisition_channels["group"].tolist() == ["web", "fair"]


def test_clients_that_just_buy_are_valued_by_their_purchases() -> None:
    clients, sales = buyers()
    found = value_of(clients, contracts=False, sales=sales)
    assert (found.relation, found.measure) == (PURCHASES, "clv")
    assert found.recurring_share == 0.0
    used = found.models.loc[found.models["is_used"], "model"].tolist()
    assert used == [found.figures["value.model"].value] != ["NBD"]
    rows = found.accounts
    # Cost is 60 of 100 for every client, so value is 40 % of expected revenue.
    assert rows["clv"].to_numpy() == pytest.approx((rows["expected_revenue"] * 0.4).to_numpy())
    assert {"ticket × frequency", "days since last purchase"} <= set(found.models["model"])


def test_without_costs_expected_revenue_stands_in_and_lifetime_value_says_why() -> None:
    found = value_of([Held(**{**vars(one), "cost": None, "service": None}) for one in FULL])
    assert found.measure == "expected_revenue"
    assert "column cost of table invoices" in reason(found, "clv_total")
    assert "column cost of table invoices" in reason(found, "contribution_12m")
    assert "table costs" in reason(found, "cost_to_serve_12m")
    figure = found.figures["value.expected_revenue"]
    assert figure.interval is not None
    assert found.accounts["clv"].isna().all()
    assert found.tiers["value"].notna().any()


def test_without_contracts_what_recurs_is_looked_ahead_from() -> None:
    plain, handed = value_of(FULL, contracts=False), full()
    assert plain.relation == CONTRACTS
    one, other = (found.accounts.set_index("account_id") for found in (plain, handed))
    pd.testing.assert_series_equal(one["clv"].sort_index(), other["clv"].sort_index())
    gone = one.loc[~one["is_active"], "why_no_value"]
    assert set(gone) <= {"has left", "nothing recurring in the last three months"}
    assert "has left" in set(gone)


def test_the_parameters_decide_where_they_say_so() -> None:
    clients, sales = buyers(60)
    found = value_of(clients, settings({"relation": "contracts"}), contracts=False, sales=sales)
    assert found.relation == CONTRACTS
    assert reason(found, "clv_total") == "no client has been seen from a known first day on"


def test_acquisition_and_referrals_name_the_column_that_is_missing() -> None:
    found = value_of(cohort(30, 10, cost=40.0))
    assert "column acquisition_cost" in reason(found, "cac")
    assert "column acquisition_cost" in reason(found, "payback_months")
    assert "column referred_by" in reason(found, "referred_accounts")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_hardly_any_clients_say_why_nothing_is_valued(count: int) -> None:
    found = value_of(FULL[-count:] if count else [], kept=None)
    assert set(found.figures) == {f"value.{key}" for key in KEYS}
    assert not found.figures["value.clv_total"].computable
    assert len(found.accounts) == count
    for figure in found.figures.values():
        if isinstance(figure.value, float):
            assert np.isfinite(figure.value)


def test_shuffled_rows_give_the_same_answer() -> None:
    first, second = full(), value_of(FULL, shuffle=4)
    assert first.accounts.equals(second.accounts)
    assert first.figures == second.figures
    assert first.models.equals(second.models)
    assert first.acquisition_segments.equals(second.acquisition_segments)


def test_losses_and_the_value_they_take_off_are_told() -> None:
    costly = Held("loss", since=30, monthly=10.0, cost=40.0, service=10.0)
    found = value_of([*FULL, costly])
    assert number(found, "unprofitable_accounts") == 1
    assert number(found, "unprofitable_sum") == pytest.approx(480)  # 12 × (10 − 40 − 10)
    row = found.accounts.set_index("account_id").loc["loss"]
    assert row["lower"] < row["clv"] < row["upper"] < 0
