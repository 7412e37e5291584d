"""The two readings of "the first 20 %", and the rule at their boundary."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.tiers import (
    NO_TIER,
    account_rank,
    cumulative_revenue,
    given_tiers,
    rule_of,
    threshold_tiers,
    tiers_by_reading,
    why_not_shown,
)
from portfolio_lib.parameters.models import TierPolicy

SHARES = (0.2, 0.3)


def by_id(*revenue: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"account_id": [f"a{place:03d}" for place in range(len(revenue))], "revenue_12m": revenue}
    )


def test_an_account_belongs_to_the_tier_in_which_its_revenue_starts() -> None:
    # Total 100; boundaries at 20 and 50. Starts: 0, 15, 30, 45, 60, 70, 80, 90.
    accounts = by_id(15, 15, 15, 15, 10, 10, 10, 10)
    assert cumulative_revenue(accounts, SHARES).tolist() == list("11223333")


def test_an_account_that_starts_exactly_on_a_boundary_is_in_the_next_tier() -> None:
    # Ten of 10: starts 0, 10 | 20, 30, 40 | 50 …; the one that starts at 20 is tier 2.
    assert cumulative_revenue(by_id(*[10.0] * 10), SHARES).tolist() == list("1122233333")


def test_boundaries_hold_for_amounts_that_binary_cannot_say() -> None:
    # Ten of 0.1: the third starts at 0.2 of 1.0, which is the boundary itself.
    assert cumulative_revenue(by_id(*[0.1] * 10), SHARES).tolist() == list("1122233333")
    # 0.1 + 0.2 is more than 0.3 in binary; the fourth of ten starts at 30 % and is tier 3.
    assert cumulative_revenue(by_id(*[0.1] * 10), (0.1, 0.2)).tolist() == list("1223333333")


def test_by_rank_the_first_fifth_of_accounts_is_tier_one() -> None:
    # 10 accounts: places 0 and 1 start below 2, places 2 to 4 below 5.
    assert account_rank(by_id(*range(100, 0, -10)), SHARES).tolist() == list("1122233333")


def test_a_single_account_is_tier_one_by_both_readings() -> None:
    assert cumulative_revenue(by_id(5.0), SHARES).tolist() == ["1"]
    assert account_rank(by_id(5.0), SHARES).tolist() == ["1"]


def test_the_largest_account_is_tier_one_however_large_it_is() -> None:
    assert cumulative_revenue(by_id(97.0, 2.0, 1.0), SHARES).tolist() == ["1", "3", "3"]


def test_accounts_without_revenue_have_no_tier_and_do_not_count_in_the_rank() -> None:
    accounts = by_id(50.0, 0.0, 30.0, -20.0, 20.0)
    # Three accounts with revenue: 0.2 × 3 = 0.6, so place 0; 0.5 × 3 = 1.5, so place 1.
    assert account_rank(accounts, SHARES).tolist() == ["1", NO_TIER, "2", NO_TIER, "3"]
    # Total 100: starts 0, 50, 80.
    assert cumulative_revenue(accounts, SHARES).tolist() == ["1", NO_TIER, "3", NO_TIER, "3"]


def test_nobody_with_revenue_means_nobody_with_a_tier() -> None:
    for accounts in (by_id(), by_id(0.0, -1.0)):
        assert set(cumulative_revenue(accounts, SHARES)) <= {NO_TIER}
        assert set(account_rank(accounts, SHARES)) <= {NO_TIER}


def test_ties_go_by_account_id_not_by_the_order_of_rows() -> None:
    accounts = pd.DataFrame({"account_id": ["c", "a", "b"], "revenue_12m": [10.0, 10.0, 10.0]})
    # a starts at 0, b at 1/3, c at 2/3.
    assert cumulative_revenue(accounts, SHARES).tolist() == ["3", "1", "2"]


def test_thresholds_are_inclusive() -> None:
    accounts = by_id(100.0, 99.99, 10.0, 9.99, 0.0, -3.0)
    assert threshold_tiers(accounts, (100, 10)).tolist() == ["1", "2", "2", "3", "none", "none"]


def test_a_tier_given_in_the_data_stays_whatever_the_revenue() -> None:
    accounts = by_id(0.0, 5.0, 9.0, 1.0).assign(tier=["1", " 2 ", None, "gold"])
    assert given_tiers(accounts).tolist() == ["1", "2", NO_TIER, NO_TIER]


def test_readings_that_cannot_be_shown_say_what_to_fill() -> None:
    accounts = by_id(5.0).assign(tier=[None])
    reasons = why_not_shown(accounts, TierPolicy())
    assert "policies.tiers.thresholds" in reasons["thresholds"]
    assert "column tier" in reasons["given"]
    every = tiers_by_reading(accounts, TierPolicy())
    assert every["thresholds"].tolist() == [NO_TIER]


def test_the_rule_says_its_numbers() -> None:
    rule = rule_of("cumulative_revenue", TierPolicy())
    assert "the first 20%, the next 30% and the last 50% of revenue" in rule
    high = TierPolicy(policy="thresholds", thresholds=(100_000.0, 20_000.0))
    assert "100,000 or more is tier 1" in rule_of("thresholds", high)


portfolios = st.lists(st.integers(-50_000, 500_000).map(lambda p: p / 100), max_size=30)
shares = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda s: (s[0] / 100, s[1] / 100))


@given(portfolios, shares)
def test_tiers_part_the_accounts_and_follow_revenue(
    revenue: list[float], parts: tuple[float, float]
) -> None:
    accounts = by_id(*revenue)
    for tiers in (cumulative_revenue(accounts, parts), account_rank(accounts, parts)):
        assert set(tiers) <= {"1", "2", "3", NO_TIER}
        assert tiers.eq(NO_TIER).tolist() == (accounts["revenue_12m"] <= 0).tolist()
        ranked = accounts.assign(tier=tiers).loc[accounts["revenue_12m"] > 0]
        ranked = ranked.sort_values(["revenue_12m", "account_id"], ascending=[False, True])
        assert ranked["tier"].is_monotonic_increasing


@given(portfolios)
def test_tier_one_is_the_fewest_accounts_that_reach_their_part(revenue: list[float]) -> None:
    accounts = by_id(*revenue)
    first = cumulative_revenue(accounts, SHARES).eq("1")
    pence = (accounts["revenue_12m"].clip(lower=0) * 100).round().astype(int)
    if pence.sum() == 0:
        assert not first.any()
        return
    assert pence[first].sum() * 10 >= pence.sum() * 2
    assert (pence[first].sum() - pence[first].min()) * 10 < pence.sum() * 2


@pytest.mark.parametrize("seed", range(3))
def test_shuffling_the_rows_changes_no_tier(seed: int) -> None:
    accounts = by_id(*[10.0, 20.0, 20.0, 5.0, 0.0, 30.0, 20.0, 1.0])
    shuffled = accounts.sample(frac=1, random_state=seed)
    for reading in (cumulative_revenue, account_rank):
        straight = dict(zip(accounts["account_id"], reading(accounts, SHARES), strict=True))
        mixed = dict(zip(shuffled["account_id"], reading(shuffled, SHARES), strict=True))
        assert straight == mixed
